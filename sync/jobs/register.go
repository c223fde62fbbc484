package jobs

import (
	"cmp"
	"context"
	"errors"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// namesAtOnce is how many lines of the register are given their names together.
const namesAtOnce = 500

// LetterRegister reads the register of letters: its head, counted, and each line
// in order of region, year and number. The name is the one that the register has
// now; who is blocked has none.
func (d *Desk) LetterRegister(ctx context.Context, f store.LetterFilter) (osms.LetterRegister, func(func(osms.RegisterLine) error) error, error) {
	head := osms.LetterRegister{Region: f.Region, From: f.From, To: f.To}
	var err error
	if head.Sequence, err = d.Store.LastSequence(ctx); err != nil {
		return head, nil, err
	}
	organisations, err := d.Store.Organisations(ctx)
	if err != nil {
		return head, nil, err
	}
	blocked, err := d.Blocked(ctx)
	if err != nil {
		return head, nil, err
	}
	err = d.Store.Register(ctx, f, func(l store.RegisteredLetter, _ []byte) error {
		head.Lines++
		if f.From == 0 && (head.From == 0 || l.Dated < head.From) {
			head.From = l.Dated
		}
		if f.To == 0 && l.Dated > head.To {
			head.To = l.Dated
		}
		if l.Annulled != 0 {
			head.Annulled++
		}
		return nil
	})
	each := func(yield func(osms.RegisterLine) error) error {
		var waiting []registered
		flush := func() error {
			lines, err := d.registerLines(ctx, waiting, organisations, blocked, head.Sequence)
			for _, l := range lines {
				if err == nil {
					err = yield(l)
				}
			}
			waiting = waiting[:0]
			return err
		}
		err := d.Store.Register(ctx, f, func(l store.RegisteredLetter, content []byte) error {
			if waiting = append(waiting, registered{l, content}); len(waiting) < namesAtOnce {
				return nil
			}
			return flush()
		})
		if err == nil {
			err = flush()
		}
		return err
	}
	return head, each, err
}

// registered is a letter of the register, with what it says where a line of the
// register tells something of it.
type registered struct {
	store.RegisteredLetter
	content []byte
}

// registerLines gives letters their names and what they say.
func (d *Desk) registerLines(ctx context.Context, letters []registered, organisations map[osms.BIN]osms.Organisation, blocked map[osms.IIN]bool, sequence int64) ([]osms.RegisterLine, error) {
	var persons []osms.IIN
	for _, l := range letters {
		if l.Person != 0 && !blocked[l.Person] {
			persons = append(persons, l.Person)
		}
	}
	names, err := d.Store.Names(ctx, persons, sequence)
	if err != nil {
		return nil, err
	}
	var out []osms.RegisterLine
	for _, l := range letters {
		o := organisations[l.BIN]
		line := osms.RegisterLine{Number: l.Outgoing(), Date: l.Dated, Kind: l.Kind, Person: l.Person, Name: names[l.Person], BIN: l.BIN,
			OrganisationKK: o.NameKK, OrganisationRU: o.NameRU, Case: l.Matter, Action: l.Action, Replaces: l.Replaces, Annulled: l.Annulled}
		if l.content != nil {
			says, err := officeLetterKept(l.content)
			if err != nil {
				return nil, err
			}
			if line.Ground = says.Ground; says.Event != nil {
				line.Event = says.Event.Kind
			}
		}
		out = append(out, line)
	}
	return out, nil
}

// RegisterPage reads so many lines of the register of letters, the newest first,
// after those that are passed over.
func (d *Desk) RegisterPage(ctx context.Context, f store.LetterFilter, most, passed int) ([]osms.RegisterLine, error) {
	sequence, err := d.Store.LastSequence(ctx)
	if err != nil {
		return nil, err
	}
	blocked, err := d.Blocked(ctx)
	if err != nil {
		return nil, err
	}
	var letters []registered
	err = d.Store.RegisterPage(ctx, f, most, passed, func(l store.RegisteredLetter, content []byte) error {
		letters = append(letters, registered{l, content})
		return nil
	})
	if err != nil {
		return nil, err
	}
	organisations := map[osms.BIN]osms.Organisation{}
	for _, l := range letters {
		if _, seen := organisations[l.BIN]; seen || l.BIN == 0 {
			continue
		}
		o, err := d.Store.Organisation(ctx, l.BIN)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		organisations[l.BIN] = o
	}
	return d.registerLines(ctx, letters, organisations, blocked, sequence)
}

// RegisterBook is LetterRegister for a book of it: where the filter leaves them
// open, its days are those of its letters, or today where there is none.
func (d *Desk) RegisterBook(ctx context.Context, f store.LetterFilter, now time.Time) (osms.LetterRegister, func(func(osms.RegisterLine) error) error, error) {
	head, each, err := d.LetterRegister(ctx, f)
	today := osms.DateOf(now.In(d.Zone))
	head.From = cmp.Or(head.From, head.To, today)
	head.To = cmp.Or(head.To, max(head.From, today))
	return head, each, err
}
