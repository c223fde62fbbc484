package osms

import "slices"

// EventKind names something that happened to a person and that no roster says:
// a list of events (--kind events) brings it.
type EventKind string

const (
	// EventDeath and EventResidenceLost end the entitlement with the month in
	// which they happen (DOMAIN §2).
	EventDeath         EventKind = "death"
	EventResidenceLost EventKind = "residence_lost"
	// EventCourtBan and EventCourtDeprived are court decisions in force: grounds 3
	// and 4 of the refusal of a service. They do not touch the entitlement.
	EventCourtBan      EventKind = "court_ban"
	EventCourtDeprived EventKind = "court_deprived"
	// EventTemporaryStatus is the status of a consumer for up to one month that the
	// Fund gives to a learner whom no list names. It is shown, and never billed.
	EventTemporaryStatus EventKind = "temporary_status"
	// EventStudyAbroad keeps the last claim of a learner who goes on studying
	// abroad, whom no roster at home names.
	EventStudyAbroad EventKind = "study_abroad"
	// EventLeaveKept and EventLeaveEnded are what the review of an academic leave
	// came to: still due in these days, or not.
	EventLeaveKept  EventKind = "leave_kept"
	EventLeaveEnded EventKind = "leave_ended"
	// EventBlocked and EventUnblocked block a person's data at the person's request
	// (law No 94-V) and lift that.
	EventBlocked   EventKind = "blocked"
	EventUnblocked EventKind = "unblocked"
)

// EventKinds are all of them.
var EventKinds = []EventKind{EventDeath, EventResidenceLost, EventCourtBan, EventCourtDeprived, EventTemporaryStatus,
	EventStudyAbroad, EventLeaveKept, EventLeaveEnded, EventBlocked, EventUnblocked}

// Entitles reports whether events of the kind change what the state pays.
func (k EventKind) Entitles() bool {
	switch k {
	case EventDeath, EventResidenceLost, EventStudyAbroad, EventLeaveKept, EventLeaveEnded:
		return true
	}
	return false
}

// EventsOf are the events of a kind that no later one of it replaces: a list that
// comes later and speaks of the same days corrects what was said, its end with its
// beginning. events are one person's, in the order in which they became known,
// then of their rows. A death has no end: the last word on it stands.
func EventsOf(kind EventKind, events []Event) []Event {
	var out []Event
	for _, e := range events {
		if e.Kind != kind {
			continue
		}
		if kind == EventDeath {
			e.Until = Forever
		}
		out = slices.DeleteFunc(out, func(was Event) bool { return was.On <= e.Until && e.On <= was.Until })
		out = append(out, e)
	}
	return out
}

// Event is one line of a list of events: what happened to a person, from its
// first day to its last; Until is Forever where no end is stated. Of a death and
// of a blocking the first day alone counts.
type Event struct {
	Place
	Person    IIN
	Kind      EventKind
	On, Until Date
	Document  string // the paper it rests on, as it is cited
	Note      string
}
