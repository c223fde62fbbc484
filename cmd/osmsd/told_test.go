package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"osmsd/sync/jobs"
	"osmsd/sync/store"
)

// command runs the program in a home of its own and gives what it printed.
func command(t *testing.T, home string, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Main(t.Context(), append([]string{"--home", home}, args...), Surroundings{Stdout: &out, Stderr: &errs,
		Env: func(k string) (string, bool) { v, ok := env[k]; return v, ok }, Clock: time.Now})
	return code, out.String(), errs.String()
}

// TestTextsOfErrors: a mistake is told in the language of --lang, of the
// configuration, or of the environment where none was read yet.
func TestTextsOfErrors(t *testing.T) {
	home := t.TempDir()
	for _, c := range []struct {
		env  map[string]string
		args []string
		want string
	}{
		{nil, []string{"assess"}, "нужно указать месяц"},
		{map[string]string{"OSMSD_LANGUAGE": "kk"}, []string{"assess"}, "айды көрсету керек"},
		{map[string]string{"OSMSD_LANGUAGE": "kk"}, []string{"--lang", "en", "assess"}, "a month is needed"},
		{map[string]string{"OSMSD_LANGUAGE": "kk"}, []string{"nonsense"}, `"nonsense" деген команда жоқ`},
		{nil, []string{"nonsense"}, "there is no command"},
		{nil, []string{"files", "--nonsense"}, "see osmsd files --help"},
		{nil, []string{"--lang", "xx", "files"}, `"xx" is not a language`},
		{nil, []string{"person", "123"}, "это не ИИН"},
	} {
		code, stdout, stderr := command(t, home, c.env, c.args...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: exit %d, %q %q", c.args, code, stdout, stderr)
		}
		if strings.Contains(stderr, "%!") {
			t.Errorf("%v: %s", c.args, stderr)
		}
	}
}

// TestUnreadableFileInJSON: a file that could not be read has its entry.
func TestUnreadableFileInJSON(t *testing.T) {
	home, path := t.TempDir(), filepath.Join(t.TempDir(), "list.csv")
	if err := os.Symlink(path, path); err != nil { // a name that leads nowhere, and not missing
		t.Fatal(err)
	}
	for _, verb := range []string{"check", "import"} {
		code, stdout, stderr := command(t, home, nil, "--json", verb, "--region", "63", path)
		var got struct {
			Files []map[string]any `json:"files"`
		}
		if err := json.Unmarshal([]byte(stdout), &got); err != nil || len(got.Files) != 1 {
			t.Fatalf("%s: %v %q %q", verb, err, stdout, stderr)
		}
		f := got.Files[0]
		e, _ := f["error"].(map[string]any)
		if code != exitFailed || f["outcome"] != "refused" || f["file"] != "list.csv" || e["code"] != "unreadable" || e["message"] == "" {
			t.Errorf("%s: exit %d, %v", verb, code, f)
		}
		if len(f) != 43 || f["control_total"] != nil || f["refusals"] == nil {
			t.Errorf("%s: %d keys, %v", verb, len(f), f)
		}
	}
}

func TestExportMakesNoHome(t *testing.T) {
	home := filepath.Join(t.TempDir(), "osms")
	code, _, stderr := command(t, home, nil, "--lang", "en", "export", "--month", "2026-10", "--out", filepath.Join(t.TempDir(), "l.csv"))
	if code != exitUsage || !strings.Contains(stderr, "2026-10 is not frozen") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if _, err := os.Stat(home); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the home was made: %v", err)
	}
}

func TestRegistryThatIsNone(t *testing.T) {
	for what, make := range map[string]func(string) error{
		"garbage": func(p string) error { return os.WriteFile(p, bytes.Repeat([]byte("no registry\n"), 500), 0o600) },
		"folder":  func(p string) error { return os.Mkdir(p, 0o750) },
	} {
		home := t.TempDir()
		path := filepath.Join(home, "registry.db")
		if err := make(path); err != nil {
			t.Fatal(err)
		}
		for _, verb := range []string{"files", "verify"} {
			code, _, stderr := command(t, home, nil, "--lang", "en", verb)
			if code != exitFailed || !strings.Contains(stderr, path) || !strings.Contains(stderr, "move it away") ||
				strings.Contains(stderr, "server") || strings.Count(stderr, "\n") != 1 {
				t.Errorf("%s, %s: exit %d, %s", what, verb, code, stderr)
			}
		}
	}
}

// TestBusyInTheZone: the end of another's time is shown on the clock of the
// configuration, not on that of the machine.
func TestBusyInTheZone(t *testing.T) {
	var errs bytes.Buffer
	a := &app{Surroundings: Surroundings{Stderr: &errs}, lang: "en"}
	a.cfg.TimeZone = "Asia/Almaty"
	busy := &store.BusyError{Holder: "host, process 7", Until: time.Date(2026, 10, 1, 4, 5, 6, 0, time.UTC)}
	if code := a.explain(t.Context(), fmt.Errorf("assess: %w", busy)); code != exitBusy || !strings.Contains(errs.String(), "09:05:06") {
		t.Errorf("exit %d, %s", code, errs.String())
	}
}

// TestKeyThatOthersRead: the error says what to do.
func TestKeyThatOthersRead(t *testing.T) {
	var errs bytes.Buffer
	a := &app{Surroundings: Surroundings{Stderr: &errs}, lang: "en", home: "/srv/osms"}
	a.cfg.Requests.Key = "statements.key"
	if code := a.explain(t.Context(), fmt.Errorf("x: %w", jobs.ErrKeyOpen)); code != exitFailed || !strings.Contains(errs.String(), "chmod 600 /srv/osms/statements.key") {
		t.Errorf("exit %d, %s", code, errs.String())
	}
}

func TestTextsOfTheJournal(t *testing.T) {
	for message, want := range map[string]string{
		"12 files": "файлов: 12",
		"2 requests answered, 1 of them refused, 1 cannot be handed out":    "отвечено на запросов: 2, из них с отказом: 1, ответов, которые не удаётся выдать: 1 (см. журнал)",
		"2026-10 frozen, version 1: 57012 persons":                          "2026-10 зафиксирован, версия 1: людей 57\u00a0012",
		"2026-10 was frozen already, version 2: 1 persons":                  "2026-10 уже зафиксирован, версия 2: людей 1",
		"2026-10: difference 32431.78, unexplained -1.50 tenge; reports/x":  "2026-10: разница 32\u00a0431,78, не объяснено -1,50 тенге; reports/x",
		"7 files, 5 applied, 1 already_applied, 1 held, 1 left in place":    "файлов: 7, принят: 5, уже принят раньше, ничего не изменилось: 1, ждёт решения администратора: 1, осталось на месте: 1",
		"intake: 0 files. letters: 3 letters in 1 bundles. ":                "intake: файлов: 0. letters: писем: 3, подборок: 1. ",
		"3 letters in 1 bundles, 2 letters of other kinds":                  "писем: 3, подборок: 1, прочих писем: 2",
		"the registry moved while month 2026-10 was assessed: run it again": "the registry moved while month 2026-10 was assessed: run it again",
	} {
		if got := (&app{lang: "ru"}).journal(message); got != want {
			t.Errorf("%q: %q, want %q", message, got, want)
		}
	}
}
