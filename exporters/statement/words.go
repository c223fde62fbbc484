package statement

import (
	"embed"
	"encoding/csv"
	"strings"
	"sync"

	"osmsd/sync/osms"
)

//go:embed texts/words.csv data/categories.csv
var files embed.FS

// pair is a word in Kazakh and Russian.
type pair struct{ kk, ru string }

// both joins the two languages; what is the same in both stands once.
func (p pair) both() string {
	if p.kk == p.ru || p.ru == "" {
		return p.kk
	}
	return p.kk + " / " + p.ru
}

func table(name string) map[string]pair {
	f, err := files.ReadFile(name)
	if err != nil {
		panic("statement: " + err.Error())
	}
	rows, err := csv.NewReader(strings.NewReader(string(f))).ReadAll()
	if err != nil {
		panic("statement: embedded " + name + ": " + err.Error())
	}
	t := map[string]pair{}
	for _, row := range rows {
		t[row[0]] = pair{row[1], row[2]}
	}
	return t
}

var words = sync.OnceValue(func() map[string]pair { return table("texts/words.csv") })

var categories = sync.OnceValue(func() map[string]pair { return table("data/categories.csv") })

func word(key string) pair {
	w, ok := words()[key]
	if !ok {
		panic("statement: no word for " + key)
	}
	return w
}

// category gives a ground of Art. 26 in words, with its number; one that is
// not in the table keeps its number alone.
func category(c osms.Category) pair {
	if c == "" {
		return word("none")
	}
	w := categories()[string(c)]
	if w.kk == "" {
		return pair{string(c), string(c)}
	}
	return pair{string(c) + " – " + w.kk, string(c) + " – " + w.ru}
}

// notes are the sentences under the sums, in their order.
func notes() []pair {
	return []pair{word("note.terms"), word("note.claim"), word("note.grace"), word("note.date")}
}
