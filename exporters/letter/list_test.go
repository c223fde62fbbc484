package letter

import (
	"fmt"
	"testing"

	"osmsd/exporters/paper"
)

// TestListFlow: no row stands below the foot of its page, no page could have
// taken the next row, and the total has its room under the last one.
func TestListFlow(t *testing.T) {
	p := &sheet{doc: paper.New(paper.Options{Date: 20261001}), texts: Default()}
	for n := 1; n <= 200; n++ {
		list := &List{Columns: []Column{{[2]string{"А", "Б"}, 20, false}, {[2]string{"В", "Г"}, 30, true}}, Total: "1"}
		for i := range n {
			list.Rows = append(list.Rows, []string{fmt.Sprint(i), "1"})
		}
		l := p.listing(list)
		const first = 100.0
		pages := l.flow(first, listFirst)
		if pages != len(l.breaks)+1 {
			t.Fatalf("%d rows: %d pages, %d breaks", n, pages, len(l.breaks))
		}
		y := first + l.headHeight()
		for i, r := range l.rows {
			if l.breaks[i] {
				if y+rowHeight(r) <= listLast && i < n-1 {
					t.Errorf("%d rows: row %d had room on its page", n, i)
				}
				y = listFirst + l.headHeight()
			}
			if y += rowHeight(r); y > listLast {
				t.Errorf("%d rows: row %d ends at %.1f mm", n, i, y)
			}
		}
		if y+totalHeight > listLast {
			t.Errorf("%d rows: the total stands in the foot", n)
		}
	}
	if err := p.doc.Err(); err != nil {
		t.Error(err)
	}
}
