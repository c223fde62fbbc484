package letter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

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
		f.TakenBack = l.TakenBack
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
