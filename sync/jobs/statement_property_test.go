package jobs

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// slowStatement draws a statement up in the plain way, as known at a sequence:
// every month's documents are looked at anew, and everybody of an organisation
// is asked for.
func (o *office) slowStatement(iin osms.IIN, from, to osms.Month, sequence int64) (osms.Statement, error) {
	ctx, d := o.t.Context(), o.desk
	s := osms.Statement{Issued: o.now.In(d.Zone), Person: iin, From: from, To: to, Rows: []osms.StatementRow{}}
	blocks, err := d.Store.Blocks(ctx)
	if err != nil {
		return s, err
	}
	if (silence{decided: blocks}).at(sequence)[iin] {
		return osms.Statement{}, ErrBlocked
	}
	facts, entitlements, err := d.Store.History(ctx, iin)
	if err != nil {
		return s, err
	}
	facts = slices.DeleteFunc(facts, func(f store.KnownFact) bool { return f.KnownFrom > sequence })
	if len(facts) > 0 {
		newest := slices.MaxFunc(facts, func(a, b store.KnownFact) int { return cmp.Compare(a.KnownFrom, b.KnownFrom) })
		s.Name, s.Birth = newest.Name, newest.Birth
	}
	var known []store.KnownEntitlement
	for _, e := range entitlements {
		if e.KnownFrom <= sequence {
			if !believed(e.KnownFrom, e.KnownUntil, sequence) {
				e.KnownUntil = 1
			} else {
				e.KnownUntil = 0
			}
			known = append(known, e)
		}
	}
	s.Participation = participation(known, nil, osms.DateOf(o.now.In(d.Zone)))
	freezes, err := d.Store.Freezes(ctx, sequence)
	if err != nil {
		return s, err
	}
	m, err := d.moneyOf(ctx, sequence)
	if err != nil {
		return s, err
	}
	payments, err := m.payments(iin)
	if err != nil {
		return s, err
	}
	for _, p := range payments {
		if !p.State || p.Month < from || p.Month > to || !m.other(p.Month).arrived[p.document] {
			continue
		}
		payer, id := p.Document.Payer, p.Document.PayerID
		if payer == "" || p.Amount < 0 {
			payer, id = d.State.Payer, d.State.PayerID
		}
		s.Rows = append(s.Rows, osms.StatementRow{Month: p.Month, Payer: payer, PayerID: id, KNP: cmp.Or(p.KNP, d.State.KNP),
			PaidOn: p.PaidOn, Reference: cmp.Or(p.Document.Reference, p.Document.Number), Amount: p.Amount})
		s.Total += p.Amount
	}
	for _, f := range freezes {
		e, ok := standing(entitlements, f.Month, f.Sequence)
		if !ok || f.Month < from || f.Month > to {
			continue
		}
		listed := false
		err := d.Store.Postings(ctx, f.Month, func(document int64, p *osms.Posting) error {
			if p.Person == 0 || !m.other(f.Month).arrived[document] {
				return nil
			}
			claims, _, err := d.Store.History(ctx, p.Person)
			listed = listed || slices.ContainsFunc(claims, func(c store.KnownFact) bool { return c.BIN == e.BIN && c.KnownFrom <= sequence })
			return err
		})
		if err != nil || m.failed != nil {
			return s, cmp.Or(err, m.failed)
		}
		if listed {
			continue
		}
		row := osms.StatementRow{Month: f.Month, Payer: d.State.Payer, PayerID: d.State.PayerID, KNP: d.State.KNP, Amount: f.Rate.PerPerson()}
		ledger, err := d.Store.Ledger(ctx, f.Month, sequence)
		if err != nil {
			return s, err
		}
		paid := false
		if row.PaidOn, row.Reference, paid = paidBy(ledger, e.Region, e.Category); paid {
			s.Rows = append(s.Rows, row)
			s.Total += row.Amount
		}
	}
	slices.SortStableFunc(s.Rows, func(a, b osms.StatementRow) int { return cmp.Compare(a.Month, b.Month) })
	if len(facts) == 0 {
		err = store.ErrNotFound
	}
	return s, err
}

// TestStatementsAreTheSlowOnes does whatever happens to a register, in random
// order, and compares after each step the statements of everybody, drawn up from
// what is kept between them, with those that are drawn up anew; at the end those
// as known at every decision, too.
func TestStatementsAreTheSlowOnes(t *testing.T) {
	seeds := 3
	if *long {
		seeds = 60
	}
	seen, rows, arrived, refused := map[string]bool{}, 0, 0, 0
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			eachOffice(t, func(t *testing.T, o *office) {
				r := statementTale(t, o, rand.New(rand.NewPCG(uint64(seed), 7)), seen)
				rows, arrived, refused = rows+r[0], arrived+r[1], refused+r[2]
			})
		})
	}
	if rows == 0 || arrived == 0 || refused == 0 || len(seen) < 8 {
		t.Errorf("the tales are dull: %d rows, %d with a reference, %d refused, %v", rows, arrived, refused, seen)
	}
}

// statementTale counts the rows of statements, those with a reference, and who got
// no statement.
func statementTale(t *testing.T, o *office, r *rand.Rand, seen map[string]bool) [3]int {
	ctx := t.Context()
	bins := []osms.BIN{school(t, 1), school(t, 2), school(t, 3)}
	var people []osms.IIN
	for n := range 7 {
		people = append(people, []func(*testing.T, int) osms.IIN{child, student}[n%2](t, n+1))
	}
	o.list(map[osms.BIN]osms.Region{bins[0]: 63, bins[1]: 63, bins[2]: 10})
	o.at("2026-12-20T09:00:00+05:00")
	some := func() (out []osms.IIN) {
		for _, p := range people {
			if r.IntN(2) == 0 {
				out = append(out, p)
			}
		}
		return append(out, people[r.IntN(len(people))])
	}
	month := func() osms.Month { return osms.Month(202609).Add(r.IntN(4)) }
	reference := func() string { return fmt.Sprint("R", r.IntN(4)) }
	var imports []int64
	rows, arrived, refused := 0, 0, 0
	compare := func(what string) {
		t.Helper()
		version, err := o.desk.Store.Version(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range append(people, child(t, 99)) {
			from := month()
			to := from.Add(r.IntN(4))
			want, wantErr := o.slowStatement(p, from, to, version.Content)
			got, err := o.desk.Statement(ctx, p, from, to, o.now)
			if fmt.Sprint(err) != fmt.Sprint(wantErr) || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s, %s to %s:\n got %+v, %v\nwant %+v, %v", what, from, to, got, err, want, wantErr)
			}
			rows += len(got.Rows)
			if err != nil {
				refused++
			}
			for _, x := range got.Rows {
				if x.Reference != "" {
					arrived++
				}
			}
		}
	}
	take := func(region osms.Region, name string, lines ...string) {
		if got := o.take(region, name, lines...); got.Outcome == osms.Applied {
			imports = append(imports, got.Import)
		}
	}
	for step := range 25 {
		what := ""
		o.now = o.now.Add(1_000_000_000)
		switch n := r.IntN(12); {
		case n < 3:
			what = "a roster"
			bin := bins[r.IntN(3)]
			region := osms.Region(63)
			if bin == bins[2] {
				region = 10
			}
			var learners []learner
			for _, p := range some() {
				l := learner{iin: p, bin: bin, enrolled: "01.09.2026"}
				if r.IntN(4) == 0 {
					l.status, l.until = "отчислен", "15.10.2026"
				}
				learners = append(learners, l)
			}
			take(region, fmt.Sprintf("%s-delta-2026-12-%02d.csv", region, 1+step%28), rosterOf(learners...)...)
		case n < 5:
			what = "a list of persons"
			take(0, fmt.Sprint("l", step, ".csv"), paymentsOf(reference(), month(), some()...)...)
		case n == 5:
			what = "a statement of the account"
			ref := reference()
			take(0, fmt.Sprint("s", step, ".txt"), bankOf(movement{number: fmt.Sprint(step), reference: ref, day: "06.11.2026", purpose: "Взносы", amount: 1700 * (1 + r.IntN(4))})...)
		case n == 6:
			what = "totals"
			take(0, fmt.Sprint("t", step, ".csv"), "Регион;Период;Количество;Сумма;Референс", fmt.Sprintf("63;%s;%d;%d,00;%s", month(), 1+step, 1700*(1+step), reference()))
		case n < 9:
			what = "a freeze"
			m := month()
			_, err := o.desk.Store.Frozen(ctx, m, 0)
			if _, _, err := o.assess(m, err == nil, "қайта"); err != nil {
				t.Fatal(err)
			}
		case n == 9 && len(imports) > 0:
			what = "an import taken back"
			i := r.IntN(len(imports))
			o.undo(imports[i], UndoOptions{Replay: true})
			imports = slices.Delete(imports, i, i+1)
		case n == 10:
			what = "a block"
			p := people[r.IntN(len(people))]
			blocked, err := o.desk.Blocked(ctx)
			if err == nil {
				err = o.block(p, blocked[p])
			}
			if err != nil {
				t.Fatal(err)
			}
		default:
			what = "a look"
			if err := o.desk.Looked(ctx, people[0], AccessPerson, o.now); err != nil {
				t.Fatal(err)
			}
		}
		seen[what] = true
		compare(fmt.Sprintf("step %d, after %s", step, what))
	}
	last, err := o.desk.Store.LastSequence(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for at := int64(1); at <= last; at++ {
		v, err := o.desk.viewAt(ctx, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range people {
			want, wantErr := o.slowStatement(p, 202609, 202612, at)
			if wantErr == ErrBlocked != v.blocked[p] {
				t.Fatalf("as known at %d: %v", at, wantErr)
			}
			if got, _, err := v.statement(ctx, p, 202609, 202612, o.now); err != nil || !v.blocked[p] && !reflect.DeepEqual(got, want) {
				t.Fatalf("as known at %d:\n got %+v, %v\nwant %+v", at, got, err, want)
			}
		}
	}
	o.verified()
	return [3]int{rows, arrived, refused}
}
