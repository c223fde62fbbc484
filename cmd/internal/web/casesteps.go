package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"

	"osmsd/sync/casework"
	"osmsd/sync/jobs"
	"osmsd/sync/law"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

type casePage struct {
	Case         jobs.CaseAt
	Path         string
	LetterPath   string // of what it was issued with
	Organisation osms.Organisation
	Previous     osms.Organisation
	Clock        caseClock
	Way          []wayShown
	Letters      []caseLetter
	Others       []caseRow // open cases of the person at the same organisation
	GroundText   string
	Reason       string
	Blocked      bool
	Draft        bool      // its letter can be looked at before it is issued
	Form         *stepForm // nil: the reader cannot go on with it
}

// wayShown is a step of the timeline.
type wayShown struct {
	casework.Taken
	Next  bool // it is the one that comes now
	Fill  int  // percent of its budget
	Class string
}

type caseLetter struct {
	store.RegisteredLetter
	Path   string
	Number string // as it is printed
}

// stepForm is the next step of a case with the fields that it needs.
type stepForm struct {
	Step     osms.CaseStep
	Role     law.Role
	Fault    string // why what was sent could not be done
	By, Note string
	// Of an answer.
	Answers []osms.Answer
	Answer  osms.Answer
	LeftOn  string
	// Of a check or a hearing.
	Decides  bool
	Proposed casework.Verdict
	Why      string // the proposal's reason
	Outcome  osms.CaseOutcome
	Ground   osms.Ground
	Grounds  []groundShown
	// Of a check whose application does not say the study.
	Study         bool
	Forms         []osms.StudyForm
	Levels        []osms.Level
	StudyForm     osms.StudyForm
	Level         osms.Level
	Since         string
	Withdraw      bool // the same form closes the case without a result
	WithdrawFault string
}

type groundShown struct {
	Ground osms.Ground
	Text   string
}

func studyForms() []osms.StudyForm {
	return []osms.StudyForm{osms.FullTime, osms.PartTime, osms.Evening, osms.Distance, osms.External}
}

func levels() []osms.Level {
	return []osms.Level{osms.Secondary, osms.TVET, osms.PostSecondary, osms.Higher, osms.Postgraduate}
}

// casePage shows a case, and with it a person: the look is written down first.
func (q *ask) casePage() error {
	c, err := q.ownCase()
	if err != nil {
		return err
	}
	return q.showCase(c, q.emptyStep(c))
}

func (q *ask) emptyStep(c jobs.CaseAt) *stepForm {
	if c.Step == "" || q.s.may("POST /cases/{number}/step")&holds(q.account.Role) == 0 {
		return nil
	}
	return &stepForm{Step: c.Step, By: cmp.Or(q.account.Name, q.account.Login)}
}

func (q *ask) showCase(c jobs.CaseAt, form *stepForm) error {
	if err := q.desk.Note(q.ctx(), q.look(jobs.AccessCase, c.Person, jobs.LookedCase(c.Number))); err != nil {
		return err
	}
	page := casePage{Case: c, Path: casePath(c.Number), Clock: q.caseClock(c), Form: form, LetterPath: letterPath(c.Letter), Reason: c.Reason.In(q.lang)}
	known, err := q.organisations([]jobs.CaseAt{c})
	if err != nil {
		return err
	}
	page.Organisation, page.Previous = known[c.BIN], known[c.Previous]
	blocked, err := q.desk.Blocked(q.ctx())
	if err != nil {
		return err
	}
	page.Blocked = blocked[c.Person]
	page.Draft = jobs.HasDraft(c.Case) && !page.Blocked
	next := true
	for _, s := range q.desk.CaseWay(c.Case) {
		page.Way = append(page.Way, shownStep(s, next, c))
		next = next && !s.At.IsZero()
	}
	letters, err := q.store().OfficeLettersAbout(q.ctx(), c.Number.String())
	if err != nil {
		return err
	}
	for _, l := range letters {
		page.Letters = append(page.Letters, caseLetter{l.RegisteredLetter, letterPath(l.Outgoing()), l.Outgoing()})
	}
	others, err := q.desk.Cases(q.ctx(), store.CaseFilter{Person: c.Person, BIN: c.BIN, Open: true}, q.now)
	if err != nil {
		return err
	}
	for _, o := range others {
		if o.Number != c.Number {
			page.Others = append(page.Others, caseRow{CaseAt: o, Path: casePath(o.Number)})
		}
	}
	if c.Ground != 0 {
		page.GroundText = q.groundText(c.Case, c.Ground)
	}
	if form != nil {
		if err := q.fillForm(c, form); err != nil {
			return err
		}
	}
	return q.show("case", q.say("case.title", c.Number), page)
}

// caseDraft shows how the letter of a decided case will look: who signs it has
// seen it.
func (q *ask) caseDraft() error {
	c, err := q.ownCase()
	if err != nil {
		return err
	}
	pdf, err := q.desk.Draft(q.ctx(), c.Case, q.now)
	switch {
	case errors.Is(err, jobs.ErrNoDraft):
		return refused(http.StatusNotFound, "refused.case.nodraft")
	case errors.Is(err, jobs.ErrDraft):
		q.s.Log.Warn("the letter of a case cannot be made", "case", c.Number, "err", err)
		return refused(http.StatusConflict, "refused.case.draft")
	case err != nil:
		return err
	}
	if err := q.desk.Note(q.ctx(), q.look(jobs.AccessCase, c.Person, jobs.LookedCase(c.Number)+", проект письма")); err != nil {
		return err
	}
	return q.open(c.Number.String()+"-draft.pdf", pdf)
}

// shownStep is a step of the timeline; of the one that comes next the clock says
// how much of its budget is gone.
func shownStep(s casework.Taken, next bool, c jobs.CaseAt) wayShown {
	x := wayShown{Taken: s, Next: next && s.At.IsZero(), Class: "good"}
	if x.Next && s.Step != osms.StepAnswer && s.Step != osms.StepHear {
		x.Budget, x.Spent = c.StepBudget, c.StepSpent
	}
	if x.Budget > 0 {
		x.Fill = min(100, 100*x.Spent/x.Budget)
	}
	if x.Spent > x.Budget {
		x.Class = "bad"
	}
	return x
}

// groundText is a ground in the words of the act of the case's day; in English in
// ours.
func (q *ask) groundText(c osms.Case, g osms.Ground) string {
	ground, ok := q.desk.CaseRule(c).Ground(g)
	switch {
	case ok && q.lang == "kk":
		return ground.KK
	case ok && q.lang == "ru":
		return ground.RU
	}
	return catalogue().Word(q.lang, "ground", strconv.Itoa(int(g)))
}

// fillForm puts into a form what it offers to choose from.
func (q *ask) fillForm(c jobs.CaseAt, form *stepForm) (err error) {
	form.Role = c.By
	switch form.Step {
	case osms.StepAnswer:
		form.Answers = []osms.Answer{osms.StillStudy, osms.LeftThere, osms.NeverThere}
	case osms.StepCheck, osms.StepHear:
		form.Decides = true
		for g := osms.GroundUnreliable; g <= osms.GroundNoConsent; g++ {
			form.Grounds = append(form.Grounds, groundShown{g, q.groundText(c.Case, g)})
		}
		if form.Step == osms.StepHear {
			form.Proposed = casework.Verdict{Outcome: c.Outcome, Ground: c.Ground, Reason: c.Reason}
		} else if form.Proposed, err = q.desk.Proposed(q.ctx(), c.Case, q.now); err != nil {
			return err
		}
		form.Why = form.Proposed.Reason.In(q.lang)
		form.Study = form.Step == osms.StepCheck && (c.StudyForm == "" || c.Level == "" || c.EnrolledOn.IsZero())
		form.Forms, form.Levels = studyForms(), levels()
	}
	return nil
}

// stepCase does the next step of a case, or closes it without a result.
func (q *ask) stepCase() error {
	c, err := q.ownCase()
	if err != nil {
		return err
	}
	form := q.emptyStep(c)
	s, fault := q.readStep(c, form)
	if fault == nil && form == nil { // it was closed meanwhile
		fault = caseFault(c.Number, &casework.StepError{Code: casework.Closed})
	}
	if fault == nil {
		fault, err = q.doStep(c, s)
	}
	switch {
	case err != nil:
		return err
	case fault == nil:
		return q.redirect(casePath(c.Number), "step."+string(s.Step))
	case form == nil:
		return fault
	}
	if text := q.say(fault.key, fault.args...); s.Step == osms.StepWithdraw {
		form.WithdrawFault = text
	} else {
		form.Fault = text
	}
	q.status = fault.status
	return q.showCase(c, form)
}

// doStep does a step in a run of its own. What stands in the way of it is a fault
// for the reader; an error is everything else.
func (q *ask) doStep(c jobs.CaseAt, s jobs.CaseStep) (*fault, error) {
	var done jobs.Stepped
	_, err := q.s.Runner.Run(q.ctx(), q.begun(osms.JobCases, 0), func(ctx context.Context, t jobs.Turn) (string, error) {
		var err error
		done, err = q.desk.StepCases(ctx, t, []osms.CaseNumber{c.Number}, s, t.Progress)
		return fmt.Sprintf("%d steps", len(done.Cases)), err
	})
	if done.Wording != nil {
		q.s.Log.Warn("the wording of letters is broken: the last good one stays in use", "err", done.Wording)
	}
	if err != nil || done.Failed == nil {
		return nil, err
	}
	if f := caseFault(c.Number, done.Failed); f != nil {
		return f, nil
	}
	return nil, done.Failed
}

// readStep reads the form of a step. What was typed stays in the form.
func (q *ask) readStep(c jobs.CaseAt, form *stepForm) (s jobs.CaseStep, f *fault) {
	if form == nil {
		form = &stepForm{}
	}
	s.Step, s.By, s.Note = osms.CaseStep(q.value("step")), q.value("by"), q.value("note")
	withdraw := s.Step == osms.StepWithdraw
	if form.By = s.By; !withdraw {
		form.Note = s.Note
	}
	if utf8.RuneCountInString(s.By) > 200 || utf8.RuneCountInString(s.Note) > 2000 {
		return s, refused(http.StatusUnprocessableEntity, "refused.field")
	}
	if s.Step == "" || !withdraw && s.Step != c.Step {
		return s, caseFault(c.Number, &casework.StepError{Code: casework.WrongStep, Step: s.Step})
	}
	var err error
	day := func(name string, shown *string) (d osms.Date) {
		if *shown = q.value(name); *shown == "" || f != nil {
			return 0
		}
		if d, err = osms.ParseDate(*shown); err != nil {
			f = refused(http.StatusUnprocessableEntity, "refused.case.day")
		}
		return d
	}
	switch s.Step {
	case osms.StepAnswer:
		s.Answer = osms.Answer(q.value("answer"))
		form.Answer = s.Answer
		if d := day("left_on", &form.LeftOn); s.Answer == osms.LeftThere {
			s.LeftOn = d
		}
	case osms.StepCheck, osms.StepHear:
		s.Outcome = osms.CaseOutcome(q.value("outcome"))
		form.Outcome = s.Outcome
		if n, err := strconv.Atoi(cmp.Or(q.value("ground"), "0")); err == nil {
			form.Ground = osms.Ground(n)
		}
		switch s.Outcome {
		case osms.CaseOpen, osms.CaseNotified:
		case osms.CaseRefused:
			s.Ground, s.Reason = form.Ground, osms.ReasonByHand
		default:
			return s, caseFault(c.Number, &casework.StepError{Code: casework.NeedsDecision, Step: s.Step})
		}
		s.Form, s.Level, f = q.study("study_form", "level")
		form.StudyForm, form.Level = s.Form, s.Level
		s.Since = day("since", &form.Since)
	}
	return s, f
}

// study reads a form and a level of study; both may be left open.
func (q *ask) study(form, level string) (osms.StudyForm, osms.Level, *fault) {
	f, l := osms.StudyForm(q.value(form)), osms.Level(q.value(level))
	if f != "" && !slices.Contains(studyForms(), f) || l != "" && !slices.Contains(levels(), l) {
		return "", "", refused(http.StatusUnprocessableEntity, "refused.field")
	}
	return f, l, nil
}

// caseFault puts what a case cannot do into words; nil for what is no fault of
// whoever asked.
func caseFault(number osms.CaseNumber, err error) *fault {
	var step *casework.StepError
	var bound *jobs.BoundError
	switch {
	case errors.As(err, &step):
		return refused(http.StatusConflict, "case.refused."+string(step.Code))
	case errors.As(err, &bound):
		return refused(http.StatusConflict, "refused.case.bound", int(bound.Ground))
	case errors.Is(err, jobs.ErrNoCase):
		return refused(http.StatusNotFound, "refused.missing")
	case errors.Is(err, jobs.ErrFormUnknown):
		return refused(http.StatusConflict, "refused.case.form", number)
	case errors.Is(err, store.ErrOnce):
		return refused(http.StatusConflict, "refused.case.moved", number)
	case errors.Is(err, jobs.ErrNoProvider):
		return refused(http.StatusUnprocessableEntity, "refused.case.provider")
	case errors.Is(err, jobs.ErrFuture):
		return refused(http.StatusUnprocessableEntity, "refused.case.future")
	}
	return nil
}
