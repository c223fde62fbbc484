package receipt

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// mostPrinted bounds the refused cells that the PDF lists one by one.
const mostPrinted = 200

// Columns of the table of faults: number, cell, value, and what is wrong in
// both languages.
var faultColumns = []float64{9, 31, 31, 53, 53}

var faultTitles = []label{plain("№"), words("Ұяшық", "Ячейка"), words("Мәні", "Значение"),
	words("Не дұрыс емес, қалай түзетуге болады", ""), words("", "Что не так и как исправить")}

var (
	restTitle   = words("Кестеге сыймаған бас тартулар, қате түрі бойынша", "Отказы, не вошедшие в таблицу, по видам ошибок")
	groupTitles = []label{plain("№"), words("Саны", "Сколько"), words("Ұяшықтар", "Ячейки"), words("Не байқалды", ""), words("", "Что замечено")}
)

// faults are the tables of refusals and of warnings.
func (s *sheet) faults() {
	refused, warnings := bySeverity(s.r.Refusals)
	if len(refused) > 0 {
		s.section(refusalsTitle.with(s.r.Refused, len(refused)))
		head := s.titles(faultTitles)
		for i, x := range refused[:min(len(refused), mostPrinted)] {
			value := "–"
			if v := x.Masked(); v != "" {
				value = clip(shown(v), 60)
			}
			s.row(head, strconv.Itoa(i+1), clip(osms.Shown(address(x)), 80)+"\n["+string(x.Code)+"]", value,
				clip(x.Message("kk"), 400), clip(x.Message("ru"), 400))
		}
		if len(refused) > mostPrinted {
			s.section(restTitle)
			s.groups(refused[mostPrinted:])
		}
	}
	if len(warnings) > 0 {
		s.section(warningsTitle.with(len(warnings)))
		s.groups(warnings)
	}
	if s.r.Unlisted > 0 {
		s.gap(2)
		s.pair(unlisted.with(s.r.Unlisted))
	}
}

// groups lists faults by code, the most frequent first.
func (s *sheet) groups(faults []osms.Refusal) {
	const cells = 8
	by := map[osms.Code][]osms.Refusal{}
	var codes []osms.Code
	for _, x := range faults {
		if by[x.Code] == nil {
			codes = append(codes, x.Code)
		}
		by[x.Code] = append(by[x.Code], x)
	}
	slices.SortFunc(codes, func(a, b osms.Code) int {
		return cmp.Or(cmp.Compare(len(by[b]), len(by[a])), cmp.Compare(a, b))
	})
	const most = 60 // more codes than there are
	head := s.titles(groupTitles)
	for i, code := range codes[:min(len(codes), most)] {
		var at []string
		sheet := ""
		for _, x := range by[code][:min(len(by[code]), cells)] {
			cell := x
			if x.Sheet == sheet {
				cell.Sheet = "" // its name is said once
			}
			sheet = x.Sheet
			at = append(at, clip(osms.Shown(address(cell)), 60))
		}
		where := strings.Join(at, "; ")
		if more := len(by[code]) - cells; more > 0 {
			where += fmt.Sprintf("; +%d", more)
		}
		said := each(osms.Refusal{Code: code}.Message)
		s.row(head, strconv.Itoa(i+1), strconv.Itoa(len(by[code]))+"\n["+string(code)+"]", where, said.kk, said.ru)
	}
}

// titles heads a table.
func (s *sheet) titles(titles []label) *piece {
	blocks := make([]paper.Block, len(titles))
	h := 0.0
	for i, t := range titles {
		said := strings.Trim(t.kk+" / "+t.ru, " /")
		if t.kk == t.ru {
			said = t.kk
		}
		blocks[i] = set(paper.Bold(), 8, faultColumns[i]-2*inset, paper.Left, said)
		h = max(h, blocks[i].Height())
	}
	head := piece{heading: true, height: h + 1.4, draw: func(y float64) {
		s.across(blocks, y+0.5)
		s.doc.Rule(left, y+h+1.2, right, y+h+1.2, 0.25, 90)
	}}
	s.add(head)
	return &head
}

func (s *sheet) across(blocks []paper.Block, y float64) {
	x := left
	for i, b := range blocks {
		s.doc.Print(b, x+inset, y)
		x += faultColumns[i]
	}
}

// row adds a row; a second line of a cell is set smaller.
func (s *sheet) row(head *piece, cells ...string) {
	blocks := make([][]paper.Block, len(cells))
	h := 0.0
	for i, c := range cells {
		first, second, two := strings.Cut(c, "\n")
		wide := faultColumns[i] - 2*inset
		blocks[i] = []paper.Block{set(paper.Regular(), 8, wide, paper.Left, first)}
		if two {
			blocks[i] = append(blocks[i], set(paper.Regular(), 7, wide, paper.Left, second))
		}
		tall := 0.0
		for _, b := range blocks[i] {
			tall += b.Height()
		}
		h = max(h, tall)
	}
	s.add(piece{height: h + 1.2, again: head, draw: func(y float64) {
		x := left
		for i, stack := range blocks {
			at := y + 0.5
			for _, b := range stack {
				at += s.doc.Print(b, x+inset, at)
			}
			x += faultColumns[i]
		}
		s.doc.Rule(left, y+h+1.2, right, y+h+1.2, 0.1, 190)
	}})
}
