package sheet

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"
)

// peakHeap reads a workbook of so many rows from a file and gives the most
// live heap that was seen: the collector runs before each look.
func peakHeap(t testing.TB, rows int, shared bool) uint64 {
	t.Helper()
	name := filepath.Join(t.TempDir(), "big.xlsx")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	writeBig(t, f, rows, 2000, shared)
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	var m runtime.MemStats
	live := func() uint64 {
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := live()
	peak := uint64(0)
	b, err := Open(f, info.Size(), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	n := 0
	_, err = b.Read(0, func(r *Row) error {
		if n++; n%(rows/10) == 0 {
			peak = max(peak, live()-before)
		}
		if n%1000 == 0 { // what the collector has not yet taken counts too
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc-min(before, m.HeapAlloc))
		}
		return nil
	})
	if err != nil || n != rows {
		t.Fatal(n, err)
	}
	return peak
}

// Ten times the rows take no more memory. (The table of shared strings is held
// whole: it grows with the number of different texts, which its limits bound.)
func TestMemoryIsFlat(t *testing.T) {
	small := 1_000
	if *long {
		small = 100_000
	}
	for _, shared := range []bool{true, false} {
		a, b := peakHeap(t, small, shared), peakHeap(t, 10*small, shared)
		t.Logf("shared %v: %d rows %.1f MiB, %d rows %.1f MiB", shared, small, float64(a)/(1<<20), 10*small, float64(b)/(1<<20))
		if b > a+(2<<20) {
			t.Errorf("shared %v: %d bytes for %d rows, %d for %d", shared, a, small, b, 10*small)
		}
	}
}

// The largest tables that the limits let through stay far below what a hostile
// file may cost.
func TestSharedStringsAreCompact(t *testing.T) {
	n := 300_000
	if *long {
		n = 3_000_000
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	table := &sharedStrings{}
	text := []byte("жиырма бір бай")[:21]
	for range n {
		table.add(text)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if table.at(n-1) != string(text) || table.count != n {
		t.Fatal("a text was lost")
	}
	if per := float64(after.HeapAlloc-before.HeapAlloc) / float64(n); per > 32 {
		t.Errorf("%.1f bytes for a text of 21", per)
	}
	runtime.KeepAlive(table)
}
