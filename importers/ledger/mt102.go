package ledger

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// MT102 is a payment with its persons, as the payment system of the country
// writes it: a SWIFT message of fields (":20:") whose texts are parted by tags
// ("/KNP/"), with or without the envelope {1:…}{2:I102…}{4: … -}. A header, then
// for each person :21: number, :32B: amount, :70: who it is; at the end :32A:,
// the day and the sum. A file may hold several.

// fitsMT102 tells an MT102 by its envelope, or by the fields of its header. The
// statements, which begin like it, have :25: and :60F:.
func fitsMT102(head []byte) bool {
	if _, kind, ok := bytes.Cut(head, []byte("{2:")); ok && len(kind) >= 4 {
		return bytes.HasPrefix(kind[1:], []byte("102")) && (kind[0] == 'I' || kind[0] == 'O')
	}
	begun, own := false, false
	for line := range bytes.Lines(head) {
		line = bytes.TrimLeft(bytes.TrimPrefix(bytes.TrimLeft(line, " \t"), []byte("{4:")), " \t")
		code, _, ok := cutField(line)
		switch {
		case !ok:
		case code == "20":
			begun = true
		case code == "25", code == "60F", code == "60M", code == "28C":
			return false
		case code[0] == '5' || code == "70" || code == "21" || code == "32B":
			own = true
		}
	}
	return begun && own
}

// readMT102 reads every message. A message is a document of its own; each must
// add up, or the file is refused.
func readMT102(src sheet.Source, size int64, limits sheet.Limits, o Options, r *recorder) error {
	text, err := sheet.OpenText(src, size, limits)
	if err != nil {
		return err
	}
	p := mt102{r: r, lines: textLines{text: text}}
	for {
		line, err := p.lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := p.line(line); err != nil {
			return err
		}
	}
	if p.open || p.promised || p.message != nil && !p.done {
		return p.cut()
	}
	r.out.Encoding, r.out.Controlled = text.Encoding, true
	return nil
}

// mt102 follows a file line by line.
type mt102 struct {
	r        *recorder
	lines    textLines
	promised bool // an envelope's head was there, its message not yet
	open     bool // inside {4: … -}
	message  *message
	done     bool // its :32A: was there
	turnover turnover
}

func (p *mt102) line(line []byte) error {
	if len(line) > 0 && (line[0] <= ' ' || line[0] == "\u00a0"[0]) {
		line = bytes.TrimLeft(line, " \t\u00a0")
	}
	switch {
	case len(line) == 0:
		return nil
	case line[0] == '{':
		return p.envelope(line)
	case bytes.HasPrefix(line, []byte("-}")), len(line) == 1 && line[0] == '-' && !p.open && (p.message == nil || p.done):
		if p.message != nil && !p.done || p.promised {
			return p.cut()
		}
		p.open, p.message = false, nil
		if rest := bytes.TrimLeft(line, "-}"); len(rest) > 0 {
			return p.line(rest)
		}
		return nil
	case line[0] == ':':
		if code, rest, ok := cutField(line); ok {
			return p.field(code, rest)
		}
	}
	if p.message == nil {
		return p.damaged("text outside of a message")
	}
	return p.message.text(line)
}

// envelope reads the blocks {1: and {2:, which begin a message, the beginning of
// its text {4: and what stands behind it {5:.
func (p *mt102) envelope(line []byte) error {
	if p.message != nil && !p.done {
		return p.cut()
	}
	if _, kind, ok := bytes.Cut(line, []byte("{2:")); ok && (len(kind) < 4 || string(kind[1:4]) != "102") {
		return &osms.FileError{Code: osms.FileUnsupportedFormat, Where: fmt.Sprintf("line %d", p.lines.number)}
	}
	if bytes.HasPrefix(line, []byte("{1:")) || bytes.HasPrefix(line, []byte("{2:")) {
		if p.open {
			return p.cut()
		}
		p.promised, p.message = true, nil
	}
	_, rest, ok := bytes.Cut(line, []byte("{4:"))
	if !ok {
		return nil
	}
	if p.open {
		return p.cut()
	}
	p.open, p.promised, p.message = true, true, nil
	return p.line(rest)
}

func (p *mt102) field(code string, value []byte) error {
	if code == "20" {
		if p.message != nil && !p.done {
			return p.cut()
		}
		if p.r.begun >= mostDocuments {
			return &osms.FileError{Code: osms.FileTooManyRows, Where: p.where(p.lines.number), Detail: fmt.Sprintf("more than %d messages", mostDocuments)}
		}
		p.promised, p.done = false, false
		p.message = p.begin(value)
		return nil
	}
	m := p.message
	if m == nil {
		return p.damaged("text outside of a message")
	}
	if p.done {
		if code == "21" || code[:2] == "32" || code == "70" {
			return p.damaged("persons behind the total of the message")
		}
		m.into = &m.ignored
		return nil
	}
	switch {
	case code == "21":
		return m.beginItem(value)
	case code == "32B":
		return m.itemAmount(value)
	case code == "32A":
		p.done = true
		return m.total(value)
	case code == "70" && m.item.begun:
		m.into = &m.item.texts
	case code == "70":
		m.into, m.line = &m.payment, p.lines.number
	case code[:2] == "50" && !m.item.begun:
		m.into = &m.payer
	case code[:2] == "59" && !m.item.begun:
		m.into = &m.payee
	default:
		m.into = &m.ignored
	}
	m.tag = tagAccount // what stands before any tag
	return m.text(value)
}

// cut refuses a file that ends, or goes on with another message, before the
// total of this one.
func (p *mt102) cut() error {
	return &osms.FileError{Code: osms.FileTruncated, Where: p.where(p.lines.number), Detail: "a message is not there to its end"}
}

func (p *mt102) damaged(detail string) error {
	return &osms.FileError{Code: osms.FileDamaged, Where: p.where(p.lines.number), Detail: detail}
}

func (p *mt102) where(line int) string {
	if p.message == nil {
		return fmt.Sprintf("line %d", line)
	}
	return fmt.Sprintf("message %q, line %d", p.message.d.Reference, line)
}

// cutField parts ":32B:KZT600,00" into the code and the value.
func cutField(line []byte) (code string, value []byte, ok bool) {
	if len(line) < 4 || line[0] != ':' {
		return "", nil, false
	}
	end := bytes.IndexByte(line[1:min(len(line), 5)], ':') + 1
	if end < 3 || !isDigit(line[1]) || !isDigit(line[2]) || end == 4 && (line[3] < 'A' || line[3] > 'Z') {
		return "", nil, false
	}
	return fieldCode(line[1:end]), bytes.TrimSpace(line[end+1:]), true
}

// fieldCode spares an allocation for the codes of every item.
func fieldCode(b []byte) string {
	switch string(b) {
	case "21":
		return "21"
	case "32B":
		return "32B"
	case "70":
		return "70"
	}
	return string(b)
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

//go:embed data/knp.csv
var knpCSV string

// knownKNPs are the payment purpose codes of payments to the Fund.
var knownKNPs = sync.OnceValue(func() map[string]bool {
	rows, err := csv.NewReader(strings.NewReader(knpCSV)).ReadAll()
	if err != nil {
		panic("ledger: embedded knp.csv: " + err.Error())
	}
	known := map[string]bool{}
	for _, row := range rows[1:] {
		known[row[0]] = true
	}
	return known
})
