package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"osmsd/sync/casework"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// signs is the provider that heads and signs an organisation's letters where
// something is configured for it; zero: the organisation as it is listed.
func (d *Desk) signs(o osms.Organisation) osms.Provider {
	if p := d.configured(o.BIN); p.BIN != 0 {
		return p.Over(osms.ProviderOf(o))
	}
	return osms.Provider{}
}

// accompany does what goes with new bundles, each in a decision of its own and
// once: the akimat's covering letter with its list, and a case for every change
// that a roster reported, where the configuration says so.
func (d *Desk) accompany(ctx context.Context, t Turn, bundles []store.Bundle) error {
	if !d.Casework.Covering && !d.Casework.FromRosters {
		return nil
	}
	organisations, err := d.Store.Organisations(ctx)
	if err != nil {
		return err
	}
	for _, b := range bundles {
		if err := ctx.Err(); err != nil {
			return err
		}
		letters, err := d.Store.BundleLetters(ctx, b.ID)
		if err != nil {
			return err
		}
		if d.Casework.Covering {
			if err := d.cover(ctx, t, b, organisations[b.BIN], letters); err != nil {
				return err
			}
		}
		if d.Casework.FromRosters {
			if err := d.casesOf(ctx, t, b, letters); err != nil {
				return err
			}
		}
	}
	return nil
}

// cover registers the covering letter of a bundle.
func (d *Desk) cover(ctx context.Context, t Turn, b store.Bundle, o osms.Organisation, letters []store.RegisteredLetter) error {
	matter := fmt.Sprint("bundle ", b.ID)
	if told, err := d.Store.OfficeLettersAbout(ctx, matter); err != nil || len(told) > 0 {
		return err
	}
	silence, err := d.silence(ctx)
	if err != nil {
		return err
	}
	before, after, err := d.untold(ctx, silence, b.BIN, b.From, b.To)
	if err != nil {
		return err
	}
	rule := d.rule(b.Dated)
	says := osms.OfficeLetter{Kind: osms.LetterCovering, Date: b.Dated, Provider: d.akimat(o), To: &o, ServiceKK: rule.A.KK, ServiceRU: rule.A.RU,
		Basis: rule.Basis(osms.Learner), List: d.printed(letters, before, after, b.Dated)}
	return d.send(ctx, t, []sending{{says: says, region: b.Region, bin: b.BIN, matter: matter}}, nil)
}

// sending is an office letter to be registered and numbered.
type sending struct {
	says   osms.OfficeLetter
	region osms.Region
	bin    osms.BIN
	matter string
}

// send registers letters in one decision; a letter that cannot be printed is left
// out and said. with does more in the same transaction.
func (d *Desk) send(ctx context.Context, t Turn, all []sending, with func(*store.Tx) error) error {
	wording := d.wording()
	var due []sending
	for _, s := range all {
		if fault := wording.CheckOffice(s.says); fault != nil {
			t.Log.Warn("a letter cannot be printed", "bin", s.bin, "kind", s.says.Kind, "reason", fault)
			continue
		}
		due = append(due, s)
	}
	if len(due) == 0 && with == nil {
		return nil
	}
	return d.Store.Write(ctx, t.Lease, func(tx *store.Tx) error {
		if with != nil {
			if err := with(tx); err != nil {
				return err
			}
		}
		var w store.Casework
		for _, s := range due {
			l, err := d.reserve(tx, s.region, s.says.Date)
			if err != nil {
				return err
			}
			s.says.Number = l.Outgoing()
			l.BIN, l.Person, l.Kind, l.Matter, l.Texts = s.bin, s.says.Person, s.says.Kind, s.matter, textsDigest(wording)
			if l.Content, err = keepOfficeLetter(s.says); err != nil {
				return err
			}
			if l, err = tx.PutOfficeLetter(l); err != nil {
				return err
			}
			w.Letters = append(w.Letters, l)
		}
		if len(w.Letters) == 0 {
			return nil
		}
		w.InOrder()
		return tx.Audit(t.Now, store.AuditCasework, w.Digest())
	})
}

// casesOf opens and closes a case for every notification of a bundle: nobody
// applied, and the notification is its result.
func (d *Desk) casesOf(ctx context.Context, t Turn, b store.Bundle, letters []store.RegisteredLetter) error {
	if len(letters) == 0 {
		return nil
	}
	return d.Store.Write(ctx, t.Lease, func(tx *store.Tx) error {
		if opened, err := tx.Cases(store.CaseFilter{BIN: b.BIN, Incoming: letters[0].Outgoing()}); err != nil || len(opened) > 0 {
			return err
		}
		var files []store.CaseFile
		for _, l := range letters {
			opened, issued := casework.FromRoster(osms.Letter{Number: l.Outgoing(), Person: l.Person, Action: l.Action}, l.BIN, l.Region, t.Now, byProgram)
			opened.Incoming = l.Outgoing()
			opened.Number = osms.CaseNumber{Region: l.Region, Year: l.Year}
			opened.Counted = b.Dated
			c, err := casework.Do(opened, issued.Done, issued.Decision)
			if err != nil {
				return err
			}
			f, err := fileOf(c, d.rule(b.Dated).Version)
			if err != nil {
				return err
			}
			files = append(files, f)
		}
		opened, err := tx.OpenCases(files)
		if err != nil {
			return err
		}
		w := store.Casework{Opened: opened}
		for _, f := range opened {
			w.Steps = append(w.Steps, f.Steps...)
		}
		return tx.Audit(t.Now, store.AuditCasework, w.Digest())
	})
}

// tellOfEvents writes to the organisations that claim somebody of what happened
// to the person and changes what the state pays.
func (d *Desk) tellOfEvents(ctx context.Context, t Turn) error {
	from, to, err := d.Store.EventsToTell(ctx)
	if err != nil || from >= to {
		return err
	}
	organisations, err := d.Store.Organisations(ctx)
	if err != nil {
		return err
	}
	today := osms.DateOf(t.Now.In(d.Zone))
	rule := d.rule(today)
	var due []sending
	for _, bin := range sortedKeys(organisations) {
		o := organisations[bin]
		told, err := d.EventLetters(ctx, bin, from, to)
		if err != nil {
			return err
		}
		for _, l := range told {
			facts, err := d.Store.ClaimFacts(ctx, bin, l.Person, to)
			if err != nil {
				return err
			}
			if len(facts) == 0 {
				continue
			}
			claim := slices.MaxFunc(facts, func(a, b osms.Fact) int { return int(a.From - b.From) })
			effect := osms.EventEffect(l.Event.Kind)
			if l.TakenBack {
				effect = osms.EventTakenBack
			}
			event := l.Event
			due = append(due, sending{region: o.Region, bin: bin, matter: fmt.Sprint("event ", l.Known), says: osms.OfficeLetter{Kind: osms.LetterEvent, Date: today,
				Provider: d.akimat(o), To: &o, Person: l.Person, Name: claim.Name, Birth: claim.Birth, ServiceKK: rule.A.KK, ServiceRU: rule.A.RU,
				Basis: rule.Basis(osms.Learner), Event: &event, EffectKK: effect.In("kk"), EffectRU: effect.In("ru")}})
		}
	}
	return d.send(ctx, t, due, func(tx *store.Tx) error { return tx.PutEventsTold(to) })
}

// AnnulLetter annuls a letter by its number, with the reason; with reissue a
// letter that belongs to no bundle is issued again under a new number, which says
// what it replaces. A notification of a bundle is told again, where it still is
// news, by the next letters.
func (d *Desk) AnnulLetter(ctx context.Context, t Turn, region osms.Region, year int, number int64, reason string, reissue bool) (again string, err error) {
	l, err := d.Store.OfficeLetterNumbered(ctx, region, year, number)
	office := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	if reissue && office && l.Person != 0 {
		if err := d.unblocked(ctx, l.Person); err != nil {
			return "", err
		}
	}
	err = d.Store.Write(ctx, t.Lease, func(tx *store.Tx) error {
		_, err := tx.AnnulLetter(store.Annulment{Region: region, Year: year, Number: number, Reason: reason, Committed: t.moment(t.Now), Run: t.Run.ID})
		return err
	})
	if errors.Is(err, store.ErrOnce) && reissue && office && l.Annulled != 0 { // a crash came before it was issued again
		about, failed := d.Store.OfficeLettersAbout(ctx, l.Matter)
		if failed != nil {
			return "", failed
		}
		if !slices.ContainsFunc(about, func(x store.OfficeLetter) bool { return x.Replaces == l.Outgoing() }) {
			err = nil
		}
	}
	if err != nil || !reissue || !office {
		return "", err
	}
	today := osms.DateOf(t.Now.In(d.Zone))
	err = d.Store.Write(ctx, t.Lease, func(tx *store.Tx) error {
		fresh, err := d.reserve(tx, region, today)
		if err != nil {
			return err
		}
		fresh.BIN, fresh.Person, fresh.Kind, fresh.Matter, fresh.Known = l.BIN, l.Person, l.Kind, l.Matter, l.Known
		fresh.Action, fresh.First, fresh.Last, fresh.Effective = l.Action, l.First, l.Last, l.Effective
		fresh.Texts, fresh.Replaces, again = textsDigest(d.wording()), l.Outgoing(), fresh.Outgoing()
		if fresh.Content, err = d.renumbered(l, again, today); err != nil {
			return err
		}
		if fresh, err = tx.PutOfficeLetter(fresh); err != nil {
			return err
		}
		return tx.Audit(t.moment(t.Now), store.AuditCasework, store.Casework{Letters: []store.OfficeLetter{fresh}}.Digest())
	})
	return again, err
}

// renumbered is what a letter says under another number and date, in place of the
// one it was.
func (d *Desk) renumbered(l store.OfficeLetter, number string, dated osms.Date) ([]byte, error) {
	if l.Kind == osms.LetterNotification {
		b, err := notificationKept(l.Content)
		if err != nil {
			return nil, err
		}
		b.Date = dated
		b.Letters[0].Number, b.Letters[0].Date, b.Letters[0].Replaces = number, dated, l.Outgoing()
		if fault := d.wording().Unprintable(b)[0]; fault != nil {
			return nil, fault
		}
		return keepNotification(b)
	}
	says, err := officeLetterKept(l.Content)
	if err != nil {
		return nil, err
	}
	says.Number, says.Date, says.Replaces = number, dated, l.Outgoing()
	if fault := d.wording().CheckOffice(says); fault != nil {
		return nil, fault
	}
	return keepOfficeLetter(says)
}
