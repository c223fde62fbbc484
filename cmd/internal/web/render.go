package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"

	"osmsd/cmd/internal/words"
	"osmsd/sync/osms"
)

//go:embed texts
var textFiles embed.FS

//go:embed static
var staticFiles embed.FS

//go:embed templates
var templateFiles embed.FS

// catalogue is what the console says, with the words that the command line
// shares. Each group of pages has a file of its own in texts/.
var catalogue = sync.OnceValue(func() words.Catalogue {
	all := words.Shared()
	names, err := fs.Glob(textFiles, "texts/*.txt")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		text, err := textFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		all = all.And(words.Parse(string(text)))
	}
	return all
})

// pages are the templates, parsed once for every language: what a template says
// is settled when it is parsed.
type pages map[string]map[string]*template.Template // language → page → template

func parsePages() (pages, error) {
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	out := pages{}
	for _, lang := range languages() {
		out[lang] = map[string]*template.Template{}
		base, err := template.New("layout.html").Funcs(functions(lang)).ParseFS(templateFiles, "templates/layout.html", "templates/parts.html")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			page := strings.TrimSuffix(path.Base(name), ".html")
			if page == "layout" || page == "parts" {
				continue
			}
			t, err := base.Clone()
			if err == nil {
				t, err = t.ParseFS(templateFiles, name)
			}
			if err != nil {
				return nil, err
			}
			out[lang][page] = t
		}
	}
	return out, nil
}

// functions are what templates can say in a language.
func functions(lang string) template.FuncMap {
	c := catalogue()
	return template.FuncMap{
		"t":       func(key string, args ...any) string { return c.Text(lang, key, args...) },
		"word":    func(group string, value any) string { return c.Word(lang, group, fmt.Sprint(value)) },
		"journal": func(message string) string { return words.Journal(lang, message) },
		"count":   words.Grouped,
		"tenge":   func(t osms.Tiyn) string { return t.Grouped() },
		"day": func(d osms.Date) string {
			if d.IsZero() || d == osms.Forever {
				return "—"
			}
			return d.Dotted()
		},
		"region": func(r osms.Region) string {
			if name := r.In(lang); r != 0 && name != "" {
				return name
			}
			return r.OrNone(lang)
		},
		"category": func(category osms.Category) string { return categoryIn(lang, category) },
		"outcome":  func(o osms.Outcome) string { return o.In(lang) },
		"either":   cmpOr,
		"shown":    osms.Shown,
		"dash":     orDash,
		"join":     strings.Join,
		"add":      func(a, b int) int { return a + b },
		"list":     func(items ...any) []any { return items },
		"map": func(pairs ...any) (map[string]any, error) {
			if len(pairs)%2 != 0 {
				return nil, fmt.Errorf("map: a key without a value")
			}
			out := map[string]any{}
			for i := 0; i < len(pairs); i += 2 {
				out[fmt.Sprint(pairs[i])] = pairs[i+1]
			}
			return out, nil
		},
		"asset": asset,
		"lang":  func() string { return lang },
	}
}

// categoryIn is a category by its number and its name; "—" for none.
func categoryIn(lang string, c osms.Category) string {
	if name, number := catalogue().Word(lang, "category", string(c)), string(c); name != number {
		return number + " · " + name
	}
	return orDash(string(c))
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// page is what every template gets: V about the reader and the page, D what the
// page itself shows.
type page struct {
	V view
	D any
}

// view is what the frame around a page shows.
type view struct {
	Title   string
	Account osms.Account
	Lang    string
	Langs   []language
	Nav     []navGroup
	Back    string // where a change of language returns to
	Said    string // what was done just now
	Help    string // where Help speaks of the page
	// Fault is what is wrong with the form that is shown again, Hint what to do
	// about it; "": nothing.
	Fault, Hint string
	Version     string
	// Live is the topic that the page follows, "" for none. Without JavaScript the
	// page asks again by itself.
	Live  string
	zone  *time.Location
	s     *Server
	typed url.Values // what was typed into a form that is shown again
}

type language struct {
	Code, Name string
	Chosen     bool
}

// Time shows a moment where business dates are counted.
func (v view) Time(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(v.zone).Format("02.01.2006 15:04")
}

// Handle stands for a person in an address.
func (v view) Handle(person osms.IIN) string { return v.s.handles.of(person) }

// Typed is what was typed into a field of a form that is shown again, or what
// stands in it at first. Nobody is shown a password.
func (v view) Typed(field, first string) string {
	if v.typed == nil || strings.Contains(field, "password") {
		return first
	}
	return v.typed.Get(field)
}

// May reports whether the reader may ask for a route.
func (v view) May(pattern string) bool {
	return v.s.may(pattern)&holds(v.Account.Role) != 0 && v.Account.ID != 0
}

// show renders a page whole before anything is sent.
func (q *ask) show(name, title string, data any) error { return q.showLive(name, title, "", data) }

func (q *ask) showLive(name, title, live string, data any) error {
	return q.showAfter(name, title, live, data, nil)
}

// showAfter renders a page whole, does what must be done before anybody sees it,
// and sends it: a page that fails leaves no trace that it was looked at.
func (q *ask) showAfter(name, title, live string, data any, before func() error) error {
	v := view{Title: title, Account: q.account, Lang: q.lang, Version: q.s.Version, Live: live, zone: q.desk.Zone, s: q.s, Back: q.r.URL.RequestURI()}
	if q.r.Method != http.MethodGet || !local(v.Back) {
		v.Back = "/"
	}
	if said := q.r.URL.Query().Get("said"); said != "" {
		if text := q.say("said." + said); text != "said."+said {
			v.Said = text
		}
	}
	if f := q.typed; f != nil {
		v.Fault, v.Hint, v.typed = q.say(f.key, f.args...), q.hint(f), q.r.PostForm
	}
	for _, code := range languages() {
		v.Langs = append(v.Langs, language{code, catalogue().Text(code, "language.own"), code == q.lang})
	}
	if q.account.ID != 0 && !q.account.Expired {
		v.Nav = q.nav()
		v.Help = helpPlace(q.r.URL.Path, q.account.Role)
	}
	t := q.s.pages[q.lang][name]
	if t == nil {
		return fmt.Errorf("no template %q", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout.html", page{v, data}); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	if before != nil {
		if err := before(); err != nil {
			return err
		}
	}
	q.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	q.w.Header().Set("Content-Language", q.lang)
	if q.status != 0 {
		q.w.WriteHeader(q.status)
	}
	_, _ = b.WriteTo(q.w) // or they went away
	return nil
}

// assets are the embedded files by the name under which they are served, which
// changes with their content, so that browsers may keep them.
var assets = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	err := fs.WalkDir(staticFiles, "static", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := staticFiles.ReadFile(p)
		sum := sha256.Sum256(data)
		out[strings.TrimPrefix(p, "static/")] = hex.EncodeToString(sum[:6])
		return err
	})
	if err != nil {
		panic(err)
	}
	return out
})

func asset(name string) (string, error) {
	digest, ok := assets()[name]
	if !ok {
		return "", fmt.Errorf("no asset %q", name)
	}
	return "/static/" + digest + "/" + name, nil
}

// static serves the embedded files.
func (q *ask) static() error {
	name := q.r.PathValue("name")
	data, err := staticFiles.ReadFile("static/" + name)
	if err != nil || assets()[name] != q.r.PathValue("digest") {
		return refused(http.StatusNotFound, "refused.missing")
	}
	h := q.w.Header()
	h.Set("Content-Type", cmpOr(mime.TypeByExtension(path.Ext(name)), "application/octet-stream"))
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(q.w, q.r, name, time.Time{}, bytes.NewReader(data))
	return nil
}

// download sends a file that was made whole; name is what it is saved as.
func (q *ask) download(name, kind string, data []byte) error {
	h := q.w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", disposition(name))
	h.Set("Content-Length", fmt.Sprint(len(data)))
	_, _ = q.w.Write(data)
	return nil
}

// Kinds of what is downloaded.
const (
	kindPDF  = "application/pdf"
	kindXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	kindXLSM = "application/vnd.ms-excel.sheet.macroEnabled.12"
	kindCSV  = "text/csv; charset=utf-8"
	kindJSON = "application/json; charset=utf-8"
	kindText = "text/plain; charset=utf-8"
	kindDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

func disposition(name string) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}
