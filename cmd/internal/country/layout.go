package country

import "slices"

// layout is the columns of one file, from the first to the last.
type layout struct {
	fields []field
	at     map[field]int // column of a field, 0 is A
	first  int           // column of the first field
	long   bool          // sex in a longer word
}

func (l *layout) has(f field) bool { _, ok := l.at[f]; return ok }

// layoutOf chooses the columns: those that the unit keeps, as the dress has them.
func (c *country) layoutOf(u *unit, m int, d *dress, delta bool) layout {
	k := newDraw(c.opt.Seed, saltOrder, uint64(u.index), uint64(m), 77)
	withBIN := delta || len(u.orgs) > 1 || d.bin == binInColumn
	var f []field
	add := func(on bool, names ...field) {
		if on {
			f = append(f, names...)
		}
	}
	add(true, "row_no")
	add(withBIN, "bin")
	add(withBIN && k.of(1, 2), "organisation")
	add(true, "iin")
	add(d.three, "surname", "given_name", "patronymic")
	add(!d.three, "full_name")
	add(u.has.birth || d.numeric || delta, "birth_date")
	add(u.has.sex, "sex")
	add(k.of(1, 2), "level")
	schools := c.orgs[u.orgs[0]].band == school
	add(!schools && d.language != "en" && k.of(1, 2), "speciality")
	add(true, "grade")
	add(d.language != "en" && k.of(2, 3), "group")
	add(true, "study_form")
	add(d.language != "en" && k.of(1, 3), "language")
	add(d.language != "en" && !schools && k.of(1, 3), "funding")
	add(u.has.enrolled || delta, "enrolled_on")
	add(u.has.left || delta, "left_on")
	add(delta || d.language != "en" && k.of(1, 3), "order", "order_date")
	add(u.has.status || delta, "status")
	add(d.extras, "telephone", "hostel")
	add(d.extras || k.of(1, 3), "note")
	if d.shuffled {
		rest := f[1:]
		for i := len(rest) - 1; i > 0; i-- {
			j := k.n(i + 1)
			rest[i], rest[j] = rest[j], rest[i]
		}
	}
	l := layout{fields: slices.Clip(f), at: map[field]int{}, long: k.of(1, 2)}
	if d.indented {
		l.first = 1
	}
	for i, name := range l.fields {
		l.at[name] = l.first + i
	}
	return l
}

// headings gives the header row in a language.
func (l *layout) headings(language string, schools bool, variant int) []cell {
	row := make([]cell, l.first+len(l.fields))
	for i, f := range l.fields {
		v := variant
		if f == "grade" && tongue(language) != inEN {
			v = 1 // course
			if schools {
				v = 0 // class
			}
		}
		row[l.first+i] = cell{kind: text, style: headed, text: headers[f][tongue(language)][v%2]}
	}
	return row
}
