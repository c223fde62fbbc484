package config

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"osmsd/sync/osms"
)

//go:embed data/state_rates.csv
var ratesCSV string

// embeddedRates is the table that comes with the program (law No 405-V, Art. 26;
// the bases as published).
var embeddedRates = sync.OnceValue(func() map[int]osms.StateRate {
	rows, err := csv.NewReader(strings.NewReader(ratesCSV)).ReadAll()
	if err != nil {
		panic("config: embedded state_rates.csv: " + err.Error())
	}
	rates := map[int]osms.StateRate{}
	for _, row := range rows[1:] {
		rate, err := embeddedRate(row)
		if err != nil {
			panic("config: embedded state_rates.csv: " + err.Error())
		}
		rates[rate.Year] = rate
	}
	return rates
})

// embeddedRate reads year, rate_percent, base_kzt, rate_confidence,
// base_confidence, note.
func embeddedRate(row []string) (r osms.StateRate, err error) {
	if r.Year, err = strconv.Atoi(row[0]); err != nil {
		return r, err
	}
	if r.Percent, err = osms.ParseRate(row[1]); err != nil {
		return r, err
	}
	if row[2] != "" {
		if r.Base, err = osms.ParseTiyn(row[2]); err != nil {
			return r, fmt.Errorf("%s: %w", row[2], err)
		}
	}
	r.Unverified = row[4] == "low" || row[4] == "medium"
	return r, nil
}

// StateRates lists the rates by year: the embedded table with the years of
// Rates put in their place. An operator's figure counts as verified. A year
// without a base (2027, until it is published) has Base zero: nothing can be
// assessed for it.
func (c Config) StateRates() []osms.StateRate {
	rates := maps.Clone(embeddedRates())
	for _, r := range c.Rates {
		rates[r.Year] = osms.StateRate{Year: r.Year, Percent: r.Percent, Base: r.Base}
	}
	list := slices.Collect(maps.Values(rates))
	slices.SortFunc(list, func(a, b osms.StateRate) int { return a.Year - b.Year })
	return list
}
