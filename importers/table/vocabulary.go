package table

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
	"sync"

	"osmsd/sync/osms"
)

//go:embed data/headers.csv
var rosterHeaders string

//go:embed data/other_headers.csv
var otherHeaders string

// Need is a set of alternatives of which a header must hold one; each
// alternative is one field or several together.
type Need [][]string

func (n Need) met(columns map[string]int) bool {
	for _, together := range n {
		all := true
		for _, field := range together {
			if _, ok := columns[field]; !ok {
				all = false
			}
		}
		if all {
			return true
		}
	}
	return false
}

// String names the alternatives, "full_name or surname, given_name".
func (n Need) String() string {
	var names []string
	for _, together := range n {
		names = append(names, strings.Join(together, ", "))
	}
	return strings.Join(names, " or ")
}

// Header is one word or phrase that heads a column.
type Header struct{ Field, Language, Text string }

// Vocabulary is the header words of one kind of file.
type Vocabulary struct {
	Kind osms.Kind
	// Headers in the order of the data, a region's own at the end.
	Headers []Header
	// Key is the field by which a row is known as data at a glance.
	Key      string
	Required []Need

	exact  map[string]string // Key → field
	folded map[string]string // FoldName of the Key → field; "" is ambiguous
}

var required = map[osms.Kind][]Need{
	osms.KindRoster:        {{{"iin"}}, {{"full_name"}, {"surname", "given_name"}}, {{"study_form"}}},
	osms.KindLedger:        {{{"month"}}, {{"amount"}}},
	osms.KindPayments:      {{{"iin"}}, {{"month"}}, {{"amount"}}},
	osms.KindApplications:  {{{"number"}}, {{"received_at"}}, {{"iin"}}},
	osms.KindRequests:      {{{"number"}}, {{"received_at"}}, {{"iin"}}},
	osms.KindOrganisations: {{{"bin"}}, {{"name_ru"}, {"name_kk"}}},
	osms.KindEvents:        {{{"iin"}}, {{"event"}}, {{"on"}}},
}

var vocabularies = sync.OnceValue(func() map[osms.Kind]*Vocabulary {
	byKind := map[osms.Kind][]Header{}
	for _, row := range records(rosterHeaders) {
		byKind[osms.KindRoster] = append(byKind[osms.KindRoster], Header{row[0], row[1], row[2]})
	}
	for _, row := range records(otherHeaders) {
		kind := osms.Kind(row[0])
		byKind[kind] = append(byKind[kind], Header{row[1], row[2], row[3]})
	}
	all := map[osms.Kind]*Vocabulary{}
	for kind, headers := range byKind {
		v := &Vocabulary{Kind: kind, Headers: headers, Required: required[kind], Key: required[kind][0][0][0]}
		if kind == osms.KindApplications || kind == osms.KindRequests {
			v.Key = "iin"
		}
		v.index()
		all[kind] = v
	}
	return all
})

func records(data string) [][]string {
	rows, err := csv.NewReader(strings.NewReader(data)).ReadAll()
	if err != nil {
		panic("table: embedded data: " + err.Error())
	}
	return rows[1:]
}

// Kinds lists the kinds whose headers are known.
func Kinds() []osms.Kind {
	return []osms.Kind{osms.KindRoster, osms.KindLedger, osms.KindPayments, osms.KindApplications,
		osms.KindRequests, osms.KindOrganisations, osms.KindEvents}
}

// For is the vocabulary of a kind, nil for a kind that has none.
func For(kind osms.Kind) *Vocabulary { return vocabularies()[kind] }

// With adds header words, from a region's configuration, to a copy.
func (v *Vocabulary) With(extra ...Header) *Vocabulary {
	if len(extra) == 0 {
		return v
	}
	w := *v
	w.Headers = append(slices.Clone(v.Headers), extra...)
	w.index()
	return &w
}

// Fields lists the fields in the order of the data, each once.
func (v *Vocabulary) Fields() []string {
	var fields []string
	for _, h := range v.Headers {
		if !slices.Contains(fields, h.Field) {
			fields = append(fields, h.Field)
		}
	}
	return fields
}

// Known lists the header words, for the message of a file without a header.
func (v *Vocabulary) Known() string {
	var words []string
	for _, h := range v.Headers {
		if !slices.Contains(words, h.Text) {
			words = append(words, h.Text)
		}
	}
	return strings.Join(words, ", ")
}

// Words lists the header words of one field.
func (v *Vocabulary) Words(field string) (words []string) {
	for _, h := range v.Headers {
		if h.Field == field && !slices.Contains(words, h.Text) {
			words = append(words, h.Text)
		}
	}
	return words
}

func (v *Vocabulary) index() {
	v.exact, v.folded = map[string]string{}, map[string]string{}
	for _, h := range v.Headers {
		k := Key(h.Text)
		v.exact[k] = h.Field
		f := osms.FoldName(k)
		if field, ok := v.folded[f]; ok && field != h.Field {
			v.folded[f] = ""
		} else {
			v.folded[f] = h.Field
		}
	}
}

// longestHeader bounds, in bytes, the texts that are compared with words.
const longestHeader = 400

// Field finds the field that a header cell claims: as a whole, or because its
// halves in two languages claim the same one. Unknown gives "".
func (v *Vocabulary) Field(text string) string {
	if len(text) > longestHeader {
		return ""
	}
	k := Key(text)
	if k == "" {
		return ""
	}
	if field := v.word(k); field != "" {
		return field
	}
	field := ""
	for _, part := range parts(text) {
		switch f := v.word(Key(part)); {
		case f == "":
		case field == "":
			field = f
		case f != field:
			return ""
		}
	}
	if field != "" {
		return field
	}
	for i, words := 0, 0; i < len(k) && words < 12; i++ {
		if k[i] == ' ' {
			words++
			if f := v.word(k[:i]); f != "" && f == v.word(k[i+1:]) {
				return f
			}
		}
	}
	return ""
}

func (v *Vocabulary) word(key string) string {
	if field, ok := v.exact[key]; ok {
		return field
	}
	return v.folded[osms.FoldName(key)]
}
