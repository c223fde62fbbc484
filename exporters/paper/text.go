package paper

import "fmt"

// Line prints one clean line with its baseline at y, from x. It refuses a
// letter that the face does not have and a line that leaves the page.
func (d *Document) Line(f *Face, size, x, y float64, s string) {
	if s == "" || !d.mark("", x) {
		return
	}
	d.line(f, size, x, y, s, 0, false)
	if !d.Runs {
		d.page.unmark()
	}
}

// Print prints the block with its upper left corner at x, y and returns the
// height it took.
func (d *Document) Print(b Block, x, y float64) float64 {
	if len(b.Lines) == 0 || !d.mark(b.Role, x) {
		return b.Height()
	}
	rest := b.text
	for i, line := range b.Lines {
		base := y + float64(i)*b.Leading + b.Size*mmPerPoint*0.95
		left, gap := x, 0.0
		switch b.Align {
		case Centre:
			left += (b.Width - b.Face.Width(line, b.Size)) / 2
		case Right:
			left += b.Width - b.Face.Width(line, b.Size)
		case Justified:
			if spaces := countSpaces(line); spaces > 0 && i < len(b.Lines)-1 {
				// A line with few spaces would be torn apart: leave it ragged.
				if gap = (b.Width - b.Face.Width(line, b.Size)) / float64(spaces); gap >= b.Size*mmPerPoint*0.8 {
					gap = 0
				}
			}
		}
		rest = after(rest, line)
		spaced := rest != "" && rest[0] == ' '
		if spaced {
			rest = rest[1:]
		}
		d.line(b.Face, b.Size, max(left, 0), base, line, gap, spaced || d.Runs && i == len(b.Lines)-1)
	}
	if !d.Runs {
		d.page.unmark()
	}
	return b.Height()
}

// after is what follows the line in the text that was broken; "" where it is not
// known.
func after(text, line string) string {
	if len(text) > len(line) && text[:len(line)] == line {
		return text[len(line):]
	}
	return ""
}

// origin is where a line begins, in points.
type origin struct{ x, y float64 }

// line writes one line; gap is what each space is wider by, in millimetres. Where
// the line was broken at a space, that space is printed at its end, so that who
// reads the text without its lines has the words apart.
func (d *Document) line(f *Face, size, x, y float64, s string, gap float64, spaced bool) {
	p := &d.page
	if p.face != f || p.size != size {
		p.text = append(p.text, '/', 'F', '0'+f.index(), ' ')
		p.text = append(appendNumber(p.text, size, 1), " Tf\n"...)
		p.face, p.size = f, size
	}
	to := origin{round1(points(x)), round1(height(y))}
	p.text = append(appendNumber(p.text, to.x-p.at.x, 1), ' ')
	p.text = appendNumber(p.text, to.y-p.at.y, 1)
	p.at = to
	wide, err := d.show(f, s, -gap*1000/(size*mmPerPoint), spaced)
	switch right := x + float64(wide)*size*mmPerPoint/1000; {
	case err != nil:
		d.fail(err)
	case size < MinSize || x < 0 || y < 0 || y > PageHeight || right+gap*float64(countSpaces(s)) > PageWidth+0.001:
		d.fail(fmt.Errorf("%w: a line at %.0f, %.0f mm in %.1f points", ErrFit, x, y, size))
	}
}

func round1(v float64) float64 { return float64(int(v*10+0.5)) / 10 }

// show writes the codes of a line and the operators that move to it and print
// it; adjust follows each space in thousandths of the type size. It returns the
// line's own width.
func (d *Document) show(f *Face, s string, adjust float64, spaced bool) (wide int, err error) {
	c := d.page.text
	if adjust == 0 {
		c = append(c, " Td("...)
	} else {
		c = append(c, " Td[("...)
	}
	more := &d.more[f.index()]
	more.used = true
	for _, r := range s {
		if !f.Has(r) {
			return 0, &GlyphError{Rune: r}
		}
		wide += int(f.widths[r])
		code := f.codes[r]
		if code == 0 {
			code = more.code(f, r)
		}
		c = appendEscaped(appendEscaped(c, byte(code>>8)), byte(code))
		if r == ' ' && adjust != 0 {
			c = append(c, ')')
			c = appendNumber(c, adjust, 0)
			c = append(c, '(')
		}
	}
	if spaced {
		c = append(c, 0, byte(f.codes[' ']))
	}
	if adjust == 0 {
		c = append(c, ")Tj\n"...)
	} else {
		c = append(c, ")]TJ\n"...)
	}
	d.page.text = c
	return wide, nil
}

// appendEscaped writes a byte of a string in parentheses.
func appendEscaped(b []byte, c byte) []byte {
	switch c {
	case '(', ')', '\\':
		return append(b, '\\', c)
	case '\r':
		return append(b, '\\', 'r')
	}
	return append(b, c)
}

// code gives a letter beyond the fixed subset its code in this document.
func (l *letters) code(f *Face, r rune) uint16 {
	code, ok := l.codes[r]
	if !ok {
		if l.codes == nil {
			l.codes = map[rune]uint16{}
		}
		code = uint16(len(f.fixed) + len(l.order))
		l.codes[r], l.order = code, append(l.order, r)
	}
	return code
}

func countSpaces(s string) (n int) {
	for i := 0; i < len(s); i++ {
		if s[i] == ' ' {
			n++
		}
	}
	return n
}
