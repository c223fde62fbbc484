package ledger

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

var update = flag.Bool("update", false, "write the expected documents of testdata/statements")

// sample is a file of testdata/statements: a statement and its documents.
type sample struct{ name, path, comment, file, want string }

func samples(t testing.TB) []sample {
	t.Helper()
	paths, err := filepath.Glob("testdata/statements/*.txt")
	if err != nil || len(paths) < 9 {
		t.Fatal(len(paths), err)
	}
	var all []sample
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s := sample{name: strings.TrimSuffix(filepath.Base(path), ".txt"), path: path}
		s.comment, s.file, _ = strings.Cut(string(text), "-- file --\n")
		s.file, s.want, _ = strings.Cut(s.file, "-- documents --\n")
		all = append(all, s)
	}
	return all
}

// open reads a statement as the program does, and once more its postings.
func open(text []byte, limits sheet.Limits) (*Documents, [][]osms.Posting, error) {
	src, size := bytes.NewReader(text), int64(len(text))
	d, err := ReadDocuments(src, size, Detect(src, size, limits), limits, Options{})
	if err != nil {
		return nil, nil, err
	}
	postings := make([][]osms.Posting, len(d.Documents))
	err = d.Each(src, size, func(document int, p *osms.Posting) error {
		postings[document] = append(postings[document], *p)
		return nil
	})
	return d, postings, err
}

func show(d *Documents, postings [][]osms.Posting) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s rows %d ignored %d controlled %t\n", d.Format, d.Rows, d.Ignored, d.Controlled)
	for _, w := range d.Refusals {
		fmt.Fprintf(&b, "%s %s line %d %s %s\n", w.Severity, w.Code, w.Row, w.Field, w.Value)
	}
	for i, m := range d.Documents {
		fmt.Fprintf(&b, "line %d: %s %s number %q ref %q dated %s account %s\n  %q %s -> %q %s\n  knp %q month %s region %s persons %d returned %t reverses %q %s %q\n",
			m.Row, m.Booked, m.Amount, m.Number, m.Reference, m.Dated, m.Account, m.Payer, m.PayerID, m.Payee, m.PayeeID,
			m.KNP, m.Month, m.Region, m.Persons, m.Returned, m.Reverses, m.Format, m.Purpose)
		for _, p := range postings[i] {
			fmt.Fprintf(&b, "  posting %d: %s %s month %s region %s returned %t reverses %q\n", p.Number, p.Person.Digits(), p.Amount, p.Month, p.Region, p.Returned, p.Reverses)
		}
	}
	return b.String()
}

func identities(d *Documents) []string {
	var all []string
	for _, m := range d.Documents {
		all = append(all, m.Identity)
	}
	slices.Sort(all)
	return all
}

func TestStatements(t *testing.T) {
	for _, s := range samples(t) {
		d, postings, err := open([]byte(s.file), sheet.Limits{})
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
			continue
		}
		got := show(d, postings)
		if *update {
			if err := os.WriteFile(s.path, []byte(s.comment+"-- file --\n"+s.file+"-- documents --\n"+got), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if got != s.want {
			t.Errorf("%s:\n%s\nwant\n%s", s.name, got, s.want)
		}
		if !d.Controlled || d.Encoding == "" || !slices.IsSorted(identities(d)) && len(identities(d)) == 0 {
			t.Errorf("%s: controlled %t, %q", s.name, d.Controlled, d.Encoding)
		}
		if ids := identities(d); len(slices.Compact(ids)) != len(d.Documents) {
			t.Errorf("%s: two documents of one identity", s.name)
		}
	}
}

// TestMoneyOfStatements: what a file comes to is what its movements come to, and
// what is for no month or region is told.
func TestMoneyOfStatements(t *testing.T) {
	somewhere := osms.Tiyn(0)
	for _, s := range samples(t) {
		d, postings, err := open([]byte(s.file), sheet.Limits{})
		if err != nil {
			t.Fatal(s.name, err)
		}
		want := osms.MoneyReport{Documents: len(d.Documents)}
		for i, x := range d.Documents {
			want.Amount += x.Amount
			want.Persons += x.Persons
			parts := postings[i]
			if len(parts) == 0 {
				parts = []osms.Posting{{Month: x.Month, Amount: x.Amount}}
			}
			for _, p := range parts {
				if p.Month == 0 {
					want.NoMonth += p.Amount
				}
				if x.Region == 0 && p.Region == 0 {
					want.NoRegion += p.Amount
				}
			}
		}
		got := *d.Money()
		somewhere += got.Amount - got.NoMonth
		if got.Documents != want.Documents || got.Persons != want.Persons || got.Amount != want.Amount || got.NoMonth != want.NoMonth || got.NoRegion != want.NoRegion ||
			!slices.IsSorted(got.Months) || !slices.IsSorted(got.Regions) {
			t.Errorf("%s: %+v, want %+v", s.name, got, want)
		}
	}
	if somewhere == 0 {
		t.Error("no sample says for which month it pays")
	}
}

// TestStatementsCut: a statement that ends too soon, after any line and many a byte, is refused,
// or it is whole.
func TestStatementsCut(t *testing.T) {
	for _, s := range samples(t) {
		whole, postings, err := open([]byte(s.file), sheet.Limits{})
		if err != nil {
			t.Fatal(s.name, err)
		}
		want := show(whole, postings)
		accepted := 0
		for cut := 1; cut < len(s.file); cut++ {
			if s.file[cut-1] != '\n' && cut%11 != 0 {
				continue
			}
			d, postings, err := open([]byte(s.file[:cut]), sheet.Limits{})
			if err == nil && show(d, postings) != want {
				t.Fatalf("%s cut after %q: %s", s.name, s.file[max(0, cut-40):cut], show(d, postings))
			}
			if err == nil {
				accepted++
			} else {
				fileCode(t, err)
			}
		}
		if accepted > 10 {
			t.Errorf("%s: %d beginnings were accepted", s.name, accepted)
		}
	}
}

func fileCode(t testing.TB, err error) osms.FileCode {
	t.Helper()
	var refused *osms.FileError
	if !errors.As(err, &refused) {
		t.Fatalf("%v is no refusal", err)
	}
	return refused.Code
}

// TestStatementsDoubled: the same statement twice is the statement once.
func TestStatementsDoubled(t *testing.T) {
	stmt := regexp.MustCompile(`(?s)(<c?:?Stmt>.*</c?:?Stmt>)`)
	for _, s := range samples(t) {
		once, _, err := open([]byte(s.file), sheet.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		doubled := s.file + s.file
		if strings.HasPrefix(s.name, "camt") {
			doubled = stmt.ReplaceAllString(s.file, "$1$1")
		}
		d, _, err := open([]byte(doubled), sheet.Limits{})
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
			continue
		}
		if !slices.Equal(identities(d), identities(once)) || d.Rows != 2*once.Rows || d.Ignored != once.Rows+once.Ignored {
			t.Errorf("%s: %d documents, %d ignored of %d", s.name, len(d.Documents), d.Ignored, d.Rows)
		}
	}
}

// TestStatementsReordered: movements in another order are the same movements.
func TestStatementsReordered(t *testing.T) {
	parts := map[string]*regexp.Regexp{
		"1c": regexp.MustCompile(`(?s)СекцияДокумент.*?КонецДокумента\n`), "camt": regexp.MustCompile(`(?s)<c?:?Ntry>.*?</c?:?Ntry>`),
		"mt": regexp.MustCompile(`(?s):61:.*?\n(:6|-)`),
	}
	for _, s := range samples(t) {
		once, _, err := open([]byte(s.file), sheet.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var text string
		switch {
		case strings.HasPrefix(s.name, "mt"):
			text = reverseMovements(s.file)
		case strings.HasPrefix(s.name, "camt"):
			text = reverseAll(parts["camt"], s.file)
		default:
			text = reverseAll(parts["1c"], s.file)
		}
		d, _, err := open([]byte(text), sheet.Limits{})
		if err != nil {
			t.Errorf("%s: %v", s.name, err)
		} else if text == s.file || !slices.Equal(identities(d), identities(once)) {
			t.Errorf("%s: other identities\n%s", s.name, text)
		}
	}
}

func reverseAll(part *regexp.Regexp, text string) string {
	all := part.FindAllString(text, -1)
	return part.ReplaceAllStringFunc(text, func(string) string {
		last := all[len(all)-1]
		all = all[:len(all)-1]
		return last
	})
}

// reverseMovements turns the order of the fields 61, each with its 86, around in
// every message.
func reverseMovements(text string) string {
	var out, group []string
	flush := func() {
		slices.Reverse(group)
		out = append(out, group...)
		group = nil
	}
	inside := false
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, ":61:"):
			inside = true
			group = append(group, line)
		case strings.HasPrefix(line, ":62"):
			inside = false
			flush()
			out = append(out, line)
		case inside:
			group[len(group)-1] += line
		default:
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

// encodings writes a text in each encoding that has its letters.
func encodings(t testing.TB, text string) map[string][]byte {
	kz := strings.NewReplacer("Қ", "К", "қ", "к", "Ә", "А", "ә", "а", "Ұ", "У", "ұ", "у", "Ү", "У", "ү", "у", "І", "И", "і", "и", "Ң", "Н", "ң", "н", "Ғ", "Г", "ғ", "г", "Ө", "О", "ө", "о", "Һ", "Х", "һ", "х")
	plain := kz.Replace(text)
	all := map[string][]byte{"utf-8-bom": append([]byte("\xEF\xBB\xBF"), text...), "crlf": []byte(strings.ReplaceAll(text, "\n", "\r\n")),
		"cr": []byte(strings.ReplaceAll(text, "\n", "\r"))}
	for name, page := range map[string]*charmap.Charmap{"windows-1251": charmap.Windows1251, "cp866": charmap.CodePage866} {
		b, err := page.NewEncoder().Bytes([]byte(plain))
		if err != nil {
			t.Fatal(name, err)
		}
		all[name] = b
	}
	var kz1048 []byte
	for _, r := range text {
		const from = "ҚҺқһҰұӘӨҒҮөғәҢңү"
		to := []byte{0x8D, 0x8E, 0x9D, 0x9E, 0xA1, 0xA2, 0xA3, 0xA5, 0xAA, 0xAF, 0xB4, 0xBA, 0xBC, 0xBD, 0xBE, 0xBF}
		if i := strings.IndexRune(from, r); i >= 0 {
			kz1048 = append(kz1048, to[i/2])
			continue
		}
		b, ok := charmap.Windows1251.EncodeRune(r)
		if !ok {
			t.Fatalf("%q", r)
		}
		kz1048 = append(kz1048, b)
	}
	all["kz-1048"] = kz1048
	wide := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	all["utf-16le"] = wide
	return all
}

// TestStatementsReencoded: the encoding and the line ends change nothing in what
// a document is.
func TestStatementsReencoded(t *testing.T) {
	for _, s := range samples(t) {
		once, _, err := open([]byte(s.file), sheet.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range encodings(t, s.file) {
			d, _, err := open(text, sheet.Limits{})
			if err != nil {
				t.Errorf("%s in %s: %v", s.name, name, err)
				continue
			}
			if !slices.Equal(identities(d), identities(once)) || len(d.Documents) == 0 {
				t.Errorf("%s in %s: other identities", s.name, name)
			}
			for i, m := range d.Documents {
				o := once.Documents[i]
				if m.Month != o.Month || m.Region != o.Region || m.Persons != o.Persons || m.Returned != o.Returned || m.Row != o.Row {
					t.Errorf("%s in %s: document %d says something else", s.name, name, i+1)
				}
			}
		}
	}
}

// TestStatementsChanged: one other digit in any amount, balance or total, and the
// file is refused.
func TestStatementsChanged(t *testing.T) {
	money := regexp.MustCompile(`(?m)(?:^(?:Сумма|сумма|СуммаПриход|СуммаРасход|НачальныйОстаток|КонечныйОстаток|ВсегоПоступило|ВсегоСписано)=([0-9., -]+)$` +
		`|^:6[02][FM]:[CD]\d{6}KZT([0-9,]+)|^:61:(?:\d{10}|\d{6})R?[CD]T?([0-9,]+)|^:90[CD]:([0-9]+)KZT([0-9,]+)` +
		`|<(?:c:)?(?:Amt|Sum|TtlAmt|NbOfNtries|NbOfTxs)(?: Ccy="KZT")?>([0-9.]+)<)`)
	for _, s := range samples(t) {
		changed := 0
		for _, at := range money.FindAllStringSubmatchIndex(s.file, -1) {
			for g := 2; g < len(at); g += 2 {
				for i := at[g]; i >= 0 && i < at[g+1]; i++ {
					if c := s.file[i]; c < '0' || c > '9' {
						continue
					}
					changed++
					text := []byte(s.file)
					text[i] = '0' + (text[i]-'0'+1)%10
					if _, _, err := open(text, sheet.Limits{}); err == nil {
						t.Errorf("%s: %q was accepted", s.name, text[max(0, i-40):min(len(text), i+20)])
					} else if code := fileCode(t, err); code != osms.FileControlTotal && code != osms.FileDamaged {
						t.Errorf("%s: %v", s.name, err)
					}
				}
			}
		}
		if changed < 16 {
			t.Errorf("%s: %d digits changed", s.name, changed)
		}
	}
}

// TestStatementLimits: too many movements are refused by the number allowed.
func TestStatementLimits(t *testing.T) {
	for _, s := range samples(t) {
		d, _, err := open([]byte(s.file), sheet.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := open([]byte(s.file), sheet.Limits{Rows: d.Rows}); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
		if _, _, err := open([]byte(s.file), sheet.Limits{Rows: d.Rows - 1}); err == nil || fileCode(t, err) != osms.FileTooManyRows {
			t.Errorf("%s: %v", s.name, err)
		}
	}
}
