package ledger

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// 1CClientBankExchange is the text in which banks give statements to accounting
// programs: lines of key=value. Sections of accounts state balances and totals,
// sections of documents the movements, and a last line ends the file, so that a
// file that was cut is known.

// fits1C tells the format by its first line.
func fits1C(head []byte) bool { return isExchange(firstLine(head)) }

func isExchange(line []byte) bool {
	return strings.EqualFold(strings.Replace(string(bytes.TrimSpace(line)), "1С", "1C", 1), "1CClientBankExchange")
}

// exchange is a file of 1CClientBankExchange being read.
type exchange struct {
	s        *statements
	lines    *textLines
	keys     map[string]clientKey // of the spellings met
	begun    bool                 // between the first line and КонецФайла
	inside   clientKey            // the section: keyAccountBegin, keyDocumentBegin or 0
	record   clientRecord
	last     clientKey // of the line before, for a purpose of several lines
	header   []string  // accounts named before any section
	accounts map[string]*clientAccount
	order    []string
	sections int    // of accounts
	current  string // account of the last of them
}

func read1C(src sheet.Source, size int64, limits sheet.Limits, o Options, r *recorder) error {
	text, err := sheet.OpenText(src, size, limits)
	if err != nil {
		return err
	}
	r.out.Encoding = text.Encoding
	x := &exchange{s: newStatements(r, "1c", limits), lines: &textLines{text: &newlines{in: text}}, keys: map[string]clientKey{}}
	for {
		line, err := x.lines.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := x.line(line); err != nil {
			return err
		}
	}
	if x.begun {
		return statementError(osms.FileTruncated, x.lines.number, "the file ends before КонецФайла")
	}
	x.s.finish()
	return nil
}

func (x *exchange) line(line []byte) error {
	if line = bytes.TrimSpace(line); len(line) == 0 {
		return nil
	}
	if !x.begun {
		if !isExchange(line) {
			return x.damaged("text behind КонецФайла")
		}
		x.begun, x.header, x.current, x.sections, x.order = true, nil, "", 0, nil
		x.accounts = map[string]*clientAccount{}
		x.s.forget() // a second exchange may be a copy of the first
		return nil
	}
	name, value, assigned := bytes.Cut(line, []byte("="))
	key := x.key(name)
	if key.bounds() {
		return x.bound(key)
	}
	// A purpose may go on in the next lines, which are no assignments, or look
	// like one of a key with spaces.
	if !assigned || key == keyUnknown && isContinuation(name, assigned) {
		if x.inside == keyDocumentBegin && x.last == keyPurpose {
			x.record.add(keyPurpose, string(line))
		}
		return nil
	}
	x.last = key
	switch {
	case key == keyUnknown:
	case x.inside != keyUnknown:
		if !x.record.add(key, string(bytes.TrimSpace(value))) {
			return x.damaged("%s is stated twice, differently", bytes.TrimSpace(name))
		}
	case key == keyAccount:
		if account := accountNumber(string(value)); account != "" && !slices.Contains(x.header, account) && len(x.header) < mostAccounts {
			x.header = append(x.header, account)
		}
	}
	return nil
}

// mostAccounts bounds how many accounts one file may speak of.
const mostAccounts = 10_000

// bound takes the beginning or end of a section or of the file.
func (x *exchange) bound(key clientKey) error {
	x.last = key
	begins := key == keyAccountBegin || key == keyDocumentBegin
	switch {
	case begins && x.inside == keyUnknown:
		x.inside, x.record = key, clientRecord{line: x.lines.number}
	case key == keyAccountEnd && x.inside == keyAccountBegin:
		x.inside = keyUnknown
		return x.account()
	case key == keyDocumentEnd && x.inside == keyDocumentBegin:
		x.inside = keyUnknown
		return x.document()
	case key == keyFileEnd && x.inside == keyUnknown:
		x.begun = false
		return x.controls()
	default:
		return x.damaged("a section begins or ends inside another")
	}
	return nil
}

func (x *exchange) damaged(format string, args ...any) error {
	return statementError(osms.FileDamaged, x.lines.number, format, args...)
}
