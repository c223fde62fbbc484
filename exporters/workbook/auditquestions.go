package workbook

import (
	"fmt"
	"slices"

	"osmsd/sync/osms"
)

// auditAsked is a question: briefly for the tab, in a sentence, how it is
// answered, and what the answer shows.
type auditAsked struct {
	q                       osms.AuditQuestion
	brief, question, method label
	columns                 []auditColumn
}

// asked finds a question; one that is not in the list speaks for itself.
func asked(q osms.AuditQuestion) auditAsked {
	for _, list := range [][]auditAsked{auditQuestions, paymentQuestions} {
		if i := slices.IndexFunc(list, func(a auditAsked) bool { return a.q == q }); i >= 0 {
			return list[i]
		}
	}
	name := label{string(q), string(q), string(q)}
	return auditAsked{q: q, brief: name, question: name, columns: []auditColumn{findingColumn, iinColumn, binColumn, reasonColumn}}
}

// figured puts thresholds into the languages of a label.
func figured(l label, values ...any) label {
	return label{fmt.Sprintf(l.kk, values...), fmt.Sprintf(l.ru, values...), fmt.Sprintf(l.en, values...)}
}

var auditQuestions = []auditAsked{
	{osms.AuditNames,
		label{"Есімдер", "Имена", "Names"},
		label{"Бір ЖСН, бірнеше есім", "Один ИИН, несколько имён", "One IIN, several names"},
		label{
			"Айда оқитын адамның ЖСН-і бойынша тегі де, аты да әртүрлі жазылған мәлімдемелер: қазіргілердің арасында немесе бұрынғымен салыстырғанда; ұқсас әріптер мен регистр теңестіріледі, орны ауысқан тегі мен аты есепке алынбайды; ұйымның өз мәлімдемесінде есімді түгел ауыстырған жол қабылданбайды, ол түбіртекте.",
			"Заявления с одним ИИН, в которых различаются и фамилия, и имя: между действующими в месяце или между действующим и прежним; похожие буквы и регистр уравниваются, переставленные фамилия и имя не считаются; строка, меняющая в заявлении той же организации имя целиком, отклоняется, она в квитанции.",
			"Claims on one IIN of which surname and given name both differ: among those of the month, or between one of them and an earlier one; look-alike letters and case are levelled, exchanged columns do not count; a row that would exchange the whole name in its own organisation's claim is refused and stands in the receipt."},
		[]auditColumn{findingColumn, iinColumn, nameColumn, birthColumn, placeColumn, binColumn, auditKind(label{"Қашан", "Когда", "When"}, 12), learntColumn,
			auditDay(label{"Қолданыстан шыққан күні", "Перестало действовать", "Ceased"}, func(r osms.AuditRow) osms.Date { return r.Unlearnt.Day }), sourceColumn, fileColumn}},
	{osms.AuditRegions,
		label{"Өңірлер", "Регионы", "Regions"},
		label{"Бір адам бірнеше өңірде", "Один человек в нескольких регионах", "One person in several regions"},
		label{
			"Айдың күндерінде әртүрлі өңірлердің ұйымдары күндізгі оқуда деп мәлімдеген адамдар; ай бір-ақ рет төленеді: «иә» деп көрсетілген ұйымға.",
			"Люди, которых в дни месяца заявляют на очном обучении организации разных регионов; месяц оплачивается один раз: той организации, у которой стоит «да».",
			"Persons whom organisations of different regions claim full-time on days of the month; the month is paid once, to the organisation marked yes."},
		[]auditColumn{findingColumn, iinColumn, nameColumn, placeColumn, binColumn, fromColumn, untilColumn, auditKind(label{"Қалай", "Как", "How"}, 20),
			{column{label{"Төленеді", "Причитается", "Due"}, 13, asCentre}, func(r osms.AuditRow, lang string) any {
				return yesOrNo(r.Due, lang)
			}}, learntColumn, sourceColumn, fileColumn}},
	{osms.AuditAges,
		label{"Жас", "Возраст", "Ages"},
		label{"Мүмкін емес немесе күмәнді жас", "Невозможный или сомнительный возраст", "Impossible or implausible ages"},
		figured(label{
			"Ай үшін төленетіндер, жасы ЖСН бойынша: айдың соңғы күні %[1]d-ке толмаған; 18 жасқа толған айдан кейін де 1-санат; орта білім беруде айдың бірінші күні %[2]d-ден асқан (толық жас); %[3]d-тан асқан. Шектерді бағдарлама қойған. ЖСН-ге қайшы туған күні бар жол тіркелімге алынбайды.",
			"Причитающиеся за месяц, возраст по ИИН: на последний день месяца нет %[1]d лет; категория 1 после месяца 18-летия; в среднем образовании на первый день месяца старше %[2]d (полных лет); старше %[3]d. Пороги заданы программой. Строка с датой рождения, спорящей с ИИН, в регистр не попадает.",
			"Those due in the month, age by the IIN: not yet %[1]d on its last day; category 1 after the month of the 18th birthday; in secondary education older than %[2]d on its first day (completed years); older than %[3]d. The thresholds are the program's. A birth date that contradicts the IIN is never stored."},
			osms.AuditYoungest, osms.AuditOldPupil, osms.AuditOldest),
		[]auditColumn{findingColumn, iinColumn, nameColumn, birthColumn, auditInt(label{"Жасы", "Возраст", "Age"}, func(r osms.AuditRow) int { return r.Age }),
			auditKind(label{"Не сәйкес келмейді", "Что не сходится", "What does not fit"}, 28), categoryColumn,
			{column{label{"Деңгей", "Уровень", "Level"}, 17, asCentre}, func(r osms.AuditRow, lang string) any { return levelText(r.Level, lang) }},
			placeColumn, binColumn, sourceColumn, fileColumn}},
	{osms.AuditDeparted,
		label{"Шығып кеткендер", "Выбывшие", "Departed"},
		label{"Бекітілген тізімде, бірақ айға дейін шығып кеткен", "В зафиксированном списке, но выбыл до месяца", "On the frozen list, though departed before the month"},
		figured(label{
			"Бекітілген тізімнің соңғы нұсқасындағы адамдар, олардың сол ұйымдағы күндізгі оқуы қазір белгілі болғандай айдың бірінші күніне дейін аяқталған және ай ешкімге тиесілі емес. Олар үшін төленгені %[1]d-сұрақта. Қайтыс болу туралы оқиғалар келмейді.",
			"Люди последней версии зафиксированного списка, чьё очное обучение в этой организации, как известно теперь, закончилось до первого дня месяца и за кого месяц никому не причитается. Что за них уплачено, в вопросе %[1]d. События о смерти не поступают.",
			"Persons of the last version of the frozen list whose full-time study there, as is known now, had ended before the month's first day and whose month is due to nobody. What was paid for them is in question %[1]d. Deaths are not reported."}, numberOf(osms.AuditPaidDeparted)),
		[]auditColumn{findingColumn, iinColumn, nameColumn, birthColumn, placeColumn, binColumn, categoryColumn,
			untilColumn, auditKind(label{"Қалай аяқталды", "Как закончилось", "How it ended"}, 22), amountColumn, learntColumn, sourceColumn, fileColumn}},
	{osms.AuditLateFiles,
		label{"Кеш файлдар", "Поздние файлы", "Late files"},
		label{"Бекітілгеннен кейін айды өзгерткен файлдар мен шешімдер", "Файлы и решения, изменившие месяц после фиксации", "Files and decisions that changed the month after the freeze"},
		label{
			"Айдың бірінші бекітілуінен кейін адамның айдағы орнын соңғы рет өзгерткен импорт немесе шешім; сома: қосылғандар мен шыққандардың айырмасы, бекітілген айдың мөлшерлемесімен.",
			"Импорт или решение, которое после первой фиксации месяца последним изменило место человека в нём; сумма: поступившие минус выбывшие по ставке зафиксированного месяца.",
			"The import or decision that last changed a person's place in the month after its first freeze; the amount is those who joined less those who left, at the frozen month's rate."},
		[]auditColumn{findingColumn, entryColumn, auditKind(label{"Не", "Что", "What"}, 30), sourceColumn, fileColumn, placeColumn,
			{column{label{"Алынды", "Получен", "Received"}, 28, asCentre}, func(r osms.AuditRow, _ string) any { return moment(r.At) }}, learntColumn, personsColumn,
			auditInt(label{"Қосылды", "Поступили", "Joined"}, func(r osms.AuditRow) int { return r.Joined }), auditInt(label{"Шықты", "Выбыли", "Left"}, func(r osms.AuditRow) int { return r.Left }), amountColumn}},
	{osms.AuditLateEnrolments,
		label{"Кеш хабарланғандар", "Поздние зачисления", "Late enrolments"},
		label{"Кеш хабарланған оқуға қабылдау", "Зачисления, о которых сообщено поздно", "Enrolments that were reported late"},
		figured(label{
			"Айда күні бар күндізгі оқу, ол туралы басталғаннан кейін %[1]d күннен кеш және айдың бірінші күнінен ерте емес алғаш хабарланған; ұйымның ең бірінші тізімі есепке алынбайды.",
			"Очное обучение с днём в месяце, о котором впервые сообщено позже %[1]d дней после начала и не раньше первого дня месяца; самый первый список организации не считается.",
			"Full-time study with a day in the month that was first reported more than %[1]d days after it began, and not before the month's first day; an organisation's very first list does not count."}, osms.AuditLateAfter),
		[]auditColumn{findingColumn, iinColumn, nameColumn, placeColumn, binColumn, fromColumn, learntColumn,
			auditInt(label{"Күннен кейін", "Через дней", "Days later"}, func(r osms.AuditRow) int { return r.Days }), sourceColumn, fileColumn}},
	{osms.AuditMissing,
		label{"Тапсырмағандар", "Не сдали", "Not submitted"},
		label{"Ай үшін тізім тапсырмаған ұйымдар", "Организации, не сдавшие список за месяц", "Organisations that have not submitted for the month"},
		label{
			"Ұйымдар тізіміндегі, айдың күніндегі жағдай бойынша қолданылған тізімі жоқ ұйымдар; қазіргі жағдай. Адам: айдың бірінші күні онда оқитындар.",
			"Организации из списка организаций без применённого списка на день этого месяца; по состоянию на сейчас. Человек: числятся там на первый день месяца.",
			"Organisations on the list of organisations without an applied roster as at a day of the month; as it stands now. Persons are those held as studying there on its first day."},
		[]auditColumn{findingColumn, placeColumn, binColumn, titleColumn, provisionalColumn, auditKind(label{"Тізімі", "Список", "Roster"}, 24), personsColumn,
			auditInt(label{"Кешіккен күн", "Дней просрочки", "Days overdue"}, func(r osms.AuditRow) int { return r.Days }),
			auditDay(label{"Соңғы тізім күніне", "Последний список на", "Last roster as at"}, func(r osms.AuditRow) osms.Date { return r.From }), sourceColumn, fileColumn}},
	{osms.AuditProvisional,
		label{"Белгісіз ұйымдар", "Неизвестные организации", "Provisional"},
		label{"Бекітілген тізімдегі, ұйымдар тізімі білмеген ұйымдар", "Организации зафиксированного списка, которых не было в списке организаций", "Organisations of the frozen list that were not on the list of organisations"},
		label{
			"Бекітілген тізімнің соңғы нұсқасындағы, бекіту кезінде ұйымдар тізімінде болмаған БСН-дер; соңғы баған: қазір бар ма.",
			"БИН последней версии зафиксированного списка, которых при фиксации не было в списке организаций; последний столбец: есть ли теперь.",
			"BINs of the last version of the frozen list that the list of organisations did not have when it was frozen; the last column says whether it has now."},
		[]auditColumn{findingColumn, placeColumn, binColumn, titleColumn, personsColumn, amountColumn, provisionalColumn}},
	{osms.AuditTwins,
		label{"Екі ЖСН", "Два ИИН", "Two IINs"},
		label{"Бір ұйымда бір есім мен туған күн, екі ЖСН", "Одно имя и дата рождения в организации, два ИИН", "One name and birth date at an organisation, two IINs"},
		label{
			"Бір ұйымда айда оқитындардың арасындағы толық есімі мен туған күні тең, ЖСН-і әртүрлі адамдар; ұқсас әріптер мен регистр теңестіріледі.",
			"Среди числящихся в месяце в одной организации: равные полное имя и дата рождения, разные ИИН; похожие буквы и регистр уравниваются.",
			"Among those claimed in the month by one organisation: equal whole name and birth date, different IINs; look-alike letters and case are levelled."},
		[]auditColumn{findingColumn, iinColumn, nameColumn, birthColumn, placeColumn, binColumn}},
	{osms.AuditDecisions,
		label{"Шешімдер", "Решения", "Decisions"},
		label{"Кім, нені, қашан шешті", "Кто, что и когда решил", "Who decided what when"},
		label{
			"Айдың бекітулері, мөлшерлемелер мен қағидалардың барлық өзгерісі, ай басталғаннан бергі өзге шешімдер аудит тізбегі бойынша; кім: шешкен іске қосу және оны не бастағаны. Адам деректерін бұғаттау көрсетілмейді.",
			"Фиксации месяца, все изменения ставок и правил и прочие решения с начала месяца по цепочке аудита; кто: запуск, который решил, и что его начало. Блокировка данных человека не показывается.",
			"The month's freezes, every change of rates and rules, and other decisions since the month began, by the audit chain; who is the run that decided and what began it. Blocking a person's data is not shown."},
		[]auditColumn{findingColumn, entryColumn, momentColumn, auditKind(label{"Шешім", "Решение", "Decision"}, 34),
			{column{label{"Кім", "Кто", "Who"}, 20, asCentre}, func(r osms.AuditRow, lang string) any { return runText(r, lang) }}, reasonColumn,
			auditNumber(label{"№, саны", "№, число", "No, count"}, func(r osms.AuditRow) int64 { return r.Number }),
			auditNumber(label{"Адам", "Человек", "Persons"}, func(r osms.AuditRow) int64 { return int64(r.Persons) }), decidedColumn, sourceColumn, fileColumn, iinColumn,
			auditBIN(label{"Айлар кімде қалды (БСН)", "За кем месяцы (БИН)", "Who keeps the months (BIN)"}, func(r osms.AuditRow) osms.BIN { return r.DueTo })}},
	{osms.AuditOverlaps,
		label{"Қиылысулар", "Пересечения", "Overlaps"},
		label{"Екі ұйым мәлімдеген адамдар және қалай шешілді", "Кого заявили две организации и как это разрешено", "Whom two organisations claimed, and how it was settled"},
		label{
			"Айда ортақ күні бар немесе болған екі күндізгі мәлімдеме; ай бір-ақ рет төленеді: Қор шешкендей, болмаса оқуы ертерек басталған ұйымға, ол да тең болса БСН-і кішіге.",
			"Два очных заявления, у которых есть или был общий день в месяце; месяц оплачивается один раз: как решил Фонд, иначе организации с более ранним началом, при равенстве с меньшим БИН.",
			"Two full-time claims that have or had a day of the month in common; the month is due once: as the Fund decided, else to the earlier first day, then the smaller BIN."},
		[]auditColumn{findingColumn, overlapColumn, iinColumn, nameColumn, placeColumn, binColumn,
			auditRegion(label{"Екінші өңір", "Второй регион", "Other region"}, func(r osms.AuditRow) osms.Region { return r.OtherRegion }),
			auditBIN(label{"Екінші БСН", "Второй БИН", "Other BIN"}, func(r osms.AuditRow) osms.BIN { return r.OtherBIN }),
			auditDay(label{"Ортақ күндер: бастап", "Общие дни: с", "Together from"}, func(r osms.AuditRow) osms.Date { return r.From }),
			auditDay(label{"дейін", "по", "until"}, func(r osms.AuditRow) osms.Date { return r.Until }),
			auditKind(label{"Жағдайы", "Состояние", "State"}, 20), dueToColumn, learntColumn,
			auditDay(label{"Шешілген күні", "Разрешено", "Settled"}, func(r osms.AuditRow) osms.Date { return r.Unlearnt.Day }), reasonColumn}},
}
