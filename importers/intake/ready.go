package intake

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// file puts one name of a drop folder on one of the lists.
func (p *poll) file(dir *os.Root, at Found, here map[string]bool) {
	i, err := dir.Lstat(at.Name)
	if errors.Is(err, fs.ErrNotExist) {
		return // gone since the folder was listed
	}
	if err != nil {
		p.odd(at.Path, Unreadable, fault("read", filepath.Join(p.f.dir, at.Path), err))
		return
	}
	if r := refuse(i, p.f.o.Limit); r != "" {
		p.odd(at.Path, r, nil)
		return
	}
	at.Size, at.ModTime, at.info = i.Size(), i.ModTime(), i
	if c, ok := p.f.stuck[at.Path]; ok {
		if unchanged(c.info, i) {
			p.again(dir, c)
			return
		}
		delete(p.f.stuck, at.Path)
	}
	if owner, ok := sidecarOf(at.Name); ok {
		p.sidecar(at, here[owner])
		return
	}
	s := p.remember(dir, &at, here)
	why, err := p.wait(dir, &at, &s, here)
	p.seen[at.Path] = s
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		p.odd(at.Path, Unreadable, err)
	case why != "":
		p.Waiting = append(p.Waiting, Waited{Found: at, Reason: why})
	default:
		p.Ready = append(p.Ready, at)
	}
}

// sidecar looks at a file that states the digest of another.
func (p *poll) sidecar(at Found, ownerHere bool) {
	if ownerHere {
		return // it goes with its file
	}
	s := p.since(at)
	p.seen[at.Path] = s
	if p.young(s) {
		p.Waiting = append(p.Waiting, Waited{Found: at, Reason: SidecarOnly})
		return
	}
	p.odd(at.Path, LoneSidecar, nil)
}

// remember finds the sidecar and compares both with the last poll.
func (p *poll) remember(dir *os.Root, at *Found, here map[string]bool) seen {
	for _, ext := range sidecarExts {
		if !here[at.Name+ext] {
			continue
		}
		i, err := dir.Lstat(at.Name + ext)
		if err == nil && refuse(i, p.f.o.Limit) == "" {
			at.Sidecar, at.sideInfo = at.Name+ext, i
			break
		}
	}
	s := p.since(*at)
	at.young = p.young(s)
	return s
}

// since is what the last poll knew of the file, or a new start.
func (p *poll) since(at Found) seen {
	s, ok := p.f.seen[at.Path]
	if ok && unchanged(s.info, at.info) && unchangedSidecar(s.side, at.sideInfo) && !s.since.After(p.now) {
		return s
	}
	return seen{info: at.info, side: at.sideInfo, since: p.now}
}

// young reports a file that may still be growing: neither its own times and
// those of its sidecar nor what was seen of them say that they are
// Options.Patience old. Who writes to a file makes its time of modification
// now, so that an old one counts at first sight, in a process that only just
// began too.
func (p *poll) young(s seen) bool {
	age := p.age(s.info)
	if s.side != nil {
		age = min(age, p.age(s.side))
	}
	return max(age, p.now.Sub(s.since)) < p.f.o.Patience
}

// age is how long ago a file was written by its own account. A time that is
// still to come was given by another machine's clock: then the disk's own
// record of the last change counts.
func (p *poll) age(i fs.FileInfo) time.Duration {
	if age := p.now.Sub(i.ModTime()); age >= 0 {
		return age
	}
	return p.now.Sub(touched(i))
}

// wait tells why a file is not read now, or "".
func (p *poll) wait(dir *os.Root, at *Found, s *seen, here map[string]bool) (Reason, error) {
	if partial(at.Name) {
		return Copying, nil
	}
	for _, l := range lockedBy(at.Name) {
		if here[l] {
			return Locked, nil
		}
	}
	// The first poll that sees a file never takes it.
	if rested := p.now.Sub(s.since); s.since.Equal(p.now) || rested < p.f.o.Rest {
		return Settling, nil
	}
	file, opened, err := openRegular(dir, at.Name, p.f.o.Step)
	if errors.Is(err, ErrChanged) {
		return Settling, nil
	}
	if err != nil {
		return "", err
	}
	defer file.Close()
	if !unchanged(at.info, opened) {
		return Settling, nil
	}
	if beingWritten(file) {
		return Writing, nil
	}
	if !s.looked {
		if s.lacks, err = incomplete(file, at.Name, at.Size); err != nil {
			return "", fault("read", filepath.Join(p.f.dir, at.Path), err)
		}
		s.looked = true
	}
	if s.lacks != "" && at.young {
		return s.lacks, nil
	}
	return "", nil
}

// again tries to remove a file that was taken before and could not be.
func (p *poll) again(dir *os.Root, c Claimed) {
	if err := p.f.done(dir, c); err != nil && !errors.Is(err, ErrChanged) {
		p.odd(c.Path, NotRemovable, err)
		return
	}
	delete(p.f.stuck, c.Path)
}

// unchanged reports the same file with the same bytes, as far as the disk
// tells without reading them.
func unchanged(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) && touched(a).Equal(touched(b))
}

func unchangedSidecar(a, b fs.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return unchanged(a, b)
}
