package jobs

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/store/storetest"
)

// eventsTold lets the letters go out and writes the letters about events: the
// number in the year, what happened to whom, and what became of the letter.
func (o *office) eventsTold() (done LettersDone, register string) {
	o.t.Helper()
	done, err := o.letters()
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for _, l := range o.register() {
		if l.Kind != osms.LetterEvent {
			continue
		}
		says, err := officeLetterKept(o.outgoing(l.Outgoing()).Content)
		if err != nil {
			o.t.Fatal(err)
		}
		line := fmt.Sprintf("%d %s %s", l.Number, says.Event.Kind, says.Event.On)
		if says.TakenBack {
			line += " back"
		}
		if l.Replaces != "" {
			line += " for " + strings.ReplaceAll(l.Replaces, "63-2026-0000", "")
		}
		if l.Annulled != 0 {
			line += " annulled"
		}
		out = append(out, line)
	}
	return done, strings.Join(out, ", ")
}

// wantEvents says what the letters about events are, now and at the next run.
func (o *office) wantEvents(what, want string) {
	o.t.Helper()
	for _, again := range []string{"", ", again"} {
		if _, got := o.eventsTold(); got != want {
			o.t.Errorf("%s%s: %q, want %q", what, again, got, want)
		}
	}
	o.verified()
}

// twoLearners are two learners of one organisation, with their letters.
func (o *office) twoLearners() (a osms.BIN) {
	o.t.Helper()
	a = school(o.t, 1)
	o.list(map[osms.BIN]osms.Region{a: 63})
	o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(o.t, 1), bin: a}, learner{iin: child(o.t, 2), bin: a})...)
	o.eventsTold()
	o.at("2026-10-10T10:00:00+05:00")
	return a
}

// TestEventsToldOnce: blocking neither repeats a letter nor loses one.
func TestEventsToldOnce(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.twoLearners()
		block := func(lift bool) {
			t.Helper()
			if err := o.block(child(t, 1), lift); err != nil {
				t.Fatal(err)
			}
		}
		o.take(0, "e1.csv", eventsOf(happening{child(t, 1), osms.EventResidenceLost, "05.10.2026", ""}, happening{child(t, 1), osms.EventCourtBan, "05.10.2026", ""})...)
		o.wantEvents("told", "3 residence_lost 2026-10-05")
		block(false)
		block(true)
		o.take(0, "e2.csv", eventsOf(happening{child(t, 2), osms.EventResidenceLost, "06.10.2026", ""}, happening{child(t, 1), osms.EventResidenceLost, "05.10.2026", ""})...)
		const two = "3 residence_lost 2026-10-05, 4 residence_lost 2026-10-06"
		o.wantEvents("another's event, and the same again", two)
		block(false)
		r := o.take(0, "e3.csv", eventsOf(happening{child(t, 1), osms.EventLeaveKept, "07.10.2026", ""})...)
		o.wantEvents("blocked", two)
		if done, _ := o.eventsTold(); done.Blocked != 1 || done.Office != 0 {
			t.Errorf("%+v", done)
		}
		block(true) // by command: no list says anything
		o.wantEvents("lifted", two+", 5 leave_kept 2026-10-07")
		block(false)
		o.undo(r.Import, UndoOptions{Reason: "қате"})
		o.wantEvents("taken back while blocked", two+", 5 leave_kept 2026-10-07")
		block(true)
		o.wantEvents("lifted again", two+", 5 leave_kept 2026-10-07 annulled, 6 leave_kept 2026-10-07 back for 05")
	})
}

// TestEventsWait: what cannot be printed and who is on no list waits for the name
// and the list.
func TestEventsWait(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, unknown := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63})
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a, surname: "ТЕГІ字"}, learner{iin: child(t, 2), bin: unknown})...)
		o.eventsTold()
		o.at("2026-10-10T10:00:00+05:00")
		o.take(0, "e1.csv", eventsOf(happening{child(t, 1), osms.EventResidenceLost, "05.10.2026", ""}, happening{child(t, 2), osms.EventDeath, "05.10.2026", ""})...)
		o.wantEvents("both wait", "")
		if done, _ := o.eventsTold(); done.Unprintable != 2 || done.Office != 0 { // its notification is the other
			t.Errorf("%+v", done)
		}
		o.at("2026-10-20T10:00:00+05:00")
		o.list(map[osms.BIN]osms.Region{a: 63, unknown: 63})
		o.take(63, "63-delta-2026-10-20.csv", rosterOf(learner{iin: child(t, 1), bin: a, surname: "ТЕГІ", given: "АТЫҮҮ"})...)
		done, got := o.eventsTold()
		if !strings.Contains(got, "residence_lost") || !strings.Contains(got, "death") || done.Unprintable != 0 || done.Office != 2 {
			t.Errorf("%q, %+v", got, done)
		}
		o.wantEvents("once", got)
	})
}

// TestEventsTakenBack: a record that was taken back, corrected or annulled by hand
// leaves no letter standing that tells otherwise, and every letter says in whose
// place it comes.
func TestEventsTakenBack(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := o.twoLearners()
		dead := happening{child(t, 1), osms.EventDeath, "05.10.2026", ""}
		first := o.take(0, "e1.csv", eventsOf(dead)...)
		o.wantEvents("told", "3 death 2026-10-05")
		second := o.take(0, "e2.csv", eventsOf(dead, happening{child(t, 2), osms.EventLeaveKept, "01.10.2026", "31.12.2026"})...)
		o.undo(first.Import, UndoOptions{Reason: "қате"})
		o.wantEvents("another list says it still", "3 death 2026-10-05, 4 leave_kept 2026-10-01")
		o.undo(second.Import, UndoOptions{Reason: "қате"})
		const undone = "3 death 2026-10-05 annulled, 4 leave_kept 2026-10-01 annulled, 5 death 2026-10-05 back for 03, 6 leave_kept 2026-10-01 back for 04"
		o.wantEvents("taken back", undone)
		back := o.outgoing("63-2026-000005")
		o.says("taken back", back, "ранее направленное письмо № 63-2026-000003 о событии", "аннулировано.", "жіберілген № 63-2026-000003 хаттың күші жойылғанын",
			"Запись об этом событии отозвана из реестра", "об аннулировании письма о событии")
		if text := letterText(t, o.document(back, ".pdf")); strings.Contains(text, "зарегистрировано следующее") || strings.Contains(text, "взамен") || strings.Contains(text, "орнына") {
			t.Error(text)
		}
		if again, err := o.annul("63-2026-000003", true); err == nil {
			t.Errorf("what is not believed was told again: %s", again)
		}
		o.take(0, "e3.csv", eventsOf(dead, happening{child(t, 1), osms.EventLeaveKept, "01.10.2026", ""})...)
		again := undone + ", 7 death 2026-10-05, 8 leave_kept 2026-10-01"
		o.wantEvents("believed again", again)
		third := o.take(0, "e4.csv", eventsOf(happening{child(t, 1), osms.EventDeath, "06.10.2026", ""})...)
		again = strings.Replace(again, "7 death 2026-10-05", "7 death 2026-10-05 annulled", 1)
		o.wantEvents("corrected", again+", 9 death 2026-10-06 for 07")
		o.says("corrected", o.outgoing("63-2026-000009"), "взамен аннулированного письма № 63-2026-000007", "зарегистрировано следующее событие")
		if again, err := o.annul("63-2026-000007", true); err == nil {
			t.Errorf("what was corrected was told again: %s", again)
		}
		o.undo(third.Import, UndoOptions{Reason: "қате"})
		again += ", 9 death 2026-10-06 for 07 annulled, 10 death 2026-10-05 for 09"
		o.wantEvents("the correction is taken back", again)
		if _, err := o.annul("63-2026-000010", false); err != nil {
			t.Fatal(err)
		}
		again = strings.Replace(again, "10 death 2026-10-05 for 09", "10 death 2026-10-05 for 09 annulled", 1) + ", 11 death 2026-10-05 for 10"
		o.wantEvents("annulled by hand", again)
		if number, err := o.annul("63-2026-000006", true); err != nil || o.outgoing(number).Replaces != "63-2026-000004, 63-2026-000006" {
			t.Errorf("%s, %v", number, err)
		}
		o.says("taken back, issued again", o.outgoing("63-2026-000012"), "ранее направленные письма № 63-2026-000004, 63-2026-000006 о событии", "аннулированы.")
		again = strings.Replace(again, "back for 04", "back for 04 annulled", 1) + ", 12 leave_kept 2026-10-01 back for 04, 06"
		o.wantEvents("issued again", again)
		// Whoever claims the dead later is told as well.
		b := school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
		o.take(63, "63-delta-2026-10-02.csv", rosterOf(learner{iin: child(t, 1), bin: b})...)
		o.wantEvents("another organisation", again+", 13 death 2026-10-05, 14 leave_kept 2026-10-01")
	})
}

// TestEventsCutOff: a crash between registering and printing, and one between the
// letter and the annulment that goes with it, cost nothing and repeat nothing; and
// verify sees whatever is changed in why a letter is annulled.
func TestEventsCutOff(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		o.twoLearners()
		db := database(t, address)
		exec := behindTheBack(t, db)
		r := o.take(0, "e1.csv", eventsOf(happening{child(t, 1), osms.EventDeath, "05.10.2026", ""}, happening{child(t, 2), osms.EventDeath, "05.10.2026", ""})...)
		whole, file := o.desk.Home.Letters, filepath.Join(o.desk.Home.Dir, "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		o.desk.Home.Letters = file
		if done, err := o.letters(); err == nil || done.Office != 0 {
			t.Errorf("%+v, %v", done, err)
		}
		o.desk.Home.Letters = whole
		var message string
		o.run(func(ctx context.Context, turn Turn) (err error) {
			message, err = o.desk.Do(ctx, turn, osms.JobLetters, 202610, quiet)
			return err
		})
		if message != "0 letters in 0 bundles, 2 letters of other kinds" {
			t.Error(message)
		}
		const told = "3 death 2026-10-05, 4 death 2026-10-05"
		o.wantEvents("printed later", told)
		o.undo(r.Import, UndoOptions{Reason: "қате"})
		refuse, allow := "CREATE TRIGGER cut BEFORE UPDATE OF annulled ON letter BEGIN SELECT RAISE(ABORT, 'cut'); END", "DROP TRIGGER cut"
		if strings.HasPrefix(address, "postgres") {
			refuse, allow = "ALTER TABLE letter ADD CONSTRAINT cut CHECK (annulled = 0)", "ALTER TABLE letter DROP CONSTRAINT cut"
		}
		exec(refuse)
		if _, err := o.letters(); err == nil {
			t.Error("it was not cut off")
		}
		exec(allow)
		if got := kinds(o.register()); got != "notification 2, event 2" {
			t.Errorf("cut off: %s", got)
		}
		o.wantEvents("taken back", "3 death 2026-10-05 annulled, 4 death 2026-10-05 annulled, 5 death 2026-10-05 back for 03, 6 death 2026-10-05 back for 04")
		for _, c := range []string{"annulled = 0 WHERE number = 3", "annulled = annulled - 1 WHERE number = 3", "annulled = (SELECT annulled FROM letter WHERE number = 3) WHERE number = 5",
			"replaces = '63-2026-000004' WHERE number = 5", "kind = 'covering' WHERE number = 3"} {
			exec("CREATE TABLE saved AS SELECT * FROM letter")
			exec("UPDATE letter SET " + c)
			if v, err := o.desk.Verify(t.Context(), quiet); err != nil || len(v.Findings) == 0 {
				t.Errorf("%s: not found, %v", c, err)
			}
			exec("DELETE FROM letter")
			exec("INSERT INTO letter SELECT * FROM saved")
			exec("DROP TABLE saved")
		}
		o.verified()
	})
}
