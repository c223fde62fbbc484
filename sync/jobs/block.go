package jobs

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Blocking a person's data at the person's request (law No 94-V), a decision in
// the audit chain, until it is lifted by another:
//
//   - person and statement answer nobody;
//   - letters and notices about the person are not written; what they would have
//     told is told by the first letters after the lifting;
//   - names are withheld where lists name many: the exported list, the persons
//     behind a reconciliation, a template filled with last month's people.
//
// The person keeps being counted, and the IIN stands on the list for the Fund:
// the state owes the money by law, and the payment goes by the number. For the
// same reason rosters about the person are applied as ever: that is processing on
// another ground than consent. A template keeps the row, with the IIN and without
// anything else, because in a full list a missing row would end the enrolment.

// ErrBlocked says that the person's data are blocked. ErrNotBlocked and
// ErrBlockedAlready say that a decision would change nothing.
var (
	ErrBlocked        = errors.New("the data of this person are blocked")
	ErrBlockedAlready = errors.New("the data of this person are blocked already")
	ErrNotBlocked     = errors.New("the data of this person are not blocked")
)

// Block blocks a person's data, or, with lift, ends that. The person need not be
// known yet.
func (d *Desk) Block(ctx context.Context, turn Turn, person osms.IIN, lift bool, reason string) (store.Block, error) {
	var b store.Block
	err := d.Store.Write(ctx, turn.Lease, func(t *store.Tx) (err error) {
		b, err = t.PutBlock(store.Block{Person: person, Blocked: !lift, Reason: reason, Committed: turn.moment(turn.Now), Run: turn.Run.ID})
		return err
	})
	switch {
	case errors.Is(err, store.ErrOnce) && lift:
		err = ErrNotBlocked
	case errors.Is(err, store.ErrOnce):
		err = ErrBlockedAlready
	}
	return b, err
}

// Blocked tells the persons whose data are blocked now.
func (d *Desk) Blocked(ctx context.Context) (map[osms.IIN]bool, error) {
	all, err := d.Store.Blocks(ctx)
	return blockedNow(all), err
}

func blockedNow(all []store.Block) map[osms.IIN]bool {
	out := map[osms.IIN]bool{}
	for _, b := range all {
		if out[b.Person] = b.Blocked; !b.Blocked {
			delete(out, b.Person)
		}
	}
	return out
}

// unblocked is ErrBlocked for a person whose data are blocked.
func (d *Desk) unblocked(ctx context.Context, person osms.IIN) error {
	blocked, err := d.Blocked(ctx)
	if err == nil && blocked[person] {
		err = ErrBlocked
	}
	return err
}

// silence is who was blocked when, as letters see it.
type silence struct {
	decided []store.Block
	facts   map[osms.IIN][]store.KnownFact // of those of whom it was lifted: all that was ever believed
}

func (d *Desk) silence(ctx context.Context) (s silence, err error) {
	if s.decided, err = d.Store.Blocks(ctx); err != nil {
		return s, err
	}
	s.facts = map[osms.IIN][]store.KnownFact{}
	for _, b := range s.decided {
		if s.facts[b.Person] == nil && !b.Blocked {
			if s.facts[b.Person], _, err = d.Store.History(ctx, b.Person); err != nil {
				return s, err
			}
		}
	}
	return s, nil
}

// at tells the persons whose data were blocked at a decision.
func (s silence) at(sequence int64) map[osms.IIN]bool {
	before := s.decided
	if i := slices.IndexFunc(before, func(b store.Block) bool { return b.Sequence > sequence }); i >= 0 {
		before = before[:i]
	}
	return blockedNow(before)
}

// mend puts those of whom an organisation was told nothing for a while, which
// ended between two decisions, as they were when it was last told of them, and as
// they are. annulled keep what they were: as before the letter that was annulled.
func (s silence) mend(ctx context.Context, st *store.Store, bin osms.BIN, mark, to int64, annulled map[osms.IIN]bool, before, after []osms.Fact) (was, is []osms.Fact, err error) {
	told, err := s.told(ctx, st, bin, mark, to)
	if err != nil {
		return nil, nil, err
	}
	for person, told := range told {
		if !annulled[person] {
			before = replaced(before, person, s.claim(bin, person, told))
		}
		after = replaced(after, person, s.claim(bin, person, to))
	}
	return before, after, nil
}

// told are the persons of whom an organisation was told nothing for a while that
// ended between two decisions, each with the decision up to which it was told.
func (s silence) told(ctx context.Context, st *store.Store, bin osms.BIN, mark, to int64) (map[osms.IIN]int64, error) {
	since := map[osms.IIN]int64{} // the first blocking that ended in the time
	begun := map[osms.IIN]int64{}
	for _, b := range s.decided {
		switch {
		case b.Blocked:
			begun[b.Person] = b.Sequence
		case b.Sequence > mark && b.Sequence <= to && since[b.Person] == 0:
			since[b.Person] = begun[b.Person]
		}
	}
	if len(since) == 0 {
		return nil, nil
	}
	marks, err := st.MarksOf(ctx, bin)
	if err != nil {
		return nil, err
	}
	out, still := map[osms.IIN]int64{}, s.at(to)
	for person, began := range since {
		if still[person] {
			continue
		}
		out[person] = 0
		for _, m := range marks {
			if m < began {
				out[person] = m
			}
		}
	}
	return out, nil
}

// claim are a person's facts at an organisation as known at a decision.
func (s silence) claim(bin osms.BIN, person osms.IIN, sequence int64) (out []osms.Fact) {
	for _, f := range s.facts[person] {
		if f.BIN == bin && believed(f.KnownFrom, f.KnownUntil, sequence) {
			out = append(out, f.Fact)
		}
	}
	return out
}

func replaced(facts []osms.Fact, person osms.IIN, by []osms.Fact) []osms.Fact {
	facts = slices.DeleteFunc(facts, func(f osms.Fact) bool { return f.Person == person })
	facts = append(facts, by...)
	slices.SortStableFunc(facts, func(a, b osms.Fact) int { return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.From, b.From)) })
	return facts
}

// silent takes the letters about persons who are blocked at a decision out and
// counts them.
func (s silence) silent(letters []store.RegisteredLetter, at int64) ([]store.RegisteredLetter, int) {
	blocked, n := s.at(at), len(letters)
	letters = slices.DeleteFunc(letters, func(l store.RegisteredLetter) bool { return blocked[l.Person] })
	return letters, n - len(letters)
}
