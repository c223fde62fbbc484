package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"osmsd/sync/calendar"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
	"osmsd/sync/store"
	"osmsd/sync/store/storetest"
)

var (
	benchPersons = flag.Int("persons", 100_000, "persons in BenchmarkStatement")
	benchMonths  = flag.Int("months", 24, "months of payments in BenchmarkStatement")
	benchLists   = flag.Int("lists", 300, "lists of persons in a month of BenchmarkStatement, each with its movement")
	benchAsked   = flag.Int("statements", 4000, "statements drawn up in BenchmarkStatement")
)

// BenchmarkStatement draws up statements of random persons, each with all the
// months of payments, on both databases: the first after the program starts, then
// many by one, by four at once and 200 a second, and last whole answers of
// service B. The register is written straight into its
// tables. In each month one person of a hundred is on no list.
//
//	go test ./cmd/osmsd -run '^$' -bench Statement -benchtime 1x -timeout 3h -args -persons 1000000
func BenchmarkStatement(b *testing.B) {
	for _, database := range []string{"sqlite", "postgres"} {
		b.Run(database, func(b *testing.B) {
			address := filepath.Join(b.TempDir(), "registry.db")
			if database == "postgres" {
				address = storetest.Postgres(b)
			}
			began := time.Now()
			putPaidCountry(b, address)
			b.Logf("%d persons × %d months in %d lists a month, written in %.0fs", *benchPersons, *benchMonths, *benchLists, time.Since(began).Seconds())
			for range b.N {
				drawStatements(b, address)
			}
		})
	}
}

const benchFirst = osms.Month(202410)

// benchPerson is the i-th person, in no order. The seventh digit of the number is
// one that nobody has.
func benchPerson(i int) osms.IIN {
	i = int(uint64(i) * 7_368_787 % 10_000_019)
	return osms.IIN(150_101_900_000 + i/100_000%28*1_000_000 + i/2_800_000*100_000_000 + i%100_000)
}

func drawStatements(b *testing.B, address string) {
	s, err := store.Open(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	zone, err := time.LoadLocation("Asia/Almaty")
	if err != nil {
		b.Fatal(err)
	}
	desk := &jobs.Desk{Store: s, Zone: zone, Calendar: calendar.Default(), State: jobs.State{Payer: "Мемлекет", PayerID: "070952133429", KNP: "122"}}
	last := benchFirst.Add(*benchMonths - 1)
	now := time.Date(last.Year(), time.Month(last.MonthNum()), 28, 12, 0, 0, 0, zone)
	draw := func(r *rand.Rand) time.Duration {
		began := time.Now()
		x, err := desk.Statement(b.Context(), benchPerson(r.IntN(*benchPersons)), benchFirst, last, now)
		if err != nil || len(x.Rows) < *benchMonths/2 || len(x.Rows) > *benchMonths || x.Name.Surname == "" {
			b.Errorf("%d rows, %v", len(x.Rows), err)
		}
		return time.Since(began)
	}
	r := rand.New(rand.NewPCG(1, 1))
	first := draw(r)
	b.ReportMetric(first.Seconds(), "first-s")
	for _, at := range []int{1, 4} {
		took := make([][]time.Duration, at)
		var wait sync.WaitGroup
		began, busy := time.Now(), cpu()
		for g := range at {
			wait.Go(func() {
				r := rand.New(rand.NewPCG(uint64(g), uint64(at)))
				for range *benchAsked / at {
					took[g] = append(took[g], draw(r))
				}
			})
		}
		wait.Wait()
		all, passed := slices.Sorted(slices.Values(slices.Concat(took...))), time.Since(began)
		b.ReportMetric(float64(len(all))/passed.Seconds(), fmt.Sprintf("statements/s-%d", at))
		b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, fmt.Sprintf("p99-ms-%d", at))
		b.Logf("%d at once: first %.3fs; %.0f statements/s, p50 %.2f ms, p99 %.2f ms, worst %.1f ms; processor of this process %.2f ms each", at, first.Seconds(),
			float64(len(all))/passed.Seconds(), ms(all[len(all)/2]), ms(all[len(all)*99/100]), ms(all[len(all)-1]), ms(cpu()-busy)/float64(len(all)))
	}
	// As they are promised: 200 a second, measured from when each is due. Four at
	// once without a pause share the processors in turns of ten milliseconds.
	took := make([][]time.Duration, 4)
	var wait sync.WaitGroup
	for g := range took {
		wait.Go(func() {
			r := rand.New(rand.NewPCG(uint64(g), 200))
			next := time.Now().Add(time.Duration(g) * 5 * time.Millisecond)
			for range *benchAsked / 4 {
				time.Sleep(time.Until(next))
				draw(r)
				took[g] = append(took[g], time.Since(next))
				next = next.Add(20 * time.Millisecond)
			}
		})
	}
	wait.Wait()
	paced := slices.Sorted(slices.Values(slices.Concat(took...)))
	b.ReportMetric(ms(paced[len(paced)*99/100]), "p99-ms-200/s")
	b.Logf("200 a second: p50 %.2f ms, p99 %.2f ms, worst %.1f ms", ms(paced[len(paced)/2]), ms(paced[len(paced)*99/100]), ms(paced[len(paced)-1]))
	// Whole answers: numbered, logged, in the audit chain and on the disk.
	var answered []time.Duration
	for range *benchAsked / 10 {
		began := time.Now()
		a, err := desk.Answer(b.Context(), jobs.Turn{Now: now}, osms.Request{Person: benchPerson(r.IntN(*benchPersons)), From: benchFirst, To: last,
			ConfirmedBy: osms.ByEDS, Consent: true}, "bench")
		if err != nil || a.Statement == nil {
			b.Fatalf("%+v, %v", a, err)
		}
		answered = append(answered, time.Since(began))
	}
	slices.Sort(answered)
	b.Logf("answers: p50 %.2f ms, p99 %.2f ms", ms(answered[len(answered)/2]), ms(answered[len(answered)*99/100]))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// putPaidCountry writes a register in which everybody studied and was paid for in
// each month.
func putPaidCountry(b *testing.B, address string) {
	s, err := store.Open(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	s.Close()
	driver := "sqlite"
	if store.IsPostgres(address) {
		driver = "postgres"
	} else {
		address = "file:" + address + "?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=temp_store(FILE)&_pragma=cache_size(-500000)"
	}
	db, err := sqlx.Open(driver, address)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	say := func(query string, args ...any) {
		if _, err := db.Exec(query, args...); err != nil {
			b.Fatal(err)
		}
	}
	const forever, sequence = int64(2147483647), int64(10)
	fill := func(table, columns string, each func(add func(...any))) {
		tx, err := db.Beginx()
		if err != nil {
			b.Fatal(err)
		}
		add, end := stagerOf(b, tx, driver, table, strings.Fields(columns))
		each(add)
		end()
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	say("DROP INDEX posting_person")
	fill("enrolment", "bin person first_day from_day until_day ending form level status grade class_group speciality language funding surname given patronymic birth fingerprint source sheet row_number known_from known_until", func(add func(...any)) {
		for i := range *benchPersons {
			add(int64(60_340_000_000+i/500), int64(benchPerson(i)), int64(20230901), int64(20230901), int64(99991231), "", "full_time", "school", "studying", "1", "А", "", "", "",
				"Тегі", "Аты", "", int64(20150101), int64(i), int64(1), int64(0), int64(i), int64(1), forever)
		}
	})
	fill("entitlement", "person category from_month to_month bin region known_from known_until", func(add func(...any)) {
		for i := range *benchPersons {
			add(int64(benchPerson(i)), "1", int64(202309), int64(999912), int64(60_340_000_000+i/500), int64(63), int64(1), forever)
		}
	})
	amount := osms.StateRate{Percent: 2000, Base: 40_541_600}.PerPerson()
	each := (*benchPersons + *benchLists - 1) / *benchLists
	document := func(month, list, of int) int64 { return int64(2*(month**benchLists+list) + of + 1) }
	fill("payment_document", "id identity sequence kind format sheet row_number account reference number dated booked payer payer_id payee payee_id knp purpose month region returned reverses persons amount first_month last_month digest", func(add func(...any)) {
		for m := range *benchMonths {
			month := benchFirst.Add(m)
			day := int64(month.Add(1).First().Add(4))
			for l := range *benchLists {
				reference := fmt.Sprintf("R-%d-%d", month, l)
				add(document(m, l, 0), fmt.Sprint("l", m, ".", l), sequence, "list", "mt102", int64(0), int64(0), "", reference, fmt.Sprint(m%12**benchLists+l), day, day, "Мемлекет", "070952133429", "", "", "122", "",
					int64(month), int64(63), int64(0), "", int64(each), int64(amount)*int64(each), int64(month), int64(month), "digest")
				add(document(m, l, 1), fmt.Sprint("m", m, ".", l), sequence, "movement", "1c", int64(0), int64(l), "KZ33125KZT1001313313", reference, fmt.Sprint(m%12**benchLists+l), day, day, "Мемлекет", "070952133429", "", "", "122",
					"Взносы государства на ОСМС", int64(month), int64(63), int64(0), "", int64(each), int64(amount)*int64(each), int64(0), int64(0), "")
			}
		}
	})
	fill("document_import", "document sequence known_until", func(add func(...any)) {
		for id := range int64(2 * *benchMonths * *benchLists) {
			add(id+1, sequence, forever)
		}
	})
	for m := range *benchMonths {
		fill("posting", "month document number person amount region returned sheet row_number birth name given knp reverses", func(add func(...any)) {
			for i := range *benchPersons {
				if i%100 != m {
					add(int64(benchFirst.Add(m)), document(m, i/each, 0), int64(i%each), int64(benchPerson(i)), int64(amount), int64(63), int64(0), int64(0), int64(i%each), int64(20150101), "Тегі", "Аты", "122", "")
				}
			}
		})
		say("INSERT INTO frozen_month VALUES ($1, 1, $2, 2000, 40541600, 0, 0, '')", int64(benchFirst.Add(m)), sequence)
	}
	say("CREATE INDEX posting_person ON posting (person, month)")
	say("INSERT INTO counter (name, value) VALUES ('sequence', 20), ('content', 20), ('money', 20)")
	if driver == "postgres" {
		say("VACUUM ANALYZE")
	}
}
