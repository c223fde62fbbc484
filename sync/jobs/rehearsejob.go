package jobs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/casework"
	"osmsd/sync/contribution"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// FigureUnit says which field of a figure counts.
type FigureUnit string

const (
	InNumber FigureUnit = ""      // Count
	InTenge  FigureUnit = "tenge" // Amount
	InDays   FigureUnit = "day"   // Day
	InWords  FigureUnit = "words" // What alone
)

// Figure is one thing that a job would do, or that speaks for or against doing
// it. What is a word of the vocabulary.
type Figure struct {
	What   string
	Unit   FigureUnit
	Count  int
	Amount osms.Tiyn
	Day    osms.Date
}

// RehearsedFile is a file that waits in a drop folder, with what taking it would
// do. A file that is young may still be written to.
type RehearsedFile struct {
	Folder string
	Name   string // as it was dropped
	Young  bool
	Report osms.FileReport
	Fault  string // it cannot be looked at
}

// Rehearsed is what a job would do. Each file, and each job of a month, is looked
// at by itself, as the register stands now: not after those before it.
type Rehearsed struct {
	Job     osms.Job
	Month   osms.Month
	Figures []Figure
	Files   []RehearsedFile
	Odd     []intake.Odd // that intake never takes
	Steps   []Rehearsed  // of a whole month
}

func (r *Rehearsed) count(what string, n int) {
	r.Figures = append(r.Figures, Figure{What: what, Count: n})
}
func (r *Rehearsed) tenge(what string, t osms.Tiyn) {
	r.Figures = append(r.Figures, Figure{What: what, Unit: InTenge, Amount: t})
}
func (r *Rehearsed) day(what string, d osms.Date) {
	r.Figures = append(r.Figures, Figure{What: what, Unit: InDays, Day: d})
}
func (r *Rehearsed) word(what string) {
	r.Figures = append(r.Figures, Figure{What: what, Unit: InWords})
}

// some counts only what there is.
func (r *Rehearsed) some(what string, n int) {
	if n > 0 {
		r.count(what, n)
	}
}

// mostCounted bounds what is counted by reading it.
const mostCounted = 1 << 20

// Rehearse says what a job would do for a month, and does nothing of it: nothing
// is written to the register or to the folders. ErrNoJob for a job that Do does
// not know.
func (d *Desk) Rehearse(ctx context.Context, job osms.Job, month osms.Month, now time.Time) (Rehearsed, error) {
	r := Rehearsed{Job: job, Month: month}
	var err error
	switch job {
	case osms.JobIntake:
		err = d.rehearseIntake(ctx, now, &r)
	case osms.JobAssess:
		err = d.rehearseAssess(ctx, &r)
	case osms.JobReconcile:
		err = d.rehearseReconcile(ctx, now, &r)
	case osms.JobLetters:
		err = d.rehearseLetters(ctx, now, &r)
	case osms.JobReminders:
		err = d.rehearseReminders(ctx, now, &r)
	case osms.JobCases:
		err = d.rehearseCases(ctx, now, &r)
	case osms.JobRequests:
		err = d.rehearseRequests(ctx, &r)
	case osms.JobDeliver:
		var due []store.Mail
		due, err = d.Store.DueMail(ctx, now, mostCounted)
		r.count("mails", len(due))
	case osms.JobRemote:
		r.count("remotes", len(d.Remotes))
		if len(d.Remotes) > 0 {
			r.word("remotes.unknown")
		}
	case osms.JobMonth:
		for _, step := range []osms.Job{osms.JobIntake, osms.JobAssess, osms.JobReconcile, osms.JobLetters} {
			s, err := d.Rehearse(ctx, step, month, now)
			if err != nil {
				return r, fmt.Errorf("%s: %w", step, err)
			}
			r.Steps = append(r.Steps, s)
		}
	default:
		return r, fmt.Errorf("%w: %s", ErrNoJob, job)
	}
	return r, err
}

func (d *Desk) rehearseIntake(ctx context.Context, now time.Time, r *Rehearsed) error {
	if _, err := os.Stat(d.Home.Inbox); errors.Is(err, os.ErrNotExist) {
		r.count("files", 0)
		return nil
	}
	folder, err := intake.OpenFolder(d.Home.Inbox, d.Drops)
	if err != nil {
		return err
	}
	polled, err := folder.Poll(d.DiskClock())
	if err != nil {
		return err
	}
	// A first look cannot tell what is at rest: the time of the last change can.
	rest := d.DiskClock().Add(-d.Drops.Rest)
	ready := polled.Ready
	for _, w := range polled.Waiting {
		ready = append(ready, w.Found)
	}
	aside, done, err := d.Rehearsal()
	if err != nil {
		return err
	}
	defer done()
	outcomes := map[osms.Outcome]int{}
	for _, f := range ready {
		look := func(t Taken) {
			file := RehearsedFile{Folder: f.Folder, Name: t.Report.File, Young: f.ModTime.After(rest), Report: t.Report}
			if t.Err != nil {
				file.Name, file.Fault = f.Name, t.Err.Error()
			}
			r.Files = append(r.Files, file)
			outcomes[t.Report.Outcome]++
		}
		by := Delivery{Region: f.Region, Channel: f.Folder, Name: f.Name}
		if err := aside.CheckFrom(ctx, now, []string{filepath.Join(d.Home.Inbox, f.Folder, f.Name)}, by, look); err != nil {
			return err
		}
	}
	r.Odd = polled.Odd
	r.count("files", len(r.Files))
	for _, o := range osms.Outcomes() {
		r.some("files."+string(o), outcomes[o])
	}
	r.some("files.odd", len(r.Odd))
	return nil
}

func (d *Desk) rehearseAssess(ctx context.Context, r *Rehearsed) error {
	f, err := d.Store.Frozen(ctx, r.Month, 0)
	switch {
	case err == nil:
		r.word("assess.frozen")
	case errors.Is(err, store.ErrNotFound):
		last, err := d.Store.LastSequence(ctx)
		if err != nil {
			return err
		}
		rates, err := d.Store.Rates(ctx, last)
		if err != nil {
			return err
		}
		if f.Rate, err = contribution.RateFor(r.Month, learnt(rates, d.Rates)); err != nil {
			return err
		}
		heads, err := d.Store.Heads(ctx, r.Month, last)
		if err != nil {
			return err
		}
		f.Lines = contribution.Assess(r.Month, heads, f.Rate).Lines
		if changed, err := d.rulesToLearn(ctx, last); err != nil {
			return err
		} else if changed {
			r.word("assess.rules")
		}
		r.word("assess.freezes")
	default:
		return err
	}
	persons, amount := 0, osms.Tiyn(0)
	for _, l := range f.Lines {
		persons += l.Persons
		amount += l.Amount
	}
	r.some("assess.version", f.Version)
	r.count("persons", persons)
	r.tenge("assess.per_person", f.Rate.PerPerson())
	r.tenge("assess.amount", amount)
	if f.Rate.Unverified {
		r.word("assess.unverified")
	}
	return nil
}

// learnt are the rates that are known once the configured ones are learnt.
func learnt(known, configured []osms.StateRate) []osms.StateRate {
	out := append([]osms.StateRate{}, configured...)
	for _, k := range known {
		said := false
		for _, c := range configured {
			said = said || c.Year == k.Year
		}
		if !said {
			out = append(out, k)
		}
	}
	return out
}

// rulesToLearn reports that the configured rules are not those in force, so that a
// run would draw conclusions anew first.
func (d *Desk) rulesToLearn(ctx context.Context, sequence int64) (bool, error) {
	rules, err := encodeRules(d.Rules)
	if err != nil {
		return false, err
	}
	stored, err := d.Store.Rules(ctx, sequence)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil // nothing was concluded yet
	}
	return stored != rules, err
}

func (d *Desk) rehearseReconcile(ctx context.Context, now time.Time, r *Rehearsed) error {
	found, err := d.Reconcile(ctx, r.Month, time.Time{}, now)
	if err != nil {
		return err
	}
	if found.FreezeVersion == 0 {
		r.word("reconcile.unfrozen")
	}
	r.count("persons", found.Total.DuePersons)
	r.tenge("reconcile.due", found.Total.Due)
	r.tenge("reconcile.ledger", found.Total.Ledger)
	r.tenge("reconcile.difference", found.Total.Difference)
	r.tenge("reconcile.unexplained", found.Total.Unexplained)
	r.word("reconcile.writes")
	return nil
}

func (d *Desk) rehearseLetters(ctx context.Context, now time.Time, r *Rehearsed) error {
	reading, err := d.readLetters(ctx)
	if err != nil {
		return err
	}
	by, organisations, silent := map[osms.LetterAction]int{}, 0, 0
	for _, bin := range reading.bins() {
		if err := ctx.Err(); err != nil {
			return err
		}
		letters, _, _, blocked, err := d.lettersTo(ctx, reading, bin)
		if err != nil {
			return err
		}
		silent += blocked
		if len(letters) > 0 {
			organisations++
		}
		for _, l := range letters {
			by[l.Action]++
		}
	}
	unwritten, err := d.Store.UnwrittenBundles(ctx)
	if err != nil {
		return err
	}
	events, blocked, err := d.eventsDue(ctx, now)
	if err != nil {
		return err
	}
	office, err := d.Store.UnwrittenOfficeLetters(ctx, store.RegisteredLetter{}, mostCounted)
	if err != nil {
		return err
	}
	untold, err := d.Store.OverlapsUntold(ctx)
	if err != nil {
		return err
	}
	r.count("letters", by[osms.Entered]+by[osms.Updated]+by[osms.Removed])
	for _, a := range []osms.LetterAction{osms.Entered, osms.Updated, osms.Removed} {
		r.some("letters."+string(a), by[a])
	}
	r.some("letters.bundles", organisations)
	r.some("letters.unwritten", len(unwritten))
	r.some("letters.events", len(events))
	r.some("letters.office", len(office))
	r.some("letters.overlaps", len(untold))
	r.some("letters.blocked", silent+blocked)
	return nil
}

func (d *Desk) rehearseReminders(ctx context.Context, now time.Time, r *Rehearsed) error {
	letters, done, err := d.remindersDue(ctx, r.Month, now)
	if err != nil {
		return err
	}
	if !done.Due.IsZero() {
		r.day("reminders.notdue", done.Due)
		return nil
	}
	organisations := 0
	for _, l := range letters {
		organisations += len(l.Missing)
	}
	r.count("reminders", len(letters))
	r.count("reminders.organisations", organisations)
	r.some("reminders.held", done.Held)
	return nil
}

func (d *Desk) rehearseCases(ctx context.Context, now time.Time, r *Rehearsed) error {
	lists, err := d.Store.ListsWithoutCases(ctx)
	if err != nil {
		return err
	}
	open, err := d.Cases(ctx, store.CaseFilter{Open: true}, now)
	if err != nil {
		return err
	}
	goes, nearly, overdue := 0, 0, 0
	for _, c := range open {
		_, able, err := d.able(ctx, c.Case, now)
		if err != nil {
			return err
		}
		if able {
			goes++
		}
		switch c.State {
		case casework.Nearly:
			nearly++
		case casework.Overdue:
			overdue++
		}
	}
	r.some("cases.lists", len(lists))
	r.count("cases.open", len(open))
	r.count("cases.steps", goes)
	r.count("cases.waiting", len(open)-goes)
	r.some("cases.nearly", nearly)
	r.some("cases.overdue", overdue)
	return nil
}

func (d *Desk) rehearseRequests(ctx context.Context, r *Rehearsed) error {
	open, unwritten := 0, 0
	for after := int64(0); ; {
		some, err := d.Store.OpenRequests(ctx, after, answerAtOnce)
		if err != nil {
			return err
		}
		if len(some) == 0 {
			break
		}
		open, after = open+len(some), some[len(some)-1].ID
	}
	for after := int64(0); ; {
		some, err := d.Store.UnwrittenAnswers(ctx, after, answerAtOnce)
		if err != nil {
			return err
		}
		if len(some) == 0 {
			break
		}
		unwritten, after = unwritten+len(some), some[len(some)-1].ID
	}
	r.count("requests", open)
	r.some("requests.unwritten", unwritten)
	return nil
}
