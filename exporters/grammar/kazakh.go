package grammar

import (
	"strings"

	"osmsd/sync/osms"
)

// DativeKK gives a person's name in the Kazakh dative (барыс септік) and whether
// that is sure. Only the last word of "surname, given name, patronymic" takes
// the ending, so only its sounds matter; in a double name, those of the part
// after the hyphen. A surname and a given name must be there.
//
//   - -ұлы, -қызы (and -улы, -кызы as they are typed): -на.
//   - The Russian patronymic of a man: -вич takes -ке, as и is a front vowel in a
//     borrowed word.
//   - Else the last vowel chooses between а and е, and the last sound the
//     consonant: -ға, -ге after a vowel, a nasal, л, р, й, у, ж, з; -қа, -ке after a
//     voiceless consonant and after б, в, г, д, which are spoken so at the end.
//
// Not sure, because the last vowel does not tell its own harmony: ә (Күләш takes
// the back ending), ё, ю; и and у, unless the word is spelt with Kazakh letters
// and the vowel before tells (Мәди, Ғали). Not sure either: a name in -ы, -і that
// is no patronymic in -ұлы, -қызы (it may be possessive and take -на); one in -ь
// or in two consonants, where a borrowed word takes the front ending whatever its
// vowel (Марк); к and г after a back vowel, which no Kazakh word has.
func DativeKK(n osms.Name) (text string, sure bool) {
	words := []string{n.Surname, n.Given}
	if n.Patronymic != "" {
		words = append(words, n.Patronymic)
	}
	for _, word := range words {
		for piece := range strings.SplitSeq(word, "-") {
			if !plain(piece) {
				return n.String(), false
			}
		}
	}
	ending, sure := "", false
	switch p := n.Patronymic; {
	case ends(p, "ұлы", "улы", "қызы", "кызы"):
		ending, sure = "на", true
	case ends(p, "вич"):
		ending, sure = "ке", true
	default:
		pieces := strings.Split(words[len(words)-1], "-")
		ending, sure = endingKK(pieces[len(pieces)-1])
	}
	if !sure {
		return n.String(), false
	}
	return n.String() + ending, true
}

const (
	backVowels  = "аоұыя"
	frontVowels = "еөүіэ"
	voiced      = "лрймнңжз" // and у after a vowel: what takes -ға, -ге
)

// endingKK chooses the ending of a word by its last vowel and last sound.
func endingKK(word string) (ending string, sure bool) {
	letters := []rune(strings.ToLower(word))
	var sung []rune // the vowels; у after a vowel is a consonant
	open := false   // whether the last letter is a vowel
	closed := 0     // consonants after the last vowel
	for _, r := range letters {
		if open = strings.ContainsRune(vowels, r) && (r != 'у' || !open); open {
			sung, closed = append(sung, r), 0
		} else {
			closed++
		}
	}
	end := letters[len(letters)-1]
	if len(sung) == 0 || closed > 1 || strings.ContainsRune("ьъыі", end) {
		return "", false
	}
	vowel := sung[len(sung)-1]
	if (vowel == 'и' || vowel == 'у') && hasKazakh(word) && len(sung) > 1 {
		if vowel = sung[len(sung)-2]; vowel == 'ә' {
			vowel = 'е'
		}
	}
	back := strings.ContainsRune(backVowels, vowel)
	switch {
	case !back && !strings.ContainsRune(frontVowels, vowel),
		back && strings.ContainsRune("кг", end), !back && strings.ContainsRune("қғ", end):
		return "", false
	case open || end == 'у' || strings.ContainsRune(voiced, end):
		return map[bool]string{true: "ға", false: "ге"}[back], true
	}
	return map[bool]string{true: "қа", false: "ке"}[back], true
}
