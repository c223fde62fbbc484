package roster

import (
	"cmp"
	"slices"
	"strings"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// protect keeps the person behind a refused row from ending by absence: by the
// number where it can be read, else by name and birth date.
func (r *reading) protect(p *person) {
	named := p.BIN != 0 && !p.filled
	if named {
		r.organisation(p.BIN)
	}
	if p.Person != 0 {
		r.persons = append(r.persons, p.Person)
		if !p.birthDay.Any() || p.birthDay.Means(p.Birth) {
			return
		}
	}
	days := append(p.birthDay.Might[:], p.birthDay.Sure)
	if !p.birthDay.Any() && len(p.iin.Digits) == 12 && digits(p.iin.Digits) {
		days = append(days, birthIn(p.iin.Digits))
	}
	keys := &r.keys
	if named {
		keys = &r.organisation(p.BIN).keys
	}
	for _, day := range days {
		if day != 0 && p.Name != (osms.Name{}) {
			key := osms.ProtectKey(p.Name, day)
			r.texts.bytes += len(key)
			*keys = append(*keys, key)
		}
	}
}

// birthIn is the birth date inside twelve digits whose check digit may be
// wrong.
func birthIn(twelve string) osms.Date {
	n := uint64(0)
	for i := range len(twelve) {
		n = n*10 + uint64(twelve[i]-'0')
	}
	return osms.IIN(n).Birth()
}

// protectAny protects whoever is named in a row whose cells have shifted.
func (r *reading) protectAny(row *sheet.Row) {
	for _, c := range row.Cells {
		n := table.ReadNumber(c, r.src.CSV)
		if n.Code != "" || n.Short {
			continue
		}
		if iin, err := osms.ParseIIN(n.Digits, r.o.Received); err == nil {
			r.persons = append(r.persons, iin)
		}
	}
}

// gather orders what was read: organisations by BIN, rows by person, one row a
// person.
func (r *reading) gather() {
	if len(r.orgs) == 0 { // a list without rows is of the organisation it declares
		for _, bin := range r.binOf {
			if bin != 0 {
				r.organisation(bin).declared = true
			}
		}
	}
	if len(r.orgs) == 0 && r.out.NoChanges && r.outside != 0 {
		// Its column for the BIN is empty: then it is of whom its name says.
		r.organisation(r.outside).declared = true
	}
	bins := make([]osms.BIN, 0, len(r.orgs))
	for bin := range r.orgs {
		bins = append(bins, bin)
	}
	slices.Sort(bins)
	for _, bin := range bins {
		org := r.orgs[bin]
		sortRows(org.rows)
		r.single(org)
	}
	slices.Sort(r.persons)
	r.persons = slices.Compact(r.persons)
	for _, bin := range bins {
		org := r.orgs[bin]
		if len(org.rows) == 0 && !org.declared && r.out.Mode == osms.Delta {
			continue
		}
		keys := append(org.keys, r.keys...)
		slices.Sort(keys)
		r.out.Organisations = append(r.out.Organisations, osms.OrganisationRoster{BIN: bin, Rows: org.rows,
			Protected: osms.Protected{Persons: r.persons, Keys: slices.Compact(keys)}})
	}
	slices.SortStableFunc(r.faults, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.sheet, b.sheet), cmp.Compare(a.row, b.row))
	})
	r.out.Refusals = make([]osms.Refusal, len(r.faults))
	for i, f := range r.faults {
		r.out.Refusals[i] = f.Refusal
	}
	r.prove()
	if r.out.NoChanges && r.out.Rows == 0 {
		r.out.Mode = osms.Delta // a zero return makes nobody absent
	}
}

// prove says what shows that the file is whole.
func (r *reading) prove() {
	n, whole := r.totals.whole(r.mark())
	if whole {
		r.out.ControlTotal = n
	}
	switch {
	case !r.src.CSV:
		r.out.ProvedWhole = "workbook"
	case whole:
		r.out.ProvedWhole = "control_total"
	case r.o.Sidecar:
		r.out.ProvedWhole = "sidecar"
	}
}

// sortRows puts rows in order of person, then of the file. Rows are large, so
// that small keys are sorted and each row moves once.
func sortRows(rows []osms.Row) {
	type key struct {
		person osms.IIN
		index  int32
	}
	keys := make([]key, len(rows))
	sorted := true
	for i := range rows {
		keys[i] = key{rows[i].Person, int32(i)}
		sorted = sorted && (i == 0 || rows[i-1].Person <= rows[i].Person)
	}
	if sorted {
		return
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.index, b.index))
	})
	for start := range keys {
		if keys[start].index < 0 || int(keys[start].index) == start {
			continue
		}
		first, to := rows[start], start
		for {
			from := int(keys[to].index)
			keys[to].index = -1
			if from == start {
				rows[to] = first
				break
			}
			rows[to] = rows[from]
			to = from
		}
	}
}

// single leaves one row a person: the same row twice is one, rows that
// contradict each other are all refused.
func (r *reading) single(org *organisation) {
	kept := org.rows[:0]
	for i := 0; i < len(org.rows); {
		j := i + 1
		for j < len(org.rows) && org.rows[j].Person == org.rows[i].Person {
			j++
		}
		run := org.rows[i:j]
		switch {
		case len(run) == 1:
			kept = append(kept, run[0])
		case contradict(run):
			r.conflicting(run)
		default:
			kept = append(kept, r.duplicate(run))
		}
		i = j
	}
	clear(org.rows[len(kept):])
	org.rows = kept
}

// duplicate joins rows that say the same.
func (r *reading) duplicate(run []osms.Row) osms.Row {
	row := run[0]
	for i := range run[1:] {
		again := run[1+i]
		fill(&row, &again)
		r.out.Ignored++
		r.unrepair(again.Place)
		r.late(again, osms.DuplicateRow, osms.Warning, r.address(run[0].Place))
	}
	return row
}

func (r *reading) conflicting(run []osms.Row) {
	for i, row := range run {
		var others []string
		for k, other := range run {
			if k != i && len(others) < 5 {
				others = append(others, r.address(other.Place))
			}
		}
		r.out.Refused++
		r.unrepair(row.Place)
		r.persons = append(r.persons, row.Person)
		r.late(row, osms.ConflictingRows, osms.Refused, strings.Join(others, ", "))
	}
}

// late lists a fault of a row that was accepted at first, at its IIN.
func (r *reading) late(row osms.Row, code osms.Code, severity osms.Severity, detail string) {
	value := row.Person.Digits()
	if odd, ok := r.odd[row.Place]; ok {
		value = odd.text
	}
	r.fault(row.Place, "iin", r.iinColumn(row.Place), code, severity, value, detail)
}

// unrepair takes a row that is not accepted after all out of the count.
func (r *reading) unrepair(at osms.Place) {
	if r.odd[at].repaired {
		r.out.Repaired--
	}
}

func (r *reading) iinColumn(at osms.Place) int { return r.out.Columns[at.Sheet]["iin"] }

func (r *reading) address(at osms.Place) string {
	return placeName(r.out.Sheets[at.Sheet], osms.CellName(r.iinColumn(at), int(at.Row)))
}

// contradict reports rows of which one states what another states otherwise.
// What a row leaves open contradicts nothing.
func contradict(run []osms.Row) bool {
	all := run[0]
	for i := range run[1:] {
		if differ(&all, &run[1+i]) {
			return true
		}
		fill(&all, &run[1+i])
	}
	return false
}

func differ(a, b *osms.Row) bool {
	if a.Name != b.Name {
		for _, pair := range [][2]string{{a.Name.Surname, b.Name.Surname}, {a.Name.Given, b.Name.Given}, {a.Name.Patronymic, b.Name.Patronymic}} {
			if pair[0] != "" && pair[1] != "" && osms.FoldName(pair[0]) != osms.FoldName(pair[1]) {
				return true
			}
		}
	}
	f, g := &a.Facts, &b.Facts
	return f.Form != g.Form || f.Status != g.Status || a.Birth != b.Birth ||
		other(f.Level, g.Level) || other(f.Grade, g.Grade) || other(f.Group, g.Group) || other(f.Speciality, g.Speciality) ||
		other(f.Language, g.Language) || other(f.Funding, g.Funding) || other(a.Order, b.Order) ||
		other(a.EnrolledOn, b.EnrolledOn) || other(a.LeftOn, b.LeftOn) || other(a.OrderDate, b.OrderDate)
}

// other reports two stated values that differ.
func other[T comparable](a, b T) bool {
	var none T
	return a != none && b != none && a != b
}

// fill takes from a second row what the first leaves open.
func fill(row, more *osms.Row) {
	row.Facts.Level = cmp.Or(row.Facts.Level, more.Facts.Level)
	row.Facts.Grade = cmp.Or(row.Facts.Grade, more.Facts.Grade)
	row.Facts.Group = cmp.Or(row.Facts.Group, more.Facts.Group)
	row.Facts.Speciality = cmp.Or(row.Facts.Speciality, more.Facts.Speciality)
	row.Facts.Language = cmp.Or(row.Facts.Language, more.Facts.Language)
	row.Facts.Funding = cmp.Or(row.Facts.Funding, more.Facts.Funding)
	// One spelling of a name is kept, whichever row stands first: small letters
	// rather than capitals.
	row.Name.Surname = max(row.Name.Surname, more.Name.Surname)
	row.Name.Given = max(row.Name.Given, more.Name.Given)
	row.Name.Patronymic = max(row.Name.Patronymic, more.Name.Patronymic)
	row.EnrolledOn, row.LeftOn = cmp.Or(row.EnrolledOn, more.EnrolledOn), cmp.Or(row.LeftOn, more.LeftOn)
	row.OrderDate, row.Order = cmp.Or(row.OrderDate, more.OrderDate), cmp.Or(row.Order, more.Order)
}
