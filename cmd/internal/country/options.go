package country

import (
	"fmt"
	"math"
	"slices"

	"osmsd/sync/osms"
)

// Options says how large a country is and how it behaves. A zero field means
// its default.
type Options struct {
	Persons int        // identities over all months, default 5,000
	Regions int        // 1 to 20, default 4
	Months  int        // months of rosters, default 3
	First   osms.Month // the first of them, default 2026-09
	Seed    uint64
	// Mess is the share of rows with a planted fault, default 0.01; negative
	// for none.
	Mess float64
	// Rates are the dated rates the ledger pays by; default the published ones.
	Rates []osms.StateRate
	// Money is how the money of the months arrives, in turn. Default totals alone,
	// with two kinds of disturbance; where something is planted, all in rotation.
	Money []Money
	// Plant is what to plant in the money, by default nothing.
	Plant []Plant
	// PlantShare is how many of a region's persons meet each kind, at least one;
	// default 0.004.
	PlantShare float64
	// Casework: lists of applications, requests and events of single persons too.
	Casework bool
}

// Valid says what is wrong with the options, before anything is made.
func (o Options) Valid() error {
	_, err := o.defaults()
	return err
}

func (o Options) defaults() (Options, error) {
	if o.Persons == 0 {
		o.Persons = 5000
	}
	if o.Regions == 0 {
		o.Regions = 4
	}
	if o.Months == 0 {
		o.Months = 3
	}
	if o.First == 0 {
		o.First = 202609
	}
	if o.Mess == 0 {
		o.Mess = 0.01
	}
	o.Mess = max(o.Mess, 0)
	if o.PlantShare == 0 {
		o.PlantShare = 0.004
	}
	if o.Rates == nil {
		o.Rates = publishedRates()
	}
	switch {
	case o.Persons < 1 || o.Persons > 6_000_000:
		return o, fmt.Errorf("country: %d persons: between 1 and 6,000,000", o.Persons)
	case o.Regions < 1 || o.Regions > len(places):
		return o, fmt.Errorf("country: %d regions: between 1 and %d", o.Regions, len(places))
	case o.Months < 1 || o.Months > 36:
		return o, fmt.Errorf("country: %d months: between 1 and 36", o.Months)
	case math.IsNaN(o.Mess) || o.Mess > 0.1:
		return o, fmt.Errorf("country: mess %v: at most 0.1", o.Mess)
	case !(o.PlantShare > 0 && o.PlantShare <= 0.1):
		return o, fmt.Errorf("country: %v of the persons for each kind: between 0 and 0.1", o.PlantShare)
	}
	for _, s := range o.Money {
		if !slices.Contains(Moneys, s) {
			return o, fmt.Errorf("country: %q is none of %v", s, Moneys)
		}
	}
	for _, k := range o.Plant {
		if !slices.Contains(Plants, k) {
			return o, fmt.Errorf("country: %q is none of %v", k, Plants)
		}
	}
	for m := range o.Months {
		if perPerson(o.Rates, o.First.Add(m)) == 0 {
			return o, fmt.Errorf("country: no rate for %s", o.First.Add(m))
		}
	}
	return o, nil
}

// publishedRates are the state's rate and base by year, as published.
func publishedRates() []osms.StateRate {
	rate := func(year int, percent osms.Rate, base osms.Tiyn) osms.StateRate {
		return osms.StateRate{Year: year, Percent: percent, Base: base * 100}
	}
	return []osms.StateRate{rate(2020, 1400, 162673), rate(2021, 1600, 186815), rate(2022, 1700, 213003),
		rate(2023, 1800, 250311), rate(2024, 1900, 308000), rate(2025, 2000, 364295), rate(2026, 2000, 405416)}
}

// perPerson is rate × base, half up to the tiyn; zero when no base is known.
func perPerson(rates []osms.StateRate, m osms.Month) osms.Tiyn {
	for _, r := range rates {
		if r.Year == m.Year() {
			return osms.Tiyn((int64(r.Percent)*int64(r.Base) + 50_000) / 100_000)
		}
	}
	return 0
}

// DemoOptions show a month whose ledger is totals with lists and one whose
// money stands in a bank statement with lists, with a few of every kind, and what
// comes about single persons.
func DemoOptions() Options {
	return Options{Money: []Money{TotalsAndLists, StatementAndLists}, Plant: Plants, Casework: true}
}
