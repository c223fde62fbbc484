package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

var digits = regexp.MustCompile(`\d{12}`)

// writeBook makes a workbook of rows as an akimat would.
func writeBook(t *testing.T, name string, rows [][]any) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), name)
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestBrowserAkimat is an akimat's day: a file with a mistake is sent, the own
// workbook comes back with the wrong cell marked, the mended one is sent and is
// applied.
func TestBrowserAkimat(t *testing.T) {
	s := newSite(t)
	b := browse(t, s)
	book := writeBook(t, "список.xlsx", [][]any{
		{"ИИН", "ФИО", "Дата рождения", "БИН", "Форма обучения", "Дата зачисления"},
		{"061211601593", "Ахметова Айгерим", "11.12.2006", "971240666596", "очная", "01.09.2024"},
		{"070809607186", "Ким Анна", "10.08.2007", "971240666596", "очная", "01.09.2022"}})
	b.login("east")
	b.at("/files")
	b.shot("files-akimat-ru")
	b.do(chromedp.SetUploadFiles(`input[type=file]`, []string{book}), chromedp.Click(`button[name=dry][value="0"]`))
	b.at("/files/")
	text := b.text()
	if !strings.Contains(text, "Sheet1!C3") || !strings.Contains(text, "принят, по части строк отказано") {
		t.Errorf("the receipt says %s", text)
	}
	b.shot("file-with-faults-ru")
	b.do(chromedp.Click(`a[href$="/returned"]`, chromedp.NodeVisible))
	returned := b.downloaded("*returned*.xlsx")
	if digits.MatchString(filepath.Base(returned)) {
		t.Errorf("a personal number in %s", filepath.Base(returned))
	}
	f, err := excelize.OpenFile(returned)
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetCellStyle("Sheet1", "C3")
	clean, cerr := f.GetCellStyle("Sheet1", "C2")
	if err != nil || cerr != nil || style == clean {
		t.Errorf("the wrong cell is not marked: %v %v", err, cerr)
	}
	if err := f.SetCellValue("Sheet1", "C3", "09.08.2007"); err != nil {
		t.Fatal(err)
	}
	mended := filepath.Join(t.TempDir(), "исправлен.xlsx")
	if err := f.SaveAs(mended); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	b.open("/files")
	b.do(chromedp.SetUploadFiles(`input[type=file]`, []string{mended}), chromedp.Click(`button[name=dry][value="1"]`))
	b.at("/uploads/")
	b.do(chromedp.WaitVisible(`form[action$="/apply"] button`))
	if text := b.text(); !strings.Contains(text, "Пока ничего не изменено") || !strings.Contains(text, "070809607186") {
		t.Errorf("the check says %s", text)
	}
	b.shot("check-ru")
	b.do(chromedp.Click(`form[action$="/apply"] button`))
	b.at("/files/")
	if text := b.text(); strings.Contains(text, "отказ") || !strings.Contains(text, "принят") {
		t.Errorf("the mended file: %s", text)
	}
	b.shot("file-applied-ru")

	// In another language, and on a phone.
	b.do(chromedp.Click(`.languages button[value=kk]`), chromedp.WaitVisible(`.languages button[value=kk][aria-current]`))
	if text := b.text(); !strings.Contains(text, "қабылданды") {
		t.Errorf("in Kazakh: %s", text)
	}
	b.phone(true)
	b.open("/files")
	var wide bool
	b.do(chromedp.Evaluate(`document.documentElement.scrollWidth > innerWidth + 1`, &wide))
	if wide {
		t.Error("the page is wider than the phone")
	}
	b.shot("files-phone-kk")
	b.phone(false)
	b.quiet()
	s.proved()
	if entries, err := os.ReadDir(filepath.Join(s.app.home, "uploads")); err != nil || len(entries) > 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

// TestBrowserFund: from a region's difference down to the line, the person, the
// file that it rests on, and a statement of the person; each look is in the access
// log with its ground.
func TestBrowserFund(t *testing.T) {
	s := newSite(t)
	b := browse(t, s)
	before := s.looks()
	b.login("fonds")
	b.at("/month")
	b.open("/month?month=2026-09")
	b.do(chromedp.WaitVisible("svg .bar"), chromedp.Click(`tbody a[href*="/reconciliation"]`))
	b.at("region=")
	if text := b.text(); !strings.Contains(text, "Разница") {
		t.Errorf("the reconciliation shows %s", text)
	}
	b.shot("reconciliation-ru")
	b.do(chromedp.Click(`main a[href*="/reconciliation/2026-09/"][href*="_"]`))
	b.at("/reconciliation/2026-09/")
	b.shot("behind-ru")
	b.do(chromedp.Click(`main tbody a[href^="/persons/"]`))
	b.at("/persons/")
	text := b.text()
	person := digits.FindString(text)
	if person == "" || !strings.Contains(text, "2026-09") {
		t.Fatalf("the person's page shows %s", text)
	}
	b.do(chromedp.WaitVisible("figure svg"))
	b.shot("person-ru")
	b.do(chromedp.Click(`main a[href^="/files/"]`))
	b.at("/files/")
	b.shot("person-file-ru")

	b.open("/statements")
	b.do(chromedp.SendKeys(`input[name=iin]`, person), chromedp.SetValue(`input[name=from]`, "2026-09"), chromedp.SetValue(`input[name=to]`, "2026-09"),
		chromedp.SetValue(`select[name=confirmed]`, "eds"), chromedp.Click(`input[name=consent]`), chromedp.Click(`form[action="/statements"] button.first`), chromedp.WaitVisible(`form[action="/statements/give"]`))
	b.shot("statement-confirm-ru")
	b.do(chromedp.Click(`form[action="/statements/give"] button.first`))
	b.at("/statements/")
	text = b.text()
	if !strings.Contains(text, "С-2026-") || !strings.Contains(text, person[8:]) {
		t.Errorf("the statement shows %s", text)
	}
	b.shot("statement-ru")
	b.do(chromedp.Click(`a[href$=".pdf"]`))
	if name := b.downloaded("*.pdf"); digits.MatchString(filepath.Base(name)) {
		t.Errorf("a personal number in %s", filepath.Base(name))
	}
	if n := s.looks() - before; n < 4 { // the list, the person, the statement, its PDF
		t.Errorf("%d lines of the access log", n)
	}
	b.logout()
	b.quiet()
	s.proved()
}

// looks counts the lines of the access log.
func (s *site) looks() (n int) {
	s.t.Helper()
	if err := s.home.desk.Store.EachAccess(s.t.Context(), store.AccessesAsked{}, func(osms.Access) error { n++; return nil }); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// TestBrowserMonthFits: at a desk every column of the month can be seen, with the
// navigation open.
func TestBrowserMonthFits(t *testing.T) {
	b := browse(t, newSite(t))
	b.login("boss")
	for _, lang := range []string{"ru", "kk"} {
		b.open("/files")
		b.do(chromedp.Click(`.languages button[value=`+lang+`]`), chromedp.WaitVisible(`.languages button[value=`+lang+`][aria-current]`))
		b.open("/month?month=2026-10")
		var over int
		b.do(chromedp.WaitVisible("table.month"), chromedp.Evaluate(`(() => { const s = document.querySelector("table.month").parentElement; return s.scrollWidth - s.clientWidth })()`, &over))
		if over > 0 {
			t.Errorf("%s: %d pixels of the table are cut off", lang, over)
		}
	}
	b.quiet()
}
