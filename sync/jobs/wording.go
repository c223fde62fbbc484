package jobs

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"osmsd/exporters/letter"
	"osmsd/sync/store"
)

// Wording is the wording that letters are written in: an operator's folder, or
// nothing for the built-in one. A wording that was good once is kept in the
// registry, so that letters can be printed again in the words in which they were
// issued, and so that a wording which is broken by a later change does not stop
// the letters: the last good one stays in use.
type Wording struct {
	Folder string

	mu     sync.Mutex
	inUse  *letter.Texts
	loaded map[string]*letter.Texts // by digest
}

// wording is the wording in use.
func (d *Desk) wording() *letter.Texts {
	d.Wording.mu.Lock()
	defer d.Wording.mu.Unlock()
	if d.Wording.inUse == nil {
		return letter.Default()
	}
	return d.Wording.inUse
}

// textsDigest names a wording as the register does: "" for the built-in one.
func textsDigest(t *letter.Texts) string {
	if t.Digest() == letter.Default().Digest() {
		return ""
	}
	return t.Digest()
}

// LearnWording reads the operator's wording again. The error, a
// *letter.TextsError, says what is wrong with it; then the last good one is in
// use, or, where there never was one, the built-in one.
func (d *Desk) LearnWording(ctx context.Context, now time.Time) error {
	if d.Wording.Folder == "" {
		return nil
	}
	texts, faults := loadTexts(d.Wording.Folder)
	if faults != nil {
		last, err := d.Store.Texts(ctx, "")
		if errors.Is(err, store.ErrNotFound) {
			return faults
		}
		if err != nil {
			return errors.Join(faults, err)
		}
		if texts, err = unpackTexts(last); err != nil {
			return errors.Join(faults, err)
		}
	} else { // the built-in one too: it may be the last good one
		packed, err := packTexts(texts)
		if err != nil {
			return err
		}
		if err := d.Store.PutTexts(ctx, texts.Digest(), packed, now); err != nil {
			return err
		}
	}
	d.Wording.mu.Lock()
	defer d.Wording.mu.Unlock()
	d.Wording.inUse = texts
	return faults
}

// textsOf is the wording that a letter was issued in.
func (d *Desk) textsOf(ctx context.Context, digest string) (*letter.Texts, error) {
	if digest == "" {
		return letter.Default(), nil
	}
	if t := d.wording(); t.Digest() == digest {
		return t, nil
	}
	d.Wording.mu.Lock()
	defer d.Wording.mu.Unlock()
	if t := d.Wording.loaded[digest]; t != nil {
		return t, nil
	}
	packed, err := d.Store.Texts(ctx, digest)
	if err != nil {
		return nil, fmt.Errorf("the wording of the letter: %w", err)
	}
	t, err := unpackTexts(packed)
	if err != nil {
		return nil, err
	}
	if d.Wording.loaded == nil {
		d.Wording.loaded = map[string]*letter.Texts{}
	}
	d.Wording.loaded[digest] = t
	return t, nil
}

func packTexts(t *letter.Texts) ([]byte, error) {
	files := t.Files()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range sortedKeys(files) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

func unpackTexts(packed []byte) (*letter.Texts, error) {
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, fmt.Errorf("a kept wording cannot be read: %w", err)
	}
	return letter.Load(fs.FS(z))
}

// verifyTexts compares every wording that is kept with its name.
func verifyTexts(t *store.Tx, found finder) error {
	return t.EachTexts(func(digest string, packed []byte) {
		files := map[string][]byte{}
		z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
		for i := 0; err == nil && i < len(z.File); i++ {
			files[z.File[i].Name], err = fs.ReadFile(z, z.File[i].Name)
		}
		if err != nil || letter.DigestOf(files) != digest {
			found("letter", "wording "+digest, "the kept wording is not the one that letters were issued in")
		}
	})
}

func loadTexts(folder string) (*letter.Texts, error) { return letter.Load(os.DirFS(folder)) }

// learnWording is LearnWording within a run, whose log gets the error too.
func (d *Desk) learnWording(ctx context.Context, t Turn) error {
	fault := d.LearnWording(ctx, t.Now)
	if fault != nil {
		t.Log.Error("the wording of letters is broken: the last good one stays in use", "err", fault)
	}
	return fault
}
