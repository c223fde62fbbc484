package table_test

import (
	"testing"
	"time"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
)

var almaty = time.FixedZone("UTC+5", 5*60*60)

func TestReadMoment(t *testing.T) {
	for _, c := range []struct {
		text string
		kind sheet.Kind
		want string // "" no moment; without a clock the day alone
	}{
		{"21.11.2026 17:40", sheet.Text, "2026-11-21 17:40:00"}, {"21.11.2026 17:40:05", sheet.Text, "2026-11-21 17:40:05"},
		{"21.11.2026, 9:05", sheet.Text, "2026-11-21 09:05:00"}, {"21.11.2026 в 9:05", sheet.Text, "2026-11-21 09:05:00"},
		{"\u00a021/11/2026\u00a017:40 ", sheet.Text, "2026-11-21 17:40:00"}, {"2026 ж. 21 қараша 17:40", sheet.Text, "2026-11-21 17:40:00"},
		{"21.11.2026 г. 17:40", sheet.Text, "2026-11-21 17:40:00"}, {"2026-11-21 17:40", sheet.Text, "2026-11-21 17:40:00"},
		{"2026-11-21T17:40:05.9", sheet.Text, "2026-11-21 17:40:05"}, {"2026-11-21T17:40:05+05:00", sheet.Text, "2026-11-21 17:40:05"},
		{"2026-11-21T20:40:05Z", sheet.Text, "2026-11-22 01:40:05"}, {"2026-11-21t20:40z", sheet.Text, "2026-11-22 01:40:00"},
		{"2026-11-21 17:40:05 +0600", sheet.Text, "2026-11-21 16:40:05"}, {"2026-11-21 17:40:05+06", sheet.Text, "2026-11-21 16:40:05"},
		{"21.11.2026 00:00", sheet.Text, "2026-11-21 00:00:00"}, {"21.11.2026", sheet.Text, "2026-11-21"}, {"2026-11-21", sheet.Text, "2026-11-21"},
		{"", sheet.Text, ""}, {"17:40", sheet.Text, ""}, {"17:40 21.11.2026", sheet.Text, ""}, {"21.11.2026 24:00", sheet.Text, ""},
		{"21.11.2026 17:60", sheet.Text, ""}, {"21.11.2026 17:4", sheet.Text, ""}, {"21.11.202617:40", sheet.Text, ""}, {"21.11.26 17:40", sheet.Text, ""},
		{"11/21/2026 5:40 PM", sheet.Text, ""}, {"21.11.2026 17:40 ночи", sheet.Text, ""}, {"31.11.2026 17:40", sheet.Text, ""}, {"вчера 17:40", sheet.Text, ""},
		{"9999-12-31T23:59:59-05:00", sheet.Text, ""}, {":", sheet.Text, ""}, {"T1:00", sheet.Text, ""},
		{"46347.7361111111", sheet.Number, "2026-11-21 17:40:00"}, {"46347.999999", sheet.Number, "2026-11-22 00:00:00"}, {"46347", sheet.Number, "2026-11-21"},
		{"4.63475E4", sheet.Number, "2026-11-21 12:00:00"}, {"0.5", sheet.Number, ""}, {"-5.5", sheet.Number, ""}, {"2026.5", sheet.Number, ""},
		{"1", sheet.Bool, ""}, {"46347.5", sheet.Text, ""},
	} {
		m, got := table.ReadMoment(sheet.Cell{Kind: c.kind, Text: c.text}, false, almaty), ""
		switch {
		case m.HasClock:
			got = m.At.Format(time.DateTime)
		case m.Day != 0:
			got = m.Day.String()
			if m.At.Format(time.DateTime) != got+" 00:00:00" {
				t.Errorf("%q begins at %s", c.text, m.At)
			}
		}
		if got != c.want || m.Day != 0 && m.At.Location() != almaty {
			t.Errorf("%q is %q, want %q", c.text, got, c.want)
		}
	}
}

func TestShown(t *testing.T) {
	for _, c := range []struct {
		cell sheet.Cell
		want string
	}{
		{sheet.Cell{Kind: sheet.Number, Text: "46347", Date: true}, "21.11.2026"}, {sheet.Cell{Kind: sheet.Number, Text: "46347.5", Date: true}, "21.11.2026 12:00:00"},
		{sheet.Cell{Kind: sheet.Number, Text: "46347"}, "46347"}, {sheet.Cell{Kind: sheet.Number, Text: "1e99", Date: true}, "1e99"}, {sheet.Cell{Kind: sheet.Text, Text: "x"}, "x"},
	} {
		if got := table.Shown(c.cell, false); got != c.want {
			t.Errorf("%+v is shown as %q, want %q", c.cell, got, c.want)
		}
	}
}

// FuzzMoment: what is read as a moment reads the same when it is written out.
func FuzzMoment(f *testing.F) {
	for _, seed := range []string{"21.11.2026 17:40", "2026-11-21T20:40:05Z", "46347.7361", "9999-12-31T23:59:59-05:00", "Tт:\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, kind := range []sheet.Kind{sheet.Text, sheet.Number} {
			m := table.ReadMoment(sheet.Cell{Kind: kind, Text: s, Date: true}, false, almaty)
			if m.Day == 0 {
				if m != (table.Moment{}) {
					t.Fatalf("%q: %+v", s, m)
				}
				continue
			}
			again := table.ReadMoment(sheet.Cell{Kind: sheet.Text, Text: m.At.Format(time.RFC3339)}, false, almaty)
			if !again.HasClock || !again.At.Equal(m.At) || again.Day != m.Day {
				t.Fatalf("%q: %+v, again %+v", s, m, again)
			}
		}
	})
}
