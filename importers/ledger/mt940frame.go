package ledger

import (
	"bytes"

	"osmsd/sync/osms"
)

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
