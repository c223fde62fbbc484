package jobs

import (
	"cmp"
	"errors"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// listEvent is something that puts organisations on the list: a list of
// organisations, a roster that is first to name one, or the release of a roster
// that gives a provisional one to the region which sent it.
type listEvent struct {
	sequence int64 // of the import or the decision
	of       int64 // the import
	region   osms.Region
	entries  []osms.Organisation // of a list
	names    []osms.BIN          // of a roster: registered when nobody knows them
	adopts   bool                // and given to the region while they are provisional
}

// listEvents reads the events of all imports that stand, in their order.
func listEvents(t *store.Tx) ([]listEvent, error) {
	imports, err := t.Imports()
	if err != nil {
		return nil, err
	}
	decisions, err := t.Decisions()
	if err != nil {
		return nil, err
	}
	var out []listEvent
	for _, i := range imports {
		events, err := listEventsOf(t, i, decisions)
		if err != nil {
			return nil, err
		}
		out = append(out, events...)
	}
	// An import that was undone says nothing any more.
	undone := map[int64]bool{}
	for _, d := range decisions {
		if d.What == store.DecisionUndo {
			undone[d.Import] = true
		}
	}
	out = slices.DeleteFunc(out, func(e listEvent) bool { return undone[e.of] })
	slices.SortFunc(out, func(a, b listEvent) int { return cmp.Compare(a.sequence, b.sequence) })
	return out, nil
}

// listEventsOf are the events of one import, whether it was undone or not: its
// own, and those of the decisions that released parts of it.
func listEventsOf(t *store.Tx, i store.Import, decisions []store.Decision) ([]listEvent, error) {
	said, err := t.Said(i.Sequence)
	if err != nil {
		return nil, err
	}
	var out []listEvent
	own := listEvent{sequence: i.Sequence, of: i.Sequence, region: i.Region}
	if i.Kind == osms.KindOrganisations && len(said) == 1 && said[0].CommittedAs == store.StateApplied {
		if own.entries, err = listed(t, i.Sequence); err != nil {
			if errors.Is(err, store.ErrNotFound) {
				return nil, err
			}
			own.entries = nil // damaged: verify finds it where it reads what was kept
		}
	}
	if i.Kind == osms.KindRoster {
		for _, o := range said {
			if o.BIN != 0 && registers(said, o) {
				own.names = append(own.names, o.BIN)
			}
		}
	}
	if len(own.entries)+len(own.names) > 0 {
		out = append(out, own)
	}
	for _, d := range decisions {
		if d.Import != i.Sequence || d.What != store.DecisionRelease {
			continue
		}
		e := listEvent{sequence: d.Sequence, of: i.Sequence, region: i.Region, adopts: true}
		if i.Kind == osms.KindOrganisations {
			if e.entries, err = listed(t, i.Sequence); err != nil {
				e.entries = nil
			}
		}
		if i.Kind == osms.KindRoster {
			for _, o := range d.Organisations {
				if o.BIN != 0 {
					e.names = append(e.names, o.BIN)
				}
			}
		}
		out = append(out, e)
	}
	return out, nil
}

// foldLists is the list of organisations after events.
func foldLists(events []listEvent) map[osms.BIN]osms.Organisation {
	now := map[osms.BIN]osms.Organisation{}
	for _, e := range events {
		e.on(now, func(o osms.Organisation) { now[o.BIN] = o })
	}
	return now
}

// on says what an event puts on the list as it is.
func (e listEvent) on(now map[osms.BIN]osms.Organisation, put func(osms.Organisation)) {
	for _, o := range e.entries {
		if was, known := now[o.BIN]; !known || takesOver(was, o, e.region) {
			put(o)
		}
	}
	for _, bin := range e.names {
		was, known := now[bin]
		switch {
		case !known:
			put(osms.Organisation{BIN: bin, Region: e.region, Provisional: true})
		case e.adopts && was.Provisional && was.Region != e.region:
			was.Region = e.region
			put(was)
		}
	}
}

// takesOver reports whether a list's entry replaces the one that is believed.
func takesOver(was, is osms.Organisation, by osms.Region) bool {
	return was != is && (was.Region == is.Region || was.Provisional && by == 0)
}

// registers reports whether a roster registered an organisation that nobody
// knew. One that waits for a reason of the whole file did not.
func registers(said []store.OrganisationImport, o store.OrganisationImport) bool {
	if o.CommittedAs != store.StateHeld {
		return true
	}
	return osms.HoldReason(o.Reason) == osms.HoldNoRows &&
		slices.ContainsFunc(said, func(s store.OrganisationImport) bool {
			return s.BIN != 0 && (s.CommittedAs != store.StateHeld || s.Rows > 0)
		})
}
