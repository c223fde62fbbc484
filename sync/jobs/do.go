package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

// Progress tells how far a step has come; all is 0 where it is not known.
type Progress func(step string, done, all int)

// ErrNoJob says that there is no such job to run.
var ErrNoJob = errors.New("no such job")

// Do runs a job for a month: what the schedule and `osmsd run` share. The
// message is what the journal shows.
func (d *Desk) Do(ctx context.Context, t Turn, job osms.Job, month osms.Month, progress Progress) (string, error) {
	switch job {
	case osms.JobIntake:
		return d.intakeNow(ctx, t)
	case osms.JobAssess:
		f, fresh, err := d.Assess(ctx, t, month, false, "")
		if err != nil {
			return "", err
		}
		persons := 0
		for _, l := range f.Lines {
			persons += l.Persons
		}
		if !fresh {
			return fmt.Sprintf("%s was frozen already, version %d: %d persons", month, f.Version, persons), nil
		}
		return fmt.Sprintf("%s frozen, version %d: %d persons", month, f.Version, persons), nil
	case osms.JobReconcile:
		r, path, err := d.ReconcileToWorkbook(ctx, t, month, time.Time{})
		if err == nil {
			err = d.mailReport(ctx, t, r, path)
		}
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s: difference %s, unexplained %s tenge; %s", month, r.Total.Difference, r.Total.Unexplained, d.Home.Shown(path)), nil
	case osms.JobLetters:
		done, err := d.Letters(ctx, t, progress)
		message := fmt.Sprintf("%d letters in %d bundles", done.Letters, done.Bundles)
		if done.Office > 0 {
			message += fmt.Sprintf(", %d letters of other kinds", done.Office)
		}
		if done.Unprintable > 0 {
			message += fmt.Sprintf(", %d that cannot be printed", done.Unprintable)
		}
		if done.Blocked > 0 {
			message += fmt.Sprintf(", %d about blocked persons not written", done.Blocked)
		}
		if ctx.Err() != nil {
			return message, err
		}
		told, failed := d.OverlapNotices(ctx, t)
		if told.Notices > 0 {
			message += fmt.Sprintf(", %d notices of overlaps", told.Notices)
		}
		if told.Unprintable > 0 {
			message += fmt.Sprintf(", %d of overlaps that cannot be printed", told.Unprintable)
		}
		if ctx.Err() != nil {
			return message, errors.Join(err, failed)
		}
		annulled, unwritten := d.AnnulmentNotices(ctx, t)
		if len(annulled) > 0 {
			message += fmt.Sprintf(", %d notices of annulled letters", len(annulled))
		}
		return message, errors.Join(err, failed, unwritten)
	case osms.JobCases:
		done, err := d.WorkCases(ctx, t, progress)
		if err != nil {
			return "", err
		}
		message := fmt.Sprintf("%d cases opened, %d steps, %d closed, %d wait for people", done.Opened, done.Steps, done.Closed, done.Waiting)
		if done.Stuck > 0 {
			message += fmt.Sprintf(", %d cannot go on", done.Stuck)
		}
		if done.Nearly+done.Overdue > 0 {
			message += fmt.Sprintf(", %d nearly late, %d overdue", done.Nearly, done.Overdue)
			t.Log.Warn("cases are late", "nearly", done.Nearly, "overdue", done.Overdue)
		}
		return message, nil
	case osms.JobRequests:
		answered, refused, err := d.AnswerRequests(ctx, t, progress)
		due := 0
		if err == nil {
			_, due, err = d.HandOutAnswers(ctx, t, progress)
		}
		message := fmt.Sprintf("%d requests answered, %d of them refused", answered, refused)
		if due > 0 {
			message += fmt.Sprintf(", %d cannot be handed out", due)
		}
		return message, err
	case osms.JobRemote:
		return d.VisitRemotes(ctx, t)
	case osms.JobDeliver:
		done, err := d.Deliver(ctx, t)
		return done.message(), err
	case osms.JobReminders:
		return d.remind(ctx, t, month)
	case osms.JobMonth:
		message := ""
		for _, step := range []osms.Job{osms.JobIntake, osms.JobAssess, osms.JobReconcile, osms.JobLetters} {
			m, err := d.Do(ctx, t, step, month, progress)
			if err != nil {
				return message, fmt.Errorf("%s: %w", step, err)
			}
			message += fmt.Sprintf("%s: %s. ", step, m)
		}
		return message, nil
	}
	return "", fmt.Errorf("%w: %s", ErrNoJob, job)
}

// intakeNow takes what lies in the drop folders at rest. A poll needs two looks
// to see that a file is at rest.
func (d *Desk) intakeNow(ctx context.Context, t Turn) (string, error) {
	folder, err := intake.OpenFolder(d.Home.Inbox, d.Drops)
	if err != nil {
		return "", err
	}
	first, err := folder.Poll(d.DiskClock())
	if err != nil {
		return "", err
	}
	if len(first.Ready)+len(first.Waiting) == 0 {
		message := "nothing in the drop folders"
		if len(first.Odd) > 0 {
			message = "0 files" + untaken(first)
			d.reportOdd(first.Odd)
		}
		// What a crash cut off is finished all the same.
		return message, d.Intake(ctx, t, folder, nil, func(Taken) {})
	}
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case <-time.After(cmp.Or(d.Drops.Rest, 5*time.Second) + 100*time.Millisecond):
	}
	polled, err := folder.Poll(d.DiskClock())
	if err != nil {
		return "", err
	}
	d.reportOdd(polled.Odd)
	message, err := d.intakeRun(ctx, t, folder, polled.Ready)
	return message + untaken(polled), err
}

func (d *Desk) reportOdd(odd []intake.Odd) {
	if d.Odd != nil && len(odd) > 0 {
		d.Odd(odd)
	}
}

// intakeRun is one run over files that are ready.
func (d *Desk) intakeRun(ctx context.Context, t Turn, folder *intake.Folder, ready []intake.Found) (string, error) {
	outcomes := map[osms.Outcome]int{}
	files, failed := 0, 0
	err := d.Intake(ctx, t, folder, ready, func(taken Taken) {
		files++
		t.progress("files", files, len(ready))
		if taken.Err != nil {
			failed++
			t.Log.Error("file not taken", "err", taken.Err)
			return
		}
		outcomes[taken.Report.Outcome]++
	})
	message := fmt.Sprintf("%d files", files)
	for _, o := range []osms.Outcome{osms.Applied, osms.AppliedWithRefusals, osms.AlreadyApplied, osms.Held, osms.FileRefused} {
		if outcomes[o] > 0 {
			message += fmt.Sprintf(", %d %s", outcomes[o], o)
		}
	}
	if failed > 0 {
		message += fmt.Sprintf(", %d left in place", failed)
	}
	return message, err
}
