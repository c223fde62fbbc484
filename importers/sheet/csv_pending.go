package sheet

import "osmsd/sync/osms"

// openCSV stands in until the reader of delimited text joins this package.
func openCSV(src Source, size int64, limits Limits) (*Book, error) {
	return nil, &osms.FileError{Code: osms.FileUnsupportedFormat, Detail: "delimited text"}
}
