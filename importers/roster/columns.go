package roster

import (
	_ "embed"
	"encoding/csv"
	"strings"
	"sync"
	"unicode/utf8"

	"osmsd/importers/table"
	"osmsd/sync/osms"
)

//go:embed data/columns.csv
var columnsCSV string

// Columns are the columns of a list that is made for people to fill in, in the
// order in which they stand best. Each header and each word of a choice is one
// that the reader knows as just that field or value; the values themselves are
// those of the reader's vocabulary. There is no column for the BIN: such a list
// declares it once. The example of an IIN is a number that is never issued: no
// check digit fits it.
func Columns() []osms.Column { return columnList() }

var columnList = sync.OnceValue(func() []osms.Column {
	rows, err := csv.NewReader(strings.NewReader(columnsCSV)).ReadAll()
	if err != nil {
		panic("roster: embedded columns.csv: " + err.Error())
	}
	var all []osms.Column
	for _, r := range rows[1:] {
		c := osms.Column{Field: r[0], KK: r[1], RU: r[2], Kind: osms.ColumnKind(r[3]), Required: r[4] == "yes",
			Example: r[5], RuleKK: r[6], RuleRU: r[7]}
		if c.Kind == osms.ChoiceColumn {
			c.Choices = choices(c.Field)
		}
		all = append(all, c)
	}
	return all
})

// choices are the values that the vocabulary has for a field, each with its
// first word in Kazakh and in Russian; a single letter is too little for a
// drop-down.
func choices(field string) (list []osms.Choice) {
	at := map[string]int{}
	for _, w := range table.Values().List(field) {
		i, ok := at[w.Value]
		if !ok {
			i = len(list)
			at[w.Value] = i
			list = append(list, osms.Choice{Value: w.Value})
		}
		word := &list[i].KK
		if w.Language == "ru" {
			word = &list[i].RU
		}
		if w.Language != "en" && *word == "" && utf8.RuneCountInString(w.Text) > 1 {
			*word = w.Text
		}
	}
	return list
}
