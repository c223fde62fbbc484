package jobs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// The model is the rules of reading once more, in the plainest form there is. It
// shares no code with the product: days are numbers counted from 1 August 2026,
// persons and organisations are numbers of a tale, an enrolment is a calendar
// with a mark on every day, and everything that was ever said is gone through
// from the beginning, in the order of as-at dates, whatever came when.

// Days of the model. The square on mHorizon stands for ever after.
const (
	mHorizon  = 170 // 18 January 2027
	mReceived = 136 // every file is received on 15 December 2026
	mNone     = -1  // a day that is not stated
)

// mTale is one sequence: who there is, and what happens.
type mTale struct {
	Seed    uint64
	Regions []int // of each organisation; the numbers of the organisations are in order of BIN
	People  []mPerson
	Steps   []mStep
}

type mPerson struct {
	Surname, Given, Patronymic string
	Born                       int // yyyymmdd
}

// mStep is a file that comes, or an import that is taken back.
type mStep struct {
	File   *mFile
	Undo   int // the step whose import is taken back, where File is nil
	Replay bool
}

// mFile is a roster. The same file twice is the same bytes twice.
type mFile struct {
	Region int
	Full   bool
	AsAt   int
	Rows   []mRow
	XLSX   bool
	Single bool // one organisation, declared in the title; no column names it
}

// mRow is a line of a roster.
type mRow struct {
	Person, Org                int
	Surname, Given, Patronymic string
	Form, Status, Grade        string // "full_time", "studying" …; "" is an empty cell
	Enrolled, Left, Order      int    // days, or mNone
	Fault                      string // what is wrong with the line: check, form, status, date, future, bin
}

// content is what makes two files the same bytes.
func (f mFile) content() string {
	return fmt.Sprintln(f.XLSX, f.Single, f.Full && f.Single, f.AsAt*b2i(f.Single), f.Rows)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// mSquare is one day of somebody at an organisation.
type mSquare struct {
	on                  bool
	form, status, grade string
	ends                string // why the next day is off, on the last day
}

type mCalendar struct {
	first int
	days  [mHorizon + 1]mSquare
}

func (c *mCalendar) last() int {
	for i := mHorizon; i >= 0; i-- {
		if c.days[i].on {
			return i
		}
	}
	return -1
}

func (c *mCalendar) fill(like, from, to int) {
	for i := from; i <= to; i++ {
		c.days[i] = c.days[like]
		c.days[i].ends = ""
	}
}

func (c *mCalendar) stop(day int, how string) {
	for i := day + 1; i <= mHorizon; i++ {
		c.days[i] = mSquare{}
	}
	last := c.last()
	c.fill(last, last, day)
	c.days[day].ends = how
}

// precedes tells whether an enrolment from a day on is another one.
func (c *mCalendar) precedes(day int) bool {
	last := c.last()
	how := c.days[last].ends
	return last < day || last == day && how != "" && how != "absence" && c.first != day
}

// yield leaves a day, if it is the last one, to the next enrolment.
func (c *mCalendar) yield(day int) {
	if !c.days[day].on {
		return
	}
	how := c.days[day].ends
	c.days[day] = mSquare{}
	if last := c.last(); c.days[last].ends == "" {
		c.days[last].ends = how
	}
}

// mClaim is what one organisation says of one person.
type mClaim struct {
	surname, given, patronymic string
	calendars                  []mCalendar
}

func (f mClaim) clone() mClaim { f.calendars = slices.Clone(f.calendars); return f }

func (f *mClaim) forget() {
	if len(f.calendars) == 0 {
		*f = mClaim{}
	}
}

func leavingWord(status string) bool {
	return status == "expelled" || status == "graduated" || status == "transferred_out"
}

// missing is a full roster without the person: the enrolment that holds on the
// day ended on the day before; one that began on it never was.
func (f *mClaim) missing(asAt int) bool {
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
		for d := asAt; d <= mHorizon; d++ {
			c.days[d] = mSquare{}
		}
		if last := c.last(); c.days[last].ends == "" {
			c.stop(asAt-1, "absence")
		}
		return true
	}
	return false
}

// hear takes a row, and says in a word what it did.
func (f mClaim) hear(row mRow, asAt int, full bool) (mClaim, string) {
	was, before := f.String(), f.clone()
	if f.surname != "" && !strings.EqualFold(f.surname, row.Surname) && !strings.EqualFold(f.given, row.Given) {
		return before, "rejected"
	}
	f = f.clone()
	leaving := leavingWord(row.Status)
	ok := false
	if leaving {
		ok = f.goes(row, asAt, full)
	} else {
		ok = f.stays(row, asAt, full)
	}
	if !ok {
		return before, "rejected"
	}
	if len(f.calendars) > 0 {
		f.surname, f.given = row.Surname, row.Given
		f.patronymic = cmp.Or(row.Patronymic, f.patronymic)
	}
	f.forget()
	switch {
	case f.String() == was:
		return f, "unchanged"
	case len(f.calendars) > len(before.calendars):
		return f, "joined"
	case leaving && before.wasOpen(row, asAt):
		return f, "left by row"
	}
	return f, "changed"
}

// wasOpen tells whether the enrolment that a leaving row ends had not ended yet;
// another row about the end of an ended one is a change.
func (f mClaim) wasOpen(row mRow, asAt int) bool {
	if row.Left == mNone {
		c := f.clone()
		return c.missing(asAt)
	}
	i := f.meant(row)
	if i < 0 {
		return true
	}
	c := f.calendars[i]
	how := c.days[c.last()].ends
	return (how == "" || how == "expected") && !(how == row.Status && c.last() == row.Left)
}

// meant is the calendar that a leaving row means: the one with its first day,
// else the last that had begun by the leaving day.
func (f *mClaim) meant(row mRow) int {
	found := -1
	for i := range f.calendars {
		if f.calendars[i].first == row.Enrolled {
			return i
		}
	}
	for i := range f.calendars {
		if f.calendars[i].first <= row.Left {
			found = i
		}
	}
	if found >= 0 && row.Enrolled != mNone && f.calendars[found].precedes(row.Enrolled) {
		return -1
	}
	return found
}

func (f *mClaim) goes(row mRow, asAt int, full bool) bool {
	if row.Left == mNone {
		if full {
			f.missing(asAt)
		}
		return full
	}
	i := f.meant(row)
	if i < 0 {
		switch n := len(f.calendars); {
		case row.Enrolled == mNone && n > 0:
			return false
		case row.Enrolled == mNone && row.Left < asAt:
			return true // a departure of somebody of whom nothing is held
		case row.Enrolled > row.Left || n > 0 && row.Enrolled < f.calendars[n-1].first:
			return false
		}
		return f.begin(row, asAt, row.Left, row.Status)
	}
	if !f.correct(i, row.Enrolled) {
		return false
	}
	if row.Left < f.calendars[i].first || i+1 < len(f.calendars) && row.Left >= f.calendars[i+1].first {
		return false
	}
	if c := &f.calendars[i]; c.last() != row.Left || c.days[row.Left].ends != row.Status {
		c.stop(row.Left, row.Status)
	}
	return true
}

// begin opens an enrolment: from enrolled_on, else from the as-at date.
func (f *mClaim) begin(row mRow, asAt, until int, how string) bool {
	first := row.Enrolled
	if first == mNone {
		first = asAt
	}
	if until < first {
		return false
	}
	if n := len(f.calendars); n > 0 {
		f.calendars[n-1].yield(first)
	}
	c := mCalendar{first: first}
	for d := first; d <= until; d++ {
		c.days[d].on = true
		c.days[d].take(row)
	}
	if until < mHorizon {
		c.days[until].ends = how
	}
	f.calendars = append(f.calendars, c)
	return true
}

// take writes what a row states on a day; an empty cell says nothing, but an
// empty status is studying.
func (s *mSquare) take(row mRow) {
	s.form = cmp.Or(row.Form, s.form)
	s.grade = cmp.Or(row.Grade, s.grade)
	s.status = "studying"
	if row.Status == "academic_leave" {
		s.status = row.Status
	}
}

// correct moves the first day of the i-th enrolment.
func (f *mClaim) correct(i, enrolled int) bool {
	c := &f.calendars[i]
	if enrolled == mNone || enrolled == c.first {
		return true
	}
	if i > 0 && !f.calendars[i-1].precedes(enrolled) || enrolled > c.last() {
		return false
	}
	if i > 0 {
		f.calendars[i-1].yield(enrolled)
	}
	for d := range enrolled {
		c.days[d] = mSquare{}
	}
	next := enrolled
	for !c.days[next].on {
		next++
	}
	c.fill(next, enrolled, next-1)
	c.first = enrolled
	return true
}

func (f *mClaim) stays(row mRow, asAt int, full bool) bool {
	until, how := mHorizon, ""
	if row.Left != mNone {
		until, how = row.Left, "expected"
	}
	if until < asAt {
		return false
	}
	n := len(f.calendars)
	if n == 0 || row.Enrolled == mNone && f.calendars[n-1].last() < asAt || row.Enrolled != mNone && f.calendars[n-1].precedes(row.Enrolled) {
		return f.begin(row, asAt, until, how)
	}
	i := slices.IndexFunc(f.calendars, func(c mCalendar) bool { return c.first == row.Enrolled })
	if i < 0 {
		i = slices.IndexFunc(f.calendars, func(c mCalendar) bool { return c.first <= asAt && asAt <= c.last() })
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
		for d := next.first; d <= mHorizon; d++ {
			c.days[d] = next.days[d]
		}
		f.calendars = slices.Delete(f.calendars, i+1, i+2)
	}
	return f.correct(i, row.Enrolled) && f.goesOn(i, row, asAt, full, until, how)
}

// goesOn lets an enrolment hold on the as-at date with the facts of the row.
func (f *mClaim) goesOn(i int, row mRow, asAt int, full bool, until int, how string) bool {
	c := &f.calendars[i]
	last := c.last()
	if last < asAt && c.days[last].ends != "absence" { // a gap stays a gap
		like := c.days[last]
		like.ends = ""
		for d := asAt; d <= until; d++ {
			c.days[d] = like
			c.days[d].take(row)
		}
		c.days[until].ends = how
		return true
	}
	if last < asAt { // the absence was an error
		c.fill(last, last, until)
		c.days[until].ends = how
	}
	news := false
	for d := asAt; d <= mHorizon; d++ {
		s := c.days[d]
		s.take(row)
		news = news || c.days[d].on && s != c.days[d]
	}
	if news {
		from := asAt
		if !full && row.Order != mNone {
			from = row.Order
		}
		if from > c.last() {
			return false
		}
		for d := max(from, 0); d <= mHorizon; d++ {
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

// String shows a claim as a person would write it down.
func (f mClaim) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s/%s/%s", f.surname, f.given, f.patronymic)
	for _, c := range f.calendars {
		fmt.Fprintf(&b, "; first %d:", c.first)
		for d, s := range c.days {
			if s.on && (d == 0 || s != c.days[d-1] || s.ends != "") {
				fmt.Fprintf(&b, " %d=%s/%s/%s", d, s.form, s.status, s.grade)
				if s.ends != "" {
					fmt.Fprintf(&b, "(%s)", s.ends)
				}
			} else if !s.on && d > 0 && c.days[d-1].on {
				fmt.Fprintf(&b, " %d=off", d)
			}
		}
	}
	return b.String()
}
