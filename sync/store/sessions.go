package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"osmsd/sync/osms"
)

// Session is somebody who is logged in. The store knows only a digest of what
// the browser shows.
type Session struct {
	Digest      string
	Account     osms.Account
	Begun, Seen time.Time
}

// BeginSession writes a new session.
func (s *Store) BeginSession(ctx context.Context, digest string, account int64, at time.Time) error {
	_, err := s.db.ExecContext(ctx, "INSERT INTO session (digest, account, begun, seen) VALUES ($1, $2, $3, $3)", digest, account, at.Unix())
	return unreachable(err)
}

// SessionOf finds a session with its account as it is now; ErrNotFound.
func (s *Store) SessionOf(ctx context.Context, digest string) (Session, error) {
	out := Session{Digest: digest}
	var begun, seen int64
	var err error
	row := s.db.QueryRowContext(ctx, "SELECT "+accountColumns+", s.begun, s.seen FROM session s JOIN account a ON a.id = s.account WHERE s.digest = $1", digest)
	out.Account, err = scanAccount(row.Scan, &begun, &seen)
	out.Begun, out.Seen = time.Unix(begun, 0).UTC(), time.Unix(seen, 0).UTC()
	return out, unreachable(missing(err))
}

// SeeSession notes that a session is in use.
func (s *Store) SeeSession(ctx context.Context, digest string, at time.Time) error {
	_, err := s.db.ExecContext(ctx, "UPDATE session SET seen = $1 WHERE digest = $2", at.Unix(), digest)
	return unreachable(err)
}

// EndSession ends a session.
func (s *Store) EndSession(ctx context.Context, digest string) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM session WHERE digest = $1", digest)
	return unreachable(err)
}

// EndOldSessions ends the sessions that nobody used since a moment, and those
// begun before another.
func (s *Store) EndOldSessions(ctx context.Context, seenBefore, begunBefore time.Time) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM session WHERE seen < $1 OR begun < $2", seenBefore.Unix(), begunBefore.Unix())
	return unreachable(err)
}

// PutToken writes a new token of an account and audits it.
func (s *Store) PutToken(ctx context.Context, account osms.Account, token osms.Token, digest, who string, at time.Time) (osms.Token, error) {
	given := token
	err := s.Write(ctx, Lease{}, func(t *Tx) (err error) {
		token = given
		if token.ID, err = t.count("token", 1); err != nil {
			return err
		}
		token.Account, token.Created = account.ID, at.UTC().Truncate(time.Second)
		if _, err := t.exec("INSERT INTO token (id, digest, account, name, scopes, created, expires, used, revoked) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0)",
			token.ID, digest, account.ID, token.Name, spaced(token.Scopes), token.Created.Unix(), token.Expires.Unix()); err != nil {
			return err
		}
		return t.putAccountChange(AccountChange{Account: account.ID, What: TokenAdded, Login: account.Login, Role: account.Role, Region: account.Region,
			Detail: fmt.Sprintf("%d %q %s", token.ID, token.Name, spaced(token.Scopes)), Who: who, Committed: at})
	})
	return token, err
}

// RevokeToken ends a token and audits that. ErrNotFound when there is none, or it
// is revoked already.
func (s *Store) RevokeToken(ctx context.Context, account osms.Account, id int64, who string, at time.Time) error {
	return s.Write(ctx, Lease{}, func(t *Tx) error {
		n, err := t.exec("UPDATE token SET revoked = 1 WHERE id = $1 AND account = $2 AND revoked = 0", id, account.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNotFound
		}
		return t.putAccountChange(AccountChange{Account: account.ID, What: TokenRevoked, Login: account.Login, Role: account.Role, Region: account.Region,
			Detail: fmt.Sprint(id), Who: who, Committed: at})
	})
}

func spaced(scopes []osms.Scope) string {
	words := make([]string, len(scopes))
	for i, s := range scopes {
		words[i] = string(s)
	}
	return strings.Join(words, " ")
}

const tokenColumns = "k.id, k.account, k.name, k.scopes, k.created, k.expires, k.used, k.revoked"

func scanToken(k *osms.Token) (columns []any, settle func()) {
	var scopes string
	var created, expires, used int64
	var revoked int
	return []any{&k.ID, &k.Account, &k.Name, &scopes, &created, &expires, &used, &revoked}, func() {
		k.Scopes = nil
		for word := range strings.FieldsSeq(scopes) {
			k.Scopes = append(k.Scopes, osms.Scope(word))
		}
		k.Created, k.Expires, k.Revoked = time.Unix(created, 0).UTC(), time.Unix(expires, 0).UTC(), revoked != 0
		if used != 0 {
			k.Used = time.Unix(used, 0).UTC()
		}
	}
}

// TokenOf finds a token with its account as it is now; ErrNotFound.
func (s *Store) TokenOf(ctx context.Context, digest string) (token osms.Token, account osms.Account, err error) {
	columns, settle := scanToken(&token)
	account, err = scanAccount(s.db.QueryRowContext(ctx, "SELECT "+accountColumns+", "+tokenColumns+
		" FROM token k JOIN account a ON a.id = k.account WHERE k.digest = $1", digest).Scan, columns...)
	if err == nil {
		settle()
	}
	return token, account, unreachable(missing(err))
}

// Tokens lists the tokens of an account, oldest first.
func (s *Store) Tokens(ctx context.Context, account int64) (out []osms.Token, err error) {
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var k osms.Token
		columns, settle := scanToken(&k)
		if err := rows.Scan(columns...); err != nil {
			return err
		}
		settle()
		out = append(out, k)
		return nil
	}, "SELECT "+tokenColumns+" FROM token k WHERE k.account = $1 ORDER BY k.id", account)
	return out, err
}

// UseToken notes that a token is in use.
func (s *Store) UseToken(ctx context.Context, id int64, at time.Time) error {
	_, err := s.db.ExecContext(ctx, "UPDATE token SET used = $1 WHERE id = $2", at.Unix(), id)
	return unreachable(err)
}

// Allowance is how much of what a source may do it has used up at a moment, in
// thousandths of one deed. It melts with time; how fast is the caller's rule.
type Allowance struct {
	Source string
	Used   int64
	At     time.Time
}

// AllowanceOf reads what a source has used up; zero when nothing is known of it.
func (s *Store) AllowanceOf(ctx context.Context, source string) (a Allowance, err error) {
	a.Source = source
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var at int64
		err := rows.Scan(&a.Used, &at)
		a.At = time.UnixMilli(at).UTC()
		return err
	}, "SELECT used, at FROM allowance WHERE source = $1", source)
	return a, err
}

// PutAllowances writes what sources have used up.
func (s *Store) PutAllowances(ctx context.Context, all []Allowance) error {
	return s.Write(ctx, Lease{}, func(t *Tx) error {
		for _, a := range all {
			if _, err := t.exec("INSERT INTO allowance (source, used, at) VALUES ($1, $2, $3) ON CONFLICT (source) DO UPDATE SET used = excluded.used, at = excluded.at",
				a.Source, a.Used, a.At.UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	})
}

// ForgetAllowances forgets what was last used before a moment.
func (s *Store) ForgetAllowances(ctx context.Context, before time.Time) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM allowance WHERE at < $1", before.UnixMilli())
	return unreachable(err)
}

// Secret reads a key that the program made for itself; the first to ask gives
// its value.
func (s *Store) Secret(ctx context.Context, name string, fresh []byte) (value []byte, err error) {
	if _, err := s.db.ExecContext(ctx, "INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, fresh); err != nil {
		return nil, unreachable(err)
	}
	err = s.db.QueryRowContext(ctx, "SELECT value FROM secret WHERE name = $1", name).Scan(&value)
	return value, unreachable(err)
}
