package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"osmsd/sync/osms"
)

// StoredDocument is a payment document on the register.
type StoredDocument struct {
	ID int64
	osms.Document
	// Import brings the document, the first of those that are believed; Origin is
	// the one whose file the places of its postings point into.
	Import, Origin int64
}

const documentColumns = `d.id, d.identity, d.sequence, d.kind, d.format, d.sheet, d.row_number, d.account, d.reference, d.number, d.dated, d.booked,
	d.payer, d.payer_id, d.payee, d.payee_id, d.knp, d.purpose, d.month, d.region, d.returned, d.reverses, d.persons, d.amount,
	d.first_month, d.last_month, d.digest`

func scanDocument(rows *sql.Rows, d *StoredDocument, more ...any) error {
	var returned int
	err := rows.Scan(append([]any{&d.ID, &d.Identity, &d.Origin, &d.Kind, &d.Format, &d.Sheet, &d.Row, &d.Account, &d.Reference, &d.Number,
		&d.Dated, &d.Booked, &d.Payer, &d.PayerID, &d.Payee, &d.PayeeID, &d.KNP, &d.Purpose, &d.Month, &d.Region, &returned, &d.Reverses,
		&d.Persons, &d.Amount, &d.First, &d.Last, &d.Digest}, more...)...)
	d.Returned = returned != 0
	return err
}

// chunk is how many values stand in one list of a query.
const chunk = 500

// among writes the placeholders of a list, from $n on, and its arguments.
func among[T any](values []T, n int) (string, []any) {
	var b strings.Builder
	args := make([]any, len(values))
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "$%d", n+i)
		args[i] = v
	}
	return b.String(), args
}

// BelievedDocuments finds the documents with some identities that an import which
// stands brings now.
func (t *Tx) BelievedDocuments(identities []string) (map[string]StoredDocument, error) {
	out := map[string]StoredDocument{}
	for part := range slices.Chunk(identities, chunk) {
		list, args := among(part, 2)
		err := t.each(func(rows *sql.Rows) error {
			var d StoredDocument
			if err := scanDocument(rows, &d, &d.Import); err != nil {
				return err
			}
			out[d.Identity] = d
			return nil
		}, `SELECT `+documentColumns+`, i.sequence FROM payment_document d JOIN document_import i ON i.document = d.id AND i.known_until = $1
			WHERE d.identity IN (`+list+`) ORDER BY i.sequence DESC`, append([]any{int64(now)}, args...)...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Namesake finds a believed list of another identity with the same reference,
// payer and date; ErrNotFound when there is none.
func (t *Tx) Namesake(d osms.Document) (out StoredDocument, err error) {
	err = ErrNotFound
	failed := t.each(func(rows *sql.Rows) error {
		err = nil
		return scanDocument(rows, &out, &out.Import)
	}, `SELECT `+documentColumns+`, i.sequence FROM payment_document d JOIN document_import i ON i.document = d.id AND i.known_until = $1
		WHERE d.reference = $2 AND d.kind = $3 AND d.format = $4 AND d.payer_id = $5 AND d.dated = $6 AND d.identity <> $7 ORDER BY d.id LIMIT 1`,
		int64(now), d.Reference, string(d.Kind), d.Format, d.PayerID, d.Dated, d.Identity)
	if failed != nil {
		err = failed
	}
	return out, err
}

// PutDocuments registers documents that no import ever brought, under this
// decision's sequence, and gives their numbers.
func (t *Tx) PutDocuments(documents []osms.Document) ([]int64, error) {
	sequence, err := t.Sequence()
	if err != nil || len(documents) == 0 {
		return nil, err
	}
	last, err := t.count("document", int64(len(documents)))
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(documents))
	columns := strings.Split(strings.Join(strings.Fields(strings.ReplaceAll(documentColumns, "d.", "")), ""), ",")
	err = t.load("payment_document", columns, func(add func(...any) error) error {
		for i, d := range documents {
			ids[i] = last - int64(len(documents)) + int64(i) + 1
			if err := add(ids[i], d.Identity, sequence, string(d.Kind), d.Format, int64(d.Sheet), int64(d.Row), d.Account, d.Reference, d.Number,
				int64(d.Dated), int64(d.Booked), d.Payer, d.PayerID, d.Payee, d.PayeeID, d.KNP, d.Purpose, int64(d.Month), int64(d.Region),
				bit(d.Returned), d.Reverses, int64(d.Persons), int64(d.Amount), int64(d.First), int64(d.Last), d.Digest); err != nil {
				return err
			}
		}
		return nil
	})
	return ids, err
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// BringDocuments believes documents from this decision on, as long as it stands.
func (t *Tx) BringDocuments(ids []int64) error {
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	t.moves = true
	return t.load("document_import", []string{"document", "sequence", "known_until"}, func(add func(...any) error) error {
		for _, id := range ids {
			if err := add(id, sequence, int64(now)); err != nil {
				return err
			}
		}
		return nil
	})
}

// PutPostings registers the postings of new documents, in bulk: each hands them
// to add, one after the other, and may reuse them.
func (t *Tx) PutPostings(each func(add func(document int64, p *osms.Posting) error) error) error {
	columns := []string{"month", "document", "number", "person", "amount", "region", "returned", "sheet", "row_number", "birth", "name", "given", "knp", "reverses"}
	values := make([]any, len(columns))
	return t.load("posting", columns, func(add func(...any) error) error {
		return each(func(document int64, p *osms.Posting) error {
			values[0], values[1], values[2], values[3], values[4] = int64(p.Month), document, int64(p.Number), int64(p.Person), int64(p.Amount)
			values[5], values[6], values[7], values[8], values[9] = int64(p.Region), bit(p.Returned), int64(p.Sheet), int64(p.Row), int64(p.Birth)
			values[10], values[11], values[12], values[13] = p.Name, p.Given, p.KNP, p.Reverses
			return add(values...)
		})
	})
}

// CloseDocuments stops believing what an import brought, from this decision on,
// and counts the documents that nothing else brings.
func (t *Tx) CloseDocuments(imported int64) (gone int, err error) {
	sequence, err := t.Sequence()
	if err != nil {
		return 0, err
	}
	t.moves = true
	if _, err := t.exec("UPDATE document_import SET known_until = $1 WHERE sequence = $2 AND known_until = $3", sequence, imported, int64(now)); err != nil {
		return 0, err
	}
	err = t.tx.GetContext(t.ctx, &gone, `SELECT count(*) FROM document_import i WHERE i.sequence = $1 AND i.known_until = $2 AND NOT EXISTS
		(SELECT 1 FROM document_import x WHERE x.document = i.document AND x.known_until = $3)`, imported, sequence, int64(now))
	return gone, missing(err)
}

// believedDocument joins a document with the imports that bring it, as known at
// the sequence $1.
const believedDocument = ` FROM payment_document d JOIN document_import i ON i.document = d.id AND i.sequence <= $1 AND i.known_until > $1 `

// Documents reads the payment documents that concern a month as known at a
// sequence: those for the month, those with a posting of it, and, booked in it or
// near to it, movements that do not say for which month they are, and lists, which
// may tell. Movements under codes that are never the state's are left out.
func (s *Store) Documents(ctx context.Context, month osms.Month, sequence int64, never []string) ([]StoredDocument, error) {
	list, args := among(append([]string{"-"}, never...), 5)
	return s.documents(ctx, believedDocument+`WHERE d.id IN (
			SELECT id FROM payment_document WHERE month = $2 AND (kind = 'list' OR knp NOT IN (`+list+`))
			UNION SELECT id FROM payment_document WHERE month = 0 AND booked >= $3 AND booked <= $4 AND (kind = 'list' OR knp NOT IN (`+list+`))
			UNION SELECT id FROM payment_document WHERE kind = 'list' AND last_month >= $2 AND first_month <= $2
			UNION SELECT id FROM payment_document WHERE kind = 'list' AND booked >= $3 AND booked <= $4)
		ORDER BY d.id, i.sequence`, append([]any{sequence, month, month.Add(-1).First(), month.Add(3).Last()}, args...)...)
}

// Strangers sums the movements of a month, or booked in it without a month, under
// codes that are never the state's, as known at a sequence, and gives the first
// of them.
func (s *Store) Strangers(ctx context.Context, month osms.Month, sequence int64, codes []string, most int) (persons int, amount osms.Tiyn, first []StoredDocument, err error) {
	list, args := among(codes, 5)
	args = append([]any{sequence, month, month.First(), month.Last()}, args...)
	where := ` WHERE d.kind = 'movement' AND d.knp IN (` + list + `) AND (d.month = $2 OR d.month = 0 AND d.booked >= $3 AND d.booked <= $4)
		AND EXISTS (SELECT 1 FROM document_import x WHERE x.document = d.id AND x.sequence <= $1 AND x.known_until > $1)`
	if err := s.db.QueryRowContext(ctx, `SELECT coalesce(CAST(sum(d.persons) AS BIGINT), 0), coalesce(CAST(sum(d.amount) AS BIGINT), 0)
		FROM payment_document d`+where, args...).Scan(&persons, &amount); err != nil {
		return 0, 0, nil, unreachable(err)
	}
	if persons == 0 && amount == 0 {
		return 0, 0, nil, nil
	}
	first, err = s.documents(ctx, believedDocument+where+fmt.Sprintf(" ORDER BY d.id, i.sequence LIMIT %d", most), args...)
	return persons, amount, first, err
}

// ListedFor tells whether one of some documents names somebody for a month whom
// an organisation ever claimed, as known at a sequence.
func (s *Store) ListedFor(ctx context.Context, month osms.Month, bin osms.BIN, sequence int64, documents func(id int64) bool) (listed bool, err error) {
	var claimed []osms.IIN
	err = s.persons(ctx, &claimed, "SELECT DISTINCT person FROM enrolment WHERE bin = $1 AND known_from <= $2 ORDER BY person", bin, sequence)
	if err != nil {
		return false, err
	}
	// Most organisations are paid for, and the first few of their persons tell.
	for size := 16; len(claimed) > 0 && !listed; size = chunk {
		part := claimed[:min(size, len(claimed))]
		claimed = claimed[len(part):]
		list, args := among(part, 2)
		err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
			var id int64
			err := rows.Scan(&id)
			listed = listed || documents(id)
			return err
		}, "SELECT document FROM posting WHERE month = $1 AND person IN ("+list+")", append([]any{month}, args...)...)
		if err != nil {
			return false, err
		}
	}
	return listed, nil
}

// Bearing reads the believed documents of a kind that bear one of some references,
// as a reference or as a number.
func (s *Store) Bearing(ctx context.Context, kind osms.DocumentKind, references []string, sequence int64) (out []StoredDocument, err error) {
	for part := range slices.Chunk(references, chunk) {
		list, args := among(part, 3)
		found, err := s.documents(ctx, believedDocument+`WHERE d.kind = $2 AND (d.reference IN (`+list+`) OR d.number IN (`+list+`)) ORDER BY d.id, i.sequence`,
			append([]any{sequence, string(kind)}, args...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func (s *Store) documents(ctx context.Context, where string, args ...any) (out []StoredDocument, err error) {
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var d StoredDocument
		if err := scanDocument(rows, &d, &d.Import); err != nil {
			return err
		}
		if n := len(out); n == 0 || out[n-1].ID != d.ID { // several imports may bring it: the first stands for them
			out = append(out, d)
		}
		return nil
	}, "SELECT "+documentColumns+", i.sequence"+where, args...)
	return out, err
}

// DocumentsOf reads the documents that an import brought, whether it stands or
// not, in order of their numbers, and until when each was believed (0: still).
func (t *Tx) DocumentsOf(sequence int64) (out []StoredDocument, until []int64, err error) {
	err = t.each(func(rows *sql.Rows) error {
		var d StoredDocument
		var ends int64
		err := scanDocument(rows, &d, &ends)
		d.Import = sequence
		out, until = append(out, d), append(until, still(ends))
		return err
	}, "SELECT "+documentColumns+", i.known_until FROM document_import i JOIN payment_document d ON d.id = i.document WHERE i.sequence = $1 ORDER BY d.id", sequence)
	return out, until, err
}

const postingColumns = `p.document, p.month, p.number, p.person, p.amount, p.region, p.returned, p.sheet, p.row_number, p.birth, p.name, p.given, p.knp, p.reverses`

func scanPosting(rows *sql.Rows, document *int64, p *osms.Posting) error {
	var returned int
	err := rows.Scan(document, &p.Month, &p.Number, &p.Person, &p.Amount, &p.Region, &returned, &p.Sheet, &p.Row, &p.Birth, &p.Name, &p.Given, &p.KNP, &p.Reverses)
	p.Returned = returned != 0
	return err
}

// Postings passes over every posting of a month, in no particular order, of
// documents that are believed and of others: the caller knows which count.
func (s *Store) Postings(ctx context.Context, month osms.Month, each func(document int64, p *osms.Posting) error) error {
	return s.postings(ctx, each, "WHERE p.month = $1", month)
}

// PostingIn tells which of some documents have a posting of a month.
func (s *Store) PostingIn(ctx context.Context, ids []int64, month osms.Month) (map[int64]bool, error) {
	out := map[int64]bool{}
	for part := range slices.Chunk(ids, chunk) {
		list, args := among(part, 2)
		err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
			var id int64
			err := rows.Scan(&id)
			out[id] = true
			return err
		}, "SELECT DISTINCT document FROM posting WHERE month = $1 AND document IN ("+list+")", append([]any{month}, args...)...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// PostingsFor passes over the postings of some persons, in every month, in order
// of person, month, document and number.
func (s *Store) PostingsFor(ctx context.Context, persons []osms.IIN, each func(document int64, p *osms.Posting) error) error {
	for part := range slices.Chunk(persons, chunk) {
		list, args := among(part, 1)
		if err := s.postings(ctx, each, "WHERE p.person IN ("+list+") ORDER BY p.person, p.month, p.document, p.number", args...); err != nil {
			return err
		}
	}
	return nil
}

// PostingsOf passes over the postings of a document for a month, in the order of
// their numbers.
func (s *Store) PostingsOf(ctx context.Context, document int64, month osms.Month, each func(p *osms.Posting) error) error {
	return s.postings(ctx, func(_ int64, p *osms.Posting) error { return each(p) },
		"WHERE p.month = $1 AND p.document = $2 ORDER BY p.number", month, document)
}

func (s *Store) postings(ctx context.Context, each func(int64, *osms.Posting) error, where string, args ...any) error {
	var document int64
	var p osms.Posting
	return eachRow(ctx, s.db, func(rows *sql.Rows) error {
		if err := scanPosting(rows, &document, &p); err != nil {
			return err
		}
		return each(document, &p)
	}, "SELECT "+postingColumns+" FROM posting p "+where, args...)
}

// EachPosting passes over the postings of a document in the order of their
// numbers.
func (t *Tx) EachPosting(d StoredDocument, each func(p *osms.Posting) error) error {
	var document int64
	var p osms.Posting
	return t.each(func(rows *sql.Rows) error {
		if err := scanPosting(rows, &document, &p); err != nil {
			return err
		}
		return each(&p)
	}, "SELECT "+postingColumns+" FROM posting p WHERE (p.month = 0 OR p.month >= $2 AND p.month <= $3) AND p.document = $1 ORDER BY p.number", d.ID, d.First, d.Last)
}

// DocumentsNumbered reads documents by their numbers, with the first import that
// brings each as known at a sequence; those that are not believed are left out.
func (s *Store) DocumentsNumbered(ctx context.Context, ids []int64, sequence int64) (map[int64]StoredDocument, error) {
	out := map[int64]StoredDocument{}
	for part := range slices.Chunk(ids, chunk) {
		list, args := among(part, 2)
		found, err := s.documents(ctx, believedDocument+"WHERE d.id IN ("+list+") ORDER BY d.id, i.sequence", append([]any{sequence}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			out[d.ID] = d
		}
	}
	return out, nil
}

// Stands passes over the places on a month's list as known at a sequence, in no
// particular order: the list without names, for millions.
func (s *Store) Stands(ctx context.Context, month osms.Month, sequence int64, each func(e osms.Entitlement) error) error {
	var e osms.Entitlement
	return eachRow(ctx, s.db, func(rows *sql.Rows) error {
		if err := rows.Scan(&e.Person, &e.Category, &e.BIN, &e.Region); err != nil {
			return err
		}
		return each(e)
	}, `SELECT person, category, bin, region FROM entitlement WHERE from_month <= $1 AND to_month >= $1 AND known_from <= $2 AND known_until > $2`,
		month, sequence)
}

// EntitlementsFor passes over everything that was ever concluded about some
// persons, in order of person and month.
func (s *Store) EntitlementsFor(ctx context.Context, persons []osms.IIN, each func(KnownEntitlement) error) error {
	for part := range slices.Chunk(persons, chunk) {
		list, args := among(part, 1)
		err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
			var e KnownEntitlement
			if err := rows.Scan(&e.Person, &e.Category, &e.From, &e.To, &e.BIN, &e.Region, &e.KnownFrom, &e.KnownUntil); err != nil {
				return err
			}
			e.KnownUntil = still(e.KnownUntil)
			return each(e)
		}, `SELECT person, category, from_month, to_month, bin, region, known_from, known_until FROM entitlement
			WHERE person IN (`+list+`) ORDER BY person, from_month, known_from`, args...)
		if err != nil {
			return err
		}
	}
	return nil
}
