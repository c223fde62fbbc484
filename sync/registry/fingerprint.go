package registry

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"osmsd/sync/osms"
)

type fingerprinter struct{ buf []byte }

func (p *fingerprinter) of(n osms.Name, birth osms.Date, f osms.Facts, until osms.Date, ending osms.Ending) osms.Fingerprint {
	b := p.buf[:0]
	for _, s := range [...]string{n.Surname, n.Given, n.Patronymic, string(f.Form), string(f.Level),
		string(studying(f.Status)), f.Grade, f.Group, f.Speciality, f.Language, f.Funding, string(ending)} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(birth))
	b = binary.BigEndian.AppendUint32(b, uint32(until))
	p.buf = b
	sum := sha256.Sum256(b)
	return osms.Fingerprint(binary.BigEndian.Uint64(sum[:8]))
}

// FingerprintOf is the fingerprint of a fact as it is held.
func FingerprintOf(f osms.Fact) osms.Fingerprint {
	var p fingerprinter
	return p.of(f.Name, f.Birth, f.Facts, f.Until, f.Ending)
}

// Screened sorts a roster's rows and the held persons of one organisation into
// those about whom it says nothing new and those to look at.
type Screened struct {
	Unchanged int        // rows that say exactly what is held
	Rows      []int      // indexes of the other rows
	Absent    []osms.IIN // held on the as-at date and not in a full roster
	Held      int        // persons who are held on the as-at date or later
}

// Screen compares a roster of one organisation with what is held there. The
// rows are in order of person; the index need not be.
func Screen(index []osms.Mark, rows []osms.Row, mode osms.Mode) Screened {
	if !slices.IsSortedFunc(index, byPerson) {
		slices.SortFunc(index, byPerson)
	}
	var out Screened
	for n := range index {
		if n == 0 || index[n].Person != index[n-1].Person {
			out.Held++
		}
	}
	var p fingerprinter
	i := 0
	for r := range rows {
		row := &rows[r]
		for i < len(index) && index[i].Person < row.Person {
			if mode == osms.Full {
				out.Absent = appendOnce(out.Absent, index[i].Person)
			}
			i++
		}
		from := i
		for i < len(index) && index[i].Person == row.Person {
			i++
		}
		if i-from == 1 && same(&p, index[from], row) {
			out.Unchanged++
			continue
		}
		out.Rows = append(out.Rows, r)
	}
	for ; mode == osms.Full && i < len(index); i++ {
		out.Absent = appendOnce(out.Absent, index[i].Person)
	}
	return out
}

func same(p *fingerprinter, held osms.Mark, row *osms.Row) bool {
	if row.Facts.Status.Leaving() || !row.EnrolledOn.IsZero() && row.EnrolledOn != held.First {
		return false
	}
	until, ending := osms.Forever, osms.Open
	if !row.LeftOn.IsZero() {
		until, ending = row.LeftOn, osms.Expected
	}
	return p.of(row.Name, row.Birth, row.Facts, until, ending) == held.Fingerprint
}

func byPerson(a, b osms.Mark) int { return cmp.Compare(a.Person, b.Person) }

func appendOnce(s []osms.IIN, p osms.IIN) []osms.IIN {
	if n := len(s); n > 0 && s[n-1] == p {
		return s
	}
	return append(s, p)
}
