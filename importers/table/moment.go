package table

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// Moment is a day with a clock time that a cell states.
type Moment struct {
	Day osms.Date // 0: the cell states no moment
	// HasClock: a time of day is stated; At is the moment, to the second. Without
	// one At is the first moment of the day.
	HasClock bool
	At       time.Time
}

// ReadMoment reads a moment: a workbook's day number with a fraction,
// "21.11.2026 17:40", "2026-11-21 17:40:05", RFC 3339. Clock times without an
// offset are counted in zone, and At is given in it. A day number without a
// fraction states no time: a workbook does not tell midnight from none.
func ReadMoment(c sheet.Cell, date1904 bool, zone *time.Location) Moment {
	switch c.Kind {
	case sheet.Number:
		return momentOfSerial(c, date1904, zone)
	case sheet.Text:
		return momentOfText(Trim(c.Text), zone)
	}
	return Moment{}
}

func momentOfSerial(c sheet.Cell, date1904 bool, zone *time.Location) Moment {
	day := SureDay(c, date1904)
	serial, err := strconv.ParseFloat(c.Text, 64)
	if day == 0 || err != nil {
		return Moment{}
	}
	// Fifteen digits hold a moment to a hundredth of a second; 17:40 is often kept
	// as 17:39:59.99.
	seconds := int(math.Round((serial - math.Floor(serial)) * 24 * 60 * 60))
	if seconds == 0 {
		return momentAt(day, nil, zone)
	}
	return momentAt(day.Add(seconds/86400), &clock{second: seconds % 86400}, zone)
}

// clock is a time of day in seconds, in a zone of its own or nil.
type clock struct {
	second int
	zone   *time.Location
}

func momentAt(day osms.Date, c *clock, zone *time.Location) Moment {
	if c == nil {
		return Moment{Day: day, At: time.Date(day.Year(), time.Month(day.MonthNum()), day.Day(), 0, 0, 0, 0, zone)}
	}
	own := c.zone
	if own == nil {
		own = zone
	}
	at := time.Date(day.Year(), time.Month(day.MonthNum()), day.Day(), 0, 0, c.second, 0, own).In(zone)
	if at.Year() > 9999 {
		return Moment{}
	}
	return Moment{Day: osms.DateOf(at), HasClock: true, At: at}
}

// Shown is a cell as a person sees it: of a date the day and the time, not their
// number.
func Shown(c sheet.Cell, date1904 bool) string {
	if c.Kind == sheet.Number && c.Date {
		switch m := momentOfSerial(c, date1904, time.UTC); {
		case m.HasClock:
			return m.At.Format("02.01.2006 15:04:05")
		case m.Day != 0:
			return m.Day.Dotted()
		}
	}
	return c.Text
}

// momentOfText parts the hours, which the first colon gives away, from the day.
func momentOfText(text string, zone *time.Location) Moment {
	colon := strings.IndexByte(text, ':')
	if colon < 0 {
		day := SureDay(sheet.Cell{Kind: sheet.Text, Text: text}, false)
		if day == 0 {
			return Moment{}
		}
		return momentAt(day, nil, zone)
	}
	from := colon
	for from > 0 && isDigit(text[from-1]) {
		from--
	}
	before, hasT := text[:from], false
	if from > 0 {
		before, hasT = strings.CutSuffix(strings.ToUpper(before), "T")
	}
	if !hasT && strings.TrimRightFunc(before, notWritten) == before {
		return Moment{} // the day runs into the hours
	}
	before = strings.TrimRightFunc(before, notWritten)
	for _, word := range []string{" В", " САҒАТ", " AT"} {
		before = strings.TrimSuffix(before, word)
	}
	day := SureDay(sheet.Cell{Kind: sheet.Text, Text: before}, false)
	hours, ok := readClock(text[from:])
	if day == 0 || !ok {
		return Moment{}
	}
	return momentAt(day, &hours, zone)
}

func notWritten(r rune) bool { return unicode.IsSpace(r) || Invisible(r) || r == ',' }

// readClock reads 9:05, 17:40:05, 17:40:05.123Z, 17:40+05:00.
func readClock(text string) (clock, bool) {
	text = strings.ToUpper(strings.Map(func(r rune) rune {
		if notWritten(r) {
			return -1
		}
		return r
	}, text))
	for _, layout := range []string{"15:04", "15:04:05", "15:04Z07:00", "15:04:05Z07:00", "15:04:05Z0700", "15:04:05Z07"} {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		c := clock{second: t.Hour()*3600 + t.Minute()*60 + t.Second()}
		if strings.Contains(layout, "Z") {
			_, offset := t.Zone()
			c.zone = time.FixedZone("", offset)
		}
		return c, true
	}
	return clock{}, false
}
