package lines_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"osmsd/importers/lines"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// source gives rows with | between the cells, "#" an error cell, "=" a formula
// without a value, and the merges.
func source(text string, merges ...sheet.Range) table.Source {
	return table.Source{Sheets: []sheet.Sheet{{Name: "S"}}, Rows: func(_ int, each func(*sheet.Row) error) (sheet.Summary, error) {
		n := 0
		for line := range strings.SplitSeq(text, "\n") {
			n++
			row := sheet.Row{Number: n}
			for cell := range strings.SplitSeq(line, "|") {
				c := sheet.Cell{Kind: sheet.Text, Text: cell}
				switch cell {
				case "":
					c.Kind = sheet.Empty
				case "#":
					c = sheet.Cell{Kind: sheet.Error, Text: "#REF!"}
				case "=":
					c.Kind, c.Text = sheet.Formula, ""
				}
				row.Cells = append(row.Cells, c)
			}
			if err := each(&row); err != nil {
				return sheet.Summary{}, err
			}
		}
		return sheet.Summary{Rows: n, Merges: merges}, nil
	}}
}

func TestRead(t *testing.T) {
	merge := func(a, b, c, d int) sheet.Range {
		return sheet.Range{FirstRow: a, FirstColumn: b, LastRow: c, LastColumn: d}
	}
	const head = "Период|Сумма|Примечание\n"
	for _, c := range []struct {
		name, text string
		merges     []sheet.Range
		want       string
	}{
		{"lines and remarks", head + "2026-10|1|a\n|2|\n||x\n2026-10||x", nil, "2 2026-10 1; 5 2026-10 ; rows 2 refused 0"},
		{"error and formula", head + "#|1|\n2026-10|=|\n2026-10|1|#", nil,
			"2  1; 3 2026-10 ; 4 2026-10 1; A2 month error_cell #REF!; B3 amount formula_without_value ; rows 3 refused 2"},
		{"merged header is no matter", head + "2026-10|1|", []sheet.Range{merge(1, 0, 1, 1)}, "2 2026-10 1; rows 1 refused 0"},
		{"merged notes are no matter", head + "2026-10|1|", []sheet.Range{merge(2, 2, 9, 3)}, "2 2026-10 1; rows 1 refused 0"},
		{"merged rows", head + "2026-10|1|\n2026-10|2|\n2026-10|3|\n2026-10|4|", []sheet.Range{merge(5, 1, 5, 2), merge(2, 0, 3, 0), merge(2, 1, 2, 1)},
			"4 2026-10 3; A2 month merged_cell A2:A3; A3 month merged_cell A2:A3; B5 amount merged_cell B5:C5; rows 4 refused 3"},
		{"merged from the header down", head + "2026-10|1|\n2026-10|2|", []sheet.Range{merge(1, 0, 1048576, 255)},
			"A2 month merged_cell A1:IV1048576; A3 month merged_cell A1:IV1048576; rows 2 refused 2"},
		{"merged and refused is refused once", head + "#|1|", []sheet.Range{merge(2, 0, 3, 0)},
			"A2 month error_cell #REF!; A2 month merged_cell A2:A3; rows 1 refused 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			type kept struct {
				at   osms.Place
				text string
			}
			var got []kept
			var out []string
			res, err := lines.Read(source(c.text, c.merges...), table.Spec{Vocabulary: table.For(osms.KindLedger)}, lines.Handler{
				Line: func(l *lines.Line) error {
					got = append(got, kept{l.Place(), fmt.Sprintf("%d %s %s", l.Row.Number, l.Text("month"), l.Text("amount"))})
					return nil
				},
				Remark: func(_ *table.Table, row *sheet.Row) bool { return lines.Filled(row) < 2 },
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range got {
				if res.Kept(k.at) {
					out = append(out, k.text)
				}
			}
			for _, r := range res.Refusals {
				out = append(out, strings.Join([]string{r.Cell, r.Field, string(r.Code), r.Detail}, " "))
			}
			out = append(out, fmt.Sprintf("rows %d refused %d", res.Rows, res.Refused))
			if s := strings.Join(out, "; "); s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
		})
	}
}

func TestHandlerError(t *testing.T) {
	stop := errors.New("enough")
	_, err := lines.Read(source("Период|Сумма\n2026-10|1"), table.Spec{Vocabulary: table.For(osms.KindLedger)},
		lines.Handler{Line: func(*lines.Line) error { return stop }})
	if !errors.Is(err, stop) {
		t.Error(err)
	}
}

// Two million merges must not cost rows × merges.
func TestManyMerges(t *testing.T) {
	text := strings.TrimSuffix("Период|Сумма\n"+strings.Repeat("2026-10|1\n", 5000), "\n")
	merges := make([]sheet.Range, 200_000)
	for i := range merges {
		merges[i] = sheet.Range{FirstRow: 2, LastRow: 1_000_000 - i, LastColumn: 1}
	}
	res, err := lines.Read(source(text, merges...), table.Spec{Vocabulary: table.For(osms.KindLedger)}, lines.Handler{Line: func(*lines.Line) error { return nil }})
	if err != nil || res.Refused != 5000 || res.Rows != 5000 {
		t.Fatal(res, err)
	}
}
