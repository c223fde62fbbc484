package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"osmsd/sync/osms"
)

// Bundle is a run of letters to one organisation: what changed there between
// two sequences.
type Bundle struct {
	ID       int64
	BIN      osms.BIN
	Region   osms.Region
	Dated    osms.Date
	From, To int64
	Letters  int
	Written  bool
	// Texts is the digest of the wording; "": the built-in one. Provider is who
	// signs, as it is kept; "": the organisation as it is listed.
	Texts, Provider string
	// Registered is the moment of the decision, for the audit chain.
	Registered time.Time
}

// RegisteredLetter is a line of the register of letters.
type RegisteredLetter struct {
	Region    osms.Region
	Year      int
	Number    int64
	BIN       osms.BIN
	Person    osms.IIN
	Action    osms.LetterAction
	First     osms.Date
	Last      osms.Date
	Effective osms.Month
	Dated     osms.Date
	Annulled  int64 // the decision that annulled it; 0: it stands
	// Replaces are the numbers of the annulled letters in whose place it was
	// written, with commas.
	Replaces string
	Bundle   int64 // 0: it belongs to none
	Kind     osms.LetterKind
	// Matter is the number of the case that it is about; "" for none.
	Matter string
}

// Outgoing is the letter's number as it is printed.
func (l RegisteredLetter) Outgoing() string {
	return fmt.Sprintf("%s-%d-%06d", l.Region, l.Year, l.Number)
}

// LetterMarks reads, for every organisation that ever had letters, up to which
// sequence they were written.
func (s *Store) LetterMarks(ctx context.Context) (map[osms.BIN]int64, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT bin, max(to_seq) FROM letter_bundle GROUP BY bin")
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	out := map[osms.BIN]int64{}
	for rows.Next() {
		var bin osms.BIN
		var to int64
		if err := rows.Scan(&bin, &to); err != nil {
			return nil, err
		}
		out[bin] = to
	}
	return out, unreachable(rows.Err())
}

// OrganisationChanges reads the facts of an organisation that were believed at
// one of two sequences and not at the other, or were both: before and after, in
// order of person and day, for the persons of whom anything changed or whose
// letters of a bundle were annulled.
func (s *Store) OrganisationChanges(ctx context.Context, bin osms.BIN, from, to int64) (before, after []osms.Fact, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+factColumns+`, e.known_from, e.known_until FROM enrolment e WHERE e.bin = $1
		AND ((e.known_from <= $2 AND e.known_until > $2) OR (e.known_from <= $3 AND e.known_until > $3))
		AND e.person IN (SELECT c.person FROM enrolment c WHERE c.bin = $1 AND
			((c.known_from > $2 AND c.known_from <= $3) OR (c.known_until > $2 AND c.known_until <= $3))
			UNION SELECT l.person FROM letter l WHERE l.bin = $1 AND l.bundle <> 0 AND l.annulled > $2 AND l.annulled <= $3)
		ORDER BY e.person, e.from_day`, bin, from, to)
	if err != nil {
		return nil, nil, unreachable(err)
	}
	defer rows.Close()
	for rows.Next() {
		var f osms.Fact
		var knownFrom, knownUntil int64
		if err := scanFact(rows, &f, &knownFrom, &knownUntil); err != nil {
			return nil, nil, err
		}
		if knownFrom <= from && knownUntil > from {
			before = append(before, f)
		}
		if knownFrom <= to && knownUntil > to {
			after = append(after, f)
		}
	}
	return before, after, unreachable(rows.Err())
}

// BeforeAnnulled lists the persons whose letters to an organisation were annulled
// between two sequences, and what was believed of them before those letters.
func (s *Store) BeforeAnnulled(ctx context.Context, bin osms.BIN, since, upTo int64) (persons map[osms.IIN]bool, facts []osms.Fact, err error) {
	const base = `SELECT l.person, min(b.from_seq) AS base FROM letter l JOIN letter_bundle b ON b.id = l.bundle
		WHERE l.bin = $1 AND l.annulled > $2 AND l.annulled <= $3 GROUP BY l.person`
	persons = map[osms.IIN]bool{}
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var person, at int64
		err := rows.Scan(&person, &at)
		persons[osms.IIN(person)] = true
		return err
	}, base, bin, since, upTo)
	if err != nil || len(persons) == 0 {
		return nil, nil, err
	}
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var f osms.Fact
		err := scanFact(rows, &f)
		facts = append(facts, f)
		return err
	}, "SELECT "+factColumns+" FROM ("+base+`) AS x CROSS JOIN enrolment e WHERE e.bin = $1 AND e.person = x.person
		AND e.known_from <= x.base AND e.known_until > x.base ORDER BY e.person, e.from_day`, bin, since, upTo)
	return persons, facts, err
}

// PutBundle registers the letters of a bundle and numbers them by region and
// year without gaps. The letters come back with their numbers.
func (s *Store) PutBundle(ctx context.Context, lease Lease, b Bundle, letters []RegisteredLetter) (Bundle, []RegisteredLetter, error) {
	err := s.Write(ctx, lease, func(t *Tx) error {
		var taken int64
		if err := t.tx.GetContext(ctx, &taken, "SELECT coalesce(max(to_seq), 0) FROM letter_bundle WHERE bin = $1", b.BIN); err != nil {
			return unreachable(err)
		}
		if taken != b.From {
			return ErrOnce
		}
		id, err := t.count("letter_bundle", 1)
		if err != nil {
			return err
		}
		b.ID, b.Letters = id, len(letters)
		if _, err := t.exec(`INSERT INTO letter_bundle (id, bin, region, dated, from_seq, to_seq, letters, texts, provider, written)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)`, b.ID, b.BIN, b.Region, b.Dated, b.From, b.To, b.Letters, b.Texts, b.Provider); err != nil {
			return err
		}
		if len(letters) == 0 {
			return t.Audit(b.Registered, "letters", BundleDigest(b, nil))
		}
		last, err := t.count(letterCounter(b.Region, b.Dated.Year()), int64(len(letters)))
		if err != nil {
			return err
		}
		columns := []string{"region", "year", "number", "bin", "person", "action", "first_day", "last_day", "effective", "dated", "sequence", "bundle", "replaces"}
		err = t.load("letter", columns, func(add func(...any) error) error {
			for i := range letters {
				l := &letters[i]
				l.Region, l.Year, l.Dated, l.BIN, l.Bundle, l.Kind = b.Region, b.Dated.Year(), b.Dated, b.BIN, b.ID, osms.LetterNotification
				l.Number = last - int64(len(letters)-1-i)
				if err := add(int64(l.Region), int64(l.Year), l.Number, int64(l.BIN), int64(l.Person), string(l.Action),
					int64(l.First), int64(l.Last), int64(l.Effective), int64(l.Dated), b.To, b.ID, l.Replaces); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		return t.Audit(b.Registered, "letters", BundleDigest(b, letters))
	})
	return b, letters, err
}

// BundleDigest is what the audit chain keeps of a bundle: its line of the
// register and those of its letters, in order of number.
func BundleDigest(b Bundle, letters []RegisteredLetter) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d|%s|%s|%s|%d|%d|%d", b.ID, b.BIN.Digits(), b.Region, b.Dated, b.From, b.To, b.Letters)
	if b.Texts != "" || b.Provider != "" {
		fmt.Fprintf(h, "|%s|%q", b.Texts, b.Provider)
	}
	fmt.Fprintln(h)
	for _, l := range letters {
		fmt.Fprintf(h, "%s|%s|%s|%s|%s|%s|%s|%s", l.Outgoing(), l.BIN.Digits(), l.Person.Digits(), l.Action, l.First, l.Last, l.Effective, l.Dated)
		if l.Replaces != "" { // what stands in no older register changes no older digest
			fmt.Fprintf(h, "|%s", l.Replaces)
		}
		if l.Kind != osms.LetterNotification {
			fmt.Fprintf(h, "|%s", l.Kind)
		}
		fmt.Fprintln(h)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// UnwrittenBundles lists the bundles whose PDF is not yet known to be on disk.
func (s *Store) UnwrittenBundles(ctx context.Context) ([]Bundle, error) {
	return bundles(ctx, s.db, "WHERE written = 0 AND letters > 0 ORDER BY id")
}

// BundlesRegistered lists the bundles that were registered at a moment: those of
// the run that began then. Bundles are numbered as they are decided, so the audit
// chain tells which they are.
func (s *Store) BundlesRegistered(ctx context.Context, at time.Time) (out []Bundle, err error) {
	err = s.Look(ctx, func(t *Tx) error {
		var before, then int64
		err := t.tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM audit WHERE what = 'letters'
			AND number < (SELECT coalesce(min(number), 0) FROM audit WHERE what = 'letters' AND at = $1)),
			(SELECT count(*) FROM audit WHERE what = 'letters' AND at = $1)`, at.Unix()).Scan(&before, &then)
		if err != nil || then == 0 {
			return unreachable(err)
		}
		out, err = bundles(ctx, t.tx, "WHERE id > $1 AND id <= $2 ORDER BY id", before, before+then)
		return err
	})
	return out, err
}

// BundleOf reads one bundle; ErrNotFound when there is none.
func (s *Store) BundleOf(ctx context.Context, id int64) (Bundle, error) {
	found, err := bundles(ctx, s.db, "WHERE id = $1", id)
	if err != nil || len(found) == 0 {
		return Bundle{}, orNotFound(err)
	}
	return found[0], nil
}

func bundles(ctx context.Context, q queryer, where string, args ...any) ([]Bundle, error) {
	rows, err := q.QueryContext(ctx, "SELECT id, bin, region, dated, from_seq, to_seq, letters, texts, provider FROM letter_bundle "+where, args...)
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []Bundle
	for rows.Next() {
		var b Bundle
		if err := rows.Scan(&b.ID, &b.BIN, &b.Region, &b.Dated, &b.From, &b.To, &b.Letters, &b.Texts, &b.Provider); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, unreachable(rows.Err())
}

// MarkBundleWritten notes that the bundle's PDF is on disk.
func (s *Store) MarkBundleWritten(ctx context.Context, id int64) error {
	_, err := s.db.ExecContext(ctx, "UPDATE letter_bundle SET written = 1 WHERE id = $1", id)
	return unreachable(err)
}

// BundleLetters reads a bundle's letters in order of number.
func (s *Store) BundleLetters(ctx context.Context, id int64) ([]RegisteredLetter, error) {
	return letters(ctx, s.db, "WHERE bundle = $1 ORDER BY number", id)
}

// LettersOf reads the letters written about a person.
func (s *Store) LettersOf(ctx context.Context, person osms.IIN) ([]RegisteredLetter, error) {
	return letters(ctx, s.db, "WHERE person = $1 ORDER BY dated, region, number", person)
}

// Unreplaced reads the notifications to an organisation that were annulled up to a
// sequence and that no later letter replaces, in order of number.
func (s *Store) Unreplaced(ctx context.Context, bin osms.BIN, upTo int64) ([]RegisteredLetter, error) {
	list, err := letters(ctx, s.db, "WHERE bin = $1 AND (annulled <> 0 OR replaces <> '') ORDER BY region, year, number", bin)
	replaced := map[string]bool{}
	for _, l := range list {
		for number := range strings.SplitSeq(l.Replaces, ", ") {
			replaced[number] = true
		}
	}
	return slices.DeleteFunc(list, func(l RegisteredLetter) bool {
		return l.Kind != osms.LetterNotification || l.Annulled == 0 || l.Annulled > upTo || replaced[l.Outgoing()]
	}), err
}

const letterColumns = "region, year, number, bin, person, action, first_day, last_day, effective, dated, annulled, replaces, bundle, kind"

func scanLetter(rows *sql.Rows, l *RegisteredLetter) error {
	return rows.Scan(&l.Region, &l.Year, &l.Number, &l.BIN, &l.Person, &l.Action, &l.First, &l.Last, &l.Effective, &l.Dated, &l.Annulled, &l.Replaces, &l.Bundle, &l.Kind)
}

func letters(ctx context.Context, q queryer, where string, args ...any) (out []RegisteredLetter, err error) {
	err = eachRow(ctx, q, func(rows *sql.Rows) error {
		var l RegisteredLetter
		err := scanLetter(rows, &l)
		out = append(out, l)
		return err
	}, "SELECT "+letterColumns+" FROM letter "+where, args...)
	return out, err
}
