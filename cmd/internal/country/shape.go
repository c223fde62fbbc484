package country

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"osmsd/sync/osms"
)

// section is one sheet of a roster: its name and its rows.
type section struct {
	name    string
	entries []entry
}

// rosterFile is what is needed to write one roster.
type rosterFile struct {
	path     string
	region   int
	unit     *unit // of a delta: the first unit, for its habits
	orgs     []int
	month    int
	asAt     osms.Date
	mode     osms.Mode
	dress    *dress
	layout   layout
	sections []section
}

// create writes a file under the country's folder.
func (c *country) create(name string, write func(io.Writer) error) (err error) {
	full := filepath.Join(c.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return fmt.Errorf("country: %w", err)
	}
	f, err := os.Create(full)
	if err != nil {
		return fmt.Errorf("country: %w", err)
	}
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			err = fmt.Errorf("country: %w", e)
		}
	}()
	if err := write(f); err != nil {
		return fmt.Errorf("country: writing %s: %w", path.Base(name), err)
	}
	return nil
}

// writeRoster writes one roster and adds it to the truth.
func (c *country) writeRoster(r *rosterFile) error {
	t := File{Path: r.path, Kind: osms.KindRoster, Region: c.places[r.region].region, Mode: r.mode, AsAt: r.asAt,
		Month: c.opt.First.Add(r.month), Late: r.mode == osms.Delta,
		Format: "xlsx", Dress: r.dress.name, Encoding: r.dress.encoding, Delimiter: r.dress.delimiter, Organisations: []osms.BIN{}}
	for _, org := range r.orgs {
		t.Organisations = append(t.Organisations, c.orgs[org].bin)
	}
	err := c.create(r.path, func(w io.Writer) error {
		if r.dress.csv() {
			t.Format = "csv"
			out, err := newCSV(w, r.dress)
			if err != nil {
				return err
			}
			if err := c.writeSection(r, &r.sections[0], out, &t, ""); err != nil {
				return err
			}
			return out.close()
		}
		book := newWorkbook(w, r.dress)
		wide := make([]int, 0, 32)
		if r.layout.first > 0 {
			wide = append(wide, 3)
		}
		for _, f := range r.layout.fields {
			if n, ok := widths[f]; ok {
				wide = append(wide, n)
			} else {
				wide = append(wide, 14)
			}
		}
		if r.dress.neighbours {
			wide[r.layout.first] = 22 // the labels above stand in it
		}
		for i := range r.sections {
			s, err := book.sheet(r.sections[i].name, wide)
			if err != nil {
				return err
			}
			if err := c.writeSection(r, &r.sections[i], s, &t, r.sections[i].name); err != nil {
				return err
			}
			if err := s.close(); err != nil {
				return err
			}
		}
		return book.close()
	})
	c.truth.Files = append(c.truth.Files, t)
	return err
}

// writeSection writes titles, header, rows and what stands below them.
func (c *country) writeSection(r *rosterFile, s *section, out table, t *File, sheet string) error {
	d, l := r.dress, &r.layout
	width := l.first + len(l.fields)
	put := func(cells ...cell) (int, error) {
		if d.csv() && d.delimiter == ";" && len(cells) < width {
			cells = append(cells, make([]cell, width-len(cells))...)
		}
		if d.russianOnly() {
			for i := range cells {
				cells[i].text = typist.Replace(cells[i].text)
			}
		}
		return out.write(line{cells: cells})
	}
	top := 0
	for _, cells := range c.titles(r) {
		n, err := put(append(make([]cell, l.first), cells...)...)
		if err != nil {
			return err
		}
		if x, ok := out.(*sheetWriter); ok && len(cells) == 1 && !d.bare && !d.neighbours {
			x.merges = append(x.merges, osms.CellName(l.first, n)+":"+osms.CellName(width-1, n))
		}
		top = n
	}
	variant := (r.unit.index + r.month) % 2
	schools := c.orgs[r.orgs[0]].band == school
	if d.twoRows {
		if _, err := put(l.headings("kk", schools, variant)...); err != nil {
			return err
		}
		top++
		if _, err := put(l.headings("ru", schools, variant)...); err != nil {
			return err
		}
	} else if _, err := put(l.headings(d.language, schools, variant)...); err != nil {
		return err
	}
	top++
	if d.numbered {
		numbers := make([]cell, width)
		for i := range l.fields {
			numbers[l.first+i] = digits(i + 1)
			numbers[l.first+i].style = centred
		}
		if _, err := put(numbers...); err != nil {
			return err
		}
		top++
	}
	w := rowWriter{c: c, r: r, out: out, truth: t, sheet: sheet}
	for i := range s.entries {
		if d.gaps && i > 0 && (s.entries[i].claim.org != s.entries[i-1].claim.org || i == len(s.entries)/2) {
			if _, err := put(); err != nil {
				return err
			}
		}
		if err := w.entry(&s.entries[i]); err != nil {
			return err
		}
	}
	if x, ok := out.(*sheetWriter); ok && d.hidden {
		x.filter = osms.CellName(l.first, top) + ":" + osms.CellName(width-1, x.row)
	}
	if d.filler {
		for range 3 {
			w.number++
			if _, err := put(append(make([]cell, l.first), digits(w.number))...); err != nil {
				return err
			}
			t.Rows++
			t.Ignored++
		}
	}
	if d.total {
		label := cell{kind: text, style: headed, text: say(d.language, "Барлығы", "Всего", "Total")}
		if r.unit.index%2 == 0 && d.language == "ru" {
			label.text = "Итого"
		}
		if _, err := put(append(make([]cell, l.first), label, digits(w.rows))...); err != nil {
			return err
		}
	}
	return nil
}

// titles are the rows above the table.
func (c *country) titles(r *rosterFile) [][]cell {
	d := r.dress
	title := func(s string) []cell { return []cell{{kind: text, style: titled, text: s}} }
	pair := func(label string, value cell) []cell {
		if d.neighbours {
			return []cell{words(label + ":"), value}
		}
		return []cell{words(label + ": " + value.text)}
	}
	var rows [][]cell
	single := r.mode == osms.Full && len(r.orgs) == 1
	if r.mode == osms.Full {
		rows = append(rows, title(say(d.language, "Білім алушылардың тізімі", "Список обучающихся", "List of learners")))
	} else {
		rows = append(rows, title(say(d.language, "Білім алушылар контингентінің қозғалысы", "Движение контингента обучающихся", "Movement of learners")))
	}
	if single {
		rows = append(rows, []cell{words(say(d.language, c.nameKK(r.orgs[0]), c.nameRU(r.orgs[0]), c.nameRU(r.orgs[0])))})
	}
	if single && d.bin == binInTitle {
		rows = append(rows, pair(say(d.language, "БСН", "БИН", "BIN"), words(c.orgs[r.orgs[0]].bin.Digits())))
	}
	if d.inTitle {
		value := say(d.language, "толық", "полный", "full")
		if r.mode == osms.Delta {
			value = say(d.language, "өзгерістер", "изменения", "delta")
		}
		rows = append(rows, pair(say(d.language, "Тізім түрі", "Вид списка", "List"), words(value)))
		day := dateCell(r.asAt, asDotted)
		if d.language == "en" {
			day = dateCell(r.asAt, asISO)
		} else if d.neighbours && !d.csv() {
			day = dateCell(r.asAt, asSerial)
		}
		rows = append(rows, pair(say(d.language, "Күні", "По состоянию на", "As at"), day))
	}
	return append(rows, nil)
}
