package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"osmsd/sync/osms"
)

// Of which events which organisation was told stands in the register of letters
// and nowhere else: a letter of the kind event is about one event, by its matter,
// and goes to one organisation. One that was written before the event ceased to be
// believed tells of it; one that was written later says that it was taken back.

// Matter is what a letter about an event is about.
func (e KnownEvent) Matter() string {
	return fmt.Sprintf("event %d/%d/%d", e.KnownFrom, e.Sheet, e.Row)
}

const matterOfEvent = "'event ' || CAST(w.sequence AS TEXT) || '/' || CAST(w.sheet AS TEXT) || '/' || CAST(w.row_number AS TEXT)"

// DueEvent is an event that an organisation is to be told of.
type DueEvent struct {
	KnownEvent
	BIN osms.BIN
}

// told are the kinds of events that organisations are told of: those that change
// what the state pays. Not the temporary status, which the Fund gives to those
// whom no organisation names, nor what a court decided and who asked to be
// blocked, which are no business of an organisation.
func told() string {
	var kinds []string
	for _, k := range osms.EventKinds {
		if k.Entitles() {
			kinds = append(kinds, "'"+string(k)+"'")
		}
	}
	return strings.Join(kinds, ", ")
}

// toTell is a question about events and those who claim their persons: {claim} are
// the claims, {mine} which of them count; $1 is "still believed". A later event of
// the kind about the same days replaces an earlier one, as osms.EventsOf has it;
// what was said twice is told once. The letter is asked for by its number in a
// question of its own, so that no planner begins with all of an organisation.
const toTell = `SELECT ` + eventColumns + `, c.bin FROM event e CROSS JOIN {claim} c WHERE c.person = e.person AND {mine}
	AND e.known_until = $1 AND e.kind IN ({kinds})
	AND NOT EXISTS (SELECT 1 FROM event w WHERE w.person = e.person AND w.kind = e.kind AND w.known_until = $1
		AND (w.sequence, w.sheet, w.row_number) > (e.sequence, e.sheet, e.row_number)
		AND (e.kind = 'death' OR w.on_day <= e.until_day AND e.on_day <= w.until_day))
	AND NOT EXISTS (SELECT 1 FROM event w CROSS JOIN office_letter o WHERE w.person = e.person AND w.kind = e.kind
		AND w.on_day = e.on_day AND w.until_day = e.until_day AND o.matter = ` + matterOfEvent + ` AND o.known < w.known_until
		AND (SELECT CASE WHEN l.bin = c.bin THEN l.annulled END FROM letter l WHERE l.region = o.region AND l.year = o.year AND l.number = o.number) = 0)`

// EventsToTell lists the believed events of which organisations are to be told and
// no letter stands, with each organisation that claims the person for the month of
// the event or later: by an entitlement, or by full-time study; of a death also
// where the event itself ended the claim. What ended before the claim began is not
// told. In order of organisation and person, then as they became known.
func (s *Store) EventsToTell(ctx context.Context) (out []DueEvent, err error) {
	question := func(claim, mine string) string {
		return strings.NewReplacer("{claim}", claim, "{mine}", mine, "{kinds}", told()).Replace(toTell)
	}
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var d DueEvent
		err := scanEvent(rows, &d.KnownEvent, &d.BIN)
		out = append(out, d)
		return err
	}, question("entitlement", `(c.known_until = $1 OR e.kind = 'death' AND c.known_until = e.sequence)
			AND c.to_month >= e.on_day / 100 AND (e.kind = 'death' OR c.from_month <= e.until_day / 100)`)+
		" UNION "+question("enrolment", `c.known_until = $1 AND c.form = 'full_time'
			AND c.until_day / 100 >= e.on_day / 100 AND (e.kind = 'death' OR c.from_day <= e.until_day)`)+
		" ORDER BY 11, 4, 1, 2, 3", int64(now))
	return out, err
}

// EventsToTakeBack lists the letters that stand and tell of an event which is no
// longer believed, by any list. 2147483647 is "still believed" as the index of
// what is not spells it.
func (s *Store) EventsToTakeBack(ctx context.Context) ([]OfficeLetter, error) {
	return officeLetters(ctx, s.db, `WHERE l.annulled = 0 AND (l.region, l.year, l.number) IN (
		WITH gone AS MATERIALIZED (SELECT `+matterOfEvent+` AS matter, w.known_until FROM event w WHERE w.known_until < 2147483647
			AND NOT EXISTS (SELECT 1 FROM event x WHERE x.person = w.person AND x.kind = w.kind AND x.on_day = w.on_day AND x.until_day = w.until_day
				AND x.known_until = $1))
		SELECT t.region, t.year, t.number FROM gone g CROSS JOIN office_letter t WHERE t.matter = g.matter AND t.known < g.known_until)`, int64(now))
}

// EventLettersTo reads the letters about events of a person to an organisation.
func (s *Store) EventLettersTo(ctx context.Context, bin osms.BIN, person osms.IIN) ([]OfficeLetter, error) {
	return officeLetters(ctx, s.db, "WHERE l.person = $1 AND l.bin = $2 AND l.kind = $3", person, bin, string(osms.LetterEvent))
}

// AnnulReplaced annuls a letter in the decision that registers the one in whose
// place it comes, which names it: the audit chain keeps it with that. ErrOnce when
// it is annulled already.
func (t *Tx) AnnulReplaced(l RegisteredLetter) error {
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	n, err := t.exec("UPDATE letter SET annulled = $1 WHERE region = $2 AND year = $3 AND number = $4 AND annulled = 0", sequence, l.Region, l.Year, l.Number)
	if err == nil && n != 1 {
		err = ErrOnce
	}
	return err
}

// AnnulledEvents lists the letters about events that were annulled.
func (t *Tx) AnnulledEvents() ([]RegisteredLetter, error) {
	return letters(t.ctx, t.tx, "WHERE annulled <> 0 AND kind = $1 ORDER BY region, year, number", string(osms.LetterEvent))
}
