package jobs

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	marked "osmsd/exporters/returned"
	"osmsd/importers/intake"
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// handOutReturned writes the submitter's own workbook, marked, beside the
// receipts, and gives its path; a file with nothing to mark has none ("").
// Marking never loses the outcome of a file: what goes wrong here is logged and
// the receipts say all the same.
func (d *Desk) handOutReturned(t Turn, r osms.FileReport, tail string) string {
	if r.Released {
		return "" // the workbook went back when the file was held
	}
	path, err := d.returnTo(d.Home.Returned, returned(r.Region), r, tail)
	if err != nil {
		if t.Log != nil {
			t.Log.Error("workbook not returned", "sha256", r.SHA256, "err", err)
		}
		return ""
	}
	return path
}

// ReturnTo writes the marked workbook of a report into a folder of the caller's
// and gives its path, "" for a file with nothing to mark.
func (d *Desk) ReturnTo(dir string, r osms.FileReport) (string, error) {
	tail := "-returned"
	if len(r.SHA256) >= 8 {
		tail = "-" + r.SHA256[:8]
	}
	return d.returnTo(dir, "", r, tail)
}

func (d *Desk) returnTo(root, folder string, r osms.FileReport, tail string) (string, error) {
	if !r.Returnable() {
		return "", nil
	}
	stem := r.File
	ext := strings.ToLower(filepath.Ext(stem))
	if ext == ".xlsx" || ext == ".xlsm" || ext == ".csv" || ext == ".txt" {
		stem = stem[:len(stem)-len(ext)]
	}
	path := ""
	err := d.mark(r, func(ext string, write func(io.Writer) error) error {
		rel := filepath.Join(folder, intake.SafeNameWith(stem, tail+ext))
		path = filepath.Join(root, rel)
		return intake.HandOutFrom(root, rel, write, d.Drops.Step)
	})
	return path, err
}

// mark gives put the marked workbook to write, with the ending of its name: the
// submitter's own, or a new one where that cannot be patched.
func (d *Desk) mark(r osms.FileReport, put func(ext string, write func(io.Writer) error) error) error {
	f, err := d.Archive.Open(r.SHA256)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	r.Size = info.Size()
	if r.Format == "xlsx" || r.Format == "xlsm" {
		err := unpanicked(func() error {
			return put("."+r.Format, func(w io.Writer) error { return marked.Patch(w, f, r.Size, r) })
		})
		if !errors.Is(err, marked.ErrOdd) {
			return err
		}
	}
	return unpanicked(func() error {
		return put(".xlsx", func(w io.Writer) error { return d.makeReturned(w, f, r) })
	})
}

// unpanicked turns a panic over a file's content into an error: the outcome is
// committed, and the receipts must go out.
func unpanicked(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("marking the workbook: %v", p)
		}
	}()
	return do()
}

// makeReturned writes a new workbook of the values that are read from the file.
func (d *Desk) makeReturned(w io.Writer, f io.ReaderAt, r osms.FileReport) error {
	b, err := sheet.Open(f, r.Size, d.Limits)
	if err != nil {
		return err
	}
	defer b.Close()
	return marked.Make(w, valuesOf(b), r)
}

// valuesOf gives an opened book to the exporter.
func valuesOf(b *sheet.Book) marked.Values {
	v := marked.Values{Date1904: b.Date1904, CSV: b.Format == "csv"}
	for _, s := range b.Sheets {
		state := ""
		switch s.Visibility {
		case sheet.Hidden:
			state = "hidden"
		case sheet.VeryHidden:
			state = "veryHidden"
		}
		v.Sheets = append(v.Sheets, marked.Sheet{Name: s.Name, State: state})
	}
	v.Rows = func(i int, each func(marked.Row) error) error {
		var row marked.Row
		_, err := b.Read(i, func(r *sheet.Row) error {
			row.Number, row.Cells = r.Number, row.Cells[:0]
			for _, c := range r.Cells {
				row.Cells = append(row.Cells, cellOf(c))
			}
			return each(row)
		})
		return err
	}
	return v
}

func cellOf(c sheet.Cell) marked.Cell {
	kind := marked.Text
	switch c.Kind {
	case sheet.Empty, sheet.Formula:
		return marked.Cell{}
	case sheet.Number:
		kind = marked.Number
	case sheet.Bool:
		kind = marked.Bool
	case sheet.Error:
		kind = marked.Error
	}
	return marked.Cell{Kind: kind, Text: c.Text, Date: c.Date, Zeros: c.Zeros}
}
