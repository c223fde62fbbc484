package intake

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Claimed is a file whose bytes are in the archive.
type Claimed struct {
	Found
	SHA256  string
	Already bool  // the archive held these bytes before
	Proof   Proof // what the sidecar says
}

// Claim reads the file once, through one descriptor, into the archive and the
// hash. Read it from there (Archive.Open) and not from the folder, where
// anybody may change it. ErrChanged says that it is not, or did not stay, the
// file that Poll found, and that nothing was kept; so it does while a young
// file does not agree with its sidecar.
func (f *Folder) Claim(found Found, a *Archive) (Claimed, error) {
	path := filepath.Join(f.dir, found.Path)
	inbox, err := f.open()
	if err != nil {
		return Claimed{}, err
	}
	defer inbox.Close()
	dir, err := subFolder(inbox, found.Folder, false, f.o.Step)
	if err != nil {
		return Claimed{}, gone(err)
	}
	defer dir.Close()
	c := Claimed{Found: found}
	stated := ""
	if found.Sidecar != "" {
		if stated, err = readSidecar(dir, found, f.o.Step); err != nil {
			return Claimed{}, gone(err)
		}
		c.Proof = NoneInProof
	}
	file, _, err := openRegular(dir, found.Name, f.o.Step)
	if err != nil {
		return Claimed{}, gone(err)
	}
	defer file.Close()
	again := func() (fs.FileInfo, error) { return dir.Lstat(found.Name) }
	kept, err := keepOpened(file, found, a, f.o.Limit, again, func(k Kept) error {
		if stated == "" {
			return nil
		}
		if c.Proof = Matches; stated != k.SHA256 {
			c.Proof = Differs
			if found.young {
				return ErrChanged // most likely not all of it is here yet
			}
		}
		return nil
	})
	if err != nil {
		return Claimed{}, fault("read", path, err)
	}
	c.SHA256, c.Already = kept.SHA256, kept.Already
	return c, nil
}

// keepOpened keeps an open file if it is the one that was found, and after the
// last byte still is, under its own name.
func keepOpened(f *os.File, found Found, a *Archive, limit int64, again func() (fs.FileInfo, error), check func(Kept) error) (Kept, error) {
	opened, err := f.Stat()
	if err != nil {
		return Kept{}, err
	}
	if !unchanged(found.info, opened) {
		return Kept{}, ErrChanged
	}
	return a.keep(file{f}, limit, func(k Kept) error {
		named, err := again()
		if err != nil {
			return fault("read", f.Name(), gone(err))
		}
		if k.Size != found.Size || !unchanged(found.info, named) || beingWritten(f) {
			return ErrChanged
		}
		if check != nil {
			return check(k)
		}
		return nil
	})
}

// file explains failures of reading, so that they are not taken for failures
// of the archive.
type file struct{ *os.File }

func (f file) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	if err != nil && err != io.EOF {
		err = fault("read", f.Name(), err)
	}
	return n, err
}

// gone makes of a file that is no longer there one that changed.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return ErrChanged
	}
	return err
}
