package mt102_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"osmsd/exporters/mt102"
	"osmsd/importers/ledger"
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

var update = flag.Bool("update", false, "write the golden files anew")

// fakeIIN makes a number by the check digit: born on 14 March 2007.
func fakeIIN(serial uint64) osms.IIN {
	for n := 70314600000 + serial*10; ; n += 10 {
		if k, ok := osms.CheckDigit(n / 10); ok {
			return osms.IIN(n + uint64(k))
		}
	}
}

type each = func(yield func(osms.FrozenPerson) error) error

func reading(persons []osms.FrozenPerson) each {
	return func(yield func(osms.FrozenPerson) error) error {
		for _, p := range persons {
			if err := yield(p); err != nil {
				return err
			}
		}
		return nil
	}
}

// headOf gives the head that agrees with the persons.
func headOf(t interface{ Fatal(...any) }, region osms.Region, persons each) osms.FrozenList {
	l := osms.FrozenList{Month: 202610, Region: region, Version: 2, Persons: 1 << 30, Left: 1 << 30}
	tally := osms.NewFrozenTally(l)
	l.Persons, l.Left = 0, 0
	err := persons(func(p osms.FrozenPerson) error {
		switch p.Change {
		case "left":
			l.Left++
		case "joined":
			l.Joined++
		}
		return tally.Add(p)
	})
	if err != nil {
		t.Fatal(err)
	}
	l.Persons, l.Amount, l.Digest = tally.Persons, tally.Amount, tally.Digest()
	return l
}

func people() []osms.FrozenPerson {
	person := func(n uint64, name osms.Name, region osms.Region, change string) osms.FrozenPerson {
		p := osms.FrozenPerson{Person: fakeIIN(n), Name: name, Birth: 20070314, Category: "13", Region: region, Amount: 585200, Change: change}
		if change == "left" {
			p.Amount = 0
		}
		return p
	}
	return []osms.FrozenPerson{
		person(1, osms.Name{Surname: "Әбдіқадырова", Given: "Айгүл", Patronymic: "Нұрланқызы"}, 63, ""),
		person(20, osms.Name{Surname: "Ли", Given: "Вера"}, 75, "joined"),
		person(40, osms.Name{Surname: "Ушёл", Given: "Иван"}, 63, "left"),
		person(60, osms.Name{Surname: ":20:A\r\n:32A:1", Given: "/NM/-}{4:", Patronymic: "—"}, 63, ""),
		person(80, osms.Name{}, 0, ""), // blocked: the money goes by the number
		person(100, osms.Name{Surname: "Ən", Given: "Müller", Patronymic: "\xff\u200bО'Нил"}, 75, ""),
	}
}

func TestWrite(t *testing.T) {
	for _, c := range []struct {
		name string
		o    mt102.Options
	}{{"list.mt102", mt102.Options{}}, {"list.kz1048.mt102", mt102.Options{Encoding: mt102.KZ1048, KNP: "121", Date: 20261005,
		Payer: mt102.Party{Name: "Министерство/Қазақстан", ID: "971240666596", Account: "KZ123456789012345678", Sector: "1"}}}} {
		var b bytes.Buffer
		if err := mt102.Write(&b, headOf(t, 0, reading(people())), reading(people()), c.o); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", c.name)
		if *update {
			if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, b.Bytes()) {
			t.Errorf("%s differs:\n%s", path, b.String())
		}
		if bytes.Count(b.Bytes(), []byte("\n")) != bytes.Count(b.Bytes(), []byte("\r\n")) {
			t.Error("a bare LF")
		}
		docs, told := reread(t, b.Bytes())
		if len(docs.Documents) != 3 || len(told) != 5 || len(docs.Refusals) != 0 {
			t.Fatalf("%+v %v %v", docs.Documents, told, docs.Refusals)
		}
		if d := docs.Documents[0]; d.Reference != "O202610V2R63" || d.PayeeID != "160940025485" || d.Month != 202610 || d.Persons != 2 || d.Region != 63 {
			t.Errorf("%+v", d)
		}
		if d := docs.Documents[2]; d.Reference != "O202610V2R00" || d.Persons != 1 {
			t.Errorf("%+v", d)
		}
	}
}

// reread reads what was written by the program's own reader.
func reread(t interface{ Fatal(...any) }, file []byte) (*ledger.Documents, []osms.Posting) {
	src, size := bytes.NewReader(file), int64(len(file))
	format := ledger.Detect(src, size, sheet.Limits{})
	if format != "mt102" {
		t.Fatal("it is taken for ", format)
	}
	docs, err := ledger.ReadDocuments(src, size, format, sheet.Limits{}, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var all []osms.Posting
	if err := docs.Each(src, size, func(_ int, p *osms.Posting) error {
		all = append(all, *p)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return docs, all
}

// TestRoundTrip: whatever the names, what is written is read to the tiyn, person
// by person.
func TestRoundTrip(t *testing.T) {
	name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[А-ЯӘҚ][а-яәқғүұіңө]{0,9}`), rapid.StringMatching(`(:32A:|/FM/|-\}|\{4:|\n|\r|-| |А){0,6}`))
	// A single-byte encoding is told by how its letters stand in words.
	real := rapid.SampledFrom([]string{"Әбдіқадырова", "Нұрланқызы", "Ғани", "Үсенова", "Өмірбек", "Жаңыл", "Ли", "Щукин", "Айгүл", "О'Нил", "", "-", "Петров/Водкин"})
	rapid.Check(t, func(t *rapid.T) {
		o := mt102.Options{Encoding: rapid.SampledFrom([]string{mt102.UTF8, mt102.KZ1048}).Draw(t, "encoding")}
		name := name
		if o.Encoding == mt102.KZ1048 {
			name = real
		}
		regions := rapid.SliceOfN(rapid.SampledFrom([]osms.Region{0, 10, 63, 71, 75, 79}), 1, 4).Draw(t, "regions")
		var persons []osms.FrozenPerson
		for i := range rapid.IntRange(0, 40).Draw(t, "persons") {
			p := osms.FrozenPerson{Person: fakeIIN(uint64(i * 20)), Region: rapid.SampledFrom(regions).Draw(t, "region"),
				Name:   osms.Name{Surname: name.Draw(t, "surname"), Given: name.Draw(t, "given"), Patronymic: name.Draw(t, "patronymic")},
				Amount: osms.Tiyn(rapid.Int64Range(0, 1_000_000_000).Draw(t, "amount")), Birth: rapid.SampledFrom([]osms.Date{0, 20070314}).Draw(t, "birth")}
			if p.Change = rapid.SampledFrom([]string{"", "joined", "left"}).Draw(t, "change"); p.Change == "left" {
				p.Amount = 0
			}
			persons = append(persons, p)
		}
		l := headOf(t, 0, reading(persons))
		var b bytes.Buffer
		if err := mt102.Write(&b, l, reading(persons), o); err != nil {
			t.Fatal(err)
		}
		docs, got := reread(t, b.Bytes())
		var amount osms.Tiyn
		for _, d := range docs.Documents {
			amount += d.Amount
			if d.Month != l.Month || d.KNP != "122" || d.Booked != 20261001 {
				t.Fatalf("%+v", d)
			}
		}
		if amount != l.Amount || len(got) != l.Persons || len(docs.Refusals) != 0 || docs.Ignored != 0 {
			t.Fatalf("%s of %s, %d of %d persons, %v", amount, l.Amount, len(got), l.Persons, docs.Refusals)
		}
		sort.Slice(got, func(i, j int) bool { return got[i].Person < got[j].Person })
		i := 0
		for _, p := range persons {
			if p.Change == "left" {
				continue
			}
			if q := got[i]; q.Person != p.Person || q.Amount != p.Amount || q.Birth != p.Birth || q.Month != l.Month {
				t.Fatalf("%+v is read as %+v", p, q)
			}
			if plain := p.Name.String(); letters(plain) && got[i].Name != plain {
				t.Fatalf("%q is read as %q", plain, got[i].Name)
			}
			i++
		}
	})
}

// letters: nothing but Cyrillic letters and single spaces.
func letters(s string) bool {
	return strings.Trim(strings.ReplaceAll(s, " ", ""), "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯӘҚабвгдежзийклмнопрстуфхцчшщъыьэюяәқғүұіңө") == "" &&
		strings.Join(strings.Fields(s), " ") == s
}

func TestDoesNotAddUp(t *testing.T) {
	l := headOf(t, 0, reading(people()))
	for _, c := range []struct {
		name   string
		change func(*osms.FrozenList)
		each   each
	}{
		{"one more", func(l *osms.FrozenList) { l.Persons++ }, reading(people())},
		{"a tiyn more", func(l *osms.FrozenList) { l.Amount++ }, reading(people())},
		{"no digest", func(l *osms.FrozenList) { l.Digest = "" }, reading(people())},
		{"another region", func(l *osms.FrozenList) { l.Region = 63 }, reading(people())},
		{"nobody", func(*osms.FrozenList) {}, reading(nil)},
		{"another list the second time", func(*osms.FrozenList) {}, func() each {
			read := 0
			return func(yield func(osms.FrozenPerson) error) error {
				persons := people()
				if read++; read > 1 {
					persons[1].Region = 63
				}
				return reading(persons)(yield)
			}
		}()},
	} {
		l := l
		c.change(&l)
		if err := mt102.Write(io.Discard, l, c.each, mt102.Options{}); !errors.Is(err, osms.ErrDoesNotAddUp) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	broken := errors.New("broken")
	if err := mt102.Write(io.Discard, l, func(func(osms.FrozenPerson) error) error { return broken }, mt102.Options{}); !errors.Is(err, broken) {
		t.Error(err)
	}
	for _, o := range []mt102.Options{{KNP: "12"}, {KNP: "1/2"}, {Encoding: "cp866"}, {Payer: mt102.Party{ID: "1"}}, {Payee: mt102.Party{Sector: "x"}}} {
		if err := mt102.Write(io.Discard, l, reading(people()), o); !errors.Is(err, mt102.ErrOptions) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// many are n persons of twenty regions, without a slice of them.
func many(n int) each {
	return func(yield func(osms.FrozenPerson) error) error {
		for i := range n {
			p := osms.FrozenPerson{Person: osms.IIN(70314600000 + i), Name: osms.Name{Surname: "Әбдіқадырова", Given: "Айгүл", Patronymic: "Нұрланқызы"},
				Birth: 20070314, Region: osms.Regions()[i%len(osms.Regions())].Region, Amount: 585200}
			if err := yield(p); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a million persons")
	}
	for _, n := range []int{100_000, 1_000_000} {
		l := headOf(t, 0, many(n))
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		before, most, seen := m.HeapAlloc, uint64(0), 0
		err := mt102.Write(io.Discard, l, func(yield func(osms.FrozenPerson) error) error {
			return many(n)(func(p osms.FrozenPerson) error {
				if seen++; seen%100_000 == 99_999 {
					runtime.GC()
					runtime.ReadMemStats(&m)
					most = max(most, m.HeapAlloc)
				}
				return yield(p)
			})
		}, mt102.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d persons: %d MB of heap, %d readings", n, (max(most, before)-before)>>20, (seen+1)/n)
		if most > before+100<<20 {
			t.Errorf("%d persons: %d MB of heap", n, (most-before)>>20)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	const n = 200_000
	l := headOf(b, 0, many(n))
	for b.Loop() {
		if err := mt102.Write(io.Discard, l, many(n), mt102.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "persons/s")
}

func ExampleReference() {
	fmt.Println(mt102.Reference(osms.FrozenList{Month: 202610, Version: 2}, 63))
	// Output: O202610V2R63
}
