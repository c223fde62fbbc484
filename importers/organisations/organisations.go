// Package organisations reads the list of education organisations, which is the
// authority on them: BIN, names in Kazakh and Russian, region, district, level,
// addresses, head, executor, phone and the day of closing. Letters take their
// sender from it.
//
// A row stands for one organisation. An unknown level is a warning and stays
// empty: the organisation is worth more than its level. The same row twice is one row; rows of one
// BIN that say different things are all refused, since no order among them is
// stated.
package organisations

import (
	"fmt"
	"strings"

	"osmsd/importers/lines"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// Options are what the reader must be told.
type Options struct {
	// Region of the channel the file came through: that of organisations whose
	// row states none. A row that states another is refused (other_region). Zero
	// is a channel for every region; there a row must state its own.
	Region osms.Region
	// Headers and Values are further words, from the configuration.
	Headers []table.Header
	Values  []table.Value
}

// List is a list of organisations, read and understood. Rows = the number of
// Organisations + Refused + Ignored.
type List struct {
	Organisations []Organisation // in order of the file, each BIN once
	// Refusals, refused and warnings, in order of the file.
	Refusals []osms.Refusal
	// Holds are reasons why the file needs an administrator.
	Holds                     []osms.Hold
	Tables                    []osms.TableAt
	Sheets                    []string // names, indexed by Place.Sheet
	Rows, Refused, HiddenRows int
	// Ignored counts rows that repeat another to the letter.
	Ignored                     int
	Format, Encoding, Delimiter string
}

// Organisation is one of the list, and where it stands.
type Organisation struct {
	osms.Organisation
	osms.Place

	cell, value string // the BIN's cell and what is written there
}

// Fault makes the refusal of an organisation of the list for a reason that only
// the registry knows, with the address of its BIN.
func (l *List) Fault(bin osms.BIN, code osms.Code) osms.Refusal {
	for _, o := range l.Organisations {
		if o.BIN == bin {
			return l.fault(o, code, osms.Refused, "")
		}
	}
	return osms.Refusal{Field: "bin", Code: code, Severity: osms.Refused, Value: bin.Digits()}
}

func (l *List) fault(o Organisation, code osms.Code, severity osms.Severity, detail string) osms.Refusal {
	return osms.Refusal{Sheet: l.Sheets[o.Sheet], Cell: o.cell, Row: int(o.Row), Field: "bin", Code: code,
		Severity: severity, Value: o.value, Detail: detail}
}

// Read reads an opened book as a list of organisations. The error is a
// *osms.FileError when the file as a whole is refused.
func Read(book *sheet.Book, o Options) (*List, error) {
	l, err := ReadSource(table.FromBook(book), o)
	if err != nil {
		return nil, err
	}
	l.Format, l.Encoding, l.Delimiter = book.Format, book.Encoding, book.Delimiter
	return l, nil
}

// ReadSource reads rows from wherever they come.
func ReadSource(src table.Source, o Options) (*List, error) {
	r := reading{options: o, csv: src.CSV, values: table.Values().With(o.Values...)}
	spec := table.Spec{Vocabulary: table.For(osms.KindOrganisations).With(o.Headers...)}
	res, err := lines.Read(src, spec, lines.Handler{Line: r.line, Remark: lines.Remark("bin")})
	if err != nil {
		return nil, err
	}
	return r.gather(res), nil
}

type reading struct {
	options Options
	csv     bool
	values  *table.ValueWords
	read    []Organisation
}

func (r *reading) line(l *lines.Line) error {
	o := osms.Organisation{}
	if c := l.Cell("bin"); !l.Refused() {
		bin, code, detail := readBIN(c, r.csv)
		if o.BIN = bin; code != "" {
			l.Refuse("bin", code, detail)
		}
	}
	o.NameKK, o.NameRU = l.Text("name_kk"), l.Text("name_ru")
	switch {
	case o.NameKK == "" && o.NameRU == "":
		field := "name_ru"
		if _, ok := l.Table.Columns[field]; !ok {
			field = "name_kk"
		}
		l.Refuse(field, osms.OrganisationNameMissing, "")
	case lettersLost(o.NameKK):
		l.Refuse("name_kk", osms.NameLettersLost, "")
	case lettersLost(o.NameRU):
		l.Refuse("name_ru", osms.NameLettersLost, "")
	}
	o.Region = r.options.Region
	if text := l.Text("region"); text != "" {
		region, err := osms.ParseRegion(text)
		switch {
		case err != nil:
			l.Refuse("region", osms.RegionUnknown, "")
		case r.options.Region != 0 && region != r.options.Region:
			l.Refuse("region", osms.OtherRegion, region.String())
		}
		o.Region = region
	} else if o.Region == 0 {
		l.Refuse("region", osms.RegionUnknown, "")
	}
	if text := l.Text("level"); text != "" {
		if o.Level = osms.Level(r.values.Lookup("level", text)); o.Level == "" {
			l.Warn("level", osms.LevelUnknown, "")
		}
	}
	if c := l.Cell("closed_on"); c.Kind != sheet.Empty {
		if o.ClosedOn = table.ReadDay(c, l.Date1904).Sure; o.ClosedOn == 0 {
			l.Refuse("closed_on", osms.DateUnreadable, "")
		}
	}
	o.District = l.Text("district")
	o.AddressKK, o.AddressRU = l.Text("address_kk"), l.Text("address_ru")
	o.Head, o.Executor, o.Phone = l.Text("head"), l.Text("executor"), l.Text("phone")
	if l.Refused() {
		return nil
	}
	r.read = append(r.read, Organisation{Organisation: o, Place: l.Place(),
		cell: l.Table.Address(l.Row, "bin"), value: strings.Clone(l.Table.Cell(l.Row, "bin").Text)})
	return nil
}

// gather takes each BIN once and refuses the rows that contradict each other.
func (r *reading) gather(res *lines.Result) *List {
	list := &List{Refusals: res.Refusals, Holds: res.Holds, Tables: res.Tables, Sheets: res.Sheets, Rows: res.Rows, Refused: res.Refused, HiddenRows: res.HiddenRows}
	byBIN := map[osms.BIN][]Organisation{}
	var order []osms.BIN
	for _, s := range r.read {
		if !res.Kept(s.Place) {
			continue
		}
		if byBIN[s.BIN] == nil {
			order = append(order, s.BIN)
		}
		byBIN[s.BIN] = append(byBIN[s.BIN], s)
	}
	var added []osms.Refusal
	note := func(o Organisation, code osms.Code, severity osms.Severity, other Organisation) {
		where := fmt.Sprintf("row %d", other.Row)
		if other.Sheet != o.Sheet {
			where = fmt.Sprintf("sheet «%s», row %d", list.Sheets[other.Sheet], other.Row)
		}
		added = append(added, list.fault(o, code, severity, where))
	}
	for _, bin := range order {
		rows := byBIN[bin]
		first := rows[0]
		conflict := false
		for _, s := range rows[1:] {
			conflict = conflict || s.Organisation != first.Organisation
		}
		if conflict {
			for i, s := range rows {
				other := first
				if i == 0 {
					other = rows[1]
				}
				note(s, osms.ConflictingRows, osms.Refused, other)
				list.Refused++
			}
			continue
		}
		for _, s := range rows[1:] {
			note(s, osms.DuplicateRow, osms.Warning, first)
			list.Ignored++
		}
		list.Organisations = append(list.Organisations, first)
	}
	list.Refusals = lines.InOrder(list.Sheets, append(list.Refusals, added...))
	return list
}
