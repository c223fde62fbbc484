package jobs

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// packed makes an archive of files: name, content, name, content …
func packed(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = w.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func csvOf(lines []string) string { return "\ufeff" + strings.Join(lines, "\r\n") + "\r\n" }

// importAll imports files as the command does and gives what is said of each.
func (o *office) importAll(region osms.Region, name string, data []byte) (reports []osms.FileReport) {
	o.t.Helper()
	path := filepath.Join(o.files, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		o.t.Fatal(err)
	}
	o.run(func(ctx context.Context, t Turn) error {
		return o.desk.Import(ctx, t, []string{path}, region, "", func(taken Taken) {
			if taken.Err != nil {
				o.t.Fatal(taken.Err)
			}
			reports = append(reports, taken.Report)
		})
	})
	return reports
}

func outcomes(reports []osms.FileReport) string {
	var b strings.Builder
	for _, r := range reports {
		code := ""
		if r.Error != nil {
			code = " " + string(r.Error.Code)
		}
		fmt.Fprintf(&b, "%s: %s%s\n", r.File, r.Outcome, code)
	}
	return b.String()
}

// TestBatch: each file of an archive ends in its own outcome, the archive in
// the one that they tell, and every one has its bytes kept and its receipts.
func TestBatch(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a, b := school(t, 1), school(t, 2)
		o.list(map[osms.BIN]osms.Region{a: 63, b: 63})
		o.at("2026-11-10T09:00:00+05:00")
		first := csvOf(rosterOf(learner{iin: child(t, 1), bin: a}))
		second := csvOf(rosterOf(learner{iin: child(t, 2), bin: b}))
		wrong := csvOf(append(rosterOf(learner{iin: child(t, 3), bin: b}), "123;ТЕГІ;АТЫ;;очная;;;;"+b.Digits()))
		inner := string(packed(t, "x.csv", first))
		data := packed(t,
			"2/63-delta-2026-10-02.csv", second, "63-full-2026-10-01.csv", first, "63-full-2026-10-01 копия.csv", first,
			"__MACOSX/._63-full.csv", "x", ".DS_Store", "x", "2/Thumbs.db", "x", "~$список.xlsx", "x", "пусто.csv", "", "note.pdf", "%PDF-1.4\n",
			"inner.zip", inner, "пустая папка/", "")
		checked := 0
		path := filepath.Join(o.files, "rosters.zip")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := o.desk.Check(t.Context(), o.now, []string{path}, 63, "", func(taken Taken) {
			if taken.Err != nil {
				t.Fatal(taken.Err)
			}
			checked++
		}); err != nil || checked != 7 {
			t.Errorf("a check tells of %d files: %v", checked, err)
		}
		reports := o.importAll(63, "rosters.zip", data)
		want := "rosters.zip/2/63-delta-2026-10-02.csv: applied\n" +
			"rosters.zip/63-full-2026-10-01 копия.csv: applied\n" +
			"rosters.zip/63-full-2026-10-01.csv: already_applied\n" +
			"rosters.zip/inner.zip: refused unsupported_format\n" +
			"rosters.zip/note.pdf: refused unsupported_format\n" +
			"rosters.zip/пусто.csv: refused empty\n" +
			"rosters.zip: applied_with_refusals\n"
		if got := outcomes(reports); got != want {
			t.Fatalf("got\n%swant\n%s", got, want)
		}
		zipped := reports[len(reports)-1]
		if len(zipped.Members) != 6 || zipped.Junk != 4 || zipped.Region != 63 || zipped.Rows != 0 {
			t.Errorf("%+v", zipped)
		}
		for _, r := range reports {
			f, err := o.desk.Archive.Open(r.SHA256)
			if err != nil {
				t.Errorf("%s: %v", r.File, err)
				continue
			}
			_ = f.Close()
		}
		if receipts, _ := filepath.Glob(filepath.Join(o.desk.Home.Returned, "63", "*.json")); len(receipts) != 7 {
			t.Errorf("receipts: %v", receipts)
		}
		// The same archive again, and its files by themselves, are nothing new.
		again := o.importAll(63, "again.zip", packed(t, "63-full-2026-10-01.csv", first, "63-delta-2026-10-02.csv", second))
		if got := outcomes(again); got != "again.zip/63-delta-2026-10-02.csv: already_applied\nagain.zip/63-full-2026-10-01.csv: already_applied\nagain.zip: already_applied\n" {
			t.Errorf("%s", got)
		}
		if got := outcomes(o.importAll(63, "rows.zip", packed(t, "63-delta-2026-10-03.csv", wrong))); !strings.HasSuffix(got, "rows.zip: applied_with_refusals\n") {
			t.Errorf("%s", got)
		}
		if got := outcomes(o.importAll(63, "held.zip", packed(t, "63-full-2027-10-03.csv", second, "a.pdf", "%PDF-"))); got !=
			"held.zip/63-full-2027-10-03.csv: held\nheld.zip/a.pdf: refused unsupported_format\nheld.zip: held\n" {
			t.Errorf("%s", got)
		}
		if got := outcomes(o.importAll(63, "junk.zip", packed(t, ".DS_Store", "x"))); got != "junk.zip: refused empty\n" {
			t.Errorf("%s", got)
		}
		o.verified()
	})
}

// TestBatchSidecar: a digest beside a file in the archive proves it whole, or
// refuses it.
func TestBatchSidecar(t *testing.T) {
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	a := school(t, 1)
	o.list(map[osms.BIN]osms.Region{a: 63})
	good, bad := csvOf(rosterOf(learner{iin: child(t, 1), bin: a})), csvOf(rosterOf(learner{iin: child(t, 2), bin: a}))
	reports := o.importAll(63, "s.zip", packed(t, "good.csv", good, "good.csv.sha256", store.Digest([]byte(good))+"  good.csv\n", "bad.csv", bad, "bad.csv.sha256", store.Digest([]byte(good))))
	if got := outcomes(reports); got != "s.zip/bad.csv: refused damaged\ns.zip/good.csv: applied\ns.zip: applied_with_refusals\n" {
		t.Errorf("%s", got)
	}
	if reports[1].ProvedWhole != "sidecar" || reports[2].Junk != 2 {
		t.Errorf("%+v", reports[1])
	}
}

// TestBatchResumed: an archive whose work was cut off goes on where it was;
// every receipt says what became of its file the first time.
func TestBatchResumed(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		a := school(t, 1)
		o.list(map[osms.BIN]osms.Region{a: 63})
		var files []string
		for n := range 4 {
			files = append(files, fmt.Sprintf("%d.csv", n), csvOf(rosterOf(learner{iin: child(t, n), bin: a})))
		}
		folder, err := intake.OpenFolder(o.desk.Home.Inbox, o.desk.Drops)
		if err == nil {
			err = folder.Prepare([]osms.Region{63})
		}
		path := filepath.Join(o.desk.Home.Inbox, "63", "тізім.zip")
		if err == nil {
			err = os.WriteFile(path, packed(t, files...), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		ready := func() []intake.Found {
			if _, err := folder.Poll(time.Now()); err != nil {
				t.Fatal(err)
			}
			p, err := folder.Poll(time.Now().Add(time.Hour))
			if err != nil || len(p.Ready) != 1 {
				t.Fatal(p, err)
			}
			return p.Ready
		}
		found := ready()
		// The run is cut off when two files are committed.
		_, err = o.runner.Run(t.Context(), osms.Run{Job: osms.JobIntake, Trigger: "folder"}, func(ctx context.Context, turn Turn) (string, error) {
			ctx, cancel := context.WithCancel(ctx)
			n := 0
			return "", o.desk.Intake(ctx, turn, folder, found, func(Taken) {
				if n++; n == 2 {
					cancel()
				}
			})
		})
		if err == nil {
			t.Fatal("the run was not cut off")
		}
		if _, err := os.Lstat(path); err != nil {
			t.Fatalf("the archive left its folder: %v", err)
		}
		var reports []osms.FileReport
		found = ready()
		o.run(func(ctx context.Context, turn Turn) error {
			return o.desk.Intake(ctx, turn, folder, found, func(taken Taken) {
				if taken.Err != nil {
					t.Fatal(taken.Err)
				}
				reports = append(reports, taken.Report)
			})
		})
		want := ""
		for n := range 4 {
			want += fmt.Sprintf("тізім.zip/%d.csv: applied\n", n)
		}
		if got := outcomes(reports); got != want+"тізім.zip: applied\n" {
			t.Errorf("%s", got)
		}
		if left, err := o.desk.Store.Unfinished(t.Context()); err != nil || len(left) > 0 {
			t.Errorf("unfinished: %v, %v", left, err)
		}
		if _, err := os.Lstat(path); err == nil {
			t.Error("the archive is still there")
		}
		arrivals, err := o.desk.Store.Arrivals(t.Context(), 0)
		if err != nil || len(arrivals) != 6 { // with the list of organisations
			t.Errorf("%d arrivals, %v", len(arrivals), err)
		}
		o.verified()
	})
}
