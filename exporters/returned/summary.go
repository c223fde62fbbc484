package returned

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"osmsd/sync/osms"
)

// summary is the sheet that lists the faults, with a link to each cell. Its words
// are chosen so that the reader of rosters finds neither a table nor a
// declaration in it.
type summary struct {
	faults []fault
	sheets []string // names as they are shown
	report osms.FileReport
	strict bool
	views  bool // the workbook has views
	looks  looks
}

// looks are the formats of the list.
type looks struct{ title, head, text, link, refused, warning int }

func (s *styles) looks() looks {
	bold := s.font(`<:b/><:sz val="14"/><:name val="Calibri"/><:family val="2"/>`)
	head := s.font(`<:b/><:sz val="11"/><:name val="Calibri"/><:family val="2"/>`)
	link := s.font(`<:u/><:sz val="11"/><:color rgb="FF0563C1"/><:name val="Calibri"/><:family val="2"/>`)
	text := s.sentence()
	xf := func(font, fill int, align string) int {
		p := s.prefix
		return s.append(fmt.Sprintf(`<%[1]sxf numFmtId="49" fontId="%[2]d" fillId="%[3]d" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1"><%[1]salignment %[4]s/></%[1]sxf>`,
			p, font, fill, align))
	}
	return looks{title: xf(bold, 0, `vertical="center"`), head: xf(head, s.paint(`rgb="FFDDEBF7"`, ""), `vertical="center" wrapText="1"`),
		text: text, link: xf(link, 0, `vertical="top"`), refused: s.marked(text, osms.Refused), warning: s.marked(text, osms.Warning)}
}

const (
	listTop   = 7 // rows above the list
	listWidth = 5
)

func (s *summary) write(w io.Writer) error {
	b := bufio.NewWriterSize(w, 64<<10)
	main, relate := mainSpace, relationSpace
	if s.strict {
		main, relate = strictSpace, strictRelateSpace
	}
	fmt.Fprintf(b, xmlHead+`<worksheet xmlns="%s" xmlns:r="%s">`, main, relate)
	b.WriteString(`<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>`)
	if s.views {
		fmt.Fprintf(b, `<sheetViews><sheetView showGridLines="0" workbookViewId="0"><pane ySplit="%[1]d" topLeftCell="A%[2]d" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="A%[2]d" sqref="A%[2]d"/></sheetView></sheetViews>`,
			listTop, listTop+1)
	}
	b.WriteString(`<sheetFormatPr defaultRowHeight="15"/><cols>`)
	for i, width := range []int{24, 18, 27, 75, 75} {
		fmt.Fprintf(b, `<col min="%[1]d" max="%[1]d" width="%[2]d" customWidth="1"/>`, i+1, width)
	}
	b.WriteString(`</cols><sheetData>`)
	row := 0
	line := func(style int, texts ...string) {
		row++
		if len(texts) == 0 {
			return
		}
		fmt.Fprintf(b, `<row r="%d">`, row)
		for c, t := range texts {
			writeText(b, cell{row, c}, style, t)
		}
		b.WriteString(`</row>`)
	}
	refused, warnings := 0, 0
	for _, r := range s.report.Refusals {
		if r.Severity == osms.Refused {
			refused++
		} else {
			warnings++
		}
	}
	line(s.looks.title, "Файлдағы қателер / Ошибки в файле")
	line(s.looks.text, "Қызыл түсті ұяшықтарды түзетіп, сары түстілерін тексеріп, файлды сақтаңыз да, қайта жіберіңіз. Бұл парақты және «"+osms.ReturnedHeader+"» бағанын өшірудің қажеті жоқ.")
	line(s.looks.text, "Исправьте красные ячейки, проверьте жёлтые, сохраните файл и отправьте его ещё раз. Этот лист и столбец «"+osms.ReturnedHeader+"» удалять не нужно.")
	line(s.looks.text, fmt.Sprintf("Қате — %d, ескерту — %d; қабылданбаған жол — %d. / Ошибок — %d, предупреждений — %d; строк не принято — %d.",
		refused, warnings, s.report.Refused, refused, warnings, s.report.Refused))
	more := len(s.faults) - mostListed + s.report.Unlisted
	if len(s.faults) <= mostListed {
		more = s.report.Unlisted
	}
	if more > 0 {
		line(s.looks.text, fmt.Sprintf("Тағы %d қате бұл тізімге сыймады. / Ещё %d в этот список не вошло.", more, more))
	} else {
		line(0)
	}
	line(0)
	line(s.looks.head, "Парақ / Лист", "Ұяшық / Ячейка", "Түрі / Вид", "Не дұрыс емес, қалай түзету керек", "Что не так и как исправить")
	shown := s.faults[:min(len(s.faults), mostListed)]
	for _, f := range shown {
		row++
		kind := s.looks.refused
		if f.Severity == osms.Warning {
			kind = s.looks.warning
		}
		kk, ru := f.Message("kk"), f.Message("ru")
		fmt.Fprintf(b, `<row r="%d" ht="%d">`, row, max(textHeight(kk, 68), textHeight(ru, 68)))
		writeText(b, cell{row, 0}, s.looks.text, s.sheets[f.sheet])
		writeText(b, cell{row, 1}, s.looks.link, osms.CellName(f.column, f.row))
		writeText(b, cell{row, 2}, kind, noteHead(f.Severity))
		writeText(b, cell{row, 3}, s.looks.text, kk)
		writeText(b, cell{row, 4}, s.looks.text, ru)
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData><mergeCells count="4">`)
	for r := 2; r <= 5; r++ {
		fmt.Fprintf(b, `<mergeCell ref="A%[1]d:E%[1]d"/>`, r)
	}
	b.WriteString(`</mergeCells>`)
	if len(shown) > 0 {
		b.WriteString(`<hyperlinks>`)
		for i, f := range shown {
			to := osms.CellName(f.column, f.row)
			fmt.Fprintf(b, `<hyperlink ref="B%d" location="%s" display="%s"/>`, listTop+1+i,
				escape("'"+strings.ReplaceAll(s.sheets[f.sheet], "'", "''")+"'!"+to), to)
		}
		b.WriteString(`</hyperlinks>`)
	}
	b.WriteString(`<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>` +
		`<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>`)
	return b.Flush()
}

// writeText writes a cell of text, which is never a formula.
func writeText(b *bufio.Writer, at cell, style int, text string) {
	fmt.Fprintf(b, `<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">`, osms.CellName(at.column, at.row), style)
	b.WriteString(escape(text))
	b.WriteString(`</t></is></c>`)
}
