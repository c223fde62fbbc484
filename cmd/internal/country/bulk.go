package country

import (
	"fmt"
	"io"

	"osmsd/sync/osms"
)

// Variant says which month of a bulk country is written.
type Variant int

const (
	BulkFirst     Variant = iota // the first month
	BulkUnchanged                // the same people, rows in another order
	BulkChanged                  // one in twenty joined, left or changed
)

// Bulk sums up what GenerateBulk wrote. Joined, Left, Changed and Unchanged are
// against the first month; after the first month everybody has joined.
type Bulk struct {
	Files         []string // paths relative to the folder, with slashes
	Lists         []string // the lists of organisations
	Rows          int
	Organisations int
	Joined        int
	Left          int // by absence
	Changed       int
	Unchanged     int
}

const (
	bulkSize    = 500 // learners of an organisation
	bulkSpare   = 20  // numbers kept for those who join it
	bulkFile    = 50  // organisations in a file: 25,000 rows
	bulkRegions = 4
)

// bulkFields are the twelve columns of a bulk roster.
var bulkFields = []field{"row_no", "bin", "iin", "full_name", "birth_date", "sex", "speciality", "grade", "group", "study_form", "enrolled_on", "status"}

// GenerateBulk writes one month of full rosters for measuring: few big files of
// many organisations with a BIN column, workbooks (shared and inline strings in
// turn) and CSV half and half, no faults. The same seed gives the same people
// in every variant.
//
//	<dir>/inbox/<KK>/<KK>-full-<as-at>-<n>.xlsx|csv
//	<dir>/organisations/<KK>/organisations.csv
func GenerateBulk(dir string, persons int, seed uint64, variant Variant, asAt osms.Date) (*Bulk, error) {
	if persons < 1 || persons > 6_000_000 {
		return nil, fmt.Errorf("country: %d persons: between 1 and 6,000,000", persons)
	}
	c := &country{opt: Options{Seed: seed, First: asAt.Month(), Regions: bulkRegions}, dir: dir, places: places[:bulkRegions], academicYear: 2026}
	c.births[university] = births(university, 202609)
	for c.stride[university] = 7919; gcd(c.stride[university], 2*len(c.births[university])) != 1; c.stride[university]++ {
	}
	for at := 0; at < persons; at += bulkSize {
		n := len(c.orgs)
		c.orgs = append(c.orgs, organisation{region: n / bulkFile % bulkRegions, ordinal: n, band: university,
			size: min(bulkSize, persons-at), base: n * (bulkSize + bulkSpare), bin: c.binOf(n)})
	}
	b := &Bulk{Organisations: len(c.orgs)}
	if err := c.bulkLists(b); err != nil {
		return nil, err
	}
	for first := 0; first < len(c.orgs); first += bulkFile {
		if err := c.bulkFile(b, first, min(first+bulkFile, len(c.orgs)), variant, asAt); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (c *country) bulkLists(b *Bulk) error {
	d := &dress{language: "ru", encoding: "utf-8-bom", delimiter: ";"}
	for r := range min(bulkRegions, (len(c.orgs)+bulkFile-1)/bulkFile) {
		rows := [][]cell{{}}
		for _, h := range []string{"№", "БИН", "Наименование на русском", "Қазақша атауы", "Регион", "Район", "Уровень образования",
			"Адрес", "Мекенжайы", "Руководитель", "Исполнитель", "Телефон", "Дата закрытия"} {
			rows[0] = append(rows[0], words(h))
		}
		for org := range c.orgs {
			if c.orgs[org].region == r {
				rows = append(rows, c.listed(org, len(rows)))
			}
		}
		name := fmt.Sprintf("organisations/%s/organisations.csv", c.places[r].region)
		if err := c.writeTable(name, d, "", nil, rows); err != nil {
			return err
		}
		b.Lists = append(b.Lists, name)
	}
	return nil
}

// bulkFile writes the organisations from first up to end.
func (c *country) bulkFile(b *Bulk, first, end int, variant Variant, asAt osms.Date) error {
	n := first / bulkFile
	d := &dress{language: "ru", inTitle: true, inline: n%4 == 2}
	if n%2 == 1 {
		d = &dress{language: "ru", inTitle: true, encoding: "utf-8", delimiter: ";", total: true}
	}
	code := c.places[c.orgs[first].region].region
	name := fmt.Sprintf("inbox/%s/%s-full-%s-%03d.%s", code, code, asAt, n+1, d.extension())
	b.Files = append(b.Files, name)
	return c.create(name, func(w io.Writer) error {
		if d.csv() {
			out, err := newCSV(w, d)
			if err != nil {
				return err
			}
			if err := c.bulkTable(b, out, d, first, end, variant, asAt); err != nil {
				return err
			}
			return out.close()
		}
		book := newWorkbook(w, d)
		out, err := book.sheet("Лист1", []int{8, 16, 16, 38, 14, 8, 30, 8, 10, 14, 14, 14})
		if err != nil {
			return err
		}
		if err := c.bulkTable(b, out, d, first, end, variant, asAt); err != nil {
			return err
		}
		if err := out.close(); err != nil {
			return err
		}
		return book.close()
	})
}

func (c *country) bulkTable(b *Bulk, out table, d *dress, first, end int, variant Variant, asAt osms.Date) error {
	l := layout{fields: bulkFields, at: map[field]int{}}
	for i, f := range bulkFields {
		l.at[f] = i
	}
	for _, cells := range [][]cell{{words("Список обучающихся")}, {words("Вид списка: полный")}, {words("По состоянию на: " + asAt.Dotted())}, l.headings("ru", false, 0)} {
		if _, err := out.write(line{cells: cells}); err != nil {
			return err
		}
	}
	rows := 0
	row := make([]cell, len(bulkFields))
	for k := range end - first {
		org := first + k
		if variant != BulkFirst {
			org = end - 1 - k
		}
		o := &c.orgs[org]
		joining := 0
		if variant == BulkChanged {
			joining = o.size / 100
		}
		for i := range o.size + joining {
			at := i
			if variant != BulkFirst && i < o.size {
				at = (o.size - 1) - (i+o.size/3)%o.size
			}
			e := entry{person: c.personAt(org, at), claim: claim{org: org, form: osms.FullTime}}
			e.from = c.enrolledOn(&e.person)
			group := c.group(&e.person)
			fate := newDraw(c.opt.Seed, saltChange, uint64(org), uint64(at))
			switch k := fate.n(100); {
			case variant == BulkFirst || at >= o.size:
				b.Joined++
			case variant == BulkChanged && k == 0:
				b.Left++
				continue
			case variant == BulkChanged && k == 1:
				e.form = osms.PartTime
				b.Changed++
			case variant == BulkChanged && k <= 4:
				group += "/2"
				b.Changed++
			default:
				b.Unchanged++
			}
			rows++
			if at >= o.size {
				e.from = asAt
			}
			c.bulkRow(row, &e, d, rows, group)
			if _, err := out.write(line{cells: row}); err != nil {
				return err
			}
		}
	}
	b.Rows += rows
	if !d.total {
		return nil
	}
	_, err := out.write(line{cells: []cell{words("Всего"), digits(rows)}})
	return err
}

// bulkRow fills the twelve cells of a row.
func (c *country) bulkRow(row []cell, e *entry, d *dress, number int, group string) {
	speciality := specialities[university]
	row[0] = digits(number)
	row[1] = words(c.orgs[e.claim.org].bin.Digits())
	row[2] = words(e.iin.Digits())
	row[3] = words(e.name.String())
	row[4] = dateCell(e.birth, asSerial)
	row[5] = words(sexWord(e.male, "ru", false))
	row[6] = words(speciality[int(uint64(e.iin)/1000%uint64(len(speciality)))][1])
	row[7] = digits(c.grade(&e.person))
	row[8] = words(group)
	row[9] = words(formWord(e.form, "ru"))
	row[10] = dateCell(e.from, asSerial)
	row[11] = words("обучается")
}
