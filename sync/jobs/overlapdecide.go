package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Why an overlap is not decided.
var (
	// ErrNoOverlap: no overlap of this number is believed.
	ErrNoOverlap = errors.New("there is no overlap of this number to decide")
	// ErrNotASide: the organisation that should keep the claim is not one of the two.
	ErrNotASide = errors.New("the organisation is not a side of this overlap")
	// ErrNotDecided: there is no decision to withdraw.
	ErrNotDecided = errors.New("nothing was decided about this overlap")
	// ErrDecisionReason: a decision is said with its reason.
	ErrDecisionReason = errors.New("a decision about an overlap needs a reason")
)

// DecideOverlap puts the Fund's decision about a numbered overlap into the
// register: keep claims the months in common, whatever the rule would say, and
// the conclusions about the person are drawn anew in the same decision. A later
// decision replaces it. Keep 0 withdraws what was decided: the rule speaks again.
// When that is how it stands already, nothing is decided and fresh is false.
func (d *Desk) DecideOverlap(ctx context.Context, t Turn, number int64, keep osms.BIN, reason string) (out store.OverlapDecision, fresh bool, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return out, false, ErrDecisionReason
	}
	if err := d.LearnRules(ctx, t); err != nil {
		return out, false, err
	}
	err = d.Store.Write(ctx, t.Lease, func(tx *store.Tx) error {
		fresh = false
		before, err := tx.DecisionsAbout(number)
		if err != nil {
			return err
		}
		if n := len(before); n > 0 {
			out = before[n-1]
		}
		switch {
		case keep == 0 && out.Keep == 0:
			return ErrNotDecided
		case keep != 0 && out.Keep == keep:
			return nil
		case keep != 0:
			o, err := tx.OverlapNumbered(number)
			if errors.Is(err, store.ErrNotFound) {
				return ErrNoOverlap
			}
			if err != nil {
				return err
			}
			if keep != o.A && keep != o.B {
				return ErrNotASide
			}
			out = store.OverlapDecision{Number: number, Person: o.Person, A: o.A, B: o.B, From: o.From, Until: o.Until}
		}
		out.Keep, out.Reason, out.Decided = keep, reason, t.Now
		if out, err = tx.PutOverlapDecision(out); err != nil {
			return err
		}
		held, err := look(tx, []osms.IIN{out.Person})
		if err != nil {
			return err
		}
		err = conclude(tx, d.Rules, held, []osms.IIN{out.Person}, func(bin osms.BIN) (osms.Region, error) {
			o, err := tx.Organisation(bin)
			return o.Region, err
		})
		if err != nil {
			return fmt.Errorf("draw the conclusions anew: %w", err)
		}
		fresh = true
		return tx.Audit(t.Now, "overlap", out.Digest())
	})
	return out, fresh, err
}

// inForce picks, of decisions about one person, those in force at a sequence:
// the newest about each overlap, unless it withdraws; in order of sequence.
func inForce(all []store.OverlapDecision, at int64) []store.OverlapDecision {
	newest := map[int64]store.OverlapDecision{}
	for _, d := range all {
		if d.Sequence <= at && d.Sequence >= newest[d.Number].Sequence {
			newest[d.Number] = d
		}
	}
	var out []store.OverlapDecision
	for _, d := range newest {
		if d.Keep != 0 {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b store.OverlapDecision) int { return cmp.Compare(a.Sequence, b.Sequence) })
	return out
}

// decisionsAt are the decisions about one person that conclusions heed.
func decisionsAt(all []store.OverlapDecision, at int64) []entitlement.Decision {
	var out []entitlement.Decision
	for _, d := range inForce(all, at) {
		out = append(out, entitlement.Decision{A: d.A, B: d.B, Keep: d.Keep, From: d.From, Until: d.Until})
	}
	return out
}

// decisionsInForce are the decisions in force now, person by person.
func decisionsInForce(all []store.OverlapDecision) map[osms.IIN][]entitlement.Decision {
	if len(all) == 0 {
		return nil
	}
	about := map[osms.IIN][]store.OverlapDecision{}
	for _, d := range all {
		about[d.Person] = append(about[d.Person], d)
	}
	out := make(map[osms.IIN][]entitlement.Decision, len(about))
	for person, said := range about {
		out[person] = decisionsAt(said, stillKnown)
	}
	return out
}

// verifyOverlapDecisions compares the Fund's decisions and the notices with what
// the audit chain says of them. What follows from a decision is proved with the
// conclusions.
func verifyOverlapDecisions(t *store.Tx, compare func(kind, where string, entry int64, digest string) store.AuditEntry) error {
	decisions, err := t.EveryOverlapDecision()
	if err != nil {
		return err
	}
	for _, d := range decisions {
		compare("overlap", fmt.Sprintf("overlap %d, decision %d", d.Number, d.Sequence), d.Sequence, d.Digest())
	}
	notices, err := t.EveryOverlapNotice()
	if err != nil {
		return err
	}
	together := map[int64][]store.OverlapNotice{}
	for _, n := range notices {
		together[n.Sequence] = append(together[n.Sequence], n)
	}
	for sequence, list := range together {
		compare("notices", fmt.Sprint("notices of decision ", sequence), sequence, store.NoticesDigest(list))
	}
	return nil
}
