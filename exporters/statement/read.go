package statement

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// What is read back is bounded, and so is what is written.
const (
	maxJSON   = 4 << 20
	maxFile   = 32 << 20
	maxBraces = 4 * MaxRows
)

// readJSON gives the statement that a JSON document of WriteJSON holds, with
// its digest and signature as they stand there. It reads strictly: the document
// must say, token by token, what WriteJSON says of that statement, so that an
// unknown, missing, repeated or displaced key, a total that does not hold, and a
// digest or code that does not follow from the rest are all found. Only white
// space is free. The error is a *Fault.
func readJSON(b []byte) (osms.Statement, error) {
	if len(b) > maxJSON || bytes.Count(b, []byte("{")) > maxBraces {
		return osms.Statement{}, &Fault{Reason: TooLarge}
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(b, &keys); err != nil || !utf8.Valid(b) {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) || !utf8.Valid(b) {
			return osms.Statement{}, &Fault{Reason: Damaged}
		}
		return osms.Statement{}, &Fault{Reason: NotStatement}
	}
	for _, key := range []string{"iin", "rows", "number", "digest"} {
		if _, ok := keys[key]; !ok {
			return osms.Statement{}, &Fault{Reason: NotStatement}
		}
	}
	var v sealed
	if err := json.Unmarshal(b, &v); err != nil {
		var kind *json.UnmarshalTypeError
		errors.As(err, &kind)
		return osms.Statement{}, &Fault{Reason: ChangedContent, Place: place(kind)}
	}
	s, err := statementOf(v)
	if err != nil {
		return s, err
	}
	should, err := sealedOf(s)
	if err != nil {
		return s, &Fault{Reason: ChangedContent, Place: "signature"}
	}
	again, err := encode(should, "")
	if err != nil {
		return s, fmt.Errorf("write the statement again: %w", err)
	}
	if at, same := differ(again, b); !same {
		return s, &Fault{Reason: ChangedContent, Place: at}
	}
	return s, nil
}

func place(e *json.UnmarshalTypeError) string {
	if e == nil {
		return ""
	}
	return e.Field
}

// statementOf makes a statement of what a JSON document says. Its total is the
// sum of its rows, whatever stands there.
func statementOf(v sealed) (s osms.Statement, err error) {
	in := reader{}
	s = osms.Statement{Number: v.Number, Name: osms.Name{Surname: v.Name}, Person: in.person(v.IIN), Birth: in.date("born", v.Born),
		From: in.month("from", v.From), To: in.month("to", v.To), Issued: in.moment(v.IssuedAt), Counted: in.date("counted", v.Counted),
		Participation: osms.Participation{Status: v.Participation.Status, Category: v.Participation.Category,
			Since:          in.month("participation.since", v.Participation.Since),
			Until:          in.month("participation.until", v.Participation.Until),
			PreservedUntil: in.month("participation.preserved_until", v.Participation.PreservedUntil)},
		Rows: []osms.StatementRow{}, Digest: v.Digest}
	for i, r := range v.Rows {
		at := "rows[" + strconv.Itoa(i) + "]."
		s.Rows = append(s.Rows, osms.StatementRow{Month: in.month(at+"month", r.Month), Payer: r.Payer, PayerID: r.PayerID, KNP: r.KNP,
			PaidOn: in.date(at+"paid_on", r.PaidOn), Reference: r.Reference, Amount: osms.Tiyn(r.Amount)})
	}
	total, ok := sumOf(s.Rows)
	if !ok {
		in.wrong("totals.amount_tiyn")
	}
	s.Total = total
	if s.Signature = in.signature(v.Key, v.Signature); in.at != "" {
		return s, &Fault{Reason: ChangedContent, Place: in.at}
	}
	return s, nil
}

// reader reads values; the place of the first one that is none stays.
type reader struct{ at string }

func (in *reader) wrong(at string) {
	if in.at == "" {
		in.at = at
	}
}

func (in *reader) person(text string) osms.IIN {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || len(text) != 12 || strings.Trim(text, "0123456789") != "" {
		in.wrong("iin")
	}
	return osms.IIN(n)
}

func (in *reader) date(at string, text *string) osms.Date {
	if text == nil {
		return 0
	}
	d, err := osms.ParseDate(*text)
	if err != nil {
		in.wrong(at)
	}
	return d
}

func (in *reader) month(at string, text *string) osms.Month {
	if text == nil {
		return 0
	}
	m, err := osms.ParseMonth(*text)
	if err != nil {
		in.wrong(at)
	}
	return m
}

func (in *reader) moment(text *string) time.Time {
	if text == nil {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, *text)
	if err != nil {
		in.wrong("issued_at")
	}
	return t
}

// signature puts key and signature together again; none for two empty texts.
func (in *reader) signature(key, text string) []byte {
	if key == "" && text == "" {
		return nil
	}
	id, err := hex.DecodeString(key)
	if err != nil {
		in.wrong("key")
	}
	signature, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		in.wrong("signature")
	}
	return append(id, signature...)
}

// differ compares two JSON documents token by token, texts as they read and
// numbers as they are written. at is where got first says something other than
// want, in the keys of want.
func differ(want, got []byte) (at string, same bool) {
	w, g := json.NewDecoder(bytes.NewReader(want)), json.NewDecoder(bytes.NewReader(got))
	w.UseNumber()
	g.UseNumber()
	var path trail
	for {
		a, err := w.Token()
		b, other := g.Token()
		if errors.Is(err, io.EOF) {
			return "", true // nothing follows: got was read as one document
		}
		path.step(a)
		if err != nil || other != nil || a != b {
			return path.String(), false
		}
	}
}

// trail is the way to the present token of a JSON document.
type trail struct{ levels []level }

type level struct {
	list  bool
	index int    // of the present item
	key   string // of the present value
	named bool   // the key was read, its value was not
}

// step goes on to the next token.
func (t *trail) step(token json.Token) {
	if d, ok := token.(json.Delim); ok && (d == '}' || d == ']') {
		t.levels = t.levels[:len(t.levels)-1]
		return
	}
	if n := len(t.levels); n > 0 {
		switch l := &t.levels[n-1]; {
		case l.list:
			l.index++
		case l.named:
			l.named = false
		default:
			l.key, l.named = token.(string), true
			return
		}
	}
	if d, ok := token.(json.Delim); ok {
		t.levels = append(t.levels, level{list: d == '[', index: -1})
	}
}

func (t *trail) String() string {
	var b strings.Builder
	for i, l := range t.levels {
		switch {
		case l.list && l.index >= 0:
			fmt.Fprintf(&b, "[%d]", l.index)
		case !l.list && l.key != "":
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(l.key)
		}
	}
	return b.String()
}
