package mt102

import (
	"sync"
	"unicode/utf8"
)

// upperKZ1048 is the upper half of KZ-1048, the national standard's code page:
// Windows-1251 with the Kazakh letters. U+FFFD stands where it has nothing.
const upperKZ1048 = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊҚҺЏђ‘’“”•–—\uFFFD™љ›њқһџ" +
	"\u00a0ҰұӘ¤Ө¦§Ё©Ғ«¬\u00ad®Ү°±Ііөµ¶·ё№ғ»әҢңү" +
	"АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя"

var kz1048 = sync.OnceValue(func() map[rune]byte {
	codes, code := map[rune]byte{}, 0x80
	for _, r := range upperKZ1048 {
		if r != utf8.RuneError {
			codes[r] = byte(code)
		}
		code++
	}
	codes['ə'] = codes['ә'] // the look-alike of another alphabet
	codes['Ə'] = codes['Ә']
	return codes
})

// appendKZ1048 encodes UTF-8; a letter that the code page does not have becomes
// "?".
func appendKZ1048(b, text []byte) []byte {
	codes := kz1048()
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			b = append(b, text[i])
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		code, ok := codes[r]
		if !ok {
			code = '?'
		}
		b = append(b, code)
		i += size
	}
	return b
}
