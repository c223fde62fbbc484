package web

import (
	"bytes"
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"osmsd/exporters/statement"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (s *Server) statementsRoutes() []route {
	return []route{
		{"GET /statements", fund | admin, "", (*ask).statementsPage},
		{"POST /statements", fund | admin, "", (*ask).confirmStatement},
		{"POST /statements/give", fund | admin, "", (*ask).giveStatement},
		{"POST /statements/check", fund | admin, "", (*ask).checkStatement},
		{"GET /statements/{number}", fund | admin, "", (*ask).statementAsked},
	}
}

// confirmations are the ways in which a person proves who they are.
var confirmations = []osms.Confirmation{osms.ByEDS, osms.ByOTP, osms.BySMS, osms.ByDigitalDocument}

// answersListed is how many of the last answers the page lists.
const answersListed = 20

type statementsPage struct {
	Confirmations []osms.Confirmation
	Grounds       []string
	Most          int
	From, To      osms.Month
	Given         []givenShown
}

type givenShown struct {
	store.GivenAnswer
	Ground string // by what right, in words
	By     string // who was given it
}

func (q *ask) statementsPage() error {
	this := q.today().Month()
	page := statementsPage{Confirmations: confirmations, Grounds: lookGrounds, Most: mostNote, From: this.Add(1 - this.MonthNum()), To: this}
	given, err := q.store().LatestAnswers(q.ctx(), answersListed)
	if err != nil {
		return err
	}
	for _, g := range given {
		who := osms.Shown(g.Who)
		if n, ok := strings.CutPrefix(who, "import "); ok {
			who = q.say("statements.list", n)
		}
		page.Given = append(page.Given, givenShown{g, q.right(g.By), who})
	}
	return q.show("statements", q.say("statements.title"), page)
}

// right puts the ground of a look, as the access log has it, into words.
func (q *ask) right(logged string) string {
	if by, ok := strings.CutPrefix(logged, "consent: "); ok {
		return q.say("statements.consent", catalogue().Word(q.lang, "confirmed", by))
	}
	return osms.Shown(logged)
}

// statementForm is what is asked for: a person's own request, or a look by right
// of office. Readable is false where what is written is no IIN: the answer to
// such a request is a refusal.
type statementForm struct {
	IIN      string // as it was written
	person   osms.IIN
	Readable bool
	From, To osms.Month
	Office   bool
	By       osms.Confirmation
	Consent  bool
	Ground   ground
	Why      string
	Refused  string // on which ground it will be refused; "" where nothing is seen against it
}

// notConfirmed is chosen where the person proved in no way who they are.
const notConfirmed = "none"

// A period at the counter begins in no year before firstYear and ends at most
// monthsAhead after this month: anything else was typed wrongly, and is no
// request to refuse.
const firstYear, monthsAhead = 1991, 12

// possible refuses a period that cannot be asked for.
func (q *ask) possible(from, to osms.Month) error {
	this := q.today().Month()
	switch {
	case to < from:
		return refused(http.StatusUnprocessableEntity, "refused.period")
	case from.Year() < firstYear || to > this.Add(monthsAhead) || !jobs.PossiblePeriod(from, to, this):
		return refused(http.StatusUnprocessableEntity, "refused.periodrange", firstYear, this, this.Add(monthsAhead))
	}
	return nil
}

// statementForm reads the form. What only a refusal can answer is no mistake of
// the form.
func (q *ask) statementForm() (f statementForm, err error) {
	f = statementForm{IIN: strings.TrimSpace(q.r.PostFormValue("iin")), Office: q.value("by") == "office", By: osms.Confirmation(q.value("confirmed")), Consent: q.value("consent") == "1"}
	if f.person, err = q.iin(); err == nil {
		f.Readable, f.IIN = true, f.person.Digits()
	}
	if f.Office && !f.Readable || len(f.IIN) > 40 || f.IIN == "" {
		return f, refused(http.StatusUnprocessableEntity, "refused.iin")
	}
	for name, to := range map[string]*osms.Month{"from": &f.From, "to": &f.To} {
		if *to, err = osms.ParseMonth(q.value(name)); err != nil {
			return f, refused(http.StatusUnprocessableEntity, "refused.month", q.value(name))
		}
	}
	if err := q.possible(f.From, f.To); err != nil {
		return f, err
	}
	if f.Office {
		if f.Ground, err = q.groundAsked(); err != nil {
			return f, err
		}
		f.Why = f.Ground.said(q.lang)
		return f, nil
	}
	if q.value("confirmed") == notConfirmed {
		f.By = ""
	} else if !slices.Contains(confirmations, f.By) {
		return f, refused(http.StatusUnprocessableEntity, "refused.confirmed")
	}
	switch {
	case !f.Readable:
		f.Refused = osms.ReasonIIN.In(q.lang)
	case f.By == "":
		f.Refused = osms.ReasonNotConfirmed.In(q.lang)
	case !f.Consent:
		f.Refused = osms.ReasonNoConsent.In(q.lang)
	}
	return f, nil
}

// confirmStatement shows what will be given to whom, and by what right. Nothing
// of the person is read yet.
func (q *ask) confirmStatement() error {
	f, err := q.statementForm()
	if err != nil {
		return q.again(err, q.statementsPage)
	}
	return q.show("confirm", q.say("confirm.title"), f)
}

// giveStatement answers: the answer, its number and its line of the access log
// are on the register before anybody sees it.
func (q *ask) giveStatement() error {
	f, err := q.statementForm()
	if err != nil {
		return q.again(err, q.statementsPage)
	}
	if f.Office {
		s, err := q.desk.IssueTo(q.ctx(), q.account.Login, f.Ground.logged(), f.person, f.From, f.To, q.now)
		if errors.Is(err, store.ErrNotFound) {
			return refused(http.StatusNotFound, "refused.unknown")
		}
		if err != nil {
			return err
		}
		return q.redirect(statementPath(s.Number), "given")
	}
	a, err := q.desk.Answer(q.ctx(), jobs.Turn{Now: q.now}, osms.Request{Person: f.person, From: f.From, To: f.To, ConfirmedBy: f.By, Consent: f.Consent}, q.account.Login)
	if err != nil {
		return err
	}
	if a.Ground != 0 {
		return q.redirect(statementPath(a.Number), "")
	}
	return q.redirect(statementPath(a.Number), "given")
}

func statementPath(number string) string { return "/statements/" + url.PathEscape(number) }

// statementPage is an answer that was given: what it is, without what it says.
type statementPage struct {
	Answer   osms.RequestAnswer
	Path     string
	Ground   string // of the refusal
	Code     string // of the statement
	Digest   string
	Refused  bool
	Downable []string // its forms
}

// statementAsked shows an answer, or gives its document, by its number.
func (q *ask) statementAsked() error {
	number, form := q.r.PathValue("number"), ""
	if ext := path.Ext(number); ext != "" {
		number, form = strings.TrimSuffix(number, ext), strings.TrimPrefix(ext, ".")
	}
	number = jobs.HeardNumber(number)
	a, err := q.desk.Remade(q.ctx(), number)
	if err != nil {
		return err
	}
	if a.Statement != nil {
		signed, err := q.desk.SignStatement(*a.Statement)
		if err != nil {
			return err
		}
		a.Statement = &signed
	}
	if form != "" {
		return q.statementFile(a, form)
	}
	page := statementPage{Answer: a, Path: statementPath(number), Refused: a.Ground != 0, Downable: []string{"pdf", "xlsx", "json"}}
	if page.Refused {
		text := q.desk.RefusalText(a)
		page.Ground = cmp.Or(map[string]string{"kk": text.GroundKK}[q.lang], text.GroundRU)
		page.Downable = []string{"pdf", "json"}
		return q.show("statement", q.say("statement.refused", number), page)
	}
	page.Code, page.Digest = statement.Code(*a.Statement), a.Statement.Digest
	return q.show("statement", q.say("statement.title", number), page)
}

// statementFile gives the document of an answer, made again. Each time it is
// given stands in the access log.
func (q *ask) statementFile(a osms.RequestAnswer, form string) error {
	var b bytes.Buffer
	var err error
	kind := map[string]string{"pdf": kindPDF, "xlsx": kindXLSX, "json": kindJSON}[form]
	log := osms.Access{At: q.now, Who: q.account.Login, What: jobs.AccessStatement, Person: a.Request.Person,
		Ground: jobs.GroundOf(lookedDocument(a.Number))}
	switch refusal := a.Ground != 0; {
	case form == "pdf" && refusal:
		err = statement.WriteRefusalPDF(&b, a, q.desk.RefusalText(a))
	case form == "json" && refusal:
		err = statement.WriteRefusalJSON(&b, a, q.desk.RefusalText(a))
	case form == "pdf":
		err = statement.WritePDF(&b, *a.Statement)
	case form == "xlsx" && !refusal:
		err = statement.WriteXLSX(&b, *a.Statement)
	case form == "json":
		err = statement.WriteJSON(&b, *a.Statement)
	default:
		return refused(http.StatusNotFound, "refused.form")
	}
	if err != nil {
		return err
	}
	if a.Ground != 0 {
		log.What = jobs.AccessRefusal
	}
	if err := q.desk.Note(q.ctx(), log); err != nil {
		return err
	}
	return q.download(jobs.AnswerFile(a.Number)+"."+form, kind, b.Bytes())
}

// checkPage tells whether a statement was given under a number and a code.
type checkPage struct {
	Number    string
	Confirmed bool
	Statement osms.Statement // of the person only the end of the number is shown
}

// checkStatement answers who holds a paper and asks whether it was given.
func (q *ask) checkStatement() error {
	number, code := jobs.HeardNumber(q.value("number")), q.value("code")
	if number == "" || code == "" || len(number) > 40 || len(code) > 60 {
		return refused(http.StatusUnprocessableEntity, "refused.code")
	}
	s, confirmed, err := q.desk.CodeConfirmedTo(q.ctx(), q.account.Login, number, code, q.now)
	if err != nil {
		return err
	}
	return q.show("check", q.say("check.title"), checkPage{osms.Shown(number), confirmed, s})
}
