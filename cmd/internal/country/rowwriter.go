package country

import "osmsd/sync/osms"

// rowWriter writes data rows, plants faults and records where they stand.
type rowWriter struct {
	c      *country
	r      *rosterFile
	out    table
	truth  *File
	sheet  string
	number int // the running number in the first column
	rows   int // data rows of this sheet
}

// hit is a planted fault of a row: which field, which code.
type hit struct {
	field field
	code  osms.Code
}

func (w *rowWriter) entry(e *entry) error {
	w.number++
	x := slot{c: w.c, r: w.r, e: e, cells: w.c.cells(&w.r.layout, w.r.dress, e, w.number)}
	x.draw = newDraw(w.c.opt.Seed, saltFault, uint64(e.iin), uint64(e.claim.org), uint64(e.at))
	var hits, second []hit
	severity := osms.Refused
	settled := e.settled() && w.r.month > 0 && e.at >= e.seen
	switch mess := int(w.c.opt.Mess * 1_000_000); {
	case e.wrong:
		hits = w.c.plant(&x)
	case e.naked:
		hits = x.naked()
	case e.spoiled || settled && x.draw.n(1_000_000) < mess:
		x.held = true
		hits = w.c.plant(&x)
	default:
		severity = osms.Warning
		hits = x.warn(settled && x.draw.n(1_000_000) < mess)
	}
	if x.twin != nil && severity == osms.Refused {
		second = hits
	} else if x.twin != nil {
		hits, second = nil, hits
	}
	hidden := w.r.dress.hidden && severity == osms.Warning && x.twin == nil && x.draw.of(1, 12)
	if hidden {
		hits = append(hits, hit{"iin", osms.HiddenRowRead})
	}
	if err := w.put(x.cells, hits, severity, hidden); err != nil || x.twin == nil {
		return err
	}
	return w.put(x.twin, second, severity, false)
}

// put writes a data row and records its faults.
func (w *rowWriter) put(cells []cell, hits []hit, severity osms.Severity, hidden bool) error {
	if w.r.dress.russianOnly() {
		for i := range cells {
			cells[i].text = typist.Replace(cells[i].text)
		}
	}
	row, err := w.out.write(line{cells: cells, hidden: hidden})
	if err != nil {
		return err
	}
	w.rows++
	w.truth.Rows++
	if hidden {
		w.truth.Hidden++
	}
	if len(hits) > 0 && severity == osms.Refused {
		w.truth.Refused++
	}
	for _, h := range hits {
		column := w.r.layout.at[h.field]
		if h.code == osms.DuplicateRow {
			w.truth.Ignored++
		}
		if err := w.c.refuse(Refusal{File: w.r.path, Sheet: w.sheet, Cell: osms.CellName(column, row), Row: row,
			Field: string(h.field), Code: h.code, Severity: severity, Value: cells[column].text}); err != nil {
			return err
		}
	}
	return nil
}
