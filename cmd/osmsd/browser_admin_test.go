package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestBrowserAdministrator: a held diff is released, a month is run with its
// progress on the page, and what the run took in is taken back.
func TestBrowserAdministrator(t *testing.T) {
	s := newSite(t)
	b := browse(t, s)
	b.login("boss")
	b.open("/held")
	b.do(chromedp.WaitVisible(`input[name=reason]`))
	b.shot("held-ru")
	b.do(chromedp.SendKeys(`input[name=reason]`, "подтверждено письмом"), chromedp.Click(`button[formaction$="/release"]`))
	b.at("/files/")
	if text := b.text(); !strings.Contains(text, "Разрешено") {
		t.Errorf("released: %s", text)
	}

	// A roster lies in the drop folder: the run looks twice that it is at rest, so
	// there is time to see it go on.
	drop := filepath.Join(s.home.desk.Home.Inbox, "63", "новый.csv")
	if err := os.WriteFile(drop, []byte(siteRoster), 0o640); err != nil {
		t.Fatal(err)
	}
	b.open("/runs")
	b.do(chromedp.SetValue(`select[name=job]`, "intake"), chromedp.Click(`button[name=dry][value="1"]`), chromedp.WaitVisible("h1"))
	b.shot("run-dry-ru")
	if text := b.text(); !strings.Contains(text, "новый.csv") && !strings.Contains(text, "1") {
		t.Errorf("the dry run: %s", text)
	}
	if _, err := os.Stat(drop); err != nil {
		t.Errorf("the dry run took the file: %v", err)
	}
	b.open("/runs")
	b.do(chromedp.SetValue(`select[name=job]`, "month"), chromedp.SetValue(`form[action="/runs"] input[name=month]`, "2026-10"),
		chromedp.Click(`button[name=dry][value="0"]`))
	b.at("/runs/")
	b.do(chromedp.WaitVisible(`[data-progress]`, chromedp.ByQuery))
	var live bool
	b.do(chromedp.Evaluate(`document.body.dataset.live !== undefined`, &live))
	if !live {
		t.Error("the page of a run does not follow it")
	}
	b.shot("run-live-ru")
	// Nobody touches the page: the end of the run brings it up to date.
	b.do(chromedp.WaitNotPresent(`body[data-live]`))
	if text := b.text(); !strings.Contains(text, "выполнен") && !strings.Contains(text, "заверш") {
		t.Errorf("the run's page says %s", text)
	}
	b.shot("run-done-ru")
	if _, err := os.Stat(drop); err == nil {
		t.Error("the file lies there still")
	}

	b.open("/files")
	b.do(chromedp.Click(`//a[text()="новый.csv"]`, chromedp.BySearch))
	b.at("/files/")
	b.do(chromedp.Click(`a[href$="/undo"]`), chromedp.WaitVisible(`input[name=reason]`))
	b.shot("undo-ru")
	b.do(chromedp.SendKeys(`input[name=reason]`, "не тот файл"), chromedp.Click(`button.danger`))
	b.at("/files?said=undone")
	b.quiet()
	s.proved()
}

// pagesOf are the pages without a name in their address that somebody may open.
func (s *site) pagesOf(may map[string][]string, role string) (out []string) {
	for _, pattern := range s.web.Routes() {
		method, path, _ := strings.Cut(pattern, " ")
		who := may[pattern]
		if method != "GET" || strings.Contains(path, "{") || strings.HasPrefix(path, "/api/") || strings.HasSuffix(path, "z") || path == "/metrics" || path == "/letters/register" {
			continue
		}
		if slices.Contains(who, role) || slices.Contains(who, "everybody") {
			out = append(out, path)
		}
	}
	return out
}

// unsaid is a key of the catalogue that nobody put into words.
var unsaid = regexp.MustCompile(`(?m)^\s*[a-z]+\.[a-z]+(\.[a-z]+)*\s*$|%!`)

// TestBrowserPages opens every page of every role in Kazakh and Russian, at a desk
// and on a phone, and again without JavaScript: it is whole, fits, says everything
// in words, and asks nobody else for anything. -args -shots DIR keeps the pictures.
func TestBrowserPages(t *testing.T) {
	s := newSite(t)
	may := accessTable(t)
	for login, role := range map[string]string{"east": "akimat", "fonds": "fund", "boss": "administrator", "control": "auditor"} {
		if raced && role != "administrator" {
			continue // the others come without the race detector
		}
		t.Run(role, func(t *testing.T) {
			b := browse(t, &site{t: t, app: s.app, home: s.home, web: s.web, url: s.url, log: s.log, now: s.now})
			b.login(login)
			pages := s.pagesOf(may, role)
			if len(pages) < 6 {
				t.Fatalf("%d pages", len(pages))
			}
			for _, lang := range []string{"ru", "kk"} {
				b.open("/files")
				b.do(chromedp.Click(`.languages button[value=`+lang+`]`), chromedp.WaitVisible(`.languages button[value=`+lang+`][aria-current]`))
				for _, path := range pages {
					var title, language string
					var wide bool
					b.open(path + "?month=2026-09")
					b.do(chromedp.WaitReady("main"), chromedp.Text("h1", &title), chromedp.AttributeValue("html", "lang", &language, nil))
					text := b.text()
					if strings.TrimSpace(title) == "" || language != lang || strings.Contains(text, "Не получилось") || strings.Contains(text, "Орындалмады") {
						t.Errorf("%s in %s: %q in %q: %s", path, lang, title, language, text)
					}
					if m := unsaid.FindString(text); m != "" {
						t.Errorf("%s in %s says %q", path, lang, m)
					}
					name := role + strings.ReplaceAll(path, "/", "-")
					b.shot(name + "-" + lang)
					if lang == "ru" || role == "fund" || role == "auditor" {
						continue
					}
					b.phone(true)
					b.do(chromedp.Evaluate(`document.documentElement.scrollWidth > innerWidth + 1`, &wide))
					if wide {
						t.Errorf("%s is wider than a phone", path)
					}
					b.shot(name + "-phone")
					b.phone(false)
				}
			}
			b.scripts(false)
			for _, path := range pages {
				if role == "fund" || role == "auditor" {
					break // their pages are the administrator's
				}
				var title string
				b.open(path)
				b.do(chromedp.WaitReady("main"), chromedp.Text("h1", &title))
				if strings.TrimSpace(title) == "" {
					t.Errorf("%s without JavaScript has no title", path)
				}
			}
			b.quiet()
		})
	}
}
