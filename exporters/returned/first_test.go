package returned_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/xuri/excelize/v2"

	"osmsd/exporters/returned"
	"osmsd/importers/roster"
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

func TestFirst(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	const name = "Sheet1"
	rows := [][]any{
		{"Тізім түрі: толық"},
		{"Күні: 01.10.2026"},
		{"БСН: 971240666596"},
		{"№", "ЖСН", "ТАӘ", "Туған күні", "Жынысы", "Оқу нысаны", "Қабылданған күні"},
		{1, 61211601593, "Ахметова Әсел", "11.12.2006", "ж", "күндізгі", "01.09.2024"},
		{2, "031231543339", "Иванов Пётр", "31.12.2004", "м", "очнаяя", "01.09.2022"},
		{3, "990717371478", "Сергазин Ержан", "17.07.1999", "м", "очная", "01.09.2023"},
		{4, nil, "Оспанова Мария", "01.12.1998", "ж", "очная", "55.55.2020"},
	}
	for i, row := range rows {
		if err := f.SetSheetRow(name, osms.CellName(0, i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	f.AddComment(name, excelize.Comment{Cell: "B6", Author: "Айгүл", Text: "тексеру керек"})
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	for range 2 {
		book, err := sheet.Open(bytes.NewReader(data), int64(len(data)), sheet.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := roster.Read(book, roster.Options{Region: 63, Received: 20261005, FileName: "a.xlsx"})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(r.Refusals, r.Holds, r.Tables)
		report := osms.FileReport{Refusals: r.Refusals, Tables: r.Tables}
		var out bytes.Buffer
		if err := returned.Patch(&out, bytes.NewReader(data), int64(len(data)), report); err != nil {
			t.Fatal(err)
		}
		g, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		t.Log(g.GetSheetList())
		for _, s := range g.GetSheetList() {
			rows, err := g.GetRows(s)
			t.Log(rows, err)
			c, err := g.GetComments(s)
			t.Log(c, err)
		}
		os.WriteFile("/tmp/h/returned-first.xlsx", out.Bytes(), 0o600)
		data = out.Bytes()
	}
}
