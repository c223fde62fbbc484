package letter

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// MaxListed is how many letters a covering letter lists; the list of a larger
// bundle is no paper that anybody checks.
const MaxListed = 10_000

// ErrListTooLong says that a covering letter lists more than MaxListed letters.
var ErrListTooLong = fmt.Errorf("more than %d letters in one list", MaxListed)

// WriteOffice prints a letter of any kind but a notification in the built-in
// wording. Equal letters give equal bytes. It fails as Write does: ErrFit, a
// *paper.GlyphError, or a field that is missing; the error names neither the
// person nor the IIN.
func WriteOffice(w io.Writer, l osms.OfficeLetter) error { return Default().WriteOffice(w, l) }

// CheckOffice reports why a letter could not be printed. It needs no number
// yet.
func CheckOffice(l osms.OfficeLetter) error { return Default().CheckOffice(l) }

// WriteOffice prints a letter in this wording.
func (t *Texts) WriteOffice(w io.Writer, l osms.OfficeLetter) error {
	c, err := t.Content(l)
	if err != nil {
		return err
	}
	return t.write(w, c)
}

// CheckOffice reports why a letter could not be printed in this wording.
func (t *Texts) CheckOffice(l osms.OfficeLetter) error {
	if l.Number == "" {
		l.Number = sameWidth
	}
	l.List = slices.Clone(l.List)
	for i := range l.List {
		if l.List[i].Number == "" {
			l.List[i].Number = sameWidth
		}
	}
	c, err := t.Content(l)
	if err != nil {
		return err
	}
	_, err = t.layOutContent(c)
	return err
}

// Content gives what a letter of the office says.
func (t *Texts) Content(l osms.OfficeLetter) (c Content, err error) {
	if err := missing(lacksOfOffice(l)); err != nil {
		return c, err
	}
	c = Content{Kind: l.Kind, Number: l.Number, Date: l.Date, Head: t.letterhead(l.Provider),
		Registers: t.registers(l.Number, l.Date, l.Case, l.Received), Signature: t.signature(l.Provider)}
	if l.Kind == osms.LetterCovering {
		if c.List, err = t.list(l); err != nil {
			return c, err
		}
	}
	for i := range c.Halves {
		if c.Halves[i], err = t.officeHalf(language(i), l); err != nil {
			return c, err
		}
	}
	c.Title = t.title(c)
	return c, nil
}

// The kinds of letters by what they have.
var (
	toOrganisation = []osms.LetterKind{osms.LetterQuestion, osms.LetterCovering, osms.LetterEvent}
	onCase         = []osms.LetterKind{osms.LetterRefusal, osms.LetterNotAccepted, osms.LetterQuestion}
)

func lacksOfOffice(l osms.OfficeLetter) []lack {
	of := []lack{
		{l.Kind == osms.LetterNotification || !slices.Contains(osms.LetterKinds, l.Kind), "kind"},
		{l.Number == "", "number"}, {l.Date.IsZero(), "date"}, {l.Provider.BIN == 0 && l.Provider.NameKK == "" && l.Provider.NameRU == "", "provider"},
		{l.Basis.KK == "" || l.Basis.RU == "", "legal basis"},
		{(l.Case != "" || slices.Contains(onCase, l.Kind)) && l.Received.IsZero(), "day of receipt"},
		{slices.Contains(onCase, l.Kind) && l.Case == "", "incoming number"},
	}
	if slices.Contains(toOrganisation, l.Kind) {
		of = append(of, lack{l.To == nil, "recipient"}, lack{l.To != nil && l.To.BIN == 0, "BIN of the recipient"})
	}
	if l.Kind != osms.LetterEvent {
		of = append(of, lack{l.ServiceKK == "" || l.ServiceRU == "", "title of the service"})
	}
	if l.Kind != osms.LetterCovering {
		of = append(of, lack{l.Person == 0, "IIN"}, lack{l.Name.String() == "", "name"}, lack{l.Birth.IsZero(), "birth date"})
	}
	switch l.Kind {
	case osms.LetterRefusal:
		of = append(of, lack{l.Ground < osms.GroundUnreliable || l.Ground > osms.GroundNoConsent, "ground"},
			lack{l.GroundKK == "" || l.GroundRU == "", "wording of the ground"}, lack{l.ReasonKK == "" || l.ReasonRU == "", "reason"})
	case osms.LetterNotAccepted:
		of = append(of, lack{len(l.Lacks) == 0, "list of what is lacking"})
	case osms.LetterQuestion:
		of = append(of, lack{l.Until.IsZero(), "last day to answer"})
	case osms.LetterEvent:
		of = append(of, lack{l.Event == nil, "event"}, lack{l.Event != nil && l.Event.On.IsZero(), "day of the event"},
			lack{l.EffectKK == "" || l.EffectRU == "", "sentence on what follows"})
	}
	return of
}

// officeHalf is a letter in one language.
func (t *Texts) officeHalf(lang language, l osms.OfficeLetter) (h Half, err error) {
	word := func(key string) string { return t.word(lang, key) }
	f := fields{Number: l.Number, Date: dayIn(lang, l.Date), Case: l.Case, Received: dayIn(lang, l.Received),
		Basis: pick(lang, l.Basis.KK, l.Basis.RU), Replaces: l.Replaces, Several: strings.Contains(l.Replaces, ","),
		Service: unquoted(pick(lang, l.ServiceKK, l.ServiceRU)), Count: len(l.List), Pages: len(l.List),
		Ground: int(l.Ground), GroundText: pick(lang, l.GroundKK, l.GroundRU), Reason: pick(lang, l.ReasonKK, l.ReasonRU),
		Until: dayIn(lang, l.Until), Effect: pick(lang, l.EffectKK, l.EffectRU)}
	var person Row
	if l.Kind != osms.LetterCovering {
		f.Name, f.IIN, f.Birth, f.Child = l.Name.String(), l.Person.Digits(), dayIn(lang, l.Birth), child(l.Birth, l.Date)
		person = Row{{word("label.iin"), f.IIN}, {word("label.birth"), f.Birth}}
	}
	recipient := append([]Pair{{word("label.recipient"), dative(lang, l.Name, l.Person)}}, person...)
	if slices.Contains(toOrganisation, l.Kind) {
		f.Organisation, f.BIN = t.provider(*l.To)[lang], l.To.BIN.Digits()
		recipient = []Pair{{word("label.recipient"), f.Organisation}, {word("label.bin"), f.BIN}}
	}
	var rows []Row
	var points []Point
	switch l.Kind {
	case osms.LetterRefusal:
		rows = []Row{{{word("label.ground"), fmt.Sprintf("%d) %s", l.Ground, f.GroundText)}}, {{word("label.reason"), f.Reason}}}
	case osms.LetterNotAccepted:
		for i, lack := range l.Lacks {
			text, err := t.value(lang, "lack", string(lack))
			if err != nil {
				return h, err
			}
			points = append(points, Point{strconv.Itoa(i+1) + ")", text})
		}
	case osms.LetterQuestion:
		rows = []Row{{{word("label.name"), f.Name}}, person}
		for _, answer := range []osms.Answer{osms.StillStudy, osms.LeftThere, osms.NeverThere} {
			text, err := t.value(lang, "answer", string(answer))
			if err != nil {
				return h, err
			}
			points = append(points, Point{"□", text})
		}
	case osms.LetterEvent:
		if err := t.event(lang, *l.Event, &f); err != nil {
			return h, err
		}
		rows = []Row{{{word("label.name"), f.Name}}, person, {{word("label.event"), f.EventText}}, {{word("label.on"), f.On}}}
		if f.Ends != "" {
			rows[3] = append(rows[3], Pair{word("label.ends"), f.Ends})
		}
		if f.Document != "" {
			rows = append(rows, Row{{word("label.document"), f.Document}})
		}
	}
	w, err := t.render(l.Kind, lang, f)
	if err != nil {
		return h, err
	}
	h = w.half(l.Kind, lang)
	h.Recipient, h.Rows, h.Points = recipient, rows, points
	return h, nil
}

func (t *Texts) event(lang language, e osms.Event, f *fields) (err error) {
	f.Event, f.On, f.Document = e.Kind, dayIn(lang, e.On), e.Document
	if !e.Until.IsZero() && e.Until != osms.Forever && e.Until != e.On {
		f.Ends = dayIn(lang, e.Until)
	}
	f.EventText, err = t.value(lang, "event", string(e.Kind))
	return err
}

// list is the list of a covering letter's notifications, of one page each.
func (t *Texts) list(l osms.OfficeLetter) (*List, error) {
	if len(l.List) == 0 {
		return nil, ErrEmpty
	}
	if len(l.List) > MaxListed {
		return nil, ErrListTooLong
	}
	const serial, number, iin, what, pages = 10.0, 27.0, 23.0, 40.0, 12.0
	out := &List{Caption: t.both("label.annex") + " № " + l.Number + ", " + l.Date.Dotted(),
		Columns: []Column{{t.words["label.serial"], serial, true}, {t.words["label.number"], number, false},
			{t.words["label.name"], width - serial - number - iin - what - pages, false}, {t.words["label.iin"], iin, false},
			{t.words["label.what"], what, false}, {t.words["label.pages"], pages, true}},
		Total: fmt.Sprintf("%s: %d", t.both("label.total"), len(l.List))}
	for i, n := range l.List {
		err := missing([]lack{{n.Number == "", "number"}, {n.Person == 0, "IIN"}, {n.Name.String() == "", "name"},
			{!slices.Contains(actions, n.Action), "action"}})
		if err != nil {
			return nil, fmt.Errorf("line %d of the list: %w", i+1, err)
		}
		out.Rows = append(out.Rows, []string{strconv.Itoa(i + 1), n.Number, n.Name.String(), n.Person.Digits(), t.both("action." + string(n.Action)), "1"})
	}
	return out, nil
}

// unquoted takes the quotation marks off a title, which the templates set.
func unquoted(s string) string {
	s = paper.Clean(s)
	for _, q := range [][2]string{{"«", "»"}, {`"`, `"`}, {"“", "”"}} {
		if inner, ok := strings.CutPrefix(s, q[0]); ok && strings.HasSuffix(inner, q[1]) {
			return strings.TrimSuffix(inner, q[1])
		}
	}
	return s
}
