package store

import (
	"context"
	"database/sql"
	"slices"

	"osmsd/sync/osms"
)

// posted is a posting with its document.
type posted struct {
	document int64
	osms.Posting
}

const (
	postingsByPerson = "SELECT " + postingColumns + ` FROM posting p WHERE +p.month = $1 AND p.person > 0 ORDER BY p.person, p.document, p.number`
	postingsOfNobody = "WHERE p.month = $1 AND +p.person = 0 ORDER BY p.document, p.number"
)

// PostingsByPerson passes over the postings of a month that bear an IIN, in order
// of person, document and number, of documents that are believed and of others.
// The index of persons gives the order, so that nothing is sorted in memory: the
// signs keep the databases from beginning with the month.
func (s *Store) PostingsByPerson(ctx context.Context, month osms.Month, each func(document int64, p *osms.Posting) error) error {
	c := cursor[posted]{scan: func(rows *sql.Rows, p *posted) (osms.IIN, error) {
		err := scanPosting(rows, &p.document, &p.Posting)
		return p.Person, err
	}}
	defer c.close()
	if err := c.open(ctx, s, postingsByPerson, month); err != nil {
		return err
	}
	for c.person != 0 {
		if err := each(c.value.document, &c.value.Posting); err != nil {
			return err
		}
		if err := c.next(); err != nil {
			return err
		}
	}
	return nil
}

// PostingsOfNobody passes over the postings of a month that bear no IIN, in order
// of document and number.
func (s *Store) PostingsOfNobody(ctx context.Context, month osms.Month, each func(document int64, p *osms.Posting) error) error {
	return s.postings(ctx, each, postingsOfNobody, month)
}

// PostingsAmong is PostingsByPerson for some persons, given in order.
func (s *Store) PostingsAmong(ctx context.Context, month osms.Month, persons []osms.IIN, each func(document int64, p *osms.Posting) error) error {
	for part := range slices.Chunk(persons, chunk) {
		list, args := among(part, 2)
		if err := s.postings(ctx, each, "WHERE +p.month = $1 AND p.person IN ("+list+") ORDER BY p.person, p.document, p.number",
			append([]any{month}, args...)...); err != nil {
			return err
		}
	}
	return nil
}

// EachDocument passes over the believed documents, as known at a sequence, that
// are for a month, may have a posting of it, or moved in it or on no stated day,
// in order of their numbers.
func (s *Store) EachDocument(ctx context.Context, month osms.Month, sequence int64, each func(StoredDocument) error) error {
	last := int64(0)
	return eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var d StoredDocument
		if err := scanDocument(rows, &d, &d.Import); err != nil || d.ID == last {
			return err // several imports may bring it: the first stands for them
		}
		last = d.ID
		return each(d)
	}, "SELECT "+documentColumns+", i.sequence"+believedDocument+`WHERE d.month = $2 OR d.first_month <= $2 AND d.last_month >= $2
		OR d.booked >= $3 AND d.booked <= $4 OR d.booked = 0 AND (d.dated = 0 OR d.dated >= $3 AND d.dated <= $4)
		ORDER BY d.id, i.sequence`, sequence, month, month.First(), month.Last())
}

// PostingTotals adds up what a document says of persons.
type PostingTotals struct {
	Persons int
	Amount  osms.Tiyn
	// Regionless: no region stands beside the person.
	Regionless       int
	RegionlessAmount osms.Tiyn
	// Unknown: no IIN, or one that was never on the register.
	Unknown       int
	UnknownAmount osms.Tiyn
}

// PostedIn adds up the postings of some documents that are for a month, 0 for
// those that state none; who is unknown is as known at a sequence. A document
// without such postings is left out.
func (s *Store) PostedIn(ctx context.Context, month osms.Month, documents []int64, sequence int64) (map[int64]PostingTotals, error) {
	out := map[int64]PostingTotals{}
	for part := range slices.Chunk(documents, chunk) {
		list, args := among(part, 3)
		err := eachRow(ctx, s.db, func(rows *sql.Rows) error {
			var id int64
			var t PostingTotals
			err := rows.Scan(&id, &t.Persons, &t.Amount, &t.Regionless, &t.RegionlessAmount, &t.Unknown, &t.UnknownAmount)
			out[id] = t
			return err
		}, `SELECT document, count(*), CAST(sum(amount) AS BIGINT), sum(regionless), CAST(sum(regionless * amount) AS BIGINT),
				sum(stranger), CAST(sum(stranger * amount) AS BIGINT)
			FROM (SELECT p.document, p.amount, CASE WHEN p.region = 0 THEN 1 ELSE 0 END AS regionless,
					CASE WHEN EXISTS (SELECT 1 FROM enrolment e WHERE e.person = p.person AND e.known_from <= $2) THEN 0 ELSE 1 END AS stranger
				FROM posting p WHERE p.month = $1 AND p.document IN (`+list+`)) x
			GROUP BY document`, append([]any{month, sequence}, args...)...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
