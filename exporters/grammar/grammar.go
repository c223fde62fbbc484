// Package grammar puts the name of a person into the dative, for the line of a
// letter that says to whom it goes: «Кому: Ахметовой Айгуль Ерлановне»,
// «Кімге: Ахметова Айгүл Ерланқызына».
//
// A name put into a wrong form is worse than one left as it is written. So each
// function says whether it was sure: when a rule of the language leaves no doubt
// about every part of the name, the dative comes back with true; else the name
// as it is written (the nominative), whole, with false. There is never half of
// a name in the dative.
//
// Nothing is guessed about a part that is not one plain word in Cyrillic, a
// capital followed by small letters: initials, a name in capitals only, a
// double name, a Latin letter, a sign. Nothing is corrected either.
//
// The Russian rules are those of school grammars and of Superanskaya's reference
// book on names of persons; the Kazakh ones of the orthography (2018 project,
// clause 54: endings of names follow the last syllable). Where usage wavers the
// package is not sure; the functions say where that is.
package grammar

import (
	"strings"
	"unicode"

	"osmsd/sync/osms"
)

const (
	russianLetters = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
	kazakhLetters  = "әғқңөұүһі" // those that Russian does not have
)

// plain reports one word of Cyrillic letters, at least two, the first a capital
// and the others small.
func plain(word string) bool {
	n := 0
	for i, r := range word {
		if (i == 0) != unicode.IsUpper(r) || !strings.ContainsRune(russianLetters+kazakhLetters, unicode.ToLower(r)) {
			return false
		}
		n++
	}
	return n >= 2
}

// hasKazakh reports a letter that Russian does not have.
func hasKazakh(word string) bool { return strings.ContainsAny(strings.ToLower(word), kazakhLetters) }

// ends reports whether a word ends in one of the endings and has at least two
// letters before it.
func ends(word string, endings ...string) bool {
	for _, e := range endings {
		if stem, ok := strings.CutSuffix(word, e); ok && len([]rune(stem)) >= 2 {
			return true
		}
	}
	return false
}

// last gives the last letters of a word, small: the last one and the one before.
func last(word string) (r, before rune) {
	letters := []rune(strings.ToLower(word))
	return letters[len(letters)-1], letters[len(letters)-2]
}

// instead puts an ending in the place of a word's last n letters.
func instead(word string, n int, ending string) string {
	letters := []rune(word)
	return string(letters[:len(letters)-n]) + ending
}

// shown is the name in the dative, or as it is written when a part is not sure.
func shown(n osms.Name, dative osms.Name, sure bool) (string, bool) {
	if !sure {
		return n.String(), false
	}
	return dative.String(), true
}
