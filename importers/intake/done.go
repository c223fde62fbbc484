package intake

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// asidePrefix begins the name under which a file stands for the moment between
// leaving its name and being removed. The name hides it from everybody.
const asidePrefix = ".osmsd-done-"

// Done removes a claimed file, and its sidecar, after the registry has
// committed. If what now has its name is not the very file that was claimed,
// it stays and the answer is ErrChanged: it is a new delivery. A file that is
// gone already is no error, and one that was named on the command line stays. A file that cannot be removed is remembered: Poll
// tries again and lists it under Odd, and does not offer it a second time.
func (f *Folder) Done(c Claimed) error {
	if c.Folder == "" {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.leave(c)
	if err != nil && !errors.Is(err, ErrChanged) {
		f.stuck[c.Path] = c
	}
	return err
}

func (f *Folder) leave(c Claimed) error {
	inbox, err := f.open()
	if err != nil {
		return err
	}
	defer inbox.Close()
	dir, err := subFolder(inbox, c.Folder, false, f.o.Step)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer dir.Close()
	return f.done(dir, c)
}

func (f *Folder) done(dir *os.Root, c Claimed) error {
	path := filepath.Join(f.dir, c.Path)
	now, err := dir.Lstat(c.Name)
	if errors.Is(err, fs.ErrNotExist) {
		return f.removeSidecar(dir, c)
	}
	if err == nil && !unchanged(c.info, now) {
		err = ErrChanged
	}
	if err != nil {
		return fault("remove", path, err)
	}
	// The sidecar first: a file without it is known by its digest, a sidecar
	// without its file would be left for ever.
	if err := f.removeSidecar(dir, c); err != nil {
		return err
	}
	aside := asidePrefix + rand.Text() + "-" + SafeName(c.Name)
	f.o.Step.before("rename")
	if err := dir.Rename(c.Name, aside); err != nil {
		return fault("remove", path, err)
	}
	// Only now nobody can put another file in its place.
	moved, err := dir.Lstat(aside)
	if err == nil && !sameBytes(c.info, moved) {
		err = errors.Join(ErrChanged, putBack(dir, aside, c.Name, f.o.Step))
	}
	if err != nil {
		return fault("remove", path, err)
	}
	f.o.Step.before("remove")
	if err := dir.Remove(aside); err != nil {
		return fault("remove", path, err)
	}
	return syncFolder(dir, ".", f.o.Step)
}

func (f *Folder) removeSidecar(dir *os.Root, c Claimed) error {
	if c.Sidecar == "" {
		return nil
	}
	now, err := dir.Lstat(c.Sidecar)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !unchanged(c.sideInfo, now) {
		return nil
	}
	if err == nil {
		f.o.Step.before("remove")
		err = dir.Remove(c.Sidecar)
	}
	return fault("remove", filepath.Join(dir.Name(), c.Sidecar), err)
}

// sameBytes is unchanged for a file that was renamed, which touches it.
func sameBytes(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// restore gives files that a crash left set aside their name again. They are
// read once more, and known by their digest.
func restore(dir *os.Root, step Step) error {
	names, err := list(dir, 1<<20, step)
	if err != nil {
		return fault("read", dir.Name(), err)
	}
	for _, aside := range names {
		if rest, ok := strings.CutPrefix(aside, asidePrefix); ok {
			_, name, _ := strings.Cut(rest, "-")
			err = errors.Join(err, putBack(dir, aside, SafeName(name), step))
		}
	}
	return err
}

// putBack renames a set-aside file, never over another one.
func putBack(dir *os.Root, aside, name string, step Step) error {
	ext := filepath.Ext(name)
	for to := name; ; to = SafeName(strings.TrimSuffix(to, ext) + "+" + ext) {
		step.before("link")
		err := dir.Link(aside, to)
		there, _ := dir.Lstat(to)
		switch {
		case there == nil && err != nil: // a disk without links
			step.before("rename")
			err = dir.Rename(aside, to)
		case err == nil || sameFile(dir, aside, there):
			step.before("remove")
			err = dir.Remove(aside)
		case len(to) < maxName:
			continue // the name is taken by another file
		}
		return fault("put back", filepath.Join(dir.Name(), to), err)
	}
}

// sameFile reports a name that was given already, before a crash.
func sameFile(dir *os.Root, name string, there fs.FileInfo) bool {
	i, err := dir.Lstat(name)
	return err == nil && os.SameFile(i, there)
}
