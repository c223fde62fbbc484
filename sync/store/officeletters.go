package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"osmsd/sync/osms"
)

// OfficeLetter is a letter that belongs to no bundle: a line of the register
// with what it says, as it was issued.
type OfficeLetter struct {
	RegisteredLetter
	Texts    string // digest of the wording that it is printed in; "": the built-in one
	Known    int64  // the sequence up to which the registry was read
	Content  []byte
	Sequence int64 // of the decision
}

// Reserve gives the next outgoing number of a region and year, as part of the
// transaction, so that numbers have no gaps.
func (t *Tx) Reserve(region osms.Region, year int) (int64, error) {
	return t.count(letterCounter(region, year), 1)
}

func letterCounter(region osms.Region, year int) string {
	return fmt.Sprintf("letter-%s-%d", region, year)
}

// PutOfficeLetter registers a letter under a number that was reserved.
func (t *Tx) PutOfficeLetter(l OfficeLetter) (OfficeLetter, error) {
	sequence, err := t.Sequence()
	if err != nil {
		return l, err
	}
	l.Sequence = sequence
	if _, err := t.exec(`INSERT INTO letter (region, year, number, bin, person, action, first_day, last_day, effective, dated, sequence, bundle, replaces, kind)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13)`, l.Region, l.Year, l.Number, l.BIN, l.Person, string(l.Action),
		l.First, l.Last, l.Effective, l.Dated, sequence, l.Replaces, string(l.Kind)); err != nil {
		return l, err
	}
	_, err = t.exec(`INSERT INTO office_letter (region, year, number, sequence, known, matter, texts, content, written) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)`,
		l.Region, l.Year, l.Number, sequence, l.Known, l.Matter, l.Texts, l.Content)
	return l, err
}

func officeLetters(ctx context.Context, q queryer, where string, args ...any) (out []OfficeLetter, err error) {
	err = eachRow(ctx, q, func(rows *sql.Rows) error {
		var l OfficeLetter
		err := rows.Scan(&l.Region, &l.Year, &l.Number, &l.BIN, &l.Person, &l.Action, &l.First, &l.Last, &l.Effective, &l.Dated, &l.Annulled, &l.Replaces, &l.Kind,
			&l.Matter, &l.Texts, &l.Known, &l.Content, &l.Sequence)
		out = append(out, l)
		return err
	}, `SELECT l.region, l.year, l.number, l.bin, l.person, l.action, l.first_day, l.last_day, l.effective, l.dated, l.annulled, l.replaces, l.kind,
		o.matter, o.texts, o.known, o.content, o.sequence FROM office_letter o
		JOIN letter l ON l.region = o.region AND l.year = o.year AND l.number = o.number `+where+" ORDER BY l.region, l.year, l.number", args...)
	return out, err
}

// UnwrittenOfficeLetters lists, in order of number, the letters after one whose
// file is not yet known to be on disk, at most so many.
func (s *Store) UnwrittenOfficeLetters(ctx context.Context, after RegisteredLetter, most int) ([]OfficeLetter, error) {
	return officeLetters(ctx, s.db, fmt.Sprintf(`WHERE (l.region, l.year, l.number) IN (SELECT region, year, number FROM office_letter
		WHERE written = 0 AND (region, year, number) > ($1, $2, $3) ORDER BY region, year, number LIMIT %d)`, most), after.Region, after.Year, after.Number)
}

// MarkOfficeLettersWritten notes that the letters' files are on disk.
func (s *Store) MarkOfficeLettersWritten(ctx context.Context, letters []RegisteredLetter) error {
	if len(letters) == 0 {
		return nil
	}
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return unreachable(err)
	}
	defer tx.Rollback()
	for _, l := range letters {
		if _, err := tx.ExecContext(ctx, "UPDATE office_letter SET written = 1 WHERE region = $1 AND year = $2 AND number = $3", l.Region, l.Year, l.Number); err != nil {
			return unreachable(err)
		}
	}
	return unreachable(tx.Commit())
}

// OfficeLetterNumbered reads one; ErrNotFound when there is none.
func (s *Store) OfficeLetterNumbered(ctx context.Context, region osms.Region, year int, number int64) (OfficeLetter, error) {
	found, err := officeLetters(ctx, s.db, "WHERE l.region = $1 AND l.year = $2 AND l.number = $3", region, year, number)
	if err != nil || len(found) == 0 {
		return OfficeLetter{}, orNotFound(err)
	}
	return found[0], nil
}

// CaseNotifications lists the notifications about cases of an organisation that
// were issued after one decision and up to another: what they told is not told
// again.
func (s *Store) CaseNotifications(ctx context.Context, bin osms.BIN, after, upTo int64) ([]OfficeLetter, error) {
	return officeLetters(ctx, s.db, "WHERE l.bin = $1 AND l.kind = 'notification' AND o.sequence > $2 AND o.sequence <= $3 AND l.annulled = 0", bin, after, upTo)
}

// PutTexts keeps a wording that an operator gave.
func (s *Store) PutTexts(ctx context.Context, digest string, files []byte, taken time.Time) error {
	_, err := s.db.ExecContext(ctx, "INSERT INTO letter_texts (digest, taken, files) VALUES ($1, $2, $3) ON CONFLICT (digest) DO UPDATE SET taken = excluded.taken",
		digest, taken.Unix(), files)
	return unreachable(err)
}

// Texts reads a wording back; digest "" is the one that was taken last. ErrNotFound
// when there is none.
func (s *Store) Texts(ctx context.Context, digest string) (files []byte, err error) {
	query, args := "SELECT files FROM letter_texts WHERE digest = $1", []any{digest}
	if digest == "" {
		query, args = "SELECT files FROM letter_texts ORDER BY taken DESC, digest LIMIT 1", nil
	}
	err = s.db.GetContext(ctx, &files, query, args...)
	return files, missing(err)
}

// EachTexts reads every wording that is kept, with its digest.
func (t *Tx) EachTexts(each func(digest string, files []byte)) error {
	return t.each(func(rows *sql.Rows) error {
		var digest string
		var files []byte
		err := rows.Scan(&digest, &files)
		if err == nil {
			each(digest, files)
		}
		return err
	}, "SELECT digest, files FROM letter_texts ORDER BY digest")
}

// OfficeLettersAbout reads the letters about one matter.
func (s *Store) OfficeLettersAbout(ctx context.Context, matter string) ([]OfficeLetter, error) {
	return officeLetters(ctx, s.db, "WHERE o.matter = $1", matter)
}

// eventsTold counts up to which decision organisations were told of events.
const eventsTold = "events-told"

// EventsToTell gives the decision up to which organisations were told of events,
// and the last one that said something of events; the two are equal when there is
// nothing to tell.
func (s *Store) EventsToTell(ctx context.Context) (from, to int64, err error) {
	err = s.db.GetContext(ctx, &from, "SELECT coalesce(max(value), 0) FROM counter WHERE name = $1", eventsTold)
	if err != nil {
		return 0, 0, unreachable(err)
	}
	var some int
	if err = s.db.GetContext(ctx, &some, "SELECT count(*) FROM event WHERE sequence > $1 OR known_until > $1 AND known_until <> $2", from, int64(now)); err != nil || some == 0 {
		return from, from, unreachable(err)
	}
	to, err = s.LastSequence(ctx)
	return from, to, err
}

// PutEventsTold notes up to which decision organisations were told of events.
func (t *Tx) PutEventsTold(sequence int64) error {
	_, err := t.exec("INSERT INTO counter (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", eventsTold, sequence)
	return err
}
