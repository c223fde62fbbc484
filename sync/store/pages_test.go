package store

import (
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// TestRunsBefore: the journal page by page, newest first, and what goes on.
func TestRunsBefore(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		for n := range 5 {
			r, err := s.BeginRun(t.Context(), osms.Run{Job: osms.JobIntake, Month: 202610, Trigger: "console", Who: "a.b", Started: minute(n)})
			must(t, err)
			if n < 4 {
				r.State, r.Finished = osms.Done, minute(n)
				must(t, s.EndRun(t.Context(), r))
			}
		}
		first, err := s.RunsBefore(t.Context(), 0, 3)
		must(t, err)
		if len(first) != 3 || first[0].ID != 5 || first[2].ID != 3 || first[0].Who != "a.b" {
			t.Errorf("%+v", first)
		}
		rest, err := s.RunsBefore(t.Context(), first[2].ID, 3)
		must(t, err)
		if len(rest) != 2 || rest[0].ID != 2 {
			t.Errorf("%+v", rest)
		}
		open, err := s.RunningRuns(t.Context())
		must(t, err)
		if len(open) != 1 || open[0].ID != 5 {
			t.Errorf("%+v", open)
		}
	})
}

// TestAccessPage: the access log newest first, narrowed and page by page.
func TestAccessPage(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		for n, a := range []osms.Access{{Who: "a", Person: iin(1)}, {Who: "b", Person: iin(1)}, {Who: "a", Person: iin(2)}, {Who: "a"}, {Who: "b", Person: iin(2)}} {
			a.At, a.What = minute(n), "person"
			must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
				_, err := tx.PutAccess(a)
				return err
			}))
		}
		for what, c := range map[string]struct {
			asked AccessesAsked
			limit int
			want  string
		}{
			"all":       {AccessesAsked{}, 10, "54321"},
			"page":      {AccessesAsked{Before: 4}, 2, "32"},
			"who":       {AccessesAsked{Who: "a"}, 10, "431"},
			"person":    {AccessesAsked{Person: iin(2)}, 10, "53"},
			"days":      {AccessesAsked{From: minute(1), Until: minute(3)}, 10, "32"},
			"together":  {AccessesAsked{Person: iin(1), Who: "b", Before: 3}, 10, "2"},
			"of nobody": {AccessesAsked{Who: "c"}, 10, ""},
		} {
			page, err := s.AccessPage(t.Context(), c.asked, c.limit)
			must(t, err)
			got := ""
			for _, a := range page {
				got += string(rune('0' + a.ID))
			}
			if got != c.want {
				t.Errorf("%s: %s, want %s", what, got, c.want)
			}
		}
	})
}

// TestAuditPage: entries with what they are about; the head is the one that
// walking gives.
func TestAuditPage(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		run, err := s.BeginRun(t.Context(), osms.Run{Job: osms.JobRelease, Trigger: "console", Who: "boss", Started: minute(0)})
		must(t, err)
		decide(t, s, 1, func(tx *Tx) error {
			return tx.PutImport(Import{Sequence: 1, SHA256: strings.Repeat("a", 64), Kind: osms.KindRoster, Region: 63, Name: "63.csv", Received: minute(1), Committed: minute(1), Run: run.ID, Digest: "d"})
		})
		_, err = s.PutAccount(t.Context(), osms.Account{Login: "new", Role: osms.RoleAkimat, Region: 10, Password: "x"}, AccountAdded, "boss", minute(2))
		must(t, err)
		for range 2 {
			must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
				_, err := tx.PutAccess(osms.Access{At: minute(3), Who: "boss", What: "person", Person: iin(1)})
				return err
			}))
		}
		page, err := s.AuditPage(t.Context(), 0, 10)
		must(t, err)
		if len(page) != 4 || page[0].Number != 4 || page[0].Nth != 2 || page[1].Nth != 1 || page[0].Who != "boss" {
			t.Fatalf("%+v", page)
		}
		if a := page[2]; a.What != AuditAccount || a.Account != "new" || a.Did != AccountAdded || a.Who != "boss" || a.Region != 10 {
			t.Errorf("%+v", a)
		}
		if i := page[3]; i.Import != 1 || i.File != "63.csv" || i.Region != 63 || i.Run != run.ID || i.RunWho != "boss" || i.Trigger != "console" {
			t.Errorf("%+v", i)
		}
		older, err := s.AuditPage(t.Context(), 4, 1)
		must(t, err)
		if len(older) != 1 || older[0].Number != 3 || older[0].Nth != 1 {
			t.Errorf("%+v", older)
		}
		_, walked, err := s.WalkAudit(t.Context(), func(n int64, fault string) { t.Error(n, fault) })
		must(t, err)
		number, head, at, err := s.ChainEnd(t.Context())
		must(t, err)
		if number != 4 || head != walked || !at.Equal(minute(3)) {
			t.Errorf("head %d %s %s; walked %s", number, head, at, walked)
		}
	})
}
