package sheet

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// The upper halves of the single-byte encodings that rosters come in, byte 0x80
// first. U+FFFD stands where an encoding defines nothing.
const (
	upper1251 = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\uFFFD™љ›њќћџ" +
		"\u00a0ЎўЈ¤Ґ¦§Ё©Є«¬\u00ad®Ї°±Ііґµ¶·ё№є»јЅѕї" +
		"АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя"
	upper866 = "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмноп" +
		"░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀" +
		"рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√№¤■\u00a0"
)

//go:embed data/kz1048.csv
var kz1048CSV string

// glyph is one byte's letter in UTF-8; size 0 is a byte that means nothing.
type glyph struct {
	size  uint8
	bytes [3]byte
}

// codePage is a single-byte encoding: 256 bytes and what they mean.
type codePage [256]glyph

func newCodePage(upper string) *codePage {
	var page codePage
	for i := range 128 {
		page.set(byte(i), rune(i))
	}
	i := 128
	for _, r := range upper {
		if r != utf8.RuneError {
			page.set(byte(i), r)
		}
		i++
	}
	if i != 256 {
		panic("sheet: a code page has " + strconv.Itoa(i) + " letters")
	}
	return &page
}

func (p *codePage) set(b byte, r rune) {
	g := &p[b]
	g.size = uint8(utf8.EncodeRune(g.bytes[:], r))
}

// kz1048Difference is one of the sixteen bytes in which KZ-1048 (the national
// standard's code page, Windows' own never shipped) differs from Windows-1251.
type kz1048Difference struct {
	code   byte
	letter rune
}

var kz1048Differences = sync.OnceValue(func() []kz1048Difference {
	lines, err := csv.NewReader(strings.NewReader(kz1048CSV)).ReadAll()
	if err != nil {
		panic("sheet: embedded kz1048.csv: " + err.Error())
	}
	var list []kz1048Difference
	for _, line := range lines[1:] {
		code, err := strconv.ParseUint(line[0], 0, 8)
		letter, size := utf8.DecodeRuneInString(line[2])
		if err != nil || size != len(line[2]) || fmt.Sprintf("U+%04X", letter) != line[1] {
			panic("sheet: embedded kz1048.csv: " + line[0])
		}
		list = append(list, kz1048Difference{byte(code), letter})
	}
	return list
})

var (
	windows1251 = sync.OnceValue(func() *codePage { return newCodePage(upper1251) })
	cp866       = sync.OnceValue(func() *codePage { return newCodePage(upper866) })
	kz1048      = sync.OnceValue(func() *codePage {
		page := *windows1251()
		for _, d := range kz1048Differences() {
			page.set(d.code, d.letter)
		}
		return &page
	})
)
