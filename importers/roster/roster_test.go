package roster_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"osmsd/importers/roster"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

var update = flag.Bool("update", false, "write what was read into the files of testdata")

// TestRead runs the files of testdata. Each holds cases: a line of comment that
// says the rule, options, the sheets (or one .csv), and what must be read.
//
// In a sheet | parts the cells and blanks around a cell do not count; #123 is a
// number, #d39062 a number shown as a date, #z61211601593 a number shown with
// twelve digits, !f a formula without a value, !#N/A an error; a cell with a
// backslash is a Go string. A line that begins with ~ is a hidden row. Options:
// received, file, mode, asat, bin (of the configuration), region, sidecar,
// most, date1904, merge (A3:B4 of the first sheet).
func TestRead(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := parseArchive(file)
			if err != nil {
				t.Fatal(err)
			}
			for start := 0; start < len(archive.Files); {
				end := start
				for end < len(archive.Files) && archive.Files[end].Name != "want" {
					end++
				}
				if end == len(archive.Files) {
					t.Fatal("the last case wants nothing")
				}
				name, _, _ := strings.Cut(string(archive.Files[start].Data), "\n")
				t.Run(name, func(t *testing.T) {
					got := runCase(t, archive.Files[start:end])
					if *update {
						archive.Files[end].Data = []byte(got)
					} else if want := string(archive.Files[end].Data); got != want {
						t.Errorf("got\n%swant\n%s", got, want)
					}
				})
				start = end + 1
			}
			if *update {
				if err := os.WriteFile(file, archive.format(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func runCase(t *testing.T, files []section) string {
	o := roster.Options{Region: 63, Received: 20261005, FileName: "список.xlsx"}
	src := table.Source{}
	var summary sheet.Summary
	for line := range strings.Lines(string(files[0].Data)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			continue
		}
		switch key {
		case "received":
			o.Received = day(t, value)
		case "file":
			o.FileName = value
		case "mode":
			o.Declared.Mode = osms.Mode(value)
		case "asat":
			o.Declared.AsAt = day(t, value)
		case "bin":
			o.Declared.BIN, _ = osms.ParseBIN(value)
		case "sidecar":
			o.Sidecar = true
		case "most":
			o.MostListed, _ = strconv.Atoi(value)
		case "date1904":
			src.Date1904 = true
		case "merge":
			summary.Merges = append(summary.Merges, rectangle(t, value))
		}
	}
	rows := [][]sheet.Row{}
	for _, f := range files[1:] {
		name, flags, _ := strings.Cut(f.Name, " ")
		if strings.HasSuffix(name, ".csv") {
			src.CSV, name, o.FileName = true, "", name
		}
		s := sheet.Sheet{Name: name}
		switch flags {
		case "hidden":
			s.Visibility = sheet.Hidden
		case "very hidden":
			s.Visibility = sheet.VeryHidden
		}
		src.Sheets = append(src.Sheets, s)
		rows = append(rows, lines(t, string(f.Data), src.CSV))
	}
	src.Rows = func(i int, each func(*sheet.Row) error) (sheet.Summary, error) {
		for n := range rows[i] {
			row := rows[i][n]
			if err := each(&row); err != nil {
				return sheet.Summary{}, err
			}
		}
		if i > 0 {
			return sheet.Summary{}, nil
		}
		return summary, nil
	}
	r, err := roster.ReadSource(src, o)
	return tell(r, err)
}

// lines reads the rows of a sheet as testdata writes them.
func lines(t *testing.T, text string, csv bool) (rows []sheet.Row) {
	separator := "|"
	if csv {
		separator = ";"
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		row := sheet.Row{Number: len(rows) + 1}
		line, row.Hidden = strings.CutPrefix(line, "~")
		for cell := range strings.SplitSeq(line, separator) {
			row.Cells = append(row.Cells, readCell(t, strings.TrimSpace(cell), csv))
		}
		rows = append(rows, row)
	}
	return rows
}

func readCell(t *testing.T, s string, csv bool) sheet.Cell {
	if strings.Contains(s, `\`) {
		plain, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		return sheet.Cell{Kind: sheet.Text, Text: plain}
	}
	switch {
	case s == "":
		return sheet.Cell{}
	case csv:
	case s == "!f":
		return sheet.Cell{Kind: sheet.Formula}
	case s[0] == '!':
		return sheet.Cell{Kind: sheet.Error, Text: s[1:]}
	case strings.HasPrefix(s, "#d"):
		return sheet.Cell{Kind: sheet.Number, Text: s[2:], Date: true}
	case strings.HasPrefix(s, "#z"):
		return sheet.Cell{Kind: sheet.Number, Text: s[2:], Zeros: 12}
	case s[0] == '#':
		return sheet.Cell{Kind: sheet.Number, Text: s[1:]}
	}
	return sheet.Cell{Kind: sheet.Text, Text: s}
}

func day(t *testing.T, s string) osms.Date {
	d, err := osms.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func rectangle(t *testing.T, s string) sheet.Range {
	var c1, c2 byte
	var r1, r2 int
	if _, err := fmt.Sscanf(s, "%c%d:%c%d", &c1, &r1, &c2, &r2); err != nil {
		t.Fatal(err)
	}
	return sheet.Range{FirstRow: r1, LastRow: r2, FirstColumn: int(c1 - 'A'), LastColumn: int(c2 - 'A')}
}

// tell writes what was read, a line for each thing.
func tell(r *osms.Roster, err error) string {
	var refused *osms.FileError
	if errors.As(err, &refused) {
		detail := refused.Detail
		if refused.Code == osms.FileNoHeader {
			detail = "…"
		}
		return fmt.Sprintf("file refused: %s at %s: %s\n", refused.Code, refused.Where, detail)
	}
	if err != nil {
		return err.Error() + "\n"
	}
	var b strings.Builder
	accepted := 0
	for _, org := range r.Organisations {
		accepted += len(org.Rows)
	}
	declared := "declared"
	if !r.AsAtDeclared {
		declared = "by receipt"
	}
	fmt.Fprintf(&b, "%s as at %s %s; rows %d = accepted %d + refused %d + ignored %d", r.Mode, r.AsAt, declared, r.Rows, accepted, r.Refused, r.Ignored)
	if accepted+r.Refused+r.Ignored != r.Rows {
		b.WriteString(" WHICH DO NOT ADD UP")
	}
	for _, extra := range []struct {
		n    int
		name string
	}{{r.Repaired, "repaired"}, {r.HiddenRows, "hidden"}, {r.Unlisted, "unlisted"}} {
		if extra.n > 0 {
			fmt.Fprintf(&b, "; %s %d", extra.name, extra.n)
		}
	}
	if r.ControlTotal >= 0 {
		fmt.Fprintf(&b, "; control total %d", r.ControlTotal)
	}
	if r.NoChanges {
		b.WriteString("; no changes")
	}
	if r.ProvedWhole != "workbook" {
		fmt.Fprintf(&b, "; proved by %q", r.ProvedWhole)
	}
	b.WriteString("\n")
	for _, h := range r.Holds {
		fmt.Fprintf(&b, "hold %s: %s\n", h.Reason, h.Detail)
	}
	for _, org := range r.Organisations {
		fmt.Fprintf(&b, "%s\n", org.BIN)
		for _, row := range org.Rows {
			fmt.Fprintf(&b, "  %s %s, %s", row.Person.Digits(), row.Name, row.Birth)
			f := row.Facts
			for _, fact := range []string{string(f.Form), string(f.Status), string(f.Level), f.Grade, f.Group, f.Speciality, f.Language, f.Funding, row.Order} {
				if fact != "" {
					b.WriteString(", " + fact)
				}
			}
			for _, d := range []struct {
				name string
				day  osms.Date
			}{{"from", row.EnrolledOn}, {"left", row.LeftOn}, {"order", row.OrderDate}} {
				if d.day != 0 {
					fmt.Fprintf(&b, ", %s %s", d.name, d.day)
				}
			}
			b.WriteString("\n")
		}
		for _, p := range org.Protected.Persons {
			fmt.Fprintf(&b, "  protected %s\n", p.Digits())
		}
		for _, k := range org.Protected.Keys {
			fmt.Fprintf(&b, "  protected %s\n", k)
		}
	}
	for _, f := range r.Refusals {
		fmt.Fprintf(&b, "%s %s %s %s %q", f.Severity, strings.TrimPrefix(f.Sheet+"!"+f.Cell, "!"), f.Field, f.Code, f.Value)
		if f.Detail != "" {
			fmt.Fprintf(&b, " (%s)", f.Detail)
		}
		b.WriteString("\n")
	}
	return b.String()
}
