package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (s *Server) personsRoutes() []route {
	return []route{
		{"GET /persons", staff, "", (*ask).personsPage},
		{"POST /persons", staff, "", (*ask).findPerson},
		{"GET /persons/{handle}", staff, "", (*ask).personPage},
		{"POST /persons/{handle}/block", admin, "", (*ask).blockPerson},
	}
}

// personsPage asks for whom and why. Handle is a person's that was asked for
// without a ground, "" where the number is asked for.
type personsPage struct {
	Handle  string
	Grounds []string
	Most    int
}

func (q *ask) personsPage() error {
	return q.show("persons", q.say("persons.title"), personsPage{Grounds: lookGrounds, Most: mostNote})
}

// findPerson leads to a person's page. The number stands in the body of the
// question and never in an address.
func (q *ask) findPerson() error {
	named := q.r.PostFormValue("handle")
	handle := named
	if handle == "" {
		iin, err := q.iin()
		if err != nil {
			return q.again(refused(http.StatusUnprocessableEntity, "refused.iin"), q.personsPage)
		}
		handle = q.s.handles.of(iin)
	}
	if _, ok := q.s.handles.person(handle); !ok {
		return store.ErrNotFound
	}
	g, err := q.groundAsked()
	if err != nil {
		return q.again(err, func() error {
			return q.show("persons", q.say("persons.title"), personsPage{named, lookGrounds, mostNote})
		})
	}
	query := url.Values{"ground": {g.Code}}
	if g.Note != "" {
		query.Set("note", q.s.handles.seal(g.Note))
	}
	return q.redirect("/persons/"+handle+"?"+query.Encode(), "")
}

// personPage is everything that was ever believed of a person, and what is said
// of it elsewhere. Blocked and Unknown say that nothing is shown.
type personPage struct {
	Handle           string
	Person           jobs.Person
	Blocked, Unknown bool
	Ground           ground
	Sealed           string // what was written beside the ground, as addresses have it
	Why              string
	Looked           time.Time
	At, Known        osms.Date
	Today            osms.Date
	Timeline         timeline
	Organisations    map[osms.BIN]string
	Lines            []jobs.PersonLine
	WithLines        bool
	files            map[int64]int64
	learnt           map[int64]osms.Date
}

// File is the arrival that a fact's source came with; 0: not known.
func (p personPage) File(sequence int64) int64 { return p.files[sequence] }

// Learnt is the day of a decision.
func (p personPage) Learnt(sequence int64) osms.Date { return p.learnt[sequence] }

// Where is a source's sheet and cell, or row, as people write it.
func (p personPage) Where(lang string, s jobs.Source) string {
	if s.Cell == "" {
		return whereIn(lang, s.Sheet, s.Row)
	}
	if s.Sheet == "" {
		return s.Cell
	}
	return osms.Shown(s.Sheet) + "!" + s.Cell
}

// Name is an organisation's.
func (p personPage) Name(bin osms.BIN) string { return p.Organisations[bin] }

// Ending names how a span ends: a departure by the status that made it.
func (p personPage) Ending(e osms.Ending) string {
	if e.Departure() {
		return "status"
	}
	return "ending"
}

// personPage shows a person to somebody who says why. The line of the access log
// is written when the page is ready, and before any of it is sent: what failed
// was not seen, and what was seen is written down.
func (q *ask) personPage() error {
	page := personPage{Handle: q.r.PathValue("handle"), Today: q.today(), Looked: q.now}
	iin, ok := q.s.handles.person(page.Handle)
	if !ok {
		return store.ErrNotFound
	}
	if page.Ground, ok = q.groundKept(); !ok {
		return q.show("persons", q.say("persons.title"), personsPage{page.Handle, lookGrounds, mostNote})
	}
	page.Sealed, page.Why = q.s.handles.seal(page.Ground.Note), page.Ground.said(q.lang)
	var err error
	if page.At, err = q.day("at"); err != nil {
		return err
	}
	if page.Known, err = q.day("known"); err != nil {
		return err
	}
	page.WithLines = q.value("lines") == "1"
	log := osms.Access{At: q.now, Who: q.account.Login, What: jobs.AccessPerson, Person: iin, Ground: page.Ground.logged()}
	switch err := q.fillPerson(&page, iin); {
	case errors.Is(err, jobs.ErrBlocked):
		page.Blocked = true
	case errors.Is(err, store.ErrNotFound):
		page.Unknown = true
	case err != nil:
		return err
	}
	if page.Blocked || page.Unknown {
		log.What, page.Person = jobs.AccessRefusal, jobs.Person{Person: iin}
	}
	return q.showAfter("person", q.say("person.title"), "", page, func() error { return q.desk.Note(q.ctx(), log) })
}

// fillPerson reads what a person's page shows.
func (q *ask) fillPerson(page *personPage, iin osms.IIN) error {
	whole, err := q.desk.Person(q.ctx(), iin, 0, 0)
	if err != nil {
		return err
	}
	page.Person = whole
	sequence := int64(0)
	if !page.Known.IsZero() {
		if sequence, err = q.store().SequenceAt(q.ctx(), q.ends(page.Known)); err != nil {
			return err
		}
		if sequence == 0 {
			sequence = -1 // before anything was known
		}
	}
	if sequence != 0 || !page.At.IsZero() {
		page.Person, err = q.desk.Person(q.ctx(), iin, page.At, sequence)
		if err != nil && (!errors.Is(err, store.ErrNotFound) || sequence == 0) {
			return err
		}
		page.Person.Name, page.Person.Born = whole.Name, whole.Born // not heard of then, but asked for by who knows
	}
	if page.learnt, err = q.learnt(whole, page.Person); err != nil {
		return err
	}
	page.Timeline = timelineOf(whole.Facts, page.learnt, page.Today, page.At, sequence, func(f jobs.PersonFact) string {
		text := catalogue().Word(q.lang, "status", string(f.Facts.Status))
		if f.Facts.Form != osms.FullTime {
			text += ", " + catalogue().Word(q.lang, "form", string(f.Facts.Form))
		}
		return text
	})
	if page.Organisations, err = q.organisationNames(whole); err != nil {
		return err
	}
	if page.files, err = q.filesOf(sourcesOf(page.Person)); err != nil {
		return err
	}
	if page.WithLines {
		page.Lines, err = q.linesOf(page.Person, sequence)
	}
	return err
}

// learnt are the days of the decisions that taught the register something of a
// person.
func (q *ask) learnt(all ...jobs.Person) (map[int64]osms.Date, error) {
	out := map[int64]osms.Date{}
	note := func(sequences ...int64) error {
		for _, n := range sequences {
			if _, ok := out[n]; ok || n == 0 {
				continue
			}
			at, err := q.store().CommittedAt(q.ctx(), n)
			if err != nil {
				return fmt.Errorf("decision %d: %w", n, err)
			}
			out[n] = osms.DateOf(at.In(q.desk.Zone))
		}
		return nil
	}
	for _, p := range all {
		for _, f := range p.Facts {
			if err := note(f.KnownFrom, f.KnownUntil); err != nil {
				return nil, err
			}
		}
		for _, e := range p.Entitlements {
			if err := note(e.KnownFrom, e.KnownUntil); err != nil {
				return nil, err
			}
		}
		for _, e := range p.Events {
			if err := note(e.KnownFrom, e.KnownUntil); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// organisationNames are the names of the organisations of a person.
func (q *ask) organisationNames(p jobs.Person) (map[osms.BIN]string, error) {
	out := map[osms.BIN]string{}
	note := func(bin osms.BIN) error {
		if _, ok := out[bin]; ok || bin == 0 {
			return nil
		}
		o, err := q.store().Organisation(q.ctx(), bin)
		if err != nil && !store.NotFound(err) {
			return err
		}
		out[bin] = osms.Shown(o.Called(q.lang))
		return nil
	}
	for _, f := range p.Facts {
		if err := note(f.BIN); err != nil {
			return nil, err
		}
	}
	for _, e := range p.Entitlements {
		if err := note(e.BIN); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func sourcesOf(p jobs.Person) (out []int64) {
	for _, f := range p.Facts {
		out = append(out, f.Source.Import)
	}
	for _, x := range p.Payments {
		out = append(out, x.Source.Import)
	}
	for _, e := range p.Events {
		out = append(out, e.Source.Import)
	}
	return out
}

// linesOf finds the lines of the reconciliations on which a person stands. What
// is remembered of a month is not worked out again.
func (q *ask) linesOf(p jobs.Person, sequence int64) (out []jobs.PersonLine, err error) {
	if sequence != 0 {
		return q.desk.LinesOf(q.ctx(), p, max(sequence, 0), q.now)
	}
	last, err := q.store().LastSequence(q.ctx())
	if err != nil {
		return nil, err
	}
	months, err := q.desk.MonthsOf(q.ctx(), p, last)
	if err != nil {
		return nil, err
	}
	for _, m := range months {
		r, err := q.reconciliation(q.ctx(), m)
		if err != nil {
			return nil, err
		}
		out = append(out, jobs.LinesIn(r, p.Person)...)
	}
	return out, nil
}

// blockPerson blocks a person's data at the person's request, or lifts that.
func (q *ask) blockPerson() error {
	iin, ok := q.s.handles.person(q.r.PathValue("handle"))
	if !ok {
		return store.ErrNotFound
	}
	reason, err := q.reason()
	if err != nil {
		return err
	}
	lift := q.value("lift") == "1"
	_, err = q.s.Runner.Run(q.ctx(), q.begun(osms.JobBlock, 0), func(ctx context.Context, t jobs.Turn) (string, error) {
		_, err := q.desk.Block(ctx, t, iin, lift, reason)
		return "", err
	})
	switch {
	case errors.Is(err, jobs.ErrBlockedAlready):
		return refused(http.StatusConflict, "refused.blockedalready")
	case errors.Is(err, jobs.ErrNotBlocked):
		return refused(http.StatusConflict, "refused.notblocked")
	case err != nil:
		return err
	case lift:
		return q.redirect("/persons", "unblocked")
	}
	return q.redirect("/persons", "blocked")
}

// iin reads a number from the body of a form, however it is grouped.
func (q *ask) iin() (osms.IIN, error) {
	text := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return r
	}, q.r.PostFormValue("iin"))
	return osms.ParseIIN(text, q.today())
}
