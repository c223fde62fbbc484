package letter

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"osmsd/sync/osms"
)

// lack is a field that a letter must have, and whether it is missing.
type lack struct {
	lacks bool
	name  string
}

// missing names the first field that is missing.
func missing(of []lack) error {
	for _, f := range of {
		if f.lacks {
			return fmt.Errorf("the %s is missing", f.name)
		}
	}
	return nil
}

func lacksOf(l osms.Letter) []lack {
	return []lack{
		{l.Number == "", "number"}, {l.Date.IsZero(), "date"}, {l.Person == 0, "IIN"},
		{l.Name.String() == "", "name"}, {l.Birth.IsZero(), "birth date"},
		{l.First.IsZero(), "first day"}, {l.Effective.IsZero(), "effective month"},
		{l.Basis.KK == "" || l.Basis.RU == "", "legal basis"},
		{l.Action != osms.Entered && l.Action != osms.Updated && l.Action != osms.Removed, "action"},
		{l.Case != "" && l.Received.IsZero(), "day of receipt"},
	}
}

// child reports whether the person is not yet eighteen on a day.
func child(birth, on osms.Date) bool { return on < birth+18_00_00 }

// Notification gives what a letter of a bundle says.
func (t *Texts) Notification(b osms.LetterBundle, l osms.Letter) (Content, error) {
	if err := missing(lacksOf(l)); err != nil {
		return Content{}, err
	}
	by := signer(b)
	c := Content{Kind: osms.LetterNotification, Number: l.Number, Date: l.Date, Head: t.letterhead(by),
		Registers: t.registers(l.Number, l.Date, l.Case, l.Received), Signature: t.signature(by)}
	for i := range c.Halves {
		var err error
		if c.Halves[i], err = t.notified(language(i), b.Organisation, l); err != nil {
			return Content{}, err
		}
	}
	c.Title = t.title(c)
	return c, nil
}

// title names the document by its two titles and its number.
func (t *Texts) title(c Content) string {
	return bothOf([2]string{c.Halves[kk].Title, c.Halves[ru].Title}) + " № " + c.Number
}

// notified is a notification in one language.
func (t *Texts) notified(lang language, o osms.Organisation, l osms.Letter) (Half, error) {
	word := func(key string) string { return t.word(lang, key) }
	level, err := t.value(lang, "level", string(l.Facts.Level))
	if err != nil {
		return Half{}, err
	}
	form, err := t.value(lang, "form", string(l.Facts.Form))
	if err != nil {
		return Half{}, err
	}
	last := dayIn(lang, l.Last)
	if last == "" || l.Last == osms.Forever {
		last = word("last.")
	}
	f := fields{Number: l.Number, Date: dayIn(lang, l.Date), Case: l.Case, Received: dayIn(lang, l.Received),
		Basis: pick(lang, l.Basis.KK, l.Basis.RU), Replaces: l.Replaces, Several: strings.Contains(l.Replaces, ","),
		Name: l.Name.String(), IIN: l.Person.Digits(), Birth: dayIn(lang, l.Birth), Child: child(l.Birth, l.Date),
		Organisation: t.provider(o)[lang], BIN: o.BIN.Digits(), Action: l.Action,
		Level: level, Form: form, Grade: cmp.Or(l.Facts.Grade, word("grade.")), First: dayIn(lang, l.First), Last: last,
		Effect: monthIn(lang, l.Effective)}
	w, err := t.render(osms.LetterNotification, lang, f)
	if err != nil {
		return Half{}, err
	}
	h := w.half(osms.LetterNotification, lang)
	h.Recipient = []Pair{{word("label.recipient"), dative(lang, l.Name, l.Person)},
		{word("label.iin"), f.IIN}, {word("label.birth"), f.Birth}}
	h.Rows = []Row{
		{{word("label.organisation"), f.Organisation}},
		{{word("label.level"), level}, {word("label.form"), form}},
		{{word("label.grade"), f.Grade}, {word("label.effective"), f.Effect}},
		{{word("label.first"), f.First}, {word("label.last"), last}},
	}
	if l.Facts.Status == osms.AcademicLeave && l.Action != osms.Removed {
		h.Rows = append(h.Rows, Row{{word("label.status"), word("status.academic_leave")}})
	}
	return h, nil
}

// WriteNotification prints the one notification of a bundle by itself, without a
// table of contents.
func (t *Texts) WriteNotification(w io.Writer, b osms.LetterBundle) error {
	if len(b.Letters) != 1 {
		return ErrEmpty
	}
	c, err := t.Notification(b, b.Letters[0])
	if err != nil {
		return err
	}
	return t.write(w, c)
}
