package ledger

import (
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

func fits1C(head []byte) bool { return false }

func read1C(src sheet.Source, size int64, limits sheet.Limits, o Options, r *recorder) error {
	return &osms.FileError{Code: osms.FileUnsupportedFormat}
}
