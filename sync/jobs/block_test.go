package jobs

import (
	"context"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

func (o *office) block(person osms.IIN, lift bool) error {
	o.t.Helper()
	_, err := o.runner.Run(o.t.Context(), osms.Run{Job: osms.JobBlock, Trigger: "command"}, func(ctx context.Context, t Turn) (string, error) {
		_, err := o.desk.Block(ctx, t, person, lift, "№ 12 өтініш")
		return "", err
	})
	return err
}

// exported lists the frozen list as it is handed out: number and surname.
func (o *office) exported(month osms.Month) (out []string) {
	o.t.Helper()
	o.run(func(ctx context.Context, turn Turn) error {
		list, err := o.desk.FrozenList(ctx, turn, month, 0)
		if err != nil {
			return err
		}
		return o.desk.EachFrozen(ctx, list, func(p osms.FrozenPerson) error {
			out = append(out, p.Person.Digits()+" "+p.Name.Surname)
			return nil
		})
	})
	return out
}

// TestBlock: who is blocked is shown to nobody and counted all the same; rosters
// go on, and what they change is told after the lifting, once.
func TestBlock(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		bin := school(t, 1)
		o.list(map[osms.BIN]osms.Region{bin: 63})
		one, two, three := learner{iin: child(t, 1), bin: bin}, learner{iin: child(t, 2), bin: bin}, learner{iin: child(t, 3), bin: bin}
		o.take(63, "63-full-2026-10-01.csv", rosterOf(one, two)...)
		if done, err := o.letters(); err != nil || done.Letters != 2 {
			t.Fatalf("%+v, %v", done, err)
		}
		wantErr(t, o.block(one.iin, true), ErrNotBlocked)
		for _, person := range []osms.IIN{one.iin, three.iin} { // one nobody has heard of yet
			if err := o.block(person, false); err != nil {
				t.Fatal(err)
			}
		}
		wantErr(t, o.block(one.iin, false), ErrBlockedAlready)
		_, err := o.desk.Person(t.Context(), one.iin, 0, 0)
		wantErr(t, err, ErrBlocked)
		_, err = o.desk.Statement(t.Context(), one.iin, 202610, 202610, o.now)
		wantErr(t, err, ErrBlocked)
		if p, err := o.desk.Person(t.Context(), two.iin, 0, 0); err != nil || p.Name.Surname == "" {
			t.Errorf("%+v, %v", p, err)
		}
		o.verified()
		// One leaves, two leaves, three comes: only two is told of.
		o.at("2026-11-05T09:00:00+05:00")
		o.take(63, "63-full-2026-11-01.csv", rosterOf(three, learner{iin: child(t, 4), bin: bin})...)
		o.assessed(202610, "")
		if done, err := o.letters(); err != nil || done.Letters != 2 || done.Blocked != 2 {
			t.Errorf("%+v, %v", done, err)
		}
		if got := o.exported(202610); len(got) != 2 || got[0] != one.iin.Digits()+" " || !strings.Contains(got[1], "ТЕГІ") {
			t.Errorf("%q", got)
		}
		filled, _, err := o.desk.Template(t.Context(), TemplateRequest{Region: 63, BIN: bin, Mode: osms.Full, AsAt: 20261101, Filled: true})
		if err != nil || len(filled.Rows) != 2 {
			t.Fatalf("%+v, %v", filled.Rows, err)
		}
		for _, row := range filled.Rows {
			if blank := row == (osms.Row{Person: row.Person, BIN: bin}); blank != (row.Person == three.iin) {
				t.Errorf("%+v", row)
			}
		}
		// Meanwhile more letters, of others.
		o.take(63, "63-delta-2026-11-04.csv", rosterOf(learner{iin: child(t, 5), bin: bin})...)
		if done, err := o.letters(); err != nil || done.Letters != 1 {
			t.Errorf("%+v, %v", done, err)
		}
		for _, person := range []osms.IIN{one.iin, three.iin} {
			if err := o.block(person, true); err != nil {
				t.Fatal(err)
			}
		}
		if p, err := o.desk.Person(t.Context(), one.iin, 0, 0); err != nil || len(p.Letters) != 1 {
			t.Errorf("%+v, %v", p, err)
		}
		if done, err := o.letters(); err != nil || done.Letters != 2 || done.Blocked != 0 {
			t.Errorf("after the lifting: %+v, %v", done, err)
		}
		if done, err := o.letters(); err != nil || done.Letters != 0 {
			t.Errorf("told twice: %+v, %v", done, err)
		}
		if p, err := o.desk.Person(t.Context(), one.iin, 0, 0); err != nil || len(p.Letters) != 2 || p.Letters[1].Action != osms.Removed {
			t.Errorf("%+v, %v", p.Letters, err)
		}
		if p, err := o.desk.Person(t.Context(), three.iin, 0, 0); err != nil || len(p.Letters) != 1 || p.Letters[0].Action != osms.Entered {
			t.Errorf("%+v, %v", p.Letters, err)
		}
		o.verified()
	})
}

// TestBlockComesAndGoes: a blocking between two letters changes nothing, and one
// who came and went while blocked is not told of at all.
func TestBlockComesAndGoes(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		bin := school(t, 1)
		o.list(map[osms.BIN]osms.Region{bin: 63})
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: bin}, learner{iin: child(t, 2), bin: bin})...)
		for _, lift := range []bool{false, true, false, true} {
			if err := o.block(child(t, 1), lift); err != nil {
				t.Fatal(err)
			}
		}
		if done, err := o.letters(); err != nil || done.Letters != 2 {
			t.Fatalf("%+v, %v", done, err)
		}
		if err := o.block(child(t, 3), false); err != nil {
			t.Fatal(err)
		}
		r := o.take(63, "63-delta-2026-10-02.csv", rosterOf(learner{iin: child(t, 3), bin: bin}, learner{iin: child(t, 4), bin: bin})...)
		if done, err := o.letters(); err != nil || done.Letters != 1 || done.Blocked != 1 {
			t.Errorf("%+v, %v", done, err)
		}
		if u := o.undo(r.Import, UndoOptions{}); !u.Undone || len(u.LettersAnnulled) != 1 {
			t.Errorf("%+v", u)
		}
		if err := o.block(child(t, 3), true); err != nil {
			t.Fatal(err)
		}
		if done, err := o.letters(); err != nil || done.Letters != 0 {
			t.Errorf("%+v, %v", done, err)
		}
		o.verified()
	})
}
