package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// A workbook is a ZIP package. The directory at its end is read by this code
// and not by archive/zip, because a ZIP that two readers understand differently
// is how a roster shows one thing to a person and another to a program: names
// that appear twice, bodies that overlap, bytes before the first entry or after
// the end record, headers that contradict the directory. All of that is refused
// here, before any body is inflated, and nothing is allocated on the word of a
// declared size.

const (
	localSignature   = 0x04034b50
	centralSignature = 0x02014b50
	flagEncrypted    = 1<<0 | 1<<6 | 1<<13
	flagDescriptor   = 1 << 3
	methodStored     = 0
	methodDeflated   = 8
	longestName      = 1024
	// directoryBytes bounds the directory whatever the count of its entries.
	directoryBytes = 16 << 20
)

// entry is one file of the package.
type entry struct {
	name         string // separators are slashes
	flags        uint16 // as the directory has them
	method       uint16
	crc          uint32
	packed, size int64
	header       int64           // where the local header stands
	body         int64           // where the packed bytes begin
	end          int64           // where the next entry, or the directory, begins
	descriptor   bool            // sizes and checksum stand after the body
	fault        *osms.FileError // why its body cannot be read; see archive.lenient
}

// archive is a package whose directory has been read and found sound.
type archive struct {
	src     Source
	size    int64
	limits  Limits
	entries []entry
	parts   map[string]*entry // by name in lower case
	// lenient lets entries pass that are encrypted or packed by an unknown
	// method: in an archive of files they are the fault of one file, in a
	// workbook's package of all.
	lenient bool
}

// part finds an entry by name; the letter case does not matter, as in Excel.
func (a *archive) part(name string) *entry { return a.parts[strings.ToLower(name)] }

// openArchive reads the end record, the directory and every local header.
func openArchive(src Source, size int64, limits Limits) (*archive, error) {
	a := &archive{src: src, size: size, limits: limits}
	if err := a.read(); err != nil {
		return nil, err
	}
	return a, nil
}

func (a *archive) read() error {
	end, err := a.findEnd()
	if err != nil {
		return err
	}
	if err := a.readDirectory(end); err != nil {
		return err
	}
	return a.readHeaders(end)
}

func (a *archive) readDirectory(end endRecord) error {
	dir := make([]byte, end.size)
	if err := readAt(a.src, dir, end.offset); err != nil {
		return err
	}
	a.entries = make([]entry, 0, end.entries)
	a.parts = make(map[string]*entry, end.entries)
	for rest := dir; len(rest) > 0; {
		at := end.offset + int64(len(dir)-len(rest))
		if len(a.entries) == end.entries {
			return packageError(osms.FileDamaged, at, "the directory has more entries than the end record says")
		}
		e, n, err := parseEntry(rest, at)
		if err != nil {
			return err
		}
		if e.fault != nil && !a.lenient {
			return e.fault
		}
		rest = rest[n:]
		a.entries = append(a.entries, e)
	}
	if len(a.entries) != end.entries {
		return packageError(osms.FileDamaged, end.offset, "the directory has fewer entries than the end record says")
	}
	for i := range a.entries {
		e := &a.entries[i]
		key := strings.ToLower(e.name)
		if a.parts[key] != nil {
			return packageError(osms.FileUnsafe, end.offset, fmt.Sprintf("%s appears twice", shown(e.name)))
		}
		a.parts[key] = e
	}
	return nil
}

// parseEntry reads one line of the directory and says how long it is.
func parseEntry(b []byte, at int64) (entry, int, error) {
	le := binary.LittleEndian
	if len(b) < 46 || le.Uint32(b) != centralSignature {
		return entry{}, 0, packageError(osms.FileDamaged, at, "the directory is broken")
	}
	nameLen, extraLen, commentLen := int(le.Uint16(b[28:])), int(le.Uint16(b[30:])), int(le.Uint16(b[32:]))
	n := 46 + nameLen + extraLen + commentLen
	if n > len(b) {
		return entry{}, 0, packageError(osms.FileDamaged, at, "the directory is broken")
	}
	e := entry{
		flags: le.Uint16(b[8:]), method: le.Uint16(b[10:]), crc: le.Uint32(b[16:]),
		packed: int64(le.Uint32(b[20:])), size: int64(le.Uint32(b[24:])), header: int64(le.Uint32(b[42:])),
	}
	rawName := b[46 : 46+nameLen]
	if why := unsafeName(rawName); why != "" {
		return entry{}, 0, packageError(osms.FileUnsafe, at, why)
	}
	e.name = slashed(rawName)
	if !e.widen(b[46+nameLen : 46+nameLen+extraLen]) {
		return entry{}, 0, packageError(osms.FileUnsafe, at, fmt.Sprintf("the sizes of %s cannot be true", shown(e.name)))
	}
	const symlink, typeMask = 0xA000, 0xF000
	switch mode := le.Uint32(b[38:]) >> 16; {
	case b[5] == 3 && mode&typeMask == symlink:
		return entry{}, 0, packageError(osms.FileUnsafe, at, fmt.Sprintf("%s is a link", shown(e.name)))
	case e.flags&flagEncrypted != 0:
		e.fault = packageError(osms.FileEncrypted, at, fmt.Sprintf("%s is encrypted", shown(e.name)))
	case e.method != methodStored && e.method != methodDeflated:
		e.fault = packageError(osms.FileUnsafe, at, fmt.Sprintf("%s is packed by an unknown method (%d)", shown(e.name), e.method))
	case e.method == methodStored && e.packed != e.size:
		return entry{}, 0, packageError(osms.FileDamaged, at, fmt.Sprintf("%s is stored, but its two sizes differ", shown(e.name)))
	case le.Uint16(b[34:]) != 0:
		return entry{}, 0, packageError(osms.FileUnsafe, at, "the package is split over several volumes")
	}
	return e, n, nil
}

// widen takes from the Zip64 extra field the values that did not fit, and
// reports whether all of them are numbers that can be true.
func (e *entry) widen(extra []byte) bool {
	le := binary.LittleEndian
	need := [3]*int64{&e.size, &e.packed, &e.header} // in the order of the field
	var wide []byte
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		if n > len(extra)-4 {
			break
		}
		if id == 1 {
			wide = extra[4 : 4+n]
			break
		}
		extra = extra[4+n:]
	}
	for _, v := range need {
		if *v != 0xFFFFFFFF {
			continue
		}
		if len(wide) < 8 || le.Uint64(wide) > 1<<62 {
			return false
		}
		*v = int64(le.Uint64(wide))
		wide = wide[8:]
	}
	return true
}

// unsafeName says what is wrong with the name of an entry. Nothing is ever
// written by such a name, but a package that has one is not an honest workbook.
func unsafeName(name []byte) string {
	if len(name) == 0 || len(name) > longestName {
		return fmt.Sprintf("an entry has a name of %d bytes", len(name))
	}
	for _, c := range name {
		if c < 0x20 || c == 0x7F {
			return "an entry's name holds a control character"
		}
	}
	s := slashed(name)
	if s[0] == '/' || len(s) > 1 && s[1] == ':' {
		return fmt.Sprintf("the entry %s is named from the root", shown(s))
	}
	for seg := range strings.SplitSeq(s, "/") {
		if seg == ".." {
			return fmt.Sprintf("the entry %s leads out of the package", shown(s))
		}
	}
	return ""
}

// slashed turns the separators of Windows, which some programs write.
func slashed(name []byte) string { return strings.ReplaceAll(string(name), `\`, "/") }

// packageError refuses the package for something at a byte of the file.
func packageError(code osms.FileCode, at int64, detail string) *osms.FileError {
	return &osms.FileError{Code: code, Where: fmt.Sprintf("byte %d of the file", at), Detail: detail}
}

// readAt fills b, or says that the file is shorter than it was said to be.
func readAt(src Source, b []byte, at int64) error {
	n, err := src.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return packageError(osms.FileTruncated, at+int64(n), "the file ends here")
	}
	return fmt.Errorf("read at byte %d: %w", at, err)
}

// allZero reports whether a tail was never written.
func allZero(b []byte) bool { return len(bytes.TrimLeft(b, "\x00")) == 0 }

// shown makes a name from a file safe to print and not too long.
func shown(name string) string {
	if len(name) > 120 {
		cut := 120
		for cut > 0 && !utf8.RuneStart(name[cut]) {
			cut--
		}
		name = name[:cut] + "…"
	}
	return fmt.Sprintf("%q", name)
}

// plainName is the name of a part as it is, or quoted when it cannot be shown.
func plainName(name string) string {
	if q := shown(name); q != `"`+name+`"` {
		return q
	}
	return name
}
