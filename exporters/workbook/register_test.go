package workbook

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

const lettersSheet = "Хаттар · Письма"

// outgoing are letters of every kind: with texts that look like formulas, of a
// person whose data are destroyed, annulled and in the place of annulled ones.
func outgoing() []osms.RegisterLine {
	lines := []osms.RegisterLine{
		{Number: "63-2026-000001", Date: 20260203, Kind: osms.LetterNotification, Person: fakeIIN(1), Name: osms.Name{Surname: "Әбдіқадырова", Given: "Айгүл", Patronymic: "Нұрланқызы"},
			BIN: somewhere, OrganisationKK: "№ 5 жалпы білім беретін орта мектеп", OrganisationRU: "Общеобразовательная средняя школа № 5", Action: osms.Entered, Annulled: 17},
		{Number: "63-2026-000002", Date: 20260204, Kind: osms.LetterNotification, Person: fakeIIN(1), Name: osms.Name{Surname: "Әбдіқадырова", Given: "Айгүл", Patronymic: "Нұрланқызы"},
			BIN: somewhere, OrganisationKK: "№ 5 жалпы білім беретін орта мектеп", OrganisationRU: "Общеобразовательная средняя школа № 5", Action: osms.Updated, Replaces: "63-2026-000001,63-2025-000999", Case: "63-2026-З-000012"},
		{Number: "63-2026-000003", Date: 20260204, Kind: osms.LetterRefusal, Person: fakeIIN(20), Name: osms.Name{Surname: "=HYPERLINK(\"http://x\";\"y\")", Given: "+Ғани", Patronymic: "@1"},
			BIN: somewhere, OrganisationRU: "=1+1; <ТОО> \"Колледж\" & К", Ground: osms.GroundRequirements, Case: "63-2026-З-000013"},
		{Number: "63-2026-000004", Date: 20260205, Kind: osms.LetterNotAccepted, Person: fakeIIN(40), Name: osms.Name{Surname: "'=1+1", Given: "Пет\nров"}, BIN: somewhere, Case: "63-2026-З-000014"},
		{Number: "63-2026-000005", Date: 20260205, Kind: osms.LetterQuestion, BIN: somewhere, OrganisationKK: "Колледж", OrganisationRU: "Колледж"},
		{Number: "63-2026-000006", Date: 20260206, Kind: osms.LetterCovering, BIN: somewhere},
		{Number: "63-2026-000007", Date: 20260206, Kind: osms.LetterEvent, Person: fakeIIN(60), BIN: somewhere, Event: osms.EventDeath},
		{Number: "63-2026-000008", Date: 20260206, Kind: osms.LetterNotification, Person: fakeIIN(60), BIN: somewhere, Action: osms.Removed},
	}
	return lines
}

func registerOf(lines []osms.RegisterLine) osms.LetterRegister {
	r := osms.LetterRegister{Region: 63, From: 20260101, To: 20261231, Lines: len(lines), Sequence: 41}
	for _, l := range lines {
		if l.Annulled != 0 {
			r.Annulled++
		}
	}
	return r
}

func letters(lines []osms.RegisterLine) eachLetter {
	return func(yield func(osms.RegisterLine) error) error {
		for _, l := range lines {
			if err := yield(l); err != nil {
				return err
			}
		}
		return nil
	}
}

var registerWriters = map[string]func(io.Writer, osms.LetterRegister, eachLetter) error{
	"csv":   WriteLetterRegisterCSV,
	"xlsx":  WriteLetterRegister,
	"small": func(w io.Writer, r osms.LetterRegister, each eachLetter) error { return writeRegister(w, r, each, 3) },
}

// wantedRegister are the cells of outgoing, with "|" between the languages and
// "+" where a second number begins a line of its cell.
var wantedRegister = [][]string{
	{"1", "63-2026-000001", "03.02.2026", "өзгеріс туралы хабарлама|уведомление об изменении", "Әбдіқадырова Айгүл Нұрланқызы", "", "№ 5 жалпы білім беретін орта мектеп|Общеобразовательная средняя школа № 5", "060340001234", "", "енгізілді|внесены", "", "17"},
	{"2", "63-2026-000002", "04.02.2026", "өзгеріс туралы хабарлама|уведомление об изменении", "Әбдіқадырова Айгүл Нұрланқызы", "", "№ 5 жалпы білім беретін орта мектеп|Общеобразовательная средняя школа № 5", "060340001234", "63-2026-З-000012", "өзектендірілді|обновлены", "63-2026-000001,+63-2025-000999", ""},
	{"3", "63-2026-000003", "04.02.2026", "дәлелді бас тарту|мотивированный отказ", "=HYPERLINK(\"http://x\";\"y\") +Ғани @1", "", "=1+1; <ТОО> \"Колледж\" & К", "060340001234", "63-2026-З-000013", "2-негіз|основание 2", "", ""},
	{"4", "63-2026-000004", "05.02.2026", "құжаттарды қабылдаудан бас тарту туралы қолхат|расписка об отказе в приёме документов", "'=1+1 Пет\nров", "", "", "060340001234", "63-2026-З-000014", "", "", ""},
	{"5", "63-2026-000005", "05.02.2026", "бұрынғы ұйымға сұрау салу|запрос в прежнюю организацию", "", "", "Колледж", "060340001234", "", "", "", ""},
	{"6", "63-2026-000006", "06.02.2026", "ілеспе хат|сопроводительное письмо", "", "", "", "060340001234", "", "", "", ""},
	{"7", "63-2026-000007", "06.02.2026", "оқиға туралы хат|письмо о событии", "", "", "", "060340001234", "", "қайтыс болуы|смерть", "", ""},
	{"8", "63-2026-000008", "06.02.2026", "өзгеріс туралы хабарлама|уведомление об изменении", "", "", "", "060340001234", "", "алып тасталды|исключены", "", ""},
}

// wanted are those cells with the languages parted, and the IINs in their place.
func wanted(between string) [][]string {
	var all [][]string
	for i, l := range outgoing() {
		var row []string
		for c, text := range wantedRegister[i] {
			text = strings.ReplaceAll(text, "+63", map[bool]string{true: "\n63", false: "63"}[between == "\n"])
			if text = strings.ReplaceAll(text, "|", between); c == 5 && l.Person != 0 {
				text = l.Person.Digits()
			}
			row = append(row, text)
		}
		all = append(all, row)
	}
	return all
}

func TestLetterRegisterXLSX(t *testing.T) {
	lines := outgoing()
	var b bytes.Buffer
	if err := WriteLetterRegister(&b, registerOf(lines), letters(lines)); err != nil {
		t.Fatal(err)
	}
	keep(t, "register.xlsx", b.Bytes())
	f := opened(t, b.Bytes())
	if got := strings.Join(f.GetSheetList(), "|"); got != lettersSheet {
		t.Fatalf("sheets %s", got)
	}
	for cell, want := range map[string]string{"A1": "Шығыс хаттар тіркелімі / Реестр исходящих писем",
		"A2": regionLine(63) + " – 01.01.2026–31.12.2026", "A3": "хат: 8, күші жойылғаны: 1, импорт № 41 дейін / писем: 8, аннулировано: 1, по импорт № 41",
		"B5": "Шығыс нөмірі\nИсходящий номер", "F5": "ЖСН\nИИН", "L5": "Күшін жойған импорт №\nАннулировано импортом №"} {
		if got := raw(t, f, lettersSheet, cell); got != want {
			t.Errorf("%s is %q, want %q", cell, got, want)
		}
	}
	for i, row := range wanted("\n") {
		for c, want := range row {
			cell := osms.CellName(c, 6+i)
			got := raw(t, f, lettersSheet, cell)
			if c == 2 {
				got = shownCell(t, f, cell)
			}
			if got != want {
				t.Errorf("%s is %q, want %q", cell, got, want)
			}
			if formula, err := f.GetCellFormula(lettersSheet, cell); err != nil || formula != "" {
				t.Errorf("%s holds the formula %q (%v)", cell, formula, err)
			}
			if kind, _ := f.GetCellType(lettersSheet, cell); want != "" && (c == 1 || c == 5 || c == 7 || c == 8) && kind != excelize.CellTypeInlineString {
				t.Errorf("%s is no text", cell)
			}
		}
	}
	if next := raw(t, f, lettersSheet, "A14"); next != "" {
		t.Errorf("a row too many: %q", next)
	}
	loaded, ok := f.Pkg.Load("xl/worksheets/sheet1.xml")
	if !ok {
		t.Fatal("no sheet part")
	}
	sheet := string(loaded.([]byte))
	for _, want := range []string{`ref="$A$5:$L$13"`, `fitToHeight="0"`, `orientation="landscape"`, `ySplit="5"`, `&amp;P / &amp;N`} {
		if !strings.Contains(sheet, want) {
			t.Errorf("the sheet has no %s", want)
		}
	}
	if names := f.GetDefinedName(); !strings.Contains(names[0].RefersTo+names[len(names)-1].RefersTo, "$5:$5") {
		t.Errorf("the heading is not repeated: %+v", names)
	}
	stands, err := f.GetCellStyle(lettersSheet, "D7")
	annulled, err2 := f.GetCellStyle(lettersSheet, "D6")
	if err != nil || err2 != nil || stands == annulled {
		t.Error("an annulled letter looks like one that stands")
	}
}

func shownCell(t *testing.T, f *excelize.File, cell string) string {
	t.Helper()
	s, err := f.GetCellValue(lettersSheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLetterRegisterCSV(t *testing.T) {
	lines := outgoing()
	var b bytes.Buffer
	if err := WriteLetterRegisterCSV(&b, registerOf(lines), letters(lines)); err != nil {
		t.Fatal(err)
	}
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
	if head := records[len(records)-len(lines)-1]; head[1] != "Шығыс нөмірі / Исходящий номер" || len(head) != 12 {
		t.Errorf("heading %q", head)
	}
	for i, row := range wanted(" / ") {
		got := records[len(records)-len(lines)+i]
		for c, want := range row {
			if unharmed(got[c]) != want {
				t.Errorf("line %d, field %d is %q, want %q", i, c, got[c], want)
			}
			if s := strings.TrimLeft(got[c], " '"); got[c] != "" && s != "" && strings.ContainsRune("=+-@", rune(s[0])) && got[c][0] != '\'' {
				t.Errorf("line %d, field %d can become a formula: %q", i, c, got[c])
			}
		}
	}
}

// Every kind, action and event has words in both languages, all different.
func TestRegisterWords(t *testing.T) {
	seen := map[label]bool{}
	for _, k := range osms.LetterKinds {
		seen[letterKind(k)] = true
	}
	for _, k := range osms.EventKinds {
		seen[letterOutcome(osms.RegisterLine{Event: k})] = true
	}
	for _, a := range []osms.LetterAction{osms.Entered, osms.Updated, osms.Removed} {
		seen[letterOutcome(osms.RegisterLine{Action: a})] = true
	}
	if len(seen) != len(osms.LetterKinds)+len(osms.EventKinds)+3 {
		t.Errorf("%d words: two are the same", len(seen))
	}
	for l := range seen {
		if l.kk == "" || l.kk == l.ru {
			t.Errorf("%+v", l)
		}
	}
	for _, l := range []label{letterKind("x"), letterOutcome(osms.RegisterLine{Action: "x"}), letterOutcome(osms.RegisterLine{Event: "x"})} {
		if l != alone("x") {
			t.Errorf("an unknown code reads %+v", l)
		}
	}
}

// Letters stand in the order given, split over sheets, each sheet with its
// heading and its share of rows to filter.
func TestRegisterSplitsIntoSheets(t *testing.T) {
	for n := range len(outgoing()) + 1 {
		lines := outgoing()[:n]
		var b bytes.Buffer
		if err := registerWriters["small"](&b, registerOf(lines), letters(lines)); err != nil {
			t.Fatal(err)
		}
		f := opened(t, b.Bytes())
		var numbers []string
		for _, name := range f.GetSheetList() {
			rows, err := f.GetRows(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows[5:] {
				numbers = append(numbers, row[1])
			}
		}
		if len(numbers) != n || len(f.GetSheetList()) != max(1, (n+2)/3) {
			t.Fatalf("%d letters: %v on %v", n, numbers, f.GetSheetList())
		}
		for i, l := range lines {
			if numbers[i] != l.Number {
				t.Errorf("%d letters: number %d is %s", n, i, numbers[i])
			}
		}
	}
}

func TestRegisterTwiceTheSameBytes(t *testing.T) {
	lines := outgoing()
	for name, write := range registerWriters {
		var first, second bytes.Buffer
		if err := errors.Join(write(&first, registerOf(lines), letters(lines)), write(&second, registerOf(lines), letters(lines))); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s: two writes differ", name)
		}
	}
}

func TestRegisterThatDoesNotAddUp(t *testing.T) {
	lines, broken := outgoing(), errors.New("broken")
	for name, write := range registerWriters {
		for what, change := range map[string]func(*osms.LetterRegister){
			"a letter more": func(r *osms.LetterRegister) { r.Lines++ }, "a letter fewer": func(r *osms.LetterRegister) { r.Lines-- },
			"none": func(r *osms.LetterRegister) { r.Lines = 0 }, "fewer than none": func(r *osms.LetterRegister) { r.Lines = -5 },
			"another annulled": func(r *osms.LetterRegister) { r.Annulled++ }, "none annulled": func(r *osms.LetterRegister) { r.Annulled = 0 },
		} {
			r := registerOf(lines)
			change(&r)
			if err := write(io.Discard, r, letters(lines)); !errors.Is(err, ErrDoesNotAddUp) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
		for at := range len(lines) + 1 {
			err := write(io.Discard, registerOf(lines), func(yield func(osms.RegisterLine) error) error {
				return errors.Join(letters(lines[:at])(yield), broken)
			})
			if !errors.Is(err, broken) {
				t.Errorf("%s: broken after %d letters gives %v", name, at, err)
			}
		}
		if err := write(failing{}, registerOf(lines), letters(lines)); !errors.Is(err, errFull) {
			t.Errorf("%s: a full disk gives %v", name, err)
		}
		if err := write(io.Discard, osms.LetterRegister{}, letters(nil)); err == nil {
			t.Errorf("%s: a register without a period", name)
		}
	}
}

// manyLetters gives n letters, one at a time.
func manyLetters(n int, every func(i int)) (osms.LetterRegister, eachLetter) {
	lines := outgoing()
	one := lines[1]
	return osms.LetterRegister{Region: 63, From: 20260101, To: 20261231, Lines: n}, func(yield func(osms.RegisterLine) error) error {
		for i := range n {
			every(i)
			one.Number = "63-2026-" + strconv.Itoa(i)
			if err := yield(one); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestRegisterMemoryIsFlat(t *testing.T) {
	for name, write := range registerWriters {
		if name == "small" {
			continue
		}
		peak := func(n int) (most uint64) {
			r, each := manyLetters(n, func(i int) {
				if i%(n/5) == 0 {
					var m runtime.MemStats
					runtime.GC()
					runtime.ReadMemStats(&m)
					most = max(most, m.HeapAlloc)
				}
			})
			if err := write(io.Discard, r, each); err != nil {
				t.Fatal(err)
			}
			return most
		}
		n := 100_000
		if underRace {
			n = 10_000
		}
		if few, many := peak(2_000), peak(n); many > few+1<<20 {
			t.Errorf("%s: %d bytes live with 2,000 letters, %d with %d", name, few, many, n)
		}
	}
}

func BenchmarkRegister(b *testing.B) {
	for _, name := range []string{"csv", "xlsx"} {
		b.Run(name, func(b *testing.B) {
			const n = 100_000
			for b.Loop() {
				r, each := manyLetters(n, func(int) {})
				if err := registerWriters[name](io.Discard, r, each); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "letters/s")
		})
	}
}
