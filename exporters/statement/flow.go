package statement

import "osmsd/exporters/paper"

// piece is a part of the document that stays on one page.
type piece struct {
	height float64
	draw   func(y float64)
	// head: of the table whose line it is; a page that begins with it gets that
	// first. nil: it is no line of a table.
	head []cell
	// keep: not the last thing on its page.
	keep bool
}

// page is what stands on one page, under the head of a table that goes on.
type page struct {
	pieces []piece
	head   []cell
}

// paginate lays pieces on pages of a height; the first page has less room.
func paginate(pieces []piece, first, height float64) (pages []page) {
	room := first
	current := page{}
	used := 0.0
	for i := 0; i < len(pieces); {
		group := i + 1 // pieces that must stand together
		need := pieces[i].height
		for pieces[group-1].keep && group < len(pieces) {
			need += pieces[group].height
			group++
		}
		if used+need > room && len(current.pieces) > 0 {
			pages = append(pages, current)
			current, used, room = page{}, 0, height
			if head := pieces[i].head; head != nil {
				current.head, used = head, rowHeight(head)
			}
		}
		current.pieces = append(current.pieces, pieces[i:group]...)
		used += need
		i = group
	}
	return append(pages, current)
}

// block makes a piece of a block at x.
func block(doc *paper.Document, b paper.Block, x, after float64) piece {
	return piece{height: b.Height() + after, draw: func(y float64) { doc.Print(b, x, y) }}
}
