package ledger

import (
	"fmt"
	"strings"
	"testing"

	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// TestMostDocuments: a file of more messages or movements than are held in memory
// is refused; one less is read.
func TestMostDocuments(t *testing.T) {
	for _, n := range []int{mostDocuments, mostDocuments + 1} {
		var messages, movements strings.Builder
		fmt.Fprint(&movements, ":20:A\n:25:KZ1\n:60F:C261001KZT0,\n")
		for i := range n {
			fmt.Fprintf(&messages, ":20:R%d\n:21:1\n:32B:KZT1,\n:32A:261006KZT1,\n", i)
			fmt.Fprintf(&movements, ":61:261015C1,NTRF%d\n", i)
		}
		fmt.Fprintf(&movements, ":62F:C261001KZT%d,\n", n)
		for _, text := range []string{messages.String(), movements.String()} {
			_, _, err := open([]byte(text), sheet.Limits{})
			if n <= mostDocuments {
				if err != nil {
					t.Error(err)
				}
			} else if err == nil || fileCode(t, err) != osms.FileTooManyRows {
				t.Errorf("%d of %.20q: %v", n, text, err)
			}
		}
	}
}
