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

// stateCorporation passes the state's payments on (ГФСС/State Corporation
// "Government for Citizens").
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

	documents map[int64]store.StoredDocument // all that concern the month
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
	all, err := m.d.Store.Documents(m.ctx, m.month, m.sequence, neverState())
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
		bearing, err := m.d.Store.Bearing(m.ctx, other, slices.Compact(references), m.sequence)
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
	if m.posting, err = m.d.Store.PostingIn(m.ctx, between, m.month); err != nil {
		return err
	}
	return m.files()
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

// match compares the month's documents with the frozen list, person by person.
// Without any document it leaves matched nil: the totals alone are the ledger.
func (m *money) match(totals []osms.LedgerEntry, rate osms.StateRate, onItsWay func(osms.Date) bool) error {
	if err := m.gather(); err != nil {
		return err
	}
	m.unplaced = map[osms.Placeless]*osms.Unplaced{}
	m.link(totals)
	if err := m.returns(); err != nil {
		return err
	}
	if err := m.strangers(totals); err != nil || len(m.documents) == 0 {
		return err
	}
	o := reconcile.MatchOptions{Month: m.month, PerPerson: rate.PerPerson(), Totals: totals, HasReferences: m.lead, OnItsWay: onItsWay,
		Links: true, Other: func(month osms.Month) reconcile.OtherMonth { return m.other(month).OtherMonth }}
	lists := false
	for _, x := range m.sorted() {
		switch {
		case m.ofMonth(x) && m.state[x.ID]:
			lists = true
		case m.state[x.ID] && x.Kind == osms.DocumentList && m.links[x.ID] != "": // it may be what a movement without a month pays for
		case !m.state[x.ID] || x.Kind == osms.DocumentList || x.Month != m.month && !(m.links[x.ID] != "" && x.Month == 0) && !(x.Digest != "" && x.First == m.month):
			continue
		}
		o.Documents = append(o.Documents, m.shown(x))
	}
	if len(o.Documents) == 0 {
		return nil
	}
	matching := reconcile.NewMatching(o)
	persons := lists || slices.ContainsFunc(o.Documents, func(x reconcile.Document) bool { return x.Digest != "" })
	if persons {
		if err := m.stands(matching); err != nil {
			return err
		}
	}
	if persons {
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
	err := m.d.Store.Postings(m.ctx, m.month, func(document int64, p *osms.Posting) error {
		if !counts[document] || notState[p.KNP] {
			return nil
		}
		return matching.Add(reconcile.Entry{Document: document, Posting: *p, Sheet: m.sheet(m.documents[document], p.Place)})
	})
	if err != nil {
		return err
	}
	return m.giveBack(matching)
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

// askAtOnce is how many persons are looked up in other months together.
const askAtOnce = 2000

// tell gives the other months of the persons for whom they decide.
func (m *money) tell(matching *reconcile.Matching) error {
	for asked := range slices.Chunk(matching.Ask(), askAtOnce) {
		if err := m.tellOf(matching, asked); err != nil {
			return err
		}
	}
	return nil
}

func (m *money) tellOf(matching *reconcile.Matching, asked []osms.IIN) error {
	type posted struct {
		document int64
		osms.Posting
	}
	var postings []posted
	var ids []int64
	err := m.d.Store.PostingsFor(m.ctx, asked, func(document int64, p *osms.Posting) error {
		if p.Month != m.month && p.Month != 0 && !notState[p.KNP] {
			postings, ids = append(postings, posted{document, *p}), append(ids, document)
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(ids)
	known, err := m.d.Store.DocumentsNumbered(m.ctx, slices.Compact(ids), m.sequence)
	if err != nil {
		return err
	}
	// Whoever has nothing in other months, and nothing too many in this one, is
	// settled by the month alone.
	pasts := map[osms.IIN]*reconcile.Past{}
	for _, p := range asked {
		if matching.HasEntries(p) {
			pasts[p] = &reconcile.Past{}
		}
	}
	for _, p := range postings {
		x, ok := known[p.document]
		if !ok || !ofState(m.payer, x.Document) {
			continue
		}
		past := pasts[p.Person]
		if past == nil {
			past = &reconcile.Past{}
			pasts[p.Person] = past
		}
		shown := m.shown(x)
		shown.Link = "" // it has arrived, or not, as its own month sees it
		if m.other(p.Month).arrived[x.ID] {
			shown.Link = "arrived"
		}
		entry := reconcile.Entry{Document: p.document, Posting: p.Posting, Sheet: m.sheet(x, p.Place)}
		entry.Region = cmp.Or(entry.Region, x.Region)
		past.Entries = append(past.Entries, entry)
		if !slices.ContainsFunc(past.Documents, func(d reconcile.Document) bool { return d.ID == x.ID }) {
			past.Documents = append(past.Documents, shown)
		}
	}
	if len(pasts) == 0 {
		return nil
	}
	expected, err := m.expected()
	if err != nil {
		return err
	}
	err = m.d.Store.EntitlementsFor(m.ctx, slices.Sorted(maps.Keys(pasts)), func(e store.KnownEntitlement) error {
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
	for _, p := range slices.Sorted(maps.Keys(pasts)) {
		matching.Tell(p, *pasts[p])
	}
	return m.failed
}

// shown is a document as it is matched.
func (m *money) shown(x store.StoredDocument) reconcile.Document {
	return reconcile.Document{ID: x.ID, Document: x.Document, Ref: m.reference(x), Names: m.sheets[x.Origin], Link: m.links[x.ID]}
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
	other.link(totals)
	movements := false
	for id, x := range other.documents {
		if !other.state[id] {
			continue
		}
		movements = movements || x.Kind == osms.DocumentMovement && (x.Month == month || x.Month == 0 && other.links[id] != "")
		o.Lists = o.Lists || other.ofMonth(x) && !x.Returned
		o.arrived[id] = x.Kind == osms.DocumentMovement || !other.lead || other.links[id] != ""
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

// expected are the lists of the other months that are near and that lists of
// persons account for: the frozen ones, and what is due now where nothing was
// frozen.
func (m *money) expected() ([]store.Freeze, error) {
	if m.expects != nil {
		return m.expects, nil
	}
	frozen := map[osms.Month]store.Freeze{}
	for _, f := range m.freezes {
		frozen[f.Month] = f
	}
	m.expects = []store.Freeze{}
	for n := -reconcile.Farthest; n <= reconcile.Farthest; n++ {
		month := m.month.Add(n)
		if n == 0 || !m.other(month).Lists {
			continue
		}
		f, ok := frozen[month]
		if !ok {
			rate, _, err := m.d.due(m.ctx, month, m.sequence)
			if err != nil {
				continue // there is no rate: nothing can be due
			}
			f = store.Freeze{Month: month, Sequence: m.sequence, Rate: rate}
		}
		m.expects = append(m.expects, f)
	}
	return m.expects, m.failed
}

// strangers notes the money that stands on no line of the month: what does not
// say for which month it is, in the month in which it moved; what is not a
// contribution of the state; and, where lists of totals are the ledger, what a
// statement shows for regions that they do not have.
func (m *money) strangers(totals []osms.LedgerEntry) error {
	persons, amount, first, err := m.d.Store.Strangers(m.ctx, m.month, m.sequence, neverState(), mostBehind)
	if err != nil {
		return err
	}
	moves := map[string]bool{} // references of movements that are not the state's
	if persons != 0 || amount != 0 {
		for _, x := range first {
			m.unplace(osms.NotState, x, x.Persons, x.Amount)
			persons, amount = persons-x.Persons, amount-x.Amount
			for _, r := range bears(x) {
				moves[r] = true
			}
		}
		m.unplaced[osms.NotState].Persons += persons
		m.unplaced[osms.NotState].Amount += amount
	}
	for _, x := range m.sorted() {
		if x.Kind == osms.DocumentMovement && !m.state[x.ID] {
			for _, r := range bears(x) {
				moves[r] = true
			}
		}
	}
	has := map[osms.Region]bool{}
	for _, e := range totals {
		has[e.Region] = true
	}
	for _, x := range m.sorted() {
		stated := cmp.Or(x.Month, x.First)
		here := stated == m.month || stated == 0 && moved(x).Month() == m.month
		switch {
		case !m.state[x.ID]:
			if x.Kind == osms.DocumentMovement && notState[x.KNP] || x.Kind == osms.DocumentList && slices.ContainsFunc(bears(x), func(r string) bool { return moves[r] }) {
				continue // it was summed, or its movement stands for it
			}
			if here {
				m.unplace(osms.NotState, x, x.Persons, x.Amount)
			}
		case x.Kind == osms.DocumentMovement && stated == 0 && here && m.links[x.ID] == "":
			m.unplace(osms.NoMonth, x, x.Persons, x.Amount)
		case x.Kind == osms.DocumentMovement && stated == m.month && len(totals) > 0 && x.Region != 0 && !has[x.Region]:
			m.unplace(osms.NotInTotals, x, x.Persons, x.Amount)
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
		if x := known[id]; x.Kind == osms.DocumentList && moved(x).Month() == m.month && ofState(m.payer, x.Document) {
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
	for _, why := range []osms.Placeless{osms.NoMonth, osms.NotInTotals, osms.NotState} {
		if u := m.unplaced[why]; u != nil {
			r.Unplaced = append(r.Unplaced, *u)
		}
	}
}
