package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/importers/sheet"
	"osmsd/sync/calendar"
	"osmsd/sync/entitlement"
	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// office is a desk under test: a registry, an archive, folders and a clock of
// its own.
type office struct {
	t      *testing.T
	desk   *Desk
	runner *Runner
	now    time.Time
	files  string // where files lie before they are imported
}

func eachOffice(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	storetest.EachRegistry(t, func(t *testing.T, address string) { test(t, newOffice(t, address)) })
}

func newOffice(t *testing.T, address string) *office {
	t.Helper()
	s, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	home := Home{Dir: dir, Inbox: filepath.Join(dir, "inbox"), Returned: filepath.Join(dir, "returned"), Letters: filepath.Join(dir, "letters"),
		Reports: filepath.Join(dir, "reports"), Statements: filepath.Join(dir, "statements"), Archive: filepath.Join(dir, "archive")}
	archive, err := intake.OpenArchive(home.Archive, nil)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, files: t.TempDir()}
	o.desk = &Desk{Store: s, Archive: archive, Home: home, Rules: entitlement.DefaultRules(), Zone: zone(t, "Asia/Almaty"), Lang: "ru",
		Rates:         []osms.StateRate{{Year: 2026, Percent: osms.Rate(2000), Base: 8_500_000}},
		CorrectWithin: 3, RostersDue: 5, Calendar: calendar.Default(), DiskClock: time.Now, Limits: sheet.Limits{}, Drops: intake.Options{Rest: 50 * time.Millisecond},
		State: State{Payer: "Государство", PayerID: "000000000000", KNP: ""}}
	o.desk.Signing.File = filepath.Join(dir, "statements.key")
	o.runner = &Runner{Store: s, Clock: func() time.Time { return o.now }, Holder: "test", Log: slog.New(slog.DiscardHandler)}
	o.at("2026-10-01T09:00:00+05:00")
	t.Cleanup(func() { _ = s.Close(); _ = archive.Close() })
	return o
}

func (o *office) at(moment string) {
	o.t.Helper()
	at, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		o.t.Fatal(err)
	}
	o.now = at
}

// run does something as a run by command.
func (o *office) run(do func(context.Context, Turn) error) {
	o.t.Helper()
	_, err := o.runner.Run(o.t.Context(), osms.Run{Job: osms.JobIntake, Trigger: "command"}, func(ctx context.Context, t Turn) (string, error) {
		return "", do(ctx, t)
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// write puts a file where it can be imported from.
func (o *office) write(name string, lines ...string) string {
	o.t.Helper()
	path := filepath.Join(o.files, name)
	if err := os.WriteFile(path, []byte("\ufeff"+strings.Join(lines, "\r\n")+"\r\n"), 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

// take imports one file.
func (o *office) take(region osms.Region, name string, lines ...string) (report osms.FileReport) {
	o.t.Helper()
	path := o.write(name, lines...)
	o.run(func(ctx context.Context, t Turn) error {
		return o.desk.Import(ctx, t, []string{path}, region, "", func(taken Taken) {
			if taken.Err != nil {
				o.t.Fatal(taken.Err)
			}
			report = taken.Report
		})
	})
	return report
}

// check shows what importing one file would do.
func (o *office) check(region osms.Region, path string) (report osms.FileReport) {
	o.t.Helper()
	err := o.desk.Check(o.t.Context(), o.now.UTC().Truncate(time.Second), []string{path}, region, "", func(taken Taken) {
		if taken.Err != nil {
			o.t.Fatal(taken.Err)
		}
		report = taken.Report
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return report
}

func (o *office) want(what string, got osms.FileReport, outcome osms.Outcome, counts string) {
	o.t.Helper()
	said := fmt.Sprintf("rows %d joined %d left %d by row %d changed %d unchanged %d refused %d ignored %d", got.Rows, got.Joined, got.Left,
		got.LeftByRow, got.Changed, got.Unchanged, got.Refused, got.Ignored)
	if got.Outcome != outcome || said != counts {
		o.t.Errorf("%s: %s, %s; want %s, %s\n%v %v %v", what, got.Outcome, said, outcome, counts, got.Error, got.Holds, got.Refusals)
	}
}

func counts(rows, joined, left, byRow, changed, unchanged, refused, ignored int) string {
	return fmt.Sprintf("rows %d joined %d left %d by row %d changed %d unchanged %d refused %d ignored %d", rows, joined, left, byRow, changed, unchanged, refused, ignored)
}

// learner is one line of a roster. The zero fields are left out of it.
type learner struct {
	iin             osms.IIN
	surname, given  string
	form, status    string
	enrolled, until string
	bin             osms.BIN
}

const rosterHeader = "ИИН;Фамилия;Имя;Отчество;Форма обучения;Статус;Дата зачисления;Дата отчисления;БИН"

// rosterOf writes the lines of a roster.
func rosterOf(learners ...learner) []string {
	lines := []string{rosterHeader}
	for _, l := range learners {
		if l.surname == "" {
			l.surname = "ТЕГІ" + strings.Repeat("Ә", int(l.iin/10%7)+1)
		}
		if l.given == "" {
			l.given = "АТЫ" + strings.Repeat("Ү", int(l.iin/10%5)+1)
		}
		if l.form == "" {
			l.form = "очная"
		}
		lines = append(lines, fmt.Sprintf("%s;%s;%s;;%s;%s;%s;%s;%s", l.iin.Digits(), l.surname, l.given, l.form, l.status, l.enrolled, l.until, l.bin.Digits()))
	}
	return lines
}

// made finds a number with a check digit that fits: nobody's.
func made(t *testing.T, birth string, serial int) osms.IIN {
	t.Helper()
	for ; ; serial += 500 {
		for check := range 10 {
			if i, err := osms.ParseIIN(fmt.Sprintf("%s%04d%d", birth, serial, check), 0); err == nil {
				return i
			}
		}
	}
}

// child is the n-th person born in 2015, student one born in 2004.
func child(t *testing.T, n int) osms.IIN   { return made(t, "1503145", n) }
func student(t *testing.T, n int) osms.IIN { return made(t, "0403145", n) }

// school is the n-th organisation.
func school(t *testing.T, n int) osms.BIN {
	t.Helper()
	for ; ; n += 500 {
		for check := range 10 {
			if b, err := osms.ParseBIN(fmt.Sprintf("060340%05d%d", n, check)); err == nil {
				return b
			}
		}
	}
}

// list registers organisations, each in a region.
func (o *office) list(regions map[osms.BIN]osms.Region, closed ...string) {
	o.t.Helper()
	lines := []string{"БИН;Наименование на русском;Қазақша атауы;Регион;Руководитель;Исполнитель;Адрес;Мекенжайы;Дата закрытия"}
	for bin, region := range regions {
		lines = append(lines, fmt.Sprintf("%s;Школа %s;Мектеп %s;%s;Ж. Үсенов;Қ. Іңкәр;ул. Абая, 1;Абай к-сі, 1;%s", bin.Digits(), bin.Digits()[8:], bin.Digits()[8:],
			region, strings.Join(closed, "")))
	}
	r := o.take(0, "organisations.csv", lines...)
	if r.Outcome != osms.Applied {
		o.t.Fatalf("organisations: %s %v %v", r.Outcome, r.Error, r.Refusals)
	}
}

func (o *office) heads(m osms.Month) (n int) {
	o.t.Helper()
	last, err := o.desk.Store.LastSequence(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	heads, err := o.desk.Store.Heads(o.t.Context(), m, last)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, h := range heads {
		n += h.Persons
	}
	return n
}

// verified checks the proofs: nothing a test did may leave a finding.
func (o *office) verified() {
	o.t.Helper()
	v, err := o.desk.Verify(o.t.Context(), quiet)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, f := range v.Findings {
		o.t.Errorf("verify: %+v", f)
	}
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

// database opens the registry beside the program, for what it must find out.
func database(t *testing.T, address string) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if store.IsPostgres(address) {
		driver = "postgres"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// behindTheBack says statements to a database.
func behindTheBack(t *testing.T, db *sql.DB) func(statement string) {
	return func(statement string) {
		t.Helper()
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}
