package letter

import (
	"io"

	"osmsd/sync/osms"
)

// What a draft says above its letterhead, and in place of a number.
const (
	draftMark   = "ЖОБА, ӘЛІ БЕРІЛМЕГЕН / ПРОЕКТ, НЕ ВЫДАН"
	draftNumber = "ЖОБА / ПРОЕКТ"
)

// WriteOfficeDraft prints a letter of any kind but a notification as it would be
// issued, marked as a draft: it has no number and no day of issue.
func (t *Texts) WriteOfficeDraft(w io.Writer, l osms.OfficeLetter) error {
	l.Number = draftNumber
	c, err := t.Content(l)
	if err != nil {
		return err
	}
	return t.write(w, draft(c))
}

// WriteNotificationDraft prints the one notification of a bundle likewise.
func (t *Texts) WriteNotificationDraft(w io.Writer, b osms.LetterBundle) error {
	if len(b.Letters) != 1 {
		return ErrEmpty
	}
	l := b.Letters[0]
	l.Number = draftNumber
	c, err := t.Notification(b, l)
	if err != nil {
		return err
	}
	return t.write(w, draft(c))
}

func draft(c Content) Content {
	c.Sample = draftMark
	c.Registers[0].Day = ""
	return c
}
