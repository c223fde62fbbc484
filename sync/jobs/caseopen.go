package jobs

import (
	"cmp"
	"errors"
	"time"

	"osmsd/sync/casework"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// opening is an application with what its case is opened by.
type opening struct {
	application osms.Application
	region      osms.Region
	origin      osms.CaseOrigin
	imported    int64
	by          string
	at          time.Time // when the office registered it
}

// open registers cases in this transaction: accepted ones go on to the head;
// where documents are missing or have expired, the receipt of refusal to accept
// is written at once (clause 5, step 1).
func (d *Desk) open(t *store.Tx, all []opening) (w store.Casework, err error) {
	for _, o := range all {
		at := o.at
		if at.Before(o.application.Received) {
			at = o.application.Received
		}
		on := osms.DateOf(o.application.Received.In(d.Zone))
		rule := d.rule(on)
		note := ""
		if _, err := t.Organisation(o.application.BIN); err == nil {
			note, err = elsewhere(t, &o.application, on)
			if err != nil {
				return w, err
			}
		} else if !errors.Is(err, store.ErrNotFound) {
			return w, err
		}
		c := casework.Open(o.application, o.application.Received, casework.Accept(o.application, o.application.Received, rule, d.days(), d.hours()), o.region, o.origin)
		c.Number, c.Import = osms.CaseNumber{Region: o.region, Year: osms.DateOf(at.In(d.Zone)).Year()}, o.imported
		decision := casework.Decision{}
		var letters []store.OfficeLetter
		if len(c.Lacks) > 0 {
			today := osms.DateOf(at.In(d.Zone))
			// A receipt that no page can hold is written by hand; it takes no number,
			// and holds up nobody else's application.
			says, err := d.letterAbout(t, c, osms.LetterNotAccepted, store.OfficeLetter{RegisteredLetter: store.RegisteredLetter{Dated: today}})
			if err == nil && d.wording().CheckOffice(says) == nil {
				l, err := d.reserve(t, o.region, today)
				if err != nil {
					return w, err
				}
				decision.Letter = l.Outgoing()
				letters = append(letters, l)
			}
			if err != nil {
				return w, err
			}
		}
		if c, err = casework.Do(c, osms.StepDone{Step: osms.StepAccept, By: cmp.Or(o.by, byOffice), At: at, Note: note}, decision); err != nil {
			return w, err
		}
		f, err := fileOf(c, rule.Version)
		if err != nil {
			return w, err
		}
		opened, err := t.OpenCases([]store.CaseFile{f})
		if err != nil {
			return w, err
		}
		c.Number = opened[0].Number
		for _, l := range letters {
			if l, err = d.issue(t, c, osms.LetterNotAccepted, l); err != nil {
				return w, err
			}
			w.Letters = append(w.Letters, l)
		}
		w.Opened, w.Steps = append(w.Opened, opened...), append(w.Steps, opened[0].Steps...)
	}
	w.InOrder()
	return w, nil
}

// elsewhere finds the previous organisation of an application that names none: the
// one where the register says that the person studies full-time on the day, while
// nothing says so of the provider. Then the term is that of who applies to another
// organisation, and that one is asked. The note says so.
func elsewhere(t *store.Tx, a *osms.Application, day osms.Date) (note string, err error) {
	if a.Previous != 0 {
		return "", nil
	}
	facts, _, err := t.History(a.Person)
	if err != nil {
		return "", err
	}
	for _, f := range facts {
		if f.KnownUntil != 0 || f.From > day || day > f.Until || f.Facts.Form != osms.FullTime {
			continue
		}
		if f.BIN == a.BIN {
			a.Previous = 0
			return "", nil
		}
		a.Previous = f.BIN
	}
	if a.Previous == 0 {
		return "", nil
	}
	return "тіркелім бойынша басқа ұйымда оқиды / по реестру учится в другой организации", nil
}
