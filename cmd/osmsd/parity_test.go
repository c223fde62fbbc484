package main

import (
	"context"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"osmsd/cmd/internal/country"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

// TestCheckSaysWhatImportDoes: for every file of a small country, with every
// fault that is planted there, the report of a check is that of the import which
// follows, but for the numbers that only an import has.
func TestCheckSaysWhatImportDoes(t *testing.T) {
	dir := t.TempDir()
	truth, err := country.Generate(dir, country.Options{Persons: 900, Regions: 3, Months: 2, Seed: 11})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, filepath.Join(t.TempDir(), "registry.db"))
	files := 0
	both := func(paths []string) {
		for _, path := range paths {
			region, _ := osms.ParseRegion(filepath.Base(filepath.Dir(path)))
			var checked, imported osms.FileReport
			_, err := w.home.runner.Run(t.Context(), osms.Run{Job: osms.JobIntake, Trigger: "command"}, func(ctx context.Context, turn jobs.Turn) (string, error) {
				if err := w.home.desk.LearnRates(ctx, turn); err != nil {
					return "", err
				}
				if err := w.home.desk.Check(ctx, turn.Now, []string{path}, region, "", func(taken jobs.Taken) { checked, err = taken.Report, taken.Err }); err != nil {
					return "", err
				}
				return "", w.home.desk.Import(ctx, turn, []string{path}, region, "", func(taken jobs.Taken) { imported = taken.Report })
			})
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			checked.Import, checked.Run, checked.File, checked.Arrival = imported.Import, imported.Run, imported.File, imported.Arrival
			checked.ByOrganisation, checked.Changes = nil, nil // the diff is what a check adds
			if !reflect.DeepEqual(checked, imported) {
				t.Errorf("%s:\nchecked  %+v\nimported %+v", path, checked, imported)
			}
			files++
		}
	}
	under := func(parts ...string) []string {
		paths, err := filepath.Glob(filepath.Join(append([]string{dir}, parts...)...))
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(paths)
		return paths
	}
	w.at(truth.Months[0].Month.First().Add(-1), 9)
	both(under("organisations", "*"))
	for _, m := range truth.Months {
		w.at(m.Month.First(), 9)
		both(under(m.Month.String(), "inbox", "*", "*"))
		w.at(m.Month.First().Add(9), 10)
		both(under(m.Month.String(), "late", "inbox", "*", "*"))
	}
	if files < 20 {
		t.Errorf("only %d files", files)
	}
	t.Logf("%d files", files)
}
