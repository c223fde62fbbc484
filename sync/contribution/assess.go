// Package contribution computes what the state owes for a month from how many
// persons are entitled in it.
package contribution

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"osmsd/sync/osms"
)

// ErrNoRate says that the rate or the object of calculation of a year is not
// known: it must be configured, never computed.
var ErrNoRate = errors.New("no state rate for the year")

// Assessment is what is due for a month.
type Assessment struct {
	Month     osms.Month
	Rate      osms.StateRate
	PerPerson osms.Tiyn
	Persons   int
	Amount    osms.Tiyn
	Lines     []osms.Contribution // in order of region and category
}

// RateFor finds the rate of a month's year. The error wraps ErrNoRate when the
// year is missing or its base was not published.
func RateFor(month osms.Month, rates []osms.StateRate) (osms.StateRate, error) {
	for _, r := range rates {
		if r.Year == month.Year() && r.Base > 0 && r.Percent > 0 {
			return r, nil
		}
	}
	return osms.StateRate{}, fmt.Errorf("%w: %d", ErrNoRate, month.Year())
}

// Assess multiplies heads by the monthly contribution of one person (law No
// 405-V, Art. 26: rate × object of calculation, rounded per person). Lines
// without persons are left out.
func Assess(month osms.Month, heads []osms.Head, rate osms.StateRate) Assessment {
	a := Assessment{Month: month, Rate: rate, PerPerson: rate.PerPerson(), Lines: []osms.Contribution{}}
	heads = slices.Clone(heads)
	slices.SortFunc(heads, func(x, y osms.Head) int {
		return cmp.Or(cmp.Compare(x.Region, y.Region), compareCategory(x.Category, y.Category))
	})
	for _, h := range heads {
		if h.Persons == 0 {
			continue
		}
		amount := osms.Tiyn(int64(h.Persons)) * a.PerPerson
		a.Lines = append(a.Lines, osms.Contribution{Region: h.Region, Category: h.Category, Persons: h.Persons, Amount: amount})
		a.Persons += h.Persons
		a.Amount += amount
	}
	return a
}

// compareCategory orders codes as the law lists them: 1 before 13. Codes are
// short, so the shorter one is the smaller number.
func compareCategory(a, b osms.Category) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
