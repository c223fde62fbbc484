package jobs

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/reconcile"
	"osmsd/sync/store"
)

// notState are the payment codes of contributions that somebody else pays:
// deductions of employers (121) and penalties (123, 124). A contribution (122)
// is the state's unless its payer is somebody else. DOMAIN §4, data/knp.csv.
var notState = map[string]bool{"121": true, "123": true, "124": true}

// stateCorporation is the State Corporation "Government for Citizens", which
// passes the state's payments on (DOMAIN §4).
const stateCorporation = "160440007161"

// mostBehind bounds the documents that are named behind money on no line.
const mostBehind = 1000

// ofState reports whether a document is about contributions of the state, which
// are paid by payer ("": by whoever pays under no other code). What leaves the
// account is the state's when it goes back to the state; a return that does not
// say to whom it goes is judged by its code alone.
func ofState(payer string, x osms.Document) bool {
	if notState[x.KNP] {
		return false
	}
	other := x.PayerID
	if x.Amount < 0 && x.Kind == osms.DocumentMovement {
		other = x.PayeeID
	}
	switch {
	case other == stateCorporation || payer != "" && other == payer:
		return true
	case x.Amount < 0 && x.Kind == osms.DocumentMovement:
		return x.Returned && (other == "" || payer == "")
	}
	return payer == "" || other == ""
}

// money is what is known of a month's money besides its ledger totals.
type money struct {
	d        *Desk
	ctx      context.Context
	month    osms.Month
	sequence int64
	frozen   int64 // the sequence of the frozen list, or of what is due now
	payer    string
	freezes  []store.Freeze

	held      *heldDocuments                 // where documents are looked for; nil: in the register
	documents map[int64]store.StoredDocument // all that concern the month
	lent      map[int64]bool                 // movements that bear the reference of another format's
	state     map[int64]bool                 // those that pay the state's contributions
	posting   map[int64]bool                 // lists of several months with postings of this one
	links     map[int64]string               // what a list and its money have in common
	lead      bool                           // links lead from lists to money: a list without one has not arrived
	names     map[int64]string               // files, by import
	received  map[int64]time.Time
	sheets    map[int64][]string

	reversals map[int64]int64      // lists that a movement gives back whole
	named     map[int64]osms.Month // returns for a person, and the month that was found for them

	matched  *reconcile.Matched
	unplaced map[osms.Placeless]*osms.Unplaced
	others   map[osms.Month]otherMonth
	expects  []store.Freeze
	failed   error // of reading about another month
}

// files notes the names of the imports' files and of their sheets.
func (m *money) files() error {
	imports, err := m.d.Store.Imports(m.ctx, m.sequence)
	m.names, m.sheets, m.received = map[int64]string{}, map[int64][]string{}, map[int64]time.Time{}
	for _, i := range imports {
		m.names[i.Sequence], m.sheets[i.Sequence], m.received[i.Sequence] = i.Name, i.Sheets, i.Received
	}
	return err
}

// posted is what a believed document says of a person.
type posted struct {
	document store.StoredDocument
	osms.Posting
}

// postingsFor reads what believed documents say of some persons in the months
// that keep wants, in order of person, month, document and number.
func (m *money) postingsFor(persons []osms.IIN, keep func(*osms.Posting) bool) ([]posted, error) {
	var out []posted
	var ids []int64
	err := m.d.Store.PostingsFor(m.ctx, persons, func(document int64, p *osms.Posting) error {
		if keep(p) {
			out, ids = append(out, posted{store.StoredDocument{ID: document}, *p}), append(ids, document)
		}
		return nil
	})
	if err != nil || len(out) == 0 {
		return nil, err
	}
	slices.Sort(ids)
	known, err := m.d.Store.DocumentsNumbered(m.ctx, slices.Compact(ids), m.sequence)
	if err != nil {
		return nil, err
	}
	believed := out[:0]
	for _, p := range out {
		if x, ok := known[p.document.ID]; ok {
			believed = append(believed, posted{x, p.Posting})
		}
	}
	return believed, nil
}

// reference names a document for people.
func (m *money) reference(x store.StoredDocument) osms.DocumentRef {
	return osms.DocumentRef{Format: x.Format, Reference: x.Reference, Number: x.Number, Dated: x.Dated, Payer: x.Payer, PayerID: x.PayerID,
		Import: x.Import, File: m.names[x.Origin]}
}

// sheet names the sheet of a place in a document's file.
func (m *money) sheet(x store.StoredDocument, at osms.Place) string {
	if sheets := m.sheets[x.Origin]; int(at.Sheet) < len(sheets) {
		return sheets[at.Sheet]
	}
	return ""
}

// bears gives the references of a document: its own and its number.
func bears(x store.StoredDocument) []string {
	var out []string
	for _, r := range []string{x.Reference, x.Number} {
		if r != "" && r != "NONREF" && r != "NOTPROVIDED" {
			out = append(out, r)
		}
	}
	return out
}

// gather reads the documents that concern the month, the state's and others.
func (m *money) gather() error {
	var err error
	if m.payer, err = m.d.Store.Payer(m.ctx, m.sequence); err != nil {
		return err
	}
	all, err := m.near()
	if err != nil {
		return err
	}
	m.documents, m.state = map[int64]store.StoredDocument{}, map[int64]bool{}
	for _, x := range all {
		m.documents[x.ID] = x
	}
	// Lists may be paid by movements of other months, and movements without a
	// month pay for lists that are not dated.
	for _, kind := range []osms.DocumentKind{osms.DocumentList, osms.DocumentMovement} {
		var references []string
		for _, x := range m.documents {
			if x.Kind == kind && (kind == osms.DocumentList || x.Month == 0) {
				references = append(references, bears(x)...)
			}
		}
		slices.Sort(references)
		other := osms.DocumentMovement
		if kind == other {
			other = osms.DocumentList
		}
		bearing, err := m.bearing(other, slices.Compact(references))
		if err != nil {
			return err
		}
		for _, x := range bearing {
			m.documents[x.ID] = x
		}
	}
	m.oneFormat()
	var between []int64 // lists with earlier and later months: do they have this one?
	for id, x := range m.documents {
		m.state[id] = ofState(m.payer, x.Document)
		if x.Kind == osms.DocumentList && x.First < m.month && m.month < x.Last {
			between = append(between, id)
		}
	}
	slices.Sort(between)
	m.posting, err = m.d.Store.PostingIn(m.ctx, between, m.month)
	return err
}

// neverState lists the codes of notState.
func neverState() []string { return slices.Sorted(maps.Keys(notState)) }

// oneFormat leaves out movements that another format shows too: the statement of
// an account is sometimes sent as 1C and as MT940 or camt.053, and no number is
// the same in both. Of one account, day and sum the format with most movements
// stands, and takes the reference of the other where it has none.
func (m *money) oneFormat() {
	type money struct {
		account string
		booked  osms.Date
		amount  osms.Tiyn
	}
	groups := map[money]map[string][]int64{}
	for _, x := range m.sorted() {
		if x.Kind != osms.DocumentMovement || x.Account == "" || x.Booked == 0 {
			continue
		}
		k := money{x.Account, x.Booked, x.Amount}
		if groups[k] == nil {
			groups[k] = map[string][]int64{}
		}
		groups[k][x.Format] = append(groups[k][x.Format], x.ID)
	}
	for _, formats := range groups {
		if len(formats) == 1 {
			continue
		}
		best := ""
		for _, f := range slices.Sorted(maps.Keys(formats)) {
			if best == "" || len(formats[f]) > len(formats[best]) {
				best = f
			}
		}
		for f, ids := range formats {
			if f == best {
				continue
			}
			for i, id := range ids {
				if x := m.documents[formats[best][i]]; x.Reference == "" {
					x.Reference = m.documents[id].Reference
					m.documents[x.ID] = x
					if m.lent == nil {
						m.lent = map[int64]bool{}
					}
					m.lent[x.ID] = x.Reference != ""
				}
				delete(m.documents, id)
			}
		}
	}
}

// ofMonth reports whether a list has postings of the month.
func (m *money) ofMonth(x store.StoredDocument) bool {
	if x.Kind != osms.DocumentList || x.First == 0 || m.month < x.First || x.Last < m.month {
		return false
	}
	return m.month == x.First || m.month == x.Last || m.posting[x.ID]
}

// sorted are the documents in order of their numbers.
func (m *money) sorted() []store.StoredDocument {
	out := make([]store.StoredDocument, 0, len(m.documents))
	for _, x := range m.documents {
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b store.StoredDocument) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// moved is the day on which a document's money moved, as far as it says.
func moved(x store.StoredDocument) osms.Date { return cmp.Or(x.Booked, x.Dated) }
