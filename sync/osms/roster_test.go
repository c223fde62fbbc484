package osms_test

import (
	"testing"

	"osmsd/sync/osms"
)

func TestColumnName(t *testing.T) {
	for column, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := osms.ColumnName(column); got != want {
			t.Errorf("column %d is %s, want %s", column, got, want)
		}
	}
	if got := osms.CellName(3, 17); got != "D17" {
		t.Errorf("%s", got)
	}
}

func TestFaultFindsItsCell(t *testing.T) {
	r := &osms.Roster{Sheets: []string{"Лист1", "Лист2"}, Columns: []map[string]int{{"iin": 1, "sex": 4}, {"iin": 2}}}
	for _, c := range []struct {
		at          osms.Place
		field       string
		sheet, cell string
	}{
		{osms.Place{Sheet: 0, Row: 9}, "sex", "Лист1", "E9"},
		{osms.Place{Sheet: 1, Row: 3}, "sex", "Лист2", "C3"}, // no such column there: the IIN's
		{osms.Place{Sheet: 7, Row: 3}, "iin", "", "A3"},
	} {
		got := r.Fault(c.at, c.field, osms.SexMismatch, osms.Refused, "ер", "female")
		if got.Sheet != c.sheet || got.Cell != c.cell || got.Row != int(c.at.Row) || got.Field != c.field {
			t.Errorf("%v %s: %+v", c.at, c.field, got)
		}
	}
}

func TestCovers(t *testing.T) {
	full, part := osms.Facts{Form: osms.FullTime}, osms.Facts{Form: osms.PartTime}
	e := osms.Enrolment{First: 20250901, Spans: []osms.Span{
		{From: 20250901, Until: 20251010, Facts: full},
		{From: 20251011, Until: 20251231, Facts: part},
		{From: 20260301, Until: osms.Forever, Facts: full},
	}}
	for month, want := range map[osms.Month]bool{202508: false, 202509: true, 202510: true, 202511: false, 202602: false, 202603: true, 203001: true} {
		if got := e.Covers(month.First(), month.Last()); got != want {
			t.Errorf("%s: %v", month, got)
		}
	}
}

func TestNameAndProtectKey(t *testing.T) {
	for _, c := range []struct {
		name osms.Name
		want string
	}{
		{osms.Name{Surname: "Ахметова", Given: "Айгүл", Patronymic: "Нұрланқызы"}, "Ахметова Айгүл Нұрланқызы"},
		{osms.Name{Given: "Айгүл"}, "Айгүл"},
		{osms.Name{Surname: "Ахметова", Patronymic: "Нұрланқызы"}, "Ахметова Нұрланқызы"},
		{osms.Name{}, ""},
	} {
		if got := c.name.String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	split := osms.Name{Surname: "Ахметова", Given: "Айгүл"}
	joined := osms.Name{Surname: "АХМЕТОВА  Айгул"}
	if a, b := osms.ProtectKey(split, 20061211), osms.ProtectKey(joined, 20061211); a != b {
		t.Errorf("%q and %q protect different people", a, b)
	}
}
