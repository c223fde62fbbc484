package ledger

import (
	"strconv"
	"strings"

	"osmsd/importers/lines"
	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// person reads who a row pays for. Whoever it is, the money counts: what cannot
// be read is a warning, and the number's text is kept.
func (p *payments) person(l *lines.Line, q *osms.Posting, paidOn osms.Date) {
	var day table.Day
	if c := l.Table.Cell(l.Row, "birth_date"); c.Kind == sheet.Number || c.Kind == sheet.Text && table.Trim(c.Text) != "" {
		if day = table.ReadDay(c, l.Date1904); !day.Any() {
			l.Warn("birth_date", osms.DateUnreadable, "")
		}
	}
	c := l.Table.Cell(l.Row, "iin")
	n := table.ReadIIN(c, p.csv, day, latest(paidOn, q.Month))
	q.Person = n.IIN
	if n.Code != "" {
		l.Warn("iin", n.Code, n.Detail)
	}
	if q.Person == 0 {
		q.Given = strings.Clone(table.Trim(c.Text))
	}
	if q.Birth = day.Sure; q.Birth == 0 && day.Means(q.Person.Birth()) {
		q.Birth = q.Person.Birth()
	}
	q.Name = p.name(l)
}

// latest is the last day on which a person who is paid for may be born; 0: not
// known.
func latest(paidOn osms.Date, month osms.Month) osms.Date {
	if paidOn != 0 {
		return paidOn
	}
	return month.Last()
}

// name joins what the row writes of the name; a dash is no part of it.
func (p *payments) name(l *lines.Line) string {
	name := l.Table.Text(l.Row, "full_name")
	if name == "" {
		var parts []string
		for _, field := range []string{"surname", "given_name", "patronymic"} {
			if part := l.Table.Text(l.Row, field); part != "" && !isDashes([]byte(part)) {
				parts = append(parts, part)
			}
		}
		name = strings.Join(parts, " ")
	}
	if strings.ContainsAny(name, "\t\n\r\u00a0") || strings.Contains(name, "  ") {
		name = strings.Join(strings.Fields(name), " ")
	}
	return strings.Clone(name)
}

// total compares a totals row with the rows above it.
func (p *payments) total(t *table.Table, total table.Total) error {
	if total.Row.Number < t.First {
		return nil // above the table: what it counts is not said
	}
	amount := t.Cell(total.Row, "amount")
	st := stated{hasAmount: filled(amount), amountText: amount.Text}
	st.amount, st.amountRead = readAmount(amount)
	st.persons, st.hasPersons = countIn(t, total.Row)
	st.personsRead = st.hasPersons
	return p.compare(t, total, st)
}

// countIn finds the count of persons in a totals row: "Итого: 3", "Барлығы 3
// адам", or a number alone in a column that holds no figures of its own. Two
// different numbers are no count.
func countIn(t *table.Table, row *sheet.Row) (count int64, ok bool) {
	figures := map[int]bool{}
	for _, field := range []string{"amount", "month", "knp", "region", "paid_on", "reference", "payer_id", "birth_date"} {
		if c, has := t.Columns[field]; has {
			figures[c] = true
		}
	}
	for column, c := range row.Cells {
		if figures[column] || c.Date {
			continue
		}
		n, found := countText(plainText(c))
		if found && ok && n != count {
			return 0, false
		}
		if found {
			count, ok = n, true
		}
	}
	return count, ok
}

// countText reads "3", "итого 3", "всего 3 человека"; "итого за 10 месяцев" is no
// count of persons.
func countText(s string) (int64, bool) {
	words := strings.Fields(table.Key(s))
	if len(words) > 1 && strings.Trim(words[0], "0123456789") != "" {
		words = words[1:]
	}
	if len(words) == 0 || len(words) > 2 || len(words) == 2 && !personWords[words[1]] || len(words[0]) > 8 {
		return 0, false
	}
	n, err := strconv.ParseUint(words[0], 10, 31)
	return int64(n), err == nil
}

// personWords may stand behind a count.
var personWords = map[string]bool{"чел": true, "человек": true, "человека": true, "адам": true, "строк": true, "строки": true,
	"строка": true, "жол": true, "потребителей": true, "получателей": true, "persons": true, "person": true, "rows": true}
