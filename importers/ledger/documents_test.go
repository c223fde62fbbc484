package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"osmsd/importers/ledger"
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// documents reads a file of payment documents, by its content.
func documents(file []byte) (*ledger.Documents, error) {
	src, size := bytes.NewReader(file), int64(len(file))
	return ledger.ReadDocuments(src, size, ledger.Detect(src, size, sheet.Limits{}), sheet.Limits{}, ledger.Options{})
}

// tellDocuments tells what came of a file, a line each.
func tellDocuments(t testing.TB, file []byte) string {
	t.Helper()
	docs, err := documents(file)
	if err != nil {
		var refusal *osms.FileError
		if !errors.As(err, &refusal) {
			t.Fatal(err)
		}
		return refusal.Error() + "\n"
	}
	var b strings.Builder
	for _, d := range docs.Documents {
		fmt.Fprintf(&b, "%s %d ref %s no %s of %s on %s from %s %s to %s %s knp %s for %s %s: %d, %s", d.Format, d.Row, d.Reference, d.Number, d.Dated, d.Booked,
			d.PayerID, d.Payer, d.PayeeID, d.Payee, d.KNP, d.Month, d.Region, d.Persons, d.Amount)
		if d.Returned {
			fmt.Fprintf(&b, " returned %s", d.Reverses)
		}
		fmt.Fprintf(&b, " %q\n", d.Purpose)
	}
	for _, p := range postings(t, docs, file) {
		fmt.Fprintf(&b, "  %s\n", p)
	}
	for _, r := range docs.Refusals {
		fmt.Fprintf(&b, "%s %s%s %d %s %s %q %s\n", r.Severity, r.Sheet, r.Cell, r.Row, r.Field, r.Code, r.Value, r.Detail)
	}
	if docs.Ignored > 0 {
		fmt.Fprintf(&b, "ignored %d\n", docs.Ignored)
	}
	if docs.Controlled {
		b.WriteString("controlled\n")
	}
	text := b.String()
	for strings.Contains(text, "  ") {
		text = strings.ReplaceAll(text, "  ", " ")
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, " \n", "\n"), "\n ", "\n")
}

// postings reads the second time and compares with the first.
func postings(t testing.TB, docs *ledger.Documents, file []byte) (told []string) {
	t.Helper()
	want := osms.MoneyReport{Documents: len(docs.Documents)}
	persons, amounts := make([]int, len(docs.Documents)), make([]osms.Tiyn, len(docs.Documents))
	err := docs.Each(bytes.NewReader(file), int64(len(file)), func(document int, p *osms.Posting) error {
		persons[document]++
		amounts[document] += p.Amount
		if p.Month == 0 {
			want.NoMonth += p.Amount
		} else if !slices.Contains(want.Months, p.Month) {
			want.Months = append(want.Months, p.Month)
		}
		for _, region := range []osms.Region{p.Region, docs.Documents[document].Region} {
			if region != 0 && !slices.Contains(want.Regions, region) {
				want.Regions = append(want.Regions, region)
			}
		}
		if p.Region == 0 && docs.Documents[document].Region == 0 {
			want.NoRegion += p.Amount
		}
		person := p.Given
		if p.Person != 0 {
			person = p.Person.Digits()
		}
		line := fmt.Sprintf("%d.%d %d %s %s %s %s %s %s %s", document, p.Number, p.Row, person, p.Name, p.Birth, p.Month, p.Region, p.Amount, p.KNP)
		if p.Returned {
			line += " returned " + p.Reverses
		}
		told = append(told, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := docs.Refused + docs.Ignored
	for i, d := range docs.Documents {
		rows += persons[i]
		want.Persons += persons[i]
		want.Amount += amounts[i]
		if d.Persons != persons[i] || d.Amount != amounts[i] {
			t.Errorf("document %d has %d, %s; its postings %d, %s", i, d.Persons, d.Amount, persons[i], amounts[i])
		}
	}
	if rows != docs.Rows {
		t.Errorf("%d rows, accounted for %d", docs.Rows, rows)
	}
	slices.Sort(want.Months)
	slices.Sort(want.Regions)
	if got := *docs.Money(); got.Documents > 0 && got.Persons > 0 && !reflect.DeepEqual(got, want) {
		t.Errorf("the money is %+v, of the postings %+v", got, want)
	}
	return told
}

// fakeIIN makes a number by the check digit: born on 14 March 2007.
func fakeIIN(serial uint64) osms.IIN {
	for n := 70314600000 + serial*10; ; n += 10 {
		if k, ok := osms.CheckDigit(n / 10); ok {
			return osms.IIN(n + uint64(k))
		}
	}
}

func utf16le(s string) []byte {
	b := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

// kz1048 writes the letters of the samples in the national code page.
func kz1048(s string) []byte {
	special := map[rune]byte{'Қ': 0x8d, 'қ': 0x9d, 'Ә': 0xa3, 'ә': 0xbc, 'Ғ': 0xaa, 'ғ': 0xba, 'Ұ': 0xa1, 'ұ': 0xa2,
		'Ү': 0xaf, 'ү': 0xbf, 'Ө': 0xa5, 'ө': 0xb4, 'Ң': 0xbd, 'ң': 0xbe, 'І': 0xb2, 'і': 0xb3, '№': 0xb9, '«': 0xab, '»': 0xbb, 'ё': 0xb8}
	var b []byte
	for _, r := range s {
		switch c, ok := special[r]; {
		case r < 0x80:
			b = append(b, byte(r))
		case ok:
			b = append(b, c)
		case r >= 'А' && r <= 'я':
			b = append(b, byte(r-'А'+0xc0))
		default:
			panic(string(r))
		}
	}
	return b
}

// TestDocumentsListSoMany: a file that is wrong in every row does not fill the
// memory with warnings, and counts them.
func TestDocumentsListSoMany(t *testing.T) {
	const rows = 100_050
	var message, list strings.Builder
	message.WriteString(":20:A\n:50:/NAME/A\n")
	list.WriteString("ИИН;Период;Сумма\n")
	for i := range rows {
		fmt.Fprintf(&message, ":21:%d\n:32B:KZT1\n", i+1)
		list.WriteString(";2026-10;1\n")
	}
	fmt.Fprintf(&message, ":32A:261005KZT%d\n", rows)
	for _, file := range []string{message.String(), list.String()} {
		docs, err := documents([]byte(file))
		if err != nil {
			t.Fatal(err)
		}
		if len(docs.Refusals) != 100_000 || docs.Unlisted != 50 || docs.Documents[0].Persons != rows {
			t.Errorf("%s: %d listed, %d not, of %d", docs.Format, len(docs.Refusals), docs.Unlisted, docs.Documents[0].Persons)
		}
	}
}
