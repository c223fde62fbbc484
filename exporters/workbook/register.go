package workbook

import (
	"bufio"
	"fmt"
	"io"
	"iter"

	"osmsd/sync/osms"
)

// eachLetter reads the lines of a register of letters in the order in which
// they are to stand.
type eachLetter = func(yield func(osms.RegisterLine) error) error

// WriteLetterRegister writes the register of letters for people: a line for each
// letter in the order given, a million to a sheet, with filters and a heading in
// Kazakh and Russian that is repeated on every printed page. Letters that were
// annulled stay in it, in grey, with the undo that annulled them. IINs and BINs
// stand whole, as text; nothing is a formula. Only one line at a time is held.
//
// What each gives is counted on the way and compared with r; ErrDoesNotAddUp
// says that they differ, and what was written is then to be thrown away. The
// same register gives the same bytes, whenever it is written.
func WriteLetterRegister(w io.Writer, r osms.LetterRegister, each eachLetter) error {
	if err := writeRegister(w, r, each, mostRows); err != nil {
		return fmt.Errorf("register of letters: %w", err)
	}
	return nil
}

func writeRegister(w io.Writer, r osms.LetterRegister, each eachLetter, most int) error {
	next, stop := iter.Pull2(turned(counted(r, each)))
	defer stop()
	// The moment of writing would make two files of one register differ.
	b := &book{lang: "kk", made: r.To.Time(), title: registerTitle.line("kk"), foot: r.From.Dotted() + "–" + r.To.Dotted()}
	sheets := max(1, (r.Lines+most-1)/most)
	for i := range sheets {
		b.sheets = append(b.sheets, sheet{
			name: words("Хаттар", "Письма").tab("kk"), colour: deep, freeze: 2, rows: min(most, max(r.Lines-i*most, 0)),
			columns: registerColumns(), top: registerTop(r),
			fill: func(w *rowWriter) error {
				// The last sheet asks for one line more: that is where the count is told.
				for n := 0; n < most || i+1 == sheets; n++ {
					l, err, ok := next()
					if err != nil {
						return err
					}
					if !ok {
						return nil
					}
					kind := plainRow
					if l.Annulled != 0 {
						kind = guessRow
					}
					if err := w.fit(kind, registerRow(i*most+n+1, l, "\n")...); err != nil {
						return err
					}
				}
				return nil
			},
		})
		if s := &b.sheets[i]; sheets > 1 {
			s.name = numbered(s.name, i+1)
			s.top[1] += fmt.Sprintf(" – %d / %d", i+1, sheets)
		}
	}
	return b.write(w)
}

// counted passes a register's lines on and fails where their number, or that of
// the annulled ones, is not what its head says.
func counted(r osms.LetterRegister, each eachLetter) eachLetter {
	return func(yield func(osms.RegisterLine) error) error {
		if r.From.IsZero() || r.To < r.From {
			return fmt.Errorf("no period")
		}
		lines, annulled := 0, 0
		err := each(func(l osms.RegisterLine) error {
			if lines++; lines > r.Lines {
				return fmt.Errorf("%w: more than %d letters", ErrDoesNotAddUp, r.Lines)
			}
			if l.Annulled != 0 {
				annulled++
			}
			return yield(l)
		})
		if err == nil && (lines != r.Lines || annulled != r.Annulled) {
			err = fmt.Errorf("%w: %d letters, %d of them annulled; the head says %d and %d", ErrDoesNotAddUp, lines, annulled, r.Lines, r.Annulled)
		}
		return err
	}
}

// WriteLetterRegisterCSV writes the register of letters for programs: a line
// that says which register it is, an empty line, the names of the columns, then
// the lines in the order given. The form of the file is that of WriteListCSV; so
// are the checks.
func WriteLetterRegisterCSV(w io.Writer, r osms.LetterRegister, each eachLetter) error {
	out := csvWriter{bufio.NewWriterSize(w, 1<<16)}
	if err := out.top(registerTop(r)...); err != nil {
		return err
	}
	if err := out.titles(registerColumns()); err != nil {
		return err
	}
	number := 0
	err := counted(r, each)(func(l osms.RegisterLine) error {
		number++
		return out.line(registerRow(number, l, " / ")...)
	})
	if err != nil {
		return fmt.Errorf("register of letters: %w", err)
	}
	return out.Flush()
}
