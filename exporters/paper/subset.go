package paper

import (
	"encoding/binary"
	"slices"
)

// fixedLetters are what nearly every document needs: the fixed subset holds
// them, is made once in the process and goes into each document as it is. Other
// letters of the font are added to the subset of the document that has them.
//
// They stand in runs of Unicode where that is possible: the map back is shorter.
const fixedLetters = " \u00a0абвгдежзийклмнопрстуфхцчшщъыьэюяАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯёЁіІҒғҚқҢңҮүҰұҺһӘәӨө" +
	"!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~" +
	"–—‘’“”„•…№«»§·°±×÷−≠≈≤≥→□"

// A code is what a text in a PDF calls a glyph by: its number in the subset.
// Each letter has a code of its own, also where two letters share a glyph, so
// that the text read back is the text that was printed.

// fix numbers the letters of the fixed subset, and after them the parts that
// their glyphs are put together from. Code 0 is the glyph of no letter.
func (f *Face) fix() {
	f.fixed = []uint16{0}
	for _, r := range fixedLetters {
		if f.Has(r) && f.codes[r] == 0 {
			f.codes[r] = uint16(len(f.fixed))
			f.fixed = append(f.fixed, f.glyphs[r])
		}
	}
	f.fixed = f.withParts(f.fixed)
}

// shape is the outline of a glyph as the font has it; empty for a space.
func (f *Face) shape(glyph uint16) []byte {
	loca, glyf := f.tables["loca"], f.tables["glyf"]
	if u16(f.tables["head"], 50) == 0 {
		return glyf[2*u16(loca, 2*int(glyph)) : 2*u16(loca, 2*int(glyph)+2)]
	}
	return glyf[u32(loca, 4*int(glyph)):u32(loca, 4*int(glyph)+4)]
}

// Flags of a composite glyph's parts, as TrueType's table glyf defines them.
const (
	argsAreWords = 1 << 0
	hasScale     = 1 << 3
	moreParts    = 1 << 5
	hasTwoScales = 1 << 6
	hasMatrix    = 1 << 7
)

// parts calls for each part of a composite glyph with the place of its glyph
// number in the shape, and returns where the parts end.
func parts(shape []byte, each func(at int)) (at int) {
	if len(shape) < 10 || int16(u16(shape, 0)) >= 0 {
		return len(shape)
	}
	for at = 10; ; {
		flags := u16(shape, at)
		each(at + 2)
		at += 6
		if flags&argsAreWords != 0 {
			at += 2
		}
		switch {
		case flags&hasScale != 0:
			at += 2
		case flags&hasTwoScales != 0:
			at += 4
		case flags&hasMatrix != 0:
			at += 8
		}
		if flags&moreParts == 0 {
			return at
		}
	}
}

// unhinted copies a shape without its instructions. They fit strokes to the
// pixels of coarse screens, no printer needs them, and they would be half of a
// document of one page.
func unhinted(shape []byte) []byte {
	const hasInstructions = 1 << 8
	if len(shape) < 10 {
		return slices.Clone(shape)
	}
	if contours := int16(u16(shape, 0)); contours >= 0 {
		at := 10 + 2*int(contours)
		out := append(slices.Clone(shape[:at]), 0, 0)
		return append(out, shape[at+2+u16(shape, at):]...)
	}
	out := slices.Clone(shape)
	return out[:parts(shape, func(at int) { binary.BigEndian.PutUint16(out[at-2:], uint16(u16(out, at-2)&^hasInstructions)) })]
}

// withParts adds the glyphs that the given ones are put together from, where
// they are not among them.
func (f *Face) withParts(glyphs []uint16) []uint16 {
	for i := 0; i < len(glyphs); i++ {
		shape := f.shape(glyphs[i])
		parts(shape, func(at int) {
			if part := uint16(u16(shape, at)); !slices.Contains(glyphs, part) {
				glyphs = append(glyphs, part)
			}
		})
	}
	return glyphs
}

// subset makes a TrueType font of the given glyphs, numbered in that order. It
// has the tables that a PDF needs: names, the map of letters and instructions
// are left out.
func (f *Face) subset(glyphs []uint16) []byte {
	be := binary.BigEndian
	codes := map[uint16]uint16{}
	for code, glyph := range glyphs {
		if _, ok := codes[glyph]; !ok {
			codes[glyph] = uint16(code)
		}
	}
	var glyf, hmtx []byte
	starts := []int{0}
	for _, glyph := range glyphs {
		shape := unhinted(f.shape(glyph))
		parts(shape, func(at int) { be.PutUint16(shape[at:], codes[uint16(u16(shape, at))]) })
		glyf = append(glyf, shape...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		starts = append(starts, len(glyf))
		advance, bearing := f.metric(glyph)
		hmtx = be.AppendUint16(be.AppendUint16(hmtx, uint16(advance)), uint16(bearing))
	}
	head, hhea, maxp := slices.Clone(f.tables["head"]), slices.Clone(f.tables["hhea"]), slices.Clone(f.tables["maxp"])
	var loca []byte
	long := len(glyf) > 2*0xFFFF
	for _, at := range starts {
		if long {
			loca = be.AppendUint32(loca, uint32(at))
		} else {
			loca = be.AppendUint16(loca, uint16(at/2))
		}
	}
	be.PutUint16(head[50:], 0)
	if long {
		be.PutUint16(head[50:], 1)
	}
	be.PutUint32(head[8:], 0)
	be.PutUint16(hhea[34:], uint16(len(glyphs)))
	be.PutUint16(maxp[4:], uint16(len(glyphs)))
	for at := 16; at < 28; at += 2 { // zones, storage and stack that instructions need
		be.PutUint16(maxp[at:], 0)
	}
	be.PutUint16(maxp[14:], 1)
	return assemble([]table{{"glyf", glyf}, {"head", head}, {"hhea", hhea}, {"hmtx", hmtx}, {"loca", loca}, {"maxp", maxp}})
}

type table struct {
	tag  string
	data []byte
}

// assemble puts tables, sorted by tag, into a TrueType file with right sums.
func assemble(tables []table) []byte {
	be := binary.BigEndian
	n, power := len(tables), 0
	for 2<<power <= n {
		power++
	}
	out := be.AppendUint32(nil, 0x00010000)
	for _, v := range []int{n, 16 << power, power, 16*n - 16<<power} {
		out = be.AppendUint16(out, uint16(v))
	}
	at, adjust := 12+16*n, 0
	for _, t := range tables {
		if t.tag == "head" {
			adjust = at + 8
		}
		out = append(out, t.tag...)
		out = be.AppendUint32(out, sum(t.data))
		out = be.AppendUint32(be.AppendUint32(out, uint32(at)), uint32(len(t.data)))
		at += (len(t.data) + 3) &^ 3
	}
	for _, t := range tables {
		out = append(out, t.data...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	be.PutUint32(out[adjust:], 0xB1B0AFBA-sum(out))
	return out
}

// sum is TrueType's check sum of a table.
func sum(b []byte) (s uint32) {
	for ; len(b) >= 4; b = b[4:] {
		s += binary.BigEndian.Uint32(b)
	}
	var last [4]byte
	copy(last[:], b)
	return s + binary.BigEndian.Uint32(last[:])
}
