package statement

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
	"strings"
	"testing"
	"time"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

var update = flag.Bool("update", false, "write the golden texts anew")

// text extracts a PDF's text with poppler. CI has poppler; elsewhere its
// absence skips the test.
func text(t *testing.T, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pdftotext is missing: install poppler-utils")
		}
		t.Skip("pdftotext is missing")
	}
	file := filepath.Join(t.TempDir(), "statement.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-raw", "-enc", "UTF-8", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(out), "\u00a0", " ")
}

func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func nobody() osms.Statement {
	s := sample(0)
	s.Participation = osms.Participation{Status: osms.NotParticipating}
	return s
}

func TestPDFGolden(t *testing.T) {
	for name, s := range map[string]osms.Statement{"ten": signed(sample(10)), "longest": longest(), "none": nobody(), "mixed": signed(mixed())} {
		got := text(t, pdf(t, s))
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

func TestPDFNothingLost(t *testing.T) {
	s := signed(longest())
	got := flat(text(t, pdf(t, s)))
	for _, want := range []string{s.Name.String(), s.Person.Digits(), s.Number, Digest(s), s.Rows[0].Payer, AmountKK(s.Total), AmountRU(s.Total),
		s.Total.Grouped(), "2026 жылғы қазан / октябрь 2026 года", "право на медицинскую помощь сохраняется", "құқық сақталады",
		Code(s), "ТТК / КНП 121 – аударымдар / отчисления: 8 500,00", "3. Суммы по годам", word("check").kk, word("check").ru,
		categories()["13"].kk, categories()["13"].ru, word("note.claim").kk, word("note.claim").ru, word("note.date").kk, word("note.date").ru,
		"18:04:05", "Бет / Страница 1 / 2", "Бет / Страница 2 / 2"} {
		if !strings.Contains(got, flat(strings.ReplaceAll(want, "\u00a0", " "))) {
			t.Errorf("%q is not in the document", want)
		}
	}
	if !strings.Contains(strings.ReplaceAll(got, " ", ""), strings.ReplaceAll(s.Rows[0].Reference, " ", "")[:20]) {
		t.Error("the reference is not in the document")
	}
	if !strings.Contains(flat(text(t, pdf(t, nobody()))), word("no_rows").ru) {
		t.Error("a statement without sums does not say so")
	}
}

// TestPages: every row of a long statement is printed once, and every page
// that begins with rows has the table's head.
func TestPages(t *testing.T) {
	for _, n := range []int{6, 7, 8, 29, 30, 90} {
		s := sample(n)
		pages := strings.Split(text(t, pdf(t, s)), "\f")
		pages = pages[:len(pages)-1]
		rows := 0
		for i, p := range pages {
			here := 0
			for j := range s.Rows {
				if strings.Contains(p, fmt.Sprintf("\n%d %s ", j+1, shortMonth(s.Rows[j].Month))) {
					here++
				}
			}
			rows += here
			if here > 0 && !strings.Contains(p, "Плательщик") {
				t.Errorf("%d rows: page %d has rows and no head", n, i+1)
			}
			if want := fmt.Sprintf("Бет / Страница %d / %d", i+1, len(pages)); !strings.Contains(p, want) {
				t.Errorf("%d rows: page %d lacks %q", n, i+1, want)
			}
		}
		if rows != n {
			t.Errorf("%d rows printed, want %d", rows, n)
		}
	}
}

// TestGoldenBytes: the same bytes on every machine, in every zone. A new Go
// release may compress differently; then -update, after a look at the pages.
func TestGoldenBytes(t *testing.T) {
	for name, b := range map[string][]byte{"ten.pdf": pdf(t, signed(sample(10))), "ten.xlsx": xlsx(t, signed(sample(10)))} {
		file := filepath.Join("testdata", name+".sha256")
		sum := sha256.Sum256(b)
		got := hex.EncodeToString(sum[:])
		if *update {
			if err := os.WriteFile(file, []byte(got+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != strings.TrimSpace(string(want)) {
			t.Errorf("the bytes of %s have changed: %s", name, got)
		}
	}
}

func TestPDFSameBytes(t *testing.T) {
	for _, s := range []osms.Statement{sample(40), longest(), nobody()} {
		first := pdf(t, s)
		if !bytes.Equal(first, pdf(t, s)) {
			t.Error("two writes of one statement differ")
		}
		if bytes.Contains(first, []byte(s.Person.Digits())) {
			t.Error("the IIN stands in the metadata")
		}
	}
}

func TestPDFRefusals(t *testing.T) {
	var glyph *paper.GlyphError
	for name, c := range map[string]struct {
		change func(*osms.Statement)
		is     func(error) bool
	}{
		"glyph":      {func(s *osms.Statement) { s.Rows[1].Payer = "₸" }, func(err error) bool { return errors.As(err, &glyph) && glyph.Rune == '₸' }},
		"long payer": {func(s *osms.Statement) { s.Rows[1].Payer = strings.Repeat("Құдайберген ", 200) }, func(err error) bool { return errors.Is(err, paper.ErrFit) }},
		"number":     {func(s *osms.Statement) { s.Number = "" }, nil},
		"issued":     {func(s *osms.Statement) { s.Issued = time.Time{} }, nil},
		"person":     {func(s *osms.Statement) { s.Person = 0 }, nil},
		"period":     {func(s *osms.Statement) { s.To = 202512 }, nil},
		"rows": {func(s *osms.Statement) {
			s.Rows = make([]osms.StatementRow, MaxRows+1)
			s.Total = 0
		}, func(err error) bool { return errors.Is(err, ErrRows) }},
		"signature": {func(s *osms.Statement) { s.Signature = []byte("x") }, func(err error) bool { return errors.Is(err, ErrSignature) }},
		"status":    {func(s *osms.Statement) { s.Participation.Status = "perhaps" }, nil},
	} {
		s := sample(3)
		c.change(&s)
		var out bytes.Buffer
		if err := WritePDF(&out, s); err == nil || c.is != nil && !c.is(err) || out.Len() > 0 {
			t.Errorf("%s: error %v, %d bytes", name, err, out.Len())
		}
	}
}

func TestWordsAreWhole(t *testing.T) {
	for key, w := range words() {
		if w.kk == "" || w.ru == "" {
			t.Errorf("word %s", key)
		}
		for _, f := range []*paper.Face{paper.Regular(), paper.Bold()} {
			if err := f.Check(paper.Clean(w.kk + w.ru)); err != nil {
				t.Errorf("word %s: %v", key, err)
			}
		}
	}
	for code, w := range categories() {
		if w.kk == "" || w.ru == "" {
			t.Errorf("category %s", code)
		}
	}
	if got := category("99").both(); got != "99" {
		t.Errorf("an unknown category: %q", got)
	}
	// Deductions are the employers', contributions the state's.
	if w := word("status.participating"); !strings.Contains(w.kk, "жарналар") || !strings.Contains(w.ru, "взносы") || strings.Contains(w.ru, "отчислени") {
		t.Errorf("the state pays contributions: %v", w)
	}
}

func BenchmarkSignedJSON(b *testing.B) {
	s, k := sample(24), testKey("issuer")
	for b.Loop() {
		jsonOf(b, Sign(s, k))
	}
}

func BenchmarkPDF(b *testing.B) {
	s := signed(sample(24))
	for b.Loop() {
		pdf(b, s)
	}
}

func BenchmarkXLSX(b *testing.B) {
	s := signed(sample(24))
	for b.Loop() {
		xlsx(b, s)
	}
}

func BenchmarkVerifyPDF(b *testing.B) {
	file := pdf(b, signed(sample(24)))
	for b.Loop() {
		if _, err := Verify(file, "", testKeys()); err != nil {
			b.Fatal(err)
		}
	}
}
