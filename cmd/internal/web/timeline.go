package web

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

// timeline is the picture of a person's enrolments in both times: from left to
// right when they were true, from top to bottom when the register learnt of them.
// Each decision that taught it something begins a row; an enrolment is a box from
// the row in which it was learnt to the one in which it was no longer believed. A
// line across the picture is the register as it was known then, and a line down
// it is one day as it was believed over time.
type timeline struct {
	Width, Height int
	Left, Top     int // of the boxes
	Right, Bottom int
	Boxes         []timeBox
	Months        []timeTick
	Rows          []timeRow
	Organisations []timeOrganisation
	Today         int // where it lies; 0: not on the picture
	At            int // the day that was asked for; 0: none
	Known         int // the row that was asked for; 0: none
	Earlier       int // rows that are left out
}

// timeBox is one version of an enrolment.
type timeBox struct {
	jobs.PersonFact
	Organisation        int // its number on the picture
	X, Y, Width, Height int
	Class               string
	Text                string // what stands in the box, where there is room
	TextY               int
	Since, Till         osms.Date // when it was learnt, and no longer believed
	Leads               bool      // it has no end: it leads off the picture
}

type timeTick struct {
	X     int
	Label string
}

// timeRow is a decision that taught the register something of the person.
type timeRow struct {
	Y        int
	Sequence int64
	Day      osms.Date
}

type timeOrganisation struct {
	Number int
	BIN    osms.BIN
	Class  string
}

const (
	timeWidth  = 640
	timeLeft   = 104
	timeTop    = 26
	timeMargin = 10
	timeStep   = 38 // the height of a row
	mostRows   = 24
	timeLetter = 7 // about the width of a letter
)

// timelineOf draws facts. learnt tells on which day each decision was; label is
// what stands in a box beside its organisation's number; at and known mark what
// was asked for, where it is not zero.
func timelineOf(facts []jobs.PersonFact, learnt map[int64]osms.Date, today, at osms.Date, known int64, label func(jobs.PersonFact) string) timeline {
	t := timeline{Width: timeWidth, Left: timeLeft, Top: timeTop, Right: timeWidth - timeMargin}
	if len(facts) == 0 {
		return timeline{}
	}
	t.rows(facts, learnt)
	from, until := t.span(facts, today)
	days := until.Sub(from) + 1
	x := func(d osms.Date) int {
		return timeLeft + (min(max(d, from), until.Add(1)).Sub(from))*(t.Right-timeLeft)/days
	}
	t.ticks(from.Month(), until.Month(), x)
	numbers := map[osms.BIN]int{}
	sorted := slices.Clone(facts)
	slices.SortStableFunc(sorted, func(a, b jobs.PersonFact) int {
		return cmp.Or(cmp.Compare(a.KnownFrom, b.KnownFrom), cmp.Compare(a.From, b.From), cmp.Compare(a.BIN, b.BIN))
	})
	for _, f := range sorted {
		n := numbers[f.BIN]
		if n == 0 {
			n = len(numbers) + 1
			numbers[f.BIN] = n
			t.Organisations = append(t.Organisations, timeOrganisation{n, f.BIN, fmt.Sprint("org", (n-1)%4+1)})
		}
		top, bottom := t.y(f.KnownFrom), t.Bottom
		if f.KnownUntil != 0 {
			bottom = t.y(f.KnownUntil)
		}
		if bottom <= top {
			continue // believed in rows that are left out
		}
		b := timeBox{PersonFact: f, Organisation: n, Class: t.Organisations[n-1].Class, X: x(f.From), Y: top + 2, Since: learnt[f.KnownFrom], Till: learnt[f.KnownUntil],
			Leads: f.Until > until}
		b.Width, b.Height = max(2, x(f.Until.Add(1))-b.X), bottom-top-4
		if f.Facts.Form != osms.FullTime || f.Facts.Status != osms.Studying {
			b.Class += " weak" // it gives no claim, or may not
		}
		b.TextY = b.Y + 14 + 15*((n-1)%2) // two that overlap are both read
		text := fmt.Sprint(n, " ", label(f))
		switch {
		case utf8.RuneCountInString(text)*timeLetter+8 <= b.Width:
			b.Text = text
		case 2*timeLetter+4 <= b.Width:
			b.Text = fmt.Sprint(n)
		}
		t.Boxes = append(t.Boxes, b)
	}
	if from <= today && today <= until {
		t.Today = x(today)
	}
	if from <= at && at <= until {
		t.At = x(at)
	}
	if known != 0 {
		t.Known = t.known(known)
	}
	return t
}

// rows gives every decision that opened or closed a fact its row, the last so
// many.
func (t *timeline) rows(facts []jobs.PersonFact, learnt map[int64]osms.Date) {
	var decisions []int64
	for _, f := range facts {
		decisions = append(decisions, f.KnownFrom)
		if f.KnownUntil != 0 {
			decisions = append(decisions, f.KnownUntil)
		}
	}
	slices.Sort(decisions)
	decisions = slices.Compact(decisions)
	if t.Earlier = max(0, len(decisions)-mostRows); t.Earlier > 0 {
		decisions = decisions[t.Earlier:]
	}
	for i, n := range decisions {
		t.Rows = append(t.Rows, timeRow{timeTop + timeStep*i, n, learnt[n]})
	}
	t.Bottom = timeTop + timeStep*len(t.Rows)
	t.Height = t.Bottom + timeMargin
}

// y is where what a decision taught begins.
func (t *timeline) y(sequence int64) int {
	for _, r := range t.Rows {
		if r.Sequence >= sequence {
			return r.Y
		}
	}
	return t.Bottom
}

// known is the middle of the row in which the register stood at a sequence.
func (t *timeline) known(sequence int64) int {
	y := timeTop - timeStep/2 + 8 // before anything was known
	for _, r := range t.Rows {
		if r.Sequence <= sequence {
			y = r.Y + timeStep/2
		}
	}
	return y
}

// span is from the first month of which anything is said to the last, at least
// the present one. What never ends ends there.
func (t *timeline) span(facts []jobs.PersonFact, today osms.Date) (from, until osms.Date) {
	from, until = today, today
	for _, f := range facts {
		from = min(from, f.From)
		if f.Until != osms.Forever {
			until = max(until, f.Until)
		}
		until = max(until, f.From)
	}
	until = max(min(until, today.Month().Add(18).Last()), today.Month().Add(1).Last())
	return from.Month().First(), until.Month().Last()
}

// ticks marks the months, or as many of them as there is room for.
func (t *timeline) ticks(from, until osms.Month, x func(osms.Date) int) {
	every := 12
	for _, n := range []int{1, 3, 6} {
		if until.Sub(from)/n < 9 {
			every = n
			break
		}
	}
	for until.Sub(from)/every >= 12 {
		every *= 2
	}
	for m := from; m <= until; m = m.Add(1) {
		months := m.Year()*12 + m.MonthNum() - 1
		if months%every != 0 {
			continue
		}
		label := fmt.Sprintf("%02d.%d", m.MonthNum(), m.Year())
		if every >= 12 {
			label = fmt.Sprint(m.Year())
		}
		t.Months = append(t.Months, timeTick{x(m.First()), label})
	}
}
