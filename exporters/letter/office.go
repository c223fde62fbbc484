package letter

import (
	"io"
	"slices"

	"osmsd/sync/osms"
)

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
			lack{l.EffectKK == "" || l.EffectRU == "", "sentence on what follows"}, lack{l.TakenBack && l.Replaces == "", "number of the annulled letter"})
	}
	return of
}
