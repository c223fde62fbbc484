package table

import (
	_ "embed"
	"slices"
	"sync"

	"osmsd/sync/osms"
)

//go:embed data/values.csv
var valuesCSV string

// Value is one word that stands for a value of a field.
type Value struct{ Field, Value, Language, Text string }

// ValueWords finds values by their words.
type ValueWords struct {
	all   []Value
	exact map[string]map[string]string
	fold  map[string]map[string]string
}

var values = sync.OnceValue(func() *ValueWords {
	var all []Value
	for _, row := range records(valuesCSV) {
		all = append(all, Value{row[0], row[1], row[2], row[3]})
	}
	return indexValues(all)
})

// Values are the words of study forms, levels, statuses and sexes in three
// languages.
func Values() *ValueWords { return values() }

// With adds words, from a region's configuration, to a copy.
func (w *ValueWords) With(extra ...Value) *ValueWords {
	if len(extra) == 0 {
		return w
	}
	return indexValues(append(slices.Clone(w.all), extra...))
}

func indexValues(all []Value) *ValueWords {
	w := &ValueWords{all: all, exact: map[string]map[string]string{}, fold: map[string]map[string]string{}}
	for _, v := range all {
		if w.exact[v.Field] == nil {
			w.exact[v.Field], w.fold[v.Field] = map[string]string{}, map[string]string{}
		}
		w.put(v.Field, v.Value, v.Value) // as the program itself writes it
		w.put(v.Field, v.Value, v.Text)
	}
	return w
}

func (w *ValueWords) put(field, value, text string) {
	k := Key(text)
	w.exact[field][k] = value
	f := osms.FoldName(k)
	if other, ok := w.fold[field][f]; ok && other != value {
		w.fold[field][f] = "" // two values fold alike: only the exact word counts
	} else {
		w.fold[field][f] = value
	}
}

// Lookup finds the value that a text states for a field, "" when it is not
// known. A text in two languages counts when both halves say the same.
func (w *ValueWords) Lookup(field, text string) string {
	if len(text) > longestHeader {
		return ""
	}
	k := Key(text)
	if v := w.word(field, k); v != "" || k == "" {
		return v
	}
	value := ""
	for _, part := range parts(text) {
		if Key(part) == "" {
			continue
		}
		v := w.word(field, Key(part))
		if v == "" || value != "" && v != value {
			return ""
		}
		value = v
	}
	return value
}

func (w *ValueWords) word(field, key string) string {
	if v, ok := w.exact[field][key]; ok {
		return v
	}
	return w.fold[field][osms.FoldName(key)]
}
