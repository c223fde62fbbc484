package store

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"osmsd/sync/osms"
)

func letter(cause, address string) Mail {
	return Mail{Kind: osms.MailReceipts, Cause: cause, Party: osms.PartyRegion, Region: 63, Address: address, Language: "kk",
		About: json.RawMessage(`{"arrival":17}`), Created: minute(0)}
}

func put(t *testing.T, s *Store, mails ...Mail) {
	t.Helper()
	must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
		for _, m := range mails {
			if err := tx.PutMail(m); err != nil {
				return err
			}
		}
		return nil
	}))
}

// One cause mails an address once, in one transaction or in two.
func TestOutboxOnce(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		put(t, s, letter("17", "a@example.kz"), letter("17", "b@example.kz"), letter("17", "a@example.kz"))
		put(t, s, letter("17", "a@example.kz"), letter("18", "a@example.kz"))
		list, err := s.Outbox(t.Context(), 0)
		must(t, err)
		if len(list) != 3 || list[0].ID != 1 || list[1].Address != "b@example.kz" || list[2].Cause != "18" || list[2].ID != 3 {
			t.Fatalf("%+v", list)
		}
		m := list[0]
		if !m.Waiting() || m.Kind != osms.MailReceipts || m.Party != osms.PartyRegion || m.Region != 63 || m.Language != "kk" || string(m.About) != `{"arrival":17}` ||
			!m.Created.Equal(minute(0)) || !m.NextTry.Equal(minute(0)) || m.Tries != 0 || !m.Sent.IsZero() || !m.GivenUp.IsZero() || m.Fault != "" {
			t.Errorf("%+v", m)
		}
		if last, err := s.Outbox(t.Context(), 1); err != nil || len(last) != 1 || last[0].ID != 3 {
			t.Errorf("%+v, %v", last, err)
		}
	})
}

// A cause that is rolled back leaves no mail.
func TestOutboxRollsBackWithItsCause(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		failed := errors.New("the import failed")
		err := s.Write(t.Context(), Lease{}, func(tx *Tx) error {
			if _, err := tx.PutArrival("63", osms.FileReport{File: "a.csv", SHA256: Digest(nil), Region: 63, Received: minute(0)}); err != nil {
				return err
			}
			if err := tx.PutMail(letter("1", "a@example.kz")); err != nil {
				return err
			}
			return failed
		})
		wantErr(t, err, failed)
		if list, err := s.Outbox(t.Context(), 0); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		put(t, s, letter("1", "a@example.kz"))
		if list, err := s.DueMail(t.Context(), minute(0), 10); err != nil || len(list) != 1 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestOutboxOfOneMail(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		put(t, s, letter("1", "a@example.kz"), letter("2", "a@example.kz"), letter("3", "a@example.kz"))
		due := func(at time.Time, want ...int64) []Mail {
			t.Helper()
			list, err := s.DueMail(ctx, at, 10)
			must(t, err)
			var got []int64
			for _, m := range list {
				got = append(got, m.ID)
			}
			if len(got) != len(want) {
				t.Fatalf("due %v, want %v", got, want)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Errorf("due %v, want %v", got, want)
				}
			}
			return list
		}
		due(minute(-1))
		list := due(minute(0), 1, 2, 3)
		if first, err := s.DueMail(ctx, minute(0), 2); err != nil || len(first) != 2 {
			t.Errorf("%+v, %v", first, err)
		}
		claim := func(m Mail, next int) bool {
			t.Helper()
			ok, err := s.ClaimMail(ctx, m, minute(next))
			must(t, err)
			return ok
		}
		// Of two who saw the same mail one takes it.
		if !claim(list[0], 5) || claim(list[0], 5) {
			t.Error("a mail was claimed by none or by two")
		}
		due(minute(4), 2, 3)
		again := due(minute(5), 2, 3, 1)[2]
		if again.Tries != 1 || !again.NextTry.Equal(minute(5)) {
			t.Errorf("%+v", again)
		}
		must(t, s.MailFailed(ctx, 1, "451 try later", time.Time{}))
		if !claim(again, 15) {
			t.Error("not claimed a second time")
		}
		must(t, s.MailSent(ctx, 1, minute(6)))
		must(t, s.MailFailed(ctx, 1, "too late", minute(7))) // it was sent: nothing happens
		must(t, s.MailFailed(ctx, 2, "550 no such user", minute(7)))
		due(minute(99), 3)
		sent, err := s.MailNumbered(ctx, 1)
		must(t, err)
		if sent.Waiting() || !sent.Sent.Equal(minute(6)) || sent.Tries != 2 || sent.Fault != "" || !sent.GivenUp.IsZero() {
			t.Errorf("%+v", sent)
		}
		if claim(sent, 20) {
			t.Error("a mail that was sent was claimed")
		}
		lost, err := s.MailGivenUp(ctx, minute(7), minute(8))
		must(t, err)
		if len(lost) != 1 || lost[0].ID != 2 || lost[0].Waiting() || lost[0].Fault != "550 no such user" || !lost[0].GivenUp.Equal(minute(7)) {
			t.Errorf("%+v", lost)
		}
		if none, err := s.MailGivenUp(ctx, minute(8), minute(9)); err != nil || len(none) != 0 {
			t.Errorf("%+v, %v", none, err)
		}
		must(t, s.RetryMail(ctx, 2, minute(30)))
		if back := due(minute(30), 3, 2)[1]; back.Tries != 0 || !back.GivenUp.IsZero() {
			t.Errorf("%+v", back)
		}
		wantErr(t, s.RetryMail(ctx, 1, minute(30)), ErrOnce)
		wantErr(t, s.RetryMail(ctx, 9, minute(30)), ErrNotFound)
		_, err = s.MailNumbered(ctx, 9)
		wantErr(t, err, ErrNotFound)
	})
}

// A delivery and a run in the registry go on beside each other: neither takes the
// other's line in the journal for one that was cut off.
func TestInterruptRunsOfOneLease(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for _, job := range []osms.Job{osms.JobDeliver, osms.JobIntake} {
			_, err := s.BeginRun(ctx, osms.Run{Job: job, Trigger: "command", Started: minute(0)})
			must(t, err)
		}
		if n, err := s.CutOff(ctx, osms.JobLetters); err != nil || n != 1 {
			t.Errorf("%d cut off, %v", n, err)
		}
		for _, job := range []osms.Job{osms.JobDeliver, osms.JobLetters} {
			if n, err := s.InterruptRuns(ctx, job, minute(1), "gone"); err != nil || n != 1 {
				t.Errorf("%s: %d interrupted, %v", job, n, err)
			}
			runs, err := s.Runs(ctx, 0)
			must(t, err)
			if job == osms.JobDeliver && (runs[0].State != osms.Interrupted || runs[1].State != osms.Running) {
				t.Errorf("%+v", runs)
			}
		}
	})
}

func TestFailedRuns(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for i, state := range []osms.RunState{osms.Failed, osms.Done, osms.Failed, osms.Failed} {
			r, err := s.BeginRun(ctx, osms.Run{Job: osms.JobLetters, Trigger: "command", Started: minute(i)})
			must(t, err)
			r.State, r.Finished = state, minute(i)
			must(t, s.EndRun(ctx, r))
		}
		list, err := s.FailedRuns(ctx, minute(0), minute(3))
		must(t, err)
		if len(list) != 2 || list[0].ID != 1 || list[1].ID != 3 {
			t.Errorf("%+v", list)
		}
		must(t, s.Write(ctx, Lease{}, func(tx *Tx) error { return tx.PutDue("digest", minute(5)) }))
		if due, err := s.Due(ctx, "digest"); err != nil || !due.Equal(minute(5)) {
			t.Errorf("%s, %v", due, err)
		}
	})
}
