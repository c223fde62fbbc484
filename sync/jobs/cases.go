package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"osmsd/importers/application"
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

// caseOf makes a case again from what is stored of it.
func caseOf(f store.CaseFile) (osms.Case, error) {
	a, err := applicationKept(f.Content)
	if err != nil {
		return osms.Case{}, err
	}
	c := osms.Case{Number: f.Number, Application: a, Region: f.Number.Region, Days: f.Days, Counted: f.Counted, Deadline: f.Deadline,
		Origin: f.Origin, Import: f.Import}
	c.Received = f.Received
	if len(f.Steps) > 0 {
		c.Lacks = f.Steps[0].Lacks
	}
	heard := slices.ContainsFunc(f.Steps, func(s store.CaseStep) bool { return s.Step == osms.StepHear })
	records := make([]casework.StepRecord, len(f.Steps))
	for i, s := range f.Steps {
		records[i] = casework.StepRecord{Done: s.StepDone, Decision: casework.Decision{Outcome: s.Outcome, Ground: s.Ground, Reason: s.Reason,
			Answer: s.Answer, LeftOn: s.LeftOn, Letter: s.Letter, Hearing: heard}}
		if s.Step == osms.StepAccept || s.Step == osms.StepIssue || s.Step == osms.StepWithdraw {
			records[i].Decision = casework.Decision{Letter: s.Letter, Hearing: heard} // the outcome stands there for whoever reads the table
		}
		if s.Updated != 0 {
			c.Update = s.Updated
		}
	}
	if c, err = casework.Fold(c, records); err != nil {
		return c, fmt.Errorf("case %s: %w", f.Number, err)
	}
	return c, nil
}

// fileOf is what is stored of a case that is opened, with its steps so far.
func fileOf(c osms.Case, rules string) (store.CaseFile, error) {
	content, err := keepApplication(c.Application)
	f := store.CaseFile{Number: c.Number, Person: c.Person, BIN: c.BIN, Incoming: c.Incoming, Received: c.Received, Counted: c.Counted, Deadline: c.Deadline,
		Days: c.Days, Origin: c.Origin, Import: c.Import, Rules: rules, Content: content}
	for _, s := range c.Steps {
		f.Steps = append(f.Steps, store.CaseStep{StepDone: s})
	}
	if n := len(f.Steps); n > 0 {
		f.Steps[0].Lacks = c.Lacks
		if casework.IsClosed(c) {
			f.Closed = f.Steps[n-1].At
			f.Steps[n-1].Outcome, f.Steps[n-1].Letter = c.Outcome, c.Letter
		}
	}
	return f, err
}

// opening is an application with what its case is opened by.
type opening struct {
	application osms.Application
	region      osms.Region
	origin      osms.CaseOrigin
	imported    int64
	by          string
	at          time.Time // when the office registered it
}

// open registers cases in this transaction: accepted ones go on to the head;
// where documents are missing or have expired, the receipt of refusal to accept
// is written at once (clause 5, step 1).
func (d *Desk) open(t *store.Tx, all []opening) (w store.Casework, err error) {
	for _, o := range all {
		at := o.at
		if at.Before(o.application.Received) {
			at = o.application.Received
		}
		on := osms.DateOf(o.application.Received.In(d.Zone))
		rule := d.rule(on)
		note := ""
		if _, err := t.Organisation(o.application.BIN); err == nil {
			note, err = elsewhere(t, &o.application, on)
			if err != nil {
				return w, err
			}
		} else if !errors.Is(err, store.ErrNotFound) {
			return w, err
		}
		c := casework.Open(o.application, o.application.Received, casework.Accept(o.application, o.application.Received, rule, d.days(), d.hours()), o.region, o.origin)
		c.Number, c.Import = osms.CaseNumber{Region: o.region, Year: osms.DateOf(at.In(d.Zone)).Year()}, o.imported
		decision := casework.Decision{}
		var letters []store.OfficeLetter
		if len(c.Lacks) > 0 {
			today := osms.DateOf(at.In(d.Zone))
			// A receipt that no page can hold is written by hand; it takes no number,
			// and holds up nobody else's application.
			says, err := d.letterAbout(t, c, osms.LetterNotAccepted, store.OfficeLetter{RegisteredLetter: store.RegisteredLetter{Dated: today}})
			if err == nil && d.wording().CheckOffice(says) == nil {
				l, err := d.reserve(t, o.region, today)
				if err != nil {
					return w, err
				}
				decision.Letter = l.Outgoing()
				letters = append(letters, l)
			}
			if err != nil {
				return w, err
			}
		}
		if c, err = casework.Do(c, osms.StepDone{Step: osms.StepAccept, By: cmp.Or(o.by, byOffice), At: at, Note: note}, decision); err != nil {
			return w, err
		}
		f, err := fileOf(c, rule.Version)
		if err != nil {
			return w, err
		}
		opened, err := t.OpenCases([]store.CaseFile{f})
		if err != nil {
			return w, err
		}
		c.Number = opened[0].Number
		for _, l := range letters {
			if l, err = d.issue(t, c, osms.LetterNotAccepted, l); err != nil {
				return w, err
			}
			w.Letters = append(w.Letters, l)
		}
		w.Opened, w.Steps = append(w.Opened, opened...), append(w.Steps, opened[0].Steps...)
	}
	w.InOrder()
	return w, nil
}

// elsewhere finds the previous organisation of an application that names none: the
// one where the register says that the person studies full-time on the day, while
// nothing says so of the provider. Then the term is that of who applies to another
// organisation, and that one is asked. The note says so.
func elsewhere(t *store.Tx, a *osms.Application, day osms.Date) (note string, err error) {
	if a.Previous != 0 {
		return "", nil
	}
	facts, _, err := t.History(a.Person)
	if err != nil {
		return "", err
	}
	for _, f := range facts {
		if f.KnownUntil != 0 || f.From > day || day > f.Until || f.Facts.Form != osms.FullTime {
			continue
		}
		if f.BIN == a.BIN {
			a.Previous = 0
			return "", nil
		}
		a.Previous = f.BIN
	}
	if a.Previous == 0 {
		return "", nil
	}
	return "тіркелім бойынша басқа ұйымда оқиды / по реестру учится в другой организации", nil
}

// applyApplications takes a list of applications: every row that can be read is to
// be a case. The same application again (the provider's number, person and moment)
// is no second case. The cases are opened by OpenListed, as a decision of its own.
func (d *Desk) applyApplications(t *store.Tx, drop Drop, kind osms.Kind, read *application.List[osms.Application]) (osms.FileReport, error) {
	report := drop.report()
	report.Kind, report.Rows, report.Refused, report.Ignored, report.HiddenRows = kind, read.Rows, read.Refused, read.Ignored, read.HiddenRows
	report.Refusals, report.Tables = slices.Clone(read.Refusals), read.Tables
	report.Format, report.Encoding, report.Delimiter = read.Format, read.Encoding, read.Delimiter
	taken, refusals, err := d.judgeApplications(t, drop.Region, read)
	if err != nil {
		return report, err
	}
	report.Refused += len(refusals)
	report.Accepted = len(taken)
	report.Refusals = append(report.Refusals, refusals...)
	slices.SortStableFunc(report.Refusals, func(a, b osms.Refusal) int { return cmp.Or(cmp.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Row, b.Row)) })
	kept, said := make([]keptApplication, len(taken)), make([]string, len(taken))
	for i, o := range taken {
		kept[i] = keptApplicationOf(o.application)
		bare := kept[i]
		bare.Place = osms.Place{}
		text, err := json.Marshal(bare)
		if err != nil {
			return report, err
		}
		said[i] = string(text)
	}
	diff := func(imp store.Import) (string, error) { return listDiff(imp, len(read.Holds) > 0, said) }
	err = list{t, drop, kind, read.Sheets, read.Holds, kept, diff, false, read.Columns}.commit(&report, func() error {
		fresh, corrected, err := unopened(t, taken)
		report.Joined, report.Changed, report.Unchanged = len(fresh)-len(corrected), len(corrected), len(taken)-len(fresh)
		return err
	})
	return report, err
}

// judgeApplications finds the region of each application: its organisation's, or
// that of the folder it came by. A region may bring applications to its own
// organisations only.
func (d *Desk) judgeApplications(t *store.Tx, region osms.Region, read *application.List[osms.Application]) (taken []opening, refusals []osms.Refusal, err error) {
	at := osms.Roster{Sheets: read.Sheets, Columns: read.Columns}
	for _, a := range read.Items {
		a.Received = a.Received.UTC().Truncate(time.Second)
		o, err := t.Organisation(a.BIN)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, nil, err
		}
		of := cmp.Or(o.Region, d.configured(a.BIN).Region, region)
		if a.Name.String() == "" { // a letter needs a name: the provider's own, where it has one
			own, err := nameOf(t, a.Person, a.BIN)
			if err != nil {
				return nil, nil, err
			}
			if own.String() == "" {
				refusals = append(refusals, at.Fault(a.Place, "full_name", osms.NameMissing, osms.Refused, "", ""))
				continue
			}
		}
		switch {
		case of == 0:
			refusals = append(refusals, at.Fault(a.Place, "bin", osms.OrganisationUnknown, osms.Refused, a.BIN.Digits(), ""))
		case region != 0 && of != region:
			refusals = append(refusals, at.Fault(a.Place, "bin", osms.OtherRegion, osms.Refused, a.BIN.Digits(), of.String()))
		default:
			taken = append(taken, opening{application: a, region: of, origin: osms.FromList})
		}
	}
	return taken, refusals, nil
}

// OpenListed opens the cases of the lists of applications that stand and whose
// cases are not open: right after a list was taken, and where a crash came
// between. It counts the cases.
func (d *Desk) OpenListed(ctx context.Context, turn Turn) (opened int, err error) {
	waiting, err := d.Store.ListsWithoutCases(ctx)
	if err != nil {
		return 0, err
	}
	var failed error
	for _, sequence := range waiting {
		if err := ctx.Err(); err != nil {
			return opened, errors.Join(failed, err)
		}
		n := 0
		err := d.Store.Write(ctx, turn.Lease, func(t *store.Tx) error {
			imp, err := t.Import(sequence)
			if err != nil {
				return err
			}
			content, err := t.Kept(sequence)
			if err != nil {
				return err
			}
			var kept []keptApplication
			if err := json.Unmarshal(content, &kept); err != nil {
				return fmt.Errorf("import %d: %w", sequence, err)
			}
			list := &application.List[osms.Application]{}
			for _, k := range kept {
				list.Items = append(list.Items, k.entry())
			}
			taken, _, err := d.judgeApplications(t, imp.Region, list)
			if err != nil {
				return err
			}
			for i := range taken {
				taken[i].imported, taken[i].at = sequence, imp.Committed
			}
			fresh, corrected, err := unopened(t, taken)
			if err != nil {
				return err
			}
			if err := t.MarkListWorked(sequence); err != nil || len(fresh) == 0 {
				return err
			}
			w, err := d.open(t, fresh)
			if err != nil {
				return err
			}
			withdrawn, err := d.withdraw(t, corrected, fmt.Sprintf("өтініш түзетіліп қайта түсті / заявление пришло исправленным: import %d", sequence), imp.Committed)
			if err != nil {
				return err
			}
			w.Steps = append(w.Steps, withdrawn...)
			w.InOrder()
			n = len(w.Opened)
			return t.Audit(turn.moment(turn.Now), store.AuditCasework, w.Digest())
		})
		switch {
		case err == nil:
			opened += n
		case store.Lost(err), errors.Is(err, store.ErrFenced), ctx.Err() != nil:
			return opened, errors.Join(failed, err)
		default: // one list does not hold up the others
			failed = errors.Join(failed, fmt.Errorf("open the cases of import %d: %w", sequence, err))
		}
	}
	return opened, failed
}

// unopened leaves out the applications of which there is a case. One that comes
// again under its number with other content is a correction while its case is
// open: the case is withdrawn, and another opened. What was answered stays.
func unopened(t *store.Tx, all []opening) (fresh []opening, corrected []store.CaseFile, err error) {
	type key struct {
		person   osms.IIN
		bin      osms.BIN
		incoming string
		received int64
	}
	seen := map[key]bool{}
	for _, o := range all {
		a := o.application
		k := key{a.Person, a.BIN, a.Incoming, a.Received.Unix()}
		if seen[k] {
			continue
		}
		seen[k] = true
		same, err := t.Cases(store.CaseFilter{Person: a.Person, BIN: a.BIN})
		if err != nil {
			return nil, nil, err
		}
		known := false
		for _, f := range same {
			if f.Incoming != a.Incoming || !f.Received.Equal(a.Received) || f.Origin == osms.FromRoster {
				continue
			}
			was, err := applicationKept(f.Content)
			if err != nil {
				return nil, nil, err
			}
			older := o.imported != 0 && o.imported < f.Import // what came before the case corrects nothing
			if known = true; f.Closed.IsZero() && !older && !sameContent(was, a) {
				known, corrected = false, append(corrected, f)
				break
			}
		}
		if !known {
			fresh = append(fresh, o)
		}
	}
	return fresh, corrected, nil
}

// sameContent compares what two applications say; where they stand in their
// lists, and what the register added to one of them, plays no part.
func sameContent(was, is osms.Application) bool {
	was.Place, was.Received = is.Place, is.Received
	if is.Previous == 0 {
		was.Previous = 0
	}
	return was == is
}

// withdraw closes open cases without a result.
func (d *Desk) withdraw(t *store.Tx, cases []store.CaseFile, note string, at time.Time) (steps []store.CaseStep, err error) {
	for _, f := range cases {
		if last := f.Steps[len(f.Steps)-1].At; at.Before(last) {
			at = last
		}
		s, err := t.AddStep(f.Number, len(f.Steps), store.CaseStep{StepDone: osms.StepDone{Step: osms.StepWithdraw, By: byProgram, At: at, Note: note},
			Outcome: osms.CaseWithdrawn}, at)
		if err != nil {
			return nil, err
		}
		steps = append(steps, s)
	}
	return steps, nil
}

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
	if fault := d.LearnWording(ctx, turn.Now); fault != nil {
		turn.Log.Error("the wording of letters is broken: the last good one stays in use", "err", fault)
	}
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
