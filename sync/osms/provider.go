package osms

import (
	"cmp"
	_ "embed"
	"encoding/csv"
	"strings"
	"sync"
)

// Provider is who renders service A and signs its letters: an organisation of
// education, or the akimat of a district, a city or a region (clause 1 of the
// regulation).
type Provider struct {
	BIN                  BIN // 0: not known
	Region               Region
	District             string // of an akimat: "" for the whole region
	NameKK, NameRU       string
	AddressKK, AddressRU string
	// OfficeKK and OfficeRU are the office (кеңсе) where documents are handed in.
	OfficeKK, OfficeRU     string
	PositionKK, PositionRU string // of the head
	Head, Executor         string
	Phone                  string
}

//go:embed data/akimats.csv
var akimatsCSV string

var akimats = sync.OnceValue(func() map[Region]Provider {
	rows, err := csv.NewReader(strings.NewReader(akimatsCSV)).ReadAll()
	if err != nil {
		panic("osms: embedded akimats.csv: " + err.Error())
	}
	out := map[Region]Provider{}
	for _, row := range rows[1:] {
		r, err := ParseRegion(row[0])
		if err != nil {
			panic("osms: embedded akimats.csv: " + err.Error())
		}
		out[r] = Provider{Region: r, NameKK: row[1], NameRU: row[2]}
	}
	return out
})

// Akimat is a region's local executive body as it is called when nothing is
// configured: a name without address and head.
func Akimat(r Region) Provider { return akimats()[r] }

// ProviderOf is an organisation of education as a provider.
func ProviderOf(o Organisation) Provider {
	return Provider{BIN: o.BIN, Region: o.Region, District: o.District, NameKK: cmp.Or(o.NameKK, o.NameRU), NameRU: cmp.Or(o.NameRU, o.NameKK),
		AddressKK: cmp.Or(o.AddressKK, o.AddressRU), AddressRU: cmp.Or(o.AddressRU, o.AddressKK), Head: o.Head, Executor: o.Executor, Phone: o.Phone}
}

// Over fills what a provider leaves open from another.
func (p Provider) Over(q Provider) Provider {
	return Provider{BIN: cmp.Or(p.BIN, q.BIN), Region: cmp.Or(p.Region, q.Region), District: cmp.Or(p.District, q.District),
		NameKK: cmp.Or(p.NameKK, q.NameKK), NameRU: cmp.Or(p.NameRU, q.NameRU),
		AddressKK: cmp.Or(p.AddressKK, q.AddressKK), AddressRU: cmp.Or(p.AddressRU, q.AddressRU),
		OfficeKK: cmp.Or(p.OfficeKK, q.OfficeKK), OfficeRU: cmp.Or(p.OfficeRU, q.OfficeRU),
		PositionKK: cmp.Or(p.PositionKK, q.PositionKK), PositionRU: cmp.Or(p.PositionRU, q.PositionRU),
		Head: cmp.Or(p.Head, q.Head), Executor: cmp.Or(p.Executor, q.Executor), Phone: cmp.Or(p.Phone, q.Phone)}
}
