package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"osmsd/config"
	"osmsd/sync/osms"
)

// TestRemotesSchedule: the job has a schedule when there is something to do, and
// the one that somebody wrote stays.
func TestRemotesSchedule(t *testing.T) {
	const one = "remotes:\n  - name: a\n    sftp: {address: 'h:22', user: u, key_file: k, host_key: known}\n    pull: {region: 63}\n"
	for text, want := range map[string]config.Task{
		"":                                {},
		one:                               {Cron: "*/10 * * * *"},
		one + "schedule: {remote: off}\n": {},
		one + "schedule: {remote: '0 * * * *'}\n":         {Cron: "0 * * * *"},
		one + "schedule: {remote: {cron: '5 * * * *'}}\n": {Cron: "5 * * * *"},
		one + "schedule: {letters: off}\n":                {Cron: "*/10 * * * *"},
	} {
		c, err := config.Load(write(t, text), none)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if got := c.Schedule[osms.JobRemote]; got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
	if got := config.Default().Schedule[osms.JobRemote]; got != (config.Task{}) {
		t.Errorf("the default has changed: %+v", got)
	}
}

func TestReadSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	for _, c := range []struct {
		text string
		mode os.FileMode
		want string
	}{{"hush\r\n", 0o600, "hush"}, {"two\nlines\n", 0o640, "two\nlines"}, {"hush", 0o604, ""}, {"\n", 0o600, ""}} {
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, c.mode); err != nil {
			t.Fatal(err)
		}
		got, err := config.ReadSecret(path)
		if got.Reveal() != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q, mode %o: %q, %v", c.text, c.mode, got.Reveal(), err)
		}
	}
	if _, err := config.ReadSecret(path + ".none"); err == nil {
		t.Error("a secret was read from nowhere")
	}
}
