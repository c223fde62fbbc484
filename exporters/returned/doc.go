// Package returned gives a submitter their own workbook back with the faults
// marked: the faulty cells coloured, a note on each, a column of sentences at
// the end of the table, and a sheet that links to every fault, all in Kazakh and
// Russian.
//
// Patch changes the package itself, so that nothing of the submitter's is lost:
// every part that is not touched is copied as it is packed, and in a touched one
// only the marks differ. Styles are only added, so that no index changes its
// meaning; a mark keeps number format, borders and alignment of its cell, and
// the text that we write is always a string, never a formula. A workbook that
// was returned before has its old marks taken out first.
//
// What cannot be patched soundly is ErrOdd. Make then writes a new workbook of
// the values that were read, at the same addresses and marked in the same way;
// a CSV is returned so too.
//
// The bytes written depend on the arguments only. Memory is bounded by the
// number of faults and by the parts that list things (styles, relationships,
// notes), not by the rows: a sheet is read twice as a stream.
package returned

import "errors"

// ErrOdd says that a package is written in a way in which it cannot be patched
// with certainty. Nothing useful was written.
var ErrOdd = errors.New("the workbook cannot be patched")

const (
	// mostNotes bounds the notes of one sheet and mostListed the lines of the
	// list of faults: beyond them Excel takes minutes to open the workbook, and
	// 65,530 links are the most that it takes at all.
	mostNotes  = 10_000
	mostListed = 20_000
	// partBytes bounds a part that is held as a whole.
	partBytes = 64 << 20
	// lastColumn is the last column that the reader of rosters takes a value in.
	lastColumn = 255
	lastRow    = 1048576
	mostStyles = 64_000
	mostSheets = 255
)
