package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"osmsd/sync/osms"
)

// Request is a request of service B on the register with what it came to.
type Request struct {
	ID int64
	osms.Request
	Sequence int64     // the import, or the decision that released it; 0: asked directly
	Answered time.Time // zero: not yet
	Ground   osms.Ground
	Reason   osms.CaseReason
	Number   string // of the statement or of the refusal
	Digest   string // of the statement; "" of a refusal
	Known    int64  // the decision up to which the register was read
	// Content is the statement as it was given. PutAnswer stores it, and
	// RequestNumbered alone reads it.
	Content []byte
}

const requestColumns = `id, sequence, sheet, row_number, incoming, received, person, from_month, to_month, confirmed_by, consent, answered, ground, reason,
	number, digest, known`

// PutRequests registers requests of a list under this decision's sequence, to be
// answered after it.
func (t *Tx) PutRequests(requests []osms.Request) error {
	sequence, err := t.Sequence()
	if err != nil || len(requests) == 0 {
		return err
	}
	last, err := t.count("request", int64(len(requests)))
	if err != nil {
		return err
	}
	columns := strings.Split(strings.Join(strings.Fields(requestColumns), ""), ",")
	return t.load("request", columns, func(add func(...any) error) error {
		for i, r := range requests {
			put := Request{ID: last - int64(len(requests)) + int64(i) + 1, Request: r, Sequence: sequence}
			if err := add(put.values()...); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r Request) values() []any {
	answered := int64(0)
	if !r.Answered.IsZero() {
		answered = r.Answered.Unix()
	}
	return []any{r.ID, r.Sequence, int64(r.Sheet), int64(r.Row), r.Incoming, r.Received.Unix(), int64(r.Person), int64(r.From), int64(r.To),
		string(r.ConfirmedBy), bit(r.Consent), answered, int64(r.Ground), string(r.Reason), r.Number, r.Digest, r.Known}
}

// content is never nil, which a database takes for nothing known.
func (r Request) content() []byte { return append([]byte{}, r.Content...) }

// PutAnswer records what a request came to, with its line of the access log, and
// audits both as one decision. A request without an ID was asked directly and is
// registered with its answer; one that was answered already is ErrOnce.
func (t *Tx) PutAnswer(r Request, a osms.Access) (_ Request, err error) {
	if r.ID == 0 {
		if r.ID, err = t.count("request", 1); err != nil {
			return r, err
		}
		list, args := among(append(r.values(), r.content()), 1)
		if _, err := t.exec("INSERT INTO request ("+requestColumns+", content) VALUES ("+list+")", args...); err != nil {
			return r, err
		}
	} else {
		n, err := t.exec("UPDATE request SET answered = $1, ground = $2, reason = $3, number = $4, digest = $5, known = $6, content = $7 WHERE id = $8 AND answered = 0",
			r.Answered.Unix(), int64(r.Ground), string(r.Reason), r.Number, r.Digest, r.Known, r.content(), r.ID)
		if err != nil {
			return r, err
		}
		if n == 0 {
			return r, ErrOnce
		}
	}
	if a, err = t.putAccess(a); err != nil {
		return r, err
	}
	return r, t.Audit(r.Answered, AuditRequest, AccessDigest(a, &r))
}

// OpenRequests reads, in their order, up to n requests after one that are not
// answered. Those of a list that was taken back never will be.
func (s *Store) OpenRequests(ctx context.Context, after int64, n int) ([]Request, error) {
	return requests(ctx, s.db, `WHERE answered = 0 AND id > $1 AND NOT `+takenBack+` ORDER BY id LIMIT $2`, after, n)
}

// takenBack is the condition that the list of a request was taken back.
const takenBack = `EXISTS (SELECT 1 FROM decision u WHERE u.what = 'undo'
	AND (u.import = request.sequence OR u.import = (SELECT r.import FROM decision r WHERE r.sequence = request.sequence)))`

// ListedRequests reads, in their order, the requests of lists about persons that
// were received between two moments, both included.
func (t *Tx) ListedRequests(persons []osms.IIN, from, to time.Time) ([]Request, error) {
	return t.listed("", persons, from, to)
}

// ListedAnswers is ListedRequests of those that were answered or will be: not of
// a list that was taken back before it came to that.
func (t *Tx) ListedAnswers(persons []osms.IIN, from, to time.Time) ([]Request, error) {
	return t.listed(" AND (answered <> 0 OR NOT "+takenBack+")", persons, from, to)
}

func (t *Tx) listed(which string, persons []osms.IIN, from, to time.Time) ([]Request, error) {
	list, args := among(persons, 3)
	return requests(t.ctx, t.tx, "WHERE sequence <> 0 AND received >= $1 AND received <= $2 AND person IN ("+list+")"+which+" ORDER BY id",
		append([]any{from.Unix(), to.Unix()}, args...)...)
}

// RequestNumbered reads the request that was answered under a number, with the
// content of its statement; ErrNotFound when none was.
func (s *Store) RequestNumbered(ctx context.Context, number string) (Request, error) {
	found, err := requests(ctx, s.db, "WHERE number = $1 AND answered <> 0", number)
	if err != nil || len(found) == 0 {
		return Request{}, orNotFound(err)
	}
	r := found[0]
	err = s.db.QueryRowContext(ctx, "SELECT content FROM request WHERE id = $1", r.ID).Scan(&r.Content)
	return r, missing(err)
}

// EachGiven passes over the statements that were given, in the order of their
// requests.
func (t *Tx) EachGiven(each func(id int64, digest string, content []byte)) error {
	return t.each(func(rows *sql.Rows) error {
		var id int64
		var digest string
		var content []byte
		err := rows.Scan(&id, &digest, &content)
		if err == nil {
			each(id, digest, content)
		}
		return err
	}, "SELECT id, digest, content FROM request WHERE answered <> 0 AND ground = 0 ORDER BY id")
}

// RequestsOf reads the requests that a list brought, in its order.
func (t *Tx) RequestsOf(sequence int64) ([]Request, error) {
	return requests(t.ctx, t.tx, "WHERE sequence = $1 ORDER BY id", sequence)
}

// AnsweredRequests reads every answered request.
func (t *Tx) AnsweredRequests() ([]Request, error) {
	return requests(t.ctx, t.tx, "WHERE answered <> 0 ORDER BY id")
}

// DocumentsGiven tells how many numbers of each series were ever taken, by the
// beginning that they share.
func (t *Tx) DocumentsGiven(series ...string) (map[string]int64, error) {
	out := map[string]int64{}
	err := t.each(func(rows *sql.Rows) error {
		var name string
		var value int64
		err := rows.Scan(&name, &value)
		if beginning, _, ok := strings.Cut(name, "-"); ok && slices.Contains(series, beginning) {
			out[name] = value
		}
		return err
	}, "SELECT name, value FROM counter")
	return out, err
}

func requests(ctx context.Context, q queryer, where string, args ...any) (out []Request, err error) {
	err = eachRow(ctx, q, func(rows *sql.Rows) error {
		var r Request
		var received, answered int64
		var consent int
		if err := rows.Scan(&r.ID, &r.Sequence, &r.Sheet, &r.Row, &r.Incoming, &received, &r.Person, &r.From, &r.To, &r.ConfirmedBy, &consent,
			&answered, &r.Ground, &r.Reason, &r.Number, &r.Digest, &r.Known); err != nil {
			return err
		}
		r.Received, r.Consent = time.Unix(received, 0).UTC(), consent != 0
		if answered != 0 {
			r.Answered = time.Unix(answered, 0).UTC()
		}
		out = append(out, r)
		return nil
	}, "SELECT "+requestColumns+" FROM request "+where, args...)
	return out, err
}

// UnwrittenAnswers reads, in their order, up to n answered requests of lists after
// one whose documents are not yet known to be on disk.
func (s *Store) UnwrittenAnswers(ctx context.Context, after int64, n int) ([]Request, error) {
	return requests(ctx, s.db, "WHERE written = 0 AND sequence <> 0 AND answered <> 0 AND id > $1 ORDER BY id LIMIT $2", after, n)
}

// MarkAnswerWritten notes that the documents of an answer are on disk.
func (s *Store) MarkAnswerWritten(ctx context.Context, id int64) error {
	_, err := s.db.ExecContext(ctx, "UPDATE request SET written = 1 WHERE id = $1", id)
	return unreachable(err)
}

// CountRequests counts the answered requests, and those of them that were refused.
// What an operator took by right of office is none.
func (s *Store) CountRequests(ctx context.Context) (answered, refused int, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT count(*), coalesce(sum(CASE WHEN ground <> 0 THEN 1 ELSE 0 END), 0) FROM request WHERE answered <> 0 AND (ground <> 0 OR confirmed_by <> '')").Scan(&answered, &refused)
	return answered, refused, unreachable(err)
}

// GivenAnswer is an answer of service B with who asked for it, and by what right,
// as the access log has it.
type GivenAnswer struct {
	Request
	Who, By string // "" of a request with no readable IIN
}

// LatestAnswers reads the last answers that were given, the newest first.
func (s *Store) LatestAnswers(ctx context.Context, limit int) (out []GivenAnswer, err error) {
	last, err := requests(ctx, s.db, "WHERE answered <> 0 ORDER BY id DESC LIMIT $1", limit)
	if err != nil {
		return nil, err
	}
	for _, r := range last {
		g := GivenAnswer{Request: r}
		if r.Person != 0 { // by whom the log is sorted
			err := s.db.QueryRowContext(ctx, "SELECT who, ground FROM access WHERE person = $1 AND number = $2 ORDER BY id LIMIT 1", r.Person, r.Number).Scan(&g.Who, &g.By)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return nil, unreachable(err)
			}
		}
		out = append(out, g)
	}
	return out, nil
}
