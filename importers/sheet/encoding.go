package sheet

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// encoding is how the letters of a CSV are written. A single-byte encoding has
// a page; UTF-8 and UTF-16 have none.
type encoding struct {
	name string
	page *codePage
	// start and end bound the text proper: behind the byte order mark, before
	// a Ctrl-Z that DOS programs leave at the end.
	start, end int64
}

const (
	nameUTF8    = "utf-8"
	nameUTF8BOM = "utf-8-bom"
	nameUTF16LE = "utf-16le"
	nameUTF16BE = "utf-16be"
	name1251    = "windows-1251"
	nameKZ1048  = "kz-1048"
	name866     = "cp866"
)

// sampleBytes is how much of a file is looked at together.
const sampleBytes = 64 << 10

// detectEncoding decides by evidence, never by the file's name or a default of
// the machine: a byte order mark; else the zero bytes that UTF-16 puts beside
// Latin letters and digits; else whether the letters are sound UTF-8; else how
// the bytes of the whole file stand in words. Where the evidence points two
// ways the file is refused with the byte that does it: a wrong guess would
// garble every name in it.
func detectEncoding(src Source, size int64) (encoding, error) {
	head, err := readSpan(src, 0, min(size, sampleBytes))
	if err != nil {
		return encoding{}, err
	}
	e := encoding{name: nameUTF8, end: size}
	mark := 0
	switch {
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE, 0, 0}), bytes.HasPrefix(head, []byte{0, 0, 0xFE, 0xFF}):
		return e, csvError(osms.FileBadEncoding, "byte 0", "the text is in UTF-32: save it as CSV UTF-8")
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		e.name, mark = nameUTF8BOM, 3
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		e.name, mark = nameUTF16LE, 2
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		e.name, mark = nameUTF16BE, 2
	default:
		e.name = guessUTF16(head)
	}
	if mark > 0 {
		for m := head[:mark]; bytes.HasPrefix(head[e.start:], m); {
			e.start += int64(mark)
		}
	}
	if e.wide() && (size-e.start)%2 != 0 {
		return e, csvError(osms.FileTruncated, fmt.Sprintf("byte %d", size), "the text is in UTF-16 and ends with half a letter")
	}
	if e.end, err = trimCtrlZ(src, e, size); err != nil {
		return e, err
	}
	if e.name != "" {
		return e, nil
	}
	return detectByLetters(src, e)
}

func (e encoding) wide() bool { return e.name == nameUTF16LE || e.name == nameUTF16BE }

// guessUTF16 recognises UTF-16 without a mark: text of this country in it has,
// on one side of nearly every pair, 0x00 (Latin, digits, separators) or 0x04
// (Cyrillic), and zeros on that side only.
func guessUTF16(head []byte) string {
	pairs := len(head) / 2
	if pairs < 2 {
		return ""
	}
	var zero, high [2]int
	for i := 0; i < pairs*2; i++ {
		switch head[i] {
		case 0:
			zero[i&1]++
			high[i&1]++
		case 0x04, 0x20, 0x21:
			high[i&1]++
		}
	}
	for side, name := range []string{nameUTF16BE, nameUTF16LE} {
		if zero[side] > 0 && zero[side] >= pairs/20 && high[side]*10 >= pairs*9 && zero[1-side]*50 <= pairs {
			return name
		}
	}
	return ""
}

// trimCtrlZ finds where the text ends when a Ctrl-Z and nothing but line ends
// stand behind it.
func trimCtrlZ(src Source, e encoding, size int64) (int64, error) {
	from := max(e.start, size-64)
	if e.wide() {
		from += (from - e.start) % 2
	}
	tail, err := readSpan(src, from, size-from)
	if err != nil {
		return 0, err
	}
	step := 1
	if e.wide() {
		step = 2
	}
	end := size
	for i := len(tail) - step; i >= 0; i -= step {
		c, other := tail[i], byte(0)
		if e.name == nameUTF16LE {
			other = tail[i+1]
		} else if e.name == nameUTF16BE {
			c, other = tail[i+1], c
		}
		if other != 0 || c != 0x1A && c != '\r' && c != '\n' {
			break
		}
		if c == 0x1A {
			end = from + int64(i)
		}
	}
	return end, nil
}

// detectByLetters tells UTF-8 from the single-byte encodings. A stretch with
// letters beyond ASCII that is wholly sound UTF-8 settles it (what follows is
// checked while it is read); otherwise the whole file is weighed.
func detectByLetters(src Source, e encoding) (encoding, error) {
	var w weigher
	for at := e.start; at < e.end; {
		span, err := readSpan(src, at, min(e.end-at, sampleBytes))
		if err != nil {
			return e, err
		}
		last := at+int64(len(span)) == e.end
		if w.high == 0 {
			sound := span
			if !last {
				sound = span[:len(span)-cutLetter(span)]
			}
			if !ascii(sound) && utf8.Valid(sound) {
				e.name = nameUTF8
				return e, nil
			}
			if len(sound) > 0 {
				span = sound
			}
		}
		w.weigh(span, at)
		at += int64(len(span))
	}
	w.finish()
	var err error
	e.name, e.page, err = w.verdict()
	return e, err
}

func ascii(b []byte) bool {
	for len(b) >= 8 {
		if load64(b)&highBits != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// cutLetter counts the bytes at the end of b that begin a letter of UTF-8 and
// do not finish it.
func cutLetter(b []byte) int {
	for n := 1; n <= min(3, len(b)); n++ {
		c := b[len(b)-n]
		if utf8.RuneStart(c) {
			if c >= 0xC0 && !utf8.FullRune(b[len(b)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// readSpan reads exactly n bytes; a source that has fewer was cut while it was
// read.
func readSpan(src Source, at, n int64) ([]byte, error) {
	b := make([]byte, n)
	got, err := readFull(src, b, at)
	return b[:got], err
}

func readFull(src Source, b []byte, at int64) (int, error) {
	n, err := src.ReadAt(b, at)
	if n == len(b) {
		return n, nil
	}
	if err == nil || err == io.EOF {
		return n, csvError(osms.FileTruncated, fmt.Sprintf("byte %d", at+int64(n)), "the file became shorter while it was read")
	}
	return n, fmt.Errorf("read csv at byte %d: %w", at+int64(n), err)
}

func csvError(code osms.FileCode, where, detail string) error {
	return &osms.FileError{Code: code, Where: where, Detail: detail}
}
