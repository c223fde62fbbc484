package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// apiSection are the operations of one kind, as the page shows them.
type apiSection struct {
	Title, Anchor string
	Operations    []apiOperation
}

// apiOperation is an operation as the page shows it.
type apiOperation struct {
	ID, Method, Path, Summary, About string
	Roles                            []string
	Scope                            string
	Parameters                       []apiField
	Body                             apiShape
	Answers                          []apiAnswer
	Example                          string // with curl
}

// apiAnswer is what an operation may answer with.
type apiAnswer struct {
	Status, About, Kind string
	Shape               apiShape
}

// apiShape is a JSON shape: its name and its fields. Names are those of the shapes
// that it may be: each is shown once, at the end of the page.
type apiShape struct {
	Name   string
	Names  []string
	Fields []apiField
}

// apiField is a field or a parameter.
type apiField struct {
	Name, In, Type, Rule, About string
	Shape                       string // that it has; "": none of its own
	Required                    bool
}

type apiPage struct {
	Sections []apiSection
	Shapes   []apiShape
	Base     string // the address under which the console was asked
}

// apiPage is the document for people.
func (q *ask) apiPage() error {
	scheme := "http"
	if q.s.Secure {
		scheme = "https"
	}
	return q.show("api", q.say("api.title"), apiPage{q.s.api.sections, q.s.api.shapes, scheme + "://" + q.r.Host})
}

// sectionsOf reads the document as the page shows it.
func sectionsOf(a *api) []apiSection {
	doc := a.huma.OpenAPI()
	var out []apiSection
	for _, tag := range a.tags {
		out = append(out, apiSection{Title: tag, Anchor: "tag-" + strings.ToLower(strings.ReplaceAll(tag, " ", "-"))})
	}
	var patterns []string
	for p := range a.about {
		patterns = append(patterns, p)
	}
	slices.SortFunc(patterns, func(x, y string) int {
		p, r := call{pattern: x}, call{pattern: y}
		return cmp.Or(strings.Compare(p.path(), r.path()), strings.Compare(p.method(), r.method()))
	})
	for _, pattern := range patterns {
		c := a.about[pattern]
		i := slices.Index(a.tags, c.tag)
		out[i].Operations = append(out[i].Operations, operationShown(doc, c, operationOf(doc, c.method(), c.path())))
	}
	return out
}

func operationShown(doc *huma.OpenAPI, c call, o *huma.Operation) apiOperation {
	out := apiOperation{ID: o.OperationID, Method: c.method(), Path: c.path(), Summary: o.Summary, About: o.Description}
	out.Roles, _ = o.Extensions["x-roles"].([]string)
	out.Scope, _ = o.Extensions["x-scope"].(string)
	for _, p := range o.Parameters {
		f := fieldShown(p.Name, p.Schema)
		f.In, f.Required, f.About = p.In, p.Required, cmp.Or(p.Description, f.About)
		out.Parameters = append(out.Parameters, f)
	}
	if o.RequestBody != nil {
		for _, kind := range kindsOf(o.RequestBody.Content) {
			if s := shapeShown(doc, o.RequestBody.Content[kind].Schema); kind == "application/json" || out.Body.Name == "" {
				out.Body = s
				out.Body.Name = strings.TrimSpace(kind + " " + s.Name)
			}
		}
	}
	statuses := []string{}
	for status := range o.Responses {
		statuses = append(statuses, status)
	}
	slices.Sort(statuses)
	for _, status := range statuses {
		r := o.Responses[status]
		x := apiAnswer{Status: status, About: r.Description}
		if kinds := kindsOf(r.Content); len(kinds) > 0 {
			x.Kind = kinds[0]
			x.Shape = shapeShown(doc, r.Content[x.Kind].Schema)
		}
		out.Answers = append(out.Answers, x)
	}
	out.Example = example(doc, o, c)
	return out
}

func kindsOf(content map[string]*huma.MediaType) []string {
	var out []string
	for kind := range content {
		out = append(out, kind)
	}
	slices.Sort(out)
	return out
}

// deref follows a reference to what it names.
func deref(doc *huma.OpenAPI, s *huma.Schema) (*huma.Schema, string) {
	name := ""
	for s != nil && s.Ref != "" {
		name = s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
		s = doc.Components.Schemas.SchemaFromRef(s.Ref)
	}
	return s, name
}

func shapeShown(doc *huma.OpenAPI, s *huma.Schema) apiShape {
	s, name := deref(doc, s)
	out := apiShape{Name: name}
	if s == nil {
		return out
	}
	if name != "" {
		out.Names = []string{name}
	}
	for _, one := range s.OneOf {
		out.Names = append(out.Names, shapeShown(doc, one).Names...)
	}
	out.fields(doc, s)
	return out
}

// shapesOf are all shapes of the document, by name.
func shapesOf(doc *huma.OpenAPI) []apiShape {
	var out []apiShape
	for name := range doc.Components.Schemas.Map() {
		out = append(out, shapeShown(doc, &huma.Schema{Ref: "#/components/schemas/" + name}))
	}
	slices.SortFunc(out, func(a, b apiShape) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// fields lists the fields of a shape.
func (x *apiShape) fields(doc *huma.OpenAPI, s *huma.Schema) {
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		p := s.Properties[name]
		f := fieldShown(name, p)
		f.Required = slices.Contains(s.Required, name)
		inner, many := p, ""
		for _, one := range p.AnyOf {
			if one.Ref != "" {
				inner = one
			}
		}
		if inner.Items != nil {
			inner, many = inner.Items, "[]"
		}
		if _, kind := deref(doc, inner); kind != "" {
			f.Shape, f.Type = kind, many
			if len(p.AnyOf) > 0 {
				f.Type += " | null"
			}
		}
		x.Fields = append(x.Fields, f)
	}
}

func fieldShown(name string, s *huma.Schema) apiField {
	f := apiField{Name: name}
	if s == nil {
		return f
	}
	f.Type, f.About = s.Type, s.Description
	if s.Items != nil {
		f.Type = s.Items.Type + "[]"
	}
	if s.Nullable {
		f.Type += " | null"
	}
	var rules []string
	rule := func(yes bool, format string, args ...any) {
		if yes {
			rules = append(rules, fmt.Sprintf(format, args...))
		}
	}
	of := s
	if s.Items != nil {
		of = s.Items
	}
	if len(of.Enum) > 0 {
		var words []string
		for _, e := range of.Enum {
			words = append(words, fmt.Sprint(e))
		}
		rules = append(rules, strings.Join(words, " · "))
	}
	if s.Minimum != nil {
		rule(true, "≥ %v", *s.Minimum)
	}
	if s.Maximum != nil {
		rule(true, "≤ %v", *s.Maximum)
	}
	rule(s.Default != nil, "= %v", s.Default)
	rule(s.PatternDescription != "", "%s", s.PatternDescription)
	rule(s.Format != "" && s.Format != "int64", "%s", s.Format)
	f.Rule = strings.Join(rules, "; ")
	return f
}

// example is an operation asked with curl.
func example(doc *huma.OpenAPI, o *huma.Operation, c call) string {
	path := c.path()
	for name, value := range map[string]string{"{id}": "17", "{month}": "2026-10", "{region}": "63", "{kind}": "all", "{hash}": "$HASH", "{number}": "$NUMBER", "{login}": "clerk"} {
		path = strings.ReplaceAll(path, name, value)
	}
	var b strings.Builder
	b.WriteString(`curl -H "Authorization: Bearer $TOKEN"`)
	if o.RequestBody == nil && c.method() != "GET" {
		b.WriteString(` -X POST`)
	}
	if o.RequestBody != nil {
		if o.RequestBody.Content["application/json"] == nil {
			b.WriteString(` -H "Content-Type: application/octet-stream" -H "Idempotency-Key: $KEY" --data-binary @roster.xlsx`)
			path += "?name=roster.xlsx&wait=30s"
		} else {
			body, _ := deref(doc, o.RequestBody.Content["application/json"].Schema)
			b.WriteString(" \\\n  -H \"Content-Type: application/json\" -d '" + bodyExample(body) + "'")
		}
	}
	if strings.Contains(c.path(), ".") || strings.HasSuffix(c.path(), "/returned") || strings.HasSuffix(c.path(), "/original") {
		b.WriteString(" -OJ")
	}
	b.WriteString(" \\\n  \"$OSMSD" + path + "\"")
	return b.String()
}

// bodyExample is a body with what must stand in it, and what a request for a
// statement is refused without.
func bodyExample(s *huma.Schema) string {
	var parts []string
	names := slices.Clone(s.Required)
	for _, name := range []string{"confirmed_by", "consent"} {
		if s.Properties[name] != nil && s.Properties["confirmed_by"] != nil {
			names = append(names, name)
		}
	}
	for _, name := range names {
		p := s.Properties[name]
		value := `"…"`
		switch {
		case name == "iin": // nobody's number
		case len(p.Enum) > 0:
			value = fmt.Sprintf("%q", p.Enum[0])
		case p.Type == huma.TypeArray && len(p.Items.Enum) > 0:
			value = fmt.Sprintf("[%q]", p.Items.Enum[0])
		case strings.Contains(p.PatternDescription, "month"):
			value = `"2026-10"`
		case strings.Contains(p.PatternDescription, "twelve"):
			value = `"060340001234"`
		case p.Type == huma.TypeBoolean:
			value = "true"
		case p.Type == huma.TypeInteger:
			value = "1"
		}
		parts = append(parts, fmt.Sprintf("%q: %s", name, value))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
