package sheet

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"osmsd/sync/osms"
)

const (
	ones     = 0x0101010101010101
	highBits = 0x80 * ones
	lowBits  = 0x7F * ones
)

// load64 reads eight bytes as they stand; b has at least eight.
func load64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// feed turns the bytes of a CSV into sound UTF-8, stretch by stretch. It
// refuses what cannot be text (a zero byte, a Ctrl-Z inside, bytes that mean
// nothing) with the byte where it stands in the file.
type feed struct {
	src Source
	enc encoding
	at  int64
	raw []byte
	// marks is set once a DEL or a control character of U+0080–U+009F was seen;
	// the scanner then looks into every cell for them.
	marks bool
}

// fill writes the next stretch of text into dst, which has room for at least
// 64 bytes. At the end it returns 0 and io.EOF.
func (f *feed) fill(dst []byte) (int, error) {
	left := f.enc.end - f.at
	if left <= 0 {
		return 0, io.EOF
	}
	switch {
	case f.enc.page != nil:
		return f.fillPage(dst, left)
	case f.enc.wide():
		return f.fillWide(dst, left)
	}
	return f.fillUTF8(dst, left)
}

func (f *feed) fillUTF8(dst []byte, left int64) (int, error) {
	dst = dst[:min(int64(len(dst)), left)]
	n, err := readFull(f.src, dst, f.at)
	if err != nil {
		return 0, err
	}
	if err := f.refuseControls(dst, f.at); err != nil {
		return 0, err
	}
	cut := cutLetter(dst)
	if int64(n) == left {
		cut = 0
	}
	n -= cut
	if !plainLetters(dst[:n]) {
		if !utf8.Valid(dst[:n]) {
			return 0, f.notUTF8(dst[:n], int64(n) == left)
		}
	}
	f.marks = f.marks || hasC1(dst[:n]) || bytes.IndexByte(dst[:n], 0x7F) >= 0
	f.at += int64(n)
	return n, nil
}

// plainLetters reports whether b is sound UTF-8 of letters of one and two bytes
// only, which is nearly all text of this country, eight bytes at a time. A false
// says nothing: utf8.Valid must be asked.
func plainLetters(b []byte) bool {
	carry := uint64(0) // top bit: the byte before began a letter of two
	for len(b) >= 8 {
		x := load64(b)
		b = b[8:]
		high := x & highBits
		begins := high & (x << 1)                    // 11xxxxxx
		ends := high &^ (x << 1)                     // 10xxxxxx
		bad := begins & (x << 2)                     // 111xxxxx, a letter of three or more
		bad |= begins &^ (x<<3 | x<<4 | x<<5 | x<<6) // 1100000x, overlong
		bad |= ends ^ (begins<<8 | carry)
		if bad != 0 {
			return false
		}
		carry = begins >> 56
	}
	if carry != 0 {
		if len(b) == 0 || b[0]&0xC0 != 0x80 {
			return false
		}
		b = b[1:]
	}
	return utf8.Valid(b)
}

func (f *feed) notUTF8(b []byte, last bool) error {
	i := 0
	for {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		i += size
	}
	where := fmt.Sprintf("byte %d", f.at+int64(i))
	if last && i == len(b)-cutLetter(b) {
		return csvError(osms.FileTruncated, where, "the text is in UTF-8 and ends inside a letter")
	}
	return csvError(osms.FileBadEncoding, where,
		"the text is in UTF-8, but not here: a part of the file is in another encoding or damaged")
}

// hasC1 looks for U+0080–U+009F in sound UTF-8.
func hasC1(b []byte) bool {
	for {
		i := bytes.IndexByte(b, 0xC2)
		if i < 0 || i+1 >= len(b) {
			return false
		}
		if b[i+1] < 0xA0 {
			return true
		}
		b = b[i+2:]
	}
}

func (f *feed) fillPage(dst []byte, left int64) (int, error) {
	f.raw = f.scratch(min(int64(len(dst)/3), left))
	if _, err := readFull(f.src, f.raw, f.at); err != nil {
		return 0, err
	}
	if err := f.refuseControls(f.raw, f.at); err != nil {
		return 0, err
	}
	n, raw := 0, f.raw
	for i := 0; i < len(raw); {
		if i+8 <= len(raw) && load64(raw[i:])&highBits == 0 {
			copy(dst[n:n+8], raw[i:i+8])
			n += 8
			i += 8
			continue
		}
		g := &f.enc.page[raw[i]]
		switch g.size {
		case 1:
			dst[n] = g.bytes[0]
		case 2:
			dst[n], dst[n+1] = g.bytes[0], g.bytes[1]
		case 3:
			dst[n], dst[n+1], dst[n+2] = g.bytes[0], g.bytes[1], g.bytes[2]
		default:
			return 0, csvError(osms.FileBadEncoding, fmt.Sprintf("byte %d", f.at+int64(i)),
				fmt.Sprintf("byte %X means nothing in %s", raw[i], f.enc.name))
		}
		n += int(g.size)
		i++
	}
	f.marks = f.marks || bytes.IndexByte(raw, 0x7F) >= 0
	f.at += int64(len(raw))
	return n, nil
}

func (f *feed) fillWide(dst []byte, left int64) (int, error) {
	f.raw = f.scratch(min(int64(len(dst)/3)*2, left) &^ 1)
	if _, err := readFull(f.src, f.raw, f.at); err != nil {
		return 0, err
	}
	unit := binary.LittleEndian.Uint16
	if f.enc.name == nameUTF16BE {
		unit = binary.BigEndian.Uint16
	}
	n, raw := 0, f.raw
	i := 0
	for ; i < len(raw); i += 2 {
		r := rune(unit(raw[i:]))
		switch {
		case r == 0 || r == 0x1A:
			return 0, f.strayByte(byte(r), f.at+int64(i))
		case utf16.IsSurrogate(r):
			if i+2 == len(raw) && i > 0 && int64(len(raw)) < left {
				f.at += int64(i)
				return n, nil
			}
			pair := rune(0)
			if i+2 < len(raw) {
				pair = utf16.DecodeRune(r, rune(unit(raw[i+2:])))
			}
			if pair == 0 || pair == utf8.RuneError {
				return 0, csvError(osms.FileBadEncoding, fmt.Sprintf("byte %d", f.at+int64(i)), "half a letter of UTF-16")
			}
			r = pair
			i += 2
		case r >= 0x7F && r < 0xA0:
			f.marks = true
		}
		n += utf8.EncodeRune(dst[n:], r)
	}
	f.at += int64(len(raw))
	return n, nil
}

func (f *feed) scratch(n int64) []byte {
	if int64(cap(f.raw)) < n {
		return make([]byte, n)
	}
	return f.raw[:n]
}

func (f *feed) refuseControls(b []byte, at int64) error {
	for _, c := range []byte{0, 0x1A} {
		if i := bytes.IndexByte(b, c); i >= 0 {
			return f.strayByte(c, at+int64(i))
		}
	}
	return nil
}

// strayByte refuses a zero byte or Ctrl-Z inside the text. Zeros up to the end
// are what a copy leaves that reserved its room and was then broken off.
func (f *feed) strayByte(c byte, at int64) error {
	where := fmt.Sprintf("byte %d", at)
	if c == 0x1A {
		return csvError(osms.FileDamaged, where, "a Ctrl-Z (1A) inside the text")
	}
	tail, err := readSpan(f.src, max(at, f.enc.end-2), f.enc.end-max(at, f.enc.end-2))
	if err != nil {
		return err
	}
	if len(bytes.Trim(tail, "\x00")) == 0 {
		return csvError(osms.FileTruncated, where, "the rest of the file is zeros: it was not copied to its end")
	}
	return csvError(osms.FileDamaged, where, "a zero byte inside the text")
}
