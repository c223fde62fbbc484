package country

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
	"osmsd/sync/osms"
)

// sheetRead is a sheet as the tests read it back: rows from 1, cells as text.
type sheetRead struct {
	name   string
	rows   [][]string
	from04 bool
}

// reread reads a file with other means than it was written with: excelize, and
// a plain CSV splitter that counts records. What was read once is kept.
func reread(t *testing.T, dir string, f File) []sheetRead {
	t.Helper()
	name := filepath.Join(dir, filepath.FromSlash(f.Path))
	if sheets, ok := rereads[name]; ok {
		return sheets
	}
	sheets := readAgain(t, name, f)
	rereads[name] = sheets
	return sheets
}

var rereads = map[string][]sheetRead{}

func readAgain(t *testing.T, name string, f File) []sheetRead {
	t.Helper()
	if f.Format == "csv" {
		return []sheetRead{{rows: records(decoded(t, name, f.Encoding), f.Delimiter)}}
	}
	book, err := excelize.OpenFile(name)
	if err != nil {
		t.Fatalf("%s: %v", f.Path, err)
	}
	defer book.Close()
	props, err := book.GetWorkbookProps()
	if err != nil {
		t.Fatal(err)
	}
	var sheets []sheetRead
	for _, s := range book.GetSheetList() {
		rows, err := book.GetRows(s, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatalf("%s %s: %v", f.Path, s, err)
		}
		sheets = append(sheets, sheetRead{s, rows, props.Date1904 != nil && *props.Date1904})
	}
	return sheets
}

func decoded(t *testing.T, name, encoding string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	switch encoding {
	case "utf-16le":
		u := make([]uint16, len(b)/2)
		for i := range u {
			u[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
		}
		return string(utf16.Decode(u)[1:])
	case "windows-1251", "kz-1048":
		back := map[byte]rune{}
		for r, c := range cp1251 {
			back[c] = r
		}
		if encoding == "kz-1048" {
			for r, c := range kz1048 {
				back[c] = r
			}
		}
		var s strings.Builder
		for _, c := range b {
			r, ok := back[c]
			switch {
			case c < 0x80:
				r = rune(c)
			case c >= 0xc0:
				r = 'А' + rune(c-0xc0)
			case !ok:
				t.Fatalf("%s: byte %#x", name, c)
			}
			s.WriteRune(r)
		}
		return s.String()
	}
	return strings.TrimPrefix(string(b), "\ufeff")
}

// records splits a CSV; a record may span lines inside quotes.
func records(s, delimiter string) [][]string {
	var all [][]string
	var record []string
	var field strings.Builder
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '"' && i+1 < len(s) && s[i+1] == '"':
			field.WriteByte('"')
			i++
		case c == '"':
			quoted = !quoted
		case quoted || c != delimiter[0] && c != '\n':
			if quoted || c != '\r' {
				field.WriteByte(c)
			}
		default:
			record = append(record, field.String())
			field.Reset()
			if c == '\n' {
				all = append(all, record)
				record = nil
			}
		}
	}
	return all
}

// rowRead is one data row found again.
type rowRead struct {
	sheet  string
	number int
	cells  map[field]string
	from04 bool
}

// dataRows finds the header and gives the rows below it, without numbering,
// blank, filler and totals rows.
func dataRows(t *testing.T, f File, sheets []sheetRead) (rows []rowRead, control int) {
	t.Helper()
	known := map[string]field{}
	for f, languages := range headers {
		for _, variants := range languages {
			for _, h := range variants {
				known[typist.Replace(h)] = f
			}
		}
	}
	control = -1
	for _, s := range sheets {
		columns := map[int]field{}
		for i, cells := range s.rows {
			heading := map[int]field{}
			for c, text := range cells {
				if f, ok := known[typist.Replace(text)]; ok {
					heading[c] = f
				}
			}
			if len(heading) >= 6 {
				columns = heading
				continue
			}
			row := rowRead{s.name, i + 1, map[field]string{}, s.from04}
			for c, f := range columns {
				if c < len(cells) && cells[c] != "" {
					row.cells[f] = cells[c]
				}
			}
			switch first := row.cells["row_no"]; {
			case len(row.cells) == 0 || len(columns) == 0:
			case strings.Contains("Барлығы Всего Итого Total", first):
				for _, text := range cells {
					if n, err := strconv.Atoi(text); err == nil {
						control = n
					}
				}
			case len(row.cells["iin"]) < 3 && row.cells["iin"] != "": // the numbering row
			case len(row.cells) == 1: // a filler row
			default:
				rows = append(rows, row)
			}
		}
		if len(columns) == 0 {
			t.Errorf("%s %s: no header", f.Path, s.name)
		}
	}
	return rows, control
}

// TestRefusalsStandWhereTheTruthSays looks up every planted fault by its
// address in files read by other means, and counts the rows.
func TestRefusalsStandWhereTheTruthSays(t *testing.T) {
	truth, dir := small()
	type place struct{ file, sheet string }
	read := map[place]sheetRead{}
	for _, f := range truth.Files {
		sheets := reread(t, dir, f)
		for _, s := range sheets {
			read[place{f.Path, s.name}] = s
		}
		if f.Kind != osms.KindRoster {
			continue
		}
		rows, control := dataRows(t, f, sheets)
		fillers := 0
		if f.Dress == "numeric-iin" {
			fillers = 3
		}
		if len(rows)+fillers != f.Rows || control >= 0 && control != f.Rows {
			t.Errorf("%s: %d rows and %d fillers, truth says %d, control total %d", f.Path, len(rows), fillers, f.Rows, control)
		}
	}
	refused := map[string]map[string]bool{}
	for _, r := range truth.Refusals {
		s, ok := read[place{r.File, r.Sheet}]
		column, row, err := excelize.CellNameToCoordinates(r.Cell)
		if !ok || err != nil || row != r.Row || row > len(s.rows) {
			t.Fatalf("%+v: no such place", r)
		}
		if r.Severity == osms.Refused {
			if refused[r.File] == nil {
				refused[r.File] = map[string]bool{}
			}
			refused[r.File][r.Sheet+"!"+strconv.Itoa(r.Row)] = true
		}
		got := ""
		if column <= len(s.rows[row-1]) {
			got = s.rows[row-1][column-1]
		}
		if d, err := osms.ParseDate(toISO(r.Value)); err == nil && got != r.Value {
			if serial, err := strconv.Atoi(got); err == nil && sinceEpoch(serial, s.from04) == d {
				continue
			}
		}
		if r.Code != osms.FormulaWithoutValue && got != strings.ReplaceAll(r.Value, "_x0000_", "\x00") && got != r.Value {
			t.Errorf("%+v: the cell holds %q", r, got)
		}
	}
	for _, f := range truth.Files {
		if n := len(refused[f.Path]); n != f.Refused {
			t.Errorf("%s: %d rows are refused, truth says %d", f.Path, n, f.Refused)
		}
	}
}

func toISO(dotted string) string {
	p := strings.Split(strings.TrimSuffix(dotted, " г."), ".")
	if len(p) != 3 {
		return dotted
	}
	return p[2] + "-" + p[1] + "-" + p[0]
}

func sinceEpoch(serial int, from04 bool) osms.Date {
	if from04 {
		return osms.Date(19040101).Add(serial)
	}
	return osms.Date(18991230).Add(serial)
}
