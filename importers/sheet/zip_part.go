package sheet

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/flate"

	"osmsd/sync/osms"
)

// ratioFrom is the inflated size above which the ratio is judged: below it
// even a bomb is small.
const ratioFrom = 8 << 20

// part is one part being inflated. Read returns io.EOF only after the size,
// the checksum and the use of every packed byte have been proved, so a caller
// that has seen io.EOF has seen the part as it was written.
type part struct {
	entry  *entry
	packed *bufio.Reader
	source *io.SectionReader
	in     io.Reader
	crc    uint32
	read   int64
	err    error
}

// open begins to read a part. The declared sizes are judged first: the header
// and the directory, or the descriptor and the directory, already agree.
func (a *archive) open(e *entry) (*part, error) {
	if e.descriptor {
		if err := a.checkDescriptor(e); err != nil {
			return nil, err
		}
	}
	if err := a.declared(e); err != nil {
		return nil, err
	}
	p := &part{entry: e, source: io.NewSectionReader(a.src, e.body, e.packed)}
	p.packed = bufio.NewReaderSize(p.source, int(min(64<<10, max(e.packed, 16))))
	p.in = p.packed
	if e.method == methodDeflated {
		p.in = flate.NewReader(p.packed)
	}
	return p, nil
}

// oversized reports whether a part declares sizes that no part may have. They
// are true sizes: the headers that state them agree.
func (a *archive) oversized(e *entry) (bool, error) {
	if e.descriptor {
		if err := a.checkDescriptor(e); err != nil {
			return false, err
		}
	}
	return a.declared(e) != nil, nil
}

// declared judges the sizes that a part declares.
func (a *archive) declared(e *entry) error {
	switch {
	case e.size > a.limits.PartBytes:
		return partError(osms.FileTooLarge, e, 0, fmt.Sprintf("the part would inflate to %d bytes; %d are allowed", e.size, a.limits.PartBytes))
	case e.size > ratioFrom && e.size/a.limits.Ratio >= e.packed:
		return partError(osms.FileTooLarge, e, 0, fmt.Sprintf("%d bytes would inflate to %d: more than %d times", e.packed, e.size, a.limits.Ratio))
	}
	return nil
}

// checkDescriptor compares the sizes that follow the body, with or without a
// signature, in four or eight bytes each, with the directory.
func (a *archive) checkDescriptor(e *entry) error {
	le := binary.LittleEndian
	var b [24]byte
	at := e.body + e.packed
	n := min(int64(len(b)), e.end-at)
	if err := readAt(a.src, b[:n], at); err != nil {
		return err
	}
	d := b[:]
	if le.Uint32(d) == 0x08074b50 && le.Uint32(d[4:]) == e.crc {
		d = d[4:]
	}
	short := le.Uint32(d) == e.crc && int64(le.Uint32(d[4:])) == e.packed && int64(le.Uint32(d[8:])) == e.size
	wide := le.Uint32(d) == e.crc && le.Uint64(d[4:]) == uint64(e.packed) && le.Uint64(d[12:]) == uint64(e.size)
	if !short && !wide {
		return partError(osms.FileDamaged, e, 0, "the sizes after the part and the directory differ")
	}
	return nil
}

func (p *part) Read(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	n, err := p.in.Read(b)
	p.read += int64(n)
	p.crc = crc32.Update(p.crc, crc32.IEEETable, b[:n])
	switch {
	case p.read > p.entry.size:
		err = partError(osms.FileDamaged, p.entry, p.entry.size, "the part is longer than it declares")
	case errors.Is(err, io.EOF):
		err = p.verify()
	case err != nil:
		err = p.readError(err)
	}
	p.err = err
	if err != nil && err != io.EOF {
		n = 0
	}
	return n, err
}

// verify is what stands between the end of a part and io.EOF.
func (p *part) verify() error {
	rest, _ := p.source.Seek(0, io.SeekCurrent)
	switch {
	case p.read != p.entry.size:
		return partError(osms.FileDamaged, p.entry, p.read, fmt.Sprintf("the part ends here, but declares %d bytes", p.entry.size))
	case rest-int64(p.packed.Buffered()) != p.entry.packed:
		return partError(osms.FileDamaged, p.entry, p.read, "packed bytes are left over")
	case p.crc != p.entry.crc:
		return partError(osms.FileDamaged, p.entry, p.read, "the checksum differs")
	}
	return io.EOF
}

func (p *part) readError(err error) error {
	var corrupt flate.CorruptInputError
	var internal flate.InternalError
	if errors.As(err, &corrupt) || errors.As(err, &internal) || errors.Is(err, io.ErrUnexpectedEOF) {
		return partError(osms.FileDamaged, p.entry, p.read, "the packed data is broken")
	}
	return fmt.Errorf("read %s: %w", plainName(p.entry.name), err)
}

// partError refuses the file for something at a byte of an inflated part.
func partError(code osms.FileCode, e *entry, at int64, detail string) error {
	return &osms.FileError{Code: code, Where: fmt.Sprintf("%s, byte %d", plainName(e.name), at), Detail: detail}
}
