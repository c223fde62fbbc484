package jobs

import (
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

// TestStatementReads: a statement asks the register five questions once somebody
// has asked for one, and each of them, like those about an organisation of which
// nobody is on a list, is answered from an index.
func TestStatementReads(t *testing.T) {
	storetest.EachRegistry(t, func(t *testing.T, address string) {
		o := newOffice(t, address)
		_, p := o.frozenOctober()
		o.take(0, "totals.csv", "Регион;Период;Количество;Сумма;Референс", "63;2026-10;4;6800,00;T1")
		o.take(0, "l.csv", paymentsOf("T1", 202610, child(t, 77))...) // nobody of the school
		var mu sync.Mutex
		var asked []storetest.Op
		s, err := store.OpenThrough(t.Context(), address, storetest.Tap(func(op *storetest.Op, next func() error) error {
			if op.Name == "query" {
				mu.Lock()
				asked = append(asked, *op)
				mu.Unlock()
			}
			return next()
		}).Through)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		o.desk.Store = s
		draw := func(person osms.IIN) []storetest.Op {
			asked = nil
			x, err := o.desk.Statement(t.Context(), person, 202610, 202610, o.now)
			if err != nil || len(x.Rows) != 1 {
				t.Fatal(x, err)
			}
			return slices.Clone(asked)
		}
		first, second := draw(p[0]), draw(p[1])
		if len(first) < 10 || len(second) != 5 {
			t.Errorf("%d questions, then %d", len(first), len(second))
		}
		db := database(t, address)
		db.SetMaxOpenConns(1)
		explain := "EXPLAIN QUERY PLAN "
		if store.IsPostgres(address) {
			explain = "EXPLAIN "
			behindTheBack(t, db)("SET enable_seqscan = off") // the tables are too small for an index to be worth it
		}
		looked := 0
		for _, op := range append(first, second...) {
			if !strings.Contains(op.Query, "posting") && !strings.Contains(op.Query, "FROM enrolment") && !strings.Contains(op.Query, "FROM entitlement") {
				continue
			}
			looked++
			args := make([]any, len(op.Args))
			for i, a := range op.Args {
				args[i] = driver.Value(a.Value)
			}
			rows, err := db.Query(explain+op.Query, args...)
			if err != nil {
				t.Fatal(op.Query, err)
			}
			columns, _ := rows.Columns()
			plan := ""
			for rows.Next() {
				line := make([]any, len(columns))
				for i := range line {
					line[i] = new(any)
				}
				if err := rows.Scan(line...); err != nil {
					t.Fatal(err)
				}
				for _, x := range line {
					plan += fmt.Sprintf("%s ", *x.(*any))
				}
				plan += "\n"
			}
			rows.Close()
			if strings.Contains(plan, "SCAN") || strings.Contains(plan, "Seq Scan") || !strings.Contains(plan, "posting_") &&
				!strings.Contains(plan, "enrolment_person") && !strings.Contains(plan, "enrolment_held") && !strings.Contains(plan, "entitlement_person") {
				t.Errorf("%s\n%s", op.Query, plan)
			}
		}
		if looked != 8 {
			t.Errorf("%d questions about persons", looked)
		}
	})
}

// TestStatementsAtOnce: many draw statements up while the register changes under
// them; each sees it as it stood at some decision.
func TestStatementsAtOnce(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		_, p := o.frozenOctober()
		stop := make(chan bool)
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				before := 0
				for n := 0; ; n++ {
					select {
					case <-stop:
						return
					default:
					}
					s, err := o.desk.Statement(t.Context(), p[0], 202601, 202612, o.now)
					if err != nil || len(s.Rows) < before { // lists are only added
						t.Errorf("%d rows after %d, %v", len(s.Rows), before, err)
						return
					}
					before = len(s.Rows)
				}
			})
		}
		for n := range 8 {
			o.take(0, fmt.Sprint(n, ".csv"), paymentsOf(fmt.Sprint("R", n), osms.Month(202601).Add(n), p...)...)
		}
		close(stop)
		wait.Wait()
		if s, err := o.desk.Statement(t.Context(), p[0], 202601, 202612, o.now); err != nil || len(s.Rows) != 8 {
			t.Errorf("%d rows, %v", len(s.Rows), err)
		}
	})
}
