package roster

import (
	"fmt"
	"slices"
	"testing"

	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// TestColumns: whatever a list for filling in says of its columns, the reader
// understands as just that.
func TestColumns(t *testing.T) {
	headers, values := table.For(osms.KindRoster), table.Values()
	used := map[string]bool{"note": true}
	all := columnsOf(&table.Table{Columns: fieldsAt()})
	for _, field := range all.used() {
		used[field] = true
	}
	seen := map[string]bool{}
	for _, c := range Columns() {
		if seen[c.Field] || !used[c.Field] {
			t.Errorf("%s: twice, or the reader does not read it", c.Field)
		}
		seen[c.Field] = true
		for _, header := range []string{c.Header(), c.KK, c.RU} {
			if got := headers.Field(header); got != c.Field {
				t.Errorf("header %q is read as %q, want %q", header, got, c.Field)
			}
		}
		if c.RuleKK == "" || c.RuleRU == "" {
			t.Errorf("%s: no rule", c.Field)
		}
		known := map[string]bool{}
		for _, w := range values.List(c.Field) {
			known[w.Value] = true
		}
		if (c.Kind == osms.ChoiceColumn) != (len(known) > 0) || len(c.Choices) != len(known) {
			t.Errorf("%s is %s with %d choices, the vocabulary has %d", c.Field, c.Kind, len(c.Choices), len(known))
		}
		for _, choice := range c.Choices {
			for _, word := range []string{choice.Words(), choice.KK, choice.RU} {
				if got := values.Lookup(c.Field, word); got != choice.Value || word == "" {
					t.Errorf("%s: %q is read as %q, want %q", c.Field, word, got, choice.Value)
				}
			}
			if c.Words(choice.Value) != choice.Words() {
				t.Errorf("%s: the words of %s are %q", c.Field, choice.Value, c.Words(choice.Value))
			}
		}
	}
	for field := range used {
		if !seen[field] && field != "bin" && field != "full_name" {
			t.Errorf("no column for %s", field)
		}
	}
	for _, need := range headers.Required {
		if !slices.ContainsFunc(need, func(together []string) bool {
			return !slices.ContainsFunc(together, func(field string) bool {
				i := slices.IndexFunc(Columns(), func(c osms.Column) bool { return c.Field == field })
				return i < 0 || !Columns()[i].Required
			})
		}) {
			t.Errorf("%s is required and no required column meets it", need)
		}
	}
}

// fieldsAt puts every field of the vocabulary into a column of its own.
func fieldsAt() map[string]int {
	at := map[string]int{}
	for i, field := range table.For(osms.KindRoster).Fields() {
		if field != "full_name" {
			at[field] = i
		}
	}
	return at
}

// TestExampleIsNobody: the example of an IIN is never issued.
func TestExampleIsNobody(t *testing.T) {
	example := Columns()[0].Example
	if len(example) != 12 {
		t.Fatalf("%q", example)
	}
	for check := range 10 {
		if iin, err := osms.ParseIIN(fmt.Sprintf("%s%d", example[:11], check), 0); err == nil {
			t.Errorf("%s could be somebody's", iin.Digits())
		}
	}
}
