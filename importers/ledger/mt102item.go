package ledger

import (
	"bytes"

	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// item is what a message says of one person, while it is read.
type item struct {
	begun  bool
	line   int
	number int // 0: not readable
	amount osms.Tiyn
	paid   bool // the amount was there
	texts  texts
	name   []byte // scratch
}

func (m *message) beginItem(number []byte) error {
	if err := m.endItem(); err != nil {
		return err
	}
	m.head()
	it := &m.item
	it.begun, it.paid, it.line = true, false, m.p.lines.number
	it.texts.clear()
	it.number, _ = wholeNumber(number)
	m.into, m.tag = &m.ignored, tagOther
	return nil
}

func (m *message) itemAmount(value []byte) error {
	it := &m.item
	if err := m.p.inTenge(value); err != nil {
		return err
	}
	amount, ok := swiftAmount(value)
	if !ok || !it.begun || it.paid {
		return m.p.damaged("the amount of a person cannot be read")
	}
	if !m.p.turnover.add(amount) {
		return m.p.damaged(beyondMoney)
	}
	m.sum += amount
	it.amount, it.paid = amount, true
	m.into, m.tag = &m.ignored, tagOther
	return nil
}

// endItem makes a posting of the person read before. Whoever it is, the money
// counts: what cannot be read of the person is a warning.
func (m *message) endItem() error {
	it := &m.item
	if !it.begun {
		return nil
	}
	if !it.paid {
		return m.p.damaged("the amount of a person cannot be read")
	}
	m.items.add(it.number, it.line)
	t, p := &it.texts, &m.persons
	*p = osms.Posting{Amount: it.amount, Month: m.d.Month, Returned: m.d.Returned}
	p.Row = int32(it.line)
	m.person(p, bytes.TrimSpace(t[tagID]))
	p.Name = it.fullName()
	if b := t[tagBirth]; len(b) > 0 && !isDashes(b) {
		if p.Birth = eightDigits(b); p.Birth == 0 {
			m.warnItem("birth_date", osms.DateUnreadable, b)
		}
	}
	if b := t[tagPeriod]; len(b) > 0 && !isDashes(b) {
		p.Month = m.month(b)
	}
	if knp := t[tagKNP]; len(knp) > 0 && string(knp) != m.d.KNP {
		p.KNP = string(knp)
		p.Returned = p.Returned || p.KNP == returnKNP
		if !knownKNPs()[p.KNP] {
			m.warnItem("knp", osms.KNPUnknown, knp)
		}
	}
	if p.Returned {
		p.Amount = -p.Amount
		p.Reverses = oneSpace(t[tagReference])
	}
	return m.m.post(p)
}

// person reads the IIN.
func (m *message) person(p *osms.Posting, b []byte) {
	iin, err := osms.ParseIIN(string(b), 0)
	if err == nil {
		if p.Person = iin; iin.Foreigner() {
			m.warnItem("iin", osms.IINForeigner, b)
		}
		return
	}
	p.Given = string(b)
	m.warnItem("iin", table.IINCode(p.Given, err), b)
}

func (m *message) warnItem(field string, code osms.Code, value []byte) {
	m.p.r.note(osms.Refusal{Row: m.item.line, Field: field, Code: code, Severity: osms.Warning, Value: string(value)})
}

// fullName joins surname, given name and patronymic; a dash is no part of it.
func (it *item) fullName() string {
	b := it.name[:0]
	for _, part := range [4]tag{tagSurname, tagGiven, tagPatronymic, tagName} {
		text := it.texts[part]
		if len(text) == 0 || isDashes(text) || part == tagName && len(b) > 0 {
			continue
		}
		if len(b) > 0 {
			b = append(b, ' ')
		}
		if bytes.IndexByte(text, ' ') < 0 && bytes.IndexByte(text, '\t') < 0 && bytes.IndexByte(text, 0xC2) < 0 {
			b = append(b, text...)
		} else {
			b = append(b, oneSpace(text)...)
		}
	}
	it.name = b
	return string(b)
}

// eightDigits reads YYYYMMDD; 0 for what is no day.
func eightDigits(b []byte) osms.Date {
	n, ok := wholeNumber(b)
	if !ok || len(b) != 8 {
		return 0
	}
	day, _ := osms.NewDate(n/10000, n/100%100, n%100)
	return day
}

// numbers are the numbers of a message's items: in whatever order, they must be
// 1 to the count of items, each once.
type numbers struct {
	count    int // of items
	upTo     int // 1 to upTo came in their order, so far
	distinct int
	largest  int
	line     int // where a number stands that is not the next one
	// other is that number (0: not readable), expected the next one.
	other, expected int
	seen            []uint64
}

// mostItems bounds the numbers that are kept in mind.
const mostItems = 1 << 24

func (n *numbers) add(number, line int) {
	n.count++
	if number == n.upTo+1 && n.count == number {
		n.upTo, n.distinct, n.largest = number, number, number
		return
	}
	if n.line == 0 {
		n.line, n.other, n.expected = line, number, n.count
	}
	n.largest = max(n.largest, number)
	if number <= n.upTo || number > mostItems {
		return
	}
	at := number - n.upTo // upTo stands still from here on
	for at/64 >= len(n.seen) {
		n.seen = append(n.seen, 0)
	}
	if bit := uint64(1) << (at % 64); n.seen[at/64]&bit == 0 {
		n.seen[at/64] |= bit
		n.distinct++
	}
}

// whole reports whether the numbers are what they must be.
func (n *numbers) whole() bool { return max(n.count, n.largest) == n.distinct }
