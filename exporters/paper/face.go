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

// Face is the measure of one font: which letters it has and how wide they are.
type Face struct {
	style  string // as fpdf names it: "" or "B"
	ttf    []byte
	widths [1 << 16]uint16 // thousandths of the type size; 0: no glyph
}

var faces = sync.OnceValue(func() (pair [2]*Face) {
	for i, f := range []struct {
		style string
		ttf   []byte
	}{{"", regularTTF}, {"B", boldTTF}} {
		face := &Face{style: f.style, ttf: f.ttf}
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
// font.
func (f *Face) measure() (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("a table is cut short")
		}
	}()
	b := f.ttf
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
	u32 := func(at int) int { return int(binary.BigEndian.Uint32(b[at:])) }
	table := map[string]int{}
	for i := range u16(4) {
		at := 12 + 16*i
		table[string(b[at:at+4])] = u32(at + 8)
	}
	em, metrics := u16(table["head"]+18), u16(table["hhea"]+34)
	advance := func(glyph int) int {
		return (u16(table["hmtx"]+4*min(glyph, metrics-1))*1000 + em/2) / em
	}
	sub := 0
	for i := range u16(table["cmap"] + 2) {
		at := table["cmap"] + 4 + 8*i
		if u16(at) == 3 && u16(at+2) == 1 && u16(table["cmap"]+u32(at+4)) == 4 {
			sub = table["cmap"] + u32(at+4)
		}
	}
	if sub == 0 {
		return errors.New("no Unicode map of format 4")
	}
	segments := u16(sub+6) / 2
	ends, starts := sub+14, sub+16+2*segments
	deltas, offsets := starts+2*segments, starts+4*segments
	for i := range segments {
		for c := u16(starts + 2*i); c <= u16(ends+2*i) && c < 0xFFFF; c++ {
			glyph := c + u16(deltas+2*i)
			if o := u16(offsets + 2*i); o != 0 {
				if glyph = u16(offsets + 2*i + o + 2*(c-u16(starts+2*i))); glyph != 0 {
					glyph += u16(deltas + 2*i)
				}
			}
			if glyph &= 0xFFFF; glyph != 0 {
				f.widths[c] = uint16(advance(glyph))
			}
		}
	}
	return nil
}
