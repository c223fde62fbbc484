package jobs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"osmsd/exporters/mail/mailtest"
	"osmsd/sync/osms"
)

func newSQLite(t *testing.T) *office {
	t.Helper()
	return newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
}

func (o *office) job(job osms.Job, month osms.Month) {
	o.t.Helper()
	_, err := o.runner.Run(o.t.Context(), osms.Run{Job: job, Month: month, Trigger: "command"}, func(ctx context.Context, t Turn) (string, error) {
		return o.desk.Do(ctx, t, job, month, quiet)
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// A reconciliation and reminders are mailed once, however often they are made.
func TestMailsOfReportsAndReminders(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		there := mailtest.Start(t, mailtest.Plain)
		o.post(there.Address)
		s, _ := numbered(t, 2)
		o.hearing("east@example.kz", osms.MailReminders)
		o.hearing("admin@example.kz", osms.MailReports)
		o.list(map[osms.BIN]osms.Region{s[1]: 63, s[2]: 75})
		o.at("2026-10-08T09:00:00+05:00")
		for range 2 {
			o.job(osms.JobReminders, october)
			o.job(osms.JobReconcile, 202609)
		}
		if done := o.deliver(); done != (Delivered{Sent: 3}) {
			t.Fatalf("%+v: %+v", done, o.outbox())
		}
		for _, g := range there.Got() {
			subject, texts, files := mailtest.Parts(t, g.Raw)
			switch {
			case g.To == "east@example.kz":
				name := strings.Join(sortedKeys(files), " ")
				if !strings.HasPrefix(name, "2026-10-reminder-2026-10-08-") || !strings.HasPrefix(files[name], "%PDF-") || !strings.Contains(texts["text/plain"], "организаций: 1") {
					t.Errorf("%s: %s\n%s", subject, name, texts["text/plain"])
				}
			case g.To == "fund@example.kz" || g.To == "admin@example.kz":
				name := strings.Join(sortedKeys(files), " ")
				if !strings.HasPrefix(name, "reconciliation-2026-09-") || !strings.HasSuffix(name, ".pdf") || !strings.Contains(texts["text/plain"], "reports/2026-09") {
					t.Errorf("%s: %s\n%s", subject, name, texts["text/plain"])
				}
			default:
				t.Errorf("a mail to %s", g.To)
			}
		}
		// With another decision the month is known otherwise: that is another report.
		o.take(63, "63-delta.csv", rosterOf(learner{iin: child(t, 1), bin: s[1]})...)
		o.desk.Mail.Attach.Report = true
		o.job(osms.JobReconcile, 202609)
		if done := o.deliver(); done != (Delivered{Sent: 2}) {
			t.Fatalf("%+v", done)
		}
		if _, _, files := mailtest.Parts(t, there.Got()[3].Raw); len(files) != 2 {
			t.Errorf("%v", sortedKeys(files))
		}
		// A report that was destroyed meanwhile is told all the same.
		o.take(63, "63-more.csv", rosterOf(learner{iin: child(t, 2), bin: s[1]})...)
		o.job(osms.JobReconcile, 202609)
		if err := os.RemoveAll(o.desk.Home.Reports); err != nil {
			t.Fatal(err)
		}
		if done := o.deliver(); done != (Delivered{Sent: 2}) {
			t.Errorf("%+v", done)
		}
	})
}

// An import that is rolled back after its arrival was written, because it is not
// what was approved, leaves no mail: the one mail is about the refusal.
func TestNoMailOfWhatWasRolledBack(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.post("127.0.0.1:1")
		var outcome osms.Outcome
		o.run(func(ctx context.Context, turn Turn) error {
			return o.desk.ImportApproved(ctx, turn, []string{o.bad("1.csv")}, 63, "", strings.Repeat("0", 64), func(taken Taken) { outcome = taken.Report.Outcome })
		})
		arrivals, err := o.desk.Store.Arrivals(t.Context(), 0)
		if err != nil || outcome != osms.FileRefused || len(arrivals) != 1 {
			t.Fatalf("%s, %+v, %v", outcome, arrivals, err)
		}
		if list := o.outbox(); len(list) != 1 || list[0].Cause != fmt.Sprint(arrivals[0].ID) {
			t.Errorf("%+v", list)
		}
	})
}

// Once a day the administrator hears what needs one; a day without has no mail.
func TestDigest(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		there := mailtest.Start(t, mailtest.Plain)
		o.post(there.Address)
		o.hearing("admin@example.kz", osms.MailDigests)
		o.at("2026-10-01T07:00:00+05:00")
		o.deliver() // begins the count
		o.at("2026-10-01T09:00:00+05:00")
		o.deliver()
		if n := len(there.Got()); n != 0 {
			t.Fatalf("%d mails of a quiet day", n)
		}
		there.Answer = func(stage, to string, _ int) int {
			if stage == "rcpt" && to == "east@example.kz" {
				return 550
			}
			return 0
		}
		o.take(63, "1.csv", rosterOf(learner{iin: child(t, 1), bin: school(t, 1)})...)
		o.take(63, "63-full-empty.csv", "Вид списка: полный", "БИН: "+school(t, 1).Digits(), rosterHeader)
		_, err := o.runner.Run(t.Context(), osms.Run{Job: osms.JobLetters, Trigger: "command"}, func(context.Context, Turn) (string, error) { return "", errors.New("no paper") })
		if err == nil {
			t.Fatal("the run did not fail")
		}
		o.deliver()
		o.at("2026-10-02T07:59:00+05:00")
		o.deliver()
		if n := len(there.Got()); n != 0 {
			t.Fatalf("%d mails before the hour", n)
		}
		for _, at := range []string{"2026-10-02T08:00:00+05:00", "2026-10-02T08:05:00+05:00", "2026-10-02T23:00:00+05:00"} {
			o.at(at)
			o.deliver()
		}
		got := there.Got()
		if len(got) != 1 || got[0].To != "admin@example.kz" {
			t.Fatalf("%d mails", len(got))
		}
		subject, texts, _ := mailtest.Parts(t, got[0].Raw)
		text := texts["text/plain"]
		if !strings.Contains(subject, "02.10.2026") || !strings.Contains(text, "Runs that failed: 1 (") || !strings.Contains(text, " letters)") ||
			!strings.Contains(text, "wait for a decision: 1.") || !strings.Contains(text, "could not be sent: 2.") || strings.Contains(text, "paper") {
			t.Errorf("%s\n%s", subject, text)
		}
		// The day after only what still waits is told.
		o.at("2026-10-03T08:00:00+05:00")
		o.deliver()
		if got := there.Got(); len(got) != 2 {
			t.Fatalf("%d mails", len(got))
		}
		if _, texts, _ := mailtest.Parts(t, there.Got()[1].Raw); strings.Contains(texts["text/plain"], "failed") || !strings.Contains(texts["text/plain"], "decision: 1.") {
			t.Error(texts["text/plain"])
		}
	})
}

// The daemon delivers by the schedule: nothing is journalled while the outbox is
// empty, and what was missed while it was away is one run.
func TestServeDelivers(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		there := mailtest.Start(t, mailtest.Plain)
		o.post(there.Address)
		tasks := map[osms.Job]Task{osms.JobDeliver: {Cron: "*/5 * * * *"}}
		c := &clock{at: almaty(t, "2026-10-01 09:01")}
		o.while(o.service(c, tasks), func() bool { return true })
		c.set(almaty(t, "2026-10-01 09:05"))
		o.while(o.service(c, tasks), func() bool { return len(o.scheduled()) == 1 }) // the count of digests begins
		o.hand(63, o.bad("1.csv"))
		c.set(almaty(t, "2026-10-04 07:59"))
		o.while(o.service(c, tasks), func() bool { return len(there.Got()) == 1 })
		c.set(almaty(t, "2026-10-04 09:30"))
		polls := 0
		o.while(o.service(c, tasks), func() bool { polls++; return polls > 3 })
		c.set(almaty(t, "2026-10-04 10:30"))
		polls = 0
		o.while(o.service(c, tasks), func() bool { polls++; return polls > 3 })
		if runs := o.scheduled(); len(runs) != 3 {
			t.Errorf("%v", runs)
		}
		due, err := o.desk.Store.Due(t.Context(), osms.JobDeliver)
		if want := almaty(t, "2026-10-04 10:35"); err != nil || !due.Equal(want) {
			t.Errorf("next at %s, want %s: %v", due, want, err)
		}
	})
}

// A mail in a folder is whole, and written again it replaces itself.
func TestMailIntoAFolder(t *testing.T) {
	o := newSQLite(t)
	o.post("")
	o.desk.Mail.Folder = filepath.Join(t.TempDir(), "mail")
	o.hand(63, o.bad("1.csv"))
	if done := o.deliver(); done != (Delivered{Sent: 1}) {
		t.Errorf("%+v", done)
	}
	first, err := os.ReadFile(filepath.Join(o.desk.Mail.Folder, "mail-000001.eml"))
	if err != nil || !strings.Contains(string(first), "receipt-1.pdf") {
		t.Fatal(err)
	}
	if answer, err := o.desk.TestMail(t.Context(), o.now, "anybody@example.kz", "ru"); err != nil || answer != "mail-test.eml" {
		t.Errorf("%q, %v", answer, err)
	}
	if found, err := os.ReadDir(o.desk.Mail.Folder); err != nil || len(found) != 2 {
		t.Errorf("%v, %v", found, err)
	}
	// A folder that cannot be written is a server that is down.
	o.desk.Mail.Folder = filepath.Join(o.desk.Mail.Folder, "mail-000001.eml", "none")
	o.hand(63, o.bad("2.csv"))
	if done := o.deliver(); done.Later != 1 || done.Down == "" {
		t.Errorf("%+v", done)
	}
	if m := o.outbox()[1]; !m.Waiting() || m.NextTry.Sub(o.now) != 5*time.Minute {
		t.Errorf("%+v", m)
	}
}
