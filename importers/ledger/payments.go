package ledger

import (
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

func readPayments(src sheet.Source, size int64, limits sheet.Limits, o Options, r *recorder) error {
	return &osms.FileError{Code: osms.FileUnsupportedFormat}
}
