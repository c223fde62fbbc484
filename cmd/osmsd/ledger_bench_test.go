package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/cmd/internal/country"
	"osmsd/importers/ledger"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store/storetest"
)

// listSize is how many persons stand in one file of the benchmark.
const listSize = 500_000

// BenchmarkLedger loads the payments of a month for every person of the
// register, once as MT102 messages and once as CSV, and reconciles both months
// person by person, on both databases. Loading is compared with COPY (on SQLite
// inserts of many rows) of the same rows into the same table with its indexes,
// in the same run. Every thousandth person is paid twice and every
// thousand-and-first not at all, so that the bridge has something to find.
//
//	go test ./cmd/osmsd -run '^$' -bench Ledger -benchtime 1x -timeout 3h -args -rows 5000000
func BenchmarkLedger(b *testing.B) {
	dir := b.TempDir()
	made, err := country.GenerateBulk(filepath.Join(dir, "rosters"), *benchRows, 1, country.BulkFirst, 20260901)
	if err != nil {
		b.Fatal(err)
	}
	for _, database := range []string{"sqlite", "postgres"} {
		b.Run(database, func(b *testing.B) {
			address, plain := filepath.Join(b.TempDir(), "registry.db"), filepath.Join(b.TempDir(), "plain.db")
			if database == "postgres" {
				address, plain = storetest.Postgres(b), storetest.Postgres(b)
			}
			w := newWorld(b, address)
			boundMemory(os.LookupEnv)
			for range b.N {
				w.at(20260831, 9)
				w.importAll(filepath.Join(dir, "rosters"), "organisations", func(string) bool { return true })
				w.at(20260901, 9)
				w.drop(filepath.Join(dir, "rosters"), made.Rows)
				months := []struct {
					month  osms.Month
					format string
				}{{202609, "mt102"}, {202610, "csv"}}
				for _, m := range months {
					w.at(m.month.Add(1).First(), 9)
					w.freeze(m.month)
				}
				persons := w.listed(202609)
				for _, m := range months {
					paths := writePayments(b, b.TempDir(), m.month, m.format, persons)
					began := time.Now()
					rows := w.plainPostings(b, plain, paths)
					load := time.Since(began)
					debug.FreeOSMemory()
					resetPeak(b)
					w.at(m.month.Add(1).First(), 12)
					began = time.Now()
					w.importPayments(paths, rows)
					took := time.Since(began)
					loadPeak := peak(b)
					debug.FreeOSMemory()
					resetPeak(b)
					began = time.Now()
					r, err := w.home.desk.Reconcile(b.Context(), m.month, time.Time{}, w.now)
					if err != nil {
						b.Fatal(err)
					}
					reconciled := time.Since(began)
					twice := 0
					for _, l := range r.Total.Bridge {
						if l.Kind == osms.BridgePaidTwice {
							twice = l.Persons
						}
					}
					if want := (len(persons) + 999) / 1000; twice != want || r.Source != osms.FromLists {
						b.Errorf("%s: %d persons paid twice, want %d; the ledger is from %s", m.format, twice, want, r.Source)
					}
					b.ReportMetric(took.Seconds()/load.Seconds(), m.format+"-import/load")
					b.ReportMetric(reconciled.Seconds()/load.Seconds(), m.format+"-reconcile/load")
					b.ReportMetric(loadPeak, m.format+"-import-MiB")
					b.ReportMetric(peak(b), m.format+"-reconcile-MiB")
					b.Logf("%s, %d rows in %d files: load %.1fs, import %.1fs, reconcile %.1fs", m.format, rows, len(paths), load.Seconds(), took.Seconds(), reconciled.Seconds())
				}
			}
		})
	}
}

func (w *world) freeze(month osms.Month) {
	_, err := w.home.runner.Run(w.t.Context(), osms.Run{Job: osms.JobAssess, Month: month, Trigger: "bench"}, func(ctx context.Context, t jobs.Turn) (string, error) {
		_, _, err := w.home.desk.Assess(ctx, t, month, false, "")
		return "", err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// listed are the persons on a month's list, in an order of their own.
func (w *world) listed(month osms.Month) (out []osms.IIN) {
	last, err := w.home.desk.Store.LastSequence(w.t.Context())
	if err == nil {
		err = w.home.desk.Store.Stands(w.t.Context(), month, last, func(e osms.Entitlement) error {
			out = append(out, e.Person)
			return nil
		})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	slices.SortFunc(out, func(a, b osms.IIN) int { return int(a%9973)*1000 + int(a%997) - int(b%9973)*1000 - int(b%997) })
	return out
}

// writePayments writes lists of persons, each paid the state's contribution of
// 2026 once, but for every thousandth (twice) and the one behind (never).
func writePayments(b *testing.B, dir string, month osms.Month, format string, persons []osms.IIN) (paths []string) {
	each := osms.StateRate{Percent: 2000, Base: 40_541_600}.PerPerson()
	var paid []osms.IIN
	for i, p := range persons {
		if i%1000 != 1 {
			paid = append(paid, p)
		}
		if i%1000 == 0 {
			paid = append(paid, p)
		}
	}
	for part := range slices.Chunk(paid, listSize) {
		path := filepath.Join(dir, fmt.Sprintf("%s-%03d.%s", format, len(paths)+1, format))
		f, err := os.Create(path)
		if err != nil {
			b.Fatal(err)
		}
		out := bufio.NewWriterSize(f, 1<<20)
		reference := fmt.Sprintf("%s-%d-%d", strings.ToUpper(format), month, len(paths)+1)
		comma := strings.Replace(each.String(), ".", ",", 1)
		if format == "mt102" {
			fmt.Fprintf(out, ":20:%s\n:50:/D/KZ000000000000000000\n/NAME/Мемлекет\n/IDN/070952133429\n:59:KZ33125KZT1001313313\n/NAME/Қор\n/IDN/160940025485\n:70:/NUM/%d\n/DATE/%02d%02d05\n/KNP/122\n/PERIOD/%02d%d\n/ASSIGN/Взносы государства на ОСМС\n",
				reference, len(paths)+1, month.Add(1).Year()%100, month.Add(1).MonthNum(), month.MonthNum(), month.Year())
			for i, p := range part {
				fmt.Fprintf(out, ":21:%d\n:32B:KZT%s\n:70:/FM/Фамилия\n/NM/Имя\n/FT/-\n/DT/%d\n/IDN/%s\n/PERIOD/%02d%d\n", i+1, comma, int(p.Birth()), p.Digits(), month.MonthNum(), month.Year())
			}
			fmt.Fprintf(out, ":32A:%02d%02d05KZT%s\n", month.Add(1).Year()%100, month.Add(1).MonthNum(), strings.Replace((each*osms.Tiyn(len(part))).String(), ".", ",", 1))
		} else {
			fmt.Fprint(out, "ИИН;ФИО;Период;Сумма;КНП;БИН/ИИН плательщика;Дата платежа;Референс\r\n")
			for _, p := range part {
				fmt.Fprintf(out, "%s;Фамилия Имя;%s;%s;122;070952133429;%s;%s\r\n", p.Digits(), month, comma, month.Add(1).First().Add(4).Dotted(), reference)
			}
		}
		if err := out.Flush(); err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// plainPostings is what an import is measured against: the same rows in bulk
// into a table with the same indexes, in one transaction a file.
func (w *world) plainPostings(b *testing.B, address string, paths []string) (rows int) {
	db, driver := plainTables(b, address)
	defer db.Close()
	columns := []string{"month", "document", "number", "person", "amount", "region", "returned", "sheet", "row_number", "birth", "name", "given", "knp", "reverses"}
	for n, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil {
			b.Fatal(err)
		}
		read, err := ledger.ReadDocuments(f, info.Size(), ledger.Detect(f, info.Size(), w.home.desk.Limits), w.home.desk.Limits, ledger.Options{})
		if err != nil {
			b.Fatal(err)
		}
		tx, err := db.Beginx()
		if err != nil {
			b.Fatal(err)
		}
		add, end := stagerOf(b, tx, driver, "posting", columns)
		err = read.Each(f, info.Size(), func(document int, p *osms.Posting) error {
			rows++
			add(int64(p.Month), int64(n+1), int64(p.Number), int64(p.Person), int64(p.Amount), int64(p.Region), int64(0), int64(p.Sheet), int64(p.Row),
				int64(p.Birth), p.Name, p.Given, p.KNP, p.Reverses)
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		end()
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
		f.Close()
	}
	if _, err := db.Exec("DELETE FROM posting"); err != nil {
		b.Fatal(err)
	}
	return rows
}

func (w *world) importPayments(paths []string, rows int) {
	taken := 0
	_, err := w.home.runner.Run(w.t.Context(), osms.Run{Job: osms.JobIntake, Trigger: "bench"}, func(ctx context.Context, t jobs.Turn) (string, error) {
		return "", w.home.desk.Import(ctx, t, paths, 0, "", func(x jobs.Taken) {
			if x.Err != nil || x.Report.Outcome != osms.Applied {
				w.t.Errorf("%s: %v %s %+v", x.Report.File, x.Err, x.Report.Outcome, x.Report.Error)
			}
			taken += x.Report.Joined
		})
	})
	if err != nil || taken != rows {
		w.t.Fatalf("%d of %d rows: %v", taken, rows, err)
	}
}
