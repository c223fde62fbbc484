package letter

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

var update = flag.Bool("update", false, "write the golden texts anew")

// text extracts a PDF's text with poppler. CI has poppler; elsewhere its
// absence skips the test.
func text(t *testing.T, pdf []byte, args ...string) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pdftotext is missing: install poppler-utils")
		}
		t.Skip("pdftotext is missing")
	}
	file := filepath.Join(t.TempDir(), "letters.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, append(args, "-enc", "UTF-8", file, "-")...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(out), "\u00a0", " ")
}

// html is what poppler makes of a PDF for browsers: links and outline too.
func html(t *testing.T, pdf []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "letters.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftohtml", "-xml", "-stdout", "-i", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// flat joins the lines of a text, as a wrapped paragraph reads.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// TestGoldenBytes: the same bytes on every machine, in every zone. A new Go
// release may compress differently; then -update, after a look at the pages.
func TestGoldenBytes(t *testing.T) {
	pdf := write(t, sample(3))
	if n := bytes.Count(pdf, []byte("(D:20261001120000)")); n != 2 {
		t.Errorf("%d dates of the letters' day, want creation and modification", n)
	}
	sum := sha256.Sum256(pdf)
	got := hex.EncodeToString(sum[:])
	if *update {
		if err := os.WriteFile("testdata/sample.sha256", []byte(got+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/sample.sha256")
	if err != nil {
		t.Fatal(err)
	}
	if got != strings.TrimSpace(string(want)) {
		t.Errorf("the bytes of the bundle have changed: %s", got)
	}
}

func TestSameBytes(t *testing.T) {
	for _, b := range []osms.LetterBundle{sample(90), longest()} {
		if first := write(t, b); !bytes.Equal(first, write(t, b)) {
			t.Error("two writes of one bundle differ")
		}
	}
	b := sample(2)
	first := write(t, b)
	b.Letters[1].Name.Given = "Ұлжан"
	if bytes.Equal(first, write(t, b)) {
		t.Error("another name, the same bytes")
	}
}

func TestGolden(t *testing.T) {
	for name, b := range map[string]osms.LetterBundle{"sample": sample(3), "longest": longest()} {
		got := text(t, write(t, b), "-raw")
		file := filepath.Join("testdata", name+".golden.txt")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: the text of the PDF differs from %s:\n%s", name, file, got)
		}
	}
}

// TestNothingLost reads every field of a crowded letter back from its page.
func TestNothingLost(t *testing.T) {
	b := longest()
	got := flat(text(t, write(t, b), "-raw"))
	page := flat(text(t, write(t, b), "-raw", "-f", "4", "-l", "4"))
	l := b.Letters[2]
	for _, want := range []string{l.Number, l.Name.String(), l.Person.Digits(), l.Basis.KK, l.Basis.RU,
		b.Organisation.NameKK, b.Organisation.NameRU, b.Organisation.AddressKK, b.Organisation.AddressRU,
		b.Organisation.Head, b.Organisation.Executor, b.Organisation.Phone, b.Organisation.BIN.Digits(), l.Facts.Grade,
		"2026 жылғы 1 қазан", "1 октября 2026 года", "2026 жылғы 30 қыркүйек", "30 сентября 2026 года",
		"2026 жылғы қазан", "октябрь 2026 года", "2010 жылғы 5 наурыз", "5 марта 2010 года",
		"алып тасталды", "исключены", "қашықтықтан", "дистанционная", "баланың сақтандырылуын тоқтатпайды", "не страхование ребёнка"} {
		if !strings.Contains(page, flat(want)) {
			t.Errorf("%q is not on the page", want)
		}
	}
	for _, want := range []string{"академиялық демалыс", "академический отпуск", "өзектендірілді", "обновлены"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in the document", want)
		}
	}
	if strings.Contains(page, "академический отпуск") {
		t.Error("a letter of removal speaks of academic leave")
	}
}

// TestContents checks that each entry names the page on which its letter is.
func TestContents(t *testing.T) {
	b := sample(97)
	pdf := write(t, b)
	pages := strings.Split(text(t, pdf, "-layout"), "\f")
	entry := regexp.MustCompile(`(63-2026-\d{6}) .* (\d+)\n`)
	found := 0
	for _, m := range entry.FindAllStringSubmatch(strings.Join(pages[:3], ""), -1) {
		found++
		n := 0
		for _, c := range m[2] {
			n = n*10 + int(c-'0')
		}
		if !strings.Contains(pages[n-1], m[1]) || !strings.Contains(pages[n-1], "УВЕДОМЛЕНИЕ") {
			t.Errorf("letter %s is not on page %d", m[1], n)
		}
	}
	if found != 97 {
		t.Errorf("%d entries in the table of contents, want 97", found)
	}
	// The outline and the links lead to the same pages.
	leads := html(t, pdf)
	for i := range 97 {
		item := fmt.Sprintf("<item page=\"%d\">%s ", i+4, b.Letters[i].Number)
		link := fmt.Sprintf("#%d\">%s", i+4, b.Letters[i].Number)
		if strings.Count(leads, item) != 1 || strings.Count(leads, link) != 1 {
			t.Errorf("no entry of the outline %q or no link %q", item, link)
		}
	}
	if n := strings.Count(leads, "<item "); n != 98 {
		t.Errorf("%d entries in the outline, want 98", n)
	}
}

func TestChildSentence(t *testing.T) {
	b := sample(3)
	b.Letters = b.Letters[2:]
	for _, c := range []struct {
		birth osms.Date
		child bool
	}{{20081002, true}, {20081001, false}, {20100305, true}, {19990101, false}} {
		b.Letters[0].Birth = c.birth
		got := flat(text(t, write(t, b), "-raw"))
		if strings.Contains(got, "не страхование ребёнка") != c.child || strings.Contains(got, "по иным основаниям") == c.child {
			t.Errorf("born %s: child %v is not what the letter says", c.birth, c.child)
		}
	}
}

func TestRefusals(t *testing.T) {
	spoil := func(f func(*osms.LetterBundle)) osms.LetterBundle { b := sample(2); f(&b); return b }
	var glyph *paper.GlyphError
	for name, c := range map[string]struct {
		bundle osms.LetterBundle
		want   string
		is     func(error) bool
	}{
		"empty":     {bundle: spoil(func(b *osms.LetterBundle) { b.Letters = nil }), is: func(err error) bool { return errors.Is(err, ErrEmpty) }},
		"too many":  {bundle: sample(MaxLetters + 1), is: func(err error) bool { return errors.Is(err, ErrTooMany) }},
		"no basis":  {bundle: spoil(func(b *osms.LetterBundle) { b.Letters[1].Basis.RU = "" }), want: "letter 63-2026-000002: the legal basis"},
		"no BIN":    {bundle: spoil(func(b *osms.LetterBundle) { b.Organisation.BIN = 0 }), want: "BIN"},
		"no date":   {bundle: spoil(func(b *osms.LetterBundle) { b.Date = 0 }), want: "date"},
		"no name":   {bundle: spoil(func(b *osms.LetterBundle) { b.Letters[1].Name = osms.Name{} }), want: "letter 63-2026-000002: the name is missing"},
		"no action": {bundle: spoil(func(b *osms.LetterBundle) { b.Letters[1].Action = "lost" }), want: "the action is missing"},
		"bad level": {bundle: spoil(func(b *osms.LetterBundle) { b.Letters[1].Facts.Level = "nursery" }), want: `no word for the level "nursery"`},
		"glyph": {bundle: spoil(func(b *osms.LetterBundle) { b.Letters[1].Name.Given = "Айгүл☃" }),
			want: "U+2603", is: func(err error) bool { return errors.As(err, &glyph) && glyph.Rune == '☃' }},
		"longer than a page": {bundle: spoil(func(b *osms.LetterBundle) { b.Letters[1].Facts.Grade = strings.Repeat("Құдайберген ", 400) }),
			want: "letter 63-2026-000002: the text does not fit on its page: the body", is: func(err error) bool { return errors.Is(err, paper.ErrFit) }},
		"too long": {bundle: spoil(func(b *osms.LetterBundle) { b.Letters[1].Name.Given = strings.Repeat("Құдайберген ", 400) }),
			want: "letter 63-2026-000002", is: func(err error) bool { return errors.Is(err, paper.ErrFit) }},
		"head too long": {bundle: spoil(func(b *osms.LetterBundle) { b.Organisation.Head = strings.Repeat("Құдайберген ", 40) }),
			is: func(err error) bool { return errors.Is(err, paper.ErrFit) }},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := Write(&out, c.bundle)
			if err == nil || !strings.Contains(err.Error(), c.want) || c.is != nil && !c.is(err) {
				t.Errorf("error %v", err)
			}
			if out.Len() > 0 {
				t.Error("a refused bundle wrote something")
			}
		})
	}
}

func TestCheck(t *testing.T) {
	b := sample(1)
	b.Letters[0].Number = "" // not given yet
	if err := Check(b, b.Letters[0]); err != nil {
		t.Error(err)
	}
	b.Letters[0].Name.Surname = "\U0001F600"
	if err := Check(b, b.Letters[0]); err == nil || err.Error() != "the font has no letter U+1F600" {
		t.Errorf("a face was printed: %v", err)
	}
	b.Letters[0].Name.Surname = strings.Repeat("Қ", 900)
	if err := Check(b, b.Letters[0]); !errors.Is(err, paper.ErrFit) || strings.Contains(err.Error(), "letter ") {
		t.Errorf("nine hundred letters: %v", err)
	}
}

// TestUnprintable: each letter that cannot be printed is found, and no other.
func TestUnprintable(t *testing.T) {
	b := sample(2*checkedAtOnce + 50)
	if found := Unprintable(b); len(found) != 0 {
		t.Errorf("%v", found)
	}
	bad := map[int]func(*osms.Letter){
		0:                  func(l *osms.Letter) { l.Name.Given = "Айгүл☃" },
		1:                  func(l *osms.Letter) { l.Name.Given = strings.Repeat("Ұзын", 300) },
		checkedAtOnce - 1:  func(l *osms.Letter) { l.Facts.Grade = "\U0001F600" },
		checkedAtOnce:      func(l *osms.Letter) { l.Basis = osms.LegalBasis{} },
		len(b.Letters) - 1: func(l *osms.Letter) { l.Facts.Level = "nursery" },
	}
	for i, spoil := range bad {
		spoil(&b.Letters[i])
	}
	found := Unprintable(b)
	for i := range b.Letters {
		if _, is := bad[i]; is != (found[i] != nil) {
			t.Errorf("letter %d: %v", i, found[i])
		}
	}
	b = sample(3)
	b.Organisation.BIN = 0
	if found := Unprintable(b); len(found) != 3 {
		t.Errorf("no organisation: %v", found)
	}
}

func TestVolumes(t *testing.T) {
	v := Volumes(sample(MaxLetters + 5))
	if len(v) != 2 || len(v[0].Letters) != MaxLetters || len(v[1].Letters) != 5 || v[1].Letters[4].Number != fmt.Sprintf("63-2026-%06d", MaxLetters+5) {
		t.Errorf("%d volumes", len(v))
	}
	if len(Volumes(sample(3))) != 1 || len(Volumes(sample(0))) != 0 {
		t.Error("a small bundle is its only volume, an empty one has none")
	}
}

func TestProvider(t *testing.T) {
	b := sample(1)
	b.Organisation = osms.Organisation{BIN: 60340001234}
	got := text(t, write(t, b), "-raw")
	if !strings.Contains(got, "Организация с БИН 060340001234") {
		t.Error("an organisation without a name is called by its number")
	}
}

// TestNoNumberOutside: the personal number stands on the page only.
func TestNoNumberOutside(t *testing.T) {
	b := sample(1)
	pdf := write(t, b)
	if bytes.Contains(pdf, []byte(b.Letters[0].Person.Digits())) {
		t.Error("the IIN stands in the metadata")
	}
	if bytes.Contains(pdf, []byte("\x001\x000\x000\x003\x000\x005\x006")) {
		t.Error("the IIN stands in the outline")
	}
}
