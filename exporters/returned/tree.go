package returned

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"slices"
	"strings"
)

// element is one element of a part that is held as a whole, by its place in the
// bytes.
type element struct {
	name       string // with its prefix
	from, to   int    // the whole element
	inner, end int    // between its tags
	children   []*element
}

// tree is a part that is held as a whole, and what is to change in it.
type tree struct {
	data  []byte
	root  *element
	edits []edit
}

type edit struct {
	from, to int
	with     string
}

const (
	mostDepth    = 64
	mostElements = 1 << 20
)

// parse reads a part in UTF-8; any other is odd.
func parse(data []byte) (*tree, error) {
	if !plainEncoding(data) {
		return nil, fmt.Errorf("%w: an encoding that is not UTF-8", ErrOdd)
	}
	t := &tree{data: data}
	s := newScanner(bytes.NewReader(data))
	var open []*element
	for at, n := 0, 0; ; at += len(s.raw()) {
		k, err := s.next()
		if err != nil {
			return nil, err
		}
		if k == tokenEOF {
			break
		}
		raw := s.raw()
		switch k {
		case tokenOpen, tokenEmpty:
			if n++; n > mostElements || len(open) > mostDepth {
				return nil, fmt.Errorf("%w: too many elements", ErrOdd)
			}
			e := &element{name: string(nameOf(raw)), from: at, to: at + len(raw), inner: at + len(raw), end: at + len(raw)}
			switch {
			case len(open) > 0:
				parent := open[len(open)-1]
				parent.children = append(parent.children, e)
			case t.root == nil:
				t.root = e
			default:
				return nil, fmt.Errorf("%w: two root elements", ErrOdd)
			}
			if k == tokenOpen {
				open = append(open, e)
			}
		case tokenClose:
			if len(open) == 0 || open[len(open)-1].name != string(nameOf(raw)) {
				return nil, fmt.Errorf("%w: elements do not nest", ErrOdd)
			}
			e := open[len(open)-1]
			e.end, e.to = at, at+len(raw)
			open = open[:len(open)-1]
		}
	}
	if t.root == nil || len(open) > 0 {
		return nil, fmt.Errorf("%w: no root element", ErrOdd)
	}
	return t, nil
}

func plainEncoding(head []byte) bool {
	head = bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF"))
	if len(head) == 0 || head[0] == 0xFE || head[0] == 0xFF || bytes.IndexByte(head[:min(len(head), 4)], 0) >= 0 {
		return false
	}
	if end := bytes.Index(head[:min(len(head), 256)], []byte("?>")); bytes.HasPrefix(head, []byte("<?xml")) && end >= 0 {
		encoding := strings.ToLower(string(attr(head[1:end], "encoding")))
		return encoding == "" || encoding == "utf-8" || encoding == "utf8"
	}
	return true
}

func (t *tree) tag(e *element) []byte { return t.data[e.from:e.inner] }

func (t *tree) attr(e *element, name string) string {
	return html.UnescapeString(string(attr(t.tag(e), name)))
}

// text gives the characters inside an element, those of its children too.
func (t *tree) text(e *element) string {
	var b strings.Builder
	s := newScanner(bytes.NewReader(t.data[e.inner:e.end]))
	for {
		k, err := s.next()
		if err != nil || k == tokenEOF {
			return b.String()
		}
		if k == tokenText {
			raw := s.raw()
			if cdata, ok := bytes.CutPrefix(raw, []byte("<![CDATA[")); ok {
				b.Write(bytes.TrimSuffix(cdata, []byte("]]>")))
			} else {
				b.WriteString(html.UnescapeString(string(raw)))
			}
		}
	}
}

// prefix is the prefix of the element's name with its colon, or nothing.
func (e *element) prefix() string { return e.name[:strings.IndexByte(e.name, ':')+1] }

func (e *element) local() string { return e.name[strings.IndexByte(e.name, ':')+1:] }

// child finds the first child of a name, with the parent's prefix.
func (e *element) child(local string) *element {
	for _, c := range e.children {
		if c.name == e.prefix()+local {
			return c
		}
	}
	return nil
}

func (t *tree) replace(from, to int, with string) { t.edits = append(t.edits, edit{from, to, with}) }

// add puts something at the end of an element.
func (t *tree) add(e *element, xml string) {
	if e.inner == e.to { // <a/>
		closing := "</" + e.name + ">"
		for i := range t.edits {
			if x := &t.edits[i]; x.from == e.to-2 && x.to == e.to { // not the first
				x.with = strings.TrimSuffix(x.with, closing) + xml + closing
				return
			}
		}
		t.replace(e.to-2, e.to, ">"+xml+closing)
		return
	}
	t.replace(e.end, e.end, xml)
}

// set changes an attribute of an element that nothing is added to when it is
// written <a/>.
func (t *tree) set(e *element, name, value string) {
	tag := t.tag(e)
	done := false
	attributes(tag, func(n, _ []byte, from, to int) bool {
		if string(n) == name {
			t.replace(e.from+from, e.from+to, " "+name+`="`+value+`"`)
			done = true
		}
		return !done
	})
	if !done {
		at := e.from + 1 + len(e.name)
		t.replace(at, at, " "+name+`="`+value+`"`)
	}
}

// bytes gives the part with its changes.
func (t *tree) bytes() []byte {
	slices.SortStableFunc(t.edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var out []byte
	at := 0
	for _, e := range t.edits {
		out = append(out, t.data[at:e.from]...)
		out = append(out, e.with...)
		at = e.to
	}
	return append(out, t.data[at:]...)
}

// namespaces gives what the root element binds: prefix to URI.
func namespaces(tag []byte) map[string]string {
	out := map[string]string{}
	attributes(tag, func(name, value []byte, _, _ int) bool {
		if string(name) == "xmlns" {
			out[""] = html.UnescapeString(string(value))
		} else if p, ok := bytes.CutPrefix(name, []byte("xmlns:")); ok {
			out[string(p)] = html.UnescapeString(string(value))
		}
		return true
	})
	return out
}
