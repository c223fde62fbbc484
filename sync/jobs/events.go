package jobs

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"osmsd/importers/application"
	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func keptEvents(list []osms.Event) []keptEvent {
	out := make([]keptEvent, len(list))
	for i, e := range list {
		out[i] = keepEvent(e)
	}
	return out
}

// happenedIn reads the events of a list as they were kept.
func happenedIn(kept []byte) ([]osms.Event, error) {
	var list []keptEvent
	if err := json.Unmarshal(kept, &list); err != nil {
		return nil, err
	}
	out := make([]osms.Event, len(list))
	for i, k := range list {
		out[i] = k.entry()
	}
	return out, nil
}

// applyEvents takes a list of events: what it says is believed from this decision
// on, and the conclusions about the persons it speaks of are drawn anew in it.
// Rows that the register cannot take are refused before anything waits or is
// applied, so that what is kept is what is believed. Persons' data that it blocks
// are blocked by decisions of their own, together with it.
func (d *Desk) applyEvents(t *store.Tx, known *knownPersons, drop Drop, kind osms.Kind, read *application.List[osms.Event]) (osms.FileReport, error) {
	report := drop.report()
	report.Kind, report.Rows, report.Refused, report.Ignored, report.HiddenRows = kind, read.Rows, read.Refused, read.Ignored, read.HiddenRows
	report.Refusals, report.Tables, report.Unlisted = slices.Clone(read.Refusals), read.Tables, read.Unlisted
	report.Format, report.Encoding, report.Delimiter = read.Format, read.Encoding, read.Delimiter
	happened, refusals, err := judgeEvents(t, drop.Region, read)
	if err != nil {
		return report, err
	}
	report.Refused += len(refusals)
	report.Accepted = len(happened)
	report.Refusals = append(report.Refusals, refusals...)
	slices.SortStableFunc(report.Refusals, func(a, b osms.Refusal) int { return cmp.Or(cmp.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Row, b.Row)) })
	said := make([]string, len(happened))
	for i, e := range happened {
		said[i] = fmt.Sprintf("%s|%s|%s|%s|%q|%q", e.Person.Digits(), e.Kind, e.On, e.Until, e.Document, e.Note)
	}
	diff := func(imp store.Import) (string, error) { return listDiff(imp, len(read.Holds) > 0, said) }
	var blocks []store.Block
	err = list{t, drop, kind, read.Sheets, read.Holds, keptEvents(happened), diff, false, read.Columns}.commit(&report, func() (err error) {
		blocks, err = d.takeEvents(t, known, happened, &report)
		return err
	})
	if err != nil {
		return report, err
	}
	return report, putBlocks(t, report.Import, blocks, drop.Committed, drop.Run)
}

// judgeEvents parts what a list says into what is taken and the rows that the
// register refuses. A region may speak of those only whom one of its
// organisations claims, now or before; 0 of everybody. What says something of a
// claim needs somebody known.
func judgeEvents(t *store.Tx, region osms.Region, read *application.List[osms.Event]) (taken []osms.Event, refusals []osms.Refusal, err error) {
	held, err := look(t, happenedTo(read.Items))
	if err != nil {
		return nil, nil, err
	}
	regions := map[osms.BIN]osms.Region{}
	ours := func(c osms.Claim) bool {
		if _, ok := regions[c.BIN]; !ok && err == nil {
			var o osms.Organisation
			o, err = t.Organisation(c.BIN)
			regions[c.BIN] = o.Region
		}
		return regions[c.BIN] == region
	}
	at := osms.Roster{Sheets: read.Sheets, Columns: read.Columns}
	for _, e := range read.Items {
		claims, code := held.claims[e.Person], osms.Code("")
		switch {
		case len(claims) == 0 && (e.Kind == osms.EventStudyAbroad || e.Kind == osms.EventLeaveKept || e.Kind == osms.EventLeaveEnded):
			code = osms.PersonUnknown
		case region != 0 && !slices.ContainsFunc(claims, ours):
			code = osms.PersonOfOtherRegion
		}
		if code == "" {
			taken = append(taken, e)
			continue
		}
		refusals = append(refusals, at.Fault(e.Place, "iin", code, osms.Refused, e.Person.Digits(), ""))
	}
	return taken, refusals, err
}

// takeEvents believes events from this decision on and draws the conclusions
// about their persons anew. It counts: joined is what nobody had said, unchanged
// what is believed already and what blocks or lifts nothing. blocks are the
// decisions to block that follow.
func (d *Desk) takeEvents(t *store.Tx, known *knownPersons, happened []osms.Event, report *osms.FileReport) (blocks []store.Block, err error) {
	held, err := look(t, happenedTo(happened))
	if err != nil {
		return nil, err
	}
	blocked, err := t.Blocked()
	if err != nil {
		return nil, err
	}
	for _, e := range happened {
		fresh := !slices.ContainsFunc(held.events[e.Person], func(was osms.Event) bool { return sameEvent(was, e) })
		if fresh && ofBlocking(e) {
			if fresh = blocked[e.Person] != (e.Kind == osms.EventBlocked); fresh {
				blocked[e.Person] = e.Kind == osms.EventBlocked
				blocks = append(blocks, store.Block{Person: e.Person, Blocked: blocked[e.Person], Reason: e.Document})
			}
		}
		if fresh {
			report.Joined++
		} else {
			report.Unchanged++
		}
		held.events[e.Person] = append(held.events[e.Person], e)
		if known.made() {
			known.add(e.Person)
		}
	}
	if err := t.PutEvents(happened); err != nil {
		return nil, err
	}
	return blocks, concludeAfter(t, d.Rules, held, happened)
}

// sameEvent tells whether two rows say the same of a person: sent again, a row
// changes nothing, not even when a block that it asked for was lifted since.
func sameEvent(a, b osms.Event) bool {
	return a.Person == b.Person && a.Kind == b.Kind && a.On == b.On && a.Until == b.Until
}

func ofBlocking(e osms.Event) bool {
	return e.Kind == osms.EventBlocked || e.Kind == osms.EventUnblocked
}

// concludeAfter draws the conclusions about those anew to whom something happened
// that changes what the state pays.
func concludeAfter(t *store.Tx, rules entitlement.Rules, held holdings, happened []osms.Event) error {
	touching := slices.DeleteFunc(slices.Clone(happened), func(e osms.Event) bool { return !e.Kind.Entitles() })
	return conclude(t, rules, held, happenedTo(touching), func(bin osms.BIN) (osms.Region, error) {
		o, err := t.Organisation(bin)
		return o.Region, err
	})
}

// happenedTo are the persons that events happened to, in order.
func happenedTo(happened []osms.Event) []osms.IIN {
	out := make([]osms.IIN, len(happened))
	for i, e := range happened {
		out[i] = e.Person
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// putBlocks makes the decisions to block that follow from a list of events or its
// undo, each with a sequence of its own.
func putBlocks(t *store.Tx, imported int64, blocks []store.Block, at time.Time, run int64) error {
	for _, b := range blocks {
		if err := t.Next(); err != nil {
			return err
		}
		b.Import, b.Committed, b.Run = imported, at, run
		if _, err := t.PutBlock(b); err != nil {
			return fmt.Errorf("block: %w", err)
		}
	}
	return nil
}

// releaseEvents applies a list of events that was held.
func (d *Desk) releaseEvents(t *store.Tx, known *knownPersons, imp store.Import) (osms.FileReport, []store.Block, error) {
	report := importReport(imp)
	report.Outcome = osms.Applied
	kept, err := t.Kept(imp.Sequence)
	if err != nil {
		return report, nil, err
	}
	happened, err := happenedIn(kept)
	if err != nil {
		return report, nil, fmt.Errorf("import %d: %w", imp.Sequence, err)
	}
	report.Rows, report.Accepted = len(happened), len(happened)
	blocks, err := d.takeEvents(t, known, happened, &report)
	return report, blocks, err
}

// events takes a list of events back: they are no longer believed, and the
// conclusions are what they would be without them.
func (u *undoing) events() (err error) {
	if u.happened, err = u.t.CloseEvents(u.since[0]); err != nil {
		return err
	}
	u.out.Closed = len(u.happened)
	held, err := look(u.t, happenedTo(u.happened))
	if err != nil {
		return err
	}
	return concludeAfter(u.t, u.d.Rules, held, u.happened)
}

// mendBlocks blocks and lifts, after the events were taken back, what follows
// from all the other lists and from what was asked for directly.
func (u *undoing) mendBlocks() error {
	blocking := slices.DeleteFunc(slices.Clone(u.happened), func(e osms.Event) bool { return !ofBlocking(e) })
	if len(blocking) == 0 {
		return nil
	}
	persons := happenedTo(blocking)
	if err := u.t.Touch(persons); err != nil {
		return err
	}
	events, err := u.t.TouchedEvents()
	if err != nil {
		return err
	}
	all, err := u.t.Blocks()
	if err != nil {
		return err
	}
	said := slices.DeleteFunc(slices.Clone(all), func(b store.Block) bool { return b.Import != 0 })
	for i, e := range events {
		again := func(was store.KnownEvent) bool { return sameEvent(was.Event, e.Event) }
		if ofBlocking(e.Event) && !slices.ContainsFunc(events[:i], again) {
			said = append(said, store.Block{Sequence: e.KnownFrom, Person: e.Person, Blocked: e.Kind == osms.EventBlocked})
		}
	}
	slices.SortStableFunc(said, func(a, b store.Block) int { return cmp.Compare(a.Sequence, b.Sequence) })
	is, should := blockedNow(all), blockedNow(said)
	var blocks []store.Block
	for _, person := range persons {
		if is[person] != should[person] {
			blocks = append(blocks, store.Block{Person: person, Blocked: should[person], Reason: u.decision.Reason})
		}
	}
	return putBlocks(u.t, u.imp.Sequence, blocks, u.decision.Committed, u.decision.Run)
}

// eventsAt are the events of a person that were believed at a decision.
func eventsAt(all []store.KnownEvent, at int64) []osms.Event {
	var out []osms.Event
	for _, e := range all {
		if believed(e.KnownFrom, e.KnownUntil, at) {
			out = append(out, e.Event)
		}
	}
	return out
}

// verifyEvents compares the events that a list brought with what was kept of it,
// and until when they were believed with the decisions about it.
func verifyEvents(t *store.Tx, i store.Import, kept []byte, sequence int64, applied bool, undone int64, found finder) error {
	where := fmt.Sprint("import ", i.Sequence)
	happened, err := happenedIn(kept)
	if err != nil {
		found("kept", where, "the kept events cannot be read")
		return nil
	}
	stored, until, err := t.EventsBy(sequence)
	if err != nil {
		return err
	}
	if !applied {
		happened, undone = nil, 0
	}
	if sequence != i.Sequence {
		before, _, err := t.EventsBy(i.Sequence)
		if err != nil {
			return err
		}
		stored = append(stored, before...) // there are none from before its release
	}
	slices.SortFunc(happened, func(a, b osms.Event) int { return cmp.Or(cmp.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Row, b.Row)) })
	if !slices.Equal(stored, happened) {
		found("event", where, "the events are not those of the list")
	}
	if slices.ContainsFunc(until, func(n int64) bool { return n != undone }) {
		found("event", where, "the events are not believed as was decided")
	}
	return nil
}
