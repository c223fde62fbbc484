package jobs

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"osmsd/sync/casework"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// told lets the letters go out and gives the register by kind.
func (o *office) told() (register string) {
	o.t.Helper()
	if _, err := o.letters(); err != nil {
		o.t.Fatal(err)
	}
	return kinds(o.register())
}

func (o *office) wantTold(what, want string) {
	o.t.Helper()
	if got := o.told(); got != want {
		o.t.Errorf("%s: register %q, want %q", what, got, want)
	}
}

// annul annuls a letter by its number.
func (o *office) annul(number string, reissue bool) (again string, failed error) {
	o.t.Helper()
	n, err := osms.ParseCaseNumber(number)
	if err != nil {
		o.t.Fatal(err)
	}
	o.run(func(ctx context.Context, t Turn) error {
		if again, failed = o.desk.AnnulLetter(ctx, t, n.Region, n.Year, n.Serial, "қате", reissue); failed != nil {
			return nil
		}
		_, err := o.desk.PrintOffice(ctx, quiet)
		return err
	})
	return again, failed
}

// TestCasesAndLetters: what a case told, the letters of lists do not tell again;
// bundles go with one covering letter and, where it is so configured, with cases;
// events are told of once, and that they were taken back; and every letter can be
// annulled and issued again, in one series of numbers.
func TestCasesAndLetters(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
		o.at("2026-10-05T10:00:00+05:00")
		o.desk.Casework = Casework{Automatic: true, Covering: true, DOCX: true}
		learners := []learner{{iin: student(t, 1), bin: a, enrolled: "01.09.2025"}, {iin: student(t, 2), bin: a, enrolled: "01.09.2025"}, {iin: student(t, 8), bin: b, enrolled: "01.09.2025"}}
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learners...)...)
		o.wantTold("the first roster", "notification 3, covering 2")
		o.wantTold("nothing new", "notification 3, covering 2")
		o.says("covering", o.outgoing("63-2026-000004"), "Хабарламалар саны: 2", "Количество уведомлений: 2", "63-2026-000001", "63-2026-000002")
		o.verified()

		in := handedIn{number: "1", received: "05.10.2026 09:30", person: student(t, 3), name: "Қасымова Әлия", bin: a, form: "очная", enrolled: "01.10.2026"}
		o.take(63, "өтініш.csv", applicationsOf(in)...)
		o.worked()
		o.wantTold("a case has told it", "notification 4, covering 2")
		for _, form := range []string{".pdf", ".docx"} {
			if b, err := os.ReadFile(filepath.Join(o.desk.Home.Letters, "63", a.Digits(), "63-2026-000006-notification"+form)); err != nil || len(b) < 1000 {
				t.Errorf("%s: %d bytes, %v", form, len(b), err)
			}
		}
		// Another person's letter moves the mark on: still not told.
		o.take(63, "63-delta-2026-10-05.csv", rosterOf(learner{iin: student(t, 4), bin: a, enrolled: "02.10.2026"})...)
		o.wantTold("another's letter", "notification 5, covering 3")
		o.take(63, "63-delta-2026-10-06.csv", rosterOf(learner{iin: student(t, 3), bin: a, enrolled: "01.10.2026", surname: "Қасымова", given: "Әлия", status: "отчислен", until: "05.10.2026"})...)
		o.wantTold("a later change", "notification 6, covering 4")
		last := o.register()
		if l := last[len(last)-2]; l.Person != student(t, 3) || l.Action != osms.Removed || l.Bundle == 0 {
			t.Errorf("%+v", l)
		}
		o.verified()

		o.desk.Casework.FromRosters = true
		o.at("2026-10-07T10:00:00+05:00")
		o.take(63, "63-delta-2026-10-07.csv", rosterOf(learner{iin: student(t, 5), bin: a, enrolled: "02.10.2026"})...)
		o.wantTold("with cases of rosters", "notification 7, covering 5")
		o.wantTold("once", "notification 7, covering 5")
		of := o.only(store.CaseFilter{Person: student(t, 5)})
		if l := o.register(); of.Origin != osms.FromRoster || of.Outcome != osms.CaseNotified || of.State != casework.DoneInTime || of.Letter != l[len(l)-2].Outgoing() || of.Letter != of.Incoming {
			t.Errorf("%+v", of)
		}
		r, err := o.desk.CasesReport(t.Context(), 202610, 0, o.now)
		if err != nil || r.Total.FromRoster != 1 || r.Total.Received != 1 || r.Total.Notified != 1 {
			t.Errorf("%+v, %v", r.Total, err)
		}
		o.verified()

		events := o.take(0, "события.csv", eventsOf(happening{student(t, 1), osms.EventDeath, "01.10.2026", ""})...)
		o.wantTold("an event", "notification 7, covering 5, event 1")
		o.wantTold("an event, once", "notification 7, covering 5, event 1")
		all := o.register()
		death := all[len(all)-1]
		o.says("death", o.outgoing(death.Outgoing()), "қайтыс болуы", "смерть", "Не включайте лицо в следующий список", "№ 7-қ")
		o.undo(events.Import, UndoOptions{Reason: "қате"})
		o.wantTold("taken back", "notification 7, covering 5, event 2")
		o.wantTold("taken back, once", "notification 7, covering 5, event 2")
		all = o.register()
		o.says("taken back", o.outgoing(all[len(all)-1].Outgoing()), "Запись об этом событии отозвана из реестра", "Бұл оқиға туралы жазба тіркелімнен алынды")
		o.verified()

		// One of each kind, annulled and issued again.
		o.take(63, "қабылданбайды.csv", applicationsOf(handedIn{number: "2", received: "07.10.2026 09:30", person: student(t, 6), name: "Оспанов Берік", bin: a, without: "study"},
			handedIn{number: "3", received: "07.10.2026 09:40", person: student(t, 7), name: "Оспанов Берік", bin: a, without: "consent"},
			handedIn{number: "4", received: "07.10.2026 09:50", person: student(t, 8), bin: a, previous: b, form: "очная"})...)
		o.worked()
		seen := map[osms.LetterKind]bool{}
		for _, l := range o.register() {
			if l.Bundle != 0 || l.Annulled != 0 || seen[l.Kind] {
				continue
			}
			seen[l.Kind] = true
			again, err := o.annul(l.Outgoing(), true)
			if err != nil || again == "" {
				t.Fatalf("%s: %q, %v", l.Kind, again, err)
			}
			ru := map[osms.LetterKind]string{osms.LetterNotification: "выдано взамен аннулированного уведомления", osms.LetterRefusal: "выдан взамен аннулированного ответа",
				osms.LetterNotAccepted: "выдана взамен аннулированной расписки", osms.LetterQuestion: "направлен взамен аннулированного запроса",
				osms.LetterCovering: "направлено взамен аннулированного письма", osms.LetterEvent: "о событии, касающемся лица"}
			fresh := o.outgoing(again)
			if fresh.Kind != l.Kind || !slices.Contains(inPlaceOf(fresh.RegisteredLetter), l.Outgoing()) || fresh.Person != l.Person || fresh.BIN != l.BIN {
				t.Errorf("%s again: %+v", l.Kind, fresh.RegisteredLetter)
			}
			o.says("again", fresh, ru[l.Kind], "күші жойылған", l.Outgoing())
			if was := o.outgoing(l.Outgoing()); was.Annulled == 0 {
				t.Errorf("%s is not annulled", l.Kind)
			}
			if _, err := o.annul(l.Outgoing(), true); err == nil {
				t.Errorf("%s was annulled twice", l.Kind)
			} else {
				wantErr(t, err, store.ErrOnce)
			}
			o.verified()
		}
		if len(seen) != len(osms.LetterKinds) {
			t.Errorf("kinds %v", seen)
		}
		before := kinds(o.register())
		o.wantTold("what was issued again is not told again", before)
		_, err = o.annul("63-2026-000999", true)
		wantErr(t, err, store.ErrNotFound)
		// A letter of a bundle is told again by the next letters.
		if again, err := o.annul("63-2026-000002", true); err != nil || again != "" {
			t.Errorf("%q, %v", again, err)
		}
		o.told()
		all = o.register()
		if l := all[len(all)-2]; l.Replaces != "63-2026-000002" || l.Bundle == 0 || l.Person != student(t, 2) {
			t.Errorf("%+v", l)
		}
		o.verified()
		// Annulled first, issued again later, as after a crash between the two.
		refusal := o.only(store.CaseFilter{Incoming: "3"})
		about, err := o.desk.Store.OfficeLettersAbout(t.Context(), refusal.Number.String())
		if err != nil || len(about) != 2 {
			t.Fatalf("%d letters, %v", len(about), err)
		}
		if again, err := o.annul(about[1].Outgoing(), false); err != nil || again != "" {
			t.Errorf("%q, %v", again, err)
		}
		// What was refused is no notification that another could replace.
		o.take(63, "63-delta-2026-10-08.csv", rosterOf(learner{iin: student(t, 7), bin: a, enrolled: "02.10.2026", surname: "Оспанов", given: "Берік"})...)
		o.told()
		if all = o.register(); all[len(all)-2].Person != student(t, 7) || all[len(all)-2].Replaces != "" {
			t.Errorf("%+v", all[len(all)-2])
		}
		again, err := o.annul(about[1].Outgoing(), true)
		if err != nil || o.outgoing(again).Replaces != about[1].Outgoing() {
			t.Errorf("%q, %v", again, err)
		}
		_, err = o.annul(about[1].Outgoing(), true)
		wantErr(t, err, store.ErrOnce)
		// Taking back what a case entered annuls its notification, and the
		// organisation is told which.
		o.take(63, "өтініш6.csv", applicationsOf(handedIn{number: "6", received: "07.10.2026 09:30", person: student(t, 9), name: "Серік Дана", bin: a, form: "очная", enrolled: "01.10.2026"})...)
		o.worked()
		entered := o.only(store.CaseFilter{Incoming: "6"})
		if u := o.undo(entered.Update, UndoOptions{Reason: "қате"}); !u.Undone || !slices.Equal(u.LettersAnnulled, []string{entered.Letter}) {
			t.Errorf("%+v", u)
		}
		o.run(func(ctx context.Context, turn Turn) error {
			paths, err := o.desk.AnnulmentNotices(ctx, turn)
			if len(paths) != 1 {
				t.Errorf("notices %v", paths)
			}
			return err
		})
		o.wantDue("taken back", student(t, 9), "")
		o.verified()
		all = o.register()
		numbers := map[string]bool{}
		for _, l := range all {
			if numbers[l.Outgoing()] {
				t.Errorf("%s twice", l.Outgoing())
			}
			numbers[l.Outgoing()] = true
		}
		// The next year begins a series of its own.
		o.at("2027-01-11T10:00:00+05:00")
		o.take(63, "қабылданбайды2.csv", applicationsOf(handedIn{number: "5", received: "11.01.2027 09:30", person: student(t, 6), name: "Оспанов Берік", bin: a, without: "study"})...)
		if c := o.only(store.CaseFilter{Incoming: "5"}); c.Letter != "63-2027-000001" || c.Number.String() != "63-2027-З-000001" {
			t.Errorf("%s, %s", c.Number, c.Letter)
		}
		o.register()
		o.verified()
	})
}

// TestCasesByHand: where nothing is automatic every step waits for people; what
// cannot be done changes nothing; late cases are counted.
func TestCasesByHand(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		o.at("2026-10-05T10:00:00+05:00")
		o.take(63, "өтініш.csv", applicationsOf(handedIn{number: "1", received: "05.10.2026 09:30", person: student(t, 1), name: "Қасымова Әлия", bin: a, form: "очная", enrolled: "01.10.2026"},
			handedIn{number: "2", received: "05.10.2026 09:30", person: student(t, 2), name: "Оспанов Берік", bin: a, form: "очная"})...)
		if done := o.worked(); done.Waiting != 2 || done.Steps != 0 || done.Closed != 0 {
			t.Errorf("%+v", done)
		}
		first, second := o.only(store.CaseFilter{Incoming: "1"}).Number, o.only(store.CaseFilter{Incoming: "2"}).Number
		step := func(s osms.CaseStep) CaseStep { return CaseStep{StepDone: osms.StepDone{Step: s}} }
		last := func() int64 {
			n, err := o.desk.Store.LastSequence(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		known := last()
		_, err := o.does(first, step(osms.StepCheck))
		wantCode(t, "out of turn", err, casework.WrongStep)
		_, err = o.does(first, step(osms.StepAccept))
		wantCode(t, "accepted already", err, casework.WrongStep)
		if last() != known {
			t.Error("a step out of turn changed the registry")
		}
		if _, err = o.does(first, step(osms.StepResolve)); err != nil {
			t.Fatal(err)
		}
		known = last()
		nobody := step(osms.StepCheck)
		nobody.By = " "
		_, err = o.does(first, nobody)
		wantCode(t, "by nobody", err, casework.WhoMissing)
		_, err = o.does(osms.CaseNumber{Region: 63, Year: 2026, Serial: 99}, step(osms.StepCheck))
		wantErr(t, err, ErrNoCase)
		if last() != known {
			t.Error("a step that was not done changed the registry")
		}
		if _, err = o.does(second, step(osms.StepResolve)); err != nil {
			t.Fatal(err)
		}
		by := step(osms.StepCheck)
		by.Outcome, by.Ground, by.Reason = osms.CaseRefused, 2, osms.ReasonByHand
		_, err = o.does(second, by)
		wantCode(t, "without words", err, casework.NeedsReason)
		by.Note = "анықтаманың мөрі жоқ"
		for _, s := range []CaseStep{by, step(osms.StepSign), step(osms.StepIssue)} {
			if _, err = o.does(second, s); err != nil {
				t.Fatalf("%s: %v", s.Step, err)
			}
		}
		c := o.only(store.CaseFilter{Incoming: "2"})
		o.says("by hand", o.outgoing(c.Letter), "анықтаманың мөрі жоқ", "2)")
		_, err = o.does(second, step(osms.StepIssue))
		wantCode(t, "closed", err, casework.Closed)
		for at, want := range map[string]string{"2026-10-06T15:30:00+05:00": "1 1 0", "2026-10-06T18:31:00+05:00": "1 0 1"} {
			o.at(at)
			if done := o.worked(); fmt.Sprint(done.Waiting, done.Nearly, done.Overdue) != want {
				t.Errorf("%s: %+v, want %s", at, done, want)
			}
		}
		o.at("2026-10-07T09:30:00+05:00")
		for _, s := range []osms.CaseStep{osms.StepCheck, osms.StepSign, osms.StepIssue} {
			if _, err = o.does(first, step(s)); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
		r, err := o.desk.CasesReport(t.Context(), 202610, 63, o.now)
		if tot := r.Total; err != nil || fmt.Sprint(tot.Received, tot.Notified, tot.Refused, tot.Open, tot.InTime, tot.Late) != "2 1 1 0 1 1" {
			t.Errorf("%+v, %v", r.Total, err)
		}
		// The answer of the previous organisation contradicts the register.
		b := school(t, 2)
		o.list(map[osms.BIN]osms.Region{b: 63})
		o.take(63, "63-full-2026-10-07.csv", rosterOf(learner{iin: student(t, 4), bin: b, enrolled: "01.09.2026"})...)
		o.take(63, "басқа.csv", applicationsOf(handedIn{number: "4", received: "07.10.2026 09:10", person: student(t, 4), bin: a, previous: b, form: "очная"})...)
		asked := o.only(store.CaseFilter{Incoming: "4"}).Number
		for _, s := range []osms.CaseStep{osms.StepResolve, osms.StepAsk} {
			if _, err = o.does(asked, step(s)); err != nil {
				t.Fatal(err)
			}
		}
		answer := step(osms.StepAnswer)
		answer.Answer, answer.LeftOn = osms.LeftThere, 20260831
		_, err = o.does(asked, answer)
		wantCode(t, "left before it began", err, casework.LeftTooEarly)
		answer.LeftOn = 20260930
		for _, s := range []CaseStep{answer, step(osms.StepCheck), step(osms.StepSign), step(osms.StepIssue)} {
			if _, err = o.does(asked, s); err != nil {
				t.Fatalf("%s: %v", s.Step, err)
			}
		}
		// A correction stands, whatever lists with the same application lie before it.
		o.desk.Casework.Automatic = false
		paper := handedIn{number: "3", received: "07.10.2026 09:10", person: student(t, 3), name: "Серік Дана", bin: a, form: "заочная"}
		o.take(63, "бірінші.csv", applicationsOf(paper)...)
		o.take(63, "екінші.csv", append(applicationsOf(paper), "")...)
		paper.form = "очная"
		if r := o.take(63, "үшінші.csv", applicationsOf(paper)...); r.Changed != 1 {
			t.Errorf("%+v", r)
		}
		for range 2 {
			o.worked()
		}
		open := o.only(store.CaseFilter{Person: student(t, 3), Open: true})
		if all, err := o.desk.Cases(t.Context(), store.CaseFilter{Person: student(t, 3)}, o.now); err != nil || len(all) != 2 || open.StudyForm != osms.FullTime || all[0].Outcome != osms.CaseWithdrawn {
			t.Errorf("%d cases, %v, %+v", len(all), err, open)
		}
		o.wantDue("by hand", student(t, 1), "2026-10..9999-12 63")
		o.verified()
	})
}

// TestCoveringOf4000: the covering letter of a big organisation lists everybody.
func TestCoveringOf4000(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "osmsd.db"))
	a := school(t, 1)
	o.list(map[osms.BIN]osms.Region{a: 63})
	var roster []learner
	for n := 0; len(roster) < 4000; n++ {
		if iin, err := made12(fmt.Sprintf("0403145%04d", n)); err == nil { // not every number has a check digit
			roster = append(roster, learner{iin: iin, bin: a, enrolled: "01.09.2026"})
		}
	}
	o.desk.Casework.Covering = true
	if r := o.take(63, "63-full-2026-10-01.csv", rosterOf(roster...)...); r.Outcome != osms.Applied || r.Joined != 4000 {
		t.Fatalf("%s %d %v", r.Outcome, r.Joined, r.Refusals)
	}
	o.told()
	o.told()
	letters := o.register()
	const n = 4000
	if got, want := kinds(letters), "notification 4000, covering 1"; got != want {
		t.Fatalf("%s, want %s", got, want)
	}
	covering := o.outgoing(letters[n].Outgoing())
	says, err := officeLetterKept(covering.Content)
	if err != nil || len(says.List) != n {
		t.Errorf("%d listed of %d, %v", len(says.List), n, err)
	}
	if b := o.document(covering, ".docx"); len(b) < 10_000 {
		t.Errorf("%d bytes of .docx", len(b))
	}
	text := letterText(t, o.document(covering, ".pdf"))
	for _, l := range letters[:n] {
		if !strings.Contains(text, l.Outgoing()) {
			t.Fatalf("%s is not on the list", l.Outgoing())
		}
	}
	o.verified()
}

// TestOneFolderHindersNoOther: letters to an organisation whose folder cannot be
// written, however many, do not keep another's from being printed.
func TestOneFolderHindersNoOther(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "osmsd.db"))
	a, b := school(t, 1), school(t, 2)
	o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
	o.at("2026-10-05T10:00:00+05:00")
	var all []handedIn
	for n := range 502 {
		all = append(all, handedIn{number: fmt.Sprint(n), received: "05.10.2026 09:30", person: student(t, n%100), name: "Оспанов Берік", bin: a, without: "study"})
	}
	all[501].bin = b
	if err := os.MkdirAll(filepath.Join(o.desk.Home.Letters, "63"), 0o750); err != nil {
		t.Fatal(err)
	}
	blocked := filepath.Join(o.desk.Home.Letters, "63", a.Digits())
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	path := o.write("өтініш.csv", applicationsOf(all...)...)
	o.run(func(ctx context.Context, turn Turn) error {
		if err := o.desk.Import(ctx, turn, []string{path}, 63, "", func(Taken) {}); err != nil {
			t.Log(len(err.Error()))
		}
		_, err := o.desk.PrintOffice(ctx, quiet)
		if err == nil {
			t.Error("letters were written where no folder can be")
		}
		return nil
	})
	if n := len(o.register()); n != 502 {
		t.Fatalf("%d receipts", n)
	}
	if found := tree(t, filepath.Join(o.desk.Home.Letters, "63", b.Digits())); len(found) != 1 {
		t.Errorf("the other organisation has %d letters", len(found))
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	o.run(func(ctx context.Context, turn Turn) error {
		_, err := o.desk.PrintOffice(ctx, quiet)
		return err
	})
	if found := tree(t, filepath.Join(o.desk.Home.Letters)); len(found) != 502 {
		t.Errorf("%d letters", len(found))
	}
}

// TestWordingInUse: an operator's folder is taken; a later change that breaks it
// is an error with its place, and letters go on in the last good wording; what was
// issued before is printed again as it was issued.
func TestWordingInUse(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		o.at("2026-10-05T10:00:00+05:00")
		folder := t.TempDir()
		put := func(name, text string) {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		serial := 0
		receipt := func() (store.OfficeLetter, error) {
			serial++
			number := fmt.Sprint(serial)
			o.take(63, "өтініш"+number+".csv", applicationsOf(handedIn{number: number, received: "05.10.2026 09:30", person: student(t, serial), name: "Оспанов Берік", bin: a, without: "consent"})...)
			var failed error
			o.run(func(ctx context.Context, turn Turn) error {
				_, failed = o.desk.WorkCases(ctx, turn, quiet)
				return nil
			})
			return o.outgoing(o.only(store.CaseFilter{Incoming: number}).Letter), failed
		}
		o.desk.Casework.Automatic = true
		builtIn, err := receipt()
		if err != nil || builtIn.Texts != "" {
			t.Fatalf("%q, %v", builtIn.Texts, err)
		}
		o.desk.Wording.Folder = folder
		put("refusal.ru.txt", `{{define "title"}}ПЕРВЫЙ ВАРИАНТ{{end}}`)
		one, err := receipt()
		if err != nil || one.Texts == "" {
			t.Fatalf("%q, %v", one.Texts, err)
		}
		put("refusal.ru.txt", `{{define "title"}}ВТОРОЙ ВАРИАНТ{{end}}`)
		o.at("2026-10-05T10:05:00+05:00")
		two, err := receipt()
		if err != nil || two.Texts == one.Texts {
			t.Fatalf("%q, %v", two.Texts, err)
		}
		for what, c := range map[string]struct{ text, fault string }{
			"a field that no letter has": {"{{define \"title\"}}ТРЕТИЙ{{end}}\n{{define \"note\"}}{{.Salary}}{{end}}", "refusal.ru.txt:2: .Salary"},
			"a letter that no font has":  {`{{define "title"}}ТРЕТИЙ 漢{{end}}`, "refusal.ru.txt:1"},
			"a broken template":          {`{{define "title"}}ТРЕТИЙ{{if}}{{end}}`, "refusal.ru.txt:1"},
		} {
			put("refusal.ru.txt", c.text)
			broken, err := receipt()
			if err == nil || !strings.Contains(err.Error(), c.fault) {
				t.Errorf("%s: %v, want %s", what, err, c.fault)
			}
			if broken.Texts != two.Texts {
				t.Errorf("%s: issued in %q, want the last good one", what, broken.Texts)
			}
			o.says(what, broken, "ВТОРОЙ ВАРИАНТ")
			_, failed := o.letters()
			if failed == nil || !strings.Contains(failed.Error(), c.fault) {
				t.Errorf("%s: the letters' job says %v", what, failed)
			}
		}
		// Another process, with the folder still broken, goes on in it too.
		o.desk.Wording = Wording{Folder: folder}
		after, err := receipt()
		if err == nil || after.Texts != two.Texts {
			t.Errorf("%q, %v", after.Texts, err)
		}
		o.says("issued first", builtIn, "МОТИВИРОВАННЫЙ ОТВЕТ")
		o.says("issued second", one, "ПЕРВЫЙ ВАРИАНТ")
		o.says("issued third", two, "ВТОРОЙ ВАРИАНТ")
		// The operator takes the built-in wording again; broken after that, it is the
		// last good one.
		if err := os.Remove(filepath.Join(folder, "refusal.ru.txt")); err != nil {
			t.Fatal(err)
		}
		o.at("2026-10-05T10:10:00+05:00")
		if back, err := receipt(); err != nil || back.Texts != "" {
			t.Errorf("%q, %v", back.Texts, err)
		}
		put("refusal.ru.txt", "{{define")
		o.at("2026-10-05T10:15:00+05:00")
		if last, err := receipt(); err == nil || last.Texts != "" {
			t.Errorf("the last good wording is the built-in one: %q, %v", last.Texts, err)
		}
		o.verified()
	})
}
