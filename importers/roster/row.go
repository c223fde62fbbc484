package roster

import (
	"strconv"
	"strings"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// person is one data row while it is read.
type person struct {
	r       *reading
	row     *sheet.Row
	first   int // of r.faults
	refused bool
	osms.Row
	iin      table.Number
	birthDay table.Day
	sex      osms.Sex
	hasSex   bool
	filled   bool // the declared BIN stands in for an empty cell
}

// row reads one data row.
func (r *reading) row(t *table.Table, row *sheet.Row) error {
	if r.texts.bytes > mostTextBytes {
		return &osms.FileError{Code: osms.FileTooLarge, Where: table.Where(t.Name, row.Number), Detail: "its texts are too long to be a list of learners"}
	}
	if !r.isData(row) {
		return nil
	}
	r.out.Rows++
	p := person{r: r, row: row, first: len(r.faults)}
	p.Place = osms.Place{Sheet: int32(t.Sheet), Row: int32(row.Number)}
	if p.broken() {
		r.protectAny(row)
		r.countRefused(&p)
		return nil
	}
	if r.filler(row) {
		r.out.Ignored++
		r.fillers++
		return nil
	}
	if row.Hidden || r.src.Sheets[t.Sheet].Visibility == sheet.Hidden {
		r.out.HiddenRows++
		p.warn("iin", r.col.iin, osms.HiddenRowRead, table.At(row, r.col.iin).Text, "")
	}
	p.read()
	if !p.refused {
		org := r.organisation(p.BIN)
		org.rows = append(org.rows, p.Row)
		if p.filled {
			r.filled = append(r.filled, p.Place)
		}
		if p.iin.Short {
			r.out.Repaired++
		}
		if p.iin.Cleaned != "" || p.iin.Short {
			r.odd[p.Place] = oddIIN{r.texts.clone(table.At(row, r.col.iin).Text), p.iin.Short}
		}
		return nil
	}
	r.countRefused(&p)
	r.protect(&p)
	return nil
}

// broken reports a row whose cells cannot be trusted to stand in their columns.
func (p *person) broken() bool {
	r, row := p.r, p.row
	value := table.At(row, r.col.iin).Text
	if row.Fault != "" && row.Fault != string(osms.ControlCharacter) {
		p.refuse(r.col.used()[row.FaultColumn], row.FaultColumn, osms.Code(row.Fault), table.At(row, row.FaultColumn).Text, "")
		return true
	}
	if !r.src.CSV {
		return false
	}
	bad := len(row.Cells) < r.table.Width
	for c := max(r.table.Width, r.table.Fields); c < len(row.Cells) && !bad; c++ {
		bad = table.Trim(row.Cells[c].Text) != ""
	}
	if bad {
		p.refuse("iin", r.col.iin, osms.FieldCount, value, counts(len(row.Cells), r.table.Width))
	}
	return bad
}

// read judges every field of the row.
func (p *person) read() {
	r, row := p.r, p.row
	if row.Fault != "" {
		p.refuse(r.col.used()[row.FaultColumn], row.FaultColumn, osms.Code(row.Fault), table.At(row, row.FaultColumn).Text, "")
	}
	p.readIIN()
	p.readName()
	p.readBirth()
	p.readSex()
	p.identify()
	p.readBIN()
	p.readForm()
	p.readStatus()
	p.readDates()
	p.Facts.Level = osms.Level(p.value(1, "level", r.col.level))
	p.Facts.Grade = p.text("grade", r.col.grade)
	p.Facts.Group = p.text("group", r.col.group)
	p.Facts.Speciality = p.text("speciality", r.col.speciality)
	p.Facts.Language = p.text("language", r.col.language)
	if funding := p.text("funding", r.col.funding); funding != "" && p.Facts.Funding == "" {
		p.Facts.Funding = funding
	}
	p.Order = p.text("order", r.col.order)
}

func (p *person) readIIN() {
	c := table.At(p.row, p.r.col.iin)
	p.iin = table.ReadNumber(c, p.r.src.CSV)
	if p.iin.Code != "" {
		p.refuse("iin", p.r.col.iin, p.iin.Code, c.Text, p.iin.Detail)
		return
	}
	if p.iin.Short {
		return
	}
	iin, err := osms.ParseIIN(p.iin.Digits, p.r.o.Received)
	switch err {
	case nil:
		p.Person = iin
	case osms.ErrIINBirthDate:
		detail := ""
		if _, err := osms.ParseBIN(p.iin.Digits); err == nil {
			detail = "BIN"
		}
		p.refuse("iin", p.r.col.iin, osms.IINBirthDate, c.Text, detail)
	default:
		p.refuse("iin", p.r.col.iin, osms.IINCheckDigit, c.Text, "")
	}
}

// readBirth reads the birth date's cell; whether it agrees is judged by
// identify.
func (p *person) readBirth() {
	c, ok := p.cell("birth_date", p.r.col.birth)
	if !ok || c.Kind == sheet.Empty {
		return
	}
	p.birthDay = table.ReadDay(c, p.r.src.Date1904)
	if !p.birthDay.Any() {
		p.refuse("birth_date", p.r.col.birth, osms.DateUnreadable, c.Text, "")
	}
}

func (p *person) readSex() {
	c, ok := p.cell("sex", p.r.col.sex)
	if !ok || c.Kind == sheet.Empty {
		return
	}
	p.hasSex = true
	p.sex = osms.Sex(p.r.values[3].look(p.r.words, "sex", c.Text))
}

// identify brings number, birth date and sex together: restores the zeros that
// Excel took, and refuses a row whose number says otherwise than its columns.
func (p *person) identify() {
	r := p.r
	c := table.At(p.row, r.col.iin)
	if p.iin.Short {
		zeros := 12 - len(p.iin.Digits)
		iin, err := osms.ParseIIN("000"[:zeros]+p.iin.Digits, r.o.Received)
		if err != nil || !p.birthDay.Means(iin.Birth()) || p.hasSex && p.sex != iin.Sex() {
			p.refuse("iin", r.col.iin, osms.IINLength, c.Text, strconv.Itoa(len(p.iin.Digits)))
			return
		}
		p.Person = iin
		p.warn("iin", r.col.iin, osms.IINRepaired, c.Text, "")
	}
	if p.iin.Cleaned != "" {
		p.warn("iin", r.col.iin, osms.IINCleaned, c.Text, p.iin.Cleaned)
	}
	if p.Person == 0 {
		p.Birth = p.birthDay.Sure
		return
	}
	p.Birth = p.Person.Birth()
	if p.Person.Foreigner() {
		p.warn("iin", r.col.iin, osms.IINForeigner, c.Text, "")
		if day := p.otherCentury(); day != 0 {
			p.Birth = day
		}
	}
	if p.birthDay.Any() && !p.birthDay.Means(p.Birth) {
		p.refuse("birth_date", r.col.birth, osms.BirthDateMismatch, p.shown(r.col.birth), p.Birth.String())
	}
	if sex := p.Person.Sex(); p.hasSex && p.sex != sex && (sex != "" || p.sex == "") {
		p.refuse("sex", r.col.sex, osms.SexMismatch, table.At(p.row, r.col.sex).Text, string(sex))
	}
}

// otherCentury is the stated birth date where it differs from the number's in
// the century only, which century digit 0 does not tell.
func (p *person) otherCentury() osms.Date {
	for _, day := range append(p.birthDay.Might[:], p.birthDay.Sure) {
		if day != 0 && day%1_000_000 == p.Birth%1_000_000 {
			return day
		}
	}
	return 0
}

func (p *person) readBIN() {
	r := p.r
	c := table.At(p.row, r.col.bin)
	if r.col.bin < 0 || c.Kind <= sheet.Text && table.BlankText(c.Text) && r.binOf[p.Sheet] != 0 {
		p.BIN, p.filled = r.binOf[p.Sheet], r.col.bin >= 0
		return
	}
	known, ok := r.binCache[c.Text]
	if !ok || c.Kind != sheet.Text {
		known = table.ReadBIN(c, r.src.CSV)
		if c.Kind == sheet.Text && len(r.binCache) < 1<<16 && len(c.Text) <= 64 {
			r.binCache[strings.Clone(c.Text)] = known
		}
	}
	p.BIN = known.BIN
	r.others = r.others || p.BIN != 0 && p.BIN != r.binOf[p.Sheet]
	if known.Code != "" {
		p.refuse("bin", r.col.bin, known.Code, c.Text, known.Detail)
	}
}

func (p *person) readStatus() {
	c, ok := p.cell("status", p.r.col.status)
	p.Facts.Status = osms.Studying
	if !ok || table.BlankText(c.Text) {
		return
	}
	p.Facts.Status = osms.Status(p.r.values[2].look(p.r.words, "status", c.Text))
	if p.Facts.Status == "" {
		p.refuse("status", p.r.col.status, osms.StatusUnknown, c.Text, "")
	}
}

// readDates reads the days of the enrolment and judges their order.
func (p *person) readDates() {
	r := p.r
	var enrolledOK, leftOK bool
	p.EnrolledOn, enrolledOK = p.day("enrolled_on", r.col.enrolled)
	p.LeftOn, leftOK = p.day("left_on", r.col.left)
	p.OrderDate, _ = p.day("order_date", r.col.orderDate)
	if p.EnrolledOn > r.o.Received.Add(31) {
		p.refuse("enrolled_on", r.col.enrolled, osms.FutureDate, p.shown(r.col.enrolled), r.o.Received.String())
	}
	left := ""
	if p.LeftOn != 0 {
		left = p.shown(r.col.left)
	}
	switch {
	case p.LeftOn == 0 && leftOK && p.Facts.Status.Leaving() && r.out.Mode == osms.Delta:
		if r.col.left >= 0 {
			p.refuse("left_on", r.col.left, osms.LeftOnMissing, left, "")
		} else {
			p.refuse("status", r.col.status, osms.LeftOnMissing, table.At(p.row, r.col.status).Text, "")
		}
	case p.LeftOn == 0:
	case p.EnrolledOn > p.LeftOn:
		p.refuse("left_on", r.col.left, osms.DateOrder, left, p.EnrolledOn.String())
	case p.Facts.Status != "" && !p.Facts.Status.Leaving() && p.LeftOn < r.out.AsAt:
		p.refuse("left_on", r.col.left, osms.DateOrder, left, r.out.AsAt.String())
	}
	if enrolledOK && p.EnrolledOn != 0 && p.Person != 0 && p.EnrolledOn < p.Birth {
		p.refuse("enrolled_on", r.col.enrolled, osms.DateOrder, p.shown(r.col.enrolled), p.Birth.String())
	}
}

// day reads a date that nothing else can settle. A missing date is fine.
func (p *person) day(field string, column int) (osms.Date, bool) {
	c, ok := p.cell(field, column)
	if !ok || table.BlankText(c.Text) {
		return 0, ok
	}
	day := table.SureDay(c, p.r.src.Date1904)
	if day == 0 {
		p.refuse(field, column, osms.DateUnreadable, c.Text, "")
		return 0, false
	}
	return day, true
}
