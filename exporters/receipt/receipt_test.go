package receipt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"osmsd/sync/osms"
)

const sha = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

// reports are files of every outcome. Each refusal carries a whole value, which
// must not come out.
func reports() map[string]osms.FileReport {
	base := osms.FileReport{File: "63-full-2026-10-01.xlsx", SHA256: sha, Kind: osms.KindRoster, Region: 63, Mode: osms.Full, AsAt: 20261001,
		AsAtDeclared: true, ControlTotal: -1, Arrival: 1207, Size: 52_318, Deadline: 20261008,
		Spoken:   []osms.Spoken{{BIN: 60340001234, NameKK: "№5 орта мектеп", NameRU: "Средняя школа №5", Rows: 412}},
		SpokenOf: 1, Received: almatyNoon, Run: 3, Format: "xlsx", ProvedWhole: "workbook"}
	iin := fakeIIN(5).Digits()
	refusals := []osms.Refusal{
		{Sheet: "Лист1", Cell: "B17", Row: 17, Field: "iin", Code: osms.IINRepaired, Severity: osms.Warning, Value: iin[1:]},
		{Sheet: "Лист1", Cell: "D18", Row: 18, Field: "iin", Code: osms.IINCheckDigit, Severity: osms.Refused, Value: iin[:11] + "9"},
		{Sheet: "Лист1", Cell: "C18", Row: 18, Field: "surname", Code: osms.NameLettersLost, Severity: osms.Refused, Value: "?бді?адырова"},
		{Sheet: "Лист1", Cell: "B19", Row: 19, Field: "iin", Code: osms.IINRepaired, Severity: osms.Warning, Value: iin[1:]},
		{Sheet: "Лист1", Cell: "F20", Row: 20, Field: "study_form", Code: osms.StudyFormMissing, Severity: osms.Refused},
		{Sheet: "Лист1", Cell: "G21", Row: 21, Field: "group", Code: osms.ControlCharacter, Severity: osms.Refused, Value: "ИС\n" + iin, Detail: "U+000A"},
	}
	partly := base
	partly.Outcome, partly.Import, partly.Diff = osms.AppliedWithRefusals, 17, sha
	partly.Rows, partly.Accepted, partly.Refused, partly.Ignored, partly.Repaired = 412, 408, 3, 1, 2
	partly.Joined, partly.LeftByRow, partly.Changed, partly.Unchanged, partly.Left, partly.HiddenRows = 5, 1, 2, 400, 4, 7
	partly.Refusals = refusals
	before := time.Date(2026, 9, 4, 20, 30, 0, 0, time.UTC) // the 5th in Almaty
	partly.Repeated = []osms.Repeat{{Code: osms.IINRepaired, Rows: 2, BeforeRows: 5, Before: before, BeforeArrival: 1011}}

	applied := base
	applied.File, applied.Format, applied.Encoding, applied.Delimiter = "список "+iin+".csv", "csv", "windows-1251", "\t"
	applied.ProvedWhole, applied.ControlTotal, applied.Outcome, applied.Import = "control_total", 3, osms.Applied, 18
	applied.Mode, applied.AsAtDeclared, applied.Rows, applied.Accepted, applied.Joined = osms.Delta, false, 3, 3, 3

	again := applied
	again.Outcome, again.Import, again.Joined, again.Unchanged, again.ProvedWhole, again.ControlTotal = osms.AlreadyApplied, 17, 0, 3, "", -1

	held := base
	held.Outcome, held.Held, held.Import = osms.Held, true, 19
	held.Holds = []osms.Hold{{Reason: osms.HoldDeclarationConflict, Detail: "2026-10-01, 2026-09-01"}, {Reason: osms.HoldNoRows}}
	held.Spoken = append(held.Spoken, osms.Spoken{BIN: 160940025485, Rows: 3})
	held.SpokenOf = 9
	held.Rows, held.Accepted, held.Unchanged = 9, 9, 9

	refused := base
	refused.File, refused.Outcome, refused.Mode, refused.AsAt, refused.Format, refused.ProvedWhole = "evil\u202Excel\n\x1b[31m\xff.xls", osms.FileRefused, "", 0, "", ""
	refused.Error = &osms.FileError{Code: osms.FileMissingColumn, Where: "Лист1", Detail: "iin; study_form"}
	refused.Kind, refused.Spoken, refused.SpokenOf = "", nil, 0
	refused.Repeated = []osms.Repeat{{Code: osms.Code(osms.FileMissingColumn), Before: before, BeforeArrival: 1011}}

	ledger := osms.FileReport{File: "ledger.csv", SHA256: sha, Kind: osms.KindLedger, Outcome: osms.Superseded, Received: almatyNoon, Format: "csv",
		Encoding: "utf-8", Delimiter: ";", ControlTotal: -1, ProvedWhole: "control_total", Rows: 2, Accepted: 2, Joined: 2, Import: 4,
		Money: &osms.MoneyReport{Persons: 3, Amount: 1_754_412_00, Months: []osms.Month{202609, 202610}, NoRegion: 585_200}}
	return map[string]osms.FileReport{"applied": applied, "applied_with_refusals": partly, "already_applied": again,
		"held": held, "refused": refused, "superseded": ledger, "waiting": {File: "x.csv", Outcome: osms.Waiting, ControlTotal: -1}}
}

func TestReceipts(t *testing.T) {
	for name, r := range reports() {
		t.Run(name, func(t *testing.T) {
			text := Text(r, almaty)
			keep(t, name+".txt", []byte(text))
			golden(t, name+".txt", []byte(text))
			body, marked := strings.CutPrefix(text, "\uFEFF")
			if !marked || !utf8.ValidString(body) || strings.Count(body, "\n") != strings.Count(body, "\r\n") {
				t.Error("not UTF-8 with a mark and CRLF")
			}
			kk, ru, two := strings.Cut(body, "КВИТАНЦИЯ О ФАЙЛЕ")
			if !two || !strings.HasPrefix(kk, "ФАЙЛ ТҮБІРТЕГІ") {
				t.Error("not first Kazakh and then Russian")
			}
			for line := range strings.SplitSeq(body, "\r\n") {
				if utf8.RuneCountInString(line) > receiptWidth {
					t.Errorf("too wide: %s", line)
				}
				if strings.ContainsFunc(line, func(c rune) bool { return !unicode.IsGraphic(c) }) {
					t.Errorf("not to be shown: %q", line)
				}
			}
			for _, half := range []string{kk, ru} {
				for _, x := range r.Refusals {
					if !strings.Contains(half, x.Sheet+"!"+x.Cell) {
						t.Errorf("%s is not named", x.Cell)
					}
				}
			}
			if strings.Contains(text, fakeIIN(5).Digits()) || strings.Contains(text, "бді?ад") {
				t.Error("a whole IIN or name stands in it")
			}
		})
	}
}

// A receipt lists 500 faults and says how many more there are; refusals are not
// crowded out by warnings.
func TestReceiptOfManyFaults(t *testing.T) {
	r := reports()["applied_with_refusals"]
	r.Refusals, r.Unlisted = nil, 8
	for i := range 900 {
		r.Refusals = append(r.Refusals, osms.Refusal{Cell: fmt.Sprintf("W%d", i), Code: osms.MixedScript, Severity: osms.Warning})
		if i%3 == 0 {
			r.Refusals = append(r.Refusals, osms.Refusal{Cell: fmt.Sprintf("R%d", i), Code: osms.IINMissing, Severity: osms.Refused})
		}
	}
	text := Text(r, almaty)
	if n := strings.Count(text, " (пусто)"); n != 500 {
		t.Errorf("%d faults are listed", n)
	}
	if !strings.Contains(text, "R897 (пусто)") || !strings.Contains(text, "W199 (пусто)") || strings.Contains(text, "W200 (пусто)") {
		t.Error("not the refusals first, then warnings in order")
	}
	if !strings.Contains(text, "и ещё 700:") || !strings.Contains(text, "ещё 8:") || !strings.Contains(text, "тағы 700:") {
		t.Error("it does not say how many more")
	}
	r.Refusals = slices.Repeat([]osms.Refusal{{Cell: "A1", Code: osms.IINMissing, Severity: osms.Refused}}, 501)
	r.Refusals = append(r.Refusals, osms.Refusal{Cell: "W1", Code: osms.MixedScript, Severity: osms.Warning})
	if text = Text(r, almaty); strings.Count(text, "и ещё 1:") != 2 || strings.Contains(text, "W1") {
		t.Error("one more of each is not said")
	}
}

func TestReceiptSaysThatNumbersDoNotAddUp(t *testing.T) {
	r := reports()["applied"]
	if strings.Contains(Text(r, almaty), "числа не сходятся") {
		t.Error("they add up")
	}
	r.Rows++
	if text := Text(r, almaty); !strings.Contains(text, "числа не сходятся") || !strings.Contains(text, "сандар сәйкес келмейді") {
		t.Error("it is not said")
	}
}

// fileKeys are the keys that programs rely on, in their order.
var fileKeys = []string{"file", "sha256", "kind", "region", "outcome", "error", "rows", "accepted", "refused", "ignored", "repaired",
	"joined", "left", "left_by_row", "changed", "unchanged", "held", "diff", "import", "refusals",
	"unlisted", "holds", "mode", "as_at", "received", "hidden_rows", "control_total", "proved_whole", "format", "encoding", "delimiter",
	"members", "members_ignored",
	"organisations", "changes", "number", "size", "deadline", "left_by_absence", "spoken", "spoken_count", "repeated", "money"}

func TestFileJSONShape(t *testing.T) {
	all := reports()
	all["nothing"] = osms.FileReport{ControlTotal: -1}
	for name, r := range all {
		data, err := json.Marshal(JSON(r, "ru"))
		if err != nil {
			t.Fatal(err)
		}
		if keys := keysOf(t, data); !slices.Equal(keys, fileKeys) {
			t.Errorf("%s: keys %v", name, keys)
		}
		var got map[string]any
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		for _, list := range []string{"refusals", "holds", "members", "organisations", "changes", "spoken", "repeated"} {
			if _, ok := got[list].([]any); !ok {
				t.Errorf("%s: %s is %v", name, list, got[list])
			}
		}
		for key, value := range got {
			if value == nil && key != "error" && key != "import" && key != "control_total" && key != "number" && key != "money" {
				t.Errorf("%s: %s is null", name, key)
			}
		}
		if (got["import"] == nil) != (r.Import == 0) || (got["error"] == nil) != (r.Error == nil) || (got["control_total"] == nil) != (r.ControlTotal < 0) {
			t.Errorf("%s: import %v, error %v, control total %v", name, got["import"], got["error"], got["control_total"])
		}
		for i, x := range got["refusals"].([]any) {
			keys := slices.Sorted(keysIn(x.(map[string]any)))
			if want := []string{"cell", "code", "field", "message", "row", "severity", "sheet", "value"}; !slices.Equal(keys, want) {
				t.Errorf("%s: keys of a refusal %v", name, keys)
			}
			if x := x.(map[string]any); x["value"] != r.Refusals[i].Masked() || x["message"] != r.Refusals[i].Message("ru") || x["row"] != float64(r.Refusals[i].Row) {
				t.Errorf("%s: refusal %v", name, x)
			}
		}
		if bytes.Contains(data, []byte(fakeIIN(5).Digits())) {
			t.Errorf("%s: a whole IIN stands in it", name)
		}
	}
}

func keysIn(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// keysOf gives the keys of an object in their order.
func keysOf(t *testing.T, data []byte) (keys []string) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key.(string))
		var skipped json.RawMessage
		if err := d.Decode(&skipped); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

func TestFileJSONValues(t *testing.T) {
	r := reports()["applied_with_refusals"]
	data, err := json.Marshal(JSON(r, "kk"))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{"file": r.File, "sha256": sha, "kind": "roster", "region": "63", "outcome": "applied_with_refusals",
		"error": nil, "rows": 412.0, "accepted": 408.0, "refused": 3.0, "ignored": 1.0, "repaired": 2.0, "joined": 5.0, "left": 4.0,
		"left_by_row": 1.0, "changed": 2.0, "unchanged": 400.0, "held": false, "diff": sha, "import": 17.0, "mode": "full", "as_at": "2026-10-01",
		"received": "2026-10-05T07:15:00Z", "hidden_rows": 7.0, "control_total": nil, "proved_whole": "workbook", "format": "xlsx", "encoding": "", "delimiter": "", "unlisted": 0.0} {
		if !reflect.DeepEqual(got[key], want) {
			t.Errorf("%s is %v, want %v", key, got[key], want)
		}
	}
	first := got["refusals"].([]any)[0].(map[string]any)
	if first["sheet"] != "Лист1" || first["cell"] != "B17" || first["field"] != "iin" || first["code"] != "iin_repaired" || first["severity"] != "warning" ||
		!strings.HasPrefix(first["value"].(string), "********") || first["message"] != r.Refusals[0].Message("kk") {
		t.Errorf("%v", first)
	}
}

func FuzzReceipt(f *testing.F) {
	f.Add("63.xlsx", "Лист1", "D17", "070314600019", "12 ≠ 13")
	f.Add("\xff\u202e", "", "A1", "=1", "\r\n")
	f.Add(strings.Repeat("a ", 99), "a\x00b", "", strings.Repeat("ы", 999), "female")
	f.Fuzz(func(t *testing.T, file, sheet, cell, value, detail string) {
		r := osms.FileReport{File: file, Kind: osms.KindRoster, Refused: 1, Rows: 1, ControlTotal: -1,
			Refusals: []osms.Refusal{{Sheet: sheet, Cell: cell, Field: "iin", Code: osms.ControlCharacter, Severity: osms.Refused, Value: value, Detail: detail}}}
		text := strings.TrimPrefix(Text(r, almaty), "\uFEFF")
		for line := range strings.SplitSeq(text, "\r\n") {
			if !utf8.ValidString(line) || strings.ContainsFunc(line, func(c rune) bool { return !unicode.IsGraphic(c) }) {
				t.Fatalf("%q", line)
			}
		}
		if data, err := json.Marshal(JSON(r, "ru")); err != nil || !json.Valid(data) {
			t.Fatal(err)
		}
	})
}
