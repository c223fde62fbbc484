package web

import (
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"osmsd/cmd/internal/shape"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// EntryList is a page of the audit chain, newest first.
type EntryList struct {
	Entries []Entry `json:"entries"`
	Next    *int64  `json:"next" doc:"Give it as before for older ones; null: there are none."`
}

// Entry is a decision in the audit chain.
type Entry struct {
	Number int64  `json:"number"`
	At     string `json:"at"`
	What   string `json:"what"`
}

// AccessList is a page of the access log, newest first.
type AccessList struct {
	Accesses []shape.Access `json:"accesses"`
	Next     *int64         `json:"next" doc:"Give it as before for older ones; null: there are none."`
}

// AccessesAsked narrows the access log.
type AccessesAsked struct {
	IIN    string `json:"iin,omitempty" pattern:"^[0-9]{12}$" patternDescription:"twelve digits" doc:"Only about this person; numbers are then whole."`
	From   string `json:"from,omitempty" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" patternDescription:"a day as 2026-10-01" doc:"From this day on."`
	To     string `json:"to,omitempty" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" patternDescription:"a day as 2026-10-01" doc:"Up to this day, included."`
	Limit  int    `json:"limit,omitempty" minimum:"1" maximum:"500" default:"50"`
	Before int64  `json:"before,omitempty" minimum:"1" doc:"Only older ones: what next said."`
}

type accessesAsked struct{ Body AccessesAsked }

// SettingList is the configuration in force. Secrets are not in it.
type SettingList struct {
	Settings []SettingShown `json:"settings"`
}

// SettingShown is a key of the configuration.
type SettingShown struct {
	Section    string `json:"section"`
	Key        string `json:"key"`
	Value      string `json:"value"`
	Note       string `json:"note" doc:"What it is, in the caller's language."`
	Unverified bool   `json:"unverified" doc:"It rests on a decision or an unconfirmed source."`
	Changed    bool   `json:"changed" doc:"It is not the default."`
}

type entriesAsked struct{ Listing }

func (s *Server) describeRecords(a *api) {
	const tag = "Records"
	operate(a, s, call{pattern: "GET /api/v1/audit/entries", tag: tag, summary: "Decisions in the audit chain"}, (*ask).apiEntries)
	operate(a, s, call{pattern: "POST /api/v1/audit/verify", tag: tag, summary: "Check archive, audit chain and register against each other", about: "Takes as long as there is to check; one at a time. findings is [] when everything is as it was decided."}, (*ask).apiVerify)
	operate(a, s, call{pattern: "POST /api/v1/access/query", tag: tag, summary: "Who looked at whose data, when and by what right"}, (*ask).apiAccesses)
	operate(a, s, call{pattern: "GET /api/v1/settings", tag: tag, summary: "The configuration in force"}, (*ask).apiSettings)
	for path, kind := range map[string]string{"openapi.json": "application/json", "openapi.yaml": "application/yaml"} {
		a.byHand(call{pattern: "GET /api/v1/" + path, tag: tag, summary: "This document"}, func(o *huma.Operation) {
			o.Responses["200"] = &huma.Response{Description: "The OpenAPI document.", Content: map[string]*huma.MediaType{kind: {Schema: &huma.Schema{}}}}
		})
	}
}

func (q *ask) apiEntries(in *entriesAsked) (out EntryList, err error) {
	all, err := q.store().AuditPage(q.ctx(), in.Before, in.Limit+1)
	out.Entries = []Entry{}
	for _, e := range all {
		out.Entries = append(out.Entries, Entry{e.Number, shape.Moment(e.At), e.What})
	}
	out.Entries, out.Next = cut(out.Entries, in.Limit, func(e Entry) int64 { return e.Number })
	return out, err
}

func (q *ask) apiVerify(*nothing) (out shape.Verification, err error) {
	select {
	case q.s.verifying <- struct{}{}:
		defer func() { <-q.s.verifying }()
	default:
		return out, &fault{http.StatusServiceUnavailable, "refused.verifying", nil, 30}
	}
	_ = http.NewResponseController(q.w).SetWriteDeadline(time.Time{})
	v, err := q.desk.Verify(q.ctx(), func(string, int, int) {})
	return shape.VerificationOf(v), err
}

func (q *ask) apiAccesses(in *accessesAsked) (out AccessList, err error) {
	var asked store.AccessesAsked
	if in.Body.IIN != "" {
		if asked.Person, err = q.iinNamed(in.Body.IIN); err != nil {
			return out, err
		}
	}
	from, err := dayNamed(in.Body.From)
	if err != nil {
		return out, err
	}
	to, err := dayNamed(in.Body.To)
	if err != nil {
		return out, err
	}
	if from != 0 {
		asked.From = q.begins(from)
	}
	if to != 0 {
		asked.Until = q.begins(to.Add(1))
	}
	if asked.Person != 0 {
		err := q.desk.Note(q.ctx(), osms.Access{At: q.now, Who: q.account.Login, What: jobs.AccessLog, Person: asked.Person, Ground: jobs.GroundArticle9})
		if err != nil {
			return out, err
		}
	}
	asked.Before = in.Body.Before
	all, err := q.store().AccessPage(q.ctx(), asked, in.Body.Limit+1)
	out.Accesses = []shape.Access{}
	for _, x := range all {
		out.Accesses = append(out.Accesses, shape.AccessOf(x, asked.Person != 0))
	}
	out.Accesses, out.Next = cut(out.Accesses, in.Body.Limit, func(x shape.Access) int64 { return x.ID })
	return out, err
}

func (q *ask) apiSettings(*nothing) (out SettingList, err error) {
	out.Settings = []SettingShown{}
	if q.s.Settings == nil {
		return out, nil
	}
	for _, group := range q.s.Settings(q.lang) {
		for _, x := range group.Items {
			out.Settings = append(out.Settings, SettingShown{group.Section, x.Key, x.Value, x.Note, x.Unverified, x.Changed})
		}
	}
	return out, nil
}
