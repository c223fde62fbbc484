package ledger

import (
	"strconv"
	"strings"

	"osmsd/sync/osms"
)

// purpose is what the text of a payment's purpose says besides its words.
type purpose struct {
	Month    osms.Month  // 0: none, or several
	Region   osms.Region // 0: none, or several
	KNP      string
	Persons  int // declared ("Кол-во потребителей =8"); -1: not stated
	IINs     []osms.IIN
	Returned bool   // "Возврат ошибочных элементов платежа …"
	Reverses string // the reference of the payment that is given back
}

// readPurpose reads the purpose of a payment: free text in Russian or Kazakh,
// with or without tags (/PERIOD/102026). What could be meant in two ways is not
// stated: a text with two months has none.
func readPurpose(text string) purpose { return readRemark(text, false) }

// readRemark is readPurpose of a payment of which it may be known already that
// it gives money back.
func readRemark(text string, returned bool) purpose {
	p := purpose{Persons: -1, Returned: returned}
	if len(text) > mostPurposeBytes {
		return p
	}
	words := purposeWords(text)
	p.Month = purposeMonth(words)
	p.Region = purposeRegion(words)
	p.KNP = purposeKNP(words)
	p.Persons = purposePersons(words)
	p.IINs = purposeIINs(words)
	p.Returned = returned || p.KNP == returnKNP || purposeReturns(text, words)
	if instead := hasWord(words, insteadWords); p.Returned || instead {
		p.Reverses = purposeReverses(text, words)
	}
	return p
}

// returnKNP is the purpose code of a return of what was paid by mistake.
const returnKNP = "021"

func hasWord(words []purposeWord, set map[string]bool) bool {
	for _, w := range words {
		if set[w.text] {
			return true
		}
	}
	return false
}

var insteadWords = folded("взамен", "орнына")

// purposeKNP reads "/KNP/122", "КНП 122", "ТТК: 122".
func purposeKNP(words []purposeWord) string {
	found := ""
	for i := 0; i+1 < len(words); i++ {
		if !knpWords[words[i].text] && !endsPhrase(words, i, knpPhrases) {
			continue
		}
		code := words[i+1]
		if !code.numeric || len(code.text) != 3 || !states(code.gap) || !alone(words, i+1) {
			continue
		}
		if found != "" && found != code.text {
			return ""
		}
		found = code.text
	}
	return found
}

var (
	knpWords   = folded("кнп", "ттк", "knp")
	knpPhrases = phrases("код назначения платежа", "төлем тағайындау коды", "төлем мақсатының коды")
)

// phrases folds and parts each phrase.
func phrases(texts ...string) [][]string {
	var all [][]string
	for _, t := range texts {
		all = append(all, strings.Fields(osms.FoldName(t)))
	}
	return all
}

// endsPhrase reports whether one of the phrases ends with the word at i.
func endsPhrase(words []purposeWord, i int, phrases [][]string) bool {
	for _, phrase := range phrases {
		if first := i + 1 - len(phrase); first >= 0 && isPhrase(words[first:i+1], phrase) {
			return true
		}
	}
	return false
}

func isPhrase(words []purposeWord, phrase []string) bool {
	for k, w := range words {
		if w.text != phrase[k] || k > 0 && !beside(w.gap) {
			return false
		}
	}
	return true
}

// purposePersons reads the number of persons that the text declares. A Kazakh
// label whose special letters were lost on the way is still the label.
func purposePersons(words []purposeWord) int {
	found := -1
	for i := 0; i+1 < len(words); i++ {
		n := words[i+1]
		if !n.numeric || !states(n.gap) || !endsPhrase(words, i, personsPhrases) && !lostPersons(words, i) {
			continue
		}
		stated, err := strconv.Atoi(n.text)
		if err != nil || stated > maxPersons || !alone(words, i+1) || found >= 0 && found != stated {
			return -1
		}
		found = stated
	}
	return found
}

var personsPhrases = phrases("кол-во потребителей", "кол потребителей", "количество потребителей", "число потребителей",
	"кол-во человек", "количество человек", "тұтынушылар саны", "адам саны")

func lostPersons(words []purposeWord, i int) bool {
	return i >= 1 && words[i].text == "саны" && words[i-1].text == "тынушылар" && strings.HasSuffix(words[i-1].gap, "?")
}

// purposeIINs reads the IINs that stand in brackets or behind the word for one,
// each once.
func purposeIINs(words []purposeWord) []osms.IIN {
	var found []osms.IIN
	known := map[osms.IIN]bool{}
	named, bracket := false, false
	for i, w := range words {
		if strings.ContainsAny(w.gap, ")]") {
			named, bracket = false, false
		}
		if at := strings.LastIndexAny(w.gap, "(["); at >= 0 && !strings.ContainsAny(w.gap[at:], ")]") {
			bracket = true
		}
		if iinWords[w.text] {
			named = true
			continue
		}
		iin, err := osms.ParseIIN(w.text, 0)
		whole := w.numeric && (i+1 == len(words) || words[i+1].gap != "" && !strings.HasPrefix(words[i+1].gap, ".") ||
			i+1 < len(words) && strings.HasPrefix(words[i+1].gap, ". "))
		if err != nil || !whole || !gapOnly(w.gap, " .:=№#,;/-\u2013([") {
			named, bracket = false, false
			continue
		}
		if (named || bracket) && !known[iin] {
			known[iin] = true
			found = append(found, iin)
		}
	}
	return found
}

var iinWords = folded("иин", "жсн", "iin", "idn")
