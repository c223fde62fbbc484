package workbook

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"osmsd/sync/osms"
)

// WriteListXLSX writes a frozen list for people: a sheet that says what list it
// is, what it comes to and how to prove it, then the persons in order of IIN, a
// million to a sheet, with a totals row at the end of the last. Headings are in
// Kazakh and Russian. IINs stand whole, as text; amounts are the exact decimals
// of their tiyn; nothing is a formula. Only one row at a time is held.
//
// What each gives is counted on the way and compared with l; ErrDoesNotAddUp
// says that they differ, and what was written is then to be thrown away. The
// same list gives the same bytes, whenever it is written.
func WriteListXLSX(w io.Writer, l osms.FrozenList, each func(yield func(osms.FrozenPerson) error) error) error {
	if err := writeList(w, l, each, mostRows); err != nil {
		return fmt.Errorf("frozen list of %s: %w", l.Month, err)
	}
	return nil
}

func writeList(w io.Writer, l osms.FrozenList, each eachFrozen, most int) error {
	next, stop := iter.Pull2(turned(each))
	defer stop()
	sum := osms.NewFrozenTally(l)
	// The moment of writing would make two files of one list differ.
	b := &book{lang: "kk", made: l.Month.First().Time(), title: "OSMS " + l.Month.String()}
	b.sheets = append(b.sheets, listHeadSheet(l))
	rows := max(l.Persons+l.Left, 0)
	sheets := max(1, (rows+most-1)/most)
	for i := range sheets {
		s := listSheet(l, i, sheets, min(most, rows-i*most))
		s.fill = func(w *rowWriter) error {
			for range s.rows {
				p, err, ok := next()
				if err != nil {
					return err
				}
				if !ok {
					return sum.End()
				}
				if err := sum.Add(p); err != nil {
					return err
				}
				if err := w.put(plainRow, 0, listRow(sum.Persons, p)...); err != nil {
					return err
				}
			}
			if i+1 < sheets {
				return nil
			}
			if _, err, more := next(); err != nil {
				return err
			} else if more {
				return fmt.Errorf("%w: more than %d persons are on the list or left it", ErrDoesNotAddUp, rows)
			}
			if err := sum.End(); err != nil {
				return err
			}
			return w.put(totalRow, 18, nil, nil, fmt.Sprintf("%s: %d", totalTitle.line("kk"), sum.Persons),
				nil, nil, nil, nil, nil, nil, nil, sum.Amount, nil)
		}
		b.sheets = append(b.sheets, s)
	}
	return b.write(w)
}

// turned is a reading turned round, so that each sheet can take its share.
func turned[T any](each func(yield func(T) error) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		stopped := false
		err := each(func(p T) error {
			if stopped = stopped || !yield(p, nil); stopped {
				return errEnough
			}
			return nil
		})
		if err != nil && !stopped {
			var none T
			yield(none, err)
		}
	}
}

// errEnough ends a reading that nobody waits for any more.
var errEnough = errors.New("the list is not read on")

// listHeadSheet is the sheet before the list: names and values.
func listHeadSheet(l osms.FrozenList) sheet {
	lines := listHead(l)
	return sheet{
		name: words("Тізім туралы", "О списке").tab("kk"), colour: deep,
		top:    []string{listTitle.line("kk") + " – " + monthLabel(l.Month).line("kk")},
		widths: []float64{50, 50, 74},
		fill: func(w *rowWriter) error {
			w.skip()
			for _, h := range lines {
				kind := asText
				switch h.value.(type) {
				case int, int64:
					kind = asLeftInt
				case osms.Tiyn:
					kind = asLeftMoney
				}
				w.cols = []column{{kind: asText}, {kind: asText}, {kind: kind}}
				if err := w.put(plainRow, headLineHeight(h), h.name.kk, h.name.ru, h.value); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// headLineHeight leaves room for a value of two lines.
func headLineHeight(h headLine) int {
	if s, ok := h.value.(string); ok && len([]rune(s)) > 70 {
		return 32
	}
	return 18
}

// listSheet is one sheet of the list, without its rows.
func listSheet(l osms.FrozenList, i, of, rows int) sheet {
	region := country
	if l.Region != 0 {
		region = regionLabel(l.Region)
	}
	s := sheet{
		name: words("Тізім", "Список").tab("kk"), colour: "7F9DB9", freeze: 3, rows: rows, columns: listColumns(),
		top: []string{listTitle.line("kk") + " – " + monthLabel(l.Month).line("kk"), region.line("kk")},
	}
	if i > 0 {
		s.name = numbered(s.name, i+1)
	}
	if of > 1 {
		s.top[1] += fmt.Sprintf(" – %d / %d", i+1, of)
	}
	return s
}
