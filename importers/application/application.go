// Package application reads what comes about single persons: lists of
// applications for service A, of requests for service B, and of events. Every
// row stands for itself: a bad one is refused with the address of its cell and
// a sentence, and stops no other.
package application

import (
	"fmt"
	"strings"
	"time"

	"osmsd/importers/lines"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// Options are what the reader must be told.
type Options struct {
	// Received is when the file came: days after it are in the future.
	Received time.Time
	// Zone is where written clock times are counted; nil is UTC.
	Zone *time.Location
	// Headers are further header words, from the configuration.
	Headers []table.Header
}

// List is such a file, read and understood: Rows = len(Items) + Refused +
// Ignored.
type List[T any] struct {
	Items []T // in order of the file
	// Refusals, refused and warnings, in order of the file.
	Refusals []osms.Refusal
	// Holds are reasons why the file needs an administrator.
	Holds  []osms.Hold
	Tables []osms.TableAt
	Sheets []string // names, indexed by Place.Sheet
	// Columns says, for each sheet, in which column (0 is A) a field stands.
	Columns []map[string]int
	// Ignored counts rows that say the same as another, Unlisted the refusals and
	// warnings beyond lines.MostListed.
	Rows, Refused, Ignored, HiddenRows, Unlisted int
	Format, Encoding, Delimiter                  string
}

// form is how one kind of list is read: a line of it, and what makes two lines
// one (false: nothing does).
type form[T any, K comparable] struct {
	kind osms.Kind
	line func(*row) T
	same func(T) (K, bool)
}

// taken is a line that was not refused, and its address.
type taken[T any] struct {
	item        T
	at          osms.Place
	cell, value string // of the IIN
}

// read reads an opened book. The error is a *osms.FileError when the file as a
// whole is refused.
func read[T any, K comparable](book *sheet.Book, o Options, f form[T, K]) (*List[T], error) {
	list, err := readSource(table.FromBook(book), o, f)
	if err != nil {
		return nil, err
	}
	list.Format, list.Encoding, list.Delimiter = book.Format, book.Encoding, book.Delimiter
	return list, nil
}

func readSource[T any, K comparable](src table.Source, o Options, f form[T, K]) (*List[T], error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	o.Received = o.Received.In(o.Zone)
	var all []taken[T]
	columns := make([]map[string]int, len(src.Sheets))
	spec := table.Spec{Vocabulary: table.For(f.kind).With(o.Headers...)}
	res, err := lines.Read(src, spec, lines.Handler{Remark: lines.Remark("iin"), Line: func(l *lines.Line) error {
		columns[l.Table.Sheet] = l.Table.Columns
		item := f.line(&row{Line: l, o: o, csv: src.CSV})
		if !l.Refused() {
			all = append(all, taken[T]{item, l.Place(), l.Table.Address(l.Row, "iin"), strings.Clone(l.Table.Cell(l.Row, "iin").Text)})
		}
		return nil
	}})
	if err != nil {
		return nil, err
	}
	list := &List[T]{Refusals: res.Refusals, Holds: res.Holds, Tables: res.Tables, Sheets: res.Sheets, Columns: columns,
		Rows: res.Rows, Refused: res.Refused, HiddenRows: res.HiddenRows, Unlisted: res.Unlisted}
	gather(list, all, res, f)
	return list, nil
}

// gather takes the lines that no merged cell spoils, each once.
func gather[T any, K comparable](list *List[T], all []taken[T], res *lines.Result, f form[T, K]) {
	first := map[K]osms.Place{}
	for _, t := range all {
		if !res.Kept(t.at) {
			continue
		}
		key, once := f.same(t.item)
		at, repeated := first[key]
		if !once || !repeated {
			if list.Items = append(list.Items, t.item); once {
				first[key] = t.at
			}
			continue
		}
		list.Ignored++
		if len(list.Refusals) >= lines.MostListed {
			list.Unlisted++
			continue
		}
		where := fmt.Sprintf("row %d", at.Row)
		if at.Sheet != t.at.Sheet {
			where = fmt.Sprintf("sheet «%s», row %d", list.Sheets[at.Sheet], at.Row)
		}
		list.Refusals = append(list.Refusals, osms.Refusal{Sheet: list.Sheets[t.at.Sheet], Cell: t.cell, Row: int(t.at.Row), Field: "iin",
			Code: osms.DuplicateRow, Severity: osms.Warning, Value: t.value, Detail: where})
	}
	list.Refusals = lines.InOrder(list.Sheets, list.Refusals)
}
