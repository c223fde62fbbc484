package ledger_test

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"osmsd/importers/ledger"
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// messageOf is an MT102 of n persons.
func messageOf(n int) []byte {
	var b bytes.Buffer
	b.WriteString(":20:REF\n:50:/D/KZ123456789012345678\n/NAME/Қайнар\n/IDN/971240666596\n:59:KZ33125KZT1001313313\n/NAME/Қор\n/IDN/160940025485\n" +
		":70:/NUM/1\n/DATE/261005\n/KNP/122\n/PERIOD/102026\n/ASSIGN/Взносы\n")
	for i := range n {
		fmt.Fprintf(&b, ":21:%d\n:32B:KZT5852,00\n:70:/FM/Әбдіқадырова\n/NM/Айгүл\n/FT/Нұрланқызы\n/DT/20070314\n/IDN/%s\n/PERIOD/102026\n", i+1, fakeIIN(uint64(i%5000)).Digits())
	}
	fmt.Fprintf(&b, ":32A:261005KZT%d,00\n", 5852*n)
	return b.Bytes()
}

// listOf is a CSV of n persons.
func listOf(n int) []byte {
	var b bytes.Buffer
	b.WriteString("ИИН;ФИО;Период;Сумма;КНП;БИН плательщика;Дата платежа;Референс\n")
	for i := range n {
		fmt.Fprintf(&b, "%s;Әбдіқадырова Айгүл Нұрланқызы;2026-10;5852,00;122;971240666596;05.10.2026;R%d\n", fakeIIN(uint64(i%5000)).Digits(), i%3)
	}
	return b.Bytes()
}

func benchmark(b *testing.B, file []byte, format string, persons int) {
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		docs, err := ledger.ReadDocuments(bytes.NewReader(file), int64(len(file)), format, sheet.Limits{}, ledger.Options{})
		if err != nil || docs.Rows != persons {
			b.Fatal(docs, err)
		}
	}
	b.ReportMetric(float64(persons*b.N)/b.Elapsed().Seconds(), "persons/s")
}

func BenchmarkMT102(b *testing.B)    { benchmark(b, messageOf(200_000), "mt102", 200_000) }
func BenchmarkPayments(b *testing.B) { benchmark(b, listOf(200_000), "", 200_000) }

func BenchmarkMT102KZ1048(b *testing.B) {
	benchmark(b, kz1048(string(messageOf(200_000))), "mt102", 200_000)
}

// BenchmarkMT102Each is the second reading.
func BenchmarkMT102Each(b *testing.B) {
	file := messageOf(200_000)
	docs, err := ledger.ReadDocuments(bytes.NewReader(file), int64(len(file)), "mt102", sheet.Limits{}, ledger.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if err := docs.Each(bytes.NewReader(file), int64(len(file)), func(int, *osms.Posting) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(200_000*float64(b.N)/b.Elapsed().Seconds(), "persons/s")
}

// watched is a source that looks at the heap while it is read.
type watched struct {
	*bytes.Reader
	reads int
	most  uint64
}

func (w *watched) ReadAt(p []byte, at int64) (int, error) {
	if w.reads++; w.reads%16 == 0 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		w.most = max(w.most, m.HeapAlloc)
	}
	return w.Reader.ReadAt(p, at)
}

// TestDocumentsMemoryIsFlat: ten times the persons do not take more memory.
func TestDocumentsMemoryIsFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a million persons")
	}
	for _, c := range []struct {
		name, format string
		write        func(int) []byte
	}{{"mt102", "mt102", messageOf}, {"csv", "", listOf}} {
		peak := func(n int) uint64 {
			file := c.write(n)
			runtime.GC()
			var before runtime.MemStats
			runtime.ReadMemStats(&before)
			w := &watched{Reader: bytes.NewReader(file)}
			docs, err := ledger.ReadDocuments(w, int64(len(file)), c.format, sheet.Limits{}, ledger.Options{})
			if err != nil || docs.Rows != n {
				t.Fatal(docs, err)
			}
			return max(w.most, before.HeapAlloc) - before.HeapAlloc
		}
		few, many := peak(100_000), peak(1_000_000)
		t.Logf("%s: 100,000 persons %d KB, 1,000,000 persons %d KB of heap", c.name, few>>10, many>>10)
		if many > few+1<<20 {
			t.Errorf("%s: the heap grows from %d to %d", c.name, few, many)
		}
	}
}
