package table

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"osmsd/importers/sheet"
)

// numbering reports the row "1 2 3 …" that forms print under the header.
func numbering(row *sheet.Row, columns int) bool {
	n := 0
	for _, c := range row.Cells {
		t := strings.Trim(Trim(c.Text), "().")
		if t == "" {
			continue
		}
		if c.Kind == sheet.Number {
			t = strings.TrimSuffix(t, ".0")
		}
		if t != strconv.Itoa(n+1) {
			return false
		}
		n++
	}
	return n >= 3 || n > 0 && n >= columns
}

// repeats reports the header printed again: each word stands where it stood.
func (t *Table) repeats(row *sheet.Row) bool {
	if !plain(row) {
		return false
	}
	for _, keys := range t.keys {
		same := 0
		for c, cell := range row.Cells {
			k := headKey(cell.Text)
			if k == "" {
				continue
			}
			if keys[c] != k {
				same = -1
				break
			}
			same++
		}
		if same > 0 {
			return true
		}
	}
	return false
}

// mostCells bounds the filled cells that are looked at to tell what a row is.
const mostCells = 40

// otherHeader reports a row of header words that are not this table's: another
// table begins. Two known words suffice, or one that heads a person's column
// when the row stands apart.
func (r *reader) otherHeader(row *sheet.Row) bool {
	if !plain(row) {
		return false
	}
	cells, known, person := 0, 0, false
	for _, cell := range row.Cells {
		if headKey(cell.Text) == "" {
			continue
		}
		if cells++; cells > mostCells || cells > 8 && known == 0 {
			return false
		}
		field := r.words.field(cell.Text)
		if field == "" {
			continue
		}
		known++
		person = person || field == "iin" || field == "full_name" || field == "surname" || field == "bin"
	}
	return known >= 2 && known*2 >= cells || known == 1 && person && cells >= 2 && r.apart
}

// Total is a totals row (Барлығы, Всего, Итого, Total).
type Total struct {
	Row *sheet.Row
	// Numbers are the whole numbers that stand in it, in order; a number with
	// a fraction is -1.
	Numbers []int64
	// Part: the words speak of a part of the rows (boys, state grants …).
	Part bool
}

var totalWords = []string{"барлығы", "барлыгы", "всего", "итого", "total", "жиыны", "жалпы саны", "қорытынды"}

// partWords are stems that make a total one of a part.
var partWords = []string{"том числе", "из них", "оның ішінде", "мальчик", "девоч", "юнош", "девуш", "мужч", "женщ",
	"ұл ", "ұлдар", "қыз", "ер ", "әйел", "грант", "ақылы", "платн", "бюджет", "очн", "күндізгі", "сырттай", "отчисл", "выбы", "принят"}

// total recognises a totals row: its first word in some cell is one of the
// words, and the key's cell holds no number of a person.
func (r *reader) total(row *sheet.Row) (Total, bool) {
	if r.key >= 0 && digits(At(row, r.key).Text) >= 9 {
		return Total{}, false
	}
	is, cells, words := false, 0, strings.Builder{}
	for _, c := range row.Cells {
		if c.Kind != sheet.Text || len(c.Text) > longestHeader {
			continue
		}
		if cells++; cells > mostCells {
			break
		}
		k := Key(c.Text)
		for _, w := range totalWords {
			if strings.HasPrefix(k, w) && (len(k) == len(w) || k[len(w)] == ' ') {
				is = true
			}
		}
		words.WriteString(k + " ")
	}
	if !is {
		return Total{}, false
	}
	t := Total{Row: row}
	for _, w := range partWords {
		if strings.HasPrefix(words.String(), w) || strings.Contains(words.String(), " "+w) {
			t.Part = true
		}
	}
	for _, c := range row.Cells {
		if (c.Kind == sheet.Number || c.Kind == sheet.Text) && len(c.Text) <= longestHeader {
			t.Numbers = append(t.Numbers, numbersIn(c.Text)...)
		}
	}
	return t, true
}

// titleTotal reads a total that stands above the header: nothing but the word
// and a whole number, in one cell or in two. A title may say anything else of
// totals, "Итого за 2026 год", and declares nothing by it.
func titleTotal(row *sheet.Row) (Total, bool) {
	var filled []sheet.Cell
	for _, c := range row.Cells {
		if Trim(c.Text) != "" {
			filled = append(filled, c)
		}
	}
	if len(filled) == 0 || len(filled) > 2 || len(filled[0].Text) > longestHeader {
		return Total{}, false
	}
	label, rest, colon := strings.Cut(filled[0].Text, ":")
	number := Trim(rest)
	if !colon && len(filled) == 1 {
		if i := strings.LastIndexAny(label, " \u00a0"); i > 0 {
			label, number = label[:i], Trim(label[i+1:])
		}
	}
	if len(filled) == 2 {
		if number != "" {
			return Total{}, false
		}
		number = Trim(filled[1].Text)
	}
	if !slices.Contains(totalWords, Key(label)) {
		return Total{}, false
	}
	n, err := strconv.ParseUint(number, 10, 31)
	return Total{Row: row, Numbers: []int64{int64(n)}}, err == nil
}

// numbersIn lists the numbers of a text; a space between groups of three
// digits does not part them.
func numbersIn(s string) (numbers []int64) {
	s = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
	for i := 0; i < len(s); {
		if s[i] < '0' || s[i] > '9' {
			i++
			continue
		}
		n, fraction := int64(0), false
		for i < len(s) {
			switch {
			case s[i] >= '0' && s[i] <= '9':
				if fraction && s[i] != '0' {
					n = -1
				} else if !fraction && n < 1e15 {
					n = n*10 + int64(s[i]-'0')
				}
				i++
				continue
			case s[i] == ' ' && !fraction && i+3 < len(s) && digits(s[i+1:i+4]) == 3 && (i+4 == len(s) || !unicode.IsDigit(rune(s[i+4]))):
				i++
				continue
			case (s[i] == '.' || s[i] == ',') && !fraction && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9':
				fraction = true
				i++
				continue
			}
			break
		}
		numbers = append(numbers, n)
	}
	return numbers
}
