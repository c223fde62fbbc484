package jobs

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/store/storetest"
)

// TestHandOut: an answer that cannot be handed out is logged and stays due; it
// fails no run, and keeps nobody else from theirs. A lost database does.
func TestHandOut(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		_, p := o.frozenOctober()
		var log bytes.Buffer
		o.runner.Log = slog.New(slog.NewTextHandler(&log, nil))
		o.at("2026-11-10T10:00:00+05:00")
		inTheWay := filepath.Join(o.desk.Home.Statements, "statement-2026-0000001.pdf", "x")
		if err := os.MkdirAll(inTheWay, 0o755); err != nil {
			t.Fatal(err)
		}
		there := func(name string) bool {
			i, err := os.Stat(filepath.Join(o.desk.Home.Statements, name))
			return err == nil && !i.IsDir()
		}
		if r := o.take(0, "q.csv", requestsOf("1", p[0], p[1])...); r.Joined != 2 {
			t.Fatalf("%+v", r)
		}
		if there("statement-2026-0000001.pdf") || !there("statement-2026-0000002.pdf") || !there("statement-2026-0000002.json") {
			t.Fatal("the first cannot be written, and the second must be")
		}
		if !strings.Contains(log.String(), "С-2026-0000001") || strings.Contains(log.String(), p[0].Digits()) {
			t.Error(log.String())
		}
		message, err := o.do(osms.JobRequests)
		if err != nil || message != "0 requests answered, 0 of them refused, 1 cannot be handed out" {
			t.Error(message, err)
		}
		if err := os.RemoveAll(filepath.Dir(inTheWay)); err != nil {
			t.Fatal(err)
		}
		o.desk.State.Payer = "Басқа"
		o.take(0, "other.csv", paymentsOf("R9", 202610, p...)...)
		if !there("statement-2026-0000001.pdf") || !there("statement-2026-0000001.xlsx") {
			t.Error("it was due")
		}
		if message, err := o.do(osms.JobRequests); err != nil || message != "0 requests answered, 0 of them refused" {
			t.Error(message, err)
		}
		o.verified()
		stopped, stop := context.WithCancel(t.Context())
		stop()
		if _, _, err := o.desk.HandOutAnswers(stopped, Turn{Log: o.runner.Log}, quiet); err == nil {
			t.Error("nobody can be answered, and nothing is said of it")
		}
	})
}

// do runs a job by command.
func (o *office) do(job osms.Job) (message string, err error) {
	o.t.Helper()
	_, err = o.runner.Run(o.t.Context(), osms.Run{Job: job, Trigger: "command"}, func(ctx context.Context, turn Turn) (string, error) {
		message, err = o.desk.Do(ctx, turn, job, 0, quiet)
		return message, err
	})
	return message, err
}

// requestsOf is a list of requests that have everything they need, numbered from
// a beginning.
func requestsOf(first string, persons ...osms.IIN) []string {
	lines := []string{"№ запроса;Дата и время запроса;ИИН;С месяца;По месяц;Подтверждение;Согласие"}
	for i, p := range persons {
		lines = append(lines, first+strings.Repeat("0", i)+";10.11.2026 08:30;"+p.Digits()+";2026-09;2026-10;ЭЦП;да")
	}
	return lines
}
