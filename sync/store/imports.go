package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/klauspost/compress/zstd"

	"osmsd/sync/osms"
)

// Import is one committed import: a file with its declaration.
type Import struct {
	Sequence  int64
	SHA256    string
	Kind      osms.Kind
	Region    osms.Region
	Mode      osms.Mode
	AsAt      osms.Date
	Name      string // of the file as it was dropped
	Received  time.Time
	Committed time.Time
	Run       int64
	Sheets    []string
	Columns   []map[string]int
	// Proved says what proved the file whole, as Roster.ProvedWhole.
	Proved string
	Digest string // of everything that was kept
	Kept   []byte // parsed content that belongs to no organisation
}

// OrganisationImport is what an import said of one organisation; BIN zero
// stands for an import that speaks of none.
type OrganisationImport struct {
	Sequence int64
	BIN      osms.BIN
	// Mode is how it speaks of this organisation: a full roster whose rows here
	// were all refused, or a zero return, speaks as a delta.
	Mode    osms.Mode
	AsAt    osms.Date
	Version int64  // of the organisation, after
	State   string // StateApplied, StateHeld, StateRefused, StateUndone
	// CommittedAs is the state in which it was committed; decisions change State.
	CommittedAs string
	Reason      string // of a hold
	Why         string // explains the reason: figures and names of columns, no person
	Diff        string
	Rows        int
	Digest      string
	Kept        []byte
	// Shared is what was kept of the import for all of its organisations: the
	// persons whom its refused rows protect.
	Shared []byte
}

// States of an OrganisationImport.
const (
	StateApplied = "applied"
	StateHeld    = "held"
	StateRefused = "refused" // the file may not speak of the organisation
	StateUndone  = "undone"
)

// packer compresses what is kept. Making one costs more than a use of it, so a
// Store has one; it may be used by many at once.
type packer struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

func newPacker() (packer, error) {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return packer{}, err
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(1<<30))
	return packer{e, d}, err
}

func (p packer) pack(b []byte) []byte { return p.encoder.EncodeAll(b, nil) }

func (p packer) unpack(b []byte) ([]byte, error) {
	if b == nil {
		return nil, nil
	}
	return p.decoder.DecodeAll(b, nil)
}

// Earlier finds what the import that already brought these bytes with this
// declaration said of an organisation: its Sequence (0 when there is none),
// State, Reason, Why and Diff.
func (t *Tx) Earlier(i Import, bin osms.BIN) (o OrganisationImport, err error) {
	err = missing(t.tx.QueryRowContext(t.ctx, `SELECT sequence, state, reason, why, diff FROM import_organisation WHERE sha256 = $1
		AND region = $2 AND kind = $3 AND mode = $4 AND as_at = $5 AND bin = $6 AND state <> 'undone'`,
		i.SHA256, i.Region, i.Kind, i.Mode, i.AsAt, bin).Scan(&o.Sequence, &o.State, &o.Reason, &o.Why, &o.Diff))
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return o, err
}

// SaidBefore finds the import of a list that stands and says the same by its
// diff; 0 when there is none.
func (t *Tx) SaidBefore(kind osms.Kind, diff string) (sequence int64, err error) {
	err = t.tx.GetContext(t.ctx, &sequence, `SELECT coalesce(min(sequence), 0) FROM import_organisation
		WHERE bin = 0 AND kind = $1 AND diff = $2 AND state = 'applied'`, string(kind), diff)
	return sequence, missing(err)
}

// PutImport records an import under this decision's sequence.
func (t *Tx) PutImport(i Import) error {
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	sheets, err := json.Marshal(i.Sheets)
	if err != nil {
		return err
	}
	columns, err := json.Marshal(i.Columns)
	if err != nil {
		return err
	}
	kept := t.s.packer.pack(i.Kept)
	_, err = t.exec(`INSERT INTO import (sequence, sha256, kind, region, mode, as_at, name, received, committed, run, sheets, columns, digest, kept, proved)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		sequence, i.SHA256, i.Kind, i.Region, i.Mode, i.AsAt, i.Name, i.Received.Unix(), i.Committed.Unix(), i.Run,
		string(sheets), string(columns), i.Digest, kept, i.Proved)
	return err
}

// PutOrganisationImports records what the import said of organisations. The
// unique key import_once is what makes a file apply once; breaking it is
// ErrOnce, and the transaction is lost.
func (t *Tx) PutOrganisationImports(i Import, imports []OrganisationImport) error {
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	columns := []string{"sequence", "bin", "sha256", "region", "kind", "mode", "as_at", "speaks", "version", "state", "committed_as", "reason", "why", "diff",
		"row_count", "digest", "kept"}
	err = t.load("import_organisation", columns, func(add func(...any) error) error {
		for _, o := range imports {
			if err := add(sequence, int64(o.BIN), i.SHA256, int64(i.Region), string(i.Kind), string(i.Mode), int64(i.AsAt), string(o.Mode),
				o.Version, o.State, o.State, o.Reason, o.Why, o.Diff, int64(o.Rows), o.Digest, t.s.packer.pack(o.Kept)); err != nil {
				return err
			}
		}
		return nil
	})
	if broken(err) {
		return ErrOnce
	}
	return err
}

// Standing is what the register has of an organisation before an import speaks
// of it.
type Standing struct {
	// Earlier is what the import said that brought these bytes with this
	// declaration before: its Sequence (0 when there is none), State, Reason,
	// Why and Diff.
	Earlier OrganisationImport
	// Organisation is its entry on the list, when Known.
	Organisation osms.Organisation
	Known        bool
	Version      int64
	// Spoken are the imports that have spoken of it and stand, without their
	// rows, by as-at date and arrival.
	Spoken []OrganisationImport
	// Marks are those of the facts that reach the import's as-at date or beyond.
	Marks []osms.Mark
}

// Standings reads the standing of organisations with a few statements,
// whatever their number.
func (t *Tx) Standings(i Import, bins []osms.BIN) (map[osms.BIN]*Standing, error) {
	out := make(map[osms.BIN]*Standing, len(bins))
	err := t.keys("speaking", []string{"bin"}, func(add func(...any) error) error {
		for _, bin := range bins {
			out[bin] = &Standing{}
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
		var o OrganisationImport
		if err := rows.Scan(&o.BIN, &o.Sequence, &o.State, &o.Reason, &o.Why, &o.Diff); err != nil {
			return err
		}
		out[o.BIN].Earlier = o
		return nil
	}, `SELECT i.bin, i.sequence, i.state, i.reason, i.why, i.diff FROM speaking s CROSS JOIN import_organisation i WHERE i.bin = s.bin AND i.sha256 = $1
		AND i.region = $2 AND i.kind = $3 AND i.mode = $4 AND i.as_at = $5 AND i.state <> 'undone'`,
		i.SHA256, i.Region, i.Kind, i.Mode, i.AsAt)
	if err != nil {
		return nil, err
	}
	rows, err := t.tx.QueryContext(t.ctx, "SELECT "+organisationColumns+" FROM speaking s CROSS JOIN organisation o WHERE o.bin = s.bin AND o.known_until = $1", int64(now))
	organisations, err := scanOrganisations(rows, err)
	if err != nil {
		return nil, err
	}
	for bin, o := range organisations {
		out[bin].Organisation, out[bin].Known = o, true
	}
	err = t.each(func(rows *sql.Rows) error {
		var bin osms.BIN
		var version int64
		if err := rows.Scan(&bin, &version); err != nil {
			return err
		}
		out[bin].Version = version
		return nil
	}, "SELECT v.bin, v.version FROM speaking s CROSS JOIN organisation_version v WHERE v.bin = s.bin")
	if err != nil {
		return nil, err
	}
	spoken, err := t.organisationImports(`SELECT i.sequence, i.bin, i.speaks, i.as_at, i.version, i.state, i.committed_as, i.reason, i.why, i.diff, i.row_count, i.digest, NULL, NULL
		FROM speaking s CROSS JOIN import_organisation i WHERE i.bin = s.bin AND i.kind = 'roster' AND i.state = 'applied' ORDER BY i.as_at, i.sequence`)
	if err != nil {
		return nil, err
	}
	for _, o := range spoken {
		out[o.BIN].Spoken = append(out[o.BIN].Spoken, o)
	}
	return out, t.marks(out, i.AsAt)
}

// marks reads the marks of the organisations that are spoken of.
func (t *Tx) marks(standings map[osms.BIN]*Standing, asAt osms.Date) error {
	var last *Standing
	var lastBIN int64
	return t.each(func(rows *sql.Rows) error {
		var bin, person, first, print int64
		if err := rows.Scan(&bin, &person, &first, &print); err != nil {
			return err
		}
		if last == nil || bin != lastBIN {
			last, lastBIN = standings[osms.BIN(bin)], bin
		}
		last.Marks = append(last.Marks, osms.Mark{Person: osms.IIN(person), First: osms.Date(first), Fingerprint: osms.Fingerprint(print)})
		return nil
	}, `SELECT e.bin, e.person, e.first_day, e.fingerprint FROM speaking s CROSS JOIN enrolment e WHERE e.bin = s.bin AND e.known_until = $1
		AND e.until_day >= $2`, int64(now), asAt)
}

// Bump raises the version of organisations: the lock of every import that
// touches them.
func (t *Tx) Bump(bins []osms.BIN) error {
	if len(bins) == 0 {
		return nil
	}
	err := t.keys("bumping", []string{"bin"}, func(add func(...any) error) error {
		for _, bin := range bins {
			if err := add(int64(bin)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO organisation_version (bin, version) SELECT bin, 1 FROM bumping WHERE true ORDER BY bin
		ON CONFLICT (bin) DO UPDATE SET version = organisation_version.version + 1`)
	return err
}

// keptColumns are the kept rows of an organisation and what is shared by all of
// the import's: it stands under BIN zero.
const keptColumns = ", kept, (SELECT p.kept FROM import_organisation p WHERE p.sequence = import_organisation.sequence AND p.bin = 0)"

const organisationImportColumns = "sequence, bin, speaks, as_at, version, state, committed_as, reason, why, diff, row_count, digest"

// SpokenWithRows lists the imports that have spoken of an organisation and
// stand, by as-at date and arrival, with their kept rows, unpacked.
func (t *Tx) SpokenWithRows(bin osms.BIN) ([]OrganisationImport, error) {
	return t.organisationImports("SELECT "+organisationImportColumns+keptColumns+` FROM import_organisation
		WHERE bin = $1 AND kind = 'roster' AND state = 'applied' ORDER BY as_at, sequence`, bin)
}

// Said lists what an import said of organisations, in order of BIN and without
// the kept rows.
func (t *Tx) Said(sequence int64) ([]OrganisationImport, error) {
	return t.organisationImports("SELECT "+organisationImportColumns+", NULL, NULL FROM import_organisation WHERE sequence = $1 ORDER BY bin", sequence)
}

func (t *Tx) organisationImports(query string, args ...any) ([]OrganisationImport, error) {
	rows, err := t.tx.QueryContext(t.ctx, query, args...)
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []OrganisationImport
	for rows.Next() {
		var o OrganisationImport
		if err := rows.Scan(&o.Sequence, &o.BIN, &o.Mode, &o.AsAt, &o.Version, &o.State, &o.CommittedAs, &o.Reason, &o.Why, &o.Diff, &o.Rows, &o.Digest, &o.Kept, &o.Shared); err != nil {
			return nil, err
		}
		if o.Shared, err = t.s.packer.unpack(o.Shared); err != nil {
			return nil, fmt.Errorf("what import %d protects: %w", o.Sequence, err)
		}
		if o.Kept, err = t.s.packer.unpack(o.Kept); err != nil {
			return nil, fmt.Errorf("kept rows of import %d: %w", o.Sequence, err)
		}
		out = append(out, o)
	}
	return out, unreachable(rows.Err())
}

// ImportOf reads one import; ErrNotFound when there is none.
func (s *Store) ImportOf(ctx context.Context, sequence int64) (Import, error) {
	found, err := imports(ctx, s.db, "WHERE sequence = $1", sequence)
	if err != nil || len(found) == 0 {
		return Import{}, orNotFound(err)
	}
	return found[0], nil
}

// BroughtBy reads the import behind a sequence: of an import itself, or of the
// decision that released what was held of it; ErrNotFound when it is neither.
func (s *Store) BroughtBy(ctx context.Context, sequence int64) (Import, error) {
	found, err := imports(ctx, s.db, "WHERE sequence = $1 OR sequence = (SELECT d.import FROM decision d WHERE d.sequence = $1 AND d.what = 'release')", sequence)
	if err != nil || len(found) == 0 {
		return Import{}, orNotFound(err)
	}
	return found[0], nil
}

// Imports lists every import up to a sequence, oldest first.
func (s *Store) Imports(ctx context.Context, upTo int64) ([]Import, error) {
	return imports(ctx, s.db, "WHERE sequence <= $1 ORDER BY sequence", upTo)
}

func orNotFound(err error) error {
	if err == nil {
		return ErrNotFound
	}
	return err
}

func imports(ctx context.Context, q queryer, where string, args ...any) ([]Import, error) {
	rows, err := q.QueryContext(ctx, `SELECT sequence, sha256, kind, region, mode, as_at, name, received, committed, run, sheets, columns, digest, proved
		FROM import `+where, args...)
	if err != nil {
		return nil, unreachable(err)
	}
	defer rows.Close()
	var out []Import
	for rows.Next() {
		var i Import
		var received, committed int64
		var sheets, columns string
		if err := rows.Scan(&i.Sequence, &i.SHA256, &i.Kind, &i.Region, &i.Mode, &i.AsAt, &i.Name, &received, &committed,
			&i.Run, &sheets, &columns, &i.Digest, &i.Proved); err != nil {
			return nil, err
		}
		i.Received, i.Committed = time.Unix(received, 0).UTC(), time.Unix(committed, 0).UTC()
		if err := json.Unmarshal([]byte(sheets), &i.Sheets); err != nil {
			return nil, fmt.Errorf("sheets of import %d: %w", i.Sequence, err)
		}
		if err := json.Unmarshal([]byte(columns), &i.Columns); err != nil {
			return nil, fmt.Errorf("columns of import %d: %w", i.Sequence, err)
		}
		out = append(out, i)
	}
	return out, unreachable(rows.Err())
}

// Contested reports whether another region's claim on a provisional BIN is
// held.
func (t *Tx) Contested(bin osms.BIN, region osms.Region) (bool, error) {
	var n int
	err := t.tx.GetContext(t.ctx, &n, `SELECT count(*) FROM import_organisation WHERE bin = $1 AND state = 'held'
		AND reason = $2 AND region <> $3`, bin, string(osms.HoldProvisionalBIN), region)
	return n > 0, missing(err)
}
