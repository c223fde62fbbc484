package store

import (
	"context"
	"database/sql"

	"osmsd/sync/osms"
)

// KnownEvent is an event with the sequences between which it was believed; Until
// 0 means "still". KnownFrom is the import that brought it, or the decision that
// released it.
type KnownEvent struct {
	osms.Event
	KnownFrom, KnownUntil int64
}

const (
	eventColumns = "e.sequence, e.sheet, e.row_number, e.person, e.kind, e.on_day, e.until_day, e.document, e.note, e.known_until"
	// eventOrder is the order in which events became known.
	eventOrder = "e.sequence, e.sheet, e.row_number"
)

func scanEvent(rows *sql.Rows, e *KnownEvent, more ...any) error {
	err := rows.Scan(append([]any{&e.KnownFrom, &e.Sheet, &e.Row, &e.Person, &e.Kind, &e.On, &e.Until, &e.Document, &e.Note, &e.KnownUntil}, more...)...)
	e.KnownUntil = still(e.KnownUntil)
	return err
}

func events(ctx context.Context, q queryer, from string, args ...any) (out []KnownEvent, err error) {
	err = eachRow(ctx, q, func(rows *sql.Rows) error {
		var e KnownEvent
		err := scanEvent(rows, &e)
		out = append(out, e)
		return err
	}, "SELECT "+eventColumns+" FROM "+from, args...)
	return out, err
}

// PutEvents begins to believe events, from this decision on.
func (t *Tx) PutEvents(list []osms.Event) error {
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	columns := []string{"sequence", "sheet", "row_number", "person", "kind", "on_day", "until_day", "document", "note", "known_until"}
	return t.load("event", columns, func(add func(...any) error) error {
		for _, e := range list {
			if err := add(sequence, int64(e.Sheet), int64(e.Row), int64(e.Person), string(e.Kind), int64(e.On), int64(e.Until),
				e.Document, e.Note, int64(now)); err != nil {
				return err
			}
		}
		return nil
	})
}

// CloseEvents stops believing the events that a decision brought, from this one
// on, and gives them.
func (t *Tx) CloseEvents(brought int64) ([]osms.Event, error) {
	sequence, err := t.Sequence()
	if err != nil {
		return nil, err
	}
	list, until, err := t.EventsBy(brought)
	if err != nil {
		return nil, err
	}
	var out []osms.Event
	for i, e := range list {
		if until[i] == 0 {
			out = append(out, e)
		}
	}
	_, err = t.exec("UPDATE event SET known_until = $1 WHERE sequence = $2 AND known_until = $3", sequence, brought, int64(now))
	return out, err
}

// EventsBy reads the events that a decision brought in order of the file, and the
// sequences until which they were believed (0: still).
func (t *Tx) EventsBy(sequence int64) (out []osms.Event, until []int64, err error) {
	found, err := events(t.ctx, t.tx, "event e WHERE e.sequence = $1 ORDER BY "+eventOrder, sequence)
	for _, e := range found {
		out, until = append(out, e.Event), append(until, e.KnownUntil)
	}
	return out, until, err
}

// TouchedEvents reads the events that are believed of the touched persons, in
// order of person and in the order in which they became known.
func (t *Tx) TouchedEvents() ([]KnownEvent, error) {
	return events(t.ctx, t.tx, "touched t CROSS JOIN event e WHERE e.person = t.person AND e.known_until = $1 ORDER BY e.person, "+eventOrder, int64(now))
}

// EventsOf reads everything that was ever believed to have happened to a person,
// in the order in which it became known.
func (s *Store) EventsOf(ctx context.Context, person osms.IIN) ([]KnownEvent, error) {
	return events(ctx, s.db, "event e WHERE e.person = $1 ORDER BY "+eventOrder, person)
}

// CourtDecisions reads the court decisions about a person that are in force on a
// day: grounds 3 and 4 of the refusal of a service.
func (s *Store) CourtDecisions(ctx context.Context, person osms.IIN, day osms.Date) ([]osms.Event, error) {
	found, err := events(ctx, s.db, "event e WHERE e.person = $1 AND e.known_until = $2 ORDER BY "+eventOrder, person, int64(now))
	if err != nil {
		return nil, err
	}
	list := make([]osms.Event, len(found))
	for i, e := range found {
		list[i] = e.Event
	}
	var out []osms.Event
	for _, kind := range []osms.EventKind{osms.EventCourtBan, osms.EventCourtDeprived} {
		for _, e := range osms.EventsOf(kind, list) {
			if e.On <= day && day <= e.Until {
				out = append(out, e)
			}
		}
	}
	return out, nil
}

// Dead tells who has died, and when, by the events that are believed.
func (s *Store) Dead(ctx context.Context) (map[osms.IIN]osms.Date, error) {
	out := map[osms.IIN]osms.Date{}
	err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var person osms.IIN
		var on osms.Date
		err := rows.Scan(&person, &on)
		out[person] = on // the last word stands
		return err
	}, "SELECT e.person, e.on_day FROM event e WHERE e.kind = $1 AND e.known_until = $2 ORDER BY "+eventOrder, string(osms.EventDeath), int64(now))
	return out, err
}
