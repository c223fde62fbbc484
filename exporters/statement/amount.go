package statement

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"osmsd/sync/osms"
)

var (
	onesKK = [...]string{"", "бір", "екі", "үш", "төрт", "бес", "алты", "жеті", "сегіз", "тоғыз"}
	tensKK = [...]string{"", "он", "жиырма", "отыз", "қырық", "елу", "алпыс", "жетпіс", "сексен", "тоқсан"}
	bigKK  = [...]string{"", "мың", "миллион", "миллиард", "триллион", "квадриллион"}

	onesRU     = [...]string{"", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"}
	teensRU    = [...]string{"десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать"}
	tensRU     = [...]string{"", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"}
	hundredsRU = [...]string{"", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"}
	bigRU      = [...][3]string{{}, {"тысяча", "тысячи", "тысяч"}, {"миллион", "миллиона", "миллионов"},
		{"миллиард", "миллиарда", "миллиардов"}, {"триллион", "триллиона", "триллионов"}, {"квадриллион", "квадриллиона", "квадриллионов"}}
)

// AmountKK writes an amount in Kazakh words: Бес мың сегіз жүз елу екі теңге
// 00 тиын. One hundred and one thousand are written with their "бір", so that
// nothing can be put before them; the tiyn stand in figures.
func AmountKK(t osms.Tiyn) string {
	return amount(t, "нөл", "теңге", func(words []string, group, scale int) []string {
		if h := group / 100; h > 0 {
			words = append(words, onesKK[h], "жүз")
		}
		words = append(words, tensKK[group/10%10], onesKK[group%10])
		return append(words, bigKK[scale])
	})
}

// AmountRU writes an amount in Russian words: Пять тысяч восемьсот пятьдесят
// два тенге 00 тиын. Tenge does not decline; the tiyn stand in figures.
func AmountRU(t osms.Tiyn) string {
	return amount(t, "ноль", "тенге", func(words []string, group, scale int) []string {
		words = append(words, hundredsRU[group/100])
		ten, one := group/10%10, group%10
		form := 2
		if ten == 1 {
			words = append(words, teensRU[one])
		} else {
			w := onesRU[one]
			if scale == 1 && one == 1 {
				w = "одна"
			} else if scale == 1 && one == 2 {
				w = "две"
			}
			words = append(words, tensRU[ten], w)
			switch one {
			case 1:
				form = 0
			case 2, 3, 4:
				form = 1
			}
		}
		return append(words, bigRU[scale][form])
	})
}

// amount splits tenge into groups of three digits, has each said, and adds the
// tiyn.
func amount(t osms.Tiyn, zero, tenge string, say func(words []string, group, scale int) []string) string {
	n, minus := uint64(t), ""
	if t < 0 {
		n, minus = -n, "минус "
	}
	var words []string
	whole, divisor := n/100, uint64(1_000_000_000_000_000)
	for scale := 5; scale >= 0; scale-- {
		if group := int(whole / divisor % 1000); group > 0 {
			words = say(words, group, scale)
		}
		divisor /= 1000
	}
	if words == nil {
		words = []string{zero}
	}
	words = append(words, tenge)
	s := minus + strings.Join(strings.Fields(strings.Join(words, " ")), " ")
	first, size := utf8.DecodeRuneInString(s)
	return fmt.Sprintf("%c%s %02d тиын", unicode.ToUpper(first), s[size:], n%100)
}
