package store

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"osmsd/sync/osms"
)

func aList(n int, month osms.Month, persons int) osms.Document {
	return osms.Document{Kind: osms.DocumentList, Format: "mt102", Identity: fmt.Sprint("list ", n), Digest: "d", Place: osms.Place{Row: int32(n)},
		Reference: fmt.Sprint("R", n), Number: "17", Dated: 20261003, Booked: 20261005, Payer: "Төлеуші", PayerID: "070952133429", Payee: "Қор",
		PayeeID: "160940025485", KNP: "122", Purpose: "за октябрь", Month: month, Region: 63, Persons: persons, Amount: 600 * osms.Tiyn(persons), First: month, Last: month}
}

func aMovement(n int, month osms.Month) osms.Document {
	return osms.Document{Kind: osms.DocumentMovement, Format: "1c", Identity: fmt.Sprint("movement ", n), Account: "KZ33", Reference: fmt.Sprint("R", n),
		Number: fmt.Sprint("N", n), Booked: 20261005, Month: month, Amount: -600, Returned: true, Reverses: "R1"}
}

// bring is an import of documents with their postings.
func bring(t *testing.T, s *Store, sha string, documents ...osms.Document) (ids []int64, sequence int64) {
	t.Helper()
	must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
		i := anImport(sha)
		i.Kind = osms.KindPayments
		if err := tx.PutImport(i); err != nil {
			return err
		}
		known, err := tx.BelievedDocuments(identitiesOf(documents))
		if err != nil {
			return err
		}
		var fresh []osms.Document
		for _, d := range documents {
			if was, ok := known[d.Identity]; ok {
				ids = append(ids, was.ID)
			} else {
				fresh = append(fresh, d)
			}
		}
		put, err := tx.PutDocuments(fresh)
		if err != nil {
			return err
		}
		if err := tx.BringDocuments(append(ids, put...)); err != nil {
			return err
		}
		ids = append(ids, put...)
		if err := tx.PutPostings(func(add func(int64, *osms.Posting) error) error {
			for n, d := range fresh {
				for p := range d.Persons {
					posting := osms.Posting{Place: osms.Place{Sheet: 1, Row: int32(p + 5)}, Number: int32(p + 1), Person: osms.IIN(100 + p), Name: "Ә Б", Birth: 20100101,
						Month: d.First, Region: 10, Amount: 600, KNP: "121", Given: "x", Returned: p == 0, Reverses: "r"}
					if err := add(put[n], &posting); err != nil {
						return err
					}
				}
			}
			return nil
		}); err != nil {
			return err
		}
		sequence, err = tx.Sequence()
		if err != nil {
			return err
		}
		return tx.Audit(minute(2), "import", i.Digest)
	}))
	return ids, sequence
}

func identitiesOf(documents []osms.Document) (out []string) {
	for _, d := range documents {
		out = append(out, d.Identity)
	}
	return out
}

func TestDocuments(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		october, september := aList(1, 202610, 3), aList(2, 202609, 2)
		september.Booked = 20260105 // far from both
		ids, first := bring(t, s, "aa", october, september, aMovement(1, 0))
		again, second := bring(t, s, "bb", october)
		if again[0] != ids[0] {
			t.Fatalf("the document %d is there again as %d", ids[0], again[0])
		}
		believed := func(month osms.Month, sequence int64) (out []string) {
			all, err := s.Documents(t.Context(), month, sequence, []string{"121"})
			must(t, err)
			for _, d := range all {
				out = append(out, fmt.Sprint(d.Identity, " by ", d.Import))
			}
			return out
		}
		want := func(what string, got []string, want ...string) {
			t.Helper()
			if !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
		}
		want("October", believed(202610, second), "list 1 by 1", "movement 1 by 1")
		want("September", believed(202609, second), "list 1 by 1", "list 2 by 1", "movement 1 by 1") // booked near to it: a movement without a month, and a list
		want("another year", believed(202509, second))
		want("before", believed(202610, first-1))

		all, err := s.Documents(t.Context(), 202610, second, nil)
		must(t, err)
		if all[0].Document != october || all[1].Document != aMovement(1, 0) {
			t.Errorf("stored %+v", all)
		}
		// Taken back by one of the two that bring it, it stays; by both, it goes, and
		// what was known stays known.
		closeOf := func(sequence int64) (gone int) {
			must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) (err error) {
				if gone, err = tx.CloseDocuments(sequence); err != nil {
					return err
				}
				return tx.Audit(minute(3), "undo", "x")
			}))
			return gone
		}
		if gone := closeOf(first); gone != 2 {
			t.Errorf("%d documents went, want the two that nothing else brings", gone)
		}
		want("October after the undo", believed(202610, second+1), "list 1 by 2")
		want("October as it was known", believed(202610, second), "list 1 by 1", "movement 1 by 1")
		if gone := closeOf(second); gone != 1 {
			t.Errorf("%d documents went, want one", gone)
		}
		want("October after both", believed(202610, second+2))

		// The postings of all months of a person, and all of a month.
		var months []osms.Month
		must(t, s.PostingsFor(t.Context(), []osms.IIN{101, 99}, func(_ int64, p *osms.Posting) error {
			months = append(months, p.Month)
			return nil
		}))
		if !slices.Equal(months, []osms.Month{202609, 202610}) {
			t.Errorf("months %v", months)
		}
		seen := map[int32]osms.Posting{}
		must(t, s.Postings(t.Context(), 202610, func(d int64, p *osms.Posting) error {
			if d != ids[0] {
				t.Errorf("document %d", d)
			}
			seen[p.Number] = *p
			return nil
		}))
		if p := seen[1]; len(seen) != 3 || p != (osms.Posting{Place: osms.Place{Sheet: 1, Row: 5}, Number: 1, Person: 100, Name: "Ә Б", Birth: 20100101,
			Month: 202610, Region: 10, Amount: 600, KNP: "121", Given: "x", Returned: true, Reverses: "r"}) {
			t.Errorf("postings %+v", seen)
		}
		var numbers []int32
		must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
			documents, until, err := tx.DocumentsOf(first)
			if err != nil || len(documents) != 3 || until[0] != second+1 {
				t.Errorf("%d documents until %v, %v", len(documents), until, err)
			}
			return tx.EachPosting(documents[0], func(p *osms.Posting) error {
				numbers = append(numbers, p.Number)
				return nil
			})
		}))
		if !slices.Equal(numbers, []int32{1, 2, 3}) {
			t.Errorf("numbers %v", numbers)
		}
	})
}

func TestDocumentsByReference(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ids, sequence := bring(t, s, "aa", aList(1, 202610, 1), aMovement(1, 202610), aMovement(7, 202601))
		borne, err := s.Bearing(t.Context(), osms.DocumentMovement, []string{"R1", "N7", "R9"}, sequence)
		must(t, err)
		if got := identitiesOf([]osms.Document{borne[0].Document, borne[1].Document}); len(borne) != 2 || !slices.Equal(got, []string{"movement 1", "movement 7"}) {
			t.Errorf("borne by %v", got)
		}
		numbered, err := s.DocumentsNumbered(t.Context(), ids, sequence)
		must(t, err)
		if !slices.Equal(slices.Sorted(maps.Keys(numbered)), slices.Sorted(slices.Values(ids))) {
			t.Errorf("numbered %v, want %v", numbered, ids)
		}
		must(t, s.Write(t.Context(), Lease{}, func(tx *Tx) error {
			other := aList(1, 202610, 2)
			if _, err := tx.Namesake(other); err == nil {
				t.Error("a list is taken for its own namesake")
			}
			other.Identity = "another"
			if found, err := tx.Namesake(other); err != nil || found.ID != ids[0] || found.Import != sequence {
				t.Errorf("namesake %+v, %v", found, err)
			}
			return nil
		}))
	})
}
