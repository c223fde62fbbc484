package returned

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"
)

// parcel is the package that came: its entries by name, and those that are
// replaced or added.
type parcel struct {
	reader  *zip.Reader
	byName  map[string]*zip.File // lower case, with slashes
	changed map[string]func(io.Writer) error
	added   []addition
}

type addition struct {
	name  string
	write func(io.Writer) error
}

func openParcel(src io.ReaderAt, size int64) (*parcel, error) {
	r, err := zip.NewReader(src, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("%w: %w", ErrOdd, err)
	}
	p := &parcel{reader: r, byName: map[string]*zip.File{}, changed: map[string]func(io.Writer) error{}}
	r.RegisterDecompressor(zip.Deflate, func(in io.Reader) io.ReadCloser { return flate.NewReader(in) })
	for _, f := range r.File {
		name := slashed(f.Name)
		if p.byName[name] != nil {
			return nil, fmt.Errorf("%w: a part appears twice", ErrOdd)
		}
		p.byName[name] = f
	}
	return p, nil
}

func slashed(name string) string { return strings.ToLower(strings.ReplaceAll(name, `\`, "/")) }

func (p *parcel) has(name string) bool { return p.byName[slashed(name)] != nil }

// whole gives the bytes of a part, nil when it is absent.
func (p *parcel) whole(name string) ([]byte, error) {
	f := p.byName[slashed(name)]
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOdd, err)
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, partBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOdd, err)
	}
	if len(data) > partBytes {
		return nil, fmt.Errorf("%w: a part of more than %d bytes", ErrOdd, partBytes)
	}
	return data, nil
}

// tree parses a part; an absent one is nil.
func (p *parcel) tree(name string) (*tree, error) {
	data, err := p.whole(name)
	if err != nil || data == nil {
		return nil, err
	}
	return parse(data)
}

// put replaces a part or adds it.
func (p *parcel) put(name string, write func(io.Writer) error) {
	if p.has(name) {
		p.changed[slashed(name)] = write
		return
	}
	for i := range p.added {
		if p.added[i].name == name {
			p.added[i].write = write
			return
		}
	}
	p.added = append(p.added, addition{name, write})
}

func (p *parcel) putBytes(name string, data []byte) {
	p.put(name, func(w io.Writer) error { _, err := w.Write(data); return err })
}

// free finds a name that no part has: the pattern has one %d.
func (p *parcel) free(pattern string) string {
	for i := 1; ; i++ {
		name := fmt.Sprintf(pattern, i)
		taken := p.has(name)
		for _, a := range p.added {
			taken = taken || strings.EqualFold(a.name, name)
		}
		if !taken {
			return name
		}
	}
}

// write gives the package out: what was not replaced as it is packed. The styles
// are written last, for the sheets decide on them.
func (p *parcel) write(w io.Writer, last string) error {
	z := newZip(w)
	for _, f := range p.reader.File {
		name := slashed(f.Name)
		if name == slashed(last) {
			continue
		}
		if write := p.changed[name]; write != nil {
			if err := part(z, f.Name, write); err != nil {
				return err
			}
			continue
		}
		// The extra fields speak of other offsets and sizes.
		header := f.FileHeader
		header.Extra = nil
		out, err := z.CreateRaw(&header)
		if err != nil {
			return err
		}
		in, err := f.OpenRaw()
		if err != nil {
			return err
		}
		if _, err := io.Copy(out, in); err != nil {
			return err
		}
	}
	for _, a := range p.added {
		if slashed(a.name) == slashed(last) {
			continue
		}
		if err := part(z, a.name, a.write); err != nil {
			return err
		}
	}
	if f := p.byName[slashed(last)]; f != nil {
		if write := p.changed[slashed(last)]; write != nil {
			if err := part(z, f.Name, write); err != nil {
				return err
			}
		}
	}
	for _, a := range p.added {
		if slashed(a.name) == slashed(last) {
			if err := part(z, a.name, a.write); err != nil {
				return err
			}
		}
	}
	return z.Close()
}

func newZip(w io.Writer) *zip.Writer {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, 5) })
	return z
}

// part writes one part. Without a time the bytes are the same every time.
func part(z *zip.Writer, name string, write func(io.Writer) error) error {
	out, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	return write(out)
}

// relations is a _rels part.
type relations struct {
	*tree
	name, dir string
	list      []relation
	strict    bool
	next      int
}

type relation struct{ id, kind, target string }

// relations reads the relationships of a part; without any, they can be added.
func (p *parcel) relations(of string) (*relations, error) {
	dir, base := path.Split(of)
	r := &relations{name: dir + "_rels/" + base + ".rels", dir: dir, next: 1}
	t, err := p.tree(r.name)
	if err != nil {
		return nil, err
	}
	if t == nil {
		t, err = parse([]byte(xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>`))
		if err != nil {
			return nil, err
		}
	}
	r.tree = t
	if t.root.local() != "Relationships" {
		return nil, fmt.Errorf("%w: relationships of another kind", ErrOdd)
	}
	for _, e := range t.root.children {
		kind := t.attr(e, "Type")
		r.strict = r.strict || strings.HasPrefix(kind, strictRelations)
		one := relation{id: t.attr(e, "Id"), kind: path.Base(kind)}
		if t.attr(e, "TargetMode") != "External" {
			one.target = resolve(dir, t.attr(e, "Target"))
		}
		r.list = append(r.list, one)
	}
	return r, nil
}

func (r *relations) byKind(kind string) (relation, bool) {
	for _, one := range r.list {
		if one.kind == kind && one.target != "" {
			return one, true
		}
	}
	return relation{}, false
}

func (r *relations) byID(id string) (relation, bool) {
	for _, one := range r.list {
		if one.id == id {
			return one, true
		}
	}
	return relation{}, false
}

// relate adds a relationship to a part and gives its id.
func (r *relations) relate(kind, target string, strict bool) string {
	id := ""
	for ; ; r.next++ {
		id = fmt.Sprintf("rId%d", r.next)
		if _, taken := r.byID(id); !taken {
			break
		}
	}
	space := transitionalRelations
	if strict {
		space = strictRelations
	}
	r.add(r.root, fmt.Sprintf(`<%sRelationship Id="%s" Type="%s" Target="/%s"/>`, r.root.prefix(), id, space+kind, escape(target)))
	r.list = append(r.list, relation{id, kind, target})
	return id
}

const (
	transitionalRelations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	strictRelations       = "http://purl.oclc.org/ooxml/officeDocument/relationships/"
)

// resolve gives the part that a target names, seen from a folder.
func resolve(dir, target string) string {
	target, _, _ = strings.Cut(target, "#")
	target = strings.ReplaceAll(target, `\`, "/")
	if u, err := url.PathUnescape(target); err == nil {
		target = u
	}
	if !strings.HasPrefix(target, "/") {
		target = dir + target
	}
	return strings.TrimPrefix(path.Clean("/"+target), "/")
}
