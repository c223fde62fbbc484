package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"osmsd/exporters/letter"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// ErrUnmade says that a letter cannot be made again from what is kept of it.
var ErrUnmade = errors.New("the letter cannot be made again")

// LetterIssued is a letter of the register as it was issued: the same words every
// time, whatever has happened since.
type LetterIssued struct {
	store.RegisteredLetter
	letter.Worded
	office *store.OfficeLetter // nil: it belongs to a bundle
	bundle osms.LetterBundle   // of this letter alone
}

// IssuedLetters makes letters of the register again, of bundles and others, in the
// order given. Those about persons whose data are blocked are left out; who looks
// is written down by the caller. ErrUnmade where what is needed is destroyed.
func (d *Desk) IssuedLetters(ctx context.Context, letters []store.RegisteredLetter) ([]LetterIssued, error) {
	silence, err := d.silence(ctx)
	if err != nil {
		return nil, err
	}
	blocked := blockedNow(silence.decided)
	var out []LetterIssued
	of := map[int64][]int{} // bundle → places
	for _, l := range letters {
		if l.Person != 0 && blocked[l.Person] {
			continue
		}
		if l.Bundle != 0 {
			of[l.Bundle] = append(of[l.Bundle], len(out))
		}
		out = append(out, LetterIssued{RegisteredLetter: l})
	}
	for i := range out {
		if out[i].Bundle == 0 {
			if out[i], err = d.officeIssued(ctx, out[i].RegisteredLetter); err != nil {
				return nil, err
			}
		}
	}
	for _, id := range sortedKeys(of) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := d.bundleIssued(ctx, silence, id, of[id], out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// officeIssued makes a letter that belongs to no bundle.
func (d *Desk) officeIssued(ctx context.Context, l store.RegisteredLetter) (out LetterIssued, err error) {
	o, err := d.Store.OfficeLetterNumbered(ctx, l.Region, l.Year, l.Number)
	if err != nil {
		return out, fmt.Errorf("letter %s: %w", l.Outgoing(), err)
	}
	out = LetterIssued{RegisteredLetter: l, office: &o}
	if out.Texts, err = d.textsOf(ctx, o.Texts); err != nil {
		return out, err
	}
	if o.Kind == osms.LetterNotification {
		if out.bundle, err = notificationKept(o.Content); err == nil {
			out.Content, err = out.Texts.Notification(out.bundle, out.bundle.Letters[0])
		}
	} else {
		var says osms.OfficeLetter
		if says, err = officeLetterKept(o.Content); err == nil {
			out.Content, err = out.Texts.Content(says)
		}
	}
	if err != nil {
		return out, fmt.Errorf("letter %s: %w: %w", l.Outgoing(), ErrUnmade, err)
	}
	return out, nil
}

// bundleIssued makes the letters of a bundle that stand at some places of a list.
func (d *Desk) bundleIssued(ctx context.Context, s silence, id int64, places []int, out []LetterIssued) error {
	b, err := d.Store.BundleOf(ctx, id)
	if err != nil {
		return fmt.Errorf("bundle %d: %w", id, err)
	}
	letters := make([]store.RegisteredLetter, len(places))
	for n, i := range places {
		letters[n] = out[i].RegisteredLetter
	}
	whole, texts, err := d.asIssued(ctx, s, b, letters)
	if err != nil {
		return err
	}
	for n, i := range places {
		x := &out[i]
		x.Texts, x.bundle = texts, whole
		x.bundle.Letters = whole.Letters[n : n+1]
		if x.Content, err = texts.Notification(whole, whole.Letters[n]); err != nil {
			return fmt.Errorf("letter %s: %w: %w", x.Outgoing(), ErrUnmade, err)
		}
	}
	return nil
}

// IssuedDocument is a letter as a file of its own: form is .pdf or .docx.
func (d *Desk) IssuedDocument(ctx context.Context, l LetterIssued, form string) ([]byte, error) {
	if l.office != nil {
		return d.OfficeDocument(ctx, *l.office, form)
	}
	var b bytes.Buffer
	var err error
	if form == ".docx" {
		err = l.Texts.WriteBundleDOCX(&b, l.bundle)
	} else {
		err = l.Worded.Write(&b)
	}
	return b.Bytes(), err
}

// PrintSeveral writes letters as one PDF for the printer, each from a page of its
// own.
func PrintSeveral(w io.Writer, letters []LetterIssued, on osms.Date) error {
	worded := make([]letter.Worded, len(letters))
	for i, l := range letters {
		worded[i] = l.Worded
	}
	return letter.WriteSeveral(w, worded, on)
}

// InForce is the wording that letters are issued in now, read again from the
// operator's folder. Where that is broken, fault says how, a *letter.TextsError,
// and the last good one is in force.
func (d *Desk) InForce(ctx context.Context, now time.Time) (inForce *letter.Texts, fault error) {
	fault = d.LearnWording(ctx, now)
	return d.wording(), fault
}
