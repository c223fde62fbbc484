package grammar

import (
	"strings"

	"osmsd/sync/osms"
)

// DativeRU gives a person's name in the Russian dative and whether that is sure.
// A surname and a given name must be there, the sex known, and every part must
// be of that sex as far as its ending tells: Ахметов of a woman is a slip of the
// pen whose right form nobody can know.
//
// A name with letters that only Kazakh has (Әсел, Нұрсұлтан) stays as it is:
// Russian has no endings for it. Only a patronymic or surname in -ұлы, -қызы may
// have them, because it does not change.
func DativeRU(n osms.Name, sex osms.Sex) (text string, sure bool) {
	if sex != osms.Male && sex != osms.Female {
		return n.String(), false
	}
	man := sex == osms.Male
	d, ok := osms.Name{}, [3]bool{2: n.Patronymic == ""}
	d.Surname, ok[0] = part(n.Surname, man, surnameRU)
	d.Given, ok[1] = part(n.Given, man, givenRU)
	if n.Patronymic != "" {
		d.Patronymic, ok[2] = part(n.Patronymic, man, patronymicRU)
	}
	return shown(n, d, ok[0] && ok[1] && ok[2])
}

// part puts one part of a name into the dative: words in -ұлы, -қызы stay,
// others follow the rule of their place.
func part(word string, man bool, rule func(string, bool) (string, bool)) (string, bool) {
	switch {
	case !plain(word):
		return "", false
	case ends(word, "ұлы", "улы", "уулу", "оглы", "оглу"):
		return word, man
	case ends(word, "қызы", "кызы", "гызы"):
		return word, !man
	case hasKazakh(word):
		return "", false
	}
	return rule(word, man)
}

// surnameRU puts a surname into the dative.
//
// Sure: -ов, -ев, -ёв, -ин, -ын with their feminine in -а; -ский, -цкий, -ской,
// -цкой, -ская, -цкая; a man's surname that ends in another consonant, where no
// vowel of it can drop out (Ким, Оспан, Ткачук; -у); a woman's that ends in a
// consonant (Ким, Оспан, Коваль: unchanged); -ых, -о, -ли, -дзе (Черных,
// Шевченко, Ли, Саакашвили, Беридзе: unchanged).
//
// Not sure: -их of a man (Долгих stays, Дитрих takes -у); -ий, -ый, -ой, -ая
// (Толстой is an adjective, Ной is not); -а, -я (Дюма stays, Глинка does not);
// -ец, -ок, -ек, -ел and the like, whose vowel may drop out (Кравец); -ь and -ей
// of a man (Воробей); -ово, -ево, -ино (as good as always a slip for -ова); the
// other vowels (-у and -ой may be a dative that was typed in already).
func surnameRU(word string, man bool) (string, bool) {
	r, before := last(word)
	switch {
	case ends(word, "ов", "ев", "ёв", "ин", "ын"):
		return word + "у", man
	case ends(word, "ова", "ева", "ёва", "ина", "ына"):
		return instead(word, 1, "ой"), !man && !nouns[strings.ToLower(word)]
	case ends(word, "ский", "цкий", "ской", "цкой"):
		return instead(word, 2, "ому"), man
	case ends(word, "ская", "цкая"):
		return instead(word, 2, "ой"), !man
	case word == "Цой":
		if man {
			return "Цою", true
		}
		return word, true
	case ends(word, "ых"):
		return word, true
	case ends(word, "ово", "ево", "ёво", "ино", "ыно"):
		return "", false
	case r == 'о', r == 'и' && before == 'л', ends(word, "дзе"):
		return word, true
	case man && ends(word, "их", "ей", "ий", "ой", "ый"):
		return "", false
	case man:
		return consonantRU(word)
	case r == 'й':
		return word, before != 'и' && before != 'ы' && before != 'о'
	}
	return word, consonant(r) || r == 'ь'
}

// patronymicRU puts a patronymic into the dative: -ович, -евич, -ич, -овна,
// -евна, -ична. Anything else, such as the father's bare name, is not sure.
func patronymicRU(word string, man bool) (string, bool) {
	switch {
	case ends(word, "ич"):
		return word + "у", man
	case ends(word, "овна", "евна", "ёвна", "ична"):
		return instead(word, 1, "е"), !man
	}
	return "", false
}

// consonant reports a letter that closes a syllable; й is one by itself.
func consonant(r rune) bool {
	return strings.ContainsRune("бвгджзклмнпрстфхцчшщ", r)
}

// hardSurnames are surnames in -е- and a consonant that keep their vowel.
var hardSurnames = map[string]bool{"Тен": true, "Миллер": true, "Вагнер": true, "Беккер": true, "Шнейдер": true, "Фишер": true,
	"Майер": true, "Мейер": true, "Вебер": true, "Келлер": true, "Вернер": true}

// consonantRU gives the dative of a man's name that ends in a hard consonant or
// in -ай, -уй and the like. It is sure where no vowel can drop out before the
// last consonant: only о, е, ё do (Лев, Павел, Кравец), and Заяц does it too. A
// name in the list of given names is sure as a surname as well (Ахмет).
func consonantRU(word string) (string, bool) {
	r, before := last(word)
	switch {
	case r == 'й':
		return instead(word, 1, "ю"), strings.ContainsRune("ауяюэ", before)
	case !consonant(r) || r == 'ц':
		return "", false
	case givenNames[word] == hardMan || hardSurnames[word] || ends(word, safeEndings...):
		return word + "у", true
	}
	return word + "у", !strings.ContainsRune("оеё", before)
}

const vowels = "аәеёиоөуұүыіэюя"
