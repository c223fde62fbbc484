package workbook

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"osmsd/sync/osms"
)

func TestReconciliationTwiceTheSameBytes(t *testing.T) {
	for _, lang := range []string{"kk", "ru", "en"} {
		var first bytes.Buffer
		if err := WriteReconciliation(&first, sample(), lang); err != nil {
			t.Fatal(err)
		}
		keep(t, "reconciliation-"+lang+".xlsx", first.Bytes())
		for range 5 {
			var again bytes.Buffer
			if err := WriteReconciliation(&again, sample(), lang); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(first.Bytes(), again.Bytes()) {
				keep(t, "again.xlsx", again.Bytes())
				t.Fatalf("%s: two writes differ", lang)
			}
		}
	}
}

func TestReconciliationCells(t *testing.T) {
	var b bytes.Buffer
	if err := WriteReconciliation(&b, sample(), "ru"); err != nil {
		t.Fatal(err)
	}
	f := opened(t, b.Bytes())
	want := []string{"Свод · Жиынтық", "Мост · Көпір", "Диаграммы · Диаграммалар", "Сменил регион · Өңір ауыстырған",
		"Поступил позже · Кеш қосылған", "Выбыл позже · Кеш шыққан", "Оплачено дважды", "В пути · Жолда", "Поступления · Түсімдер",
		"Данные · Деректер", "Источники · Дереккөздер"}
	var kept []string
	for _, name := range want {
		if slices.Contains(f.GetSheetList(), name) {
			kept = append(kept, name)
		}
	}
	// Lines without persons behind them have no sheet.
	if got := f.GetSheetList(); !slices.Equal(got, kept) || len(got) != 9 {
		t.Fatalf("sheets %q", got)
	}
	shown := func(sheet, cell, want string) {
		t.Helper()
		if got, err := f.GetCellValue(sheet, cell); err != nil || got != want {
			t.Errorf("%s!%s shows %q, want %q (%v)", sheet, cell, got, want, err)
		}
	}
	bridge := "Мост · Көпір"
	for cell, want := range map[string]string{
		"D8": "442,205", "E8": "2,587,783,660.00", "C8": "Причитается сейчас / Қазір тиесілі", // sums have no plus
		"D9": "2", "E9": "-11,704.00", "G9": "2,587,771,956.00", // persons are counted, money moves
		"D10": "3", "E10": "+17,556.00",
	} {
		shown(bridge, cell, want)
	}
	people := "Поступил позже · Кеш қосылған"
	for cell, want := range map[string]string{"B6": fakeIIN(1).Digits(), "C6": "Әбдіқадырова Айгүл Нұрланқызы", "I6": "-5,852.00", "J6": "17",
		"C7": `=HYPERLINK("x") @Ғани`, "K7": `қосымша \u202exslx.тізім.xlsx`} {
		shown(people, cell, want)
	}
	if formula, err := f.GetCellFormula(people, "C7"); err != nil || formula != "" {
		t.Errorf("a name became the formula %q (%v)", formula, err)
	}
}

// A report on one region has one block, under the region's name.
func TestReconciliationOfOneRegion(t *testing.T) {
	r := sample().Only(10)
	var b bytes.Buffer
	if err := WriteReconciliation(&b, r, "ru"); err != nil {
		t.Fatal(err)
	}
	rows, err := opened(t, b.Bytes()).GetRows("Мост · Көпір")
	if err != nil {
		t.Fatal(err)
	}
	if rows = rows[7:]; len(rows) != len(r.Lines[0].Bridge)+4 || rows[0][1] != "область Абай\nАбай облысы" {
		t.Errorf("%d rows from %q on", len(rows), rows[0])
	}
}

func TestReconciliationThatDoesNotAddUp(t *testing.T) {
	for name, change := range map[string]func(*osms.Reconciliation){
		"a tiyn of a line":          func(r *osms.Reconciliation) { r.Lines[1].Ledger++ },
		"difference":                func(r *osms.Reconciliation) { r.Lines[0].Difference++ },
		"unexplained":               func(r *osms.Reconciliation) { r.Lines[1].Unexplained-- },
		"frozen":                    func(r *osms.Reconciliation) { r.Lines[0].Frozen++ },
		"a bridge line left out":    func(r *osms.Reconciliation) { r.Lines[1].Bridge = r.Lines[1].Bridge[1:] },
		"a person behind left out":  func(r *osms.Reconciliation) { r.Lines[1].Bridge[0].Behind = r.Lines[1].Bridge[0].Behind[1:] },
		"a region left out":         func(r *osms.Reconciliation) { r.Lines = r.Lines[1:] },
		"persons of the total":      func(r *osms.Reconciliation) { r.Total.DuePersons++ },
		"the total's ledger and so": func(r *osms.Reconciliation) { r.Total.Ledger++; r.Total.Difference++; r.Total.Unexplained++ },
	} {
		r := sample()
		change(&r)
		var b bytes.Buffer
		if err := WriteReconciliation(&b, r, "ru"); !errors.Is(err, ErrDoesNotAddUp) || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes written", name, err, b.Len())
		}
	}
}
