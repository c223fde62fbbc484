package grammar

import "strings"

// class is how a given name of the closed list is declined in Russian.
type class int

const (
	unlisted  class = iota
	hardMan         // -у: Олег, Олегу
	softMan         // ь gives way to ю: Игорь, Игорю
	firstMan        // a man's name in -а, -я: -е
	firstIya        // a woman's name in -ия: -ии
	fixedMan        // Али
	fixedLady       // Айсулу
	irregular       // stands in ownForms
)

// ownForms are given names whose stem changes.
var ownForms = map[string]struct {
	dative string
	man    bool
}{
	"Лев": {"Льву", true}, "Павел": {"Павлу", true}, "Пётр": {"Петру", true}, "Любовь": {"Любови", false},
}

// givenNames are common Kazakh and Russian given names that no rule of endings
// gives surely.
var givenNames = func() map[string]class {
	all := map[string]class{}
	for c, names := range map[class]string{
		hardMan: `Олег Антон Артем Артём Семен Семён Егор Федор Фёдор Виктор Нестор Платон Родион Харитон Тихон Мирон Симон
			Самсон Гордон Агафон Глеб Карен Армен Рубен Сурен Ахмет Ахмед Мухамед Мухаммед Мухамет Магомед Асет Даулет Нурдаулет
			Бекдаулет Медет Бекет Самет Ермек Еркен Ерден Ерлен Есен Ерсен Жасулен Тилек Тлек Тулек Ескендер Искандер Аскер`,
		softMan:  `Игорь Лазарь Шамиль Камиль Наиль Равиль Рамиль Эмиль Джамиль Исмаиль Рафаэль Даниэль Габриэль Марсель Фазыль`,
		firstMan: `Никита Илья Лука Фома Кузьма Савва Данила Гаврила Муса Иса Гайса Мустафа Муртаза`,
		firstIya: `Мария Анастасия София Виктория Ксения Валерия Юлия Лидия Евгения Наталия Лилия Эмилия Евдокия Клавдия Таисия
			Аполлинария Евлалия Агния Антония Цецилия Сильвия Корнелия Амалия`,
		fixedMan:  `Али Гали Вали Нурали Жанали Кенжегали Бакытали Габдуали Мухамедали Ерали Байгали Нургали Ергали Даригали`,
		fixedLady: `Айсулу Карасулу Балсулу Жансулу Аксулу Айару Аяру Сауле`,
		irregular: `Лев Павел Пётр Любовь`,
	} {
		for name := range strings.FieldsSeq(names) {
			all[name] = c
		}
	}
	return all
}()

// safeEndings are last parts of Kazakh compounds whose vowel never drops out.
var safeEndings = []string{"бек", "бол", "дос", "ген", "хмет", "хамед", "хаммед"}

// nouns end like a surname in -ова, -ева, -ина but are words of their own: a
// surname from one takes -е, whatever the sex.
var nouns = func() map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(`корова подкова основа голова полова дуброва диброва
		калина малина рябина смородина щербина долина година былина вершина десятина дубина жемчужина картина кручина лучина
		мужчина осина перина пружина соломина тростина хворостина холстина щетина скотина овчина
		дружина глубина паутина ложбина солонина турбина пучина хижина старшина маслина`) {
		all[word] = true
	}
	return all
}()

// givenRU puts a given name into the dative.
//
// Sure: the closed list; a man's name in a consonant whose vowel cannot drop out
// (Ерлан, -у) or in -й (Сергей, -ю); a woman's in -а after a consonant (-е), in
// -я not after и (-е), in a hard consonant or -й (Айжан, Алтынай: unchanged) and
// in -гуль (Айгуль: unchanged).
//
// Not sure: a woman's name in -ия that is not on the list, since names that are
// stressed at the end waver (Алии, Алие); a woman's in another soft consonant
// (Адель, Асель: both Асель and Асели are written); a man's in -а, -я, -ь off the
// list; other vowels, which may be a dative that was typed in already.
func givenRU(word string, man bool) (string, bool) {
	r, before := last(word)
	switch givenNames[word] {
	case irregular:
		return ownForms[word].dative, ownForms[word].man == man
	case hardMan:
		return word + "у", man
	case softMan:
		return instead(word, 1, "ю"), man
	case firstMan:
		return instead(word, 1, "е"), man
	case firstIya:
		return instead(word, 1, "и"), !man
	case fixedMan:
		return word, man
	case fixedLady:
		return word, !man
	}
	switch {
	case man && r == 'й':
		return instead(word, 1, "ю"), before != 'ы'
	case man:
		return consonantRU(word)
	case r == 'а':
		return instead(word, 1, "е"), !strings.ContainsRune(vowels, before)
	case r == 'я':
		return instead(word, 1, "е"), before != 'и'
	case r == 'й':
		return word, before != 'и' && before != 'ы'
	}
	return word, consonant(r) || ends(word, "гуль")
}
