package application

import (
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// ReadEvents reads a list of events. The IIN, the event and its day must be
// readable, or the row is refused: an event of the wrong person or day may end
// what is due to somebody. The same event of a person twice is one. The error is
// a *osms.FileError when the file as a whole is refused.
func ReadEvents(book *sheet.Book, o Options) (*List[osms.Event], error) {
	return read(book, o, events)
}

// happened is what makes an event this one, whatever paper it is cited by.
type happened struct {
	person    osms.IIN
	kind      osms.EventKind
	on, until osms.Date
}

var events = form[osms.Event, happened]{kind: osms.KindEvents, line: readEvent,
	same: func(e osms.Event) (happened, bool) { return happened{e.Person, e.Kind, e.On, e.Until}, true }}

func readEvent(r *row) osms.Event {
	e := osms.Event{Place: r.Place(), Person: r.person(r.Refuse), Kind: osms.EventKind(table.Values().Lookup("event", r.Text("event")))}
	if e.Kind == "" {
		r.Refuse("event", osms.EventUnknown, "")
	}
	c := r.Cell("on")
	if e.On = r.day("on"); table.BlankText(c.Text) {
		r.Refuse("on", osms.DateUnreadable, "")
	}
	if e.Until = r.day("until"); e.Until == 0 {
		e.Until = osms.Forever
	}
	r.span(e)
	if e.Kind == osms.EventDeath || e.Kind == osms.EventBlocked || e.Kind == osms.EventUnblocked {
		e.Until = osms.Forever
	}
	e.Document, e.Note = r.text("document", longestText), r.text("note", longestText)
	return e
}

// span judges the days of an event. A death and a blocking are reported, never
// announced; a temporary status lasts a month at most (DOMAIN §2).
func (r *row) span(e osms.Event) {
	received := osms.DateOf(r.o.Received)
	switch birth := e.Person.Birth(); {
	case e.On == 0:
		return
	case e.On > received && (e.Kind == osms.EventDeath || e.Kind == osms.EventBlocked):
		r.Refuse("on", osms.FutureDate, received.String())
	case e.Person != 0 && e.On < birth && !e.Person.Foreigner():
		r.Refuse("on", osms.DateOrder, birth.String())
	case e.Until < e.On:
		r.Refuse("until", osms.DateOrder, e.On.String())
	case e.Kind == osms.EventTemporaryStatus && e.Until > e.On.MonthLater():
		r.Refuse("until", osms.PeriodTooLong, e.On.MonthLater().String())
	}
}
