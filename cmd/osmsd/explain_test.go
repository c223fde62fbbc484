package main

import (
	"bytes"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// TestExplanation: whoever is on no list of the payer stands under their
// organisation; the lists that were searched are named; the other side of a
// payment is told; a document without a reference goes by its number.
func TestExplanation(t *testing.T) {
	var out bytes.Buffer
	a := &app{Surroundings: Surroundings{Stdout: &out}, lang: "ru"}
	behind := []osms.BridgePerson{{Person: 0, Given: "первый", BIN: 60340001234, Amount: -100}, {Given: "второй", BIN: 971240666596, Amount: -100},
		{Given: "третий", BIN: 60340001234, Amount: -50}}
	moved := []osms.BridgePerson{{Given: "четвёртый", Amount: 7, OtherRegion: 10, OtherMonth: 202609, Document: &osms.DocumentRef{Number: "17", Dated: 20261001}}}
	lists := []osms.LedgerDocument{{Kind: osms.DocumentMovement, DocumentRef: osms.DocumentRef{Reference: "MOVE"}}}
	for _, reference := range []string{"R1", "R2", "R3", "R4", "R5", "R6"} {
		lists = append(lists, osms.LedgerDocument{Kind: osms.DocumentList, DocumentRef: osms.DocumentRef{Reference: reference}})
	}
	r := osms.Reconciliation{Month: 202610, Lines: []osms.ReconciliationLine{{Bridge: []osms.BridgeLine{
		{Kind: osms.BridgeOtherRegion, Persons: 1, Amount: 7, Behind: moved}, {Kind: osms.BridgeNotSubmitted, Persons: 3, Amount: -250, Behind: behind}}}}}
	err := a.showExplanation(explanation{r, 0, "", lists, map[osms.BIN]osms.Organisation{60340001234: {NameRU: "Школа № 5"}}})
	if err != nil {
		t.Fatal(err)
	}
	got := out.String()
	at := 0
	for _, want := range []string{"Без региона", "документ 17, ", "другой месяц: 2026-09; другой регион: 10 область Абай", "искали в списках плательщика: 6 (R1, R2, R3, R4, R5, …)",
		"060340001234 Школа № 5: людей 2, -1,50 тенге", "первый", "третий", "971240666596 –: людей 1, -1,00 тенге", "второй"} {
		i := strings.Index(got[at:], want)
		if i < 0 {
			t.Fatalf("%q is not there, or too early:\n%s", want, got)
		}
		at += i
	}
}

// TestSeverities: a refusal and a warning are told apart.
func TestSeverities(t *testing.T) {
	var out bytes.Buffer
	a := &app{Surroundings: Surroundings{Stdout: &out}, lang: "ru"}
	a.fileReporter().show(osms.FileReport{File: "x.csv", Kind: osms.KindPayments, Outcome: osms.AppliedWithRefusals, Rows: 3, Accepted: 2, Joined: 1, Unchanged: 1, Refused: 1,
		Refusals: []osms.Refusal{{Cell: "A2", Code: osms.IINLength, Severity: osms.Refused}, {Cell: "B2", Code: osms.KNPUnknown, Severity: osms.Warning}},
		Money:    &osms.MoneyReport{Documents: 1, Persons: 2, Amount: 1_000_00, NoMonth: 500_00}})
	for _, want := range []string{"отказ  A2", "предупреждение  B2", "строк 3 = принято нового 1 + уже было 1 + отказано 1 + не учтено 0",
		"документов 1, людей 2, сумма 1\u00a0000,00 тенге; без месяца 500,00 тенге"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not there:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "поступило") {
		t.Errorf("the language of rosters:\n%s", out.String())
	}
}
