package jobs

import (
	"cmp"
	"context"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// EventLetter is an event that an organisation must be told of: it ended or
// restored what the state pays for a person whom the organisation claims, or,
// TakenBack, it no longer does.
type EventLetter struct {
	BIN osms.BIN
	osms.Event
	Known     int64 // the decision since which it is so
	TakenBack bool
}

// EventLetters lists, for one organisation, the events to tell of that came or
// were taken back after one decision, that of its last letters, up to another; in
// order of person. Who is blocked at the latter is left out, and told of when that
// is lifted. An event that came and went between the two is nobody's news.
func (d *Desk) EventLetters(ctx context.Context, bin osms.BIN, from, to int64) ([]EventLetter, error) {
	silence, err := d.silence(ctx)
	if err != nil {
		return nil, err
	}
	told, err := silence.told(ctx, d.Store, bin, from, to)
	if err != nil {
		return nil, err
	}
	blocked := silence.at(to)
	var out []EventLetter
	add := func(from int64, about func(osms.IIN) bool) error {
		found, err := d.Store.EventsSince(ctx, bin, from, to)
		for _, e := range found {
			if about(e.Person) && !blocked[e.Person] {
				out = append(out, eventLetter(bin, e))
			}
		}
		return err
	}
	if err := add(from, func(person osms.IIN) bool { _, late := told[person]; return !late }); err != nil {
		return nil, err
	}
	for late, from := range told {
		if err := add(from, func(person osms.IIN) bool { return person == late }); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(a, b EventLetter) int { return cmp.Compare(a.Person, b.Person) })
	return out, nil
}

func eventLetter(bin osms.BIN, e store.KnownEvent) EventLetter {
	l := EventLetter{BIN: bin, Event: e.Event, Known: e.KnownFrom}
	if e.KnownUntil != 0 {
		l.Known, l.TakenBack = e.KnownUntil, true
	}
	return l
}
