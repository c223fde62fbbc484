package jobs

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"osmsd/exporters/mail"
	"osmsd/sync/casework"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

type aboutReport struct {
	Month       int64     `json:"month"`
	Difference  osms.Tiyn `json:"difference_tiyn"`
	Unexplained osms.Tiyn `json:"unexplained_tiyn"`
	File        string    `json:"file"` // of the workbook, below the reports
}

// mailReport mails a reconciliation whose workbook is written. The workbook's
// name is the cause: the same month as known at the same decision is mailed once.
func (d *Desk) mailReport(ctx context.Context, t Turn, r osms.Reconciliation, workbook string) error {
	if d.Mail == nil {
		return nil
	}
	file, err := filepath.Rel(d.Home.Reports, workbook)
	if err != nil {
		return err
	}
	about := aboutReport{int64(r.Month), r.Total.Difference, r.Total.Unexplained, filepath.ToSlash(file)}
	return d.Store.Write(ctx, t.Lease, func(tx *store.Tx) error {
		return d.Mail.put(tx, osms.MailReports, about.File, about, t.Now, 0, osms.PartyFund, osms.PartyAdministrators)
	})
}

type aboutReminder struct {
	Month         int64  `json:"month"`
	Due           int64  `json:"due"`
	Organisations int    `json:"organisations"`
	File          string `json:"file"` // of the letter, below the letters
}

// mailReminders mails reminders that are written, by their paths.
func (d *Desk) mailReminders(ctx context.Context, t Turn, written map[string]osms.Reminder) error {
	if d.Mail == nil || len(written) == 0 {
		return nil
	}
	return d.Store.Write(ctx, t.Lease, func(tx *store.Tx) error {
		for _, path := range sortedKeys(written) {
			r := written[path]
			file, err := filepath.Rel(d.Home.Letters, path)
			if err != nil {
				return err
			}
			about := aboutReminder{int64(r.Month), int64(r.Due), len(r.Missing), filepath.ToSlash(file)}
			if err := d.Mail.put(tx, osms.MailReminders, about.File, about, t.Now, r.Region, osms.PartyRegion); err != nil {
				return err
			}
		}
		return nil
	})
}

// dueDigest is the name under which the schedule keeps when the next digest is.
const dueDigest osms.Job = "digest"

type aboutDigest struct {
	Day     int64    `json:"day"`
	Failed  []string `json:"failed"`
	Held    int      `json:"held"`
	Nearly  int      `json:"nearly"`
	Overdue int      `json:"overdue"`
	GivenUp int      `json:"given_up"`
}

// mailDue reports whether a mail or a digest is due.
func (d *Desk) mailDue(ctx context.Context, now time.Time) (bool, error) {
	if d.Mail == nil {
		return false, nil
	}
	waiting, err := d.Store.DueMail(ctx, now, 1)
	if err != nil || len(waiting) > 0 {
		return err == nil, err
	}
	digest, err := d.Store.Due(ctx, dueDigest)
	return err == nil && !digest.After(now), err
}

// mailDigest puts the digest into the outbox when its hour has come: what since
// the last needs an administrator. A day with nothing to tell has none.
func (d *Desk) mailDigest(ctx context.Context, t Turn) error {
	due, err := d.Store.Due(ctx, dueDigest)
	if err != nil || due.After(t.Now) {
		return err
	}
	next := d.Mail.digestAfter(t.Now.In(d.Zone))
	if due.IsZero() { // the first run: nothing is known of a last one
		return d.Store.PutDue(ctx, dueDigest, next)
	}
	since, today := due.Add(-24*time.Hour), osms.DateOf(t.Now.In(d.Zone))
	about := aboutDigest{Day: int64(today), Failed: []string{}}
	runs, err := d.Store.FailedRuns(ctx, since, t.Now)
	if err != nil {
		return err
	}
	for _, r := range runs {
		about.Failed = append(about.Failed, fmt.Sprintf("%d %s", r.ID, r.Job))
	}
	lost, err := d.Store.MailGivenUp(ctx, since, t.Now)
	if err != nil {
		return err
	}
	about.GivenUp = len(lost)
	open, err := d.Cases(ctx, store.CaseFilter{Open: true}, t.Now)
	if err != nil {
		return err
	}
	for _, c := range open {
		switch c.State {
		case casework.Nearly:
			about.Nearly++
		case casework.Overdue:
			about.Overdue++
		}
	}
	return d.Store.Write(ctx, t.Lease, func(tx *store.Tx) error {
		held, err := tx.Held()
		if err != nil {
			return err
		}
		if about.Held = len(held); !about.digest().Empty() {
			if err := d.Mail.put(tx, osms.MailDigests, today.String(), about, t.Now, 0, osms.PartyAdministrators); err != nil {
				return err
			}
		}
		return tx.PutDue(dueDigest, next)
	})
}

func (a aboutDigest) digest() mail.Digest {
	return mail.Digest{Day: osms.Date(a.Day), Failed: a.Failed, Held: a.Held, Nearly: a.Nearly, Overdue: a.Overdue, GivenUp: a.GivenUp}
}

// digestAfter is the next moment of a digest after another, in its zone.
func (m *Mail) digestAfter(at time.Time) time.Time {
	y, month, day := at.Date()
	next := time.Date(y, month, day, m.DigestHour, 0, 0, 0, at.Location())
	if !next.After(at) {
		next = time.Date(y, month, day+1, m.DigestHour, 0, 0, 0, at.Location())
	}
	return next
}
