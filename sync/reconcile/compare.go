// Package reconcile compares what the ledger shows for a month with what is
// due, and builds the bridge between the two.
//
// The identity, in each region: ledger − due now = (frozen − due now), person by
// person and proved, + (ledger − frozen): what documents prove, and the rest,
// unexplained. The rest is its own line; it is never spread and never hidden.
//
// Compare makes the bridge. Its second part comes from a Matching, which leads
// what documents say of persons to the month's list, one person at a time.
package reconcile

import (
	"cmp"
	"fmt"
	"slices"

	"osmsd/sync/osms"
)

// Change is a person whose place on the month's list differs between the freeze
// and now. Was and Now are zero where the person is not on the list.
type Change struct {
	Person   osms.IIN
	Name     osms.Name
	Was, Now osms.Entitlement
	Import   int64
	File     string
	Sheet    string
	Row      int // 0: no row stated it
	// Undone: the import that made the difference takes another back.
	Undone bool
	// Contested: the person was claimed twice in the month, at the freeze or now.
	Contested bool
}

// Input is everything a comparison rests on.
type Input struct {
	Month      osms.Month
	Frozen     []osms.Contribution // nil when the month was not frozen
	IsFrozen   bool
	FrozenRate osms.StateRate
	Due        []osms.Head // as known now
	Rate       osms.StateRate
	Changes    []Change
	Ledger     []osms.LedgerEntry
	// Money is the month's money, matched person by person; nil: Ledger alone, and
	// nothing of the second part is attributed.
	Money *Matched
	// Others are remainders of other months, and Rates what was paid in other
	// years. Only suggestions rest on them.
	Others []Remainder
	Rates  []osms.StateRate
}

// Remainder is what is unexplained in a region of another month.
type Remainder struct {
	Month       osms.Month
	Region      osms.Region
	Unexplained osms.Tiyn
}

// kindOrder is the one order of attribution: a person stands on the first line of
// each part that fits.
var kindOrder = []osms.BridgeKind{osms.BridgeUndone, osms.BridgeClaimedTwice, osms.BridgeMovedRegion,
	osms.BridgeCategoryOrRate, osms.BridgeJoinedLate, osms.BridgeLeftLate,
	osms.BridgeReturned, osms.BridgePaidTwice, osms.BridgeOtherMonth, osms.BridgeOtherRegion, osms.BridgeUnknownPerson,
	osms.BridgeNotSubmitted, osms.BridgeInTransit, osms.BridgeRounding}

// Compare gives the lines by region ("no region" last) and their total. An
// error means that the persons do not prove frozen − due: the register
// contradicts itself, and no report may be made of it.
func Compare(in Input) (lines []osms.ReconciliationLine, total osms.ReconciliationLine, err error) {
	byRegion := map[osms.Region]*osms.ReconciliationLine{}
	line := func(r osms.Region) *osms.ReconciliationLine {
		l, ok := byRegion[r]
		if !ok {
			l = &osms.ReconciliationLine{Region: r}
			byRegion[r] = l
		}
		return l
	}
	per := in.Rate.PerPerson()
	for _, h := range in.Due {
		l := line(h.Region)
		l.DuePersons += h.Persons
		l.Due += osms.Tiyn(h.Persons) * per
	}
	for _, c := range in.Frozen {
		l := line(c.Region)
		l.FrozenPersons += c.Persons
		l.Frozen += c.Amount
	}
	raw := map[osms.Region]*material{}
	if in.Money != nil {
		if in.Money.err != nil {
			return nil, total, in.Money.err
		}
		for i := range in.Money.Regions {
			r := &in.Money.Regions[i]
			if !r.says() {
				continue
			}
			l := line(r.Region)
			if r.raw.stands > 0 && in.Money.each != in.paid().PerPerson() {
				return nil, total, fmt.Errorf("region %s: matched with a contribution of %s tenge, and %s is due", r.Region, in.Money.each, in.paid().PerPerson())
			}
			l.LedgerPersons, l.Ledger, l.ListedPersons, l.Listed = r.LedgerPersons, r.Ledger, r.ListedPersons, r.Listed
			raw[r.Region] = &r.raw
		}
	} else {
		for _, e := range in.Ledger {
			l := line(e.Region)
			l.LedgerPersons += e.Persons
			l.Ledger += e.Amount
		}
	}
	if in.IsFrozen {
		bridge(in, line)
	}
	for _, l := range byRegion {
		if !in.IsFrozen {
			l.FrozenPersons, l.Frozen = l.DuePersons, l.Due
		}
		if err := closeLine(l); err != nil {
			return nil, total, err
		}
	}
	if in.Money != nil {
		for i := range in.Money.Regions {
			if r := &in.Money.Regions[i]; r.says() {
				attribute(line(r.Region), r.Bridge)
			}
		}
	}
	for _, l := range byRegion {
		var sum osms.Tiyn
		for _, b := range l.Bridge {
			sum += b.Amount
		}
		if sum+l.Unexplained != l.Difference {
			return nil, total, fmt.Errorf("region %s: the bridge leads over %s of %s tenge", l.Region, sum+l.Unexplained, l.Difference)
		}
		lines = append(lines, *l)
	}
	slices.SortFunc(lines, func(a, b osms.ReconciliationLine) int {
		return cmp.Or(cmp.Compare(last(a.Region), last(b.Region)), cmp.Compare(a.Region, b.Region))
	})
	for i := range lines {
		lines[i].Suggestions = suggest(in, lines, i, raw[lines[i].Region])
	}
	return lines, sum(lines), nil
}

// paid is the rate that the month was to be paid at.
func (in *Input) paid() osms.StateRate {
	if in.IsFrozen {
		return in.FrozenRate
	}
	return in.Rate
}

// attribute puts the second part behind the first. What it moves leaves the
// remainder.
func attribute(l *osms.ReconciliationLine, bridge []osms.BridgeLine) {
	for _, b := range bridge {
		if b.Amount != 0 {
			l.Bridge = append(l.Bridge, b)
			l.Unexplained -= b.Amount
		}
	}
	sortBridge(l.Bridge)
}

// last puts "no region" behind the regions.
func last(r osms.Region) int {
	if r == 0 {
		return 1
	}
	return 0
}

// bridge puts every changed person on a line, once in each region concerned.
func bridge(in Input, line func(osms.Region) *osms.ReconciliationLine) {
	was, now := in.FrozenRate.PerPerson(), in.Rate.PerPerson()
	stayed := map[osms.Region]int{}
	for _, c := range in.Frozen {
		stayed[c.Region] += c.Persons
	}
	for _, c := range in.Changes {
		if c.Was.Region == 0 && c.Now.Region == 0 {
			continue // came and went again between the freeze and now
		}
		if c.Was.Region != 0 {
			stayed[c.Was.Region]--
		}
		kind := kindOf(c)
		person := osms.BridgePerson{Person: c.Person, Name: c.Name, Was: c.Was.Category, Now: c.Now.Category, Import: c.Import, File: c.File, Sheet: c.Sheet, Row: c.Row}
		if c.Was.Region == c.Now.Region {
			person.BIN, person.Amount = c.Now.BIN, was-now
			put(line(c.Now.Region), kind, person)
			continue
		}
		if c.Was.Region != 0 {
			person.BIN, person.Amount, person.OtherRegion = c.Was.BIN, was, c.Now.Region
			put(line(c.Was.Region), kind, person)
		}
		if c.Now.Region != 0 {
			person.BIN, person.Amount, person.OtherRegion = c.Now.BIN, -now, c.Was.Region
			put(line(c.Now.Region), kind, person)
		}
	}
	if was == now {
		return
	}
	// Another rate concerns everybody who stayed; they are all on the frozen
	// list, so they are counted, not named.
	for region, persons := range stayed {
		if persons == 0 {
			continue
		}
		b := bridgeLine(line(region), osms.BridgeCategoryOrRate)
		b.Persons += persons
		b.Amount += osms.Tiyn(persons) * (was - now)
	}
}

func kindOf(c Change) osms.BridgeKind {
	on, off := c.Now.Region != 0, c.Was.Region != 0
	switch {
	case c.Undone:
		return osms.BridgeUndone
	case on && off && c.Contested && c.Was.BIN != c.Now.BIN:
		return osms.BridgeClaimedTwice
	case on && off && c.Was.Region != c.Now.Region:
		return osms.BridgeMovedRegion
	case on && off:
		return osms.BridgeCategoryOrRate
	case on:
		return osms.BridgeJoinedLate
	default:
		return osms.BridgeLeftLate
	}
}

func bridgeLine(l *osms.ReconciliationLine, kind osms.BridgeKind) *osms.BridgeLine {
	for i := range l.Bridge {
		if l.Bridge[i].Kind == kind {
			return &l.Bridge[i]
		}
	}
	l.Bridge = append(l.Bridge, osms.BridgeLine{Kind: kind, Proved: true})
	return &l.Bridge[len(l.Bridge)-1]
}

func put(l *osms.ReconciliationLine, kind osms.BridgeKind, p osms.BridgePerson) {
	b := bridgeLine(l, kind)
	b.Persons++
	b.Amount += p.Amount
	b.Behind = append(b.Behind, p)
}

// closeLine orders a line's bridge, leaves out what moves nothing, and computes
// what remains unexplained.
func closeLine(l *osms.ReconciliationLine) error {
	l.Difference = l.Ledger - l.Due
	var proved osms.Tiyn
	for _, b := range l.Bridge {
		proved += b.Amount
	}
	if proved != l.Frozen-l.Due {
		return fmt.Errorf("region %s: the persons behind the bridge prove %s of %s tenge between the frozen list and what is due now",
			l.Region, proved, l.Frozen-l.Due)
	}
	l.Unexplained = l.Difference - proved
	l.Bridge = slices.DeleteFunc(l.Bridge, func(b osms.BridgeLine) bool { return b.Amount == 0 })
	sortBridge(l.Bridge)
	for i := range l.Bridge {
		slices.SortFunc(l.Bridge[i].Behind, func(a, b osms.BridgePerson) int {
			return cmp.Or(cmp.Compare(a.BIN, b.BIN), cmp.Compare(a.Person, b.Person))
		})
	}
	return nil
}

func sortBridge(bridge []osms.BridgeLine) {
	slices.SortFunc(bridge, func(a, b osms.BridgeLine) int {
		return cmp.Compare(slices.Index(kindOrder, a.Kind), slices.Index(kindOrder, b.Kind))
	})
}

func sum(lines []osms.ReconciliationLine) osms.ReconciliationLine {
	var t osms.ReconciliationLine
	for _, l := range lines {
		t.FrozenPersons += l.FrozenPersons
		t.Frozen += l.Frozen
		t.DuePersons += l.DuePersons
		t.Due += l.Due
		t.LedgerPersons += l.LedgerPersons
		t.Ledger += l.Ledger
		t.ListedPersons += l.ListedPersons
		t.Listed += l.Listed
		t.Difference += l.Difference
		t.Unexplained += l.Unexplained
		for _, b := range l.Bridge {
			sum := bridgeLine(&t, b.Kind)
			sum.Persons += b.Persons
			sum.Amount += b.Amount
			sum.Proved = sum.Proved && b.Proved
		}
	}
	t.Bridge = slices.DeleteFunc(t.Bridge, func(b osms.BridgeLine) bool { return b.Amount == 0 })
	sortBridge(t.Bridge)
	return t
}
