package statement

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"time"

	"osmsd/sync/osms"
)

// Reason says why a file is not a statement that was verified.
type Reason string

const (
	NotStatement    Reason = "not_a_statement"  // no JSON, PDF or workbook of a statement
	TooLarge        Reason = "too_large"        // larger than a statement can be
	Damaged         Reason = "damaged"          // cannot be read to its end
	ChangedContent  Reason = "changed_content"  // what it says is not what was issued
	ChangedDocument Reason = "changed_document" // what it holds was issued, what it shows is something else
	NotSigned       Reason = "not_signed"       // whole in itself, but nobody vouches for it
	UnknownKey      Reason = "unknown_key"      // signed with a key that is not among the given ones
)

// Reasons are all of them.
var Reasons = []Reason{NotStatement, TooLarge, Damaged, ChangedContent, ChangedDocument, NotSigned, UnknownKey}

// Fault is why a file did not verify.
type Fault struct {
	Reason Reason
	// Place is where the first difference stands: a key of the JSON, a cell of the
	// workbook; "" when no place can be named. It never holds a value.
	Place string
}

func (f *Fault) Error() string {
	if f.Place == "" {
		return "the statement does not verify: " + string(f.Reason)
	}
	return "the statement does not verify: " + string(f.Reason) + " at " + f.Place
}

// Format is a kind of file that a statement is written as.
type Format string

const (
	JSON     Format = "json"
	PDF      Format = "pdf"
	Workbook Format = "xlsx"
)

// Verified is what a file says that verified.
type Verified struct {
	Format   Format
	Number   string
	Person   osms.IIN // masks itself
	Issued   time.Time
	From, To osms.Month
	Rows     int
	Total    osms.Tiyn
	Digest   string
	Code     string
	Key      KeyID
	// Resaved: a workbook that another program saved again; every cell says what
	// was issued, the file is not the one that was.
	Resaved bool
}

// Verify tells whether a file is a statement as it was issued, without asking
// anybody: its content is whole, signed with one of the keys, and the document
// shows that content and nothing else. The kind of file is known by its
// beginning; name only heads the error.
//
// A JSON document is read strictly. A PDF and a workbook carry that JSON; from
// it they are written again, and the two must agree: a PDF byte by byte, a
// workbook byte by byte or, when another program saved it again, cell by cell
// (see Resaved; its colours and fonts are then not looked at).
//
// The error is a *Fault, wrapped with the name. With NotSigned, UnknownKey and
// ChangedDocument, Verified says what the file holds, which then proves nothing
// of what it shows; with the others it is empty.
func Verify(file []byte, name string, keys Keys) (Verified, error) {
	v, err := verify(file, keys, WritePDF)
	if err != nil {
		return v, fmt.Errorf("%s: %w", name, err)
	}
	return v, nil
}

func verify(file []byte, keys Keys, write writes) (v Verified, err error) {
	if len(file) > maxFile {
		return v, &Fault{Reason: TooLarge}
	}
	switch {
	case bytes.HasPrefix(file, []byte("%PDF-")):
		return verifyPDF(file, keys, write)
	case bytes.HasPrefix(file, []byte("PK\x03\x04")):
		return verifyXLSX(file, keys)
	case bytes.HasPrefix(bytes.TrimLeft(file, " \t\r\n"), []byte("{")):
		_, v, err = verifyJSON(file, keys, JSON)
		return v, err
	}
	return v, &Fault{Reason: NotStatement}
}

// verifyJSON checks content and signature.
func verifyJSON(b []byte, keys Keys, f Format) (osms.Statement, Verified, error) {
	s, err := readJSON(b)
	if err != nil {
		return s, Verified{}, err
	}
	m, err := markOf(s.Signature)
	if err != nil {
		return s, Verified{}, &Fault{Reason: ChangedContent, Place: "signature"}
	}
	v := Verified{Format: f, Number: s.Number, Person: s.Person, Issued: s.Issued, From: s.From, To: s.To, Rows: len(s.Rows), Total: s.Total,
		Digest: s.Digest, Code: m.code(), Key: m.key}
	if !m.signed() {
		return s, v, &Fault{Reason: NotSigned}
	}
	public, ok := keys[m.key]
	if !ok || len(public) != ed25519.PublicKeySize {
		return s, v, &Fault{Reason: UnknownKey, Place: "key"}
	}
	if !ed25519.Verify(public, []byte(domain+s.Digest), m.signature) {
		return s, Verified{}, &Fault{Reason: ChangedContent, Place: "signature"}
	}
	return s, v, nil
}
