package receipt

import (
	"fmt"
	"strconv"

	"osmsd/sync/osms"
)

// label is a text in the two languages of a receipt.
type label struct{ kk, ru string }

func words(kk, ru string) label { return label{kk, ru} }

// in gives the label in one language.
func (l label) in(lang string) string {
	if lang == "kk" {
		return l.kk
	}
	return l.ru
}

// each makes a label of a text that is asked for by language.
func each(text func(lang string) string) label { return label{text("kk"), text("ru")} }

var (
	receiptTitle = words("ФАЙЛ ТҮБІРТЕГІ", "КВИТАНЦИЯ О ФАЙЛЕ")
	errorTitle   = words("ФАЙЛ НЕГЕ ҚАБЫЛДАНБАДЫ", "ПОЧЕМУ ФАЙЛ НЕ ПРИНЯТ")
	holdsTitle   = words("НЕГЕ КҮТУДЕ", "ПОЧЕМУ ФАЙЛ ЖДЁТ")
	rowsTitle    = words("ЖОЛДАР", "СТРОКИ")
	nextTitle    = words("ЕНДІ НЕ ІСТЕУ КЕРЕК", "ЧТО ДЕЛАТЬ ДАЛЬШЕ")

	repeatedTitle = words("ҚАЙТАЛАНҒАН ҚАТЕЛЕР", "ПОВТОРЯЮЩИЕСЯ ОШИБКИ")

	numberLabel   = words("Түбіртек №", "Квитанция №")
	releasedTail  = words(" (әкімшінің шешімімен)", " (по решению администратора)")
	sizeLabel     = words("Көлемі", "Размер")
	regionLabel   = words("Өңір", "Регион")
	spokenLabel   = words("Ұйым", "Организация")
	spokenLabels  = words("Ұйымдар", "Организации")
	deadlineLabel = words("Түзету мерзімі", "Исправить до")
	unlistedName  = words("тізілімде жоқ ұйым", "нет в перечне организаций")
	moreSpoken    = words("және тағы %d", "и ещё %d")
	fileLabel     = words("Файл", "Файл")
	receivedLabel = words("Түскен уақыты", "Поступил")
	kindTitle     = words("Түрі", "Вид")
	declaredLabel = words("Мәлімделгені", "Заявлено")
	importLabel   = words("Импорт №", "Импорт №")
	outcomeLabel  = words("Нәтижесі", "Итог")
	readLabel     = words("Оқылуы", "Прочитан")
	wholeLabel    = words("Толықтығы", "Целостность")

	asAtLabel  = words("%s, %s күніне", "%s на %s")
	undeclared = words(" (файлда күні көрсетілмеген, түскен күні алынды)", " (в файле дата не указана, взят день приёма)")

	rowsLabel      = words("Оқылған жолдар", "Прочитано строк")
	joinedLabel    = words("қосылды", "поступили")
	newLabel       = words("жаңа", "новые")
	thereLabel     = words("бұрыннан бар", "уже были раньше")
	waitingLabel   = words("шешім күтуде", "ждут решения")
	moneyLabel     = words("Ақша", "Деньги")
	leftByRowLabel = words("жол бойынша шықты", "выбыли по строке")
	changedLabel   = words("өзгерді", "изменились")
	unchangedLabel = words("өзгеріссіз", "без изменений")
	refusedLabel   = words("бас тартылды", "отказано")
	ignoredLabel   = words("есептелмеді (қайталанған, толтырғыш)", "не в счёт (повторы, строки-заполнители)")
	absentLabel    = words("Бұған қоса тізімде болмағандықтан шықты", "Кроме того, выбыли, так как их нет в списке")
	repairedLabel  = words("Қалпына келтірілген ЖСН", "Восстановлено ИИН")
	hiddenLabel    = words("Оқылған жасырын және сүзілген жолдар", "Прочитано скрытых и отфильтрованных строк")
	controlLabel   = words("Файлда мәлімделген жол саны", "Строк заявлено в самом файле")
	countedLabel   = words("Саналған жол саны", "Строк сосчитано")
	notConserved   = words("НАЗАР АУДАРЫҢЫЗ: сандар сәйкес келмейді, әкімшіге хабарлаңыз.", "ВНИМАНИЕ: числа не сходятся, сообщите администратору.")
	heldRows       = words("Күтудегі жолдар қолданылған жоқ және «өзгеріссіз» болып есептелді.", "Строки, которые ждут, не применены и сосчитаны как «без изменений».")

	refusalsTitle = words("БАС ТАРТЫЛҒАН ЖОЛДАР (жол: %d, қате: %d)", "ОТКАЗЫ (строк: %d, ошибок: %d)")
	warningsTitle = words("ЕСКЕРТУЛЕР (%d)", "ПРЕДУПРЕЖДЕНИЯ (%d)")
	emptyValue    = words("(бос)", "(пусто)")
	moreFaults    = words("… және тағы %d: толық тізімі осы түбіртектің .json файлында.", "… и ещё %d: полный перечень — в файле .json этой квитанции.")
	moreHolds     = words("… және тағы %d: барлығы .json файлында.", "… и ещё %d: все они в файле .json.")
	unlisted      = words("Тізімге сыймаған тағы %d ескертпе бар: осыларды түзетіп, файлды қайта жіберіңіз.", "Сверх перечисленных есть ещё %d: исправьте эти и отправьте файл снова.")
)

func modeLabel(m osms.Mode) label {
	if m == osms.Full {
		return words("толық тізім", "полный список")
	}
	return words("өзгерістер тізімі", "список изменений")
}

// statementFormats names the forms of payment documents that are no tables.
var statementFormats = map[string]string{"1c": "1CClientBankExchange", "camt.053": "camt.053", "mt102": "MT102", "mt940": "MT940", "mt950": "MT950"}

// readAs says how the bytes were understood.
func readAs(r osms.FileReport) label {
	if r.Format == "zip" {
		return words("файлдар мұрағаты (.zip)", "архив файлов (.zip)")
	}
	if statement := statementFormats[r.Format]; statement != "" {
		return words("төлем құжаты, "+statement, "платёжный документ, "+statement)
	}
	if r.Format != "csv" {
		return words("Excel кітабы (."+r.Format+")", "книга Excel (."+r.Format+")")
	}
	sign := words("«"+r.Delimiter+"»", "«"+r.Delimiter+"»")
	if r.Delimiter == "\t" {
		sign = words("табуляция", "табуляция")
	}
	return words("CSV, кодтауы "+r.Encoding+", бөлгіші "+sign.kk, "CSV, кодировка "+r.Encoding+", разделитель "+sign.ru)
}

// wholeness says what proves that nothing is missing from the file.
func wholeness(r osms.FileReport) label {
	switch provedWhole(r) {
	case "workbook":
		return words("дәлелденді: кітаптың соңғы жазбасы мен бақылау сомалары тексерілді", "доказана: проверены конечная запись и контрольные суммы книги")
	case "sidecar":
		return words("дәлелденді: қасындағы .sha256 файлымен сәйкес келді", "доказана: сошлась с файлом .sha256, который лежал рядом")
	case "control_total":
		if r.ControlTotal < 0 {
			return words("дәлелденді: бақылау жолы сәйкес келді", "доказана: сошлась контрольная строка")
		}
		n := strconv.Itoa(r.ControlTotal)
		return words("дәлелденді: бақылау саны ("+n+" жол) сәйкес келді", "доказана: сошлось контрольное число строк ("+n+")")
	}
	if statementFormats[r.Format] != "" {
		return words("құжаттың толық екенін оның өз сомалары мен қалдықтары дәлелдемейді: олар жазылмаған", "не доказана: документ не называет своих сумм и остатков")
	}
	return words("бұл CSV файлының толық екенін ештеңе дәлелдемейді: соңына жолдар саны жазылған «Барлығы» жолын қосыңыз",
		"ничто не доказывает, что этот CSV дошёл целиком: добавьте в конец строку «Всего» с числом строк")
}

// advice says what to do next, the most urgent first.
func advice(r osms.FileReport) []label {
	var out []label
	switch r.Outcome {
	case osms.FileRefused:
		out = append(out, words("Тіркелімде ештеңе өзгерген жоқ. Файлды жоғарыда айтылғандай түзетіп, сол жолмен қайта тапсырыңыз.",
			"В регистре ничего не изменилось. Исправьте файл, как сказано выше, и сдайте его снова тем же путём."))
	case osms.Held:
		out = append(out, words("Әкімші шешкенге дейін күтудегі жолдар қолданылмайды. Файлда қате болса, шешімді күтпей түзетіп, қайта тапсырыңыз.",
			"Пока администратор не решит, строки, которые ждут, не применяются. Если в файле ошибка, исправьте её и сдайте файл снова, не дожидаясь решения."))
	case osms.AlreadyApplied:
		if r.Import == 0 {
			out = append(out, words("Мұрағаттағы барлық файл бұрын қабылданған. Тіркелімде ештеңе өзгерген жоқ.",
				"Все файлы архива уже были применены. В регистре ничего не изменилось."))
			break
		}
		out = append(out, words(fmt.Sprintf("Дәл осы файл бұрын қабылданған: №%d импорт. Тіркелімде ештеңе өзгерген жоқ.", r.Import),
			fmt.Sprintf("Этот же файл уже был применён: импорт №%d. В регистре ничего не изменилось.", r.Import)))
	case osms.Superseded:
		out = append(out, words("Осы ұйым мен күн үшін кейінірек түскен тізім қолданылады. Ештеңе істеудің қажеті жоқ.",
			"Для той же организации и даты действует список, пришедший позже. Делать ничего не нужно."))
	case osms.Waiting:
		out = append(out, words("Файл толық көшірілгенде өзі оқылады.", "Файл будет прочитан сам, когда скопируется целиком."))
	}
	if r.Returnable() && !r.Released {
		out = append(out, words("Кестеңіз осы түбіртекпен бірге Excel кітабы түрінде қайтарылады: қате ұяшықтар боялған және түсіндірілген. Сол кітапта түзетіп, жіберуге болады.",
			"Вместе с этой квитанцией возвращается ваша таблица в виде книги Excel: ошибочные ячейки окрашены и объяснены. Можно исправить их прямо в ней и отправить её."))
	}
	if r.Refused > 0 {
		out = append(out, words("Көрсетілген ұяшықтарды өз файлыңызда түзетіп, файлды сол жолмен қайта тапсырыңыз. Қабылданған жолдарды өшірмеңіз: қайта жіберілген жол ештеңені өзгертпейді.",
			"Исправьте указанные ячейки в своём файле и сдайте его снова тем же путём. Принятые строки не удаляйте: отправленная снова строка ничего не изменит."))
		if r.Kind == osms.KindRoster {
			out = append(out, words("Бас тартылған жолдағы адам оқудан шықты деп есептелмейді.", "Человек из строки с отказом не считается выбывшим."))
		}
	} else if len(r.Refusals) > 0 {
		out = append(out, words("Ескертулерді қараңыз; қате болса, оны өз файлыңызда түзетіп, файлды қайта тапсырыңыз.",
			"Просмотрите предупреждения; если есть ошибка, исправьте её в своём файле и сдайте его снова."))
	}
	if len(r.Members) > 0 && r.Outcome != osms.Applied && r.Outcome != osms.AlreadyApplied {
		out = append(out, batchAdvice)
	}
	if len(out) == 0 {
		out = append(out, words("Ештеңе істеудің қажеті жоқ. Осы түбіртекті сақтап қойыңыз.", "Делать ничего не нужно. Сохраните эту квитанцию."))
	}
	return out
}
