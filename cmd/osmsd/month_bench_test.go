package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"osmsd/cmd/internal/country"
	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

var benchRows = flag.Int("rows", 100_000, "rows of a month in BenchmarkMonth")

// BenchmarkMonth imports months of rosters, workbooks and CSV of many
// organisations, through the drop folders, on both databases, and compares in
// the same run: a first month with a plain set-based load of the same rows into
// the same tables; an unchanged month (new bytes: a later as-at date, the rows
// in another order) with reading the same files; a month with 5 % changed with
// the unchanged one. Peak memory is that of this process.
//
//	go test ./cmd/osmsd -run '^$' -bench Month -benchtime 1x -args -rows 1000000
func BenchmarkMonth(b *testing.B) {
	months := []struct {
		variant country.Variant
		asAt    osms.Date
		dir     string
		rows    int
	}{
		{country.BulkFirst, 20260901, b.TempDir(), 0},
		{country.BulkUnchanged, 20261001, b.TempDir(), 0},
		{country.BulkChanged, 20261101, b.TempDir(), 0},
	}
	for i := range months {
		made, err := country.GenerateBulk(months[i].dir, *benchRows, 1, months[i].variant, months[i].asAt)
		if err != nil {
			b.Fatal(err)
		}
		months[i].rows = made.Rows
	}
	for _, database := range []string{"sqlite", "postgres"} {
		b.Run(database, func(b *testing.B) {
			address, plain := filepath.Join(b.TempDir(), "registry.db"), filepath.Join(b.TempDir(), "plain.db")
			if database == "postgres" {
				address, plain = storetest.Postgres(b), storetest.Postgres(b)
			}
			w := newWorld(b, address)
			for range b.N {
				w.at(20260831, 9)
				w.importAll(months[0].dir, "organisations", func(string) bool { return true })
				w.at(20261201, 9)
				rows, rosters := w.read(months[0].dir, true)
				before := cpu()
				load := plainLoad(b, plain, rosters)
				loadCPU := cpu() - before
				rosters = nil
				boundMemory(os.LookupEnv)
				debug.FreeOSMemory()
				resetPeak(b)
				var took, reading, spent [3]time.Duration
				for i, m := range months {
					if i > 0 {
						began := time.Now()
						w.read(m.dir, false)
						reading[i] = time.Since(began)
					}
					w.at(m.asAt, 9)
					before := cpu()
					took[i] = w.drop(m.dir, m.rows)
					spent[i] = cpu() - before
				}
				b.ReportMetric(float64(rows)/took[0].Seconds(), "rows/s-first")
				b.ReportMetric(float64(rows)/took[1].Seconds(), "rows/s-unchanged")
				b.ReportMetric(took[0].Seconds()/load.Seconds(), "first/load")
				b.ReportMetric(took[1].Seconds()/reading[1].Seconds(), "unchanged/reading")
				b.ReportMetric(took[2].Seconds()/took[1].Seconds(), "changed/unchanged")
				b.ReportMetric(peak(b), "peak-MiB")
				b.Logf("processor seconds of this process: load %.1f, first month %.1f, unchanged %.1f, 5 %% changed %.1f",
					loadCPU.Seconds(), spent[0].Seconds(), spent[1].Seconds(), spent[2].Seconds())
				b.Logf("%d rows: load %.1fs, first month %.1fs; reading %.1fs, unchanged %.1fs; 5 %% changed %.1fs",
					rows, load.Seconds(), took[0].Seconds(), reading[1].Seconds(), took[1].Seconds(), took[2].Seconds())
			}
		})
	}
}

func (w *world) files(dir string) []string {
	var paths []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && e.Name() == "organisations" {
			return fs.SkipDir
		}
		if err == nil && !e.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Sort(paths)
	return paths
}

// read reads every file as the importer does, without a registry.
func (w *world) read(dir string, keep bool) (rows int, rosters []*osms.Roster) {
	for _, path := range w.files(dir) {
		region, err := osms.ParseRegion(filepath.Base(filepath.Dir(path)))
		if err != nil {
			continue
		}
		f, err := os.Open(path)
		if err != nil {
			w.t.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil {
			w.t.Fatal(err)
		}
		r, err := w.home.desk.ReadFrom(jobs.Drop{Name: filepath.Base(path), Size: info.Size(), Region: region, Received: w.now}, f)
		if err != nil || r.Refusal != nil || r.Roster == nil {
			w.t.Fatal(path, err, r.Refusal)
		}
		f.Close()
		if n := r.Roster.Refused; n > 0 {
			w.t.Fatalf("%s: %d refused, the first %+v", path, n, r.Roster.Refusals[0])
		}
		rows += r.Roster.Rows
		if keep {
			rosters = append(rosters, r.Roster)
		}
	}
	return rows, rosters
}

// drop puts the files into the drop folders and takes them, timing the taking.
func (w *world) drop(dir string, rows int) time.Duration {
	d := w.home.desk
	d.Drops.Rest = time.Nanosecond
	for _, path := range w.files(dir) {
		folder := filepath.Base(filepath.Dir(path))
		if _, err := osms.ParseRegion(folder); err != nil {
			continue
		}
		to := filepath.Join(d.Home.Inbox, folder)
		if err := os.MkdirAll(to, 0o750); err != nil {
			w.t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(path)), data, 0o640); err != nil {
			w.t.Fatal(err)
		}
	}
	folder, err := intake.OpenFolder(d.Home.Inbox, d.Drops)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := folder.Poll(time.Now().Add(time.Hour)); err != nil {
		w.t.Fatal(err)
	}
	polled, err := folder.Poll(time.Now().Add(2 * time.Hour))
	if err != nil || len(polled.Waiting) > 0 {
		w.t.Fatal(err, polled.Waiting)
	}
	runtime.GC()
	began, taken := time.Now(), 0
	_, err = w.home.runner.Run(w.t.Context(), osms.Run{Job: osms.JobIntake, Trigger: "bench"}, func(ctx context.Context, t jobs.Turn) (string, error) {
		return "", d.Intake(ctx, t, folder, polled.Ready, func(x jobs.Taken) {
			if x.Err != nil || x.Report.Outcome != osms.Applied {
				w.t.Errorf("%s: %v %s %v", x.Report.File, x.Err, x.Report.Outcome, x.Report.Holds)
			}
			taken += x.Report.Rows
		})
	})
	if err != nil || taken != rows {
		w.t.Fatalf("%d of %d rows: %v", taken, rows, err)
	}
	return time.Since(began)
}

// plainLoad is what the first month is measured against: the same rows go in
// bulk into a staging table and from there, with two statements, into the tables
// of facts and conclusions with all their indexes, in one transaction.
func plainLoad(b *testing.B, address string, rosters []*osms.Roster) time.Duration {
	db, driver := plainTables(b, address)
	defer db.Close()
	began := time.Now()
	tx, err := db.Beginx()
	if err != nil {
		b.Fatal(err)
	}
	defer tx.Rollback()
	must := func(query string) {
		if _, err := tx.Exec(query); err != nil {
			b.Fatal(err)
		}
	}
	columns := []string{"bin", "person", "first_day", "form", "level", "status", "grade", "class_group", "speciality", "language",
		"funding", "surname", "given", "patronymic", "birth", "sheet", "row_number", "region", "category"}
	must(`CREATE TEMPORARY TABLE staging (bin BIGINT, person BIGINT, first_day INTEGER, form TEXT, level TEXT, status TEXT, grade TEXT,
		class_group TEXT, speciality TEXT, language TEXT, funding TEXT, surname TEXT, given TEXT, patronymic TEXT, birth INTEGER,
		sheet INTEGER, row_number INTEGER, region INTEGER, category TEXT)`)
	add, end := stagerOf(b, tx, driver, "staging", columns)
	for _, r := range rosters {
		for _, o := range r.Organisations {
			for i := range o.Rows {
				x := &o.Rows[i]
				first := x.EnrolledOn
				if first.IsZero() {
					first = r.AsAt
				}
				category := "13"
				if x.Person.Birth().Month().Add(216) >= first.Month() {
					category = "1"
				}
				add(int64(x.BIN), int64(x.Person), int64(first), string(x.Facts.Form), string(x.Facts.Level), "studying", x.Facts.Grade, x.Facts.Group,
					x.Facts.Speciality, x.Facts.Language, x.Facts.Funding, x.Name.Surname, x.Name.Given, x.Name.Patronymic, int64(x.Birth),
					int64(x.Sheet), int64(x.Row), int64(r.Region), category)
			}
		}
	}
	end()
	must(`INSERT INTO enrolment SELECT bin, person, first_day, first_day, 99991231, '', form, level, status, grade, class_group, speciality,
		language, funding, surname, given, patronymic, birth, person, 1, sheet, row_number, 1, 2147483647 FROM staging`)
	must(`INSERT INTO entitlement SELECT person, category, first_day / 100, 999912, bin, region, 1, 2147483647 FROM staging WHERE form = 'full_time'`)
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

// plainTables opens a database with the register's tables and indexes, and
// nothing else of it.
func plainTables(b *testing.B, address string) (db *sqlx.DB, driver string) {
	s, err := store.Open(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	s.Close()
	driver = "sqlite"
	if strings.HasPrefix(address, "postgres") {
		driver = "postgres"
	} else {
		address = "file:" + address + "?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-98304)"
	}
	db, err = sqlx.Open(driver, address)
	if err != nil {
		b.Fatal(err)
	}
	return db, driver
}

// stagerOf fills a table as fast as each database allows.
func stagerOf(b *testing.B, tx *sqlx.Tx, driver, table string, columns []string) (add func(values ...any), end func()) {
	if driver == "postgres" {
		stmt, err := tx.Prepare("COPY " + table + " (" + strings.Join(columns, ", ") + ") FROM STDIN")
		if err != nil {
			b.Fatal(err)
		}
		return func(values ...any) {
				if _, err := stmt.Exec(values...); err != nil {
					b.Fatal(err)
				}
			}, func() {
				if _, err := stmt.Exec(); err != nil {
					b.Fatal(err)
				}
			}
	}
	const rows = 500
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", len(columns)), ",") + ")"
	head := "INSERT INTO " + table + " (" + strings.Join(columns, ",") + ") VALUES "
	stmt, err := tx.Prepare(head + strings.TrimSuffix(strings.Repeat(one+",", rows), ","))
	if err != nil {
		b.Fatal(err)
	}
	var held []any
	return func(values ...any) {
			if held = append(held, values...); len(held) == rows*len(columns) {
				if _, err := stmt.Exec(held...); err != nil {
					b.Fatal(err)
				}
				held = held[:0]
			}
		}, func() {
			if n := len(held) / len(columns); n > 0 {
				if _, err := tx.Exec(head+strings.TrimSuffix(strings.Repeat(one+",", n), ","), held...); err != nil {
					b.Fatal(err)
				}
			}
		}
}

// cpu is the processor time that this process has had.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// resetPeak and peak measure this process's greatest resident memory.
func resetPeak(b *testing.B) {
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Logf("peak memory cannot be reset: %v", err)
	}
}

func peak(b *testing.B) float64 {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip(err)
	}
	_, after, _ := bytes.Cut(data, []byte("VmHWM:"))
	var kb float64
	fmt.Sscan(string(after), &kb)
	return kb / 1024
}
