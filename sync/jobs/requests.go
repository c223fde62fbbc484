package jobs

import (
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
		report.Joined = len(read.Items)
		return t.PutRequests(read.Items)
	})
	return report, err
}

// releaseRequests registers the requests of a list that was held.
func releaseRequests(t *store.Tx, imp store.Import, kept []byte, report *osms.FileReport) error {
	requests, err := asked(kept)
	if err != nil {
		return fmt.Errorf("import %d: %w", imp.Sequence, err)
	}
	report.Rows, report.Accepted, report.Joined = len(requests), len(requests), len(requests)
	return t.PutRequests(requests)
}
