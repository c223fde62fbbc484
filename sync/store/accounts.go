package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"osmsd/sync/osms"
)

// AuditAccount is what the chain calls a decision about an account.
const AuditAccount = "account"

// What may be decided about an account.
const (
	AccountAdded    = "added"
	AccountChanged  = "changed" // name, role, region, language
	AccountPassword = "password"
	AccountDisabled = "disabled"
	AccountEnabled  = "enabled"
	TokenAdded      = "token"
	TokenRevoked    = "token_revoked"
)

// AccountChange is a decision about an account: who may do what since when, and
// who said so. It has no password in it.
type AccountChange struct {
	Sequence  int64
	Account   int64
	What      string
	Login     string
	Role      osms.Role
	Region    osms.Region
	Detail    string // of a token: its name and scopes
	Who       string
	Committed time.Time
}

// Digest is what the audit chain keeps of the decision.
func (c AccountChange) Digest() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d|%q|%q|%q|%d|%q|%q|%d", c.Account, c.What, c.Login, string(c.Role), int(c.Region), c.Detail, c.Who, c.Committed.Unix()))
	return hex.EncodeToString(sum[:])
}

// ErrLastAdministrator says that nobody would be left who keeps accounts.
var ErrLastAdministrator = errors.New("store: the last enabled administrator")

// PutAccount writes a new account and audits that. A login that another account
// has is ErrOnce.
func (s *Store) PutAccount(ctx context.Context, a osms.Account, what, who string, at time.Time) (osms.Account, error) {
	given := a
	err := s.Write(ctx, Lease{}, func(t *Tx) (err error) {
		a = given // the transaction may be tried again
		a.Login = osms.FoldLogin(a.Login)
		if a.ID, err = t.count("account", 1); err != nil {
			return err
		}
		a.Created = at.UTC().Truncate(time.Second)
		return t.putAccount(a, what, who, at)
	})
	return a, err
}

// ChangeAccount changes an account as it is at that moment and audits what was
// decided: nobody's change undoes another's. ErrNotFound; ErrOnce for a login that
// another account has; ErrLastAdministrator when nobody would be left to keep
// accounts.
func (s *Store) ChangeAccount(ctx context.Context, id int64, what, who string, at time.Time, change func(*osms.Account) error) (osms.Account, error) {
	var a osms.Account
	err := s.Write(ctx, Lease{}, func(t *Tx) (err error) {
		a, err = scanAccount(t.tx.QueryRowContext(t.ctx, "SELECT "+accountColumns+" FROM account a WHERE a.id = $1", id).Scan)
		if err != nil {
			return unreachable(missing(err))
		}
		was := a
		if err := change(&a); err != nil {
			return err
		}
		a.ID, a.Created, a.Login = was.ID, was.Created, osms.FoldLogin(a.Login)
		if keeps(was) && !keeps(a) {
			var others int
			err := t.tx.GetContext(t.ctx, &others, "SELECT count(*) FROM account WHERE id <> $1 AND role = $2 AND disabled = 0", id, osms.RoleAdministrator)
			if err != nil {
				return unreachable(err)
			}
			if others == 0 {
				return ErrLastAdministrator
			}
		}
		return t.putAccount(a, what, who, at)
	})
	return a, err
}

// keeps reports who can keep accounts.
func keeps(a osms.Account) bool { return a.Role == osms.RoleAdministrator && !a.Disabled }

func (t *Tx) putAccount(a osms.Account, what, who string, at time.Time) error {
	var other int64
	if err := t.tx.GetContext(t.ctx, &other, "SELECT coalesce(max(id), 0) FROM account WHERE login = $1 AND id <> $2", a.Login, a.ID); err != nil {
		return unreachable(err)
	}
	if other != 0 {
		return ErrOnce
	}
	if _, err := t.exec(`INSERT INTO account (id, login, name, role, region, language, password, expired, disabled, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO UPDATE SET login = excluded.login, name = excluded.name,
		role = excluded.role, region = excluded.region, language = excluded.language, password = excluded.password,
		expired = excluded.expired, disabled = excluded.disabled`,
		a.ID, a.Login, a.Name, a.Role, a.Region, a.Language, a.Password, bit(a.Expired), bit(a.Disabled), a.Created.Unix()); err != nil {
		return err
	}
	// Who may do less, or proves anew who they are, begins anew.
	if what == AccountPassword || what == AccountDisabled || what == AccountChanged {
		if _, err := t.exec("DELETE FROM session WHERE account = $1", a.ID); err != nil {
			return err
		}
	}
	return t.putAccountChange(AccountChange{Account: a.ID, What: what, Login: a.Login, Role: a.Role, Region: a.Region, Who: who, Committed: at})
}

func (t *Tx) putAccountChange(c AccountChange) (err error) {
	if c.Sequence, err = t.Sequence(); err != nil {
		return err
	}
	if c.Committed, err = t.notBefore(c.Committed); err != nil {
		return err
	}
	if _, err := t.exec(`INSERT INTO account_change (sequence, account, what, login, role, region, detail, who, committed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, c.Sequence, c.Account, c.What, c.Login, c.Role, c.Region, c.Detail, c.Who, c.Committed.Unix()); err != nil {
		return err
	}
	return t.Audit(c.Committed, AuditAccount, c.Digest())
}

const accountColumns = "a.id, a.login, a.name, a.role, a.region, a.language, a.password, a.expired, a.disabled, a.created"

func scanAccount(scan func(...any) error, more ...any) (a osms.Account, err error) {
	var expired, disabled int
	var created int64
	err = scan(append([]any{&a.ID, &a.Login, &a.Name, &a.Role, &a.Region, &a.Language, &a.Password, &expired, &disabled, &created}, more...)...)
	a.Expired, a.Disabled, a.Created = expired != 0, disabled != 0, time.Unix(created, 0).UTC()
	return a, err
}

// Accounts lists the accounts in order of login.
func (s *Store) Accounts(ctx context.Context) (out []osms.Account, err error) {
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		a, err := scanAccount(rows.Scan)
		out = append(out, a)
		return err
	}, "SELECT "+accountColumns+" FROM account a ORDER BY a.login")
	return out, err
}

// AccountNamed finds an account by its login; ErrNotFound.
func (s *Store) AccountNamed(ctx context.Context, login string) (osms.Account, error) {
	a, err := scanAccount(s.db.QueryRowContext(ctx, "SELECT "+accountColumns+" FROM account a WHERE a.login = $1", osms.FoldLogin(login)).Scan)
	return a, unreachable(missing(err))
}

// AccountNumbered finds an account by its number; ErrNotFound.
func (s *Store) AccountNumbered(ctx context.Context, id int64) (osms.Account, error) {
	a, err := scanAccount(s.db.QueryRowContext(ctx, "SELECT "+accountColumns+" FROM account a WHERE a.id = $1", id).Scan)
	return a, unreachable(missing(err))
}

// SetLanguage notes the language in which somebody reads. It is a taste and no
// decision.
func (s *Store) SetLanguage(ctx context.Context, account int64, language string) error {
	_, err := s.db.ExecContext(ctx, "UPDATE account SET language = $1 WHERE id = $2", language, account)
	return unreachable(err)
}

// AccountChanges lists what was decided about accounts, in order.
func (t *Tx) AccountChanges() ([]AccountChange, error) { return accountChanges(t.ctx, t.tx) }

// AccountChanges lists what was decided about accounts, in order.
func (s *Store) AccountChanges(ctx context.Context) ([]AccountChange, error) {
	return accountChanges(ctx, s.db)
}

func accountChanges(ctx context.Context, q queryer) (out []AccountChange, err error) {
	err = eachRow(ctx, q, func(rows *sql.Rows) error {
		var c AccountChange
		var committed int64
		err := rows.Scan(&c.Sequence, &c.Account, &c.What, &c.Login, &c.Role, &c.Region, &c.Detail, &c.Who, &committed)
		c.Committed = time.Unix(committed, 0).UTC()
		out = append(out, c)
		return err
	}, "SELECT sequence, account, what, login, role, region, detail, who, committed FROM account_change ORDER BY sequence")
	return out, err
}
