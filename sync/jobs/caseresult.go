package jobs

import (
	"context"
	"errors"
	"fmt"

	"osmsd/sync/casework"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// findings are what the register says about an application on a day.
func (d *Desk) findings(ctx context.Context, c osms.Case, day osms.Date) (casework.Findings, error) {
	f := casework.Findings{Application: c.Application, Day: day, Answer: c.Answer, LeftOn: c.LeftOn}
	o, err := d.Store.Organisation(ctx, c.BIN)
	known := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return f, err
	}
	f.Provider = known && (o.ClosedOn == 0 || day <= o.ClosedOn) || d.configured(c.BIN).BIN != 0
	facts, _, err := d.Store.History(ctx, c.Person)
	if err != nil {
		return f, err
	}
	newest := int64(0)
	for _, x := range facts {
		if x.KnownUntil == 0 && x.KnownFrom >= newest {
			newest, f.Registered = x.KnownFrom, x.Name
		}
		if x.KnownUntil == 0 && x.BIN == c.BIN && x.From <= day && day <= x.Until {
			f.InRoster, f.RosterForm = true, x.Facts.Form
		}
	}
	happened, err := d.Store.EventsOf(ctx, c.Person)
	if err != nil {
		return f, err
	}
	for _, e := range happened {
		if e.KnownUntil == 0 {
			f.Events = append(f.Events, e.Event)
		}
	}
	err = d.unblocked(ctx, c.Person)
	if f.Blocked = errors.Is(err, ErrBlocked); f.Blocked {
		err = nil
	}
	return f, err
}

// result registers the document that a decided case is issued with.
func (d *Desk) result(t *store.Tx, c osms.Case, today osms.Date) (store.OfficeLetter, error) {
	l, err := d.reserve(t, c.Region, today)
	if err != nil {
		return l, err
	}
	if c.Outcome == osms.CaseRefused {
		return d.issue(t, c, osms.LetterRefusal, l)
	}
	return d.notify(t, c, l)
}

// notify registers the notification of a case.
func (d *Desk) notify(t *store.Tx, c osms.Case, l store.OfficeLetter) (store.OfficeLetter, error) {
	b, err := d.notification(t, c, l)
	if err != nil {
		return l, err
	}
	says := b.Letters[0]
	if fault := d.wording().Unprintable(b)[0]; fault != nil {
		return l, fmt.Errorf("case %s: %w", c.Number, fault)
	}
	if l.Content, err = keepNotification(b); err != nil {
		return l, err
	}
	l.BIN, l.Person, l.Kind, l.Matter, l.Texts = c.BIN, c.Person, osms.LetterNotification, c.Number.String(), textsDigest(d.wording())
	l.Action, l.First, l.Last, l.Effective = says.Action, says.First, says.Last, says.Effective
	l.Known, err = t.Last()
	if err != nil {
		return l, err
	}
	return t.PutOfficeLetter(l)
}

// notification is what the notification of a case says: what the register now says
// of the person at the organisation applied to.
func (d *Desk) notification(t caseBooks, c osms.Case, l store.OfficeLetter) (b osms.LetterBundle, err error) {
	facts, _, err := t.History(c.Person)
	if err != nil {
		return b, err
	}
	var standing store.KnownFact
	updated := false
	for _, f := range facts {
		if f.KnownUntil == 0 && f.BIN == c.BIN && f.From >= standing.From {
			standing = f
		}
		updated = updated || f.BIN == c.BIN && f.KnownFrom != c.Update
	}
	if standing.BIN == 0 {
		return b, fmt.Errorf("case %s: the register does not say that the person studies there", c.Number)
	}
	o, err := organisationOr(t, c.BIN, c.Region)
	if err != nil {
		return b, err
	}
	says := osms.Letter{Number: l.Outgoing(), Date: l.Dated, Person: c.Person, Name: standing.Name, Birth: standing.Birth, Action: osms.Entered,
		Facts: standing.Facts, First: standing.First, Last: standing.Until, Effective: max(standing.From.Month(), standing.First.Month()),
		Case: c.Number.String(), Received: c.Counted}
	if updated {
		says.Action = osms.Updated
	}
	if says.Last == osms.Forever {
		says.Last = 0
	}
	if updated && c.Update == 0 { // the register had it all: it is confirmed from the month of the application on
		says.Effective = max(says.Effective, c.Counted.Month())
	}
	says.Category = d.categoryIn(c.Person, says.Effective)
	says.Basis = d.rule(l.Dated).Basis(says.Category)
	return osms.LetterBundle{Organisation: o, Provider: d.provider(o), Date: l.Dated, Letters: []osms.Letter{says}}, nil
}
