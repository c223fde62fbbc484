package country

import (
	"fmt"

	"osmsd/sync/osms"
)

var requestStories = [...]string{"no_consent", "not_confirmed", "unreadable_iin", "unknown_person"}

// Columns of a list of requests.
const (
	reqNumber = iota
	reqReceived
	reqIIN
	reqFrom
	reqTo
	reqConfirmed
	reqConsent
	reqColumns
)

var requestHeadings = [2][]string{
	{"Сұрау салу №", "Сұрау салынған күні мен уақыты", "ЖСН", "Кезең басы", "Кезең соңы", "Растау тәсілі", "Келісім"},
	{"№ запроса", "Дата и время запроса", "ИИН", "Период с", "Период по", "Подтверждение", "Согласие"},
}

var confirmationWords = [...]struct {
	by     osms.Confirmation
	kk, ru string
}{
	{osms.ByEDS, "ЭЦҚ", "ЭЦП"}, {osms.ByOTP, "бір реттік құпиясөз", "одноразовый пароль"}, {osms.BySMS, "СМС", "СМС"},
	{osms.ByDigitalDocument, "цифрлық құжат", "цифровой документ"},
}

// requests writes two lists a month: as the portal and as a workbook have them.
func (c *country) requests(m int, asking []person) error {
	month := c.opt.First.Add(m)
	for half := range 2 {
		d := &caseDresses[half]
		f := c.newCaseFile(osms.KindRequests, m, fmt.Sprintf("%s-%d", month, half+1), d,
			say(d.language, "Сұрау салулар тізімі", "Список запросов", ""), requestHeadings[min(tongue(d.language), 1)])
		for i := half; i < len(asking); i += 2 {
			story := "complete"
			if c.asked%2 == 1 {
				story = requestStories[c.asked/2%len(requestStories)]
			}
			c.asked++
			c.ask(f, m, i+1, &asking[i], story)
		}
		if err := f.close(); err != nil {
			return err
		}
	}
	return nil
}

// ask adds one request, and what is expected of it.
func (c *country) ask(f *caseFile, m, n int, p *person, story string) {
	d := newDraw(c.opt.Seed, saltCase, 2<<40, uint64(p.org), uint64(p.index))
	lang, at, by := f.dress.language, c.inHours(m, &d), confirmationWords[n%len(confirmationWords)]
	if d.of(1, 4) {
		at = c.afterHours(m, &d) // which changes nothing: the answer comes at once
	}
	x := CaseRequest{File: f.t.Path, Story: story, Incoming: fmt.Sprintf("B-%02d-%d", c.opt.First.Add(m).MonthNum(), n), Received: at.String(), IIN: p.iin.Digits(),
		From: c.opt.First, To: c.opt.First.Add(m), ConfirmedBy: by.by, Consent: true, Known: true}
	number, confirmed := words(x.IIN), words(say(lang, by.kk, by.ru, ""))
	var flaws []flaw
	switch story {
	case "no_consent":
		x.Consent, x.Ground, x.Reason = false, osms.GroundNoConsent, osms.ReasonNoConsent
	case "not_confirmed":
		if confirmed = (cell{}); d.of(1, 2) {
			confirmed = words(say(lang, "ауызша", "устно", ""))
			flaws = []flaw{{reqConfirmed, "confirmed_by", osms.ConfirmationUnknown, osms.Warning}}
		}
		x.ConfirmedBy, x.Ground, x.Reason = osms.NotConfirmed, osms.GroundRequirements, osms.ReasonNotConfirmed
	case "unreadable_iin":
		number = words(mistyped(p.iin))
		flaws = []flaw{{reqIIN, "iin", osms.IINCheckDigit, osms.Warning}}
		x.IIN, x.Known, x.Ground, x.Reason = "", false, osms.GroundUnreliable, osms.ReasonIIN
	case "unknown_person":
		male := d.of(1, 2)
		x.IIN, x.Known = numberOf(osms.Date(19500101).Add(d.n(7000)), male, d.n(serials)).Digits(), false
		number = words(x.IIN)
	}
	row := make([]cell, reqColumns)
	row[reqNumber], row[reqReceived], row[reqIIN] = words(x.Incoming), at.cell(!f.dress.csv() && n%2 == 0), number
	row[reqFrom], row[reqTo] = words(c.monthWords(x.From, lang, n)), words(c.monthWords(x.To, lang, n))
	row[reqConfirmed], row[reqConsent] = confirmed, words(answerWord(x.Consent, lang))
	x.Row = f.add(row, flaws...)
	c.truth.Casework.Requests = append(c.truth.Casework.Requests, x)
}

// monthWords writes a month in one of the ways in use.
func (c *country) monthWords(m osms.Month, language string, n int) string {
	switch n % 3 {
	case 0:
		return say(language, fmt.Sprintf("%d ж. %s", m.Year(), monthsKK[m.MonthNum()]), fmt.Sprintf("%s %d", monthsRU[m.MonthNum()], m.Year()), "")
	case 1:
		return fmt.Sprintf("%02d.%d", m.MonthNum(), m.Year())
	}
	return m.String()
}
