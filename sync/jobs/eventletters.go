package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// tellOfEvents writes to the organisations that claim somebody of what happened to
// the person and changes what the state pays, and that a record of which they were
// told was taken back. What was told is what the register of letters says; so what
// waits stays due: those whose data are blocked, organisations that are on no list,
// and what cannot be printed.
func (d *Desk) tellOfEvents(ctx context.Context, t Turn, done *LettersDone) error {
	due, blocked, err := d.eventsDue(ctx, t.Now)
	done.Blocked += blocked
	if err != nil || len(due) == 0 {
		return err
	}
	unprintable, err := d.send(ctx, t, due)
	done.Unprintable += unprintable
	return err
}

// eventsDue are the letters about events that nobody was told of yet; silent
// counts those about persons whose data are blocked.
func (d *Desk) eventsDue(ctx context.Context, now time.Time) (due []sending, silent int, err error) {
	known, err := d.Store.LastSequence(ctx)
	if err != nil {
		return nil, silent, err
	}
	happened, err := d.Store.EventsToTell(ctx)
	if err != nil {
		return nil, silent, err
	}
	back, err := d.Store.EventsToTakeBack(ctx)
	if err != nil || len(happened)+len(back) == 0 {
		return nil, silent, err
	}
	organisations, err := d.Store.Organisations(ctx)
	if err != nil {
		return nil, silent, err
	}
	blocked, err := d.Blocked(ctx)
	if err != nil {
		return nil, silent, err
	}
	today := osms.DateOf(now.In(d.Zone))
	corrected := map[string]bool{}
	for _, e := range happened {
		o, listed := organisations[e.BIN]
		if !listed || o.Provisional {
			continue
		}
		if blocked[e.Person] {
			silent++
			continue
		}
		says, err := d.eventLetter(ctx, e, o, today)
		if err != nil {
			return nil, silent, err
		}
		told, err := d.Store.EventLettersTo(ctx, e.BIN, e.Person)
		if err != nil {
			return nil, silent, err
		}
		replaces, standing, err := toReplace(e.Event, told)
		if err != nil {
			return nil, silent, err
		}
		says.Replaces = strings.Join(replaces, ", ")
		for _, l := range standing {
			corrected[l.Outgoing()] = true
		}
		due = append(due, sending{says: says, region: o.Region, bin: e.BIN, matter: e.Matter(), known: known, annuls: standing})
	}
	for _, l := range back {
		if corrected[l.Outgoing()] {
			continue
		}
		if blocked[l.Person] {
			silent++
			continue
		}
		says, err := officeLetterKept(l.Content)
		if err != nil {
			return nil, silent, fmt.Errorf("letter %s: %w", l.Outgoing(), err)
		}
		if o, listed := organisations[l.BIN]; listed && !o.Provisional {
			says.To, says.Provider = &o, d.akimat(o)
		}
		says.Number, says.Date, says.TakenBack, says.Replaces = "", today, true, l.Outgoing()
		says.EffectKK, says.EffectRU = osms.EventTakenBack.In("kk"), osms.EventTakenBack.In("ru")
		d.basis(&says)
		due = append(due, sending{says: says, region: l.Region, bin: l.BIN, matter: l.Matter, known: known, annuls: []store.RegisteredLetter{l.RegisteredLetter}})
	}
	return due, silent, nil
}

// eventLetter is what an organisation is told of an event. The name is the one
// that it gave last.
func (d *Desk) eventLetter(ctx context.Context, e store.DueEvent, o osms.Organisation, today osms.Date) (osms.OfficeLetter, error) {
	facts, _, err := d.Store.History(ctx, e.Person)
	if err != nil {
		return osms.OfficeLetter{}, err
	}
	var claim store.KnownFact
	for _, f := range facts {
		if f.BIN == e.BIN && (f.KnownFrom > claim.KnownFrom || f.KnownFrom == claim.KnownFrom && f.From > claim.From) {
			claim = f
		}
	}
	effect := osms.EventEffect(e.Kind)
	says := osms.OfficeLetter{Kind: osms.LetterEvent, Date: today, Provider: d.akimat(o), To: &o, Person: e.Person, Name: claim.Name, Birth: claim.Birth,
		Event: &e.Event, EffectKK: effect.In("kk"), EffectRU: effect.In("ru")}
	d.basis(&says)
	return says, nil
}

// basis puts the title of the service and the act as they are on a letter's date.
func (d *Desk) basis(l *osms.OfficeLetter) {
	rule := d.rule(l.Date)
	l.ServiceKK, l.ServiceRU, l.Basis = rule.A.KK, rule.A.RU, rule.Basis(osms.Learner)
}

// toReplace finds, among the letters about events of a person that an organisation
// has, those in whose place one about an event comes: that tell of another event of
// the kind about the same days, which it corrects, and that were annulled with no
// other in their place. standing are those of them that are still to be annulled.
func toReplace(e osms.Event, told []store.OfficeLetter) (numbers []string, standing []store.RegisteredLetter, err error) {
	var after []string
	for _, l := range told {
		after = append(after, inPlaceOf(l.RegisteredLetter)...)
	}
	for _, l := range told {
		says, err := officeLetterKept(l.Content)
		if err != nil {
			return nil, nil, fmt.Errorf("letter %s: %w", l.Outgoing(), err)
		}
		if says.TakenBack || says.Event == nil || says.Event.Kind != e.Kind || len(osms.EventsOf(e.Kind, []osms.Event{*says.Event, e})) > 1 {
			continue
		}
		if l.Annulled == 0 {
			standing = append(standing, l.RegisteredLetter)
		} else if slices.Contains(after, l.Outgoing()) {
			continue
		}
		numbers = append(numbers, l.Outgoing())
	}
	return numbers, standing, nil
}
