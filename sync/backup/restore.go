package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"osmsd/importers/intake"
)

// Target is where a backup is restored to.
type Target struct {
	// Dir is a folder for what is under way: the home.
	Dir     string
	Archive *intake.Archive
	// Parts are where the files of the home belong, by what a backup calls them.
	// A part that is not listed is left out.
	Parts []Part
	// Keep names parts that may be there already, other than in the backup: they
	// stay as they are. Any other is ErrOther.
	Keep []string
	// Place puts the registry, a file with mode 600, in its place, whole or not
	// at all. It comes last.
	Place func(ctx context.Context, registry string) error
	Step  intake.Step
}

// ErrOther says that a file is in the way which is not the one in the backup.
var ErrOther = errors.New("another file is there already")

// Restored tells what was done.
type Restored struct {
	Manifest
	Kept []string // parts that were there and stayed as they were
}

// Restore makes a home of a backup that Check found whole; it is compared with its
// manifest once more on the way, before the registry and the parts are put in
// their places. When it fails, what it wrote is removed again.
func Restore(ctx context.Context, file string, to Target, progress Progress) (r Restored, err error) {
	work, err := intake.NewTempFolder(to.Dir, to.Step)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, work.Close()) }()
	s := &restorer{to: to, dir: work.Dir, progress: progress}
	if s.kept, err = os.OpenFile(filepath.Join(work.Dir, "kept"), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600); err != nil {
		return r, err
	}
	defer s.kept.Close()
	defer func() {
		if err != nil {
			err = errors.Join(err, s.takeBack())
		}
	}()
	if r.Manifest, _, err = walk(ctx, file, s.take); err != nil {
		return r, err
	}
	if r.Kept, err = s.settle(); err != nil {
		return r, err
	}
	return r, to.Place(ctx, filepath.Join(work.Dir, RegistryEntry))
}

type restorer struct {
	to       Target
	dir      string
	progress Progress
	files    int
	kept     *os.File // names what was put into the archive, should it be taken out again
	staged   []stagedPart
	placed   []string
}

// stagedPart is a part that waits to be put in its place.
type stagedPart struct{ name, from, path string }

// take writes one entry to where it waits, or into the archive.
func (s *restorer) take(h *tar.Header, r io.Reader) error {
	s.files++
	s.progress("restore", s.files, 0)
	switch {
	case h.Name == RegistryEntry:
		return s.write(filepath.Join(s.dir, RegistryEntry), r, 0o600)
	case strings.HasPrefix(h.Name, archiveFolder):
		k, err := s.to.Archive.Keep(r, max(h.Size, 1))
		if err == nil && !k.Already {
			_, err = fmt.Fprintln(s.kept, k.SHA256)
		}
		return err
	}
	path, ok := s.place(h.Name)
	if !ok {
		_, err := io.Copy(io.Discard, r)
		return err
	}
	from := filepath.Join(s.dir, fmt.Sprintf("part%d", len(s.staged)))
	s.staged = append(s.staged, stagedPart{h.Name, from, path})
	return s.write(from, r, fs.FileMode(h.Mode).Perm()&0o755|0o600)
}

// place tells where an entry belongs.
func (s *restorer) place(name string) (string, bool) {
	for _, p := range s.to.Parts {
		if p.Path == "" {
			continue
		}
		if name == p.Name {
			return p.Path, true
		}
		if below, ok := strings.CutPrefix(name, p.Name+"/"); ok {
			return filepath.Join(p.Path, filepath.FromSlash(below)), true
		}
	}
	return "", false
}

func (s *restorer) write(path string, r io.Reader, mode fs.FileMode) error {
	step(s.to.Step, "create")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

// settle puts the parts in their places.
func (s *restorer) settle() (kept []string, err error) {
	var due []stagedPart
	for _, p := range s.staged {
		same, err := sameFile(p.from, p.path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			due = append(due, p)
		case err != nil:
			return nil, err
		case same:
		case s.stays(p.name):
			kept = append(kept, p.name)
		default:
			return nil, &fs.PathError{Op: "restore", Path: p.path, Err: ErrOther}
		}
	}
	for _, p := range due {
		if err := os.MkdirAll(filepath.Dir(p.path), 0o750); err != nil {
			return nil, err
		}
		from, err := s.near(p)
		if err != nil {
			return nil, err
		}
		if err := intake.Settle(from, p.path, false, s.to.Step); err != nil {
			return nil, errors.Join(err, s.forget(from))
		}
		s.placed = append(s.placed, p.path)
	}
	return kept, nil
}

func (s *restorer) stays(name string) bool {
	for _, k := range s.to.Keep {
		if name == k || strings.HasPrefix(name, k+"/") {
			return true
		}
	}
	return false
}

// near gives the file on the disk where it belongs: a renaming does not reach
// from one to another.
func (s *restorer) near(p stagedPart) (string, error) {
	probe := p.path + ".part"
	if err := os.Link(p.from, probe); !errors.Is(err, syscall.EXDEV) {
		if err == nil {
			err = os.Remove(probe)
		} else {
			err = nil // a disk without links: the renaming will tell
		}
		return p.from, err
	}
	in, err := os.Open(p.from)
	if err != nil {
		return "", err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return "", err
	}
	return probe, s.write(probe, in, info.Mode().Perm())
}

func (s *restorer) forget(path string) error {
	if strings.HasPrefix(path, s.dir) {
		return nil // it goes with the folder
	}
	return os.Remove(path)
}

// takeBack removes what was put in its place.
func (s *restorer) takeBack() (failed error) {
	for _, path := range s.placed {
		failed = errors.Join(failed, os.Remove(path))
	}
	if _, err := s.kept.Seek(0, io.SeekStart); err != nil {
		return errors.Join(failed, err)
	}
	lines := bufio.NewScanner(s.kept)
	for lines.Scan() {
		failed = errors.Join(failed, s.to.Archive.Destroy(lines.Text()))
	}
	return errors.Join(failed, lines.Err())
}

// sameFile compares the bytes of two files.
func sameFile(a, b string) (bool, error) {
	there, err := os.Open(b)
	if err != nil {
		return false, err
	}
	defer there.Close()
	here, err := os.Open(a)
	if err != nil {
		return false, err
	}
	defer here.Close()
	x, y := bufio.NewReader(here), bufio.NewReader(there)
	for {
		p, perr := x.Peek(4096)
		q, qerr := y.Peek(4096)
		if !bytes.Equal(p, q) {
			return false, nil
		}
		if len(p) == 0 {
			return perr == io.EOF && qerr == io.EOF, nil
		}
		_, _ = x.Discard(len(p))
		_, _ = y.Discard(len(q))
	}
}
