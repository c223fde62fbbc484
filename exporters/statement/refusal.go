package statement

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"time"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// RefusalText is what a refusal of service B says beside its data: its own
// number, and the sentences in both languages as of its day.
type RefusalText struct {
	Number             string
	GroundKK, GroundRU string // the act's wording of the ground
	ReasonKK, ReasonRU string // why, in a sentence
	BasisKK, BasisRU   string // the act that the grounds stand in
}

// refusal is the JSON of a refusal. Every key is always present.
type refusal struct {
	Number   string          `json:"number"`
	Answered string          `json:"answered_at"`
	Incoming string          `json:"incoming"`
	Received *string         `json:"received_at"`
	Counted  *string         `json:"counted"`
	Deadline *string         `json:"deadline"`
	IIN      string          `json:"iin"` // masked; "" when none could be read
	From     *string         `json:"from"`
	To       *string         `json:"to"`
	Ground   osms.Ground     `json:"ground"`
	GroundKK string          `json:"ground_kk"`
	GroundRU string          `json:"ground_ru"`
	Code     osms.CaseReason `json:"reason"`
	ReasonKK string          `json:"reason_kk"`
	ReasonRU string          `json:"reason_ru"`
	BasisKK  string          `json:"basis_kk"`
	BasisRU  string          `json:"basis_ru"`
}

// refusalOf checks a refusal and masks what may hold a personal number: of the
// person, a refusal has the last four digits of the IIN and nothing else.
func refusalOf(a osms.RequestAnswer, t RefusalText) (r refusal, err error) {
	switch {
	case a.Ground < osms.GroundUnreliable || a.Ground > osms.GroundNoConsent:
		return r, errors.New("the refusal has no ground")
	case t.Number == "" || a.Answered.IsZero():
		return r, errors.New("the refusal has no number or moment")
	case t.GroundKK == "" || t.GroundRU == "" || t.ReasonKK == "" || t.ReasonRU == "":
		return r, errors.New("the refusal has no words for its ground or reason")
	}
	r = refusal{Number: t.Number, Answered: *moment(a.Answered), Incoming: masked(a.Request.Incoming), Received: moment(a.Request.Received),
		Counted: date(a.Counted), Deadline: moment(a.Deadline), From: month(a.Request.From), To: month(a.Request.To),
		Ground: a.Ground, GroundKK: t.GroundKK, GroundRU: t.GroundRU, Code: a.Reason,
		ReasonKK: masked(t.ReasonKK), ReasonRU: masked(t.ReasonRU), BasisKK: t.BasisKK, BasisRU: t.BasisRU}
	if a.Request.Person != 0 {
		r.IIN = a.Request.Person.String()
	}
	return r, nil
}

func masked(s string) string { return osms.Refusal{Value: s}.Masked() }

func moment(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := local(t).Format(time.RFC3339)
	return &s
}

// RefusalShape is what Shape is, of WriteRefusalJSON.
func RefusalShape() any { return refusal{} }

// WriteRefusalJSON writes the refusal of a request as one JSON document.
func WriteRefusalJSON(w io.Writer, a osms.RequestAnswer, t RefusalText) error {
	r, err := refusalOf(a, t)
	if err != nil {
		return err
	}
	b, err := encode(r, "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// WriteRefusalPDF writes the refusal of a request as one A4 page in Kazakh and
// Russian. What does not fit on it even in small type is paper.ErrFit.
func WriteRefusalPDF(w io.Writer, a osms.RequestAnswer, t RefusalText) error {
	r, err := refusalOf(a, t)
	if err != nil {
		return err
	}
	title := word("refusal")
	doc := paper.New(paper.Options{Title: title.both() + " № " + r.Number, Date: osms.DateOf(local(a.Answered))})
	doc.NewPage()
	doc.Outline(title.both(), 0)
	y := letterhead(doc, r.Number, issued(a.Answered)) + 4
	of := pair{word("subject").kk + " " + word("refused").kk, word("refused").ru + " " + word("subject").ru}
	for _, t := range [][2]string{{title.kk, of.kk}, {title.ru, of.ru}} {
		y += doc.Print(paper.Set(paper.Bold(), 12, width, paper.Centre, t[0]), left, y)
		y += doc.Print(paper.Set(paper.Bold(), 9, width, paper.Centre, t[1]), left, y) + 2.5
	}
	p := &writer{doc: doc}
	y += 2
	for _, f := range p.fields(asked(a, r), false) {
		f.draw(y)
		y += f.height
	}
	if err := reasons(doc, r, y+5); err != nil {
		return err
	}
	doc.Rule(left, bottom-4, right, bottom-4, 0.1, 150)
	doc.Print(paper.Set(paper.Regular(), 7.5, 120, paper.Left, "№ "+r.Number), left, bottom-3.4)
	return doc.Write(w)
}

// asked is the request, as far as a refusal repeats it.
func asked(a osms.RequestAnswer, r refusal) []field {
	list := []field{{label: word("incoming"), value: pair{kk: cmp.Or(r.Incoming, "—")}}}
	if !a.Request.Received.IsZero() {
		list = append(list, field{label: word("received"), value: issued(a.Request.Received)})
	}
	list = append(list, received(osms.Statement{Counted: a.Counted})...)
	iin := pair{kk: r.IIN}
	if r.IIN == "" {
		iin = word("unread")
	}
	list = append(list, field{label: word("iin"), value: iin})
	if a.Request.From.IsZero() || a.Request.To.IsZero() {
		return list
	}
	return append(list, field{label: word("period"), value: period(a.Request.From, a.Request.To)})
}

// reasons prints ground, reason and basis in both languages, in the largest
// type in which they fit.
func reasons(doc *paper.Document, r refusal, y float64) error {
	ground := pair{fmt.Sprintf("%d) %s", r.Ground, r.GroundKK), fmt.Sprintf("%d) %s", r.Ground, r.GroundRU)}
	for size := 11.0; size >= 8; size -= 0.5 {
		var blocks []paper.Block
		height := 0.0
		add := func(f *paper.Face, text string) {
			b := paper.Set(f, size, width, paper.Justified, text)
			blocks = append(blocks, b)
			height += b.Height() + 1.2
		}
		for _, part := range []struct {
			key  string
			text pair
		}{{"ground", ground}, {"reason", pair{r.ReasonKK, r.ReasonRU}}, {"basis", pair{r.BasisKK, r.BasisRU}}} {
			if part.text.kk == "" && part.text.ru == "" {
				continue
			}
			add(paper.Bold(), word(part.key).both())
			add(paper.Regular(), part.text.kk)
			add(paper.Regular(), part.text.ru)
		}
		add(paper.Regular(), word("note.date").kk)
		add(paper.Regular(), word("note.date").ru)
		if y+height > bottom-8 {
			continue
		}
		for _, b := range blocks {
			y += doc.Print(b, left, y) + 1.2
		}
		return nil
	}
	return fmt.Errorf("%w: the reasons of the refusal", paper.ErrFit)
}
