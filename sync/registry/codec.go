package registry

import (
	"encoding/binary"
	"errors"

	"osmsd/sync/osms"
)

// The kept rows of an import are written in a compact form of their own: a
// version byte, the rows in order of person, the protected persons and keys.
// Numbers are varints, persons and rows differences from the one before, and a
// text that came before is a number in the list of texts seen. What is written
// here is evidence: a new form gets a new version byte and the old one stays
// readable.
const codecVersion = 1

// ErrJournal says that kept rows cannot be read back.
var ErrJournal = errors.New("registry: the kept rows of an import are damaged")

type encoder struct {
	b    []byte
	seen map[string]int
}

func (e *encoder) uint(n uint64) { e.b = binary.AppendUvarint(e.b, n) }
func (e *encoder) int(n int64)   { e.b = binary.AppendVarint(e.b, n) }

func (e *encoder) text(s string) {
	if n, ok := e.seen[s]; ok {
		e.uint(uint64(n) + 1)
		return
	}
	e.uint(0)
	e.plain(s)
	e.seen[s] = len(e.seen)
}

func (e *encoder) plain(s string) {
	e.uint(uint64(len(s)))
	e.b = append(e.b, s...)
}

// Encode writes the rows and protections of a journal. The declaration is kept
// beside it, in columns of its own.
func Encode(j Journal) []byte {
	e := encoder{b: make([]byte, 0, 64+len(j.Rows)*80), seen: map[string]int{}}
	e.b = append(e.b, codecVersion)
	e.uint(uint64(len(j.Rows)))
	var person osms.IIN
	var at osms.Place
	for i := range j.Rows {
		r := &j.Rows[i]
		e.int(int64(r.Person) - int64(person))
		e.int(int64(r.Sheet - at.Sheet))
		e.int(int64(r.Row - at.Row))
		person, at = r.Person, r.Place
		e.plain(r.Name.Surname)
		e.text(r.Name.Given)
		e.text(r.Name.Patronymic)
		for _, s := range [...]string{string(r.Facts.Form), string(r.Facts.Level), string(r.Facts.Status), r.Facts.Grade,
			r.Facts.Group, r.Facts.Speciality, r.Facts.Language, r.Facts.Funding, r.Order} {
			e.text(s)
		}
		for _, d := range [...]osms.Date{r.Birth, r.EnrolledOn, r.LeftOn, r.OrderDate} {
			e.uint(uint64(d))
		}
	}
	e.uint(uint64(len(j.Protected.Persons)))
	for _, p := range j.Protected.Persons {
		e.uint(uint64(p))
	}
	e.uint(uint64(len(j.Protected.Keys)))
	for _, k := range j.Protected.Keys {
		e.plain(k)
	}
	return e.b
}

type decoder struct {
	b    []byte
	seen []string
	bad  bool
}

func (d *decoder) uint() uint64 {
	n, size := binary.Uvarint(d.b)
	if size <= 0 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[size:]
	return n
}

func (d *decoder) int() int64 {
	n, size := binary.Varint(d.b)
	if size <= 0 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[size:]
	return n
}

func (d *decoder) plain() string {
	n := d.uint()
	if n > uint64(len(d.b)) {
		d.bad, d.b = true, nil
		return ""
	}
	s := string(d.b[:n])
	d.b = d.b[n:]
	return s
}

func (d *decoder) text() string {
	n := d.uint()
	if n == 0 {
		s := d.plain()
		d.seen = append(d.seen, s)
		return s
	}
	if n > uint64(len(d.seen)) {
		d.bad, d.b = true, nil
		return ""
	}
	return d.seen[n-1]
}

// Every row takes at least so many bytes: three numbers, the surname's length,
// eleven texts and four days.
const leastRow = 3 + 1 + 11 + 4

// count reads how many things follow that take at least so many bytes each: they
// must fit into what is left.
func (d *decoder) count(least int) int {
	n := d.uint()
	if n > uint64(len(d.b)/least) {
		d.bad, d.b = true, nil
		return 0
	}
	return int(n)
}

// Decode reads back what Encode wrote for an organisation; the declaration is
// the caller's to fill in.
func Decode(b []byte, bin osms.BIN) (Journal, error) {
	var j Journal
	if len(b) == 0 || b[0] != codecVersion {
		return j, ErrJournal
	}
	d := decoder{b: b[1:]}
	j.Rows = make([]osms.Row, d.count(leastRow))
	var person int64
	var at osms.Place
	for i := range j.Rows {
		r := &j.Rows[i]
		person += d.int()
		at.Sheet += int32(d.int())
		at.Row += int32(d.int())
		r.Person, r.Place, r.BIN = osms.IIN(person), at, bin
		r.Name = osms.Name{Surname: d.plain(), Given: d.text(), Patronymic: d.text()}
		r.Facts = osms.Facts{Form: osms.StudyForm(d.text()), Level: osms.Level(d.text()), Status: osms.Status(d.text()),
			Grade: d.text(), Group: d.text(), Speciality: d.text(), Language: d.text(), Funding: d.text()}
		r.Order = d.text()
		for _, day := range [...]*osms.Date{&r.Birth, &r.EnrolledOn, &r.LeftOn, &r.OrderDate} {
			*day = osms.Date(d.uint())
		}
		if d.bad {
			return Journal{}, ErrJournal
		}
	}
	for n := d.count(1); n > 0; n-- {
		j.Protected.Persons = append(j.Protected.Persons, osms.IIN(d.uint()))
	}
	for n := d.count(1); n > 0; n-- {
		j.Protected.Keys = append(j.Protected.Keys, d.plain())
	}
	if d.bad || len(d.b) > 0 {
		return Journal{}, ErrJournal
	}
	return j, nil
}
