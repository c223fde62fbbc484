package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Destroy removes kept bytes from the archive and sees that the removal is on
// the disk. Bytes that are not there are no error: a destruction that was cut
// off is done again.
func (a *Archive) Destroy(sha256 string) error {
	if !isDigest(sha256) {
		return ErrDigest
	}
	name := archiveName(sha256)
	a.step.before("remove")
	err := a.root.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fault("remove", filepath.Join(a.root.Name(), name), err)
	}
	return syncFolder(a.root, filepath.Dir(name), a.step)
}

// Has reports whether the archive holds bytes with a digest; it does not read
// them.
func (a *Archive) Has(sha256 string) (bool, error) {
	if !isDigest(sha256) {
		return false, ErrDigest
	}
	_, err := a.root.Lstat(archiveName(sha256))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, fault("look", filepath.Join(a.root.Name(), archiveName(sha256)), err)
}

// HandedOut is a file that was handed out: its path below the folder, with
// slashes, and the time of its last change.
type HandedOut struct {
	Path    string
	Changed time.Time
}

// EachHandedOut passes over the files below a folder, in order of path. Links,
// hidden files and folders are nobody's receipts and are passed by. A folder
// that is not there is empty.
func EachHandedOut(root string, each func(HandedOut) error) error {
	top, err := os.OpenRoot(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fault("open", root, err)
	}
	defer top.Close()
	err = fs.WalkDir(top.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(path.Base(name), "."):
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !e.Type().IsRegular():
			return nil
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return each(HandedOut{name, info.ModTime()})
	})
	return fault("list", root, err)
}

// DigestHandedOut gives the SHA-256 of a file below a folder; fs.ErrNotExist
// when it is not there.
func DigestHandedOut(root, rel string) (string, error) {
	top, err := os.OpenRoot(root)
	if err != nil {
		return "", fault("open", root, err)
	}
	defer top.Close()
	f, _, err := openRegular(top, filepath.FromSlash(rel), nil)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fault("read", filepath.Join(root, rel), err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// TakeBack removes a file below a folder, when it still has the digest: another
// one may have its name now. What is not there is no error.
func TakeBack(root, rel, digest string, step Step) error {
	now, err := DigestHandedOut(root, rel)
	if errors.Is(err, fs.ErrNotExist) || err == nil && now != digest {
		return nil
	}
	if err != nil {
		return err
	}
	top, err := os.OpenRoot(root)
	if err != nil {
		return fault("open", root, err)
	}
	defer top.Close()
	step.before("remove")
	if err := top.Remove(filepath.FromSlash(rel)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault("remove", filepath.Join(root, rel), err)
	}
	return syncFolder(top, filepath.Dir(filepath.FromSlash(rel)), step)
}
