package workbook

import (
	"cmp"
	"fmt"
	"strings"

	"osmsd/sync/osms"
)

var registerTitle = words("Шығыс хаттар тіркелімі", "Реестр исходящих писем")

// registerTop says which register it is and what it comes to.
func registerTop(r osms.LetterRegister) []string {
	region := country
	if r.Region != 0 {
		region = regionLabel(r.Region)
	}
	count := words(fmt.Sprintf("хат: %d, күші жойылғаны: %d, импорт № %d дейін", r.Lines, r.Annulled, r.Sequence),
		fmt.Sprintf("писем: %d, аннулировано: %d, по импорт № %d", r.Lines, r.Annulled, r.Sequence))
	return []string{registerTitle.line("kk"), region.line("kk") + " – " + r.From.Dotted() + "–" + r.To.Dotted(), count.line("kk")}
}

// registerColumns are the columns of the register, in CSV and XLSX alike.
func registerColumns() []column {
	return []column{
		{words("№", "№"), 9, asInt},
		{words("Шығыс нөмірі", "Исходящий номер"), 17, asCode},
		{words("Күні", "Дата"), 11, asDay},
		{words("Хат түрі", "Вид письма"), 26, asText},
		{words("Тегі, аты, әкесінің аты", "Фамилия, имя, отчество"), 24, asText},
		{words("ЖСН", "ИИН"), 14, asCode},
		{words("Ұйым", "Организация"), 32, asText},
		{words("Ұйымның БСН-і", "БИН организации"), 14, asCode},
		{words("Іс №", "Дело №"), 17, asCode},
		{words("Әрекет немесе нәтиже", "Действие или исход"), 22, asText},
		{words("Күші жойылған хаттардың орнына", "Взамен аннулированных писем"), 17, asText},
		{words("Күшін жойған импорт №", "Аннулировано импортом №"), 14, asCentre},
	}
}

// registerRow gives a line's values in the order of the columns. between parts
// the two languages.
func registerRow(number int, l osms.RegisterLine, between string) []any {
	organisation := words(cmp.Or(l.OrganisationKK, l.OrganisationRU), cmp.Or(l.OrganisationRU, l.OrganisationKK))
	both := func(l label) string { return l.all("kk", between) }
	replaces := l.Replaces
	if between == "\n" { // a number to a line
		replaces = strings.ReplaceAll(replaces, ",", ",\n")
	}
	return []any{number, l.Number, l.Date, both(letterKind(l.Kind)), l.Name.String(), iinText(l.Person), both(organisation),
		l.BIN.String(), l.Case, both(letterOutcome(l)), replaces, importCell(l.Annulled)}
}

// letterKind names a sort of letter.
func letterKind(k osms.LetterKind) label {
	switch k {
	case osms.LetterNotification:
		return words("өзгеріс туралы хабарлама", "уведомление об изменении")
	case osms.LetterRefusal:
		return words("дәлелді бас тарту", "мотивированный отказ")
	case osms.LetterNotAccepted:
		return words("құжаттарды қабылдаудан бас тарту туралы қолхат", "расписка об отказе в приёме документов")
	case osms.LetterQuestion:
		return words("бұрынғы ұйымға сұрау салу", "запрос в прежнюю организацию")
	case osms.LetterCovering:
		return words("ілеспе хат", "сопроводительное письмо")
	case osms.LetterEvent:
		return words("оқиға туралы хат", "письмо о событии")
	}
	return alone(string(k))
}

// letterOutcome names what the letter says: the action of a notification, the
// ground of a refusal, the event; nothing of the others.
func letterOutcome(l osms.RegisterLine) label {
	switch {
	case l.Action == osms.Entered:
		return words("енгізілді", "внесены")
	case l.Action == osms.Updated:
		return words("өзектендірілді", "обновлены")
	case l.Action == osms.Removed:
		return words("алып тасталды", "исключены")
	case l.Action != "":
		return alone(string(l.Action))
	case l.Ground != 0:
		return words(fmt.Sprintf("%d-негіз", l.Ground), fmt.Sprintf("основание %d", l.Ground))
	case l.Event != "":
		return eventLabel(l.Event)
	}
	return label{}
}

// eventLabel names an event in short.
func eventLabel(k osms.EventKind) label {
	switch k {
	case osms.EventDeath:
		return words("қайтыс болуы", "смерть")
	case osms.EventResidenceLost:
		return words("тұру құқығынан айырылуы", "утрата права на проживание")
	case osms.EventCourtBan:
		return words("соттың тыйым салуы", "запрет по решению суда")
	case osms.EventCourtDeprived:
		return words("соттың арнаулы құқықтан айыруы", "лишение специального права судом")
	case osms.EventTemporaryStatus:
		return words("тұтынушының уақытша мәртебесі", "временный статус потребителя")
	case osms.EventStudyAbroad:
		return words("шетелде оқуын жалғастыруы", "продолжение обучения за рубежом")
	case osms.EventLeaveKept:
		return words("академиялық демалыс: жарна төлене береді", "академический отпуск: взносы уплачиваются")
	case osms.EventLeaveEnded:
		return words("академиялық демалыс: жарна төленбейді", "академический отпуск: взносы не уплачиваются")
	case osms.EventBlocked:
		return words("деректердің бұғатталуы", "блокирование данных")
	case osms.EventUnblocked:
		return words("деректерді бұғаттаудың алынуы", "снятие блокирования данных")
	}
	return alone(string(k))
}
