package intake

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// DefaultLimit is the greatest size of a file, in bytes, where none is given.
const DefaultLimit = 256 << 20

const (
	archiveTemp = "tmp"  // where files are written before they have a digest
	archiveExt  = ".bin" // so that no program opens the bytes by double click
)

// Archive keeps the original bytes of every file once, named by their SHA-256
// and read-only: <dir>/ab/abcdef….bin. It is safe for concurrent use, also by
// several processes on one folder.
type Archive struct {
	root *os.Root
	step Step

	mu      sync.Mutex
	folders map[string]bool // whose own names are known to be on the disk
}

// Kept tells what was kept.
type Kept struct {
	SHA256  string // 64 lower-case hex digits
	Size    int64
	Already bool // the archive held these bytes before
}

// OpenArchive opens or makes the archive in dir and removes what crashed
// writers left.
func OpenArchive(dir string, step Step) (*Archive, error) {
	if err := makeFolder(dir, 0o700, step); err != nil {
		return nil, err
	}
	step.before("open")
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fault("open", dir, err)
	}
	a := &Archive{root: root, step: step, folders: map[string]bool{}}
	err = a.folder(archiveTemp)
	if err == nil {
		err = sweep(root, archiveTemp, step)
	}
	if err != nil {
		_ = root.Close()
		return nil, err
	}
	return a, nil
}

// ReadArchive opens the archive in dir to be read and changes nothing in it.
func ReadArchive(dir string) (*Archive, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fault("open", dir, err)
	}
	return &Archive{root: root, folders: map[string]bool{}}, nil
}

// Path is where the bytes of a digest lie when they are kept: for whoever takes
// them once more. It says nothing about whether they are.
func (a *Archive) Path(sha256 string) string {
	return filepath.Join(a.root.Name(), archiveName(sha256))
}

// Close releases the folder.
func (a *Archive) Close() error { return a.root.Close() }

// Keep reads r to its end and keeps the bytes, at most limit of them (0:
// DefaultLimit): more is ErrTooLarge and keeps nothing. When it returns without
// an error the bytes and their name are on the disk. An error of r comes back
// as it is.
func (a *Archive) Keep(r io.Reader, limit int64) (Kept, error) {
	return a.keep(r, limit, nil)
}

// keep asks check, if there is one, before the bytes get their name.
func (a *Archive) keep(r io.Reader, limit int64, check func(Kept) error) (Kept, error) {
	t, err := newTemp(a.root, archiveTemp, 0o400, a.step)
	if err != nil {
		return Kept{}, err
	}
	defer t.drop()
	h := sha256.New()
	size, err := copyBounded(t, h, r, limit)
	if err != nil {
		return Kept{}, err
	}
	k := Kept{SHA256: hex.EncodeToString(h.Sum(nil)), Size: size}
	if check != nil {
		if err := check(k); err != nil {
			return Kept{}, err
		}
	}
	return a.place(t, k)
}

// place gives the bytes their name. A name that is there with the right size
// stays; one with another size was damaged, and these good bytes replace it.
func (a *Archive) place(t *temp, k Kept) (Kept, error) {
	name := archiveName(k.SHA256)
	if err := a.folder(filepath.Dir(name)); err != nil {
		return Kept{}, err
	}
	held, err := a.root.Lstat(name)
	switch {
	case err == nil && !held.Mode().IsRegular():
		return Kept{}, fault("keep", filepath.Join(a.root.Name(), name), ErrNotRegular)
	case err == nil && held.Size() == k.Size:
		// Another keeper may have renamed it and not synced the folder yet.
		k.Already = true
		return k, syncFolder(a.root, filepath.Dir(name), a.step)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return Kept{}, fault("keep", filepath.Join(a.root.Name(), name), err)
	}
	return k, t.settle(name)
}

// folder makes a folder of the archive and sees that its name is on the disk.
func (a *Archive) folder(name string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.folders[name] {
		return nil
	}
	a.step.before("mkdir")
	if err := a.root.Mkdir(name, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fault("make", filepath.Join(a.root.Name(), name), err)
	}
	if err := syncFolder(a.root, ".", a.step); err != nil {
		return err
	}
	a.folders[name] = true
	return nil
}

// Open opens kept bytes for reading. The digest of what is read is not checked
// here: Verify does that.
func (a *Archive) Open(sha256 string) (*os.File, error) {
	if !isDigest(sha256) {
		return nil, ErrDigest
	}
	f, _, err := openRegular(a.root, archiveName(sha256), a.step)
	return f, err
}

func archiveName(sha256 string) string {
	return filepath.Join(sha256[:2], sha256+archiveExt)
}

func isDigest(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}

// copyBounded copies r to t and h, at most limit bytes.
func copyBounded(t *temp, h hash.Hash, r io.Reader, limit int64) (int64, error) {
	if limit <= 0 {
		limit = DefaultLimit
	}
	var size int64
	buf := make([]byte, 256<<10)
	for {
		n, err := r.Read(buf)
		if size += int64(n); size > limit {
			return 0, ErrTooLarge
		}
		_, _ = h.Write(buf[:n])
		if n > 0 {
			if _, err := t.Write(buf[:n]); err != nil {
				return 0, err
			}
		}
		if err == io.EOF {
			return size, nil
		}
		if err != nil {
			return 0, err
		}
	}
}

// makeFolder makes a folder with its parents and puts their names on the disk.
func makeFolder(dir string, perm fs.FileMode, step Step) error {
	if i, err := os.Stat(dir); err == nil && i.IsDir() {
		return nil
	}
	above := filepath.Dir(filepath.Clean(dir))
	if above != dir {
		if err := makeFolder(above, perm, step); err != nil {
			return err
		}
	}
	step.before("mkdir")
	if err := os.Mkdir(dir, perm); err != nil && !errors.Is(err, fs.ErrExist) {
		return fault("make", dir, err)
	}
	if i, err := os.Stat(dir); err != nil || !i.IsDir() {
		return fault("make", dir, cmp.Or(err, error(syscall.ENOTDIR)))
	}
	parent, err := os.Open(above)
	if err != nil {
		return fault("open", above, err)
	}
	defer parent.Close()
	step.before("fsync")
	return fault("sync", above, syncDir(parent))
}
