package workbook

import (
	"fmt"

	"osmsd/sync/osms"
)

// full is a reconciliation of all regions and of money without one, with every
// kind of bridge line, every guess, money without a place, documents and twelve
// months. It adds up.
func full() osms.Reconciliation {
	r := osms.Reconciliation{
		Month: 202609, Sequence: 41, AsOf: almatyNoon, FreezeVersion: 2, FreezeSequence: 16, Rules: 3, Rates: 9,
		Rate:   osms.StateRate{Year: 2026, Percent: 1900, Base: 30800000},
		Source: osms.FromTotals, Files: sample().Files,
	}
	person := func(n int, region osms.Region) osms.BridgePerson {
		return osms.BridgePerson{Person: fakeIIN(uint64(n)), BIN: osms.BIN(60340001234 + n%23), Organisation: fmt.Sprintf("№ %d мектеп", n%23), Import: int64(n%20 + 17), File: "63-full-2026-09-15.xlsx",
			Name: osms.Name{Surname: "Құдайбергенова", Given: "Айгүл", Patronymic: "Нұрланқызы"}}
	}
	paid := func(n int, region osms.Region, p osms.BridgePerson) osms.BridgePerson {
		p.Listed, p.Sheet, p.Row, p.File = "КУДАЙБЕРГЕНОВА АЙГУЛ НУРЛАНКЫЗЫ", "Лист1", n+5, "mt102-2026-09-04.txt"
		p.Document = &osms.DocumentRef{Format: "mt102", Reference: fmt.Sprintf("GCVP%08d", 1000+n), Number: "000123", Dated: 20260904,
			Payer: "НАО «Государственная корпорация «Правительство для граждан»", PayerID: "160440007161", Import: 20, File: "mt102-2026-09-04.txt"}
		return p
	}
	n := 0
	for i, name := range osms.Regions() {
		due := 40000 + 13977*i
		l := osms.ReconciliationLine{Region: name.Region, DuePersons: due, Due: osms.Tiyn(due) * each, FrozenPersons: due, Frozen: osms.Tiyn(due) * each, LedgerPersons: due}
		for k, kind := range osms.BridgeKinds() {
			if (i+k)%5 != 0 && name.Region != 63 {
				continue
			}
			b := osms.BridgeLine{Kind: kind, Proved: (i+k)%4 != 1}
			for range 2 + (i+k)%3 {
				n++
				p := person(n, name.Region)
				p.Amount = each
				if k%2 == 0 {
					p.Amount = -each
				}
				switch {
				case kind.First():
					p.Was, p.Now = "13", ""
				case kind == osms.BridgeNotSubmitted:
					p.Document = nil
				case kind == osms.BridgeUnknownPerson:
					p = paid(n, name.Region, p)
					p.Person, p.Given, p.Name = 0, "06031460000X", osms.Name{}
				case kind == osms.BridgeReturned || kind == osms.BridgeInTransit:
					p = paid(n, name.Region, p)
					p.Person, p.Name, p.Listed, p.BIN = 0, osms.Name{}, "", 0 // a document alone
				default:
					p = paid(n, name.Region, p)
				}
				if kind == osms.BridgeOtherMonth {
					p.OtherMonth = 202608
				}
				if kind == osms.BridgeOtherRegion {
					p.OtherRegion = 27
				}
				b.Persons++
				b.Amount += p.Amount
				b.Behind = append(b.Behind, p)
			}
			if kind.First() {
				l.Frozen += b.Amount
			}
			l.Bridge = append(l.Bridge, b)
		}
		l.Unexplained = []osms.Tiyn{0, 100, -5852000, 0, 17557, -12345678, 585200}[i%7]
		if l.Unexplained != 0 {
			l.Suggestions = guesses(l.Unexplained, i)
		}
		closed(&l)
		r.Lines = append(r.Lines, l)
	}
	none := osms.ReconciliationLine{LedgerPersons: 3, Unexplained: 3 * each}
	closed(&none)
	r.Lines = append(r.Lines, none)
	r.Total = totalled(r.Lines)
	for _, l := range r.Lines {
		r.Entries = append(r.Entries, osms.LedgerEntry{Place: osms.Place{Row: int32(len(r.Entries) + 5)}, Month: 202609, Region: l.Region, Category: "13",
			Persons: l.LedgerPersons, Amount: l.Ledger, PaidOn: 20260904, Reference: fmt.Sprintf("GCVP%08d", len(r.Entries))})
	}
	outside := paid(1, 0, person(n+1, 0))
	outside.Amount = 850000
	r.Unplaced = []osms.Unplaced{{Why: osms.NoMonth, Persons: 1, Amount: 850000, Behind: []osms.BridgePerson{outside}},
		{Why: osms.NotState, Persons: 4, Amount: 4096400}}
	for i := range 6 {
		ref := *paid(i, 0, person(1, 0)).Document
		ref.Reference = fmt.Sprintf("GCVP%08d", i)
		r.Documents = append(r.Documents, osms.LedgerDocument{DocumentRef: ref, Kind: []osms.DocumentKind{osms.DocumentList, osms.DocumentMovement}[i%2],
			Region: osms.Regions()[i].Region, KNP: "026", Booked: 20260905, Persons: 100 * i, Amount: osms.Tiyn(100*i) * each, Linked: i != 4})
	}
	for i := range 12 {
		m := osms.MonthPoint{Bridged: true, IsFrozen: true, HasMoney: true, Month: r.Month.Add(i - 11), DuePersons: 3_400_000 + 20_000*i, Proved: osms.Tiyn(i%5-2) * 9_000_000_00, Remainder: osms.Tiyn(i%3-1) * 1_200_000_00}
		m.Due = osms.Tiyn(m.DuePersons) * each
		m.Frozen, m.Ledger = m.Due, m.Due+m.Proved+m.Remainder
		r.Trend = append(r.Trend, m)
	}
	proved, _ := osms.Explained(r.Lines...)
	r.Trend[11] = osms.MonthPoint{Bridged: true, IsFrozen: true, HasMoney: true, Month: r.Month, DuePersons: r.Total.DuePersons, Due: r.Total.Due, Frozen: r.Total.Frozen, Ledger: r.Total.Ledger,
		Proved: proved, Remainder: r.Total.Difference - proved}
	return r
}

// guesses are some of the ten kinds, a different choice for every region.
func guesses(rest osms.Tiyn, i int) []osms.Suggestion {
	all := []osms.Suggestion{
		{Kind: osms.SuggestOpposite, Amount: rest, Region: 27, Month: 202608},
		{Kind: osms.SuggestHeadCount, Amount: rest, Persons: 412, BIN: 60340001234, Text: "3 × 412"},
		{Kind: osms.SuggestOtherRate, Amount: rest, Persons: 300, Year: 2025},
		{Kind: osms.SuggestDigits, Amount: rest, Text: "54 094 199 999,00 → 54 049 199 999,00"},
		{Kind: osms.SuggestRounding, Amount: rest, Persons: 92437},
		{Kind: osms.SuggestPersons, Amount: rest, Persons: 3},
		{Kind: osms.SuggestNotListed, Amount: rest, Persons: 7, BIN: 60340001234},
		{Kind: osms.SuggestUnledgered, Amount: rest, Persons: 12, Text: "GCVP00001234"},
		{Kind: osms.SuggestUnlisted, Amount: rest, Text: "GCVP00001235"},
		{Kind: osms.SuggestPartial, Amount: rest, Persons: 5},
	}
	return []osms.Suggestion{all[i%10], all[(i+3)%10]}
}

// closed computes a line's ledger and difference from the rest of it.
func closed(l *osms.ReconciliationLine) {
	l.Ledger = l.Due + l.Unexplained
	for _, b := range l.Bridge {
		l.Ledger += b.Amount
	}
	l.Difference = l.Ledger - l.Due
}

// totalled sums lines, as a reconciliation does.
func totalled(lines []osms.ReconciliationLine) (t osms.ReconciliationLine) {
	for _, kind := range osms.BridgeKinds() {
		sum := osms.BridgeLine{Kind: kind, Proved: true}
		for _, l := range lines {
			for _, b := range l.Bridge {
				if b.Kind == kind {
					sum.Persons += b.Persons
					sum.Amount += b.Amount
					sum.Proved = sum.Proved && b.Proved
				}
			}
		}
		if sum.Amount != 0 {
			t.Bridge = append(t.Bridge, sum)
		}
	}
	for _, l := range lines {
		t.FrozenPersons += l.FrozenPersons
		t.Frozen += l.Frozen
		t.DuePersons += l.DuePersons
		t.Due += l.Due
		t.LedgerPersons += l.LedgerPersons
		t.Ledger += l.Ledger
		t.Difference += l.Difference
		t.Unexplained += l.Unexplained
	}
	return t
}
