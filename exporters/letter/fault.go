package letter

import (
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing that is wrong with an operator's wording.
type Fault struct {
	File   string
	Line   int    // 0 when there is none
	Field  string // the block, field or word that it is about; "" for the file
	Detail string
}

// String gives refusal.ru.txt:3: .Base: a letter of this kind has no such field.
func (f Fault) String() string {
	s := f.File
	if f.Line > 0 {
		s += fmt.Sprintf(":%d", f.Line)
	}
	if f.Field != "" {
		s += ": " + f.Field
	}
	return s + ": " + f.Detail
}

// TextsError says everything that is wrong with a wording, in the order of its
// files and lines.
type TextsError struct{ Faults []Fault }

func (e *TextsError) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return "letter texts: " + strings.Join(lines, "\n")
}

// faults gathers them; the same one is kept once.
type faults []Fault

func (f *faults) add(file string, line int, field, detail string, args ...any) {
	fault := Fault{File: file, Line: line, Field: field, Detail: fmt.Sprintf(detail, args...)}
	if !slices.Contains(*f, fault) {
		*f = append(*f, fault)
	}
}

func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	slices.SortStableFunc(f, func(a, b Fault) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	})
	return &TextsError{Faults: f}
}
