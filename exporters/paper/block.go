package paper

// Align says where the lines of a block stand.
type Align int

const (
	Left Align = iota
	Centre
	Right
	// Justified spreads every line but the last to the full width.
	Justified
)

// Block is a text set in a column: broken into lines at a type size.
type Block struct {
	Face    *Face
	Size    float64 // points
	Leading float64 // millimetres from line to line
	Align   Align
	Width   float64
	Lines   []string
}

// leading is the distance of lines as a share of the type size.
const leading = 1.22

// Set breaks a text into a block of a width.
func Set(f *Face, size, width float64, a Align, text string) Block {
	return Block{Face: f, Size: size, Leading: size * mmPerPoint * leading, Align: a, Width: width,
		Lines: f.Wrap(Clean(text), size, width)}
}

// SetWithin breaks a text into a block of at most so many lines, in the
// largest type from size down to MinSize that allows it. ok is false when none
// does; the block then has more lines.
func SetWithin(f *Face, size, width float64, lines int, a Align, text string) (b Block, ok bool) {
	for ; ; size -= 0.5 {
		b = Set(f, max(size, MinSize), width, a, text)
		if len(b.Lines) <= lines {
			return b, true
		}
		if size <= MinSize {
			return b, false
		}
	}
}

// Height is the block's height in millimetres.
func (b Block) Height() float64 { return float64(len(b.Lines)) * b.Leading }

// Print prints the block with its upper left corner at x, y and returns the
// height it took.
func (d *Document) Print(b Block, x, y float64) float64 {
	for i, line := range b.Lines {
		base := y + float64(i)*b.Leading + b.Size*mmPerPoint*0.95
		left := x
		switch b.Align {
		case Centre:
			left += (b.Width - b.Face.Width(line, b.Size)) / 2
		case Right:
			left += b.Width - b.Face.Width(line, b.Size)
		case Justified:
			if i < len(b.Lines)-1 {
				if spaces := countSpaces(line); spaces > 0 {
					// A line with few spaces would be torn apart: leave it ragged.
					if gap := (b.Width - b.Face.Width(line, b.Size)) / float64(spaces); gap < b.Size*mmPerPoint*0.8 {
						d.spread(b.Face, b.Size, left, base, b.Width, line)
						continue
					}
				}
			}
		}
		d.Line(b.Face, b.Size, max(left, 0), base, line)
	}
	return b.Height()
}

func countSpaces(s string) (n int) {
	for i := 0; i < len(s); i++ {
		if s[i] == ' ' {
			n++
		}
	}
	return n
}
