package jobs

import (
	"bytes"
	"cmp"
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
func verifyDecisions(t *store.Tx, entries []store.AuditEntry, records destructionRecords, found finder) error {
	said := map[string]map[int64]store.AuditEntry{"import": {}, "rates": {}, "rules": {}, "payer": {}, "freeze": {}, "letters": {},
		store.DecisionRelease: {}, store.DecisionRefuse: {}, store.DecisionUndo: {}, "overlap": {}, "notices": {}, store.AuditCasework: {}, store.AuditAnnul: {},
		store.AuditDestroy: {}, store.AuditBlock: {}, store.AuditUnblock: {}, store.AuditAccess: {}, store.AuditRequest: {}, store.AuditAccount: {}}
	for _, e := range entries {
		n := e.Number
		switch e.What {
		case "letters":
			n = int64(len(said["letters"])) + 1 // bundles are numbered as they are decided
		case store.AuditAccess, store.AuditRequest: // and so are the lines of the access log
			n = int64(len(said[store.AuditAccess])+len(said[store.AuditRequest])) + 1
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
	if err := verifyImports(t, compare, records, found); err != nil {
		return err
	}
	decided, err := t.Decisions()
	if err != nil {
		return err
	}
	for _, d := range decided {
		if e := compare(d.What, fmt.Sprint("decision ", d.Sequence), d.Sequence, d.Digest()); !e.At.Equal(d.Committed) {
			found(findingOf[d.What], fmt.Sprint("decision ", d.Sequence), "it was not committed when the audit chain says")
		}
	}
	if err := verifyDestructions(t, compare, found); err != nil {
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
	payers, err := t.PayersByDecision()
	if err != nil {
		return err
	}
	for sequence, payer := range payers {
		compare("payer", fmt.Sprint("decision ", sequence), sequence, store.Digest([]byte(payer)))
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
	if err := verifyOverlapDecisions(t, compare); err != nil {
		return err
	}
	if err := verifyCasework(t, compare, found); err != nil {
		return err
	}
	if err := verifyAccess(t, compare, found); err != nil {
		return err
	}
	accounts, err := t.AccountChanges()
	if err != nil {
		return err
	}
	for _, c := range accounts {
		compare(store.AuditAccount, fmt.Sprint("decision ", c.Sequence), c.Sequence, c.Digest())
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
var findingOf = map[string]string{store.DecisionRelease: "decision", store.DecisionRefuse: "decision", store.DecisionUndo: "decision",
	"import": "import", "rates": "rate", "rules": "rules", "payer": "rules", "freeze": "freeze", "letters": "letter",
	"overlap": "decision", "notices": "letter", store.AuditCasework: "case", store.AuditAnnul: "letter",
	store.AuditDestroy: "destruction", store.AuditBlock: "block", store.AuditUnblock: "block",
	store.AuditAccess: "access", store.AuditRequest: "request", store.AuditAccount: "account"}

// verifyImports checks every import and what was kept of it. The kept rows of
// what is believed are checked where they are replayed.
func verifyImports(t *store.Tx, compare func(kind, where string, entry int64, digest string) store.AuditEntry, records destructionRecords, found finder) error {
	imports, err := t.Imports()
	if err != nil {
		return err
	}
	decisions, err := t.Decisions()
	if err != nil {
		return err
	}
	type imported struct {
		sequence int64
		bin      osms.BIN
	}
	states := map[imported]string{}
	for _, d := range decisions {
		for _, o := range d.Organisations {
			states[imported{d.Import, o.BIN}] = o.State
		}
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
		for _, o := range said {
			state := o.CommittedAs
			if now, ok := states[imported{i.Sequence, o.BIN}]; ok {
				state = now
			}
			if state != o.State {
				found("import", where, "what it said of organisation "+o.BIN.String()+" does not stand as was decided")
			}
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
		if damaged && !records.rows[store.RowsSubject(sequence, bin)] {
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
	decisions, err := t.Decisions()
	if err != nil {
		return nil, err
	}
	var events []listEvent
	undone := map[int64]int64{}
	for _, d := range decisions {
		if d.What == store.DecisionUndo {
			undone[d.Import] = d.Sequence
			events = append(events, listEvent{sequence: d.Sequence, of: d.Import})
		}
	}
	for _, i := range imports {
		e, err := listEventsOf(t, i, decisions)
		if err != nil {
			return nil, err
		}
		events = append(events, e...)
		if i.Kind != osms.KindRoster && i.Kind != osms.KindOrganisations {
			if err := verifyLedger(t, i, decisions, undone[i.Sequence], found); err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(events, func(a, b listEvent) int { return cmp.Compare(a.sequence, b.sequence) })
	replayed := map[osms.BIN]history[osms.Organisation]{}
	believe := func(sequence int64, bin osms.BIN, is ...osms.Organisation) {
		if replayed[bin] == nil {
			replayed[bin] = history[osms.Organisation]{}
		}
		replayed[bin].believe(sequence, is)
	}
	now := map[osms.BIN]osms.Organisation{}
	var standing []listEvent
	for _, e := range events {
		if undone[e.of] != e.sequence {
			standing = append(standing, e)
			e.on(now, func(o osms.Organisation) {
				now[o.BIN] = o
				believe(e.sequence, o.BIN, o)
			})
			continue
		}
		before := len(standing)
		standing = slices.DeleteFunc(standing, func(s listEvent) bool { return s.of == e.of })
		if len(standing) == before {
			continue
		}
		is := foldLists(standing)
		for bin, was := range now {
			if o, ok := is[bin]; !ok {
				believe(e.sequence, bin)
			} else if o != was {
				believe(e.sequence, bin, o)
			}
		}
		now = is
	}
	return compareLists(t, replayed, found)
}

// compareLists compares the replayed entries of organisations with the stored
// ones and gives them all.
func compareLists(t *store.Tx, replayed map[osms.BIN]history[osms.Organisation], found finder) (history[osms.Organisation], error) {
	held, err := t.OrganisationHistory()
	if err != nil {
		return nil, err
	}
	stored := map[osms.BIN]history[osms.Organisation]{}
	for _, o := range held {
		if stored[o.BIN] == nil {
			stored[o.BIN] = history[osms.Organisation]{}
		}
		stored[o.BIN].add(o.Organisation, o.KnownFrom, o.KnownUntil)
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

// verifyLedger compares the ledger lines of a list with what was kept of it, and
// the sequences between which they were believed with the decisions about it.
func verifyLedger(t *store.Tx, i store.Import, decisions []store.Decision, undone int64, found finder) error {
	where := fmt.Sprint("import ", i.Sequence)
	said, err := t.Said(i.Sequence)
	if err != nil {
		return err
	}
	kept, err := t.Kept(i.Sequence)
	if err != nil {
		return nil // it was found already
	}
	sequence, applied := i.Sequence, len(said) == 1 && said[0].CommittedAs == store.StateApplied
	if !applied {
		if lines, _, err := t.LedgerOf(i.Sequence); err != nil || len(lines) > 0 {
			found("ledger", where, "there are ledger lines of a list that was held")
			return err
		}
	}
	for _, d := range decisions {
		if d.Import == i.Sequence && d.What == store.DecisionRelease {
			sequence, applied = d.Sequence, true
		}
	}
	if i.Kind == osms.KindEvents {
		return verifyEvents(t, i, kept, sequence, applied, undone, found)
	}
	if i.Kind == osms.KindApplications {
		return verifyApplications(t, i, kept, applied, found)
	}
	if i.Kind == osms.KindRequests {
		return verifyRequests(t, kept, sequence, applied, where, found)
	}
	if documents, ok, err := keepsDocuments(kept); ok || err != nil {
		if err != nil {
			found("kept", where, "the kept documents cannot be read")
			return nil
		}
		return verifyDocuments(t, i, documents, sequence, applied, undone, found)
	}
	lines, until, err := t.LedgerOf(sequence)
	if err != nil {
		return err
	}
	text, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	if applied && !bytes.Equal(text, kept) && !(len(lines) == 0 && string(kept) == "[]") || !applied && len(lines) > 0 ||
		slices.ContainsFunc(until, func(n int64) bool { return n != undone }) {
		found("ledger", where, "the ledger lines are not those of the list")
	}
	return nil
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
