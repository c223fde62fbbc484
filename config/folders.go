package config

import (
	"path/filepath"
	"strings"
)

// folder is a path with what it is called in a fault.
type folder struct{ name, path string }

// Under gives a path of the configuration as it is found from outside: a
// relative one lies under the home, an empty one is the home.
func Under(home, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(home, path)
}

// checkFolders finds output that would come back as input, and two kinds of
// output in one folder.
func (s *source) checkFolders(c Config) {
	out := []folder{{"folders.returned", c.Folders.Returned}, {"folders.letters", c.Folders.Letters},
		{"folders.reports", c.Folders.Reports}, {"folders.statements", c.Folders.Statements}, {"folders.archive", c.Folders.Archive}}
	s.apart(folder{"folders.inbox", c.Folders.Inbox}, out)
	for i, f := range out {
		if f.path == "" {
			s.add(f.name, "a folder is expected")
			continue
		}
		for _, other := range out[:i] {
			if within(f.path, other.path) && within(other.path, f.path) {
				s.add(f.name, "%s is %s already", f.path, other.name)
			}
		}
	}
}

// apart faults a folder that files come into when it is, holds or lies in one
// that files go out to.
func (s *source) apart(in folder, out []folder) {
	if in.path == "" {
		s.add(in.name, "a folder is expected")
		return
	}
	for _, f := range out {
		if f.path != "" && (within(in.path, f.path) || within(f.path, in.path)) {
			s.add(in.name, "%s and %s (%s) must be apart: what goes out would come in", in.path, f.name, f.path)
			return
		}
	}
}

// within reports whether path is dir or lies in it.
func within(path, dir string) bool {
	path, dir = filepath.Clean(path), filepath.Clean(dir)
	if filepath.IsAbs(path) != filepath.IsAbs(dir) {
		return false // one under the home, one outside it
	}
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
