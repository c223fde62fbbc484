package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"osmsd/cmd/internal/words"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// ask is one request: who asks, in which language, and when.
type ask struct {
	s       *Server
	w       http.ResponseWriter
	r       *http.Request
	desk    *jobs.Desk
	account osms.Account // ID 0: nobody
	token   *osms.Token  // of a program; nil: a person at the console
	session string       // its digest
	lang    string
	now     time.Time // the request's only "now"
	route   route
	status  int    // of the page that is shown; 0: 200
	typed   *fault // what is wrong with the form that is shown again; nil: nothing
}

func (q *ask) ctx() context.Context { return q.r.Context() }
func (q *ask) store() *store.Store  { return q.desk.Store }

// say gives a sentence in the reader's language.
func (q *ask) say(key string, args ...any) string { return catalogue().Text(q.lang, key, args...) }

// is reports a role.
func (q *ask) is(roles ...osms.Role) bool {
	for _, r := range roles {
		if q.account.ID != 0 && q.account.Role == r {
			return true
		}
	}
	return false
}

// scope is the region that may be seen: an akimat's own; 0: all.
func (q *ask) scope() osms.Region {
	if q.account.Role == osms.RoleAkimat {
		return q.account.Region
	}
	return 0
}

// sees reports whether something of a region may be seen.
func (q *ask) sees(r osms.Region) bool { return q.scope() == 0 || q.scope() == r }

// value is a field of the form or of the address, without spaces around it.
func (q *ask) value(name string) string { return strings.TrimSpace(q.r.FormValue(name)) }

// region is the region that is asked for, kept to what may be seen: 0 for all.
func (q *ask) region() (osms.Region, error) {
	return q.regionNamed(q.value("region"))
}

// regionChoice are the regions that the reader may choose between; none where
// there is no choice.
func (q *ask) regionChoice() []osms.RegionName {
	if q.scope() != 0 {
		return nil
	}
	return osms.Regions()
}

// regionNamed is region for what is asked for in another way.
func (q *ask) regionNamed(text string) (osms.Region, error) {
	if text == "" {
		return q.scope(), nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 99 || !osms.Region(n).Known() {
		return 0, refused(http.StatusBadRequest, "refused.region", text)
	}
	if r := osms.Region(n); q.sees(r) {
		return r, nil
	}
	return 0, refused(http.StatusForbidden, "refused.foreign")
}

// month is the month that is asked for, this one where none is.
func (q *ask) month() (osms.Month, error) {
	text := q.value("month")
	if text == "" {
		return q.today().Month(), nil
	}
	return monthNamed(text)
}

// monthNamed reads a month that is asked for.
func monthNamed(text string) (osms.Month, error) {
	m, err := osms.ParseMonth(text)
	if err != nil {
		return 0, refused(http.StatusBadRequest, "refused.month", text)
	}
	return m, nil
}

// monthRegion is the month and the region that are asked for.
func (q *ask) monthRegion() (m osms.Month, r osms.Region, err error) {
	if m, err = q.month(); err == nil {
		r, err = q.region()
	}
	return m, r, err
}

// monthRegionNamed is monthRegion for what is asked for in another way.
func (q *ask) monthRegionNamed(month, region string) (m osms.Month, r osms.Region, err error) {
	if m, err = monthNamed(month); err == nil {
		r, err = q.regionNamed(region)
	}
	return m, r, err
}

// today is the day where the business dates are counted.
func (q *ask) today() osms.Date { return osms.DateOf(q.now.In(q.desk.Zone)) }

// number is a number in the address.
func (q *ask) number(name string) (int64, error) {
	n, err := strconv.ParseInt(q.r.PathValue(name), 10, 64)
	if err != nil || n <= 0 {
		return 0, store.ErrNotFound
	}
	return n, nil
}

// begun is how runs begin that somebody here asks for.
func (q *ask) begun(job osms.Job, month osms.Month) osms.Run {
	trigger := jobs.ChannelConsole
	if q.token != nil {
		trigger = jobs.ChannelAPI
	}
	return osms.Run{Job: job, Month: month, Trigger: trigger, Who: q.account.Login}
}

// redirect sends the reader to a page of ours; said names a sentence that stands on
// top of it.
func (q *ask) redirect(path, said string) error {
	if said != "" {
		separator := "?"
		if strings.Contains(path, "?") {
			separator = "&"
		}
		path += separator + "said=" + url.QueryEscape(said)
	}
	http.Redirect(q.w, q.r, path, http.StatusSeeOther)
	return nil
}

// local reports a path of ours: nothing that a browser could take for another
// host's.
func local(path string) bool {
	u, err := url.Parse(path)
	return err == nil && strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.ContainsAny(path, "\\\x00\r\n\t") && u.Host == "" && u.Scheme == ""
}

func known(lang string) bool { return slices.Contains(words.Languages(), lang) }

// accepted is the first of our languages that a request accepts; "" for none.
func accepted(r *http.Request) string {
	for word := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		word, _, _ = strings.Cut(strings.TrimSpace(word), ";")
		if word, _, _ = strings.Cut(strings.ToLower(word), "-"); known(word) {
			return word
		}
	}
	return ""
}

// chosen is the language of a request: the account's, what was chosen before the
// login, what the browser prefers, the configured one.
func (s *Server) chosen(r *http.Request, account osms.Account) string {
	if known(account.Language) {
		return account.Language
	}
	if c, err := r.Cookie(languageCookie); err == nil && known(c.Value) {
		return c.Value
	}
	if lang := accepted(r); lang != "" {
		return lang
	}
	for _, lang := range []string{s.Desk().Lang, s.Language} {
		if known(lang) {
			return lang
		}
	}
	return "ru"
}
