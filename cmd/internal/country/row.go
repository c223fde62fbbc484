package country

import (
	"fmt"
	"strings"

	"osmsd/sync/osms"
)

// cells builds the row of an entry in the columns and manner of a file.
func (c *country) cells(l *layout, d *dress, e *entry, number int) []cell {
	row := make([]cell, l.first+len(l.fields))
	for f, at := range l.at {
		row[at] = c.value(f, l, d, e, number)
		if row[at].kind != day {
			row[at].style = boxed
		}
	}
	return row
}

func (c *country) value(f field, l *layout, d *dress, e *entry, number int) cell {
	org, lang := e.claim.org, d.language
	switch f {
	case "row_no":
		n := digits(number)
		if d.formulas {
			n.kind = calculated
		}
		return n
	case "bin":
		return words(c.orgs[org].bin.Digits())
	case "organisation":
		if lang == "kk" {
			return words(c.nameKK(org))
		}
		return words(c.nameRU(org))
	case "iin":
		return iinCell(e.iin, d.numeric)
	case "full_name":
		return words(e.name.String())
	case "surname":
		return words(e.name.Surname)
	case "given_name":
		return words(e.name.Given)
	case "patronymic":
		return words(e.name.Patronymic)
	case "birth_date":
		return dateCell(e.birth, d.dates)
	case "sex":
		return words(sexWord(e.male, lang, l.long))
	case "level":
		return words(levelWord(c.orgs[org].band.level(), lang))
	case "speciality":
		if s := specialities[c.orgs[org].band]; s != nil {
			return words(s[int(uint64(e.iin)/1000%uint64(len(s)))][min(tongue(lang), inRU)])
		}
	case "grade":
		return digits(c.grade(&e.person))
	case "group":
		return words(c.group(&e.person))
	case "study_form":
		return words(formWord(e.formAt(e.at), lang))
	case "language":
		return words(say(lang, "қазақ", "казахский", "казахский"))
	case "funding":
		return words(say(lang, "мемлекеттік тапсырыс", "государственный заказ", "государственный заказ"))
	case "enrolled_on":
		return dateCell(c.enrolledCell(e), d.dates)
	case "left_on":
		return dateCell(leftCell(e), d.dates)
	case "order":
		return words(fmt.Sprintf("%d-%s", 100+uint64(e.iin)/10%800, say(lang, "ж/қ", "л/с", "л/с")))
	case "order_date":
		return dateCell(c.orderedCell(e), d.dates)
	case "status":
		return words(statusWord(e.status(), lang, e.male, !e.home && e.seen == e.at))
	case "telephone":
		return words(fmt.Sprintf("+7 70%d %03d %02d %02d", uint64(e.iin)/10%10, uint64(e.iin)/100%1000, uint64(e.iin)/7%100, uint64(e.iin)/13%100))
	case "hostel":
		return words([2]string{"+", "-"}[uint64(e.iin)/100%2])
	case "note":
		return words(note(e, d))
	}
	return cell{}
}

// iinCell writes the number whole, or as a number that lost its leading zeros.
func iinCell(iin osms.IIN, numeric bool) cell {
	if !numeric {
		return words(iin.Digits())
	}
	return cell{kind: number, text: strings.TrimLeft(iin.Digits(), "0")}
}

// group is the class with its letter, or the group of a course.
func (c *country) group(p *person) string {
	n := int(uint64(p.iin) / 10 % 4)
	if c.orgs[p.org].band == school {
		return fmt.Sprintf("%d «%s»", c.grade(p), [4]string{"А", "Ә", "Б", "В"}[n])
	}
	return fmt.Sprintf("%s-%d%d", [4]string{"ИС", "ЭК", "МД", "ТТ"}[n], (c.academicYear-c.grade(p)+1)%100, 1+n%2)
}

// enrolledCell is the stated first day. A late row about an enrolment whose
// organisation never states one leaves it empty.
func (c *country) enrolledCell(e *entry) osms.Date {
	if e.at.late() && !e.seen.late() && !c.unitOf(e.claim.org).has.enrolled {
		return 0
	}
	return e.firstDay(e.at)
}

func leftCell(e *entry) osms.Date {
	switch {
	case e.leaving && e.how == undatedExpulsion:
		return 0
	case e.leaving:
		return e.last
	}
	return e.expected
}

// orderedCell is the day of the order: of the event that a late row tells.
func (c *country) orderedCell(e *entry) osms.Date {
	switch {
	case e.leaving:
		return leftCell(e)
	case e.at == e.changed && e.at.late():
		return e.changedOn
	}
	return c.enrolledCell(e)
}

func (e *entry) status() osms.Status {
	switch {
	case e.leaving && e.how == byGraduation:
		return osms.Graduated
	case e.leaving && e.how == byTransfer:
		return osms.TransferredOut
	case e.leaving:
		return osms.Expelled
	case e.at >= e.onLeave:
		return osms.AcademicLeave
	}
	return osms.Studying
}

func note(e *entry, d *dress) string {
	switch uint64(e.iin) / 10 % 9 {
	case 0:
		return say(d.language, "көпбалалы отбасы", "из многодетной семьи", "large family")
	case 1:
		if d.csv() {
			return say(d.language, "құжат:\nкөшірме", "документ:\nкопия", "document:\ncopy")
		}
		return say(d.language, "\"үздік\" оқушы", "ТОО \"Ромашка\", практика", "\"honours\"")
	}
	return ""
}
