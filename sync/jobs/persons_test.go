package jobs

import (
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// TestParticipation is a table: what is concluded of a person, the month in
// which somebody asks, and what the statement says.
func TestParticipation(t *testing.T) {
	type period struct {
		category   osms.Category
		from, to   osms.Month
		knownUntil int64
	}
	const end = osms.EndlessMonth
	for _, c := range []struct {
		what    string
		periods []period
		month   osms.Month
		want    osms.Participation
	}{
		{"nothing", nil, 202610, osms.Participation{Status: osms.NotParticipating}},
		{"open", []period{{osms.Child, 202609, end, 0}}, 202610, osms.Participation{Status: osms.Participating, Category: osms.Child, Since: 202609}},
		{"the first month", []period{{osms.Child, 202609, end, 0}}, 202609, osms.Participation{Status: osms.Participating, Category: osms.Child, Since: 202609}},
		{"not yet", []period{{osms.Child, 202609, end, 0}}, 202608, osms.Participation{Status: osms.NotParticipating}},
		{"with an end", []period{{osms.Child, 202609, 202612, 0}}, 202612,
			osms.Participation{Status: osms.Participating, Category: osms.Child, Since: 202609, Until: 202612, PreservedUntil: 202703}},
		{"the right is preserved", []period{{osms.Learner, 202609, 202612, 0}}, 202701,
			osms.Participation{Status: osms.RightPreserved, Category: osms.Learner, Since: 202609, Until: 202612, PreservedUntil: 202703}},
		{"its last month", []period{{osms.Learner, 202609, 202612, 0}}, 202703,
			osms.Participation{Status: osms.RightPreserved, Category: osms.Learner, Since: 202609, Until: 202612, PreservedUntil: 202703}},
		{"and over", []period{{osms.Learner, 202609, 202612, 0}}, 202704,
			osms.Participation{Status: osms.NotParticipating, Since: 202609, Until: 202612}},
		{"a child grows up: one period to the outside", []period{{osms.Child, 202409, 202611, 0}, {osms.Learner, 202612, 202806, 0}}, 202610,
			osms.Participation{Status: osms.Participating, Category: osms.Child, Since: 202409, Until: 202806, PreservedUntil: 202809}},
		{"and is grown up", []period{{osms.Child, 202409, 202611, 0}, {osms.Learner, 202612, end, 0}}, 202612,
			osms.Participation{Status: osms.Participating, Category: osms.Learner, Since: 202409}},
		{"in a gap that the right bridges", []period{{osms.Learner, 202409, 202606, 0}, {osms.Learner, 202609, end, 0}}, 202608,
			osms.Participation{Status: osms.RightPreserved, Category: osms.Learner, Since: 202409, Until: 202606, PreservedUntil: 202609}},
		{"after a gap", []period{{osms.Learner, 202409, 202606, 0}, {osms.Learner, 202609, end, 0}}, 202609,
			osms.Participation{Status: osms.Participating, Category: osms.Learner, Since: 202609}},
		{"until the gap that comes", []period{{osms.Learner, 202409, 202606, 0}, {osms.Learner, 202609, end, 0}}, 202605,
			osms.Participation{Status: osms.Participating, Category: osms.Learner, Since: 202409, Until: 202606, PreservedUntil: 202609}},
		{"what is believed no more", []period{{osms.Child, 202609, end, 7}}, 202610, osms.Participation{Status: osms.NotParticipating}},
		{"over the new year", []period{{osms.Child, 202609, 202611, 0}}, 202702,
			osms.Participation{Status: osms.RightPreserved, Category: osms.Child, Since: 202609, Until: 202611, PreservedUntil: 202702}},
	} {
		var all []store.KnownEntitlement
		for i := len(c.periods) - 1; i >= 0; i-- { // in whatever order
			p := c.periods[i]
			all = append(all, store.KnownEntitlement{Entitlement: osms.Entitlement{Person: 1, Category: p.category, From: p.from, To: p.to}, KnownFrom: 1, KnownUntil: p.knownUntil})
		}
		if got := participation(all, nil, c.month.First()); got != c.want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", c.what, got, c.want)
		}
	}
}

// TestPersonAndStatement follows one learner from school to college.
func TestPersonAndStatement(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		a, b := school(t, 1), school(t, 2)
		who := student(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a}, learner{iin: who, bin: a, enrolled: "01.09.2026"})...)
		if _, _, err := o.assess(202610, false, ""); err != nil {
			t.Fatal(err)
		}
		known, err := o.desk.Store.LastSequence(ctx)
		if err != nil {
			t.Fatal(err)
		}
		o.at("2026-10-12T10:00:00+05:00")
		o.take(0, "ledger.csv", "Месяц;Регион;Категория;Количество;Сумма;Дата платежа;Референс", "2026-10;63;13;1;1700,00;10.10.2026;№ 15")
		o.take(63, "63-delta-2026-10-12.csv", rosterOf(learner{iin: who, bin: a, status: "отчислен", until: "12.10.2026"})...)
		o.at("2026-11-05T10:00:00+05:00")
		o.take(10, "10-delta-2026-11-03.csv", rosterOf(learner{iin: who, bin: b, enrolled: "03.11.2026", surname: "ЖАҢАТЕК", given: "АТЫ"})...)
		if _, _, err := o.assess(202611, false, ""); err != nil {
			t.Fatal(err)
		}

		p, err := o.desk.Person(ctx, who, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		if p.Name.Surname != "ЖАҢАТЕК" || len(p.Months) != 2 || p.Months[0].BIN != a || p.Months[1].BIN != b || p.Months[1].Region != 10 || p.Months[0].Amount != 170_000 {
			t.Errorf("%+v", p)
		}
		if len(p.Facts) != 3 { // open, then ended, then elsewhere
			t.Errorf("%d facts: %+v", len(p.Facts), p.Facts)
		}
		for _, f := range p.Facts {
			if f.Source.File == "" || f.Source.Cell == "" || f.Source.Row == 0 || f.Source.Import != f.Import {
				t.Errorf("a fact leads nowhere: %+v", f.Source)
			}
		}
		if f := p.Facts[0]; f.Source.File != "63-full-2026-10-01.csv" || f.Source.Cell != "A3" || f.Region != 63 || f.KnownUntil == 0 {
			t.Errorf("%+v", f)
		}
		// As it was known then: the old name, the open enrolment, nothing frozen later.
		then, err := o.desk.Person(ctx, who, 0, known)
		if err != nil || then.Name.Surname == "ЖАҢАТЕК" || len(then.Facts) != 1 || then.Facts[0].Until != osms.Forever || len(then.Months) != 1 || len(then.Entitlements) != 1 {
			t.Errorf("%+v, %v", then, err)
		}
		// On a day.
		for day, want := range map[osms.Date]int{20261001: 2, 20261020: 1, 20261103: 2} {
			if on, err := o.desk.Person(ctx, who, day, 0); err != nil || len(on.Facts) != want {
				t.Errorf("%s: %d facts, want %d, %v", day, len(on.Facts), want, err)
			}
		}
		_, err = o.desk.Person(ctx, who, 0, -1)
		wantErr(t, err, store.ErrNotFound)
		_, err = o.desk.Person(ctx, child(t, 99), 0, 0)
		wantErr(t, err, store.ErrNotFound)

		s, err := o.desk.Statement(ctx, who, 202601, 202612, o.now)
		if err != nil {
			t.Fatal(err)
		}
		// November is frozen, and nothing has arrived for it: no transferred sum.
		if s.Total != 170_000 || len(s.Rows) != 1 || s.Rows[0].Month != 202610 || s.Rows[0].PaidOn != 20261010 || s.Rows[0].Reference != "№ 15" ||
			s.Rows[0].Payer != "Государство" || s.Name.Surname != "ЖАҢАТЕК" || s.Birth != 20040314 {
			t.Errorf("%+v", s)
		}
		if s.Participation != (osms.Participation{Status: osms.Participating, Category: osms.Learner, Since: 202609}) {
			t.Errorf("%+v", s.Participation)
		}
		if part, err := o.desk.Statement(ctx, who, 202611, 202611, o.now); err != nil || len(part.Rows) != 0 || part.Total != 0 {
			t.Errorf("%+v, %v", part, err)
		}
		_, err = o.desk.Statement(ctx, child(t, 99), 202601, 202612, o.now)
		wantErr(t, err, store.ErrNotFound)
	})
}

// TestOverlaps: a person claimed twice is due once, is listed for both sides at
// once, gets a number at the end of the command, and is settled by a departure.
func TestOverlaps(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		a, b, c := school(t, 1), school(t, 2), school(t, 3)
		who := child(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10, c: 10})
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: who, bin: a, enrolled: "01.09.2026"}, learner{iin: child(t, 2), bin: a})...)
		o.take(10, "10-delta-2026-10-01.csv", rosterOf(learner{iin: who, bin: b, enrolled: "15.09.2026"}, learner{iin: who, bin: c, enrolled: "20.09.2026", form: "заочная"})...)
		list := func(m osms.Month) []Contest {
			t.Helper()
			contests, err := o.desk.Overlaps(ctx, m)
			if err != nil {
				t.Fatal(err)
			}
			return contests
		}
		got := list(202610)
		if len(got) != 1 || got[0].Person != who || got[0].DueTo != a || got[0].Number != 1 || len(got[0].Claims) != 2 {
			t.Fatalf("%+v", got)
		}
		if got[0].Claims[0] != (ClaimSide{63, a, 20260901}) || got[0].Claims[1] != (ClaimSide{10, b, 20260915}) {
			t.Errorf("%+v", got[0].Claims)
		}
		if n := o.heads(202610); n != 2 {
			t.Errorf("%d due, want 2", n)
		}
		if got := list(202608); len(got) != 0 {
			t.Errorf("%+v", got)
		}
		o.at("2026-10-20T10:00:00+05:00")
		o.take(63, "63-delta-2026-10-20.csv", rosterOf(learner{iin: who, bin: a, status: "выбыл", until: "14.09.2026"})...)
		if got := list(202610); len(got) != 0 {
			t.Errorf("a settled overlap is listed: %+v", got)
		}
		if n := o.heads(202610); n != 2 {
			t.Errorf("%d due, want 2", n)
		}
		o.verified()
	})
}
