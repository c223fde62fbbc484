package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"osmsd/importers/application"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// applyApplications takes a list of applications: every row that can be read is to
// be a case. The same application again (the provider's number, person and moment)
// is no second case. The cases are opened by OpenListed, as a decision of its own.
func (d *Desk) applyApplications(t *store.Tx, drop Drop, kind osms.Kind, read *application.List[osms.Application]) (osms.FileReport, error) {
	report := drop.report()
	report.Kind, report.Rows, report.Refused, report.Ignored, report.HiddenRows = kind, read.Rows, read.Refused, read.Ignored, read.HiddenRows
	report.Refusals, report.Tables = slices.Clone(read.Refusals), read.Tables
	report.Format, report.Encoding, report.Delimiter = read.Format, read.Encoding, read.Delimiter
	taken, refusals, err := d.judgeApplications(t, drop.Region, read)
	if err != nil {
		return report, err
	}
	report.Refused += len(refusals)
	report.Accepted = len(taken)
	report.Refusals = append(report.Refusals, refusals...)
	slices.SortStableFunc(report.Refusals, func(a, b osms.Refusal) int { return cmp.Or(cmp.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Row, b.Row)) })
	kept, said := make([]keptApplication, len(taken)), make([]string, len(taken))
	for i, o := range taken {
		kept[i] = keptApplicationOf(o.application)
		bare := kept[i]
		bare.Place = osms.Place{}
		text, err := json.Marshal(bare)
		if err != nil {
			return report, err
		}
		said[i] = string(text)
	}
	diff := func(imp store.Import) (string, error) { return listDiff(imp, len(read.Holds) > 0, said) }
	err = list{t, drop, kind, read.Sheets, read.Holds, kept, diff, false, read.Columns}.commit(&report, func() error {
		fresh, corrected, err := unopened(t, taken)
		report.Joined, report.Changed, report.Unchanged = len(fresh)-len(corrected), len(corrected), len(taken)-len(fresh)
		return err
	})
	return report, err
}

// judgeApplications finds the region of each application: its organisation's, or
// that of the folder it came by. A region may bring applications to its own
// organisations only.
func (d *Desk) judgeApplications(t *store.Tx, region osms.Region, read *application.List[osms.Application]) (taken []opening, refusals []osms.Refusal, err error) {
	at := osms.Roster{Sheets: read.Sheets, Columns: read.Columns}
	for _, a := range read.Items {
		a.Received = a.Received.UTC().Truncate(time.Second)
		o, err := t.Organisation(a.BIN)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, nil, err
		}
		of := cmp.Or(o.Region, d.configured(a.BIN).Region, region)
		if a.Name.String() == "" { // a letter needs a name: the provider's own, where it has one
			own, err := nameOf(t, a.Person, a.BIN)
			if err != nil {
				return nil, nil, err
			}
			if own.String() == "" {
				refusals = append(refusals, at.Fault(a.Place, "full_name", osms.NameMissing, osms.Refused, "", ""))
				continue
			}
		}
		switch {
		case of == 0:
			refusals = append(refusals, at.Fault(a.Place, "bin", osms.OrganisationUnknown, osms.Refused, a.BIN.Digits(), ""))
		case region != 0 && of != region:
			refusals = append(refusals, at.Fault(a.Place, "bin", osms.OtherRegion, osms.Refused, a.BIN.Digits(), of.String()))
		default:
			taken = append(taken, opening{application: a, region: of, origin: osms.FromList})
		}
	}
	return taken, refusals, nil
}

// OpenListed opens the cases of the lists of applications that stand and whose
// cases are not open: right after a list was taken, and where a crash came
// between. It counts the cases.
func (d *Desk) OpenListed(ctx context.Context, turn Turn) (opened int, err error) {
	waiting, err := d.Store.ListsWithoutCases(ctx)
	if err != nil {
		return 0, err
	}
	var failed error
	for _, sequence := range waiting {
		if err := ctx.Err(); err != nil {
			return opened, errors.Join(failed, err)
		}
		n := 0
		err := d.Store.Write(ctx, turn.Lease, func(t *store.Tx) error {
			imp, err := t.Import(sequence)
			if err != nil {
				return err
			}
			content, err := t.Kept(sequence)
			if err != nil {
				return err
			}
			var kept []keptApplication
			if err := json.Unmarshal(content, &kept); err != nil {
				return fmt.Errorf("import %d: %w", sequence, err)
			}
			list := &application.List[osms.Application]{}
			for _, k := range kept {
				list.Items = append(list.Items, k.entry())
			}
			taken, _, err := d.judgeApplications(t, imp.Region, list)
			if err != nil {
				return err
			}
			for i := range taken {
				taken[i].imported, taken[i].at = sequence, imp.Committed
			}
			fresh, corrected, err := unopened(t, taken)
			if err != nil {
				return err
			}
			if err := t.MarkListWorked(sequence); err != nil || len(fresh) == 0 {
				return err
			}
			w, err := d.open(t, fresh)
			if err != nil {
				return err
			}
			withdrawn, err := d.withdraw(t, corrected, fmt.Sprintf("өтініш түзетіліп қайта түсті / заявление пришло исправленным: import %d", sequence), imp.Committed)
			if err != nil {
				return err
			}
			w.Steps = append(w.Steps, withdrawn...)
			w.InOrder()
			n = len(w.Opened)
			return t.Audit(turn.moment(turn.Now), store.AuditCasework, w.Digest())
		})
		switch {
		case err == nil:
			opened += n
		case store.Lost(err), errors.Is(err, store.ErrFenced), ctx.Err() != nil:
			return opened, errors.Join(failed, err)
		default: // one list does not hold up the others
			failed = errors.Join(failed, fmt.Errorf("open the cases of import %d: %w", sequence, err))
		}
	}
	return opened, failed
}

// unopened leaves out the applications of which there is a case. One that comes
// again under its number with other content is a correction while its case is
// open: the case is withdrawn, and another opened. What was answered stays.
func unopened(t *store.Tx, all []opening) (fresh []opening, corrected []store.CaseFile, err error) {
	type key struct {
		person   osms.IIN
		bin      osms.BIN
		incoming string
		received int64
	}
	seen := map[key]bool{}
	for _, o := range all {
		a := o.application
		k := key{a.Person, a.BIN, a.Incoming, a.Received.Unix()}
		if seen[k] {
			continue
		}
		seen[k] = true
		same, err := t.Cases(store.CaseFilter{Person: a.Person, BIN: a.BIN})
		if err != nil {
			return nil, nil, err
		}
		known := false
		for _, f := range same {
			if f.Incoming != a.Incoming || !f.Received.Equal(a.Received) || f.Origin == osms.FromRoster {
				continue
			}
			was, err := applicationKept(f.Content)
			if err != nil {
				return nil, nil, err
			}
			older := o.imported != 0 && o.imported < f.Import // what came before the case corrects nothing
			if known = true; f.Closed.IsZero() && !older && !sameContent(was, a) {
				known, corrected = false, append(corrected, f)
				break
			}
		}
		if !known {
			fresh = append(fresh, o)
		}
	}
	return fresh, corrected, nil
}

// sameContent compares what two applications say; where they stand in their
// lists, and what the register added to one of them, plays no part.
func sameContent(was, is osms.Application) bool {
	was.Place, was.Received = is.Place, is.Received
	if is.Previous == 0 {
		was.Previous = 0
	}
	return was == is
}

// withdraw closes open cases without a result.
func (d *Desk) withdraw(t *store.Tx, cases []store.CaseFile, note string, at time.Time) (steps []store.CaseStep, err error) {
	for _, f := range cases {
		if last := f.Steps[len(f.Steps)-1].At; at.Before(last) {
			at = last
		}
		s, err := t.AddStep(f.Number, len(f.Steps), store.CaseStep{StepDone: osms.StepDone{Step: osms.StepWithdraw, By: byProgram, At: at, Note: note},
			Outcome: osms.CaseWithdrawn}, at)
		if err != nil {
			return nil, err
		}
		steps = append(steps, s)
	}
	return steps, nil
}
