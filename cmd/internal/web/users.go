package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (s *Server) usersRoutes() []route {
	return []route{
		{"GET /users", admin, "", (*ask).usersPage},
		{"POST /users", admin, "", (*ask).addUser},
		{"GET /users/{id}", admin, "", (*ask).userPage},
		{"POST /users/{id}", admin, "", (*ask).changeUser},
		{"POST /users/{id}/password", admin, "", (*ask).newPassword},
		{"POST /users/{id}/disable", admin, "", (*ask).disableUser},
		{"POST /users/{id}/enable", admin, "", (*ask).enableUser},
		{"POST /users/{id}/tokens", admin, "", (*ask).addToken},
		{"POST /users/{id}/tokens/{token}/revoke", admin, "", (*ask).revokeToken},
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

type usersPage struct {
	Users   []osms.Account
	Roles   []osms.Role
	Regions []osms.RegionName
}

func (q *ask) usersPage() error {
	all, err := q.store().Accounts(q.ctx())
	if err != nil {
		return err
	}
	return q.show("users", q.say("users.title"), usersPage{all, osms.Roles(), osms.Regions()})
}

// described fills an account with what the form says of it, and checks that it
// makes sense.
func (q *ask) described(x osms.Account) (osms.Account, error) {
	if x.Role = osms.Role(q.value("role")); !slices.Contains(osms.Roles(), x.Role) {
		return x, refused(http.StatusUnprocessableEntity, "refused.userrole")
	}
	x.Region = 0
	if x.Role == osms.RoleAkimat {
		region, err := osms.ParseRegion(q.value("region"))
		if err != nil || !region.Known() {
			return x, refused(http.StatusUnprocessableEntity, "refused.userregion")
		}
		x.Region = region
	}
	if x.Name = q.value("name"); len(x.Name) > 300 {
		return x, refused(http.StatusUnprocessableEntity, "refused.field")
	}
	if x.Language = q.value("language"); !slices.Contains(languages(), x.Language) {
		return x, refused(http.StatusBadRequest, "refused.language", orDash(x.Language))
	}
	return x, nil
}

type secretPage struct {
	User   osms.Account
	Token  osms.Token // zero: the secret is a password
	Secret string
}

// tellSecret shows a password or a token's secret: on this answer and nowhere else.
// The answer is not a page that can be asked for again, and browsers keep none.
func (q *ask) tellSecret(user osms.Account, token osms.Token, secret string) error {
	title := "secret.password"
	if token.ID != 0 {
		title = "secret.token"
	}
	return q.show("secret", q.say(title, user.Login), secretPage{user, token, secret})
}

func (q *ask) addUser() error {
	login := osms.FoldLogin(q.value("login"))
	if !osms.ValidLogin(login) {
		return q.again(refused(http.StatusUnprocessableEntity, "refused.userlogin"), q.usersPage)
	}
	x, err := q.described(osms.Account{Login: login, Expired: true})
	if err != nil {
		return q.again(err, q.usersPage)
	}
	password := NewPassword()
	x.Password = HashPassword(password)
	x, err = q.store().PutAccount(q.ctx(), x, store.AccountAdded, q.account.Login, q.now)
	if errors.Is(err, store.ErrOnce) {
		return q.again(refused(http.StatusConflict, "refused.usertaken", login), q.usersPage)
	}
	if err != nil {
		return err
	}
	return q.tellSecret(x, osms.Token{}, password)
}

type userPage struct {
	User   osms.Account
	Self   bool // the reader's own account: neither disabled nor demoted
	Tokens []tokenShown
	Days   int
	Scopes []osms.Scope
	usersPage
}

type tokenShown struct {
	osms.Token
	Ended bool
}

const tokenDays, longestToken = 365, 3660

func (q *ask) user() (osms.Account, error) {
	id, err := q.number("id")
	if err != nil {
		return osms.Account{}, err
	}
	return q.store().AccountNumbered(q.ctx(), id)
}

func (q *ask) userPage() error {
	x, err := q.user()
	if err != nil {
		return err
	}
	tokens, err := q.store().Tokens(q.ctx(), x.ID)
	if err != nil {
		return err
	}
	page := userPage{User: x, Self: x.ID == q.account.ID, Days: tokenDays, Scopes: osms.Scopes(), usersPage: usersPage{nil, osms.Roles(), osms.Regions()}}
	for _, t := range slices.Backward(tokens) {
		page.Tokens = append(page.Tokens, tokenShown{t, t.Revoked || !q.now.Before(t.Expires)})
	}
	return q.show("user", q.say("user.title", x.Login), page)
}

// change changes an account as it is at that moment. Nobody takes their own
// rights away, and nobody the last administrator's: page and API alike.
func (q *ask) change(id int64, what string, change func(*osms.Account) error) (osms.Account, error) {
	x, err := q.store().ChangeAccount(q.ctx(), id, what, q.account.Login, q.now, func(x *osms.Account) error {
		was := *x
		if err := change(x); err != nil {
			return err
		}
		if id == q.account.ID && was.Role == osms.RoleAdministrator && (x.Role != was.Role || x.Disabled) {
			return refused(http.StatusConflict, "refused.userself")
		}
		return nil
	})
	if errors.Is(err, store.ErrLastAdministrator) {
		err = refused(http.StatusConflict, "refused.userlast")
	}
	return x, err
}

// changed changes the account of the address, and goes back to it.
func (q *ask) changed(what, said string, change func(*osms.Account) error) error {
	id, err := q.number("id")
	if err != nil {
		return err
	}
	if _, err := q.change(id, what, change); err != nil {
		return err
	}
	return q.redirect("/users/"+itoa(id), said)
}

func (q *ask) changeUser() error {
	return q.changed(store.AccountChanged, "userchanged", func(x *osms.Account) (err error) {
		*x, err = q.described(*x)
		return err
	})
}

func (q *ask) disableUser() error {
	return q.changed(store.AccountDisabled, "userdisabled", func(x *osms.Account) error { x.Disabled = true; return nil })
}

func (q *ask) enableUser() error {
	return q.changed(store.AccountEnabled, "userenabled", func(x *osms.Account) error { x.Disabled = false; return nil })
}

// newPassword gives somebody a new password, to be changed at the next login.
// One's own is changed at /password.
func (q *ask) newPassword() error {
	x, err := q.user()
	if err != nil {
		return err
	}
	if x.ID == q.account.ID {
		return q.redirect("/password", "")
	}
	password := NewPassword()
	if x, err = q.change(x.ID, store.AccountPassword, GivenPassword(password)); err != nil {
		return err
	}
	return q.tellSecret(x, osms.Token{}, password)
}

func (q *ask) addToken() error {
	x, err := q.user()
	if err != nil {
		return err
	}
	token := osms.Token{Name: q.value("name")}
	for _, word := range q.r.Form["scope"] {
		if !slices.Contains(osms.Scopes(), osms.Scope(word)) {
			return refused(http.StatusBadRequest, "refused.scopes")
		}
		if !token.May(osms.Scope(word)) {
			token.Scopes = append(token.Scopes, osms.Scope(word))
		}
	}
	days, err := strconv.Atoi(q.value("days"))
	if err != nil || days < 1 || days > longestToken {
		return refused(http.StatusUnprocessableEntity, "refused.tokendays", longestToken)
	}
	if token.Name == "" || len(token.Name) > 200 || len(token.Scopes) == 0 {
		return refused(http.StatusUnprocessableEntity, "refused.scopes")
	}
	secret, digest := NewToken()
	token.Expires = q.now.Add(time.Duration(days) * 24 * time.Hour)
	if token, err = q.store().PutToken(q.ctx(), x, token, digest, q.account.Login, q.now); err != nil {
		return err
	}
	return q.tellSecret(x, token, secret)
}

func (q *ask) revokeToken() error {
	x, err := q.user()
	if err != nil {
		return err
	}
	id, err := q.number("token")
	if err != nil {
		return err
	}
	if err := q.store().RevokeToken(q.ctx(), x, id, q.account.Login, q.now); err != nil {
		return err
	}
	return q.redirect("/users/"+itoa(x.ID), "tokenrevoked")
}

// GivenPassword gives an account a password that somebody else chose: its owner
// changes it first.
func GivenPassword(password string) func(*osms.Account) error {
	hash := HashPassword(password) // not while the registry waits
	return func(x *osms.Account) error {
		x.Password, x.Expired = hash, true
		return nil
	}
}
