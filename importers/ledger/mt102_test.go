package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"osmsd/sync/osms"
)

// mt102Sample is a message of three persons, with its envelope.
func mt102Sample() string {
	return strings.ReplaceAll(fmt.Sprintf(`{1:F01K054700000000010003725}
{2:I102SCLEAR000000U3003}
{4:
:20:REF0001
:50:/D/KZ123456789012345678
/NAME/ТОО «Қайнар»
/IDN/971240666596
/IRS/1
/SECO/7
:52B:GCVPKZ2A
:57B:NBRKKZKX
:59:KZ33125KZT1001313313
/NAME/НАО Фонд социального медицинского страхования
/IDN/160940025485
/IRS/1
/SECO/5
:70:/NUM/17
/DATE/261005
/SEND/07
/VO/01
/KNP/122
/PSO/01
/PRT/50
/PERIOD/102026
/ASSIGN/Взносы на ОСМС
за октябрь 2026 г.
:21:1
:32B:KZT600,00
:70:/OPV/S
/FM/Әбдіқадырова
/NM/Айгүл
/FT/Нұрланқызы
/DT/20070314
/IDN/%s
/PERIOD/092026
:21:2
:32B:KZT600,
:70:/OPV/S
/FM/Ли
/NM/Вера
/FT/-
/DT/20070231
/IDN/%s
/PERIOD/102026
:21:3
:32B:KZT4652
:70:/OPV/S
/FM/Омаров
/NM/Ерлан
/FT/
/DT/
/IDN/123
/PERIOD/
:32A:261006KZT5852,00
-}
`, fakeIIN(1).Digits(), fakeIIN(20).Digits()), "\n", "\r\n")
}

var toldSample = lines(
	`mt102 4 ref REF0001 no 17 of 2026-10-05 on 2026-10-06 from 971240666596 ТОО «Қайнар» to 160940025485 НАО Фонд социального медицинского страхования knp 122 for 2026-10 : 3, 5852.00 "Взносы на ОСМС за октябрь 2026 г."`,
	"0.1 27 "+fakeIIN(1).Digits()+" Әбдіқадырова Айгүл Нұрланқызы 2007-03-14 2026-09 600.00",
	"0.2 36 "+fakeIIN(20).Digits()+" Ли Вера 2026-10 600.00",
	"0.3 45 123 Омаров Ерлан 2026-10 4652.00",
	`warning 36 birth_date date_unreadable "20070231"`,
	`warning 45 iin iin_length "123"`,
	"controlled")

// dialects are ways to write the same message.
func dialects() map[string][]byte {
	s := mt102Sample()
	unix := strings.ReplaceAll(s, "\r\n", "\n")
	bare := unix[strings.Index(unix, ":20:"):strings.Index(unix, "-}")]
	return map[string][]byte{
		"as is": []byte(s), "LF": []byte(unix), "UTF-16LE": utf16le(s), "KZ-1048": kz1048(s), "with a mark": []byte("\uFEFF" + s),
		"no envelope":           []byte(bare),
		"no last line end":      []byte(strings.TrimRight(bare, "\n")),
		"one line of envelope":  []byte(strings.Replace(strings.Replace(unix, "}\n{2", "}{2", 1), "}\n{4", "}{4", 1)),
		"field behind {4:":      []byte(strings.Replace(unix, "{4:\n", "{4:", 1)),
		"trailer":               []byte(strings.TrimRight(unix, "\n") + "{5:{CHK:0123456789AB}}\n"),
		"two slashes":           []byte(strings.NewReplacer("\n/FM", "\n//FM", "\n/NM", "\n//NM", "\n/IDN/", "\n//IDN/", ":70:/OPV", ":70://OPV").Replace(unix)),
		"tags on one line":      []byte(strings.NewReplacer("\n/NM", "/NM", "\n/FT", "/FT", "\n/DT", "/DT", "\n/KNP", "/KNP").Replace(unix)),
		"blank lines, spaces":   []byte("\n" + strings.ReplaceAll(bare, "\n", " \n\n")),
		"a dash at the end":     []byte(bare + "-\n"),
		"a Ctrl-Z at the end":   []byte(s + "\x1a"),
		"another order of tags": []byte(strings.Replace(unix, "/KNP/122\n/PSO/01", "/PSO/01\n/KNP/122", 1)),
	}
}

func TestMT102(t *testing.T) {
	if got := tellDocuments(t, []byte(mt102Sample())); got != toldSample {
		t.Errorf("got\n%swant\n%s", got, toldSample)
	}
	base, err := documents([]byte(mt102Sample()))
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range dialects() {
		docs, err := documents(file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		a, b := docs.Documents[0], base.Documents[0]
		if a.Identity != b.Identity {
			t.Errorf("%s: another identity; %+v", name, a)
		}
		if a.Purpose != b.Purpose || a.Payer != b.Payer || a.Month != b.Month || len(docs.Refusals) != 2 {
			t.Errorf("%s: %+v %v", name, a, docs.Refusals)
		}
		for i, p := range postings(t, docs, file) {
			_, want, _ := strings.Cut(strings.Split(toldSample, "\n")[i+1], " ")
			_, want, _ = strings.Cut(want, " ")
			_, got, _ := strings.Cut(p, " ")
			if _, got, _ = strings.Cut(got, " "); strings.Join(strings.Fields(got), " ") != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
	}
}

// TestMT102Cut: a file cut anywhere is refused, unless only what says nothing was
// cut off.
func TestMT102Cut(t *testing.T) {
	base, err := documents([]byte(mt102Sample()))
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range dialects() {
		nothing := 0
		for n := range file {
			docs, err := documents(file[:n])
			if err == nil {
				if nothing++; nothing > 30 || len(docs.Documents) != 1 || docs.Documents[0].Identity != base.Documents[0].Identity {
					t.Errorf("%s: cut after %d of %d bytes it is read", name, n, len(file))
				}
				continue
			}
			if refusal := new(osms.FileError); !errors.As(err, &refusal) {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	// With an envelope not even its end may be missing.
	whole := []byte(strings.TrimSpace(mt102Sample()))
	for n := range whole {
		if _, err := documents(whole[:n]); err == nil {
			t.Errorf("cut after %d of %d bytes it is read", n, len(whole))
		}
	}
}

func TestMT102Refused(t *testing.T) {
	s := strings.ReplaceAll(mt102Sample(), "\r\n", "\n")
	change := func(from, to string) string {
		if !strings.Contains(s, from) {
			t.Fatalf("no %q", from)
		}
		return strings.Replace(s, from, to, 1)
	}
	for _, c := range []struct{ name, file, want string }{
		{"one digit of an amount", change("KZT600,00", "KZT601,00"), `control_total at message "REF0001", line 54: stated 5 852,00 tenge ≠ counted 5 853,00 tenge`},
		{"one digit of the total", change("KZT5852,00", "KZT5852,01"), `control_total at message "REF0001", line 54: stated 5 852,01 tenge ≠ counted 5 852,00 tenge`},
		{"a number missing", change(":21:2", ":21:4"), `control_total at message "REF0001", line 36: item 4 where 2 was expected`},
		{"a number twice", change(":21:2", ":21:1"), `control_total at message "REF0001", line 36: item 1 where 2 was expected`},
		{"a number that is none", change(":21:2", ":21:x"), `control_total at message "REF0001", line 36: item 0 where 2 was expected`},
		{"numbers from two", strings.NewReplacer(":21:1", ":21:2", ":21:2", ":21:3", ":21:3", ":21:4").Replace(s), `control_total at message "REF0001", line 27: item 2 where 1 was expected`},
		{"a huge number", change(":21:2", ":21:99999999999999999"), `control_total at message "REF0001", line 36: item 99999999999999999 where 2 was expected`},
		{"an amount of letters", change("KZT4652", "KZT46S2"), `damaged at message "REF0001", line 46: the amount of a person cannot be read`},
		{"another currency", change(":32B:KZT4652", ":32B:USD4652"), `unsupported_format at message "REF0001", line 46: the currency is "USD": only tenge (KZT) are read`},
		{"three decimals", change("KZT4652", "KZT4652,001"), `damaged at message "REF0001", line 46: the amount of a person cannot be read`},
		{"a negative amount", change("KZT4652", "KZT-4652"), `damaged at message "REF0001", line 46: the amount of a person cannot be read`},
		{"no amount", change(":32B:KZT4652\n", ""), `damaged at message "REF0001", line 53: the amount of a person cannot be read`},
		{"two amounts", change(":21:3\n", ""), `damaged at message "REF0001", line 45: the amount of a person cannot be read`},
		{"no total", change(":32A:261006KZT5852,00\n", ""), `truncated at message "REF0001", line 54: a message is not there to its end`},
		{"a total of letters", change(":32A:261006KZT5852,00", ":32A:KZT5852,00"), `damaged at message "REF0001", line 54: the total cannot be read`},
		{"persons behind the total", change("-}", ":21:4\n-}"), `damaged at message "REF0001", line 55: persons behind the total of the message`},
		{"another message before the total", change(":21:3", ":20:REF0002"), `truncated at message "REF0001", line 45: a message is not there to its end`},
		{"text before", "Добрый день\n" + s[strings.Index(s, ":20:"):], `damaged at line 1: text outside of a message`},
		{"text behind", s + "Итого 5852\n", `damaged at line 56: text outside of a message`},
		{"a message of another kind behind", s + "{1:F01}\n{2:I103SCLEAR}\n{4:\n:20:X\n", `unsupported_format at line 57`},
		{"another head behind", s + "{1:F01}\n", `truncated at line 56: a message is not there to its end`},
		{"a line of a megabyte", change("/ASSIGN/", "/ASSIGN/"+strings.Repeat("ОСМС ", 300_000)), `damaged at line 25: a line is too long`},
		{"a text of a megabyte", change("/ASSIGN/", "/ASSIGN/"+strings.Repeat("ОСМС\n", 100_000)), ""},
		{"amounts beyond any sum", ":20:A\n:50:/NAME/A\n" + func() string {
			var b strings.Builder
			for i := range 200 {
				fmt.Fprintf(&b, ":21:%d\n:32B:KZT999999999999999,99\n", i+1)
			}
			return b.String()
		}(), `damaged at message "A", line 4: the sum of the amounts is beyond all money`},
	} {
		got := strings.TrimSpace(tellDocuments(t, []byte(c.file)))
		if c.want == "" {
			if !strings.HasPrefix(got, "damaged at message") || !strings.HasSuffix(got, "a text is too long") {
				t.Errorf("%s: %s", c.name, got)
			}
			continue
		}
		if got != c.want {
			t.Errorf("%s: got  %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestMT102Kept: whatever is wrong with a person or a purpose code, the money is
// kept.
func TestMT102Kept(t *testing.T) {
	s := strings.ReplaceAll(mt102Sample(), "\r\n", "\n")
	for _, c := range []struct{ name, from, to, want string }{
		{"check digit", fakeIIN(1).Digits(), fakeIIN(1).Digits()[:11] + string('0'+(fakeIIN(1).Digits()[11]-'0'+1)%10), "iin_check_digit"},
		{"letter", fakeIIN(1).Digits(), "O" + fakeIIN(1).Digits()[1:], "iin_characters"},
		{"missing", fakeIIN(1).Digits(), "", "iin_missing"},
		{"a BIN", fakeIIN(1).Digits(), "971240666596", "iin_birth_date"},
		{"no person", ":70:/OPV/S\n/FM/Әбдіқадырова\n/NM/Айгүл\n/FT/Нұрланқызы\n/DT/20070314\n/IDN/" + fakeIIN(1).Digits() + "\n/PERIOD/092026\n", "", "iin_missing"},
		{"purpose code", "/KNP/122", "/KNP/010", "knp_unknown"},
		{"month", "/PERIOD/092026", "/PERIOD/132026", "month_unreadable"},
		{"day of the order", "/DATE/261005", "/DATE/261305", "date_unreadable"},
		{"day of the payment", ":32A:261006", ":32A:261306", "date_unreadable"},
		{"number of the payer", "/IDN/971240666596", "/IDN/97124066659", "bin_structure"},
		{"purpose code of a person", "/PERIOD/092026", "/PERIOD/092026\n/KNP/999", "knp_unknown"},
	} {
		file := []byte(strings.Replace(s, c.from, c.to, 1))
		docs, err := documents(file)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := docs.Documents[0]; d.Persons != 3 || d.Amount != 585200 {
			t.Errorf("%s: %d persons, %s", c.name, d.Persons, d.Amount)
		}
		if len(docs.Refusals) != 3 {
			t.Errorf("%s: %v", c.name, docs.Refusals)
		}
		found := false
		for _, r := range docs.Refusals {
			found = found || string(r.Code) == c.want && r.Severity == osms.Warning
		}
		if !found {
			t.Errorf("%s: no %s in %v", c.name, c.want, docs.Refusals)
		}
		postings(t, docs, file)
	}
}

func TestMT102Returned(t *testing.T) {
	s := strings.NewReplacer("\r\n", "\n", "/KNP/122", "/KNP/021\n/REF/REF0000").Replace(mt102Sample())
	got := tellDocuments(t, []byte(s))
	for _, want := range []string{"knp 021 for 2026-10 : 3, -5852.00 returned REF0000", "4652.00 returned", "-600.00 returned"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	// One person of a payment given back.
	s = strings.NewReplacer("\r\n", "\n", "/DT/20070231", "/DT/20070314\n/KNP/021\n/REF/REF00").Replace(mt102Sample())
	got = tellDocuments(t, []byte(s))
	for _, want := range []string{": 3, 4652.00 \"", "-600.00 021 returned REF00"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestMT102Several(t *testing.T) {
	s := mt102Sample()
	other := strings.Replace(s, "REF0001", "REF0002", 1)
	got := tellDocuments(t, []byte(s+other+s))
	if strings.Count(got, "mt102 ") != 2 || !strings.Contains(got, "ignored 3\n") || !strings.Contains(got, "\n1.3 ") || strings.Contains(got, "\n2.") {
		t.Error(got)
	}
	bare := s[strings.Index(s, ":20:"):strings.Index(s, "-}")]
	bareOther := strings.Replace(bare, "REF0001", "REF0002", 1)
	a, err := documents([]byte(bare + bareOther))
	if err != nil {
		t.Fatal(err)
	}
	b, err := documents([]byte(s + other))
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Documents) != 2 || a.Documents[1].Identity != b.Documents[1].Identity {
		t.Errorf("%+v", a.Documents)
	}
}

// TestMT102Reordered: persons in another order and encoding are the same
// document; another person, amount or month is another.
func TestMT102Reordered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 80).Draw(t, "persons")
		items := make([]string, n)
		for i := range items {
			items[i] = fmt.Sprintf(":21:%d\n:32B:KZT%d,%02d\n:70:/FM/Омаров\n/NM/Ерлан\n/DT/20070314\n/IDN/%s\n", i+1, 100+i, i, fakeIIN(uint64(i*20)).Digits())
		}
		total := osms.Tiyn(0)
		for i := range items {
			total += osms.Tiyn(10000 + i*101)
		}
		write := func(items []string) []byte {
			return fmt.Appendf(nil, ":20:R\n:50:/NAME/Қайнар\n:70:/KNP/122\n/PERIOD/102026\n%s:32A:261005KZT%s\n", strings.Join(items, ""), strings.Replace(total.String(), ".", ",", 1))
		}
		a, err := documents(write(items))
		if err != nil {
			t.Fatal(err)
		}
		b, err := documents(utf16le(string(write(rapid.Permutation(items).Draw(t, "order")))))
		if err != nil {
			t.Fatal(err)
		}
		if a.Documents[0].Identity != b.Documents[0].Identity {
			t.Fatal("another order is another document")
		}
		at := rapid.IntRange(0, n-1).Draw(t, "at")
		other := write(items)
		other = bytes.Replace(other, []byte(fakeIIN(uint64(at*20)).Digits()), []byte(fakeIIN(uint64(at*20+5000)).Digits()), 1)
		c, err := documents(other)
		if err != nil {
			t.Fatal(err)
		}
		if c.Documents[0].Identity == a.Documents[0].Identity {
			t.Fatal("another person is the same document")
		}
	})
}

// TestMT102Purpose: the text of the purpose is heard: its count of persons is a
// control total, a month and region there are the document's.
func TestMT102Purpose(t *testing.T) {
	write := func(text string) string {
		return strings.NewReplacer("\r\n", "\n", "/PERIOD/102026\n/ASSIGN", "/ASSIGN", "Взносы на ОСМС\r\nза октябрь 2026 г.", text).Replace(mt102Sample())
	}
	got := tellDocuments(t, []byte(write("Взносы на ОСМС за октябрь 2026 г. Абай облысы Кол-во потребителей =3 Кол-во документов =3")))
	if !strings.Contains(got, "for 2026-10 10: 3, 5852.00") || !strings.Contains(got, "Омаров Ерлан 2026-10 4652.00") {
		t.Error(got)
	}
	got = tellDocuments(t, []byte(write("Взносы на ОСМС Кол-во потребителей =8 Кол-во документов =8")))
	if want := `control_total at message "REF0001", line 17: stated 8 ≠ counted 3` + "\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
	got = tellDocuments(t, []byte(write("Возврат ошибочных элементов платежа (референс P10000) по причине: ИИН не соответствует указанным Ф.И.О.")))
	if !strings.Contains(got, "-5852.00 returned P10000") {
		t.Error(got)
	}
	s := strings.Replace(write("Возврат платежа, референс P10000"), "/KNP/122", "/KNP/021", 1)
	if got = tellDocuments(t, []byte(s)); !strings.Contains(got, "-5852.00 returned P10000") {
		t.Error(got)
	}
}
