package application

import (
	"osmsd/importers/lines"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// ReadEvents reads an opened book as a list of events.
func ReadEvents(book *sheet.Book, o Options) (*List[osms.Event], error) {
	out := &List[osms.Event]{}
	src := table.FromBook(book)
	for range src.Sheets {
		out.Columns = append(out.Columns, nil)
	}
	received := osms.DateOf(o.Received.In(o.Zone))
	res, err := lines.Read(src, table.Spec{Vocabulary: table.For(osms.KindEvents).With(o.Headers...)}, lines.Handler{Line: func(l *lines.Line) error {
		out.Columns[l.Table.Sheet] = l.Table.Columns
		e := osms.Event{Place: l.Place(), Kind: osms.EventKind(l.Text("event")), Document: l.Text("document"), Note: l.Text("note"), Until: osms.Forever}
		var err error
		if e.Person, err = osms.ParseIIN(l.Text("iin"), received); err != nil {
			l.Refuse("iin", osms.IINLength, "")
		}
		if e.On = table.ReadDay(l.Cell("on"), l.Date1904).Sure; e.On == 0 {
			l.Refuse("on", osms.DateUnreadable, "")
		}
		if c := l.Cell("until"); c.Kind != sheet.Empty {
			if e.Until = table.ReadDay(c, l.Date1904).Sure; e.Until == 0 {
				l.Refuse("until", osms.DateUnreadable, "")
			}
		}
		if !l.Refused() {
			out.Items = append(out.Items, e)
		}
		return nil
	}})
	if err != nil {
		return nil, err
	}
	out.Refusals, out.Holds, out.Tables, out.Sheets = res.Refusals, res.Holds, res.Tables, res.Sheets
	out.Rows, out.Refused, out.HiddenRows = res.Rows, res.Refused, res.HiddenRows
	out.Format, out.Encoding, out.Delimiter = book.Format, book.Encoding, book.Delimiter
	return out, nil
}
