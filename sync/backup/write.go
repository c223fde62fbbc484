package backup

import (
	"archive/tar"
	"bufio"
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
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/store"
)

// Part is a file or a folder of a home besides its registry and its archive, and
// where it lies. Name is what it is called in a backup; it does not change when
// the configuration moves the part. A part that is not there is left out.
type Part struct {
	Name string
	Path string
}

// Source is what is backed up.
type Source struct {
	Store   *store.Store
	Archive *intake.Archive
	Parts   []Part
	Program string
	Made    time.Time
	Step    intake.Step
}

// Progress tells how far a step has come; all is 0 where it is not known.
type Progress func(step string, done, all int)

// Written tells what was backed up.
type Written struct {
	Manifest
	SHA256 string // of the whole backup
	Size   int64
	// Missing counts originals that should be in the archive and are not.
	Missing int
}

// Write writes a backup to a new file, readable by its owner only. Others may
// read and write in the home meanwhile, and nobody is kept from it: no lease is
// taken. fs.ErrExist when the file is there. What a backup that was cut off left
// beside it is removed.
func Write(ctx context.Context, src Source, to string, progress Progress) (w Written, err error) {
	if _, err := os.Lstat(to); err == nil {
		return w, &fs.PathError{Op: "create", Path: to, Err: fs.ErrExist}
	}
	work, err := intake.NewTempFolder(filepath.Dir(to), src.Step)
	if err != nil {
		return w, err
	}
	defer func() { err = errors.Join(err, work.Close()) }()
	part := filepath.Join(work.Dir, "backup.tar")
	for try := 1; ; try++ {
		b := &writer{src: src, dir: work.Dir, progress: progress}
		if w, err = b.write(ctx, part); err != nil {
			return w, err
		}
		again, err := b.destroyedMeanwhile(ctx)
		if err != nil {
			return w, err
		}
		if !again || try == 3 {
			break
		}
	}
	return w, intake.Settle(part, to, false, src.Step)
}

// writer is one try to write a backup.
type writer struct {
	src      Source
	dir      string
	progress Progress
	tar      *tar.Writer
	manifest *manifestWriter
	written  Written
	names    map[string]bool // of the entries
	lacking  []string        // originals that are neither in the archive nor known as destroyed
}

func (b *writer) write(ctx context.Context, to string) (Written, error) {
	registry := filepath.Join(b.dir, RegistryEntry)
	for _, old := range []string{registry, registry + "-wal", registry + "-shm"} {
		if err := os.Remove(old); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return b.written, err
		}
	}
	step(b.src.Step, "create")
	var err error
	b.written.Sequence, err = b.src.Store.Snapshot(ctx, registry, func(_ string, rows int) { b.progress("snapshot", rows, 0) })
	if err != nil {
		return b.written, fmt.Errorf("snapshot of the registry: %w", err)
	}
	originals, waiting, head, err := held(ctx, registry)
	if err != nil {
		return b.written, err
	}
	b.written.Manifest = Manifest{Program: b.src.Program, Schema: store.SchemaVersion, Database: b.src.Store.Database(),
		Made: b.src.Made.UTC().Truncate(time.Second), Sequence: b.written.Sequence, Head: head}

	list, err := os.OpenFile(filepath.Join(b.dir, manifestEntry), os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return b.written, err
	}
	defer list.Close()
	b.manifest = newManifestWriter(list, b.written.Manifest)
	step(b.src.Step, "create")
	f, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return b.written, err
	}
	defer f.Close()
	sum := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(f, sum), 1<<20)
	b.tar = tar.NewWriter(out)

	if err := b.file(ctx, RegistryEntry, registry); err != nil {
		return b.written, err
	}
	if err := b.originals(ctx, originals); err != nil {
		return b.written, err
	}
	for _, p := range b.src.Parts {
		if err := b.part(ctx, p); err != nil {
			return b.written, err
		}
	}
	if err := b.uploads(ctx, waiting); err != nil {
		return b.written, err
	}
	if err := b.manifest.close(); err != nil {
		return b.written, err
	}
	if _, err := list.Seek(0, io.SeekStart); err != nil {
		return b.written, err
	}
	if err := b.put(ctx, manifestEntry, list); err != nil {
		return b.written, err
	}
	if err := errors.Join(b.tar.Close(), out.Flush()); err != nil {
		return b.written, err
	}
	info, err := f.Stat()
	if err != nil {
		return b.written, err
	}
	b.written.Size, b.written.SHA256, b.written.Missing = info.Size(), hex.EncodeToString(sum.Sum(nil)), len(b.lacking)
	return b.written, f.Close()
}

// held lists the originals that a registry says there are, and the last link of
// its audit chain. What was destroyed is not among them. waiting are the bytes of
// uploads that were not taken yet.
func held(ctx context.Context, registry string) (originals, waiting []string, head string, err error) {
	s, err := store.Open(ctx, registry)
	if err != nil {
		return nil, nil, "", err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	gone, err := s.DestroyedOriginals(ctx)
	if err != nil {
		return nil, nil, "", err
	}
	all, err := s.Files(ctx)
	if err != nil {
		return nil, nil, "", err
	}
	uploads, err := s.WaitingUploads(ctx)
	if err != nil {
		return nil, nil, "", err
	}
	for _, u := range uploads {
		waiting = append(waiting, u.SHA256)
	}
	for _, sha := range all {
		if !gone[sha] {
			originals = append(originals, sha)
		}
	}
	head, err = s.ChainHead(ctx)
	return originals, waiting, head, err
}

// UploadsPart is the part with the bytes of uploads that wait.
const UploadsPart = "uploads"

// uploads adds the bytes of uploads that waited when the snapshot was made and
// were taken since: the archive has them now, and the snapshot does not know that.
func (b *writer) uploads(ctx context.Context, waiting []string) error {
	for _, sha := range waiting {
		name := path.Join(UploadsPart, sha)
		if b.names[name] {
			continue
		}
		f, err := b.src.Archive.Open(sha)
		if errors.Is(err, fs.ErrNotExist) {
			b.lacking = append(b.lacking, sha)
			continue
		}
		if err != nil {
			return err
		}
		err = b.put(ctx, name, f)
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *writer) originals(ctx context.Context, all []string) error {
	for i, sha := range all {
		b.progress("backup", i, len(all))
		f, err := b.src.Archive.Open(sha)
		if errors.Is(err, fs.ErrNotExist) {
			b.lacking = append(b.lacking, sha)
			continue
		}
		if err != nil {
			return err
		}
		err = b.put(ctx, originalEntry(sha), f)
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// destroyedMeanwhile reports that an original which the snapshot refers to was
// destroyed, with a record, after the snapshot was made.
func (b *writer) destroyedMeanwhile(ctx context.Context) (bool, error) {
	if len(b.lacking) == 0 {
		return false, nil
	}
	gone, err := b.src.Store.DestroyedOriginals(ctx)
	if err != nil {
		return false, err
	}
	for _, sha := range b.lacking {
		if gone[sha] {
			return true, nil
		}
	}
	return false, nil
}

func originalEntry(sha string) string { return path.Join(archiveFolder, sha[:2], sha+".bin") }

// part adds a file, or every file below a folder. Links and hidden files are
// passed by.
func (b *writer) part(ctx context.Context, p Part) error {
	if p.Path == "" {
		return nil
	}
	info, err := os.Stat(p.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return b.file(ctx, p.Name, p.Path)
	}
	return filepath.WalkDir(p.Path, func(at string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && at != p.Path:
			return nil
		case err != nil:
			return err
		case at != p.Path && strings.HasPrefix(e.Name(), "."):
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !e.Type().IsRegular():
			return nil
		}
		below, err := filepath.Rel(p.Path, at)
		if err != nil {
			return err
		}
		b.progress("backup", b.written.Files, 0)
		err = b.file(ctx, path.Join(p.Name, filepath.ToSlash(below)), at)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it went while the folder was read
		}
		return err
	})
}

func (b *writer) file(ctx context.Context, name, from string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	return b.put(ctx, name, f)
}

// put adds an open file as long as it is now.
func (b *writer) put(ctx context.Context, name string, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return &fs.PathError{Op: "read", Path: f.Name(), Err: intake.ErrNotRegular}
	}
	step(b.src.Step, "write")
	if b.names == nil {
		b.names = map[string]bool{}
	}
	b.names[name] = true
	err = b.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: info.Size(), Mode: int64(info.Mode().Perm()),
		ModTime: info.ModTime().Truncate(time.Second)})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(b.tar, sum), &bounded{ctx, io.LimitReader(f, info.Size())})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if n != info.Size() {
		return fmt.Errorf("%s: %w", name, intake.ErrChanged)
	}
	if name == manifestEntry {
		return nil
	}
	b.written.Files++
	b.written.Bytes += n
	return b.manifest.add(entry{name, n, hex.EncodeToString(sum.Sum(nil))})
}

// bounded ends reading when its context does.
type bounded struct {
	ctx context.Context
	r   io.Reader
}

func (b *bounded) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	return b.r.Read(p)
}

func step(s intake.Step, op string) {
	if s != nil {
		s(op)
	}
}
