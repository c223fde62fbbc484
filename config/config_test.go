package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"osmsd/config"
	"osmsd/sync/osms"
)

func none(string) (string, bool) { return "", false }

func environment(values map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := values[name]; return v, ok }
}

// write puts text into a private osmsd.yaml.
func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "osmsd.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// cron stands in for the scheduler's parser.
func cron(expr string) error {
	if n := len(strings.Fields(expr)); n != 5 {
		return fmt.Errorf("expected 5 fields, found %d", n)
	}
	if expr == "0 0 31 2 *" {
		return errors.New("it never fires")
	}
	return nil
}

func same(a, b config.Config) bool { return config.Render(a) == config.Render(b) }

func TestExampleIsTheDefault(t *testing.T) {
	c, err := config.Load(write(t, config.Example()), none)
	if err != nil {
		t.Fatal(err)
	}
	want := config.Default()
	if !same(c, want) {
		t.Errorf("example.yaml is not the default:\n%s\nwant\n%s", config.Render(c), config.Render(want))
	}
	if !reflect.DeepEqual(c.Schedule, want.Schedule) || c.Limits != want.Limits || c.Intake != want.Intake || c.State != want.State {
		t.Errorf("%+v, want %+v", c, want)
	}
	if err := c.Validate(cron); err != nil {
		t.Error(err)
	}
	// Every key of the rendered default stands in the example.
	for line := range strings.Lines(config.Render(want)) {
		key, _, _ := strings.Cut(strings.TrimSpace(line), ":")
		if !regexp.MustCompile(`(?m)^ *` + key + `:`).MatchString(config.Example()) {
			t.Errorf("%s is not in example.yaml", key)
		}
	}
}

func TestAbsentAndEmptyFiles(t *testing.T) {
	for name, path := range map[string]string{
		"no path": "", "absent": filepath.Join(t.TempDir(), "osmsd.yaml"), "empty": write(t, ""), "comments": write(t, "# nothing\n"),
		"mark": write(t, "\xef\xbb\xbf"), "null": write(t, "---\n~\n"), "empty sections": write(t, "regions:\nintake:\nrates:\nschedule:\n"),
	} {
		c, err := config.Load(path, none)
		if err != nil || !same(c, config.Default()) {
			t.Errorf("%s: %v\n%s", name, err, config.Render(c))
		}
	}
	if _, err := config.Load(t.TempDir(), none); err == nil {
		t.Error("a folder was read")
	}
	if c := config.Default(); c.Validate(cron) != nil {
		t.Error("the default has faults")
	}
}

// Each file of testdata ends with what is expected of it: "# faults:" and one
// line a fault, without the name of the file.
func TestFiles(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(paths) < 10 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			_, expected, marked := strings.Cut(string(data), "# faults:\n")
			if bad := strings.HasSuffix(path, ".bad.yaml"); bad != marked {
				t.Fatalf("bad %v, has faults %v", bad, marked)
			}
			var want []string
			for line := range strings.Lines(expected) {
				want = append(want, "osmsd.yaml:"+strings.TrimSpace(strings.TrimPrefix(line, "# ")))
			}
			c, err := config.Load(write(t, string(data)), none)
			var loaded config.Faults
			if err != nil && !errors.As(err, &loaded) {
				t.Fatal(err)
			}
			got := ""
			if err = c.Validate(cron); err != nil {
				got = strings.ReplaceAll(err.Error(), "osmsd.yaml: ", "osmsd.yaml:0: ")
			}
			if got != strings.Join(want, "\n") {
				t.Errorf("faults:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
			}
			var all config.Faults
			if errors.As(err, &all); len(loaded) > len(all) {
				t.Errorf("Load found %d faults, Validate %d", len(loaded), len(all))
			}
			if marked {
				return
			}
			// What is rendered reads back as it was.
			again, err := config.Load(write(t, config.Render(c)), none)
			if err != nil || !same(again, c) {
				t.Errorf("rendered and read again: %v\n%s\nwant\n%s", err, config.Render(again), config.Render(c))
			}
		})
	}
}

func TestFullFile(t *testing.T) {
	c, err := config.Load("testdata/full.good.yaml", none)
	if err != nil {
		t.Fatal(err)
	}
	east := c.Regions[63]
	if !reflect.DeepEqual(east.Headers["study_form"], []string{"Оқу түрі", "Форма: обучения"}) ||
		!reflect.DeepEqual(east.Values["study_form"]["full_time"], []string{"дн.", "күн"}) ||
		east.Declaration != (config.Declaration{Mode: osms.Full, AsAt: 20261001}) {
		t.Errorf("region 63: %+v", east)
	}
	// Not octal, though it begins with 0 and stands without quotation marks.
	if c.State.PayerBIN.String() != "070952133429" || c.State.KNP != "012" {
		t.Errorf("state %+v", c.State)
	}
	if c.Schedule[osms.JobReconcile] != (config.Task{Cron: "*/5 * * * *"}) || c.Schedule[osms.JobAssess] != (config.Task{Cron: "0 5 * * *", WorkingDay: 2}) ||
		c.Schedule[osms.JobLetters] != (config.Task{}) || c.Schedule[osms.JobMonth] != config.Default().Schedule[osms.JobMonth] {
		t.Errorf("schedule %+v", c.Schedule)
	}
	if c.Intake != (config.Intake{Poll: 90 * time.Second, Rest: 2500 * time.Millisecond}) || c.Limits.File != 64<<20 || c.Limits.Part != 2<<30 {
		t.Errorf("%+v, %+v", c.Intake, c.Limits)
	}
	if c.DSN().Reveal() != "postgres://osmsd@db.example.kz:5432/osmsd?sslmode=verify-full" {
		t.Errorf("DSN %s", c.DSN().Reveal())
	}
	for month, want := range map[osms.Month]config.Rules{
		202612: {AcademicLeaveDue: true, Category1First: true, GraceMonths: 2},
		202701: {AcademicLeaveDue: false, Category1First: true, GraceMonths: 2},
		202801: {AcademicLeaveDue: false, Category1First: false, GraceMonths: 3},
	} {
		if got := c.Policy.At(month); got != want {
			t.Errorf("rules of %s: %+v, want %+v", month, got, want)
		}
	}
	if _, ok := config.Default().Regions[63]; ok || config.Default().Schedule[osms.JobLetters].Cron == "" {
		t.Error("the default has changed")
	}
}

func TestUnder(t *testing.T) {
	for path, want := range map[string]string{"": "/home", "inbox": "/home/inbox", "a/../b": "/home/b", "/srv/in": "/srv/in"} {
		if got := config.Under("/home", path); got != want {
			t.Errorf("%q: %s, want %s", path, got, want)
		}
	}
}

func TestStateRates(t *testing.T) {
	c := config.Default()
	rates := c.StateRates()
	if len(rates) != 8 || rates[0].Year != 2020 || rates[7].Year != 2027 {
		t.Fatalf("%+v", rates)
	}
	if r := rates[4]; r.PerPerson() != 585200 || r.Unverified {
		t.Errorf("2024: %+v pays %s", r, r.PerPerson())
	}
	if r := rates[6]; r.PerPerson() != 810832 || !r.Unverified {
		t.Errorf("2026: %+v pays %s", r, r.PerPerson())
	}
	if r := rates[7]; r.Base != 0 || r.Percent != 2200 {
		t.Errorf("2027: %+v", r)
	}
	c.Rates = []config.Rate{{Year: 2027, Percent: 2200, Base: 45000050}, {Year: 2028, Percent: 2300, Base: 1}}
	rates = c.StateRates()
	if len(rates) != 9 || rates[7] != (osms.StateRate{Year: 2027, Percent: 2200, Base: 45000050}) || rates[8].Year != 2028 {
		t.Errorf("%+v", rates)
	}
}
