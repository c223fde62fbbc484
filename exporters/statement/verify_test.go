package statement

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"osmsd/sync/osms"
)

var long = flag.Bool("long", false, "flip every byte of a document, and let LibreOffice save workbooks")

// testKey is the same key every time.
func testKey(seed string) Key {
	sum := sha256.Sum256([]byte(seed))
	k, err := NewKey(bytes.NewReader(sum[:]))
	if err != nil {
		panic(err)
	}
	return k
}

func signed(s osms.Statement) osms.Statement { return Sign(s, testKey("issuer")) }

func testKeys() Keys { return NewKeys(testKey("issuer").Public(), testKey("older").Public()) }

func jsonOf(t testing.TB, s osms.Statement) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteJSON(&out, s); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func reason(err error) Reason {
	var f *Fault
	if errors.As(err, &f) {
		return f.Reason
	}
	return Reason(fmt.Sprint(err))
}

func placeOf(err error) string {
	var f *Fault
	errors.As(err, &f)
	if f == nil {
		return ""
	}
	return f.Place
}

// mixed has every kind of payment, two years, a row without a day, a return and
// an amount that no binary fraction holds.
func mixed() osms.Statement {
	s := sample(0)
	s.Counted = 20261006
	for i, knp := range []string{"122", "121", "123", "124", "021", ""} {
		s.Rows = append(s.Rows, osms.StatementRow{Month: osms.Month(202511).Add(i), Payer: "ЖШС «Ұлы Дала»", PayerID: "060340001234", KNP: knp,
			PaidOn: 20251105, Reference: fmt.Sprintf("KZ-%d", 417+i), Amount: osms.Tiyn(585219 + i)})
	}
	s.Rows[4].Amount, s.Rows[5].PaidOn = -585200, 0
	s.Rows[0].Amount += 1_234_567_890_123
	s.Rows[1].Reference = "=1+1 _x0041_ \t{\n"
	s.Total, _ = sumOf(s.Rows)
	return s
}

func shapes() map[string]osms.Statement {
	noName := nobody()
	noName.Name, noName.Birth = osms.Name{}, 0
	return map[string]osms.Statement{"ten": sample(10), "longest": longest(), "none": nobody(), "no name": noName, "mixed": mixed()}
}

func TestVerify(t *testing.T) {
	for name, s := range shapes() {
		s = signed(s)
		for format, b := range map[Format][]byte{JSON: jsonOf(t, s), PDF: pdf(t, s), Workbook: xlsx(t, s)} {
			v, err := Verify(b, "a file", testKeys())
			if err != nil {
				t.Fatalf("%s as %s: %v", name, format, err)
			}
			want := Verified{Format: format, Number: s.Number, Person: s.Person, Issued: v.Issued, From: s.From, To: s.To, Rows: len(s.Rows),
				Total: s.Total, Digest: Digest(s), Code: Code(s), Key: testKey("issuer").ID()}
			if v != want || !v.Issued.Equal(s.Issued) {
				t.Errorf("%s as %s: %+v, want %+v", name, format, v, want)
			}
			if text := fmt.Sprintf("%v %+v", v, v); strings.Contains(text, s.Person.Digits()) {
				t.Errorf("%s as %s: the result names the person: %s", name, format, text)
			}
			if v, err := Verify(b, "a file", NewKeys(testKey("other").Public())); reason(err) != UnknownKey || v.Number != s.Number {
				t.Errorf("%s as %s, unknown key: %v", name, format, err)
			}
		}
		s.Signature = nil
		for _, b := range [][]byte{jsonOf(t, s), pdf(t, s), xlsx(t, s)} {
			if _, err := Verify(b, "a file", testKeys()); reason(err) != NotSigned {
				t.Errorf("%s, not signed: %v", name, err)
			}
		}
	}
}

// TestVerifyLargest: the largest statement that is written is one that verifies.
func TestVerifyLargest(t *testing.T) {
	s := sample(MaxRows)
	for i := range s.Rows {
		s.Rows[i].Month = osms.Month(199001).Add(i % 420)
	}
	s = signed(s)
	files := [][]byte{jsonOf(t, s), xlsx(t, s)}
	if *long {
		files = append(files, pdf(t, s))
	}
	for _, b := range files {
		if v, err := Verify(b, "", testKeys()); err != nil || v.Rows != MaxRows {
			t.Errorf("%d bytes: %v", len(b), err)
		}
		t.Logf("%d bytes", len(b))
	}
}

// TestVerifyOlderKey: after a change of keys older statements still verify.
func TestVerifyOlderKey(t *testing.T) {
	s := Sign(sample(2), testKey("older"))
	if v, err := Verify(jsonOf(t, s), "", testKeys()); err != nil || v.Key != testKey("older").ID() {
		t.Errorf("%v %v", v.Key, err)
	}
	// A signature of one key under the name of another.
	id := testKey("issuer").ID()
	copy(s.Signature, id[:])
	if _, err := Verify(jsonOf(t, s), "", testKeys()); reason(err) != ChangedContent {
		t.Errorf("a signature under another key's name: %v", err)
	}
}

func TestVerifyOtherFiles(t *testing.T) {
	foreign := excelize.NewFile()
	var book bytes.Buffer
	if err := foreign.Write(&book); err != nil {
		t.Fatal(err)
	}
	good := signed(sample(2))
	whole := jsonOf(t, good)
	for name, c := range map[string]struct {
		file []byte
		want Reason
	}{
		"empty": {nil, NotStatement}, "text": {[]byte("Құрметті"), NotStatement}, "list": {[]byte("[1]"), NotStatement},
		"other json": {[]byte(`{"a":1}`), NotStatement}, "cut json": {whole[:len(whole)-20], Damaged},
		"two documents": {append(append([]byte{}, whole...), whole...), Damaged},
		"not utf-8":     {bytes.Replace(whole, []byte("Айгүл"), []byte("\xff\xfe"), 1), Damaged},
		"pdf":           {[]byte("%PDF-1.4\n%%EOF"), NotStatement}, "cut pdf": {pdf(t, good)[:len(pdf(t, good))-9], ChangedDocument},
		"pdf and more": {append(pdf(t, good), '\n'), ChangedDocument},
		"zip":          {[]byte("PK\x03\x04"), Damaged}, "workbook": {book.Bytes(), NotStatement},
		"long":    {make([]byte, maxFile+1), TooLarge},
		"braces":  {[]byte(`{"rows":[` + strings.Repeat("{},", maxBraces) + "{}]}"), TooLarge},
		"deep":    {[]byte(strings.Repeat(`{"a":`, 15000)), Damaged},
		"no key":  {bytes.Replace(whole, []byte(`  "name"`), []byte(`  "nome"`), 1), ChangedContent},
		"one key": {bytes.Replace(whole, []byte("{\n"), []byte("{\n\"extra\": 1,\n"), 1), ChangedContent},
		"twice":   {bytes.Replace(whole, []byte(`  "from"`), []byte(`  "name": "x", "from"`), 1), ChangedContent},
		"case":    {bytes.Replace(whole, []byte(`"number"`), []byte(`"Number"`), 1), NotStatement},
		"null":    {bytes.Replace(whole, []byte(`"knp": "122"`), []byte(`"knp": null`), 1), ChangedContent},
		"kind":    {bytes.Replace(whole, []byte(`"months": 2`), []byte(`"months": "2"`), 1), ChangedContent},
		"float":   {bytes.Replace(whole, []byte(`"months": 2`), []byte(`"months": 2.0`), 1), ChangedContent},
		"spaces":  {bytes.ReplaceAll(whole, []byte("\n  "), []byte("\n\t")), ""},
	} {
		v, err := Verify(c.file, "file", testKeys())
		if c.want == "" && err == nil {
			continue
		}
		if reason(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if c.want != ChangedDocument && v != (Verified{}) {
			t.Errorf("%s: a result for a file that proves nothing: %+v", name, v)
		}
		if err != nil && (strings.Contains(err.Error(), good.Person.Digits()) || strings.Contains(err.Error(), good.Name.Surname)) {
			t.Errorf("%s: the error names the person: %v", name, err)
		}
	}
}

func TestVerifySaysWhere(t *testing.T) {
	whole := jsonOf(t, signed(sample(4)))
	for change, want := range map[[2]string]string{
		{`"amount_tiyn": 850000`, `"amount_tiyn": 850001`}: "totals",
		{`"KZ-000418"`, `"KZ-000419"`}:                     "digest",
		{`"to": "2026-10"`, `"to": "2026-13"`}:             "to",
		{`"2024-02-05"`, `"2024-02-35"`}:                   "rows[1].paid_on",
		{`"S-2026`, `"S-2027`}:                             "digest",
		{`"iin": "1`, `"iin": "x`}:                         "iin",
		{`"code": "`, `"code": "0`}:                        "code",
	} {
		changed := bytes.Replace(whole, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(changed, whole) {
			t.Fatalf("%q is not there", change[0])
		}
		_, err := Verify(changed, "", testKeys())
		if reason(err) != ChangedContent || !strings.HasPrefix(placeOf(err), want) {
			t.Errorf("%s: %v, want %s", change[1], err, want)
		}
	}
}

// TestVerifyAnyStatement: whatever texts and sums it has, a statement that was
// signed verifies as JSON and as a workbook, and with one figure changed it does
// not.
func TestVerifyAnyStatement(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.OneOf(rapid.StringN(0, 12, 40), rapid.StringMatching(`[ _x0-9A-F{}"=\\]{0,20}`), rapid.StringMatching(`[А-ЯӘҒҚҢӨҰҮҺІа-я «»]{0,30}`))
		months := rapid.Map(rapid.IntRange(0, 400), func(n int) osms.Month {
			if n == 0 {
				return 0
			}
			return osms.Month(202001).Add(n)
		})
		s := sample(0)
		s.Name = osms.Name{Surname: word.Draw(t, "name")}
		s.Birth = osms.Date(rapid.SampledFrom([]int{0, 20100305, 99991231}).Draw(t, "born"))
		s.Participation = osms.Participation{Status: rapid.SampledFrom([]osms.ParticipationStatus{osms.Participating, osms.RightPreserved, osms.NotParticipating}).Draw(t, "status"),
			Category: osms.Category(word.Draw(t, "category")), Since: months.Draw(t, "since"), Until: osms.EndlessMonth}
		for range rapid.IntRange(0, 8).Draw(t, "rows") {
			s.Rows = append(s.Rows, osms.StatementRow{Month: months.Draw(t, "month"), Payer: word.Draw(t, "payer"), PayerID: word.Draw(t, "id"), Reference: word.Draw(t, "reference"),
				KNP: rapid.SampledFrom([]string{"", "121", "122", "123", "124", "021", "999"}).Draw(t, "knp"), Amount: osms.Tiyn(rapid.Int64Range(-1<<59, 1<<59).Draw(t, "amount"))})
		}
		s.Total, _ = sumOf(s.Rows)
		s = signed(s)
		var plain, book bytes.Buffer
		if err := errors.Join(WriteJSON(&plain, s), WriteXLSX(&book, s)); err != nil {
			t.Fatal(err)
		}
		for _, b := range [][]byte{plain.Bytes(), book.Bytes()} {
			if v, err := Verify(b, "", testKeys()); err != nil || v.Total != s.Total || v.Digest != Digest(s) || v.Resaved {
				t.Fatalf("%v %+v", err, v)
			}
		}
		sheets, err := readBook(book.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if at, same := sameSheets(sheets, sheets); !same {
			t.Fatal(at)
		}
		places := digits(plain.Bytes())
		i := rapid.SampledFrom(places).Draw(t, "figure")
		changed := bytes.Clone(plain.Bytes())
		changed[i] = otherDigit(changed[i], rapid.IntRange(0, 8).Draw(t, "to"))
		if _, err := Verify(changed, "", testKeys()); err == nil {
			t.Fatalf("figure %d was changed and not seen", i)
		}
	})
}

// digits are the places of the figures in a text.
func digits(b []byte) (at []int) {
	for i, c := range b {
		if c >= '0' && c <= '9' {
			at = append(at, i)
		}
	}
	return at
}

// otherDigit is another figure, never the same.
func otherDigit(c byte, by int) byte { return '0' + (c-'0'+1+byte(by%9))%10 }

// TestAnyDigitJSON: every figure of the document in turn, to each other one.
func TestAnyDigitJSON(t *testing.T) {
	for name, s := range shapes() {
		whole := jsonOf(t, signed(s))
		for _, i := range digits(whole) {
			changed := bytes.Clone(whole)
			for by := range 9 {
				if changed[i] = otherDigit(whole[i], by); !*long && by%4 != i%4 {
					continue
				}
				if _, err := Verify(changed, "", testKeys()); err == nil {
					t.Fatalf("%s: figure %d from %c to %c was not seen", name, i, whole[i], changed[i])
				}
			}
		}
	}
}

// TestAnyDigitPDF: a document that shows one figure otherwise and carries the
// statement as it was issued. Every figure that stands in the statement is
// changed in turn, and what is printed for it is not what is verified.
func TestAnyDigitPDF(t *testing.T) {
	s := signed(mixed())
	s.Rows = s.Rows[:3]
	s.Total, _ = sumOf(s.Rows)
	s = signed(s)
	whole, carried, err := complete(s)
	if err != nil {
		t.Fatal(err)
	}
	var honest bytes.Buffer
	if err := draw(&honest, whole, carried); err != nil || !bytes.Equal(honest.Bytes(), pdf(t, s)) {
		t.Fatal("the honest document is another", err)
	}
	same, drawn := 0, 0
	for _, i := range digits(carried) {
		changed := bytes.Clone(carried)
		changed[i] = otherDigit(carried[i], i)
		shown, ok := looselyRead(changed)
		if !ok || shown.Person == 0 {
			continue
		}
		drawn++
		var out bytes.Buffer
		if err := draw(&out, shown, carried); err != nil {
			continue
		}
		if bytes.Equal(out.Bytes(), honest.Bytes()) {
			same++ // a total or count: it follows from the rows, and is not shown otherwise
			continue
		}
		if _, err := Verify(out.Bytes(), "", testKeys()); reason(err) != ChangedDocument {
			t.Fatalf("a document with figure %d changed: %v", i, err)
		}
	}
	t.Logf("%d figures, %d printed otherwise", len(digits(carried)), drawn-same)
	if drawn-same < 150 {
		t.Errorf("only %d of %d changed figures were drawn", drawn-same, len(digits(carried)))
	}
}

// looselyRead takes a changed document for what it says.
func looselyRead(b []byte) (s osms.Statement, ok bool) {
	var v sealed
	if json.Unmarshal(b, &v) != nil {
		return s, false
	}
	s, err := statementOf(v)
	return s, err == nil
}

// TestAnyBytePDF: one byte of the file, every one with -long.
func TestAnyBytePDF(t *testing.T) {
	s := signed(sample(3))
	whole := pdf(t, s)
	// Written once: what is written from the same content is the same.
	var again []byte
	write := func(w io.Writer, s osms.Statement) error {
		if again == nil {
			again = pdf(t, s)
		}
		_, err := w.Write(again)
		return err
	}
	step := 211
	if *long {
		step = 1
	}
	for i := 0; i < len(whole); i += step {
		changed := bytes.Clone(whole)
		changed[i] ^= 1 << (i % 8)
		if _, err := verify(changed, testKeys(), write); err == nil {
			t.Fatalf("byte %d was flipped and not seen", i)
		}
	}
}

func FuzzVerify(f *testing.F) {
	s := signed(mixed())
	f.Add(jsonOf(f, s))
	f.Add(pdf(f, s))
	f.Add(xlsx(f, s))
	f.Add(xlsx(f, nobody()))
	f.Add([]byte(`{"iin":"","rows":[{}],"number":"","digest":"","key":"00","signature":"AA"}`))
	f.Add([]byte("%PDF-1.3 /EmbeddedFile stream\nx\x9c"))
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := Verify(b, "f", testKeys())
		if err == nil && (v.Digest != Digest(s) || v.Number != s.Number) {
			t.Errorf("a file that nobody signed: %+v", v)
		}
		var fault *Fault
		if err != nil && !errors.As(err, &fault) {
			t.Errorf("an error of no known reason: %v", err)
		}
	})
}
