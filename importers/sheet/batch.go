package sheet

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// Batch is a ZIP archive that is no document of its own: files that were packed
// to be sent together. It is guarded like a workbook's package: one directory,
// no name twice, none unsafe, no bodies that overlap, nothing before or after.
type Batch struct {
	Members []Member // in the order of the directory, folders left out
	a       *archive
}

// Member is one packed file.
type Member struct {
	Name string // folders parted by slashes; sound UTF-8
	Size int64  // inflated, as declared; reading it proves it
	// Packed is its size as it lies in the archive.
	Packed int64
	// Fault says why it cannot be unpacked, nil when it can.
	Fault *osms.FileError

	entry *entry
}

// markers are the parts by which a document that is kept in a ZIP package is
// known: such a file is not a batch, whatever else is wrong with it.
var markers = []string{"[content_types].xml", "_rels/.rels", "xl/workbook.xml", "xl/workbook.bin", "mimetype", "content.xml", "meta-inf/manifest.xml",
	"meta-inf/manifest.mf", "index/document.iwa", "index.zip"}

// OpenBatch opens an archive of files. Batch and error are both nil when the
// file is no such archive, or when its container is not sound: then Open tells
// what it is, or what is wrong with it. The error refuses an archive that is
// sound and asks for too much.
func OpenBatch(src Source, size int64, limits Limits) (*Batch, error) {
	limits = limits.complete()
	var head [4]byte
	if size < endLen || size > limits.FileBytes || readAt(src, head[:], 0) != nil || string(head[:2]) != "PK" {
		return nil, nil
	}
	a := &archive{src: src, size: size, limits: limits, lenient: true}
	if err := a.read(); err != nil {
		return nil, nil //nolint:nilerr // Open finds the same and says it
	}
	for _, name := range markers {
		if a.part(name) != nil {
			return nil, nil
		}
	}
	b := &Batch{a: a}
	var total int64
	for i := range a.entries {
		e := &a.entries[i]
		if strings.HasSuffix(e.name, "/") && e.size == 0 {
			continue
		}
		m := Member{Name: memberName(e), Size: e.size, Packed: e.packed, Fault: e.fault, entry: e}
		if m.Fault == nil {
			if m.Fault = b.judge(e); m.Fault == nil {
				total += e.size
			}
		}
		b.Members = append(b.Members, m)
	}
	switch {
	case len(b.Members) > limits.BatchFiles:
		return nil, &osms.FileError{Code: osms.FileTooLarge, Detail: fmt.Sprintf("the archive holds %d files; %d are allowed", len(b.Members), limits.BatchFiles)}
	case total > limits.BatchBytes:
		return nil, &osms.FileError{Code: osms.FileTooLarge, Detail: fmt.Sprintf("its files would inflate to %d bytes; %d are allowed", total, limits.BatchBytes)}
	case total > ratioFrom && total/limits.Ratio >= size:
		return nil, &osms.FileError{Code: osms.FileTooLarge, Detail: fmt.Sprintf("%d bytes would inflate to %d: more than %d times", size, total, limits.Ratio)}
	}
	return b, nil
}

// judge says why a member may not be unpacked although nothing is wrong with
// the way it is packed.
func (b *Batch) judge(e *entry) *osms.FileError {
	limits := b.a.limits
	switch {
	case e.size > limits.FileBytes:
		return &osms.FileError{Code: osms.FileTooLarge, Detail: fmt.Sprintf("the file has %d bytes; %d are allowed", e.size, limits.FileBytes)}
	case e.size > ratioFrom && e.size/limits.Ratio >= e.packed:
		return &osms.FileError{Code: osms.FileTooLarge, Detail: fmt.Sprintf("%d bytes would inflate to %d: more than %d times", e.packed, e.size, limits.Ratio)}
	}
	return nil
}

// Open unpacks a member without a Fault, as it is read. io.EOF comes only when
// its size and checksum are proved; another error is a *osms.FileError, or wraps
// one of reading the source.
func (b *Batch) Open(m Member) (io.Reader, error) {
	if m.Fault != nil {
		return nil, m.Fault
	}
	return b.a.open(m.entry)
}

// Raw gives the bytes of a member as they lie in the archive.
func (b *Batch) Raw(m Member) io.Reader {
	return io.NewSectionReader(b.a.src, m.entry.body, m.entry.packed)
}

// memberName is the name of an entry as the sender saw it. Windows packs names
// in the code page of its console and says so by leaving out a mark.
func memberName(e *entry) string {
	if utf8.ValidString(e.name) {
		return e.name
	}
	var out strings.Builder
	page := cp866()
	for i := range len(e.name) {
		g := page[e.name[i]]
		out.Write(g.bytes[:g.size])
	}
	return out.String()
}
