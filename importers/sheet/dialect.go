package sheet

import (
	"errors"
	"strings"

	"osmsd/sync/osms"
)

// delimiters are the candidates, in the order of trust: nobody types a TAB in a
// cell, and a comma stands in addresses and decimal numbers.
var delimiters = []byte{'\t', ';', ','}

// sampleRecords is how many records the delimiter is judged by.
const sampleRecords = 400

// detectDelimiter reads the beginning of the file once with each candidate, by
// the same rules as the reading proper, and takes the first under which the
// header and nearly all the rows behind it have the same number of fields. Where
// none does, the one that explains most wins. A list of one column has no
// delimiter and is read with ";".
func detectDelimiter(src Source, enc encoding, limits Limits) (byte, error) {
	trials := make([]trial, len(delimiters))
	most := 0
	for i, delim := range delimiters {
		t, err := try(src, enc, delim, limits)
		if err != nil {
			return 0, err
		}
		trials[i], most = t, max(most, t.same)
	}
	for i, t := range trials {
		if t.header && t.same*5 >= t.behind*4 && t.same*2 > most {
			return delimiters[i], nil
		}
	}
	best, bestScore := byte(';'), 0
	for i, t := range trials {
		score := t.same * (t.width - 1)
		if t.header {
			score *= 4
		}
		if score > bestScore {
			best, bestScore = delimiters[i], score
		}
	}
	return best, nil
}

// trial is what a reading with one delimiter looks like: the width that most
// records have, the records from the header on (else from the first of that
// width), and those of them that have that width.
type trial struct {
	width, behind, same int
	header              bool
}

func try(src Source, enc encoding, delim byte, limits Limits) (trial, error) {
	type shape struct {
		width int
		names bool
	}
	var shapes []shape
	widths := make(map[int]int)
	for s := newCSVScanner(src, enc, delim, limits, 32<<10); len(shapes) < sampleRecords; {
		row, err := s.next()
		if refusal := (*osms.FileError)(nil); err != nil && !errors.As(err, &refusal) {
			return trial{}, err
		}
		if err != nil || row == nil { // a refusal is the reading's to give
			break
		}
		width := len(row.Cells)
		if row.Fault != "" {
			width = 0
		}
		shapes = append(shapes, shape{width, namesColumns(row.Cells)})
		widths[width]++
	}
	t := trial{width: 1}
	for width, n := range widths {
		if width > 1 && (t.width == 1 || n > widths[t.width] || n == widths[t.width] && width > t.width) {
			t.width = width
		}
	}
	if t.width == 1 {
		return t, nil
	}
	first, header := -1, -1
	for i, sh := range shapes {
		if sh.width == t.width && first < 0 {
			first = i
		}
		if sh.width == t.width && sh.names {
			header = i
			break
		}
	}
	count := func(from int) (n int) {
		for _, sh := range shapes[from:] {
			if sh.width == t.width {
				n++
			}
		}
		return n
	}
	t.same, t.behind = count(first), len(shapes)-first
	if header >= 0 && count(header)*2 >= t.same {
		t.header = true
		t.same, t.behind = count(header), len(shapes)-header
	}
	return t, nil
}

// namesColumns reports whether a record could be a header: at least half of its
// cells, and two, say something, and none holds a long number.
func namesColumns(cells []Cell) bool {
	filled := 0
	for _, c := range cells {
		if strings.TrimSpace(c.Text) == "" {
			continue
		}
		filled++
		run := 0
		for i := 0; i < len(c.Text); i++ {
			if c.Text[i] < '0' || c.Text[i] > '9' {
				run = 0
			} else if run++; run == 6 {
				return false
			}
		}
	}
	return filled >= 2 && filled*2 >= len(cells)
}
