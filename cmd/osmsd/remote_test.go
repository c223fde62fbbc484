package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"osmsd/importers/remote/remotetest"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// remoteScene is a home whose region 63 sends its rosters to an SFTP server and
// gets its receipts there.
type remoteScene struct {
	*script
	server *remotetest.SFTP
	minute int
}

func newRemoteScene(t *testing.T, address string) *remoteScene {
	t.Helper()
	s := &remoteScene{newScript(t, "remote_test.go"), remotetest.StartSFTP(t), 0}
	if store.IsPostgres(address) {
		s.env["OSMSD_DATABASE"] = address
	}
	home := s.env["OSMSD_HOME"]
	for _, dir := range []string{home, filepath.Join(s.server.Dir, "out"), filepath.Join(s.server.Dir, "in")} {
		s.check(os.MkdirAll(dir, 0o750))
	}
	s.put(filepath.Join(home, "east.key"), string(s.server.Key))
	s.put(filepath.Join(home, "east.password"), remotetest.Password+"\n")
	s.put(filepath.Join(home, "osmsd.yaml"), fmt.Sprintf(`intake: {poll: 1s, rest: 1s}
console: {listen: ""}
remotes:
  - name: east
    sftp: {address: %q, user: %s, key_file: east.key, host_key: %s, folder: out}
    pull: {region: 63, after: move}
  - name: east-back
    sftp: {address: %q, user: %s, password_file: east.password, host_key: %s, folder: in}
    deliver: {what: [returned], region: 63}
`, s.server.Address, remotetest.User, s.server.HostKey, s.server.Address, remotetest.User, s.server.HostKey))
	return s
}

func (s *remoteScene) put(path, text string) {
	s.t.Helper()
	s.check(os.WriteFile(path, []byte(text), 0o600))
}

// osmsd runs the program ten minutes after the last time and wants an exit code.
func (s *remoteScene) osmsd(code int, args ...string) string {
	s.t.Helper()
	s.later()
	if got, _ := s.execute(args); got != code {
		s.fatalf("osmsd %v: exit code %d, want %d", args, got, code)
	}
	return s.stdout
}

func (s *remoteScene) later() {
	s.minute += 10
	s.env["OSMSD_NOW"] = time.Date(2026, 10, 1, 4, s.minute, 0, 0, time.UTC).Format(time.RFC3339)
}

func (s *remoteScene) said(what string) {
	s.t.Helper()
	if !strings.Contains(s.stdout+s.stderr, what) {
		s.fatalf("%q is not said", what)
	}
}

// under lists the files in a folder and below it, hidden ones too.
func (s *remoteScene) under(dir string) []string {
	s.t.Helper()
	var out []string
	err := filepath.Walk(dir, func(path string, i os.FileInfo, err error) error {
		if err == nil && !i.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			out = append(out, rel)
		}
		return err
	})
	if !errors.Is(err, os.ErrNotExist) {
		s.check(err)
	}
	return out
}

const remoteRoster = "ИИН;ФИО;Дата рождения;БИН;Форма обучения;Дата зачисления\n" +
	"061211601593;Ахметова Айгерим;11.12.2006;971240666596;очная;01.09.2024\n"

// TestRemoteKilled: a roster lies on a server; the program is killed while half
// of it is here, and killed again while half of a receipt is there. In the end
// it is applied once, moved away there, and the receipts are there.
func TestRemoteKilled(t *testing.T) {
	storetest.EachDB(t, func(t *testing.T, address string) {
		s := newRemoteScene(t, address)
		home := s.env["OSMSD_HOME"]
		inbox, in := filepath.Join(home, "inbox"), filepath.Join(s.server.Dir, "in")
		roster := remoteRoster + strings.Repeat(";;;;;\n", 200_000)
		s.put(filepath.Join(s.server.Dir, "out", "roster.csv"), roster)

		s.server.HangAt(int64(len(roster) / 2))
		s.later()
		s.execute([]string{"run", "remote", "&visit"})
		for end := time.Now().Add(time.Minute); s.server.Sent() < int64(len(roster)/2); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("nothing is fetched")
			}
		}
		half := s.under(inbox)
		s.check(s.background["visit"].cmd.Process.Kill())
		<-s.background["visit"].ended
		delete(s.background, "visit")
		s.server.HangAt(0)
		if len(half) != 1 || !strings.HasPrefix(filepath.Base(half[0]), ".osmsd-") {
			t.Fatalf("half of it lies as %v", half)
		}
		s.osmsd(0, "run", "remote")
		s.said("fetched: 1")
		if got := s.under(inbox); len(got) != 1 || got[0] != "63/roster-r1.csv" {
			t.Errorf("fetched %v", got)
		}
		s.osmsd(0, "run", "intake")

		// Half of a receipt is there under its own name never.
		s.server.DropPutAt(8_000)
		s.osmsd(1, "run", "remote")
		s.said("server east-back: the connection broke")
		for _, name := range s.under(in) {
			if rel := strings.TrimPrefix(name, "returned/"); !strings.HasSuffix(name, ".part") {
				if there, here := s.read(filepath.Join(in, name)), s.read(filepath.Join(home, "returned", rel)); there != here {
					t.Errorf("%s is not whole", name)
				}
			}
		}
		s.osmsd(0, "run", "remote")
		if got, want := s.under(in), s.under(filepath.Join(home, "returned")); len(got) != len(want) || len(got) < 3 {
			t.Errorf("delivered %v of %v", got, want)
		}
		if got := s.under(filepath.Join(s.server.Dir, "out")); len(got) != 1 || got[0] != "processed/roster.csv" {
			t.Errorf("on the server lies %v", got)
		}
		s.osmsd(0, "run", "remote")
		s.said("fetched: 0, dealt with there: 0, delivered: 0")
		s.osmsd(0, "run", "intake")
		s.osmsd(0, "files", "--json")
		s.value(false, "stdout", "files.*.outcome", `"applied"`)
		s.osmsd(0, "verify")
	})
}

// TestRemoteCommand: what people see of servers, and of a changed host key.
func TestRemoteCommand(t *testing.T) {
	s := newRemoteScene(t, "")
	s.put(filepath.Join(s.server.Dir, "out", "roster.csv"), remoteRoster)
	if got := s.osmsd(0, "remote", "hostkey", s.server.Address); strings.TrimSpace(got) != s.server.HostKey {
		t.Errorf("key %q", got)
	}
	s.said("SHA256:")
	s.osmsd(0, "remote", "check", "east", "--json")
	s.value(false, "stdout", "remotes.*.answers", "true")
	s.value(false, "stdout", "remotes.*.waiting", "1")
	s.osmsd(0, "run", "remote")
	s.osmsd(0, "remote", "list")
	s.said("east-back")
	s.osmsd(0, "remote", "list", "--json")
	s.value(false, "stdout", "remotes.*.here", "1 0")
	s.value(false, "stdout", "remotes.*.fault", `"" ""`)
	s.osmsd(2, "remote", "check", "west")
	s.execute([]string{"doctor"})
	s.said("server east answers; waiting there: 0, here and not yet dealt with there: 1")

	s.server.NewHostKey(t)
	s.osmsd(5, "doctor")
	s.said("server east: the host key is not the pinned one")
	s.osmsd(1, "remote", "check", "east")
	s.said("ALARM")
	s.osmsd(1, "run", "remote")
	s.said("server east: the host key is not the pinned one")
	s.said("ALARM")
	s.osmsd(0, "runs")
	s.said(`"east" (the host key is not the pinned one)`)
	s.env["OSMSD_LANGUAGE"] = "kk"
	s.osmsd(1, "run", "remote")
	s.said("НАЗАР АУДАРЫҢЫЗ")
	s.env["OSMSD_LANGUAGE"] = "en"
	s.osmsd(0, "remote", "list")
	s.said("the host key is not the pinned one")

	// A secret that others can read is not used, and not told.
	s.check(os.Chmod(filepath.Join(s.env["OSMSD_HOME"], "east.password"), 0o644))
	s.osmsd(1, "remote", "check", "east-back")
	s.said("set its mode to 600")
	if strings.Contains(s.stdout+s.stderr, remotetest.Password) {
		t.Error("the password is told")
	}
}

// TestRemoteServe: the daemon visits by its schedule, beside its other work.
func TestRemoteServe(t *testing.T) {
	s := newRemoteScene(t, "")
	config := filepath.Join(s.env["OSMSD_HOME"], "osmsd.yaml")
	s.put(config, s.read(config)+"schedule: {remote: '* * * * *'}\n")
	s.put(filepath.Join(s.server.Dir, "out", "roster.csv"), remoteRoster)
	// Each start is a second before a minute: the first visit looks, the second
	// fetches, the third moves away.
	for minute := range 3 {
		s.env["OSMSD_NOW"] = fmt.Sprintf("2026-10-01T09:%02d:58+05:00", minute)
		s.execute([]string{"serve", "&daemon"})
		s.until("runs", "runs.*.job", strings.TrimSpace([]string{`"remote"`, `"remote" "remote" "intake"`, `"remote" "remote" "intake" "remote"`}[minute]), "40s")
		for end := time.Now().Add(30 * time.Second); !s.atRest(); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("a run does not end")
			}
		}
		s.check(s.background["daemon"].cmd.Process.Signal(signals["TERM"]))
		if code := s.await(s.background["daemon"], 10*time.Second); code != 0 {
			s.fatalf("the daemon ended with %d", code)
		}
		delete(s.background, "daemon")
	}
	if got := s.under(filepath.Join(s.server.Dir, "out")); len(got) != 1 || got[0] != "processed/roster.csv" {
		t.Errorf("on the server lies %v", got)
	}
	if got := s.under(filepath.Join(s.server.Dir, "in")); len(got) < 3 {
		t.Errorf("delivered %v", got)
	}
}

// atRest reports that all runs are done.
func (s *remoteScene) atRest() bool {
	s.execute([]string{"runs", "--json"})
	return !strings.Contains(s.stdout, `"running"`)
}
