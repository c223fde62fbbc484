package jobs

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"osmsd/sync/osms"
	"osmsd/sync/reconcile"
	"osmsd/sync/store"
)

// notState are the payment codes of contributions that somebody else pays:
// deductions of employers (121) and penalties (123, 124). A contribution (122)
// is the state's unless its payer is somebody else. DOMAIN §4, data/knp.csv.
var notState = map[string]bool{"121": true, "123": true, "124": true}

// stateCorporation passes the state's payments on (ГФСС/State Corporation
// "Government for Citizens").
const stateCorporation = "160440007161"

// mostBehind bounds the documents that are named behind money on no line.
const mostBehind = 1000

// ofState reports whether a document is about contributions of the state.
// Without a configured payer whoever pays under no other code is the state.
func (d *Desk) ofState(x osms.Document) bool {
	if notState[x.KNP] || x.Amount < 0 && !x.Returned {
		return false
	}
	payer := x.PayerID
	if x.Returned && x.Kind == osms.DocumentMovement {
		return true // it goes back to whoever sent it
	}
	return strings.Trim(d.State.PayerID, "0") == "" || payer == "" || payer == d.State.PayerID || payer == stateCorporation
}

// money is what is known of a month's money besides its ledger totals.
type money struct {
	d        *Desk
	ctx      context.Context
	month    osms.Month
	sequence int64
	frozen   int64 // the sequence of the frozen list, or of what is due now
	freezes  []store.Freeze

	documents map[int64]store.StoredDocument // all that concern the month
	state     map[int64]bool                 // those that pay the state's contributions
	linked    map[int64]bool
	posting   map[int64]bool   // lists of several months with postings of this one
	known     map[string]bool  // references that money of the ledger bears
	names     map[int64]string // files, by import
	received  map[int64]time.Time
	sheets    map[int64][]string

	matched  *reconcile.Matched
	unplaced map[osms.Placeless]*osms.Unplaced
	others   map[osms.Month]otherMonth
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
	all, err := m.d.Store.Documents(m.ctx, m.month, m.sequence)
	if err != nil {
		return err
	}
	m.documents, m.state = map[int64]store.StoredDocument{}, map[int64]bool{}
	var references []string
	for _, x := range all {
		m.documents[x.ID] = x
		if x.Kind == osms.DocumentList {
			references = append(references, bears(x)...)
		}
	}
	slices.Sort(references)
	borne, err := m.d.Store.Borne(m.ctx, slices.Compact(references), m.sequence)
	if err != nil {
		return err
	}
	for _, x := range borne {
		m.documents[x.ID] = x
	}
	m.oneFormat()
	var between []int64 // lists with earlier and later months: do they have this one?
	for id, x := range m.documents {
		m.state[id] = m.d.ofState(x.Document)
		if x.Kind == osms.DocumentList && x.First < m.month && m.month < x.Last {
			between = append(between, id)
		}
	}
	slices.Sort(between)
	if m.posting, err = m.d.Store.PostingIn(m.ctx, between, m.month); err != nil {
		return err
	}
	return m.files()
}

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

// link finds the movement of each list: by reference, or else, where no
// reference leads, by a sum that only these two have within five days. It gives
// the lists the reference of their movement, so that whoever compares them sees
// it, and tells whether references lead anywhere.
func (m *money) link(totals []osms.LedgerEntry) (known map[string]bool, lead bool, err error) {
	known, m.linked = map[string]bool{}, map[int64]bool{}
	type sum struct {
		amount   osms.Tiyn
		returned bool
	}
	var references []string
	movements, lists := map[sum][]int64{}, map[sum][]int64{}
	bearing := map[string]int64{}
	all := m.sorted()
	for _, x := range all {
		if !m.state[x.ID] {
			continue
		}
		key := sum{x.Amount, x.Returned}
		switch {
		case x.Kind == osms.DocumentMovement:
			movements[key] = append(movements[key], x.ID)
			for _, r := range bears(x) {
				known[r], bearing[r] = true, x.ID
			}
		default:
			lists[key] = append(lists[key], x.ID)
			references = append(references, bears(x)...)
		}
	}
	slices.Sort(references)
	byTotals, err := m.d.Store.BorneByTotals(m.ctx, slices.Compact(references), m.sequence)
	if err != nil {
		return nil, false, err
	}
	for r := range byTotals {
		known[r] = true
	}
	for _, x := range all {
		if x.Kind != osms.DocumentList || !m.state[x.ID] {
			continue
		}
		reference := ""
		for _, r := range bears(x) {
			if known[r] && reference == "" {
				reference = r
			}
		}
		if reference != "" {
			if movement, ok := bearing[reference]; ok {
				m.linked[movement] = true
				if own := bears(m.documents[movement]); !slices.Contains(own[:1], reference) {
					reference = own[0]
				}
			}
			m.linked[x.ID], lead = true, true
			x.Reference = reference
			m.documents[x.ID] = x
		}
	}
	for _, x := range all {
		if key := (sum{x.Amount, x.Returned}); x.Kind == osms.DocumentMovement && m.state[x.ID] && !m.linked[x.ID] &&
			len(movements[key]) == 1 && len(lists[key]) == 1 && x.Amount != 0 {
			l := m.documents[lists[key][0]]
			if days := x.Booked.Sub(l.Dated); m.linked[l.ID] || l.Dated == 0 || x.Booked == 0 || days < -1 || days > 5 {
				continue
			}
			if own := bears(x); len(own) > 0 {
				l.Reference = own[0]
			} else {
				l.Reference = l.Identity
				x.Reference = l.Identity
			}
			m.documents[l.ID], m.documents[x.ID] = l, x
			m.linked[l.ID], m.linked[x.ID], known[l.Reference], lead = true, true, true, true
		}
	}
	for _, e := range totals {
		known[e.Reference] = e.Reference != "" || known[e.Reference]
	}
	return known, lead, nil
}

// match compares the month's documents with the frozen list, person by person.
// Without any document it leaves matched nil: the totals alone are the ledger.
func (m *money) match(totals []osms.LedgerEntry, rate osms.StateRate, onItsWay func(osms.Date) bool) error {
	if err := m.gather(); err != nil {
		return err
	}
	m.unplaced = map[osms.Placeless]*osms.Unplaced{}
	known, lead, err := m.link(totals)
	if err != nil {
		return err
	}
	m.known = known
	if err := m.strangers(); err != nil || len(m.documents) == 0 {
		return err
	}
	o := reconcile.MatchOptions{Month: m.month, PerPerson: rate.PerPerson(), Totals: totals, HasReferences: lead, OnItsWay: onItsWay,
		References: func(r string) bool { return m.known[r] }, Other: func(month osms.Month) reconcile.OtherMonth { return m.other(month).OtherMonth }}
	lists := false
	for _, x := range m.sorted() {
		switch {
		case m.ofMonth(x) && m.state[x.ID]:
			lists = true
		case m.state[x.ID] && x.Kind == osms.DocumentList && m.linked[x.ID]: // it may be what a movement without a month pays for
		case !m.state[x.ID] || x.Kind == osms.DocumentList || x.Month != m.month && !(m.linked[x.ID] && x.Month == 0) && !(x.Digest != "" && x.First == m.month):
			continue
		}
		o.Documents = append(o.Documents, reconcile.Document{ID: x.ID, Document: x.Document, Ref: m.reference(x), Names: m.sheets[x.Origin]})
	}
	if len(o.Documents) == 0 {
		return nil
	}
	matching := reconcile.NewMatching(o)
	if lists {
		if err := m.stands(matching); err != nil {
			return err
		}
	}
	if lists || slices.ContainsFunc(o.Documents, func(x reconcile.Document) bool { return x.Digest != "" }) {
		if err := m.add(matching, o.Documents); err != nil {
			return err
		}
		if err := m.tell(matching); err != nil {
			return err
		}
	}
	closed := matching.Close()
	m.matched = &closed
	return m.failed
}

// stands hands the month's list over.
func (m *money) stands(matching *reconcile.Matching) error {
	return m.d.Store.Stands(m.ctx, m.month, m.frozen, func(e osms.Entitlement) error {
		matching.List(reconcile.Stand{Person: e.Person, BIN: e.BIN, Region: e.Region, Category: e.Category})
		return nil
	})
}

// add hands the month's postings of the state's documents over.
func (m *money) add(matching *reconcile.Matching, documents []reconcile.Document) error {
	counts := map[int64]bool{}
	for _, x := range documents {
		counts[x.ID] = true
	}
	return m.d.Store.Postings(m.ctx, m.month, func(document int64, p *osms.Posting) error {
		if !counts[document] || notState[p.KNP] {
			return nil
		}
		return matching.Add(reconcile.Entry{Document: document, Posting: *p, Sheet: m.sheet(m.documents[document], p.Place)})
	})
}

// employers lists the payments of others than the state for persons whom the
// state pays for in a month: such a payment bounces, or the person works.
func (d *Desk) employers(ctx context.Context, month osms.Month, sequence int64) ([]osms.EmployerPayment, error) {
	m := &money{d: d, ctx: ctx, month: month, sequence: sequence, frozen: sequence}
	if err := m.gather(); err != nil {
		return nil, err
	}
	var out []osms.EmployerPayment
	var persons []osms.IIN
	err := d.Store.Postings(ctx, month, func(document int64, p *osms.Posting) error {
		x, ok := m.documents[document]
		if ok && p.Person != 0 && p.Amount > 0 && (!m.state[document] || notState[p.KNP]) {
			persons = append(persons, p.Person)
			out = append(out, osms.EmployerPayment{Person: p.Person, Month: month, Amount: p.Amount, KNP: cmp.Or(p.KNP, x.KNP), Document: m.reference(x)})
		}
		return nil
	})
	if err != nil || len(out) == 0 {
		return nil, err
	}
	slices.Sort(persons)
	persons = slices.Compact(persons)
	stands := map[osms.IIN]osms.Entitlement{}
	err = d.Store.EntitlementsFor(ctx, persons, func(e store.KnownEntitlement) error {
		if e.From <= month && month <= e.To && believed(e.KnownFrom, e.KnownUntil, sequence) {
			stands[e.Person] = e.Entitlement
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	names, err := d.Store.Names(ctx, persons, sequence)
	if err != nil {
		return nil, err
	}
	out = slices.DeleteFunc(out, func(p osms.EmployerPayment) bool { return stands[p.Person].Region == 0 })
	for i := range out {
		s := stands[out[i].Person]
		out[i].Region, out[i].BIN, out[i].Name = s.Region, s.BIN, names[out[i].Person]
	}
	slices.SortStableFunc(out, func(a, b osms.EmployerPayment) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.BIN, b.BIN), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Document.Reference, b.Document.Reference))
	})
	return out, nil
}

// tell gives the other months of the persons for whom they decide.
func (m *money) tell(matching *reconcile.Matching) error {
	asked := matching.Ask()
	if len(asked) == 0 {
		return nil
	}
	pasts := map[osms.IIN]*reconcile.Past{}
	for _, p := range asked {
		pasts[p] = &reconcile.Past{}
	}
	documents := map[int64]bool{}
	type posted struct {
		document int64
		osms.Posting
	}
	var postings []posted
	months := map[osms.Month]bool{}
	err := m.d.Store.PostingsFor(m.ctx, asked, func(document int64, p *osms.Posting) error {
		if p.Month != m.month && p.Month != 0 && !notState[p.KNP] {
			postings = append(postings, posted{document, *p})
			documents[document], months[p.Month] = true, true
		}
		return nil
	})
	if err != nil {
		return err
	}
	ids := make([]int64, 0, len(documents))
	for id := range documents {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	known, err := m.d.Store.DocumentsNumbered(m.ctx, ids, m.sequence)
	if err != nil {
		return err
	}
	for _, p := range postings {
		x, ok := known[p.document]
		if !ok || !m.d.ofState(x.Document) {
			continue
		}
		if _, ok := m.documents[x.ID]; !ok {
			if m.other(p.Month).arrived[x.ID] {
				x.Reference = cmp.Or(x.Reference, x.Identity)
				m.known[x.Reference] = true
			}
			m.documents[x.ID], m.state[x.ID] = x, true
		}
		x = m.documents[x.ID]
		past := pasts[p.Person]
		entry := reconcile.Entry{Document: p.document, Posting: p.Posting, Sheet: m.sheet(x, p.Place)}
		if entry.Region == 0 {
			entry.Region = x.Region
		}
		past.Entries = append(past.Entries, entry)
		if !slices.ContainsFunc(past.Documents, func(d reconcile.Document) bool { return d.ID == x.ID }) {
			past.Documents = append(past.Documents, reconcile.Document{ID: x.ID, Document: x.Document, Ref: m.reference(x), Names: m.sheets[x.Origin]})
		}
	}
	expected, err := m.expected(months)
	if err != nil {
		return err
	}
	err = m.d.Store.EntitlementsFor(m.ctx, asked, func(e store.KnownEntitlement) error {
		for _, x := range expected {
			if e.From <= x.Month && x.Month <= e.To && believed(e.KnownFrom, e.KnownUntil, x.Sequence) {
				pasts[e.Person].Expected = append(pasts[e.Person].Expected, reconcile.Expected{Month: x.Month, PerPerson: x.Rate.PerPerson(),
					Stand: reconcile.Stand{Person: e.Person, BIN: e.BIN, Region: e.Region, Category: e.Category}})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range asked {
		matching.Tell(p, *pasts[p])
	}
	return nil
}

// otherMonth is what is known of the money of another month.
type otherMonth struct {
	reconcile.OtherMonth
	arrived map[int64]bool // its lists
}

// other looks at another month as it would be looked at for itself.
func (m *money) other(month osms.Month) otherMonth {
	if o, ok := m.others[month]; ok {
		return o
	}
	o := otherMonth{OtherMonth: reconcile.OtherMonth{Source: osms.FromNothing}, arrived: map[int64]bool{}}
	entries, err := m.d.Store.Ledger(m.ctx, month, m.sequence)
	m.failed = cmp.Or(m.failed, err)
	totals := make([]osms.LedgerEntry, len(entries))
	for i, e := range entries {
		totals[i] = e.LedgerEntry
	}
	other := &money{d: m.d, ctx: m.ctx, month: month, sequence: m.sequence}
	m.failed = cmp.Or(m.failed, other.gather())
	_, lead, err := other.link(totals)
	m.failed = cmp.Or(m.failed, err)
	movements := false
	for id, x := range other.documents {
		if !other.state[id] {
			continue
		}
		movements = movements || x.Kind == osms.DocumentMovement && (x.Month == month || x.Month == 0 && other.linked[id])
		o.Lists = o.Lists || other.ofMonth(x) && !x.Returned
		o.arrived[id] = !lead || other.linked[id]
	}
	switch {
	case len(totals) > 0:
		o.Source = osms.FromTotals
	case movements:
		o.Source = osms.FromStatements
	case o.Lists:
		o.Source = osms.FromLists
	}
	if m.others == nil {
		m.others = map[osms.Month]otherMonth{}
	}
	m.others[month] = o
	return o
}

// expected are the lists of the other months: the frozen ones, and what is due
// now for months that were not frozen and for which somebody paid.
func (m *money) expected(months map[osms.Month]bool) ([]store.Freeze, error) {
	var out []store.Freeze
	for _, f := range m.freezes {
		delete(months, f.Month)
		if f.Month != m.month {
			out = append(out, f)
		}
	}
	for month := range months {
		rate, _, err := m.d.due(m.ctx, month, m.sequence)
		if err != nil {
			continue // there is no rate: nothing can be due
		}
		out = append(out, store.Freeze{Month: month, Sequence: m.sequence, Rate: rate})
	}
	return out, nil
}

// strangers notes the money that stands on no line of the month: what does not
// say for which month it is, in the month in which it moved, and what is not a
// contribution of the state.
func (m *money) strangers() error {
	moves := map[string]bool{} // references of movements that are not the state's
	for _, x := range m.sorted() {
		if x.Kind == osms.DocumentMovement && !m.state[x.ID] {
			for _, r := range bears(x) {
				moves[r] = true
			}
		}
	}
	for _, x := range m.sorted() {
		stated := cmp.Or(x.Month, x.First)
		switch {
		case !m.state[x.ID]:
			if x.Kind == osms.DocumentList && slices.ContainsFunc(bears(x), func(r string) bool { return moves[r] }) {
				continue // its movement stands for it
			}
			if stated == m.month || stated == 0 && moved(x).Month() == m.month {
				m.unplace(osms.NotState, x, x.Persons, x.Amount)
			}
		case x.Kind == osms.DocumentMovement && stated == 0 && moved(x).Month() == m.month && !m.linked[x.ID]:
			m.unplace(osms.NoMonth, x, x.Persons, x.Amount)
		}
	}
	return m.monthless()
}

// moved is the day on which a document's money moved, as far as it says.
func moved(x store.StoredDocument) osms.Date { return cmp.Or(x.Booked, x.Dated) }

// monthless notes the persons of lists whose month is not stated, list by list,
// and lines of lists of totals without a month.
func (m *money) monthless() error {
	type sum struct {
		persons int
		amount  osms.Tiyn
	}
	sums := map[int64]sum{}
	err := m.d.Store.Postings(m.ctx, 0, func(document int64, p *osms.Posting) error {
		s := sums[document]
		sums[document] = sum{s.persons + 1, s.amount + p.Amount}
		return nil
	})
	if err != nil {
		return err
	}
	known, err := m.d.Store.DocumentsNumbered(m.ctx, slices.Sorted(maps.Keys(sums)), m.sequence)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		if x := known[id]; x.Kind == osms.DocumentList && moved(x).Month() == m.month && m.d.ofState(x.Document) {
			m.unplace(osms.NoMonth, x, sums[id].persons, sums[id].amount)
		}
	}
	lines, err := m.d.Store.Ledger(m.ctx, 0, m.sequence)
	if err != nil {
		return err
	}
	for _, e := range lines {
		month := e.PaidOn.Month()
		if month == 0 {
			month = osms.DateOf(m.received[e.Import].In(m.d.Zone)).Month()
		}
		if month == m.month {
			x := store.StoredDocument{Document: osms.Document{Format: "totals", Reference: e.Reference, Booked: e.PaidOn, Place: e.Place}, Import: e.Import, Origin: e.Import}
			m.unplace(osms.NoMonth, x, e.Persons, e.Amount)
		}
	}
	return nil
}

func (m *money) unplace(why osms.Placeless, x store.StoredDocument, persons int, amount osms.Tiyn) {
	u := m.unplaced[why]
	if u == nil {
		u = &osms.Unplaced{Why: why}
		m.unplaced[why] = u
	}
	u.Persons += persons
	u.Amount += amount
	if len(u.Behind) < mostBehind {
		ref := m.reference(x)
		u.Behind = append(u.Behind, osms.BridgePerson{Amount: amount, Import: x.Import, File: ref.File, Sheet: m.sheet(x, x.Place), Row: int(x.Row), Document: &ref})
	}
}

// report puts the documents that were counted or looked at, and the money on no
// line, into a reconciliation.
func (m *money) report(r *osms.Reconciliation, imports map[int64]bool) {
	r.Source = osms.FromNothing
	if m.matched != nil {
		r.Source = m.matched.Source
	} else if len(r.Entries) > 0 {
		r.Source = osms.FromTotals
	}
	if m.matched != nil {
		r.Documents = m.matched.Documents
	}
	for _, x := range r.Documents {
		imports[x.Import] = true
	}
	for _, u := range m.unplaced {
		for _, p := range u.Behind {
			imports[p.Import] = true
		}
	}
	for _, why := range []osms.Placeless{osms.NoMonth, osms.NotState} {
		if u := m.unplaced[why]; u != nil {
			r.Unplaced = append(r.Unplaced, *u)
		}
	}
}
