package mail

import "fmt"

// words is a text in the three languages; the verbs are those of fmt, the same
// in all of them.
type words struct{ kk, ru, en string }

func fill(lang string, w words, args ...any) string {
	format := w.ru
	switch lang {
	case "kk":
		format = w.kk
	case "en":
		format = w.en
	}
	return fmt.Sprintf(format, args...)
}

var (
	receiptSubject       = words{"МӘМС: № %s түбіртек, %s", "ОСМС: квитанция № %s, %s", "OSMS: receipt No. %s, %s"}
	receiptRegionSubject = words{"МӘМС: № %s түбіртек, %s, %s", "ОСМС: квитанция № %s, %s, %s", "OSMS: receipt No. %s, %s, %s"}
	receiptFile          = words{"Файл: %s, түскен уақыты: %s.", "Файл: %s, поступил %s.", "File: %s, received %s."}
	receiptOutcome       = words{"Нәтижесі: %s.", "Итог: %s.", "Outcome: %s."}
	receiptRows          = words{"Жолдар: %d; қабылданды: %d, бас тартылды: %d, есептелмеді: %d.", "Строк: %d; принято: %d, отказано: %d, не в счёт: %d.", "Rows: %d; accepted: %d, refused: %d, ignored: %d."}
	receiptMembers       = words{"Мұрағаттағы файлдар: %d; әрқайсысының өз түбіртегі бар.", "Файлов в архиве: %d; у каждого своя квитанция.", "Files in the archive: %d; each has a receipt of its own."}
	receiptHeld          = words{"Файлдың бір бөлігі әкімшінің шешімін күтуде: ол шешкенге дейін қолданылмайды.", "Часть файла ждёт решения администратора: до него она не применяется.", "A part of the file waits for an administrator and is not applied until then."}
	receiptDeadline      = words{"Түзетілген файл күтілетін күн: %s.", "Исправленный файл ждём до %s.", "The corrected file is awaited by %s."}

	reportSubject = words{"МӘМС: %s айының салыстыруы", "ОСМС: сверка за %s", "OSMS: reconciliation of %s"}
	reportText    = words{"%s айының салыстыруы жасалды.", "Готова сверка за %s.", "The reconciliation of %s is made."}
	reportFigures = words{"Айырма: %s теңге, оның ішінде түсіндірілмегені: %s теңге.", "Разница: %s тенге, из неё не объяснено: %s тенге.", "Difference: %s tenge, of which not explained: %s tenge."}

	reminderSubject = words{"МӘМС: %s айына тізім тапсырмағандар, %s", "ОСМС: кто не сдал списки за %s, %s", "OSMS: rosters of %s that are missing, %s"}
	reminderText    = words{"%s айының тізімдерін %s дейін тапсыру керек еді. Тапсырмаған ұйымдар: %d.", "Списки за %s надо было сдать до %s. Не сдали организаций: %d.", "The rosters of %s were due by %s. Organisations that have not submitted: %d."}

	digestSubject = words{"МӘМС: %s, әкімшінің назарына", "ОСМС: %s, вниманию администратора", "OSMS: %s, for the administrator"}
	digestFailed  = words{"Сәтсіз аяқталған жұмыстар: %d (%s). Толығырақ: osmsd runs.", "Работ с ошибкой: %d (%s). Подробнее: osmsd runs.", "Runs that failed: %d (%s). More: osmsd runs."}
	digestHeld    = words{"Шешім күткен өзгерістер: %d. Толығырақ: osmsd held.", "Ждут решения: %d. Подробнее: osmsd held.", "Changes that wait for a decision: %d. More: osmsd held."}
	digestCases   = words{"Мерзімі өткен істер: %d, мерзімі таяп қалғандары: %d. Толығырақ: osmsd cases.", "Просроченных дел: %d, близких к сроку: %d. Подробнее: osmsd cases.", "Overdue cases: %d, nearly late: %d. More: osmsd cases."}
	digestGivenUp = words{"Жіберілмеген хаттар: %d. Толығырақ: osmsd mail list.", "Не удалось отправить писем: %d. Подробнее: osmsd mail list.", "Mails that could not be sent: %d. More: osmsd mail list."}

	testSubject = words{"МӘМС: сынақ хат", "ОСМС: пробное письмо", "OSMS: a test"}
	testText    = words{"Бұл — сынақ хат: оны алсаңыз, пошта дұрыс бапталған.", "Это пробное письмо: если оно дошло, почта настроена верно.", "This is a test: if it has come, mail is set up right."}

	attached  = words{"Хатқа қоса тіркелген: %s.", "Во вложении: %s.", "Attached: %s."}
	tooLarge  = words{"Хатқа сыймаған файлдар жіберілген жоқ.", "Файлы, слишком большие для письма, не приложены.", "Files that are too large for a mail are left out."}
	kept      = words{"Хатта жоқ файлдар мына қалтада: %s.", "Чего нет во вложении, лежит в папке %s.", "What is not attached is in the folder %s."}
	console   = words{"Консоль: %s", "Консоль: %s", "Console: %s"}
	signature = words{"Бұл хатты osmsd бағдарламасы жіберді, оған жауап бермеңіз.", "Письмо отправила программа osmsd, отвечать на него не нужно.", "This mail was sent by the program osmsd; please do not answer it."}
)
