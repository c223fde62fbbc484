package config_test

import (
	"slices"
	"testing"

	"osmsd/config"
)

func TestChanged(t *testing.T) {
	load := func(text string) config.Config {
		c, err := config.Load(write(t, text), none)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	was := load("")
	if keys := config.Changed(was, load("language: ru\n")); keys != nil {
		t.Errorf("%q", keys)
	}
	got := config.Changed(was, load(`
database: postgres://osmsd:secret@localhost/osmsd?sslmode=disable
language: kk
folders: {inbox: in}
regions: {63: {declaration: {mode: full}}}
intake: {poll: 20s}
schedule: {letters: off}
policy: {grace_months: 2}
`))
	want := []string{"database", "database_password", "language", "folders.inbox", "regions", "intake.poll", "schedule", "policy.grace_months"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestVariables(t *testing.T) {
	all := config.Variables()
	for _, name := range []string{"OSMSD_DATABASE", "OSMSD_DATABASE_PASSWORD_FILE", "OSMSD_INTAKE_POLL", "OSMSD_LOG_FORMAT", "OSMSD_POLICY_GRACE_MONTHS"} {
		if !slices.Contains(all, name) {
			t.Errorf("%s is not among %q", name, all)
		}
	}
	for _, name := range all {
		if name == "OSMSD_REGIONS" || name == "OSMSD_SCHEDULE" {
			t.Errorf("%s is not read", name)
		}
	}
}
