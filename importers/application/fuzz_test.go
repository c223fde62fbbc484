package application_test

import (
	"bytes"
	"errors"
	"testing"

	"osmsd/importers/application"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// hold holds what is true of every list that was read: no row is lost, every
// refused row is listed with an address, and no place stands twice.
func hold[T any](t *testing.T, src table.Source, read func(table.Source) (*application.List[T], error), place func(T) osms.Place) []T {
	t.Helper()
	list, err := read(src)
	if err != nil {
		if refused := (*osms.FileError)(nil); !errors.As(err, &refused) {
			t.Fatalf("the error is no refusal of the file: %v", err)
		}
		return nil
	}
	if list.Rows != len(list.Items)+list.Refused+list.Ignored {
		t.Fatalf("%d rows are not %d + %d + %d", list.Rows, len(list.Items), list.Refused, list.Ignored)
	}
	type at struct {
		sheet string
		row   int
	}
	refused, kept := map[at]bool{}, map[at]bool{}
	for _, r := range list.Refusals {
		if r.Cell == "" || r.Code == "" || r.Message("ru") == string(r.Code) {
			t.Fatalf("a refusal without an address or a sentence: %+v", r)
		}
		if r.Severity == osms.Refused {
			refused[at{r.Sheet, r.Row}] = true
		}
	}
	if list.Unlisted == 0 && len(refused) != list.Refused {
		t.Fatalf("%d rows are refused, %d are counted", len(refused), list.Refused)
	}
	for _, item := range list.Items {
		p := place(item)
		here := at{list.Sheets[p.Sheet], int(p.Row)}
		if refused[here] || kept[here] {
			t.Fatalf("row %d is refused or stands twice", p.Row)
		}
		kept[here] = true
	}
	return list.Items
}

// oneSource is a source whose only sheet is a CSV, or the like of a workbook's
// with texts, numbers and dates as kinds says, a bit a column.
func oneSource(heads []string, rows [][]string, kinds uint32) table.Source {
	var all []sheet.Row
	for i, texts := range append([][]string{heads}, rows...) {
		r := sheet.Row{Number: i + 1, Hidden: i > 0 && kinds>>30&1 != 0}
		for c, text := range texts {
			cell := sheet.Cell{Kind: sheet.Text, Text: text}
			switch {
			case text == "":
				cell.Kind = sheet.Empty
			case i > 0 && kinds>>c&1 != 0:
				cell.Kind, cell.Date = sheet.Number, kinds>>(c+10)&1 != 0
			case i > 0 && kinds>>(c+10)&1 != 0 && kinds>>(c+20)&1 != 0:
				cell.Kind = sheet.Error
			}
			r.Cells = append(r.Cells, cell)
		}
		all = append(all, r)
	}
	return table.Source{Sheets: []sheet.Sheet{{Name: "Лист1"}}, CSV: kinds>>31&1 != 0,
		Rows: func(_ int, each func(*sheet.Row) error) (sheet.Summary, error) {
			for _, r := range all {
				if err := each(&r); err != nil {
					return sheet.Summary{}, err
				}
			}
			return sheet.Summary{}, nil
		}}
}

func FuzzApplications(f *testing.F) {
	p, b := iin(f, 61211, 6, 1), bin(f, 9912, 1)
	f.Add("12", "21.11.2026 17:40", p, "Ахметова Әсел", b, "", "да", "31.12.2026", "да", uint32(1<<31))
	f.Add("12", "46347.7361", p[1:], "Ах?ова", b, b, "нет, утеряно", "бессрочно", "+", uint32(0b110))
	f.Add("", "2026-11-21T23:59:59+05:00", "ИИН "+p, "-", "12345", "нет", "№ 5", "32.13.2026", "\x00", uint32(1<<30|1<<11|1<<12))
	f.Fuzz(func(t *testing.T, number, at, who, name, where, previous, identity, until, consent string, kinds uint32) {
		row := []string{number, at, who, name, where, previous, identity, until, consent}
		src := oneSource([]string{"№ заявления", "Дата и время подачи", "ИИН", "ФИО", "БИН организации", "БИН прежней организации", "Удостоверение личности",
			"Удостоверение действительно до", "Согласие"}, [][]string{row, row, {"", "", "", "Директор"}}, kinds)
		items := hold(t, src, func(s table.Source) (*application.List[osms.Application], error) {
			return application.ReadApplicationsFrom(s, options)
		},
			func(a osms.Application) osms.Place { return a.Place })
		for _, a := range items {
			if _, err := osms.ParseIIN(a.Person.Digits(), osms.DateOf(options.Received)); err != nil || a.BIN == 0 || a.Received.IsZero() || a.Received.Sub(options.Received).Minutes() > 5 || a.Previous == a.BIN {
				t.Fatalf("accepted %v %+v", err, a)
			}
		}
		if len(items) > 1 {
			t.Fatal("the same row is two applications")
		}
	})
}

func FuzzRequests(f *testing.F) {
	p := iin(f, 61211, 6, 1)
	f.Add("12", "21.11.2026 17:40", p, "2025-01", "октябрь 2026", "ЭЦП", "да", uint32(1<<31))
	f.Add("12", "46347.7361", p[1:], "10.2026", "45658", "x", "", uint32(0b10110))
	f.Add("", "9999-12-31T23:59:59-12:00", "#Н/Д", "", "13.2026", "-", "−", uint32(1<<12|1<<22))
	f.Fuzz(func(t *testing.T, number, at, who, from, to, confirmed, consent string, kinds uint32) {
		src := oneSource([]string{"№ запроса", "Дата и время запроса", "ИИН", "Период с", "Период по", "Подтверждение", "Согласие"},
			[][]string{{number, at, who, from, to, confirmed, consent}, {"5", "21.11.2026 10:00", "?", "", "", "", ""}}, kinds&^3)
		items := hold(t, src, func(s table.Source) (*application.List[osms.Request], error) {
			return application.ReadRequestsFrom(s, options)
		},
			func(q osms.Request) osms.Place { return q.Place })
		for _, q := range items {
			if q.Received.IsZero() || q.Received.Sub(options.Received).Minutes() > 5 {
				t.Fatalf("accepted %+v", q)
			}
			if _, err := osms.ParseIIN(q.Person.Digits(), 0); q.Person != 0 && err != nil {
				t.Fatalf("%v", err)
			}
		}
	})
}

func FuzzEvents(f *testing.F) {
	p := iin(f, 61211, 6, 1)
	f.Add(p, "смерть", "20.11.2026", "", "Справка", uint32(1<<31))
	f.Add(p[1:], "временный статус", "46346", "46380", "", uint32(0b1101))
	f.Add("", "court_ban", "31.02.2026", "01.01.0001", "\x07", uint32(1<<11|1<<21))
	f.Fuzz(func(t *testing.T, who, event, on, until, document string, kinds uint32) {
		row := []string{who, event, on, until, document}
		src := oneSource([]string{"ИИН", "Событие", "Дата события", "Действует до", "Документ"}, [][]string{row, row}, kinds)
		items := hold(t, src, func(s table.Source) (*application.List[osms.Event], error) {
			return application.ReadEventsFrom(s, options)
		},
			func(e osms.Event) osms.Place { return e.Place })
		for _, e := range items {
			if e.Person == 0 || e.Kind == "" || e.On == 0 || e.Until < e.On {
				t.Fatalf("accepted %+v", e)
			}
			if e.Kind == osms.EventTemporaryStatus && e.Until.Sub(e.On) > 31 {
				t.Fatalf("a temporary status from %s to %s", e.On, e.Until)
			}
		}
	})
}

// FuzzCSV reads any bytes as each of the three lists.
func FuzzCSV(f *testing.F) {
	p := iin(f, 61211, 6, 1)
	f.Add([]byte("№ заявления;Дата и время подачи;ИИН;БИН организации\n1;21.11.2026 10:00;" + p + ";" + bin(f, 9912, 1) + "\n"))
	f.Add([]byte("№ запроса;Дата и время запроса;ИИН\n1;21.11.2026 10:00;" + p + "\n;;\n1;21.11.2026;\n"))
	f.Add([]byte("ИИН;Событие;Дата события\n" + p + ";смерть;21.11.2026\nИтого;1;\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), sheet.Limits{Rows: 1000})
		if err != nil {
			return
		}
		defer book.Close()
		src := table.FromBook(book)
		hold(t, src, func(s table.Source) (*application.List[osms.Application], error) {
			return application.ReadApplicationsFrom(s, options)
		},
			func(a osms.Application) osms.Place { return a.Place })
		hold(t, src, func(s table.Source) (*application.List[osms.Request], error) {
			return application.ReadRequestsFrom(s, options)
		},
			func(q osms.Request) osms.Place { return q.Place })
		hold(t, src, func(s table.Source) (*application.List[osms.Event], error) {
			return application.ReadEventsFrom(s, options)
		},
			func(e osms.Event) osms.Place { return e.Place })
	})
}
