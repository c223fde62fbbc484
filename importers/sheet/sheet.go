// Package sheet reads the tables that akimats send, workbooks (.xlsx, .xlsm)
// and CSV, as rows of cells that keep their kind and their address.
//
// Reading is streaming: memory does not grow with the number of rows, nothing
// is unpacked to disk. Reading is strict: a part is drained to its end and its
// checksum verified, rows and cells must stand in increasing order, and a file
// that is damaged is refused whole. A reader that returns fewer rows without
// an error is the worst failure there is, because an absent row reads as a
// departure. What is read before an error is returned must therefore not be
// used.
package sheet

import "io"

// Kind is what sort of value a cell holds.
type Kind uint8

const (
	Empty   Kind = iota
	Text         // text, from a shared, inline or formula string, or any CSV field
	Number       // Text holds the digits as the file stores them, not formatted
	Bool         // Text is "1" or "0"
	Error        // Text is "#N/A", "#REF!" …
	Formula      // a formula whose value was never calculated; Text is empty
)

// Cell is one cell. Its place in Row.Cells is its column.
type Cell struct {
	Kind Kind
	Text string
	// Date: a Number whose format shows a date.
	Date bool
	// Zeros: a Number whose format pads with leading zeros to this many digits
	// (000000000000 → 12), else 0.
	Zeros uint8
}

// Row is one row. It and its cells are valid only until the next row is asked
// for; a text that is kept must be cloned.
type Row struct {
	Number int    // as a person counts: 1 is the first physical row or record
	Hidden bool   // hidden by hand or by a filter
	Cells  []Cell // column A first; trailing empty cells may be missing
	// Line is the physical line of a CSV record's beginning; 0 in a workbook.
	Line int
	// Fault is set when this one row could not be read soundly but the rows
	// after it can (in a CSV a wrong field count is judged by the importer, not
	// here): a refusal code such as "control_character", with its column.
	Fault       string
	FaultColumn int
}

// Visibility of a sheet.
type Visibility uint8

const (
	Visible Visibility = iota
	Hidden
	VeryHidden
)

// Range is a rectangle of cells, all bounds included; rows from 1, columns
// from 0.
type Range struct{ FirstRow, FirstColumn, LastRow, LastColumn int }

// Sheet describes one sheet before its rows are read.
type Sheet struct {
	Name       string // "" in a CSV
	Visibility Visibility
}

// Summary is what is known of a sheet once its rows have been read to the end.
type Summary struct {
	Rows       int // rows delivered
	HiddenRows int
	Filtered   bool    // an autofilter is set
	Merges     []Range // merged cells, as the file lists them
	Controls   int     // control characters that were removed from texts
}

// Limits bound what a file may cost. The zero value of a field means its
// default.
type Limits struct {
	FileBytes     int64 // whole file, default 256 MiB
	PartBytes     int64 // one inflated part, default 2 GiB
	Ratio         int64 // inflated : packed above 8 MiB, default 400
	Entries       int   // entries of the package, default 10,000
	Sheets        int   // default 255
	Rows          int   // default 1,048,576
	Columns       int   // columns that may hold a value, default 256
	TokenBytes    int   // one XML token or CSV line, default 1 MiB
	CellRunes     int   // characters in a cell, default 32,767
	Depth         int   // nesting of elements, default 64
	SharedBytes   int64 // shared strings, default 64 MiB
	SharedStrings int   // default 3,000,000
	CellFormats   int   // default 65,490
	BatchFiles    int   // files in an archive of files, default 1,000
	BatchBytes    int64 // what they inflate to together, default 1 GiB
}

// Source is a file's bytes: a file, or bytes.NewReader.
type Source interface {
	io.ReaderAt
}
