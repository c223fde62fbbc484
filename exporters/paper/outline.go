package paper

import "fmt"

// entry is one of the outline, on a page.
type entry struct {
	title string
	level int
	page  int
}

// Outline adds an entry to the document's outline that leads to the current
// page, and begins a section of the tagged text.
func (d *Document) Outline(title string, level int) {
	if d.err != nil || d.ended || len(d.pages) == 0 {
		return
	}
	d.outline = append(d.outline, entry{Clean(title), level, len(d.pages)})
	d.section()
}

// endOutline writes the outline and returns what the catalog says of it. The
// entries have consecutive numbers; one at a level belongs to the last before it
// at a lower level.
func (d *Document) endOutline() string {
	if len(d.outline) == 0 {
		return ""
	}
	type family struct{ parent, previous, next, first, last, count int }
	kin := make([]family, len(d.outline)+1) // 0 is the outline itself
	stack := []int{0}
	for i, e := range d.outline {
		i++
		for len(stack) > 1 && d.outline[stack[len(stack)-1]-1].level >= e.level {
			stack = stack[:len(stack)-1]
		}
		parent := stack[len(stack)-1]
		kin[i].parent = parent
		if last := kin[parent].last; last != 0 {
			kin[i].previous, kin[last].next = last, i
		} else {
			kin[parent].first = i
		}
		kin[parent].last = i
		for _, above := range stack {
			kin[above].count++
		}
		stack = append(stack, i)
	}
	base := len(d.file.places)
	for range kin {
		d.file.reserve()
	}
	for i, k := range kin {
		b := []byte("<<")
		for _, ref := range []struct {
			key string
			to  int
		}{{"/Prev ", k.previous}, {"/Next ", k.next}, {"/First ", k.first}, {"/Last ", k.last}} {
			if ref.to != 0 {
				b = appendRef(append(b, ref.key...), base+ref.to)
			}
		}
		if k.count > 0 {
			b = fmt.Appendf(b, "/Count %d", k.count)
		}
		if i > 0 {
			e := d.outline[i-1]
			b = fmt.Appendf(b, "/Parent %d 0 R/Title%s/Dest%s", base+k.parent, unicode16(e.title), d.top(e.page))
		}
		d.file.pack(base+i, append(b, ">>"...))
	}
	return fmt.Sprintf("/Outlines %d 0 R/PageMode/UseOutlines", base)
}

// top is the destination at the top of a page.
func (d *Document) top(page int) []byte {
	return append(appendRef([]byte{'['}, d.pages[page-1]), "/XYZ 0 842 null]"...)
}

// Target is a place in the document that links lead to.
type Target int

// NewTarget makes a target that is placed later.
func (d *Document) NewTarget() Target {
	d.targets = append(d.targets, 0)
	return Target(len(d.targets) - 1)
}

// Place puts the target at the top of the current page.
func (d *Document) Place(t Target) { d.targets[t] = len(d.pages) }

// link is a rectangle of a page that leads to a target; it is written at the
// end, when targets have their pages.
type link struct {
	number, page, key int
	rect              string
	to                Target
}

// Link makes a rectangle of the current page lead to the target.
func (d *Document) Link(x, y, width, high float64, t Target) {
	if d.err != nil || d.ended || len(d.pages) == 0 {
		return
	}
	var rect []byte
	for _, v := range []float64{points(x), height(y + high), points(x + width), height(y)} {
		rect = append(appendNumber(rect, v, 1), ' ')
	}
	l := link{number: d.file.reserve(), page: len(d.pages), key: d.tree.key(), rect: string(rect[:len(rect)-1]), to: t}
	d.links = append(d.links, l)
	element, page := d.leaf("Link", 0), d.pages[len(d.pages)-1]
	d.file.pack(element, fmt.Appendf(nil, "<</S/Link/P %d 0 R/K<</Type/OBJR/Pg %d 0 R/Obj %d 0 R>>>>", d.parent(), page, l.number))
	d.page.annots, d.page.linked = append(d.page.annots, l.number), append(d.page.linked, element)
}

// endLinks writes the links.
func (d *Document) endLinks() {
	for _, l := range d.links {
		to := d.targets[l.to]
		if to == 0 {
			d.fail(fmt.Errorf("a link on page %d leads nowhere", l.page))
			return
		}
		d.file.pack(l.number, fmt.Appendf(nil, "<</Type/Annot/Subtype/Link/Rect[%s]/Border[0 0 0]/F 4/StructParent %d/Dest%s>>", l.rect, l.key, d.top(to)))
	}
}
