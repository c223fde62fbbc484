package intake

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// HandOut writes a file under root whole or not at all: rel is a path of
// folders and a name, all of them as SafeName makes them (else ErrName), for
// example 63/import-17.xlsx. Folders are made. A file of that name is replaced,
// so handing out twice is the same as once; a link among the folders is
// refused, so that nothing for one region lands with another.
func HandOut(root, rel string, data []byte, step Step) error {
	return HandOutFrom(root, rel, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}, step)
}

// HandOutFrom is HandOut of what a function writes. When it fails nothing is
// handed out, and the error is its own.
func HandOutFrom(root, rel string, write func(io.Writer) error, step Step) error {
	parts := strings.Split(filepath.ToSlash(rel), "/")
	for _, p := range parts {
		if SafeName(p) != p {
			return fault("hand out", rel, ErrName)
		}
	}
	if err := makeFolder(root, 0o750, step); err != nil {
		return err
	}
	top, err := os.OpenRoot(root)
	if err != nil {
		return fault("open", root, err)
	}
	defer func() { _ = top.Close() }()
	dir := top
	for _, p := range parts[:len(parts)-1] {
		next, err := subFolder(dir, p, true, step)
		if dir != top {
			_ = dir.Close()
		}
		if err != nil {
			return err
		}
		dir = next
	}
	if dir != top {
		defer dir.Close()
	}
	t, err := newTemp(dir, ".", 0o640, step)
	if err != nil {
		return err
	}
	defer t.drop()
	if err := write(t); err != nil {
		return err
	}
	return t.settle(parts[len(parts)-1])
}

// CleanUp removes, in root and the folders under it, what HandOut left when it
// was cut short. What another process is writing stays, and no link is followed.
func CleanUp(root string, step Step) error {
	top, err := os.OpenRoot(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fault("open", root, err)
	}
	defer top.Close()
	var failed error
	walked := fs.WalkDir(top.FS(), ".", func(dir string, e fs.DirEntry, err error) error {
		switch {
		case err != nil && dir == ".":
			return err
		case err != nil: // one folder does not hinder the others
			failed = errors.Join(failed, fault("read", filepath.Join(root, dir), err))
			return fs.SkipDir
		case e.IsDir():
			failed = errors.Join(failed, sweep(top, filepath.FromSlash(dir), step))
		}
		return nil
	})
	return errors.Join(failed, fault("read", root, walked))
}

// subFolder opens a folder right inside root, through no link; with create it
// is made first if it is not there.
func subFolder(root *os.Root, name string, create bool, step Step) (*os.Root, error) {
	path := filepath.Join(root.Name(), name)
	looked, err := root.Lstat(name)
	if create && errors.Is(err, fs.ErrNotExist) {
		step.before("mkdir")
		if err := root.Mkdir(name, 0o750); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fault("make", path, err)
		}
		if err := syncFolder(root, ".", step); err != nil {
			return nil, err
		}
		looked, err = root.Lstat(name)
	}
	if err != nil {
		return nil, fault("open", path, err)
	}
	if looked.Mode()&fs.ModeSymlink != 0 {
		return nil, fault("open", path, ErrNotRegular)
	}
	step.before("open")
	sub, err := root.OpenRoot(name)
	if err != nil {
		return nil, fault("open", path, err)
	}
	opened, err := sub.Stat(".")
	if err == nil && !os.SameFile(looked, opened) {
		err = ErrChanged
	}
	if err != nil {
		_ = sub.Close()
		return nil, fault("open", path, err)
	}
	return sub, nil
}
