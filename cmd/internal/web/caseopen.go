package web

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

// newCase is the form of an application that is handed in at the counter, with
// what was typed. It comes back as it was when something is wrong with it.
type newCase struct {
	Fault, Hint string
	IIN         string
	Surname     string
	Given       string
	Patronymic  string
	BIN         string
	Previous    string
	Incoming    string
	Received    string
	By          string

	Form, Identity, Study, Consent, Lacking bool

	IdentityUntil, StudyDated, EnrolledOn string
	StudyForm                             osms.StudyForm
	Level                                 osms.Level
	Forms                                 []osms.StudyForm
	Levels                                []osms.Level
	Latest                                string // the moment until which it can have been handed in
}

func (q *ask) newCasePage() error {
	return q.showNewCase(newCase{By: cmp.Or(q.account.Name, q.account.Login), BIN: q.value("bin")})
}

func (q *ask) showNewCase(page newCase) error {
	page.Forms, page.Levels, page.Latest = studyForms(), levels(), q.now.In(q.desk.Zone).Format(localMoment)
	return q.show("casenew", q.say("case.new.title"), page)
}

// localMoment is how a browser writes a moment.
const localMoment = "2006-01-02T15:04"

// openCase registers an application. The personal number comes in the body and
// stands in no address.
func (q *ask) openCase() error {
	page := newCase{IIN: q.value("iin"), Surname: q.value("surname"), Given: q.value("given"), Patronymic: q.value("patronymic"), BIN: q.value("bin"),
		Previous: q.value("previous"), Incoming: q.value("incoming"), Received: q.value("received"), By: q.value("by"),
		Form: q.value("form") != "", Identity: q.value("identity") != "", Study: q.value("study") != "", Consent: q.value("consent") != "", Lacking: q.value("lacking") != "",
		IdentityUntil: q.value("identity_until"), StudyDated: q.value("study_dated"), EnrolledOn: q.value("enrolled_on")}
	x, f := q.application(&page)
	var done jobs.HandedIn
	if f == nil {
		_, err := q.s.Runner.Run(q.ctx(), q.begun(osms.JobCases, 0), func(ctx context.Context, t jobs.Turn) (string, error) {
			var err error
			done, err = q.desk.HandIn(ctx, t, x, page.By, t.Progress)
			if done.Case.Number.Serial == 0 {
				return "", err
			}
			return done.Case.Number.String(), err
		})
		if err != nil && done.Case.Number.Serial == 0 {
			if f = caseFault(osms.CaseNumber{}, err); f == nil {
				return err
			}
		} else if err != nil { // it is registered; the letter is written by the next run
			q.s.Log.Error("the letter of a case is not written", "case", done.Case.Number, "err", err)
		}
	}
	if f != nil {
		page.Fault, page.Hint = q.say(f.key, f.args...), q.say(f.key+".hint", f.args...)
		if page.Hint == f.key+".hint" {
			page.Hint = ""
		}
		q.status = f.status
		return q.showNewCase(page)
	}
	said := "caseopened"
	if done.Twin.Serial != 0 {
		said = "casetwin"
	}
	return q.redirect(casePath(done.Case.Number), said)
}

// application reads the form.
func (q *ask) application(page *newCase) (x osms.Application, f *fault) {
	wrong := func(key string, args ...any) (osms.Application, *fault) {
		return x, refused(http.StatusUnprocessableEntity, key, args...)
	}
	for _, text := range []string{page.Surname, page.Given, page.Patronymic, page.Incoming, page.By} {
		if utf8.RuneCountInString(text) > 200 {
			return wrong("refused.field")
		}
	}
	var err error
	if x.Person, err = osms.ParseIIN(unspaced(page.IIN), q.today()); err != nil {
		return wrong("refused.case.iin")
	}
	if x.Name = (osms.Name{Surname: page.Surname, Given: page.Given, Patronymic: page.Patronymic}); x.Name.Surname == "" || x.Name.Given == "" {
		return wrong("refused.case.name")
	}
	if x.BIN, err = osms.ParseBIN(unspaced(page.BIN)); err != nil {
		return wrong("refused.case.bin")
	}
	if page.Previous != "" {
		if x.Previous, err = osms.ParseBIN(unspaced(page.Previous)); err != nil {
			return wrong("refused.case.previous")
		}
	}
	region, err := q.desk.ProviderRegion(q.ctx(), x.BIN)
	if err != nil {
		q.s.Log.Error("the region of an organisation cannot be read", "err", err)
		return x, refused(http.StatusInternalServerError, "refused.internal")
	}
	if region == 0 || !q.sees(region) {
		return wrong("refused.case.provider")
	}
	for _, d := range []struct {
		text string
		to   *osms.Date
	}{{page.IdentityUntil, &x.IdentityUntil}, {page.StudyDated, &x.StudyDated}, {page.EnrolledOn, &x.EnrolledOn}} {
		if d.text == "" {
			continue
		}
		if *d.to, err = osms.ParseDate(d.text); err != nil {
			return wrong("refused.case.day")
		}
	}
	if x.StudyForm, x.Level, f = q.study("study_form", "level"); f != nil {
		return x, f
	}
	page.StudyForm, page.Level = x.StudyForm, x.Level
	if page.Received != "" {
		if x.Received, err = time.ParseInLocation(localMoment, page.Received, q.desk.Zone); err != nil {
			return wrong("refused.case.moment")
		}
	}
	if page.By == "" {
		return wrong("case.refused.who_missing")
	}
	x.Incoming, x.Form, x.Identity, x.Study, x.Consent = page.Incoming, page.Form, page.Identity, page.Study, page.Consent
	if !page.Lacking && !(x.Form && x.Identity && x.Study) {
		return wrong("refused.case.lacking")
	}
	return x, nil
}

// unspaced is a number as people group it, without its spaces.
func unspaced(text string) string { return strings.Join(strings.Fields(text), "") }
