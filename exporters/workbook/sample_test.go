package workbook

import (
	"time"

	"osmsd/sync/osms"
)

// fakeIIN makes a valid number of a person born 14 March 2007, by serial.
func fakeIIN(serial uint64) osms.IIN {
	for {
		eleven := uint64(7031460000)/10*10 + 0 + serial%10000
		if d, ok := osms.CheckDigit(eleven); ok {
			return osms.IIN(eleven*10 + uint64(d))
		}
		serial++
	}
}

var almatyNoon = time.Date(2026, 10, 5, 7, 15, 0, 0, time.UTC)

const each osms.Tiyn = 585200

// sample is a reconciliation of three regions and a line without a region,
// with a bridge that adds up.
func sample() osms.Reconciliation {
	person := func(n uint64, name osms.Name, was, now osms.Category, amount osms.Tiyn, imp int64, file string) osms.BridgePerson {
		return osms.BridgePerson{Person: fakeIIN(n), Name: name, BIN: 60340001234, Was: was, Now: now, Amount: amount, Import: imp, File: file}
	}
	aigul := osms.Name{Surname: "Әбдіқадырова", Given: "Айгүл", Patronymic: "Нұрланқызы"}
	evil := osms.Name{Surname: "=HYPERLINK(\"x\")", Given: "@Ғани"}
	ivan := osms.Name{Surname: "Соколов", Given: "Иван", Patronymic: "Петрович"}
	moved := func(amount osms.Tiyn) osms.BridgeLine {
		return osms.BridgeLine{Kind: osms.BridgeMovedRegion, Persons: 1, Amount: amount, Proved: true,
			Behind: []osms.BridgePerson{person(7, ivan, "13", "13", amount, 21, "63-delta-2026-09-20.xlsx")}}
	}
	joined := osms.BridgeLine{Kind: osms.BridgeJoinedLate, Persons: 2, Amount: -2 * each, Proved: true, Behind: []osms.BridgePerson{
		person(1, aigul, "", "13", -each, 17, "63-full-2026-09-15.xlsx"),
		person(2, evil, "", "1", -each, 17, "қосымша \u202Exslx.тізім.xlsx"),
	}}
	left := osms.BridgeLine{Kind: osms.BridgeLeftLate, Persons: 3, Amount: 3 * each, Proved: true, Behind: []osms.BridgePerson{
		person(3, aigul, "13", "", each, 18, "63-delta-2026-09-20.csv"),
		person(4, ivan, "13", "", each, 18, "63-delta-2026-09-20.csv"),
		person(5, ivan, "1", "", each, 18, "63-delta-2026-09-20.csv"),
	}}
	twice := osms.BridgeLine{Kind: osms.BridgePaidTwice, Persons: 1, Amount: each, Proved: false}
	transit := osms.BridgeLine{Kind: osms.BridgeInTransit, Persons: 4, Amount: -4 * each, Proved: true}
	line := func(region osms.Region, due, frozen, ledger int, rest osms.Tiyn, bridge ...osms.BridgeLine) osms.ReconciliationLine {
		l := osms.ReconciliationLine{Region: region, FrozenPersons: frozen, Frozen: osms.Tiyn(frozen) * each,
			DuePersons: due, Due: osms.Tiyn(due) * each, LedgerPersons: ledger, Unexplained: rest, Bridge: bridge}
		l.Ledger = l.Due + rest
		for _, b := range bridge {
			l.Ledger += b.Amount
		}
		l.Difference = l.Ledger - l.Due
		return l
	}
	r := osms.Reconciliation{
		Month: 202609, Sequence: 21, AsOf: almatyNoon, FreezeVersion: 1, FreezeSequence: 16,
		Rate: osms.StateRate{Year: 2026, Percent: 1900, Base: 30800000, Unverified: true},
		Lines: []osms.ReconciliationLine{
			line(10, 48211, 48212, 48212, 0, moved(each)),
			line(63, 92440, 92440, 92437, -17557, joined, left, moved(-each), twice, transit),
			line(75, 301554, 301554, 301554, 0),
			line(0, 0, 0, 3, 3*each),
		},
		Entries: []osms.LedgerEntry{
			{Place: osms.Place{Row: 5}, Month: 202609, Region: 63, Category: "13", Persons: 92437, Amount: 54094199999, PaidOn: 20260904, Reference: "-ПП 000123"},
			{Place: osms.Place{Row: 6}, Month: 202609, Persons: 3, Amount: 3 * each},
		},
		Files: []osms.SourceFile{
			{Import: 17, Name: "63-full-2026-09-15.xlsx", SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Kind: osms.KindRoster, Region: 63, AsAt: 20260915, Applied: almatyNoon},
			{Import: 20, Name: "ledger-2026-09.csv", SHA256: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752", Kind: osms.KindLedger, AsAt: 20260930, Applied: almatyNoon},
		},
	}
	t := osms.ReconciliationLine{}
	for _, l := range r.Lines {
		t.FrozenPersons += l.FrozenPersons
		t.Frozen += l.Frozen
		t.DuePersons += l.DuePersons
		t.Due += l.Due
		t.LedgerPersons += l.LedgerPersons
		t.Ledger += l.Ledger
		t.Difference += l.Difference
		t.Unexplained += l.Unexplained
	}
	for _, b := range []osms.BridgeLine{joined, left, twice, transit} {
		b.Behind = nil
		t.Bridge = append(t.Bridge, b)
	}
	r.Total = t
	return r
}
