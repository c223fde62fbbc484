package web

import (
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"osmsd/sync/osms"
)

// The values of the vocabulary as the document describes them.
type (
	tiynSchema   struct{}
	rateSchema   struct{}
	dateSchema   struct{}
	monthSchema  struct{}
	regionSchema struct{}
	binSchema    struct{}
	iinSchema    struct{}
)

func (tiynSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeInteger, Format: "int64", Description: "An amount in tiyn: 1/100 of a tenge.", Examples: []any{425000}}
}

func (rateSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Description: "A rate in percent.", Examples: []any{2}}
}

func (dateSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^(\d{4}-\d{2}-\d{2})?$`, PatternDescription: "a day as 2026-10-01", Description: "A day, yyyy-mm-dd; \"\": none.", Examples: []any{"2026-10-01"}}
}

func (monthSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^(\d{4}-\d{2})?$`, PatternDescription: "a month as 2026-10", Description: "A month, yyyy-mm; \"\": none.", Examples: []any{"2026-10"}}
}

func (regionSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^(\d{2})?$`, PatternDescription: "two digits of KATO", Description: "A region, the first two digits of its KATO code; \"00\" or \"\": none.", Examples: []any{"63"}}
}

func (binSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^(\d{12})?$`, PatternDescription: "twelve digits", Description: "An organisation's BIN, twelve digits; \"\": none.", Examples: []any{"060340001234"}}
}

func (iinSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "A person's IIN, masked but for its last four digits.", Examples: []any{"********0012"}}
}

// document is the OpenAPI document without its operations.
func document(version string) *huma.OpenAPI {
	schemas := huma.NewMapRegistry("#/components/schemas/", schemaName)
	for of, as := range map[reflect.Type]reflect.Type{
		reflect.TypeFor[osms.Tiyn](): reflect.TypeFor[tiynSchema](), reflect.TypeFor[osms.Rate](): reflect.TypeFor[rateSchema](),
		reflect.TypeFor[osms.Date](): reflect.TypeFor[dateSchema](), reflect.TypeFor[osms.Month](): reflect.TypeFor[monthSchema](),
		reflect.TypeFor[osms.Region](): reflect.TypeFor[regionSchema](), reflect.TypeFor[osms.BIN](): reflect.TypeFor[binSchema](),
		reflect.TypeFor[osms.IIN](): reflect.TypeFor[iinSchema](),
	} {
		schemas.RegisterTypeAlias(of, as)
	}
	return &huma.OpenAPI{OpenAPI: "3.1.0",
		Info: &huma.Info{Title: "osmsd", Version: version, Description: "The register of people whose OSMS contributions the state pays: files, held diffs, months, reconciliation, persons, statements, cases, letters, accounts and the audit log. Personal numbers are sent in bodies only, never in addresses. Every look at a person's data is written to the access log."},
		Components: &huma.Components{Schemas: schemas, SecuritySchemes: map[string]*huma.SecurityScheme{
			"token":   {Type: "http", Scheme: "bearer", Description: "A token of an account: osmsd user token LOGIN --name NAME --scope read."},
			"session": {Type: "apiKey", In: "cookie", Name: "osmsd-session", Description: "The login of the console."},
		}}}
}

// schemaName names a type in the document: without JSON at its end, and with what
// it belongs to where the package's own name alone says too little.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := strings.TrimSuffix(huma.DefaultSchemaNamer(t, hint), "JSON")
	switch path := t.PkgPath(); {
	case strings.HasSuffix(path, "/receipt"):
		return "Report" + name
	case strings.HasSuffix(path, "/statement"):
		return "Statement" + strings.TrimPrefix(name, "Shape")
	}
	return name
}

// schemaOf is the schema of a type in the document.
func schemaOf[T any](a *api) *huma.Schema {
	return a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
}

// flat is a struct's type with the fields of what is embedded in it as its own,
// as JSON has them.
func flat(t reflect.Type) reflect.Type {
	var fields []reflect.StructField
	for f := range fieldsOf(t) {
		if !f.Anonymous {
			fields = append(fields, reflect.StructField{Name: f.Name, Type: f.Type, Tag: f.Tag})
			continue
		}
		for inner := range fieldsOf(flat(f.Type)) {
			fields = append(fields, reflect.StructField{Name: inner.Name, Type: inner.Type, Tag: inner.Tag})
		}
	}
	return reflect.StructOf(fields)
}

// settle says of every shape which of its fields can be null: those behind a
// pointer, and no list.
func settle(doc *huma.OpenAPI) {
	for name, s := range doc.Components.Schemas.Map() {
		if t := doc.Components.Schemas.TypeFromRef("#/components/schemas/" + name); t != nil {
			settleFields(s, t)
		}
	}
}

func settleFields(s *huma.Schema, t reflect.Type) {
	for f := range fieldsOf(t) {
		if f.Anonymous {
			settleFields(s, f.Type)
			continue
		}
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		p := s.Properties[name]
		if p == nil {
			continue
		}
		switch f.Type.Kind() {
		case reflect.Slice, reflect.Map:
			p.Nullable = false
		case reflect.Pointer:
			switch {
			case rest != "":
			case p.Ref != "":
				s.Properties[name] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: p.Ref}, {Type: "null", Enum: []any{nil}}}}
			default:
				p.Nullable = true
			}
		}
	}
}

func fieldsOf(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}
