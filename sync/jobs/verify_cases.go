package jobs

import (
	"encoding/json"
	"errors"
	"fmt"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// verifyCasework makes the digest of what every decision did to cases and office
// letters again, and compares with the audit chain; and every case must fold from
// its steps.
func verifyCasework(t *store.Tx, compare func(kind, where string, entry int64, digest string) store.AuditEntry, found finder) error {
	sequences, err := t.CaseworkSequences()
	if err != nil {
		return err
	}
	for _, sequence := range sequences {
		w, err := t.CaseworkOf(sequence)
		if err != nil {
			return err
		}
		compare(store.AuditCasework, fmt.Sprint("decision ", sequence), sequence, w.Digest())
	}
	all, err := t.Cases(store.CaseFilter{})
	if err != nil {
		return err
	}
	for _, f := range all {
		if c, err := caseOf(f); err != nil {
			found("case", f.Number.String(), err.Error())
		} else if again, err := fileOf(c, f.Rules); err != nil || !again.Closed.Equal(f.Closed) || again.Person != f.Person || again.BIN != f.BIN ||
			!again.Received.Equal(f.Received) || again.Incoming != f.Incoming {
			found("case", f.Number.String(), "the case is not what its application and its steps make")
		}
	}
	annulled, err := t.Annulments()
	for _, a := range annulled {
		compare(store.AuditAnnul, fmt.Sprint("decision ", a.Sequence), a.Sequence, a.Digest())
	}
	return errors.Join(err, verifyTexts(t, found))
}

// verifyApplications compares the cases of a list with what was kept of it.
func verifyApplications(t *store.Tx, i store.Import, kept []byte, applied bool, found finder) error {
	where := fmt.Sprint("import ", i.Sequence)
	var list []keptApplication
	if err := json.Unmarshal(kept, &list); err != nil {
		found("kept", where, "the kept applications cannot be read")
		return nil
	}
	cases, err := t.Cases(store.CaseFilter{Import: i.Sequence})
	if err != nil {
		return err
	}
	brought := map[osms.Place]osms.Application{}
	for _, k := range list {
		a := k.entry()
		brought[a.Place] = a
	}
	for _, f := range cases {
		a, err := applicationKept(f.Content)
		if want, ok := brought[a.Place]; err != nil || !applied || !ok || !sameContent(a, want) || !a.Received.Equal(want.Received) {
			found("case", f.Number.String(), "the application is not the one of its list")
		}
	}
	return nil
}
