package sheet

import (
	"bytes"
	"io"

	"osmsd/sync/osms"
)

// Plain is a file that is text, read from its beginning as sound UTF-8 without a
// byte order mark, whatever its encoding. It is told by the bytes, as for a CSV.
// An error of Read is a *osms.FileError, or one of reading the source.
type Plain struct {
	Encoding string // utf-8, utf-8-bom, utf-16le, utf-16be, windows-1251, kz-1048, cp866
	feed     feed
	buf      []byte
	ready    []byte
}

// OpenText opens a text file of any of the encodings in use.
func OpenText(src Source, size int64, limits Limits) (*Plain, error) {
	limits = limits.complete()
	if size == 0 {
		return nil, csvError(osms.FileEmpty, "", "the file has no bytes")
	}
	if size > limits.FileBytes {
		return nil, tooLarge(size, limits.FileBytes)
	}
	enc, err := detectEncoding(src, size)
	if err != nil {
		return nil, err
	}
	return &Plain{Encoding: enc.name, feed: feed{src: src, enc: enc, at: enc.start}}, nil
}

// Head is the beginning of the text, up to n bytes; reading goes on from the
// beginning.
func (t *Plain) Head(n int) ([]byte, error) {
	for len(t.ready) < n {
		kept := bytes.Clone(t.ready)
		err := t.more()
		t.ready = append(kept, t.ready...)
		if err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
	}
	return t.ready[:min(n, len(t.ready))], nil
}

func (t *Plain) more() error {
	if t.buf == nil {
		t.buf = make([]byte, 64<<10)
	}
	n, err := t.feed.fill(t.buf)
	t.ready = t.buf[:n]
	return err
}

// Read gives the next stretch of text.
func (t *Plain) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(t.ready) == 0 {
		if err := t.more(); err != nil {
			return 0, err
		}
	}
	n := copy(p, t.ready)
	t.ready = t.ready[n:]
	return n, nil
}
