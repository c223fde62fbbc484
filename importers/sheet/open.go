package sheet

import (
	"bytes"
	"fmt"

	"osmsd/sync/osms"
)

// headBytes is how much of a file is looked at to tell what it is.
const headBytes = 4096

// Open detects the format by content and reads what is needed before rows: for
// a workbook the package directory, the list of sheets, formats and shared
// strings; for a CSV encoding and dialect. The name of the file says nothing.
// The error is a *osms.FileError, or wraps one of reading the source.
func Open(src Source, size int64, limits Limits) (*Book, error) {
	limits = limits.complete()
	if size == 0 {
		return nil, &osms.FileError{Code: osms.FileEmpty, Detail: "the file has no bytes"}
	}
	if size > limits.FileBytes {
		return nil, &osms.FileError{Code: osms.FileTooLarge, Detail: fmt.Sprintf("the file has %d bytes; %d are allowed", size, limits.FileBytes)}
	}
	head := make([]byte, min(size, headBytes))
	if err := readAt(src, head, 0); err != nil {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return openWorkbook(src, size, limits)
	case bytes.HasPrefix(head, []byte(oleSignature)):
		return nil, judgeOLE(src, size)
	case allZero(head):
		return nil, &osms.FileError{Code: osms.FileTruncated, Detail: "the file begins with empty bytes: it was not copied whole"}
	}
	if err := foreign(head); err != nil {
		return nil, err
	}
	if prefixed, err := packageAtEnd(src, size); err != nil {
		return nil, err
	} else if prefixed {
		return nil, packageError(osms.FileUnsafe, 0, "bytes stand before the package")
	}
	return openCSV(src, size, limits)
}

// packageAtEnd reports whether a file that does not begin as a package ends as
// one: such a file is two things at once.
func packageAtEnd(src Source, size int64) (bool, error) {
	if size < endLen {
		return false, nil
	}
	var tail [endLen]byte
	if err := readAt(src, tail[:], size-endLen); err != nil {
		return false, err
	}
	return bytes.HasPrefix(tail[:], endSignature) && tail[20] == 0 && tail[21] == 0, nil
}

// foreign refuses what is neither a workbook nor delimited text, by name.
func foreign(head []byte) error {
	for _, f := range []struct{ magic, what string }{
		{"7z\xBC\xAF\x27\x1C", "a 7z archive: unpack it and send the workbooks"},
		{"Rar!\x1A\x07", "a RAR archive: unpack it and send the workbooks"},
		{"\x1F\x8B", "a gzip archive: unpack it and send the file in it"},
		{"BZh91AY&SY", "a bzip2 archive: unpack it and send the file in it"},
		{"\xFD7zXZ\x00", "an xz archive: unpack it and send the file in it"},
		{"\x28\xB5\x2F\xFD", "a zstd archive: unpack it and send the file in it"},
		{"PK\x07\x08", "one volume of a split ZIP archive"},
		{"%PDF-", "a PDF document, not a table"},
		{"{\\rtf", "a text document (.rtf), not a table"},
		{"\x89PNG", "a picture, not a table"},
		{"\xFF\xD8\xFF", "a picture, not a table"},
		{"GIF8", "a picture, not a table"},
	} {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return unsupported(f.what)
		}
	}
	for _, biff := range []string{"\x09\x00\x04\x00", "\x09\x02\x06\x00", "\x09\x04\x06\x00", "\x09\x08\x10\x00", "\x09\x08\x08\x00"} {
		if bytes.HasPrefix(head, []byte(biff)) {
			return legacy()
		}
	}
	return markup(head)
}

// markup refuses pages and messages that merely bear the name of a workbook.
func markup(head []byte) error {
	text := bytes.ToLower(bytes.TrimLeft(bytes.ReplaceAll(head, []byte{0}, nil), "\xEF\xBB\xBF\xFF\xFE \t\r\n"))
	is := func(words ...string) bool {
		for _, w := range words {
			if bytes.HasPrefix(text, []byte(w)) {
				return true
			}
		}
		return false
	}
	switch {
	case is("<!doctype html", "<html", "<table", "<head", "<body", "<meta", "<style", "<div", "<!--"):
		return &osms.FileError{Code: osms.FileNotAWorkbook, Detail: "an HTML page that bears the name of a workbook: open it in Excel and save it as .xlsx"}
	case is("<?xml", "<workbook") && bytes.Contains(text, []byte("urn:schemas-microsoft-com:office:spreadsheet")):
		return &osms.FileError{Code: osms.FileNotAWorkbook, Detail: "an XML table of 2003: open it in Excel and save it as .xlsx"}
	case is("<?xml", "<"):
		return &osms.FileError{Code: osms.FileNotAWorkbook, Detail: "an XML or HTML file, not a workbook"}
	case is("mime-version:", "received:", "return-path:", "delivered-to:", "x-mozilla-status:"):
		return unsupported("an e-mail message: save the attached workbook and send that")
	}
	return nil
}

// complete puts the defaults in place of zeros.
func (l Limits) complete() Limits {
	set := func(v *int, def int) {
		if *v <= 0 {
			*v = def
		}
	}
	set64 := func(v *int64, def int64) {
		if *v <= 0 {
			*v = def
		}
	}
	set64(&l.FileBytes, 256<<20)
	set64(&l.PartBytes, 2<<30)
	set64(&l.Ratio, 400)
	set(&l.Entries, 10_000)
	set(&l.Sheets, 255)
	set(&l.Rows, lastRow)
	set(&l.Columns, 256)
	set(&l.TokenBytes, 1<<20)
	set(&l.CellRunes, 32_767)
	l.CellRunes = min(l.CellRunes, longestText)
	set(&l.Depth, 64)
	set64(&l.SharedBytes, 64<<20)
	set(&l.SharedStrings, 3_000_000)
	set(&l.CellFormats, 65_490)
	set(&l.BatchFiles, 1000)
	set64(&l.BatchBytes, 1<<30)
	return l
}
