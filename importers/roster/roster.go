// Package roster reads the lists of learners that education organisations send
// through their akimats: what kind of list it is and of which day (its
// declaration), and row by row who studies where, in which form, since when.
//
// A row that cannot be trusted is refused with the address of the cell, the
// value and the rule, and does not stop the file; every fault of a row is
// reported. Nothing is guessed: a doubtful date, a number that lost digits, a
// name that lost letters are refused, and the person behind a refused row is
// protected from being taken for absent. What needs the registry (another
// region's organisation, a name that differs from the one held) is decided
// later by those who have it.
package roster

import (
	"errors"
	"slices"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// MostListed is how many refusals of a file are listed; the others are counted.
const MostListed = 100_000

// Declaration is what is stated of a list as a whole; an empty field is left
// open.
type Declaration struct {
	Mode osms.Mode
	AsAt osms.Date
	BIN  osms.BIN
}

// Options are what the reader must be told.
type Options struct {
	Region   osms.Region // of the channel the file came through
	Received osms.Date   // the day of receipt
	FileName string      // as it was dropped
	// Declared is what the region's configuration states.
	Declared Declaration
	// Headers and Values are a region's own words.
	Headers []table.Header
	Values  []table.Value
	// Sidecar: a file NAME.sha256 was there and agreed.
	Sidecar bool
	// MostListed bounds the refusals that are listed, and the warnings as
	// well; those beyond are counted in Roster.Unlisted. Zero means MostListed.
	MostListed int
}

// Read reads an opened book as a roster. The error is a *osms.FileError when
// the file as a whole is refused.
func Read(book *sheet.Book, o Options) (*osms.Roster, error) {
	r, err := ReadSource(table.FromBook(book), o)
	if err != nil {
		return nil, err
	}
	r.Format, r.Encoding, r.Delimiter = book.Format, book.Encoding, book.Delimiter
	return r, nil
}

// ReadSource reads rows from wherever they come.
func ReadSource(src table.Source, o Options) (*osms.Roster, error) {
	spec := table.Spec{Vocabulary: table.For(osms.KindRoster).With(o.Headers...), MayRepeat: []string{"study_form"}}
	titles, err := table.Titles(src, spec)
	if err != nil {
		return nil, err
	}
	r := newReading(src, spec, o)
	r.declare(titles)
	found, err := table.Read(src, spec, table.Handler{Header: r.header, Row: r.row, Total: r.total, End: r.end})
	var refused *osms.FileError
	if errors.As(err, &refused) && refused.Code == osms.FileNoHeader && r.out.NoChanges && r.out.Rows == 0 {
		err = nil // a zero return needs no table
	}
	if err != nil {
		return nil, err
	}
	r.holds(found)
	r.gather()
	if r.out.NoChanges && len(r.out.Organisations) == 0 && len(r.out.Holds) == 0 {
		// "No changes" of nobody in particular would tell of no organisation that
		// it has submitted.
		return nil, r.noBIN("")
	}
	return r.out, nil
}

// holds states the reasons for which a person must look at the whole file.
func (r *reading) holds(found []table.Found) {
	for i, f := range found {
		name := r.src.Sheets[i].Name
		if f.SecondTable > 0 {
			r.hold(osms.HoldSecondTable, placeName(name, osms.CellName(0, f.SecondTable)))
		}
		if r.src.Sheets[i].Visibility == sheet.VeryHidden && f.Filled > 0 {
			r.hold(osms.HoldVeryHiddenSheet, name)
		}
	}
	if r.out.AsAt > r.o.Received.Add(31) {
		r.hold(osms.HoldFarFuture, r.out.AsAt.String())
	}
	switch {
	case r.out.NoChanges && r.out.Rows > 0:
		r.hold(osms.HoldDeclarationConflict, "\"no changes\" is stated and there are rows")
	case !r.out.NoChanges && r.out.Rows == 0:
		r.hold(osms.HoldNoRows, "the file has no data rows")
	}
}

func (r *reading) hold(reason osms.HoldReason, detail string) {
	h := osms.Hold{Reason: reason, Detail: detail}
	if !slices.Contains(r.out.Holds, h) {
		r.out.Holds = append(r.out.Holds, h)
	}
}

func placeName(sheetName, cell string) string {
	if sheetName == "" {
		return cell
	}
	return sheetName + "!" + cell
}
