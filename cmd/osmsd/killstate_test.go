package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
)

// believed are the tables that make up the state of the registry; what differs
// from run to run (run numbers, moments, and the digests that cover them: verify
// checks those) is left out.
var believed = []struct{ table, columns, order string }{
	{"organisation", "*", "bin, known_until"},
	{"organisation_version", "*", "bin"},
	{"enrolment", "*", "person, bin, from_day, known_until"},
	{"entitlement", "*", "person, from_month, known_until"},
	{"tally", "*", "sequence, region, category, month"},
	{"overlap", "*", "person, bin_a, bin_b, known_until"},
	{"state_rate", "*", "year, known_from"},
	{"state_rules", "*", "known_from"},
	{"frozen_month", "month, version, sequence, percent, base, unverified, reason", "month, version"},
	{"frozen_line", "*", "month, version, region, category"},
	{"ledger_entry", "*", "sequence, sheet, row_number"},
	{"import", "sequence, sha256, kind, region, mode, as_at, name, sheets, columns", "sequence"},
	{"import_organisation", "sequence, bin, sha256, region, kind, mode, as_at, speaks, version, state, reason, diff, row_count, digest", "sequence, bin"},
	{"file", "sha256, size, name", "sha256"},
	{"arrival", "id, sha256, name, region, kind, channel, outcome, sequence", "id"},
	{"decision", "sequence, what, import, hash, reason", "sequence"},
	{"decision_organisation", "*", "sequence, bin"},
	{"overlap_notice", "*", "number, bin"},
	{"letter", "*", "region, year, number"},
	{"letter_bundle", "*", "id"},
	{"audit", "number, what", "number"},
	{"counter", "name, value", "name"},
}

// state is a digest of everything that the registry believes, in one snapshot,
// and how many rows each table has.
func (h *home) state() (string, error) { return h.stateWithout(nil) }

// stateWithout leaves columns of some tables out: those given are read instead.
func (h *home) stateWithout(instead map[string]string) (string, error) {
	driver, dsn, opts := "sqlite", "file:"+h.database+"?_pragma=busy_timeout(10000)", sql.TxOptions{}
	if strings.HasPrefix(h.database, "postgres") {
		driver, dsn, opts = "postgres", h.database, sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return "", err
	}
	defer db.Close()
	tx, err := db.BeginTx(context.Background(), &opts)
	if err != nil {
		return "", err
	}
	defer tx.Rollback()
	var text strings.Builder
	for _, b := range believed {
		where := ""
		if b.table == "counter" {
			where = " WHERE name IN ('sequence', 'arrival', 'overlap') AND value <> 0"
			if instead != nil {
				where = " WHERE name IN ('sequence', 'arrival')"
			}
		}
		rows, err := tx.Query("SELECT " + cmp.Or(instead[b.table], b.columns) + " FROM " + b.table + where + " ORDER BY " + b.order)
		if err != nil {
			return "", err
		}
		n, digest, err := digestOf(rows)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&text, "%s %d %s\n", b.table, n, digest)
	}
	return text.String(), nil
}

func digestOf(rows *sql.Rows) (n int, digest string, err error) {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, "", err
	}
	h := sha256.New()
	values, at := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		at[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(at...); err != nil {
			return 0, "", err
		}
		for _, v := range values {
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			fmt.Fprintf(h, "%v|", v)
		}
		fmt.Fprintln(h)
		n++
	}
	return n, hex.EncodeToString(h.Sum(nil))[:16], rows.Err()
}
