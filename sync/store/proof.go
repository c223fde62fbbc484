package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"

	"osmsd/sync/osms"
)

// What only a verification reads: everything of a kind, its whole history.

// AuditEntry is one link of the audit chain.
type AuditEntry struct {
	Number int64
	At     time.Time
	What   string
	Digest string
}

// AuditEntries lists the audit chain.
func (t *Tx) AuditEntries() (out []AuditEntry, err error) {
	err = t.each(func(rows *sql.Rows) error {
		var e AuditEntry
		var at int64
		if err := rows.Scan(&e.Number, &at, &e.What, &e.Digest); err != nil {
			return err
		}
		e.At = time.Unix(at, 0).UTC()
		out = append(out, e)
		return nil
	}, "SELECT number, at, what, digest FROM audit ORDER BY number")
	return out, err
}

// Imports lists every import, without what was kept of it.
func (t *Tx) Imports() ([]Import, error) {
	return imports(t.ctx, t.tx, "ORDER BY sequence")
}

// Kept reads what was kept of an import as a whole.
func (t *Tx) Kept(sequence int64) ([]byte, error) {
	var kept []byte
	if err := t.tx.GetContext(t.ctx, &kept, "SELECT kept FROM import WHERE sequence = $1", sequence); err != nil {
		return nil, missing(err)
	}
	return t.s.packer.unpack(kept)
}

// EachUnspoken passes over what was kept of organisations without being believed:
// what was held or refused, and what speaks of none. damaged tells that it is
// not what was committed.
func (t *Tx) EachUnspoken(each func(sequence int64, bin osms.BIN, damaged bool)) error {
	return t.each(func(rows *sql.Rows) error {
		var sequence int64
		var bin osms.BIN
		var digest string
		var packed []byte
		if err := rows.Scan(&sequence, &bin, &digest, &packed); err != nil {
			return err
		}
		kept, err := t.s.packer.unpack(packed)
		each(sequence, bin, err != nil || Digest(kept) != digest)
		return nil
	}, "SELECT sequence, bin, digest, kept FROM import_organisation WHERE kind <> 'roster' OR state <> 'applied' OR bin = 0 ORDER BY sequence, bin")
}

// LedgerOf reads the ledger lines that a decision brought in order of the file,
// and the sequences until which they were believed (0: still).
func (t *Tx) LedgerOf(sequence int64) (out []osms.LedgerEntry, until []int64, err error) {
	err = t.each(func(rows *sql.Rows) error {
		var e osms.LedgerEntry
		var ends int64
		if err := rows.Scan(&e.Sheet, &e.Row, &e.Month, &e.Region, &e.Category, &e.Persons, &e.Amount, &e.PaidOn, &e.Reference, &ends); err != nil {
			return err
		}
		out, until = append(out, e), append(until, still(ends))
		return nil
	}, `SELECT sheet, row_number, month, region, category, persons, amount, paid_on, reference, known_until FROM ledger_entry
		WHERE sequence = $1 ORDER BY sheet, row_number`, sequence)
	return out, until, err
}

// KnownOrganisation is an entry on the list of organisations with the sequences
// between which it was believed; Until 0 means "still".
type KnownOrganisation struct {
	osms.Organisation
	KnownFrom, KnownUntil int64
}

// OrganisationHistory reads every entry that was ever believed.
func (t *Tx) OrganisationHistory() (out []KnownOrganisation, err error) {
	err = t.each(func(rows *sql.Rows) error {
		var o KnownOrganisation
		if err := scanOrganisation(rows, &o.Organisation, &o.KnownFrom, &o.KnownUntil); err != nil {
			return err
		}
		o.KnownUntil = still(o.KnownUntil)
		out = append(out, o)
		return nil
	}, "SELECT "+organisationColumns+", o.known_from, o.known_until FROM organisation o ORDER BY o.bin, o.known_from")
	return out, err
}

// EveryBIN lists the organisations of which anything is held or was said.
func (t *Tx) EveryBIN() (out []osms.BIN, err error) {
	err = t.each(func(rows *sql.Rows) error {
		var bin osms.BIN
		if err := rows.Scan(&bin); err != nil {
			return err
		}
		out = append(out, bin)
		return nil
	}, `SELECT bin FROM organisation UNION SELECT bin FROM enrolment UNION SELECT bin FROM import_organisation WHERE bin <> 0 ORDER BY bin`)
	return out, err
}

// PrintedFact is a fact as it is stored: with its fingerprint.
type PrintedFact struct {
	KnownFact
	Print osms.Fingerprint
}

// FactHistory reads everything that was ever believed at an organisation.
func (t *Tx) FactHistory(bin osms.BIN) (out []PrintedFact, err error) {
	err = t.each(func(rows *sql.Rows) error {
		var f PrintedFact
		var print int64
		if err := scanFact(rows, &f.Fact, &f.KnownFrom, &f.KnownUntil, &print); err != nil {
			return err
		}
		f.KnownUntil, f.Print = still(f.KnownUntil), osms.Fingerprint(print)
		out = append(out, f)
		return nil
	}, "SELECT "+factColumns+", e.known_from, e.known_until, e.fingerprint FROM enrolment e WHERE e.bin = $1", bin)
	return out, err
}

// RatesByDecision reads every rate ever learnt, by the decision that did.
func (t *Tx) RatesByDecision() (map[int64][]osms.StateRate, error) {
	out := map[int64][]osms.StateRate{}
	err := t.each(func(rows *sql.Rows) error {
		var r osms.StateRate
		var unverified int
		var from int64
		if err := rows.Scan(&r.Year, &r.Percent, &r.Base, &unverified, &from); err != nil {
			return err
		}
		r.Unverified = unverified != 0
		out[from] = append(out[from], r)
		return nil
	}, "SELECT year, percent, base, unverified, known_from FROM state_rate ORDER BY known_from, year")
	return out, err
}

// RulesByDecision reads the rules that were ever in force, by the decision that
// put them there.
func (t *Tx) RulesByDecision() (map[int64]string, error) {
	out := map[int64]string{}
	err := t.each(func(rows *sql.Rows) error {
		var from int64
		var rules string
		if err := rows.Scan(&from, &rules); err != nil {
			return err
		}
		out[from] = rules
		return nil
	}, "SELECT known_from, rules FROM state_rules ORDER BY known_from")
	return out, err
}

// EveryFreeze reads every version of every frozen month.
func (t *Tx) EveryFreeze() ([]Freeze, error) {
	var out []Freeze
	err := t.each(func(rows *sql.Rows) error {
		var f Freeze
		if err := rows.Scan(&f.Month, &f.Version); err != nil {
			return err
		}
		out = append(out, f)
		return nil
	}, "SELECT month, version FROM frozen_month ORDER BY month, version")
	for i := 0; err == nil && i < len(out); i++ {
		out[i], err = frozen(t.ctx, t.tx, out[i].Month, out[i].Version, now)
	}
	return out, err
}

// EveryBundle reads the register of letters, bundle by bundle in order.
func (t *Tx) EveryBundle() ([]Bundle, error) {
	return bundles(t.ctx, t.tx, "ORDER BY id")
}

// BundleLetters reads a bundle's letters in order of number.
func (t *Tx) BundleLetters(id int64) ([]RegisteredLetter, error) {
	return letters(t.ctx, t.tx, "WHERE bundle = $1 ORDER BY number", id)
}

// Strays counts, by what it is that is wrong, the rows that have lost what they
// belong to and the numbers that were given and are gone.
func (t *Tx) Strays() (map[string]int, error) {
	out := map[string]int{}
	for what, query := range map[string]string{
		"arrivals are not those that were numbered": `SELECT (SELECT coalesce(max(value), 0) FROM counter WHERE name = 'arrival') - (SELECT count(*) FROM arrival)`,
		"imports came by no arrival": `SELECT count(*) FROM import i WHERE NOT EXISTS
			(SELECT 1 FROM arrival a WHERE a.sha256 = i.sha256 AND a.sequence = i.sequence AND a.kind = i.kind AND a.region = i.region)`,
		"organisations differ from the declaration of their import": `SELECT count(*) FROM import_organisation o
			LEFT JOIN import i ON i.sequence = o.sequence WHERE i.sequence IS NULL OR o.sha256 <> i.sha256 OR o.region <> i.region
			OR o.kind <> i.kind OR o.mode <> i.mode OR o.as_at <> i.as_at`,
		"organisations have a version that is not the number of their imports and decisions": `SELECT count(*) FROM (SELECT DISTINCT bin FROM import_organisation WHERE bin <> 0 AND kind = 'roster'
				AND (committed_as = 'applied' OR state = 'applied') UNION SELECT bin FROM organisation_version) AS b
			LEFT JOIN organisation_version v ON v.bin = b.bin WHERE coalesce(v.version, 0) <> (SELECT count(*) FROM import_organisation o WHERE o.bin = b.bin AND o.kind = 'roster' AND o.committed_as = 'applied')
				+ (SELECT count(*) FROM decision_organisation d JOIN decision x ON x.sequence = d.sequence WHERE d.bin = b.bin AND x.what <> 'refuse')`,
		"ledger lines are of no import": `SELECT count(*) FROM ledger_entry l WHERE NOT EXISTS
			(SELECT 1 FROM import i WHERE i.sequence = l.sequence AND i.kind IN ('ledger', 'payments'))
			AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.sequence = l.sequence AND d.what = 'release')`,
		"events are of no import": `SELECT count(*) FROM event e WHERE NOT EXISTS (SELECT 1 FROM import i WHERE i.sequence = e.sequence AND i.kind = 'events')
			AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.sequence = e.sequence AND d.what = 'release')`,
		"payment documents are of no import": `SELECT (SELECT count(*) FROM payment_document d WHERE NOT EXISTS (SELECT 1 FROM document_import i
				WHERE i.document = d.id AND i.sequence = d.sequence))
			+ (SELECT count(*) FROM document_import i WHERE NOT EXISTS (SELECT 1 FROM payment_document d WHERE d.id = i.document)
				OR NOT EXISTS (SELECT 1 FROM import x WHERE x.sequence = i.sequence AND x.kind IN ('ledger', 'payments'))
				AND NOT EXISTS (SELECT 1 FROM decision x WHERE x.sequence = i.sequence AND x.what = 'release'))`,
		"postings are of no payment document": `SELECT count(*) FROM posting p WHERE NOT EXISTS (SELECT 1 FROM payment_document d
			WHERE d.id = p.document AND (p.month = 0 OR p.month >= d.first_month AND p.month <= d.last_month))`,
		"letters were annulled by no decision": `SELECT count(*) FROM letter l WHERE l.annulled <> 0 AND l.kind <> 'event' AND NOT EXISTS
			(SELECT 1 FROM decision d WHERE d.sequence = l.annulled AND d.what = 'undo')
			AND NOT EXISTS (SELECT 1 FROM letter_annulment a WHERE a.sequence = l.annulled AND a.region = l.region AND a.year = l.year AND a.number = l.number)`,
		"annulled letters stand": `SELECT count(*) FROM letter_annulment a WHERE NOT EXISTS
			(SELECT 1 FROM letter l WHERE l.annulled = a.sequence AND l.region = a.region AND l.year = a.year AND l.number = a.number)`,
		"letters are in no kept wording": `SELECT count(*) FROM (SELECT texts FROM office_letter UNION SELECT texts FROM letter_bundle) AS t
			WHERE t.texts <> '' AND NOT EXISTS (SELECT 1 FROM letter_texts w WHERE w.digest = t.texts)`,
		"organisations were decided on by no decision": `SELECT count(*) FROM decision_organisation o LEFT JOIN decision d ON d.sequence = o.sequence
			WHERE d.sequence IS NULL OR d.import <> o.import`,
		"destroyed things are of no destruction": `SELECT (SELECT count(*) FROM destroyed x WHERE NOT EXISTS (SELECT 1 FROM destruction d WHERE d.sequence = x.sequence))
			+ (SELECT count(*) FROM seal s WHERE NOT EXISTS (SELECT 1 FROM destruction d WHERE d.sequence = s.sequence))`,
		"frozen lines are of no frozen month": `SELECT count(*) FROM frozen_line l WHERE NOT EXISTS
			(SELECT 1 FROM frozen_month m WHERE m.month = l.month AND m.version = l.version)`,
		"overlaps are not those that were numbered": `SELECT (SELECT coalesce(max(value), 0) FROM counter WHERE name = 'overlap') -
			(SELECT count(*) FROM (SELECT DISTINCT number, person, bin_a, bin_b FROM overlap WHERE number > 0) AS given)`,
		"decisions and notices are about no overlap": `SELECT count(*) FROM
			(SELECT number, person, bin_a, bin_b FROM overlap_decision UNION ALL SELECT n.number, n.person, n.bin, n.bin FROM overlap_notice n) AS d
			WHERE NOT EXISTS (SELECT 1 FROM overlap o WHERE o.number = d.number AND o.person = d.person
				AND d.bin_a IN (o.bin_a, o.bin_b) AND d.bin_b IN (o.bin_a, o.bin_b))`,
		"requests are of no list": `SELECT (SELECT count(*) FROM request r WHERE r.sequence <> 0 AND NOT EXISTS (SELECT 1 FROM import i WHERE i.sequence = r.sequence AND i.kind = 'requests')
				AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.sequence = r.sequence AND d.what = 'release'))
			+ (SELECT count(*) FROM request r WHERE r.sequence = 0 AND r.answered = 0)`,
		"requests are not those that were numbered":                `SELECT (SELECT coalesce(max(value), 0) FROM counter WHERE name = 'request') - (SELECT count(*) FROM request)`,
		"lines of the access log are not those that were numbered": `SELECT (SELECT coalesce(max(value), 0) FROM counter WHERE name = 'access') - (SELECT count(*) FROM access)`,
		"letters are of no bundle": `SELECT count(*) FROM letter l WHERE NOT EXISTS
			(SELECT 1 FROM letter_bundle b WHERE b.id = l.bundle AND b.to_seq = l.sequence) AND NOT EXISTS
			(SELECT 1 FROM office_letter o WHERE l.bundle = 0 AND o.region = l.region AND o.year = l.year AND o.number = l.number AND o.sequence = l.sequence)`,
		"letters say nothing": `SELECT count(*) FROM office_letter o WHERE NOT EXISTS
			(SELECT 1 FROM letter l WHERE o.region = l.region AND o.year = l.year AND o.number = l.number)`,
		"letters are not those that were numbered": `SELECT (SELECT CAST(coalesce(sum(value), 0) AS BIGINT) FROM counter WHERE name LIKE 'letter-%') - (SELECT count(*) FROM letter)`,
		"cases are not those that were numbered":   `SELECT (SELECT CAST(coalesce(sum(value), 0) AS BIGINT) FROM counter WHERE name LIKE 'case-%') - (SELECT count(*) FROM case_file)`,
		"steps are of no case": `SELECT (SELECT count(*) FROM case_step s WHERE NOT EXISTS
				(SELECT 1 FROM case_file c WHERE c.region = s.region AND c.year = s.year AND c.serial = s.serial))
			+ (SELECT count(*) FROM case_file c WHERE NOT EXISTS
				(SELECT 1 FROM case_step s WHERE c.region = s.region AND c.year = s.year AND c.serial = s.serial AND s.number = 1))`,
	} {
		var n int
		if err := t.tx.GetContext(t.ctx, &n, query); err != nil {
			return nil, missing(err)
		}
		if n != 0 {
			out[what] = n
		}
	}
	return out, nil
}

// PersonHistory is everything that was believed of a person up to a sequence,
// in order of organisation and day.
type PersonHistory struct {
	Person       osms.IIN
	Facts        []KnownFact
	Entitlements []KnownEntitlement
	Overlaps     []KnownOverlap
	Decisions    []OverlapDecision
	Events       []KnownEvent
}

// KnownOverlap is an overlap with its sequences.
type KnownOverlap struct {
	Overlap
	KnownUntil int64
}

// EachPerson reads, person by person, everything that was believed up to a
// sequence. What is decided meanwhile does not show.
func (s *Store) EachPerson(ctx context.Context, sequence int64, each func(PersonHistory) error) error {
	facts, entitlements, until := factCursor(sequence), entitlementCursor(sequence), untilAt(sequence)
	overlaps := cursor[KnownOverlap]{scan: func(rows *sql.Rows, o *KnownOverlap) (osms.IIN, error) {
		err := rows.Scan(&o.Person, &o.A, &o.B, &o.From, &o.Until, &o.KnownFrom, &o.KnownUntil)
		o.KnownUntil = until(o.KnownUntil)
		return o.Person, err
	}}
	decisions := cursor[OverlapDecision]{scan: func(rows *sql.Rows, d *OverlapDecision) (osms.IIN, error) {
		err := scanDecision(rows, d)
		return d.Person, err
	}}
	events := cursor[KnownEvent]{scan: func(rows *sql.Rows, e *KnownEvent) (osms.IIN, error) {
		err := scanEvent(rows, e)
		e.KnownUntil = until(e.KnownUntil)
		return e.Person, err
	}}
	defer func() { facts.close(); entitlements.close(); overlaps.close(); decisions.close(); events.close() }()
	if err := facts.open(ctx, s, "SELECT "+factColumns+`, e.known_from, e.known_until FROM enrolment e WHERE e.known_from <= $1
		ORDER BY e.person, e.bin, e.from_day`, sequence); err != nil {
		return err
	}
	if err := entitlements.open(ctx, s, `SELECT person, category, from_month, to_month, bin, region, known_from, known_until FROM entitlement
		WHERE known_from <= $1 ORDER BY person, from_month`, sequence); err != nil {
		return err
	}
	if err := overlaps.open(ctx, s, `SELECT person, bin_a, bin_b, from_day, until_day, known_from, known_until FROM overlap
		WHERE known_from <= $1 ORDER BY person, bin_a, bin_b, from_day`, sequence); err != nil {
		return err
	}
	if err := decisions.open(ctx, s, "SELECT "+decisionColumns+" FROM overlap_decision d WHERE d.sequence <= $1 ORDER BY d.person, d.sequence", sequence); err != nil {
		return err
	}
	if err := events.open(ctx, s, "SELECT "+eventColumns+" FROM event e WHERE e.sequence <= $1 ORDER BY e.person, "+eventOrder, sequence); err != nil {
		return err
	}
	for {
		h := PersonHistory{}
		for _, person := range []osms.IIN{facts.person, entitlements.person, overlaps.person, decisions.person, events.person} {
			if person != 0 && (h.Person == 0 || person < h.Person) {
				h.Person = person
			}
		}
		if h.Person == 0 {
			return nil
		}
		var err error
		if h.Facts, err = facts.take(h.Person); err != nil {
			return err
		}
		if h.Entitlements, err = entitlements.take(h.Person); err != nil {
			return err
		}
		if h.Overlaps, err = overlaps.take(h.Person); err != nil {
			return err
		}
		if h.Decisions, err = decisions.take(h.Person); err != nil {
			return err
		}
		if h.Events, err = events.take(h.Person); err != nil {
			return err
		}
		if err := each(h); err != nil {
			return err
		}
	}
}

// untilAt tells until when something was believed, as it looked at a sequence.
func untilAt(sequence int64) func(int64) int64 {
	return func(n int64) int64 {
		if n > sequence {
			return 0
		}
		return n
	}
}

func factCursor(sequence int64) cursor[KnownFact] {
	until := untilAt(sequence)
	return cursor[KnownFact]{scan: func(rows *sql.Rows, f *KnownFact) (osms.IIN, error) {
		err := scanFact(rows, &f.Fact, &f.KnownFrom, &f.KnownUntil)
		f.KnownUntil = until(f.KnownUntil)
		return f.Person, err
	}}
}

func entitlementCursor(sequence int64) cursor[KnownEntitlement] {
	until := untilAt(sequence)
	return cursor[KnownEntitlement]{scan: func(rows *sql.Rows, e *KnownEntitlement) (osms.IIN, error) {
		err := rows.Scan(&e.Person, &e.Category, &e.From, &e.To, &e.BIN, &e.Region, &e.KnownFrom, &e.KnownUntil)
		e.KnownUntil = until(e.KnownUntil)
		return e.Person, err
	}}
}

// cursor reads rows in order of person, one ahead.
type cursor[T any] struct {
	scan   func(*sql.Rows, *T) (osms.IIN, error)
	conn   *sqlx.Conn
	calm   func() // makes the connection as it was
	rows   *sql.Rows
	value  T
	person osms.IIN // 0: there are no more
}

func (c *cursor[T]) open(ctx context.Context, s *Store, query string, args ...any) (err error) {
	if c.conn, err = s.db.Connx(ctx); err != nil {
		return unreachable(err)
	}
	c.calm = func() {}
	if s.d.walking != "" {
		if _, err := c.conn.ExecContext(ctx, s.d.walking); err != nil {
			return unreachable(err)
		}
		c.calm = func() { _, _ = c.conn.ExecContext(context.WithoutCancel(ctx), s.d.walked) }
	}
	if c.rows, err = c.conn.QueryContext(ctx, query, args...); err != nil {
		return unreachable(err)
	}
	return c.next()
}

func (c *cursor[T]) close() {
	if c.rows != nil {
		_ = c.rows.Close()
	}
	if c.conn != nil {
		c.calm()
		_ = c.conn.Close()
	}
}

func (c *cursor[T]) next() (err error) {
	var zero T
	c.value, c.person = zero, 0
	if c.rows.Next() {
		c.person, err = c.scan(c.rows, &c.value)
		return err
	}
	return unreachable(c.rows.Err())
}

// take reads what there is of a person.
func (c *cursor[T]) take(person osms.IIN) (out []T, err error) {
	for c.person == person {
		out = append(out, c.value)
		if err := c.next(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
