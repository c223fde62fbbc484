package returned

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"osmsd/sync/osms"
)

// book is the workbook that is patched.
type book struct {
	*parcel
	report osms.FileReport
	main   string // name of the workbook's part
	tree   *tree
	rels   *relations
	types  *tree
	sheets []bookSheet
	strict bool
	styles *styles
	at     string // name of the part of styles
	vml    bool   // the kind of drawings is declared
}

type bookSheet struct {
	name, part string // part is "" for a chart
	element    *element
	survey     *survey
}

// Patch writes the workbook that was dropped, with the faults of the report
// marked. The report must be of these very bytes. ErrOdd sends the caller to
// Make; any other error is one of reading or writing.
func Patch(w io.Writer, original io.ReaderAt, size int64, report osms.FileReport) error {
	p, err := openParcel(original, size)
	if err != nil {
		return err
	}
	b := &book{parcel: p, report: report}
	if err := b.open(); err != nil {
		return err
	}
	names := make([]string, len(b.sheets))
	for i, s := range b.sheets {
		names[i] = s.name
	}
	all, lost := faults(report, names)
	if lost > 0 && len(all) == 0 {
		return fmt.Errorf("%w: the faults are of sheets that are not there", ErrOdd)
	}
	marks := marksOf(all, report.Tables, len(b.sheets))
	used := 0
	for i := range b.sheets {
		s := &b.sheets[i]
		t := marks[i].table
		if len(marks[i].rows) == 0 && (t == nil || t.Returned < 0) {
			continue
		}
		if s.part == "" {
			return fmt.Errorf("%w: faults in a chart", ErrOdd)
		}
		if err := b.look(s, t); err != nil {
			return err
		}
		used = max(used, s.survey.used)
	}
	if err := b.openStyles(used); err != nil {
		return err
	}
	for i := range b.sheets {
		if b.sheets[i].survey != nil {
			if err := b.mark(i, &marks[i]); err != nil {
				return err
			}
		}
	}
	if err := b.list(all, names); err != nil {
		return err
	}
	b.putTree(b.main, b.tree)
	b.putTree(b.rels.name, b.rels.tree)
	b.putTree("[Content_Types].xml", b.types)
	b.put(b.at, func(w io.Writer) error { _, err := w.Write(b.styles.finish()); return err })
	return b.parcel.write(w, b.at)
}

// putTree replaces a part in which something changes.
func (b *book) putTree(name string, t *tree) {
	if len(t.edits) > 0 {
		b.put(name, t.write)
	}
}

func (t *tree) write(w io.Writer) error { _, err := w.Write(t.bytes()); return err }

// open reads what lists the parts.
func (b *book) open() error {
	root, err := b.relations("")
	if err != nil {
		return err
	}
	b.main = "xl/workbook.xml"
	if r, ok := root.byKind("officeDocument"); ok {
		b.main = r.target
	}
	if b.tree, err = b.parcel.tree(b.main); err != nil {
		return err
	}
	if b.types, err = b.parcel.tree("[Content_Types].xml"); err != nil {
		return err
	}
	if b.tree == nil || b.types == nil || b.tree.root.local() != "workbook" || b.types.root.local() != "Types" {
		return fmt.Errorf("%w: without a workbook or content types", ErrOdd)
	}
	for prefix, uri := range namespaces(b.tree.tag(b.tree.root)) {
		if uri == strictSpace && prefix+":" == b.tree.root.prefix() || uri == strictSpace && prefix == b.tree.root.prefix() {
			b.strict = true
		}
	}
	if b.rels, err = b.relations(b.main); err != nil {
		return err
	}
	list := b.tree.root.child("sheets")
	if list == nil {
		return fmt.Errorf("%w: no list of sheets", ErrOdd)
	}
	for _, e := range list.children {
		if e.name != list.prefix()+"sheet" {
			return fmt.Errorf("%w: a list of sheets with something else in it", ErrOdd)
		}
		r, ok := b.rels.byID(b.relationID(e))
		if !ok || !b.has(r.target) {
			return fmt.Errorf("%w: a sheet without a part", ErrOdd)
		}
		s := bookSheet{name: unescape(b.tree.attr(e, "name")), part: r.target, element: e}
		if r.kind == "chartsheet" || r.kind == "dialogsheet" {
			s.part = ""
		}
		b.sheets = append(b.sheets, s)
	}
	return nil
}

func (b *book) relationID(e *element) (id string) {
	attributes(b.tree.tag(e), func(name, value []byte, _, _ int) bool {
		if strings.HasSuffix(string(name), ":id") {
			id = string(value)
		}
		return true
	})
	return id
}

// unescape reads the escapes of a name, _x0020_.
func unescape(s string) string {
	if !strings.Contains(s, "_x") && !strings.Contains(s, "_X") {
		return s
	}
	var out strings.Builder
	for len(s) > 0 {
		if s[0] == '_' && escaped(s) {
			n, _ := strconv.ParseUint(s[2:6], 16, 16)
			out.WriteRune(rune(n))
			s = s[7:]
			continue
		}
		out.WriteByte(s[0])
		s = s[1:]
	}
	return out.String()
}

func (b *book) look(s *bookSheet, t *osms.TableAt) error {
	in, err := b.byName[slashed(s.part)].Open()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrOdd, err)
	}
	defer in.Close()
	s.survey, err = look(in, t)
	return err
}

// openStyles reads the formats, or begins them for a workbook without any.
func (b *book) openStyles(used int) error {
	if r, ok := b.rels.byKind("styles"); ok && b.has(r.target) {
		data, err := b.whole(r.target)
		if err != nil {
			return err
		}
		b.at = r.target
		b.styles, err = readStyles(data, used)
		return err
	}
	// Numbers that cells bear must stay without a meaning, also in sheets that
	// nothing is marked in.
	for i := range b.sheets {
		if s := &b.sheets[i]; s.part != "" && s.survey == nil {
			other := *s
			if err := b.look(&other, nil); err != nil {
				return err
			}
			used = max(used, other.survey.used)
		}
	}
	space := mainSpace
	if b.strict {
		space = strictSpace
	}
	var err error
	b.at = b.free("xl/styles%d.xml")
	b.rels.relate("styles", b.at, b.strict)
	b.declare(b.at, typeStyles)
	b.styles, err = readStyles(fmt.Appendf(nil, noStyles, space), used)
	b.putBytes(b.at, nil)
	return err
}

const (
	typeStyles   = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
	typeSheet    = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
	typeNotes    = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
	typeDrawing  = "application/vnd.openxmlformats-officedocument.vmlDrawing"
	typeRelation = "application/vnd.openxmlformats-package.relationships+xml"
)

// declare says of what kind a new part is.
func (b *book) declare(name, kind string) {
	t := b.types
	if kind == typeDrawing || kind == typeRelation {
		extension := name[strings.LastIndexByte(name, '.')+1:]
		for _, e := range t.root.children {
			if strings.EqualFold(t.attr(e, "Extension"), extension) {
				if strings.EqualFold(t.attr(e, "ContentType"), kind) {
					return
				}
				extension = ""
				break
			}
		}
		if extension != "" {
			if kind != typeDrawing || !b.vml {
				t.add(t.root, fmt.Sprintf(`<%sDefault Extension="%s" ContentType="%s"/>`, t.root.prefix(), extension, kind))
			}
			b.vml = b.vml || kind == typeDrawing
			return
		}
	}
	for _, e := range t.root.children { // of a part that is no longer there
		if strings.EqualFold(t.attr(e, "PartName"), "/"+name) {
			t.set(e, "ContentType", kind)
			return
		}
	}
	t.add(t.root, fmt.Sprintf(`<%sOverride PartName="/%s" ContentType="%s"/>`, t.root.prefix(), escape(name), kind))
}

// mark patches one sheet and its notes.
func (b *book) mark(i int, marks *sheetMarks) error {
	s := &b.sheets[i]
	id, err := b.notes(i, notesOf(marks.rows))
	if err != nil {
		return err
	}
	file := b.byName[slashed(s.part)]
	b.put(s.part, func(w io.Writer) error {
		in, err := file.Open()
		if err != nil {
			return err
		}
		defer in.Close()
		p := &sheetPatch{survey: s.survey, marks: marks, styles: b.styles, legacyID: id, clean: len(b.styles.bases) > 0}
		if s.survey.errors >= 0 {
			p.sentence = b.styles.sentence()
		}
		return p.run(in, w)
	})
	return nil
}

// notes writes the notes of a sheet and gives the id of a new drawing, "" when
// the sheet has one or needs none. A sheet whose notes are kept in a way that is
// not understood keeps them, and gets none of ours.
func (b *book) notes(i int, notes []note) (string, error) {
	s := &b.sheets[i]
	rels, err := b.relations(s.part)
	if err != nil {
		return "", err
	}
	held, hasNotes := rels.byKind("comments")
	hasNotes = hasNotes && b.has(held.target)
	if len(notes) == 0 && !hasNotes {
		return "", nil
	}
	data := []byte(newNotes(s.survey.strict))
	if hasNotes {
		if data, err = b.whole(held.target); err != nil {
			return "", nil
		}
	}
	data, gone, fresh, err := mergeNotes(data, notes)
	if err != nil {
		return "", nil
	}
	drawing, hasDrawing := rels.byID(s.survey.legacy)
	hasDrawing = hasDrawing && drawing.target != "" && b.has(drawing.target)
	if s.survey.legacy != "" && !hasDrawing {
		return "", nil
	}
	shapes := []byte(newDrawing(i))
	if hasDrawing {
		if shapes, err = b.whole(drawing.target); err != nil {
			return "", nil
		}
	}
	if shapes, err = mergeShapes(shapes, i, gone, fresh, notes, s.survey); err != nil {
		return "", nil
	}
	if !hasNotes {
		name := b.free("xl/comments%d.xml")
		rels.relate("comments", name, rels.strict || s.survey.strict)
		b.declare(name, typeNotes)
		held.target = name
	}
	b.putBytes(held.target, data)
	id := ""
	if !hasDrawing {
		drawing.target = b.free("xl/drawings/vmlDrawing%d.vml")
		id = rels.relate("vmlDrawing", drawing.target, rels.strict || s.survey.strict)
		b.declare(drawing.target, typeDrawing)
	}
	b.putBytes(drawing.target, shapes)
	if len(rels.edits) > 0 {
		if !b.has(rels.name) {
			b.declare(rels.name, typeRelation)
		}
		b.put(rels.name, rels.write)
	}
	return id, nil
}

// list adds the sheet that lists the faults, or replaces the one of before.
func (b *book) list(all []fault, names []string) error {
	s := &summary{faults: all, sheets: names, report: b.report, strict: b.strict, views: b.tree.root.child("bookViews") != nil, looks: b.styles.looks()}
	for i := range b.sheets {
		if strings.HasPrefix(b.sheets[i].name, osms.ReturnedSheet) && b.sheets[i].part != "" && b.sheets[i].survey == nil && !b.tabled(i) {
			b.put(b.sheets[i].part, s.write)
			return nil
		}
	}
	if len(b.sheets) >= mostSheets {
		return nil // the next one would be one too many
	}
	part := b.free("xl/worksheets/sheet%d.xml")
	id := b.rels.relate("worksheet", part, b.strict)
	b.declare(part, typeSheet)
	b.put(part, s.write)
	highest := 0
	prefix := ""
	for _, sheet := range b.sheets {
		if n, ok := number([]byte(b.tree.attr(sheet.element, "sheetId"))); ok {
			highest = max(highest, n)
		}
		attributes(b.tree.tag(sheet.element), func(name, _ []byte, _, _ int) bool {
			if p, ok := strings.CutSuffix(string(name), ":id"); ok {
				prefix = p
			}
			return true
		})
	}
	bound := ""
	if uri := namespaces(b.tree.tag(b.tree.root))[prefix]; prefix == "" || uri != relationSpace && uri != strictRelateSpace {
		prefix, bound = "osmsd", ` xmlns:osmsd="`+relationSpace+`"`
		if b.strict {
			bound = ` xmlns:osmsd="` + strictRelateSpace + `"`
		}
	}
	list := b.tree.root.child("sheets")
	b.tree.add(list, fmt.Sprintf(`<%ssheet%s name="%s" sheetId="%d" %s:id="%s"/>`, list.prefix(), bound, escape(b.unique(names)), highest+1, prefix, id))
	return nil
}

func (b *book) tabled(sheet int) bool {
	for _, t := range b.report.Tables {
		if t.Sheet == sheet {
			return true
		}
	}
	return false
}

// unique finds a name that no sheet has.
func (b *book) unique(names []string) string {
	name := osms.ReturnedSheet
	for i := 2; ; i++ {
		taken := false
		for _, other := range names {
			taken = taken || strings.EqualFold(other, name)
		}
		if !taken {
			return name
		}
		name = fmt.Sprintf("%s %d", osms.ReturnedSheet, i)
	}
}
