package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"osmsd/exporters/statement"
	"osmsd/sync/calendar"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Service B (order No ҚР ДСМ-26/2020): a person asks what is known of their
// participation and of the sums that were transferred for them, and is answered at
// once with a statement, or refused on one of the five grounds. The answer, its
// number and its line of the access log are on the register before anybody sees
// it.

// What the access log calls what was given.
const (
	AccessStatement = "statement"
	AccessPerson    = "person"
	AccessCase      = "case"
	AccessLetter    = "letter"
	AccessCode      = "code" // whether a statement with a number and code was given
	// AccessRegister is a list of many: the line names nobody.
	AccessRegister = "register"
	AccessRefusal  = "refusal" // nothing was shown
	// AccessLog is the access log itself, about one person.
	AccessLog = "access_log"
)

// GroundArticle9 is the ground of whoever looks without the person's consent, in
// the exercise of the Fund's functions (law No 94-V, Art. 9).
const GroundArticle9 = "ст. 9"

// GroundOf is that ground, with what was looked at by it.
func GroundOf(what string) string { return GroundArticle9 + ": " + what }

// Series of the numbers of statements and of refusals.
const (
	seriesStatement = "С"
	seriesRefusal   = "О"
)

const (
	answerWithin = 15 * time.Minute
	// longestPeriod is ten years, in months: as far back as the register goes.
	longestPeriod = 120
)

// ErrRemade says that what is stored of an answer is not what was given: the
// register was tampered with.
var ErrRemade = errors.New("the answer comes out differently from when it was given")

// Answer answers a request: with a statement, or with a refusal and its ground.
// A person whom the register does not know is answered too. who is the user or
// the channel that asks for the person. Without a lease in the turn anybody may
// answer at any time: an answer changes nothing that others read.
func (d *Desk) Answer(ctx context.Context, turn Turn, r osms.Request, who string) (osms.RequestAnswer, error) {
	now := turn.moment(turn.Now)
	if r.Received.IsZero() {
		r.Received = now
	}
	r.Place = osms.Place{} // of a row, and there is none
	return d.answer(ctx, turn, store.Request{Request: r}, who, now)
}

// answer gives a request its answer; store.ErrOnce when it has one.
func (d *Desk) answer(ctx context.Context, turn Turn, r store.Request, who string, now time.Time) (osms.RequestAnswer, error) {
	for {
		a, err := d.answerOnce(ctx, turn, r, who, now)
		if !errors.Is(err, errMoved) {
			return a, err
		}
	}
}

// errMoved says that the register changed between the reading and the answer.
var errMoved = errors.New("the register has changed meanwhile")

func (d *Desk) answerOnce(ctx context.Context, turn Turn, r store.Request, who string, now time.Time) (a osms.RequestAnswer, err error) {
	r.Received, r.Answered = r.Received.UTC().Truncate(time.Second), now.UTC().Truncate(time.Second)
	view, err := d.statementView(ctx)
	if err != nil {
		return a, err
	}
	r.Known = view.content
	if r.Ground, r.Reason, err = d.ground(ctx, view, r); err != nil {
		return a, err
	}
	var s osms.Statement
	if r.Ground == 0 {
		if s, err = d.statementFor(ctx, view, r); err != nil {
			return a, err
		}
	}
	log := osms.Access{At: r.Answered, Who: who, What: AccessStatement, Person: r.Person, Ground: consentOf(r.Request)}
	series := seriesStatement
	if r.Ground != 0 {
		log.What, log.Ground, series = AccessRefusal, "", seriesRefusal
	}
	return d.give(ctx, turn.Lease, r, s, series, log)
}

// give registers an answer with its number, what is given and its line of the
// access log; errMoved when the register is no longer the one that was read.
func (d *Desk) give(ctx context.Context, lease store.Lease, asked store.Request, s osms.Statement, series string, log osms.Access) (osms.RequestAnswer, error) {
	var r store.Request
	err := d.Store.Write(ctx, lease, func(t *store.Tx) error {
		r = asked
		if v, err := t.Version(); err != nil {
			return err
		} else if v.Content != r.Known {
			return errMoved
		}
		var err error
		if r.Number, err = t.TakeNumber(series, r.Answered.In(d.Zone).Year()); err != nil {
			return err
		}
		log.Number = r.Number
		if r.Ground == 0 {
			s.Number = r.Number
			r.Digest = statement.Digest(s)
			if r.Content, err = keepStatement(s); err != nil {
				return err
			}
		}
		r, err = t.PutAnswer(r, log)
		return err
	})
	if err != nil {
		return osms.RequestAnswer{}, err
	}
	return d.answered(r, s), nil
}

// answered is a stored answer; s is its statement, where it is one.
func (d *Desk) answered(r store.Request, s osms.Statement) osms.RequestAnswer {
	a := osms.RequestAnswer{ID: r.ID, Number: r.Number, Request: r.Request, Answered: r.Answered, Deadline: r.Received.Add(answerWithin),
		Ground: r.Ground, Reason: r.Reason}
	if !ofOffice(r) {
		a.Counted = d.counted(r.Received)
	}
	if r.Ground == 0 {
		s.Digest = r.Digest
		a.Statement = &s
	}
	return a
}

// ofOffice reports a statement that an operator took by right of office: nobody
// asked for it, so that no request counts as received.
func ofOffice(r store.Request) bool { return r.Ground == 0 && !confirms(r.ConfirmedBy) }

// counted is the working day on which what came at a moment counts as received:
// after hours and on days off it is the next one.
func (d *Desk) counted(received time.Time) osms.Date {
	return d.Calendar.Received(received, calendar.OfficeHours(d.Zone))
}

// statementFor draws the statement of a request up, but for its number.
func (d *Desk) statementFor(ctx context.Context, view *statementView, r store.Request) (osms.Statement, error) {
	s, _, err := view.statement(ctx, r.Person, r.From, r.To, r.Answered)
	s.Counted = d.counted(r.Received)
	return s, err
}

// ground looks for a ground of refusal, in the order in which a request is
// looked at: what it is, who asks and for what, by what right, and last whether a
// court forbids it.
func (d *Desk) ground(ctx context.Context, view *statementView, r store.Request) (osms.Ground, osms.CaseReason, error) {
	today := osms.DateOf(r.Answered.In(d.Zone))
	switch {
	case r.Person == 0:
		return osms.GroundUnreliable, osms.ReasonIIN, nil
	case !confirms(r.ConfirmedBy):
		return osms.GroundRequirements, osms.ReasonNotConfirmed, nil
	case !PossiblePeriod(r.From, r.To, today.Month()):
		return osms.GroundRequirements, osms.ReasonPeriod, nil
	case !r.Consent:
		return osms.GroundNoConsent, osms.ReasonNoConsent, nil
	case view.blocked[r.Person]:
		return osms.GroundNoConsent, osms.ReasonBlocked, nil
	}
	decided, err := d.Store.CourtDecisions(ctx, r.Person, today)
	if err != nil || len(decided) == 0 {
		return 0, "", err
	}
	if decided[0].Kind == osms.EventCourtBan { // bans come first
		return osms.GroundCourtBan, osms.ReasonCourtBan, nil
	}
	return osms.GroundCourtDeprived, osms.ReasonCourtDeprived, nil
}

func confirms(c osms.Confirmation) bool {
	switch c {
	case osms.ByEDS, osms.ByOTP, osms.BySMS, osms.ByDigitalDocument:
		return true
	}
	return false
}

// PossiblePeriod reports a period that can be asked for: it has begun, and is at
// most ten years long. It may end after today: many ask for the whole year.
func PossiblePeriod(from, to, today osms.Month) bool {
	return possibleMonth(from) && possibleMonth(to) && from <= to && from <= today && to < from.Add(longestPeriod)
}

func possibleMonth(m osms.Month) bool {
	return m.Year() >= 1900 && m.Year() <= 9999 && m.MonthNum() >= 1 && m.MonthNum() <= 12
}

// consentOf is the ground of access of who asks for themselves.
func consentOf(r osms.Request) string { return "consent: " + string(r.ConfirmedBy) }

// Remade makes an answer that was given again, from what is stored of it: the
// same bytes, whatever was learnt or configured since. ErrRemade when it cannot, ErrBlocked when the person's data have been
// blocked since, store.ErrNotFound when no answer has the number. It shows a
// person's data: whoever calls it for somebody writes the access log.
func (d *Desk) Remade(ctx context.Context, number string) (osms.RequestAnswer, error) {
	r, err := d.Store.RequestNumbered(ctx, number)
	if err != nil || r.Ground != 0 {
		return d.answered(r, osms.Statement{}), err
	}
	if err := d.unblocked(ctx, r.Person); err != nil {
		return osms.RequestAnswer{}, err
	}
	s, err := statementKept(r.Content, d.Zone)
	if err != nil || statement.Digest(s) != r.Digest {
		return osms.RequestAnswer{}, errors.Join(fmt.Errorf("%s: %w", number, ErrRemade), err)
	}
	return d.answered(r, s), nil
}

// answerOpen is AnswerRequests at the end of a run that may have brought some.
func (d *Desk) answerOpen(ctx context.Context, turn Turn) error {
	answered, refused, err := d.AnswerRequests(ctx, turn, func(string, int, int) {})
	if answered > 0 {
		turn.Log.Info("requests", "answered", answered, "refused", refused)
	}
	return err
}

// answerAtOnce is how many open requests are read together.
const answerAtOnce = 500

// AnswerRequests answers the requests of lists that are not answered yet, in the
// order in which they came. It may be run at any time, and answers nothing twice.
func (d *Desk) AnswerRequests(ctx context.Context, turn Turn, progress Progress) (answered, refused int, err error) {
	last := int64(0)
	for {
		open, err := d.Store.OpenRequests(ctx, last, answerAtOnce)
		if err != nil || len(open) == 0 {
			return answered, refused, err
		}
		for _, r := range open {
			last = r.ID
			a, err := d.answer(ctx, turn, r, fmt.Sprint("import ", r.Sequence), turn.moment(turn.Now))
			switch {
			case errors.Is(err, store.ErrOnce):
				continue
			case err != nil:
				return answered, refused, err
			case a.Ground != 0:
				refused++
			}
			answered++
			progress("requests", answered, 0)
		}
	}
}
