package workbook

import (
	"bytes"
	"testing"
)

func TestReconciliationTwiceTheSameBytes(t *testing.T) {
	for _, lang := range []string{"kk", "ru", "en"} {
		var first bytes.Buffer
		if err := WriteReconciliation(&first, sample(), lang); err != nil {
			t.Fatal(err)
		}
		keep(t, "reconciliation-"+lang+".xlsx", first.Bytes())
		for range 5 {
			var again bytes.Buffer
			if err := WriteReconciliation(&again, sample(), lang); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(first.Bytes(), again.Bytes()) {
				keep(t, "again.xlsx", again.Bytes())
				t.Fatalf("%s: two writes differ", lang)
			}
		}
	}
}
