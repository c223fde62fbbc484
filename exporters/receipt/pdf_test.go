package receipt

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"osmsd/sync/osms"
)

func pdf(t testing.TB, r osms.FileReport) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WritePDF(&b, r, almaty); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readBack gives the text of a PDF, all white space as one.
func readBack(t *testing.T, data []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pdftotext is missing: install poppler-utils")
		}
		t.Skip("pdftotext is missing")
	}
	file := filepath.Join(t.TempDir(), "receipt.pdf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command(tool, "-layout", "-enc", "UTF-8", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func pages(data []byte) int { return bytes.Count(data, []byte("/Type /Page\n")) }

// messy is a file with many faults of several kinds.
func messy(faults int) osms.FileReport {
	r := reports()["applied_with_refusals"]
	codes := []osms.Code{osms.IINCheckDigit, osms.BirthDateMismatch, osms.StudyFormUnknown, osms.NameLettersLost, osms.DateOrder}
	r.Refusals, r.Refused, r.Accepted, r.Ignored = nil, 0, 0, 0
	r.Joined, r.LeftByRow, r.Changed, r.Unchanged = 0, 0, 0, 0
	for i := range faults {
		x := osms.Refusal{Sheet: "Студенттер тізімі", Cell: fmt.Sprintf("D%d", i+7), Row: i + 7, Field: "iin", Code: codes[i%len(codes)],
			Severity: osms.Refused, Value: fakeIIN(uint64(i)).Digits(), Detail: "2007-03-14"}
		if x.Code == osms.NameLettersLost {
			x.Field, x.Value = "surname", "?бді?адырова"
		}
		if i%6 == 5 {
			x.Severity, x.Code = osms.Warning, osms.DuplicateRow
		} else {
			r.Refused++
		}
		r.Refusals = append(r.Refusals, x)
	}
	r.Rows = r.Refused
	return r
}

func TestPDF(t *testing.T) {
	all := reports()
	all["messy"] = messy(1000)
	all["empty"] = osms.FileReport{File: "бос.xlsx", SHA256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		Outcome: osms.FileRefused, Error: &osms.FileError{Code: osms.FileEmpty}, Received: almatyNoon, ControlTotal: -1, Arrival: 9, Deadline: 20261008}
	for name, r := range all {
		t.Run(name, func(t *testing.T) {
			data := pdf(t, r)
			keep(t, name+".pdf", data)
			if !bytes.Equal(data, pdf(t, r)) {
				t.Error("not the same bytes again")
			}
			n := pages(data)
			if name == "applied_with_refusals" && n > 2 || name != "messy" && name != "applied_with_refusals" && n != 1 || name == "messy" && (n < 5 || n > 40) {
				t.Errorf("%d pages", n)
			}
			text := readBack(t, data)
			flat := strings.Join(strings.Fields(text), " ")
			said := []string{"ФАЙЛ ТҮБІРТЕГІ", "КВИТАНЦИЯ О ФАЙЛЕ", "ЕНДІ НЕ ІСТЕУ КЕРЕК", r.SHA256, fmt.Sprintf("%d / %d", n, n)}
			if r.Arrival != 0 {
				said = append(said, fmt.Sprintf("№ %d", r.Arrival), "12:15:00 (Asia/Almaty, UTC+05:00)")
			}
			if !r.Deadline.IsZero() {
				said = append(said, "08.10.2026")
			}
			for _, want := range said {
				if !strings.Contains(strings.ReplaceAll(flat, "\u00a0", " "), want) {
					t.Errorf("%q is not said:\n%s", want, text)
				}
			}
			if strings.Contains(flat, fakeIIN(5).Digits()) || strings.Contains(flat, "бді?ад") {
				t.Error("a whole IIN or name stands in it")
			}
		})
	}
}

// What is beyond the table is counted by code, and nothing is counted twice.
func TestPDFOfManyFaults(t *testing.T) {
	r := messy(100_000)
	began := time.Now()
	data := pdf(t, r)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	text := readBack(t, data)
	// 83,334 refusals: the table has the first 200.
	listed := 0
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Contains(line, "Студенттер") {
			listed++
		}
	}
	if listed < 200 || listed > 280 {
		t.Errorf("%d addresses are printed", listed)
	}
	for _, code := range []osms.Code{osms.IINCheckDigit, osms.BirthDateMismatch, osms.StudyFormUnknown, osms.NameLettersLost, osms.DateOrder} {
		n := -slices.IndexFunc(r.Refusals, func(osms.Refusal) bool { return true }) // 0
		seen := 0
		for _, x := range r.Refusals {
			if x.Severity == osms.Refused {
				if seen++; seen > mostPrinted && x.Code == code {
					n++
				}
			}
		}
		if !strings.Contains(text, fmt.Sprintf(" %d ", n)) {
			t.Errorf("%d more of %s are not said", n, code)
		}
	}
}

// Any report has its receipt in every form, and soon.
func FuzzPDF(f *testing.F) {
	f.Add("63.xlsx", "Лист1", "D17", "070314600059", "12 ≠ 13", "Школа", 3)
	f.Add("\xff\u202e", "", "A1", "=1", "\r\n", "", 0)
	f.Add(strings.Repeat("ы", 127), "a\x00b", "", strings.Repeat("ы", 999), "female", "中文学校", 300)
	f.Add("Тізім й.xlsx", "رسالة", "קובץ", "\u0301\u0301", "😀", strings.Repeat("Ұ", 400), 20)
	f.Add(strings.Repeat("\xff", 255), strings.Repeat("W", 300), strings.Repeat("9", 300), "x", strings.Repeat("long ", 300), "\ufeff", 201)
	f.Fuzz(func(t *testing.T, file, sheet, cell, value, detail, name string, n int) {
		r := osms.FileReport{File: file, SHA256: value, Kind: osms.KindRoster, Mode: osms.Full, Refused: 1, Rows: 1, ControlTotal: n, Format: "csv", Delimiter: detail, Encoding: sheet,
			Outcome: osms.Held, Received: time.Unix(int64(n)*1000, 0), Arrival: int64(n), SpokenOf: n, Unlisted: n,
			Spoken:   []osms.Spoken{{BIN: 60340001234, NameKK: name, NameRU: name}},
			Repeated: []osms.Repeat{{Code: osms.Code(cell), Rows: n, Before: time.Unix(int64(n), 0)}}}
		if n%2 == 0 {
			r.Error = &osms.FileError{Code: osms.FileMissingColumn, Where: sheet, Detail: detail}
		}
		for i := range min(max(n, 1), 40) {
			severity := osms.Refused
			if i%5 == 4 {
				severity = osms.Warning
			}
			r.Holds = append(r.Holds, osms.Hold{Reason: osms.HoldBreaker, Detail: detail})
			r.Refusals = append(r.Refusals, osms.Refusal{Sheet: sheet, Cell: cell, Row: i, Field: "name", Code: osms.ErrorCell, Severity: severity, Value: value, Detail: detail})
		}
		began := time.Now()
		data := pdf(t, r)
		if took := time.Since(began); took > 10*time.Second {
			t.Fatalf("it took %v", took)
		}
		if !bytes.HasPrefix(data, []byte("%PDF-")) || pages(data) > 400 {
			t.Fatalf("%d pages", pages(data))
		}
		if s := Text(r, almaty); !utf8.ValidString(s) {
			t.Fatal("not UTF-8")
		}
	})
}
