package sheet

import (
	"bytes"
	"strconv"

	"osmsd/sync/osms"
)

// format is what a cell format tells about numbers: whether they are days, and
// to how many digits they are padded.
type format struct {
	date  bool
	zeros uint8
}

// readFormats reads of the styles only the number formats of cells.
func (w *workbook) readFormats(e *entry) error {
	codes := map[int]format{}
	w.formats = []format{}
	if bomb, err := w.oversized(e); err != nil || bomb {
		return err // numbers are then read as in a workbook without styles
	}
	return w.scan(e, spaceMain, "styleSheet", func(s *xmlReader) error {
		return s.children(func() error {
			switch string(s.name) {
			case "numFmts":
				return s.children(func() error { return s.numberFormat(codes) })
			case "cellXfs":
				return s.children(func() error {
					if len(w.formats) >= w.limits.CellFormats {
						return s.fault(osms.FileTooLarge, "more than %d cell formats", w.limits.CellFormats)
					}
					id, err := s.attribute("numFmtId")
					if err != nil {
						return err
					}
					n, err := strconv.Atoi(id)
					f, own := codes[n]
					if err == nil && !own {
						f = builtinFormat(n)
					}
					w.formats = append(w.formats, f)
					return s.skip()
				})
			}
			return s.skip()
		})
	})
}

func (s *xmlReader) numberFormat(codes map[int]format) error {
	if len(codes) >= s.limits.CellFormats {
		return s.fault(osms.FileTooLarge, "more than %d number formats", s.limits.CellFormats)
	}
	id, err := s.attribute("numFmtId")
	if err != nil {
		return err
	}
	code, err := s.attribute("formatCode")
	if err != nil {
		return err
	}
	if n, err := strconv.Atoi(id); err == nil {
		codes[n] = parseFormat([]byte(code))
	}
	return s.skip()
}

// builtinFormat knows the formats that a workbook does not spell out
// (ECMA-376 Part 1, 18.8.30); 27 to 36 and 50 to 58 are dates of East Asia.
func builtinFormat(id int) format {
	return format{date: id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 36 || id >= 50 && id <= 58}
}

// parseFormat judges a format code by its first section. Days and years make a
// date, and so does a month; "m" beside hours or seconds is minutes. A code of
// nothing but zeros pads.
func parseFormat(code []byte) format {
	day, month, clock, other := false, false, false, false
	zeros := 0
scan:
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case ';':
			break scan
		case '"', '[':
			closing := byte('"')
			if c == '[' {
				closing = ']'
			}
			j := bytes.IndexByte(code[i+1:], closing)
			if j < 0 {
				break scan
			}
			inside := code[i+1 : i+1+j]
			if c == '[' && len(inside) > 0 && len(bytes.Trim(inside, "hHmMsS")) == 0 {
				clock = true // elapsed time
			}
			other = other || c == '"'
			i += j + 1
		case '\\', '_', '*':
			other = other || c == '\\'
			i++
		case 'd', 'D', 'y', 'Y':
			day = true
		case 'm', 'M':
			month = true
		case 'h', 'H', 's', 'S':
			clock = true
		case '0':
			zeros++
		case 'G', 'g': // General holds no letter of a date, but its own
			if len(code)-i >= 7 && bytes.EqualFold(code[i:i+7], []byte("General")) {
				i += 6
			}
			other = true
		default:
			other = true
		}
	}
	f := format{date: day || month && !clock}
	if !f.date && !month && !clock && !other && zeros >= 2 {
		f.zeros = uint8(min(zeros, 255))
	}
	return f
}
