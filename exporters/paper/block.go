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
	// Role is what the block is in the tagged text: "P" when it is empty, "H1",
	// "H2", "TH", "TD", "LI" or RoleArtifact. Cells of a row are printed from
	// left to right.
	Role string

	text string // that was broken into the lines
}

// leading is the distance of lines as a share of the type size.
const leading = 1.22

// Set breaks a text into a block of a width.
func Set(f *Face, size, width float64, a Align, text string) Block {
	text = Clean(text)
	return Block{Face: f, Size: size, Leading: size * mmPerPoint * leading, Align: a, Width: width,
		Lines: f.Wrap(text, size, width), text: text}
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
