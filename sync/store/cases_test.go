package store

import (
	"slices"
	"testing"
	"time"

	"osmsd/sync/osms"
)

func someCase(region osms.Region, person int, at time.Time) CaseFile {
	return CaseFile{Number: osms.CaseNumber{Region: region, Year: 2026}, Person: iin(person), BIN: schoolA, Incoming: "17/а", Received: at, Counted: 20261001,
		Deadline: at.Add(24 * time.Hour), Days: 1, Origin: osms.FromList, Import: 3, Rules: "v1", Content: []byte(`{"x":1}`),
		Steps: []CaseStep{{StepDone: osms.StepDone{Step: osms.StepAccept, By: "кеңсе", At: at}}}}
}

// TestCases: cases are numbered by region and year without gaps, a step is added
// once, and what a decision did is read back to the same digest.
func TestCases(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		var opened []CaseFile
		var digests []string
		casework := func(do func(*Tx) (Casework, error)) int64 {
			t.Helper()
			var sequence int64
			must(t, s.Write(ctx, Lease{}, func(tx *Tx) error {
				w, err := do(tx)
				if err != nil {
					return err
				}
				sequence, err = tx.Sequence()
				digests = append(digests, w.Digest())
				if err != nil {
					return err
				}
				return tx.Audit(minute(9), AuditCasework, w.Digest())
			}))
			return sequence
		}
		first := casework(func(tx *Tx) (w Casework, err error) {
			lacking := someCase(63, 2, minute(1))
			lacking.Closed = minute(2)
			lacking.Steps[0].Lacks, lacking.Steps[0].Outcome = []osms.Lack{osms.LacksForm, osms.ExpiredIdentity}, osms.CaseNotAccepted
			opened, err = tx.OpenCases([]CaseFile{someCase(63, 1, minute(0)), lacking, someCase(10, 3, minute(3))})
			for _, c := range opened {
				w.Opened, w.Steps = append(w.Opened, c), append(w.Steps, c.Steps...)
			}
			opened = slices.Clone(opened)
			w.InOrder()
			return w, err
		})
		if opened[0].Number.String() != "63-2026-З-000001" || opened[1].Number.Serial != 2 || opened[2].Number.Serial != 1 {
			t.Errorf("%v %v %v", opened[0].Number, opened[1].Number, opened[2].Number)
		}
		number := opened[0].Number
		second := casework(func(tx *Tx) (w Casework, err error) {
			l := OfficeLetter{RegisteredLetter: RegisteredLetter{Region: 63, Year: 2026, BIN: schoolA, Person: iin(1), Dated: 20261002, Kind: osms.LetterRefusal, Matter: number.String()},
				Content: []byte("{}")}
			if l.Number, err = tx.Reserve(63, 2026); err != nil {
				return w, err
			}
			if l, err = tx.PutOfficeLetter(l); err != nil {
				return w, err
			}
			step, err := tx.AddStep(number, 1, CaseStep{StepDone: osms.StepDone{Step: osms.StepIssue, By: "кеңсе", At: minute(8), Note: "қолма-қол"},
				Outcome: osms.CaseRefused, Ground: 2, Reason: osms.ReasonNotFullTime, Answer: osms.LeftThere, LeftOn: 20260930, Letter: l.Outgoing(), Updated: 7}, minute(8))
			return Casework{Steps: []CaseStep{step}, Letters: []OfficeLetter{l}}, err
		})
		must(t, s.Look(ctx, func(tx *Tx) error {
			sequences, err := tx.CaseworkSequences()
			must(t, err)
			if len(sequences) != 2 || sequences[0] != first || sequences[1] != second {
				t.Errorf("%v", sequences)
			}
			for i, n := range sequences {
				w, err := tx.CaseworkOf(n)
				must(t, err)
				if w.Digest() != digests[i] {
					t.Errorf("decision %d reads back as another: %+v", n, w)
				}
			}
			strays, err := tx.Strays()
			must(t, err)
			delete(strays, "imports came by no arrival")
			if len(strays) != 0 {
				t.Errorf("%v", strays)
			}
			return nil
		}))
		// A step on a closed case, or beside another's, is not added.
		for _, done := range []int{0, 1, 2} {
			err := s.Write(ctx, Lease{}, func(tx *Tx) error {
				_, err := tx.AddStep(number, done, CaseStep{StepDone: osms.StepDone{Step: osms.StepSign, At: minute(9)}}, time.Time{})
				return err
			})
			wantErr(t, err, ErrOnce)
		}
		err := s.Write(ctx, Lease{}, func(tx *Tx) error {
			_, err := tx.AddStep(opened[2].Number, 0, CaseStep{StepDone: osms.StepDone{Step: osms.StepResolve, At: minute(9)}}, time.Time{})
			return err
		})
		wantErr(t, err, ErrOnce)

		count := func(f CaseFilter, want int) {
			t.Helper()
			found, err := s.Cases(ctx, f)
			must(t, err)
			if len(found) != want {
				t.Errorf("%+v: %d cases, want %d", f, len(found), want)
			}
		}
		count(CaseFilter{}, 3)
		count(CaseFilter{Open: true}, 1)
		count(CaseFilter{Region: 63}, 2)
		count(CaseFilter{Person: iin(3)}, 1)
		count(CaseFilter{Import: 3, Incoming: "17/а"}, 3)
		count(CaseFilter{Import: 4}, 0)
		count(CaseFilter{From: minute(1), To: minute(3)}, 1)
		found, err := s.Cases(ctx, CaseFilter{Number: number})
		must(t, err)
		if len(found) != 1 || len(found[0].Steps) != 2 || found[0].Steps[1].Letter != "63-2026-000001" || !found[0].Closed.Equal(minute(8)) {
			t.Errorf("%+v", found)
		}
		unwritten, err := s.UnwrittenOfficeLetters(ctx, RegisteredLetter{}, 10)
		must(t, err)
		if len(unwritten) != 1 || unwritten[0].Matter != number.String() {
			t.Fatalf("%+v", unwritten)
		}
		must(t, s.MarkOfficeLettersWritten(ctx, []RegisteredLetter{unwritten[0].RegisteredLetter}))
		if unwritten, err = s.UnwrittenOfficeLetters(ctx, RegisteredLetter{}, 10); err != nil || len(unwritten) != 0 {
			t.Errorf("%v %v", unwritten, err)
		}

		// Annulled once, by number, with its reason.
		annul := func() error {
			return s.Write(ctx, Lease{}, func(tx *Tx) error {
				_, err := tx.AnnulLetter(Annulment{Region: 63, Year: 2026, Number: 1, Reason: "опечатка", Committed: minute(10)})
				return err
			})
		}
		must(t, annul())
		wantErr(t, annul(), ErrOnce)
		var register []RegisteredLetter
		must(t, s.Register(ctx, LetterFilter{Region: 63, Kind: osms.LetterRefusal, From: 20261002, To: 20261002}, func(l RegisteredLetter, _ []byte) error {
			register = append(register, l)
			return nil
		}))
		if len(register) != 1 || register[0].Annulled == 0 {
			t.Errorf("%+v", register)
		}
	})
}

// TestTexts: a wording that an operator gave is kept, and the last one is found.
func TestTexts(t *testing.T) {
	eachDB(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		_, err := s.Texts(ctx, "")
		wantErr(t, err, ErrNotFound)
		must(t, s.PutTexts(ctx, "aa", []byte("one"), minute(1)))
		must(t, s.PutTexts(ctx, "bb", []byte("two"), minute(2)))
		must(t, s.PutTexts(ctx, "aa", []byte("one"), minute(3)))
		for digest, want := range map[string]string{"": "one", "aa": "one", "bb": "two"} {
			got, err := s.Texts(ctx, digest)
			must(t, err)
			if string(got) != want {
				t.Errorf("%q: %s", digest, got)
			}
		}
	})
}
