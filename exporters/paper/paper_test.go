package paper

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"osmsd/sync/osms"
)

const kazakh = "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ"

func TestEveryLetter(t *testing.T) {
	alphabet := kazakh + strings.ToLower(kazakh) + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" +
		"0123456789 \u00a0№«»“”„–—…·.,:;!?()[]/+-=%&@*'\"Əə"
	for _, f := range []*Face{Regular(), Bold()} {
		if err := f.Check(alphabet); err != nil {
			t.Errorf("face %q: %v", f.style, err)
		}
	}
	var glyph *GlyphError
	if err := Regular().Check("5 ₸"); !errors.As(err, &glyph) || glyph.Rune != '₸' {
		t.Errorf("the sign of the tenge: %v", err)
	}
	for _, r := range []rune{-1, 0, '\n', 0xFFFF, 0x1F600} {
		if Regular().Has(r) {
			t.Errorf("the font claims %U", r)
		}
	}
}

// TestWidths compares our measure of the fonts with that of Times, to which
// Liberation Serif is drawn.
func TestWidths(t *testing.T) {
	for r, want := range map[rune][2]int{' ': {250, 250}, 'A': {722, 722}, 'a': {444, 500}, 'W': {944, 1000}, 'i': {278, 278}, '0': {500, 500},
		'.': {250, 250}, '–': {500, 500}, '—': {1000, 1000}, '«': {500, 500}, 'Ж': {896, 989}, 'ы': {672, 781}} {
		for i, f := range faces() {
			if int(f.widths[r]) != want[i] {
				t.Errorf("face %q, %c: width %d, want %d", f.style, r, f.widths[r], want[i])
			}
		}
	}
}

func TestWrap(t *testing.T) {
	f := Regular()
	for _, c := range []struct {
		text  string
		width float64
		want  string
	}{
		{"", 50, ""},
		{"бір", 50, "бір"},
		{"бір екі үш", 14, "бір екі|үш"},
		{"бір екі үш", 1000, "бір екі үш"},
		{"Восточно-Казахстанской", 30, "Восточно-|Казахстанской"},
		{"№\u00a063-2026-000001", 30, "№\u00a063-2026-000001"},
		{"хат № 63-2026-000001", 30, "хат №|63-2026-000001"},
		{"Заң № 405-VIII", 20, "Заң №|405-VIII"},
		{"KZ-2026-10-000417 а", 26, "KZ-2026-10-|000417 а"},
		{"а KZ-2026-10-000417", 26, "а|KZ-2026-10-|000417"},
		{"каз-15 рет", 10, "каз-15|рет"},
		{"Ә-Ө-Ү", 8, "Ә-Ө-|Ү"},
		{"қоса-/бөлек", 12, "қоса-/|бөлек"},
		{"а Құдайбергенұлы", 12, "а|Құдайб|ергенұл|ы"},
		{"2026\u00a0жылғы 1\u00a0қазан", 24, "2026\u00a0жылғы|1\u00a0қазан"},
	} {
		if got := strings.Join(f.Wrap(c.text, 10, c.width), "|"); got != c.want {
			t.Errorf("%q in %.0f mm: %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("Құдайбергенұлы Айгүл – Өмірзаққызы", 20.0)
	f.Add("a/b/c---- d", 3.0)
	f.Fuzz(func(t *testing.T, s string, width float64) {
		if !(width >= 5 && width <= 500) || !utf8.ValidString(s) {
			t.Skip()
		}
		s = Clean(s)
		if again := Clean(s); again != s {
			t.Fatalf("Clean is not stable: %q, %q", s, again)
		}
		lines := Regular().Wrap(s, 10, width)
		if strings.ReplaceAll(strings.Join(lines, ""), " ", "") != strings.ReplaceAll(s, " ", "") {
			t.Fatalf("%q lost something: %q", s, lines)
		}
		for _, line := range lines {
			if Regular().Width(line, 10) > width+0.01 && utf8.RuneCountInString(line) > 1 {
				t.Fatalf("%q is wider than %.1f mm", line, width)
			}
			if strings.HasPrefix(line, " ") || strings.HasSuffix(line, " ") || line == "" {
				t.Fatalf("the line %q of %q", line, s)
			}
		}
	})
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"Айгүл": "Айгүл", " a  b ": "a b", "a\tb\r\nc": "a b c", "Щёголев": "Щёголев", "Майра": "Майра",
		"Ай\u200bгүл\u202e": "Айгүл", "№ 181": "№\u00a0181", "1\u202f000\u00a0т": "1\u00a0000\u00a0т", "a\u2011b": "a-b", "": "", " ": "",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{DateKK(20261001), "2026 жылғы 1 қазан"}, {DateRU(20261001), "1 октября 2026 года"},
		{DateKK(20240229), "2024 жылғы 29 ақпан"}, {DateRU(20240229), "29 февраля 2024 года"},
		{DateRU(20200310), "10 марта 2020 года"}, {DateKK(20200310), "2020 жылғы 10 наурыз"},
		{MonthKK(202610), "2026 жылғы қазан"}, {MonthRU(202610), "октябрь 2026 года"},
		{MonthKK(202612), "2026 жылғы желтоқсан"}, {MonthRU(202601), "январь 2026 года"},
		{DateKK(0) + DateRU(0) + MonthKK(0) + MonthRU(0), ""},
	} {
		if got := strings.ReplaceAll(c.got, "\u00a0", " "); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	seen := map[string]bool{}
	for m := osms.Month(202601); m <= 202612; m++ {
		seen[MonthKK(m)], seen[MonthRU(m)], seen[DateRU(m.First())] = true, true, true
	}
	if len(seen) != 36 {
		t.Errorf("%d different months, want 36", len(seen))
	}
}

func TestDocumentRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		o    Options
		draw func(*Document)
		want error
	}{
		"no date":    {Options{}, func(*Document) {}, nil},
		"glyph":      {Options{Date: 20261001}, func(d *Document) { d.Line(Regular(), 10, 10, 10, "₸") }, &GlyphError{'₸'}},
		"right edge": {Options{Date: 20261001}, func(d *Document) { d.Line(Regular(), 10, 190, 10, "Құдайбергенұлы") }, ErrFit},
		"lower edge": {Options{Date: 20261001}, func(d *Document) { d.Line(Regular(), 10, 10, 298, "а") }, ErrFit},
		"too small":  {Options{Date: 20261001}, func(d *Document) { d.Line(Regular(), 6, 10, 10, "а") }, ErrFit},
		"no page":    {Options{Date: 20261001}, nil, nil},
		"tag":        {Options{Date: 20261001, Lang: "kk)"}, func(*Document) {}, nil},
		"tag later":  {Options{Date: 20261001}, func(d *Document) { d.Language("қаз") }, nil},
		"nowhere":    {Options{Date: 20261001}, func(d *Document) { d.Link(1, 1, 1, 1, d.NewTarget()) }, nil},
		"glyph, spread": {Options{Date: 20261001}, func(d *Document) {
			d.Print(Set(Bold(), 10, 20, Justified, "а ₸ б в г д е ж з и к л м"), 10, 10)
		}, &GlyphError{'₸'}},
	} {
		d := New(c.o)
		if c.draw != nil {
			d.NewPage()
			c.draw(d)
		}
		var out bytes.Buffer
		err := d.Write(&out)
		var glyph *GlyphError
		switch {
		case err == nil || out.Len() > 0:
			t.Errorf("%s: accepted", name)
		case errors.As(c.want, &glyph):
			var got *GlyphError
			if !errors.As(err, &got) || got.Rune != glyph.Rune {
				t.Errorf("%s: %v", name, err)
			}
		case c.want != nil && !errors.Is(err, c.want):
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSetWithin(t *testing.T) {
	if b, ok := SetWithin(Regular(), 11, 60, 2, Left, "Қысқа"); !ok || b.Size != 11 {
		t.Errorf("a short text: %v in %.1f points", ok, b.Size)
	}
	long := strings.Repeat("Құдайбергенұлы ", 6)
	if b, ok := SetWithin(Regular(), 11, 50, 3, Left, long); !ok || b.Size >= 11 || b.Size < MinSize || len(b.Lines) > 3 {
		t.Errorf("a long text: %v in %.1f points, %d lines", ok, b.Size, len(b.Lines))
	}
	if _, ok := SetWithin(Regular(), 11, 60, 2, Left, strings.Repeat(long, 4)); ok {
		t.Error("a text that cannot fit was said to")
	}
}

// TestEveryLetterOnPaper prints the alphabet in both faces, ragged and
// justified, and reads it back.
func TestEveryLetterOnPaper(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pdftotext is missing: install poppler-utils")
		}
		t.Skip("pdftotext is missing")
	}
	d := New(Options{Title: "Ә", Date: 20261001})
	d.NewPage()
	y := 20.0
	for _, f := range []*Face{Regular(), Bold()} {
		for _, a := range []Align{Left, Centre, Right, Justified} {
			y += d.Print(Set(f, 11, 60, a, strings.Join(strings.Split(kazakh+strings.ToLower(kazakh)+"№«»()\\", ""), " ")), 20, y) + 3
		}
	}
	file := filepath.Join(t.TempDir(), "alphabet.pdf")
	var out bytes.Buffer
	if err := d.Write(&out); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command(tool, "-raw", "-enc", "UTF-8", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.FieldsFunc(string(text), func(r rune) bool { return r <= ' ' || r == '\u00a0' }), "")
	if want := strings.Repeat(kazakh+strings.ToLower(kazakh)+"№«»()\\", 8); got != want {
		t.Errorf("read back %q", got)
	}
}
