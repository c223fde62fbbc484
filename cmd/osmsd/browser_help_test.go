package main

import (
	"context"
	"flag"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"osmsd/cmd/internal/web"
	"osmsd/cmd/internal/words"
)

// takePictures has the pictures of Help taken again; see README.
var takePictures = flag.Bool("pictures", false, "take the pictures of Help again, of the real pages, in every language")

// pictureFolder is where they are kept, and embedded from.
const pictureFolder = "../internal/web/static/help"

// largestPicture is what one picture may have, in bytes.
const largestPicture = 60 << 10

// helpPicture is a picture of Help: who looks at which page, and how much of it.
type helpPicture struct {
	name, login, path string
	// from and to are the first and the last element that are to be seen; most is how
	// high the picture may be, and width how wide the window is, in pixels of the page.
	from, to    string
	most, width float64
	tight       bool // as wide as the first element, not as the page
}

func helpPictures(bin, receipt string) []helpPicture {
	return []helpPicture{
		{"templates", "east", "/templates?bin=" + bin, ".title", "main section.card", 900, 1140, false},
		{"files", "east", "/files", ".title", "form.card", 900, 1140, false},
		{"receipt", "east", receipt, ".title", "main .scroll", 1000, 1140, false},
		{"cases", "east", "/cases?show=all", ".title", "main .scroll", 660, 1240, false},
		{"letters", "east", "/letters", ".title", "main .scroll", 660, 1140, false},
		{"held", "boss", "/held", ".title", "section.card", 800, 1140, false},
		{"runs", "boss", "/runs", ".title", "main .scroll", 800, 1240, false},
		{"month", "fonds", "/month?month=2026-09", ".title", "main .scroll", 760, 1540, false},
		{"reconciliation", "fonds", "/reconciliation?month=2026-09", "figure.waterfall svg", "figure.waterfall", 900, 1140, true},
		{"audit", "control", "/audit", ".title", "section.card", 900, 1140, false},
	}
}

// TestBrowserHelpPictures takes the pictures of Help with -pictures. Without it
// nothing is taken: TestHelpPages looks at those that are there.
func TestBrowserHelpPictures(t *testing.T) {
	if !*takePictures {
		t.Skip("the pictures of Help are taken with -pictures only")
	}
	s := newSite(t)
	*s.now = time.Date(2026, 9, 23, 5, 0, 0, 0, time.UTC) // the day after the demonstration's
	bin, receipt := pictureScene(s)
	pictures := helpPictures(bin, receipt)
	for _, name := range web.HelpPictures() {
		if !slices.ContainsFunc(pictures, func(p helpPicture) bool { return p.name == name }) {
			t.Errorf("nobody knows how to take %s", name)
		}
	}
	b := browse(t, s)
	was := ""
	for _, p := range pictures {
		if p.login != was {
			if was != "" {
				b.logout()
			}
			b.login(p.login)
			was = p.login
		}
		b.do(emulation.SetDeviceMetricsOverride(int64(p.width), 900, 1, false))
		for _, lang := range words.Languages() {
			b.do(chromedp.Navigate(s.url+p.path), chromedp.Click(`.languages button[value=`+lang+`]`), chromedp.WaitVisible(`.languages button[value=`+lang+`][aria-current]`),
				chromedp.WaitVisible(p.to))
			data := b.picture(p)
			file := filepath.Join(pictureFolder, lang, p.name+".webp")
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, data, 0o644); err != nil {
				t.Fatal(err)
			}
			t.Logf("%s: %d bytes", file, len(data))
		}
	}
}

// pictureScene makes what the demonstration does not have: an akimat's file with
// faults. It gives an organisation of that akimat and where the receipt is. The
// people in it are invented.
func pictureScene(s *site) (bin, receipt string) {
	s.t.Helper()
	const faults = "ИИН;ФИО;Дата рождения;БИН;Форма обучения;Дата зачисления\n" +
		"061211601593;Ахметова Айгерим;11.12.2006;971240666596;очная;01.09.2024\n" +
		"070809607186;Ким Анна;10.08.2007;971240666596;очная;01.09.2022\n" +
		"070809607187;Ким Анна;09.08.2007;971240666596;очная;01.09.2022\n" +
		"061211601593;Ахметова Айгерим;11.12.2006;971240666596;дневная?;01.09.2024\n"
	v := s.as("east")
	_, _, upload := v.send(map[string]string{"dry": "0"}, map[string]string{"63-delta-2026-09-23.csv": faults})
	receipt, _ = v.settled(upload)
	known, err := s.home.desk.Store.Organisations(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, o := range known {
		if o.Region == 63 && !o.Provisional && o.ClosedOn.IsZero() && o.NameKK != "" && (bin == "" || o.BIN.Digits() < bin) {
			bin = o.BIN.Digits()
		}
	}
	if bin == "" {
		s.t.Fatal("the demonstration has no organisation of region 63")
	}
	return bin, receipt
}

// picture takes one: 1000 pixels wide, as WebP, small enough.
func (b *browserTab) picture(p helpPicture) []byte {
	b.t.Helper()
	var box struct{ X, Y, Width, Height float64 }
	b.do(chromedp.Evaluate(fmt.Sprintf(`(() => { window.scrollTo(0, 0);
		const from = document.querySelector(%q).getBoundingClientRect(), to = document.querySelector(%q).getBoundingClientRect(), main = document.querySelector("main").getBoundingClientRect();
		const inside = %t ? from : main, left = inside.left + (%t ? -10 : 16), right = inside.right + (%t ? 10 : -16), top = from.top - 10;
		return {X: left, Y: top, Width: right - left, Height: Math.min(to.bottom + 10 - top, %f)}; })()`, p.from, p.to, p.tight, p.tight, p.tight, p.most), &box))
	var data []byte
	for _, quality := range []int64{60, 45, 30} {
		b.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
			data, err = cdppage.CaptureScreenshot().WithFormat(cdppage.CaptureScreenshotFormatWebp).WithQuality(quality).WithCaptureBeyondViewport(true).
				WithClip(&cdppage.Viewport{X: box.X, Y: box.Y, Width: box.Width, Height: box.Height, Scale: 1000 / box.Width}).Do(ctx)
			return err
		}))
		if len(data) <= largestPicture {
			return data
		}
	}
	b.t.Fatalf("%s has %d bytes", p.name, len(data))
	return nil
}

// TestBrowserHelp: Help fits a phone, and the question mark of a page leads to
// what speaks of it.
func TestBrowserHelp(t *testing.T) {
	if raced {
		t.Skip("it runs without the race detector")
	}
	s := newSite(t)
	b := browse(t, s)
	b.login("east")
	var place string
	b.do(chromedp.Navigate(s.url+"/files"), chromedp.AttributeValue("a.ask", "href", &place, nil))
	if place != "/help/akimat#send" {
		t.Errorf("the question mark of files leads to %s", place)
	}
	b.do(chromedp.Navigate(s.url+place), chromedp.WaitVisible("#send"))
	if text := b.text(); !strings.Contains(text, "Отправить и применить") {
		t.Errorf("Help on files says %s", text)
	}
	for _, lang := range words.Languages() {
		b.do(chromedp.Navigate(s.url+"/help"), chromedp.Click(`.languages button[value=`+lang+`]`), chromedp.WaitVisible(`.languages button[value=`+lang+`][aria-current]`))
		b.shot("help-" + lang)
		for _, topic := range []string{"akimat", "fund", "administrator", "auditor", "files", "words", "keyboard"} {
			for _, phone := range []bool{false, true} {
				b.phone(phone)
				var wide, broken bool
				b.do(chromedp.Navigate(s.url+"/help/"+topic), chromedp.WaitVisible("article.help"),
					chromedp.Evaluate(`document.querySelectorAll("img.picture").forEach((i) => i.loading = "eager"); document.documentElement.scrollWidth > innerWidth + 1`, &wide),
					chromedp.Poll(`[...document.querySelectorAll("img.picture")].every((i) => i.complete)`, nil),
					chromedp.Evaluate(`[...document.querySelectorAll("img.picture")].some((i) => i.naturalWidth != 1000)`, &broken))
				if wide || broken {
					t.Errorf("%s in %s, phone %t: wider than the window %t, a broken picture %t", topic, lang, phone, wide, broken)
				}
				if phone {
					b.shot("help-" + topic + "-phone-" + lang)
				} else {
					b.shot("help-" + topic + "-" + lang)
				}
			}
			b.phone(false)
		}
	}
	b.quiet()
}

var (
	hrefs = regexp.MustCompile(`<a [^>]*href="([^"]*)"`)
	srcs  = regexp.MustCompile(`<img [^>]*src="([^"]*)"[^>]*alt="([^"]*)"`)
	ids   = regexp.MustCompile(` id="([^"]*)"`)
)

// TestHelpPages opens every page of Help as every role in every language: its
// pictures are there, and each link leads to what this role may open.
func TestHelpPages(t *testing.T) {
	s := newSite(t)
	for _, login := range []string{"east", "fonds", "boss", "control"} {
		v := s.as(login)
		opened := map[string]int{}
		for _, lang := range words.Languages() {
			if code, _, _ := v.post("/language", url.Values{"lang": {lang}, "back": {"/help"}}); code != http.StatusSeeOther {
				t.Fatalf("language %s: %d", lang, code)
			}
			index := v.page("/help")
			if !strings.Contains(index, `<html lang="`+lang+`"`) {
				t.Fatalf("/help is not in %s", lang)
			}
			topics := regexp.MustCompile(`href="(/help/[a-z]+)"`).FindAllStringSubmatch(index, -1)
			if len(topics) != 7 {
				t.Fatalf("%d topics", len(topics))
			}
			role := map[string]string{"east": "akimat", "fonds": "fund", "boss": "administrator", "control": "auditor"}[login]
			if topics[0][1] != "/help/"+role {
				t.Errorf("%s is shown %s first", login, topics[0][1])
			}
			pictures := map[string]bool{}
			for _, path := range append([][]string{{"", "/help"}}, topics...) {
				page := v.page(path[1])
				s.helpLinks(v, login, path[1], page, opened)
				main := page[strings.Index(page, "<main"):]
				for _, m := range srcs.FindAllStringSubmatch(main, -1) {
					pictures[strings.TrimSuffix(filepath.Base(m[1]), ".webp")] = true
					if strings.TrimSpace(m[2]) == "" {
						t.Errorf("%s in %s: a picture without words", path[1], lang)
					}
					code, body, _ := v.get(m[1])
					if code != http.StatusOK || http.DetectContentType([]byte(body)) != "image/webp" || len(body) > largestPicture {
						t.Errorf("%s: %d, %d bytes of %s", m[1], code, len(body), http.DetectContentType([]byte(body)))
					}
				}
			}
			for _, name := range web.HelpPictures() {
				if !pictures[name] {
					t.Errorf("there is no picture %s in %s: go test ./cmd/osmsd -run TestBrowserHelpPictures -pictures", name, lang)
				}
			}
		}
	}
}

// helpLinks follows every link of a page.
func (s *site) helpLinks(v *visitor, login, at, page string, opened map[string]int) {
	s.t.Helper()
	for _, m := range hrefs.FindAllStringSubmatch(page, -1) {
		to, place, _ := strings.Cut(html.UnescapeString(m[1]), "#")
		if to == "" {
			to = at
		}
		if strings.HasPrefix(to, "/help") && place != "" {
			if body := v.page(to); !slices.ContainsFunc(ids.FindAllStringSubmatch(body, -1), func(id []string) bool { return id[1] == place }) {
				s.t.Errorf("%s as %s: nothing at %s", at, login, m[1])
			}
			continue
		}
		if opened[to] == 0 {
			code, _, where := v.get(to)
			if code == http.StatusSeeOther && !strings.HasPrefix(where, "/login") {
				code = http.StatusOK // the first page leads on
			}
			opened[to] = code
		}
		if opened[to] != http.StatusOK {
			s.t.Errorf("%s as %s: %s answers %d", at, login, m[1], opened[to])
		}
	}
}
