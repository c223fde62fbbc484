package jobs

import (
	"cmp"
	"context"
	"errors"
	"time"

	"osmsd/sync/calendar"
	"osmsd/sync/casework"
	"osmsd/sync/law"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Casework is how service A is worked, as configured.
type Casework struct {
	Law   *law.Texts     // nil: the embedded ones
	Hours calendar.Hours // zero: office hours
	// Automatic does every step that nobody did; Hearing puts the prior hearing
	// before a refusal; FromRosters makes a case of every change that a roster
	// reports.
	Automatic, Hearing, FromRosters bool
	Providers                       []osms.Provider
	// Covering and DOCX: see config.Letters.
	Covering, DOCX bool
}

func (d *Desk) rule(on osms.Date) law.Rule {
	if d.Casework.Law == nil {
		return law.Default().At(on)
	}
	return d.Casework.Law.At(on)
}

func (d *Desk) hours() calendar.Hours {
	if d.Casework.Hours == (calendar.Hours{}) {
		return calendar.OfficeHours(d.Zone)
	}
	return d.Casework.Hours
}

func (d *Desk) days() *calendar.Calendar {
	if d.Calendar == nil {
		return calendar.Default()
	}
	return d.Calendar
}

// office is who accepts and issues when nobody is named: the office of the
// provider. byProgram is who did what the program did by itself.
const (
	byOffice  = "кеңсе / канцелярия"
	byProgram = "osmsd"
)

// OpenCase opens a case by hand.
func (d *Desk) OpenCase(ctx context.Context, turn Turn, a osms.Application, by string) (osms.Case, error) {
	var opened store.CaseFile
	organisations, err := d.Store.Organisations(ctx)
	if err != nil {
		return osms.Case{}, err
	}
	region := cmp.Or(organisations[a.BIN].Region, d.configured(a.BIN).Region)
	if region == 0 {
		return osms.Case{}, ErrNoProvider
	}
	_ = d.learnWording(ctx, turn) // it is logged
	err = d.Store.Write(ctx, turn.Lease, func(t *store.Tx) error {
		w, err := d.open(t, []opening{{application: a, region: region, origin: osms.FromHand, by: by, at: turn.moment(turn.Now)}})
		if err != nil {
			return err
		}
		opened = w.Opened[0]
		return t.Audit(turn.moment(turn.Now), store.AuditCasework, w.Digest())
	})
	if err != nil {
		return osms.Case{}, err
	}
	return caseOf(opened)
}

// ErrNoProvider: the organisation applied to is not known, so that nobody can say
// in which region the case is.
var ErrNoProvider = errors.New("the organisation applied to is not on the list of organisations")

// CaseAt is a case with its clock.
type CaseAt struct {
	osms.Case
	casework.Clock
}

// Cases reads cases with their clocks at a moment, in order of number. Who is
// blocked has no name in them.
func (d *Desk) Cases(ctx context.Context, f store.CaseFilter, now time.Time) ([]CaseAt, error) {
	files, err := d.Store.Cases(ctx, f)
	if err != nil {
		return nil, err
	}
	blocked, err := d.Blocked(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]CaseAt, len(files))
	for i, f := range files {
		c, err := caseOf(f)
		if err != nil {
			return nil, err
		}
		if blocked[c.Person] {
			c.Name = osms.Name{}
		}
		out[i] = CaseAt{Case: c, Clock: d.clock(c, now)}
	}
	return out, nil
}

func (d *Desk) clock(c osms.Case, now time.Time) casework.Clock {
	return casework.ClockAt(c, d.Casework.Hearing, now, d.rule(osms.DateOf(c.Received.In(d.Zone))), d.days(), d.hours())
}

// CasesReport counts the cases of a month as they stand at a moment.
func (d *Desk) CasesReport(ctx context.Context, month osms.Month, region osms.Region, now time.Time) (casework.Report, error) {
	// What came on days off counts later.
	all, err := d.Cases(ctx, store.CaseFilter{Region: region, From: month.First().Add(-20).Time(), To: month.Last().Add(2).Time()}, now)
	if err != nil {
		return casework.Report{}, err
	}
	cases := make([]osms.Case, len(all))
	for i, c := range all {
		cases[i] = c.Case
	}
	return casework.Summarise(month, cases, now, d.rule(month.First()), d.days(), d.hours()), nil
}
