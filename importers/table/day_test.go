package table_test

import (
	"testing"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

func TestReadDay(t *testing.T) {
	text := func(s string) sheet.Cell { return sheet.Cell{Kind: sheet.Text, Text: s} }
	number := func(s string) sheet.Cell { return sheet.Cell{Kind: sheet.Number, Text: s} }
	for _, c := range []struct {
		cell  sheet.Cell
		y1904 bool
		sure  osms.Date
		might osms.Date // one of them, 0: none
	}{
		{text("31.12.2009"), false, 20091231, 0},
		{text("01.02.2009"), false, 20090201, 20090102},
		{text("1.2.2009"), false, 20090201, 20090102},
		{text("11/12/2006"), false, 20061211, 20061112},
		{text("12/31/2009"), false, 0, 20091231},
		{text("12/31/09"), false, 0, 20091231},
		{text("31.12.09"), false, 0, 20091231},
		{text("31.12.98"), false, 0, 19981231},
		{text("2009-12-31"), false, 20091231, 0},
		{text("2009-12-31T00:00:00Z"), false, 20091231, 0},
		{text("2009-12-31 00:00:00"), false, 20091231, 0},
		{text("31.12.2009 8:30"), false, 20091231, 0},
		{text("11.12.2006 г."), false, 20061211, 20061112},
		{text(" 11.12.2006\u00a0ж."), false, 20061211, 0},
		{text("2006 ж. 11 желтоқсан"), false, 20061211, 0},
		{text("2006 жылғы 11 желтоқсан"), false, 20061211, 0},
		{text("31 желтоқсан 2009"), false, 20091231, 0},
		{text("31 желтоксан 2009 ж."), false, 20091231, 0},
		{text("«11» декабря 2006 года"), false, 20061211, 0},
		{text("11 дек. 2006 г."), false, 20061211, 0},
		{text("December 11, 2006"), false, 20061211, 0},
		{text("11th of May 2006"), false, 20060511, 0},
		{text("11 мая 06"), false, 0, 20060511},
		{text("29.02.2000"), false, 20000229, 0},
		{text("29.02.2001"), false, 0, 0},
		{text("31.02.2009"), false, 0, 0},
		{text("00.00.0000"), false, 0, 0},
		{text("39070"), false, 0, 0},
		{text("2009"), false, 0, 0},
		{text("12.2009"), false, 0, 0},
		{text("нет"), false, 0, 0},
		{text("11.12.2006 или 2007"), false, 0, 0},
		{text("11 декабря мая 2006"), false, 0, 0},
		{text("11.12.20067"), false, 0, 0},
		{text("2109-01-01"), false, 21090101, 0},
		{number("1"), false, 19000101, 0},
		{number("59"), false, 19000228, 0},
		{number("60"), false, 0, 0},
		{number("61"), false, 19000301, 0},
		{number("0"), false, 0, 0},
		{number("-1"), false, 0, 0},
		{number("39062"), false, 20061211, 0},
		{number("45000.99"), false, 20230315, 0},
		{number("4.5E4"), false, 20230315, 0},
		{number("45000.000000000001"), false, 20230315, 0},
		{number("2958465"), false, 99991231, 0},
		{number("2958466"), false, 0, 0},
		{number("1e308"), false, 0, 0},
		{number("NaN"), false, 0, 0},
		{number("0x1p10"), false, 0, 0},
		{number("1_000"), false, 0, 0},
		{number("0"), true, 19040101, 0},
		{number("37600"), true, 20061211, 0},
		{number("-1"), true, 0, 0},
		{number("2957003"), true, 99991231, 0},
		{number("2957004"), true, 0, 0},
		{sheet.Cell{Kind: sheet.Bool, Text: "1"}, false, 0, 0},
		{sheet.Cell{}, false, 0, 0},
	} {
		d := table.ReadDay(c.cell, c.y1904)
		if d.Sure != c.sure || c.might != 0 && !d.Means(c.might) || c.might == 0 && c.sure == 0 && d.Any() {
			t.Errorf("%q is %v, want %v or %v", c.cell.Text, d, c.sure, c.might)
		}
	}
}

// TestSerialRunsOverEveryDay compares the arithmetic with the calendar, day by
// day, over the whole range.
func TestSerialRunsOverEveryDay(t *testing.T) {
	day := osms.Date(19000301)
	for n := int64(61); n <= 2958465; n++ {
		got, ok := table.DateOfSerial(n, false)
		if !ok || got != day {
			t.Fatalf("day %d is %v, want %v", n, got, day)
		}
		if n < 2958465 {
			day = day.Add(1)
		}
	}
}

func TestWhole(t *testing.T) {
	for _, c := range []struct {
		text     string
		n        int64
		fraction bool
		ok       bool
	}{
		{"50101300123", 50101300123, false, true}, {"9.90101300123E11", 990101300123, false, true},
		{"9.90101300123E+11", 990101300123, false, true}, {"990101300123.00006", 990101300123, true, true},
		{"1.23456789012346E+17", 123456789012346000, false, true}, {"1e308", 0, false, false}, {"12.0", 12, false, true},
		{"0.5", 0, true, true}, {"5E-1", 0, true, true}, {"", 0, false, false}, {"-", 0, false, false}, {".", 0, false, false},
		{"1e", 0, false, false}, {"1 2", 0, false, false}, {"-7", -7, false, true}, {"000123", 123, false, true},
		{"0.00000000000000000000000000000000000000000000001", 0, false, false}, {"Infinity", 0, false, false},
	} {
		n, fraction, ok := table.Whole(c.text)
		if n != c.n || fraction != c.fraction || ok != c.ok {
			t.Errorf("%q is %d %t %t", c.text, n, fraction, ok)
		}
	}
}

func TestMonthNumber(t *testing.T) {
	for _, c := range []struct {
		word string
		want int
	}{{"қаңтар", 1}, {"Кантар", 1}, {"АҚПАН", 2}, {"наурыз", 3}, {"марта", 3}, {"мамыр", 5}, {"мая", 5}, {"маусым", 6}, {"Қазан", 10}, {"қараша", 11}, {"Dec", 12}, {"", 0}, {"г", 0}} {
		if got := table.MonthNumber(c.word); got != c.want {
			t.Errorf("%q is %d, want %d", c.word, got, c.want)
		}
	}
}

func FuzzReadDay(f *testing.F) {
	for _, s := range []string{"31.12.2009", "2006 ж. 11 желтоқсан", "12/31/09", "45000.99", "1e308", "«11» декабря 2006 года", "2009-12-31T00:00:00Z"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, text bool) {
		c := sheet.Cell{Kind: sheet.Number, Text: s}
		if text {
			c.Kind = sheet.Text
		}
		d := table.ReadDay(c, false)
		for _, day := range append(d.Might[:], d.Sure) {
			if day == 0 {
				continue
			}
			if again, ok := osms.NewDate(day.Year(), day.MonthNum(), day.Day()); !ok || again != day {
				t.Fatalf("%q gave the impossible day %d", s, day)
			}
		}
		// What is sure reads the same when it is written plainly.
		if d.Sure != 0 {
			if back := table.ReadDay(sheet.Cell{Kind: sheet.Text, Text: d.Sure.Dotted()}, false); back.Sure != d.Sure {
				t.Fatalf("%q is %v, written plainly %v", s, d.Sure, back.Sure)
			}
		}
	})
}
