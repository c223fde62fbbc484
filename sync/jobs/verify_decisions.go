package jobs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// verifyDecisions makes the digest of every decision again from what is stored
// of it, and compares with the audit chain: both ways, so that neither a
// decision nor its entry can be taken out or put in.
func verifyDecisions(t *store.Tx, entries []store.AuditEntry, found finder) error {
	said := map[string]map[int64]store.AuditEntry{"import": {}, "rates": {}, "rules": {}, "freeze": {}, "letters": {}}
	for _, e := range entries {
		n := e.Number
		if e.What == "letters" {
			n = int64(len(said["letters"])) + 1 // bundles are numbered as they are decided
		}
		if said[e.What] != nil {
			said[e.What][n] = e
		}
	}
	compare := func(kind, where string, entry int64, digest string) store.AuditEntry {
		e := said[kind][entry]
		delete(said[kind], entry)
		if e.Digest != digest {
			found(findingOf[kind], where, "it is not what was decided according to the audit chain")
		}
		return e
	}
	if err := verifyImports(t, compare, found); err != nil {
		return err
	}
	rates, err := t.RatesByDecision()
	if err != nil {
		return err
	}
	for sequence, learnt := range rates {
		compare("rates", fmt.Sprint("decision ", sequence), sequence, ratesDigest(learnt))
	}
	rules, err := t.RulesByDecision()
	if err != nil {
		return err
	}
	for sequence, text := range rules {
		compare("rules", fmt.Sprint("decision ", sequence), sequence, store.Digest([]byte(text)))
	}
	freezes, err := t.EveryFreeze()
	if err != nil {
		return err
	}
	for _, f := range freezes {
		compare("freeze", fmt.Sprintf("%s, version %d", f.Month, f.Version), f.Sequence+1, freezeDigest(f))
	}
	bundles, err := t.EveryBundle()
	if err != nil {
		return err
	}
	for _, b := range bundles {
		letters, err := t.BundleLetters(b.ID)
		if err != nil {
			return err
		}
		compare("letters", fmt.Sprintf("bundle %d, organisation %s", b.ID, b.BIN), b.ID, store.BundleDigest(b, letters))
	}
	for kind, left := range said {
		for _, e := range left {
			found(findingOf[kind], fmt.Sprint("decision ", e.Number), "what was decided is gone")
		}
	}
	strays, err := t.Strays()
	for _, what := range sortedKeys(strays) {
		found("stray", "registry", fmt.Sprintf("%d %s", strays[what], what))
	}
	return err
}

// findingOf names the findings about decisions of a kind.
var findingOf = map[string]string{"import": "import", "rates": "rate", "rules": "rules", "freeze": "freeze", "letters": "letter"}

// verifyImports checks every import and what was kept of it. The kept rows of
// what is believed are checked where they are replayed.
func verifyImports(t *store.Tx, compare func(kind, where string, entry int64, digest string) store.AuditEntry, found finder) error {
	imports, err := t.Imports()
	if err != nil {
		return err
	}
	for _, i := range imports {
		where := fmt.Sprint("import ", i.Sequence)
		if i.Kept, err = t.Kept(i.Sequence); err != nil {
			found("kept", where, "the kept content cannot be read")
			continue
		}
		said, err := t.Said(i.Sequence)
		if err != nil {
			return err
		}
		digest, err := importDigest(i, said)
		if err != nil {
			return err
		}
		if digest != i.Digest {
			found("import", where, "it is not what its own digest says")
		}
		if e := compare("import", where, i.Sequence, digest); !e.At.Equal(i.Committed) {
			found("import", where, "it was not committed when the audit chain says")
		}
	}
	return t.EachUnspoken(func(sequence int64, bin osms.BIN, damaged bool) {
		if damaged {
			found("kept", fmt.Sprintf("import %d, organisation %s", sequence, bin), "the kept rows are not those that were committed")
		}
	})
}

// verifyLists replays the lists in order of sequence: the organisations that
// they name, and those that a roster was first to name, and the ledger lines.
func verifyLists(t *store.Tx, found finder) (history[osms.Organisation], error) {
	imports, err := t.Imports()
	if err != nil {
		return nil, err
	}
	held, err := t.OrganisationHistory()
	if err != nil {
		return nil, err
	}
	stored, replayed := map[osms.BIN]history[osms.Organisation]{}, map[osms.BIN]history[osms.Organisation]{}
	for _, o := range held {
		if stored[o.BIN] == nil {
			stored[o.BIN] = history[osms.Organisation]{}
		}
		stored[o.BIN].add(o.Organisation, o.KnownFrom, o.KnownUntil)
	}
	now := map[osms.BIN]osms.Organisation{}
	put := func(sequence int64, o osms.Organisation) {
		if replayed[o.BIN] == nil {
			replayed[o.BIN] = history[osms.Organisation]{}
		}
		now[o.BIN] = o
		replayed[o.BIN].believe(sequence, []osms.Organisation{o})
	}
	for _, i := range imports {
		said, err := t.Said(i.Sequence)
		if err != nil {
			return nil, err
		}
		if i.Kind == osms.KindRoster {
			for _, o := range said {
				if _, known := now[o.BIN]; !known && o.BIN != 0 && registers(said, o) {
					put(i.Sequence, osms.Organisation{BIN: o.BIN, Region: i.Region, Provisional: true})
				}
			}
			continue
		}
		applied := len(said) == 1 && said[0].State == store.StateApplied
		kept, err := t.Kept(i.Sequence)
		if err != nil {
			continue // it was found already
		}
		if i.Kind == osms.KindOrganisations {
			var list []keptOrganisation
			if err := json.Unmarshal(kept, &list); err != nil {
				found("kept", fmt.Sprint("import ", i.Sequence), "the kept list cannot be read")
			}
			for _, o := range list {
				was, known := now[o.entry().BIN]
				if is := o.entry(); applied && (!known || takesOver(was, is, i.Region)) {
					put(i.Sequence, is)
				}
			}
			continue
		}
		lines, err := t.LedgerOf(i.Sequence)
		if err != nil {
			return nil, err
		}
		text, err := json.Marshal(lines)
		if err != nil {
			return nil, err
		}
		if applied && !bytes.Equal(text, kept) && !(len(lines) == 0 && string(kept) == "[]") || !applied && len(lines) > 0 {
			found("ledger", fmt.Sprint("import ", i.Sequence), "the ledger lines are not those of the list")
		}
	}
	all := history[osms.Organisation]{}
	for bin, h := range replayed {
		if !h.same(stored[bin]) {
			found("organisation", bin.String(), "its entries are not what the lists say")
		}
		for o, spans := range h {
			all[o] = spans
		}
		delete(stored, bin)
	}
	for bin := range stored {
		found("organisation", bin.String(), "no list and no roster named it")
	}
	return all, nil
}

// takesOver reports whether a list's entry replaces the one that is believed.
func takesOver(was, is osms.Organisation, by osms.Region) bool {
	return was != is && (was.Region == is.Region || was.Provisional && by == 0)
}

// registers reports whether a roster registered an organisation that nobody
// knew. One that waits for a reason of the whole file did not.
func registers(said []store.OrganisationImport, o store.OrganisationImport) bool {
	if o.State != store.StateHeld {
		return true
	}
	return osms.HoldReason(o.Reason) == osms.HoldNoRows && slices.ContainsFunc(said, func(s store.OrganisationImport) bool { return s.State != store.StateHeld || s.Rows > 0 })
}

// rulesSince are the rules in force from a sequence on.
type rulesSince struct {
	sequence int64
	rules    entitlement.Rules
}

// verifyRules reads the rules that were in force, in order; the configured ones
// where nothing was ever decided.
func (d *Desk) verifyRules(t *store.Tx, found finder) ([]rulesSince, error) {
	texts, err := t.RulesByDecision()
	out := []rulesSince{{0, d.Rules}}
	for _, sequence := range slices.Sorted(maps.Keys(texts)) {
		rules, err := decodeRules(texts[sequence])
		if err != nil {
			found("rules", fmt.Sprint("decision ", sequence), err.Error())
			continue
		}
		out = append(out, rulesSince{sequence, rules})
	}
	return out, err
}
