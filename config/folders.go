package config

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"osmsd/sync/osms"
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

// Inbox is the drop folder of a region.
func (c Config) Inbox(home string, r osms.Region) string {
	if own := c.Regions[r].Inbox; own != "" {
		return Under(home, own)
	}
	return filepath.Join(Under(home, c.Folders.Inbox), r.String())
}

// checkFolders finds two regions with one drop folder and output that would
// come back as input.
func (s *source) checkFolders(c Config) {
	out := []folder{{"folders.returned", c.Folders.Returned}, {"folders.letters", c.Folders.Letters},
		{"folders.reports", c.Folders.Reports}, {"folders.statements", c.Folders.Statements}, {"folders.archive", c.Folders.Archive}}
	inbox := folder{"folders.inbox", c.Folders.Inbox}
	s.apart(inbox, out)
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
	// Every region has a drop folder, its own or <inbox>/<KK>, and beside those
	// of the regions lie the folders of other files.
	var taken []folder
	for _, name := range []string{"ledger", "applications", "requests"} {
		taken = append(taken, folder{name + " files", filepath.Join(inbox.path, name)})
	}
	for _, n := range osms.Regions() {
		if c.Regions[n.Region].Inbox == "" {
			taken = append(taken, folder{"region " + n.Region.String(), filepath.Join(inbox.path, n.Region.String())})
		}
	}
	for _, region := range slices.Sorted(maps.Keys(c.Regions)) {
		f := folder{join("regions", region.String()) + ".inbox", c.Regions[region].Inbox}
		if f.path == "" {
			continue
		}
		if within(inbox.path, f.path) {
			s.add(f.name, "%s holds folders.inbox: each region needs a folder of its own", f.path)
			continue
		}
		s.apart(f, out)
		for _, other := range taken {
			if within(f.path, other.path) || within(other.path, f.path) {
				s.add(f.name, "%s is the drop folder of %s: each region needs its own", f.path, other.name)
				break
			}
		}
		taken = append(taken, folder{"region " + region.String(), f.path})
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
