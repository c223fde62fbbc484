package letter

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// WriteReminder prints the letter to the local executive body of a region that
// lists the organisations which have not submitted their rosters of a month: one
// text in Kazakh and in Russian, then the list that both share, in the order
// given. Days of receipt are those of zone. Equal reminders give equal bytes. A
// name that no font can print is left out and the BIN stands for it.
func WriteReminder(w io.Writer, r osms.Reminder, zone *time.Location) error {
	if len(r.Missing) == 0 {
		return ErrEmpty
	}
	if !r.Region.Known() || r.Month.IsZero() || r.Due.IsZero() || r.Date.IsZero() {
		return errors.New("a reminder needs a region, a month, a day due and a date")
	}
	p := reminder{Reminder: r, zone: zone, words: reminderWords()}
	p.doc = paper.New(paper.Options{Title: fmt.Sprintf("%s. %s. %s", p.both("title"), r.Region.In("kk"), r.Date), Date: r.Date})
	p.print()
	return p.doc.Write(w)
}

//go:embed data/reminder.csv
var reminderCSV string

// reminderWords are the built-in words and sentences.
var reminderWords = sync.OnceValue(func() map[string][2]string {
	rows, err := csv.NewReader(strings.NewReader(reminderCSV)).ReadAll()
	if err != nil {
		panic("letter: embedded reminder.csv: " + err.Error())
	}
	words := map[string][2]string{}
	for _, row := range rows {
		words[row[0]] = [2]string{row[1], row[2]}
	}
	return words
})

// reminder is a letter on its way to paper.
type reminder struct {
	osms.Reminder
	doc   *paper.Document
	zone  *time.Location
	words map[string][2]string
	pages int
}

func (p *reminder) both(key string) string {
	if w := p.words[key]; w[kk] != w[ru] {
		return w[kk] + " / " + w[ru]
	}
	return p.words[key][kk]
}

func (p *reminder) inBoth(key string, args ...any) []string {
	return []string{p.say(kk, key, args...), p.say(ru, key, args...)}
}

func (p *reminder) say(lang language, key string, args ...any) string {
	return fmt.Sprintf(p.words[key][lang], args...)
}

// Columns of the list.
var reminderColumns = []struct {
	key   string
	width float64
	align paper.Align
}{{"number", 9, paper.Left}, {"bin", 27, paper.Left}, {"organisation", 77, paper.Left}, {"as_at", 27, paper.Left}, {"received", 19, paper.Left}, {"persons", 14, paper.Right}}

const (
	reminderSize = 9.0
	columnGap    = 2.0
	listEnd      = bottom - 8
	listNext     = top + 12 // where the list begins on a further page
)

// stack is blocks under each other.
type stack []paper.Block

func (s stack) height() (h float64) {
	for _, b := range s {
		h += b.Height()
	}
	return h
}

func (p *reminder) stack(s stack, x, y float64) {
	for _, b := range s {
		y += p.doc.Print(b, x, y)
	}
}

// line is one organisation, set: a stack for each column.
type line []stack

func (l line) height() (h float64) {
	for _, s := range l {
		h = max(h, s.height())
	}
	return h + 1.6
}

func (p *reminder) print() {
	lines := make([]line, len(p.Missing))
	for i, u := range p.Missing {
		lines[i] = p.line(i, u)
	}
	p.doc.NewPage()
	first := p.front()
	y := first
	p.pages = 1
	breaks := map[int]bool{}
	for i, l := range lines {
		if y+l.height() > listEnd {
			breaks[i] = true
			y = listNext
			p.pages++
		}
		y += l.height()
	}
	tail := p.tail()
	apart := y+tail.height()+3 > listEnd
	if apart {
		p.pages++
	}
	page := 1
	turn := func() {
		p.foot(page)
		p.doc.NewPage()
		page++
	}
	y = first
	for i, l := range lines {
		if breaks[i] {
			turn()
			y = p.heads(listNext)
		}
		x := left
		for c, s := range l {
			p.stack(s, x, y+0.5)
			x += reminderColumns[c].width
		}
		y += l.height()
		p.doc.Rule(left, y, right, y, 0.1, 170)
	}
	if apart {
		turn()
		y = top
	}
	p.stack(tail, left, y+3)
	p.foot(page)
}

// front prints the text and the head of the list, and returns where the list
// begins.
func (p *reminder) front() float64 {
	y := top
	date := paper.Set(paper.Regular(), 10, width, paper.Right, paper.DateKK(p.Date)+" / "+paper.DateRU(p.Date))
	y += p.doc.Print(date, left, y) + 5
	end := y
	for lang, x := range []float64{left, right - column} {
		to := paper.Set(paper.Bold(), 11, column, paper.Left, p.words["to"][lang])
		where := paper.Set(paper.Regular(), 11, column, paper.Left, p.Region.In([]string{"kk", "ru"}[lang]))
		at := y + p.doc.Print(to, x, y)
		end = max(end, at+p.doc.Print(where, x, at))
	}
	y = end + 6
	for lang, months := range []func(osms.Month) string{paper.MonthKK, paper.MonthRU} {
		lang := language(lang)
		days := []func(osms.Date) string{paper.DateKK, paper.DateRU}[lang]
		y += p.doc.Print(paper.Set(paper.Bold(), 13, width, paper.Centre, p.words["title"][lang]), left, y)
		y += p.doc.Print(paper.Set(paper.Bold(), 11, width, paper.Centre, p.words["subject"][lang]), left, y) + 2
		for _, text := range []string{p.say(lang, "body", months(p.Month), days(p.Due), len(p.Missing)), p.say(lang, "ask")} {
			y += p.doc.Print(paper.Set(paper.Regular(), 11, width, paper.Justified, text), left, y) + 1.2
		}
		y += 3
		if lang == kk {
			p.doc.Rule(left, y, right, y, 0.2, 110)
			y += 3
		}
	}
	return p.heads(y + 11)
}

// heads prints the heads of the columns above y.
func (p *reminder) heads(y float64) float64 {
	x := left
	for _, c := range reminderColumns {
		w := p.words[c.key]
		wide := c.width
		if c.align == paper.Left {
			wide -= columnGap
		}
		at := y - 1.2
		if w[ru] != w[kk] {
			russian := paper.Set(paper.Regular(), 8, wide, c.align, w[ru])
			at -= russian.Height()
			p.doc.Print(russian, x, at)
		}
		kazakh := paper.Set(paper.Bold(), 8.5, wide, c.align, w[kk])
		p.doc.Print(kazakh, x, at-kazakh.Height())
		x += c.width
	}
	p.doc.Rule(left, y-0.4, right, y-0.4, 0.3, 0)
	return y
}

func (p *reminder) line(i int, u osms.Unsubmitted) line {
	cells := [][]string{{strconv.Itoa(i + 1)}, {u.Organisation.BIN.Digits()}, p.name(u), p.lastDay(u), p.received(u), {strconv.Itoa(u.Persons)}}
	l := make(line, len(cells))
	for c, texts := range cells {
		at := reminderColumns[c]
		wide := at.width
		if at.align == paper.Left {
			wide -= columnGap
		}
		for _, text := range texts {
			block, ok := paper.SetWithin(paper.Regular(), reminderSize, wide, 12, at.align, text)
			if !ok {
				p.doc.Refuse(fmt.Errorf("%w: the organisation %s", paper.ErrFit, u.Organisation.BIN))
			}
			l[c] = append(l[c], block)
		}
	}
	return l
}

// name is the organisation's name in both languages; where there is none that
// can be printed, what is known of it.
func (p *reminder) name(u osms.Unsubmitted) (out []string) {
	o := u.Organisation
	if u.State == osms.SubmissionRefused {
		defer func() { out = append(out, p.both("refused")) }()
	}
	if o.Provisional {
		return p.inBoth("provisional")
	}
	names := Default().provider(o)
	for _, name := range names {
		if paper.Regular().Check(paper.Clean(name)) != nil {
			names = Default().provider(osms.Organisation{BIN: o.BIN})
			break
		}
	}
	if names[kk] == names[ru] {
		return names[:1]
	}
	return names[:]
}

func (p *reminder) lastDay(u osms.Unsubmitted) []string {
	if u.Last.Import == 0 {
		return p.inBoth("never")
	}
	return []string{u.Last.AsAt.Dotted()}
}

func (p *reminder) received(u osms.Unsubmitted) []string {
	if u.Last.Import == 0 {
		return nil
	}
	return []string{osms.DateOf(u.Last.Received.In(p.zone)).Dotted()}
}

// tail is what stands under the list.
func (p *reminder) tail() (s stack) {
	texts := p.inBoth("foot")
	if p.Held > 0 {
		texts = append(p.inBoth("held", p.Held), texts...)
	}
	for _, text := range texts {
		s = append(s, paper.Set(paper.Regular(), reminderSize, width, paper.Left, text))
	}
	return s
}

func (p *reminder) foot(page int) {
	p.doc.Rule(left, bottom-4, right, bottom-4, 0.1, 150)
	p.doc.Print(paper.Set(paper.Regular(), 7.5, 80, paper.Left, p.Region.String()+" · "+p.Month.String()), left, bottom-3.4)
	p.doc.Print(paper.Set(paper.Regular(), 7.5, 80, paper.Right, fmt.Sprintf("%s %d / %d", p.both("page"), page, p.pages)), right-80, bottom-3.4)
}
