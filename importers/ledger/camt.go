package ledger

import (
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

func fitsCamt(head []byte) bool { return false }

func readCamt(src sheet.Source, size int64, limits sheet.Limits, o Options, r *recorder) error {
	return &osms.FileError{Code: osms.FileUnsupportedFormat}
}
