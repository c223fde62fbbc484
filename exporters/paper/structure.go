package paper

import (
	"fmt"
	"strconv"
)

// Roles of blocks beside those of ISO 32000 (H1 to H6, TH, TD, LI, P).
const (
	// RoleArtifact is for what is no part of the text, such as the foot of a page.
	RoleArtifact = "Artifact"
	roleSection  = "Sect"
)

// structure is the tree of a tagged PDF: the document, a section from each entry
// of the outline to the next, and in them the blocks in the order printed.
// Cells that follow each other make a table, with a new row where a cell does
// not stand to the right of the one before; items of a list make a list.
type structure struct {
	lang string // of what follows
	kids []int  // of the document's element
	open []element
	x    float64 // of the last cell

	keys    int    // given out in the parent tree
	parents []byte // the leaf of that tree being filled
	first   int    // its first key
	last    int
	leaves  []leaf
}

// element is a structure element that is still taking children.
type element struct {
	role   string
	number int
	kids   []int
}

// leaf is a finished leaf of the parent tree, with its lowest and highest key.
type leaf struct{ number, first, last int }

// leafBytes is at how many bytes a leaf of the parent tree is finished.
const leafBytes = 8 << 10

func (t *structure) key() int { t.keys++; return t.keys - 1 }

// mark begins the marked content of a block; false when nothing can be printed.
func (d *Document) mark(role string, x float64) bool {
	if !d.ready() {
		return false
	}
	p := &d.page
	if role == "" {
		role = "P"
	}
	if d.Runs && p.open == role && p.lang == d.tree.lang && within(role) == nil {
		return true
	}
	p.unmark()
	p.open, p.lang = role, d.tree.lang
	if role == RoleArtifact {
		p.text = append(p.text, "/Artifact BMC\n"...)
		return true
	}
	number := d.leaf(role, x)
	mark := len(p.marks)
	p.marks = append(p.marks, number)
	b := make([]byte, 0, 80)
	b = append(append(b, "<</S/"...), role...)
	b = appendRef(append(b, "/P "...), d.parent())
	b = appendRef(append(b, "/Pg "...), d.pages[len(d.pages)-1])
	b = strconv.AppendInt(append(b, "/K "...), int64(mark), 10)
	if d.tree.lang != d.Lang {
		b = append(append(append(b, "/Lang("...), d.tree.lang...), ')')
	}
	d.file.pack(number, append(b, ">>"...))
	p.text = append(append(append(p.text, '/'), role...), "<</MCID "...)
	p.text = strconv.AppendInt(p.text, int64(mark), 10)
	p.text = append(p.text, ">>BDC\n"...)
	return true
}

// unmark ends the marked content, if there is any.
func (p *page) unmark() {
	if p.open != "" {
		p.text = append(p.text, "EMC\n"...)
		p.open = ""
	}
}

// within are the elements that a role must stand in, under the section.
func within(role string) []string {
	switch role {
	case "TH", "TD":
		return []string{"Table", "TR"}
	case "LI":
		return []string{"L"}
	}
	return nil
}

// leaf gives a block its place in the tree and its number.
func (d *Document) leaf(role string, x float64) int {
	t, in := &d.tree, within(role)
	base := 0
	if len(t.open) > 0 && t.open[0].role == roleSection {
		base = 1
	}
	keep := 0
	for keep < len(in) && base+keep < len(t.open) && t.open[base+keep].role == in[keep] {
		keep++
	}
	if keep == 2 && x <= t.x { // a new row
		keep = 1
	}
	d.closeTo(base + keep)
	for _, role := range in[keep:] {
		d.openElement(role)
	}
	t.x = x
	number := d.file.reserve()
	d.child(number)
	return number
}

// parent is the innermost open element.
func (d *Document) parent() int {
	if n := len(d.tree.open); n > 0 {
		return d.tree.open[n-1].number
	}
	return objectDocument
}

func (d *Document) child(number int) {
	kids := &d.tree.kids
	if n := len(d.tree.open); n > 0 {
		kids = &d.tree.open[n-1].kids
	}
	*kids = append(*kids, number)
}

func (d *Document) openElement(role string) {
	number := d.file.reserve()
	d.child(number)
	d.tree.open = append(d.tree.open, element{role: role, number: number})
}

// closeTo writes the open elements but the outermost n.
func (d *Document) closeTo(n int) {
	for t := &d.tree; len(t.open) > n; {
		e := t.open[len(t.open)-1]
		t.open = t.open[:len(t.open)-1]
		d.file.pack(e.number, fmt.Appendf(nil, "<</S/%s/P %d 0 R/K%s>>", e.role, d.parent(), appendRefs(nil, e.kids)))
	}
}

// section begins a section of the tree.
func (d *Document) section() {
	d.page.unmark()
	d.closeTo(0)
	d.openElement(roleSection)
}

// endParents says for the page that ends which elements its marked contents and
// its links belong to.
func (d *Document) endParents() {
	t, p := &d.tree, &d.page
	if len(t.parents) == 0 {
		t.first = p.key
	}
	t.parents = strconv.AppendInt(t.parents, int64(p.key), 10)
	t.parents = appendRefs(t.parents, p.marks)
	t.last = p.key
	for i, number := range p.linked {
		t.last = p.key + 1 + i
		t.parents = strconv.AppendInt(t.parents, int64(t.last), 10)
		t.parents = append(appendRef(append(t.parents, ' '), number), ' ')
	}
	if len(t.parents) > leafBytes {
		d.endLeaf()
	}
}

func (d *Document) endLeaf() {
	if t := &d.tree; len(t.parents) > 0 {
		l := leaf{d.file.reserve(), t.first, t.last}
		d.file.pack(l.number, fmt.Appendf(nil, "<</Limits[%d %d]/Nums[%s]>>", l.first, l.last, t.parents))
		t.leaves, t.parents = append(t.leaves, l), t.parents[:0]
	}
}

// endStructure writes the root of the tree and of the parent tree.
func (d *Document) endStructure() {
	d.closeTo(0)
	d.endLeaf()
	var leaves []int
	for _, l := range d.tree.leaves {
		leaves = append(leaves, l.number)
	}
	d.file.pack(objectDocument, fmt.Appendf(nil, "<</S/Document/P %d 0 R/Lang(%s)/K%s>>", objectTree, d.Lang, appendRefs(nil, d.tree.kids)))
	d.file.pack(objectTree, fmt.Appendf(nil, "<</Type/StructTreeRoot/K %d 0 R/ParentTree<</Kids%s>>/ParentTreeNextKey %d>>",
		objectDocument, appendRefs(nil, leaves), d.tree.keys))
}
