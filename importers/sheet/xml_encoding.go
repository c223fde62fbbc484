package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"osmsd/sync/osms"
)

// validPrefix gives how many bytes at the beginning of b are whole characters
// that XML allows, and whether what follows can never become one (else it is
// only the beginning of a character).
func validPrefix(b []byte) (n int, bad bool) {
	const high = 0x8080808080808080
	for n < len(b) {
		if len(b)-n >= 8 {
			x := binary.LittleEndian.Uint64(b[n:])
			odd := (x | (x-0x2020202020202020)&^x) & high // bytes below a space or beyond ASCII
			if odd == 0 {
				n += 8
				continue
			}
			n += bits.TrailingZeros64(odd) / 8
		}
		// Cyrillic letters come in runs of two bytes each.
		for n+1 < len(b) && b[n]-0xC2 < 0xE0-0xC2 && b[n+1]&0xC0 == 0x80 {
			n += 2
		}
		if n == len(b) {
			break
		}
		c := b[n]
		switch {
		case c >= 0x20 && c < 0x80 || c == '\n' || c == '\t' || c == '\r':
			n++
			continue
		case c < 0x20:
			return n, true
		}
		r, size := utf8.DecodeRune(b[n:])
		if r == utf8.RuneError && size == 1 {
			return n, utf8.FullRune(b[n:])
		}
		if r == 0xFFFE || r == 0xFFFF {
			return n, true
		}
		n += size
	}
	return n, false
}

// decoded looks at the beginning of a part and gives its text as UTF-8. UTF-16
// is known by its byte order mark or its first character, the other encodings
// by the declaration; what cannot be decoded is refused, for a part that is
// merely not understood would read as no rows.
func decoded(in io.Reader) (io.Reader, error) {
	head := make([]byte, 256)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	head = head[:n]
	rest := io.MultiReader(bytes.NewReader(head), in)
	switch {
	case bytes.HasPrefix(head, []byte("\xFF\xFE")) || bytes.HasPrefix(head, []byte("<\x00")):
		return &utf16Reader{in: rest, order: binary.LittleEndian, first: true}, nil
	case bytes.HasPrefix(head, []byte("\xFE\xFF")) || bytes.HasPrefix(head, []byte("\x00<")):
		return &utf16Reader{in: rest, order: binary.BigEndian, first: true}, nil
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		head = head[3:]
		rest = io.MultiReader(bytes.NewReader(head), in)
	}
	switch name := declaredEncoding(head); name {
	case "", "utf-8", "utf8", "us-ascii":
		return rest, nil
	case "windows-1251", "cp1251":
		return &byteReader{in: rest, page: charmap.Windows1251}, nil
	default:
		return nil, &osms.FileError{Code: osms.FileBadEncoding, Detail: fmt.Sprintf("the part is written in %q", name)}
	}
}

// declaredEncoding gives the encoding of an XML declaration in lower case.
func declaredEncoding(head []byte) string {
	end := bytes.Index(head, []byte("?>"))
	if !bytes.HasPrefix(head, []byte("<?xml")) || end < 0 {
		return ""
	}
	_, after, ok := bytes.Cut(head[:end], []byte("encoding"))
	after = bytes.TrimLeft(after, " \t\r\n=")
	if !ok || len(after) == 0 {
		return ""
	}
	name, _, _ := bytes.Cut(after[1:], after[:1])
	return string(bytes.ToLower(name))
}

// byteReader decodes an encoding of one byte a character.
type byteReader struct {
	in   io.Reader
	page *charmap.Charmap
	raw  [2048]byte
	buf  [3 * 2048]byte
	out  []byte
	err  error
}

func (r *byteReader) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		var n int
		n, r.err = r.in.Read(r.raw[:])
		r.out = r.buf[:0]
		for _, c := range r.raw[:n] {
			u := r.page.DecodeByte(c)
			if u == utf8.RuneError {
				r.err = &osms.FileError{Code: osms.FileBadEncoding, Detail: fmt.Sprintf("byte %02X is no character of the declared encoding", c)}
				break
			}
			r.out = utf8.AppendRune(r.out, u)
		}
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

// utf16Reader decodes UTF-16; half a surrogate pair is refused.
type utf16Reader struct {
	in    io.Reader
	order binary.ByteOrder
	first bool // a byte order mark may stand here
	raw   [4096]byte
	have  int // undecoded bytes at the beginning of raw
	out   []byte
	buf   [8192]byte
	err   error
}

func (r *utf16Reader) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.decode()
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

func (r *utf16Reader) decode() {
	n, err := r.in.Read(r.raw[r.have:])
	r.have += n
	r.err = err
	r.out = r.buf[:0]
	i := 0
	for i+2 <= r.have {
		u, size := rune(r.order.Uint16(r.raw[i:])), 2
		if utf16.IsSurrogate(u) {
			if i+4 > r.have && err == nil {
				break
			}
			if i+4 <= r.have {
				u = utf16.DecodeRune(u, rune(r.order.Uint16(r.raw[i+2:])))
				size = 4
			}
			if size == 2 || u == utf8.RuneError {
				r.err = &osms.FileError{Code: osms.FileBadEncoding, Detail: "half a surrogate pair in UTF-16"}
				return
			}
		}
		i += size
		if !(r.first && u == 0xFEFF) {
			r.out = utf8.AppendRune(r.out, u)
		}
		r.first = false
	}
	r.have = copy(r.raw[:], r.raw[i:r.have])
	if errors.Is(err, io.EOF) && r.have > 0 {
		r.err = &osms.FileError{Code: osms.FileBadEncoding, Detail: "UTF-16 ends inside a character"}
	}
}
