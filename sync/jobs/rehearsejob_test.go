package jobs

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/sync/osms"
)

// figures are what a rehearsal counts; -1 stands for a word, and money is in tiyn.
func figures(r Rehearsed) map[string]int {
	out := map[string]int{}
	for _, f := range r.Figures {
		switch f.Unit {
		case InTenge:
			out[f.What] = int(f.Amount)
		case InDays:
			out[f.What] = int(f.Day)
		case InWords:
			out[f.What] = -1
		default:
			out[f.What] = f.Count
		}
	}
	return out
}

// everything lists the files of the home but for the database's own.
func (o *office) everything() (out []string) {
	err := filepath.WalkDir(o.desk.Home.Dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !strings.HasPrefix(e.Name(), "registry.db") {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

// rehearse looks at a job and proves that nothing was done.
func (o *office) rehearse(job osms.Job, month osms.Month) Rehearsed {
	o.t.Helper()
	files, last := o.everything(), o.last()
	r, err := o.desk.Rehearse(o.t.Context(), job, month, o.now)
	if err != nil {
		o.t.Fatal(job, err)
	}
	if o.last() != last {
		o.t.Errorf("%s: the register moved from %d to %d", job, last, o.last())
	}
	if now := o.everything(); !slices.Equal(now, files) {
		o.t.Errorf("%s: files before %d, after %d", job, len(files), len(now))
	}
	return r
}

// TestRehearse: what each job is said to do is what it then does, and saying it
// does nothing.
func TestRehearse(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		const month = osms.Month(202610)
		a, b := school(t, 1), school(t, 2)
		if got := figures(o.rehearse(osms.JobIntake, month)); got["files"] != 0 {
			t.Errorf("no inbox: %v", got)
		}
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
		dir := filepath.Join(o.desk.Home.Inbox, "63")
		if err := os.MkdirAll(dir, 0o750); err != nil {
			t.Fatal(err)
		}
		text := "\ufeff" + strings.Join(rosterOf(learner{iin: child(t, 1), bin: a}, learner{iin: child(t, 2), bin: a}), "\r\n") + "\r\n"
		for name, content := range map[string]string{"63-full-2026-10-01.csv": text, "empty.csv": ""} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if old := time.Now().Add(-time.Hour); os.Chtimes(filepath.Join(dir, name), old, old) != nil {
				t.Fatal("the time of a file cannot be set")
			}
		}
		r := o.rehearse(osms.JobIntake, month)
		if got := figures(r); got["files"] != 2 || got["files.applied"] != 1 || got["files.refused"] != 1 {
			t.Errorf("intake: %v", got)
		}
		joined := 0
		for _, f := range r.Files {
			if joined += f.Report.Joined; f.Folder != "63" || f.Young || f.Fault != "" {
				t.Errorf("%+v", f)
			}
		}
		if joined != 2 {
			t.Errorf("%d would join", joined)
		}
		if got := o.intakeOnce(); got != "2 files, 1 applied, 1 refused" {
			t.Errorf("intake did: %s", got)
		}

		would := figures(o.rehearse(osms.JobAssess, month))
		if would["assess.freezes"] != -1 || would["persons"] != 2 || would["assess.amount"] != 2*would["assess.per_person"] || would["assess.amount"] == 0 {
			t.Errorf("assess: %v", would)
		}
		f, _, err := o.assess(month, false, "")
		if err != nil {
			t.Fatal(err)
		}
		amount := 0
		for _, l := range f.Lines {
			amount += int(l.Amount)
		}
		if amount != would["assess.amount"] {
			t.Errorf("assessed %d, said %d", amount, would["assess.amount"])
		}
		if got := figures(o.rehearse(osms.JobAssess, month)); got["assess.frozen"] != -1 || got["assess.version"] != 1 || got["persons"] != 2 {
			t.Errorf("assess again: %v", got)
		}
		if got := figures(o.rehearse(osms.JobReconcile, month)); got["reconcile.due"] != amount || got["reconcile.difference"] != -amount || got["reconcile.unfrozen"] != 0 {
			t.Errorf("reconcile: %v", got)
		}

		if got := figures(o.rehearse(osms.JobLetters, month)); got["letters"] != 2 || got["letters.entered"] != 2 || got["letters.bundles"] != 1 {
			t.Errorf("letters: %v", got)
		}
		if done, err := o.letters(); err != nil || done.Letters != 2 {
			t.Errorf("letters did: %+v, %v", done, err)
		}
		if got := figures(o.rehearse(osms.JobLetters, month)); got["letters"] != 0 || got["letters.bundles"] != 0 || got["letters.unwritten"] != 0 {
			t.Errorf("letters again: %v", got)
		}

		if got := figures(o.rehearse(osms.JobReminders, month)); got["reminders.notdue"] != int(o.desk.DueDay(month)) {
			t.Errorf("reminders before their day: %v", got)
		}
		o.at("2026-10-20T09:00:00+05:00")
		if got := figures(o.rehearse(osms.JobReminders, month)); got["reminders"] != 1 || got["reminders.organisations"] != 1 {
			t.Errorf("reminders: %v", got)
		}
		if done := o.remind(month); done.Letters != 1 || done.Organisations != 1 {
			t.Errorf("reminders did: %+v", done)
		}

		o.at("2026-11-20T09:00:00+05:00")
		o.registerOnly(o.write("requests.csv", requestsOf("1", child(t, 1), child(t, 2))...))
		if got := figures(o.rehearse(osms.JobRequests, month)); got["requests"] != 2 {
			t.Errorf("requests: %v", got)
		}
		if got := figures(o.rehearse(osms.JobCases, month)); got["cases.open"] != 0 {
			t.Errorf("cases: %v", got)
		}
		whole := o.rehearse(osms.JobMonth, month)
		if len(whole.Steps) != 4 || whole.Steps[1].Job != osms.JobAssess {
			t.Errorf("%+v", whole)
		}
		if _, err := o.desk.Rehearse(context.Background(), osms.JobUndo, month, o.now); !errors.Is(err, ErrNoJob) {
			t.Error(err)
		}
		o.verified()
	})
}
