package returned_test

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"osmsd/exporters/returned"
	"osmsd/sync/osms"
)

// big is a workbook of so many rows and a report of so many faults, of which
// the reader has said nothing.
func big(t testing.TB, rows, faults int) ([]byte, osms.FileReport) {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	s, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	line := make([]any, 12)
	for row := 1; row <= rows+1; row++ {
		for c := range line {
			line[c] = fmt.Sprintf("%d-%d Әбдіқалықова", row, c)
		}
		if err := s.SetRow(osms.CellName(0, row), line); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	report := osms.FileReport{Tables: []osms.TableAt{{HeaderRow: 1, LastHeaderRow: 1, LastColumn: 11, Returned: -1}}}
	for i := range faults {
		row := 2 + i*rows/faults
		report.Refusals = append(report.Refusals, osms.Refusal{Sheet: "Sheet1", Cell: osms.CellName(i%12, row), Row: row, Code: osms.IINCheckDigit, Severity: osms.Refused})
	}
	return b.Bytes(), report
}

// TestBig: what marking costs follows the faults in memory, and takes seconds.
func TestBig(t *testing.T) {
	rows := 10_000
	if *long {
		rows = 100_000
	}
	data, report := big(t, rows, 5_000)
	var before, peak runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	done, most := make(chan bool), make(chan uint64)
	go func() {
		high := uint64(0)
		for {
			select {
			case <-done:
				most <- high
				return
			case <-time.After(5 * time.Millisecond):
				runtime.ReadMemStats(&peak)
				high = max(high, peak.HeapInuse)
			}
		}
	}()
	start := time.Now()
	if err := returned.Patch(io.Discard, bytes.NewReader(data), int64(len(data)), report); err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	done <- true
	used := int64(<-most) - int64(before.HeapInuse)
	t.Logf("%d rows, %d faults, %.1f MB: %v, %d MB of memory", rows, len(report.Refusals), float64(len(data))/1e6, took.Round(time.Millisecond), used>>20)
	if took > time.Minute || used > 200<<20 {
		t.Errorf("took %v and %d bytes of memory", took, used)
	}
}
