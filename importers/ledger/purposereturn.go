package ledger

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"osmsd/sync/osms"
)

// purposeReturns reports whether the text says that money is given back. Aid
// that is to be returned one day ("возвратная помощь") is not a return.
func purposeReturns(words []purposeWord) bool {
	for i, w := range words {
		if i > 0 && notReturned[words[i-1].text] {
			continue
		}
		if returnWords[w.text] || w.text == lostReturn && strings.HasSuffix(w.gap, "?") {
			return true
		}
		for _, begin := range returnBegins {
			if strings.HasPrefix(w.text, begin) {
				return true
			}
		}
	}
	return false
}

var (
	returnWords = folded("возврат", "возврата", "возврату", "возвратом", "возврате", "возвраты", "возвратов", "возвращаем",
		"возвращается", "возвращаются", "қайтару", "қайтаруы", "қайтаруға", "қайтарылды", "қайтарылған", "қайтарылуы", "қайтарылады", "аннулирование", "аннуляция")
	// lostReturn is «қайтару» in an encoding without қ.
	lostReturn   = osms.FoldName("айтару")
	returnBegins = []string{osms.FoldName("сторно"), osms.FoldName("сторнир"), osms.FoldName("возвращен"), osms.FoldName("аннулирован")}
	notReturned  = folded("без", "не", "правом", "условии", "условием")
)

// purposeReverses reads the reference of the payment that is given back: behind
// the word for a reference, else the number of the payment order. Of two
// different ones none.
func purposeReverses(text string, words []purposeWord) string {
	for _, label := range []func([]purposeWord, int) bool{isReference, isOrder} {
		found, end := "", 0
		for i, w := range words {
			// The letters with which a reference begins are no label.
			if w.at < end || !label(words, i) {
				continue
			}
			reference := referenceBehind(text, words, i)
			if reference == "" {
				continue
			}
			end = words[i+1].at + len(reference)
			if found != "" && found != reference {
				return ""
			}
			found = reference
		}
		if found != "" {
			return found
		}
	}
	return ""
}

var (
	referenceWords = folded("реф", "референс", "референса", "референсу", "референсом", "ref", "reference")
	orderPhrases   = phrases("пп", "п п", "плат пор", "плат поручению", "платежное поручение", "платежного поручения", "платежному поручению",
		"платежным поручением", "төлем тапсырмасы", "төлем тапсырмасының", "төлем тапсырмасына")
)

// isReference: a word for a reference that ends before it; in REF0001 it is a
// part of one.
func isReference(words []purposeWord, i int) bool {
	return referenceWords[words[i].text] && i+1 < len(words) && words[i+1].gap != ""
}

func isOrder(words []purposeWord, i int) bool {
	if endsPhrase(words, i, orderPhrases) {
		return true
	}
	return i > 0 && words[i].text == "п" && words[i-1].text == "п" && words[i].gap == "/"
}

// mostReference is the room that ISO 20022 gives a reference.
const mostReference = 35

// referenceBehind reads what stands behind the label at i: letters, digits and
// the signs within numbers, with a digit among them.
func referenceBehind(text string, words []purposeWord, i int) string {
	if i+1 == len(words) || !gapOnly(words[i+1].gap, ".:=№#/") {
		return ""
	}
	tagged := strings.HasSuffix(words[i].gap, "/") && strings.HasPrefix(words[i+1].gap, "/")
	rest := text[words[i+1].at:]
	if len(rest) > 8*mostReference {
		rest = rest[:8*mostReference]
	}
	end := strings.IndexFunc(rest, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' && r != '.' && (r != '/' || tagged)
	})
	if end >= 0 {
		rest = rest[:end]
	}
	rest = strings.TrimRight(rest, "-_./")
	if utf8.RuneCountInString(rest) > mostReference || !strings.ContainsAny(rest, "0123456789") {
		return ""
	}
	return rest
}
