package jobs

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// decide decides an overlap and gives the decision.
func (o *office) decide(number int64, keep osms.BIN) (d store.OverlapDecision, fresh bool, err error) {
	o.t.Helper()
	o.run(func(ctx context.Context, t Turn) error {
		d, fresh, err = o.desk.DecideOverlap(ctx, t, number, keep, "бұйрық № 1")
		return nil
	})
	return d, fresh, err
}

func (o *office) notices() (done NoticesDone, err error) {
	o.t.Helper()
	o.run(func(ctx context.Context, t Turn) error {
		done, err = o.desk.OverlapNotices(ctx, t)
		return nil
	})
	return done, err
}

// registered writes a month's register of overlaps, one line each.
func (o *office) registered(m osms.Month, region osms.Region) string {
	o.t.Helper()
	list, err := o.desk.OverlapRegister(o.t.Context(), m, region)
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for _, c := range list {
		line := fmt.Sprintf("%d %s %s..", c.Number, c.State, c.From)
		if c.Until != osms.Forever {
			line += c.Until.String()
		}
		line += " due " + c.DueTo.Digits()[7:11]
		if c.Settled.Import != 0 {
			line += " settled " + c.Settled.Day.String()
		}
		if c.Decision.Sequence != 0 {
			line += " keep " + c.Decision.Keep.Digits()[7:11]
		}
		out = append(out, line)
	}
	return strings.Join(out, "; ")
}

// TestOverlapRegister: open, settled by either side, decided, withdrawn; and
// what the decision does to the months.
func TestOverlapRegister(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		short := func(bin osms.BIN) string { return bin.Digits()[7:11] }
		who := child(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: who, bin: a, enrolled: "01.09.2026"}, learner{iin: child(t, 2), bin: a})...)
		o.take(10, "10-delta-2026-10-01.csv", rosterOf(learner{iin: who, bin: b, enrolled: "15.10.2026"})...)
		want := func(what string, m osms.Month, is string) {
			t.Helper()
			if got := o.registered(m, 0); got != is {
				t.Errorf("%s, %s:\n got %s\nwant %s", what, m, got, is)
			}
		}
		want("both claim", 202610, "1 open 2026-10-15.. due "+short(a))
		want("before", 202609, "")
		if got := o.registered(202610, 75); got != "" {
			t.Errorf("another region: %s", got)
		}
		if o.registered(202610, 10) == "" || o.registered(202610, 63) == "" {
			t.Error("a side's region does not see its overlap")
		}

		// Errors decide nothing.
		last := o.last()
		_, _, err := o.decide(2, b)
		wantErr(t, err, ErrNoOverlap)
		_, _, err = o.decide(1, school(t, 3))
		wantErr(t, err, ErrNotASide)
		_, _, err = o.decide(1, 0)
		wantErr(t, err, ErrNotDecided)
		o.run(func(ctx context.Context, turn Turn) error {
			_, _, err := o.desk.DecideOverlap(ctx, turn, 1, b, " ")
			wantErr(t, err, ErrDecisionReason)
			return nil
		})
		if n := o.last(); n != last {
			t.Errorf("refused decisions took %d sequences", n-last)
		}

		o.assessed(202610, "")
		o.at("2026-11-03T10:00:00+05:00")
		d, fresh, err := o.decide(1, b)
		if err != nil || !fresh || d.Keep != b || d.From != 20261015 || d.Until != osms.Forever || d.Sequence != o.last() {
			t.Errorf("%+v, %v, %v", d, fresh, err)
		}
		if again, fresh, err := o.decide(1, b); err != nil || fresh || again.Sequence != d.Sequence {
			t.Errorf("decided twice: %+v, %v, %v", again, fresh, err)
		}
		want("decided", 202610, "1 decided 2026-10-15.. due "+short(b)+" keep "+short(b))
		heads := func(m osms.Month, want ...osms.Head) {
			t.Helper()
			if got, err := o.desk.Store.Heads(t.Context(), m, o.last()); err != nil || !slices.Equal(got, want) {
				t.Errorf("%s: %+v, want %+v, %v", m, got, want, err)
			}
		}
		one := func(r osms.Region, n int) osms.Head { return osms.Head{Region: r, Category: osms.Child, Persons: n} }
		heads(202609, one(63, 1))
		heads(202610, one(10, 1), one(63, 1))
		o.verified()

		// The bridge of the frozen month names it.
		r, err := o.desk.Reconcile(t.Context(), 202610, o.now, o.now)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range r.Lines {
			if len(l.Bridge) != 1 || l.Bridge[0].Kind != osms.BridgeClaimedTwice || !l.Bridge[0].Proved ||
				l.Bridge[0].Behind[0].File != "overlaps decide 1" || l.Bridge[0].Behind[0].Person != who {
				t.Errorf("region %s: %+v", l.Region, l.Bridge)
			}
		}

		// Other days, the same dispute: the decision stands, the number too.
		o.take(10, "10-delta-2026-11-04.csv", rosterOf(learner{iin: who, bin: b, enrolled: "01.10.2026"})...)
		want("other days", 202610, "1 decided 2026-10-01.. due "+short(b)+" keep "+short(b))
		// The other side ends it: the past stays as decided.
		o.at("2026-11-20T10:00:00+05:00")
		o.take(63, "63-delta-2026-11-20.csv", rosterOf(learner{iin: who, bin: a, status: "выбыл", until: "10.11.2026"})...)
		want("ended", 202611, "1 decided 2026-10-01..2026-11-10 due "+short(b)+" settled 2026-11-20 keep "+short(b))
		want("ended", 202612, "1 decided 2026-10-01..2026-11-10 due "+short(b)+" settled 2026-11-20 keep "+short(b))
		o.verified()

		// The Fund thinks again, then not at all.
		if _, fresh, err := o.decide(1, a); err != nil || !fresh {
			t.Errorf("%v, %v", fresh, err)
		}
		want("decided anew", 202610, "1 decided 2026-10-01..2026-11-10 due "+short(a)+" settled 2026-11-20 keep "+short(a))
		heads(202610, one(63, 2))
		heads(202612, one(10, 1), one(63, 1))
		if d, fresh, err := o.decide(1, 0); err != nil || !fresh || d.Keep != 0 {
			t.Errorf("%+v, %v, %v", d, fresh, err)
		}
		want("withdrawn", 202610, "1 settled 2026-10-01..2026-11-10 due "+short(a)+" settled 2026-11-20")
		if open, err := o.desk.Overlaps(t.Context(), 202610); err != nil || len(open) != 0 {
			t.Errorf("a settled overlap is listed: %+v, %v", open, err)
		}
		_, _, err = o.decide(1, 0)
		wantErr(t, err, ErrNotDecided)
		o.verified()
	})
}

// TestOverlapComesAndGoes: a claim taken back settles the overlap; a transfer
// whose two files arrive together is none; a decision outlives the claims.
func TestOverlapComesAndGoes(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		short := func(bin osms.BIN) string { return bin.Digits()[7:11] }
		who := child(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
		o.take(63, "63-full-2026-09-01.csv", rosterOf(learner{iin: who, bin: a}, learner{iin: child(t, 2), bin: a}, learner{iin: child(t, 3), bin: b})...)
		// The new school's file first, then the old one's, in one command.
		in := o.write("63-delta-2026-10-01.csv", rosterOf(learner{iin: child(t, 2), bin: b, enrolled: "01.10.2026"})...)
		out := o.write("63-delta-2026-10-02.csv", rosterOf(learner{iin: child(t, 2), bin: a, status: "выбыл", until: "30.09.2026"})...)
		o.run(func(ctx context.Context, turn Turn) error {
			return o.desk.Import(ctx, turn, []string{in, out}, 63, "", func(taken Taken) {
				if taken.Err != nil {
					t.Fatal(taken.Err)
				}
			})
		})
		if got := o.registered(202610, 0); got != "" {
			t.Errorf("a transfer is a dispute: %s", got)
		}
		o.take(63, "63-delta-2026-10-05.csv", rosterOf(learner{iin: who, bin: b, enrolled: "05.10.2026"})...)
		if _, fresh, err := o.decide(1, b); err != nil || !fresh {
			t.Fatalf("%v, %v", fresh, err)
		}
		// A correction: the other side's claim ended before.
		o.at("2026-10-09T10:00:00+05:00")
		o.take(63, "63-delta-2026-10-09.csv", rosterOf(learner{iin: who, bin: a, status: "выбыл", until: "04.10.2026"})...)
		if got, want := o.registered(202610, 0), "1 settled 2026-10-05.. due "+short(a)+" settled 2026-10-09 keep "+short(b); got != want {
			t.Errorf("taken back:\n got %s\nwant %s", got, want)
		}
		if _, _, err := o.decide(1, a); err == nil {
			t.Error("an overlap that is gone was decided")
		}
		o.verified()
		// It was an error after all: a dispute about days that were decided.
		o.take(63, "63-delta-2026-10-10.csv", rosterOf(learner{iin: who, bin: a, enrolled: "06.10.2026"})...)
		if got, want := o.registered(202610, 0), "1 settled 2026-10-05.. due "+short(b)+" settled 2026-10-09 keep "+short(b)+
			"; 2 decided 2026-10-06.. due "+short(b)+" keep "+short(b); got != want {
			t.Errorf("again:\n got %s\nwant %s", got, want)
		}
		o.verified()
		if done, err := o.notices(); err != nil || done.Notices != 0 {
			t.Errorf("%+v, %v", done, err)
		}
	})
}

// TestAnnouncedEnd: an end that is only announced leaves the overlap open.
func TestAnnouncedEnd(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
		o.take(63, "63-full-2026-09-01.csv", rosterOf(learner{iin: child(t, 1), bin: a, enrolled: "01.09.2026", until: "30.06.2027"}, learner{iin: child(t, 1), bin: b})...)
		if got := o.registered(202610, 0); !strings.HasPrefix(got, "1 open 2026-09-01..2027-06-30") {
			t.Error(got)
		}
		o.at("2027-07-05T10:00:00+05:00")
		if done, err := o.notices(); err != nil || done.Notices != 0 {
			t.Errorf("a notice about days that are over: %+v, %v", done, err)
		}
	})
}

// TestOverlapNotices: both sides are told once, with the same text; a crash
// between the register and the paper costs nothing; the bytes depend on the
// register only; nothing of one side is in the other's.
func TestOverlapNotices(t *testing.T) {
	var bytes [][]string
	eachOffice(t, func(t *testing.T, o *office) {
		a, b, who := school(t, 1), school(t, 2), child(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		o.take(63, "63-full-2026-09-01.csv", rosterOf(learner{iin: who, bin: a, surname: "ӘБДІҒАППАРОВА", given: "АЙГҮЛ", enrolled: "01.09.2025"})...)
		o.take(10, "10-delta-2026-10-05.csv", rosterOf(learner{iin: who, bin: b, surname: "АБДИГАППАРОВА", given: "АЙГУЛЬ", enrolled: "21.09.2026"})...)
		o.at("2026-10-06T09:00:00+05:00") // Tuesday; the fourth working day is Monday
		whole, file := o.desk.Home.Letters, filepath.Join(o.desk.Home.Dir, "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		o.desk.Home.Letters = filepath.Join(file, "letters") // no folder can be there
		if _, err := o.notices(); err == nil {
			t.Error("notices were written to a disk that fails")
		}
		o.desk.Home.Letters = whole
		o.at("2026-10-08T09:00:00+05:00")
		// The organisation and the name change before the notice is printed.
		o.take(0, "organisations2.csv", "БИН;Наименование на русском;Қазақша атауы;Регион;Руководитель", b.Digits()+";Лицей;Лицей;10;А. Басқа")
		o.take(10, "10-delta-2026-10-08.csv", rosterOf(learner{iin: who, bin: b, surname: "БАСҚА", given: "АЙГУЛЬ", enrolled: "21.09.2026"})...)
		done, err := o.notices()
		if err != nil || done.Notices != 2 || len(done.Paths) != 2 {
			t.Fatalf("%+v, %v", done, err)
		}
		if done, err := o.notices(); err != nil || done.Notices != 0 {
			t.Errorf("told twice: %+v, %v", done, err)
		}
		printed := o.printed()
		if len(printed) != 2 || !strings.HasPrefix(printed[0], filepath.Join("10", b.Digits(), "2026-10-06-overlap-000001.pdf")) ||
			!strings.HasPrefix(printed[1], filepath.Join("63", a.Digits(), "2026-10-06-overlap-000001.pdf")) {
			t.Fatalf("%v", printed)
		}
		var list []store.OverlapNotice
		if err := o.desk.Store.Look(t.Context(), func(tx *store.Tx) (err error) { list, err = tx.EveryOverlapNotice(); return err }); err != nil {
			t.Fatal(err)
		}
		if len(list) != 2 || list[0].Answer != 20261012 || list[0].From != 20260921 || list[0].Dated != 20261006 || list[0].Sequence != list[1].Sequence {
			t.Errorf("%+v", list)
		}
		// Printed again much later: the same bytes.
		o.at("2027-02-01T09:00:00+05:00")
		for _, n := range list {
			organisations, err := o.desk.Store.OrganisationsAt(t.Context(), n.Known)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := o.desk.printNotice(t.Context(), n, organisations[n.BIN]); err != nil {
				t.Fatal(err)
			}
		}
		if again := o.printed(); !slices.Equal(printed, again) {
			t.Errorf("printed again:\n%v\nbefore\n%v", again, printed)
		}
		bytes = append(bytes, printed)
		o.verified()

		theirs, ours := pdfText(t, done.Paths, b.Digits()), pdfText(t, done.Paths, a.Digits())
		own := map[bool][]string{
			true: {a.Digits(), "Мектеп " + a.Digits()[8:], "Школа " + a.Digits()[8:], "ӘБДІҒАППАРОВА АЙГҮЛ", "2025 жылғы 1 қыркүйек", "1 сентября 2025 года"},
			// The first day of the side that came later is the first day in common.
			false: {b.Digits(), "Мектеп " + b.Digits()[8:], "Школа " + b.Digits()[8:], "АБДИГАППАРОВА АЙГУЛЬ"},
		}
		blank := func(text string, words []string) string {
			for i, w := range words {
				if !strings.Contains(text, w) {
					t.Errorf("a notice lacks %q:\n%s", w, text)
				}
				text = strings.ReplaceAll(text, w, fmt.Sprintf("<%d>", i))
			}
			return text
		}
		x, y := blank(ours, own[true]), blank(theirs, own[false])
		x = strings.ReplaceAll(strings.ReplaceAll(x, "<4>", "2026 жылғы 21 қыркүйек"), "<5>", "21 сентября 2026 года")
		if x != y {
			t.Errorf("the notices differ in more than their own data:\n%s\n%s", x, y)
		}
		for _, w := range own[false] {
			if strings.Contains(ours, w) {
				t.Errorf("%q of the other side is in a notice", w)
			}
		}
		for _, w := range append(own[true], "Ақмола", "Восточно", "Шығыс") {
			if strings.Contains(theirs, w) {
				t.Errorf("%q of the other side is in a notice", w)
			}
		}
	})
	if len(bytes) == 2 && !slices.Equal(bytes[0], bytes[1]) {
		t.Error("the two databases print differently")
	}
}

// pdfText is the text of the PDF below an organisation's folder, on one line.
func pdfText(t *testing.T, paths []string, bin string) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pdftotext is missing: install poppler-utils")
		}
		t.Skip("pdftotext is missing")
	}
	for _, p := range paths {
		if filepath.Base(filepath.Dir(p)) != bin {
			continue
		}
		out, err := exec.Command(tool, "-layout", "-enc", "UTF-8", p, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(strings.ReplaceAll(string(out), "\u00a0", " ")), " ")
	}
	t.Fatalf("no notice of %s", bin)
	return ""
}

// TestTamperedDecisions changes one thing at a time in the tables of overlaps:
// verify finds it and is quiet again when it is put back.
func TestTamperedDecisions(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a}, learner{iin: child(t, 2), bin: a})...)
		o.take(10, "10-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: b}, learner{iin: child(t, 2), bin: b})...)
		if done, err := o.notices(); err != nil || done.Notices != 4 {
			t.Fatalf("%+v, %v", done, err)
		}
		for _, keep := range []osms.BIN{b, 0, b} {
			if _, fresh, err := o.decide(1, keep); err != nil || !fresh {
				t.Fatalf("%v, %v", fresh, err)
			}
		}
		if _, fresh, err := o.decide(2, a); err != nil || !fresh { // changes no month
			t.Fatalf("%v, %v", fresh, err)
		}
		o.verified()
		exec := behindTheBack(t, database(t, address))
		for _, c := range []struct{ damage, found string }{
			{"UPDATE overlap_decision SET keep = bin_a WHERE number = 1 AND keep <> 0", "entitlement"},
			{"UPDATE overlap_decision SET keep = bin_a WHERE number = 1 AND keep <> 0", "decision"},
			{"UPDATE overlap_decision SET keep = bin_b WHERE number = 2", "entitlement"},
			{"UPDATE overlap_decision SET keep = 0 WHERE number = 2", "decision"},
			{"UPDATE overlap_decision SET reason = 'x' WHERE number = 2", "decision"},
			{"UPDATE overlap_decision SET number = 1 WHERE number = 2", "decision"},
			{"UPDATE overlap_decision SET number = 7 WHERE number = 2", "stray"},
			{"UPDATE overlap_decision SET person = person + 1 WHERE number = 2", "decision"},
			{"UPDATE overlap_decision SET from_day = from_day + 1 WHERE number = 2", "decision"},
			{"UPDATE overlap_decision SET until_day = 20261130 WHERE number = 2", "decision"},
			{"UPDATE overlap_decision SET decided = decided + 1 WHERE number = 2", "decision"},
			{"UPDATE overlap_decision SET sequence = sequence + 100 WHERE number = 2", "decision"},
			{"DELETE FROM overlap_decision WHERE number = 2", "decision"},
			{"DELETE FROM overlap_decision WHERE keep = 0", "decision"},
			{"DELETE FROM overlap_decision", "entitlement"},
			{"UPDATE overlap SET number = number + 1", "stray"},
			{"UPDATE overlap SET number = 0 WHERE number = 2", "stray"},
			{"UPDATE overlap_notice SET bin = bin + 1 WHERE region = 10", "stray"},
			{"UPDATE overlap_notice SET region = 75 WHERE region = 10", "letter"},
			{"UPDATE overlap_notice SET dated = dated + 1 WHERE number = 1", "letter"},
			{"UPDATE overlap_notice SET answer = answer + 1 WHERE number = 1", "letter"},
			{"UPDATE overlap_notice SET from_day = from_day + 1 WHERE number = 1", "letter"},
			{"UPDATE overlap_notice SET known = known - 1 WHERE number = 1", "letter"},
			{"DELETE FROM overlap_notice WHERE number = 1 AND region = 10", "letter"},
			{"DELETE FROM overlap_notice", "letter"},
		} {
			table := strings.Fields(strings.NewReplacer("DELETE FROM ", "", "UPDATE ", "").Replace(c.damage))[0]
			exec("CREATE TABLE kept_aside AS SELECT * FROM " + table)
			exec(c.damage)
			v, err := o.desk.Verify(t.Context(), quiet)
			if err != nil {
				t.Errorf("%s: %v", c.damage, err)
			}
			if !slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.What == c.found }) {
				t.Errorf("%s: found %+v, want %s", c.damage, v.Findings, c.found)
			}
			for _, f := range v.Findings {
				if strings.Contains(f.Where+f.Detail, "150314") || strings.Contains(f.Where+f.Detail, "бұйрық") {
					t.Errorf("a finding shows whom it is about: %+v", f)
				}
			}
			exec("DELETE FROM " + table)
			exec("INSERT INTO " + table + " SELECT * FROM kept_aside")
			exec("DROP TABLE kept_aside")
		}
		o.verified()
	})
}

// TestDecisionDigest: the digest of a decision covers all of it.
func TestDecisionDigest(t *testing.T) {
	d := store.OverlapDecision{Sequence: 1, Number: 2, Person: child(t, 1), A: school(t, 1), B: school(t, 2), From: 20261001, Until: 20261002, Keep: school(t, 1), Reason: "x"}
	seen := map[[32]byte]bool{sha256.Sum256([]byte(d.Digest())): true}
	for i, change := range []func(*store.OverlapDecision){
		func(d *store.OverlapDecision) { d.Sequence++ }, func(d *store.OverlapDecision) { d.Number++ }, func(d *store.OverlapDecision) { d.Person++ },
		func(d *store.OverlapDecision) { d.A++ }, func(d *store.OverlapDecision) { d.B++ }, func(d *store.OverlapDecision) { d.From++ },
		func(d *store.OverlapDecision) { d.Until++ }, func(d *store.OverlapDecision) { d.Keep = 0 }, func(d *store.OverlapDecision) { d.Reason = "y" },
		func(d *store.OverlapDecision) { d.Decided = d.Decided.Add(1e9) },
	} {
		other := d
		change(&other)
		if sum := sha256.Sum256([]byte(other.Digest())); seen[sum] {
			t.Errorf("change %d does not show in the digest", i)
		} else {
			seen[sum] = true
		}
	}
}
