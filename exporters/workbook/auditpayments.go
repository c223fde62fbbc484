package workbook

import (
	"cmp"

	"osmsd/sync/osms"
)

// ofPayment is a column of what a payment document says; empty beside a row that
// is about none.
func ofPayment(c column, value func(osms.AuditPayment) any) auditColumn {
	return auditColumn{c, func(r osms.AuditRow, _ string) any {
		if r.Payment == nil {
			return nil
		}
		return value(*r.Payment)
	}}
}

var (
	listedColumn    = ofPayment(column{label{"Тізімдегі есім", "Имя в списке", "Name on the list"}, 34, asText}, func(p osms.AuditPayment) any { return shown(p.Listed) })
	givenColumn     = ofPayment(column{label{"ЖСН орнына жазылған", "Вместо ИИН написано", "Written for an IIN"}, 17, asText}, func(p osms.AuditPayment) any { return shown(p.Given) })
	knpColumn       = ofPayment(column{label{"ТТК", "КНП", "KNP"}, 7, asCode}, func(p osms.AuditPayment) any { return shown(p.KNP) })
	payerColumn     = ofPayment(column{label{"Төлеуші", "Плательщик", "Payer"}, 26, asText}, func(p osms.AuditPayment) any { return shown(p.Payer) })
	payerIDColumn   = ofPayment(column{label{"Төлеушінің БСН/ЖСН-і", "БИН/ИИН плательщика", "Payer's BIN or IIN"}, 15, asCode}, func(p osms.AuditPayment) any { return shown(p.PayerID) })
	formatColumn    = ofPayment(column{label{"Пішімі", "Формат", "Format"}, 10, asCentre}, func(p osms.AuditPayment) any { return shown(p.Format) })
	referenceColumn = ofPayment(column{label{"Сілтеме", "Референс", "Reference"}, 18, asText}, func(p osms.AuditPayment) any { return shown(p.Reference) })
	orderColumn     = ofPayment(column{label{"Құжат №", "Документ №", "Document No"}, 12, asCentre}, func(p osms.AuditPayment) any { return shown(p.Number) })
	datedColumn     = ofPayment(column{label{"Құжат күні", "Дата документа", "Dated"}, 12, asDay}, func(p osms.AuditPayment) any { return p.Dated })
	bookedColumn    = ofPayment(column{label{"Шотқа өткізілген", "Проведён", "Booked"}, 12, asDay}, func(p osms.AuditPayment) any { return p.Booked })
	sheetColumn     = ofPayment(column{label{"Парақ", "Лист", "Sheet"}, 16, asText}, func(p osms.AuditPayment) any { return shown(p.SheetName) })
	rowColumn       = ofPayment(column{label{"Файлдағы жол", "Строка файла", "Row in the file"}, 10, asInt}, func(p osms.AuditPayment) any { return int(p.Row) })
	returnedColumn  = auditColumn{column{label{"Қайтарылған", "Возврат", "Given back"}, 13, asCentre}, func(r osms.AuditRow, lang string) any {
		return yesOrNo(r.Payment != nil && r.Payment.Returned, lang)
	}}
	frozenColumn = auditColumn{column{label{"Бекітілген тізімде", "В зафиксированном списке", "On the frozen list"}, 16, asCentre},
		func(r osms.AuditRow, lang string) any { return yesOrNo(r.Due, lang) }}
	paidOnColumn = ofPayment(column{label{"Төленген күні", "Дата платежа", "Paid on"}, 12, asDay}, func(p osms.AuditPayment) any { return cmp.Or(p.Booked, p.Dated) })
	paperColumn  = ofPayment(column{label{"Құжат", "Документ", "Document"}, 18, asText}, func(p osms.AuditPayment) any { return shown(cmp.Or(p.Reference, p.Number)) })
	// placeOfPayment tells where a payment of a person stands.
	placeOfPayment = []auditColumn{returnedColumn, knpColumn, payerIDColumn, paidOnColumn, paperColumn, sourceColumn, fileColumn, sheetColumn, rowColumn}
)

func yesOrNo(yes bool, lang string) string {
	if yes {
		return yesTitle.in(lang)
	}
	return noTitle.in(lang)
}

// paymentQuestions are those about payment documents.
var paymentQuestions = []auditAsked{
	{osms.AuditPaidDeparted,
		label{"Төленген шыққандар", "Оплачены выбывшие", "Paid, departed"},
		label{"Шығып кеткен немесе тіркелімде болмаған адамдар үшін төлемдер", "Платежи за выбывших и за тех, кого не было в регистре", "Payments for persons departed or never on the register"},
		label{
			"Осы ай үшін төлем құжаттарындағы мемлекет жарналары: барлық қолданыстағы мәлімдемелердегі оқуы (кез келген нысаны) айдың бірінші күніне дейін аяқталған және ай ешкімге тиесілі емес адамдар; мәлімдемелері бәрі қайтарылғандар; ешқашан мәлімделмеген ЖСН-дер және ЖСН емес мәтіндер. Басқалардың жарналары (121, 123, 124 ТТК, өзге төлеуші) қаралмайды; қайтарылған ақша теріс сомамен тұрады. Қайтыс болу туралы оқиғалар келмейді: ол тек ұйымның шығаруынан көрінеді.",
			"Взносы государства в платёжных документах за этот месяц: за людей, чья учёба (любой формы) по всем действующим заявлениям закончилась до первого дня месяца и за кого месяц никому не причитается; чьи заявления все отозваны; ИИН, которых никто никогда не заявлял, и тексты вместо ИИН. Взносы других (КНП 121, 123, 124, иной плательщик) не смотрятся; возвращённое стоит с минусом. События о смерти не поступают: она видна лишь как выбытие.",
			"Contributions of the state in payment documents for this month: for persons whose study (of any form), by every claim that is believed, had ended before the month's first day and whose month is due to nobody; whose claims are all believed no more; IINs that nobody ever claimed, and texts that are no IIN. Contributions of others (KNP 121, 123, 124, another payer) are not looked at; what was given back has a negative sum. Deaths are not reported: one shows as a departure only."},
		append([]auditColumn{findingColumn, iinColumn, givenColumn, nameColumn, listedColumn, placeColumn, binColumn,
			auditKind(label{"Неге", "Почему", "Why"}, 26), untilColumn, frozenColumn, amountColumn}, placeOfPayment...)},
	{osms.AuditPaidNames,
		label{"Өзге есіммен төленген", "Оплачено под другим именем", "Paid, other name"},
		label{"Тізімдегі есім тіркелімдегіден өзге төлемдер", "Платежи, в которых имя не то, что в регистре", "Payments under another name than the register's"},
		label{
			"Осы ай үшін мемлекет жарналары, олардың тізіміндегі есімінде тіркелім осы ЖСН бойынша білген бірде-бір тек те, бірде-бір ат та жоқ; есім тізімде бір бүтін болып тұрады, сондықтан сөздері ретіне қарамай ізделеді; ұқсас әріптер мен регистр теңестіріледі. Есімі жоқ жолдар мен тіркелімде болмаған адамдар салыстырылмайды. ЖСН-і есімге сәйкес келмейтін төлемдерді Мемлекеттік корпорация қайтарады.",
			"Взносы государства за этот месяц, в имени которых по списку нет ни одной фамилии и ни одного имени, известных регистру по этому ИИН; имя в списке стоит целиком, поэтому его слова ищутся в любом порядке; похожие буквы и регистр уравниваются. Строки без имени и люди, которых в регистре не было, не сравниваются. Платежи, где ИИН не соответствует имени, Госкорпорация возвращает.",
			"Contributions of the state for this month with a name on the list that has neither a surname nor a given name which the register ever knew for the IIN; the list writes the name in one piece, so its words are looked for in any order; look-alike letters and case are levelled. Rows without a name, and persons who never were on the register, are not compared. The State Corporation gives back payments of which the IIN does not match the name."},
		append([]auditColumn{findingColumn, iinColumn, nameColumn, listedColumn, birthColumn, placeColumn, binColumn, amountColumn}, placeOfPayment...)},
	{osms.AuditUntimely,
		label{"Кеш ақша", "Поздние деньги", "Late money"},
		label{"Айдан кейін көп уақыт өткен соң немесе ай басталмай төленген", "Месяц оплачен намного позже или до его начала", "The month paid for long after it, or before it began"},
		figured(label{
			"Осы ай үшін мемлекет жарналарының құжаттары (шот қозғалыстары мен тізімдер): күні немесе өткізілген күні айдың соңғы күнінен %[1]d күннен кеш; не құжаттың күні (ол жоқ болса өткізілген күні) айдан бұрынғы айда. Шекті бағдарлама қойған. Адам мен сома: құжаттың осы айға қатысты бөлігі. Өңір сұралса, оны өзі атаған құжаттар ғана.",
			"Документы о взносах государства за этот месяц (движения по счёту и списки): дата или день проведения позже %[1]d дней после последнего дня месяца; или дата документа (без неё день проведения) в более раннем месяце. Порог задан программой. Человек и сумма: часть документа за этот месяц. При запросе по региону только документы, которые его называют.",
			"Documents of the state's contributions for this month (movements on an account, and lists): dated or booked more than %[1]d days after its last day; or dated (without a date: booked) in an earlier month. The threshold is the program's. Persons and sum are the document's part for this month. With a region asked about, only documents that state it."}, osms.AuditLateMoney),
		[]auditColumn{findingColumn, auditKind(label{"Қалай", "Как", "How"}, 26), auditInt(label{"Күн", "Дней", "Days"}, func(r osms.AuditRow) int { return r.Days }),
			formatColumn, referenceColumn, orderColumn, datedColumn, bookedColumn, placeColumn, personsColumn, amountColumn, returnedColumn, knpColumn, payerColumn, payerIDColumn,
			learntColumn, sourceColumn, fileColumn, sheetColumn, rowColumn}},
	{osms.AuditPaidByOthers,
		label{"Басқалар төлеген", "Платят другие", "Paid by others"},
		label{"Мемлекет тізіміндегі адам үшін басқа төлеген", "За человека из списка государства платит другой", "Somebody else paid for a person on the state's list"},
		label{
			"Айдың бекітілген тізіміндегі адамдар үшін (бекітілмесе: қазір тиесілілер үшін) осы айға басқалардың төлемдері: 121 ТТК (жұмыс беруші), 123 және 124 (өсімпұл) немесе мемлекеттен өзге төлеуші. Мұндай төлем қайтарылады не адам жұмыс істейді, ол да басқа негізбен сақтандырылған; қайтарылған ақша қаралмайды.",
			"Платежи других за этот месяц за людей из зафиксированного списка месяца (без фиксации: за тех, за кого он причитается теперь): КНП 121 (работодатель), 123 и 124 (пеня) или плательщик не государство. Такой платёж возвращается, либо человек работает и застрахован и по другому основанию; возвращённое не смотрится.",
			"Payments of others for this month for persons on its frozen list (not frozen: for whom it is due now): KNP 121 (employer), 123 and 124 (penalty), or a payer who is not the state. Such a payment bounces, or the person works and is insured on another ground too; what was given back is not looked at."},
		append([]auditColumn{findingColumn, iinColumn, nameColumn, listedColumn, placeColumn, binColumn, categoryColumn,
			auditKind(label{"Кім", "Кто", "Who"}, 24), amountColumn, payerColumn}, placeOfPayment...)},
	{osms.AuditIncomplete,
		label{"Толық емес құжаттар", "Неполные документы", "Incomplete"},
		label{"Айы, өңірі немесе белгілі адамы жоқ төлем құжаттары", "Платёжные документы без месяца, региона или известного человека", "Payment documents without month, region or known person"},
		label{
			"Мемлекет жарналарының құжаттары, кемшілігі бойынша бір жолдан: осы айда өткізілген (өткізілген күні жоқ болса: осы күнгі, ол да жоқ болса: осы айда алынған), бірақ қай айға екені айтылмаған; осы ай үшін, бірақ өңірі құжатта да, адамның жолында да жоқ (салыстыру оны адамның тізімдегі орнынан алады); осы ай үшін, ешқашан мәлімделмеген немесе ЖСН-і жоқ адамдар. Адам мен сома: соның ғана. Өңір сұралса, оны өзі атаған құжаттар ғана.",
			"Документы о взносах государства, строка на каждый недостаток: проведён в этом месяце (без дня проведения: датирован, без даты: получен), но не сказано, за какой месяц; за этот месяц, но региона нет ни в документе, ни в строке человека (сверка берёт его по месту человека в списке); за этот месяц, люди, которых никто никогда не заявлял, или без ИИН. Человек и сумма: только их. При запросе по региону только документы, которые его называют.",
			"Documents of the state's contributions, a row for each thing that lacks: booked in this month (not booked: dated, undated: received), but not saying for which month; for this month, with no region in the document nor in the person's row (the reconciliation takes it from the person's place on the list); for this month, persons whom nobody ever claimed, or without an IIN. Persons and sum are of those alone. With a region asked about, only documents that state it."},
		[]auditColumn{findingColumn, auditKind(label{"Не жоқ", "Чего нет", "What lacks"}, 26), personsColumn, amountColumn,
			formatColumn, referenceColumn, orderColumn, datedColumn, bookedColumn, placeColumn, returnedColumn, knpColumn, payerColumn, payerIDColumn,
			learntColumn, sourceColumn, fileColumn, sheetColumn, rowColumn}},
}
