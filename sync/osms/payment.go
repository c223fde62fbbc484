package osms

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strconv"
)

// Money as documents show it: movements on an account, as a bank or treasury
// statement lists them, and lists of persons for whom a payment was made. The
// lines of lists of totals are LedgerEntry.

// DocumentKind says what sort of payment document it is.
type DocumentKind string

const (
	// DocumentMovement is one movement on an account, from a statement: money
	// that did arrive or did leave.
	DocumentMovement DocumentKind = "movement"
	// DocumentList is a payment with its persons: an MT102 message, or the rows
	// of a payment list that have their payment in common.
	DocumentList DocumentKind = "list"
)

// Document is a payment document. Texts are as the document writes them, with
// runs of white space as one space; what is not stated is empty or zero.
type Document struct {
	Kind   DocumentKind
	Format string // 1c, mt940, mt950, camt.053, mt102, csv, xlsx
	// Identity names the document whatever file brings it, in whatever order and
	// encoding: hexadecimal SHA-256. Two documents that are equal in everything
	// within one file differ by their ordinal in it.
	Identity string
	// Digest is the SHA-256 over the postings in the order of their numbers, ""
	// without postings.
	Digest string
	Place  // where it begins: Row is a line or row of the file, from 1

	Account   string // whose statement shows the movement
	Reference string // the payment's reference: it links movement, list and return
	Number    string // number of the payment order, when it is another
	Dated     Date   // of the order or list
	Booked    Date   // on which the money moved
	Payer     string
	PayerID   string // BIN or IIN, twelve digits
	Payee     string
	PayeeID   string
	KNP       string // three digits
	Purpose   string
	// Month and Region for which the whole document pays; zero when it does not
	// say, or says several.
	Month  Month
	Region Region
	// Returned: it gives money back; its amount is negative. Reverses is the
	// reference of the payment that it gives back.
	Returned bool
	Reverses string
	// Persons is how many it is for: postings of a list, the declared number of a
	// movement. Amount is signed: what reaches the Fund is positive.
	Persons int
	Amount  Tiyn
	// First and Last are the smallest and largest month of the postings.
	First, Last Month
}

// Posting is what a document says of one person.
type Posting struct {
	Place
	Number int32 // 1, 2, … within the document
	// Person is zero when what is written is no IIN; Given is then the text.
	Person IIN
	Given  string
	Name   string // as written, parts separated by one space
	Birth  Date   // 0: none, or not readable
	Month  Month  // 0: not stated
	Region Region // 0: not stated
	Amount Tiyn   // signed like the document's
	KNP    string // "": the document's
	// Returned and Reverses as in Document, for this person alone.
	Returned bool
	Reverses string
}

// AppendPosting writes a posting in one spelling, for digests: two postings are
// equal when their texts are.
func AppendPosting(b []byte, p *Posting) []byte {
	for _, n := range [3]int32{p.Sheet, p.Row, p.Number} {
		b = append(strconv.AppendInt(b, int64(n), 10), '|')
	}
	b = append(append12(b, uint64(p.Person)), '|')
	b = append(appendQuoted(b, p.Given), '|')
	b = append(appendQuoted(b, p.Name), '|')
	for _, n := range [4]int64{int64(p.Birth), int64(p.Month), int64(p.Region), int64(p.Amount)} {
		b = append(strconv.AppendInt(b, n, 10), '|')
	}
	b = append(appendQuoted(b, p.KNP), '|')
	b = append(strconv.AppendBool(b, p.Returned), '|')
	return append(appendQuoted(b, p.Reverses), '\n')
}

// appendQuoted is strconv.AppendQuote, with a short way for texts of Latin and
// Cyrillic letters, which nearly all are.
func appendQuoted(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= ' ' && c < 0x7f && c != '"' && c != '\\':
		case c >= 0xd0 && c <= 0xd3 && i+1 < len(s) && s[i+1]&0xc0 == 0x80: // U+0400 to U+04FF
			i++
		default:
			return strconv.AppendQuote(b, s)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// PostingSum is the digest over the postings of a document in the order of their
// numbers: Document.Digest.
type PostingSum struct {
	hash hash.Hash
	line []byte
}

// NewPostingSum begins a digest.
func NewPostingSum() *PostingSum { return &PostingSum{hash: sha256.New()} }

// Add takes the next posting.
func (s *PostingSum) Add(p *Posting) {
	s.line = AppendPosting(s.line[:0], p)
	s.hash.Write(s.line)
}

// String is the digest, hexadecimal.
func (s *PostingSum) String() string { return hex.EncodeToString(s.hash.Sum(nil)) }
