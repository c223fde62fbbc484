package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	"osmsd/cmd/internal/country"
	"osmsd/exporters/workbook"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store/storetest"
)

// BenchmarkAudit audits a month that was frozen, paid for, and then changed in one
// person of twenty, workbook and all, and lists what ends soon. Every payment is
// under a name that is nobody's: a finding for each. Peak memory is that of
// this process, the audit and the risks alone.
//
//	go test ./cmd/osmsd -run '^$' -bench Audit -benchtime 1x -args -rows 1000000
func BenchmarkAudit(b *testing.B) {
	first, changed := b.TempDir(), b.TempDir()
	was, err := country.GenerateBulk(first, *benchRows, 1, country.BulkFirst, 20260901)
	if err != nil {
		b.Fatal(err)
	}
	is, err := country.GenerateBulk(changed, *benchRows, 1, country.BulkChanged, 20260902)
	if err != nil {
		b.Fatal(err)
	}
	for _, database := range []string{"sqlite", "postgres"} {
		b.Run(database, func(b *testing.B) {
			address := filepath.Join(b.TempDir(), "registry.db")
			if database == "postgres" {
				address = storetest.Postgres(b)
			}
			w := newWorld(b, address)
			w.at(20260831, 9)
			w.importAll(first, "organisations", func(string) bool { return true })
			w.at(20260901, 9)
			w.drop(first, was.Rows)
			_, err := w.home.runner.Run(b.Context(), osms.Run{Job: osms.JobAssess, Trigger: "bench"}, func(ctx context.Context, t jobs.Turn) (string, error) {
				_, _, err := w.home.desk.Assess(ctx, t, 202609, false, "")
				return "", err
			})
			if err != nil {
				b.Fatal(err)
			}
			w.at(20261002, 9)
			persons := w.listed(202609)
			w.importPayments(writePayments(b, b.TempDir(), 202609, "csv", persons), len(persons))
			w.drop(changed, is.Rows)
			w.home.close() // with what its connections hold
			w.home, err = w.app.openHome(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			boundMemory(os.LookupEnv)
			debug.FreeOSMemory()
			resetPeak(b)
			for b.Loop() {
				began := time.Now()
				a, each, err := w.home.desk.Audit(b.Context(), 202609, 0, w.now)
				if err != nil {
					b.Fatal(err)
				}
				asked := time.Since(began)
				if err := workbook.WriteAudit(io.Discard, a, each, "ru"); err != nil {
					b.Fatal(err)
				}
				written := time.Since(began)
				r, err := w.home.desk.Risks(b.Context(), 20261010)
				if err != nil {
					b.Fatal(err)
				}
				b.Logf("asked in %.1fs, written after %.1fs; risks in %.1fs, %d", asked.Seconds(), written.Seconds(), (time.Since(began) - written).Seconds(), len(r.Ending60))
				for _, x := range a.Answers {
					b.Logf("%s: %d found, %d rows", x.Question, x.Found, x.Rows)
				}
			}
			b.ReportMetric(peak(b), "peak-MiB")
		})
	}
}
