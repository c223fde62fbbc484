package country

import (
	"fmt"

	"osmsd/sync/osms"
)

// applicationStories are told in turn; every second application is as it should
// be.
var applicationStories = [...]string{"missing_document", "expired_identity", "other_organisation", "left_long_ago", "no_consent",
	"wrong_name", "after_hours", "mistyped_iin", "no_bin"}

// Columns of a list of applications.
const (
	appNumber = iota + 1
	appReceived
	appIIN
	appName
	appBIN
	appPrevious
	appForm
	appIdentity
	appUntil
	appStudy
	appDated
	appConsent
	appStudyForm
	appLevel
	appEnrolled
	appColumns
)

var applicationHeadings = [2][]string{
	{"р/с", "Өтініш №", "Берілген күні мен уақыты", "ЖСН", "Т.А.Ә. (бар болса)", "Білім беру ұйымының БСН-і", "Бұрынғы ұйымның БСН-і", "Өтініш",
		"Жеке куәлік", "Жеке куәліктің жарамдылық мерзімі", "Оқу туралы құжат", "Оқу туралы құжаттың күні", "Келісім", "Оқу нысаны", "Білім деңгейі", "Қабылданған күні"},
	{"№ п/п", "№ заявления", "Дата и время подачи", "ИИН", "Ф.И.О. (при его наличии)", "БИН организации", "БИН прежней организации", "Заявление",
		"Удостоверение личности", "Удостоверение действительно до", "Документ об обучении", "Дата документа об обучении", "Согласие", "Форма обучения",
		"Уровень образования", "Дата зачисления"},
}

// applications writes a list a region. Those whom an event gives a ground for a
// refusal apply at the end of their region's list.
func (c *country) applications(m int, applying []person, grounds map[int][]grounded) error {
	for r := range c.opt.Regions {
		d := &caseDresses[(r+m)%len(caseDresses)]
		code, month := c.places[r].region, c.opt.First.Add(m)
		f := c.newCaseFile(osms.KindApplications, m, fmt.Sprintf("%s-%s", code, month), d,
			say(d.language, "Өтініштер тізімі", "Список заявлений", ""), applicationHeadings[min(tongue(d.language), 1)])
		f.t.Region = code
		n := 0
		for i := range applying {
			if c.orgs[applying[i].org].region != r {
				continue
			}
			story := "complete"
			if c.told%2 == 1 {
				story = applicationStories[c.told/2%len(applicationStories)]
			}
			c.told++
			n++
			c.apply(f, m, n, &applying[i], story, "")
		}
		for _, g := range grounds[r] {
			n++
			c.apply(f, m, n, &g.person, "ground", g.kind)
		}
		if err := f.close(); err != nil {
			return err
		}
	}
	return nil
}

// apply adds one application, and what is expected of it.
func (c *country) apply(f *caseFile, m, n int, p *person, story string, event osms.EventKind) {
	d := newDraw(c.opt.Seed, saltCase, 1<<40, uint64(p.org), uint64(p.index))
	lang, serial := f.dress.language, !f.dress.csv() && n%2 == 0
	at := c.inHours(m, &d)
	x := CaseApplication{File: f.t.Path, Story: story, Incoming: fmt.Sprintf("%s/%02d-%d", c.places[c.orgs[p.org].region].region, c.opt.First.Add(m).MonthNum(), n), IIN: p.iin.Digits(),
		BIN: c.orgs[p.org].bin, Days: 1, Outcome: osms.CaseNotified, Lacks: []osms.Lack{}}
	name, number, until := p.name, p.iin.Digits(), dateCell(at.day.Add(d.between(400, 3000)), asDotted)
	documents := [3]bool{true, true, true}
	var flaws []flaw
	refuse := func(g osms.Ground, why osms.CaseReason) { x.Outcome, x.Ground, x.Reason = osms.CaseRefused, g, why }
	switch story {
	case "missing_document":
		k := d.n(3)
		documents[k] = false
		x.Outcome, x.Lacks = osms.CaseNotAccepted, []osms.Lack{[...]osms.Lack{osms.LacksForm, osms.LacksIdentity, osms.LacksStudy}[k]}
	case "expired_identity":
		until = dateCell(at.day.Add(-d.between(1, 700)), asDotted)
		x.Outcome, x.Lacks = osms.CaseNotAccepted, []osms.Lack{osms.ExpiredIdentity}
	case "other_organisation", "left_long_ago":
		other := c.anotherOrg(p.org)
		if other < 0 {
			x.Story = "complete"
			break
		}
		x.Days, x.Previous, x.Answer = 4, c.orgs[other].bin, osms.NeverThere
		if story == "other_organisation" { // the rosters show the person at the one before
			x.BIN, x.Previous, x.Answer = x.Previous, x.BIN, osms.StillStudy
			refuse(osms.GroundUnreliable, osms.ReasonStudiesThere)
		}
	case "no_consent":
		refuse(osms.GroundNoConsent, osms.ReasonNoConsent)
	case "wrong_name":
		for osms.FoldName(name.Surname) == osms.FoldName(p.name.Surname) || osms.FoldName(name.Given) == osms.FoldName(p.name.Given) ||
			osms.FoldName(name.Surname) == osms.FoldName(p.name.Given) {
			name = inventName(&d, p.male)
		}
		refuse(osms.GroundUnreliable, osms.ReasonNameDiffers)
	case "after_hours":
		at, x.AfterHours = c.afterHours(m, &d), true
	case "mistyped_iin":
		number = mistyped(p.iin)
		flaws = []flaw{{appIIN, "iin", osms.IINCheckDigit, osms.Refused}}
	case "no_bin":
		flaws = []flaw{{appBIN, "bin", osms.BINMissing, osms.Refused}}
	case "ground":
		switch event {
		case osms.EventCourtBan:
			refuse(osms.GroundCourtBan, osms.ReasonCourtBan)
		case osms.EventCourtDeprived:
			refuse(osms.GroundCourtDeprived, osms.ReasonCourtDeprived)
		case osms.EventBlocked:
			refuse(osms.GroundNoConsent, osms.ReasonBlocked)
		}
	}
	if flaws != nil {
		x.Refused, x.Outcome, x.Days = true, osms.CaseOpen, 0
	}
	row := make([]cell, appColumns)
	row[0], row[appNumber], row[appReceived], row[appIIN], row[appName] = digits(n), words(x.Incoming), at.cell(serial), words(number), words(name.String())
	if row[appBIN] = words(x.BIN.Digits()); story == "no_bin" {
		row[appBIN] = cell{}
	}
	if x.Previous != 0 {
		row[appPrevious] = words(x.Previous.Digits())
	}
	row[appForm], row[appIdentity], row[appStudy] = words(answerWord(documents[0], lang)), words(answerWord(documents[1], lang)), words(answerWord(documents[2], lang))
	if documents[1] && n%3 == 0 {
		row[appIdentity] = words(fmt.Sprintf("№ 0%08d", d.n(100_000_000)))
	}
	if documents[1] {
		row[appUntil] = until
	}
	if documents[2] {
		row[appDated] = dateCell(at.day.Add(-d.between(1, 5)), asDotted)
	}
	row[appConsent] = words(answerWord(story != "no_consent", lang))
	row[appStudyForm], row[appLevel] = words(formWord(osms.FullTime, lang)), words(levelWord(c.orgs[p.org].band.level(), lang))
	row[appEnrolled] = dateCell(c.enrolledOn(p), asDotted)
	x.Received, x.Row = at.String(), f.add(row, flaws...)
	c.truth.Casework.Applications = append(c.truth.Casework.Applications, x)
}

// anotherOrg is an organisation where a person who stays at this one never was;
// -1: there is no other.
func (c *country) anotherOrg(org int) int {
	r := c.regionOrgs[c.orgs[org].region]
	switch {
	case org+1 < r[1]:
		return org + 1
	case org > r[0]:
		return org - 1
	case len(c.orgs) > 1:
		return (org + 1) % len(c.orgs)
	}
	return -1
}
