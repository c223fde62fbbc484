package ledger

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// camtXML walks through the elements of one camt.053 message. It keeps the path
// of the open elements, and of an element without children its text. Elements of
// another namespace are passed over with what is in them.
type camtXML struct {
	in    *xml.Decoder
	meter *meter
	depth int // most open elements
	path  []string
	// root is how many elements are open when BkToCstmrStmt is the last, 0 outside
	// it; space is its namespace, and key the path from there, Stmt/Ntry/Amt.
	root  int
	space string
	key   []byte
	// bare[i]: the open element i had no child yet.
	bare  []bool
	text  []byte
	attrs []xml.Attr // of the element last begun
	begun bool       // there was an element
	ended bool       // the last of path
}

// camtRoot is the element of a camt.053 message, whatever stands around it.
const camtRoot = "BkToCstmrStmt"

const camtSpace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."

// camtVersion reports whether a namespace is one of the versions 02 to 12, or
// none.
func camtVersion(space string) bool {
	version, ok := strings.CutPrefix(space, camtSpace)
	return space == "" || ok && len(version) == 2 && version >= "02" && version <= "12" && isDigit(version[1])
}

func newCamtXML(in io.Reader, limits sheet.Limits) *camtXML {
	m := &meter{in: in, most: limits.TokenBytes}
	if m.most <= 0 {
		m.most = 1 << 20
	}
	x := &camtXML{in: xml.NewDecoder(m), meter: m, depth: limits.Depth}
	if x.depth <= 0 {
		x.depth = 64
	}
	// The text was decoded by what its bytes are, whatever the declaration says.
	x.in.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	return x
}

// meter refuses a single token of more than most bytes.
type meter struct {
	in         io.Reader
	most, used int
	failed     error // of reading, not of what was read
}

var errLongToken = errors.New("a tag or text is too long")

func (m *meter) Read(p []byte) (int, error) {
	if m.used > m.most {
		return 0, errLongToken
	}
	n, err := m.in.Read(p[:min(len(p), 64<<10)])
	m.used += n
	if err != nil && err != io.EOF {
		m.failed = err
	}
	return n, err
}

// camtStep is what next delivers.
type camtStep uint8

const (
	camtStart camtStep = iota // the last of path began; attrs are set
	camtEnd                   // the last of path ends; text is set when it had no children
	camtEOF
)

// next goes to the next beginning or end of an element. After camtEnd the
// element is still the last of path; the next call removes it.
func (x *camtXML) next() (camtStep, error) {
	if x.ended {
		x.pop()
	}
	for {
		x.meter.used = 0
		token, err := x.in.Token()
		if err == io.EOF {
			return camtEOF, nil
		}
		if err != nil {
			return camtEOF, x.fault(err)
		}
		switch token := token.(type) {
		case xml.Directive:
			return camtEOF, x.refuse(osms.FileUnsafe, "the file has a document type (DTD), which may hide anything")
		case xml.ProcInst:
			if token.Target != "xml" && len(x.path) > 0 {
				continue
			}
		case xml.StartElement:
			if len(x.path) == 0 && x.begun {
				return camtEOF, x.refuse(osms.FileDamaged, "a second document behind the first")
			}
			if x.root > 0 && token.Name.Space != x.space {
				if err := x.skip(); err != nil {
					return camtEOF, err
				}
				continue
			}
			return camtStart, x.enter(token)
		case xml.CharData:
			if len(x.path) == 0 && !blankText(token) {
				return camtEOF, x.refuse(osms.FileDamaged, "text outside the document")
			}
			if x.text = append(x.text, token...); len(x.text) > x.meter.most {
				return camtEOF, x.refuse(osms.FileTooLarge, "a text of more than %d bytes", x.meter.most)
			}
		case xml.EndElement:
			n := len(x.path) - 1
			if !x.bare[n] && !blankText(x.text) {
				return camtEOF, x.refuse(osms.FileDamaged, "text beside elements in %s", x.path[n])
			}
			x.ended = true
			return camtEnd, nil
		}
	}
}

func (x *camtXML) pop() {
	n := len(x.path) - 1
	if n < x.root {
		x.root = 0
	} else if x.root > 0 {
		x.key = x.key[:max(0, len(x.key)-len(x.path[n])-1)]
	}
	x.path, x.bare, x.text, x.ended = x.path[:n], x.bare[:n], x.text[:0], false
}

// leaf is the text of the element that ends, "" when it had children.
func (x *camtXML) leaf() string {
	if !x.bare[len(x.bare)-1] {
		return ""
	}
	return strings.TrimSpace(string(x.text))
}

// enter begins an element: it must stand alone in its parent, and the message
// itself must be of a version that is read.
func (x *camtXML) enter(e xml.StartElement) error {
	n := len(x.path)
	if n >= x.depth {
		return x.refuse(osms.FileUnsafe, "elements stand more than %d deep", x.depth)
	}
	if n > 0 {
		if !blankText(x.text) {
			return x.refuse(osms.FileDamaged, "text beside elements in %s", x.path[n-1])
		}
		x.bare[n-1] = false
	}
	if e.Name.Local == camtRoot && x.root == 0 {
		if !camtVersion(e.Name.Space) {
			return x.refuse(osms.FileUnsupportedFormat, "%.80q is not a version of camt.053 that is read: 02 to 12", e.Name.Space)
		}
		x.root, x.space = n+1, e.Name.Space
	} else if x.root > 0 {
		if len(x.key) > 0 {
			x.key = append(x.key, '/')
		}
		x.key = append(x.key, e.Name.Local...)
	}
	x.path, x.bare, x.attrs = append(x.path, e.Name.Local), append(x.bare, true), e.Attr
	x.begun, x.text = true, x.text[:0]
	return nil
}

// skip passes over the element that was just begun.
func (x *camtXML) skip() error {
	for depth := len(x.path) + 1; depth > len(x.path); {
		x.meter.used = 0
		token, err := x.in.Token()
		if err != nil {
			return x.fault(err)
		}
		switch token.(type) {
		case xml.StartElement:
			if depth++; depth > x.depth {
				return x.refuse(osms.FileUnsafe, "elements stand more than %d deep", x.depth)
			}
		case xml.EndElement:
			depth--
		case xml.Directive:
			return x.refuse(osms.FileUnsafe, "the file has a document type (DTD), which may hide anything")
		}
	}
	return nil
}

func blankText(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

func (x *camtXML) line() int {
	line, _ := x.in.InputPos()
	return line
}

func (x *camtXML) refuse(code osms.FileCode, format string, args ...any) error {
	return statementError(code, x.line(), format, args...)
}

// fault says of an error of the decoder what it means for the file.
func (x *camtXML) fault(err error) error {
	var known *osms.FileError
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, errLongToken):
		return x.refuse(osms.FileTooLarge, "a tag or text of more than %d bytes", x.meter.most)
	case errors.As(x.meter.failed, &known):
		return known
	case x.meter.failed != nil:
		return fmt.Errorf("read camt.053 at line %d: %w", x.line(), x.meter.failed)
	case errors.Is(err, io.EOF), errors.As(err, &syntax) && syntax.Msg == io.ErrUnexpectedEOF.Error():
		return x.refuse(osms.FileTruncated, "the file ends inside an element")
	}
	return x.refuse(osms.FileDamaged, "the XML is not well formed")
}
