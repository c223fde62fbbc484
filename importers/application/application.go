// Package application reads what comes about single persons: lists of
// applications for service A, of requests for service B, and of events. Every
// row stands for itself: a bad one is refused with the address of its cell and
// a sentence, and stops no other.
package application

import (
	"time"

	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// Options are what the reader must be told.
type Options struct {
	// Received is when the file came: days after it are in the future.
	Received time.Time
	// Zone is where written clock times are counted.
	Zone *time.Location
	// Headers are further header words, from the configuration.
	Headers []table.Header
}

// List is such a file, read and understood: Rows = len(Items) + Refused +
// Ignored.
type List[T any] struct {
	Items []T // in order of the file
	// Refusals, refused and warnings, in order of the file.
	Refusals []osms.Refusal
	// Holds are reasons why the file needs an administrator.
	Holds  []osms.Hold
	Tables []osms.TableAt
	Sheets []string // names, indexed by Place.Sheet
	// Columns says, for each sheet, in which column (0 is A) a field stands.
	Columns                            []map[string]int
	Rows, Refused, Ignored, HiddenRows int
	Format, Encoding, Delimiter        string
}
