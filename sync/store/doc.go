// Package store keeps the register in SQLite or PostgreSQL. It is the only
// place in the program with SQL in it, and every statement is written once, in
// the words that both databases share; what differs is in dialect.go.
//
// The register is bitemporal and append-only. A fact row says from when to when
// something is true and, by sequences, from when to when it was believed. A
// decision (an import, a freeze, a change of rates) takes the next sequence,
// closes rows and opens rows, and leaves exactly one entry in the audit chain,
// all in one transaction. Nothing is overwritten, so "as we knew it on the 5th"
// is an ordinary question: the last sequence committed at or before it.
//
// A method is a use-case and its own transaction. No type of the database
// drivers leaves the package; what a caller can act on comes back as one of the
// errors in errors.go.
package store
