package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// rulesFile is the file behind a change that no dropped file made: the rules
// come from the configuration.
const rulesFile = "osmsd.yaml"

// storedRules are rules of entitlement as the register keeps them. Equal rules
// have one spelling: a change that changes nothing is left out.
type storedRules struct {
	storedChoices
	Changes []storedChange `json:"changes,omitempty"`
}

type storedChoices struct {
	AcademicLeaveDue bool `json:"academic_leave_due"`
	ChildFirst       bool `json:"category1_first"`
}

type storedChange struct {
	Since int `json:"since"` // yyyymm
	storedChoices
}

func encodeRules(r entitlement.Rules) (string, error) {
	out, last := storedRules{storedChoices: storedChoices(r.Choices)}, r.Choices
	for _, c := range r.Changes {
		if c.Choices != last {
			out.Changes = append(out.Changes, storedChange{int(c.Since), storedChoices(c.Choices)})
			last = c.Choices
		}
	}
	text, err := json.Marshal(out)
	return string(text), err
}

func decodeRules(text string) (entitlement.Rules, error) {
	var in storedRules
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return entitlement.Rules{}, fmt.Errorf("the stored rules cannot be read: %w", err)
	}
	r := entitlement.Rules{Choices: entitlement.Choices(in.storedChoices)}
	for _, c := range in.Changes {
		r.Changes = append(r.Changes, entitlement.Change{Since: osms.Month(c.Since), Choices: entitlement.Choices(c.storedChoices)})
	}
	return r, nil
}

// LearnRules brings the configured rules of entitlement into the register. When
// they are not those in force, the conclusions about every person whom the
// difference concerns are drawn anew in the same decision: after it everything
// believed follows from the facts and these rules. What is frozen stays.
func (d *Desk) LearnRules(ctx context.Context, t Turn) error {
	rules, err := encodeRules(d.Rules)
	if err != nil {
		return err
	}
	last, err := d.Store.LastSequence(ctx)
	if err != nil {
		return err
	}
	if stored, err := d.Store.Rules(ctx, last); err == nil && stored == rules {
		return nil
	} else if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	err = d.Store.Write(ctx, t.Lease, func(tx *store.Tx) error {
		stored, err := tx.Rules()
		switch {
		case err == nil && stored == rules:
			return nil
		case err != nil && !errors.Is(err, store.ErrNotFound):
			return err
		}
		onLeave := false
		if err == nil {
			was, err := decodeRules(stored)
			if err != nil {
				return err
			}
			onLeave = sameCategories(was, d.Rules)
		}
		if err := tx.PutRules(rules); err != nil {
			return err
		}
		if err := concludeAnew(tx, d.Rules, onLeave, batchPersons); err != nil {
			return fmt.Errorf("draw the conclusions anew: %w", err)
		}
		return tx.Audit(t.Now, "rules", store.Digest([]byte(rules)))
	})
	if err != nil {
		return err
	}
	_, err = d.Store.NumberOverlaps(ctx, t.Lease)
	return err
}

// sameCategories reports that two sets of rules put everybody who is due into
// the same category in every month. Then they can differ only over those who
// are on academic leave.
func sameCategories(a, b entitlement.Rules) bool {
	if a.ChildFirst != b.ChildFirst {
		return false
	}
	for _, r := range []entitlement.Rules{a, b} {
		for _, c := range r.Changes {
			if a.At(c.Since).ChildFirst != b.At(c.Since).ChildFirst {
				return false
			}
		}
	}
	return true
}

// concludeAnew draws the conclusions about everybody of whom facts are
// believed, or about those on academic leave only, and writes the difference.
// A batch of persons at a time is in memory.
func concludeAnew(t *store.Tx, rules entitlement.Rules, onLeave bool, batch int) error {
	regions := map[osms.BIN]osms.Region{}
	regionOf := func(bin osms.BIN) (osms.Region, error) {
		if region, ok := regions[bin]; ok {
			return region, nil
		}
		o, err := t.Organisation(bin)
		if err == nil {
			regions[bin] = o.Region
		}
		return o.Region, err
	}
	for after := osms.IIN(0); ; {
		persons, err := t.NextPersons(after, batch, onLeave)
		if err != nil || len(persons) == 0 {
			return err
		}
		held, err := look(t, persons)
		if err != nil {
			return err
		}
		if err := conclude(t, rules, held, persons, regionOf); err != nil {
			return err
		}
		after = persons[len(persons)-1]
	}
}
