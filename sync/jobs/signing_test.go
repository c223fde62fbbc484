package jobs

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"osmsd/exporters/statement"
)

// TestSigningKey: nothing is signed with a key whose public half is not there.
func TestSigningKey(t *testing.T) {
	dir := t.TempDir()
	s := &Signing{File: filepath.Join(dir, "k", "statements.key")}
	if err := os.MkdirAll(s.PublicFile(), 0o755); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if key, err := s.Key(); err == nil || !key.IsZero() {
			t.Fatalf("%v, %v: it cannot be published", key, err)
		}
	}
	if err := os.Remove(s.PublicFile()); err != nil {
		t.Fatal(err)
	}
	key, err := s.Key()
	if err != nil || key.IsZero() {
		t.Fatal(err)
	}
	if keys, err := s.Keys(); err != nil || len(keys) != 1 || keys[key.ID()] == nil {
		t.Errorf("%v, %v", keys, err)
	}
	again := func() (statement.Key, error) { return (&Signing{File: s.File}).Key() }
	// A file that holds nothing is replaced.
	for _, nothing := range []string{"", "\n \n", strings.Repeat("\x00", 4096)} {
		write(t, s.PublicFile(), nothing)
		if k, err := again(); err != nil || k.ID() != key.ID() {
			t.Errorf("%q: %v %v", nothing, k, err)
		}
		if keys, err := s.Keys(); err != nil || keys[key.ID()] == nil {
			t.Errorf("%q: %v %v", nothing, keys, err)
		}
	}
	// Another key that is there stays.
	other, err := statement.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	write(t, s.PublicFile(), string(statement.NewKeys(other.Public()).Encode()))
	if _, err := again(); err != nil {
		t.Fatal(err)
	}
	if keys, err := s.Keys(); err != nil || len(keys) != 2 || keys[other.ID()] == nil || keys[key.ID()] == nil {
		t.Errorf("%v, %v", keys, err)
	}
	// One that is broken may hold the keys of others, and is nobody's to replace.
	whole, err := os.ReadFile(s.PublicFile())
	if err != nil {
		t.Fatal(err)
	}
	half := whole[:len(whole)/2+30]
	write(t, s.PublicFile(), string(half))
	if k, err := again(); !errors.Is(err, statement.ErrKey) || !k.IsZero() {
		t.Errorf("%v %v", k, err)
	}
	if is, _ := os.ReadFile(s.PublicFile()); !bytes.Equal(is, half) {
		t.Error("it was replaced")
	}
	write(t, s.PublicFile(), string(whole))
	if left, _ := filepath.Glob(filepath.Join(dir, "k", "*.part")); len(left) > 0 {
		t.Error(left)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660} {
		if err := os.Chmod(s.File, mode); err != nil {
			t.Fatal(err)
		}
		if k, err := again(); !errors.Is(err, ErrKeyOpen) || !k.IsZero() || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("%v: %v %v", mode, k, err)
		}
	}
	if err := os.Chmod(s.File, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := again(); err != nil {
		t.Error(err)
	}
}

// TestSigningTogether: many who begin at once have one key, and it is published.
func TestSigningTogether(t *testing.T) {
	file := filepath.Join(t.TempDir(), "statements.key")
	var w sync.WaitGroup
	keys := make([]statement.Key, 8)
	for i := range keys {
		w.Go(func() {
			var err error
			if keys[i], err = (&Signing{File: file}).Key(); err != nil {
				t.Error(err)
			}
		})
	}
	w.Wait()
	public, err := (&Signing{File: file}).Keys()
	if err != nil || len(public) != 1 {
		t.Fatalf("%d keys, %v", len(public), err)
	}
	for _, k := range keys {
		if public[k.ID()] == nil {
			t.Error("a key that is not published")
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
