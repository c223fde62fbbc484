package jobs

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/registry"
)

// pupil is one line of the generated schools: no code of the product makes it.
type pupil struct {
	iin   osms.IIN
	class int
	name  string
}

// town is a made-up organisation over two months.
type town struct {
	bin    osms.BIN
	before []pupil
	after  []pupil
}

var founded, born int // every organisation and person of a test run is another

// newTown makes an organisation and its next honest month: some leave, some
// join, some move to another class, and now and then the list is sorted another
// way. Every twelfth month the last class graduates.
func newTown(t *testing.T, r *rand.Rand, size int) town {
	t.Helper()
	w := town{}
	for ; w.bin == 0; founded++ { // not every number has a check digit
		for check := range 10 {
			if bin, err := osms.ParseBIN(fmt.Sprintf("060340%05d%d", founded, check)); err == nil {
				w.bin = bin
			}
		}
	}
	person := func(class int) pupil {
		var iin osms.IIN
		for ; iin == 0; born++ {
			iin, _ = made12(fmt.Sprintf("%02d%02d%02d5%04d", 5+born%15, 1+born/15%12, 1+born/180%28, born/5040))
		}
		return pupil{iin: iin, class: class,
			name: string([]rune("АБВГДЕЖЗИКЛМНОПРСТУФ")[r.IntN(20)]) + fmt.Sprintf("ТЕГІ%d", r.IntN(1000))}
	}
	classes := max(1, min(11, size/8))
	// The last two classes of a school are smaller: many leave after the ninth.
	for len(w.before) < size {
		if class := 1 + r.IntN(classes); class <= 9 || r.IntN(10) < 6 {
			w.before = append(w.before, person(class))
		}
	}
	graduation := r.IntN(12) == 0
	for _, p := range w.before {
		switch {
		case graduation && p.class == classes && classes > 9:
			continue
		case r.Float64() < 0.012: // moved away
			continue
		case r.Float64() < 0.01:
			p.class = 1 + r.IntN(classes)
		}
		w.after = append(w.after, p)
	}
	for range r.IntN(2 + size/80) {
		w.after = append(w.after, person(1+r.IntN(classes)))
	}
	byClass := func(a, b pupil) int { return 10000*(a.class-b.class) + strings.Compare(a.name, b.name) }
	byName := func(a, b pupil) int { return strings.Compare(a.name, b.name) }
	slices.SortFunc(w.before, byClass)
	if r.IntN(20) == 0 {
		slices.SortFunc(w.after, byName)
	} else {
		slices.SortFunc(w.after, byClass)
	}
	return w
}

// csv writes a month of several organisations, as one file.
func csv(towns []town, after bool, total string) string {
	var b strings.Builder
	rows := 0
	var lines []string
	for _, w := range towns {
		pupils := w.before
		if after {
			pupils = w.after
		}
		for _, p := range pupils {
			lines = append(lines, fmt.Sprintf("%s;%s;АТЫ%s;;очная;%d;%s", p.iin.Digits(), p.name, p.iin.Digits()[7:9], p.class, w.bin.Digits()))
			rows++
		}
	}
	if total == "above" {
		fmt.Fprintf(&b, "Всего;%d\r\n", rows)
	}
	b.WriteString("ИИН;Фамилия;Имя;Отчество;Форма обучения;Класс;БИН\r\n")
	for _, l := range lines {
		b.WriteString(l + "\r\n")
	}
	if total == "below" {
		fmt.Fprintf(&b, "Всего;%d\r\n", rows)
	}
	return b.String()
}

// put writes a file and checks it with the desk's rules, without keeping it.
func (o *office) judge(name, text string) osms.FileReport {
	o.t.Helper()
	path := filepath.Join(o.files, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
	return o.check(63, path)
}

// TestCutFilesAreHeld: CSVs cut at random bytes are held or refused, and honest
// months are not.
func TestCutFilesAreHeld(t *testing.T) {
	months, cuts := 60, 4
	if *long {
		months, cuts = 1000, 2
	}
	o := newOffice(t, filepath.Join(t.TempDir(), "registry.db"))
	o.desk.Breaker = registry.DefaultBreaker()
	o.at("2026-11-10T09:00:00+05:00")
	archive := o.desk.Archive
	aside, err := intake.OpenArchive(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, uint64(months)))
	began := time.Now()
	honestHeld, lost, kept, harmless, totals, totalsKept, above, aboveKept := 0, 0, 0, 0, 0, 0, 0, 0
	missed := map[string]int{}
	for n := range months {
		var file []town
		regions := map[osms.BIN]osms.Region{}
		for range 1 + r.IntN(3)*r.IntN(2) {
			w := newTown(t, r, 60+int(r.ExpFloat64()*200))
			file = append(file, w)
			regions[w.bin] = 63
		}
		o.desk.Archive = archive
		o.take(63, fmt.Sprintf("63-full-2026-10-01-%d.csv", n), strings.Split(strings.TrimSuffix(csv(file, false, ""), "\r\n"), "\r\n")...)
		o.desk.Archive = aside
		honest := csv(file, true, "")
		if f := o.judge("63-full-2026-11-01.csv", honest); f.Outcome == osms.Held {
			honestHeld++
			missed[fmt.Sprint("honest ", f.Holds[0].Reason)]++
		} else if f.Outcome != osms.Applied {
			t.Fatalf("an honest month: %s %v %v", f.Outcome, f.Error, f.Refusals)
		}
		for range cuts {
			at := 1 + r.IntN(len(honest)-1)
			share, spoken := lostBy(file, honest[:at])
			if !spoken || share < 5 {
				continue
			}
			lost++
			f := o.judge("63-full-2026-11-01.csv", honest[:at])
			switch {
			case f.Outcome == osms.Held || f.Outcome == osms.FileRefused:
				kept++
			case f.Left == 0 && f.Refused > 0:
				harmless++ // of the organisation there is half a row: it is refused, and nobody leaves
			default:
				missed[fmt.Sprintf("cut, %d %% lost", share/5*5)]++
			}
			above++
			whole := csv(file, true, "above")
			if at > strings.Index(whole, "\n") && at < len(whole)-2 {
				if f := o.judge("63-full-2026-11-01.csv", whole[:at]); f.Outcome == osms.FileRefused && f.Error.Code == osms.FileControlTotal || f.Outcome == osms.FileRefused {
					aboveKept++
				} else {
					missed["total above: "+string(f.Outcome)]++
				}
			} else {
				aboveKept++
			}
		}
	}
	// Senders who close with a total: the cut takes it first, whatever its size.
	for n := range months / 4 {
		w := newTown(t, r, 60+r.IntN(300))
		o.desk.Archive = archive
		o.take(63, fmt.Sprintf("63-full-2026-10-01-t%d.csv", n), strings.Split(strings.TrimSuffix(csv([]town{w}, false, "below"), "\r\n"), "\r\n")...)
		o.desk.Archive = aside
		whole := csv([]town{w}, true, "below")
		if f := o.judge("63-full-2026-11-01.csv", whole); f.Outcome != osms.Applied && !(f.Outcome == osms.Held && f.Holds[0].Reason == osms.HoldBreaker) {
			t.Errorf("a month with its total: %s %v %v", f.Outcome, f.Error, f.Holds)
		}
		for range cuts {
			at := 60 + r.IntN(len(whole)-64)
			if share, _ := lostBy([]town{w}, whole[:at]); share == 0 && strings.Count(whole[at:], "\n") <= 2 {
				continue // nobody is lost: only the total, or a part of its line
			}
			totals++
			f := o.judge("63-full-2026-11-01.csv", whole[:at])
			switch {
			case f.Outcome == osms.Held || f.Outcome == osms.FileRefused:
				totalsKept++
			case f.Left == 0 && f.Refused > 0:
				totalsKept++ // half a row is left: it is refused, and nobody leaves
			default:
				missed["total below: "+string(f.Outcome)+fmt.Sprint(f.Left, f.Refused)]++
			}
		}
	}
	t.Logf("%d honest months, %d held (%.2f %%); %d cuts that lose 5 %% or more, %d held or refused (%.2f %%), %d more end nobody; total above the rows: %d of %d refused; total below: %d of %d stopped; %v; %s",
		months, honestHeld, 100*float64(honestHeld)/float64(months), lost, kept, 100*float64(kept)/float64(lost), harmless, aboveKept, above, totalsKept, totals, missed, time.Since(began).Round(time.Second))
	if honestHeld*100 >= max(months, 200) {
		t.Errorf("%d of %d honest months are held", honestHeld, months)
	}
	if (kept+harmless)*100 < 99*lost {
		t.Errorf("only %d of %d cuts are stopped", kept, lost)
	}
	if aboveKept != above || totalsKept != totals {
		t.Errorf("a control total let cut files through: %d of %d, %d of %d", above-aboveKept, above, totals-totalsKept, totals)
	}
}

// lostBy tells how much of the organisation in which a file was cut is lost, in
// per cent; spoken is false when no row of any organisation is left.
func lostBy(file []town, cut string) (share int, spoken bool) {
	for _, w := range file {
		there := 0
		for _, p := range w.after {
			if strings.Contains(cut, p.iin.Digits()+";") {
				there++
			}
		}
		if there > 0 && there < len(w.after) {
			return 100 * (len(w.after) - there) / len(w.after), true
		}
		spoken = spoken || there > 0
	}
	return 0, spoken
}
