package statement

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

const sheetName = "Ақпарат – Информация"

// sheetColumns are the widths of the columns in characters: number, month,
// payer, payer's number, payment code, day, document, amount.
var sheetColumns = [...]float64{6, 10, 40, 16, 7, 12, 18, 18}

var sheetKeys = [...]string{"row", "month", "payer_name", "payer_id", "knp", "paid_on", "reference", "amount"}

// book is a statement on its way to a workbook. The first error stays.
type book struct {
	f      *excelize.File
	styles map[string]int
	row    int // next free row, from 1
	err    error
}

// WriteXLSX writes the statement as a workbook of one sheet. Amounts are
// numbers with two decimals and days are dates; personal and organisation
// numbers, names and documents are text, also where they look like a number or
// a formula. What WritePDF needs this needs too, and the errors are the same
// but for the font's.
func WriteXLSX(w io.Writer, s osms.Statement) error {
	s, carried, err := complete(s)
	if err != nil {
		return err
	}
	b := &book{f: excelize.NewFile(), styles: map[string]int{}, row: 1}
	defer b.f.Close()
	b.try(b.f.SetSheetName("Sheet1", sheetName))
	b.properties(s)
	b.makeStyles()
	for i, width := range sheetColumns {
		name := osms.ColumnName(i)
		b.try(b.f.SetColWidth(sheetName, name, name, width))
	}
	b.front(s)
	b.table(s)
	b.tail(s)
	b.carry(carried)
	if b.err != nil {
		return fmt.Errorf("the statement's workbook: %w", b.err)
	}
	if err := b.f.Write(w); err != nil {
		return fmt.Errorf("the statement's workbook: %w", err)
	}
	return nil
}

func (b *book) try(err error) {
	if b.err == nil {
		b.err = err
	}
}

// properties fixes what would otherwise come from the machine, and sets the
// page.
func (b *book) properties(s osms.Statement) {
	at := s.Issued.UTC().Format(time.RFC3339)
	b.try(b.f.SetDocProps(&excelize.DocProperties{Creator: "osmsd", LastModifiedBy: "osmsd", Created: at, Modified: at,
		Title: word("title").both() + " № " + s.Number, Language: "kk"}))
	paperSize, wide, high, landscape := 9, 1, 0, "landscape"
	fit := true
	b.try(b.f.SetPageLayout(sheetName, &excelize.PageLayoutOptions{Size: &paperSize, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &high}))
	b.try(b.f.SetSheetProps(sheetName, &excelize.SheetPropsOptions{FitToPage: &fit}))
	side, edge, foot, rim := 0.5, 0.5, 0.8, 0.3 // inches
	b.try(b.f.SetPageMargins(sheetName, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &edge, Bottom: &foot, Header: &rim, Footer: &rim}))
	// "&" begins a code in a footer; the number has none, being ours.
	b.try(b.f.SetHeaderFooter(sheetName, &excelize.HeaderFooterOptions{OddFooter: "&L№ " + s.Number + "&R" + word("page").both() + " &P / &N"}))
}

func (b *book) makeStyles() {
	font := func(size float64, bold bool) *excelize.Font {
		return &excelize.Font{Family: "Times New Roman", Size: size, Bold: bold}
	}
	line := []excelize.Border{{Type: "bottom", Color: "999999", Style: 1}}
	frame := []excelize.Border{{Type: "top", Color: "000000", Style: 1}, {Type: "bottom", Color: "000000", Style: 1}}
	grey := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EDEDED"}}
	at := func(h string) *excelize.Alignment {
		return &excelize.Alignment{Horizontal: h, Vertical: "top", WrapText: true}
	}
	money, day := "#,##0.00", "dd.mm.yyyy"
	for _, s := range []struct {
		name  string
		style excelize.Style
	}{
		{"title", excelize.Style{Font: font(13, true), Alignment: at("center")}},
		{"centre", excelize.Style{Font: font(10, true), Alignment: at("center")}},
		{"plain", excelize.Style{Font: font(10, false), Alignment: at("left")}},
		{"strong", excelize.Style{Font: font(11, true), Alignment: at("left")}},
		{"label", excelize.Style{Font: font(10, false), Alignment: at("left"), Fill: grey, Border: line}},
		{"value", excelize.Style{Font: font(10, false), Alignment: at("left"), Border: line, NumFmt: 49}},
		{"head", excelize.Style{Font: font(10, true), Alignment: at("center"), Fill: grey, Border: frame}},
		{"text", excelize.Style{Font: font(10, false), Alignment: at("left"), Border: line, NumFmt: 49}},
		{"count", excelize.Style{Font: font(10, false), Alignment: at("center"), Border: line}},
		{"day", excelize.Style{Font: font(10, false), Alignment: at("left"), Border: line, CustomNumFmt: &day}},
		{"money", excelize.Style{Font: font(10, false), Alignment: at("right"), Border: line, CustomNumFmt: &money}},
		{"total", excelize.Style{Font: font(11, true), Alignment: at("right")}},
		{"sum", excelize.Style{Font: font(11, true), Alignment: at("right"), CustomNumFmt: &money}},
		{"part", excelize.Style{Font: font(10, false), Alignment: at("right"), CustomNumFmt: &money}},
		{"number", excelize.Style{Font: font(10, false), Alignment: at("right")}},
	} {
		id, err := b.f.NewStyle(&s.style)
		b.try(err)
		b.styles[s.name] = id
	}
}

// code is how a workbook writes a sign that XML has no room for.
var code = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// escape writes a text so that nothing in it is taken for such a code: "_x0041_"
// would be shown as the letter A. Codes may share an underscore.
func escape(s string) string {
	if !code.MatchString(s) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if at := code.FindStringIndex(s[i:min(i+7, len(s))]); at != nil {
			b.WriteString("_x005F")
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func (b *book) cell(column int) string { return osms.CellName(column, b.row) }

// text puts a plain string into a cell: never a formula, whatever it begins
// with.
func (b *book) text(column int, style, s string) {
	if utf8.RuneCountInString(s) > excelize.TotalCellChars/2 { // beyond its limit excelize cuts without a word
		b.try(fmt.Errorf("%w: a text in cell %s", paper.ErrFit, b.cell(column)))
	}
	b.try(b.f.SetCellStr(sheetName, b.cell(column), escape(s)))
	b.style(column, column, style)
}

// number puts a number, given in digits, into a cell. It never passes through
// a float.
func (b *book) number(column int, style, digits string) {
	b.try(b.f.SetCellDefault(sheetName, b.cell(column), digits))
	b.style(column, column, style)
}

func (b *book) style(from, to int, name string) {
	b.try(b.f.SetCellStyle(sheetName, b.cell(from), b.cell(to), b.styles[name]))
}

// across puts a text over columns from..to and makes the row high enough for
// it: a spreadsheet does not do that for merged cells.
func (b *book) across(from, to int, style, s string, size float64) float64 {
	b.text(from, style, s)
	b.style(from, to, style)
	if to > from {
		b.try(b.f.MergeCell(sheetName, b.cell(from), b.cell(to)))
	}
	face := paper.Regular()
	switch style {
	case "title", "centre", "strong", "total":
		face = paper.Bold()
	}
	lines := 0.0
	for _, part := range strings.Split(s, "\n") {
		lines += linesIn(face, part, size, sheetColumns[from:to+1]...)
	}
	return lines*size*1.32 + 2
}

// linesIn is how many lines a text takes across columns; the width of a
// character is that of a digit in the workbook's base font, some 1.9 mm.
func linesIn(face *paper.Face, s string, size float64, columns ...float64) float64 {
	chars := 0.0
	for _, w := range columns {
		chars += w
	}
	return float64(max(1, len(face.Wrap(paper.Clean(s), size, chars*1.85-1.5))))
}

func (b *book) end(height float64) {
	b.try(b.f.SetRowHeight(sheetName, b.row, height))
	b.row++
}

// serial is a day's number in the workbook's 1900 system.
func serial(d osms.Date) string { return strconv.Itoa(d.Sub(18991230)) }

// front writes title, person and participation.
func (b *book) front(s osms.Statement) {
	last := len(sheetColumns) - 1
	line := func(style, text string, size float64) { b.end(b.across(0, last, style, text, size)) }
	line("centre", word("provider").both(), 10)
	line("centre", word("bin").both()+" "+fund.Digits(), 10)
	for _, t := range [][2]string{{word("title").kk, word("subject").kk}, {word("title").ru, word("subject").ru}} {
		line("title", t[0], 13)
		line("centre", t[1], 10)
	}
	b.fields(append([]field{
		{label: word("number"), value: pair{kk: s.Number}},
		{label: word("issued"), value: issued(s.Issued)},
	}, append(person(s), received(s)...)...))
	line("strong", word("participation").both(), 11)
	b.fields(participation(s.Participation))
	line("strong", word("sums").both(), 11)
}

func (b *book) fields(list []field) {
	for _, f := range list {
		height := b.across(0, 2, "label", f.label.both(), 10)
		value := f.value.both()
		if linesIn(paper.Regular(), value, 10, sheetColumns[3:]...) > 1 && f.value.ru != "" {
			value = f.value.kk + "\n" + f.value.ru
		}
		b.end(max(height, b.across(3, len(sheetColumns)-1, "value", value, 10)))
	}
}

// table writes the sums under a head that is repeated on every printed page.
func (b *book) table(s osms.Statement) {
	high := 0.0
	for i, key := range sheetKeys {
		w := word(key)
		b.text(i, "head", w.kk+"\n"+w.ru)
		high = max(high, linesIn(paper.Bold(), w.kk, 10, sheetColumns[i])+linesIn(paper.Bold(), w.ru, 10, sheetColumns[i]))
	}
	head := b.row
	b.end(high*13.2 + 4)
	b.try(b.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: sheetName,
		RefersTo: fmt.Sprintf("'%s'!$%d:$%d", sheetName, head, head)}))
	b.try(b.f.SetPanes(sheetName, &excelize.Panes{Freeze: true, YSplit: head, TopLeftCell: osms.CellName(0, head+1), ActivePane: "bottomLeft"}))
	for i, r := range s.Rows {
		b.number(0, "count", strconv.Itoa(i+1))
		b.text(1, "text", shortMonth(r.Month))
		b.text(2, "text", r.Payer)
		b.text(3, "text", r.PayerID)
		b.text(4, "text", r.KNP)
		if r.PaidOn.IsZero() {
			b.style(5, 5, "day")
		} else {
			b.number(5, "day", serial(r.PaidOn))
		}
		b.text(6, "text", r.Reference)
		b.number(7, "money", r.Amount.String())
		b.end(max(linesIn(paper.Regular(), r.Payer, 10, sheetColumns[2]), linesIn(paper.Regular(), r.PayerID, 10, sheetColumns[3]), linesIn(paper.Regular(), r.Reference, 10, sheetColumns[6]))*13.2 + 3)
	}
	if len(s.Rows) == 0 {
		b.end(b.across(0, len(sheetColumns)-1, "centre", word("no_rows").both(), 10))
	}
}

// tail writes totals, the total in words, notes and the digest.
func (b *book) tail(s osms.Statement) {
	last := len(sheetColumns) - 1
	v := shapeOf(s)
	sum := func(label string, of pair, style, digits string) {
		height := b.across(0, last-1, label, of.both(), 11)
		b.number(last, style, digits)
		b.end(height)
	}
	sum("total", word("total"), "sum", s.Total.String())
	sum("number", word("months"), "number", strconv.Itoa(v.Totals.Months))
	for _, of := range subtotals(v)[1:] {
		sum("number", of.label, "part", of.amount.String())
	}
	for _, y := range v.Totals.ByYear {
		year := pair{kk: cmp.Or(strconv.Itoa(y.Year), "—")}
		sum("total", year, "sum", osms.Tiyn(y.Amount).String())
		for _, k := range y.ByKind {
			sum("number", pair{year.kk + ": " + k.Kind.words().kk, k.Kind.words().ru}, "part", osms.Tiyn(k.Amount).String())
		}
	}
	line := func(style, text string) { b.end(b.across(0, last, style, text, 10)) }
	line("plain", word("words").kk+": "+AmountKK(s.Total))
	line("plain", word("words").ru+": "+AmountRU(s.Total))
	line("strong", word("notes").both())
	for i, n := range notes() {
		line("plain", fmt.Sprintf("%d. %s", i+1, n.kk))
		line("plain", n.ru)
	}
	line("plain", word("digest").both()+": "+s.Digest)
	m, err := markOf(s.Signature)
	b.try(err)
	if !m.signed() {
		line("plain", word("unsigned").both())
		return
	}
	line("strong", word("code").both()+": "+m.code())
	line("plain", word("key").both()+": "+m.keyText())
	line("plain", word("check").kk)
	line("plain", word("check").ru)
}

// The statement's JSON stands on a sheet of its own that no menu shows, in
// pieces that a cell can hold.
const (
	carrySheet = "osmsd"
	carryRunes = 8000
)

func (b *book) carry(carried []byte) {
	var compact bytes.Buffer
	b.try(json.Compact(&compact, carried))
	_, err := b.f.NewSheet(carrySheet)
	b.try(err)
	// The two signs that JSON may hold and XML may not.
	all := []rune(strings.NewReplacer("\uFFFE", `\ufffe`, "\uFFFF", `\uffff`).Replace(compact.String()))
	for row := 1; len(all) > 0; row++ {
		n := min(len(all), carryRunes)
		b.try(b.f.SetCellStr(carrySheet, osms.CellName(0, row), escape(string(all[:n]))))
		all = all[n:]
	}
	b.try(b.f.SetSheetVisible(carrySheet, false, true))
}
