package sheet

import (
	"bytes"
	"fmt"
	"strings"

	"osmsd/sync/osms"
)

// openCSV opens a file that is text. It looks at the bytes for the encoding and
// reads the beginning for the delimiter; the rows are read by Book.Read, as
// often as wanted, each time from the source and with memory that does not grow.
//
// A record is a row and its number counts every record of the file, blank ones
// and a line "sep=;" too, although these two are not delivered. Every field is
// a cell of kind Text, Empty when nothing is in it; empty cells at the end of a
// record are kept, so that the count of its fields can be judged. Nothing is
// trimmed.
func openCSV(src Source, size int64, limits Limits) (*Book, error) {
	limits = limits.complete()
	if size > limits.FileBytes {
		return nil, tooLarge(size, limits.FileBytes)
	}
	if size == 0 {
		return nil, csvError(osms.FileEmpty, "", "the file has no bytes")
	}
	if err := refuseStump(src, size); err != nil {
		return nil, err
	}
	enc, err := detectEncoding(src, size)
	if err != nil {
		return nil, err
	}
	head := newCSVScanner(src, enc, 0, limits, 8<<10)
	for head.end < 4096 && !head.eof {
		if err := head.more(); err != nil {
			return nil, err
		}
	}
	if err := sniffText(head.buf[:head.end], head.eof); err != nil {
		return nil, err
	}
	delim, declared := declaredDelimiter(head.buf[:head.end])
	if !declared {
		if delim, err = detectDelimiter(src, enc, limits); err != nil {
			return nil, err
		}
	}
	return &Book{
		Format: "csv", Sheets: []Sheet{{}}, Encoding: enc.name, Delimiter: string(rune(delim)),
		read: func(_ int, each func(*Row) error) (Summary, error) {
			return readCSV(newCSVScanner(src, enc, delim, limits, chunkBytes), declared, each)
		},
	}, nil
}

func tooLarge(size, most int64) error {
	return csvError(osms.FileTooLarge, "", fmt.Sprintf("%d bytes, of at most %d", size, most))
}

// refuseStump refuses the first bytes of a workbook, too few to be known by its
// signature: a copy that has only begun.
func refuseStump(src Source, size int64) error {
	if size > 7 {
		return nil
	}
	head, err := readSpan(src, 0, size)
	if err != nil {
		return err
	}
	if strings.HasPrefix("PK\x03\x04", string(head)) || strings.HasPrefix("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", string(head)) {
		return csvError(osms.FileTruncated, fmt.Sprintf("byte %d", size), "only the first bytes of a workbook are there")
	}
	return nil
}

func readCSV(s *csvScanner, declared bool, each func(*Row) error) (Summary, error) {
	var sum Summary
	if declared {
		if _, err := s.next(); err != nil {
			return sum, err
		}
	}
	for {
		row, err := s.next()
		if err != nil || row == nil {
			return sum, err
		}
		if sum.Rows++; sum.Rows == aheadAfter {
			if err := s.foresee(); err != nil {
				return sum, err
			}
		}
		if err := each(row); err != nil {
			return sum, err
		}
	}
}

// declaredDelimiter reads a first line "sep=;", which Excel writes and obeys.
func declaredDelimiter(line []byte) (byte, bool) {
	if i := bytes.IndexAny(line, "\r\n"); i >= 0 {
		line = line[:i]
	}
	if n := len(line); n > 2 && line[0] == '"' && line[n-1] == '"' {
		line = line[1 : n-1]
	}
	if len(line) != 5 || !bytes.EqualFold(line[:4], []byte("sep=")) {
		return 0, false
	}
	c := line[4]
	punctuation := c == '\t' || c > ' ' && c < 0x7F && c != '"' &&
		!(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z')
	return c, punctuation
}

// sniffText names the texts that are no table: web pages, which 1C and banks
// save under the name of a workbook, XML, RTF, PDF; and a text of blanks.
func sniffText(text []byte, whole bool) error {
	text = bytes.TrimLeft(text, "\ufeff \t\r\n")
	if len(text) == 0 && whole {
		return csvError(osms.FileEmpty, "", "the file holds nothing but blanks")
	}
	text = bytes.ToLower(text[:min(len(text), 32)])
	for _, sign := range []struct{ prefix, what string }{
		{"<!doctype", "a web page (HTML)"}, {"<html", "a web page (HTML)"}, {"<head", "a web page (HTML)"},
		{"<meta", "a web page (HTML)"}, {"<body", "a web page (HTML)"}, {"<table", "a web page (HTML)"},
		{"<style", "a web page (HTML)"}, {"<!--", "a web page (HTML)"},
		{"<?xml", "an XML document"}, {"<workbook", "an XML document"}, {"mime-version:", "a web archive"},
		{"{\\rtf", "a text document (RTF)"}, {"%pdf-", "a PDF document"},
	} {
		if bytes.HasPrefix(text, []byte(sign.prefix)) {
			return csvError(osms.FileNotAWorkbook, "", "this is "+sign.what+": open it in Excel and save it as .xlsx or CSV UTF-8")
		}
	}
	return nil
}
