package intake

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Polled is one look at all drop folders. Every name is on exactly one of the
// lists, but for those that are nobody's delivery (hidden files, lock files)
// and sidecars, which belong to their files.
type Polled struct {
	Ready   []Found  // by time of modification, then name, then folder
	Waiting []Waited // by path
	Odd     []Odd    // by path
}

// Waited is a file that is left alone for now.
type Waited struct {
	Found
	Reason Reason
}

// Odd is what cannot be taken: it stays where it is until a person acts. Path
// is shown safely. Err is the cause, where there is one.
type Odd struct {
	Path   string
	Reason Reason
	Err    error
}

// seen is what is remembered of a file between polls.
type seen struct {
	info, side fs.FileInfo
	since      time.Time // of the first poll that saw it like this
	looked     bool      // its ends were looked at
	lacks      Reason    // what they show
}

// Poll lists what can be read now, what waits and what cannot be taken. A file
// is ready when nothing about it changed since an earlier poll at least
// Options.Rest ago, no program has it open for writing, no lock file stands
// beside it, and its end is there; a file without its end is handed on all the
// same once it is Options.Patience old, for the reader to refuse.
//
// now is the running clock of the machine, not a rehearsed one: it is compared
// with the times of files. A drop folder that cannot be read is listed under
// Odd and the others go on; the error says that the inbox itself cannot.
func (f *Folder) Poll(now time.Time) (Polled, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	inbox, err := f.open()
	if err != nil {
		return Polled{}, err
	}
	defer inbox.Close()
	p := poll{f: f, now: now, inbox: inbox, seen: map[string]seen{}}
	entries, err := list(inbox, f.o.MaxFiles, f.o.Step)
	if err != nil {
		return Polled{}, fault("read", f.dir, err)
	}
	here := map[string]bool{}
	for _, name := range entries {
		here[name] = true
		if !ignored(name) {
			p.entry(name)
		}
	}
	for name := range f.expected {
		if !here[name] {
			p.odd(name, Missing, nil)
		}
	}
	f.seen = p.seen
	slices.SortFunc(p.Ready, func(a, b Found) int {
		return cmp.Or(a.ModTime.Compare(b.ModTime), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Folder, b.Folder))
	})
	slices.SortFunc(p.Waiting, func(a, b Waited) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(p.Odd, func(a, b Odd) int { return cmp.Compare(a.Path, b.Path) })
	return p.Polled, nil
}

// poll is a Poll under way.
type poll struct {
	Polled
	f     *Folder
	now   time.Time
	inbox *os.Root
	seen  map[string]seen
}

func (p *poll) odd(path string, r Reason, err error) {
	p.Odd = append(p.Odd, Odd{Path: Shown(path), Reason: r, Err: err})
}

// entry looks at a name in the inbox itself.
func (p *poll) entry(name string) {
	i, err := p.inbox.Lstat(name)
	if err != nil {
		p.odd(name, Unreadable, fault("read", filepath.Join(p.f.dir, name), err))
		return
	}
	region, kind, known := dropFolder(name)
	switch {
	case known && !i.IsDir():
		p.odd(name, Unreadable, fault("open", filepath.Join(p.f.dir, name), syscall.ENOTDIR))
	case known:
		p.folder(Found{Folder: name, Region: region, Kind: kind})
	case i.IsDir():
		p.odd(name, NotADrop, nil)
	default:
		p.odd(name, Misplaced, nil)
	}
}

// folder looks at the names in a drop folder.
func (p *poll) folder(at Found) {
	dir, err := subFolder(p.inbox, at.Folder, false, p.f.o.Step)
	if err != nil {
		p.odd(at.Folder, Unreadable, err)
		return
	}
	defer dir.Close()
	if !p.f.restored[at.Folder] {
		if err := restore(dir, p.f.o.Step); err != nil {
			p.odd(at.Folder, Unreadable, err)
		}
		p.f.restored[at.Folder] = true
	}
	names, err := list(dir, p.f.o.MaxFiles, p.f.o.Step)
	if errors.Is(err, errTooMany) {
		p.odd(at.Folder, TooMany, nil)
		return
	}
	if err != nil {
		p.odd(at.Folder, Unreadable, fault("read", dir.Name(), err))
		return
	}
	here := make(map[string]bool, len(names))
	for _, n := range names {
		here[n] = true
	}
	for _, name := range names {
		if ignored(name) {
			continue
		}
		at.Name, at.Path = name, filepath.Join(at.Folder, name)
		p.file(dir, at, here)
	}
}

var errTooMany = errors.New("too many files")

// list gives the names in a folder, in order.
func list(dir *os.Root, limit int, step Step) ([]string, error) {
	step.before("open")
	d, err := dir.Open(".")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	names, err := d.Readdirnames(limit + 1)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if len(names) > limit {
		return nil, errTooMany
	}
	slices.Sort(names)
	return names, nil
}

// sidecarOf gives the file that a sidecar belongs to.
func sidecarOf(name string) (string, bool) {
	if len(name) > len(sidecarExt) && strings.EqualFold(name[len(name)-len(sidecarExt):], sidecarExt) {
		return name[:len(name)-len(sidecarExt)], true
	}
	return "", false
}
