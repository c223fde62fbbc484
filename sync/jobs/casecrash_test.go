package jobs

import (
	"context"
	"database/sql/driver"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// fuse ends a run after so many commits and renames, or right before the next:
// from then on the database is gone, until it is put in again.
type fuse struct {
	mu          sync.Mutex
	armed, dead bool
	before      bool
	left        int
}

func (f *fuse) arm(left int, before bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed, f.dead, f.left, f.before = left > 0, false, left, before
}

// burns counts one thing that lasts, and says that it is not to be done.
func (f *fuse) burns(done bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.armed || f.dead {
		return f.dead
	}
	if f.before != done {
		f.left--
		f.dead = f.left == 0
	}
	return f.dead
}

func (f *fuse) tap(op *storetest.Op, next func() error) error {
	if op.Name == "rollback" {
		return next()
	}
	f.mu.Lock()
	dead := f.dead
	f.mu.Unlock()
	if dead || op.Name == "commit" && f.burns(false) {
		return driver.ErrBadConn
	}
	err := next()
	if op.Name == "commit" && err == nil {
		f.burns(true)
	}
	return err
}

// step is the same for the disk.
func (f *fuse) step(op string) {
	if op == "rename" && (f.burns(false) || f.burns(true)) {
		panic(errCut)
	}
}

// cutOffice is an office whose registry and disk the fuse ends.
func cutOffice(t *testing.T, address string) (*office, *fuse) {
	t.Helper()
	o, f := newOffice(t, address), &fuse{}
	s, err := store.OpenThrough(t.Context(), address, storetest.Tap(f.tap).Through)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	archive, err := intake.OpenArchive(o.desk.Home.Archive, f.step)
	if err != nil {
		t.Fatal(err)
	}
	o.desk.Store, o.runner.Store = s, s
	o.desk.Archive, o.desk.Drops.Step = archive, f.step
	return o, f
}

// until does something again and again, each time cut off as soon as something
// lasts that did not before, and counts the cuts.
func (o *office) until(f *fuse, do func(context.Context, Turn) error) (cuts int) {
	o.t.Helper()
	if f == nil {
		o.run(do)
		return 0
	}
	reached := ""
	for left := 1; ; left++ {
		_, err := o.runner.Run(o.t.Context(), osms.Run{Job: osms.JobCases, Trigger: "command"}, func(ctx context.Context, t Turn) (string, error) {
			f.arm(left, cuts%2 == 1)
			defer f.arm(0, false)
			return "", do(ctx, t)
		})
		if err == nil {
			return cuts
		}
		if cuts++; cuts > 300 {
			o.t.Fatal(err)
		}
		last, err := o.desk.Store.LastSequence(o.t.Context())
		if err != nil {
			o.t.Fatal(err)
		}
		if now := fmt.Sprint(last, len(tree(o.t, o.desk.Home.Letters))); now != reached {
			reached, left = now, 0
		}
	}
}

// crashScene is casework with everything in it, each part of it cut off.
func crashScene(o *office, f *fuse) (cuts int, letters map[string]string, said string) {
	t := o.t
	a, b := school(t, 1), school(t, 2)
	o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
	o.at("2026-10-05T10:00:00+05:00")
	o.desk.Casework = Casework{Automatic: true, Covering: true, FromRosters: true, DOCX: true}
	work := func(ctx context.Context, turn Turn) error {
		_, err := o.desk.WorkCases(ctx, turn, quiet)
		return err
	}
	tell := func(ctx context.Context, turn Turn) error {
		_, err := o.desk.Letters(ctx, turn, quiet)
		return err
	}
	// One organisation at a time: a bundle says up to which decision it was known.
	o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: student(t, 1), bin: a, enrolled: "01.09.2025"})...)
	cuts += o.until(f, tell)
	o.take(63, "63-full-2026-10-02.csv", rosterOf(learner{iin: student(t, 2), bin: b, enrolled: "01.09.2025"})...)
	cuts += o.until(f, tell)
	in := func(number string, n int, without string) handedIn {
		return handedIn{number: number, received: "05.10.2026 09:30", person: student(t, n), name: "Оспанов Берік", bin: a, form: "очная", enrolled: "01.10.2026", without: without}
	}
	elsewhere := in("4", 2, "")
	elsewhere.previous, elsewhere.name = b, ""
	path := o.write("өтініш.csv", applicationsOf(in("1", 3, ""), in("2", 4, "consent"), in("3", 5, "study"), elsewhere)...)
	cuts += o.until(f, func(ctx context.Context, turn Turn) error {
		return o.desk.Import(ctx, turn, []string{path}, 63, "", func(Taken) {})
	})
	cuts += o.until(f, work)
	if _, err := o.does(o.only(store.CaseFilter{Incoming: "4"}).Number, CaseStep{StepDone: osms.StepDone{Step: osms.StepAnswer}, Answer: osms.LeftThere, LeftOn: 20260930}); err != nil {
		t.Fatal(err)
	}
	cuts += o.until(f, work)
	o.take(0, "события.csv", eventsOf(happening{student(t, 1), osms.EventDeath, "01.10.2026", ""})...)
	cuts += o.until(f, tell)
	var out []string
	for _, l := range o.register() {
		out = append(out, fmt.Sprint(l.Outgoing(), l.Kind, l.Person.Digits(), l.Action, l.First, l.Last, l.Effective, l.Dated, l.Matter, l.Replaces))
	}
	all, err := o.desk.Cases(t.Context(), store.CaseFilter{}, o.now)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		out = append(out, fmt.Sprint(c.Number, c.Outcome, c.Ground, c.Letter, c.Update != 0, o.steps(c.Case), o.due(c.Person)))
	}
	o.verified()
	return cuts, tree(t, o.desk.Home.Letters), strings.Join(out, "\n")
}

// TestCasesCutOff ends the program after, and before, everything that lasts: the
// next run completes what is left, nothing is done or numbered twice, and the
// letters are those of a run that nothing disturbed.
func TestCasesCutOff(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, want, said := crashScene(o, nil)
		if len(want) < 10 {
			t.Fatalf("%d files", len(want))
		}
		address := filepath.Join(t.TempDir(), "cut.db")
		if strings.HasSuffix(t.Name(), "postgres") {
			address = storetest.Schema(t)
		}
		cut, f := cutOffice(t, address)
		cuts, got, again := crashScene(cut, f)
		if cuts < 30 {
			t.Errorf("%d cuts", cuts)
		}
		t.Logf("%d cuts", cuts)
		if again != said {
			t.Errorf("after the cuts\n%s\nwant\n%s", again, said)
		}
		sameTree(t, "after the cuts", got, want)
	})
}

// TestLettersAreTheSameAnywhere: whatever the machine is like, a registry makes the
// same letters and statements, byte for byte, as often as it is asked.
func TestLettersAreTheSameAnywhere(t *testing.T) {
	local, procs := time.Local, runtime.GOMAXPROCS(0)
	defer func() {
		time.Local = local
		runtime.GOMAXPROCS(procs)
	}()
	key := filepath.Join(t.TempDir(), "statements.key")
	var first map[string]string
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		for _, c := range []struct {
			zone  string
			procs int
		}{{"UTC", 1}, {"Asia/Almaty", 8}} {
			time.Local = zone(t, c.zone)
			runtime.GOMAXPROCS(c.procs)
			if c.procs == 8 { // another registry of the same
				if address = filepath.Join(t.TempDir(), "again.db"); strings.HasSuffix(t.Name(), "postgres") {
					address = storetest.Schema(t)
				}
			}
			o := newOffice(t, address)
			o.desk.Signing.File = key
			o.casesOfEveryKind(school(t, 1), school(t, 2))
			o.take(0, "ledger.csv", "Месяц;Регион;Количество;Сумма;Дата платежа;Референс", "2026-09;63;2;3400,00;05.10.2026;R1")
			o.take(0, "requests.csv", "№ запроса;Дата и время запроса;ИИН;Период с;Период по;Подтверждение;Согласие",
				"1;05.10.2026 08:00;"+student(t, 2).Digits()+";2026-09;2026-10;ЭЦП;да", "2;05.10.2026 08:01;"+student(t, 2).Digits()+";2026-09;2026-10;;да")
			all := func() map[string]string {
				out := tree(t, o.desk.Home.Letters)
				for name, b := range tree(t, o.desk.Home.Statements) {
					out[name] = b
				}
				return out
			}
			made := all()
			if first == nil {
				first = made
			}
			sameTree(t, c.zone+" and another registry", made, first)
			exts := map[string]int{}
			for name := range made {
				exts[filepath.Ext(name)]++
			}
			if exts[".pdf"] < 12 || exts[".docx"] < 8 || exts[".xlsx"] != 1 || exts[".json"] != 2 {
				t.Errorf("files %v", exts)
			}
			// All of it once more, from the same registry, in the other surroundings.
			exec := behindTheBack(t, database(t, address))
			exec("UPDATE office_letter SET written = 0")
			exec("UPDATE letter_bundle SET written = 0")
			exec("UPDATE request SET written = 0")
			o.desk.Home.Letters, o.desk.Home.Statements = filepath.Join(t.TempDir(), "letters"), filepath.Join(t.TempDir(), "statements")
			time.Local = zone(t, map[string]string{"UTC": "Asia/Almaty", "Asia/Almaty": "UTC"}[c.zone])
			runtime.GOMAXPROCS(9 - c.procs)
			o.at("2027-02-01T09:00:00+05:00")
			o.told()
			o.run(func(ctx context.Context, turn Turn) error {
				_, _, err := o.desk.HandOutAnswers(ctx, turn, quiet)
				return err
			})
			sameTree(t, c.zone+" once more", all(), made)
			o.verified()
		}
	})
}
