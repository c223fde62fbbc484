package jobs

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// intakeOnce is one `run intake` and its message.
func (o *office) intakeOnce() (message string) {
	o.t.Helper()
	o.run(func(ctx context.Context, t Turn) (err error) {
		message, err = o.desk.Do(ctx, t, osms.JobIntake, osms.Month(202610), quiet)
		return err
	})
	return message
}

// TestIntakeOnceOfHopelessFiles: what has lain in a drop folder for two hours is
// not waited for: a run of its own gives it its outcome.
func TestIntakeOnceOfHopelessFiles(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		good := csvOf(rosterOf(learner{iin: child(t, 1), bin: a}))
		dir := filepath.Join(o.desk.Home.Inbox, "63")
		drop := func(age time.Duration, files ...string) {
			t.Helper()
			if err := os.MkdirAll(dir, 0o750); err != nil {
				t.Fatal(err)
			}
			for i := 0; i < len(files); i += 2 {
				path, at := filepath.Join(dir, files[i]), time.Now().Add(-age)
				if err := os.WriteFile(path, []byte(files[i+1]), 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Chtimes(path, at, at); err != nil {
					t.Fatal(err)
				}
			}
		}
		cut := string(packed(t, "xl/workbook.xml", strings.Repeat("cells", 99)))
		cut = cut[:len(cut)/2]
		drop(2*time.Hour, "cut.xlsx", cut, "empty.csv", "", "sum.csv", good, "sum.csv.sha256", store.Digest([]byte("other")))
		if got, want := o.intakeOnce(), "3 files, 3 refused"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if got := o.intakeOnce(); got != "nothing in the drop folders" {
			t.Errorf("again: %q", got)
		}
		arrivals, err := o.desk.Store.Arrivals(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		codes := map[string]osms.FileCode{}
		for _, x := range arrivals {
			if x.Outcome == osms.FileRefused {
				r, err := o.desk.Store.ReportOf(t.Context(), x.ID)
				if err != nil {
					t.Fatal(err)
				}
				codes[r.File] = r.Error.Code
			}
		}
		for name, want := range map[string]osms.FileCode{"cut.xlsx": osms.FileTruncated, "empty.csv": osms.FileEmpty, "sum.csv": osms.FileDamaged} {
			if codes[name] != want {
				t.Errorf("%s: %q, want %q", name, codes[name], want)
			}
		}
		drop(time.Minute, "cut.xlsx", cut, "empty.csv", "")
		if got, want := o.intakeOnce(), "0 files, 2 waiting"; got != want {
			t.Errorf("young: %q, want %q", got, want)
		}
		o.verified()
	})
}

// TestIntakeOnceTellsWhatCannotBeTaken: what is no file, and what lies in no
// drop folder, is named in the run's message and to whoever started it.
func TestIntakeOnceTellsWhatCannotBeTaken(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	inbox := o.desk.Home.Inbox
	for _, err := range []error{
		os.MkdirAll(filepath.Join(inbox, "63", "x.xlsx"), 0o750),
		os.Mkdir(filepath.Join(inbox, "99"), 0o750),
		os.WriteFile(filepath.Join(inbox, "99", "a.csv"), nil, 0o600),
		os.WriteFile(filepath.Join(inbox, "a\nb \"000229537532\".csv"), nil, 0o600),
		syscall.Mkfifo(filepath.Join(inbox, "63", "pipe.csv"), 0o600),
		os.Symlink("/etc/hostname", filepath.Join(inbox, "63", "link.csv")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var told []intake.Odd
	o.desk.Odd = func(odd []intake.Odd) { told = append(told, odd...) }
	want := `0 files, 5 cannot be taken: "63/link.csv" (link), "63/pipe.csv" (special), "63/x.xlsx" (directory), ` +
		`"99" (not_a_drop_folder), "a\x0ab '********7532'.csv" (misplaced)`
	if got := o.intakeOnce(); got != want || len(told) != 5 {
		t.Errorf("%d told,\n got %s\nwant %s", len(told), got, want)
	}
	for i := range 20 {
		if err := os.Symlink("x", filepath.Join(inbox, "63", "more"+string(rune('a'+i)))); err != nil {
			t.Fatal(err)
		}
	}
	if got := o.intakeOnce(); !strings.HasPrefix(got, "0 files, 25 cannot be taken: ") || !strings.HasSuffix(got, ", …") || strings.Count(got, "(") != 10 {
		t.Errorf("%s", got)
	}
}

// TestSidecarByCommand: a sidecar beside a file that is named on the command
// line counts as it does in a drop folder, in a check as in an import.
func TestSidecarByCommand(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	a := school(t, 1)
	o.list(map[osms.BIN]osms.Region{a: 63})
	list := func(n int) string { return csvOf(rosterOf(learner{iin: child(t, n), bin: a})) }
	zip := packed(t, "one.csv", list(1))
	for name, c := range map[string]struct{ file, stated string }{
		"wrong.csv": {list(2), "other"}, "right.csv": {list(3), list(3)}, "none.csv": {list(4), ""}, "wrong.zip": {string(zip), "other"},
	} {
		path := filepath.Join(o.files, name)
		if c.stated != "" {
			if err := os.WriteFile(path+".sha256", []byte(store.Digest([]byte(c.stated))+"  "+name+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(path, []byte(c.file), 0o600); err != nil {
			t.Fatal(err)
		}
		reports := append(o.importAll(63, name, []byte(c.file)), o.check(63, path))
		if len(reports) != 2 {
			t.Fatalf("%s: %d reports", name, len(reports))
		}
		for _, r := range reports {
			switch refused := r.Outcome == osms.FileRefused; {
			case refused != strings.HasPrefix(name, "wrong"):
				t.Errorf("%s: %s, %v", name, r.Outcome, r.Error)
			case refused && (r.Error.Code != osms.FileDamaged || r.Error.Where != "sidecar"):
				t.Errorf("%s: %v", name, r.Error)
			case (r.ProvedWhole == "sidecar") != (name == "right.csv"):
				t.Errorf("%s: proved by %q", name, r.ProvedWhole)
			}
		}
	}
	o.verified()
}

// TestDaemonLogsWhatCannotBeTakenOnce: not again at every poll.
func TestDaemonLogsWhatCannotBeTakenOnce(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	s := o.service(&clock{at: o.now}, nil)
	var log strings.Builder
	s.Log = slog.New(slog.NewTextHandler(&log, nil))
	dir := filepath.Join(o.desk.Home.Inbox, "63")
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "x.xlsx"), 0o750), syscall.Mkfifo(filepath.Join(dir, "a\nb"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		s.poll(t.Context())
	}
	if got := log.String(); strings.Count(got, "cannot be taken") != 2 || strings.Count(got, "\n") != 2 ||
		!strings.Contains(got, "63/x.xlsx reason=directory") || !strings.Contains(got, "reason=special") {
		t.Errorf("%s", got)
	}
}
