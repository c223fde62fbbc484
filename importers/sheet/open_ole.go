package sheet

import (
	"encoding/binary"
	"unicode/utf16"

	"osmsd/sync/osms"
)

const (
	oleSignature = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
	oleEnd       = 0xFFFFFFFA // sector numbers from here on are marks
	oleSectors   = 4096       // of the directory that are looked at
)

// judgeOLE tells what a compound file is: a workbook protected by a password
// and an old .xls come in the same box and need different advice. Only the
// names of its streams are read.
func judgeOLE(src Source, size int64) error {
	names, whole := oleNames(src, size)
	switch {
	case names["EncryptionInfo"] || names["EncryptedPackage"]:
		return &osms.FileError{Code: osms.FileEncrypted, Detail: "the workbook is protected by a password: save it without"}
	case names["Workbook"] || names["Book"]:
		return legacy()
	case !whole:
		return &osms.FileError{Code: osms.FileTruncated, Detail: "the file is cut short"}
	case names["WordDocument"]:
		return unsupported("an old text document (.doc), not a workbook")
	}
	return unsupported("a compound file without a workbook")
}

func legacy() error {
	return &osms.FileError{Code: osms.FileLegacyXLS, Detail: "an old workbook (.xls): save it as .xlsx"}
}

// oleNames walks the directory of a compound file; whole is false when the
// walk left the file.
func oleNames(src Source, size int64) (names map[string]bool, whole bool) {
	le := binary.LittleEndian
	names = map[string]bool{}
	var header [512]byte
	if readAt(src, header[:], 0) != nil {
		return names, false
	}
	shift := le.Uint16(header[30:])
	if shift != 9 && shift != 12 {
		return names, false
	}
	sector := make([]byte, 1<<shift)
	at := func(n uint32) int64 { return (int64(n) + 1) << shift }
	next := le.Uint32(header[48:])
	for steps := 0; next < oleEnd && steps < oleSectors; steps++ {
		if readAt(src, sector, at(next)) != nil {
			return names, false
		}
		for e := 0; e+128 <= len(sector); e += 128 {
			if n := int(le.Uint16(sector[e+64:])); n >= 2 && n <= 64 {
				units := make([]uint16, n/2-1)
				for i := range units {
					units[i] = le.Uint16(sector[e+2*i:])
				}
				names[string(utf16.Decode(units))] = true
			}
		}
		// The next sector stands in the allocation table, of which the header
		// lists the first 109 sectors: enough for 6.8 MB before the directory.
		table := next >> (shift - 2)
		if table >= 109 {
			return names, true
		}
		var link [4]byte
		if readAt(src, link[:], at(le.Uint32(header[76+4*table:]))+int64(next&(1<<(shift-2)-1))*4) != nil {
			return names, false
		}
		next = le.Uint32(link[:])
	}
	return names, true
}
