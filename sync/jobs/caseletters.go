package jobs

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"

	"osmsd/importers/intake"
	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// configured is what the configuration says of an organisation as a provider.
func (d *Desk) configured(bin osms.BIN) osms.Provider {
	i := slices.IndexFunc(d.Casework.Providers, func(p osms.Provider) bool { return bin != 0 && p.BIN == bin })
	if i < 0 {
		return osms.Provider{}
	}
	return d.Casework.Providers[i]
}

// provider is an organisation as the provider that signs: what is configured for
// it over what the list of organisations says.
func (d *Desk) provider(o osms.Organisation) osms.Provider {
	return d.configured(o.BIN).Over(osms.ProviderOf(o))
}

// akimat is the local executive body that an organisation belongs to: of its
// district where one is configured, else of its region.
func (d *Desk) akimat(o osms.Organisation) osms.Provider {
	of := osms.Provider{}
	for _, p := range d.Casework.Providers {
		if p.BIN != 0 || p.Region != o.Region || p.District != "" && osms.FoldName(p.District) != osms.FoldName(o.District) {
			continue
		}
		if of.Region == 0 || p.District != "" {
			of = p
		}
	}
	return of.Over(osms.Akimat(o.Region))
}

// reserve takes the next outgoing number of a region for a letter of a day.
func (d *Desk) reserve(t *store.Tx, region osms.Region, dated osms.Date) (l store.OfficeLetter, err error) {
	l.Region, l.Year, l.Dated = region, dated.Year(), dated
	l.Number, err = t.Reserve(region, l.Year)
	return l, err
}

// caseBooks are what a letter about a case is made of: read where it is issued, or
// only looked at.
type caseBooks interface {
	Organisation(osms.BIN) (osms.Organisation, error)
	History(osms.IIN) ([]store.KnownFact, []store.KnownEntitlement, error)
}

// letterAbout is what a letter about a case says, whatever its kind.
func (d *Desk) letterAbout(t caseBooks, c osms.Case, kind osms.LetterKind, l store.OfficeLetter) (osms.OfficeLetter, error) {
	o, err := organisationOr(t, c.BIN, c.Region)
	if err != nil {
		return osms.OfficeLetter{}, err
	}
	rule := d.rule(l.Dated)
	birth, category := c.Person.Birth(), d.categoryIn(c.Person, l.Dated.Month())
	out := osms.OfficeLetter{Kind: kind, Number: l.Outgoing(), Date: l.Dated, Provider: d.provider(o), Person: c.Person, Name: c.Name, Birth: birth,
		Case: c.Number.String(), Received: c.Counted, ServiceKK: rule.A.KK, ServiceRU: rule.A.RU, Basis: rule.Basis(category), Lacks: c.Lacks}
	if out.Name.String() == "" {
		if out.Name, err = nameOf(t, c.Person, c.BIN); err != nil {
			return out, err
		}
	}
	switch kind {
	case osms.LetterRefusal:
		ground, _ := rule.Ground(c.Ground)
		out.Ground, out.GroundKK, out.GroundRU = c.Ground, ground.KK, ground.RU
		out.ReasonKK, out.ReasonRU = c.Reason.In("kk"), c.Reason.In("ru")
		if c.Reason == osms.ReasonByHand {
			for _, s := range c.Steps {
				if s.Step == osms.StepCheck || s.Step == osms.StepHear && s.Note != "" {
					out.ReasonKK, out.ReasonRU = s.Note, s.Note
				}
			}
		}
	case osms.LetterQuestion:
		to, err := organisationOr(t, c.Previous, c.Region)
		if err != nil {
			return out, err
		}
		out.To = &to
		out.Until = d.days().AddWorkingDays(l.Dated, questionDays)
	}
	return out, nil
}

// categoryIn is the ground on which a person is claimed in a month.
func (d *Desk) categoryIn(person osms.IIN, month osms.Month) osms.Category {
	if d.Rules.At(month).ChildFirst && month <= entitlement.LastChildMonth(person) {
		return osms.Child
	}
	return osms.Learner
}

// questionDays is how many working days the previous organisation has to answer:
// of the four that the term has, two are left for the rest. It is ours.
const questionDays = 2

// organisationOr is an organisation, or what is known of one that is on no list:
// its number.
func organisationOr(t caseBooks, bin osms.BIN, region osms.Region) (osms.Organisation, error) {
	o, err := t.Organisation(bin)
	if errors.Is(err, store.ErrNotFound) {
		return osms.Organisation{BIN: bin, Region: region}, nil
	}
	return o, err
}

// nameOf is the name in the newest claim of an organisation on a person: what
// others write of the person is not its to know.
func nameOf(t caseBooks, person osms.IIN, bin osms.BIN) (osms.Name, error) {
	facts, _, err := t.History(person)
	facts = slices.DeleteFunc(facts, func(f store.KnownFact) bool { return f.BIN != bin })
	if err != nil || len(facts) == 0 {
		return osms.Name{}, err
	}
	return slices.MaxFunc(facts, func(a, b store.KnownFact) int { return cmp.Compare(a.KnownFrom, b.KnownFrom) }).Name, nil
}

// issue registers a letter about a case under its reserved number.
func (d *Desk) issue(t *store.Tx, c osms.Case, kind osms.LetterKind, l store.OfficeLetter) (store.OfficeLetter, error) {
	says, err := d.letterAbout(t, c, kind, l)
	if err != nil {
		return l, err
	}
	if err := d.wording().CheckOffice(says); err != nil {
		return l, fmt.Errorf("case %s: %w", c.Number, err)
	}
	l.BIN, l.Person, l.Kind, l.Matter, l.Texts = c.BIN, c.Person, kind, c.Number.String(), textsDigest(d.wording())
	if l.Content, err = keepOfficeLetter(says); err != nil {
		return l, err
	}
	return t.PutOfficeLetter(l)
}

// PrintOffice writes the letters that belong to no bundle and are not yet on
// disk, each as a file of its own. A letter that cannot be written does not
// hinder the others; one about somebody who is blocked waits until that is
// lifted.
func (d *Desk) PrintOffice(ctx context.Context, progress Progress) (paths []string, failed error) {
	blocked, err := d.Blocked(ctx)
	if err != nil {
		return nil, err
	}
	last := store.RegisteredLetter{}
	for {
		unwritten, err := d.Store.UnwrittenOfficeLetters(ctx, last, 500)
		if err != nil || len(unwritten) == 0 {
			return paths, errors.Join(failed, err)
		}
		var due []store.OfficeLetter
		for _, l := range unwritten {
			if last = l.RegisteredLetter; !blocked[l.Person] {
				due = append(due, l)
			}
		}
		written := d.printAll(ctx, due)
		var done []store.RegisteredLetter
		for i, w := range written {
			if w.err != nil {
				failed = errors.Join(failed, fmt.Errorf("letter %s: %w", due[i].Outgoing(), w.err))
				continue
			}
			done, paths = append(done, due[i].RegisteredLetter), append(paths, w.paths...)
		}
		if err := d.Store.MarkOfficeLettersWritten(ctx, done); err != nil {
			return paths, errors.Join(failed, err)
		}
		if err := ctx.Err(); err != nil {
			return paths, errors.Join(failed, err)
		}
		progress("letters", len(paths), 0)
	}
}

// printedLetter is what became of a letter on its way to disk.
type printedLetter struct {
	paths []string
	err   error
}

// printAll prints letters, some at once: each waits for the disk most of its time.
// Who counts operations gets them in one order.
func (d *Desk) printAll(ctx context.Context, letters []store.OfficeLetter) []printedLetter {
	out := make([]printedLetter, len(letters))
	one := func(i int) {
		if out[i].err = ctx.Err(); out[i].err == nil {
			out[i].paths, out[i].err = d.printOffice(ctx, letters[i])
		}
	}
	if d.Drops.Step != nil {
		for i := range letters {
			one(i)
		}
		return out
	}
	next := make(chan int)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range next {
				func() {
					defer func() {
						if p := recover(); p != nil { // a panic of one letter is that letter's error
							out[i].err = &PanicError{p, debug.Stack()}
						}
					}()
					one(i)
				}()
			}
		})
	}
	for i := range letters {
		next <- i
	}
	close(next)
	wg.Wait()
	return out
}

func (d *Desk) printOffice(ctx context.Context, l store.OfficeLetter) ([]string, error) {
	forms := []string{".pdf"}
	if d.Casework.DOCX {
		forms = append(forms, ".docx")
	}
	var paths []string
	for _, form := range forms {
		b, err := d.OfficeDocument(ctx, l, form)
		if err != nil {
			return nil, err
		}
		rel := filepath.Join(l.Region.String(), cmp.Or(l.BIN.String(), "akimat"), fmt.Sprintf("%s-%s%s", l.Outgoing(), l.Kind, form))
		if err := intake.HandOut(d.Home.Letters, rel, b, d.Drops.Step); err != nil {
			return nil, err
		}
		paths = append(paths, filepath.Join(d.Home.Letters, rel))
	}
	return paths, nil
}

// OfficeDocument makes a letter's document again from what is kept of it: the
// same bytes every time. form is .pdf or .docx.
func (d *Desk) OfficeDocument(ctx context.Context, l store.OfficeLetter, form string) ([]byte, error) {
	texts, err := d.textsOf(ctx, l.Texts)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if l.Kind == osms.LetterNotification {
		bundle, err := notificationKept(l.Content)
		if err != nil {
			return nil, err
		}
		if form == ".docx" {
			err = texts.WriteBundleDOCX(&b, bundle)
		} else {
			err = texts.WriteNotification(&b, bundle)
		}
		return b.Bytes(), err
	}
	says, err := officeLetterKept(l.Content)
	if err != nil {
		return nil, err
	}
	if form == ".docx" {
		err = texts.WriteDOCX(&b, says)
	} else {
		err = texts.WriteOffice(&b, says)
	}
	return b.Bytes(), err
}
