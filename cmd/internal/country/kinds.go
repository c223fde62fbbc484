package country

import (
	"fmt"
	"slices"
	"strings"

	"osmsd/sync/osms"
)

// Money says in which documents the money of a month arrives.
type Money string

const (
	Totals            Money = "totals" // lists of ledger totals alone
	Lists             Money = "lists"  // the payer's lists of persons alone
	TotalsAndLists    Money = "totals+lists"
	Statement         Money = "statement" // a bank statement alone
	StatementAndLists Money = "statement+lists"
)

// Moneys are all of them, in the order of rotation.
var Moneys = []Money{Totals, Lists, TotalsAndLists, Statement, StatementAndLists}

func (s Money) lists() bool     { return s == Lists || s == TotalsAndLists || s == StatementAndLists }
func (s Money) totals() bool    { return s == Totals || s == TotalsAndLists }
func (s Money) statement() bool { return s == Statement || s == StatementAndLists }

// Plant is a kind of difference, or of noise, that is planted in the money of a
// month. The first eight have the names of the bridge's lines that they make.
type Plant string

const (
	Returned      = Plant(osms.BridgeReturned)      // paid, and given back by a document
	PaidTwice     = Plant(osms.BridgePaidTwice)     // a second time in a further list
	OtherMonth    = Plant(osms.BridgeOtherMonth)    // posted to an earlier month, paid already
	OtherRegion   = Plant(osms.BridgeOtherRegion)   // posted to another region
	UnknownPerson = Plant(osms.BridgeUnknownPerson) // an IIN that nobody has, or no IIN
	NotSubmitted  = Plant(osms.BridgeNotSubmitted)  // an organisation is in no list
	InTransit     = Plant(osms.BridgeInTransit)     // listed in the last days, the money is on its way
	Rounding      = Plant(osms.BridgeRounding)      // paid in whole tenge
	// Unexplainable is a sum that no document accounts for, or a person's item
	// with another sum.
	Unexplainable Plant = "unexplainable"
	// Employer: an employer pays for learners too, which is not the state's.
	Employer Plant = "employer"
	// Duplicates: a statement again for some of its days, a list in another
	// encoding. They change nothing.
	Duplicates Plant = "duplicates"
)

// Plants are all of them.
var Plants = []Plant{Returned, PaidTwice, OtherMonth, OtherRegion, UnknownPerson, NotSubmitted, InTransit, Rounding,
	Unexplainable, Employer, Duplicates}

// secondPart are the lines of ledger − frozen, in the order of a bridge.
var secondPart = []osms.BridgeKind{osms.BridgeReturned, osms.BridgePaidTwice, osms.BridgeOtherMonth, osms.BridgeOtherRegion,
	osms.BridgeUnknownPerson, osms.BridgeNotSubmitted, osms.BridgeInTransit, osms.BridgeRounding}

// ParseMoneys reads what arrives month after month, in turn: "totals,lists";
// "rotate" is all, "" none said.
func ParseMoneys(s string) ([]Money, error) {
	if s == "rotate" {
		return Moneys, nil
	}
	return parseNames(s, Moneys)
}

// ParsePlants reads kinds parted by commas; "all" and "none" too.
func ParsePlants(s string) ([]Plant, error) {
	switch s {
	case "all":
		return Plants, nil
	case "none":
		return nil, nil
	}
	return parseNames(s, Plants)
}

func parseNames[T ~string](s string, known []T) ([]T, error) {
	var found []T
	for name := range strings.SplitSeq(s, ",") {
		name = strings.TrimSpace(name)
		if s == "" {
			return nil, nil
		}
		if !slices.Contains(known, T(name)) {
			return nil, fmt.Errorf("country: %q is none of %v", name, known)
		}
		found = append(found, T(name))
	}
	return found, nil
}

// moneyOf is how the money of the month with index m arrives.
func (o *Options) moneyOf(m int) Money {
	switch {
	case len(o.Money) > 0:
		return o.Money[m%len(o.Money)]
	case len(o.Plant) > 0:
		return Moneys[m%len(Moneys)]
	}
	return Totals
}

// possible reports whether a kind can be planted in the month with index m, in
// the documents that the month has.
func (c *country) possible(k Plant, m int) bool {
	source := c.opt.moneyOf(m)
	switch k {
	case OtherMonth:
		return c.monthToPostTo(m) >= 0
	case OtherRegion:
		return c.opt.Regions > 1
	case InTransit:
		return source != Lists
	case Rounding:
		return perPerson(c.opt.Rates, c.opt.First.Add(m))%100 != 0
	case Employer, Duplicates:
		return source != Totals
	}
	return true
}

// monthToPostTo is the earlier month to which money of month m can be posted by
// mistake, -1: none. Both need lists to tell, and what month m shows of the money
// must not become all that the earlier month's ledger rests on.
func (c *country) monthToPostTo(m int) int {
	from := c.opt.moneyOf(m)
	for p := m - 1; p >= 0 && from.lists(); p-- {
		if to := c.opt.moneyOf(p); to.lists() && (to.totals() || to.statement() == from.statement()) {
			return p
		}
	}
	return -1
}
