package jobs

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// hand imports one file and gives its report and receipts by their extension.
func (o *office) hand(region osms.Region, path string) (osms.FileReport, map[string]string) {
	o.t.Helper()
	var report osms.FileReport
	receipts := map[string]string{}
	o.run(func(ctx context.Context, t Turn) error {
		return o.desk.Import(ctx, t, []string{path}, region, "", func(taken Taken) {
			if taken.Err != nil {
				o.t.Fatal(taken.Err)
			}
			report = taken.Report
			for _, p := range taken.Receipts {
				data, err := os.ReadFile(p)
				if err != nil {
					o.t.Fatal(err)
				}
				if filepath.Base(filepath.Dir(p)) != returned(region) {
					o.t.Errorf("the receipt lies at %s", p)
				}
				receipts[filepath.Ext(p)] = string(data)
			}
		})
	})
	return report, receipts
}

// Every file has its receipts in every form, whatever became of it, and they
// are made again from what is kept, to the byte.
func TestEveryFileHasReceipts(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		zero := func(name string, data string) string {
			path := filepath.Join(o.files, name)
			if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		good := learner{iin: child(t, 1), bin: school(t, 1)}
		roster := o.write("63-delta.csv", rosterOf(good)...)
		seen := map[int64]bool{}
		for i, c := range []struct {
			path    string
			region  osms.Region
			outcome osms.Outcome
		}{
			{roster, 63, osms.Applied},
			{roster, 63, osms.AlreadyApplied},
			{roster, 63, osms.AlreadyApplied},
			{roster, 0, osms.FileRefused}, // no region: it says so
			{o.write("bad.csv", append(rosterOf(good), strings.Replace(rosterOf(learner{iin: child(t, 2), bin: school(t, 1)})[1], "очная", "смешанная", 1))...), 63, osms.AppliedWithRefusals},
			{zero("Бос файл.xlsx", ""), 63, osms.FileRefused},
			{zero("Бос файл.xlsx", ""), 63, osms.FileRefused},
			{zero("locked.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+strings.Repeat("\x00", 2000)), 75, osms.FileRefused},
			{zero("noise\u202e\xff.bin", "\x01\x02\x03"), 0, osms.FileRefused},
			{o.write("63-full-empty.csv", "Вид списка: полный", "БИН: "+school(t, 1).Digits(), rosterHeader), 63, osms.Held},
			{o.write("ledger.csv", "Месяц;Регион;Количество;Сумма", "2026-09;63;1;1000"), 0, osms.Applied},
			{o.write("organisations.csv", "БИН;Наименование на русском;Регион", school(t, 1).Digits()+";Мектеп;63"), 63, osms.Applied},
		} {
			report, receipts := o.hand(c.region, c.path)
			if report.Outcome != c.outcome {
				t.Errorf("%d: %s, want %s: %v %v", i, report.Outcome, c.outcome, report.Error, report.Holds)
			}
			if report.Arrival == 0 || seen[report.Arrival] {
				t.Errorf("%d: number %d", i, report.Arrival)
			}
			seen[report.Arrival] = true
			if report.Deadline != 20261006 {
				t.Errorf("%d: deadline %s", i, report.Deadline)
			}
			if _, back := receipts[".xlsx"]; back != report.Returnable() {
				t.Errorf("%d: the workbook itself came back: %v", i, back)
			}
			delete(receipts, ".xlsx")
			if len(receipts) != 3 || !strings.HasPrefix(receipts[".pdf"], "%PDF-") || !strings.Contains(receipts[".txt"], report.SHA256) {
				t.Fatalf("%d: receipts %d", i, len(receipts))
			}
			var shape struct {
				Number   int64
				SHA256   string
				Deadline string
			}
			if err := json.Unmarshal([]byte(receipts[".json"]), &shape); err != nil || shape.Number != report.Arrival || shape.SHA256 != report.SHA256 || shape.Deadline != "2026-10-06" {
				t.Errorf("%d: %+v, %v", i, shape, err)
			}
			for ext, said := range receipts {
				if ext != ".pdf" && strings.Contains(said, good.iin.Digits()) {
					t.Errorf("%d: a whole IIN stands in %s", i, ext)
				}
			}
			kept, err := o.desk.Store.ReportOf(t.Context(), report.Arrival)
			if err != nil {
				t.Fatal(err)
			}
			paths, err := o.desk.handOutReceipts(Turn{}, kept)
			if err != nil || len(paths) < 3 {
				t.Fatal(paths, err)
			}
			for _, p := range paths[:3] {
				if data, err := os.ReadFile(p); err != nil || string(data) != receipts[filepath.Ext(p)] {
					t.Errorf("%d: %s is not the same again (%v)", i, filepath.Ext(p), err)
				}
			}
		}
		entries, err := os.ReadDir(filepath.Join(o.desk.Home.Returned, "63"))
		if err != nil || len(entries) != 3*8+1 { // one with its workbook
			t.Errorf("%d receipts for 63, %v", len(entries), err)
		}
	})
}

// A mistake that the organisation's file before had too is said to be one; that
// of another organisation, or of a file mended since, is not.
func TestRepeatedMistakes(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		bad := func(n int, form string) learner { return learner{iin: child(t, n), bin: school(t, 1), form: form} }
		good := learner{iin: child(t, 9), bin: school(t, 1)}
		if r := o.take(63, "1.csv", rosterOf(good, bad(1, "смешанная"), bad(2, "смешанная"))...); len(r.Repeated) != 0 {
			t.Errorf("the first file repeats %v", r.Repeated)
		}
		first := o.now
		o.at("2026-10-02T09:00:00+05:00")
		other := o.take(63, "2.csv", rosterOf(learner{iin: child(t, 3), bin: school(t, 2), form: "смешанная"}, learner{iin: child(t, 4), bin: school(t, 2)})...)
		if len(other.Repeated) != 0 {
			t.Errorf("another organisation's file repeats %v", other.Repeated)
		}
		path := o.write("3.csv", rosterOf(good, bad(1, "смешанная"), learner{iin: child(t, 5), bin: school(t, 1), status: "отчислен"})...)
		checked := o.check(63, path)
		again, receipts := o.hand(63, path)
		want := osms.Repeat{Code: osms.StudyFormUnknown, Rows: 1, BeforeRows: 2, Before: first.UTC(), BeforeArrival: 1}
		for _, r := range []osms.FileReport{checked, again} {
			if len(r.Repeated) != 1 || r.Repeated[0] != want {
				t.Fatalf("repeated %+v, want %+v", r.Repeated, want)
			}
		}
		if checked.Arrival != 0 {
			t.Error("a dry run has a number")
		}
		if !strings.Contains(receipts[".txt"], "01.10.2026") || !strings.Contains(receipts[".txt"], "ПОВТОРЯЮЩИЕСЯ") {
			t.Error(receipts[".txt"])
		}
		// The one before this one had no such mistake.
		o.take(63, "4.csv", rosterOf(good)...)
		if r := o.take(63, "5.csv", rosterOf(bad(1, "смешанная"), learner{iin: child(t, 6), bin: school(t, 1)})...); len(r.Repeated) != 0 {
			t.Errorf("after a clean file: %v", r.Repeated)
		}
		// Files refused whole are compared by their region.
		if r := o.take(63, "x.csv", "Имя;Класс", "А;1"); len(r.Repeated) != 0 {
			t.Error(r.Error, r.Repeated)
		}
		if r := o.take(75, "y.csv", "Имя;Класс", "Б;1"); len(r.Repeated) != 0 {
			t.Error(r.Error, r.Repeated)
		}
		if r := o.take(63, "z.csv", "Имя;Класс", "В;1"); len(r.Repeated) != 1 || r.Repeated[0].Code != osms.Code(r.Error.Code) {
			t.Error(r.Error, r.Repeated)
		}
	})
}
