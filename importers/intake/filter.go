package intake

import (
	"io/fs"
	"strings"
)

const sidecarExt = ".sha256"

// sidecarExts are the spellings of the ending that a sidecar is looked for by.
var sidecarExts = [...]string{sidecarExt, ".SHA256"}

// ignored reports names that are nobody's delivery: hidden files, the lock
// files of Excel, and what Windows leaves in folders.
func ignored(name string) bool {
	switch strings.ToLower(name) {
	case "thumbs.db", "desktop.ini":
		return true
	}
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$")
}

// partial reports names that programs give to a file while they copy it.
func partial(name string) bool {
	name = strings.ToLower(name)
	for _, end := range []string{".part", ".partial", ".tmp", ".filepart", ".crdownload", ".download"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// lockedBy are the names of the lock files that Excel and LibreOffice put
// beside a file they have open.
func lockedBy(name string) []string {
	return []string{"~$" + name, ".~lock." + name + "#"}
}

// refuse tells why a directory entry is never opened, or "".
func refuse(i fs.FileInfo, limit int64) Reason {
	switch m := i.Mode(); {
	case m&fs.ModeSymlink != 0:
		return IsLink
	case m.IsDir():
		return IsDirectory
	case !m.IsRegular():
		return IsSpecial
	case links(i) > 1:
		return IsHardLink
	case i.Size() > limit:
		return TooLarge
	}
	return ""
}
