package jobs

import (
	"path/filepath"

	"osmsd/sync/osms"
)

// Home is where everything lives: absolute paths of the folders.
type Home struct {
	Dir        string
	Inbox      string
	Returned   string
	Letters    string
	Reports    string
	Statements string
	Archive    string
}

// returned is the folder for receipts below Returned; files that came through
// no region's channel get their own.
func returned(r osms.Region) string {
	if r == 0 {
		return "00"
	}
	return r.String()
}

// Shown gives a path as people are told it: below the home where it is.
func (h Home) Shown(path string) string {
	if rel, err := filepath.Rel(h.Dir, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return path
}
