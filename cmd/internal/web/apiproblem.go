package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"osmsd/sync/osms"
)

// FieldFault is what is wrong with one field of a request.
type FieldFault struct {
	Field string `json:"field" doc:"Where it stands: body.iin, query.limit."`
	Rule  string `json:"rule" doc:"The rule that it breaks, in the caller's language."`
}

// Error implements error: huma's handlers return problems.
func (p *Problem) Error() string { return p.Title }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// problem is an error as a program is told it; an internal one goes to the log.
func (s *Server) problem(q *ask, err error) *Problem {
	f, internal := told(err)
	if internal && q.ctx().Err() == nil {
		s.Log.Error("request failed", "route", q.r.Pattern, "account", q.account.ID, "err", err)
	}
	if f.retry > 0 {
		q.w.Header().Set("Retry-After", fmt.Sprint(f.retry))
	}
	return problemOf(q, f)
}

func problemOf(q *ask, f *fault) *Problem {
	p := &Problem{Type: "about:blank", Title: q.say(f.key, f.args...), Status: f.status, Code: strings.TrimPrefix(f.key, "refused."), Errors: []FieldFault{}}
	if hint := q.say(f.key+".hint", f.args...); hint != f.key+".hint" {
		p.Detail = hint
	}
	return p
}

// replaceFaults makes huma's own complaints problems of ours. It keeps how to make
// them in variables of its package: they are set once, to functions that know
// nothing of any server.
var replaceFaults = sync.OnceFunc(func() {
	huma.ValidateStrictCasing = true
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		q, _ := ctx.Context().Value(askKey{}).(*ask)
		return complaint(q, status, message, errs)
	}
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return complaint(nil, status, message, errs)
	}
})

// complaint is what huma found wrong with a request before it came to us.
func complaint(q *ask, status int, message string, errs []error) *Problem {
	if q == nil {
		q = &ask{lang: "en"}
	}
	var f *fault
	switch {
	case status == http.StatusUnsupportedMediaType:
		f = refused(status, "refused.contenttype", "application/json")
	case status == http.StatusRequestEntityTooLarge:
		f = refused(status, "refused.jsonlarge", mostJSON>>10)
	case status == http.StatusRequestTimeout:
		f = refused(status, "refused.slowjson")
	case message == "cannot read request body":
		f = refused(http.StatusBadRequest, "refused.cutjson")
	case message == "request body is required":
		f = refused(status, "refused.nobody")
	case status >= 500:
		f = refused(http.StatusInternalServerError, "refused.internal")
	default:
		f = refused(status, "refused.invalid")
	}
	p := problemOf(q, f)
	if f.key != "refused.invalid" {
		return p
	}
	seen := map[FieldFault]bool{}
	for _, err := range errs {
		var d *huma.ErrorDetail
		if !errors.As(err, &d) {
			continue
		}
		x := FieldFault{osms.Shown(d.Location), ruleSaid(q, d.Message)}
		if !seen[x] {
			seen[x] = true
			p.Errors = append(p.Errors, x)
		}
	}
	return p
}

// ruled are the rules by huma's words for them; what stands in the place of the
// verb is the rule's argument.
func ruled() [][2]string {
	return [][2]string{
		{validation.MsgUnexpectedProperty, "rule.unexpected"}, {"unknown query parameter", "rule.query"},
		{validation.MsgExpectedRequiredProperty, "rule.required"}, {"required %s parameter is missing", "rule.missing"},
		{validation.MsgExpectedMinimumNumber, "rule.least"}, {validation.MsgExpectedMaximumNumber, "rule.most"},
		{validation.MsgExpectedMinLength, "rule.shortest"}, {validation.MsgExpectedMaxLength, "rule.longest"},
		{validation.MsgExpectedMinItems, "rule.shortest"}, {validation.MsgExpectedMaxItems, "rule.longest"},
		{validation.MsgExpectedOneOf, "rule.oneof"}, {validation.MsgExpectedMatchPattern, "rule.pattern"},
		{validation.MsgExpectedRFC3339DateTime, "rule.moment"},
		{validation.MsgExpectedBoolean, "rule.boolean"}, {"invalid boolean", "rule.boolean"},
		{validation.MsgExpectedInteger, "rule.integer"}, {"invalid integer", "rule.integer"}, {validation.MsgExpectedNumber, "rule.integer"},
		{validation.MsgExpectedArray, "rule.array"}, {validation.MsgExpectedObject, "rule.object"}, {validation.MsgExpectedString, "rule.string"},
		{"json.syntax:", "rule.syntax"}, {"json.utf8:", "rule.utf8"}, {"json.deep:", "rule.deep"}, {"json.trailing:", "rule.trailing"}, {"json.duplicate:%s", "rule.duplicate"},
		{validation.MsgExpectedBePattern, "rule.form"}, // the widest: last
	}
}

// ruleSaid puts a rule into the caller's language. The words of a rule that nobody
// foresaw are not ours to show.
func ruleSaid(q *ask, message string) string {
	for _, r := range ruled() {
		before, after, verb := strings.Cut(r[0], "%")
		if !verb {
			if message == r[0] {
				return q.say(r[1])
			}
			continue
		}
		after = after[1:]
		if len(message) >= len(before)+len(after) && strings.HasPrefix(message, before) && strings.HasSuffix(message, after) {
			return q.say(r[1], osms.Shown(message[len(before):len(message)-len(after)]))
		}
	}
	return q.say("rule.other")
}
