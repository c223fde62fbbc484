package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// ErrVoid says that what was approved is no longer what would be done: the
// organisation has moved since.
var ErrVoid = errors.New("the registry has moved since this diff was made: look at it again")

// ErrNoDiff says that nothing that waits has the hash.
var ErrNoDiff = errors.New("no diff that waits has this hash")

// approval says that an administrator approved a diff: of the whole file, or
// only of one organisation.
type approval struct {
	given bool
	only  osms.BIN
}

// approvedHash is the hash of what was applied under an approval.
func (r *rosterImport) approvedHash() string {
	if r.only != 0 && len(r.hashes) == 1 {
		return r.hashes[0]
	}
	return r.report.Diff
}

// adopt gives a provisional organisation to the region whose claim on it was
// approved; the conclusions about its persons follow.
func (r *rosterImport) adopt(o osms.Organisation) error {
	o.Region = r.roster.Region
	if err := r.t.PutOrganisation(o); err != nil {
		return err
	}
	r.known[o.BIN] = o
	return moveClaims(r.t, r.rules, o.BIN)
}

// channelRelease is how a file that was held comes again.
const channelRelease = "release"

// release is the application of what an import said and that was held.
type release struct {
	wanted  map[osms.BIN]string // the diffs that were approved
	decided []store.DecidedOrganisation
	bump    []osms.BIN
}

// took notes that what was held of an organisation is applied: exactly the diff
// that was approved, or nothing is.
func (r *release) took(s *speaker, diff string, version int64) error {
	if s.refuse != "" || s.bin != 0 && diff != r.wanted[s.bin] {
		return ErrVoid
	}
	r.decided = append(r.decided, store.DecidedOrganisation{BIN: s.bin, State: store.StateApplied, Version: version})
	if s.bin != 0 {
		r.bump = append(r.bump, s.bin)
	}
	return nil
}

// HeldDiff is what waits for an administrator of one organisation.
type HeldDiff struct {
	store.HeldImport
	FileDiff                                    string // of the whole import
	Now                                         string // the hash of what it would do now; another one when the organisation has moved
	Joined, Left, LeftByRow, Changed, Unchanged int
	Changes                                     []osms.PersonChange
}

// Held lists what waits, each with what it would do to the register as it is
// now.
func (d *Desk) Held(ctx context.Context) ([]HeldDiff, error) {
	held, _, err := d.HeldOf(ctx, 0, 0)
	return held, err
}

// HeldOf is Held of what a region sent (0: all), of the first most of them (0:
// all); more counts the others.
func (d *Desk) HeldOf(ctx context.Context, region osms.Region, most int) (held []HeldDiff, more int, err error) {
	if held, err = d.held(ctx); err != nil {
		return nil, 0, err
	}
	held = slices.DeleteFunc(held, func(h HeldDiff) bool { return region != 0 && h.Import.Region != region })
	if most > 0 && len(held) > most {
		held, more = held[:most], len(held)-most
	}
	for i := range held {
		if err := d.rehearse(ctx, &held[i]); err != nil {
			return nil, 0, err
		}
	}
	return held, more, nil
}

// held lists what waits as it was held.
func (d *Desk) held(ctx context.Context) ([]HeldDiff, error) {
	var held []store.HeldImport
	diffs := map[int64]string{}
	err := d.Store.Look(ctx, func(t *store.Tx) (err error) {
		if held, err = t.Held(); err != nil {
			return err
		}
		for _, h := range held {
			if diffs[h.Import.Sequence] != "" {
				continue
			}
			said, err := t.Said(h.Import.Sequence)
			if err != nil {
				return err
			}
			diffs[h.Import.Sequence] = fileDiff(h.Import.Kind, said)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]HeldDiff, len(held))
	for i, h := range held {
		out[i] = HeldDiff{HeldImport: h, FileDiff: diffs[h.Import.Sequence], Now: h.Diff}
	}
	return out, nil
}

// rehearse shows what a release would do; nothing is kept.
func (d *Desk) rehearse(ctx context.Context, h *HeldDiff) error {
	if h.Import.Kind != osms.KindRoster || h.BIN == 0 {
		return nil
	}
	err := d.Store.Write(ctx, store.Lease{}, func(t *store.Tx) error {
		report, err := d.releaseRoster(t, Turn{}, h.Import, []store.OrganisationImport{h.OrganisationImport}, nil)
		if err != nil && !errors.Is(err, ErrVoid) {
			return err
		}
		for _, o := range report.ByOrganisation {
			h.Now, h.Joined, h.Left, h.LeftByRow, h.Changed, h.Unchanged = o.Diff, o.Joined, o.Left, o.LeftByRow, o.Changed, o.Unchanged
		}
		h.Changes = report.Changes
		return errDryRun
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return err
}

// waiting finds what waits under a hash: of a file, or of one organisation as it
// was when it was held or as it is now. There is always something, or ErrNoDiff.
func (d *Desk) waiting(ctx context.Context, hash string, of func(store.HeldImport) bool) ([]HeldDiff, error) {
	held, err := d.held(ctx)
	if err != nil {
		return nil, err
	}
	var file, one []HeldDiff
	for _, h := range held {
		if of != nil && !of(h.HeldImport) {
			continue
		}
		// The same content may wait from several files: the oldest comes first, and
		// makes the others void.
		if h.FileDiff == hash && (len(file) == 0 || file[0].Import.Sequence == h.Import.Sequence) {
			file = append(file, h)
		}
		if h.Diff == hash {
			one = append(one, h)
		}
	}
	if len(file) > 0 {
		return file, nil
	}
	for _, h := range held {
		if len(one) > 0 {
			break
		}
		if of != nil && !of(h.HeldImport) {
			continue
		}
		if err := d.rehearse(ctx, &h); err != nil {
			return nil, err
		}
		if h.Now == hash {
			one = append(one, h)
		}
	}
	if len(one) == 0 {
		return nil, ErrNoDiff
	}
	// The same diff from several files: the oldest, for the others are then void.
	return one[:1], nil
}

// Release applies what was held under a hash, exactly as it was shown: when an
// organisation has moved since, nothing is applied and ErrVoid tells so.
func (d *Desk) Release(ctx context.Context, turn Turn, hash, reason string) (Taken, error) {
	held, err := d.waiting(ctx, hash, nil)
	if err != nil {
		return Taken{}, err
	}
	taken, err := d.releaseHeld(ctx, turn, held, hash, reason, channelRelease, nil, false)
	if err == nil {
		err = d.followUp(ctx, turn)
	}
	return taken, err
}

// releaseHeld applies what was held. seen is the file as it was read again, when
// it came again with the approval: the report is then on all of its rows.
func (d *Desk) releaseHeld(ctx context.Context, turn Turn, held []HeldDiff, hash, reason, channel string, seen *osms.FileReport, dry bool) (taken Taken, err error) {
	imp := held[0].Import
	wanted := map[osms.BIN]string{}
	var said []store.OrganisationImport
	for _, h := range held {
		wanted[h.BIN] = h.Diff
		if h.Now == hash {
			wanted[h.BIN] = h.Now
		}
		said = append(said, h.OrganisationImport)
	}
	now := turn.moment(turn.Now)
	err = d.Store.Write(ctx, turn.Lease, func(t *store.Tx) error {
		decision := store.Decision{What: store.DecisionRelease, Import: imp.Sequence, Hash: hash, Reason: reason, Committed: now, Run: turn.Run.ID}
		var blocks []store.Block
		var err error
		if imp.Kind == osms.KindRoster {
			r := &release{wanted: wanted}
			if taken.Report, err = d.releaseRoster(t, turn, imp, said, r); err != nil {
				return err
			}
			decision.Organisations = r.decided
			if err := t.Bump(r.bump); err != nil {
				return err
			}
		} else {
			if imp.Kind == osms.KindEvents {
				taken.Report, blocks, err = d.releaseEvents(t, turn.known, imp)
			} else {
				taken.Report, err = d.releaseList(t, imp)
			}
			if err != nil {
				return err
			}
			decision.Organisations = []store.DecidedOrganisation{{State: store.StateApplied}}
		}
		slices.SortFunc(decision.Organisations, func(a, b store.DecidedOrganisation) int { return cmp.Compare(a.BIN, b.BIN) })
		if _, err = t.PutDecision(decision); err != nil {
			return err
		}
		taken.Report.Received, taken.Report.Run, taken.Report.Released = turn.Now, turn.Run.ID, true
		if seen != nil {
			taken.Report = released(*seen, taken.Report, held)
		}
		taken.Report.Diff = hash
		if taken.Report, err = conserved(taken.Report, dry, nil); err != nil {
			return err
		}
		if dry {
			return errDryRun
		}
		taken.Report.ByOrganisation, taken.Report.Changes = nil, nil
		taken.Report.Deadline = d.correctBy(turn.Now)
		if err := putArrival(t, d.Mail, channel, &taken.Report, nil); err != nil {
			return err
		}
		return putBlocks(t, imp.Sequence, blocks, now, turn.Run.ID)
	})
	if errors.Is(err, errDryRun) {
		return taken, nil
	}
	if err == nil && channel == channelRelease {
		taken.Receipts, err = d.handOutDecision(ctx, turn, channel, taken.Report)
	}
	return taken, err
}

// handOutDecision hands out the receipts of a decision. When they cannot be
// written the decision stands, and the next run hands them out.
func (d *Desk) handOutDecision(ctx context.Context, turn Turn, channel string, r osms.FileReport) ([]string, error) {
	paths, err := d.handOutReceipts(turn, r)
	if err == nil {
		d.finish(ctx, turn, []store.Unfinished{{Channel: channel, Name: r.File, SHA256: r.SHA256}})
	}
	return paths, err
}

// released is the report on a file of which something that was held is applied
// now: the rest of it stands as it did.
func released(seen, now osms.FileReport, held []HeldDiff) osms.FileReport {
	out := seen
	out.Import, out.Outcome = now.Import, now.Outcome
	out.Received, out.Run, out.Deadline = now.Received, now.Run, now.Deadline
	out.Joined, out.Left, out.LeftByRow, out.Changed = now.Joined, now.Left, now.LeftByRow, now.Changed
	out.Refusals = append(slices.Clone(seen.Refusals), now.Refusals...)
	out.Refused, out.Accepted = seen.Refused+now.Refused, seen.Accepted-now.Refused
	out.Unchanged = out.Accepted - out.Joined - out.LeftByRow - out.Changed
	out.Holds = slices.DeleteFunc(slices.Clone(seen.Holds), func(h osms.Hold) bool {
		return slices.ContainsFunc(held, func(x HeldDiff) bool { return x.BIN == h.BIN && (x.Diff == h.Diff || x.Now == h.Diff) })
	})
	if out.Held = len(out.Holds) > 0; out.Held {
		out.Outcome = osms.Held
	} else if out.Refused > 0 {
		out.Outcome = osms.AppliedWithRefusals
	}
	out.Released, out.ByOrganisation, out.Changes = true, now.ByOrganisation, now.Changes
	return out
}

// importReport begins the report on a file that was imported before.
func importReport(imp store.Import) osms.FileReport {
	return osms.FileReport{File: imp.Name, SHA256: imp.SHA256, Kind: imp.Kind, Region: imp.Region,
		Received: imp.Received, Run: imp.Run, ControlTotal: -1, Import: imp.Sequence}
}

// releaseRoster plans and writes what a held roster said of organisations. r nil
// only shows it.
func (d *Desk) releaseRoster(t *store.Tx, turn Turn, imp store.Import, said []store.OrganisationImport, r *release) (osms.FileReport, error) {
	report := importReport(imp)
	report.Mode, report.AsAt, report.AsAtDeclared = imp.Mode, imp.AsAt, true
	show := r == nil
	if show {
		r = &release{wanted: map[osms.BIN]string{}}
	}
	i := rosterImport{t: t, rules: d.Rules, roster: &osms.Roster{Kind: imp.Kind, Region: imp.Region, Mode: imp.Mode, AsAt: imp.AsAt, Sheets: imp.Sheets,
		Columns: imp.Columns, ControlTotal: -1}, imp: imp, report: &report, known: map[osms.BIN]osms.Organisation{}, persons: turn.known, approved: true, release: r, show: show}
	bins := make([]osms.BIN, len(said))
	for n := range said {
		bins[n] = said[n].BIN
	}
	standings, err := t.Standings(imp, bins)
	if err != nil {
		return report, err
	}
	for _, o := range said {
		kept, err := t.KeptOf(imp.Sequence, o.BIN)
		if err != nil {
			return report, err
		}
		j, err := journalOf(kept, o.BIN)
		if err != nil {
			return report, fmt.Errorf("import %d, organisation %s: %w", imp.Sequence, o.BIN, err)
		}
		s := &speaker{bin: o.BIN, standing: standings[o.BIN], journal: j}
		if s.standing.Known {
			i.known[o.BIN] = s.standing.Organisation
		}
		report.Rows += len(j.Rows)
		report.Accepted += len(j.Rows)
		if o.BIN != 0 {
			report.Organisations = append(report.Organisations, o.BIN)
		}
		if err := i.judge(s); err != nil {
			return report, err
		}
		s.journal.Mode = kept.Mode
		if err := i.take(s); err != nil {
			return report, err
		}
	}
	if err := i.flush(); err != nil {
		return report, err
	}
	i.finish()
	return report, nil
}

// releaseList applies a list that was held: ledger lines or organisations.
func (d *Desk) releaseList(t *store.Tx, imp store.Import) (osms.FileReport, error) {
	report := importReport(imp)
	report.Outcome = osms.Applied
	said, err := t.Said(imp.Sequence)
	if err != nil {
		return report, err
	}
	report.Diff = fileDiff(imp.Kind, said)
	if imp.Kind != osms.KindOrganisations {
		kept, err := t.Kept(imp.Sequence)
		if err != nil {
			return report, err
		}
		if imp.Kind == osms.KindApplications {
			var list []keptApplication
			err := json.Unmarshal(kept, &list)
			report.Rows, report.Accepted, report.Joined = len(list), len(list), len(list)
			return report, err // the cases are opened after it
		}
		if imp.Kind == osms.KindRequests {
			return report, releaseRequests(t, imp, kept, &report)
		}
		if documents, ok, err := keepsDocuments(kept); ok || err != nil {
			if err != nil {
				return report, fmt.Errorf("import %d: %w", imp.Sequence, err)
			}
			return report, d.releaseDocuments(t, imp, documents, &report)
		}
		var entries []osms.LedgerEntry
		if err := json.Unmarshal(kept, &entries); err != nil {
			return report, fmt.Errorf("import %d: %w", imp.Sequence, err)
		}
		report.Rows, report.Accepted, report.Joined = len(entries), len(entries), len(entries)
		return report, t.PutLedger(entries)
	}
	list, err := listed(t, imp.Sequence)
	if err != nil {
		return report, err
	}
	report.Rows, report.Accepted = len(list), len(list)
	for _, o := range list {
		did, err := d.takeOrganisation(t, o, imp.Region)
		if err != nil {
			return report, err
		}
		switch did {
		case registry.Joined:
			report.Joined++
		case registry.Changed:
			report.Changed++
		default: // what is not this list's to say stays as it is
			report.Unchanged++
		}
	}
	return report, nil
}

// Refuse decides that what was held under a hash will not be applied. The same
// file may be dropped again: it is then judged anew.
func (d *Desk) Refuse(ctx context.Context, turn Turn, hash, reason string) ([]HeldDiff, error) {
	held, err := d.waiting(ctx, hash, nil)
	if err != nil {
		return nil, err
	}
	now := turn.moment(turn.Now)
	var report osms.FileReport
	err = d.Store.Write(ctx, turn.Lease, func(t *store.Tx) error {
		decision := store.Decision{What: store.DecisionRefuse, Import: held[0].Import.Sequence, Hash: hash, Reason: reason, Committed: now, Run: turn.Run.ID}
		for _, h := range held {
			decision.Organisations = append(decision.Organisations, store.DecidedOrganisation{BIN: h.BIN, State: store.StateUndone, Version: h.Version})
		}
		if _, err := t.PutDecision(decision); err != nil {
			return err
		}
		report = d.decidedReport(turn, held[0].Import, osms.FileHeldRefused)
		return putArrival(t, d.Mail, channelDecision, &report, nil)
	})
	if err == nil {
		_, err = d.handOutDecision(ctx, turn, channelDecision, report)
	}
	return held, err
}

// channelDecision is how a file shows again of which something was decided that
// applies nothing: a refusal of what was held, or an undo.
const channelDecision = "decision"

// decidedReport is what is said to the sender of a file about such a decision.
func (d *Desk) decidedReport(turn Turn, imp store.Import, code osms.FileCode) osms.FileReport {
	report := importReport(imp)
	report.Mode, report.AsAt, report.AsAtDeclared = imp.Mode, imp.AsAt, true
	report.Received, report.Run = turn.Now, turn.Run.ID
	report.Outcome, report.Error = osms.FileRefused, &osms.FileError{Code: code, Where: fmt.Sprintf("import %d", imp.Sequence)}
	return report
}

// applyApproved applies exactly the diff that was approved: what waits under the
// hash from an earlier import of these bytes, or what these bytes would do now,
// as a whole or at one organisation. Anything else changes nothing.
func (d *Desk) applyApproved(ctx context.Context, turn Turn, r Reading, dry bool) (osms.FileReport, error) {
	seen, err := d.apply(ctx, turn, r, approval{}, true)
	if err != nil || r.Refusal != nil {
		return seen, err
	}
	held, err := d.waiting(ctx, r.Approve, func(h store.HeldImport) bool {
		return h.SHA256 == r.SHA256 && h.Kind == r.Kind && h.Import.Region == r.Region
	})
	switch {
	case err == nil:
		whole := seen
		taken, err := d.releaseHeld(ctx, turn, held, r.Approve, "", r.Channel, &whole, dry)
		return d.refusedApproval(ctx, turn, r, taken.Report, seen, err, dry)
	case !errors.Is(err, ErrNoDiff):
		return seen, err
	}
	a := approval{}
	switch {
	case seen.Outcome == osms.AlreadyApplied && seen.Diff == r.Approve:
		return d.apply(ctx, turn, r, a, dry)
	case seen.Diff == r.Approve:
		a.given = true
	default:
		for _, o := range seen.ByOrganisation {
			if o.Diff == r.Approve {
				a.given, a.only = true, o.BIN
			}
		}
	}
	if !a.given {
		return d.refusedApproval(ctx, turn, r, seen, seen, ErrVoid, dry)
	}
	report, err := d.apply(ctx, turn, r, a, dry)
	return d.refusedApproval(ctx, turn, r, report, seen, err, dry)
}

// refusedApproval is the report on a file whose approval is void: it was seen,
// and nothing of it was applied.
func (d *Desk) refusedApproval(ctx context.Context, turn Turn, r Reading, report, seen osms.FileReport, err error, dry bool) (osms.FileReport, error) {
	if !errors.Is(err, ErrVoid) {
		return report, err
	}
	seen.Outcome, seen.Error = osms.FileRefused, &osms.FileError{Code: osms.FileApproval}
	seen.Import = 0
	seen.Unchanged, seen.Joined, seen.Left, seen.LeftByRow, seen.Changed = seen.Accepted, 0, 0, 0, 0
	if dry {
		return seen, nil
	}
	err = d.Store.Write(ctx, turn.Lease, func(t *store.Tx) error { return putArrival(t, d.Mail, r.Channel, &seen, nil) })
	return seen, err
}
