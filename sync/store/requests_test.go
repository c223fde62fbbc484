package store

import (
	"fmt"
	"testing"

	"osmsd/sync/osms"
)

// TestLatestAnswers: the newest first, each with who was given it at first, and
// not with who looked at it since.
func TestLatestAnswers(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for i := range 3 {
			number := fmt.Sprint("С-2026-000000", i+1)
			log := osms.Access{At: minute(i), Who: fmt.Sprint("user", i), What: "statement", Person: iin(i), Ground: "consent: eds", Number: number}
			must(t, s.Write(ctx, Lease{}, func(tx *Tx) error {
				_, err := tx.PutAnswer(Request{Request: osms.Request{Person: iin(i), Received: minute(i)}, Answered: minute(i), Number: number}, log)
				return err
			}))
			log.Who, log.Ground = "later", "again"
			must(t, s.Write(ctx, Lease{}, func(tx *Tx) error { _, err := tx.PutAccess(log); return err }))
		}
		must(t, s.Write(ctx, Lease{}, func(tx *Tx) error {
			_, err := tx.PutAnswer(Request{Request: osms.Request{Received: minute(5)}, Answered: minute(5), Number: "О-2026-0000001", Ground: 1}, osms.Access{At: minute(5), Who: "user9", What: "refusal", Number: "О-2026-0000001"})
			return err
		}))
		got, err := s.LatestAnswers(ctx, 3)
		must(t, err)
		if len(got) != 3 || got[0].Ground != 1 || got[0].Who != "" || got[1].Who != "user2" || got[1].By != "consent: eds" || got[2].Who != "user1" {
			t.Errorf("got %+v", got)
		}
	})
}
