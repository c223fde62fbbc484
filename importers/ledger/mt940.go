package ledger

import (
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

func fitsMT940(head []byte) bool { return false }

func readMT940(src sheet.Source, size int64, limits sheet.Limits, o Options, r *recorder) error {
	return &osms.FileError{Code: osms.FileUnsupportedFormat}
}
