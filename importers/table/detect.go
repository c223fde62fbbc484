package table

import (
	"errors"
	"fmt"
	"strings"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// errSeen stops the reading of a sheet whose head was seen.
var errSeen = errors.New("the head of the sheet was seen")

// Heads reads the filled rows at the top of a sheet, at most n.
func Heads(src Source, index, n int) ([]sheet.Row, error) {
	var rows []sheet.Row
	_, err := src.Rows(index, func(row *sheet.Row) error {
		if !blank(row) {
			rows = append(rows, clone(row))
		}
		if len(rows) >= n || row.Number > 20*headRows {
			return errSeen
		}
		return nil
	})
	if errors.Is(err, errSeen) {
		err = nil
	}
	return rows, err
}

// Titles reads the filled rows above the header of each sheet; of a sheet
// without a header its first rows. Nothing below the header is read.
func Titles(src Source, spec Spec) ([]Found, error) {
	required := spec.Required
	if required == nil {
		required = spec.Vocabulary.Required
	}
	found, words := make([]Found, len(src.Sheets)), newWords(spec.Vocabulary)
	for i := range src.Sheets {
		r := reader{spec: spec, words: words, required: required, sheet: i, name: src.Sheets[i].Name, found: &found[i]}
		r.handler.Header = func(*Table) error { return errSeen }
		summary, err := src.Rows(i, func(row *sheet.Row) error {
			if r.found.Filled > headRows {
				return errSeen
			}
			return r.row(row)
		})
		if err == nil {
			err = r.end(summary)
		}
		if found[i].Table == nil {
			found[i].Titles = r.head
		}
		if err != nil && !errors.Is(err, errSeen) {
			return found, err
		}
	}
	return found, nil
}

// Fit is how well rows fit the header words of a kind.
type Fit struct {
	Kind     osms.Kind
	Complete bool // every required column is there
	Columns  int  // that are known
	// Also is another kind that the rows fit just as well, or "".
	Also osms.Kind
}

// DetectKind finds the kind whose header the rows hold: among those whose
// required columns are all there, the narrower one (a list of applications may have every
// column of a roster), then the one that knows most columns; else the one that
// knows most. Less than two known columns is no kind ("").
func DetectKind(rows []sheet.Row, vocabularies ...*Vocabulary) Fit {
	if len(vocabularies) == 0 {
		for _, kind := range Kinds() {
			vocabularies = append(vocabularies, For(kind))
		}
	}
	var best Fit
	var of *Vocabulary // of the best
	for _, v := range vocabularies {
		w := newWords(v)
		for i := range rows {
			for depth := 1; depth <= headerDepth && depth <= i+1; depth++ {
				run := rows[i+1-depth : i+1]
				if run[0].Number+depth-1 != rows[i].Number || !wordy(&run[0]) {
					break
				}
				b := readBlock(w, run)
				fit := Fit{Kind: v.Kind, Complete: len(b.lacks(v.Required)) == 0, Columns: len(b.columns)}
				switch order := compare(fit, best, v, of); {
				case fit.Columns < 2:
				case order > 0:
					best, of = fit, v
				case order == 0 && fit.Kind != best.Kind && best.Also == "":
					best.Also = fit.Kind
				}
			}
		}
	}
	return best
}

// compare orders two fits: above 0 the first is the better one.
func compare(a, b Fit, ofA, ofB *Vocabulary) int {
	switch {
	case a.Complete && (!b.Complete || ofA.narrower(ofB)):
		return 1
	case b.Complete && (!a.Complete || ofB.narrower(ofA)):
		return -1
	}
	return a.Columns - b.Columns
}

// narrower reports a vocabulary that knows every column which the other needs,
// and needs one which the other does not know.
func (v *Vocabulary) narrower(other *Vocabulary) bool {
	return v.lacks(other.Required) == 0 && other.lacks(v.Required) > 0
}

// lacks counts the needs that no words of the vocabulary could meet.
func (v *Vocabulary) lacks(needs []Need) (n int) {
	known := map[string]int{}
	for _, field := range v.Fields() {
		known[field] = 0
	}
	for _, need := range needs {
		if !need.met(known) {
			n++
		}
	}
	return n
}

// Detect finds the kind of a file by the headers of its sheets; a file that
// states "no changes" is a roster. Where two kinds have all their required columns
// and know as many, nothing is guessed. The error is a *osms.FileError
// (unknown_kind) or what the source says.
func Detect(src Source, vocabularies ...*Vocabulary) (osms.Kind, error) {
	best, none := Fit{}, false
	for i := range src.Sheets {
		rows, err := Heads(src, i, headRows)
		if err != nil {
			return "", fmt.Errorf("look for a header: %w", err)
		}
		fit := DetectKind(rows, vocabularies...)
		if fit.Complete && !best.Complete || fit.Complete == best.Complete && fit.Columns > best.Columns {
			best = fit
		}
		for _, row := range rows {
			for _, c := range row.Cells {
				none = none || NoChanges(c.Text)
			}
		}
	}
	switch {
	case best.Complete && best.Also != "":
		return "", &osms.FileError{Code: osms.FileUnknownKind, Detail: fmt.Sprintf("its header fits %s and %s alike", best.Kind, best.Also)}
	case best.Complete, best.Kind != "" && !none:
		return best.Kind, nil
	case none:
		return osms.KindRoster, nil
	}
	var kinds []string
	for _, kind := range Kinds() {
		kinds = append(kinds, string(kind))
	}
	return "", &osms.FileError{Code: osms.FileUnknownKind, Detail: "its header fits none of " + strings.Join(kinds, ", ")}
}

var noChanges = []string{"изменений нет", "нет изменений", "без изменений", "өзгеріс жоқ", "өзгерістер жоқ", "өзгеріссіз", "no changes"}

// NoChanges reports the words of a zero return, "изменений нет", "өзгеріс жоқ"
// or "no changes", alone or at the beginning or end of a short sentence.
func NoChanges(text string) bool {
	if len(text) < 10 || len(text) > 300 {
		return false
	}
	k := Key(text)
	if strings.HasPrefix(k, "если ") || strings.HasPrefix(k, "егер ") || strings.HasPrefix(k, "if ") || strings.HasPrefix(k, "при ") {
		return false
	}
	for _, w := range noChanges {
		if k == w || strings.HasPrefix(k, w+" ") || strings.HasSuffix(k, " "+w) {
			return true
		}
	}
	return false
}
