package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"osmsd/sync/osms"
)

// Destruction is one decision to destroy content. The chain keeps its digest, so
// that neither the decision nor a line of it can be added or taken out.
type Destruction struct {
	Sequence  int64
	What      string // DestroyDue, DestroyFile, DestroyImport
	Subject   string // the file's digest or the import's number
	Reason    string
	Arrival   int64 // the last arrival then
	Committed time.Time
	Run       int64
	Items     []Destroyed // in order of class and subject
	Seals     []Seal      // in order of BIN
}

// Causes of a destruction.
const (
	DestroyDue    = "due" // the terms of retention
	DestroyFile   = "file"
	DestroyImport = "import"
)

// AuditDestroy is what the chain calls a destruction.
const AuditDestroy = "destroy"

// Destroyed is one thing that was destroyed.
type Destroyed struct {
	Class   osms.DocumentClass
	Subject string
	Digest  string    // SHA-256 of what it was
	Dated   osms.Date // from when on its term ran
	Pending bool      // its file may still be on the disk
}

// Seal stands for the rows of an organisation that were destroyed: what was
// believed there at Through, with its whole history, has the digest.
type Seal struct {
	Sequence int64
	BIN      osms.BIN
	Through  int64
	Boundary osms.Date
	Facts    int
	Digest   string
}

// OnDisk reports whether things of a class are files and not rows of tables.
func onDisk(c osms.DocumentClass) bool { return c != osms.ClassRows && c != osms.ClassArrivals }

// Digest is what the audit chain keeps of a destruction.
func (d Destruction) Digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s|%s|%q|%d|%d|%d\n", d.What, d.Subject, d.Reason, d.Arrival, d.Committed.Unix(), d.Run)
	for _, i := range d.Items {
		fmt.Fprintf(h, "%s|%q|%s|%s\n", i.Class, i.Subject, i.Digest, i.Dated)
	}
	for _, s := range d.Seals {
		fmt.Fprintf(h, "%s|%d|%s|%d|%s\n", s.BIN.Digits(), s.Through, s.Boundary, s.Facts, s.Digest)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// CompareDestroyed puts what is destroyed in its order: by class and subject.
func CompareDestroyed(a, b Destroyed) int {
	if a.Class != b.Class {
		return strings.Compare(string(a.Class), string(b.Class))
	}
	return strings.Compare(a.Subject, b.Subject)
}

// PutDestruction records a destruction under its sequence, audits it, and takes
// what is in the registry itself out of it: kept rows go, of the reports on
// arrivals the counts stay. Files are listed as pending.
func (t *Tx) PutDestruction(d Destruction) (Destruction, error) {
	var err error
	if d.Sequence, err = t.Sequence(); err != nil {
		return d, err
	}
	if err := t.tx.GetContext(t.ctx, &d.Arrival, "SELECT coalesce(max(id), 0) FROM arrival"); err != nil {
		return d, missing(err)
	}
	if t.s.d.erasing != "" {
		if _, err := t.exec(t.s.d.erasing); err != nil {
			return d, err
		}
	}
	slices.SortFunc(d.Items, CompareDestroyed)
	slices.SortFunc(d.Seals, func(a, b Seal) int { return strings.Compare(a.BIN.Digits(), b.BIN.Digits()) })
	if _, err := t.exec("INSERT INTO destruction (sequence, what, subject, reason, arrival, committed, run) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		d.Sequence, d.What, d.Subject, d.Reason, d.Arrival, d.Committed.Unix(), d.Run); err != nil {
		return d, err
	}
	err = t.load("destroyed", []string{"sequence", "class", "subject", "digest", "dated", "pending"}, func(add func(...any) error) error {
		for n := range d.Items {
			i := &d.Items[n]
			i.Pending = onDisk(i.Class)
			pending := int64(0)
			if i.Pending {
				pending = 1
			}
			if err := add(d.Sequence, string(i.Class), i.Subject, i.Digest, int64(i.Dated), pending); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return d, err
	}
	for n := range d.Seals {
		s := &d.Seals[n]
		s.Sequence = d.Sequence
		if _, err := t.exec("INSERT INTO seal (sequence, bin, through, boundary, facts, digest) VALUES ($1, $2, $3, $4, $5, $6)",
			s.Sequence, s.BIN, s.Through, s.Boundary, s.Facts, s.Digest); err != nil {
			return d, err
		}
	}
	for _, i := range d.Items {
		if err := t.erase(i); err != nil {
			return d, fmt.Errorf("destroy %s %s: %w", i.Class, i.Subject, err)
		}
	}
	return d, t.Audit(d.Committed, AuditDestroy, d.Digest())
}

// erase takes content out of a row that stays.
func (t *Tx) erase(i Destroyed) error {
	switch i.Class {
	case osms.ClassRows:
		var sequence int64
		var bin uint64
		if _, err := fmt.Sscanf(i.Subject, "%d/%d", &sequence, &bin); err != nil {
			return err
		}
		n, err := t.exec("UPDATE import_organisation SET kept = NULL WHERE sequence = $1 AND bin = $2 AND kept IS NOT NULL", sequence, int64(bin))
		if err == nil && n != 1 {
			err = errMoved("kept rows", 1, n)
		}
		return err
	case osms.ClassArrivals:
		var id int64
		if _, err := fmt.Sscanf(i.Subject, "%d", &id); err != nil {
			return err
		}
		return t.reduceReport(id)
	}
	return nil
}

// RowsSubject names the kept rows of an organisation in an import.
func RowsSubject(sequence int64, bin osms.BIN) string { return fmt.Sprintf("%d/%012d", sequence, bin) }

// reduceReport leaves of the report on an arrival what names nobody: the
// declaration, the outcome and the counts.
func (t *Tx) reduceReport(id int64) error {
	var packed []byte
	if err := t.tx.GetContext(t.ctx, &packed, "SELECT report FROM arrival WHERE id = $1", id); err != nil {
		return missing(err)
	}
	text, err := t.s.packer.unpack(packed)
	if err != nil {
		return err
	}
	var k keptReport
	if err := json.Unmarshal(text, &k); err != nil {
		return err
	}
	k.Unlisted += len(k.Refusals)
	k.Refusals = nil
	if text, err = json.Marshal(k); err != nil {
		return err
	}
	_, err = t.exec("UPDATE arrival SET report = $1 WHERE id = $2", t.s.packer.pack(text), id)
	return err
}

// Destructions lists every destruction in order.
func (t *Tx) Destructions() ([]Destruction, error) {
	var out []Destruction
	at := map[int64]int{}
	err := t.each(func(rows *sql.Rows) error {
		var d Destruction
		var committed int64
		if err := rows.Scan(&d.Sequence, &d.What, &d.Subject, &d.Reason, &d.Arrival, &committed, &d.Run); err != nil {
			return err
		}
		d.Committed = time.Unix(committed, 0).UTC()
		at[d.Sequence] = len(out)
		out = append(out, d)
		return nil
	}, "SELECT sequence, what, subject, reason, arrival, committed, run FROM destruction ORDER BY sequence")
	if err != nil {
		return nil, err
	}
	err = t.each(func(rows *sql.Rows) error {
		var sequence int64
		var i Destroyed
		var pending int
		if err := rows.Scan(&sequence, &i.Class, &i.Subject, &i.Digest, &i.Dated, &pending); err != nil {
			return err
		}
		i.Pending = pending != 0
		if n, ok := at[sequence]; ok {
			out[n].Items = append(out[n].Items, i)
		}
		return nil
	}, "SELECT sequence, class, subject, digest, dated, pending FROM destroyed")
	if err != nil {
		return nil, err
	}
	seals, err := t.seals("")
	for _, s := range seals {
		if n, ok := at[s.Sequence]; ok {
			out[n].Seals = append(out[n].Seals, s)
		}
	}
	for i := range out {
		slices.SortFunc(out[i].Items, CompareDestroyed)
	}
	return out, err
}

func (t *Tx) seals(where string, args ...any) (out []Seal, err error) {
	err = t.each(func(rows *sql.Rows) error {
		var s Seal
		if err := rows.Scan(&s.Sequence, &s.BIN, &s.Through, &s.Boundary, &s.Facts, &s.Digest); err != nil {
			return err
		}
		out = append(out, s)
		return nil
	}, "SELECT sequence, bin, through, boundary, facts, digest FROM seal "+where+" ORDER BY sequence, bin", args...)
	return out, err
}

// SealOf reads the newest seal of an organisation; sealed is false when all its
// rows are there.
func (t *Tx) SealOf(bin osms.BIN) (s Seal, sealed bool, err error) {
	all, err := t.seals("WHERE bin = $1", bin)
	if err != nil || len(all) == 0 {
		return s, false, err
	}
	return all[len(all)-1], true, nil
}

// SpokenHeaders lists the rosters that spoke of an organisation, or would have
// had they not been held, by arrival and without their rows.
func (t *Tx) SpokenHeaders(bin osms.BIN) ([]OrganisationImport, error) {
	return t.organisationImports("SELECT "+organisationImportColumns+`, NULL, NULL FROM import_organisation
		WHERE bin = $1 AND kind = 'roster' AND committed_as IN ('applied', 'held') ORDER BY sequence`, bin)
}

// FactsAt reads what was believed at an organisation at a sequence, in order of
// person and day.
func (t *Tx) FactsAt(bin osms.BIN, sequence int64) ([]osms.Fact, error) {
	return t.facts("SELECT "+factColumns+` FROM enrolment e WHERE e.bin = $1 AND e.known_from <= $2 AND e.known_until > $2
		ORDER BY e.person, e.from_day`, bin, sequence)
}

// PendingItem is a file whose destruction was decided and may not be done.
type PendingItem struct {
	Sequence int64
	Destroyed
}

// PendingDestruction lists the files whose destruction was cut off.
func (s *Store) PendingDestruction(ctx context.Context) (out []PendingItem, err error) {
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		i := PendingItem{Destroyed: Destroyed{Pending: true}}
		err := rows.Scan(&i.Sequence, &i.Class, &i.Subject, &i.Digest, &i.Dated)
		out = append(out, i)
		return err
	}, "SELECT sequence, class, subject, digest, dated FROM destroyed WHERE pending <> 0 ORDER BY sequence, class, subject")
	return out, err
}

// DoneDestroying notes that files are off the disk.
func (s *Store) DoneDestroying(ctx context.Context, lease Lease, items []PendingItem) error {
	if len(items) == 0 {
		return nil
	}
	return s.Write(ctx, lease, func(t *Tx) error {
		for _, i := range items {
			if _, err := t.exec("UPDATE destroyed SET pending = 0 WHERE sequence = $1 AND class = $2 AND subject = $3", i.Sequence, i.Class, i.Subject); err != nil {
				return err
			}
		}
		return nil
	})
}

// Purge lets the database forget the bytes of what was destroyed: they would
// otherwise stay in its log or in rows that nobody sees.
func (s *Store) Purge(ctx context.Context) error {
	for _, statement := range s.d.purge {
		if _, err := s.db.ExecContext(ctx, statement); err != nil {
			return unreachable(err)
		}
	}
	return nil
}

// KeptRows tells whether rows are kept, of whom and since when.
type KeptRows struct {
	Import   int64
	BIN      osms.BIN
	SHA256   string
	Kind     osms.Kind
	State    string
	Received time.Time
	Digest   string
	Kept     bool
}

// EveryKept lists what imports said of organisations with whether the rows are
// still there, in order.
func (t *Tx) EveryKept() (out []KeptRows, err error) {
	err = t.each(func(rows *sql.Rows) error {
		var k KeptRows
		var received int64
		var kept int
		if err := rows.Scan(&k.Import, &k.BIN, &k.SHA256, &k.Kind, &k.State, &received, &k.Digest, &kept); err != nil {
			return err
		}
		k.Received, k.Kept = time.Unix(received, 0).UTC(), kept != 0
		out = append(out, k)
		return nil
	}, `SELECT o.sequence, o.bin, o.sha256, o.kind, o.state, i.received, o.digest, CASE WHEN o.kept IS NULL THEN 0 ELSE 1 END
		FROM import_organisation o JOIN import i ON i.sequence = o.sequence ORDER BY o.sequence, o.bin`)
	return out, err
}

// SeenArrival is an arrival as destruction sees it.
type SeenArrival struct {
	ID         int64
	SHA256     string
	Region     osms.Region
	Received   time.Time
	Sequence   int64
	Unfinished bool
	Reduced    bool // its report was destroyed before
}

// EveryArrival lists all arrivals, oldest first.
func (t *Tx) EveryArrival() (out []SeenArrival, err error) {
	err = t.each(func(rows *sql.Rows) error {
		var a SeenArrival
		var received int64
		var unfinished, reduced int
		if err := rows.Scan(&a.ID, &a.SHA256, &a.Region, &received, &a.Sequence, &unfinished, &reduced); err != nil {
			return err
		}
		a.Received, a.Unfinished, a.Reduced = time.Unix(received, 0).UTC(), unfinished != 0, reduced != 0
		out = append(out, a)
		return nil
	}, `SELECT a.id, a.sha256, a.region, a.received, a.sequence, CASE WHEN u.arrival IS NULL THEN 0 ELSE 1 END,
		CASE WHEN d.subject IS NULL THEN 0 ELSE 1 END FROM arrival a LEFT JOIN unfinished u ON u.arrival = a.id
		LEFT JOIN (SELECT DISTINCT subject FROM destroyed WHERE class = 'arrivals') d ON d.subject = CAST(a.id AS TEXT) ORDER BY a.id`)
	return out, err
}

// ReportDigest is the digest of the report on an arrival as it is kept.
func (t *Tx) ReportDigest(id int64) (string, error) {
	var packed []byte
	if err := t.tx.GetContext(t.ctx, &packed, "SELECT report FROM arrival WHERE id = $1", id); err != nil {
		return "", missing(err)
	}
	text, err := t.s.packer.unpack(packed)
	return Digest(text), err
}
