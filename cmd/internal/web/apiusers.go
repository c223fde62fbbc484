package web

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"osmsd/cmd/internal/shape"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// UserList are the accounts.
type UserList struct {
	Users []shape.Account `json:"users"`
}

// UserMade is an account with the secret that was made for it: it is shown once.
type UserMade struct {
	User   shape.Account `json:"user"`
	Secret string        `json:"secret" doc:"The password; to be changed at the first login. \"\": none was made."`
}

// TokenList are the tokens of an account.
type TokenList struct {
	Tokens []TokenShown `json:"tokens"`
}

// TokenShown is a token without its secret.
type TokenShown struct {
	ID      int64        `json:"id"`
	Name    string       `json:"name"`
	Scopes  []osms.Scope `json:"scopes"`
	Created string       `json:"created"`
	Expires string       `json:"expires"`
	Used    string       `json:"used" doc:"\"\": never."`
	Revoked bool         `json:"revoked"`
}

// TokenMade is a token with its secret: it is shown once.
type TokenMade struct {
	Token  TokenShown `json:"token"`
	Secret string     `json:"secret"`
}

// UserAsked is what an account is.
type UserAsked struct {
	Login    string    `json:"login" minLength:"2" maxLength:"64" doc:"2 to 64 letters, digits, dots, hyphens, underscores or an @ of the Latin alphabet."`
	Role     osms.Role `json:"role" enum:"akimat,fund,administrator,auditor"`
	Region   string    `json:"region,omitempty" pattern:"^[0-9]{2}$" patternDescription:"two digits of KATO" doc:"Of an akimat."`
	Name     string    `json:"name,omitempty" maxLength:"200"`
	Language string    `json:"language,omitempty" enum:"kk,ru,en"`
}

// UserChanged is what becomes of an account; what is not named stays.
type UserChanged struct {
	Role     osms.Role `json:"role,omitempty" enum:"akimat,fund,administrator,auditor"`
	Region   string    `json:"region,omitempty" pattern:"^[0-9]{2}$" patternDescription:"two digits of KATO" doc:"Of an akimat."`
	Name     *string   `json:"name,omitempty" maxLength:"200"`
	Language string    `json:"language,omitempty" enum:"kk,ru,en"`
	Disabled *bool     `json:"disabled,omitempty" doc:"true: its sessions and tokens end."`
}

// TokenAsked is a token to be made.
type TokenAsked struct {
	Name   string       `json:"name" minLength:"1" maxLength:"100" doc:"What it is for."`
	Scopes []osms.Scope `json:"scopes" minItems:"1" maxItems:"4" enum:"read,upload,statements,manage"`
	Days   int          `json:"days,omitempty" minimum:"1" maximum:"3660" default:"365" doc:"How long it is good."`
}

type (
	userAsked struct{ Body UserAsked }
	userNamed struct {
		Login string `path:"login" maxLength:"64"`
	}
	userChanged struct {
		Login string `path:"login" maxLength:"64"`
		Body  UserChanged
	}
	tokenAsked struct {
		Login string `path:"login" maxLength:"64"`
		Body  TokenAsked
	}
	tokenNamed struct {
		Login string `path:"login" maxLength:"64"`
		ID    int64  `path:"id" minimum:"1"`
	}
)

func (s *Server) describeUsers(a *api) {
	const tag = "Accounts and tokens"
	operate(a, s, call{pattern: "GET /api/v1/users", tag: tag, summary: "The accounts"}, (*ask).apiUsers)
	operate(a, s, call{pattern: "POST /api/v1/users", tag: tag, summary: "Add an account", about: "Its password is made by the program and shown once.", status: http.StatusCreated}, (*ask).apiAddUser)
	operate(a, s, call{pattern: "POST /api/v1/users/{login}", tag: tag, summary: "Change, disable or enable an account", about: "Its sessions end."}, (*ask).apiChangeUser)
	operate(a, s, call{pattern: "POST /api/v1/users/{login}/password", tag: tag, summary: "Give an account a new password"}, (*ask).apiUserPassword)
	operate(a, s, call{pattern: "GET /api/v1/users/{login}/tokens", tag: tag, summary: "The tokens of an account"}, (*ask).apiTokens)
	operate(a, s, call{pattern: "POST /api/v1/users/{login}/tokens", tag: tag, summary: "Make a token", about: "Its secret is shown once.", status: http.StatusCreated}, (*ask).apiMakeToken)
	operate(a, s, call{pattern: "POST /api/v1/users/{login}/tokens/{id}/revoke", tag: tag, summary: "Revoke a token"}, (*ask).apiRevokeToken)
}

func (q *ask) apiUsers(*nothing) (out UserList, err error) {
	all, err := q.store().Accounts(q.ctx())
	out.Users = []shape.Account{}
	for _, x := range all {
		out.Users = append(out.Users, shape.AccountOf(x))
	}
	return out, err
}

// placed gives an account a role and a region that fit each other.
func placed(x osms.Account, role osms.Role, region string) (osms.Account, error) {
	if role != "" {
		if x.Role = role; role != osms.RoleAkimat {
			x.Region = 0
		}
	}
	if region != "" {
		r, err := osms.ParseRegion(region)
		if err != nil {
			return x, refused(http.StatusUnprocessableEntity, "refused.region", osms.Shown(region))
		}
		x.Region = r
	}
	if (x.Role == osms.RoleAkimat) != (x.Region != 0) {
		return x, refused(http.StatusUnprocessableEntity, "refused.akimat")
	}
	return x, nil
}

func (q *ask) apiAddUser(in *userAsked) (out UserMade, err error) {
	b := in.Body
	x := osms.Account{Login: osms.FoldLogin(b.Login), Name: strings.TrimSpace(b.Name), Language: either(b.Language, q.s.Language), Expired: true}
	if !osms.ValidLogin(x.Login) {
		return out, refused(http.StatusUnprocessableEntity, "refused.loginname")
	}
	if x, err = placed(x, b.Role, b.Region); err != nil {
		return out, err
	}
	out.Secret = NewPassword()
	x.Password = HashPassword(out.Secret)
	if x, err = q.store().PutAccount(q.ctx(), x, store.AccountAdded, q.account.Login, q.now); errors.Is(err, store.ErrOnce) {
		err = refused(http.StatusConflict, "refused.taken")
	}
	if err != nil {
		return UserMade{}, err
	}
	out.User = shape.AccountOf(x)
	return out, nil
}

func (q *ask) named(login string) (osms.Account, error) {
	return q.store().AccountNamed(q.ctx(), osms.FoldLogin(login))
}

func (q *ask) apiChangeUser(in *userChanged) (out UserMade, err error) {
	x, err := q.named(in.Login)
	if err != nil {
		return out, err
	}
	b, was := in.Body, x
	described := func(x *osms.Account) (err error) {
		if b.Name != nil {
			x.Name = strings.TrimSpace(*b.Name)
		}
		x.Language = either(b.Language, x.Language)
		*x, err = placed(*x, b.Role, b.Region)
		return err
	}
	if err := described(&x); err != nil {
		return out, err
	}
	if x != was {
		if x, err = q.change(x.ID, store.AccountChanged, described); err != nil {
			return out, err
		}
	}
	if b.Disabled != nil && *b.Disabled != x.Disabled {
		what := store.AccountEnabled
		if *b.Disabled {
			what = store.AccountDisabled
		}
		if x, err = q.change(x.ID, what, func(x *osms.Account) error { x.Disabled = *b.Disabled; return nil }); err != nil {
			return out, err
		}
	}
	out.User = shape.AccountOf(x)
	return out, nil
}

func (q *ask) apiUserPassword(in *userNamed) (out UserMade, err error) {
	x, err := q.named(in.Login)
	if err != nil {
		return out, err
	}
	secret := NewPassword()
	if x, err = q.change(x.ID, store.AccountPassword, GivenPassword(secret)); err != nil {
		return out, err
	}
	return UserMade{shape.AccountOf(x), secret}, nil
}

func shownToken(t osms.Token) TokenShown {
	return TokenShown{t.ID, t.Name, append([]osms.Scope{}, t.Scopes...), shape.Moment(t.Created), shape.Moment(t.Expires), shape.Moment(t.Used), t.Revoked}
}

func (q *ask) apiTokens(in *userNamed) (out TokenList, err error) {
	x, err := q.named(in.Login)
	if err != nil {
		return out, err
	}
	all, err := q.store().Tokens(q.ctx(), x.ID)
	out.Tokens = []TokenShown{}
	for _, t := range all {
		out.Tokens = append(out.Tokens, shownToken(t))
	}
	return out, err
}

func (q *ask) apiMakeToken(in *tokenAsked) (out TokenMade, err error) {
	x, err := q.named(in.Login)
	if err != nil {
		return out, err
	}
	secret, digest := NewToken()
	t := osms.Token{Name: strings.TrimSpace(in.Body.Name), Scopes: in.Body.Scopes, Expires: q.now.Add(time.Duration(in.Body.Days) * 24 * time.Hour)}
	if t.Name == "" {
		return out, refused(http.StatusUnprocessableEntity, "refused.invalid")
	}
	if t, err = q.store().PutToken(q.ctx(), x, t, digest, q.account.Login, q.now); err != nil {
		return out, err
	}
	return TokenMade{shownToken(t), secret}, nil
}

func (q *ask) apiRevokeToken(in *tokenNamed) (out TokenList, err error) {
	x, err := q.named(in.Login)
	if err != nil {
		return out, err
	}
	if err = q.store().RevokeToken(q.ctx(), x, in.ID, q.account.Login, q.now); err != nil {
		return out, err
	}
	return q.apiTokens(&userNamed{in.Login})
}
