package statement

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
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

type shapeTotals struct {
	Amount int64      `json:"amount_tiyn"`
	Months int        `json:"months"`
	ByKNP  []shapeKNP `json:"by_knp"`
}

type shapeKNP struct {
	KNP    string `json:"knp"`
	Rows   int    `json:"rows"`
	Amount int64  `json:"amount_tiyn"`
}

// sealed is a shape with its digest, the last key.
type sealed struct {
	shape
	Digest string `json:"digest"`
}

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
	v := shape{IIN: s.Person.Digits(), Name: s.Name.String(), Born: date(s.Birth), From: month(s.From), To: month(s.To),
		Participation: shapeParticipation{p.Status, p.Category, month(p.Since), month(p.Until), month(p.PreservedUntil)},
		Rows:          []shapeRow{}, Totals: shapeTotals{Amount: int64(s.Total), ByKNP: []shapeKNP{}}, Number: s.Number}
	if !s.Issued.IsZero() {
		at := local(s.Issued).Format(time.RFC3339)
		v.IssuedAt = &at
	}
	months := map[osms.Month]bool{}
	for _, r := range s.Rows {
		v.Rows = append(v.Rows, shapeRow{month(r.Month), r.Payer, r.PayerID, r.KNP, date(r.PaidOn), r.Reference, int64(r.Amount)})
		months[r.Month] = true
		i, found := slices.BinarySearchFunc(v.Totals.ByKNP, r.KNP, func(k shapeKNP, knp string) int { return strings.Compare(k.KNP, knp) })
		if !found {
			v.Totals.ByKNP = slices.Insert(v.Totals.ByKNP, i, shapeKNP{KNP: r.KNP})
		}
		v.Totals.ByKNP[i].Rows++
		v.Totals.ByKNP[i].Amount += int64(r.Amount)
	}
	v.Totals.Months = len(months)
	return v
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
// WriteJSON gives it but compact and without the key "digest". What stands in
// s.Digest plays no part.
func Digest(s osms.Statement) string {
	b, err := encode(shapeOf(s), "")
	if err != nil { // strings and integers only: cannot happen
		panic("statement: " + err.Error())
	}
	sum := sha256.Sum256(bytes.TrimSuffix(b, []byte("\n")))
	return hex.EncodeToString(sum[:])
}

// seal checks a statement and returns it with its digest filled in.
func seal(s osms.Statement) (osms.Statement, error) {
	var sum osms.Tiyn
	for _, r := range s.Rows {
		sum += r.Amount
	}
	if sum != s.Total {
		return s, fmt.Errorf("%w: %s and %s", ErrTotal, s.Total, sum)
	}
	digest := Digest(s)
	if s.Digest != "" && s.Digest != digest {
		return s, ErrDigest
	}
	s.Digest = digest
	return s, nil
}

// WriteJSON writes the statement as one JSON document. An empty s.Digest is
// computed; a wrong one or a wrong total is ErrDigest or ErrTotal.
func WriteJSON(w io.Writer, s osms.Statement) error {
	s, err := seal(s)
	if err != nil {
		return err
	}
	b, err := encode(sealed{shapeOf(s), s.Digest}, "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}
