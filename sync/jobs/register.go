package jobs

import (
	"context"

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
		type waits struct {
			store.RegisteredLetter
			content []byte
		}
		var waiting []waits
		flush := func() error {
			var persons []osms.IIN
			for _, l := range waiting {
				if l.Person != 0 && !blocked[l.Person] {
					persons = append(persons, l.Person)
				}
			}
			names, err := d.Store.Names(ctx, persons, head.Sequence)
			if err != nil {
				return err
			}
			for _, l := range waiting {
				o := organisations[l.BIN]
				line := osms.RegisterLine{Number: l.Outgoing(), Date: l.Dated, Kind: l.Kind, Person: l.Person, Name: names[l.Person], BIN: l.BIN,
					OrganisationKK: o.NameKK, OrganisationRU: o.NameRU, Case: l.Matter, Action: l.Action, Replaces: l.Replaces, Annulled: l.Annulled}
				if l.content != nil {
					says, err := officeLetterKept(l.content)
					if err != nil {
						return err
					}
					if line.Ground = says.Ground; says.Event != nil {
						line.Event = says.Event.Kind
					}
				}
				if err := yield(line); err != nil {
					return err
				}
			}
			waiting = waiting[:0]
			return nil
		}
		err := d.Store.Register(ctx, f, func(l store.RegisteredLetter, content []byte) error {
			if waiting = append(waiting, waits{l, content}); len(waiting) < namesAtOnce {
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
