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

// ErrNoImport says that there is no such import; ErrUndone that it was taken
// back already, or that nothing of it ever stood.
var (
	ErrNoImport = errors.New("there is no such import")
	ErrUndone   = errors.New("nothing of this import stands")
	// ErrCasesOpen: its applications are cases, which are answered and not undone.
	ErrCasesOpen = errors.New("cases were opened by this import")
)

// UndoOptions say how an import is taken back.
type UndoOptions struct {
	// Replay takes it back even when later imports rest on it: they are applied
	// again in their order, from their kept rows.
	Replay bool
	// DryRun shows what would be done.
	DryRun bool
	Reason string
}

// Undone is what taking an import back did.
type Undone struct {
	Import int64
	Undone bool
	// Sequence is the decision's; of no meaning after a dry run.
	Sequence int64
	// Reopened and Closed count the enrolments, ledger lines, events and entries of
	// organisations that are believed again, and those that no longer are.
	Reopened, Closed int
	LettersAnnulled  []string
	// BlockedBy are the later imports that touched the same organisation or
	// person; Replayed those that were applied again.
	BlockedBy, Replayed []int64
}

// Undo takes a committed import back. What is believed then is what would be
// believed had it never come; what was believed meanwhile stays known. Without
// Replay it is refused when a later import touched the same organisation or
// person: BlockedBy names those.
func (d *Desk) Undo(ctx context.Context, turn Turn, sequence int64, o UndoOptions) (Undone, error) {
	var out Undone
	var report osms.FileReport
	err := d.Store.Write(ctx, turn.Lease, func(t *store.Tx) error {
		u := undoing{d: d, t: t, replay: o.Replay, out: Undone{Import: sequence, LettersAnnulled: []string{}, BlockedBy: []int64{}, Replayed: []int64{}}}
		u.decision = store.Decision{What: store.DecisionUndo, Import: sequence, Reason: o.Reason, Committed: turn.moment(turn.Now), Run: turn.Run.ID}
		err := u.undo(sequence)
		out = u.out
		if err != nil {
			return err
		}
		if o.DryRun {
			return errDryRun
		}
		report = d.decidedReport(turn, u.imp, osms.FileUndone)
		return putArrival(t, d.Mail, channelDecision, &report, nil)
	})
	switch {
	case errors.Is(err, errDryRun), errors.Is(err, errBlocked):
		return out, nil
	case err == nil:
		_, err = d.handOutDecision(ctx, turn, channelDecision, report)
	}
	return out, err
}

// errBlocked ends the transaction of an undo that later imports forbid.
var errBlocked = errors.New("later imports rest on it")

type undoing struct {
	d        *Desk
	t        *store.Tx
	replay   bool
	imp      store.Import
	since    map[osms.BIN]int64 // from when on what it said was believed
	first    int64
	decision store.Decision
	out      Undone
	// rosters are later ones that speak of organisations of a list.
	rosters []int64
	// happened are the events of the list, which are no longer believed.
	happened []osms.Event
}

func (u *undoing) undo(sequence int64) error {
	var err error
	if u.imp, err = u.t.Import(sequence); errors.Is(err, store.ErrNotFound) {
		return ErrNoImport
	} else if err != nil {
		return err
	}
	said, err := u.t.Said(sequence)
	if err != nil {
		return err
	}
	decided, err := u.t.Decisions()
	if err != nil {
		return err
	}
	u.since = map[osms.BIN]int64{}
	for _, o := range said {
		if o.State == store.StateApplied {
			u.since[o.BIN] = sequence
		}
		if o.State == store.StateApplied || o.State == store.StateHeld {
			u.decision.Organisations = append(u.decision.Organisations, store.DecidedOrganisation{BIN: o.BIN, State: store.StateUndone})
		}
	}
	if len(u.decision.Organisations) == 0 {
		return ErrUndone
	}
	for _, d := range decided {
		for _, o := range d.Organisations {
			if _, stands := u.since[o.BIN]; stands && d.Import == sequence && o.State == store.StateApplied {
				u.since[o.BIN] = d.Sequence
			}
		}
	}
	for _, at := range u.since {
		if u.first == 0 || at < u.first {
			u.first = at
		}
	}
	switch {
	case len(u.since) == 0: // all of it waited: it may have named organisations
		var bins []osms.BIN
		for _, o := range u.decision.Organisations {
			bins = append(bins, o.BIN)
		}
		err = u.unregister(bins)
	case u.imp.Kind == osms.KindRoster:
		err = u.roster(decided)
	case u.imp.Kind == osms.KindOrganisations:
		err = u.organisations(decided)
	case u.imp.Kind == osms.KindEvents:
		err = u.events()
	case u.imp.Kind == osms.KindApplications:
		var opened []store.CaseFile
		if opened, err = u.t.Cases(store.CaseFilter{Import: sequence}); err == nil && len(opened) > 0 {
			err = ErrCasesOpen
		}
	default:
		var n int64
		if n, err = u.t.CloseLedger(u.since[0]); err == nil {
			u.out.Closed, err = u.t.CloseDocuments(u.since[0])
		}
		u.out.Closed += int(n)
	}
	if err != nil {
		return err
	}
	if err := u.versions(); err != nil {
		return err
	}
	for _, l := range u.decision.Annulled {
		u.out.LettersAnnulled = append(u.out.LettersAnnulled, l.Outgoing())
	}
	u.out.Undone = true
	put, err := u.t.PutDecision(u.decision)
	u.out.Sequence = put.Sequence
	if err != nil {
		return err
	}
	return u.mendBlocks()
}

// versions bumps the organisations that the decision touches and notes their
// new versions.
func (u *undoing) versions() error {
	var bins []osms.BIN
	for _, o := range u.decision.Organisations {
		if o.BIN != 0 {
			bins = append(bins, o.BIN)
		}
	}
	if err := u.t.Bump(bins); err != nil {
		return err
	}
	versions, err := u.t.Versions(bins)
	for i := range u.decision.Organisations {
		u.decision.Organisations[i].Version = versions[u.decision.Organisations[i].BIN]
	}
	return err
}

// roster takes a roster back, organisation by organisation: everything else that
// was ever said of it is folded again.
func (u *undoing) roster(decided []store.Decision) error {
	bins := sortedKeys(u.since)
	var persons []osms.IIN
	for _, bin := range bins {
		seal, sealed, err := u.t.SealOf(bin)
		if err != nil {
			return err
		}
		if sealed && u.since[bin] <= seal.Through {
			return ErrRowsDestroyed
		}
		changed, err := u.t.PersonsChangedBy(u.since[bin], []osms.BIN{bin})
		if err != nil {
			return err
		}
		persons = append(persons, changed...)
	}
	later, err := u.laterImports(bins, persons, decided)
	if err != nil {
		return err
	}
	if len(later) > 0 && !u.replay {
		u.out.BlockedBy = later
		return errBlocked
	}
	u.out.Replayed = append(u.out.Replayed, later...)
	for _, bin := range bins {
		if bin == 0 {
			continue
		}
		if err := u.organisation(bin); err != nil {
			return err
		}
	}
	slices.SortFunc(u.decision.Annulled, func(a, b store.RegisteredLetter) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Year, b.Year), cmp.Compare(a.Number, b.Number))
	})
	return u.unregister(bins)
}

// laterImports lists the imports that touched the same organisations or persons
// later and stand: undone ones and undos do not count.
func (u *undoing) laterImports(bins []osms.BIN, persons []osms.IIN, decided []store.Decision) ([]int64, error) {
	slices.Sort(persons)
	if err := u.t.Touch(slices.Compact(persons)); err != nil {
		return nil, err
	}
	touched, err := u.t.TouchedSince(u.first, bins)
	if err != nil {
		return nil, err
	}
	by := map[int64]store.Decision{}
	for _, d := range decided {
		by[d.Sequence] = d
	}
	var out []int64
	for _, sequence := range touched {
		if d, ok := by[sequence]; ok {
			if d.What != store.DecisionRelease {
				continue
			}
			sequence = d.Import
		}
		if sequence == u.imp.Sequence {
			continue
		}
		stands, err := u.t.Stands(sequence)
		if err != nil {
			return nil, err
		}
		if stands {
			out = append(out, sequence)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func (u *undoing) organisation(bin osms.BIN) error {
	journals, err := journalsOf(u.t, bin)
	if err != nil {
		return err
	}
	journals = slices.DeleteFunc(journals, func(j registry.Journal) bool { return j.Import == u.imp.Sequence })
	facts, err := u.t.FactsOf(bin)
	if err != nil {
		return err
	}
	out := registry.Replan(registry.Claims(facts), journals, registry.Journal{})
	out.BIN = bin
	persons := make([]osms.IIN, 0, len(out.Changes))
	var restated []osms.IIN
	for _, c := range out.Changes {
		closed, opened := registry.Restated(c.Edit)
		u.out.Closed += closed
		u.out.Reopened += opened
		persons = append(persons, c.After.Person)
		if closed+opened > 0 { // the letters of who only gets another source are true
			restated = append(restated, c.After.Person)
		}
	}
	held, err := look(u.t, slices.Clone(persons))
	if err != nil {
		return err
	}
	err = settle(u.t, u.d.Rules, held, []registry.Outcome{out}, func(bin osms.BIN) (osms.Region, error) {
		o, err := u.t.Organisation(bin)
		return o.Region, err
	})
	if err != nil {
		return err
	}
	annulled, err := u.t.AnnulLetters(bin, u.since[bin], restated)
	u.decision.Annulled = append(u.decision.Annulled, annulled...)
	return err
}

// unregister takes organisations off the list which only this roster had named.
func (u *undoing) unregister(bins []osms.BIN) error {
	var provisional []osms.BIN
	for _, bin := range bins {
		if bin == 0 {
			continue
		}
		o, err := u.t.Organisation(bin)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if err == nil && o.Provisional {
			provisional = append(provisional, bin)
		}
	}
	if len(provisional) == 0 {
		return nil
	}
	return u.relist(provisional)
}

// organisations takes a list of organisations back.
func (u *undoing) organisations(decided []store.Decision) error {
	entries, err := listed(u.t, u.imp.Sequence)
	if err != nil {
		return err
	}
	bins := make([]osms.BIN, len(entries))
	for i, o := range entries {
		bins[i] = o.BIN
	}
	rosters, err := u.laterImports(bins, nil, decided)
	if err != nil {
		return err
	}
	u.out.BlockedBy = append(u.out.BlockedBy, rosters...)
	imports, err := u.t.Imports()
	if err != nil {
		return err
	}
	for _, i := range imports {
		if i.Sequence <= u.first || i.Kind != osms.KindOrganisations {
			continue
		}
		stands, err := u.t.Stands(i.Sequence)
		if err != nil {
			return err
		}
		others, err := listed(u.t, i.Sequence)
		if err != nil {
			return err
		}
		if stands && slices.ContainsFunc(others, func(o osms.Organisation) bool { return slices.Contains(bins, o.BIN) }) {
			u.out.BlockedBy = append(u.out.BlockedBy, i.Sequence)
		}
	}
	if len(u.out.BlockedBy) > 0 {
		if !u.replay {
			return errBlocked
		}
		slices.Sort(u.out.BlockedBy)
		u.out.Replayed, u.out.BlockedBy = u.out.BlockedBy, []int64{}
	}
	u.rosters = rosters
	return u.relist(bins)
}

// relist brings the entries of organisations to what the lists and rosters that
// are left say of them.
func (u *undoing) relist(bins []osms.BIN) error {
	events, err := listEvents(u.t)
	if err != nil {
		return err
	}
	events = slices.DeleteFunc(events, func(e listEvent) bool { return e.of == u.imp.Sequence })
	is := foldLists(events)
	slices.Sort(bins)
	for _, bin := range slices.Compact(bins) {
		was, err := u.t.Organisation(bin)
		known := !errors.Is(err, store.ErrNotFound)
		if err != nil && known {
			return err
		}
		o, stays := is[bin]
		switch {
		case !stays && known:
			u.out.Closed++
			err = u.t.DropOrganisation(bin)
		case stays && (!known || was != o):
			if known && was.Region != o.Region && len(u.rosters) > 0 {
				// Another region would get what these rosters say: they must go first.
				u.out.BlockedBy, u.out.Replayed = u.rosters, []int64{}
				return errBlocked
			}
			u.out.Closed++
			u.out.Reopened++
			if err = u.t.PutOrganisation(o); err == nil && was.Region != o.Region {
				err = moveClaims(u.t, u.d.Rules, bin)
			}
		default:
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// listed reads the entries of a list of organisations as they were kept.
func listed(t *store.Tx, sequence int64) ([]osms.Organisation, error) {
	kept, err := t.Kept(sequence)
	if err != nil {
		return nil, err
	}
	var list []keptOrganisation
	if err := json.Unmarshal(kept, &list); err != nil {
		return nil, fmt.Errorf("import %d: %w", sequence, err)
	}
	out := make([]osms.Organisation, len(list))
	for i, k := range list {
		out[i] = k.entry()
	}
	return out, nil
}
