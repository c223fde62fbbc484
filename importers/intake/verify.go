package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// Verify reads every byte in the archive again and calls each for every file
// in order of digest, with nil, ErrDamaged or what hindered reading. A name
// that is no digest, or lies in the wrong folder, is reported under that name
// with ErrDigest. The error of Verify itself says that not everything was
// looked at: the end of ctx, or a folder that cannot be listed.
func (a *Archive) Verify(ctx context.Context, each func(sha256 string, err error)) error {
	folders, err := a.list(".")
	if err != nil {
		return err
	}
	var failed error
	for _, folder := range folders {
		if folder == archiveTemp {
			continue
		}
		if len(folder) != 2 || strings.Trim(folder, "0123456789abcdef") != "" {
			each(Shown(folder), ErrDigest)
			continue
		}
		names, err := a.list(folder)
		failed = errors.Join(failed, err)
		for _, name := range names {
			if err := ctx.Err(); err != nil {
				return errors.Join(failed, err)
			}
			sha, isBin := strings.CutSuffix(name, archiveExt)
			if !isBin || !isDigest(sha) || sha[:2] != folder {
				each(Shown(filepath.Join(folder, name)), ErrDigest)
				continue
			}
			each(sha, a.verify(ctx, sha))
		}
	}
	return failed
}

// VerifyOne reads the bytes of one digest again: nil, ErrDamaged, or what
// hindered reading.
func (a *Archive) VerifyOne(ctx context.Context, sha256 string) error { return a.verify(ctx, sha256) }

// verify re-hashes one file.
func (a *Archive) verify(ctx context.Context, sha string) error {
	f, err := a.Open(sha)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	buf := make([]byte, 1<<20)
	for {
		n, err := f.Read(buf)
		_, _ = h.Write(buf[:n])
		if err == io.EOF {
			break
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return fault("read", f.Name(), err)
		}
	}
	if hex.EncodeToString(h.Sum(nil)) != sha {
		return ErrDamaged
	}
	return nil
}

// list gives the names in a folder of the archive, in order.
func (a *Archive) list(dir string) ([]string, error) {
	path := filepath.Join(a.root.Name(), dir)
	d, err := a.root.Open(dir)
	if err != nil {
		return nil, fault("read", path, err)
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	slices.Sort(names)
	return names, fault("read", path, err)
}
