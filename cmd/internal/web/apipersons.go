package web

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"osmsd/cmd/internal/shape"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// PersonAsked asks for one person. The number is in the body: addresses are kept in
// logs and histories.
type PersonAsked struct {
	IIN    string `json:"iin" pattern:"^[0-9]{12}$" patternDescription:"twelve digits"`
	At     string `json:"at,omitempty" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" patternDescription:"a day as 2026-10-01" doc:"Only what is true on this day."`
	Known  string `json:"known,omitempty" format:"date-time" doc:"As known at this moment."`
	Ground string `json:"ground,omitempty" maxLength:"200" doc:"By what right (law No 94-V); ст. 9 where none is given. The access log keeps it."`
	Lines  bool   `json:"lines,omitempty" doc:"And on which lines of the months' reconciliations the person stands: each month is reconciled."`
}

type personAsked struct{ Body PersonAsked }

func (s *Server) describePersons(a *api) {
	operate(a, s, call{pattern: "POST /api/v1/persons/query", tag: "Persons", summary: "One person's history", about: "Study, categories, months, payments, letters and events, each with the file, sheet and cell it came from. The look is written to the access log before it is answered, whatever comes of it."}, (*ask).apiPerson)
}

// iinNamed reads a personal number; it is not repeated in what is wrong with it.
func (q *ask) iinNamed(text string) (osms.IIN, error) {
	iin, err := osms.ParseIIN(text, q.today())
	if err != nil {
		return 0, refused(http.StatusUnprocessableEntity, "refused.iin")
	}
	return iin, nil
}

func dayNamed(text string) (osms.Date, error) {
	if text == "" {
		return 0, nil
	}
	d, err := osms.ParseDate(text)
	if err != nil {
		return 0, refused(http.StatusUnprocessableEntity, "refused.day", osms.Shown(text))
	}
	return d, nil
}

func momentNamed(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, refused(http.StatusUnprocessableEntity, "refused.moment", osms.Shown(text))
	}
	return t.UTC(), nil
}

func (q *ask) apiPerson(in *personAsked) (out shape.Person, err error) {
	iin, err := q.iinNamed(in.Body.IIN)
	if err != nil {
		return out, err
	}
	day, err := dayNamed(in.Body.At)
	if err != nil {
		return out, err
	}
	moment, err := momentNamed(in.Body.Known)
	if err != nil {
		return out, err
	}
	var sequence int64
	if !moment.IsZero() {
		if sequence, err = q.store().SequenceAt(q.ctx(), moment); err != nil {
			return out, err
		}
		sequence = cmp.Or(sequence, -1) // before anything was known
	}
	p, err := q.desk.Person(q.ctx(), iin, day, sequence)
	look := osms.Access{At: q.now, Who: q.account.Login, What: jobs.AccessPerson, Person: iin, Ground: cmp.Or(in.Body.Ground, jobs.GroundArticle9)}
	if errors.Is(err, jobs.ErrBlocked) || errors.Is(err, store.ErrNotFound) {
		look.What = jobs.AccessRefusal
	} else if err != nil {
		return out, err
	}
	if err = errors.Join(err, q.desk.Note(q.ctx(), look)); err != nil {
		return out, err
	}
	out = shape.PersonOf(p)
	if !in.Body.Lines {
		return out, nil
	}
	if sequence == 0 {
		if sequence, err = q.store().LastSequence(q.ctx()); err != nil {
			return out, err
		}
	}
	found, err := q.desk.LinesOf(q.ctx(), p, sequence, q.now)
	for _, l := range found {
		out.Lines = append(out.Lines, shape.PersonLineOf(l))
	}
	return out, err
}
