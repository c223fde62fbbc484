package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (s *Server) accessRoutes() []route {
	return []route{
		{"GET /access", admin | auditor, osms.ScopeRead, (*ask).accessPage},
		{"POST /access", admin | auditor, "", (*ask).accessAsked},
	}
}

type accessPage struct {
	Person   string // handle; "": of everybody
	IIN      string // of that person
	Who      string
	From, To string
	Lines    []accessShown
	Older    string // address of the next page; "": there is none
}

type accessShown struct {
	osms.Access
	Subject string // masked, unless one person is asked for
	Many    bool   // a list of many: nobody is named
	By, Why string // who and ground, in the reader's language
}

// ofImport names an import that somebody was answered by.
var ofImport = regexp.MustCompile(`^import (\d+)$`)

func (q *ask) accessShown(a osms.Access) accessShown {
	x := accessShown{Access: a, By: osms.Shown(a.Who), Why: groundIn(q.lang, a.Ground), Many: a.What == jobs.AccessRegister}
	if m := ofImport.FindStringSubmatch(a.Who); m != nil {
		x.By = q.say("col.import") + " " + m[1]
	}
	if by, ok := strings.CutPrefix(a.Ground, "consent: "); ok {
		x.Why = q.say("access.consent", catalogue().Word(q.lang, "confirmed", by))
	}
	return x
}

// numbered finds what may be a personal number: none goes into an address.
var numbered = regexp.MustCompile(`[0-9]{12}`)

// accessAsked takes what is asked for in the body, where a personal number may
// stand, and leads to an address without one.
func (q *ask) accessAsked() error {
	to := url.Values{}
	if text := q.value("iin"); text != "" {
		iin, err := osms.ParseIIN(text, 0)
		if err != nil {
			return refused(http.StatusUnprocessableEntity, "refused.iin")
		}
		to.Set("person", q.s.handles.of(iin))
	} else if handle := q.value("person"); handle != "" {
		to.Set("person", handle)
	}
	if numbered.MatchString(q.value("who")) {
		return refused(http.StatusUnprocessableEntity, "refused.whoiin")
	}
	for _, name := range []string{"who", "from", "to"} {
		if v := q.value(name); v != "" {
			to.Set(name, v)
		}
	}
	return q.redirect("/access?"+to.Encode(), "")
}

// accessPage lists who looked at whose data, newest first. Who asks for one
// person's is written down like any look.
func (q *ask) accessPage() error {
	before, err := q.before()
	if err != nil {
		return err
	}
	page := accessPage{Person: q.value("person"), Who: q.value("who"), From: q.value("from"), To: q.value("to")}
	asked := store.AccessesAsked{Who: page.Who, Before: before}
	if page.Person != "" {
		iin, ok := q.s.handles.person(page.Person)
		if !ok {
			return store.ErrNotFound
		}
		asked.Person, page.IIN = iin, iin.Digits()
	}
	if asked.From, err = q.dayBegins("from", 0); err != nil {
		return err
	}
	if asked.Until, err = q.dayBegins("to", 1); err != nil {
		return err
	}
	if asked.Person != 0 {
		if err := q.desk.Note(q.ctx(), q.look(jobs.AccessLog, asked.Person, "журнал доступа")); err != nil {
			return err
		}
	}
	const atOnce = 100
	lines, err := q.store().AccessPage(q.ctx(), asked, atOnce+1)
	if err != nil {
		return err
	}
	if len(lines) > atOnce {
		lines = lines[:atOnce]
		next := url.Values{"before": {itoa(lines[atOnce-1].ID)}}
		for name, v := range map[string]string{"person": page.Person, "who": page.Who, "from": page.From, "to": page.To} {
			if v != "" {
				next.Set(name, v)
			}
		}
		page.Older = "/access?" + next.Encode()
	}
	for _, l := range lines {
		x := q.accessShown(l)
		switch {
		case asked.Person != 0:
			x.Subject = l.Person.Digits()
		case l.Person != 0:
			x.Subject = l.Person.String()
		}
		page.Lines = append(page.Lines, x)
	}
	return q.show("access", q.say("access.title"), page)
}

// dayBegins is the moment at which the day that is asked for, or the one so many
// days after it, begins; zero where none is.
func (q *ask) dayBegins(name string, after int) (time.Time, error) {
	text := q.value(name)
	if text == "" {
		return time.Time{}, nil
	}
	d, err := osms.ParseDate(text)
	if err != nil {
		return time.Time{}, refused(http.StatusBadRequest, "refused.day", text)
	}
	return q.begins(d.Add(after)), nil
}
