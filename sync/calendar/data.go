package calendar

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"osmsd/sync/osms"
)

//go:embed data/holidays.csv
var holidaysCSV []byte

//go:embed data/working_days.csv
var workingDaysCSV []byte

// holiday is a day of every year from until, zero meaning without limit.
type holiday struct {
	month, day  int
	from, until int
	moves       bool
}

// in gives the index of the holiday in a year and whether it is kept then.
func (h holiday) in(year int) (index int, valid bool) {
	if h.from != 0 && year < h.from || h.until != 0 && year > h.until {
		return 0, false
	}
	return time.Date(year, time.Month(h.month), h.day, 0, 0, 0, 0, time.UTC).YearDay() - 1, true
}

// exception is a day that is off or worked against the ordinary rule.
type exception struct {
	day    osms.Date
	worked bool
}

var defaultCalendar = sync.OnceValue(func() *Calendar {
	c, err := Load()
	if err != nil {
		panic("calendar: embedded data: " + err.Error())
	}
	return c
})

// Default is the calendar of the embedded data.
func Default() *Calendar { return defaultCalendar() }

// Load makes a calendar of the embedded data and files in the form of
// data/working_days.csv (columns year, day, kind, why; kind is off or work). A
// year in a file replaces that year whole, and a later file an earlier one. The
// error lists every fault with its line.
func Load(files ...[]byte) (*Calendar, error) {
	holidays, err := readHolidays(holidaysCSV)
	if err != nil {
		return nil, fmt.Errorf("holidays.csv: %w", err)
	}
	c := &Calendar{holidays: holidays, years: map[int][]exception{}, built: map[int]*days{}}
	for i, file := range append([][]byte{workingDaysCSV}, files...) {
		years, err := readDays(file)
		if err != nil {
			return nil, fmt.Errorf("working days, file %d: %w", i, err)
		}
		for y, list := range years {
			c.years[y] = list
		}
	}
	for y := firstBuilt; y <= lastBuilt; y++ {
		c.built[y] = c.build(y)
	}
	c.version = c.digest()
	return c, nil
}

// digest is over the content in order, not over the files: a comment or
// another order of rows does not change it.
func (c *Calendar) digest() string {
	var b strings.Builder
	for _, h := range c.holidays {
		fmt.Fprintf(&b, "%02d-%02d %d %d %t\n", h.month, h.day, h.from, h.until, h.moves)
	}
	years := c.Years()
	for _, y := range years {
		fmt.Fprintf(&b, "%d\n", y)
		for _, e := range c.years[y] {
			fmt.Fprintf(&b, "%s %t\n", e.day, e.worked)
		}
	}
	sum := sha256.Sum256([]byte(b.String()))
	return fmt.Sprintf("%d-%d/%x", years[0], years[len(years)-1], sum[:6])
}

// rows reads a CSV with a header of the given columns, calls each for every
// row and joins the faults with their lines.
func rows(data []byte, columns []string, each func(row []string) error) error {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord, r.Comment = len(columns), '#'
	header, err := r.Read()
	if err != nil || !slices.Equal(header, columns) {
		return fmt.Errorf("line 1: the columns must be %s", strings.Join(columns, ","))
	}
	var faults []error
	for {
		row, err := r.Read()
		if err == io.EOF {
			return errors.Join(faults...)
		}
		if err != nil {
			faults = append(faults, err) // a csv.ParseError names its line
			if !errors.Is(err, csv.ErrFieldCount) {
				return errors.Join(faults...)
			}
			continue
		}
		if err := each(row); err != nil {
			line, _ := r.FieldPos(0)
			faults = append(faults, fmt.Errorf("line %d: %w", line, err))
		}
	}
}

func readHolidays(data []byte) (list []holiday, err error) {
	err = rows(data, []string{"day", "from", "until", "moves", "name"}, func(row []string) error {
		// A leap year, so that 29 February would be a day too.
		day, err := osms.ParseDate("2024-" + row[0])
		if err != nil {
			return err
		}
		h := holiday{month: day.MonthNum(), day: day.Day(), moves: row[3] == "yes"}
		for i, year := range []*int{&h.from, &h.until} {
			if row[1+i] == "" {
				continue
			}
			if *year, err = strconv.Atoi(row[1+i]); err != nil {
				return err
			}
		}
		list = append(list, h)
		return nil
	})
	return list, err
}

func readDays(data []byte) (map[int][]exception, error) {
	years := map[int][]exception{}
	seen := map[osms.Date]bool{}
	err := rows(data, []string{"year", "day", "kind", "why"}, func(row []string) error {
		day, err := osms.ParseDate(strings.TrimSpace(row[1]))
		if err != nil {
			return err
		}
		kind := strings.TrimSpace(row[2])
		switch {
		case strconv.Itoa(day.Year()) != strings.TrimSpace(row[0]):
			return fmt.Errorf("%s is not a day of the year %q", day, row[0])
		case kind != "off" && kind != "work":
			return fmt.Errorf("%q: the kind is off or work", row[2])
		case seen[day]:
			return fmt.Errorf("%s stands twice", day)
		}
		seen[day] = true
		years[day.Year()] = append(years[day.Year()], exception{day, kind == "work"})
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, list := range years {
		slices.SortFunc(list, func(a, b exception) int { return int(a.day - b.day) })
	}
	return years, nil
}
