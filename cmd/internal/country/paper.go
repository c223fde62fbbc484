package country

import (
	"fmt"

	"osmsd/sync/osms"
)

// item is what a list says of one person.
type item struct {
	iin    osms.IIN // 0: given is no IIN
	given  string
	fault  osms.Code // what is wrong with what is given
	name   osms.Name
	birth  osms.Date
	amount osms.Tiyn // never negative: what gives back is a paper of returns
	month  osms.Month
	region osms.Region // to which it is posted
}

// digits is what the list writes in the place of the IIN.
func (i *item) digits() string {
	if i.iin == 0 {
		return i.given
	}
	return i.iin.Digits()
}

// paper is a list of persons for whom a payment was made, or is given back.
type paper struct {
	reference string
	number    int
	dated     osms.Date
	month     osms.Month
	region    osms.Region // to which it is posted
	says      bool        // its text names the region
	knp       string
	payer     party
	story     string
	reverses  string // reference of the payment that is given back
	items     []item
}

func (p *paper) returned() bool { return p.story == string(Returned) }

// stated is the region that the text names.
func (p *paper) stated() osms.Region {
	if p.says {
		return p.region
	}
	return 0
}

// sum is what reaches the Fund: negative for returns.
func (p *paper) sum() Sum {
	var s Sum
	for i := range p.items {
		s = s.plus(Sum{1, p.items[i].amount})
	}
	if p.returned() {
		return Sum{-s.Persons, -s.Amount}
	}
	return s
}

// purpose is the text of the payment, with its control total. A name of a region
// with letters that the encoding lacks is left to the Russian name.
func (p *paper) purpose() string {
	n := p.sum().Persons
	if n < 0 {
		n = -n
	}
	return purposeOf(p.story, p.reverses, p.month, p.stated(), n)
}

func purposeOf(story, reverses string, month osms.Month, region osms.Region, persons int) string {
	what := "Взносы государства на ОСМС"
	switch Plant(story) {
	case Employer:
		what = "Отчисления работодателя на ОСМС"
	case Returned:
		what = "Возврат ошибочных элементов платежа " + reverses
	}
	s := fmt.Sprintf("%s за %s %d г.", what, monthsRU[month.MonthNum()], month.Year())
	if region != 0 {
		s += " " + region.In("ru") + "."
	}
	if persons > 0 {
		s += fmt.Sprintf(" Кол-во потребителей =%d", persons)
	}
	return s
}

// movement is money on the account, or a line of totals.
type movement struct {
	reference     string
	region        osms.Region // to which it is posted, 0: none
	month         osms.Month
	dated, booked osms.Date
	knp           string
	payer         party
	sum           Sum // signed: what reaches the Fund is positive
	purpose       string
	story         string
}

func (v *movement) state() bool { return v.story != string(Employer) }
