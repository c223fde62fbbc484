package ledger

import (
	"slices"

	"osmsd/sync/osms"
)

// spread is for which months and regions a document pays, while it is read, and
// how much of it is for none that is named.
type spread struct {
	months            []osms.Month
	regions           []osms.Region
	noMonth, noRegion osms.Tiyn
}

// put counts an amount for a month and a region; zero is one that is not named.
func (s *spread) put(month osms.Month, region osms.Region, amount osms.Tiyn) {
	s.months, s.regions = with(s.months, month), with(s.regions, region)
	if month == 0 {
		s.noMonth += amount
	}
	if region == 0 {
		s.noRegion += amount
	}
}

// with keeps values in order, each once; zero is no value. Neighbours mostly
// have the same one, so there is little to search.
func with[T osms.Month | osms.Region](all []T, value T) []T {
	if value == 0 {
		return all
	}
	at, found := slices.BinarySearch(all, value)
	if found {
		return all
	}
	return slices.Insert(all, at, value)
}

// of is the spread of a whole document: its own region stands for persons that
// name none, and one without persons pays as it says itself.
func (s spread) of(d osms.Document) spread {
	if d.Digest == "" {
		s = spread{}
		s.put(d.Month, d.Region, d.Amount)
	}
	if d.Region != 0 {
		s.noRegion, s.regions = 0, with(s.regions, d.Region)
	}
	return s
}

func addMoney(m *osms.MoneyReport, s spread) {
	for _, month := range s.months {
		m.Months = with(m.Months, month)
	}
	for _, region := range s.regions {
		m.Regions = with(m.Regions, region)
	}
	m.NoMonth += s.noMonth
	m.NoRegion += s.noRegion
}

// Money is what the documents of the file come to, each once.
func (d *Documents) Money() *osms.MoneyReport { m := d.money; return &m }

// Money is what the entries of the list come to.
func (t *Totals) Money() *osms.MoneyReport {
	m := &osms.MoneyReport{Persons: t.Persons, Amount: t.Amount}
	var s spread
	for _, e := range t.Entries {
		s.put(e.Month, e.Region, e.Amount)
	}
	addMoney(m, s)
	return m
}
