package sheet

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"osmsd/sync/osms"
)

// endRecord says where the directory stands.
type endRecord struct {
	entries      int
	offset, size int64
}

const (
	endLen     = 22
	locatorLen = 20
	wideEndLen = 56
)

var endSignature = []byte("PK\x05\x06")

// findEnd finds the one end record. It must be the last thing of the file (a
// comment of the declared length may follow), the directory must touch it, and
// what it declares is judged before the directory is read.
func (a *archive) findEnd() (endRecord, error) {
	tail := make([]byte, min(a.size, endLen+0xFFFF))
	at := a.size - int64(len(tail))
	if err := readAt(a.src, tail, at); err != nil {
		return endRecord{}, err
	}
	found, seen := -1, false
	for i := len(tail) - endLen; i >= 0; i-- {
		i = bytes.LastIndex(tail[:i+4], endSignature)
		if i < 0 {
			break
		}
		seen = true
		if i+endLen+int(binary.LittleEndian.Uint16(tail[i+20:])) != len(tail) {
			continue
		}
		if found >= 0 {
			return endRecord{}, packageError(osms.FileUnsafe, at+int64(i), "the package has two end records")
		}
		found = i
	}
	switch {
	case found < 0 && len(tail) > 0 && allZero(tail[max(0, len(tail)-256):]):
		return endRecord{}, &osms.FileError{Code: osms.FileTruncated, Detail: "the tail of the file is empty: it was not copied whole"}
	case found < 0 && seen:
		return endRecord{}, packageError(osms.FileUnsafe, a.size, "bytes stand after the end record")
	case found < 0:
		return endRecord{}, &osms.FileError{Code: osms.FileTruncated, Detail: "the end record is missing: the file was cut short or is still being copied"}
	}
	return a.parseEnd(tail[found:], at+int64(found))
}

func (a *archive) parseEnd(b []byte, at int64) (endRecord, error) {
	le := binary.LittleEndian
	entries, size, offset := uint64(le.Uint16(b[10:])), uint64(le.Uint32(b[12:])), uint64(le.Uint32(b[16:]))
	here, disks := uint64(le.Uint16(b[8:])), le.Uint32(b[4:])
	end := at // the directory must end where the end records begin
	if entries == 0xFFFF || size == 0xFFFFFFFF || offset == 0xFFFFFFFF {
		wide, wideAt, err := a.wideEnd(at)
		if err != nil {
			return endRecord{}, err
		}
		disks = le.Uint32(wide[16:]) | le.Uint32(wide[20:])
		here, entries = le.Uint64(wide[24:]), le.Uint64(wide[32:])
		size, offset = le.Uint64(wide[40:]), le.Uint64(wide[48:])
		end = wideAt
	}
	switch {
	case disks != 0 || here != entries:
		return endRecord{}, packageError(osms.FileUnsafe, at, "the package is split over several volumes")
	case entries > uint64(a.limits.Entries):
		return endRecord{}, packageError(osms.FileTooLarge, at, fmt.Sprintf("the package has %d entries; %d are allowed", entries, a.limits.Entries))
	case size > directoryBytes:
		return endRecord{}, packageError(osms.FileTooLarge, at, fmt.Sprintf("the directory has %d bytes; %d are allowed", size, directoryBytes))
	case offset > uint64(end) || size != uint64(end)-offset:
		return endRecord{}, packageError(osms.FileUnsafe, at, "the directory does not stand where the end record says: bytes were put before, between or after")
	case size < entries*46:
		return endRecord{}, packageError(osms.FileDamaged, at, "the directory is too short for its entries")
	}
	return endRecord{entries: int(entries), offset: int64(offset), size: int64(size)}, nil
}

// wideEnd reads the Zip64 end record that stands before the locator.
func (a *archive) wideEnd(at int64) ([]byte, int64, error) {
	le := binary.LittleEndian
	var locator [locatorLen]byte
	var wide [wideEndLen]byte
	wideAt := at - locatorLen - wideEndLen
	if wideAt < 0 {
		return nil, 0, packageError(osms.FileDamaged, at, "the Zip64 end record is missing")
	}
	if err := readAt(a.src, locator[:], at-locatorLen); err != nil {
		return nil, 0, err
	}
	if err := readAt(a.src, wide[:], wideAt); err != nil {
		return nil, 0, err
	}
	if le.Uint32(locator[:]) != 0x07064b50 || le.Uint64(locator[8:]) != uint64(wideAt) ||
		le.Uint32(wide[:]) != 0x06064b50 || le.Uint64(wide[4:]) != wideEndLen-12 {
		return nil, 0, packageError(osms.FileDamaged, at, "the Zip64 end record is broken")
	}
	return wide[:], wideAt, nil
}
