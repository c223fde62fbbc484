package jobs

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"osmsd/exporters/letter"
	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

// Reminders is what a run of the reminders wrote.
type Reminders struct {
	// Due is the day that is not over yet; zero when it is, and reminders are
	// written.
	Due           osms.Date
	Letters       int
	Organisations int // in them
	Held          int // whose roster waits for an administrator: nobody is reminded
	Paths         []string
}

// Remind writes, once the day due is over, a letter to each region of which an
// organisation has not submitted for the month, into letters/<KK>/reminders/.
//
// A reminder is no decision: nothing is registered, and the letter follows from
// the register, the month and the day. Its name holds the two and a digest of whom
// it lists: a run again on the same day writes the same bytes into the same file,
// and a second file only when others are on the list.
func (d *Desk) Remind(ctx context.Context, t Turn, month osms.Month) (done Reminders, err error) {
	letters, done, err := d.remindersDue(ctx, month, t.Now)
	if err != nil {
		return done, err
	}
	var failed error
	mails := map[string]osms.Reminder{}
	for _, l := range letters {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		path, err := d.writeReminder(l)
		if err != nil { // one region's letter does not hinder the others'
			failed = errors.Join(failed, fmt.Errorf("reminder of region %s: %w", l.Region, err))
			continue
		}
		done.Letters++
		done.Organisations += len(l.Missing)
		done.Paths = append(done.Paths, path)
		mails[path] = l
	}
	return done, errors.Join(failed, d.mailReminders(ctx, t, mails))
}

// remindersDue are the letters that reminders would be on a day, a region each;
// of what is done, the day that is not over yet and whose rosters are held.
func (d *Desk) remindersDue(ctx context.Context, month osms.Month, now time.Time) (letters []osms.Reminder, done Reminders, err error) {
	today := osms.DateOf(now.In(d.Zone))
	if due := d.DueDay(month); today <= due {
		done.Due = due
		return nil, done, nil
	}
	missing, err := d.Missing(ctx, month, 0, now)
	if err != nil {
		return nil, done, err
	}
	for _, u := range missing.Organisations {
		region := u.Organisation.Region
		if n := len(letters); n == 0 || letters[n-1].Region != region {
			letters = append(letters, osms.Reminder{Region: region, Month: month, Due: missing.Due, Date: today})
		}
		l := &letters[len(letters)-1]
		if u.State == osms.SubmissionHeld {
			done.Held++
			l.Held++
			continue
		}
		l.Missing = append(l.Missing, u)
	}
	return slices.DeleteFunc(letters, func(l osms.Reminder) bool { return len(l.Missing) == 0 }), done, nil
}

func (d *Desk) writeReminder(r osms.Reminder) (string, error) {
	var pdf bytes.Buffer
	if err := letter.WriteReminder(&pdf, r, d.Zone); err != nil {
		return "", err
	}
	listed := sha256.New()
	for _, u := range r.Missing {
		fmt.Fprintln(listed, u.Organisation.BIN.Digits(), u.State)
	}
	name := fmt.Sprintf("%s-reminder-%s-%.4x.pdf", r.Month, r.Date, listed.Sum(nil))
	rel := filepath.Join(r.Region.String(), "reminders", name)
	return filepath.Join(d.Home.Letters, rel), intake.HandOut(d.Home.Letters, rel, pdf.Bytes(), d.Drops.Step)
}

// remind is Remind as the journal tells it.
func (d *Desk) remind(ctx context.Context, t Turn, month osms.Month) (string, error) {
	done, err := d.Remind(ctx, t, month)
	if !done.Due.IsZero() {
		return fmt.Sprintf("rosters of %s are due by %s: nobody is reminded yet", month, done.Due), nil
	}
	return fmt.Sprintf("%d reminders, %d organisations without a roster, %d held", done.Letters, done.Organisations, done.Held), err
}
