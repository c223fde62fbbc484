package ledger

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// MT940 and MT950 are the statements of SWIFT: messages of fields, :tag:value,
// with or without the blocks {1:…}{2:…}{4: … -} around them. A long statement is
// several messages, its pages: each has an opening and a closing balance, and
// those between pages (60M, 62M) must meet.

// fitsMT940 tells the format by its opening balance, or by the type of message.
func fitsMT940(head []byte) bool {
	for line := range bytes.FieldsFuncSeq(head, func(r rune) bool { return r == '\r' || r == '\n' }) {
		if bytes.HasPrefix(line, []byte(":60F:")) || bytes.HasPrefix(line, []byte(":60M:")) || swiftType(line) != "" {
			return true
		}
	}
	return false
}

// swiftType reads the type of message from block 2, {2:O940… or {2:I950….
func swiftType(line []byte) string {
	_, block, ok := bytes.Cut(line, []byte("{2:"))
	if ok && len(block) >= 4 && (block[0] == 'O' || block[0] == 'I') && block[1] == '9' && block[3] == '0' && (block[2] == '4' || block[2] == '5') {
		return "mt9" + string(block[2]) + "0"
	}
	return ""
}

// swift is a file of statements in SWIFT form being read.
type swift struct {
	s     *statements
	lines *textLines
	block bool // between {4: and -}
	bare  bool // {1: or {2: stood there, and {4: is due

	field swiftField // being gathered

	state    swiftState
	part     statementPart
	currency string
	sum      osms.Tiyn
	turnover [2]swiftTurnover // debits, credits
	pages    map[string]osms.Tiyn
	pageLine map[string]int
	order    []string // accounts with pages
	movement *swiftMovement
}

// swiftField is a field with its lines.
type swiftField struct {
	tag   string
	line  int
	lines []string
	bytes int
}

// swiftState is how far a message has come.
type swiftState uint8

const (
	swiftOutside swiftState = iota
	swiftBegun              // :20: was there
	swiftOpen               // :60:
	swiftClosed             // :62:
)

type swiftTurnover struct {
	count int
	sum   osms.Tiyn
}

func readMT940(src sheet.Source, size int64, limits sheet.Limits, o Options, r *recorder) error {
	text, err := sheet.OpenText(src, size, limits)
	if err != nil {
		return err
	}
	r.out.Encoding = text.Encoding
	w := &swift{s: newStatements(r, "mt940", limits), lines: &textLines{text: &newlines{in: text}}, pages: map[string]osms.Tiyn{}, pageLine: map[string]int{}}
	for {
		line, err := w.lines.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := w.line(line); err != nil {
			return err
		}
	}
	if err := w.flush(); err != nil {
		return err
	}
	if w.block || w.bare {
		return statementError(osms.FileTruncated, w.lines.number, "the file ends inside a message")
	}
	if err := w.endMessage(); err != nil {
		return err
	}
	for _, account := range w.order {
		if _, open := w.pages[account]; open {
			return statementError(osms.FileTruncated, w.pageLine[account], "the next page of the statement of %s is missing", account)
		}
	}
	w.s.finish()
	return nil
}

// line takes one line: the frame of a message, the beginning of a field, or more
// of one.
func (w *swift) line(line []byte) error {
	line = bytes.TrimRight(line, " \t")
	switch {
	case len(line) == 0:
		return nil
	case bytes.HasPrefix(line, []byte("-}")):
		if err := w.flush(); err != nil {
			return err
		}
		if !w.block {
			return w.damaged("a message ends that did not begin")
		}
		w.block = false
		if err := w.endMessage(); err != nil {
			return err
		}
		return w.frame(line[2:])
	case len(line) == 1 && line[0] == '-' && !w.block:
		if err := w.flush(); err != nil {
			return err
		}
		return w.endMessage()
	case !w.block && (line[0] == '{' || line[0] == 1 || line[0] == 3 || w.bare):
		return w.frame(line)
	}
	tag, value, ok := swiftTag(line)
	if !ok {
		if w.field.tag == "" {
			if w.state == swiftOutside {
				return w.damaged("text outside a message")
			}
			return w.damaged("text outside a field")
		}
		if w.field.bytes += len(line); w.field.bytes > longestLine {
			return statementError(osms.FileTooLarge, w.lines.number, "a field of more than %d bytes", longestLine)
		}
		w.field.lines = append(w.field.lines, string(line))
		return nil
	}
	if err := w.flush(); err != nil {
		return err
	}
	w.field = swiftField{tag: tag, line: w.lines.number, lines: []string{value}, bytes: len(value)}
	return nil
}

// frame takes the blocks around a message; what stands behind {4: is its text.
func (w *swift) frame(line []byte) error {
	line = bytes.Trim(line, " \t\x01\x03$")
	if len(line) == 0 {
		return nil
	}
	if err := w.flush(); err != nil {
		return err
	}
	if err := w.endMessage(); err != nil {
		return err
	}
	if kind := swiftType(line); kind != "" {
		w.s.format = kind
	}
	before, text, ok := bytes.Cut(line, []byte("{4:"))
	if w.bare = bytes.Contains(before, []byte("{1:")) || bytes.Contains(before, []byte("{2:")) || w.bare; !ok {
		return nil
	}
	w.bare, w.block = false, true
	if len(text) > 0 {
		return w.line(text)
	}
	return nil
}

// swiftTag parts :61:value.
func swiftTag(line []byte) (tag, value string, ok bool) {
	if len(line) < 4 || line[0] != ':' || !isDigit(line[1]) || !isDigit(line[2]) {
		return "", "", false
	}
	end := 3
	if line[3] >= 'A' && line[3] <= 'Z' {
		end = 4
	}
	if len(line) <= end || line[end] != ':' {
		return "", "", false
	}
	return string(line[1:end]), string(line[end+1:]), true
}

func (w *swift) damaged(format string, args ...any) error {
	return statementError(osms.FileDamaged, w.lines.number, format, args...)
}

// flush takes the field that was gathered.
func (w *swift) flush() error {
	f := w.field
	w.field = swiftField{}
	if f.tag == "" {
		return nil
	}
	fault := func(format string, args ...any) error {
		return statementError(osms.FileDamaged, f.line, format, args...)
	}
	if f.tag != "86" {
		if err := w.endMovement(); err != nil {
			return err
		}
	}
	if w.state == swiftOutside && f.tag != "20" {
		return fault("a field outside a message")
	}
	value := strings.TrimSpace(f.lines[0])
	switch f.tag {
	case "20":
		if err := w.endMessage(); err != nil {
			return err
		}
		w.state, w.part, w.currency, w.sum, w.turnover = swiftBegun, statementPart{}, "", 0, [2]swiftTurnover{}
	case "25", "25P", "28", "28C":
		if w.state != swiftBegun {
			return fault("field %s stands behind the opening balance", f.tag)
		}
		if f.tag[:2] == "25" {
			w.part.account = swiftAccount(value)
			break
		}
		number, page, _ := strings.Cut(value, "/")
		w.part.number = number
		w.part.page, _ = strconv.Atoi(page)
	case "60F", "60M":
		return w.opening(f, value)
	case "61":
		if w.state != swiftOpen {
			return fault("a movement outside the balances")
		}
		return w.newMovement(f)
	case "86":
		if w.movement != nil {
			w.movement.remark = append(w.movement.remark, f.lines...)
		}
	case "90C", "90D":
		return w.total(f, value)
	case "62F", "62M":
		return w.closing(f, value)
	}
	return nil
}

// swiftAccount reads field 25: an account, with the bank's code before it or the
// currency behind it.
func swiftAccount(value string) string {
	value = accountNumber(value)
	if at := strings.LastIndexByte(value, '/'); at >= 0 {
		value = value[at+1:]
	}
	if cut, ok := strings.CutSuffix(value, "KZT"); ok && len(cut) == 20 {
		return cut
	}
	return value
}
