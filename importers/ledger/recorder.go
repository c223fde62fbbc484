package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math/bits"

	"osmsd/importers/lines"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// recorder takes what a format finds. A document is begun, gets its postings and
// is ended; several may be open at once (a table of payments may mix them), and
// they are numbered in the order in which they were begun.
type recorder struct {
	out *Documents
	// known gives the document of an identity; nil in the second reading.
	known map[string]int
	each  func(document int, p *osms.Posting) error
	begun int
	ended map[int]ended // not yet in order
	next  int
}

// ended is a document that was read, with what it pays for.
type ended struct {
	osms.Document
	spread
}

// note lists what should be looked at, unless too much is listed.
func (r *recorder) note(n osms.Refusal) {
	switch {
	case r.each != nil:
	case len(r.out.Refusals) >= lines.MostListed:
		r.out.Unlisted++
	default:
		r.out.Refusals = append(r.out.Refusals, n)
	}
}

// making is a document being read.
type making struct {
	r       *recorder
	number  int // in the file, from 0
	digest  hash.Hash
	bag     bag
	line    []byte // scratch
	persons int
	amount  osms.Tiyn
	first   osms.Month
	last    osms.Month
	// opening is that of the day, of a movement that nothing else names.
	opening dayOpening
	spread  spread
}

// mostDocuments bounds the payment documents of one file. They are held in memory
// until all is proved, and a statement of a day has some thousands.
const mostDocuments = 50_000

func (r *recorder) begin() *making {
	m := &making{r: r, number: r.begun, digest: sha256.New()}
	r.begun++
	return m
}

// post adds a posting and numbers it.
func (m *making) post(p *osms.Posting) error {
	m.persons++
	p.Number = int32(m.persons)
	m.amount += p.Amount
	if p.Month != 0 && (m.first == 0 || p.Month < m.first) {
		m.first = p.Month
	}
	m.last = max(m.last, p.Month)
	if m.r.each == nil {
		m.line = appendSame(m.line[:0], p)
		m.bag.add(sha256.Sum256(m.line))
	}
	p.Reverses = table.Beginning(p.Reverses, longestReference)
	if m.r.each != nil {
		return m.r.each(m.number, p)
	}
	m.spread.put(p.Month, p.Region, p.Amount)
	m.line = osms.AppendPosting(m.line[:0], p)
	m.digest.Write(m.line)
	return nil
}

// bag is the sum of digests, the lowest word first: the same in whatever order
// they are added, and another as soon as one of them is another.
type bag [5]uint64

func (b *bag) add(digest [sha256.Size]byte) {
	carry := uint64(0)
	for i := range 4 {
		b[i], carry = bits.Add64(b[i], binary.BigEndian.Uint64(digest[24-8*i:]), carry)
	}
	b[4] += carry
}

// appendSame writes what makes a posting this one in whatever order and encoding
// the list is written: not its number, and not the letters of the name.
func appendSame(b []byte, p *osms.Posting) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(p.Person))
	b = binary.BigEndian.AppendUint64(b, uint64(p.Amount))
	b = binary.BigEndian.AppendUint32(b, uint32(p.Month))
	b = append(b, byte(p.Region), boolByte(p.Returned))
	for _, text := range [3]string{p.Given, p.KNP, p.Reverses} {
		b = append(append(b, text...), '|')
	}
	return b
}

func boolByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// end closes a document. Of a list, the count, sum and months are those of its
// postings; d.Persons and d.Amount of a movement stand. ordinal tells movements
// apart that are equal in everything within one statement: 1, 2, …
func (m *making) end(d osms.Document, ordinal int) {
	if d.Kind == osms.DocumentList {
		d.Persons, d.Amount = m.persons, m.amount
	}
	d.First, d.Last = m.first, m.last
	if m.persons > 0 {
		d.Digest = hex.EncodeToString(m.digest.Sum(nil))
	}
	d.Identity = identity(d, ordinal, m.bag, m.opening)
	for _, text := range []*string{&d.Reference, &d.Number, &d.Reverses, &d.Account} {
		*text = table.Beginning(*text, longestReference)
	}
	d.Payer, d.Payee, d.Purpose = table.Beginning(d.Payer, longestName), table.Beginning(d.Payee, longestName), table.Beginning(d.Purpose, longestPurpose)
	r := m.r
	if r.ended == nil {
		r.ended = map[int]ended{}
	}
	r.ended[m.number] = ended{d, m.spread.of(d)}
	for ; ; r.next++ {
		d, ok := r.ended[r.next]
		if !ok {
			return
		}
		delete(r.ended, r.next)
		r.take(d)
	}
}

// What is kept of the texts of a document, in letters: more than any form has
// room for, and so little that a register can index it. Identities are made of
// the whole texts, digests of what is kept.
const (
	longestReference = 140 // and numbers, and accounts
	longestName      = 1000
	longestPurpose   = 4000
)

// take puts an ended document into the result, unless it was there before.
func (r *recorder) take(d ended) {
	rows := 1
	if d.Kind == osms.DocumentList {
		rows = d.Persons
	}
	r.out.Rows += rows
	if _, ok := r.known[d.Identity]; ok {
		r.out.Ignored += rows
		r.out.places = append(r.out.places, -1)
		return
	}
	if r.known != nil {
		r.known[d.Identity] = len(r.out.Documents)
	}
	r.out.places = append(r.out.places, len(r.out.Documents))
	r.out.Documents = append(r.out.Documents, d.Document)
	r.out.money.Documents++
	r.out.money.Persons += d.Persons
	r.out.money.Amount += d.Amount
	addMoney(&r.out.money, d.spread)
}

// identity names a document by what no other has. Purposes and names are left
// out: a copy in an encoding without Kazakh letters is the same document.
func identity(d osms.Document, ordinal int, bag bag, opening dayOpening) string {
	reference := d.Number
	if d.Kind == osms.DocumentList || reference == "" {
		reference = d.Reference
	}
	day := d.Dated
	if d.Kind == osms.DocumentMovement {
		// Its persons and whether it gives money back are read from the purpose.
		day, d.Persons, d.Returned = d.Booked, 0, false
	}
	text := fmt.Sprintf("%s|%s|%q|%q|%s|%d|%d|%t|%d", d.Kind, day, reference, d.Account, d.PayerID, d.Persons, d.Amount, d.Returned, ordinal)
	if d.Kind == osms.DocumentList {
		text += fmt.Sprintf("|%s|%x", d.KNP, [5]uint64(bag))
	}
	if opening.stated {
		text += fmt.Sprintf("|%d", opening.balance)
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
