package table_test

import (
	"testing"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
)

func TestReadMonth(t *testing.T) {
	for _, c := range []struct {
		text string
		want string
	}{
		{"2026-10", "2026-10"}, {"10.2026", "2026-10"}, {"1.2026", "2026-01"}, {"10/2026", "2026-10"}, {"2026/10", "2026-10"},
		{"2026.10", "2026-10"}, {"10 2026", "2026-10"}, {"октябрь 2026", "2026-10"}, {"Октябрь 2026 г.", "2026-10"},
		{"за октябрь 2026 года", "2026-10"}, {"2026 ж. қазан", "2026-10"}, {"2026 жылғы қазан", "2026-10"}, {"Қазан 2026", "2026-10"},
		{"казан 2026", "2026-10"}, {"2026 жылдың қазан айы", "2026-10"}, {"October 2026", "2026-10"}, {"Oct-2026", "2026-10"},
		{"май 2026", "2026-05"}, {"мамыр 2026", "2026-05"}, {"маусым 2026", "2026-06"}, {"01.10.2026", "2026-10"},
		{"2026-10-31", "2026-10"}, {"31 октября 2026", "2026-10"}, {"\u00a02026-10 ", "2026-10"},
		{"", ""}, {"2026", ""}, {"октябрь", ""}, {"13.2026", ""}, {"2026-00", ""}, {"10.26", ""}, {"октябрь 26", ""}, {"1999-10", ""},
		{"202610", ""}, {"102026", ""}, {"октябрь ноябрь 2026", ""}, {"3 квартал 2026", ""}, {"2026-10-32", ""}, {"31.02.2026", ""},
		{"2026 2026", ""}, {"01.10.2026-31.10.2026", ""}, {"01.10.2026 00:00:00", "2026-10"}, {"2926-10", ""},
	} {
		got, ok := table.ReadMonth(sheet.Cell{Kind: sheet.Text, Text: c.text}, false)
		if ok != (c.want != "") || ok && got.String() != c.want {
			t.Errorf("%q: %s %t", c.text, got, ok)
		}
	}
	for _, c := range []struct {
		text string
		date bool
		want string
	}{
		{"46296", true, "2026-10"}, {"46296.5", true, "2026-10"}, {"46296", false, "2026-10"}, {"10.2026", false, "2026-10"},
		{"1.2026", false, "2026-01"}, {"10.202", false, "2020-10"}, {"202610", false, ""}, {"2026", false, ""}, {"13.2026", false, ""},
		{"10.20261", false, ""}, {"-1", false, ""}, {"60", true, ""},
	} {
		got, ok := table.ReadMonth(sheet.Cell{Kind: sheet.Number, Text: c.text, Date: c.date}, false)
		if ok != (c.want != "") || ok && got.String() != c.want {
			t.Errorf("%s: %s %t", c.text, got, ok)
		}
	}
}

// FuzzMonth: what is read as a month reads the same when the program writes it.
func FuzzMonth(f *testing.F) {
	for _, seed := range []string{"2026-10", "2026 ж. қазан", "46296.5", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, kind := range []sheet.Kind{sheet.Text, sheet.Number, sheet.Bool} {
			if m, ok := table.ReadMonth(sheet.Cell{Kind: kind, Text: s}, false); ok {
				if again, ok := table.ReadMonth(sheet.Cell{Kind: sheet.Text, Text: m.String()}, false); !ok || again != m {
					t.Fatalf("%q: %s", s, m)
				}
			}
		}
	})
}
