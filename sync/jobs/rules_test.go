package jobs

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

func choices(leave, child bool) entitlement.Choices {
	return entitlement.Choices{AcademicLeaveDue: leave, ChildFirst: child}
}

func (o *office) last() int64 {
	o.t.Helper()
	n, err := o.desk.Store.LastSequence(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

// rule puts rules into the configuration and learns them; it tells how many
// decisions that took.
func (o *office) rule(c entitlement.Choices, changes ...entitlement.Change) int64 {
	o.t.Helper()
	before := o.last()
	o.desk.Rules = entitlement.Rules{Choices: c, Changes: changes}
	o.run(o.desk.LearnRules)
	o.verified()
	return o.last() - before
}

// TestLearnRules: a change of rules is a decision that draws the conclusions
// anew, under one sequence; nothing happens where the rules are equal.
func TestLearnRules(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: student(t, 1), bin: a, status: "академический отпуск", enrolled: "01.09.2026"},
			learner{iin: child(t, 2), bin: a, enrolled: "01.09.2026"}, learner{iin: student(t, 3), bin: a, enrolled: "01.09.2026"})...)
		frozen, _, err := o.assess(202610, false, "")
		if err != nil || persons(frozen) != 3 {
			t.Fatalf("%+v, %v", frozen, err)
		}
		then := o.last()
		want := func(what string, months map[osms.Month]int) {
			t.Helper()
			for m, n := range months {
				if got := o.heads(m); got != n {
					t.Errorf("%s: %d due in %s, want %d", what, got, m, n)
				}
			}
		}
		if n := o.rule(choices(true, true)); n != 0 {
			t.Errorf("the same rules took %d decisions", n)
		}
		// A change that changes nothing is no other rule.
		if n := o.rule(choices(true, true), entitlement.Change{Since: 202701, Choices: choices(true, true)}); n != 0 {
			t.Errorf("a change that changes nothing took %d decisions", n)
		}
		o.at("2026-10-20T09:00:00+05:00")
		if n := o.rule(choices(false, true)); n != 1 {
			t.Errorf("a change took %d decisions", n)
		}
		want("no leave", map[osms.Month]int{202609: 2, 202610: 2, 202612: 2})
		if heads, err := o.desk.Store.Heads(t.Context(), 202610, then); err != nil || len(heads) != 2 || heads[0].Persons+heads[1].Persons != 3 {
			t.Errorf("as known then: %+v, %v", heads, err)
		}
		// What is frozen stays, and the reconciliation proves the difference.
		if again, fresh, err := o.assess(202610, false, ""); err != nil || fresh || persons(again) != 3 || again.Sequence != frozen.Sequence {
			t.Errorf("%+v, %v, %v", again, fresh, err)
		}
		if f, _, err := o.assess(202611, false, ""); err != nil || persons(f) != 2 {
			t.Errorf("%+v, %v", f, err)
		}
		r, err := o.desk.Reconcile(t.Context(), 202610, time.Time{}, o.now)
		if err != nil {
			t.Fatal(err)
		}
		var late []osms.BridgePerson
		for _, region := range r.Lines {
			for _, line := range region.Bridge {
				if line.Kind == osms.BridgeLeftLate {
					late = append(late, line.Behind...)
				} else if line.Amount != 0 || line.Persons != 0 {
					t.Errorf("%+v", line)
				}
			}
		}
		if len(late) != 1 || late[0].Person != student(t, 1) || late[0].File != rulesFile {
			t.Errorf("left late: %+v", late)
		}

		o.at("2026-11-20T09:00:00+05:00")
		if n := o.rule(choices(true, true)); n != 1 {
			t.Errorf("back took %d decisions", n)
		}
		want("back", map[osms.Month]int{202609: 3, 202610: 3, 202612: 3})
		o.rule(choices(true, true), entitlement.Change{Since: 202701, Choices: choices(false, true)}, entitlement.Change{Since: 202707, Choices: choices(true, true)})
		want("dated", map[osms.Month]int{202610: 3, 202612: 3, 202701: 2, 202706: 2, 202707: 3})
		o.rule(choices(true, true), entitlement.Change{Since: 202702, Choices: choices(false, false)})
		want("dated otherwise", map[osms.Month]int{202610: 3, 202701: 3, 202702: 2, 202707: 2})
		for m, want := range map[osms.Month][]osms.Head{
			202701: {{Region: 63, Category: osms.Child, Persons: 1}, {Region: 63, Category: osms.Learner, Persons: 2}},
			202702: {{Region: 63, Category: osms.Learner, Persons: 2}},
		} {
			if heads, err := o.desk.Store.Heads(t.Context(), m, o.last()); err != nil || !slices.Equal(heads, want) {
				t.Errorf("%s: %+v, %v", m, heads, err)
			}
		}
		// A home read with another configuration is judged by the rules in force.
		o.desk.Rules = entitlement.DefaultRules()
		o.verified()
		// Two claims contend, until the rules say that one of them is none.
		o.at("2026-11-25T09:00:00+05:00")
		o.take(10, "10-delta-2026-11-25.csv", rosterOf(learner{iin: student(t, 1), bin: b, enrolled: "01.11.2026"})...)
		open := func() int {
			t.Helper()
			list, err := o.desk.Overlaps(t.Context(), 202612)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list {
				if c.Number == 0 {
					t.Error("an overlap without a number")
				}
			}
			return len(list)
		}
		before := open()
		o.rule(choices(false, true))
		without := open()
		o.rule(choices(true, true))
		if again := open(); before != 1 || without != 0 || again != 1 {
			t.Errorf("overlaps: %d, %d, %d", before, without, again)
		}
	})
}

// TestImportLearnsRules: an import by other rules than before leaves nothing
// behind that was concluded by the old ones; what only reads decides nothing.
func TestImportLearnsRules(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		o.take(63, "63-delta-2026-10-01.csv", rosterOf(learner{iin: student(t, 1), bin: a, status: "академический отпуск", enrolled: "01.09.2026"})...)
		o.desk.Rules.AcademicLeaveDue = false
		before := o.last()
		lines := rosterOf(learner{iin: student(t, 2), bin: a, enrolled: "01.09.2026"})
		o.check(63, o.write("63-delta-2026-10-02.csv", lines...))
		if _, err := o.desk.Reconcile(t.Context(), 202610, time.Time{}, o.now); err != nil {
			t.Fatal(err)
		}
		if n := o.heads(202610); n != 1 || o.last() != before {
			t.Errorf("%d due after reading, %d decisions", n, o.last()-before)
		}
		o.take(63, "63-delta-2026-10-02.csv", lines...)
		if n := o.heads(202610); n != 1 || o.last() != before+2 {
			t.Errorf("%d due, %d decisions", n, o.last()-before)
		}
		o.verified()
	})
}

// TestConcludeAnewInBatches: no person falls between two batches, and none is
// concluded twice.
func TestConcludeAnewInBatches(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
		var learners []learner
		for n := range 7 {
			learners = append(learners, learner{iin: student(t, n+1), bin: a, status: "академический отпуск", enrolled: "01.09.2026"},
				learner{iin: student(t, n+1), bin: b, status: "академический отпуск", enrolled: "02.09.2026"}, learner{iin: child(t, n+1), bin: b, enrolled: "01.09.2026"})
		}
		o.take(63, "63-delta-2026-10-01.csv", rosterOf(learners...)...)
		if n := o.heads(202610); n != 14 {
			t.Fatalf("%d due", n)
		}
		rules := entitlement.DefaultRules()
		for batch, want := range []int{0, 7, 14, 7, 14, 7, 14, 7, 14} {
			if batch == 0 {
				continue
			}
			rules.AcademicLeaveDue = want == 14
			text, err := encodeRules(rules)
			if err != nil {
				t.Fatal(err)
			}
			err = o.desk.Store.Write(t.Context(), store.Lease{}, func(tx *store.Tx) error {
				if err := tx.PutRules(text); err != nil {
					return err
				}
				if err := concludeAnew(tx, rules, batch%3 > 0, batch); err != nil {
					return err
				}
				return tx.Audit(o.now, "rules", store.Digest([]byte(text)))
			})
			if err != nil {
				t.Fatal(err)
			}
			if n := o.heads(202610); n != want {
				t.Errorf("in batches of %d: %d due, want %d", batch, n, want)
			}
			o.verified()
		}
	})
}

// TestStoredRules: equal rules have one spelling, and it reads back.
func TestStoredRules(t *testing.T) {
	change := func(m osms.Month, c entitlement.Choices) entitlement.Change {
		return entitlement.Change{Since: m, Choices: c}
	}
	for _, c := range []struct {
		rules entitlement.Rules
		want  string
	}{
		{entitlement.DefaultRules(), `{"academic_leave_due":true,"category1_first":true}`},
		{entitlement.Rules{Changes: []entitlement.Change{change(202701, choices(false, false)), change(202702, choices(true, false)), change(202703, choices(true, false))}},
			`{"academic_leave_due":false,"category1_first":false,"changes":[{"since":202702,"academic_leave_due":true,"category1_first":false}]}`},
	} {
		text, err := encodeRules(c.rules)
		if err != nil || text != c.want || !json.Valid([]byte(text)) {
			t.Errorf("%s, %v; want %s", text, err, c.want)
		}
		back, err := decodeRules(text)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := encodeRules(back); err != nil || again != text {
			t.Errorf("%s, %v; want %s", again, err, text)
		}
		for m := osms.Month(202612); m < 202705; m = m.Add(1) {
			if back.At(m) != c.rules.At(m) {
				t.Errorf("%s: %+v, want %+v", m, back.At(m), c.rules.At(m))
			}
		}
	}
	if _, err := decodeRules("{"); err == nil {
		t.Error("broken rules were read")
	}
}
