package store

import (
	"errors"
	"testing"
	"time"

	"osmsd/sync/osms"
)

func TestAccounts(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		a, err := s.PutAccount(ctx, osms.Account{Login: " Aigul ", Name: "А", Role: osms.RoleAkimat, Region: 63, Language: "kk", Password: "x", Expired: true}, AccountAdded, "root", minute(0))
		must(t, err)
		if a.ID != 1 || a.Login != "aigul" || !a.Created.Equal(minute(0)) {
			t.Errorf("got %+v", a)
		}
		if _, err := s.PutAccount(ctx, osms.Account{Login: "AIGUL", Role: osms.RoleFund}, AccountAdded, "root", minute(1)); !errors.Is(err, ErrOnce) {
			t.Errorf("the same login twice: %v", err)
		}
		got, err := s.AccountNamed(ctx, "Aigul")
		must(t, err)
		if got != a {
			t.Errorf("got %+v, want %+v", got, a)
		}
		if _, err := s.AccountNamed(ctx, "nobody"); !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}

		// A session shows the account as it is now, and ends with what it may do.
		must(t, s.BeginSession(ctx, "d1", a.ID, minute(2)))
		must(t, s.SetLanguage(ctx, a.ID, "ru"))
		must(t, s.SeeSession(ctx, "d1", minute(3)))
		session, err := s.SessionOf(ctx, "d1")
		must(t, err)
		if session.Account.Language != "ru" || !session.Begun.Equal(minute(2)) || !session.Seen.Equal(minute(3)) {
			t.Errorf("got %+v", session)
		}
		a, err = s.ChangeAccount(ctx, a.ID, AccountChanged, "root", minute(4), func(x *osms.Account) error {
			x.Role, x.Region = osms.RoleAuditor, 0
			return nil
		})
		must(t, err)
		if a.Language != "ru" || a.Role != osms.RoleAuditor {
			t.Errorf("a change undid another: %+v", a)
		}
		if _, err := s.SessionOf(ctx, "d1"); !errors.Is(err, ErrNotFound) {
			t.Errorf("a session outlived a change of role: %v", err)
		}
		must(t, s.BeginSession(ctx, "old", a.ID, minute(5)))
		must(t, s.BeginSession(ctx, "idle", a.ID, minute(7)))
		must(t, s.BeginSession(ctx, "used", a.ID, minute(7)))
		must(t, s.SeeSession(ctx, "used", minute(20)))
		must(t, s.SeeSession(ctx, "old", minute(20)))
		must(t, s.EndOldSessions(ctx, minute(10), minute(6)))
		for digest, lives := range map[string]bool{"old": false, "idle": false, "used": true} {
			if _, err := s.SessionOf(ctx, digest); (err == nil) != lives {
				t.Errorf("session %s: %v", digest, err)
			}
		}

		// Every decision about an account is in the chain.
		changes, err := s.AccountChanges(ctx)
		must(t, err)
		if len(changes) != 2 || changes[1].What != AccountChanged || changes[1].Role != osms.RoleAuditor || changes[1].Who != "root" {
			t.Errorf("got %+v", changes)
		}
		must(t, s.Look(ctx, func(tx *Tx) error {
			entries, err := tx.AuditEntries()
			for i, e := range entries {
				if e.What != AuditAccount || e.Digest != changes[i].Digest() {
					t.Errorf("entry %+v", e)
				}
			}
			return err
		}))
	})
}

func TestTokens(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		a, err := s.PutAccount(ctx, osms.Account{Login: "portal", Role: osms.RoleFund}, AccountAdded, "root", minute(0))
		must(t, err)
		k, err := s.PutToken(ctx, a, osms.Token{Name: "портал", Scopes: []osms.Scope{osms.ScopeRead, osms.ScopeStatements}, Expires: minute(60)}, "digest", "root", minute(1))
		must(t, err)
		must(t, s.UseToken(ctx, k.ID, minute(2)))
		got, account, err := s.TokenOf(ctx, "digest")
		must(t, err)
		if account != a || got.ID != k.ID || !got.May(osms.ScopeStatements) || got.May(osms.ScopeManage) || got.Revoked || !got.Used.Equal(minute(2)) || !got.Expires.Equal(minute(60)) {
			t.Errorf("got %+v of %+v", got, account)
		}
		must(t, s.RevokeToken(ctx, a, k.ID, "root", minute(3)))
		if err := s.RevokeToken(ctx, a, k.ID, "root", minute(3)); !errors.Is(err, ErrNotFound) {
			t.Errorf("revoked twice: %v", err)
		}
		if got, _, err = s.TokenOf(ctx, "digest"); err != nil || !got.Revoked {
			t.Errorf("got %+v, %v", got, err)
		}
		if all, err := s.Tokens(ctx, a.ID); err != nil || len(all) != 1 {
			t.Errorf("got %v, %v", all, err)
		}
	})
}

func TestAllowancesAndSecrets(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		if a, err := s.AllowanceOf(ctx, "login aigul"); err != nil || a.Used != 0 {
			t.Errorf("got %+v, %v", a, err)
		}
		at := minute(1).Add(250 * time.Millisecond)
		must(t, s.PutAllowances(ctx, []Allowance{{"login aigul", 3000, at}, {"address ::1", 10, at}}))
		must(t, s.PutAllowances(ctx, []Allowance{{"login aigul", 4500, at}}))
		if a, err := s.AllowanceOf(ctx, "login aigul"); err != nil || a.Used != 4500 || !a.At.Equal(at) {
			t.Errorf("got %+v, %v", a, err)
		}
		must(t, s.ForgetAllowances(ctx, minute(2)))
		if a, err := s.AllowanceOf(ctx, "login aigul"); err != nil || a.Used != 0 {
			t.Errorf("got %+v, %v", a, err)
		}
		first, err := s.Secret(ctx, "handles", []byte{1, 2, 0})
		must(t, err)
		again, err := s.Secret(ctx, "handles", []byte{9})
		must(t, err)
		if string(first) != "\x01\x02\x00" || string(again) != string(first) {
			t.Errorf("got %v, then %v", first, again)
		}
	})
}

func TestUploads(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		u, err := s.PutUpload(ctx, Upload{Account: 1, Request: "key", Body: "b1", Name: "список.xlsx", SHA256: "aa", Size: 3, Region: 63, Dry: true, Received: minute(0)})
		must(t, err)
		again, err := s.PutUpload(ctx, Upload{Account: 1, Request: "key", Body: "b2", Name: "other", SHA256: "bb", Received: minute(1)})
		if !errors.Is(err, ErrOnce) || again.ID != u.ID || again.Body != "b1" {
			t.Errorf("got %+v, %v", again, err)
		}
		other, err := s.PutUpload(ctx, Upload{Account: 2, Request: "key", Body: "b2", Name: "other", SHA256: "bb", Received: minute(1)})
		must(t, err)
		if waiting, err := s.WaitingUploads(ctx); err != nil || len(waiting) != 2 || waiting[0].ID != u.ID {
			t.Errorf("got %v, %v", waiting, err)
		}
		u.State, u.Run, u.Arrivals, u.Report = UploadDone, 7, []int64{3, 4}, []byte("{}")
		must(t, s.EndUpload(ctx, u))
		got, err := s.UploadNumbered(ctx, u.ID)
		must(t, err)
		if got.State != UploadDone || got.Run != 7 || len(got.Arrivals) != 2 || !got.Dry || string(got.Report) != "{}" {
			t.Errorf("got %+v", got)
		}
		if under, err := s.UploadUnder(ctx, 2, "key"); err != nil || under.ID != other.ID {
			t.Errorf("got %+v, %v", under, err)
		}
		if _, err := s.UploadNumbered(ctx, 99); !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
}

// TestChangeAccount: a change is made on the account as it is, and somebody who
// keeps accounts is left.
func TestChangeAccount(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		boss, err := s.PutAccount(ctx, osms.Account{Login: "boss", Role: osms.RoleAdministrator}, AccountAdded, "root", minute(0))
		must(t, err)
		disable := func(x *osms.Account) error { x.Disabled = true; return nil }
		if _, err := s.ChangeAccount(ctx, boss.ID, AccountDisabled, "root", minute(1), disable); !errors.Is(err, ErrLastAdministrator) {
			t.Errorf("the last administrator: %v", err)
		}
		second, err := s.PutAccount(ctx, osms.Account{Login: "second", Role: osms.RoleAdministrator}, AccountAdded, "root", minute(1))
		must(t, err)
		// Both at once: one of them stays.
		done := make(chan error, 2)
		for _, id := range []int64{boss.ID, second.ID} {
			go func() {
				_, err := s.ChangeAccount(ctx, id, AccountDisabled, "other", minute(2), disable)
				done <- err
			}()
		}
		if a, b := <-done, <-done; (a == nil) == (b == nil) {
			t.Errorf("%v and %v", a, b)
		}
		if _, err := s.ChangeAccount(ctx, 99, AccountChanged, "root", minute(3), disable); !errors.Is(err, ErrNotFound) {
			t.Errorf("got %v", err)
		}
		// Known time does not go back.
		must(t, s.Write(ctx, Lease{}, func(tx *Tx) error {
			a, err := tx.PutAccess(osms.Access{At: minute(0), Who: "x", What: "person", Person: 1})
			if a.At.Before(minute(2)) {
				t.Errorf("an older request went back to %s", a.At)
			}
			return err
		}))
	})
}
