package country

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// TestCaseworkAddsAndChangesNothing: the same country with and without casework
// has the same files besides, and the same truth about its months.
func TestCaseworkAddsAndChangesNothing(t *testing.T) {
	o := Options{Persons: 1_200, Regions: 2, Seed: 5}
	dirs := [2]string{t.TempDir(), t.TempDir()}
	var truths [2]*Truth
	for i := range dirs {
		o.Casework = i == 1
		truth, err := Generate(dirs[i], o)
		if err != nil {
			t.Fatal(err)
		}
		truths[i] = truth
	}
	if b, err := os.ReadFile(filepath.Join(dirs[0], "truth.json")); err != nil || strings.Contains(string(b), "casework") {
		t.Errorf("a truth without casework speaks of it: %v", err)
	}
	added := 0
	err := filepath.WalkDir(dirs[1], func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dirs[1], path)
		if strings.Contains(filepath.ToSlash(rel), "/casework/") {
			added++
			return nil
		}
		with, _ := os.ReadFile(path)
		without, err := os.ReadFile(filepath.Join(dirs[0], rel))
		if rel != "truth.json" && (err != nil || string(with) != string(without)) {
			t.Errorf("%s differs: %v", rel, err)
		}
		return nil
	})
	if err != nil || added == 0 || len(truths[1].Files) != len(truths[0].Files)+added {
		t.Errorf("%d files of casework, %v", added, err)
	}
	if !reflect.DeepEqual(truths[0].Months, truths[1].Months) || !reflect.DeepEqual(truths[0].Samples, truths[1].Samples) {
		t.Error("the months or samples differ")
	}
	var again Truth
	if b, _ := os.ReadFile(filepath.Join(dirs[1], "truth.json")); json.Unmarshal(b, &again) == nil && !reflect.DeepEqual(again.Casework, truths[1].Casework) {
		t.Error("the casework of truth.json is another")
	}
}

// TestCaseworkStories: every story and event occurs, nobody lives two, and each
// answer agrees with its story.
func TestCaseworkStories(t *testing.T) {
	truth, err := Generate(t.TempDir(), Options{Persons: 3_000, Regions: 3, Seed: 2, Casework: true})
	if err != nil {
		t.Fatal(err)
	}
	w := truth.Casework
	told, lives := map[string]int{}, map[string]int{}
	for _, x := range w.Applications {
		told[x.Story]++
		if x.Story != "ground" {
			lives[x.IIN]++
		}
		if (x.Outcome == osms.CaseRefused) != (x.Ground != 0 && x.Reason != "") || (x.Outcome == osms.CaseNotAccepted) != (len(x.Lacks) > 0) ||
			x.Refused != (x.Outcome == osms.CaseOpen) || !x.Refused && (x.Previous != 0) != (x.Days == 4) {
			t.Errorf("%+v", x)
		}
	}
	for _, x := range w.Requests {
		told["request "+x.Story]++
		lives[x.IIN]++
		if (x.Ground != 0) != (x.Reason != "") || x.Consent != (x.Reason != osms.ReasonNoConsent) || (x.ConfirmedBy == "") != (x.Reason == osms.ReasonNotConfirmed) {
			t.Errorf("%+v", x)
		}
	}
	kinds := map[osms.EventKind]int{}
	last := truth.Months[len(truth.Months)-1].Month
	for _, x := range w.Events {
		if x.Refused || x.Ignored {
			told["wrong event"]++
			continue
		}
		kinds[x.Kind]++
		lives[x.IIN]++
		if x.On.Month() != last || x.On.Day() < 2 || x.LastDue != 0 && x.LastDue != last {
			t.Errorf("an event that changes a month: %+v", x)
		}
	}
	for _, story := range append(append([]string{"complete", "ground", "request complete", "wrong event"}, applicationStories[:]...),
		"request "+requestStories[0], "request "+requestStories[1], "request "+requestStories[2], "request "+requestStories[3]) {
		if told[story] == 0 {
			t.Errorf("nobody lives %s", story)
		}
	}
	for _, kind := range osms.EventKinds {
		if kinds[kind] != eventsOfKind {
			t.Errorf("%d of %s", kinds[kind], kind)
		}
	}
	for iin, n := range lives {
		if n > 1 && iin != "" {
			t.Errorf("somebody lives %d stories", n)
		}
	}
	if share := float64(len(w.Applications)) / 3_000; share < 0.007 || share > 0.014 {
		t.Errorf("%d applications", len(w.Applications))
	}
}
