package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"

	"osmsd/sync/osms"
)

// Kinds of decision about an import.
const (
	DecisionRelease = "release" // what was held is applied
	DecisionRefuse  = "refuse"  // what was held never will be
	DecisionUndo    = "undo"    // what was applied is taken back
)

// Decision is what an administrator decided about a committed import.
type Decision struct {
	Sequence      int64
	What          string
	Import        int64
	Hash          string // of the diff, as it was given
	Reason        string
	Committed     time.Time
	Run           int64
	Organisations []DecidedOrganisation // in order of BIN
	// Annulled are the letters that an undo annulled, in order of number.
	Annulled []RegisteredLetter
}

// DecidedOrganisation is what became of what the import said of one.
type DecidedOrganisation struct {
	BIN     osms.BIN
	State   string
	Version int64 // of the organisation, after
}

// Digest is what the audit chain keeps of a decision.
func (d Decision) Digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s|%d|%s|%q|%d|%d\n", d.What, d.Import, d.Hash, d.Reason, d.Committed.Unix(), d.Run)
	for _, o := range d.Organisations {
		fmt.Fprintf(h, "%s|%s|%d\n", o.BIN.Digits(), o.State, o.Version)
	}
	for _, l := range d.Annulled {
		fmt.Fprintf(h, "%s\n", l.Outgoing())
	}
	return hex.EncodeToString(h.Sum(nil))
}

// PutDecision records a decision under its sequence, gives what the import said
// of the organisations its new state, and audits it. The versions of the
// organisations whose facts it touches are bumped by the caller.
func (t *Tx) PutDecision(d Decision) (Decision, error) {
	var err error
	if d.Sequence, err = t.Sequence(); err != nil {
		return d, err
	}
	if _, err := t.exec("INSERT INTO decision (sequence, what, import, hash, reason, committed, run) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		d.Sequence, d.What, d.Import, d.Hash, d.Reason, d.Committed.Unix(), d.Run); err != nil {
		return d, err
	}
	for _, o := range d.Organisations {
		_, err := t.exec("INSERT INTO decision_organisation (sequence, bin, import, state, version) VALUES ($1, $2, $3, $4, $5)",
			d.Sequence, o.BIN, d.Import, o.State, o.Version)
		if broken(err) {
			return d, ErrOnce
		}
		if err != nil {
			return d, err
		}
		n, err := t.exec("UPDATE import_organisation SET state = $1 WHERE sequence = $2 AND bin = $3 AND state <> $1", o.State, d.Import, o.BIN)
		if err == nil && n != 1 {
			err = errMoved("organisations of an import", 1, n)
		}
		if broken(err) {
			return d, ErrOnce
		}
		if err != nil {
			return d, err
		}
	}
	return d, t.Audit(d.Committed, d.What, d.Digest())
}

// Decisions lists every decision in order.
func (t *Tx) Decisions() ([]Decision, error) { return decisions(t.ctx, t.tx, "ORDER BY sequence") }

// Decisions lists what was decided about imports up to a sequence, in order.
func (s *Store) Decisions(ctx context.Context, upTo int64) ([]Decision, error) {
	return decisions(ctx, s.db, "WHERE sequence <= $1 ORDER BY sequence", upTo)
}

func decisions(ctx context.Context, q queryer, where string, args ...any) ([]Decision, error) {
	var out []Decision
	err := eachRow(ctx, q, func(rows *sql.Rows) error {
		var d Decision
		var committed int64
		if err := rows.Scan(&d.Sequence, &d.What, &d.Import, &d.Hash, &d.Reason, &committed, &d.Run); err != nil {
			return err
		}
		d.Committed = time.Unix(committed, 0).UTC()
		out = append(out, d)
		return nil
	}, "SELECT sequence, what, import, hash, reason, committed, run FROM decision "+where, args...)
	for i := 0; err == nil && i < len(out); i++ {
		d := &out[i]
		err = eachRow(ctx, q, func(rows *sql.Rows) error {
			var o DecidedOrganisation
			err := rows.Scan(&o.BIN, &o.State, &o.Version)
			d.Organisations = append(d.Organisations, o)
			return err
		}, "SELECT bin, state, version FROM decision_organisation WHERE sequence = $1 ORDER BY bin", d.Sequence)
		if err == nil && d.What == DecisionUndo {
			d.Annulled, err = letters(ctx, q, "WHERE annulled = $1 ORDER BY region, year, number", d.Sequence)
		}
	}
	return out, err
}

// DecidedAbout lists what was decided about what imports said of an
// organisation, in order: each with its import and the state from then on.
func (t *Tx) DecidedAbout(bin osms.BIN) (out []DecisionAbout, err error) {
	err = t.each(func(rows *sql.Rows) error {
		var d DecisionAbout
		err := rows.Scan(&d.Sequence, &d.Import, &d.State)
		out = append(out, d)
		return err
	}, "SELECT sequence, import, state FROM decision_organisation WHERE bin = $1 ORDER BY sequence", bin)
	return out, err
}

// DecisionAbout is a decision as one organisation sees it.
type DecisionAbout struct {
	Sequence, Import int64
	State            string
}

// HeldImport is what an import said of an organisation and waits for an
// administrator.
type HeldImport struct {
	OrganisationImport
	Import
}

// Held lists what waits, by import and organisation, without the kept rows.
func (t *Tx) Held() ([]HeldImport, error) {
	said, err := t.organisationImports("SELECT " + organisationImportColumns + ", NULL, NULL FROM import_organisation WHERE state = 'held' ORDER BY sequence, bin")
	if err != nil || len(said) == 0 {
		return nil, err
	}
	out := make([]HeldImport, len(said))
	for i, o := range said {
		out[i].OrganisationImport = o
		if i > 0 && said[i-1].Sequence == o.Sequence {
			out[i].Import = out[i-1].Import
			continue
		}
		if out[i].Import, err = t.Import(o.Sequence); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Import reads one import; ErrNotFound when there is none.
func (t *Tx) Import(sequence int64) (Import, error) {
	found, err := imports(t.ctx, t.tx, "WHERE sequence = $1", sequence)
	if err != nil || len(found) == 0 {
		return Import{}, orNotFound(err)
	}
	return found[0], nil
}

// KeptOf reads back what was kept of an organisation in an import, unpacked.
func (t *Tx) KeptOf(sequence int64, bin osms.BIN) (OrganisationImport, error) {
	found, err := t.organisationImports("SELECT "+organisationImportColumns+keptColumns+" FROM import_organisation WHERE sequence = $1 AND bin = $2", sequence, bin)
	if err != nil || len(found) == 0 {
		return OrganisationImport{}, orNotFound(err)
	}
	return found[0], nil
}

// Stands reports whether anything that an import said is applied.
func (t *Tx) Stands(sequence int64) (bool, error) {
	var n int
	err := t.tx.GetContext(t.ctx, &n, "SELECT count(*) FROM import_organisation WHERE sequence = $1 AND state = 'applied'", sequence)
	return n > 0, missing(err)
}

// Versions reads the versions of organisations.
func (t *Tx) Versions(bins []osms.BIN) (map[osms.BIN]int64, error) {
	out := make(map[osms.BIN]int64, len(bins))
	for _, bin := range bins {
		var version int64
		if err := t.tx.GetContext(t.ctx, &version, "SELECT version FROM organisation_version WHERE bin = $1", bin); err != nil {
			return nil, missing(err)
		}
		out[bin] = version
	}
	return out, nil
}

// SpokenEver lists the rosters that spoke of an organisation or would have, had
// they not been held, by arrival, with their kept rows.
func (t *Tx) SpokenEver(bin osms.BIN) ([]OrganisationImport, error) {
	return t.organisationImports("SELECT "+organisationImportColumns+keptColumns+` FROM import_organisation
		WHERE bin = $1 AND kind = 'roster' AND committed_as IN ('applied', 'held') ORDER BY sequence`, bin)
}

// TouchedSince lists the sequences, later than one, that opened or closed facts
// of the touched persons or of an organisation of the import, in order.
func (t *Tx) TouchedSince(sequence int64, bins []osms.BIN) (out []int64, err error) {
	err = t.keys("speaking", []string{"bin"}, func(add func(...any) error) error {
		for _, bin := range bins {
			if err := add(int64(bin)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = t.each(func(rows *sql.Rows) error {
		var n int64
		err := rows.Scan(&n)
		out = append(out, n)
		return err
	}, `SELECT e.known_from FROM touched t CROSS JOIN enrolment e WHERE e.person = t.person AND e.known_from > $1
		UNION SELECT e.known_until FROM touched t CROSS JOIN enrolment e WHERE e.person = t.person AND e.known_until > $1 AND e.known_until < $2
		UNION SELECT i.sequence FROM speaking s CROSS JOIN import_organisation i WHERE i.bin = s.bin AND i.kind = 'roster'
			AND i.state = 'applied' AND i.sequence > $1
		UNION SELECT d.sequence FROM speaking s CROSS JOIN decision_organisation d WHERE d.bin = s.bin AND d.sequence > $1
		ORDER BY 1`, sequence, int64(now))
	return out, err
}

// PersonsChangedBy lists the persons of whom a decision opened or closed facts.
func (t *Tx) PersonsChangedBy(sequence int64, bins []osms.BIN) (out []osms.IIN, err error) {
	for _, bin := range bins {
		err = t.each(func(rows *sql.Rows) error {
			var person int64
			err := rows.Scan(&person)
			out = append(out, osms.IIN(person))
			return err
		}, "SELECT DISTINCT person FROM enrolment WHERE bin = $1 AND (known_from = $2 OR known_until = $2)", bin, sequence)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// AnnulLetters annuls the letters to an organisation about persons whose claims
// this decision takes back: those that rest on what was known at a sequence or
// later, and are not annulled. They come back in order of number.
func (t *Tx) AnnulLetters(bin osms.BIN, since int64, persons []osms.IIN) ([]RegisteredLetter, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	sequence, err := t.Sequence()
	if err != nil {
		return nil, err
	}
	if err := t.Touch(persons); err != nil {
		return nil, err
	}
	if _, err := t.exec(`UPDATE letter SET annulled = $1 FROM touched t WHERE letter.person = t.person AND letter.bin = $2
		AND letter.sequence >= $3 AND letter.annulled = 0 AND letter.kind = 'notification'`, sequence, bin, since); err != nil {
		return nil, err
	}
	return letters(t.ctx, t.tx, "WHERE annulled = $1 AND bin = $2 ORDER BY region, year, number", sequence, bin)
}

// CloseLedger stops believing the ledger lines of an import, from this decision
// on, and counts them.
func (t *Tx) CloseLedger(imported int64) (int64, error) {
	sequence, err := t.Sequence()
	if err != nil {
		return 0, err
	}
	t.moves = true
	return t.exec("UPDATE ledger_entry SET known_until = $1 WHERE sequence = $2 AND known_until = $3", sequence, imported, int64(now))
}
