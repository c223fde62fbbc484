package country

import (
	"fmt"

	"osmsd/sync/osms"
)

// eventsOfKind is how many events of a kind there are at most, half of them in
// each of the two lists.
const eventsOfKind = 4

// Columns of a list of events.
const (
	evIIN = iota
	evName
	evEvent
	evOn
	evUntil
	evDocument
	evColumns
)

var eventHeadings = [2][]string{
	{"ЖСН", "ТАӘ", "Оқиға", "Оқиға күні", "Дейін жарамды", "Құжат"},
	{"ИИН", "ФИО", "Событие", "Дата события", "Действует до", "Документ"},
}

var eventWords = map[osms.EventKind][2]string{
	osms.EventDeath: {"қайтыс болу", "смерть"}, osms.EventResidenceLost: {"тұрақты тұруға кету", "выезд на постоянное жительство"},
	osms.EventCourtBan: {"сот шешімі (тыйым)", "решение суда (запрет)"}, osms.EventCourtDeprived: {"сот шешімі (құқықтан айыру)", "решение суда (лишение права)"},
	osms.EventTemporaryStatus: {"уақытша мәртебе", "временный статус"}, osms.EventStudyAbroad: {"шетелде оқу", "обучение за рубежом"},
	osms.EventLeaveKept: {"академиялық демалыс: сақтау", "академический отпуск: сохранить"}, osms.EventLeaveEnded: {"академиялық демалыс: тоқтату", "академический отпуск: прекратить"},
	osms.EventBlocked: {"бұғаттау", "блокирование"}, osms.EventUnblocked: {"бұғаттаудан шығару", "снятие блокирования"},
}

// grounded is a person whom an event gives a ground for a refusal.
type grounded struct {
	person
	kind osms.EventKind
}

// events writes two lists of a few events of each kind, each with its faults, and
// gives those who apply all the same, by region.
func (c *country) events(m int, meeting []person) (map[int][]grounded, error) {
	grounds := map[int][]grounded{}
	if len(meeting) == 0 {
		return grounds, nil
	}
	for half := range 2 {
		d := &caseDresses[3-half]
		f := c.newCaseFile(osms.KindEvents, m, say(d.language, "оқиғалар", "события", ""), d,
			say(d.language, "Оқиғалар тізімі", "Список событий", ""), eventHeadings[min(tongue(d.language), 1)])
		for i := half; i < len(meeting) && i < eventsOfKind*len(osms.EventKinds); i += 2 {
			kind := osms.EventKinds[i/2%len(osms.EventKinds)]
			c.befall(f, m, &meeting[i], kind)
			if r := c.orgs[meeting[i].org].region; i < 2*len(osms.EventKinds) &&
				(kind == osms.EventCourtBan || kind == osms.EventCourtDeprived || kind == osms.EventBlocked) {
				grounds[r] = append(grounds[r], grounded{meeting[i], kind})
			}
		}
		if half < len(meeting) {
			c.wrongEvents(f, m, &meeting[half])
		}
		if err := f.close(); err != nil {
			return nil, err
		}
	}
	return grounds, nil
}

// eventRow makes the row of an event; a zero Until is left empty.
func (c *country) eventRow(f *caseFile, p *person, word string, on, until osms.Date) []cell {
	row := make([]cell, evColumns)
	row[evIIN], row[evName], row[evEvent] = words(p.iin.Digits()), words(p.name.String()), words(word)
	how := asDotted
	if !f.dress.csv() {
		how = asSerial
	}
	row[evOn], row[evUntil] = dateCell(on, how), dateCell(until, how)
	row[evDocument] = words(fmt.Sprintf("%s № %d", say(f.dress.language, "Анықтама", "Справка", ""), len(f.rows)))
	return row
}

// befall adds one event, on a day from the 2nd of the last month.
func (c *country) befall(f *caseFile, m int, p *person, kind osms.EventKind) {
	d := newDraw(c.opt.Seed, saltCase, 3<<40, uint64(p.org), uint64(p.index))
	on, until := c.day(m, d.between(2, caseFirst-1)), osms.Date(0)
	switch kind {
	case osms.EventTemporaryStatus:
		until = on.Add(d.between(5, 27))
	case osms.EventCourtBan, osms.EventCourtDeprived, osms.EventStudyAbroad:
		until = on.Add(d.between(200, 800))
	}
	x := CaseEvent{File: f.t.Path, IIN: p.iin.Digits(), Kind: kind, On: on, Until: osms.Forever}
	if until != 0 {
		x.Until = until
	}
	switch kind {
	case osms.EventDeath, osms.EventResidenceLost: // nobody here is on an academic leave, whose review could end anything
		x.LastDue = on.Month()
	}
	x.Row = f.add(c.eventRow(f, p, c.eventWord(f, kind), on, until))
	c.truth.Casework.Events = append(c.truth.Casework.Events, x)
}

func (c *country) eventWord(f *caseFile, kind osms.EventKind) string {
	return eventWords[kind][min(tongue(f.dress.language), 1)]
}

// wrongEvents adds rows that change nothing: each is refused, or says again what
// the first row says.
func (c *country) wrongEvents(f *caseFile, m int, first *person) {
	on, next := c.day(m, 5), c.opt.First.Add(c.opt.Months+12).First()
	note := func(kind osms.EventKind, on, until osms.Date, row []cell, x flaw) {
		e := CaseEvent{File: f.t.Path, IIN: first.iin.Digits(), Kind: kind, On: on, Until: until, Refused: x.severity == osms.Refused, Ignored: x.code == osms.DuplicateRow}
		e.Row = f.add(row, x)
		c.truth.Casework.Events = append(c.truth.Casework.Events, e)
	}
	again := append([]cell(nil), f.rows[2]...)
	for i := range c.truth.Casework.Events {
		if e := &c.truth.Casework.Events[i]; e.File == f.t.Path && e.Row == 3 {
			note(e.Kind, e.On, e.Until, again, flaw{evIIN, "iin", osms.DuplicateRow, osms.Warning})
			break
		}
	}
	row := c.eventRow(f, first, c.eventWord(f, osms.EventBlocked), on, 0)
	row[evIIN] = words(mistyped(first.iin))
	note(osms.EventBlocked, on, osms.Forever, row, flaw{evIIN, "iin", osms.IINCheckDigit, osms.Refused})
	note("", on, osms.Forever, c.eventRow(f, first, say(f.dress.language, "үйлену", "вступление в брак", ""), on, 0), flaw{evEvent, "event", osms.EventUnknown, osms.Refused})
	note(osms.EventDeath, next, osms.Forever, c.eventRow(f, first, c.eventWord(f, osms.EventDeath), next, 0), flaw{evOn, "on", osms.FutureDate, osms.Refused})
	note(osms.EventTemporaryStatus, on, on.Add(60), c.eventRow(f, first, c.eventWord(f, osms.EventTemporaryStatus), on, on.Add(60)), flaw{evUntil, "until", osms.PeriodTooLong, osms.Refused})
	note(osms.EventStudyAbroad, on, on.Add(-3), c.eventRow(f, first, c.eventWord(f, osms.EventStudyAbroad), on, on.Add(-3)), flaw{evUntil, "until", osms.DateOrder, osms.Refused})
}
