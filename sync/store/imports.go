package store

import (
	"context"
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
	Digest    string // of everything that was kept
	Kept      []byte // parsed content that belongs to no organisation
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
	Reason  string // of a hold
	Diff    string
	Rows    int
	Digest  string
	Kept    []byte
}

// States of an OrganisationImport.
const (
	StateApplied = "applied"
	StateHeld    = "held"
	StateRefused = "refused" // the file may not speak of the organisation
	StateUndone  = "undone"
)

// pack and unpack compress what is kept.
func pack(b []byte) ([]byte, error) {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	return w.EncodeAll(b, nil), nil
}

func unpack(b []byte) ([]byte, error) {
	if b == nil {
		return nil, nil
	}
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<30))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return r.DecodeAll(b, nil)
}

// Earlier finds what the import that already brought these bytes with this
// declaration said of an organisation: its Sequence (0 when there is none),
// State and Reason.
func (t *Tx) Earlier(i Import, bin osms.BIN) (o OrganisationImport, err error) {
	err = missing(t.tx.QueryRowContext(t.ctx, `SELECT sequence, state, reason FROM import_organisation WHERE sha256 = $1
		AND region = $2 AND kind = $3 AND mode = $4 AND as_at = $5 AND bin = $6 AND state <> 'undone'`,
		i.SHA256, i.Region, i.Kind, i.Mode, i.AsAt, bin).Scan(&o.Sequence, &o.State, &o.Reason))
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return o, err
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
	kept, err := pack(i.Kept)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO import (sequence, sha256, kind, region, mode, as_at, name, received, committed, run, sheets, columns, digest, kept)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		sequence, i.SHA256, i.Kind, i.Region, i.Mode, i.AsAt, i.Name, i.Received.Unix(), i.Committed.Unix(), i.Run,
		string(sheets), string(columns), i.Digest, kept)
	return err
}

// PutOrganisationImport records what the import said of an organisation. The
// unique key of import_once is what makes a file apply once; breaking it is
// ErrOnce.
func (t *Tx) PutOrganisationImport(i Import, o OrganisationImport) error {
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	kept, err := pack(o.Kept)
	if err != nil {
		return err
	}
	n, err := t.exec(`INSERT INTO import_organisation (sequence, bin, sha256, region, kind, mode, as_at, speaks, version, state, reason, diff, row_count, digest, kept)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING`,
		sequence, o.BIN, i.SHA256, i.Region, i.Kind, i.Mode, i.AsAt, o.Mode, o.Version, o.State, o.Reason, o.Diff, o.Rows, o.Digest, kept)
	if err == nil && n == 0 {
		return ErrOnce
	}
	return err
}

const organisationImportColumns = "sequence, bin, speaks, as_at, version, state, reason, diff, row_count, digest"

// Spoken lists the imports that have spoken of an organisation and stand,
// without their rows, by as-at date and arrival.
func (t *Tx) Spoken(bin osms.BIN) ([]OrganisationImport, error) {
	return t.organisationImports("SELECT "+organisationImportColumns+`, NULL FROM import_organisation
		WHERE bin = $1 AND kind = 'roster' AND state = 'applied' ORDER BY as_at, sequence`, bin)
}

// SpokenWithRows is Spoken with the kept rows, unpacked.
func (t *Tx) SpokenWithRows(bin osms.BIN) ([]OrganisationImport, error) {
	return t.organisationImports("SELECT "+organisationImportColumns+`, kept FROM import_organisation
		WHERE bin = $1 AND kind = 'roster' AND state = 'applied' ORDER BY as_at, sequence`, bin)
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
		if err := rows.Scan(&o.Sequence, &o.BIN, &o.Mode, &o.AsAt, &o.Version, &o.State, &o.Reason, &o.Diff, &o.Rows, &o.Digest, &o.Kept); err != nil {
			return nil, err
		}
		if o.Kept, err = unpack(o.Kept); err != nil {
			return nil, fmt.Errorf("kept rows of import %d: %w", o.Sequence, err)
		}
		out = append(out, o)
	}
	return out, unreachable(rows.Err())
}

// ImportOf reads one import; ErrNotFound when there is none.
func (s *Store) ImportOf(ctx context.Context, sequence int64) (Import, error) {
	imports, err := s.imports(ctx, "WHERE sequence = $1", sequence)
	if err != nil || len(imports) == 0 {
		return Import{}, orNotFound(err)
	}
	return imports[0], nil
}

// Imports lists every import up to a sequence, oldest first.
func (s *Store) Imports(ctx context.Context, upTo int64) ([]Import, error) {
	return s.imports(ctx, "WHERE sequence <= $1 ORDER BY sequence", upTo)
}

func orNotFound(err error) error {
	if err == nil {
		return ErrNotFound
	}
	return err
}

func (s *Store) imports(ctx context.Context, where string, args ...any) ([]Import, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT sequence, sha256, kind, region, mode, as_at, name, received, committed, run, sheets, columns, digest
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
			&i.Run, &sheets, &columns, &i.Digest); err != nil {
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
