package sheet

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"osmsd/sync/osms"
)

// relationship is one line of a _rels part: where another part stands.
type relationship struct {
	id, kind string // kind is the last word of its type: "worksheet", "styles" …
	target   string // name of the part, from the root of the package
	external bool
}

// relationships reads the relationships of a part ("" for the package). A part
// without any has none.
func (a *archive) relationships(of string) ([]relationship, error) {
	dir, base := path.Split(of)
	e := a.part(dir + "_rels/" + base + ".rels")
	if e == nil {
		return nil, nil
	}
	var rels []relationship
	err := a.scanList(e, spaceRelationships, "Relationships", func(s *xmlReader) error {
		return s.children(func() error {
			if string(s.name) != "Relationship" {
				return s.skip()
			}
			r, err := s.relationship(dir)
			if err != nil {
				return err
			}
			if len(rels) == a.limits.Entries {
				return s.fault(osms.FileTooLarge, "more than %d relationships", a.limits.Entries)
			}
			rels = append(rels, r)
			return s.skip()
		})
	})
	return rels, err
}

func (s *xmlReader) relationship(dir string) (r relationship, err error) {
	var target string
	for _, at := range s.attrs {
		v, err := s.unescaped(nil, at.value)
		if err != nil {
			return r, err
		}
		switch string(at.name) {
		case "Id":
			r.id = string(v)
		case "Type":
			r.kind = path.Base(string(v))
		case "Target":
			target = string(v)
		case "TargetMode":
			r.external = string(v) == "External"
		}
	}
	if r.external {
		return r, nil // never followed, whatever it says
	}
	var ok bool
	if r.target, ok = resolveTarget(dir, target); !ok {
		return r, s.fault(osms.FileUnsafe, "the target %s leads out of the package", shown(target))
	}
	return r, nil
}

// resolveTarget gives the part that a target names, seen from a folder of the
// package, and reports whether it stays inside the package. "../" is normal.
func resolveTarget(dir, target string) (string, bool) {
	target, _, _ = strings.Cut(target, "#")
	target = strings.ReplaceAll(target, `\`, "/")
	if u, err := url.PathUnescape(target); err == nil {
		target = u
	}
	if !strings.HasPrefix(target, "/") {
		target = dir + target
	}
	depth := 0
	for seg := range strings.SplitSeq(target, "/") {
		switch seg {
		case "", ".":
		case "..":
			if depth--; depth < 0 {
				return "", false
			}
		default:
			depth++
		}
	}
	return strings.TrimPrefix(path.Clean(target), "/"), true
}

// listBytes bounds a part that is a list of other parts: what it names is kept.
const listBytes = 16 << 20

// scanList is scan for such a part.
func (a *archive) scanList(e *entry, want space, root string, read func(*xmlReader) error) error {
	if e.size > listBytes {
		return partError(osms.FileTooLarge, e, 0, fmt.Sprintf("the part would inflate to %d bytes; %d are allowed", e.size, listBytes))
	}
	return a.scan(e, want, root, read)
}

// scan reads a part from its root element to its proved end. The function is
// called with the root element open and must leave it closed.
func (a *archive) scan(e *entry, want space, root string, read func(*xmlReader) error) error {
	in, err := a.open(e)
	if err != nil {
		return err
	}
	s, err := newXMLReader(in, want, a.limits)
	if err != nil {
		return err
	}
	if err := s.root(root); err != nil {
		return err
	}
	if err := read(s); err != nil {
		return err
	}
	return s.drain()
}

// root reads up to the root element, which must have the given name.
func (s *xmlReader) root(name string) error {
	t, err := s.next()
	if err != nil {
		return err
	}
	if t != tokenStart || string(s.name) != name {
		return s.fault(osms.FileDamaged, "the part has no <%s>", name)
	}
	return nil
}

// drain reads what follows the root element, up to the proved end of the part.
func (s *xmlReader) drain() error {
	for {
		t, err := s.raw()
		if err != nil {
			return err
		}
		if t == tokenEOF {
			return nil
		}
	}
}

// children calls f at each child element of the element that is open, to the
// end of that element. f must read the child to its end.
func (s *xmlReader) children(f func() error) error {
	for {
		t, err := s.next()
		if err != nil {
			return err
		}
		switch t {
		case tokenStart:
			if err := f(); err != nil {
				return err
			}
		case tokenEnd:
			return nil
		case tokenText:
			if !blank(s.text) {
				return s.fault(osms.FileDamaged, "text where none may stand")
			}
		}
	}
}

// attribute gives the value of an attribute by its local name, "" when absent.
func (s *xmlReader) attribute(name string) (string, error) {
	for _, a := range s.attrs {
		if string(a.name) == name {
			v, err := s.unescaped(nil, a.value)
			return string(v), err
		}
	}
	return "", nil
}

// missing says that a part which another part names is not in the package.
func missing(what, name string) error {
	return &osms.FileError{Code: osms.FileDamaged, Where: name, Detail: fmt.Sprintf("%s is missing from the package", what)}
}
