package country

import (
	"osmsd/sync/osms"
)

// slot is a row about to be spoiled.
type slot struct {
	c     *country
	r     *rosterFile
	e     *entry
	cells []cell
	twin  []cell // a second row of the same person
	held  bool   // the person is on the register and must stay on it
	draw  draw
}

// fault spoils a row in one way. It fits when the row has the columns for it,
// the file's format can carry it, and no second rule would be broken too.
type fault struct {
	name  string // code, or code with its variant
	fits  func(x *slot) bool
	spoil func(x *slot) []hit
}

func (x *slot) has(f field) bool { return x.r.layout.has(f) }
func (x *slot) delta() bool      { return x.r.mode == osms.Delta }
func (x *slot) workbook() bool   { return !x.r.dress.csv() }

// guarded: if the number cannot be read, name and birth date can, and so the
// person does not seem to have left.
func (x *slot) guarded() bool { return !x.held || x.has("birth_date") }

func (x *slot) set(f field, c cell) {
	at := x.r.layout.at[f]
	if c.kind != day {
		c.style = boxed
	}
	x.cells[at] = c
}

func (x *slot) one(f field, code osms.Code, c cell) []hit {
	x.set(f, c)
	return []hit{{f, code}}
}

// whole writes the number with its zeros, so that the planted fault is the
// only one where numbers would have to be repaired with the help of the birth
// date or sex.
func (x *slot) whole() { x.set("iin", words(x.e.iin.Digits())) }

// naming is the column where a fault of the name stands.
func (x *slot) naming() field {
	if x.has("surname") {
		return "surname"
	}
	return "full_name"
}

func (x *slot) setName(n osms.Name) {
	if x.has("surname") {
		x.set("surname", words(n.Surname))
		x.set("given_name", words(n.Given))
		x.set("patronymic", words(n.Patronymic))
		return
	}
	x.set("full_name", words(n.String()))
}

// plant spoils the row with the fitting fault that the country has had least.
func (c *country) plant(x *slot) []hit {
	best := -1
	for i := range faults {
		if (best < 0 || c.planted[i] < c.planted[best]) && faults[i].fits(x) {
			best = i
		}
	}
	c.planted[best]++
	if !x.r.dress.numeric {
		return faults[best].spoil(x)
	}
	x.whole()
	return faults[best].spoil(x)
}

// naked spoils a row so that neither the number nor the birth date can be read.
func (x *slot) naked() []hit {
	x.set("iin", cell{})
	if x.draw.of(1, 2) {
		x.set("birth_date", words("дата не указана"))
		return []hit{{"iin", osms.IINMissing}, {"birth_date", osms.DateUnreadable}}
	}
	x.set("birth_date", cell{})
	return []hit{{"iin", osms.IINMissing}}
}

// warn gives the row the quirks that are reported and accepted.
func (x *slot) warn(quirk bool) []hit {
	d := x.r.dress
	var hits []hit
	if x.e.at == x.e.renamed {
		hits = append(hits, hit{x.naming(), osms.NameChanged})
	}
	if quirk {
		switch k := x.draw.n(3); {
		case k == 0 && !d.total && !d.numeric && !x.delta():
			x.twin = append([]cell(nil), x.cells...)
			return []hit{{"iin", osms.DuplicateRow}}
		case k == 1:
			s := x.e.iin.Digits()
			dirty := [...]string{s[:6] + " " + s[6:], s + "\u00a0", "'" + s}
			return x.one("iin", osms.IINCleaned, words(dirty[x.draw.n(len(dirty))]))
		case !d.russianOnly():
			hits = append(hits, x.mixScripts()...)
		}
	}
	if d.numeric && x.e.iin.Digits()[0] == '0' {
		hits = append(hits, hit{"iin", osms.IINRepaired})
	}
	return hits
}

// mixScripts puts a Latin letter into the given name, where it has a twin.
func (x *slot) mixScripts() []hit {
	n, f := x.e.name, field("full_name")
	if x.has("given_name") {
		f = "given_name"
	}
	given, ok := latinised(n.Given)
	if !ok {
		return nil
	}
	n.Given = given
	x.setName(n)
	return []hit{{f, osms.MixedScript}}
}
