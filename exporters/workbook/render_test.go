package workbook

import (
	"bytes"
	"testing"
)

// The full sample in each language, twice the same bytes; with -keep it is left
// to be looked at.
func TestFullTwiceTheSameBytes(t *testing.T) {
	for _, lang := range []string{"kk", "ru", "en"} {
		var first, again bytes.Buffer
		for _, b := range []*bytes.Buffer{&first, &again} {
			if err := WriteReconciliation(b, full(), lang); err != nil {
				t.Fatal(err)
			}
		}
		keep(t, "full-"+lang+".xlsx", first.Bytes())
		if !bytes.Equal(first.Bytes(), again.Bytes()) {
			t.Errorf("%s: two writes differ", lang)
		}
	}
}
