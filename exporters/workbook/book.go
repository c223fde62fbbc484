package workbook

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

// column is a column of a sheet.
type column struct {
	title label
	width float64
	kind  cellKind
}

// sheet describes one sheet: title rows on top, a heading, rows below it.
type sheet struct {
	name    string
	colour  string   // of the tab
	lead    []string // sentences above the title, wrapped over the whole width
	top     []string
	columns []column
	// widths are those of a sheet that has no columns with a heading.
	widths []float64
	// rows is how many rows stand below the heading and may be filtered; a
	// totals row below them is not counted.
	rows int
	// below is how many further rows stand under the totals row.
	below int
	// table makes the heading and rows a table of this name, for pivots.
	table string
	// onePage fits the sheet on one page; others are one page wide.
	onePage bool
	fill    func(*rowWriter) error
	// freeze is how many columns stay in sight.
	freeze int
	// portrait turns the page; sheets are landscape otherwise.
	portrait bool
	// draw adds charts to the sheet.
	draw func(f *excelize.File, name string) error
}

// head is the row of the heading.
func (s *sheet) head() int { return len(s.lead) + len(s.top) + 2 }

// book is a workbook in the making.
type book struct {
	lang   string
	sheets []sheet
	title  string
	made   time.Time
	// foot stands in the middle of every printed page.
	foot string
}

// write makes the skeleton, then packs it with the rows.
func (b *book) write(w io.Writer) (err error) {
	f := excelize.NewFile()
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	if err := f.SetDefaultFont("Arial"); err != nil {
		return err
	}
	looks, err := newStyles(f)
	if err != nil {
		return fmt.Errorf("workbook: styles: %w", err)
	}
	var fillings []filling
	for i, s := range b.sheets {
		if err := b.addSheet(f, i, s); err != nil {
			return fmt.Errorf("workbook: sheet %q: %w", s.name, err)
		}
		fillings = append(fillings, filling{
			path: "xl/worksheets/sheet" + strconv.Itoa(i+1) + ".xml",
			rows: func(r *rowWriter) error { return b.fill(r, looks, s) },
		})
	}
	f.SetActiveSheet(0)
	moment := b.made.UTC().Format("2006-01-02T15:04:05Z")
	if err := f.SetDocProps(&excelize.DocProperties{
		Created: moment, Modified: moment, Creator: "osmsd", LastModifiedBy: "osmsd", Title: b.title, Language: b.lang,
	}); err != nil {
		return err
	}
	if err := f.SetAppProps(&excelize.AppProperties{Application: "Microsoft Excel", AppVersion: "16.0300"}); err != nil {
		return err
	}
	bones := &skeleton{parts: map[string]*bytes.Buffer{}}
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return bones })
	if err := f.Write(io.Discard); err != nil {
		return fmt.Errorf("workbook: skeleton: %w", err)
	}
	return bones.pack(w, fillings)
}

// fill writes a sheet's title rows and heading, then its rows.
func (b *book) fill(r *rowWriter, looks *styles, s sheet) error {
	r.styles, r.cols = looks, s.columns
	for _, line := range s.lead {
		cells := make([]any, max(len(s.columns), 1))
		cells[0] = line
		if err := r.put(leadRow, 32, cells...); err != nil {
			return err
		}
	}
	for i, line := range s.top {
		kind, height := noteRow, 15
		if i == 0 {
			kind, height = titleRow, 24
		}
		if err := r.put(kind, height, line); err != nil {
			return err
		}
	}
	if len(s.columns) > 0 {
		r.skip()
		titles := make([]any, len(s.columns))
		for i, c := range s.columns {
			titles[i] = c.title.lines(b.lang)
			if s.table != "" { // Excel compares it with the table's own column name
				titles[i] = c.title.line(b.lang)
			}
		}
		if err := r.put(headRow, headHeight(s.columns, titles), titles...); err != nil {
			return err
		}
	}
	return s.fill(r)
}

// headHeight is how high a heading must be, in points, for all of its titles:
// they are bold, and the arrow of the filter takes room beside them.
func headHeight(columns []column, titles []any) int {
	most := 3
	for i, t := range titles {
		most = max(most, wrapped(t.(string), max(columns[i].width-2, 4)))
	}
	return 10 + 14*most
}

// addSheet makes the sheet's skeleton. AutoFilter replaces the sheet's
// properties, so fit-to-page is set after it.
func (b *book) addSheet(f *excelize.File, i int, s sheet) error {
	if i == 0 {
		if err := f.SetSheetName("Sheet1", s.name); err != nil {
			return err
		}
	} else if _, err := f.NewSheet(s.name); err != nil {
		return err
	}
	for c, width := range s.widths {
		name := osms.ColumnName(c)
		if err := f.SetColWidth(s.name, name, name, width); err != nil {
			return err
		}
	}
	last := osms.ColumnName(max(len(s.columns)-1, 0))
	if n := len(s.columns); n > 0 {
		head := strconv.Itoa(s.head())
		end := strconv.Itoa(s.head() + max(s.rows, 1))
		for c, col := range s.columns {
			name := osms.ColumnName(c)
			if err := f.SetColWidth(s.name, name, name, col.width); err != nil {
				return err
			}
			if col.kind == asCode {
				if err := f.AddIgnoredErrors(s.name, name+head+":"+name+end, excelize.IgnoredErrorsNumberStoredAsText); err != nil {
					return err
				}
			}
		}
		if s.table != "" {
			if err := b.addTable(f, s, "A"+head+":"+last+end); err != nil {
				return err
			}
		} else if err := f.AutoFilter(s.name, "A"+head+":"+last+end, nil); err != nil {
			return err
		}
		if err := f.SetPanes(s.name, &excelize.Panes{
			Freeze: true, XSplit: s.freeze, YSplit: s.head(),
			TopLeftCell: osms.CellName(s.freeze, s.head()+1), ActivePane: pane(s.freeze),
			Selection: []excelize.Selection{{SQRef: "A1", ActiveCell: "A1", Pane: pane(s.freeze)}},
		}); err != nil {
			return err
		}
		if err := f.SetDefinedName(&excelize.DefinedName{
			Name: "_xlnm.Print_Titles", Scope: s.name,
			RefersTo: "'" + s.name + "'!$" + head + ":$" + head,
		}); err != nil {
			return err
		}
		if err := f.SetSheetDimension(s.name, "A1:"+last+strconv.Itoa(s.head()+max(s.rows, 1)+s.below)); err != nil {
			return err
		}
	}
	for i := range s.lead {
		if err := f.MergeCell(s.name, osms.CellName(0, i+1), last+strconv.Itoa(i+1)); err != nil {
			return err
		}
	}
	if err := printing(f, s, b.foot); err != nil {
		return err
	}
	if s.draw != nil {
		return s.draw(f, s.name)
	}
	return nil
}

// addTable makes a range a table. A table has a filter of its own and takes the
// names of its columns from the skeleton's cells, which are not packed.
func (b *book) addTable(f *excelize.File, s sheet, area string) error {
	for c, col := range s.columns {
		if err := f.SetCellStr(s.name, osms.CellName(c, s.head()), col.title.line(b.lang)); err != nil {
			return err
		}
	}
	return f.AddTable(s.name, &excelize.Table{Range: area, Name: s.table, StyleName: "TableStyleLight1"})
}

func pane(freeze int) string {
	if freeze > 0 {
		return "bottomRight"
	}
	return "bottomLeft"
}

// printing sets A4, one page wide, with page numbers at the foot.
func printing(f *excelize.File, s sheet, foot string) error {
	yes, no, a4, wide, tall := true, false, 9, 1, 0
	if s.onePage {
		tall = 1
	}
	turned, colour := "landscape", s.colour
	if s.portrait {
		turned = "portrait"
	}
	if err := f.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: &yes, TabColorRGB: &colour}); err != nil {
		return err
	}
	if err := f.SetPageLayout(s.name, &excelize.PageLayoutOptions{
		Size: &a4, Orientation: &turned, FitToWidth: &wide, FitToHeight: &tall,
	}); err != nil {
		return err
	}
	side, top, edge := 0.4, 0.5, 0.25
	if err := f.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{
		Left: &side, Right: &side, Top: &top, Bottom: &top, Header: &edge, Footer: &edge, Horizontally: &yes,
	}); err != nil {
		return err
	}
	if err := f.SetSheetView(s.name, 0, &excelize.ViewOptions{ShowGridLines: &no}); err != nil {
		return err
	}
	if foot != "" {
		foot = "&C&8 " + foot // the space ends the size: a figure may follow
	}
	return f.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{OddFooter: "&L&8&A" + foot + "&R&8&P / &N"})
}
