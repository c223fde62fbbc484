package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"osmsd/config"
)

const password = "s3cret-Қ/@"

func TestEnvironment(t *testing.T) {
	path := write(t, "language: en\nintake: {poll: 1m}\npolicy: {grace_months: 1}\n")
	c, err := config.Load(path, environment(map[string]string{
		"OSMSD_LANGUAGE": "kk", "OSMSD_INTAKE_REST": "7s", "OSMSD_POLICY_ACADEMIC_LEAVE_DUE": "false", "OSMSD_LIMITS_FILE": "1GiB",
		"OSMSD_STATE_PAYER_BIN": "160940025485", "OSMSD_HOME": "/elsewhere",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if c.Language != "kk" || c.Intake.Poll != time.Minute || c.Intake.Rest != 7*time.Second || c.Policy.AcademicLeaveDue ||
		c.Policy.GraceMonths != 1 || c.Limits.File != 1<<30 || c.State.PayerBIN != 160940025485 {
		t.Errorf("%s", config.Render(c))
	}
	_, err = config.Load(path, environment(map[string]string{"OSMSD_INTAKE_POLL": "10", "OSMSD_TIME_ZONE": "Asia/Nowhere", "OSMSD_LIMITS_ROWS": "0x10"}))
	want := `OSMSD_INTAKE_POLL: intake.poll: "10": write a number with its unit, as 10s, 5m or 1h
OSMSD_LIMITS_ROWS: limits.rows: "0x10": write a whole number in plain digits
OSMSD_TIME_ZONE: time_zone: "Asia/Nowhere" is not a time zone: write one as Asia/Almaty`
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant\n%s", err, want)
	}
}

func TestPasswords(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil { // whatever the umask
			t.Fatal(err)
		}
		return path
	}
	const bare = "postgres://osmsd@127.0.0.1:5432/osmsd?sslmode=disable"
	const escaped = "s3cret-%D2%9A%2F%40"
	with := strings.Replace(bare, "osmsd@", "osmsd:"+escaped+"@", 1)
	private := file("private", password+"\n", 0o600)
	public := file("public", password+"\n", 0o644)
	for _, c := range []struct {
		name, yaml string
		mode       os.FileMode
		env        map[string]string
		dsn, fault string
	}{
		{"in the address", "database: " + with, 0o600, nil, with, ""},
		{"in the query", "database: " + bare + "&password=" + escaped, 0o600, nil, with, ""},
		{"its own key", "database: " + bare + "\ndatabase_password: " + password, 0o640, nil, with, ""},
		{"its own variable", "database: " + bare, 0o644, map[string]string{"OSMSD_DATABASE_PASSWORD": password}, with, ""},
		{"its own file", "database: " + bare, 0o644, map[string]string{"OSMSD_DATABASE_PASSWORD_FILE": private}, with, ""},
		{"the whole address in a file", "", 0o644, map[string]string{"OSMSD_DATABASE_FILE": file("dsn", with+"\n", 0o600)}, with, ""},
		{"another address forgets the password", "database: " + with, 0o600, map[string]string{"OSMSD_DATABASE": bare}, bare, ""},
		{"another address, the same key", "database: postgres://a@localhost/b?sslmode=disable\ndatabase_password: " + password, 0o600,
			map[string]string{"OSMSD_DATABASE": bare}, with, ""},
		{"twice", "database: " + with + "\ndatabase_password: " + password, 0o600, nil, "*",
			"osmsd.yaml:1: database: the password is given twice, in the address and as database_password: keep one"},
		{"others can read it", "language: ru\ndatabase: " + with, 0o644, nil, "*",
			"osmsd.yaml:2: database_password: the file holds a password and others can read it: set its mode to 600, or give the password by OSMSD_DATABASE_PASSWORD_FILE"},
		{"others can read its file", "database: " + bare, 0o600, map[string]string{"OSMSD_DATABASE_PASSWORD_FILE": public}, "*",
			"OSMSD_DATABASE_PASSWORD_FILE: database_password: others can read " + public + ": set its mode to 600"},
		{"file and variable", "database: " + bare, 0o600, map[string]string{"OSMSD_DATABASE_PASSWORD_FILE": private, "OSMSD_DATABASE_PASSWORD": "x"}, "*",
			"OSMSD_DATABASE_PASSWORD_FILE: database_password: OSMSD_DATABASE_PASSWORD is set too: set one of them"},
		{"no such file", "database: " + bare, 0o600, map[string]string{"OSMSD_DATABASE_PASSWORD_FILE": filepath.Join(dir, "none")}, "*",
			"OSMSD_DATABASE_PASSWORD_FILE: database_password: open " + filepath.Join(dir, "none") + ": no such file or directory"},
		{"nothing to open", "database_password: " + password, 0o600, nil, "*",
			"osmsd.yaml:1: database_password: the embedded registry has no password: give database a postgres:// address or leave this out"},
		{"bad escape", "database: postgres://u:" + password + "%zz@h/d?sslmode=disable", 0o600, nil, "*", ""},
		{"a # in the password", "database: \"postgres://u:12#" + password + "@h/d?sslmode=disable\"", 0o600, nil, "*", ""},
		{"keywords", "database: host=db password=" + password, 0o600, nil, "*", ""},
	} {
		path := file("osmsd.yaml", c.yaml+"\n", c.mode)
		got, err := config.Load(path, environment(c.env))
		switch {
		case c.dsn != "*" && (err != nil || got.DSN().Reveal() != c.dsn):
			t.Errorf("%s: %v, %s; want %s", c.name, err, got.DSN().Reveal(), c.dsn)
		case c.dsn == "*" && err == nil, c.fault != "" && err.Error() != c.fault:
			t.Errorf("%s: %v, want %s", c.name, err, c.fault)
		}
		var logged bytes.Buffer
		slog.New(slog.NewTextHandler(&logged, nil)).Info("config", "c", got, "password", got.DatabasePassword)
		js, _ := json.Marshal(got)
		for _, shown := range []string{config.Render(got), fmt.Sprintf("%v %+v %s %d %x", got, got, got.DSN(), got.DatabasePassword, got.DatabasePassword),
			logged.String(), string(js), fmt.Sprint(err)} {
			if strings.Contains(shown, "s3cret") || strings.Contains(shown, "733363726574") {
				t.Errorf("%s: the password shows: %s", c.name, shown)
			}
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDatabaseAddresses(t *testing.T) {
	for address, want := range map[string]string{
		"postgres://osmsd@localhost/osmsd?sslmode=disable":                   "",
		"postgresql://osmsd@[::1]:5433/osmsd?sslmode=prefer":                 "",
		"postgres://osmsd@127.8.9.1/osmsd?sslmode=disable":                   "",
		"postgres:///osmsd?host=/var/run/postgresql&sslmode=disable":         "",
		"postgres://osmsd@db.example.kz/osmsd?sslmode=require":               "",
		"postgres://osmsd@db.example.kz/osmsd":                               "sslmode is missing",
		"postgres://osmsd@localhost/osmsd":                                   "sslmode is missing",
		"postgres://osmsd@localhost/osmsd?sslmode=yes":                       "not known",
		"postgres://osmsd@db.example.kz/osmsd?sslmode=disable":               "in the clear",
		"postgres://osmsd@db.example.kz/osmsd?sslmode=prefer":                "in the clear",
		"postgres://osmsd@10.0.0.7/osmsd?sslmode=allow":                      "in the clear",
		"postgres://osmsd@localhost/osmsd?host=db.kz&sslmode=disable":        "in the clear",
		"postgres://osmsd@localhost/osmsd?hostaddr=10.0.0.7&sslmode=disable": "in the clear",
		"postgres://a@localhost,db.kz/osmsd?sslmode=disable":                 "in the clear",
		"postgres://osmsd@localhost.db.kz/osmsd?sslmode=disable":             "in the clear",
		"postgres://a@localhost/osmsd?sslmode=verify-full&sslmode=disable":   "twice",
		"postgres://osmsd@localhost?sslmode=disable":                         "name of the database",
		"postgres://a@localhost/osmsd?service=x&sslmode=disable":             "service is not read",
		"mysql://osmsd@localhost/osmsd":                                      "leave it empty",
		"registry.db":                                                        "leave it empty",
		"postgres:osmsd":                                                     "leave it empty",
	} {
		_, err := config.Load(write(t, "database: \""+address+"\"\n"), none)
		if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "osmsd.yaml:1: database: ")) {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
	}
}

// The password of the mail server comes from its variable, from a file, or from
// osmsd.yaml when nobody else can read it; it is never shown.
func TestMailPassword(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	private, public := file("private", password+"\n", 0o600), file("public", password+"\n", 0o644)
	const yaml = "mail:\n  smtp: {address: \"mail.example.kz:587\", user: osmsd}\n  from: osmsd@example.kz\n"
	const within = "mail:\n  smtp:\n    address: mail.example.kz:587\n    user: osmsd\n    password: \"" + password + "\"\n  from: osmsd@example.kz\n"
	for _, c := range []struct {
		name, yaml string
		mode       os.FileMode
		env        map[string]string
		fault      string
	}{
		{"its variable", yaml, 0o644, map[string]string{"OSMSD_MAIL_PASSWORD": password}, ""},
		{"its file", yaml, 0o644, map[string]string{"OSMSD_MAIL_PASSWORD_FILE": private}, ""},
		{"its key", within, 0o600, nil, ""},
		{"others can read the configuration", within, 0o644, nil, "osmsd.yaml:5: mail.smtp.password: the file holds a password and others can read it: set its mode to 600, or give the password by OSMSD_MAIL_PASSWORD_FILE"},
		{"others can read its file", yaml, 0o600, map[string]string{"OSMSD_MAIL_PASSWORD_FILE": public}, "OSMSD_MAIL_PASSWORD_FILE: mail.smtp.password: others can read " + public + ": set its mode to 600"},
		{"both", yaml, 0o600, map[string]string{"OSMSD_MAIL_PASSWORD_FILE": private, "OSMSD_MAIL_PASSWORD": "x"}, "OSMSD_MAIL_PASSWORD_FILE: mail.smtp.password: OSMSD_MAIL_PASSWORD is set too: set one of them"},
		{"none", yaml, 0o600, nil, "osmsd.yaml:2: mail.smtp.password: there is a user and no password: give it by OSMSD_MAIL_PASSWORD_FILE"},
	} {
		c2, err := config.Load(file("osmsd.yaml", c.yaml, c.mode), environment(c.env))
		if (err == nil) != (c.fault == "") || err != nil && err.Error() != c.fault {
			t.Errorf("%s: %v, want %s", c.name, err, c.fault)
		}
		if c.fault == "" && c2.Mail.SMTP.Password.Reveal() != password {
			t.Errorf("%s: %q", c.name, c2.Mail.SMTP.Password.Reveal())
		}
		if shown := fmt.Sprintf("%v %s %v", c2, config.Render(c2), err); strings.Contains(shown, "s3cret") {
			t.Errorf("%s: the password shows: %s", c.name, shown)
		}
	}
	if config.Default().Mail.On() || !(config.Mail{Folder: "mail"}).On() {
		t.Error("when mails are sent")
	}
}
