package intake

import (
	"io/fs"
	"os"
	"path/filepath"
)

// TakeFile keeps the bytes of a file named on the command line and leaves the
// file where it is. Only a regular file is read: a pipe, device or directory
// is refused without waiting for it, and so is a link as the last part of the
// path. A sidecar beside it is read as in a drop folder (Claimed.Proof), if it is
// a regular file. A file that changes while it is read is ErrChanged, one with more than
// limit bytes (0: DefaultLimit) ErrTooLarge.
func TakeFile(path string, a *Archive, limit int64) (Claimed, error) {
	looked, err := os.Lstat(path)
	if err != nil {
		return Claimed{}, fault("read", path, err)
	}
	if !looked.Mode().IsRegular() {
		return Claimed{}, &Fault{Act: "read", Path: Shown(path), Err: ErrNotRegular, Need: "name the file itself: " + kindOf(looked.Mode()) + " is not read"}
	}
	a.step.before("open")
	f, err := os.OpenFile(path, os.O_RDONLY|nonBlock, 0)
	if err != nil {
		return Claimed{}, fault("read", path, err)
	}
	defer f.Close()
	found := Found{Name: looked.Name(), Path: path, Size: looked.Size(), ModTime: looked.ModTime(), info: looked}
	stated, err := sidecarBeside(&found, a.step)
	if err != nil {
		return Claimed{}, gone(err)
	}
	kept, err := keepOpened(f, found, a, limit, func() (fs.FileInfo, error) { return os.Lstat(path) }, nil)
	if err != nil {
		return Claimed{}, fault("read", path, err)
	}
	c := Claimed{Found: found, SHA256: kept.SHA256, Already: kept.Already}
	if found.Sidecar != "" {
		c.Proof = proof(stated, kept.SHA256)
	}
	return c, nil
}

// sidecarBeside finds the sidecar of a file that was named by its path and
// gives the digest that it states ("" for none).
func sidecarBeside(found *Found, step Step) (string, error) {
	for _, ext := range sidecarExts {
		i, err := os.Lstat(found.Path + ext)
		if err != nil || !i.Mode().IsRegular() {
			continue
		}
		found.Sidecar, found.sideInfo = found.Name+ext, i
		dir, err := os.OpenRoot(filepath.Dir(found.Path))
		if err != nil {
			return "", fault("read", found.Path+ext, err)
		}
		defer dir.Close()
		return readSidecar(dir, *found, step)
	}
	return "", nil
}

// kindOf names what is not a regular file.
func kindOf(m fs.FileMode) string {
	switch {
	case m.IsDir():
		return "a directory"
	case m&fs.ModeSymlink != 0:
		return "a link"
	case m&fs.ModeNamedPipe != 0:
		return "a pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}
