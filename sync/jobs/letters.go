package jobs

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"osmsd/exporters/letter"
	"osmsd/importers/intake"
	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
	"osmsd/sync/store"
)

// LettersDone counts what a letters run wrote.
type LettersDone struct {
	Bundles, Letters int
	// Unprintable are letters that no font or page can hold; they have no number.
	Unprintable int
	// Blocked are letters about persons whose data are blocked; see Block.
	Blocked int
	// Office counts the letters that belong to no bundle.
	Office int
	Paths  []string
}

// Letters writes the notifications that are due: for each organisation, one for
// every person whose claim was entered, changed or taken off since the last
// letters. Numbers are given and registered first, in one transaction; the PDF
// is made from the register, so that a crash between the two costs nothing.
func (d *Desk) Letters(ctx context.Context, t Turn, progress func(step string, done, all int)) (LettersDone, error) {
	var done LettersDone
	fault := d.learnWording(ctx, t)
	var err error
	if done.Unprintable, done.Blocked, err = d.registerLetters(ctx, t, progress); err != nil {
		return done, err
	}
	bundles, err := d.Store.UnwrittenBundles(ctx)
	if err != nil {
		return done, err
	}
	if err := d.accompany(ctx, t, bundles); err != nil {
		return done, err
	}
	var failed error
	for i, b := range bundles {
		progress("letters", i, len(bundles))
		if err := ctx.Err(); err != nil {
			return done, err
		}
		paths, err := d.printBundle(ctx, b)
		if err != nil { // one organisation's letters do not hinder the others'
			failed = errors.Join(failed, fmt.Errorf("letters of organisation %s: %w", b.BIN, err))
			continue
		}
		if err := d.Store.MarkBundleWritten(ctx, b.ID); err != nil {
			return done, err
		}
		done.Bundles++
		done.Letters += b.Letters
		done.Paths = append(done.Paths, paths...)
	}
	if failed == nil {
		failed = fault
	}
	if err := d.tellOfEvents(ctx, t, &done); err != nil {
		return done, errors.Join(failed, err)
	}
	paths, err := d.PrintOffice(ctx, quiet)
	for _, p := range paths {
		if filepath.Ext(p) == ".pdf" { // each has one, and a DOCX where that is wanted
			done.Office++
		}
	}
	done.Paths = append(done.Paths, paths...)
	return done, errors.Join(failed, err)
}

func (d *Desk) registerLetters(ctx context.Context, t Turn, progress func(step string, done, all int)) (unprintable, blocked int, err error) {
	reading, err := d.readLetters(ctx)
	if err != nil {
		return unprintable, blocked, err
	}
	last, organisations := reading.last, reading.organisations
	wording := d.wording()
	bins := reading.bins()
	for i, bin := range bins {
		progress("changes", i, len(bins))
		if err := ctx.Err(); err != nil {
			return unprintable, blocked, err
		}
		letters, before, after, silent, err := d.lettersTo(ctx, reading, bin)
		if err != nil {
			return unprintable, blocked, err
		}
		blocked += silent
		if err := d.replace(ctx, bin, last, letters); err != nil {
			return unprintable, blocked, err
		}
		bundle := osms.LetterBundle{Organisation: organisations[bin], Provider: d.signs(organisations[bin]), Date: osms.DateOf(t.Now.In(d.Zone)), Sequence: last}
		bundle.Letters = d.printed(letters, before, after, bundle.Date)
		kept := letters[:0]
		faults := wording.Unprintable(bundle)
		for i, l := range letters {
			if fault := faults[i]; fault != nil {
				// Without a number it blocks nothing; once its name is mended, the
				// change is a letter of its own.
				t.Log.Warn("a letter cannot be printed", "bin", bin, "reason", fault)
				unprintable++
				continue
			}
			kept = append(kept, l)
		}
		letters = kept
		if len(letters) == 0 {
			continue
		}
		b := store.Bundle{BIN: bin, Region: organisations[bin].Region, Dated: osms.DateOf(t.Now.In(d.Zone)), From: reading.marks[bin], To: last, Texts: textsDigest(wording), Provider: keptHead(bundle.Provider), Registered: t.Now}
		if _, _, err := d.Store.PutBundle(ctx, t.Lease, b, letters); err != nil {
			return unprintable, blocked, err
		}
	}
	return unprintable, blocked, nil
}

// lettersReading is what the letters of all organisations rest on.
type lettersReading struct {
	last          int64
	marks         map[osms.BIN]int64
	organisations map[osms.BIN]osms.Organisation
	silence       silence
	dead          map[osms.IIN]osms.Date
}

func (d *Desk) readLetters(ctx context.Context) (r lettersReading, err error) {
	if r.last, err = d.Store.LastSequence(ctx); err != nil {
		return r, err
	}
	if r.marks, err = d.Store.LetterMarks(ctx); err != nil {
		return r, err
	}
	if r.organisations, err = d.Store.Organisations(ctx); err != nil {
		return r, err
	}
	if r.silence, err = d.silence(ctx); err != nil {
		return r, err
	}
	r.dead, err = d.Store.Dead(ctx)
	return r, err
}

// bins are the organisations that letters can be written to, in order. Of a
// provisional one neither name nor address is known: its letters wait for the list.
func (r lettersReading) bins() []osms.BIN {
	bins := make([]osms.BIN, 0, len(r.organisations))
	for bin, o := range r.organisations {
		if !o.Provisional {
			bins = append(bins, bin)
		}
	}
	slices.Sort(bins)
	return bins
}

// lettersTo are the notifications that an organisation is due, with what they
// rest on; silent counts those about persons whose data are blocked.
func (d *Desk) lettersTo(ctx context.Context, r lettersReading, bin osms.BIN) (letters []store.RegisteredLetter, before, after []osms.Fact, silent int, err error) {
	if before, after, err = d.untold(ctx, r.silence, bin, r.marks[bin], r.last); err != nil {
		return nil, nil, nil, 0, err
	}
	letters, silent = r.silence.silent(DueLetters(registry.Claims(before), registry.Claims(after), d.Rules), r.last)
	// Whom a roster still names after their death nobody is to be told has been
	// entered: the organisation has the letter about the event.
	letters = slices.DeleteFunc(letters, func(l store.RegisteredLetter) bool {
		died, ok := r.dead[l.Person]
		return ok && l.Action != osms.Removed && l.Effective >= died.Month()
	})
	return letters, before, after, silent, nil
}

// untold is what an organisation's letters between two sequences are about: what
// changed, from what it was told before.
func (d *Desk) untold(ctx context.Context, s silence, bin osms.BIN, from, to int64) (before, after []osms.Fact, err error) {
	if before, after, err = d.Store.OrganisationChanges(ctx, bin, from, to); err != nil {
		return nil, nil, err
	}
	// What an annulled letter told was never said: it is as before that letter.
	annulled, told, err := d.Store.BeforeAnnulled(ctx, bin, from, to)
	if err != nil {
		return nil, nil, err
	}
	before = slices.DeleteFunc(before, func(f osms.Fact) bool { return annulled[f.Person] })
	before = append(before, told...)
	slices.SortFunc(before, func(a, b osms.Fact) int { return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.From, b.From)) })
	if before, after, err = s.mend(ctx, d.Store, bin, from, to, annulled, before, after); err != nil {
		return nil, nil, err
	}
	// What a case was answered with was told: only what changed since is news.
	answered, err := d.Store.CaseNotifications(ctx, bin, from, to)
	for _, l := range answered {
		of := func(f osms.Fact) bool { return f.Person == l.Person }
		if err != nil || !slices.ContainsFunc(before, of) && !slices.ContainsFunc(after, of) {
			continue
		}
		var was []osms.Fact
		if was, err = d.Store.ClaimFacts(ctx, bin, l.Person, l.Known); err == nil {
			before = replaced(before, l.Person, was)
		}
	}
	return before, after, err
}

// replace notes which annulled letters of the same persons new letters replace.
func (d *Desk) replace(ctx context.Context, bin osms.BIN, upTo int64, letters []store.RegisteredLetter) error {
	if len(letters) == 0 {
		return nil
	}
	annulled, err := d.Store.Unreplaced(ctx, bin, upTo)
	if err != nil {
		return err
	}
	numbers := map[osms.IIN][]string{}
	for _, l := range annulled {
		numbers[l.Person] = append(numbers[l.Person], l.Outgoing())
	}
	for i := range letters {
		letters[i].Replaces = strings.Join(numbers[letters[i].Person], ", ")
	}
	return nil
}

// DueLetters decides which letters an organisation's changes call for, in order
// of person. A person who was never entitled through this organisation gets
// none; a change of group, course or language alone is not a matter of the
// insurance.
func DueLetters(before, after []osms.Claim, rules entitlement.Rules) []store.RegisteredLetter {
	held := map[osms.IIN]osms.Claim{}
	for _, c := range before {
		held[c.Person] = c
	}
	var out []store.RegisteredLetter
	for _, c := range after {
		was := held[c.Person]
		delete(held, c.Person)
		if l, due := dueLetter(was, c, rules); due {
			out = append(out, l)
		}
	}
	for _, was := range held {
		if l, due := dueLetter(was, osms.Claim{Person: was.Person, BIN: was.BIN}, rules); due {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b store.RegisteredLetter) int {
		if a.Person < b.Person {
			return -1
		}
		return 1
	})
	return out
}

// dueSpan is the last entitled span of a claim with its enrolment's first day.
func dueSpan(c osms.Claim, rules entitlement.Rules) (first osms.Date, span osms.Span, ok bool) {
	for _, e := range c.Enrolments {
		for _, s := range e.Spans {
			if entitlement.Due(s, rules) {
				first, span, ok = e.First, s, true
			}
		}
	}
	return first, span, ok
}

// open reports whether a claim goes on: its last entitled span has no end, or
// one that was only announced.
func open(s osms.Span) bool { return s.Until == osms.Forever || s.Ending == osms.Expected }

func dueLetter(was, is osms.Claim, rules entitlement.Rules) (store.RegisteredLetter, bool) {
	firstWas, spanWas, dueWas := dueSpan(was, rules)
	firstIs, spanIs, dueIs := dueSpan(is, rules)
	l := store.RegisteredLetter{Person: is.Person, First: firstIs}
	if dueIs && spanIs.Until != osms.Forever {
		l.Last = spanIs.Until
	}
	switch {
	case !dueWas && !dueIs:
		return l, false
	case !dueIs: // as if it had never been
		l.Action, l.First, l.Effective = osms.Removed, firstWas, firstWas.Month()
	case dueIs && open(spanIs) && !(dueWas && open(spanWas)):
		l.Action, l.Effective = osms.Entered, spanIs.From.Month()
	case dueIs && !open(spanIs) && (!dueWas || open(spanWas)):
		l.Action, l.Effective = osms.Removed, spanIs.Until.Month().Add(1)
	case was.Name != is.Name || was.Birth != is.Birth || firstWas != firstIs || spanWas.Until != spanIs.Until ||
		spanWas.Facts.Form != spanIs.Facts.Form || spanWas.Facts.Level != spanIs.Facts.Level || spanWas.Facts.Status != spanIs.Facts.Status:
		l.Action, l.Effective = osms.Updated, spanIs.From.Month()
	default:
		return l, false
	}
	return l, true
}

// printBundle makes a bundle's PDFs from the register, as it was known when the
// letters were numbered: the same bytes every time.
func (d *Desk) printBundle(ctx context.Context, b store.Bundle) ([]string, error) {
	letters, err := d.Store.BundleLetters(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	silence, err := d.silence(ctx)
	if err != nil {
		return nil, err
	}
	bundle, texts, err := d.asIssued(ctx, silence, b, letters)
	if err != nil {
		return nil, err
	}
	var paths []string
	for i, volume := range letter.Volumes(bundle) {
		var pdf bytes.Buffer
		if err := texts.Write(&pdf, volume); err != nil {
			return nil, err
		}
		name := fmt.Sprintf("%s-%06d", b.Dated, b.ID)
		if i > 0 {
			name += fmt.Sprintf("-%d", i+1)
		}
		rel := filepath.Join(b.Region.String(), b.BIN.Digits(), name+".pdf")
		if err := intake.HandOut(d.Home.Letters, rel, pdf.Bytes(), d.Drops.Step); err != nil {
			return nil, err
		}
		paths = append(paths, filepath.Join(d.Home.Letters, rel))
	}
	return paths, nil
}

// asIssued is a bundle, with some of its letters or all, as it was known when they
// were numbered, and the wording that they were issued in.
func (d *Desk) asIssued(ctx context.Context, s silence, b store.Bundle, letters []store.RegisteredLetter) (osms.LetterBundle, *letter.Texts, error) {
	out := osms.LetterBundle{Date: b.Dated, Sequence: b.To}
	organisations, err := d.Store.OrganisationsAt(ctx, b.To)
	if err != nil {
		return out, nil, err
	}
	before, after, err := d.untold(ctx, s, b.BIN, b.From, b.To)
	if err != nil {
		return out, nil, err
	}
	texts, err := d.textsOf(ctx, b.Texts)
	if err != nil {
		return out, nil, err
	}
	if out.Provider, err = headKept(b.Provider); err != nil {
		return out, nil, err
	}
	out.Organisation, out.Letters = organisations[b.BIN], d.printed(letters, before, after, b.Dated)
	return out, texts, nil
}

// printed lays out registered letters with what the register says of their
// persons. The ground of the law is the one of the letter's month: category 1 to
// the end of the month of the 18th birthday.
func (d *Desk) printed(letters []store.RegisteredLetter, before, after []osms.Fact, dated osms.Date) []osms.Letter {
	claims := map[osms.IIN]osms.Claim{}
	for _, c := range registry.Claims(before) {
		claims[c.Person] = c
	}
	for _, c := range registry.Claims(after) {
		claims[c.Person] = c
	}
	out := make([]osms.Letter, 0, len(letters))
	for _, l := range letters {
		c := claims[l.Person]
		_, span, _ := dueSpan(c, d.Rules)
		month := l.Effective
		if l.Action == osms.Removed && !l.Last.IsZero() {
			month = l.Last.Month() // the ground that is taken away
		}
		category := d.categoryIn(l.Person, month)
		number := ""
		if l.Number != 0 {
			number = l.Outgoing()
		}
		out = append(out, osms.Letter{Number: number, Date: dated, Person: l.Person, Name: c.Name, Birth: c.Birth, Action: l.Action,
			Facts: span.Facts, First: l.First, Last: l.Last, Effective: l.Effective, Category: category, Basis: d.rule(dated).Basis(category), Replaces: l.Replaces})
	}
	return out
}
