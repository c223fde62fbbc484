package letter

import (
	"osmsd/exporters/grammar"
	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// Content is what a letter says, before it is set in type: the letterhead and
// the signature that both languages share, a half for each language, and the
// list that a covering letter carries. PDF and DOCX are made of it.
type Content struct {
	Kind osms.LetterKind
	// Title names the document: it holds no name and no personal number.
	Title  string
	Number string // outgoing
	Date   osms.Date
	// Sample marks a page that shows how a wording looks; "" on a letter.
	Sample    string
	Head      Letterhead
	Registers []Register
	Halves    [2]Half // Kazakh, Russian
	List      *List   // nil: none
	Signature Signature
}

// Letterhead is who writes, in Kazakh and in Russian: the name, and under it
// the address, the office, the number and the telephone.
type Letterhead struct {
	Names [2]string
	Lines [2][]string
}

// Register is a number in the office's register with its day, in both
// languages: outgoing, and incoming where a case exists.
type Register struct{ Number, Day string }

// Half is a letter in one language.
type Half struct {
	Language       string // "kk", "ru"
	Title, Subject string
	Recipient      []Pair
	Body           []string // paragraphs
	Rows           []Row    // a table
	Points         []Point
	Tail           []string // paragraphs under everything
}

// Pair is a label with its value.
type Pair struct{ Label, Value string }

// Row is a line of the table: one pair across it, or two side by side.
type Row []Pair

// Point is a line of an enumeration with its mark: a number or an empty box.
type Point struct{ Mark, Text string }

// List is a table that goes on over as many pages as it takes.
type List struct {
	// Caption heads it where it stands on pages of its own.
	Caption string
	Columns []Column
	Rows    [][]string
	Total   string // under it
}

// Column is a column of a list: its head in both languages and its width.
type Column struct {
	Head  [2]string
	Width float64 // millimetres
	Right bool    // figures
}

// Signature is the foot of a letter: who signs in what position, the place of
// the seal, and who prepared it.
type Signature struct {
	Position, Name string // Name "": a line to write it on
	Signed, Seal   string // (signature), М.О. / М.П.
	Executor       string
}

// registers are the outgoing number and, of a letter that answers an
// application, the incoming one.
func (t *Texts) registers(number string, date osms.Date, incoming string, received osms.Date) []Register {
	r := []Register{{t.both("label.outgoing") + " " + number, inWords(date)}}
	if incoming != "" {
		r = append(r, Register{t.both("label.incoming") + " " + incoming, inWords(received)})
	}
	return r
}

// inWords writes a day in both languages.
func inWords(d osms.Date) string { return paper.DateKK(d) + " / " + paper.DateRU(d) }

// dayIn and monthIn write a day or a month in one.
func dayIn(lang language, d osms.Date) string {
	if lang == ru {
		return paper.DateRU(d)
	}
	return paper.DateKK(d)
}

func monthIn(lang language, m osms.Month) string {
	if lang == ru {
		return paper.MonthRU(m)
	}
	return paper.MonthKK(m)
}

// pick is the language's of two texts.
func pick(lang language, kazakh, russian string) string {
	if lang == ru {
		return russian
	}
	return kazakh
}

// half begins a half with what the templates say of every kind. What follows
// from an event comes before the act, how to appeal or answer behind it.
func (w wording) half(kind osms.LetterKind, lang language) Half {
	h := Half{Language: languages[lang], Title: w[blockTitle], Subject: w[blockSubject], Body: paragraphs(w[blockBody])}
	tail := []string{blockReplaces, blockBasis, blockNote}
	if kind == osms.LetterEvent {
		tail = []string{blockReplaces, blockNote, blockBasis}
	}
	for _, block := range tail {
		h.Tail = append(h.Tail, paragraphs(w[block])...)
	}
	return h
}

// dative is a person's name as it stands behind «Кімге:» and «Кому:»: in the
// dative where that is sure, else as it is written, as in a form that is filled
// in.
func dative(lang language, name osms.Name, person osms.IIN) (shown string) {
	if lang == ru {
		shown, _ = grammar.DativeRU(name, person.Sex())
	} else {
		shown, _ = grammar.DativeKK(name)
	}
	return shown
}
