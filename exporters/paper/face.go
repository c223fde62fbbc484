package paper

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
)

//go:embed fonts/LiberationSerif-Regular.ttf
var regularTTF []byte

//go:embed fonts/LiberationSerif-Bold.ttf
var boldTTF []byte

// Face is one font: which letters it has, how wide they are and where their
// shapes stand.
type Face struct {
	style  string // "" or "B"
	name   string // as a PDF calls the font
	object int    // number of the font's first object in every document
	ttf    []byte
	tables map[string][]byte
	em     int
	widths [1 << 16]uint16 // thousandths of the type size; 0: no glyph
	glyphs [1 << 16]uint16 // of the letters, in the whole font
	codes  [1 << 16]uint16 // of the letters in the fixed subset; 0: not in it
	fixed  []uint16        // glyphs of the fixed subset, by code
}

var faces = sync.OnceValue(func() (pair [2]*Face) {
	for i, f := range []Face{{style: "", name: "LiberationSerif", object: objectRegular, ttf: regularTTF},
		{style: "B", name: "LiberationSerif-Bold", object: objectBold, ttf: boldTTF}} {
		face := &f
		if err := face.measure(); err != nil {
			panic("paper: embedded font: " + err.Error())
		}
		pair[i] = face
	}
	return pair
})

// Regular is the face of running text.
func Regular() *Face { return faces()[0] }

// Bold is the face of titles.
func Bold() *Face { return faces()[1] }

// index is the face's place among the faces.
func (f *Face) index() byte {
	if f.style == "B" {
		return 1
	}
	return 0
}

// Has reports whether the face can print the letter.
func (f *Face) Has(r rune) bool {
	return r >= 0 && int(r) < len(f.widths) && f.widths[r] != 0
}

// Width is the width of a text in millimetres at a type size in points.
func (f *Face) Width(s string, size float64) float64 {
	n := 0
	for _, r := range s {
		if r >= 0 && int(r) < len(f.widths) {
			n += int(f.widths[r])
		}
	}
	return float64(n) * size * mmPerPoint / 1000
}

const mmPerPoint = 25.4 / 72

// GlyphError says that a text holds a letter which the font does not have.
type GlyphError struct{ Rune rune }

func (e *GlyphError) Error() string {
	return fmt.Sprintf("the font has no letter %U", e.Rune)
}

// Check reports the first letter of a text that cannot be printed, as a
// *GlyphError.
func (f *Face) Check(s string) error {
	for _, r := range s {
		if !f.Has(r) {
			return &GlyphError{Rune: r}
		}
	}
	return nil
}

// box stands for a letter that the fonts do not have.
const box = '\u25a1'

// Printable makes a clean text of letters that both faces have: what they lack
// becomes a box. It is for texts from outside that no document can hold up its
// content for, such as the name of a file; never for a person's name.
func Printable(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case Regular().Has(c) && Bold().Has(c):
			return c
		case Regular().Has(box) && Bold().Has(box):
			return box
		}
		return '?'
	}, Clean(s))
}

// measure reads the tables head, hhea, hmtx and cmap (format 4) of a TrueType
// font, and numbers the letters of the fixed subset.
func (f *Face) measure() (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("a table is cut short")
		}
	}()
	f.tables = map[string][]byte{}
	for i := range u16(f.ttf, 4) {
		at := 12 + 16*i
		from := u32(f.ttf, at+8)
		f.tables[string(f.ttf[at:at+4])] = f.ttf[from : from+u32(f.ttf, at+12)]
	}
	f.em = u16(f.tables["head"], 18)
	b, sub := f.tables["cmap"], 0
	for i := range u16(b, 2) {
		at := 4 + 8*i
		if u16(b, at) == 3 && u16(b, at+2) == 1 && u16(b, u32(b, at+4)) == 4 {
			sub = u32(b, at+4)
		}
	}
	if sub == 0 {
		return errors.New("no Unicode map of format 4")
	}
	segments := u16(b, sub+6) / 2
	ends, starts := sub+14, sub+16+2*segments
	deltas, offsets := starts+2*segments, starts+4*segments
	for i := range segments {
		for c := u16(b, starts+2*i); c <= u16(b, ends+2*i) && c < 0xFFFF; c++ {
			glyph := c + u16(b, deltas+2*i)
			if o := u16(b, offsets+2*i); o != 0 {
				if glyph = u16(b, offsets+2*i+o+2*(c-u16(b, starts+2*i))); glyph != 0 {
					glyph += u16(b, deltas+2*i)
				}
			}
			if glyph &= 0xFFFF; glyph != 0 {
				advance, _ := f.metric(uint16(glyph))
				f.widths[c], f.glyphs[c] = uint16(f.thousandths(advance)), uint16(glyph)
			}
		}
	}
	f.fix()
	return nil
}

// metric is the advance and the left bearing of a glyph, in units of the font.
func (f *Face) metric(glyph uint16) (advance, bearing int) {
	t, metrics := f.tables["hmtx"], u16(f.tables["hhea"], 34)
	if g := int(glyph); g >= metrics {
		return u16(t, 4*(metrics-1)), u16(t, 4*metrics+2*(g-metrics))
	}
	return u16(t, 4*int(glyph)), u16(t, 4*int(glyph)+2)
}

// thousandths turns units of the font into thousandths of the type size.
func (f *Face) thousandths(units int) int {
	if units < 0 {
		return -f.thousandths(-units)
	}
	return (units*1000 + f.em/2) / f.em
}

func u16(b []byte, at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
func u32(b []byte, at int) int { return int(binary.BigEndian.Uint32(b[at:])) }
