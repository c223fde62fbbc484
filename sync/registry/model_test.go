package registry_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
)

// The model is the rules of reading once more, in the plainest form there is: an
// enrolment is a calendar with a mark on every day, and everything that was ever
// said is gone through from the beginning. It shares no code with the registry.

// horizon is the number of days that the model knows; the square behind them
// stands for ever after.
const horizon = 80

// dayZero is the first day of the calendar.
const dayZero osms.Date = 20260815

type square struct {
	on                        bool
	form, level, status, word string
	ends                      string // why the next day is off, on the last day before
}

type calendar struct {
	first int
	days  [horizon + 1]square
}

func (c *calendar) last() int {
	for i := horizon; i >= 0; i-- {
		if c.days[i].on {
			return i
		}
	}
	return -1
}

// fill goes on with the facts of one day on others.
func (c *calendar) fill(like, from, to int) {
	for i := from; i <= to; i++ {
		c.days[i] = c.days[like]
		c.days[i].ends = ""
	}
}

// stop makes day the last one.
func (c *calendar) stop(day int, how string) {
	for i := day + 1; i <= horizon; i++ {
		c.days[i] = square{}
	}
	last := c.last()
	c.fill(last, last, day)
	c.days[day].ends = how
}

type file struct {
	surname, given, patronymic string
	calendars                  []calendar
}

func (f file) clone() file { f.calendars = slices.Clone(f.calendars); return f }

// precedes tells whether an enrolment from a day on is another one.
func (c *calendar) precedes(day int) bool {
	last := c.last()
	how := c.days[last].ends
	return last < day || last == day && how != "" && how != "absence" && c.first != day
}

// yield leaves a day, if it is the last one, to the next enrolment.
func (c *calendar) yield(day int) {
	if !c.days[day].on {
		return
	}
	how := c.days[day].ends
	c.days[day] = square{}
	if last := c.last(); c.days[last].ends == "" {
		c.days[last].ends = how
	}
}

// deeds are what an import did to persons, in words.
type deeds map[osms.IIN]string

// recount goes through all imports; did is what the import watched did.
func recount(journals []registry.Journal, watch int64) (files map[osms.IIN]*file, did deeds) {
	all := slices.Clone(journals)
	slices.SortFunc(all, func(a, b registry.Journal) int {
		return cmp.Or(cmp.Compare(a.AsAt, b.AsAt), cmp.Compare(a.Import, b.Import))
	})
	files, did = map[osms.IIN]*file{}, deeds{}
	for i, j := range all {
		asAt := dayNumber(j.AsAt)
		replaced := false
		listed := map[osms.IIN]bool{}
		for _, row := range j.Rows {
			stands := true
			for _, k := range all[i+1:] {
				if j.Mode == osms.Full && k.Mode == osms.Full && k.AsAt == j.AsAt {
					replaced = true
					if lists(k, row.Person) || !protects(k, row.Person, row.Name, row.Birth) {
						stands = false
					}
				}
			}
			if !stands {
				continue
			}
			listed[row.Person] = true
			f := files[row.Person]
			if f == nil {
				f = &file{}
			}
			next, what := heard(f.clone(), row, asAt, j.Mode == osms.Full)
			if what != "rejected" {
				files[row.Person] = &next
			}
			if j.Import == watch {
				did[row.Person] = what
			}
		}
		if len(j.Rows) == 0 {
			for _, k := range all[i+1:] {
				replaced = replaced || j.Mode == osms.Full && k.Mode == osms.Full && k.AsAt == j.AsAt
			}
		}
		if j.Mode != osms.Full || replaced {
			continue
		}
		for person, f := range files {
			if listed[person] || protects(j, person, osms.Name{Surname: f.surname, Given: f.given, Patronymic: f.patronymic}, person.Birth()) {
				continue
			}
			if f.missing(asAt) && j.Import == watch {
				did[person] = "left"
			}
			f.forget()
		}
	}
	return files, did
}

func lists(j registry.Journal, person osms.IIN) bool {
	return slices.ContainsFunc(j.Rows, func(r osms.Row) bool { return r.Person == person })
}

func protects(j registry.Journal, person osms.IIN, name osms.Name, birth osms.Date) bool {
	return slices.Contains(j.Protected.Persons, person) || slices.Contains(j.Protected.Keys, osms.ProtectKey(name, birth))
}

func (f *file) forget() {
	if len(f.calendars) == 0 {
		*f = file{}
	}
}

// missing is a full roster without the person.
func (f *file) missing(asAt int) bool {
	for i := range f.calendars {
		c := &f.calendars[i]
		later := i+1 < len(f.calendars) && f.calendars[i+1].first <= asAt
		switch {
		case c.first > asAt || c.last() < asAt || later:
			continue
		case c.first == asAt:
			f.calendars = slices.Delete(f.calendars, i, i+1)
			return true
		}
		for d := asAt; d <= horizon; d++ {
			c.days[d] = square{}
		}
		if last := c.last(); c.days[last].ends == "" {
			c.days[last].ends = "absence"
		}
		return true
	}
	return false
}

// heard is a row about a person, in words.
func heard(f file, row osms.Row, asAt int, full bool) (file, string) {
	was := fmt.Sprint(f)
	count, wasGone := len(f.calendars), f.gone()
	if f.surname != "" && f.surname != row.Name.Surname && f.given != row.Name.Given {
		return f, "rejected"
	}
	leaving := row.Facts.Status == osms.Expelled || row.Facts.Status == osms.Graduated || row.Facts.Status == osms.TransferredOut
	ok := false
	if leaving {
		ok = f.goes(row, asAt, full)
	} else {
		ok = f.stays(row, asAt, full)
	}
	if !ok {
		return f, "rejected"
	}
	if len(f.calendars) > 0 {
		f.surname, f.given = row.Name.Surname, row.Name.Given
		f.patronymic = cmp.Or(row.Name.Patronymic, f.patronymic)
	}
	f.forget()
	switch {
	case fmt.Sprint(f) == was:
		return f, "unchanged"
	case len(f.calendars) > count:
		return f, "joined"
	case leaving && !wasGone(row, asAt):
		return f, "left by row"
	}
	return f, "changed"
}

// gone tells, of the state before a row, whether the enrolment that the row ends
// had ended already; another row of it is a change.
func (f file) gone() func(osms.Row, int) bool {
	before := f.clone()
	return func(row osms.Row, asAt int) bool {
		day := dayNumber(row.LeftOn)
		if row.LeftOn.IsZero() {
			f := before.clone()
			return !f.missing(asAt)
		}
		if i := before.meant(row, day); i >= 0 {
			c := before.calendars[i]
			how := c.days[c.last()].ends
			return how != "" && how != "expected" || how == string(row.Facts.Status) && c.last() == day
		}
		return false
	}
}

func number(d osms.Date) int {
	if d.IsZero() {
		return -1
	}
	return dayNumber(d)
}

// meant is the calendar that a leaving row means.
func (f *file) meant(row osms.Row, day int) int {
	enrolled, found := number(row.EnrolledOn), -1
	for i := range f.calendars {
		if f.calendars[i].first == enrolled {
			return i
		}
	}
	for i := range f.calendars {
		if f.calendars[i].first <= day {
			found = i
		}
	}
	if found >= 0 && enrolled >= 0 && f.calendars[found].precedes(enrolled) {
		return -1
	}
	return found
}

func (f *file) goes(row osms.Row, asAt int, full bool) bool {
	if row.LeftOn.IsZero() {
		if full {
			f.missing(asAt)
		}
		return full
	}
	day, enrolled, how := dayNumber(row.LeftOn), number(row.EnrolledOn), string(row.Facts.Status)
	i := f.meant(row, day)
	if i < 0 {
		switch n := len(f.calendars); {
		case enrolled < 0 && n > 0:
			return false
		case enrolled < 0 && day < asAt:
			return true
		case enrolled > day || n > 0 && enrolled < f.calendars[n-1].first:
			return false
		}
		return f.begin(row, asAt, day, how)
	}
	if !f.correct(i, enrolled) {
		return false
	}
	if day < f.calendars[i].first || i+1 < len(f.calendars) && day >= f.calendars[i+1].first {
		return false
	}
	if c := &f.calendars[i]; c.last() != day || c.days[day].ends != how {
		c.stop(day, how)
	}
	return true
}

func (f *file) begin(row osms.Row, asAt, until int, how string) bool {
	first := number(row.EnrolledOn)
	if first < 0 {
		first = asAt
	}
	if until < first {
		return false
	}
	if n := len(f.calendars); n > 0 {
		f.calendars[n-1].yield(first)
	}
	c := calendar{first: first}
	for d := first; d <= until; d++ {
		c.days[d].on = true
		c.days[d].take(row)
	}
	if until < horizon {
		c.days[until].ends = how
	}
	f.calendars = append(f.calendars, c)
	return true
}

// take writes what a row states on a day.
func (s *square) take(row osms.Row) {
	s.form = cmp.Or(string(row.Facts.Form), s.form)
	s.level = cmp.Or(string(row.Facts.Level), s.level)
	s.word = cmp.Or(row.Facts.Grade, s.word)
	s.status = "studying"
	if row.Facts.Status == osms.AcademicLeave {
		s.status = "academic_leave"
	}
}

func (f *file) correct(i, enrolled int) bool {
	c := &f.calendars[i]
	if enrolled < 0 || enrolled == c.first {
		return true
	}
	if i > 0 && !f.calendars[i-1].precedes(enrolled) || enrolled > c.last() {
		return false
	}
	if i > 0 {
		f.calendars[i-1].yield(enrolled)
	}
	for d := range enrolled {
		c.days[d] = square{}
	}
	next := enrolled
	for !c.days[next].on {
		next++
	}
	c.fill(next, enrolled, next-1)
	c.first = enrolled
	return true
}

func (f *file) stays(row osms.Row, asAt int, full bool) bool {
	until, how, enrolled := horizon, "", number(row.EnrolledOn)
	if !row.LeftOn.IsZero() {
		until, how = dayNumber(row.LeftOn), "expected"
	}
	if until < asAt {
		return false
	}
	n := len(f.calendars)
	if n == 0 || enrolled < 0 && f.calendars[n-1].last() < asAt || enrolled >= 0 && f.calendars[n-1].precedes(enrolled) {
		return f.begin(row, asAt, until, how)
	}
	i := slices.IndexFunc(f.calendars, func(c calendar) bool { return c.first == enrolled })
	if i < 0 {
		i = slices.IndexFunc(f.calendars, func(c calendar) bool { return c.first <= asAt && asAt <= c.last() })
	}
	if i < 0 {
		i = n - 1
	}
	c := &f.calendars[i]
	for ended := c.last() < asAt; ended && i+1 < len(f.calendars); { // it is one with those behind it
		next, last := f.calendars[i+1], c.last()
		if c.days[last].ends == "absence" {
			c.fill(last, last, next.first-1)
		}
		for d := next.first; d <= horizon; d++ {
			c.days[d] = next.days[d]
		}
		f.calendars = slices.Delete(f.calendars, i+1, i+2)
	}
	return f.correct(i, enrolled) && f.goesOn(i, row, asAt, full, until, how)
}

func (f *file) goesOn(i int, row osms.Row, asAt int, full bool, until int, how string) bool {
	c := &f.calendars[i]
	last := c.last()
	if last < asAt && c.days[last].ends != "absence" {
		like := c.days[last]
		like.ends = ""
		for d := asAt; d <= until; d++ {
			c.days[d] = like
			c.days[d].take(row)
		}
		c.days[until].ends = how
		return true
	}
	if last < asAt {
		c.fill(last, last, until)
		c.days[until].ends = how
	}
	news := false
	for d := asAt; d <= horizon; d++ {
		s := c.days[d]
		s.take(row)
		news = news || c.days[d].on && s != c.days[d]
	}
	if news {
		from := asAt
		if !full && !row.OrderDate.IsZero() {
			from = dayNumber(row.OrderDate)
		}
		if from > c.last() {
			return false
		}
		for d := max(from, 0); d <= horizon; d++ {
			if c.days[d].on {
				c.days[d].take(row)
			}
		}
	}
	if how == "" || c.last() == until && c.days[until].ends == how {
		return true
	}
	if until < c.first || i+1 < len(f.calendars) && until >= f.calendars[i+1].first {
		return false
	}
	c.stop(until, how)
	return true
}

// dayNumber counts days by looking them up.
func dayNumber(d osms.Date) int {
	if d == osms.Forever {
		return horizon
	}
	return slices.Index(calendarDays, d)
}

var calendarDays = func() []osms.Date {
	var out []osms.Date
	for month, length := range map[int]int{8: 31, 9: 30, 10: 31, 11: 30} {
		for day := 1; day <= length; day++ {
			if d := osms.Date(20260000 + month*100 + day); d >= dayZero {
				out = append(out, d)
			}
		}
	}
	slices.Sort(out)
	return out[:horizon]
}()

// draw writes a claim of the registry as calendars.
func draw(c osms.Claim) file {
	f := file{surname: c.Name.Surname, given: c.Name.Given, patronymic: c.Name.Patronymic}
	for _, e := range c.Enrolments {
		k := calendar{first: dayNumber(e.First)}
		for _, s := range e.Spans {
			for d := dayNumber(s.From); d <= dayNumber(s.Until); d++ {
				k.days[d] = square{on: true, form: string(s.Facts.Form), level: string(s.Facts.Level), status: string(s.Facts.Status), word: s.Facts.Grade}
			}
			k.days[dayNumber(s.Until)].ends = string(s.Ending)
		}
		f.calendars = append(f.calendars, k)
	}
	return f
}

// String shows a file as a person would write it down.
func (f file) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s", f.surname, f.given, f.patronymic)
	for _, c := range f.calendars {
		fmt.Fprintf(&b, "; %d:", c.first)
		for d, s := range c.days {
			if s.on && (d == 0 || s != c.days[d-1] || s.ends != "") {
				fmt.Fprintf(&b, " %d=%s/%s/%s/%s%s", d, s.form, s.level, s.status, s.word, s.ends)
			} else if !s.on && d > 0 && c.days[d-1].on {
				fmt.Fprintf(&b, " %d=off", d)
			}
		}
	}
	return b.String()
}
