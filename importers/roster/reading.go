package roster

import (
	"slices"
	"strings"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// columns say where each field stands in the sheet being read; -1 is nowhere.
type columns struct {
	iin, bin, fullName, surname, given, patronymic, birth, sex int
	form, level, speciality, grade, group, language, funding   int
	enrolled, left, order, orderDate, status                   int
	forms                                                      []int // every column that claims the study form
}

func columnsOf(t *table.Table) columns {
	at := func(field string) int {
		if c, ok := t.Columns[field]; ok {
			return c
		}
		return -1
	}
	return columns{
		iin: at("iin"), bin: at("bin"), fullName: at("full_name"), surname: at("surname"), given: at("given_name"),
		patronymic: at("patronymic"), birth: at("birth_date"), sex: at("sex"), form: at("study_form"), level: at("level"),
		speciality: at("speciality"), grade: at("grade"), group: at("group"), language: at("language"), funding: at("funding"),
		enrolled: at("enrolled_on"), left: at("left_on"), order: at("order"), orderDate: at("order_date"), status: at("status"),
		forms: append([]int{at("study_form")}, t.Others["study_form"]...),
	}
}

// used lists the fields whose cells are read, with their columns.
func (c columns) used() map[int]string {
	fields := map[int]string{}
	for field, column := range map[string]int{"iin": c.iin, "bin": c.bin, "full_name": c.fullName, "surname": c.surname,
		"given_name": c.given, "patronymic": c.patronymic, "birth_date": c.birth, "sex": c.sex, "study_form": c.form,
		"level": c.level, "speciality": c.speciality, "grade": c.grade, "group": c.group, "language": c.language,
		"funding": c.funding, "enrolled_on": c.enrolled, "left_on": c.left, "order": c.order, "order_date": c.orderDate, "status": c.status} {
		if column >= 0 {
			fields[column] = field
		}
	}
	if c.surname >= 0 {
		delete(fields, c.fullName)
	}
	return fields
}

// reading is one file being read.
type reading struct {
	src  table.Source
	spec table.Spec
	o    Options
	out  *osms.Roster

	binOf []osms.BIN // declared for each sheet
	// outside is declared beside a sheet with a column for the BIN.
	outside osms.BIN
	orgs    map[osms.BIN]*organisation
	last    *organisation

	// The sheet being read.
	filled []osms.Place // accepted rows whose empty BIN cell the declared one fills
	others bool         // the column names another organisation than the declared
	table  *table.Table
	col    columns
	forms  formColumns

	words    *table.ValueWords
	texts    texts
	values   [4]valueCache // study form, level, status, sex
	binCache map[string]table.BINReading

	faults  []fault
	listed  map[osms.Severity]int
	refused []osms.Place          // rows of the sheet that are refused
	odd     map[osms.Place]oddIIN // IIN cells that do not read as they stand
	persons []osms.IIN            // protected in every organisation
	keys    []string              // protected where no organisation is known
	totals  totals
	fillers int
}

// organisation gathers what the file says of one organisation.
type organisation struct {
	bin      osms.BIN
	rows     []osms.Row
	keys     []string
	declared bool
	mark     int // rows before the sheet being read
}

// oddIIN is an accepted row's IIN as its cell holds it, where that is not the
// twelve digits.
type oddIIN struct {
	text     string
	repaired bool
}

// fault is a refusal with the number of its sheet, for their order.
type fault struct {
	sheet, row, column int
	osms.Refusal
}

func newReading(src table.Source, spec table.Spec, o Options) *reading {
	if o.MostListed == 0 {
		o.MostListed = MostListed
	}
	r := &reading{src: src, spec: spec, o: o, words: table.Values().With(o.Values...),
		orgs: map[osms.BIN]*organisation{}, binCache: map[string]table.BINReading{}, odd: map[osms.Place]oddIIN{},
		listed: map[osms.Severity]int{}, texts: texts{kept: map[string]string{}}}
	r.out = &osms.Roster{Kind: osms.KindRoster, Region: o.Region, ControlTotal: -1, Columns: make([]map[string]int, len(src.Sheets))}
	for _, s := range src.Sheets {
		r.out.Sheets = append(r.out.Sheets, s.Name)
	}
	return r
}

func (r *reading) organisation(bin osms.BIN) *organisation {
	if r.last != nil && r.last.bin == bin {
		return r.last
	}
	org := r.orgs[bin]
	if org == nil {
		org = &organisation{bin: bin}
		r.orgs[bin] = org
	}
	r.last = org
	return org
}

// header begins a sheet.
func (r *reading) header(t *table.Table) error {
	r.table, r.col = t, columnsOf(t)
	r.out.Columns[t.Sheet] = t.Columns
	r.out.Tables = append(r.out.Tables, osms.NewTableAt(t.Sheet, t.First, t.Last, t.Width, t.Notes))
	r.forms = formColumns{alternative: -1, stated: make([]int, len(r.col.forms)), paid: make([]int, len(r.col.forms))}
	for _, org := range r.orgs {
		org.mark = len(org.rows)
	}
	r.refused, r.filled, r.others = r.refused[:0], r.filled[:0], false
	r.totals.begin(r)
	if r.col.bin < 0 && r.binOf[t.Sheet] == 0 {
		return r.noBIN(table.Where(t.Name, t.Last))
	}
	return nil
}

// noBIN refuses a file that does not say of which organisation it speaks.
func (r *reading) noBIN(where string) error {
	return &osms.FileError{Code: osms.FileMissingColumn, Where: where,
		Detail: "bin (" + strings.Join(r.spec.Vocabulary.Words("bin"), ", ") + "): no column and no declared BIN"}
}

// end closes a sheet: what only its end tells of its rows.
func (r *reading) end(t *table.Table, summary sheet.Summary) error {
	if err := r.closeForms(t); err != nil {
		return err
	}
	if err := r.merged(t, summary.Merges); err != nil {
		return err
	}
	r.unfill()
	return r.totals.end(r, t)
}

// unfill takes back rows without a BIN on a sheet whose column names several
// organisations: there the declared one is no better than another.
func (r *reading) unfill() {
	if !r.others || len(r.filled) == 0 {
		return
	}
	org := r.organisation(r.binOf[r.table.Sheet])
	kept := org.rows[:org.mark]
	for _, row := range org.rows[org.mark:] {
		if _, found := slices.BinarySearchFunc(r.filled, row.Place, func(a, b osms.Place) int { return int(a.Row - b.Row) }); !found {
			kept = append(kept, row)
			continue
		}
		r.out.Refused++
		r.unrepair(row.Place)
		r.persons = append(r.persons, row.Person)
		r.fault(row.Place, "bin", r.col.bin, osms.BINMissing, osms.Refused, "", "")
	}
	org.rows = kept
	if len(kept) == 0 && len(org.keys) == 0 && !org.declared { // nothing named it
		delete(r.orgs, org.bin)
		r.last = nil
	}
}

// texts keeps one copy of each text that repeats: names of groups and
// specialities, given names, numbers of orders.
type texts struct {
	kept  map[string]string
	bytes int // of all that was kept
}

const (
	mostTexts     = 1 << 17
	mostTextBytes = 256 << 20 // a million long names take a third of it
)

func (t *texts) keep(s string) string {
	if s == "" {
		return ""
	}
	if k, ok := t.kept[s]; ok {
		return k
	}
	s = t.clone(s)
	if len(t.kept) < mostTexts {
		t.kept[s] = s
	}
	return s
}

// clone keeps a text that does not repeat.
func (t *texts) clone(s string) string {
	t.bytes += len(s)
	return strings.Clone(s)
}

// valueCache remembers the values of the texts of a column.
type valueCache struct {
	text, value string // of the row before
	known       map[string]string
}

// look finds the value of a text, as raw as it stands in the cell.
func (c *valueCache) look(words *table.ValueWords, field, text string) string {
	if text == c.text {
		return c.value
	}
	v, ok := c.known[text]
	if !ok {
		v = words.Lookup(field, text)
		if len(c.known) < 4096 && len(text) <= 400 {
			if c.known == nil {
				c.known = map[string]string{}
			}
			c.known[strings.Clone(text)] = v
		}
	}
	c.text, c.value = strings.Clone(text), v
	return v
}
