package osms

import (
	"slices"
	"strings"
	"time"
)

// Role is what somebody may do with the program. An akimat sees and sends only
// what is its own region's; the Fund reads everything and answers requests; an
// administrator runs, releases and takes back; an auditor reads everything and
// the audit log, and changes nothing.
type Role string

const (
	RoleAkimat        Role = "akimat"
	RoleFund          Role = "fund"
	RoleAdministrator Role = "administrator"
	RoleAuditor       Role = "auditor"
)

// Roles lists the roles.
func Roles() []Role { return []Role{RoleAkimat, RoleFund, RoleAdministrator, RoleAuditor} }

// Account is a user of the console and the API.
type Account struct {
	ID       int64
	Login    string
	Name     string
	Role     Role
	Region   Region // of an akimat; 0: of all
	Language string
	// Password is an argon2id digest with its parameters, never the password.
	Password string
	// Expired: the password was given by somebody else and must be changed first.
	Expired  bool
	Disabled bool
	Created  time.Time
}

// FoldLogin is how logins are compared.
func FoldLogin(login string) string { return strings.ToLower(strings.TrimSpace(login)) }

// ValidLogin reports a login that can stand in logs and files: 2 to 64 letters,
// digits, dots, hyphens, underscores or an @ of the Latin alphabet. A run of
// twelve digits could be somebody's IIN and is none.
func ValidLogin(login string) bool {
	digits, run := 0, 0
	for _, r := range login {
		switch {
		case r >= '0' && r <= '9':
			run++
			digits = max(digits, run)
			continue
		case r >= 'a' && r <= 'z', strings.ContainsRune("._-@", r):
		default:
			return false
		}
		run = 0
	}
	return len(login) >= 2 && len(login) <= 64 && digits < 12
}

// Scope is what a token of the API may do, within what its account may.
type Scope string

const (
	ScopeRead       Scope = "read"       // whatever changes nothing
	ScopeUpload     Scope = "upload"     // files
	ScopeStatements Scope = "statements" // requests of service B
	ScopeManage     Scope = "manage"     // everything else that changes something
)

// Scopes lists the scopes.
func Scopes() []Scope { return []Scope{ScopeRead, ScopeUpload, ScopeStatements, ScopeManage} }

// Token lets a program use the API for an account.
type Token struct {
	ID      int64
	Account int64
	Name    string
	Scopes  []Scope
	Created time.Time
	Expires time.Time
	Used    time.Time // zero: never
	Revoked bool
}

// May reports whether the token was given a scope.
func (t Token) May(s Scope) bool { return slices.Contains(t.Scopes, s) }
