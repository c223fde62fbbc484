package mt102

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"osmsd/sync/osms"
)

// message is one region's message while it is written.
type message struct {
	l       osms.FrozenList
	o       Options
	region  osms.Region
	persons int // that there are to be
	out     io.Writer
	held    *bytes.Buffer // where others are written at the same time

	written int
	amount  osms.Tiyn
	line    []byte // scratch
	code    []byte
}

// Reference is the message's :20:, at most sixteen characters; it is the same
// whenever the list is written, and no other list's.
func Reference(l osms.FrozenList, region osms.Region) string {
	return fmt.Sprintf("O%06dV%dR%02d", int(l.Month), l.Version, uint8(region))
}

func (m *message) head() error {
	b := fmt.Appendf(nil, ":20:%s\r\n:50:", Reference(m.l, m.region))
	if m.o.Payer.Account != "" {
		b = append(tagged(b, "D", m.o.Payer.Account), "\r\n"...)
	}
	b = m.o.Payer.append(b)
	if m.o.Payer.BIC != "" {
		b = fmt.Appendf(b, ":52B:%s\r\n", clean(m.o.Payer.BIC))
	}
	if m.o.Payee.BIC != "" {
		b = fmt.Appendf(b, ":57B:%s\r\n", clean(m.o.Payee.BIC))
	}
	b = append(b, ":59:"...)
	if m.o.Payee.Account != "" {
		b = fmt.Appendf(b, "%s\r\n", clean(m.o.Payee.Account))
	}
	b = m.o.Payee.append(b)
	b = fmt.Appendf(b, ":70:/NUM/%d%02d\r\n/DATE/%s\r\n/KNP/%s\r\n/PERIOD/%s\r\n/ASSIGN/%s\r\n",
		m.l.Version, uint8(m.region), sixDigits(m.o.Date), m.o.KNP, period(m.l.Month), m.purpose())
	return m.put(b)
}

// purpose is the text of the payment, with the count of its persons.
func (m *message) purpose() string {
	text := "Взносы государства на обязательное социальное медицинское страхование за " +
		fmt.Sprintf("%02d.%04d", m.l.Month.MonthNum(), m.l.Month.Year())
	if m.region != 0 {
		text += ", " + clean(m.region.In("ru"))
	}
	return text + fmt.Sprintf(". Кол-во потребителей =%d", m.persons)
}

// append writes the tags of a party.
func (p Party) append(b []byte) []byte {
	for _, t := range []struct{ tag, value string }{{"NAME", p.Name}, {"IDN", p.ID}, {"IRS", "1"}, {"SECO", p.Sector}} {
		if t.value != "" {
			b = append(tagged(b, t.tag, t.value), "\r\n"...)
		}
	}
	return b
}

func tagged(b []byte, tag, value string) []byte {
	return append(append(append(append(b, '/'), tag...), '/'), clean(value)...)
}

// person writes one item. A part of the name that there is not is a dash.
func (m *message) person(p osms.FrozenPerson) error {
	m.written++
	m.amount += p.Amount
	b := append(m.line[:0], ":21:"...)
	b = strconv.AppendInt(b, int64(m.written), 10)
	b = amount(append(b, "\r\n:32B:"...), p.Amount)
	for _, t := range [3]struct{ tag, part string }{{"\r\n:70:/FM/", p.Name.Surname}, {"\r\n/NM/", p.Name.Given}, {"\r\n/FT/", p.Name.Patronymic}} {
		b = append(b, t.tag...)
		if part := clean(t.part); part != "" {
			b = append(b, part...)
		} else {
			b = append(b, '-')
		}
	}
	b = append(b, "\r\n/DT/"...)
	if p.Birth != 0 {
		b = fmt.Appendf(b, "%08d", int(p.Birth))
	}
	b = append(append(b, "\r\n/IDN/"...), p.Person.Digits()...)
	b = append(append(append(b, "\r\n/PERIOD/"...), period(m.l.Month)...), "\r\n"...)
	m.line = b
	return m.put(b)
}

// end writes the total, and what was held.
func (m *message) end(out io.Writer) error {
	if m.written != m.persons {
		return fmt.Errorf("%w: region %q had %d persons and has %d", osms.ErrDoesNotAddUp, m.region.String(), m.persons, m.written)
	}
	b := append([]byte(":32A:"), sixDigits(m.o.Date)...)
	if err := m.put(append(amount(b, m.amount), "\r\n"...)); err != nil || m.held == nil {
		return err
	}
	_, err := m.held.WriteTo(out)
	return err
}

// put writes text in the encoding.
func (m *message) put(b []byte) error {
	if m.o.Encoding == KZ1048 {
		m.code = appendKZ1048(m.code[:0], b)
		b = m.code
	}
	_, err := m.out.Write(b)
	return err
}

// amount writes KZT5852,00.
func amount(b []byte, t osms.Tiyn) []byte {
	return append(append(b, "KZT"...), strings.Replace(t.String(), ".", ",", 1)...)
}

// sixDigits is a day as YYMMDD.
func sixDigits(d osms.Date) string { return fmt.Sprintf("%06d", int(d)%1_000_000) }

// period is a month as MMYYYY.
func period(m osms.Month) string { return fmt.Sprintf("%02d%04d", m.MonthNum(), m.Year()) }

// clean is a text with nothing in it that the format takes for its own: no line
// breaks and other control characters, no slash (it parts the tags), no braces
// (they part the blocks), no colon or dash at the beginning; runs of white space
// are one space. A text of dashes alone is empty.
func clean(s string) string {
	plain := s != "" && s[0] != ':' && s[0] != '-'
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		plain = c > ' ' && c < 0x7f && c != '/' && c != '{' && c != '}' || c >= 0xd0 && c <= 0xd3 && i+1 < len(s) && s[i+1]&0xc0 == 0x80
		if c >= 0xd0 {
			i++
		}
	}
	if plain {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '{':
			return '('
		case r == '}':
			return ')'
		case r == '/', unicode.IsControl(r), unicode.IsSpace(r), unicode.Is(unicode.Cf, r):
			return ' '
		case r == unicode.ReplacementChar:
			return '?'
		}
		return r
	}, s)
	return strings.Join(strings.Fields(strings.TrimLeft(s, " :-–—")), " ")
}
