package paper

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"github.com/klauspost/compress/zlib"
)

// ErrForeign says that a file is not a document as this package writes them:
// another program's, or one that was changed after it was written.
var ErrForeign = errors.New("the file is not a PDF as this program writes them")

// ErrNoAttachment says that a document holds no file of the name asked for.
var ErrNoAttachment = errors.New("the PDF holds no such file")

// Attachment reads a file back out of a document of this package, which may come
// from anybody: nothing is taken on trust, and at most MaxAttachment bytes are
// unpacked. Errors: ErrForeign, ErrNoAttachment.
func Attachment(pdf []byte, name string) ([]byte, error) {
	cross, err := crossOf(pdf)
	if err != nil {
		return nil, err
	}
	catalog, _, err := cross.object(objectCatalog)
	if err != nil {
		return nil, err
	}
	list := catalogFiles.FindSubmatch(catalog)
	if list == nil {
		return nil, ErrNoAttachment
	}
	for i, ref := range reference.FindAllSubmatch(list[1], maxAttachments+1) {
		spec, _, err := cross.object(number(ref[1]))
		if err != nil {
			return nil, err
		}
		m := fileSpec.FindSubmatch(spec)
		if m == nil || i == maxAttachments {
			return nil, fmt.Errorf("%w: its list of files", ErrForeign)
		}
		if string(m[1]) != unicode16(name) {
			continue
		}
		head, body, err := cross.object(number(m[2]))
		if err != nil {
			return nil, err
		}
		size := fileHead.FindSubmatch(head)
		if size == nil || body == nil || number(size[1]) > MaxAttachment {
			return nil, fmt.Errorf("%w: the file in it", ErrForeign)
		}
		content, err := inflate(body, number(size[1]))
		if err != nil || len(content) != number(size[1]) {
			return nil, fmt.Errorf("%w: the file in it is damaged", ErrForeign)
		}
		return content, nil
	}
	return nil, ErrNoAttachment
}

// The shapes of what Document writes, as far as they are read.
var (
	ending       = regexp.MustCompile(`\nstartxref\n(\d{1,10})\n%%EOF\n$`)
	crossHead    = regexp.MustCompile(`^<</Type/XRef/Size (\d{1,8})/W\[1 4 2\]/Root 1 0 R/Info 3 0 R/ID\[<[0-9a-f]{32}><[0-9a-f]{32}>\]/DecodeParms<</Predictor 12/Columns 7>>$`)
	objectHead   = regexp.MustCompile(`^(\d{1,8}) 0 obj\n`)
	streamTail   = regexp.MustCompile(`/Length (\d{1,10})/Filter/FlateDecode>>stream\n`)
	catalogFiles = regexp.MustCompile(`/AF\[([0-9R ]*)\]`)
	reference    = regexp.MustCompile(`(\d{1,8}) 0 R`)
	fileSpec     = regexp.MustCompile(`^<</Type/Filespec/AFRelationship/Data/F<[0-9A-F]*>/UF(<[0-9A-F]*>)/EF<</F (\d{1,8}) 0 R/UF \d{1,8} 0 R>>>>$`)
	fileHead     = regexp.MustCompile(`^<</Type/EmbeddedFile/Subtype/[a-z#2F-]+/Params<</Size (\d{1,8})>>$`)
)

// number reads digits that a pattern has found.
func number(digits []byte) int {
	n, _ := strconv.Atoi(string(digits))
	return n
}

// maxObjects bounds the work on a file that lies about itself; a document with
// files has some hundreds.
const maxObjects = 1 << 20

// crossed is a document with its cross-reference stream.
type crossed struct {
	pdf  []byte
	rows []byte // still deflated
	size int    // in rows
}

func crossOf(pdf []byte) (c crossed, err error) {
	tail := pdf[max(0, len(pdf)-40):]
	m := ending.FindSubmatch(tail)
	if m == nil || !bytes.HasPrefix(pdf, []byte(header)) {
		return c, ErrForeign
	}
	c.pdf = pdf
	head, rows, err := c.at(number(m[1]), -1)
	if err != nil {
		return c, err
	}
	size := crossHead.FindSubmatch(head)
	if size == nil || rows == nil || number(size[1]) > maxObjects {
		return c, fmt.Errorf("%w: its list of objects", ErrForeign)
	}
	c.rows, c.size = rows, number(size[1])
	return c, nil
}

// object gives the dictionary of an object that stands by itself, and the
// deflated data of a stream, nil when it is none.
func (c crossed) object(number int) (dict, stream []byte, err error) {
	r, err := zlib.NewReader(bytes.NewReader(c.rows))
	if err != nil || number >= c.size {
		return nil, nil, fmt.Errorf("%w: its list of objects", ErrForeign)
	}
	var row [crossWidth]byte
	var line [1 + crossWidth]byte
	for range number + 1 {
		if _, err := io.ReadFull(r, line[:]); err != nil || line[0] != 2 {
			return nil, nil, fmt.Errorf("%w: its list of objects", ErrForeign)
		}
		for i := range row {
			row[i] += line[1+i]
		}
	}
	if row[0] != 1 {
		return nil, nil, fmt.Errorf("%w: an object is missing", ErrForeign)
	}
	return c.at(u32(row[:], 1), number)
}

// at reads the object at an offset; any when the number is -1. The dictionary of
// a stream is given without its length and filter.
func (c crossed) at(offset, want int) (dict, stream []byte, err error) {
	const longest = 64 << 10 // of a dictionary
	foreign := fmt.Errorf("%w: an object is not where it should be", ErrForeign)
	if offset < 0 || offset >= len(c.pdf) {
		return nil, nil, foreign
	}
	b := c.pdf[offset:]
	m := objectHead.FindSubmatch(b[:min(len(b), 32)])
	if m == nil || want >= 0 && number(m[1]) != want {
		return nil, nil, foreign
	}
	b = b[len(m[0]):]
	near := b[:min(len(b), longest)]
	plain, tail := bytes.Index(near, []byte("\nendobj\n")), streamTail.FindSubmatchIndex(near)
	switch {
	case tail != nil && (plain < 0 || tail[0] < plain):
		length := number(near[tail[2]:tail[3]])
		if b = b[tail[1]:]; length > len(b) || !bytes.HasPrefix(b[length:], []byte("\nendstream\nendobj\n")) {
			return nil, nil, foreign
		}
		return near[:tail[0]], b[:length:length], nil
	case plain >= 0:
		return near[:plain], nil, nil
	}
	return nil, nil, foreign
}
