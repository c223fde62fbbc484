package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"osmsd/sync/osms"
)

// apiPrefix is under what the API is reached. Its version changes when something
// that programs rely on does; what is only added does not change it.
const apiPrefix = "/api/v1"

// mostJSON is how many bytes a JSON body may have. Files are not sent as JSON.
const mostJSON = 256 << 10

// api is the JSON API: its OpenAPI document, and what answers each operation. An
// operation is described once, by the types of its input and its answer, from
// which follow the document, the checks and what is decoded. Who may ask stands in
// the table of routes, as for every page, and in the document because it stands
// there.
type api struct {
	huma     huma.API
	answers  capture
	about    map[string]call // what stands in the document, by pattern
	tags     []string        // in the order in which they are described
	sections []apiSection    // what the page shows
	shapes   []apiShape
	json     []byte
	yaml     []byte
}

// capture is the router that huma registers its operations with: they are kept by
// their pattern, and reached through our own table only.
type capture map[string]func(http.ResponseWriter, *http.Request)

func (c capture) HandleFunc(pattern string, handle func(http.ResponseWriter, *http.Request)) {
	c[pattern] = handle
}

func (c capture) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

// call is an operation as it is described: its tag groups it, the summary is a
// line and about says what it does and what it leaves behind.
type call struct {
	pattern, tag, summary, about string
	// status of an answer that is not 200.
	status int
}

// method and path of a pattern.
func (c call) method() string { m, _, _ := strings.Cut(c.pattern, " "); return m }
func (c call) path() string   { _, p, _ := strings.Cut(c.pattern, " "); return p }

// id names an operation for generated clients: get-files-id-receipt-pdf.
func (c call) id() string {
	words := strings.FieldsFunc(strings.TrimPrefix(c.path(), apiPrefix), func(r rune) bool { return strings.ContainsRune("/{}.", r) })
	return strings.ToLower(c.method()) + "-" + strings.Join(words, "-")
}

func (c call) operation() huma.Operation {
	return huma.Operation{OperationID: c.id(), Method: c.method(), Path: c.path(), Tags: []string{c.tag}, Summary: c.summary, Description: c.about,
		DefaultStatus: c.status, MaxBodyBytes: mostJSON}
}

// askKey is under what a request's ask stands in its context.
type askKey struct{}

// answer is what huma writes of an operation's answer.
type answer[O any] struct{ Body O }

// nothing is the input of an operation that asks for nothing.
type nothing struct{}

// operate describes an operation and says what answers it. What do refuses is told
// as any page's faults are.
func operate[I, O any](a *api, s *Server, c call, do func(q *ask, in *I) (O, error)) {
	a.know(c)
	o := c.operation()
	o.BodyReadTimeout = min(s.patience(), briefly)
	huma.Register(a.huma, o, func(ctx context.Context, in *I) (*answer[O], error) {
		q := ctx.Value(askKey{}).(*ask)
		out, err := do(q, in)
		if err != nil {
			return nil, s.problem(q, err)
		}
		return &answer[O]{out}, nil
	})
}

// know keeps what is described.
func (a *api) know(c call) {
	a.about[c.pattern] = c
	if !slices.Contains(a.tags, c.tag) {
		a.tags = append(a.tags, c.tag)
	}
}

// byHand puts an operation into the document that one of our own handlers answers:
// files that come or go.
func (a *api) byHand(c call, change func(o *huma.Operation)) {
	a.know(c)
	o := c.operation()
	o.Responses = map[string]*huma.Response{"default": {Description: "What is wrong.", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: schemaOf[Problem](a)}}}}
	change(&o)
	a.huma.OpenAPI().AddOperation(&o)
}

// answered is an answer that is a file.
func answered(o *huma.Operation, status, kind, about string) {
	o.Responses[status] = &huma.Response{Description: about, Content: map[string]*huma.MediaType{kind: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
}

// param is a parameter of an operation that is described by hand.
func param(o *huma.Operation, in, name, about string, schema *huma.Schema) {
	o.Parameters = append(o.Parameters, &huma.Param{Name: name, In: in, Description: about, Required: in == "path", Schema: schema})
}

// operate hands a request of the table to the operation that it stands for.
func (q *ask) operate() error {
	handle := q.s.api.answers[q.route.pattern]
	if handle == nil {
		return fmt.Errorf("no operation answers %s", q.route.pattern)
	}
	if q.r.ContentLength != 0 {
		if kind, _, _ := strings.Cut(q.r.Header.Get("Content-Type"), ";"); q.r.Method != http.MethodGet && !strings.EqualFold(strings.TrimSpace(kind), "application/json") {
			return refused(http.StatusUnsupportedMediaType, "refused.contenttype", "application/json")
		}
	}
	if err := q.plain(); err != nil {
		return err
	}
	h := q.w.Header()
	h.Set("Content-Language", q.lang)
	handle(q.w, q.r.WithContext(context.WithValue(q.ctx(), askKey{}, q)))
	return nil
}

// plain refuses a body that was packed: nobody knows how large it is.
func (q *ask) plain() error {
	if e := q.r.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return refused(http.StatusUnsupportedMediaType, "refused.encoding")
	}
	return nil
}

// newAPI describes every operation and holds them against the table: a row that
// nothing answers or describes, or an operation without a row, is an error.
func newAPI(s *Server, rows []route) (a *api, err error) {
	defer func() {
		if p := recover(); p != nil { // huma's word for a type that it cannot describe
			err = fmt.Errorf("the API cannot be described: %v", p)
		}
	}()
	replaceFaults()
	a = &api{answers: capture{}, about: map[string]call{}}
	json := huma.Format{Marshal: writeJSON, Unmarshal: readJSON}
	a.huma = humago.New(a.answers, huma.Config{OpenAPI: document(s.Version), Formats: map[string]huma.Format{"application/json": json, "json": json},
		DefaultFormat: "application/json", RejectUnknownQueryParameters: true})
	for _, describe := range []func(*api){s.describeFiles, s.describeHeld, s.describeRuns, s.describeMonths, s.describeReconciliation, s.describePersons,
		s.describeStatements, s.describeCases, s.describeLetters, s.describeUsers, s.describeRecords} {
		describe(a)
	}
	settle(a.huma.OpenAPI())
	if err := a.match(rows); err != nil {
		return nil, err
	}
	return a, a.publish()
}

// match holds the operations against the table, and writes into the document who
// may ask for each.
func (a *api) match(rows []route) error {
	var faults []error
	stands := map[string]bool{}
	for _, r := range rows {
		c := call{pattern: r.pattern}
		if !strings.HasPrefix(c.path(), apiPrefix+"/") {
			continue
		}
		stands[r.pattern] = true
		if _, ok := a.about[r.pattern]; !ok {
			faults = append(faults, fmt.Errorf("the route %s has no operation in the document of the API", r.pattern))
			continue
		}
		o := operationOf(a.huma.OpenAPI(), c.method(), c.path())
		o.Security = []map[string][]string{{"token": {}}, {"session": {}}}
		o.Extensions = map[string]any{"x-roles": rolesOf(r.may), "x-scope": string(r.scope)}
	}
	for pattern := range a.about {
		if !stands[pattern] {
			faults = append(faults, fmt.Errorf("the operation %s has no row in the table of routes", pattern))
		}
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(faults...)
}

// rolesOf names who may ask.
func rolesOf(w who) []string {
	out := []string{}
	for _, r := range osms.Roles() {
		if w&holds(r) != 0 {
			out = append(out, string(r))
		}
	}
	return out
}

// operationOf finds an operation in the document.
func operationOf(doc *huma.OpenAPI, method, path string) *huma.Operation {
	item := doc.Paths[path]
	switch {
	case item == nil:
		return nil
	case method == http.MethodGet:
		return item.Get
	case method == http.MethodPost:
		return item.Post
	}
	return nil
}
