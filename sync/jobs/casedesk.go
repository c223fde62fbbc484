package jobs

import (
	"cmp"
	"context"
	"errors"
	"time"

	"osmsd/sync/casework"
	"osmsd/sync/law"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// ErrFuture says that documents were handed in at a moment that is still to come.
var ErrFuture = errors.New("the documents were handed in in the future")

// HandedIn is what became of an application that was handed in at the counter.
type HandedIn struct {
	Case osms.Case
	// Twin is another open case of the person at the same organisation; zero: none.
	Twin  osms.CaseNumber
	Paths []string // of the letters that were written
}

// HandIn registers an application that was handed in at the counter, at the
// moment that it states or else now, and writes what goes out at once. by is who
// accepted it; ErrFuture, ErrNoProvider. A case that is opened comes back even
// when its letters could not be written.
func (d *Desk) HandIn(ctx context.Context, t Turn, a osms.Application, by string, progress Progress) (HandedIn, error) {
	var out HandedIn
	if a.Received.IsZero() {
		a.Received = t.Now
	}
	if a.Received.After(t.Now) {
		return out, ErrFuture
	}
	same, err := d.Cases(ctx, store.CaseFilter{Person: a.Person, BIN: a.BIN, Open: true}, t.Now)
	if err != nil {
		return out, err
	}
	if len(same) > 0 {
		out.Twin = same[0].Number
	}
	if err := d.lookedAt(ctx, t, a.Person, AccessCase, "приём заявления, БИН "+a.BIN.Digits()); err != nil {
		return out, err
	}
	if out.Case, err = d.OpenCase(ctx, t, a, by); err != nil {
		return out, err
	}
	out.Paths, err = d.PrintOffice(ctx, progress)
	return out, err
}

// ProviderRegion is the region in which a case of an organisation is; 0 when
// neither the list of organisations nor the configuration has it.
func (d *Desk) ProviderRegion(ctx context.Context, bin osms.BIN) (osms.Region, error) {
	o, err := d.Store.Organisation(ctx, bin)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return 0, err
	}
	return cmp.Or(o.Region, d.configured(bin).Region), nil
}

// Stepped is what became of steps that somebody did on cases.
type Stepped struct {
	Cases []osms.Case // that went on, in order
	// Failed says why the case At could not go on; those after it were left alone.
	Failed error
	At     osms.CaseNumber
	// Wording says what is wrong with the operator's wording of letters: the last
	// good one was used.
	Wording error
	Paths   []string // of the letters that were written
}

// StepCases does a step on cases one after another, now, and writes the letters
// that it brings about. It stops at the first that cannot go on.
func (d *Desk) StepCases(ctx context.Context, t Turn, numbers []osms.CaseNumber, s CaseStep, progress Progress) (Stepped, error) {
	out := Stepped{Wording: d.LearnWording(ctx, t.Now)}
	s.At = t.Now
	for _, n := range numbers {
		c, err := d.StepCase(ctx, t, n, s)
		if err != nil {
			out.Failed, out.At = err, n
			break
		}
		out.Cases = append(out.Cases, c)
	}
	for _, c := range out.Cases {
		if err := d.lookedAt(ctx, t, c.Person, AccessCase, LookedCase(c.Number)); err != nil {
			return out, err
		}
	}
	_, err := d.Store.NumberOverlaps(ctx, t.Lease)
	if err == nil {
		out.Paths, err = d.PrintOffice(ctx, progress)
	}
	return out, err
}

// Proposed is what the rules find about a case on the day of a moment, for whoever
// checks it. The grounds of the courts and of consent bind; otherwise the executor
// may decide differently, with a reason.
func (d *Desk) Proposed(ctx context.Context, c osms.Case, now time.Time) (casework.Verdict, error) {
	f, err := d.findings(ctx, c, osms.DateOf(now.In(d.Zone)))
	if err != nil {
		return casework.Verdict{}, err
	}
	return casework.Check(f, d.rule(osms.DateOf(c.Received.In(d.Zone)))), nil
}

// CaseWay is every step of a case, done and to come, with the time that it took.
func (d *Desk) CaseWay(c osms.Case) []casework.Taken {
	return casework.Way(c, d.Casework.Hearing, d.CaseRule(c), d.days(), d.hours())
}

// CaseRule are the legal texts of the day on which a case was handed in.
func (d *Desk) CaseRule(c osms.Case) law.Rule { return d.rule(osms.DateOf(c.Received.In(d.Zone))) }

// AnnulAndPrint is AnnulLetter with what goes with it: the operator's wording is
// read again before, wording says what is wrong with it, and the letter that was
// issued again is written.
func (d *Desk) AnnulAndPrint(ctx context.Context, t Turn, l store.RegisteredLetter, reason string, reissue bool, progress Progress) (again string, wording, err error) {
	wording = d.LearnWording(ctx, t.Now)
	if again, err = d.AnnulLetter(ctx, t, l.Region, l.Year, l.Number, reason, reissue); err != nil {
		return "", wording, err
	}
	_, err = d.PrintOffice(ctx, progress)
	return again, wording, err
}

// LookedCase names a case that somebody looks at, in the access log.
func LookedCase(number osms.CaseNumber) string { return "дело " + number.String() }

// lookedAt is Looked in a run: by whoever began it; of says what was looked at.
func (d *Desk) lookedAt(ctx context.Context, t Turn, person osms.IIN, what, of string) error {
	return d.Note(ctx, osms.Access{At: t.Now, Who: cmp.Or(t.Run.Who, d.Who), What: what, Person: person, Ground: GroundOf(of)})
}
