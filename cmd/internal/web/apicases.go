package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"osmsd/cmd/internal/shape"
	"osmsd/sync/casework"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// CaseList is a page of cases, by number.
type CaseList struct {
	Cases []shape.Case `json:"cases"`
	Next  string       `json:"next" doc:"Give it as after for the next ones; \"\": there are none."`
}

type casesAsked struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"How many at most."`
	After  string `query:"after" maxLength:"40" doc:"Only those that follow this number: what next said."`
	Region string `query:"region" pattern:"^[0-9]{2}$" patternDescription:"two digits of KATO"`
	BIN    string `query:"bin" pattern:"^[0-9]{12}$" patternDescription:"twelve digits" doc:"Only those of this provider."`
	Month  string `query:"month" pattern:"^[0-9]{4}-[0-9]{2}$" patternDescription:"a month as 2026-10" doc:"Only those received in it."`
	Open   bool   `query:"open" doc:"Only those that are not closed."`
	Late   bool   `query:"late" doc:"Only those that are late or nearly."`
}

type caseNumbered struct {
	Number string `path:"number" maxLength:"40"`
}

// CaseOpened is an application that was handed in.
type CaseOpened struct {
	IIN           string         `json:"iin" pattern:"^[0-9]{12}$" patternDescription:"twelve digits"`
	BIN           string         `json:"bin" pattern:"^[0-9]{12}$" patternDescription:"twelve digits" doc:"The provider applied to."`
	Previous      string         `json:"previous_bin,omitempty" pattern:"^[0-9]{12}$" patternDescription:"twelve digits" doc:"Where the person studied before: the term is then 4 days."`
	Surname       string         `json:"surname" minLength:"1" maxLength:"100"`
	Given         string         `json:"given" minLength:"1" maxLength:"100"`
	Patronymic    string         `json:"patronymic,omitempty" maxLength:"100"`
	Incoming      string         `json:"incoming,omitempty" maxLength:"100" doc:"The office's own number."`
	Received      string         `json:"received_at,omitempty" format:"date-time" doc:"When it was handed in; now where none is given."`
	Application   bool           `json:"application,omitempty" doc:"The form is there and signed."`
	Identity      bool           `json:"identity,omitempty" doc:"The identity document is there."`
	IdentityUntil string         `json:"identity_until,omitempty" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" patternDescription:"a day as 2026-10-01"`
	Study         bool           `json:"study,omitempty" doc:"The document about the study is there."`
	StudyDated    string         `json:"study_dated,omitempty" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" patternDescription:"a day as 2026-10-01"`
	EnrolledOn    string         `json:"enrolled_on,omitempty" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" patternDescription:"a day as 2026-10-01"`
	Form          osms.StudyForm `json:"form,omitempty" enum:"full_time,part_time,evening,distance,external"`
	Level         osms.Level     `json:"level,omitempty" enum:"secondary,tvet,post_secondary,higher,postgraduate"`
	Consent       bool           `json:"consent,omitempty" doc:"To the use of personal data."`
	Lacking       bool           `json:"lacking,omitempty" doc:"Yes, a document is missing: a receipt of refusal is written."`
	By            string         `json:"by,omitempty" maxLength:"100" doc:"Who accepted it; the caller's login where nobody is named."`
}

type caseOpened struct{ Body CaseOpened }

// StepAsked is the next step of a case.
type StepAsked struct {
	Step    osms.CaseStep    `json:"step,omitempty" maxLength:"20" doc:"Which step it must be; the next one where none is named. withdraw closes a case."`
	By      string           `json:"by,omitempty" maxLength:"100" doc:"Who does it; the caller's login where nobody is named."`
	Note    string           `json:"note,omitempty" maxLength:"2000" doc:"Resolution, answer or reason."`
	Outcome osms.CaseOutcome `json:"outcome,omitempty" enum:"notified,refused" doc:"Of a check by hand; without it the rules find one."`
	Ground  int              `json:"ground,omitempty" minimum:"1" maximum:"5" doc:"Refuse on this ground, with the reason in note."`
	Answer  osms.Answer      `json:"answer,omitempty" enum:"studies,left,never" doc:"Of the previous organisation."`
	LeftOn  string           `json:"left_on,omitempty" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" patternDescription:"a day as 2026-10-01"`
	Form    osms.StudyForm   `json:"form,omitempty" enum:"full_time,part_time,evening,distance,external"`
	Level   osms.Level       `json:"level,omitempty" enum:"secondary,tvet,post_secondary,higher,postgraduate"`
	Since   string           `json:"since,omitempty" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" patternDescription:"a day as 2026-10-01" doc:"First day of study, where no paper says it."`
}

type caseStepped struct {
	Number string `path:"number" maxLength:"40"`
	Body   StepAsked
}

func (s *Server) describeCases(a *api) {
	const tag = "Cases"
	operate(a, s, call{pattern: "GET /api/v1/cases", tag: tag, summary: "Cases of service A with their clocks"}, (*ask).apiCases)
	operate(a, s, call{pattern: "GET /api/v1/cases/{number}", tag: tag, summary: "One case: documents, steps and outcome", about: "The look is written to the access log."}, (*ask).apiCase)
	operate(a, s, call{pattern: "POST /api/v1/cases", tag: tag, summary: "Register an application", about: "With a document missing, lacking must say so: a receipt of refusal is written at once.", status: http.StatusCreated}, (*ask).apiOpenCase)
	operate(a, s, call{pattern: "POST /api/v1/cases/{number}/step", tag: tag, summary: "Do the next step of a case", about: "409 with the reason when the step cannot be done."}, (*ask).apiStepCase)
}

func caseNamed(text string) (osms.CaseNumber, error) {
	n, err := osms.ParseCaseNumber(text)
	if err != nil {
		return n, store.ErrNotFound
	}
	return n, nil
}

func (q *ask) apiCases(in *casesAsked) (out CaseList, err error) {
	f := store.CaseFilter{Open: in.Open || in.Late}
	if f.Region, err = q.regionNamed(in.Region); err != nil {
		return out, err
	}
	if in.BIN != "" {
		if f.BIN, err = binNamed(in.BIN); err != nil {
			return out, err
		}
	}
	if in.Month != "" {
		m, err := monthNamed(in.Month)
		if err != nil {
			return out, err
		}
		f.From, f.To = q.begins(m.First()), q.begins(m.Add(1).First())
	}
	all, err := q.desk.Cases(q.ctx(), f, q.now)
	if err != nil {
		return out, err
	}
	out.Cases = []shape.Case{}
	passed := in.After == ""
	for _, c := range all {
		switch {
		case !passed:
			passed = c.Number.String() == in.After
		case in.Late && c.State != casework.Nearly && c.State != casework.Overdue:
		case len(out.Cases) == in.Limit:
			out.Next = out.Cases[in.Limit-1].Number
			return out, q.lookedAtMany(lookedIn(lookedCases, f.Region))
		default:
			out.Cases = append(out.Cases, shape.CaseOf(c, q.desk.Zone))
		}
	}
	if len(out.Cases) > 0 {
		err = q.lookedAtMany(lookedIn(lookedCases, f.Region))
	}
	return out, err
}

// caseFound finds a case that the caller may see. Who shows it writes the look
// down, once for a request.
func (q *ask) caseFound(number osms.CaseNumber) (c jobs.CaseAt, err error) {
	found, err := q.desk.Cases(q.ctx(), store.CaseFilter{Number: number}, q.now)
	if err == nil && (len(found) == 0 || !q.sees(found[0].Region)) {
		err = store.ErrNotFound
	}
	if err != nil {
		return c, err
	}
	return found[0], nil
}

// caseDone is a case after a use-case that wrote the look down.
func (q *ask) caseDone(number osms.CaseNumber) (out shape.Case, err error) {
	c, err := q.caseFound(number)
	if err != nil {
		return out, err
	}
	return shape.CaseOf(c, q.desk.Zone), nil
}

func (q *ask) apiCase(in *caseNumbered) (out shape.Case, err error) {
	n, err := caseNamed(in.Number)
	if err != nil {
		return out, err
	}
	c, err := q.caseFound(n)
	if err == nil {
		err = q.desk.Note(q.ctx(), q.look(jobs.AccessCase, c.Person, jobs.LookedCase(c.Number)))
	}
	if err != nil {
		return out, err
	}
	return shape.CaseOf(c, q.desk.Zone), nil
}

// application reads what was handed in.
func (q *ask) handedIn(b CaseOpened) (x osms.Application, err error) {
	x = osms.Application{Incoming: b.Incoming, Name: osms.Name{Surname: strings.TrimSpace(b.Surname), Given: strings.TrimSpace(b.Given), Patronymic: strings.TrimSpace(b.Patronymic)},
		Form: b.Application, Identity: b.Identity, Study: b.Study, Consent: b.Consent, StudyForm: b.Form, Level: b.Level}
	if x.Person, err = q.iinNamed(b.IIN); err != nil {
		return x, err
	}
	if x.BIN, err = binNamed(b.BIN); err != nil {
		return x, err
	}
	if b.Previous != "" {
		if x.Previous, err = binNamed(b.Previous); err != nil {
			return x, err
		}
	}
	if x.IdentityUntil, err = dayNamed(b.IdentityUntil); err != nil {
		return x, err
	}
	if x.StudyDated, err = dayNamed(b.StudyDated); err != nil {
		return x, err
	}
	if x.EnrolledOn, err = dayNamed(b.EnrolledOn); err != nil {
		return x, err
	}
	if x.Received, err = momentNamed(b.Received); err != nil {
		return x, err
	}
	if !b.Lacking && !(x.Form && x.Identity && x.Study) {
		return x, refused(http.StatusUnprocessableEntity, "refused.lacking")
	}
	if x.Received.After(q.now) {
		return x, refused(http.StatusUnprocessableEntity, "refused.notyet")
	}
	return x, nil
}

func (q *ask) apiOpenCase(in *caseOpened) (out shape.Case, err error) {
	x, err := q.handedIn(in.Body)
	if err != nil {
		return out, err
	}
	region, err := q.desk.ProviderRegion(q.ctx(), x.BIN)
	if err == nil && !q.sees(region) {
		err = refused(http.StatusForbidden, "refused.foreign")
	}
	if err != nil {
		return out, err
	}
	var c osms.Case
	_, err = q.s.Runner.Run(q.ctx(), q.begun(osms.JobCases, 0), func(ctx context.Context, t jobs.Turn) (string, error) {
		done, err := q.desk.HandIn(ctx, t, x, either(in.Body.By, q.account.Login), t.Progress)
		c = done.Case
		if c.Number.Serial == 0 {
			return "", err
		}
		return c.Number.String(), err
	})
	if err != nil && c.Number.Serial == 0 {
		return out, err
	}
	if err != nil { // it is registered; the next run of letters writes the letter
		q.s.Log.Error("the letter of a case is not written", "case", c.Number, "err", err)
	}
	q.w.Header().Set("Location", apiPrefix+"/cases/"+url.PathEscape(c.Number.String()))
	return q.caseDone(c.Number)
}

func either(a, b string) string {
	if a = strings.TrimSpace(a); a != "" {
		return a
	}
	return b
}

func (q *ask) apiStepCase(in *caseStepped) (out shape.Case, err error) {
	n, err := caseNamed(in.Number)
	if err != nil {
		return out, err
	}
	b := in.Body
	s := jobs.CaseStep{StepDone: osms.StepDone{Step: b.Step, By: either(b.By, q.account.Login), Note: b.Note}, Outcome: b.Outcome, Ground: osms.Ground(b.Ground),
		Answer: b.Answer, Form: b.Form, Level: b.Level}
	if b.Ground != 0 {
		s.Outcome, s.Reason = osms.CaseRefused, osms.ReasonByHand
	}
	if s.LeftOn, err = dayNamed(b.LeftOn); err != nil {
		return out, err
	}
	if s.Since, err = dayNamed(b.Since); err != nil {
		return out, err
	}
	if _, err := q.caseFound(n); err != nil {
		return out, err
	}
	_, err = q.s.Runner.Run(q.ctx(), q.begun(osms.JobCases, 0), func(ctx context.Context, t jobs.Turn) (string, error) {
		done, err := q.desk.StepCases(ctx, t, []osms.CaseNumber{n}, s, t.Progress)
		if done.Wording != nil {
			q.s.Log.Warn("the wording of letters is broken; the last good one stays in use", "err", done.Wording)
		}
		if err == nil {
			err = done.Failed
		}
		return fmt.Sprintf("%d steps", len(done.Cases)), err
	})
	if err != nil {
		return out, err
	}
	return q.caseDone(n)
}
