package intake

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// lockName is the file in a temporary folder that is locked while its maker
// lives.
const lockName = "lock"

// TempFolder is a folder for work that takes several files and is to leave
// nothing when it is cut off: the next one that is made beside it removes it.
type TempFolder struct {
	Dir  string
	lock *os.File
	step Step
}

// NewTempFolder makes a temporary folder in dir, which is made if it is not
// there, readable by its owner only, and removes those whose makers are gone.
func NewTempFolder(dir string, step Step) (*TempFolder, error) {
	if err := makeFolder(dir, 0o700, step); err != nil {
		return nil, err
	}
	if err := sweepFolders(dir, step); err != nil {
		return nil, err
	}
	for {
		t := &TempFolder{Dir: filepath.Join(dir, tempPrefix+rand.Text()+tempSuffix), step: step}
		step.before("mkdir")
		if err := os.Mkdir(t.Dir, 0o700); err != nil {
			return nil, fault("make", t.Dir, err)
		}
		// A sweep may have come between; then another folder is tried.
		step.before("create")
		f, err := os.OpenFile(filepath.Join(t.Dir, lockName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fault("create", filepath.Join(t.Dir, lockName), err)
		}
		if lock(f) {
			if _, err := os.Lstat(f.Name()); err == nil {
				t.lock = f
				return t, nil
			}
		}
		_ = f.Close()
	}
}

// Close removes the folder with what is in it.
func (t *TempFolder) Close() error {
	t.step.before("remove")
	err := removeFolder(t.Dir)
	if cerr := t.lock.Close(); err == nil {
		err = cerr
	}
	return fault("remove", t.Dir, err)
}

// sweepFolders removes the temporary folders in dir whose makers are gone.
func sweepFolders(dir string, step Step) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fault("read", dir, err)
	}
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), tempPrefix) || !strings.HasSuffix(e.Name(), tempSuffix) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		f, err := os.Open(filepath.Join(path, lockName))
		if errors.Is(err, fs.ErrNotExist) {
			step.before("remove")
			_ = os.Remove(path) // not yet locked, or half removed: it goes when it is empty
			continue
		}
		if err != nil {
			continue // somebody else's
		}
		if orphan(f) {
			step.before("remove")
			err = removeFolder(path)
		}
		_ = f.Close()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault("remove", path, err)
		}
	}
	return nil
}

// removeFolder removes a folder with its lock last, so that one which is cut off
// is still known for what it is.
func removeFolder(path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == lockName {
			continue
		}
		if err := os.RemoveAll(filepath.Join(path, e.Name())); err != nil {
			return err
		}
	}
	return os.RemoveAll(path)
}

// Settle puts the bytes of a file on the disk, then gives it its final name in
// its place and puts that name on the disk too. With replace an existing file of
// that name is replaced, without it is fs.ErrExist.
func Settle(part, path string, replace bool, step Step) error {
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return fault("open", part, err)
	}
	step.before("fsync")
	err = f.Sync()
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fault("write", part, err)
	}
	if !replace {
		if _, err := os.Lstat(path); err == nil {
			return fault("write", path, fs.ErrExist)
		}
	}
	step.before("rename")
	if err := os.Rename(part, path); err != nil {
		return fault("write", path, err)
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fault("open", filepath.Dir(path), err)
	}
	defer dir.Close()
	step.before("fsync")
	return fault("sync", filepath.Dir(path), syncDir(dir))
}
