package jobs

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"osmsd/importers/application"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// A list of requests for service B is registered in one transaction, once by
// content, and answered right after it, each request in a transaction of its own:
// what a crash leaves unanswered the next run answers. When such a list is taken
// back, what was answered stands: a document was given, and the log says to whom.
// What was not answered never will be.

// keptRequest is a request as it is kept, with numbers where the vocabulary writes
// text that only people read.
type keptRequest struct {
	Sheet       int
	Row         int32
	Incoming    string
	Received    int64
	Person      uint64
	From, To    int
	ConfirmedBy osms.Confirmation
	Consent     bool
}

func keptRequests(requests []osms.Request) []keptRequest {
	out := make([]keptRequest, len(requests))
	for i, r := range requests {
		out[i] = keptRequest{int(r.Sheet), r.Row, r.Incoming, r.Received.Unix(), uint64(r.Person), int(r.From), int(r.To), r.ConfirmedBy, r.Consent}
	}
	return out
}

// asked are the requests that were kept.
func asked(kept []byte) ([]osms.Request, error) {
	var list []keptRequest
	if err := json.Unmarshal(kept, &list); err != nil {
		return nil, err
	}
	out := make([]osms.Request, len(list))
	for i, k := range list {
		out[i] = osms.Request{Incoming: k.Incoming, Received: time.Unix(k.Received, 0).UTC(), Person: osms.IIN(k.Person),
			From: osms.Month(k.From), To: osms.Month(k.To), ConfirmedBy: k.ConfirmedBy, Consent: k.Consent}
		out[i].Place = osms.Place{Sheet: int32(k.Sheet), Row: k.Row}
	}
	return out, nil
}

// applyRequests registers the requests of a list. They are answered after the
// commit: see AnswerRequests.
func applyRequests(t *store.Tx, drop Drop, kind osms.Kind, read *application.List[osms.Request]) (osms.FileReport, error) {
	report := drop.report()
	report.Kind, report.Rows, report.Refused, report.Ignored, report.HiddenRows = kind, read.Rows, read.Refused, read.Ignored, read.HiddenRows
	report.Accepted, report.Refusals, report.Tables = read.Rows-read.Refused-read.Ignored, read.Refusals, read.Tables
	report.Format, report.Encoding, report.Delimiter = read.Format, read.Encoding, read.Delimiter
	diff := func(imp store.Import) (string, error) {
		said := keptRequests(read.Items)
		for i := range said {
			said[i].Sheet, said[i].Row = 0, 0
		}
		return listDiff(imp, len(read.Holds) > 0, said)
	}
	named := len(read.Items) > 0 && !slices.ContainsFunc(read.Items, func(r osms.Request) bool { return r.Incoming == "" })
	err := list{t, drop, kind, read.Sheets, read.Holds, keptRequests(read.Items), diff, named, read.Columns}.commit(&report, func() error {
		return register(t, read.Items, osms.Roster{Sheets: read.Sheets, Columns: read.Columns}, &report)
	})
	return report, err
}

// releaseRequests registers the requests of a list that was held.
func releaseRequests(t *store.Tx, imp store.Import, kept []byte, report *osms.FileReport) error {
	requests, err := asked(kept)
	if err != nil {
		return fmt.Errorf("import %d: %w", imp.Sequence, err)
	}
	report.Rows, report.Accepted = len(requests), len(requests)
	err = register(t, requests, osms.Roster{Sheets: imp.Sheets, Columns: imp.Columns}, report)
	if report.Refused > 0 {
		report.Outcome = osms.AppliedWithRefusals
	}
	return err
}

// register registers the requests of a list that were not asked before. One that
// asks for something else under the number of an earlier one is refused; at leads
// to its cell.
func register(t *store.Tx, requests []osms.Request, at osms.Roster, report *osms.FileReport) error {
	fresh := make([]osms.Request, 0, len(requests))
	for some := range slices.Chunk(requests, judgeAtOnce) {
		earlier, err := earlierRequests(t.ListedAnswers, some)
		if err != nil {
			return err
		}
		for _, r := range some {
			switch was, judged := judgeRequest(r, earlier[keyOf(r)]); judged {
			case requestNew:
				fresh = append(fresh, r)
			case requestKnown:
				report.Unchanged++
			case requestOther:
				report.Refused, report.Accepted = report.Refused+1, report.Accepted-1
				report.Refusals = append(report.Refusals, at.Fault(r.Place, "number", osms.RequestDiffers, osms.Refused, r.Incoming, was.Number))
			}
		}
	}
	slices.SortStableFunc(report.Refusals, func(a, b osms.Refusal) int { return cmp.Or(cmp.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Row, b.Row)) })
	report.Joined = len(fresh)
	return t.PutRequests(fresh)
}

// judgeAtOnce is how many requests of a list are looked up together.
const judgeAtOnce = 500

// requestKey is what a sender knows a request by.
type requestKey struct {
	incoming string
	received int64
	person   osms.IIN
}

func keyOf(r osms.Request) requestKey { return requestKey{r.Incoming, r.Received.Unix(), r.Person} }

// earlierRequests reads the requests of lists that may be some of these.
func earlierRequests(read func(persons []osms.IIN, from, to time.Time) ([]store.Request, error), some []osms.Request) (map[requestKey][]store.Request, error) {
	if len(some) == 0 {
		return nil, nil
	}
	persons, from, to := make([]osms.IIN, len(some)), some[0].Received, some[0].Received
	for i, r := range some {
		persons[i] = r.Person
		if r.Received.Before(from) {
			from = r.Received
		}
		if r.Received.After(to) {
			to = r.Received
		}
	}
	slices.Sort(persons)
	found, err := read(slices.Compact(persons), from, to)
	by := map[requestKey][]store.Request{}
	for _, r := range found {
		by[keyOf(r.Request)] = append(by[keyOf(r.Request)], r)
	}
	return by, err
}

type requestJudgement int

const (
	requestNew   requestJudgement = iota // nobody asked it before
	requestKnown                         // it was answered, or is to be
	requestOther                         // another one has its number
)

// judgeRequest compares a request with those of earlier lists that have its
// number, moment and person. The same one again is no second request. Where all of
// them were refused, another content is a second attempt; otherwise the earlier
// stands. Requests without a number are told apart by what they ask for, and
// neither a number nor a person tells of nothing.
func judgeRequest(r osms.Request, earlier []store.Request) (was store.Request, _ requestJudgement) {
	if r.Person == 0 && r.Incoming == "" {
		return was, requestNew
	}
	judged := requestNew
	for _, e := range earlier {
		if e.From == r.From && e.To == r.To && e.ConfirmedBy == r.ConfirmedBy && e.Consent == r.Consent {
			return e, requestKnown
		}
		if e.Ground == 0 && r.Incoming != "" {
			was, judged = e, requestOther
		}
	}
	return was, judged
}
