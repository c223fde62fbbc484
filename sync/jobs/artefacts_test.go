package jobs

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"osmsd/sync/osms"
)

// TestArtefacts: what runs wrote is found again and opens; what was moved away is
// gone, and a link that leads out of the folder leads nowhere.
func TestArtefacts(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 10})
		o.take(63, "63-full-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: a}, learner{iin: child(t, 2), bin: a})...)
		o.take(10, "10-delta-2026-10-01.csv", rosterOf(learner{iin: child(t, 1), bin: b, enrolled: "15.10.2026"})...)
		run := func(job osms.Job, moment string) osms.Run {
			t.Helper()
			o.at(moment)
			if _, err := o.do(job); err != nil {
				t.Fatal(err)
			}
			all := o.runs()
			last := all[len(all)-1]
			last.Month = 202610
			return last
		}
		found := func(r osms.Run) map[string]int {
			t.Helper()
			list, err := o.desk.Artefacts(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]int{}
			for _, x := range list {
				if x.Gone {
					out["gone"]++
					continue
				}
				f, err := OpenArtefact(x)
				if err != nil {
					t.Fatal(err)
				}
				head := make([]byte, 2)
				if _, err := io.ReadFull(f, head); err != nil || string(head) != "%P" && string(head) != "PK" {
					t.Errorf("%s: %q, %v", x.Name, head, err)
				}
				_ = f.Close()
				out[x.Kind]++
			}
			return out
		}
		letters := run(osms.JobLetters, "2026-10-05T10:00:00+05:00")
		if got := found(letters); got[ArtefactBundle] != 2 || got[ArtefactNotice] != 2 || len(got) != 2 {
			t.Errorf("letters: %v", got)
		}
		if got := found(run(osms.JobLetters, "2026-10-05T11:00:00+05:00")); len(got) != 0 {
			t.Errorf("nothing was due: %v", got)
		}
		list, err := o.desk.Artefacts(t.Context(), letters)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(o.desk.Home.Letters, list[0].rel)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if got := found(letters); got[ArtefactBundle] != 1 || got["gone"] != 1 {
			t.Errorf("one removed: %v", got)
		}
		outside := filepath.Join(t.TempDir(), "outside.pdf")
		if err := os.WriteFile(outside, []byte("%PDF"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(outside, path); err != nil {
			t.Fatal(err)
		}
		if f, err := OpenArtefact(list[0]); err == nil {
			_ = f.Close()
			t.Error("a link out of the folder was followed")
		}
	})
}

// TestArtefactsOfReports: the workbook and its page, and the reminders of a day.
func TestArtefactsOfReports(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		o.list(map[osms.BIN]osms.Region{school(t, 1): 63})
		o.at("2026-10-20T09:00:00+05:00")
		if done := o.remind(202610); done.Letters != 1 {
			t.Fatal(done)
		}
		r := osms.Run{Job: osms.JobReminders, Month: 202610, Started: o.now}
		list, err := o.desk.Artefacts(t.Context(), r)
		if err != nil || len(list) != 1 || list[0].Kind != ArtefactReminder || list[0].Region != 63 || list[0].Gone {
			t.Errorf("%+v, %v", list, err)
		}
		r = osms.Run{Job: osms.JobReconcile, Message: "2026-10: difference 0.00, unexplained 0.00 tenge; reports/2026-10/reconciliation-2026-10-000012.xlsx"}
		list, err = o.desk.Artefacts(t.Context(), r)
		if err != nil || len(list) != 2 || !list[0].Gone || list[0].Kind != ArtefactReconciliation {
			t.Errorf("%+v, %v", list, err)
		}
		dir := filepath.Join(o.desk.Home.Reports, "2026-10")
		if err := os.MkdirAll(dir, 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "reconciliation-2026-10-000012.pdf"), []byte("%PDF"), 0o600); err != nil {
			t.Fatal(err)
		}
		if list, err = o.desk.Artefacts(t.Context(), r); err != nil || list[1].Gone || list[1].Kind != ArtefactSummary {
			t.Errorf("%+v, %v", list, err)
		}
	})
}
