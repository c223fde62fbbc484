package intake

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	tempPrefix = ".osmsd-"
	tempSuffix = ".tmp"
)

// temp is a file that is being written and has no name yet that counts. It is
// locked while it is open, so that sweep leaves it alone.
type temp struct {
	*os.File
	root *os.Root
	name string // inside root; "" once renamed
	step Step
}

// newTemp makes a temporary file in dir, a folder inside root.
func newTemp(root *os.Root, dir string, perm fs.FileMode, step Step) (*temp, error) {
	for {
		name := filepath.Join(dir, tempPrefix+rand.Text()+tempSuffix)
		step.before("create")
		f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, fault("create", filepath.Join(root.Name(), name), err)
		}
		// A sweep may have come between; then the name is lost, and another one
		// is tried.
		if lock(f) {
			if _, err := root.Lstat(name); err == nil {
				return &temp{File: f, root: root, name: name, step: step}, nil
			}
		}
		_ = f.Close()
	}
}

// Write writes and explains failures.
func (t *temp) Write(p []byte) (int, error) {
	t.step.before("write")
	n, err := t.File.Write(p)
	return n, fault("write", t.Name(), err)
}

// settle puts the bytes on the disk, gives the file its name in root and puts
// the name on the disk. An existing file of that name is replaced.
func (t *temp) settle(name string) error {
	t.step.before("fsync")
	if err := t.Sync(); err != nil {
		return fault("write", t.Name(), err)
	}
	t.step.before("rename")
	if err := t.root.Rename(t.name, name); err != nil {
		return fault("write", filepath.Join(t.root.Name(), name), err)
	}
	t.name = ""
	return syncFolder(t.root, filepath.Dir(name), t.step)
}

// drop closes the file and removes it unless it was settled.
func (t *temp) drop() {
	if t.name != "" {
		t.step.before("remove")
		_ = t.root.Remove(t.name) // sweep finds it later
	}
	_ = t.Close()
}

// syncFolder puts the names in a folder inside root on the disk.
func syncFolder(root *os.Root, dir string, step Step) error {
	step.before("fsync")
	d, err := root.Open(dir)
	if err != nil {
		return fault("open", filepath.Join(root.Name(), dir), err)
	}
	defer d.Close()
	return fault("sync", filepath.Join(root.Name(), dir), syncDir(d))
}

// sweep removes the temporary files in a folder whose writers are gone.
func sweep(root *os.Root, dir string, step Step) error {
	d, err := root.Open(dir)
	if err != nil {
		return fault("read", filepath.Join(root.Name(), dir), err)
	}
	names, err := d.Readdirnames(-1)
	_ = d.Close()
	if err != nil {
		return fault("read", filepath.Join(root.Name(), dir), err)
	}
	for _, name := range names {
		if !strings.HasPrefix(name, tempPrefix) || !strings.HasSuffix(name, tempSuffix) {
			continue
		}
		name = filepath.Join(dir, name)
		f, _, err := openRegular(root, name, step)
		if err != nil {
			continue // gone meanwhile, or not ours
		}
		if orphan(f) {
			step.before("remove")
			err = root.Remove(name)
		}
		_ = f.Close()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault("remove", filepath.Join(root.Name(), name), err)
		}
	}
	return nil
}

// openRegular opens a regular file inside root for reading, through no link
// and without ever waiting: what is looked at first must be what was opened.
func openRegular(root *os.Root, name string, step Step) (*os.File, fs.FileInfo, error) {
	path := filepath.Join(root.Name(), name)
	looked, err := root.Lstat(name)
	if err != nil {
		return nil, nil, fault("read", path, err)
	}
	if !looked.Mode().IsRegular() {
		return nil, nil, fault("read", path, ErrNotRegular)
	}
	step.before("open")
	f, err := root.OpenFile(name, os.O_RDONLY|nonBlock, 0)
	if err != nil {
		return nil, nil, fault("read", path, err)
	}
	opened, err := f.Stat()
	// A pipe made in the place of a removed file can have its inode number.
	if err == nil && !(opened.Mode().IsRegular() && unchanged(looked, opened)) {
		err = ErrChanged
	}
	if err != nil {
		_ = f.Close()
		return nil, nil, fault("read", path, err)
	}
	return f, opened, nil
}
