package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"osmsd/cmd/internal/shape"
	"osmsd/exporters/workbook"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// LetterList is a page of the register of letters, by region, year and number.
type LetterList struct {
	Letters []shape.RegisterLine `json:"letters"`
	Next    string               `json:"next" doc:"Give it as after for the next ones; \"\": there are none."`
}

// LetterAnnulled is a letter that stands no longer.
type LetterAnnulled struct {
	Annulled string `json:"annulled"`
	Reissued string `json:"reissued" doc:"The number of the letter in its place; \"\": none yet."`
}

type lettersAsked struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"How many at most."`
	After  string `query:"after" maxLength:"40" doc:"Only those that follow this number: what next said."`
	Region string `query:"region" pattern:"^[0-9]{2}$" patternDescription:"two digits of KATO"`
	BIN    string `query:"bin" pattern:"^[0-9]{12}$" patternDescription:"twelve digits" doc:"Only those to this organisation."`
	Kind   string `query:"kind" enum:"notification,refusal,not_accepted,question,covering,event"`
	From   string `query:"from" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" patternDescription:"a day as 2026-10-01" doc:"Dated from this day on."`
	To     string `query:"to" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" patternDescription:"a day as 2026-10-01" doc:"Dated up to this day."`
}

// AnnulAsked says why a letter is annulled.
type AnnulAsked struct {
	Reason  string `json:"reason" minLength:"1" maxLength:"2000" doc:"Why, for the record."`
	Reissue bool   `json:"reissue,omitempty" doc:"Issue it again under a new number, which says what it replaces."`
}

type letterAnnulled struct {
	Number string `path:"number" maxLength:"40"`
	Body   AnnulAsked
}

func (s *Server) describeLetters(a *api) {
	const tag = "Letters and templates"
	operate(a, s, call{pattern: "GET /api/v1/letters", tag: tag, summary: "The register of letters", about: "The look is written to the access log."}, (*ask).apiLetters)
	operate(a, s, call{pattern: "POST /api/v1/letters/{number}/annul", tag: tag, summary: "Annul one letter"}, (*ask).apiAnnul)
	text := &huma.Schema{Type: huma.TypeString}
	a.byHand(call{pattern: "GET /api/v1/letters/{number}/letter.pdf", tag: tag, summary: "A letter again as PDF", about: "In the words in which it was issued: a letter about a case, an event or a bundle. The look is written to the access log."}, func(o *huma.Operation) {
		param(o, "path", "number", "Its outgoing number: 63-2026-000017.", text)
		answered(o, "200", kindPDF, "The letter.")
	})
	a.byHand(call{pattern: "GET /api/v1/template", tag: tag, summary: "An Excel list for an organisation to fill in"}, func(o *huma.Operation) {
		param(o, "query", "region", "Two digits of KATO; an akimat's own by itself.", text)
		param(o, "query", "bin", "The organisation.", text)
		param(o, "query", "as_at", "The day of the list; the first day of this month where none is given.", text)
		param(o, "query", "filled", "true: with the people who study there on that day. The look is written to the access log.", &huma.Schema{Type: huma.TypeBoolean})
		param(o, "query", "delta", "true: a list of changes instead of a full one.", &huma.Schema{Type: huma.TypeBoolean})
		answered(o, "200", kindXLSX, "The list.")
	})
}

func (q *ask) apiLetters(in *lettersAsked) (out LetterList, err error) {
	f := store.LetterFilter{Kind: osms.LetterKind(in.Kind)}
	if f.Region, err = q.regionNamed(in.Region); err != nil {
		return out, err
	}
	if in.BIN != "" {
		if f.BIN, err = binNamed(in.BIN); err != nil {
			return out, err
		}
	}
	if f.From, err = dayNamed(in.From); err != nil {
		return out, err
	}
	if f.To, err = dayNamed(in.To); err != nil {
		return out, err
	}
	_, each, err := q.desk.LetterRegister(q.ctx(), f)
	if err != nil {
		return out, err
	}
	out.Letters = []shape.RegisterLine{}
	passed := in.After == ""
	err = each(func(l osms.RegisterLine) error {
		switch {
		case !passed:
			passed = l.Number == in.After
		case len(out.Letters) == in.Limit:
			out.Next = out.Letters[in.Limit-1].Number
			return errEnough
		default:
			out.Letters = append(out.Letters, shape.RegisterLineOf(l))
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	if err == nil && len(out.Letters) > 0 {
		err = q.lookedAtMany(lookedIn(lookedLetters, f.Region))
	}
	return out, err
}

// errEnough ends a pass over a list when what was asked for has been read.
var errEnough = errors.New("enough")

// outgoing reads an outgoing number; a letter of another region is not there.
func (q *ask) outgoing(text string) (n osms.CaseNumber, err error) {
	if n, err = osms.ParseCaseNumber(text); err != nil || strings.ContainsAny(text, "Зз") || !q.sees(n.Region) {
		return n, store.ErrNotFound
	}
	return n, nil
}

func (q *ask) apiLetterPDF() error {
	n, err := q.outgoing(q.r.PathValue("number"))
	if err != nil {
		return err
	}
	l, err := q.store().OfficeLetterNumbered(q.ctx(), n.Region, n.Year, n.Serial)
	if store.NotFound(err) {
		err = store.ErrNotFound
	}
	if err != nil {
		return err
	}
	look := q.look(jobs.AccessLetter, l.Person, lookedLetter(l.Outgoing()))
	if l.Person != 0 {
		blocked, err := q.desk.Blocked(q.ctx())
		if err != nil {
			return err
		}
		if blocked[l.Person] {
			look.What = jobs.AccessRefusal
			return errors.Join(jobs.ErrBlocked, q.desk.Note(q.ctx(), look))
		}
	}
	if err := q.desk.Note(q.ctx(), look); err != nil {
		return err
	}
	b, err := q.desk.OfficeDocument(q.ctx(), l, ".pdf")
	if err != nil {
		return err
	}
	return q.download(l.Outgoing()+".pdf", kindPDF, b)
}

func (q *ask) apiAnnul(in *letterAnnulled) (out LetterAnnulled, err error) {
	n, err := q.outgoing(in.Number)
	if err != nil {
		return out, err
	}
	if strings.TrimSpace(in.Body.Reason) == "" {
		return out, refused(http.StatusUnprocessableEntity, "refused.reason")
	}
	_, err = q.s.Runner.Run(q.ctx(), q.begun(osms.JobLetters, 0), func(ctx context.Context, t jobs.Turn) (string, error) {
		if fault := q.desk.LearnWording(ctx, t.Now); fault != nil {
			q.s.Log.Warn("the wording of letters is broken; the last good one stays in use", "err", fault)
		}
		if out.Reissued, err = q.desk.AnnulLetter(ctx, t, n.Region, n.Year, n.Serial, in.Body.Reason, in.Body.Reissue); err != nil {
			return "", err
		}
		_, err := q.desk.PrintOffice(ctx, t.Progress)
		return osms.Shown(in.Number) + " annulled", err
	})
	switch {
	case store.NotFound(err):
		err = store.ErrNotFound
	case errors.Is(err, store.ErrOnce):
		err = refused(http.StatusConflict, "refused.annulled")
	}
	out.Annulled = osms.Shown(in.Number)
	return out, err
}

// apiTemplate gives the list that an organisation fills in.
func (q *ask) apiTemplate() error {
	query := q.r.URL.Query()
	r := jobs.TemplateRequest{}
	var err error
	if r.Region, err = q.region(); err != nil {
		return err
	}
	if r.Region == 0 {
		return refused(http.StatusUnprocessableEntity, "refused.rosterregion")
	}
	if r.BIN, err = binNamed(query.Get("bin")); err != nil {
		return err
	}
	if r.AsAt, err = dayNamed(query.Get("as_at")); err != nil {
		return err
	}
	var delta bool
	for name, to := range map[string]*bool{"filled": &r.Filled, "delta": &delta} {
		if text := query.Get(name); text != "" {
			if *to, err = strconv.ParseBool(text); err != nil {
				return refused(http.StatusUnprocessableEntity, "refused.invalid")
			}
		}
	}
	configured := q.desk.Regions[r.Region]
	r.Mode = cmp.Or(configured.Mode, osms.Full)
	if delta {
		r.Mode = osms.Delta
	}
	r.AsAt = cmp.Or(r.AsAt, configured.AsAt, q.today().Month().First())
	t, _, err := q.desk.Template(q.ctx(), r)
	if err != nil {
		return err
	}
	if r.Filled && len(t.Rows) > 0 {
		if err := q.lookedAtMany(lookedTemplate(r.BIN)); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	if err := workbook.WriteTemplate(&b, t); err != nil {
		return err
	}
	return q.download("template-"+r.Region.String()+"-"+r.BIN.Digits()+".xlsx", kindXLSX, b.Bytes())
}
