package reconcile

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"osmsd/sync/osms"
)

// ErrEntry says that an entry does not belong to the month or to a document of
// it. Its text has no person in it.
var ErrEntry = errors.New("an entry that is not of the month's documents")

// Matching matches a month's payments with its list, person by person. First all
// entries are added, then it asks for the other months of those whom one month
// does not settle, and is closed.
//
// It holds the list and one payment a person in a few bytes each. Only what is
// odd is kept in full: returns, persons who are not on the list, other regions,
// second payments.
type Matching struct {
	o      MatchOptions
	stands stands
	papers []paper
	ranks  map[int64]int
	refs   map[string]bool // when the options have no References
	sheets []string
	sheet  map[string]uint16
	lastID int64
	last   int

	kept   []kept
	texts  []text
	names  int    // kept entries with a name
	named  bool   // names are still kept
	seen   []bool // places of which a document names somebody
	funds  funds
	tally  *tally
	asked  map[osms.IIN]bool // and are not on the list
	turned bool              // from adding to asking
	split  bool              // it has been asked who is odd
}

// kept is an entry kept in full.
type kept struct {
	person      osms.IIN
	amount      osms.Tiyn
	rank        int32
	number, row int32
	text        int32 // -1: none
	sheet       uint16
	region      osms.Region
	back        bool
}

// text is what is written about a kept entry.
type text struct{ name, given, reverses string }

// mostNames bounds how many names of kept entries are held for Behind. Beyond it
// none is: so many are nobody's reading, and which are shown must not depend on
// the order in which they came.
const mostNames = 100_000

// NewMatching begins to match a month.
func NewMatching(o MatchOptions) *Matching {
	m := &Matching{o: o, papers: sortPapers(o.Documents), ranks: map[int64]int{}, sheet: map[string]uint16{}, named: true,
		asked: map[osms.IIN]bool{}, last: -1}
	for i := range m.papers {
		m.ranks[m.papers[i].ID] = i
		m.bind(&m.papers[i].Document)
	}
	if o.References == nil && !o.Links {
		m.refs = map[string]bool{}
		for _, t := range o.Totals {
			m.refs[t.Reference] = true
		}
		for i := range o.Documents {
			if o.Documents[i].Kind == osms.DocumentMovement {
				m.refs[o.Documents[i].Reference] = true
			}
		}
	}
	m.stands.list = make([]uint64, 0, len(o.Listed))
	for _, s := range o.Listed {
		m.stands.add(s)
	}
	m.o.Listed = nil
	return m
}

// List puts one more person on the month's list. It comes before the first Add.
func (m *Matching) List(s Stand) { m.stands.add(s) }

// Add takes a posting of the month, in any order, each once.
func (m *Matching) Add(e Entry) error {
	if m.turned {
		return fmt.Errorf("after the question: %w", ErrEntry)
	}
	m.ready()
	if e.Document != m.lastID || m.last < 0 {
		rank, ok := m.ranks[e.Document]
		if !ok {
			return fmt.Errorf("document %d: %w", e.Document, ErrEntry)
		}
		m.lastID, m.last = e.Document, rank
	}
	p := &m.papers[m.last]
	if month := cmp.Or(e.Month, p.Month); month != m.o.Month {
		return fmt.Errorf("document %d, %s: %w", e.Document, month, ErrEntry)
	}
	back := givesBack(&p.Document, &e.Posting)
	p.entries++
	p.sum += e.Amount
	if back {
		p.persons--
	} else {
		p.persons++
		p.bulk = p.bulk || p.Kind == osms.DocumentList
	}
	region := cmp.Or(e.Region, p.Region)
	at := -1
	if e.Person != 0 {
		at = m.stands.find(e.Person)
	}
	if at < 0 {
		m.keep(&e, region, back, true)
		return nil
	}
	place := m.stands.placeOf(at)
	m.seen[place] = true
	own := region == 0 || region == m.stands.places[place].region
	if !back && own && m.stands.keep(at, m.o.PerPerson, m.last, &e.Posting, m.sheetOf(&e)) {
		return nil
	}
	m.stands.state[at] |= isKept
	m.keep(&e, region, back, back || !own)
	return nil
}

// ready makes the list ready to be asked.
func (m *Matching) ready() {
	if m.seen == nil {
		m.stands.sort()
		m.seen = make([]bool, len(m.stands.places))
	}
}

// givesBack tells whether an entry gives money back.
func givesBack(d *Document, p *osms.Posting) bool { return d.Returned || p.Returned || p.Amount < 0 }

// keep keeps an entry in full, with the name where it can be needed: a second
// payment at the person's own region has none, as the first has none.
func (m *Matching) keep(e *Entry, region osms.Region, back, withName bool) {
	k := kept{person: e.Person, amount: e.Amount, rank: int32(m.last), number: e.Number, row: e.Row, text: -1,
		sheet: m.sheetOf(e), region: region, back: back}
	t := text{given: e.Given, reverses: cmp.Or(e.Reverses, m.papers[m.last].Reverses)}
	if withName && e.Name != "" {
		m.names++
		if m.names > mostNames && m.named {
			m.named = false
			for i := range m.texts {
				m.texts[i].name = ""
			}
		}
		if m.named {
			t.name = e.Name
		}
	}
	if t != (text{}) {
		k.text = int32(len(m.texts))
		m.texts = append(m.texts, t)
	}
	m.kept = append(m.kept, k)
}

// sheetOf numbers the name of an entry's sheet.
func (m *Matching) sheetOf(e *Entry) uint16 {
	name := e.Sheet
	if names := m.papers[m.last].Names; name == "" && int(e.Place.Sheet) < len(names) && e.Place.Sheet >= 0 {
		name = names[e.Place.Sheet]
	}
	n, ok := m.sheet[name]
	if !ok {
		if len(m.sheets) > math.MaxUint16 {
			return 0
		}
		n = uint16(len(m.sheets))
		m.sheet[name] = n
		m.sheets = append(m.sheets, name)
	}
	return n
}

// turn settles, once all entries are known, where the money comes from and which
// documents have arrived.
func (m *Matching) turn() {
	if m.turned {
		return
	}
	m.turned = true
	m.ready()
	m.funds = fund(m.o.Month, m.o.Totals, m.papers)
	lists := false
	for i := range m.papers {
		p := &m.papers[i]
		p.linked = p.Kind == osms.DocumentMovement || m.bears(p.Link)
		p.arrived, p.onItsWay = m.arrived(&p.Document, m.funds.source)
		lists = lists || p.bulk
	}
	m.tally = newTally(m.o.Month, m.o.PerPerson, lists)
	slices.SortFunc(m.kept, func(a, b kept) int {
		return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(m.text(a).given, m.text(b).given),
			cmp.Compare(a.rank, b.rank), cmp.Compare(a.number, b.number), cmp.Compare(a.row, b.row))
	})
}

func (m *Matching) text(k kept) text {
	if k.text < 0 {
		return text{}
	}
	return m.texts[k.text]
}

// bind gives a document its Link where none are given.
func (m *Matching) bind(d *Document) {
	if !m.o.Links {
		d.Link = d.Reference
	}
}

// bears tells whether money of the ledger bears a link.
func (m *Matching) bears(reference string) bool {
	switch {
	case reference == "" || m.o.Links:
		return reference != ""
	case m.o.References == nil:
		return m.refs[reference]
	}
	return m.o.References(reference)
}

// arrived tells whether the money of a document is in a ledger of that source,
// and if not, whether it can still be on its way.
func (m *Matching) arrived(d *Document, source osms.MoneySource) (arrived, onItsWay bool) {
	if d.Kind == osms.DocumentMovement || !m.o.HasReferences || source == osms.FromLists || m.bears(d.Link) {
		return true, false
	}
	return false, m.o.OnItsWay != nil && m.o.OnItsWay(d.Dated)
}

// other tells about a month.
func (m *Matching) other(month osms.Month) OtherMonth {
	switch {
	case month == m.o.Month:
		return OtherMonth{Source: m.funds.source, Lists: m.tally.lists}
	case m.o.Other == nil:
		return OtherMonth{Source: osms.FromStatements, Lists: true}
	}
	return m.o.Other(month)
}
