package roster

import (
	"slices"
	"sync"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// formColumns follows which column holds the form of study. Some forms head
// the form of payment (грант, ақылы) with "Оқу нысаны", so the values decide,
// not the header alone (DOMAIN §7).
type formColumns struct {
	// alternative is a column of another header in which study forms were
	// found while the claimed one holds forms of payment; -1 is none.
	alternative int
	stated      []int // rows with a study form, for each claiming column
	paid        []int // rows with a form of payment
}

// payments are the words for forms of payment.
var payments = []string{"грант", "государственный грант", "мемлекеттік грант", "білім беру гранты", "образовательный грант",
	"ақылы", "ақылы негізде", "платно", "платная", "платный", "платное", "на платной основе", "бюджет", "бюджетная", "бюджетный",
	"госзаказ", "гос заказ", "государственный заказ", "государственный образовательный заказ", "мемлекеттік тапсырыс",
	"мемлекеттік білім беру тапсырысы", "договор", "договорная", "по договору", "келісімшарт", "шарт негізінде", "тегін",
	"бесплатно", "бесплатная", "бесплатное", "хозрасчет", "квота", "paid", "fee", "grant", "state order", "free"}

var paymentWords = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for _, w := range payments {
		words[osms.FoldName(table.Key(w))] = true
	}
	return words
})

func payment(text string) bool {
	return len(text) <= 200 && paymentWords()[osms.FoldName(table.Key(text))]
}

// readForm reads the form of study.
func (p *person) readForm() {
	r := p.r
	asked, unknown := r.col.form, -1
	for i, column := range r.col.forms {
		c, ok := p.cell("study_form", column)
		switch {
		case !ok:
			return
		case c.Kind == sheet.Empty:
			continue
		}
		if v := r.values[0].look(r.words, "study_form", c.Text); v != "" {
			r.forms.stated[i]++
			if p.Facts.Form == "" {
				p.Facts.Form = osms.StudyForm(v)
			}
			continue
		}
		if payment(c.Text) {
			r.forms.paid[i]++
			p.Facts.Funding = r.texts.keep(table.Tidy(c.Text))
			continue
		}
		unknown = column
	}
	if p.Facts.Form != "" {
		return
	}
	if p.Facts.Funding != "" && unknown < 0 {
		if p.alternative() {
			return
		}
		if len(r.col.forms) > 1 { // the column that is not the payments'
			for i, column := range r.col.forms {
				if r.forms.paid[i] == 0 {
					asked = column
				}
			}
		} else if r.forms.alternative >= 0 {
			asked = r.forms.alternative
		} else {
			unknown = r.col.form
		}
	}
	if unknown >= 0 {
		p.refuse("study_form", unknown, osms.StudyFormUnknown, table.At(p.row, unknown).Text, "")
		return
	}
	c := table.At(p.row, asked)
	if !table.BlankText(c.Text) && !payment(c.Text) {
		p.refuse("study_form", asked, osms.StudyFormUnknown, c.Text, "")
		return
	}
	p.refuse("study_form", asked, osms.StudyFormMissing, c.Text, "")
}

// alternative looks for the form of study where the claimed column holds forms
// of payment: in the columns without a known header, and in that of the
// funding.
func (p *person) alternative() bool {
	r := p.r
	candidates := []int{r.forms.alternative}
	if r.forms.alternative < 0 {
		candidates = candidates[:0]
		if r.col.funding >= 0 {
			candidates = append(candidates, r.col.funding)
		}
		for column := range r.table.Notes {
			candidates = append(candidates, column)
		}
		slices.Sort(candidates)
	}
	for _, column := range candidates {
		c := table.At(p.row, column)
		if c.Kind != sheet.Text {
			continue
		}
		if v := r.values[0].look(r.words, "study_form", c.Text); v != "" {
			r.forms.alternative = column
			p.Facts.Form = osms.StudyForm(v)
			return true
		}
	}
	return false
}

// closeForms settles which column is the form's. Two columns that both claim
// it refuse the file, unless one of them turned out to be that of the payment.
func (r *reading) closeForms(t *table.Table) error {
	form := r.col.form
	if len(r.col.forms) > 1 {
		form = -1
		for i, column := range r.col.forms {
			if r.forms.paid[i] > 0 && r.forms.stated[i] == 0 {
				continue
			}
			if form >= 0 {
				return &osms.FileError{Code: osms.FileDuplicateHeader, Where: table.Where(t.Name, t.Last),
					Detail: "columns " + osms.ColumnName(form) + ", " + osms.ColumnName(column) + " all claim study_form"}
			}
			form = column
		}
		if form < 0 {
			form = r.col.form
		}
	} else if r.forms.alternative >= 0 {
		form = r.forms.alternative
	}
	if form != r.col.form {
		if _, ok := t.Columns["funding"]; !ok {
			t.Columns["funding"] = r.col.form
		}
		t.Columns["study_form"] = form
	}
	return nil
}
