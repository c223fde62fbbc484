package intake

import (
	"io/fs"
	"os"
)

// TakeFile keeps the bytes of a file named on the command line and leaves the
// file where it is. Only a regular file is read: a pipe, device or directory
// is refused without waiting for it, and so is a link as the last part of the
// path. A file that changes while it is read is ErrChanged, one with more than
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
	kept, err := keepOpened(f, found, a, limit, func() (fs.FileInfo, error) { return os.Lstat(path) }, nil)
	if err != nil {
		return Claimed{}, fault("read", path, err)
	}
	return Claimed{Found: found, SHA256: kept.SHA256, Already: kept.Already}, nil
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
