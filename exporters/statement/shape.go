package statement

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the same clock time on a machine without zone files

	"osmsd/sync/osms"
)

// ErrTotal says that a statement's total is not the sum of its rows.
var ErrTotal = errors.New("the total of the statement is not the sum of its rows")

// ErrDigest says that a statement's digest is not that of its content.
var ErrDigest = errors.New("the digest of the statement is not that of its content")

// ErrRows says that a statement is larger than one can be that is verified.
var ErrRows = errors.New("the statement has too many rows")

// MaxRows is how many sums a statement has at most.
const MaxRows = 5000

// shape is the JSON of a statement. Every key is always present; a day, month
// or moment that does not exist is null, a text "".
type shape struct {
	IIN           string             `json:"iin"`
	Name          string             `json:"name"`
	Born          *string            `json:"born"`
	From          *string            `json:"from"`
	To            *string            `json:"to"`
	Participation shapeParticipation `json:"participation"`
	Rows          []shapeRow         `json:"rows"`
	Totals        shapeTotals        `json:"totals"`
	Number        string             `json:"number"`
	IssuedAt      *string            `json:"issued_at"`
	Counted       *string            `json:"counted"`
}

type shapeParticipation struct {
	Status         osms.ParticipationStatus `json:"status"`
	Category       osms.Category            `json:"category"`
	Since          *string                  `json:"since"`
	Until          *string                  `json:"until"`
	PreservedUntil *string                  `json:"preserved_until"`
}

type shapeRow struct {
	Month     *string `json:"month"`
	Payer     string  `json:"payer"`
	PayerID   string  `json:"payer_id"`
	KNP       string  `json:"knp"`
	PaidOn    *string `json:"paid_on"`
	Reference string  `json:"reference"`
	Amount    int64   `json:"amount_tiyn"`
}

// sealed is a shape with its digest, which is over the keys before it, and the
// signature, which is over the digest. The last three are "" for a statement
// that is not signed.
type sealed struct {
	shape
	Digest    string `json:"digest"`
	Key       string `json:"key"`
	Signature string `json:"signature"`
	Code      string `json:"code"`
}

// Shape is a value of the Go type that WriteJSON writes, for whoever describes its
// form to programs.
func Shape() any { return sealed{} }

func date(d osms.Date) *string {
	if d.IsZero() || d == osms.Forever {
		return nil
	}
	s := d.String()
	return &s
}

func month(m osms.Month) *string {
	if m.IsZero() || m == osms.EndlessMonth {
		return nil
	}
	s := m.String()
	return &s
}

var almaty = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		panic("statement: embedded zone data: " + err.Error())
	}
	return zone
})

// local is the moment of issue in the republic's time, to the second.
func local(t time.Time) time.Time { return t.In(almaty()).Truncate(time.Second) }

func shapeOf(s osms.Statement) shape {
	p := s.Participation
	v := shape{IIN: s.Person.Digits(), Name: valid(s.Name.String()), Born: date(s.Birth), From: month(s.From), To: month(s.To),
		Participation: shapeParticipation{p.Status, osms.Category(valid(string(p.Category))), month(p.Since), month(p.Until), month(p.PreservedUntil)},
		Rows:          []shapeRow{}, Totals: totalsOf(s), Number: valid(s.Number), IssuedAt: moment(s.Issued), Counted: date(s.Counted)}
	for _, r := range s.Rows {
		v.Rows = append(v.Rows, shapeRow{month(r.Month), valid(r.Payer), valid(r.PayerID), valid(r.KNP), date(r.PaidOn), valid(r.Reference), int64(r.Amount)})
	}
	return v
}

// valid is a text as JSON can hold it.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// sealedOf is everything that the JSON says. The digest is computed.
func sealedOf(s osms.Statement) (sealed, error) {
	m, err := markOf(s.Signature)
	return sealed{shapeOf(s), Digest(s), m.keyText(), m.text(), m.code()}, err
}

// encode writes JSON without escaping what only a web page would need escaped.
func encode(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	err := e.Encode(v)
	return b.Bytes(), err
}

// Digest is the statement's fingerprint: SHA-256, in hex, over its JSON as
// WriteJSON gives it but compact and up to "counted", the key before "digest".
// What stands in s.Digest and s.Signature plays no part.
func Digest(s osms.Statement) string {
	b, err := encode(shapeOf(s), "")
	if err != nil { // strings and integers only: cannot happen
		panic("statement: " + err.Error())
	}
	sum := sha256.Sum256(bytes.TrimSuffix(b, []byte("\n")))
	return hex.EncodeToString(sum[:])
}

// seal checks a statement and returns it with its digest filled in, and its
// JSON.
func seal(s osms.Statement) (osms.Statement, []byte, error) {
	if len(s.Rows) > MaxRows {
		return s, nil, fmt.Errorf("%w: %d", ErrRows, len(s.Rows))
	}
	if sum, ok := sumOf(s.Rows); !ok || sum != s.Total {
		return s, nil, fmt.Errorf("%w: %s and %s", ErrTotal, s.Total, sum)
	}
	v, err := sealedOf(s)
	if err != nil {
		return s, nil, err
	}
	if s.Digest != "" && s.Digest != v.Digest {
		return s, nil, ErrDigest
	}
	s.Digest = v.Digest
	b, err := encode(v, "  ")
	if err == nil && (len(b) > maxJSON || bytes.Count(b, []byte("{")) > maxBraces) {
		err = fmt.Errorf("%w: %d bytes", ErrRows, len(b))
	}
	return s, b, err
}

// WriteJSON writes the statement as one JSON document. An empty s.Digest is
// computed; a wrong one or a wrong total is ErrDigest or ErrTotal.
func WriteJSON(w io.Writer, s osms.Statement) error {
	_, b, err := seal(s)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}
