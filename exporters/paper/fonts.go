package paper

import (
	"crypto/sha256"
	"fmt"
	"sync"
)

// perFont is how many objects a font has: the font, its only descendant and its
// descriptor in an object stream, the font's file, the map to Unicode, and the
// object stream itself.
const perFont = 6

// fontObjects are a font's objects as bytes of a document.
type fontObjects struct {
	body   []byte
	starts [3]int // of the file, the map and the object stream in body
}

// fixedFonts are the fonts of the fixed subset, made once.
var fixedFonts = sync.OnceValue(func() (pair [2]fontObjects) {
	for i, f := range faces() {
		pair[i] = f.objects(nil)
	}
	return pair
})

// embed writes the objects of a font with the letters that the document has
// beyond the fixed subset.
func (f *file) embed(i int, more []rune) {
	face := faces()[i]
	var font fontObjects
	if len(more) == 0 {
		font = fixedFonts()[i]
	} else {
		font = face.objects(more)
	}
	for k, at := range font.starts {
		f.places[face.object+3+k] = place{kind: 1, at: uint32(f.size + at)}
	}
	for k := range 3 {
		f.places[face.object+k] = place{kind: 2, at: uint32(face.object + 5), index: uint16(k)}
	}
	f.share(font.body)
}

// objects makes the objects of the font: the fixed subset and more letters,
// which have the codes after those of the fixed subset.
func (f *Face) objects(more []rune) (o fontObjects) {
	glyphs := f.fixed[:len(f.fixed):len(f.fixed)]
	letters := make([]rune, len(glyphs))
	for _, r := range fixedLetters {
		letters[f.codes[r]] = r
	}
	for _, r := range more {
		glyphs, letters = append(glyphs, f.glyphs[r]), append(letters, r)
	}
	glyphs = f.withParts(glyphs)
	ttf := f.subset(glyphs)
	name := tag(ttf) + "+" + f.name
	add := func(k int, dict string, data []byte) {
		o.starts[k-3] = len(o.body)
		deflated(data, func(b []byte) {
			o.body = append(append(appendStreamHead(o.body, f.object+k, dict, len(b)), b...), streamEnd...)
		})
	}
	add(3, fmt.Sprintf("/Length1 %d", len(ttf)), ttf)
	add(4, "", unicodeMap(letters))
	bodies := []string{
		fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>\n", name, f.object+1, f.object+4),
		fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"+
			"/FontDescriptor %d 0 R/CIDToGIDMap/Identity/DW 0/W[0%s]>>\n", name, f.object+2, f.advances(glyphs)),
		f.descriptor(name),
	}
	heads, at := "", 0
	for k, body := range bodies {
		heads += fmt.Sprintf("%d %d ", f.object+k, at)
		at += len(body)
	}
	add(5, fmt.Sprintf("/Type/ObjStm/N 3/First %d", len(heads)), []byte(heads+bodies[0]+bodies[1]+bodies[2]))
	return o
}

// tag names a subset: six capital letters that follow from its bytes.
func tag(ttf []byte) string {
	digest := sha256.Sum256(ttf)
	letters := make([]byte, 6)
	for i := range letters {
		letters[i] = 'A' + digest[i]%26
	}
	return string(letters)
}

// advances lists the widths of glyphs by code.
func (f *Face) advances(glyphs []uint16) string {
	b := []byte("[")
	for _, g := range glyphs {
		advance, _ := f.metric(g)
		b = fmt.Appendf(b, "%d ", f.thousandths(advance))
	}
	return string(append(b[:len(b)-1], ']'))
}

// descriptor describes the font as a whole, from its tables head, hhea and OS/2.
func (f *Face) descriptor(name string) string {
	signed := func(table string, at int) int { return f.thousandths(int(int16(u16(f.tables[table], at)))) }
	stem := 80 // thickness of stems, which the font does not tell
	if f.style == "B" {
		stem = 140
	}
	const serif, symbolic = 1 << 1, 1 << 2
	return fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags %d/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV %d/FontFile2 %d 0 R>>\n",
		name, serif|symbolic, signed("head", 36), signed("head", 38), signed("head", 40), signed("head", 42),
		signed("hhea", 4), signed("hhea", 6), signed("OS/2", 88), stem, f.object+3)
}

// unicodeMap says which letter each code is, so that text can be read back.
func unicodeMap(letters []rune) []byte {
	b := []byte("/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n")
	const most = 100 // that one list may have
	var list []byte
	n := 0
	end := func() {
		if n > 0 {
			b = fmt.Appendf(b, "%d beginbfrange\n%sendbfrange\n", n, list)
			list, n = list[:0], 0
		}
	}
	for code := 0; code < len(letters); code++ {
		first, from := code, letters[code]
		if from == 0 {
			continue
		}
		// A range may not change the upper byte, neither of codes nor of letters.
		for code+1 < len(letters) && letters[code+1] == letters[code]+1 && (code+1)&0xFF != 0 && letters[code+1]&0xFF != 0 {
			code++
		}
		list = fmt.Appendf(list, "<%04X><%04X><%04X>\n", first, code, from)
		if n++; n == most {
			end()
		}
	}
	end()
	return append(b, "endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n"...)
}
