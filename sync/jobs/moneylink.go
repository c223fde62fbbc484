package jobs

import (
	"cmp"
	"fmt"
	"slices"

	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Between a list of persons and the movement of its money lie at most so many
// days, before and after; a reference or number seen earlier or later is another
// payment's that bears the same.
const (
	daysBefore, daysAfter = 10, 31
	// sumDays is the same where only the sum leads from one to the other.
	sumDays = 5
)

// link finds the money of each list: a movement, or a line of the month's totals,
// that bears its reference; or else, where the two have no references that could
// disagree, a movement of a sum that only these two have.
func (m *money) link(totals []osms.LedgerEntry) {
	m.links, m.lead = map[int64]string{}, false
	byTotals := map[string]bool{}
	for _, e := range totals {
		byTotals[e.Reference] = e.Reference != ""
	}
	var lists, movements []store.StoredDocument
	bearing := map[string][]store.StoredDocument{}
	for _, x := range m.sorted() {
		switch {
		case !m.state[x.ID]:
		case x.Kind == osms.DocumentList:
			lists = append(lists, x)
		default:
			movements = append(movements, x)
			for _, r := range bears(x) {
				bearing[r] = append(bearing[r], x)
			}
		}
	}
	for _, x := range lists {
		var found []store.StoredDocument
		for _, r := range bears(x) {
			for _, y := range bearing[r] {
				if payFor(x, y, r) {
					found = append(found, y)
				}
			}
		}
		switch {
		case len(found) > 0:
			y := slices.MinFunc(found, func(a, b store.StoredDocument) int {
				return cmp.Or(cmp.Compare(differ(a.Amount != x.Amount), differ(b.Amount != x.Amount)),
					cmp.Compare(daysApart(x, a), daysApart(x, b)), cmp.Compare(a.ID, b.ID))
			})
			m.join(x, y)
		case slices.ContainsFunc(bears(x), func(r string) bool { return byTotals[r] }):
			m.links[x.ID], m.lead = "totals", true
		}
	}
	m.linkSums(lists, movements)
}

// join links a list with its movement.
func (m *money) join(list, movement store.StoredDocument) {
	link := m.links[movement.ID]
	if link == "" {
		link = fmt.Sprint("movement ", movement.ID)
		m.links[movement.ID] = link
	}
	m.links[list.ID], m.lead = link, true
}

// payFor tells whether a movement that bears a list's reference can be its money:
// in the same direction, of the same payer, and not long before or after. A
// number counts only where both days are known: numbers begin anew each year.
func payFor(list, movement store.StoredDocument, reference string) bool {
	if list.Returned != movement.Returned || !samePayer(list, movement) {
		return false
	}
	if moved(list) == 0 || moved(movement) == 0 {
		return list.Reference == reference && movement.Reference == reference
	}
	days := moved(movement).Sub(sent(list))
	return days >= -daysBefore && days <= daysAfter
}

// samePayer tells whether two documents name one payer, as far as they name any;
// the State Corporation passes payments on.
func samePayer(a, b store.StoredDocument) bool {
	return a.PayerID == "" || b.PayerID == "" || a.PayerID == b.PayerID || a.PayerID == stateCorporation || b.PayerID == stateCorporation || a.Returned
}

// daysApart is how many days lie between a list and a movement.
func daysApart(list, movement store.StoredDocument) int {
	days := moved(movement).Sub(sent(list))
	return max(days, -days)
}

func differ(b bool) int {
	if b {
		return 1
	}
	return 0
}

// linkSums links what no reference does: a list and a movement of one sum, when no
// other has it, of which at most one has a reference, and which do not name
// different months, regions or payers.
func (m *money) linkSums(lists, movements []store.StoredDocument) {
	type sum struct {
		amount   osms.Tiyn
		returned bool
	}
	of := func(all []store.StoredDocument) map[sum][]store.StoredDocument {
		by := map[sum][]store.StoredDocument{}
		for _, x := range all {
			if x.Amount != 0 {
				k := sum{x.Amount, x.Returned}
				by[k] = append(by[k], x)
			}
		}
		return by
	}
	sums := of(movements)
	for k, found := range of(lists) {
		if len(found) != 1 || len(sums[k]) != 1 {
			continue
		}
		x, y := found[0], sums[k][0]
		if m.links[x.ID] != "" || m.links[y.ID] != "" || x.Reference != "" && y.Reference != "" || !samePayer(x, y) ||
			x.Region != y.Region && y.Region != 0 || y.Month != 0 && (y.Month < x.First || y.Month > x.Last) || moved(x) == 0 || moved(y) == 0 {
			continue
		}
		if days := moved(y).Sub(sent(x)); days >= -1 && days <= sumDays {
			m.join(x, y)
		}
	}
}

// sent is the day of which a list is.
func sent(list store.StoredDocument) osms.Date { return cmp.Or(list.Dated, list.Booked) }
