package intake

import (
	"bytes"
	"encoding/binary"
	"io"
	"path/filepath"
	"strings"
)

var (
	zipHead = []byte("PK\x03\x04")
	zipEnd  = []byte("PK\x05\x06")
	// oldOffice begins the container of .xls and of encrypted workbooks, which
	// may honestly end in zeros and has no end record.
	oldOffice = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
)

const (
	endRecord  = 22        // bytes of a ZIP's end record without its comment
	maxComment = 1<<16 - 1 // bytes of that comment
	zeroTail   = 32        // more zeros than any whole file ends in
)

// incomplete looks at both ends of a file and tells what shows that it is
// still being copied, or "". It does not judge the file: that is the reader's
// work.
func incomplete(r io.ReaderAt, name string, size int64) (Reason, error) {
	if size == 0 {
		return Empty, nil
	}
	head := make([]byte, min(size, 8))
	if _, err := r.ReadAt(head, 0); err != nil {
		return "", err
	}
	if bytes.Equal(head, oldOffice) {
		return "", nil
	}
	tail := make([]byte, min(size, zeroTail))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil {
		return "", err
	}
	if len(bytes.Trim(tail, "\x00")) == 0 {
		return ZeroTail, nil
	}
	if !bytes.HasPrefix(head, zipHead) && !zipByName(name) {
		return "", nil
	}
	whole, err := hasEndRecord(r, size)
	if err != nil || whole {
		return "", err
	}
	return NoEndRecord, nil
}

func zipByName(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".xlsx", ".xlsm", ".xltx", ".xlsb", ".zip":
		return true
	}
	return false
}

// hasEndRecord reports a ZIP whose last bytes are its end record, and whose
// directory stands right before it. The end record of a ZIP that lies inside
// does not count: a copy that stopped right after it is still cut short.
func hasEndRecord(r io.ReaderAt, size int64) (bool, error) {
	tail := make([]byte, min(size, endRecord+maxComment))
	start := size - int64(len(tail))
	if _, err := r.ReadAt(tail, start); err != nil {
		return false, err
	}
	for at := len(tail) - endRecord; at >= 0; at-- {
		e := tail[at:]
		if !bytes.HasPrefix(e, zipEnd) || endRecord+int(binary.LittleEndian.Uint16(e[20:])) != len(e) {
			continue
		}
		length, offset := binary.LittleEndian.Uint32(e[12:]), binary.LittleEndian.Uint32(e[16:])
		if length == 1<<32-1 || offset == 1<<32-1 { // the numbers stand in a Zip64 record
			return true, nil
		}
		if int64(offset)+int64(length) <= start+int64(at) && !nested(offset, length, start+int64(at)) {
			return true, nil
		}
	}
	return false, nil
}

// nested reports a directory that does not end where the end record begins
// (a Zip64 record of 76 bytes may stand between).
func nested(offset, length uint32, at int64) bool {
	gap := at - int64(offset) - int64(length)
	return gap != 0 && gap != 76
}
