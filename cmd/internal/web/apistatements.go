package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"osmsd/exporters/statement"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// StatementAsked is a person's request for service B.
type StatementAsked struct {
	IIN         string `json:"iin" pattern:"^[0-9]{12}$" patternDescription:"twelve digits"`
	From        string `json:"from" pattern:"^[0-9]{4}-[0-9]{2}$" patternDescription:"a month as 2026-10"`
	To          string `json:"to" pattern:"^[0-9]{4}-[0-9]{2}$" patternDescription:"a month as 2026-10" doc:"Included."`
	ConfirmedBy string `json:"confirmed_by,omitempty" enum:"eds,otp,sms,digital_document" doc:"How the person who asks proved who they are. Without it the request is refused on its ground."`
	Consent     bool   `json:"consent,omitempty" doc:"The person consents to the use of their data."`
	Incoming    string `json:"incoming,omitempty" maxLength:"100" doc:"The sender's own number of the request."`
}

type statementAsked struct{ Body StatementAsked }

type statementNumbered struct {
	Number string `path:"number" maxLength:"40" doc:"Of a statement or a refusal, as it was given."`
}

// CodeAsked asks whether a statement was given.
type CodeAsked struct {
	Number string `json:"number" minLength:"1" maxLength:"40"`
	Code   string `json:"code" minLength:"1" maxLength:"80" doc:"The verification code printed on it."`
}

type codeAsked struct{ Body CodeAsked }

// CodeAnswer says whether a statement was given under a number with a code. What
// it says is null where it was not.
type CodeAnswer struct {
	OK     bool        `json:"ok"`
	Number string      `json:"number"`
	IIN    *osms.IIN   `json:"iin"`
	From   *osms.Month `json:"from"`
	To     *osms.Month `json:"to"`
	Total  *osms.Tiyn  `json:"total_tiyn"`
}

// documentAnswer is a statement or a refusal as it is kept: its bytes are what is
// verified.
type documentAnswer struct {
	Status   int
	Kind     string `header:"Content-Type"`
	Location string `header:"Location"`
	Body     []byte
}

func (s *Server) describeStatements(a *api) {
	const tag = "Statements"
	asked := call{pattern: "POST /api/v1/statements", tag: tag, summary: "Answer a person's request for a statement", about: "Service B. 201: the statement, signed; the body, saved as it is, is what osmsd verify checks offline, and Location is where it can be had again. 200: a refusal on its ground, numbered and registered like a statement: it is an answer to the person, not an error of the request. Both are written to the access log first."}
	again := call{pattern: "GET /api/v1/statements/{number}", tag: tag, summary: "A statement or refusal again", about: "The same bytes as when it was given. The look is written to the access log."}
	given, not := s.describeAnswers(a, asked, true), s.describeAnswers(a, again, false)
	huma.Register(a.huma, given, func(ctx context.Context, in *statementAsked) (*documentAnswer, error) {
		q := ctx.Value(askKey{}).(*ask)
		return q.documented(q.apiStatement(in))
	})
	huma.Register(a.huma, not, func(ctx context.Context, in *statementNumbered) (*documentAnswer, error) {
		q := ctx.Value(askKey{}).(*ask)
		return q.documented(q.apiStatementAgain(in))
	})
	operate(a, s, call{pattern: "POST /api/v1/statements/verify", tag: tag, summary: "Was this statement given?", about: "For whoever holds the paper. Every question is written to the access log."}, (*ask).apiCode)
	for _, d := range []struct{ path, summary, kind string }{{"statement.pdf", "A statement or refusal as PDF", kindPDF}, {"statement.xlsx", "A statement as a workbook", kindXLSX}} {
		a.byHand(call{pattern: again.pattern + "/" + d.path, tag: tag, summary: d.summary, about: "The look is written to the access log."}, func(o *huma.Operation) {
			param(o, "path", "number", "Its number.", &huma.Schema{Type: huma.TypeString})
			answered(o, "200", d.kind, "The document.")
		})
	}
}

// describeAnswers describes an operation that answers with a statement or a
// refusal.
func (s *Server) describeAnswers(a *api, c call, made bool) huma.Operation {
	a.know(c)
	o := c.operation()
	o.BodyReadTimeout = min(s.patience(), briefly)
	schemas := a.huma.OpenAPI().Components.Schemas
	one := func(v any, name string) *huma.Schema { return schemas.Schema(flat(reflect.TypeOf(v)), true, name) }
	given, refusal := one(statement.Shape(), "Statement"), one(statement.RefusalShape(), "StatementRefusal")
	content := func(s *huma.Schema) map[string]*huma.MediaType {
		return map[string]*huma.MediaType{"application/json": {Schema: s}}
	}
	o.Responses = map[string]*huma.Response{"default": {Description: "What is wrong.", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schemaOf[Problem](a)}}}}
	if made {
		o.Responses["200"] = &huma.Response{Description: "A refusal on its ground.", Content: content(refusal)}
		o.Responses["201"] = &huma.Response{Description: "The statement.", Content: content(given)}
	} else {
		o.Responses["200"] = &huma.Response{Description: "The statement or the refusal.", Content: content(&huma.Schema{OneOf: []*huma.Schema{given, refusal}})}
	}
	return o
}

// documented is an answer of documents as huma writes it.
func (q *ask) documented(out documentAnswer, err error) (*documentAnswer, error) {
	if err != nil {
		return nil, q.s.problem(q, err)
	}
	out.Kind = "application/json"
	return &out, nil
}

func (q *ask) apiStatement(in *statementAsked) (out documentAnswer, err error) {
	r := osms.Request{ConfirmedBy: osms.Confirmation(in.Body.ConfirmedBy), Consent: in.Body.Consent, Incoming: in.Body.Incoming}
	// What is no number is refused on its ground, and that is registered.
	if r.Person, err = osms.ParseIIN(in.Body.IIN, q.today()); err != nil {
		r.Person = 0
	}
	if r.From, err = monthNamed(in.Body.From); err != nil {
		return out, err
	}
	if r.To, err = monthNamed(in.Body.To); err != nil {
		return out, err
	}
	a, err := q.desk.Answer(q.ctx(), jobs.Turn{Now: q.now}, r, q.account.Login)
	if err != nil {
		return out, err
	}
	out.Status, out.Location = http.StatusCreated, apiPrefix+"/statements/"+url.PathEscape(a.Number)
	if a.Ground != 0 {
		out.Status = http.StatusOK
	}
	out.Body, err = q.documentOf(a, "")
	return out, err
}

// documentOf writes an answer: "" as JSON, .pdf or .xlsx.
func (q *ask) documentOf(a osms.RequestAnswer, form string) ([]byte, error) {
	var b bytes.Buffer
	if a.Ground != 0 {
		words := q.desk.RefusalText(a)
		switch form {
		case ".xlsx":
			return nil, refused(http.StatusNotFound, "refused.noworkbook")
		case ".pdf":
			err := statement.WriteRefusalPDF(&b, a, words)
			return b.Bytes(), err
		}
		err := statement.WriteRefusalJSON(&b, a, words)
		return b.Bytes(), err
	}
	s, err := q.desk.SignStatement(*a.Statement)
	if err != nil {
		return nil, err
	}
	switch form {
	case ".pdf":
		err = statement.WritePDF(&b, s)
	case ".xlsx":
		err = statement.WriteXLSX(&b, s)
	default:
		err = statement.WriteJSON(&b, s)
	}
	return b.Bytes(), err
}

// answerNumbered finds an answer that was given, and writes the look down. The
// line has no number: only that of the answer itself has.
func (q *ask) answerNumbered(text string) (a osms.RequestAnswer, err error) {
	number := jobs.HeardNumber(text)
	r, err := q.store().RequestNumbered(q.ctx(), number)
	if err != nil {
		return a, err
	}
	a, err = q.desk.Remade(q.ctx(), number)
	look := q.look(jobs.AccessStatement, r.Person, lookedDocument(r.Number))
	if err != nil {
		look.What = jobs.AccessRefusal
	}
	if nerr := q.desk.Note(q.ctx(), look); err == nil {
		err = nerr
	}
	return a, err
}

func (q *ask) apiStatementAgain(in *statementNumbered) (out documentAnswer, err error) {
	a, err := q.answerNumbered(in.Number)
	if err != nil {
		return out, err
	}
	out.Status = http.StatusOK
	out.Body, err = q.documentOf(a, "")
	return out, err
}

func (q *ask) apiStatementPDF() error  { return q.statementAs(".pdf", kindPDF) }
func (q *ask) apiStatementXLSX() error { return q.statementAs(".xlsx", kindXLSX) }

func (q *ask) statementAs(form, kind string) error {
	a, err := q.answerNumbered(q.r.PathValue("number"))
	if err != nil {
		return err
	}
	b, err := q.documentOf(a, form)
	if err != nil {
		return err
	}
	return q.download("statement-"+a.Number+form, kind, b)
}

func (q *ask) apiCode(in *codeAsked) (out CodeAnswer, err error) {
	out.Number = jobs.HeardNumber(in.Body.Number)
	s, confirmed, err := q.desk.CodeConfirmedTo(q.ctx(), q.account.Login, out.Number, in.Body.Code, q.now)
	if store.NotFound(err) {
		err = nil
	}
	if err == nil && confirmed {
		out.OK, out.IIN, out.From, out.To, out.Total = true, &s.Person, &s.From, &s.To, &s.Total
	}
	out.Number = osms.Shown(out.Number)
	return out, err
}
