package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// TestNoNumberInErrors breaks what the database can break with a marked
// personal number in it, and looks for the number in everything an error says.
func TestNoNumberInErrors(t *testing.T) {
	const marked = osms.IIN(990101399991)
	digits := marked.Digits()
	eachDB(t, func(t *testing.T, s *Store) {
		decide(t, s, 0, func(tx *Tx) error {
			return tx.OpenFacts([]osms.Fact{fact(marked, schoolA, 20260101, osms.Forever)}, prints(1))
		})
		writes := map[string]func(*Tx) error{
			"the same fact twice, in bulk": func(tx *Tx) error {
				return tx.OpenFacts([]osms.Fact{fact(marked, schoolA, 20260101, osms.Forever)}, prints(1))
			},
			"the same fact twice, one by one": func(tx *Tx) error {
				_, err := tx.exec(`INSERT INTO enrolment SELECT * FROM enrolment WHERE person = $1`, marked)
				return err
			},
		}
		if s.Database() == "postgres" { // SQLite would store any of these
			writes["too large for its column"] = func(tx *Tx) error {
				_, err := tx.exec("UPDATE enrolment SET birth = $1", int64(marked))
				return err
			}
			writes["too large, in bulk"] = func(tx *Tx) error {
				return tx.load("closing", []string{"person", "bin", "from_day"}, func(add func(...any) error) error {
					return add(int64(1), int64(2), int64(marked))
				})
			}
			writes["no number at all"] = func(tx *Tx) error {
				_, err := tx.exec("UPDATE enrolment SET birth = $1", "x"+digits)
				return err
			}
			writes["text where a number belongs, in bulk"] = func(tx *Tx) error {
				return tx.load("closing", []string{"person", "bin", "from_day"}, func(add func(...any) error) error {
					return add("ИИН "+digits, int64(2), int64(3))
				})
			}
			writes["no sign of the alphabet"] = func(tx *Tx) error {
				_, err := tx.exec("UPDATE enrolment SET surname = $1", digits+"\x00")
				return err
			}
			writes["a cast"] = func(tx *Tx) error {
				_, err := tx.exec("UPDATE enrolment SET birth = CAST(surname || CAST(person AS TEXT) AS INTEGER)")
				return err
			}
		}
		for what, do := range writes {
			err := s.Write(t.Context(), Lease{}, func(tx *Tx) error {
				if _, err := tx.exec("CREATE TEMPORARY TABLE IF NOT EXISTS closing (person BIGINT, bin BIGINT, from_day INTEGER)"); err != nil {
					return err
				}
				if err := tx.Audit(minute(1), "import", "d"); err != nil {
					return err
				}
				return do(tx)
			})
			if err == nil {
				t.Errorf("%s: accepted", what)
				continue
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				said := fmt.Sprintf("%v %+v %#v", e, e, e)
				if d, ok := e.(interface{ ErrorWithDetail() string }); ok {
					said += d.ErrorWithDetail()
				}
				if strings.Contains(said, digits) || strings.Contains(said, "990101") || strings.Contains(said, "ҚАСЫМОВ") {
					t.Errorf("%s: %s", what, said)
				}
			}
			if Lost(err) || Retryable(err) {
				t.Errorf("%s: taken for a lost connection or a collision: %v", what, err)
			}
			t.Logf("%s: %v", what, err)
		}
	})
}

// TestConnectionLost: a backend that is shut down in the middle of a decision is
// told as lost, nothing of the decision stands, and the next one goes through.
func TestConnectionLost(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		if s.Database() == "sqlite" {
			t.Skip("there is no connection to lose")
		}
		for what, after := range map[string]bool{"while working": false, "before the commit": true} {
			err := s.Write(t.Context(), Lease{}, func(tx *Tx) error {
				var backend int
				must(t, tx.tx.Get(&backend, "SELECT pg_backend_pid()"))
				must(t, tx.Audit(minute(0), "import", "d"))
				_, err := s.db.Exec("SELECT pg_terminate_backend($1)", backend)
				must(t, err)
				if after {
					return nil
				}
				_, err = tx.FactsOf(schoolA)
				return err
			})
			if !Lost(err) || !errors.Is(err, ErrUnreachable) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %v", what, err)
			}
			t.Log(err)
		}
		if last, err := s.LastSequence(t.Context()); err != nil || last != 0 {
			t.Errorf("sequence %d, %v", last, err)
		}
		decide(t, s, 0, nil)
	})
}

func TestGivingUpIsNotALostConnection(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx, cancel := context.WithCancel(t.Context())
		err := s.Write(ctx, Lease{}, func(tx *Tx) error {
			cancel()
			return tx.Audit(minute(0), "import", "d")
		})
		if err == nil || Lost(err) {
			t.Errorf("got %v", err)
		}
		ctx, cancel = context.WithTimeout(t.Context(), 0)
		defer cancel()
		if _, err = s.LastSequence(ctx); err == nil || Lost(err) {
			t.Errorf("got %v", err)
		}
	})
}
