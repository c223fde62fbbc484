package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"osmsd/cmd/internal/words"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

const languageCookie = "osmsd-language"

// sessionCookie has a name that browsers take from this host by TLS only, where
// there is TLS.
func (s *Server) sessionCookie() string {
	if s.Secure {
		return "__Host-osmsd"
	}
	return "osmsd-session"
}

// identify finds out who asks: by a token, or by a session that is still good.
// The account is read anew every time: a role that was taken away is gone at once.
func (s *Server) identify(q *ask) error {
	if kind, secret, ok := strings.Cut(q.r.Header.Get("Authorization"), " "); ok && strings.EqualFold(kind, "Bearer") {
		return s.identifyToken(q, strings.TrimSpace(secret))
	}
	c, err := q.r.Cookie(s.sessionCookie())
	if err != nil || len(c.Value) > 100 {
		return nil
	}
	digest := digestOf(c.Value)
	found, err := q.store().SessionOf(q.ctx(), digest)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if found.Account.Disabled || q.now.Sub(found.Seen) > s.Idle || q.now.Sub(found.Begun) > s.Longest {
		return q.store().EndSession(q.ctx(), digest)
	}
	q.account, q.session = found.Account, digest
	if q.now.Sub(found.Seen) > time.Minute {
		return q.store().SeeSession(q.ctx(), digest, q.now)
	}
	return nil
}

func (s *Server) identifyToken(q *ask, secret string) error {
	from := source(s.remote(q.r))
	token, account, err := q.store().TokenOf(q.ctx(), digestOf(secret))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err != nil || token.Revoked || account.Disabled || !q.now.Before(token.Expires) {
		wait, err := s.limits.take(q.ctx(), guessAddress, from)
		if err == nil && wait > 0 {
			err = tooOften(wait)
		}
		if err == nil {
			err = refused(http.StatusUnauthorized, "refused.token")
		}
		return err
	}
	q.account, q.token = account, &token
	if q.now.Sub(token.Used) > time.Minute {
		return q.store().UseToken(q.ctx(), token.ID, q.now)
	}
	return nil
}

// toLogin sends whoever is nobody to the login, and back afterwards.
func (q *ask) toLogin() error {
	to := q.r.URL.RequestURI()
	if to == "/" || !local(to) {
		return q.redirect("/login", "")
	}
	return q.redirect("/login?to="+url.QueryEscape(to), "")
}

type loginPage struct {
	To, Login string
	Wrong     string
}

func (q *ask) loginForm() error {
	if q.account.ID != 0 {
		return q.redirect("/", "")
	}
	return q.show("login", q.say("login.title"), loginPage{To: q.value("to")})
}

func (q *ask) login() error {
	login, password, to := osms.FoldLogin(q.value("login")), q.r.FormValue("password"), q.value("to")
	from := source(q.s.remote(q.r))
	again := func(status int, wrong string) error {
		q.status = status
		return q.show("login", q.say("login.title"), loginPage{to, login, wrong})
	}
	// Whoever tries is counted before the answer, and the count is on the disk.
	// What was typed may be anything, a personal number too: its digest is counted.
	guessed := digestOf(login)[:32]
	for _, l := range []struct {
		rate
		source string
	}{{guessAddress, from}, {guessLogin, guessed}} {
		wait, err := q.s.limits.take(q.ctx(), l.rate, l.source)
		if err != nil {
			return err
		}
		if wait > 0 {
			f, _ := told(tooOften(wait))
			q.w.Header().Set("Retry-After", strconv.Itoa(f.retry))
			return again(f.status, q.say(f.key, f.args...))
		}
	}
	if err := q.s.limits.flush(q.ctx()); err != nil {
		return err
	}
	account, err := q.store().AccountNamed(q.ctx(), login)
	if errors.Is(err, store.ErrNotFound) {
		account, err = osms.Account{Password: nobodysPassword}, nil
	}
	if err != nil {
		return err
	}
	good, err := q.s.passwordIs(q.ctx(), account.Password, password)
	if err != nil {
		return err
	}
	if !good || account.ID == 0 || account.Disabled {
		q.s.Log.Warn("login refused", "account", account.ID)
		return again(http.StatusUnauthorized, q.say("login.wrong"))
	}
	q.s.limits.forgive(guessAddress, from)
	q.s.limits.forgive(guessLogin, guessed)
	if err := q.begin(account); err != nil {
		return err
	}
	q.s.Log.Info("login", "account", account.ID)
	if !local(to) {
		to = "/"
	}
	return q.redirect(to, "")
}

// begin begins a session: a new secret each time, so that one that was planted
// before the login is worth nothing.
func (q *ask) begin(account osms.Account) error {
	if q.session != "" {
		if err := q.store().EndSession(q.ctx(), q.session); err != nil {
			return err
		}
	}
	secret := newSecret()
	if err := q.store().BeginSession(q.ctx(), digestOf(secret), account.ID, q.now); err != nil {
		return err
	}
	http.SetCookie(q.w, &http.Cookie{Name: q.s.sessionCookie(), Value: secret, Path: "/", HttpOnly: true, Secure: q.s.Secure,
		SameSite: http.SameSiteLaxMode, MaxAge: int(q.s.Longest.Seconds())})
	return nil
}

func (q *ask) logout() error {
	if q.session != "" {
		if err := q.store().EndSession(q.ctx(), q.session); err != nil {
			return err
		}
	}
	http.SetCookie(q.w, &http.Cookie{Name: q.s.sessionCookie(), Path: "/", HttpOnly: true, Secure: q.s.Secure, SameSite: http.SameSiteLaxMode, MaxAge: -1})
	q.w.Header().Set("Clear-Site-Data", `"cache"`)
	return q.redirect("/login", "")
}

func (q *ask) language() error {
	lang, back := q.value("lang"), q.value("back")
	if catalogue().Text(lang, "language.own") == "language.own" {
		return refused(http.StatusBadRequest, "refused.language", orDash(lang))
	}
	http.SetCookie(q.w, &http.Cookie{Name: languageCookie, Value: lang, Path: "/", HttpOnly: true, Secure: q.s.Secure, SameSite: http.SameSiteLaxMode, MaxAge: 365 * 24 * 3600})
	if q.account.ID != 0 {
		if err := q.store().SetLanguage(q.ctx(), q.account.ID, lang); err != nil {
			return err
		}
	}
	if !local(back) {
		back = "/"
	}
	return q.redirect(back, "")
}

type passwordPage struct {
	Expired  bool
	Wrong    string
	Shortest int
}

func (q *ask) passwordForm() error {
	return q.show("password", q.say("password.title"), passwordPage{q.account.Expired, "", ShortestPassword})
}

// password changes one's own password; every other session of the account ends.
func (q *ask) password() error {
	again := func(wrong string) error {
		q.status = http.StatusUnprocessableEntity
		return q.show("password", q.say("password.title"), passwordPage{q.account.Expired, wrong, ShortestPassword})
	}
	wait, err := q.s.limits.take(q.ctx(), guessLogin, digestOf(q.account.Login)[:32])
	if err != nil {
		return err
	}
	if wait > 0 {
		return tooOften(wait)
	}
	good, err := q.s.passwordIs(q.ctx(), q.account.Password, q.r.FormValue("old"))
	if err != nil {
		return err
	}
	fresh := q.r.FormValue("new")
	switch {
	case !good:
		return again(q.say("password.old.wrong"))
	case fresh != q.r.FormValue("again"):
		return again(q.say("password.again.wrong"))
	case fresh == q.r.FormValue("old"):
		return again(q.say("password.same"))
	}
	if err := CheckPassword(q.account.Login, fresh); err != nil {
		return again(q.say(passwordFault(err), ShortestPassword))
	}
	was, hash := q.account.Password, HashPassword(fresh)
	q.account, err = q.store().ChangeAccount(q.ctx(), q.account.ID, store.AccountPassword, q.account.Login, q.now, func(x *osms.Account) error {
		if x.Disabled || x.Password != was { // somebody decided about it meanwhile
			return refused(http.StatusForbidden, "refused.login")
		}
		x.Password, x.Expired = hash, false
		return nil
	})
	if err != nil {
		return err
	}
	q.s.limits.forgive(guessLogin, digestOf(q.account.Login)[:32])
	if err := q.begin(q.account); err != nil {
		return err
	}
	return q.redirect("/", "password")
}

func passwordFault(err error) string {
	switch {
	case errors.Is(err, ErrShortPassword):
		return "password.short"
	case errors.Is(err, ErrLongPassword):
		return "password.long"
	}
	return "password.poor"
}

// languages are those that a reader can choose, each by its own name.
func languages() []string { return words.Languages() }
