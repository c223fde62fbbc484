package country

import (
	"fmt"
	"io"

	"osmsd/sync/osms"
)

// listForm is how the payer's lists of a region look in a month.
type listForm struct {
	dress
	double bool // tags as //FM/
	folded bool // a purpose in several lines
	region bool // the region is named: in a column, or in the purpose
}

// table: rows of a CSV or a workbook, not messages.
func (f *listForm) table() bool { return f.delimiter != "" || f.encoding == "" }

func (f *listForm) format() string {
	switch {
	case f.encoding == "":
		return "xlsx"
	case f.delimiter != "":
		return "csv"
	}
	return "mt102"
}

var listForms = [...]listForm{
	{dress: dress{name: "mt102-kz1048", encoding: "kz-1048", language: "kk"}},
	{dress: dress{name: "payments-csv-kk", encoding: "utf-8-bom", delimiter: ";", language: "kk"}},
	{dress: dress{name: "mt102-utf8", encoding: "utf-8", unix: true, language: "ru"}, double: true},
	{dress: dress{name: "payments-xlsx", language: "ru"}},
	{dress: dress{name: "mt102-utf16", encoding: "utf-16le", language: "ru"}, folded: true},
	{dress: dress{name: "payments-csv-1251", encoding: "windows-1251", delimiter: ";", language: "ru"}},
}

func (c *country) listFormOf(region, m int) *listForm {
	f := listForms[(region+m)%len(listForms)]
	d := newDraw(c.opt.Seed, saltShare, 0, uint64(m), uint64(region))
	f.region = d.of(2, 3)
	return &f
}

// listWriter writes lists, one after another.
type listWriter interface {
	paper(p *paper) error
	close() error
}

// writeLists writes the lists of a region to a file, and where duplicates are
// planted the same messages in another encoding to a second.
func (d *payday) writeLists(x *payRegion) error {
	name := fmt.Sprintf("%s/inbox/ledger/%s %s %s", d.month, say(x.form.language, "тізім", "список", "list"), x.region, d.month)
	ext := map[string]string{"mt102": "txt", "csv": "csv", "xlsx": "xlsx"}[x.form.format()]
	t := File{Path: name + "." + ext, Kind: osms.KindPayments, Month: d.month, Format: x.form.format(), Encoding: x.form.encoding,
		Delimiter: x.form.delimiter, Dress: x.form.name, Organisations: []osms.BIN{}}
	again := t
	again.Path, again.DuplicateOf, again.Encoding = name+" (2)."+ext, t.Path, "utf-8"
	if x.form.encoding == "utf-8" {
		again.Encoding = "utf-16le"
	}
	twice := !x.form.table() && x.has(Duplicates)
	var writers []listWriter
	x.write = func(p *paper) error {
		t.Rows += len(p.items)
		s := p.sum()
		d.truth.Documents = append(d.truth.Documents, Document{t.Path, osms.DocumentList, p.reference, p.stated(), p.month, p.knp, p.dated, s.Persons, s.Amount, p.story})
		for _, w := range writers {
			if err := w.paper(p); err != nil {
				return err
			}
		}
		return nil
	}
	write := func(out io.Writer) error {
		first, err := newListWriter(out, x.form, d.c.warner(t.Path))
		if err != nil {
			return err
		}
		writers = append(writers, first)
		if twice {
			err = d.c.create(again.Path, func(out io.Writer) error {
				other := *x.form
				other.encoding, other.unix = again.Encoding, !x.form.unix
				w, err := newListWriter(out, &other, d.c.warner(again.Path))
				if err != nil {
					return err
				}
				writers = append(writers, w)
				if err := x.run(); err != nil {
					return err
				}
				return w.close()
			})
		} else {
			err = x.run()
		}
		if err != nil {
			return err
		}
		return first.close()
	}
	if err := d.c.create(t.Path, write); err != nil {
		return err
	}
	d.c.truth.Files = append(d.c.truth.Files, t)
	if again.Rows = t.Rows; twice {
		d.c.truth.Files = append(d.c.truth.Files, again)
	}
	return nil
}

// warner records what in a file deserves a warning.
func (c *country) warner(path string) func(Refusal) error {
	return func(r Refusal) error {
		r.File, r.Severity = path, osms.Warning
		return c.refuse(r)
	}
}

func newListWriter(out io.Writer, f *listForm, warn func(Refusal) error) (listWriter, error) {
	if f.table() {
		return newPaymentTable(out, f, warn)
	}
	w, err := newCSV(out, &f.dress) // its lines and encodings
	return &messages{out: w, form: f, warn: warn}, err
}
