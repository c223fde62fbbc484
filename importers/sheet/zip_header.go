package sheet

import (
	"encoding/binary"
	"fmt"
	"sort"

	"osmsd/sync/osms"
)

// readHeaders compares every local header with the directory and proves that
// the bodies lie one after another, the first at byte 0, none inside another.
func (a *archive) readHeaders(end endRecord) error {
	order := make([]*entry, len(a.entries))
	for i := range a.entries {
		order[i] = &a.entries[i]
	}
	sort.Slice(order, func(i, j int) bool { return order[i].header < order[j].header })
	if len(order) > 0 && order[0].header != 0 {
		return packageError(osms.FileUnsafe, 0, "bytes stand before the first entry")
	}
	buf := make([]byte, 30+longestName)
	for i, e := range order {
		e.end = end.offset
		if i+1 < len(order) {
			e.end = order[i+1].header
		}
		if err := a.readHeader(e, buf); err != nil {
			return err
		}
	}
	return nil
}

func (a *archive) readHeader(e *entry, buf []byte) error {
	le := binary.LittleEndian
	b := buf[:30+len(e.name)]
	if e.header+int64(len(b)) > e.end {
		return packageError(osms.FileUnsafe, e.header, fmt.Sprintf("%s overlaps what follows it", shown(e.name)))
	}
	if err := readAt(a.src, b, e.header); err != nil {
		return err
	}
	differs := func(what string) error {
		return packageError(osms.FileDamaged, e.header, fmt.Sprintf("the header of %s and the directory differ: %s", shown(e.name), what))
	}
	if le.Uint32(b) != localSignature {
		return differs("signature")
	}
	flags := le.Uint16(b[6:])
	crc, packed, size := le.Uint32(b[14:]), int64(le.Uint32(b[18:])), int64(le.Uint32(b[22:]))
	e.descriptor = flags&flagDescriptor != 0
	same := func(local, directory int64) bool {
		return local == directory || local == 0xFFFFFFFF || e.descriptor && local == 0
	}
	switch {
	case int(le.Uint16(b[26:])) != len(e.name) || slashed(b[30:]) != e.name:
		return differs("name")
	case le.Uint16(b[8:]) != e.method:
		return differs("method")
	case flags&flagEncrypted != e.flags&flagEncrypted:
		return differs("encryption")
	case crc != e.crc && !(e.descriptor && crc == 0):
		return differs("checksum")
	case !same(packed, e.packed) || !same(size, e.size):
		return differs("size")
	}
	e.body = e.header + int64(len(b)) + int64(le.Uint16(b[28:]))
	if e.body+e.packed > e.end {
		return packageError(osms.FileUnsafe, e.header, fmt.Sprintf("%s overlaps what follows it", shown(e.name)))
	}
	return nil
}
