package jobs

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// TestRostersOneByOne follows two organisations through what a file can do.
func TestRostersOneByOne(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b, foreign := school(t, 1), school(t, 2), school(t, 3)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63, foreign: 10})
		o.at("2026-11-10T09:00:00+05:00")
		c1, c2, c3 := child(t, 1), child(t, 2), child(t, 3)

		full := rosterOf(learner{iin: c1, bin: a, enrolled: "01.09.2026"}, learner{iin: c2, bin: a, enrolled: "01.09.2026"}, learner{iin: c3, bin: b})
		first := o.take(63, "63-full-2026-10-01.csv", full...)
		o.want("a first list", first, osms.Applied, counts(3, 3, 0, 0, 0, 0, 0, 0))
		if first.Import == 0 || first.Diff == "" || first.Held {
			t.Errorf("%+v", first)
		}
		// The same bytes again, under another name.
		again := o.take(63, "63-full-2026-10-01 (копия).csv", full...)
		o.want("the same bytes", again, osms.AlreadyApplied, counts(3, 0, 0, 0, 0, 3, 0, 0))
		if again.Import != first.Import {
			t.Errorf("already applied as %d, not %d", again.Import, first.Import)
		}
		// The same rows as new bytes.
		later := slices.Clone(full)
		slices.Reverse(later[1:])
		o.want("nothing new", o.take(63, "63-full-2026-11-01.csv", later...), osms.Applied, counts(3, 0, 0, 0, 0, 3, 0, 0))
		// Only within the organisations that a list names does absence count.
		o.want("one is absent", o.take(63, "63-full-2026-11-02.csv", rosterOf(learner{iin: c1, bin: a, enrolled: "01.09.2026"})...),
			osms.Applied, counts(1, 0, 1, 0, 0, 1, 0, 0))
		o.want("a departure", o.take(63, "63-delta-2026-11-03.csv", rosterOf(learner{iin: c1, bin: a, status: "отчислен", until: "02.11.2026"})...),
			osms.Applied, counts(1, 0, 1, 1, 0, 0, 0, 0))
		// A foreign organisation's rows are refused and move nobody.
		r := o.take(63, "63-full-2026-11-04.csv", rosterOf(learner{iin: c3, bin: b}, learner{iin: c1, bin: foreign})...)
		o.want("another region's organisation", r, osms.AppliedWithRefusals, counts(2, 0, 0, 0, 0, 1, 1, 0))
		if r.Refusals[0].Code != osms.OtherRegion || r.Refusals[0].Cell != "A3" || r.Refusals[0].Severity != osms.Refused {
			t.Errorf("%+v", r.Refusals)
		}
		if n := o.heads(202612); n != 1 {
			t.Errorf("%d persons are due in December, want 1", n)
		}
		err := o.desk.Store.Write(t.Context(), store.Lease{}, func(tx *store.Tx) error {
			all, err := tx.Standings(store.Import{}, []osms.BIN{foreign})
			if err != nil {
				return err
			}
			if v := all[foreign].Version; v != 0 {
				t.Errorf("a foreign file moved the organisation to version %d", v)
			}
			if spoken := all[foreign].Spoken; len(spoken) != 0 {
				t.Errorf("a foreign file spoke: %+v", spoken)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		// Another name for the same number: refused, and no departure.
		r = o.take(63, "63-full-2026-11-05.csv", rosterOf(learner{iin: c3, bin: b, surname: "БАСҚА", given: "БІРЕУ"})...)
		o.want("somebody else's number", r, osms.AppliedWithRefusals, counts(1, 0, 0, 0, 0, 0, 1, 0))
		if r.Refusals[0].Code != osms.NameMismatch || r.Refusals[0].Cell != "B2" {
			t.Errorf("%+v", r.Refusals)
		}
		if n := o.heads(202612); n != 1 {
			t.Errorf("%d persons are due in December after a refusal, want 1", n)
		}
		o.verified()
	})
}

// TestLateRoster: the result depends on as-at dates, not on the order in which
// files come.
func TestLateRoster(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		october := rosterOf(learner{iin: child(t, 1), bin: a, enrolled: "01.09.2026"}, learner{iin: child(t, 2), bin: a, enrolled: "01.09.2026"})
		november := rosterOf(learner{iin: child(t, 1), bin: a, enrolled: "01.09.2026"}, learner{iin: child(t, 3), bin: a, enrolled: "15.10.2026"})
		o.at("2026-11-20T09:00:00+05:00")
		o.want("november first", o.take(63, "63-full-2026-11-01.csv", november...), osms.Applied, counts(2, 2, 0, 0, 0, 0, 0, 0))
		late := o.take(63, "63-full-2026-10-01.csv", october...)
		if late.Outcome != osms.Applied || late.Joined+late.Changed+late.Unchanged != 2 {
			t.Errorf("%+v", late)
		}
		for m, want := range map[osms.Month]int{202608: 0, 202609: 2, 202610: 3, 202611: 2} {
			if n := o.heads(m); n != want {
				t.Errorf("%s: %d due, want %d", m, n, want)
			}
		}
		// A list of the same day that comes later replaces the earlier one.
		o.take(63, "63-full-2026-11-01 исправленный.csv", rosterOf(learner{iin: child(t, 1), bin: a, enrolled: "01.09.2026"})...)
		for m, want := range map[osms.Month]int{202610: 2, 202611: 1} {
			if n := o.heads(m); n != want {
				t.Errorf("%s after the replacement: %d due, want %d", m, n, want)
			}
		}
		// Its bytes sent again lose: they were applied already.
		o.want("the replaced bytes again", o.take(63, "63-full-2026-11-01.csv", november...), osms.AlreadyApplied, counts(2, 0, 0, 0, 0, 2, 0, 0))
		o.verified()
	})
}

// TestHolds: what must wait for an administrator applies nothing, says so, and
// says it again when the same bytes come again.
func TestHolds(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, provisional := school(t, 1), school(t, 7)
		o.list(map[osms.BIN]osms.Region{a: 63})
		o.want("before", o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a})...), osms.Applied, counts(1, 1, 0, 0, 0, 0, 0, 0))
		o.want("an unknown organisation", o.take(63, "63-delta-2026-10-01.csv", rosterOf(learner{iin: child(t, 2), bin: provisional})...), osms.Applied,
			counts(1, 1, 0, 0, 0, 0, 0, 0))
		due := o.heads(202610)

		for _, c := range []struct {
			what   string
			region osms.Region
			name   string
			lines  []string
			reason osms.HoldReason
			counts string
		}{
			{"a full list without rows", 63, "63-full-2026-10-02.csv",
				append([]string{"Вид списка: полный", "По состоянию на: 02.10.2026", "БИН: " + a.Digits()}, rosterHeader), osms.HoldNoRows, counts(0, 0, 0, 0, 0, 0, 0, 0)},
			{"title against file name", 63, "63-delta-2026-10-03.csv",
				append([]string{"Вид списка: полный", "По состоянию на: 03.10.2026"}, rosterOf(learner{iin: child(t, 3), bin: a})...),
				osms.HoldDeclarationConflict, counts(1, 0, 0, 0, 0, 1, 0, 0)},
			{"a second region claims a provisional organisation", 10, "10-full-2026-10-04.csv", rosterOf(learner{iin: child(t, 4), bin: provisional}),
				osms.HoldProvisionalBIN, counts(1, 0, 0, 0, 0, 1, 0, 0)},
			{"and the first region's claim waits too", 63, "63-delta-2026-10-05.csv", rosterOf(learner{iin: child(t, 5), bin: provisional}),
				osms.HoldProvisionalBIN, counts(1, 0, 0, 0, 0, 1, 0, 0)},
			{"a day far ahead", 63, "63-full-2027-03-01.csv", rosterOf(learner{iin: child(t, 6), bin: a}), osms.HoldFarFuture, counts(1, 0, 0, 0, 0, 1, 0, 0)},
		} {
			for _, time := range []string{"", ", again"} {
				r := o.take(c.region, c.name, c.lines...)
				o.want(c.what+time, r, osms.Held, c.counts)
				if !r.Held || len(r.Holds) != 1 || r.Holds[0].Reason != c.reason || r.Holds[0].Message("ru") == "" {
					t.Errorf("%s%s: %+v", c.what, time, r.Holds)
				}
			}
		}
		if n := o.heads(202610); n != due {
			t.Errorf("%d due, %d before anything was held", n, due)
		}
		o.verified()
	})
}

// TestClosedOrganisation: from its last day on, rows of a closed organisation
// are refused; those for days before it are taken.
func TestClosedOrganisation(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63}, "15.10.2026")
		o.want("before", o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a})...), osms.Applied, counts(1, 1, 0, 0, 0, 0, 0, 0))
		o.at("2026-11-01T09:00:00+05:00")
		r := o.take(63, "63-full-2026-11-01.csv", rosterOf(learner{iin: child(t, 2), bin: a})...)
		o.want("after", r, osms.AppliedWithRefusals, counts(1, 0, 0, 0, 0, 0, 1, 0))
		if r.Refusals[0].Code != osms.OrganisationClosed || !strings.Contains(r.Refusals[0].Message("ru"), "15.10.2026") {
			t.Errorf("%+v %s", r.Refusals[0], r.Refusals[0].Message("ru"))
		}
		o.verified()
	})
}

// TestListsAgain: lists without organisations count nothing the second time.
func TestListsAgain(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		lines := []string{"Месяц;Регион;Количество;Сумма", "2026-10;63;5;85000,00", "2026-10;10;1;17000"}
		o.want("ledger", o.take(0, "ledger.csv", lines...), osms.Applied, counts(2, 2, 0, 0, 0, 0, 0, 0))
		o.want("ledger again", o.take(0, "ledger.csv", lines...), osms.AlreadyApplied, counts(2, 0, 0, 0, 0, 2, 0, 0))
		entries, err := o.desk.Store.Ledger(t.Context(), 202610, 1<<30)
		if err != nil || len(entries) != 2 {
			t.Errorf("%+v, %v", entries, err)
		}
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		moved := []string{"БИН;Наименование на русском;Регион", a.Digits() + ";Школа;63", b.Digits() + ";Другая;63"}
		r := o.take(0, "organisations2.csv", moved...)
		o.want("an organisation that another region has", r, osms.AppliedWithRefusals, counts(2, 0, 0, 0, 1, 0, 1, 0))
		if len(r.Refusals) != 1 || r.Refusals[0].Code != osms.OtherRegion || r.Refusals[0].Row != 3 {
			t.Errorf("%+v", r.Refusals)
		}
		o.verified()
	})
}

// TestCheckIsImport: for every file a check says what the import that follows
// says, but for the number of the import, and leaves nothing behind.
func TestCheckIsImport(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		o.at("2026-11-10T09:00:00+05:00")
		var many []learner
		for n := range 60 {
			many = append(many, learner{iin: child(t, n), bin: a, enrolled: "01.09.2026"})
		}
		o.run(o.desk.LearnRates)
		for _, f := range []struct {
			region osms.Region
			name   string
			lines  []string
		}{
			{63, "63-full-2026-10-01.csv", rosterOf(many...)},
			{63, "63-full-2026-10-01.csv", rosterOf(many...)}, // the same bytes again
			{63, "63-full-2026-11-01.csv", rosterOf(append(many[3:], learner{iin: student(t, 1), bin: a})...)},
			{63, "63-full-2026-10-15.csv", rosterOf(many[:58]...)}, // comes late
			{63, "63-delta-2026-11-05.csv", rosterOf(learner{iin: many[9].iin, bin: a, status: "отчислен", until: "05.11.2026"},
				learner{iin: many[10].iin, bin: a, status: "отчислен"}, learner{iin: many[11].iin, bin: b}, learner{iin: many[12].iin, bin: school(t, 9)})},
			{10, "10-full-2026-11-06.csv", rosterOf(learner{iin: many[13].iin, bin: b, given: "БАСҚА", surname: "ЕСІМ"}, learner{iin: student(t, 2), bin: school(t, 9)})},
			{63, "plain.csv", []string{"a;b;c", "1;2;3"}},
			{63, "63-full-2026-11-07.csv", []string{"Вид списка: изменения", rosterHeader}},
			{0, "ledger.csv", []string{"Месяц;Регион;Количество;Сумма", "2026-10;63;5;85000,00"}},
		} {
			path := o.write(f.name, f.lines...)
			before, err := o.desk.Store.LastSequence(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			checked := o.check(f.region, path)
			if after, err := o.desk.Store.LastSequence(t.Context()); err != nil || after != before {
				t.Errorf("%s: a check moved the register from %d to %d", f.name, before, after)
			}
			imported := o.take(f.region, f.name, f.lines...)
			if checked.Outcome == osms.Applied || checked.Outcome == osms.AppliedWithRefusals || checked.Outcome == osms.Held {
				if checked.Import == 0 && imported.Import != 0 {
					t.Logf("%s: a check tells no import number", f.name)
				}
			}
			checked.Import, checked.Run, checked.File, checked.Arrival = imported.Import, imported.Run, imported.File, imported.Arrival
			checked.ByOrganisation, checked.Changes = nil, nil // the diff is what a check adds
			if !reflect.DeepEqual(checked, imported) {
				t.Errorf("%s:\nchecked  %+v\nimported %+v", f.name, checked, imported)
			}
		}
		arrivals, err := o.desk.Store.Arrivals(t.Context(), 0)
		if err != nil || len(arrivals) != 10 {
			t.Errorf("%d arrivals, want the nine imports and the list of organisations, %v", len(arrivals), err)
		}
		o.verified()
	})
}

// TestDropFolders: files of the wrong folder are refused, others taken, each
// with its receipts, and the folders are empty after.
func TestDropFolders(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		folder, err := intake.OpenFolder(o.desk.Home.Inbox, o.desk.Drops)
		if err != nil {
			t.Fatal(err)
		}
		if err := folder.Prepare([]osms.Region{63, 10}); err != nil {
			t.Fatal(err)
		}
		drop := func(dir, name string, lines ...string) {
			t.Helper()
			path := o.write("drop", lines...)
			if err := os.Rename(path, filepath.Join(o.desk.Home.Inbox, dir, name)); err != nil {
				t.Fatal(err)
			}
		}
		ledger := []string{"Месяц;Регион;Количество;Сумма", "2026-10;63;5;85000,00"}
		drop("63", "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a})...)
		drop("63", "ledger.csv", ledger...)
		drop("ledger", "ledger.csv", ledger...)
		drop("ledger", "roster.csv", rosterOf(learner{iin: child(t, 2), bin: a})...)
		drop("10", "10-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 3), bin: a})...)

		got := map[string]osms.FileReport{}
		takeAll(t, o, folder, func(taken Taken) {
			got[taken.Report.Region.String()+"/"+taken.Report.File] = taken.Report
			want := 3
			if taken.Report.Returnable() {
				want = 4 // the workbook too
			}
			if len(taken.Receipts) != want {
				t.Errorf("%s: receipts %v", taken.Report.File, taken.Receipts)
			}
			for _, path := range taken.Receipts {
				if b, err := os.ReadFile(path); err != nil || len(b) == 0 || strings.Contains(string(b), "150314") {
					t.Errorf("%s: %v\n%s", path, err, b)
				}
			}
		})
		for name, want := range map[string]osms.Outcome{"63/63-full-2026-10-01.csv": osms.Applied, "63/ledger.csv": osms.FileRefused,
			"00/ledger.csv": osms.Applied, "00/roster.csv": osms.FileRefused, "10/10-full-2026-10-01.csv": osms.AppliedWithRefusals} {
			r, ok := got[name]
			if !ok {
				r, ok = got[strings.TrimPrefix(name, "00")]
			}
			if !ok || r.Outcome != want || want == osms.FileRefused && r.Error.Code != osms.FileUnknownKind && r.Error.Code != osms.FileNoRegion {
				t.Errorf("%s: %+v, want %s", name, r, want)
			}
		}
		if len(got) != 5 {
			t.Errorf("%d files: %v", len(got), slices.Collect(keys(got)))
		}
		left, err := filepath.Glob(filepath.Join(o.desk.Home.Inbox, "*", "*"))
		if err != nil || len(left) != 0 {
			t.Errorf("left in the drop folders: %v, %v", left, err)
		}
		o.verified()
	})
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// takeAll polls until everything in the folders was taken.
func takeAll(t *testing.T, o *office, folder *intake.Folder, each func(Taken)) {
	t.Helper()
	for range 20 {
		polled, err := folder.Poll(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if len(polled.Ready) > 0 {
			o.run(func(ctx context.Context, turn Turn) error {
				return o.desk.Intake(ctx, turn, folder, polled.Ready, each)
			})
		}
		if len(polled.Ready)+len(polled.Waiting) == 0 {
			return
		}
		time.Sleep(cmp.Or(o.desk.Drops.Rest, time.Second) + 20*time.Millisecond)
	}
	t.Error("files wait for ever")
}
