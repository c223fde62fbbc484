package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func (o *office) assess(m osms.Month, refreeze bool, reason string) (f store.Freeze, fresh bool, err error) {
	o.t.Helper()
	o.run(func(ctx context.Context, t Turn) error {
		f, fresh, err = o.desk.Assess(ctx, t, m, refreeze, reason)
		return nil
	})
	return f, fresh, err
}

func persons(f store.Freeze) (n int) {
	for _, l := range f.Lines {
		n += l.Persons
	}
	return n
}

// TestAssess: a month is frozen once; later facts change nothing in it; a new
// version needs a reason, and the old one stays.
func TestAssess(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a}, learner{iin: student(t, 1), bin: a})...)
		first, fresh, err := o.assess(202610, false, "")
		if err != nil || !fresh || persons(first) != 2 || first.Version != 1 || len(first.Lines) != 2 {
			t.Fatalf("%+v, %v, %v", first, fresh, err)
		}
		for _, l := range first.Lines {
			if l.Persons != 1 || l.Amount != 170_000 || l.Region != 63 {
				t.Errorf("%+v", l)
			}
		}
		o.at("2026-10-05T09:00:00+05:00")
		o.take(63, "63-delta-2026-10-05.csv", rosterOf(learner{iin: child(t, 2), bin: a, enrolled: "01.10.2026"})...)
		again, fresh, err := o.assess(202610, false, "")
		if err != nil || fresh || persons(again) != 2 || again.Sequence != first.Sequence || !again.Frozen.Equal(first.Frozen) {
			t.Errorf("%+v, %v, %v", again, fresh, err)
		}
		for _, reason := range []string{"", "  \t"} {
			_, _, err = o.assess(202610, true, reason)
			wantErr(t, err, ErrReason)
		}
		second, fresh, err := o.assess(202610, true, "қате файл")
		if err != nil || !fresh || persons(second) != 3 || second.Version != 2 || second.Reason != "қате файл" {
			t.Errorf("%+v, %v, %v", second, fresh, err)
		}
		stays, err := o.desk.Store.Frozen(ctx, 202610, 1)
		if err != nil || !slices.Equal(stays.Lines, first.Lines) || stays.Sequence != first.Sequence {
			t.Errorf("%+v, %v", stays, err)
		}
		if now, err := o.desk.Store.Frozen(ctx, 202610, 0); err != nil || now.Version != 2 {
			t.Errorf("%+v, %v", now, err)
		}
		o.verified()
		_, _, err = o.assess(203001, false, "")
		if err == nil {
			t.Error("a month without a rate was frozen")
		}
	})
}

// TestLearnRates: configured rates are learnt once, a changed one is believed
// from then on, and what was frozen keeps its own.
func TestLearnRates(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		sequence := func() int64 {
			n, err := o.desk.Store.LastSequence(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		for range 2 {
			o.run(o.desk.LearnRates)
			if n := sequence(); n != 1 {
				t.Errorf("sequence %d: the same rates were learnt again", n)
			}
		}
		first, _, err := o.assess(202610, false, "")
		if err != nil {
			t.Fatal(err)
		}
		o.desk.Rates = []osms.StateRate{{Year: 2026, Percent: osms.Rate(2000), Base: 9_000_000}, {Year: 2027, Percent: osms.Rate(2100), Base: 9_100_000}}
		o.run(o.desk.LearnRates)
		last := sequence()
		for at, want := range map[int64]osms.Tiyn{1: 8_500_000, 2: 8_500_000, last: 9_000_000} {
			rates, err := o.desk.Store.Rates(ctx, at)
			if err != nil || rates[0].Base != want {
				t.Errorf("at %d: %+v, %v", at, rates, err)
			}
		}
		if again, _, err := o.assess(202610, false, ""); err != nil || again.Rate != first.Rate {
			t.Errorf("%+v, %v", again.Rate, err)
		}
		if f, _, err := o.assess(202611, false, ""); err != nil || f.Rate.Base != 9_000_000 {
			t.Errorf("%+v, %v", f, err)
		}
		// Put back to the old figure: that is a decision too.
		o.desk.Rates = o.desk.Rates[:1]
		o.desk.Rates[0].Base = 8_500_000
		o.run(o.desk.LearnRates)
		if rates, err := o.desk.Store.Rates(ctx, sequence()); err != nil || rates[0].Base != 8_500_000 || len(rates) != 2 {
			t.Errorf("%+v, %v", rates, err)
		}
	})
}

// TestReconcileAsOf: a reconciliation as of a moment that is past is the same to
// the byte whatever comes after.
func TestReconcileAsOf(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a}, learner{iin: child(t, 2), bin: a})...)
		if _, _, err := o.assess(202610, false, ""); err != nil {
			t.Fatal(err)
		}
		o.at("2026-10-10T10:00:00+05:00")
		o.take(0, "ledger.csv", "Месяц;Регион;Количество;Сумма", "2026-10;63;3;5100,00")
		o.take(63, "63-delta-2026-10-10.csv", rosterOf(learner{iin: child(t, 3), bin: a, enrolled: "05.10.2026"})...)
		moment := o.now.Add(time.Minute)
		o.at("2026-10-11T10:00:00+05:00")
		reconcile := func(asOf time.Time) string {
			r, err := o.desk.Reconcile(t.Context(), 202610, asOf, o.now)
			if err != nil {
				t.Fatal(err)
			}
			sum := r.Total.Unexplained
			for _, line := range r.Total.Bridge {
				sum += line.Amount
			}
			if sum != r.Total.Difference || r.Total.Difference != r.Total.Ledger-r.Total.Due {
				t.Errorf("the bridge does not add up: %+v", r.Total)
			}
			text, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		then := reconcile(moment)
		now := reconcile(time.Time{})
		// Everything that can come later comes.
		o.at("2026-10-20T10:00:00+05:00")
		o.take(63, "63-full-2026-10-15.csv", rosterOf(learner{iin: child(t, 1), bin: a, surname: "ЖАҢА", given: "АТЫҮ"})...)
		o.take(10, "10-delta-2026-10-16.csv", rosterOf(learner{iin: child(t, 2), bin: b, enrolled: "16.10.2026"})...)
		o.take(0, "ledger2.csv", "Месяц;Регион;Количество;Сумма", "2026-10;10;1;1700")
		o.desk.Rates = []osms.StateRate{{Year: 2026, Percent: osms.Rate(2000), Base: 9_000_000}}
		if _, _, err := o.assess(202610, true, "себеп"); err != nil {
			t.Fatal(err)
		}
		if again := reconcile(moment); again != then {
			t.Errorf("as of %s:\n%s\nnow\n%s", moment, then, again)
		}
		if again := reconcile(time.Time{}); again == now {
			t.Error("nothing changed by all that came")
		}
	})
}

// TestExport: the frozen list person by person, with who joined and left since
// the last one that was handed out; its digest depends on nothing else.
func TestExport(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a}, learner{iin: child(t, 2), bin: a})...)
		o.take(10, "10-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 3), bin: b})...)
		if _, err := o.desk.FrozenList(ctx, Turn{Now: o.now}, 202610, 0); err == nil {
			t.Error("a month that was not frozen has a list")
		}
		if _, _, err := o.assess(202610, false, ""); err != nil {
			t.Fatal(err)
		}
		list := func(m osms.Month, region osms.Region) (osms.FrozenList, []string) {
			t.Helper()
			l, err := o.desk.FrozenList(ctx, Turn{Now: o.now}, m, region)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			err = o.desk.EachFrozen(ctx, l, func(p osms.FrozenPerson) error {
				lines = append(lines, fmt.Sprintf("%s %s %s", p.Person.Digits(), p.Change, p.Amount))
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return l, lines
		}
		first, lines := list(202610, 0)
		if first.Persons != 3 || first.Amount != 510_000 || first.Joined+first.Left != 0 || len(lines) != 3 {
			t.Errorf("%+v %v", first, lines)
		}
		o.run(func(ctx context.Context, turn Turn) error { return o.desk.RegisterExport(ctx, turn, first) })
		if again, _ := list(202610, 0); again.Digest != first.Digest || again.Joined+again.Left != 0 {
			t.Errorf("again: %+v", again)
		}
		o.at("2026-11-02T09:00:00+05:00")
		o.take(63, "63-full-2026-11-01.csv", rosterOf(learner{iin: child(t, 2), bin: a}, learner{iin: child(t, 4), bin: a})...)
		if _, _, err := o.assess(202611, false, ""); err != nil {
			t.Fatal(err)
		}
		second, lines := list(202611, 0)
		var changes []string
		for _, l := range lines {
			changes = append(changes, l[13:])
		}
		slices.Sort(changes)
		want := []string{" 1700.00", " 1700.00", "joined 1700.00", "left 0.00"}
		if second.Persons != 3 || second.Joined != 1 || second.Left != 1 || !slices.Equal(changes, want) || !slices.IsSorted(lines) {
			t.Errorf("%+v\n%q", second, lines)
		}
		// A region that was never handed out compares with nothing.
		region, lines := list(202611, 63)
		if region.Persons != 2 || region.Joined+region.Left != 0 || len(lines) != 2 {
			t.Errorf("%+v %v", region, lines)
		}
		// Facts that come later do not touch what is frozen.
		o.take(63, "63-full-2026-11-02.csv", rosterOf(learner{iin: child(t, 2), bin: a})...)
		if again, _ := list(202611, 0); again.Digest != second.Digest {
			t.Errorf("again: %+v", again)
		}
	})
}
