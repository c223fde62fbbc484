package application

import (
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// ReadRequests reads a list of requests for service B. Every request is answered,
// so that little refuses a row: of an IIN that cannot be read the person is 0, of
// a month that cannot be read the month is, an unknown way of confirmation
// confirms nothing, each with a warning. The same row twice is one request. The
// error is a *osms.FileError when the file as a whole is refused.
func ReadRequests(book *sheet.Book, o Options) (*List[osms.Request], error) {
	return read(book, o, requests)
}

var requests = form[osms.Request, osms.Request]{kind: osms.KindRequests, line: readRequest,
	same: func(q osms.Request) (osms.Request, bool) {
		q.Place = osms.Place{}
		return q, q.Person != 0 // two numbers that cannot be read may be two persons'
	}}

func readRequest(r *row) osms.Request {
	q := osms.Request{Place: r.Place(), Incoming: r.text("number", longestNumber), Received: r.received(), Person: r.person(r.Warn),
		From: r.month("from"), To: r.month("to"), Consent: r.yes("consent")}
	if text := r.Text("confirmed_by"); !table.BlankText(text) {
		q.ConfirmedBy = osms.Confirmation(table.Values().Lookup("confirmed_by", text))
		if yes, known := answer(text); q.ConfirmedBy == osms.NotConfirmed && (yes || !known) {
			r.Warn("confirmed_by", osms.ConfirmationUnknown, "")
		}
	}
	return q
}

// month reads a month of the period asked for; 0: none is stated, or it cannot
// be read.
func (r *row) month(field string) osms.Month {
	c := r.Cell(field)
	if table.BlankText(c.Text) {
		return 0
	}
	month, ok := table.ReadMonth(c, r.Date1904)
	if !ok {
		r.Warn(field, osms.MonthUnreadable, "")
		return 0
	}
	return month
}
