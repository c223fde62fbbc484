package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"osmsd/config"
	"osmsd/sync/store/storetest"
)

const doctorsRoster = `ИИН;ФИО;Дата рождения;БИН;Форма обучения;Дата зачисления
061211601593;Ахметова Айгерим;11.12.2006;971240666596;очная;01.09.2024
`

// examined is what doctor said: a level for each check.
func (s *script) examined() map[string]string {
	s.t.Helper()
	code, _ := s.execute([]string{"doctor", "--json"})
	var said struct {
		Checks []struct{ Check, Level, Message, Hint string }
		Faults int
	}
	s.check(json.Unmarshal([]byte(s.stdout), &said))
	levels := map[string]string{}
	faults := 0
	for _, c := range said.Checks {
		levels[c.Check] = c.Level
		if c.Level == "fault" {
			faults++
		}
		if c.Level != "ok" && c.Hint == "" {
			s.t.Errorf("%s: no hint: %s", c.Check, c.Message)
		}
	}
	if faults != said.Faults || (code == exitDiscrepancy) != (faults > 0) || code != 0 && code != exitDiscrepancy {
		s.fatalf("exit %d with %d faults, %d said", code, faults, said.Faults)
	}
	return levels
}

// ill is one thing that is wrong, and how doctor takes it.
type ill struct {
	what, check, level string
	do, undo           func() error
}

// TestDoctorFinds: each thing that is wrong is found by its check and no other,
// and nothing of it stays when it is mended.
func TestDoctorFinds(t *testing.T) {
	if raced {
		t.Skip("under the race detector every start of the program is dear")
	}
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			s := newScript(t, "doctor")
			home := s.env["OSMSD_HOME"]
			driver, address := "sqlite", filepath.Join(home, "registry.db")
			if kind == "postgres" {
				driver, address = "postgres", storetest.Postgres(t)
				s.env["OSMSD_DATABASE"] = address
			}
			s.check(os.WriteFile(filepath.Join(s.dir, "roster.csv"), []byte(doctorsRoster), 0o600))
			for _, args := range [][]string{{"import", "--region", "63", "roster.csv"}, {"run", "letters"}, {"backup"},
				{"statement", "--iin", "061211601593", "--from", "2026-09", "--to", "2026-10", "--out", "s.pdf"}} {
				if code, _ := s.execute(args); code != 0 {
					s.fatalf("%v: exit %d", args, code)
				}
			}
			s.check(os.Chmod(home, 0o750))
			db, err := sql.Open(driver, address)
			s.check(err)
			defer db.Close()
			exec := func(query string) func() error {
				return func() error {
					_, err := db.Exec(query)
					return err
				}
			}
			at := func(name string) string { return filepath.Join(home, name) }
			mode := func(name string, mode os.FileMode) func() error {
				return func() error { return os.Chmod(at(name), mode) }
			}
			move := func(from, to string) func() error {
				return func() error { return os.Rename(at(from), at(to)) }
			}
			remove := func(name string) func() error { return func() error { return os.Remove(at(name)) } }
			write := func(name, text string, age time.Duration) func() error {
				return func() error {
					then := time.Now().Add(-age)
					return first(os.WriteFile(at(name), []byte(text), 0o600), os.Chtimes(at(name), then, then))
				}
			}
			for _, job := range []string{"assess", "reconcile", "letters", "reminders", "cases"} {
				s.check(exec(fmt.Sprintf("INSERT INTO schedule (job, due) VALUES ('%s', %d)", job, time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC).Unix()))())
			}
			due := func(at time.Time) func() error {
				return exec(fmt.Sprintf("UPDATE schedule SET due = %d WHERE job = 'cases'", at.Unix()))
			}
			now := time.Date(2026, 10, 1, 4, 0, 0, 0, time.UTC)
			original, _ := filepath.Glob(at("archive/*/*.bin"))
			saved, err := os.ReadFile(original[0])
			s.check(err)
			backups, _ := filepath.Glob(at("backups/*.tar"))
			old := time.Now().Add(-30 * 24 * time.Hour)

			ills := []ill{
				{"a key that others can read", "key", "fault", mode("statement.key", 0o644), mode("statement.key", 0o600)},
				{"no public key", "key", "warning", move("statement.pub", "x"), move("x", "statement.pub")},
				{"a home that others can enter", "home", "warning", mode(".", 0o755), mode(".", 0o750)},
				{"no archive", "archive", "fault", move("archive", "x"), move("x", "archive")},
				{"a damaged original", "archive", "fault", func() error {
					return first(os.Chmod(original[0], 0o600), os.WriteFile(original[0], []byte("other"), 0o600))
				}, func() error { return os.WriteFile(original[0], saved, 0o600) }},
				{"a folder that is a file", "folders", "fault", write("reports", "x", 0), remove("reports")},
				{"no drop folder", "drop_folders", "warning", move("inbox/63", "x"), move("x", "inbox/63")},
				{"a file that lies", "waiting_files", "warning", write("inbox/63/a.csv", "x", 3*time.Hour), remove("inbox/63/a.csv")},
				{"a faulty configuration", "configuration", "fault", write("osmsd.yaml", "rosters:\n  due_day: 77\n", 0), remove("osmsd.yaml")},
				{"a configuration that is a folder", "configuration", "fault", func() error { return os.Mkdir(at("osmsd.yaml"), 0o750) }, remove("osmsd.yaml")},
				{"an old backup", "backups", "warning", func() error { return os.Chtimes(backups[0], old, old) }, func() error { return os.Chtimes(backups[0], time.Now(), time.Now()) }},
				{"an older schema", "schema", "warning", exec("UPDATE schema_version SET version = version - 1000"), exec("UPDATE schema_version SET version = version + 1000")},
				{"a newer schema", "schema", "fault", exec("INSERT INTO schema_version (version) VALUES (1000)"), exec("DELETE FROM schema_version WHERE version = 1000")},
				{"a run that was cut off", "runs", "warning", exec("UPDATE run SET state = 'running' WHERE id = 1"), exec("UPDATE run SET state = 'done' WHERE id = 1")},
				{"a part that is held", "held", "warning", exec("UPDATE import_organisation SET state = 'held'"), exec("UPDATE import_organisation SET state = 'applied'")},
				{"a letter that was not written", "letters", "warning", exec("INSERT INTO letter_bundle (id, bin, region, dated, from_seq, to_seq, letters, written) VALUES (99, 1, 63, 20261001, 0, 1, 1, 0)"), exec("DELETE FROM letter_bundle WHERE id = 99")},
				{"a receipt that was not handed out", "unfinished", "warning", exec("INSERT INTO unfinished (arrival, channel, name, sha256) VALUES (99, '63', 'a', 'b')"), exec("DELETE FROM unfinished WHERE arrival = 99")},
				{"a job that is late", "job_cases", "warning", due(now.Add(-time.Hour)), due(now.Add(time.Hour))},
				{"a job that is days late", "job_cases", "fault", due(now.Add(-50 * time.Hour)), due(now.Add(time.Hour))},
				{"a job that was never planned", "job_assess", "warning", exec("UPDATE schedule SET job = 'x' WHERE job = 'assess'"), exec("UPDATE schedule SET job = 'assess' WHERE job = 'x'")},
				{"a job that failed", "job_letters", "warning", exec("UPDATE run SET state = 'failed' WHERE job = 'letters'"), exec("UPDATE run SET state = 'done' WHERE job = 'letters'")},
			}
			if kind == "sqlite" {
				ills = append(ills, ill{"a registry that others can read", "home", "fault", mode("registry.db", 0o644), mode("registry.db", 0o600)})
			}
			well := s.examined()
			for check, level := range well {
				if wrong := check == "unverified" || check == "configuration"; (level != "ok") != wrong {
					t.Errorf("a sound home: %s is %s", check, level)
				}
			}
			if len(well) < 24 {
				t.Errorf("%d checks: %v", len(well), well)
			}
			for _, i := range ills {
				s.check(i.do())
				for check, level := range s.examined() {
					if check == i.check && level != i.level {
						t.Errorf("%s: %s is %s, want %s\n%s", i.what, check, level, i.level, s.stdout)
					}
					if check != i.check && level != well[check] {
						t.Errorf("%s: %s is %s too\n%s", i.what, check, level, s.stdout)
					}
				}
				s.check(i.undo())
			}
			if again := s.examined(); fmt.Sprint(again) != fmt.Sprint(well) {
				t.Errorf("after all was mended:\n%v\n%v", again, well)
			}
			if kind == "postgres" {
				s.illServers(db, address)
			} else {
				s.check(db.Close())
				s.check(os.WriteFile(address, []byte(strings.Repeat("no registry ", 1000)), 0o600))
				if got := s.examined(); got["database"] != "fault" {
					t.Errorf("a registry that is none: %v", got)
				}
			}
		})
	}
}

// illServers are databases that will not do.
func (s *script) illServers(db *sql.DB, address string) {
	s.t.Helper()
	name := strings.Trim(mustURL(s.t, address).Path, "/")
	for _, i := range []struct{ check, query string }{
		{"standby", "ALTER DATABASE " + name + " SET default_transaction_read_only = on"},
		{"encoding", "CREATE DATABASE " + name + "_ascii ENCODING 'SQL_ASCII' TEMPLATE template0"},
	} {
		_, err := db.Exec(i.query)
		s.check(err)
		if i.check == "encoding" {
			u := mustURL(s.t, address)
			u.Path += "_ascii"
			s.env["OSMSD_DATABASE"] = u.String()
		}
		if got := s.examined(); got[i.check] != "fault" {
			s.t.Errorf("%s: %v", i.check, got)
		}
	}
	s.env["OSMSD_DATABASE"] = "postgres://osmsd:geheim4711@127.0.0.1:1/osmsd?sslmode=disable"
	if got := s.examined(); got["database"] != "fault" || strings.Contains(s.stdout+s.stderr, "geheim") {
		s.t.Errorf("out of reach: %v\n%s", got, s.stdout)
	}
}

func mustURL(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// TestDoctorRates: a year without a rate is told of sixty days before it begins.
func TestDoctorRates(t *testing.T) {
	for day, want := range map[string]level{"2026-11-01": levelFine, "2026-11-02": levelWarning, "2027-03-01": levelWarning} {
		now, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		d := &doctor{app: &app{lang: "ru", cfg: config.Default(), Surroundings: Surroundings{Clock: func() time.Time { return now }}}}
		if f := d.rates(t.Context()); f.level != want || want != levelFine && (f.hint == "" || !strings.Contains(f.message, "2027")) {
			t.Errorf("%s: %+v", day, f)
		}
	}
}
