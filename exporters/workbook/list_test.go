package workbook

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what is written:\n%s", path, got)
	}
}

const somewhere osms.BIN = 60340001234

// frozenPeople are persons of a list: with Kazakh letters, without a patronymic, with
// names that look like formulas, joined and left.
func frozenPeople() []osms.FrozenPerson {
	person := func(n uint64, name osms.Name, category osms.Category, region osms.Region, change string) osms.FrozenPerson {
		p := osms.FrozenPerson{Person: fakeIIN(n), Name: name, Birth: 20070314, Category: category, Region: region, BIN: somewhere, Amount: each, Change: change}
		if change == "left" {
			p.Amount = 0
		}
		return p
	}
	return []osms.FrozenPerson{
		person(1, osms.Name{Surname: "Әбдіқадырова", Given: "Айгүл", Patronymic: "Нұрланқызы"}, "13", 63, ""),
		person(20, osms.Name{Surname: "=HYPERLINK(\"http://x\";\"y\")", Given: "@Ғани", Patronymic: "-1"}, "13", 75, "joined"),
		person(40, osms.Name{Surname: "О'Коннор", Given: "Иван; \"Ваня\""}, "1", 63, "left"),
		person(60, osms.Name{Surname: "'=1+1", Given: "\t=2", Patronymic: "Пет\nров\x01\xff"}, "6-1", 0, ""),
		person(80, osms.Name{Surname: "Һәкімов <&> _x0041_", Given: "+7", Patronymic: " =3"}, "1", 10, "joined"),
	}
}

// listOf gives the head that agrees with the persons.
func listOf(region osms.Region, persons []osms.FrozenPerson) osms.FrozenList {
	l := osms.FrozenList{Month: 202609, Region: region, Version: 2, Sequence: 41, Generated: almatyNoon,
		Rate: osms.StateRate{Year: 2026, Percent: 1900, Base: 30800000}}
	h := sha256.New()
	for _, p := range persons {
		switch p.Change {
		case "left":
			l.Left++
			continue
		case "joined":
			l.Joined++
		}
		l.Persons++
		l.Amount += p.Amount
		fmt.Fprintf(h, "%s|%s|%s|%s|%d\n", p.Person.Digits(), p.Category, p.Region, p.BIN, int64(p.Amount))
	}
	l.Digest = hex.EncodeToString(h.Sum(nil))
	return l
}

func reading(persons []osms.FrozenPerson) eachFrozen {
	return func(yield func(osms.FrozenPerson) error) error {
		for _, p := range persons {
			if err := yield(p); err != nil {
				return err
			}
		}
		return nil
	}
}

// writers are both forms of the list; small splits the workbook after two rows.
var writers = map[string]func(io.Writer, osms.FrozenList, eachFrozen) error{
	"csv":   WriteListCSV,
	"xlsx":  WriteListXLSX,
	"small": func(w io.Writer, l osms.FrozenList, each eachFrozen) error { return writeList(w, l, each, 2) },
}

func TestListCSV(t *testing.T) {
	var b bytes.Buffer
	people := frozenPeople()
	if err := WriteListCSV(&b, listOf(0, people), reading(people)); err != nil {
		t.Fatal(err)
	}
	golden(t, "list.golden.csv", b.Bytes())
	text, marked := strings.CutPrefix(b.String(), "\uFEFF")
	if !marked || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") {
		t.Error("no byte order mark, or a bare CR")
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = ';', -1
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows := records[len(records)-len(people):]
	for i, p := range people {
		row := rows[i]
		want := []string{p.Person.Digits(), clean(p.Name.Surname), clean(p.Name.Given), clean(p.Name.Patronymic), p.Birth.Dotted(),
			string(p.Category), p.Region.String(), regionLine(p.Region), p.BIN.Digits(), strings.Replace(p.Amount.String(), ".", ",", 1)}
		for c, w := range want {
			if got := unharmed(row[c+1]); got != w {
				t.Errorf("row %d, field %d is %q, want %q", i, c+1, got, w)
			}
			if s := strings.TrimLeft(row[c+1], " "); s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
				t.Errorf("row %d, field %d can become a formula: %q", i, c+1, row[c+1])
			}
		}
	}
}

// clean is what a text keeps in a CSV: no other control characters than TAB and
// line ends (CRLF reads back as LF), and only UTF-8.
func clean(s string) string {
	return strings.NewReplacer("\x01", "\uFFFD", "\xff", "\uFFFD").Replace(s)
}

// unharmed is how a program reads a text back.
func unharmed(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && harmless(rest) == s {
		return rest
	}
	return s
}

func FuzzHarmless(f *testing.F) {
	for _, s := range []string{"", "=1", "'=1", "''+", " @", "-", "\t", "Ахметова", "' Уали", "\u00a0=1", "\xff="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := harmless(s)
		if i := strings.TrimLeft(got, " \u00a0"); i != "" && strings.ContainsRune("=+-@\t\r", []rune(i)[0]) {
			t.Fatalf("%q became %q", s, got)
		}
		plain := strings.TrimPrefix(got, "'")
		if got != s && harmless(plain) != got && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r >= 0x7f }) {
			t.Fatalf("%q became %q and does not read back", s, got)
		}
	})
}

func TestListXLSX(t *testing.T) {
	people := frozenPeople()
	var b bytes.Buffer
	if err := WriteListXLSX(&b, listOf(0, people), reading(people)); err != nil {
		t.Fatal(err)
	}
	keep(t, "list.xlsx", b.Bytes())
	f := opened(t, b.Bytes())
	if got := strings.Join(f.GetSheetList(), "|"); got != "Тізім туралы · О списке|Тізім · Список" {
		t.Fatalf("sheets %s", got)
	}
	l := listOf(0, people)
	head := map[string]string{}
	for row := 3; row <= 20; row++ {
		if name := raw(t, f, "Тізім туралы · О списке", "B"+strconv.Itoa(row)); name != "" {
			head[name] = raw(t, f, "Тізім туралы · О списке", "C"+strconv.Itoa(row))
		}
	}
	for name, want := range map[string]string{
		"Регион": "Бүкіл ел / Вся страна", "Версия списка": "2", "Последний учтённый импорт": "41", "Ставка": "1,9 %",
		"Объект исчисления, тенге": "308000.00", "На человека в месяц (ставка × объект), тенге": "5852.00",
		"Человек в списке": "4", "Общая сумма, тенге": "23408.00", "Поступили после прошлого списка": "2",
		"Выбыли после прошлого списка (в число не входят)": "1", "Дайджест SHA-256 списка": l.Digest,
	} {
		if head[name] != want {
			t.Errorf("%s: %q, want %q", name, head[name], want)
		}
	}
	rows := dataRows(t, f, "Тізім · Список")
	if len(rows) != len(people)+1 {
		t.Fatalf("%d rows", len(rows))
	}
	numbers := []string{"1", "2", "", "3", "4"}
	words := []string{"", "қосылу / поступление", "шығу / выбытие", "", "қосылу / поступление"}
	surnames := []string{people[0].Name.Surname, people[1].Name.Surname, people[2].Name.Surname, people[3].Name.Surname, people[4].Name.Surname}
	for i, p := range people {
		for c, want := range map[int]string{0: numbers[i], 1: p.Person.Digits(), 2: surnames[i], 5: "39155", 6: string(p.Category),
			7: p.Region.String(), 8: regionLine(p.Region), 9: p.BIN.Digits(), 10: p.Amount.String(), 11: words[i]} {
			if got := rows[i][c]; got != want {
				t.Errorf("row %d, column %s: %q, want %q", i, osms.ColumnName(c), got, want)
			}
		}
		for c := range 12 {
			cell := osms.CellName(c, 5+i)
			if formula, err := f.GetCellFormula("Тізім · Список", cell); err != nil || formula != "" {
				t.Errorf("%s holds the formula %q (%v)", cell, formula, err)
			}
		}
		if kind, _ := f.GetCellType("Тізім · Список", "B"+strconv.Itoa(5+i)); kind != excelize.CellTypeInlineString {
			t.Errorf("the IIN of row %d is no text", i)
		}
	}
	if last := rows[len(people)]; last[2] != "Барлығы / Итого: 4" || last[10] != "23408.00" {
		t.Errorf("totals %v", last)
	}
}

func opened(t *testing.T, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func raw(t *testing.T, f *excelize.File, sheet, cell string) string {
	t.Helper()
	s, err := f.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// dataRows gives the rows below the heading, twelve cells each.
func dataRows(t *testing.T, f *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		for len(rows[i]) < 12 {
			rows[i] = append(rows[i], "")
		}
	}
	return rows[4:]
}

func TestListSplitsIntoSheets(t *testing.T) {
	people := frozenPeople()
	for n := range len(people) + 1 {
		var b bytes.Buffer
		l := listOf(0, people[:n])
		if err := writeList(&b, l, reading(people[:n]), 2); err != nil {
			t.Fatal(err)
		}
		f := opened(t, b.Bytes())
		sheets := f.GetSheetList()
		if want := 1 + max(1, (n+1)/2); len(sheets) != want {
			t.Fatalf("%d persons: sheets %v", n, sheets)
		}
		var iins []string
		for i, name := range sheets[1:] {
			rows := dataRows(t, f, name)
			if i == len(sheets)-2 {
				if total := rows[len(rows)-1]; total[10] != l.Amount.String() {
					t.Errorf("%d persons: the last row is %v", n, total)
				}
				rows = rows[:len(rows)-1]
			}
			for _, row := range rows {
				iins = append(iins, row[1])
			}
		}
		for i, p := range people[:n] {
			if len(iins) != n || iins[i] != p.Person.Digits() {
				t.Fatalf("%d persons: %v", n, iins)
			}
		}
	}
}

func TestListsAreTheSameWheneverWritten(t *testing.T) {
	people := frozenPeople()
	for name, write := range writers {
		var first []byte
		for i := range 4 {
			l := listOf(0, people)
			l.Generated = l.Generated.Add(time.Duration(i) * time.Hour)
			var b bytes.Buffer
			if err := write(&b, l, reading(people)); err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = b.Bytes()
			} else if !bytes.Equal(first, b.Bytes()) {
				t.Errorf("%s: two writes differ", name)
			}
		}
	}
}

func TestListThatDoesNotAddUp(t *testing.T) {
	people := frozenPeople()
	with := func(change func(p []osms.FrozenPerson) []osms.FrozenPerson) []osms.FrozenPerson {
		return change(frozenPeople())
	}
	good := listOf(0, people)
	head := func(change func(*osms.FrozenList)) osms.FrozenList { l := good; change(&l); return l }
	for _, c := range []struct {
		name    string
		l       osms.FrozenList
		persons []osms.FrozenPerson
	}{
		{"one person more in the head", head(func(l *osms.FrozenList) { l.Persons++ }), people},
		{"one person fewer in the head", head(func(l *osms.FrozenList) { l.Persons-- }), people},
		{"a tiyn more", head(func(l *osms.FrozenList) { l.Amount++ }), people},
		{"joined", head(func(l *osms.FrozenList) { l.Joined++ }), people},
		{"left more", head(func(l *osms.FrozenList) { l.Left++ }), people},
		{"left fewer", head(func(l *osms.FrozenList) { l.Left-- }), people},
		{"persons for left", head(func(l *osms.FrozenList) { l.Left--; l.Persons++ }), people},
		{"counts below nothing", head(func(l *osms.FrozenList) { l.Left, l.Persons = -3, 3 }), nil},
		{"no digest", head(func(l *osms.FrozenList) { l.Digest = "" }), people},
		{"another person of the same sum", good, with(func(p []osms.FrozenPerson) []osms.FrozenPerson { p[4].Person = fakeIIN(99); return p })},
		{"another organisation", good, with(func(p []osms.FrozenPerson) []osms.FrozenPerson { p[4].BIN = 0; return p })},
		{"another category", good, with(func(p []osms.FrozenPerson) []osms.FrozenPerson { p[0].Category = "1"; return p })},
		{"nobody", good, nil},
		{"cut short", good, people[:4]},
		{"one more", good, with(func(p []osms.FrozenPerson) []osms.FrozenPerson {
			return append(p, osms.FrozenPerson{Person: fakeIIN(99)})
		})},
		{"one more left", good, with(func(p []osms.FrozenPerson) []osms.FrozenPerson {
			return append(p, osms.FrozenPerson{Person: fakeIIN(99), Change: "left"})
		})},
		{"twice", good, with(func(p []osms.FrozenPerson) []osms.FrozenPerson { p[1] = p[0]; return p })},
		{"out of order", good, with(func(p []osms.FrozenPerson) []osms.FrozenPerson { p[0], p[3] = p[3], p[0]; return p })},
		{"left with an amount", good, with(func(p []osms.FrozenPerson) []osms.FrozenPerson { p[2].Amount = 1; return p })},
		{"unknown change", good, with(func(p []osms.FrozenPerson) []osms.FrozenPerson { p[0].Change = "moved"; return p })},
		{"another region", listOf(63, people), people},
	} {
		for name, write := range writers {
			if err := write(io.Discard, c.l, reading(c.persons)); !errors.Is(err, ErrDoesNotAddUp) {
				t.Errorf("%s, %s: %v", c.name, name, err)
			} else if strings.Contains(err.Error(), people[0].Person.Digits()) {
				t.Errorf("%s, %s: the error names a person", c.name, name)
			}
		}
	}
}

func TestListPassesErrorsOn(t *testing.T) {
	people, broken := frozenPeople(), errors.New("broken")
	for name, write := range writers {
		for at := range len(people) + 1 {
			err := write(io.Discard, listOf(0, people), func(yield func(osms.FrozenPerson) error) error {
				if err := reading(people[:at])(yield); err != nil {
					return err
				}
				return broken
			})
			if !errors.Is(err, broken) {
				t.Errorf("%s: broken after %d persons gives %v", name, at, err)
			}
		}
		// A reader that goes on although it was told to stop does no harm.
		bad := listOf(0, people)
		bad.Persons = 1
		err := write(io.Discard, bad, func(yield func(osms.FrozenPerson) error) error {
			for _, p := range people {
				_ = yield(p)
			}
			return nil
		})
		if name != "csv" && !errors.Is(err, ErrDoesNotAddUp) {
			t.Errorf("%s: %v", name, err)
		}
		if err := write(failing{}, listOf(0, people), reading(people)); !errors.Is(err, errFull) {
			t.Errorf("%s: a full disk gives %v", name, err)
		}
	}
}

var errFull = errors.New("no space left")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestListMemoryIsFlat(t *testing.T) {
	reading := func(n int) (osms.FrozenList, eachFrozen) {
		persons := func(yield func(osms.FrozenPerson) error) error {
			for i := range n {
				p := osms.FrozenPerson{Person: osms.IIN(70314600000 + i), Name: osms.Name{Surname: "Әбдіқадырова", Given: "Айгүл", Patronymic: "Нұрланқызы"},
					Birth: 20070314, Category: "13", Region: 63, BIN: somewhere, Amount: each}
				if err := yield(p); err != nil {
					return err
				}
			}
			return nil
		}
		sum := osms.NewFrozenTally(osms.FrozenList{Persons: n})
		if err := persons(sum.Add); err != nil {
			t.Fatal(err)
		}
		l := osms.FrozenList{Month: 202609, Region: 63, Persons: n, Amount: sum.Amount, Digest: sum.Digest(),
			Rate: osms.StateRate{Year: 2026, Percent: 1900, Base: 30800000}}
		return l, persons
	}
	for name, write := range map[string]func(io.Writer, osms.FrozenList, eachFrozen) error{"csv": WriteListCSV, "xlsx": WriteListXLSX} {
		peak := func(n int) (most uint64) {
			l, persons := reading(n)
			seen := 0
			if err := write(io.Discard, l, func(yield func(osms.FrozenPerson) error) error {
				return persons(func(p osms.FrozenPerson) error {
					if seen++; seen%(n/5) == 0 {
						var m runtime.MemStats
						runtime.GC()
						runtime.ReadMemStats(&m)
						most = max(most, m.HeapAlloc)
					}
					return yield(p)
				})
			}); err != nil {
				t.Fatal(err)
			}
			return most
		}
		persons := 100_000
		if underRace {
			persons = 10_000
		}
		few, many := peak(2_000), peak(persons)
		if many > few+1<<20 {
			t.Errorf("%s: %d bytes live with 2,000 persons, %d with %d", name, few, many, persons)
		}
	}
}

func BenchmarkList(b *testing.B) {
	people := make([]osms.FrozenPerson, 100_000)
	for i := range people {
		people[i] = osms.FrozenPerson{Person: osms.IIN(70314600000 + i), Name: osms.Name{Surname: "Әбдіқадырова", Given: "Айгүл", Patronymic: "Нұрланқызы"},
			Birth: 20070314, Category: "13", Region: 63, BIN: somewhere, Amount: each}
	}
	l := listOf(63, people)
	for _, name := range []string{"csv", "xlsx"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := writers[name](io.Discard, l, reading(people)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*len(people))/b.Elapsed().Seconds(), "persons/s")
		})
	}
}
