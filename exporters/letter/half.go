package letter

import (
	"slices"
	"strings"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// half is the text of a letter in one language, not yet set.
type half struct {
	wording
	person []pair // recipient
	facts  []row  // the table
}

// pair is a label with its value.
type pair struct{ label, value string }

// row is a line of the table: one pair across it, or two side by side.
type row []pair

func (p *printer) half(lang language, l osms.Letter) (half, error) {
	t := p.texts
	word := func(key string) string { return t.word(lang, key) }
	basis, day, month := l.Basis.KK, paper.DateKK, paper.MonthKK
	if lang == ru {
		basis, day, month = l.Basis.RU, paper.DateRU, paper.MonthRU
	}
	level, err := t.value(lang, "level", string(l.Facts.Level))
	if err != nil {
		return half{}, err
	}
	form, err := t.value(lang, "form", string(l.Facts.Form))
	if err != nil {
		return half{}, err
	}
	grade, last := l.Facts.Grade, day(l.Last)
	if grade == "" {
		grade = word("grade.")
	}
	if last == "" || l.Last == osms.Forever {
		last = word("last.")
	}
	w, err := t.render(lang, fields{Action: l.Action, Basis: basis, Child: child(l.Birth, l.Date), Replaces: l.Replaces, Several: strings.Contains(l.Replaces, ","),
		Number: l.Number, Date: day(l.Date), Name: l.Name.String(), IIN: l.Person.Digits(), Birth: day(l.Birth),
		Organisation: p.name[lang], BIN: p.bundle.Organisation.BIN.Digits(),
		Level: level, Form: form, Grade: grade, First: day(l.First), Last: last, Effect: month(l.Effective)})
	if err != nil {
		return half{}, err
	}
	h := half{wording: w,
		person: []pair{{word("label.recipient"), l.Name.String()},
			{word("label.iin"), l.Person.Digits()}, {word("label.birth"), day(l.Birth)}},
		facts: []row{
			{{word("label.organisation"), p.name[lang]}},
			{{word("label.level"), level}, {word("label.form"), form}},
			{{word("label.grade"), grade}, {word("label.effective"), month(l.Effective)}},
			{{word("label.first"), day(l.First)}, {word("label.last"), last}},
		}}
	if l.Facts.Status == osms.AcademicLeave && l.Action != osms.Removed {
		h.facts = append(h.facts, row{{word("label.status"), word("status.academic_leave")}})
	}
	return h, nil
}

// layout is a half set in type.
type layout struct {
	head   []paper.Block // title, subject
	person [][2]paper.Block
	body   paper.Block
	facts  [][]paper.Block // label, value, label, value
	tail   []paper.Block   // basis, note
	gap    float64
}

// Columns of the table: label, value, label, value.
const (
	labelWidth = 36.0
	valueWidth = width/2 - labelWidth
	inset      = 1.2
)

func (h half) set(size float64) layout {
	regular, bold := paper.Regular(), paper.Bold()
	s := layout{gap: size * 0.13,
		head: []paper.Block{
			paper.Set(bold, size+2, width, paper.Centre, h.title),
			paper.Set(bold, size, width-14, paper.Centre, h.subject)},
		body: paper.Set(regular, size, width, paper.Justified, h.body),
		tail: []paper.Block{paper.Set(regular, size-0.5, width, paper.Justified, h.basis)},
	}
	if h.replaces != "" {
		s.tail = slices.Insert(s.tail, 0, paper.Set(regular, size, width, paper.Justified, h.replaces))
	}
	if h.note != "" {
		s.tail = append(s.tail, paper.Set(regular, size-0.5, width, paper.Justified, h.note))
	}
	for _, p := range h.person {
		s.person = append(s.person, [2]paper.Block{
			paper.Set(regular, size, labelWidth, paper.Left, p.label+":"),
			paper.Set(bold, size, width-labelWidth, paper.Left, p.value)})
	}
	for _, r := range h.facts {
		var cells []paper.Block
		for _, p := range r {
			wide := valueWidth
			if len(r) == 1 {
				wide = width - labelWidth
			}
			cells = append(cells, paper.Set(regular, size-1, labelWidth-2*inset, paper.Left, p.label),
				paper.Set(regular, size-0.5, wide-2*inset, paper.Left, p.value))
		}
		s.facts = append(s.facts, cells)
	}
	return s
}

func rowHeight(cells []paper.Block) (h float64) {
	for _, c := range cells {
		h = max(h, c.Height())
	}
	return h + inset
}

func (s layout) height() (h float64) {
	for _, b := range s.head {
		h += b.Height()
	}
	for _, p := range s.person {
		h += max(p[0].Height(), p[1].Height())
	}
	for _, r := range s.facts {
		h += rowHeight(r)
	}
	h += s.body.Height()
	for _, b := range s.tail {
		h += b.Height() + s.gap/2
	}
	return h + 4*s.gap
}

// print prints a half from y down and returns its height.
func (p *printer) print(s layout, y float64) float64 {
	start := y
	for i, b := range s.head {
		b.Role = [...]string{"H1", "H2"}[i]
		y += p.doc.Print(b, left+(width-b.Width)/2, y)
	}
	y += s.gap
	for _, pair := range s.person {
		p.doc.Print(pair[0], left, y)
		p.doc.Print(pair[1], left+labelWidth, y)
		y += max(pair[0].Height(), pair[1].Height())
	}
	y += s.gap
	y += p.doc.Print(s.body, left, y) + s.gap
	p.table(s.facts, y)
	for _, r := range s.facts {
		y += rowHeight(r)
	}
	y += s.gap
	for _, b := range s.tail {
		y += p.doc.Print(b, left, y) + s.gap/2
	}
	return y - start
}

// table prints the rows under a rule: first the grey behind the labels, then
// rules and text over it.
func (p *printer) table(rows [][]paper.Block, y float64) {
	for shades, at := true, y; ; shades, at = false, y {
		if !shades {
			p.doc.Rule(left, at, right, at, 0.2, 120)
		}
		for _, cells := range rows {
			h := rowHeight(cells)
			x := left
			for i, c := range cells {
				switch {
				case !shades:
					p.doc.Print(c, x+inset, at+inset/2)
				case i%2 == 0:
					p.doc.Shade(x, at, labelWidth, h, 242)
				}
				if x += labelWidth; i%2 == 1 {
					x = left + width/2
				}
			}
			at += h
			if !shades {
				p.doc.Rule(left, at, right, at, 0.2, 120)
			}
		}
		if !shades {
			return
		}
	}
}
