package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"osmsd/importers/ledger"
	"osmsd/importers/organisations"
	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// Apply commits what was read, or, dry, shows what committing would do. Every
// file ends in one named outcome, an unusable one too.
func (d *Desk) Apply(ctx context.Context, turn Turn, r Reading, dry bool) (osms.FileReport, error) {
	if r.Approve != "" {
		return d.applyApproved(ctx, turn, r, dry)
	}
	return d.apply(ctx, turn, r, approval{}, dry)
}

func (d *Desk) apply(ctx context.Context, turn Turn, r Reading, a approval, dry bool) (osms.FileReport, error) {
	r.Committed, r.CorrectBy, r.post = turn.moment(r.Received), d.correctBy(r.Received), d.Mail
	var report osms.FileReport
	if r.Refusal == nil && r.Kind == osms.KindRoster {
		report, err := d.applyRoster(ctx, turn, r, a, dry)
		return conserved(report, dry, err)
	}
	if a.given {
		switch {
		case r.Totals != nil:
			r.Totals.Holds = nil
		case r.Documents != nil:
			r.Documents.Holds = nil
		case r.Events != nil:
			r.Events.Holds = nil
		case r.Requests != nil:
			r.Requests.Holds = nil
		case r.Applications != nil:
			r.Applications.Holds = nil
		default:
			r.Organisations.Holds = nil
		}
	}
	err := d.Store.Write(ctx, turn.Lease, func(t *store.Tx) (err error) {
		switch {
		case r.Refusal != nil:
			report = r.report()
			report.Outcome, report.Error = osms.FileRefused, r.Refusal
			err = putArrival(t, r.post, r.Channel, &report, nil)
		case r.batch:
			report = r.batchReport()
			err = putArrival(t, r.post, r.Channel, &report, nil)
		case r.Totals != nil:
			report, err = applyTotals(t, r.Drop, r.Kind, r.Totals)
		case r.Documents != nil:
			report, err = d.applyDocuments(t, r.Drop, r.Kind, r.Documents, dry)
		case r.Events != nil:
			report, err = d.applyEvents(t, turn.known, r.Drop, r.Kind, r.Events)
		case r.Applications != nil:
			report, err = d.applyApplications(t, r.Drop, r.Kind, r.Applications)
		case r.Requests != nil:
			report, err = applyRequests(t, r.Drop, r.Kind, r.Requests)
		default:
			report, err = d.applyOrganisations(t, r.Drop, r.Kind, r.Organisations)
		}
		if err == nil && dry {
			err = errDryRun
		}
		return err
	})
	if refusal := (*osms.FileError)(nil); errors.As(err, &refusal) {
		// What the register holds forbids it: nothing was written.
		return d.apply(ctx, turn, Reading{Drop: r.Drop, Refusal: refusal}, approval{}, dry)
	}
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return conserved(report, dry, err)
}

// conserved asserts that no row was lost on the way.
func conserved(r osms.FileReport, dry bool, err error) (osms.FileReport, error) {
	if err != nil {
		return r, err
	}
	if dry {
		r.Arrival = 0 // a number that nobody has taken
	}
	if r.Accepted != r.Joined+r.LeftByRow+r.Changed+r.Unchanged || r.Rows != r.Accepted+r.Refused+r.Ignored {
		return r, fmt.Errorf("the rows of the file do not add up: %d read, %d accepted (%d joined, %d left, %d changed, %d unchanged), %d refused, %d ignored",
			r.Rows, r.Accepted, r.Joined, r.LeftByRow, r.Changed, r.Unchanged, r.Refused, r.Ignored)
	}
	return r, nil
}

// list is what imports without organisations have in common: once by content,
// an arrival, an audit entry.
type list struct {
	t       *store.Tx
	drop    Drop
	kind    osms.Kind
	sheets  []string
	holds   []osms.Hold
	content any // what is kept
	diff    func(store.Import) (string, error)
	// named: every line bears a reference, so that the same lines in another file
	// are the same money.
	named bool
	// columns lead from a line to its cells, where anything ever asks.
	columns []map[string]int
}

// commit records a list import. When these bytes were imported before, apply is
// not called.
func (l list) commit(report *osms.FileReport, apply func() error) error {
	imp := store.Import{SHA256: l.drop.SHA256, Kind: l.kind, Region: l.drop.Region, Mode: osms.Delta, Name: l.drop.Name,
		Received: l.drop.Received, Committed: l.drop.Committed, Run: l.drop.Run, Sheets: l.sheets, Columns: l.columns}
	earlier, err := l.t.Earlier(imp, 0)
	if err != nil {
		return err
	}
	report.Holds, report.Held = l.holds, len(l.holds) > 0
	if earlier.Sequence == 0 && l.named && !report.Held {
		diff, err := l.diff(imp)
		if err != nil {
			return err
		}
		if earlier.Sequence, err = l.t.SaidBefore(imp.Kind, diff); err != nil {
			return err
		}
		report.Diff = diff
	}
	if earlier.Sequence != 0 {
		report.Outcome, report.Import, report.Unchanged = osms.AlreadyApplied, earlier.Sequence, report.Accepted
		if earlier.State == store.StateHeld {
			report.Outcome = osms.Held
		}
		return putArrival(l.t, l.drop.post, l.drop.Channel, report, nil)
	}
	if report.Import, err = l.t.Sequence(); err != nil {
		return err
	}
	reason, state := "", store.StateApplied
	if report.Held {
		state, reason = store.StateHeld, string(l.holds[0].Reason)
		report.Outcome, report.Unchanged = osms.Held, report.Accepted
	} else {
		if err := apply(); err != nil {
			return err
		}
		report.Outcome = osms.Applied
		if report.Refused > 0 {
			report.Outcome = osms.AppliedWithRefusals
		}
	}
	if imp.Kept, err = json.Marshal(l.content); err != nil {
		return err
	}
	if report.Diff, err = l.diff(imp); err != nil {
		return err
	}
	said := []store.OrganisationImport{{Mode: imp.Mode, State: state, CommittedAs: state, Reason: reason, Diff: report.Diff, Rows: report.Accepted, Digest: store.Digest(nil)}}
	if imp.Digest, err = importDigest(imp, said); err != nil {
		return err
	}
	if err := l.t.PutImport(imp); err != nil {
		return err
	}
	if err := l.t.PutOrganisationImports(imp, said); err != nil {
		return err
	}
	if err := putArrival(l.t, l.drop.post, l.drop.Channel, report, nil); err != nil {
		return err
	}
	return l.t.Audit(l.drop.Committed, "import", imp.Digest)
}

func applyTotals(t *store.Tx, drop Drop, kind osms.Kind, totals *ledger.Totals) (osms.FileReport, error) {
	report := drop.report()
	report.Kind, report.Rows, report.Refused, report.HiddenRows = kind, totals.Rows, totals.Refused, totals.HiddenRows
	report.Accepted, report.Refusals, report.Tables = totals.Rows-totals.Refused, totals.Refusals, totals.Tables
	report.Format, report.Encoding, report.Delimiter = totals.Format, totals.Encoding, totals.Delimiter
	report.Money = totals.Money()
	if totals.Controlled {
		report.ProvedWhole = "control_total"
	}
	diff := func(imp store.Import) (string, error) {
		said := slices.Clone(totals.Entries)
		for i := range said {
			said[i].Place = osms.Place{}
		}
		return listDiff(imp, len(totals.Holds) > 0, said)
	}
	named := len(totals.Entries) > 0 && !slices.ContainsFunc(totals.Entries, func(e osms.LedgerEntry) bool { return e.Reference == "" })
	err := list{t, drop, kind, totals.Sheets, totals.Holds, totals.Entries, diff, named, nil}.commit(&report, func() error {
		report.Joined = len(totals.Entries)
		return t.PutLedger(totals.Entries)
	})
	return report, err
}

// applyOrganisations takes the list of organisations: the authority on who they
// are. A BIN that another region has is refused: it moves only by an
// administrator's decision.
func (d *Desk) applyOrganisations(t *store.Tx, drop Drop, kind osms.Kind, l *organisations.List) (osms.FileReport, error) {
	report := drop.report()
	report.Kind, report.Rows, report.Refused, report.Ignored = kind, l.Rows, l.Refused, l.Ignored
	report.Accepted, report.Refusals, report.Tables = l.Rows-l.Refused-l.Ignored, slices.Clone(l.Refusals), l.Tables
	report.Format, report.Encoding, report.Delimiter = l.Format, l.Encoding, l.Delimiter
	diff := func(imp store.Import) (string, error) {
		said := make([]osms.Organisation, len(l.Organisations))
		for i, o := range l.Organisations {
			said[i] = o.Organisation
		}
		return listDiff(imp, len(l.Holds) > 0, said)
	}
	err := list{t, drop, kind, l.Sheets, l.Holds, keptOrganisations(l), diff, false, nil}.commit(&report, func() error {
		for _, o := range l.Organisations {
			did, err := d.takeOrganisation(t, o.Organisation, drop.Region)
			if err != nil {
				return err
			}
			switch did {
			case registry.Joined:
				report.Joined++
			case registry.Changed:
				report.Changed++
			case registry.Unchanged:
				report.Unchanged++
			default:
				report.Accepted--
				report.Refused++
				report.Refusals = append(report.Refusals, l.Fault(o.BIN, osms.OtherRegion))
			}
		}
		slices.SortStableFunc(report.Refusals, func(a, b osms.Refusal) int {
			return cmp.Or(cmp.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Row, b.Row))
		})
		return nil
	})
	return report, err
}

// takeOrganisation takes one entry of a list that came from a region (0: for
// every region). Rejected: it is another region's.
func (d *Desk) takeOrganisation(t *store.Tx, o osms.Organisation, by osms.Region) (registry.Effect, error) {
	held, err := t.Organisation(o.BIN)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return registry.Joined, t.PutOrganisation(o)
	case err != nil:
		return registry.None, err
	case held == o:
		return registry.Unchanged, nil
	case held.Region == o.Region:
		return registry.Changed, t.PutOrganisation(o)
	case held.Provisional && by == 0:
		// It was registered to whoever sent it first. The list for every region
		// says whose it is, and its claims go with it.
		if err := t.PutOrganisation(o); err != nil {
			return registry.None, err
		}
		return registry.Changed, moveClaims(t, d.Rules, o.BIN)
	}
	return registry.Rejected, nil
}

// keptOrganisation is an organisation of a list as it is kept: with numbers
// where the vocabulary writes text that only people read.
type keptOrganisation struct {
	osms.Organisation
	BIN      uint64
	Region   uint8
	ClosedOn int32
	Sheet    int
	Row      int32
}

func keptOrganisations(l *organisations.List) []keptOrganisation {
	out := make([]keptOrganisation, len(l.Organisations))
	for i, o := range l.Organisations {
		out[i] = keepOrganisation(o.Organisation)
		out[i].Sheet, out[i].Row = int(o.Place.Sheet), o.Place.Row
	}
	return out
}

func keepOrganisation(o osms.Organisation) keptOrganisation {
	return keptOrganisation{Organisation: o, BIN: uint64(o.BIN), Region: uint8(o.Region), ClosedOn: int32(o.ClosedOn)}
}

// entry is the organisation as it was read.
func (k keptOrganisation) entry() osms.Organisation {
	o := k.Organisation
	o.BIN, o.Region, o.ClosedOn = osms.BIN(k.BIN), osms.Region(k.Region), osms.Date(k.ClosedOn)
	return o
}

// moveClaims draws the conclusions about everybody whom an organisation claims
// anew, after its region changed.
func moveClaims(t *store.Tx, rules entitlement.Rules, bin osms.BIN) error {
	facts, err := t.FactsOf(bin)
	if err != nil {
		return err
	}
	var persons []osms.IIN
	for _, f := range facts {
		persons = append(persons, f.Person)
	}
	slices.Sort(persons)
	persons = slices.Compact(persons)
	held, err := look(t, persons)
	if err != nil {
		return err
	}
	return conclude(t, rules, held, persons, func(bin osms.BIN) (osms.Region, error) {
		o, err := t.Organisation(bin)
		return o.Region, err
	})
}
