package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"osmsd/importers/intake"
	"osmsd/sync/store"
)

// largestPart bounds a file that is read whole into memory.
const largestPart = 1 << 20

// Check reads a whole backup and compares every entry with the manifest. Nothing
// is written. The error wraps ErrForeign, ErrCut or ErrChanged, is
// store.ErrNewerSchema when a newer program wrote it, or is one of reading.
func Check(ctx context.Context, file string, progress Progress) (Manifest, error) {
	read := 0
	m, _, err := walk(ctx, file, func(_ *tar.Header, r io.Reader) error {
		progress("check", read, 0)
		read++
		_, err := io.Copy(io.Discard, r)
		return err
	})
	if err == nil && m.Schema > store.SchemaVersion {
		err = fmt.Errorf("%w: schema %d, this program knows %d", store.ErrNewerSchema, m.Schema, store.SchemaVersion)
	}
	return m, err
}

// ReadPart gives the text of a small part; fs.ErrNotExist when the backup has
// none. It believes what it reads: Check comes first.
func ReadPart(ctx context.Context, file, name string) (text []byte, err error) {
	found := errors.New("found")
	_, _, err = walk(ctx, file, func(e *tar.Header, r io.Reader) error {
		if e.Name != name {
			_, err := io.Copy(io.Discard, r)
			return err
		}
		if e.Size > largestPart {
			return intake.ErrTooLarge
		}
		if text, err = io.ReadAll(r); err != nil {
			return err
		}
		return found
	})
	switch {
	case errors.Is(err, found):
		return text, nil
	case err == nil:
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	return nil, err
}

// walk passes over the entries of a backup and hands each but the manifest to do,
// which reads it to its end. list is the digest of all entries, and the manifest's
// when there is no error.
func walk(ctx context.Context, file string, do func(*tar.Header, io.Reader) error) (m Manifest, list string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return m, "", err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return m, "", errors.Join(err, &fs.PathError{Op: "read", Path: file, Err: intake.ErrNotRegular})
	}
	in := bufio.NewReaderSize(&bounded{ctx, f}, 1<<20)
	entries, listed := tar.NewReader(in), newListing()
	for first := true; ; first = false {
		h, err := entries.Next()
		switch {
		case ctx.Err() != nil:
			return m, "", ctx.Err()
		case first && (err != nil || h.Name != RegistryEntry):
			if e := new(fs.PathError); errors.As(err, &e) {
				return m, "", err
			}
			return m, "", ErrForeign
		case err != nil:
			return m, "", damaged(err)
		}
		if h.Typeflag != tar.TypeReg || !filepath.IsLocal(h.Name) || path.Clean(h.Name) != h.Name || strings.Contains(h.Name, `\`) {
			return m, "", fmt.Errorf("%w: %s", ErrChanged, intake.Shown(h.Name))
		}
		if h.Name == manifestEntry {
			m, list, err := readManifest(entries)
			if err != nil {
				return m, "", err
			}
			if list != listed.sum() {
				return m, "", ErrChanged
			}
			return m, list, ended(entries, in)
		}
		sum := sha256.New()
		counting := &counted{r: io.TeeReader(entries, sum)}
		if err := do(h, counting); err != nil {
			if counting.failed != nil && ctx.Err() == nil {
				return m, "", damaged(counting.failed)
			}
			return m, "", err
		}
		if counting.n != h.Size {
			return m, "", fmt.Errorf("%s was not read to its end", intake.Shown(h.Name))
		}
		e := entry{h.Name, h.Size, hex.EncodeToString(sum.Sum(nil))}
		if strings.HasPrefix(h.Name, archiveFolder) && h.Name != originalEntry(e.SHA256) {
			return m, "", fmt.Errorf("%w: %s", ErrChanged, intake.Shown(h.Name))
		}
		listed.add(e)
	}
}

// counted knows how much of an entry was read, and why no more was.
type counted struct {
	r      io.Reader
	n      int64
	failed error
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil && err != io.EOF {
		c.failed = err
	}
	return n, err
}

// damaged says in our words what the reader of the tar found.
func damaged(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrCut
	}
	if errors.Is(err, tar.ErrHeader) {
		return ErrChanged
	}
	return err
}

// ended sees that nothing but the zeros of a tar's end follows the manifest.
func ended(entries *tar.Reader, in io.Reader) error {
	if _, err := entries.Next(); err != io.EOF {
		return ErrChanged
	}
	buf := make([]byte, 64<<10)
	for {
		n, err := in.Read(buf)
		if len(bytes.Trim(buf[:n], "\x00")) > 0 {
			return ErrChanged
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
