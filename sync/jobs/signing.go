package jobs

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"osmsd/exporters/statement"
)

// Signing is the key that statements are signed with: a file that only its owner
// may read. It is made when the first statement is issued; beside it stands its
// public half, with which anybody checks statements.
type Signing struct {
	File string

	mu  sync.Mutex
	key statement.Key
}

// ErrKeyOpen says that others than its owner may read the private key.
var ErrKeyOpen = errors.New("group or others may read the private key (chmod 600)")

// PublicFile is where the public halves of the keys stand: of the present one and
// of those before it.
func (s *Signing) PublicFile() string { return strings.TrimSuffix(s.File, ".key") + ".pub" }

// Key reads the key, or makes it. Its public half is there before anything is
// signed with it.
func (s *Signing) Key() (statement.Key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.key.IsZero() {
		return s.key, nil
	}
	key, err := s.read()
	if errors.Is(err, fs.ErrNotExist) {
		if err := s.make(); err != nil {
			return statement.Key{}, fmt.Errorf("make the key of statements: %w", err)
		}
		key, err = s.read()
	}
	if err == nil {
		err = s.publish(key)
	}
	if err != nil {
		return statement.Key{}, err
	}
	s.key = key
	return key, nil
}

// read reads the key from its file, which nobody but its owner may read. Windows
// keeps rights elsewhere.
func (s *Signing) read() (statement.Key, error) {
	f, err := os.Open(s.File)
	if err != nil {
		return statement.Key{}, err
	}
	defer f.Close()
	is, err := f.Stat()
	if err != nil {
		return statement.Key{}, err
	}
	if is.Mode().IsRegular() && is.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return statement.Key{}, fmt.Errorf("%s: %w", s.File, ErrKeyOpen)
	}
	var text bytes.Buffer
	if _, err := text.ReadFrom(f); err != nil {
		return statement.Key{}, err
	}
	key, err := statement.ParseKey(text.Bytes())
	if err != nil {
		return key, fmt.Errorf("%s: %w", s.File, err)
	}
	return key, nil
}

// make makes a key. When somebody else makes one at the same moment, theirs
// stands.
func (s *Signing) make() error {
	key, err := statement.NewKey(rand.Reader)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.File), 0o750); err != nil {
		return err
	}
	part, err := written(s.File, key.Encode(), 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(part)
	if err := os.Link(part, s.File); err != nil && !errors.Is(err, fs.ErrExist) {
		return settled(part, s.File) // a disk without links
	}
	return nil
}

// written writes a file beside the one that it is to be, to the disk itself.
func written(path string, content []byte, mode fs.FileMode) (part string, err error) {
	part = path + "." + strings.ToLower(rand.Text()[:8]) + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(part))
	}
	return part, nil
}

// settled puts a written file in its place, whole.
func settled(part, path string) error {
	if err := os.Rename(part, path); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		_ = dir.Sync() // not every disk can
		_ = dir.Close()
	}
	return nil
}

// publish puts the key's public half among those that are there. Keys that others
// put there meanwhile stay: they are looked for again right before the file is
// replaced.
func (s *Signing) publish(key statement.Key) error {
	keys, err := s.Keys()
	for {
		if err != nil {
			return err
		}
		if _, ok := keys[key.ID()]; ok {
			return nil
		}
		with := maps.Clone(keys)
		if with == nil {
			with = statement.Keys{}
		}
		with[key.ID()] = key.Public()
		part, err := written(s.PublicFile(), with.Encode(), 0o644)
		if err != nil {
			return err
		}
		now, err := s.Keys()
		if err == nil && bytes.Equal(now.Encode(), keys.Encode()) {
			if err = settled(part, s.PublicFile()); err == nil {
				now, err = s.Keys()
			}
		}
		_ = os.Remove(part) // it is no longer there when it was settled
		if err != nil {
			return err
		}
		keys = now
	}
}

// Keys are the public halves that are there; none is no error. A file that holds
// nothing, as a full disk or a broken write leaves it, has none.
func (s *Signing) Keys() (statement.Keys, error) {
	text, err := os.ReadFile(s.PublicFile())
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(bytes.Trim(text, " \t\r\n\x00")) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	keys, err := statement.ParseKeys(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.PublicFile(), err)
	}
	return keys, nil
}
