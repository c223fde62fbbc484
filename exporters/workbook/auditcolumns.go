package workbook

import (
	"strconv"

	"osmsd/sync/osms"
)

// auditColumn is a column of an answer and what stands in it.
type auditColumn struct {
	column
	value func(r osms.AuditRow, lang string) any
}

func auditText(title label, width float64, value func(osms.AuditRow) string) auditColumn {
	return auditColumn{column{title, width, asText}, func(r osms.AuditRow, _ string) any { return value(r) }}
}

func auditInt(title label, value func(osms.AuditRow) int) auditColumn {
	return auditColumn{column{title, 12, asInt}, func(r osms.AuditRow, _ string) any { return value(r) }}
}

func auditMoney(title label) auditColumn {
	return auditColumn{column{title, 18, asMoney}, func(r osms.AuditRow, _ string) any { return r.Amount }}
}

// auditNumber is a number that may be none.
func auditNumber(title label, value func(osms.AuditRow) int64) auditColumn {
	return auditColumn{column{title, 11, asCentre}, func(r osms.AuditRow, _ string) any { return importCell(value(r)) }}
}

// auditDay leaves "none" and "for ever" empty.
func auditDay(title label, value func(osms.AuditRow) osms.Date) auditColumn {
	return auditColumn{column{title, 12, asDay}, func(r osms.AuditRow, _ string) any {
		if d := value(r); d != osms.Forever {
			return d
		}
		return nil
	}}
}

func auditBIN(title label, value func(osms.AuditRow) osms.BIN) auditColumn {
	return auditColumn{column{title, 15, asCode}, func(r osms.AuditRow, _ string) any {
		if b := value(r); b != 0 {
			return b.Digits()
		}
		return ""
	}}
}

func auditRegion(title label, value func(osms.AuditRow) osms.Region) auditColumn {
	return auditColumn{column{title, 25, asText}, func(r osms.AuditRow, lang string) any {
		region := value(r)
		if region == 0 {
			return ""
		}
		return region.String() + " " + regionLabel(region).in(lang)
	}}
}

// auditKind shows a value of the question's own in words.
func auditKind(title label, width float64) auditColumn {
	return auditColumn{column{title, width, asText}, func(r osms.AuditRow, lang string) any { return auditWord(r.Kind).in(lang) }}
}

var (
	findingColumn  = auditColumn{column{label{"№", "№", "No"}, 8, asCentre}, func(r osms.AuditRow, _ string) any { return r.Finding }}
	iinColumn      = auditColumn{column{label{"ЖСН", "ИИН", "IIN"}, 15, asCode}, func(r osms.AuditRow, _ string) any { return iinText(r.Person) }}
	nameColumn     = auditText(label{"Тегі, аты, әкесінің аты", "Фамилия, имя, отчество", "Name"}, 38, func(r osms.AuditRow) string { return r.Name.String() })
	birthColumn    = auditDay(label{"Туған күні", "Дата рождения", "Born"}, func(r osms.AuditRow) osms.Date { return r.Birth })
	placeColumn    = auditRegion(label{"Өңір", "Регион", "Region"}, func(r osms.AuditRow) osms.Region { return r.Region })
	binColumn      = auditBIN(label{"Ұйымның БСН-і", "БИН организации", "BIN"}, func(r osms.AuditRow) osms.BIN { return r.BIN })
	dueToColumn    = auditBIN(label{"Ай кімге тиесілі (БСН)", "Кому причитается месяц (БИН)", "The month is due to (BIN)"}, func(r osms.AuditRow) osms.BIN { return r.DueTo })
	fromColumn     = auditDay(label{"Басталған күні", "Начало", "From"}, func(r osms.AuditRow) osms.Date { return r.From })
	untilColumn    = auditDay(label{"Соңғы күні", "Последний день", "Until"}, func(r osms.AuditRow) osms.Date { return r.Until })
	learntColumn   = auditDay(label{"Белгілі болған күні", "Стало известно", "Known since"}, func(r osms.AuditRow) osms.Date { return r.Learnt.Day })
	entryColumn    = auditNumber(label{"Шешім №", "Решение №", "Decision"}, func(r osms.AuditRow) int64 { return r.Learnt.Sequence })
	sourceColumn   = auditNumber(label{"Импорт №", "Импорт №", "Import"}, func(r osms.AuditRow) int64 { return r.Learnt.Source })
	fileColumn     = auditText(label{"Файл", "Файл", "File"}, 34, func(r osms.AuditRow) string { return shown(r.Learnt.File) })
	reasonColumn   = auditText(label{"Себебі, мазмұны", "Причина, содержание", "Reason, content"}, 44, func(r osms.AuditRow) string { return shown(r.Reason) })
	personsColumn  = auditInt(label{"Адам", "Человек", "Persons"}, func(r osms.AuditRow) int { return r.Persons })
	amountColumn   = auditMoney(label{"Сома, теңге", "Сумма, тенге", "Amount, tenge"})
	overlapColumn  = auditNumber(label{"Қиылысу №", "Пересечение №", "Overlap"}, func(r osms.AuditRow) int64 { return r.Number })
	categoryColumn = auditColumn{column{label{"Санат", "Категория", "Category"}, 12, asCentre}, func(r osms.AuditRow, _ string) any { return category(r.Category) }}
	titleColumn    = auditColumn{column{label{"Ұйым", "Организация", "Organisation"}, 40, asText}, func(r osms.AuditRow, lang string) any {
		name := label{r.NameKK, r.NameRU, r.NameRU}
		if name.kk == "" {
			name.kk = name.ru
		}
		if name.ru == "" {
			name.ru, name.en = name.kk, name.kk
		}
		return shown(name.in(lang))
	}}
	provisionalColumn = auditColumn{column{label{"Ұйымдар тізімінде", "В списке организаций", "On the list of organisations"}, 16, asCentre},
		func(r osms.AuditRow, lang string) any {
			if r.Provisional {
				return label{"жоқ", "нет", "no"}.in(lang)
			}
			return label{"бар", "есть", "yes"}.in(lang)
		}}
	// decidedColumn is the money of a decision, where it is about any.
	decidedColumn = auditColumn{amountColumn.column, func(r osms.AuditRow, _ string) any {
		if r.Amount == 0 {
			return nil
		}
		return r.Amount
	}}
	momentColumn = auditColumn{column{label{"Уақыты", "Время", "At"}, 28, asCentre}, func(r osms.AuditRow, _ string) any { return moment(r.At) }}
)

// levelText names a level of education.
func levelText(l osms.Level, lang string) string {
	return map[osms.Level]label{osms.Secondary: {"орта", "среднее", "secondary"}, osms.TVET: {"ТжКБ", "ТиПО", "TVET"},
		osms.PostSecondary: {"ортадан кейінгі", "послесреднее", "post-secondary"}, osms.Higher: {"жоғары", "высшее", "higher"},
		osms.Postgraduate: {"жоғары оқу орнынан кейінгі", "послевузовское", "postgraduate"}}[l].in(lang)
}

// runText says which run decided and what began it.
func runText(r osms.AuditRow, lang string) string {
	if r.Run == 0 {
		return "–"
	}
	return auditWord(r.Trigger).in(lang) + ", № " + strconv.FormatInt(r.Run, 10)
}

// auditWords are the values of the answers in words.
var auditWords = map[string]label{
	osms.NameNow:       {"қазіргі", "сейчас", "now"},
	osms.NameBefore:    {"бұрынғы", "раньше", "earlier"},
	osms.SideTogether:  {"бір мезгілде", "одновременно", "at the same time"},
	osms.SideInTurn:    {"бірінен соң бірі", "одна после другой", "one after another"},
	osms.AgeTooYoung:   {"тым жас", "слишком мал", "too young"},
	osms.EndedForm:     {"басқа оқу нысанына ауысқан", "перешёл на другую форму", "went on in another form"},
	osms.AgeNoChild:    {"1-санат, 18 жастан кейін", "категория 1 после 18 лет", "category 1 after 18"},
	osms.AgeOldPupil:   {"мектепте, 18-ден үлкен", "в школе, старше 18", "at school, older than 18"},
	osms.AgeOldLearner: {"60-тан үлкен", "старше 60", "older than 60"},

	"absence": {"тізімде болмады", "нет в полном списке", "not on a full list"}, "expected": {"күтілген аяқталу", "ожидаемое окончание", "announced end"},
	"expelled": {"оқудан шығарылған", "отчислен", "expelled"}, "graduated": {"бітірген", "окончил", "graduated"},
	"transferred_out": {"ауысқан", "переведён", "transferred"},

	"none": {"түскен жоқ", "не поступал", "none came"}, "held": {"әкімшіні күтуде", "ждёт администратора", "waits for an administrator"},
	"refused": {"қабылданбаған", "не принят", "was not accepted"},

	"import": {"файл", "файл", "file"}, "release": {"күтіп тұрғанды қолдану (келісу)", "применение задержанного (одобрение)", "release of what was held (approval)"},
	"refuse": {"күтіп тұрғаннан бас тарту", "отказ в применении задержанного", "refusal of what was held"},
	"undo":   {"импортты қайтару", "отмена импорта", "undo of an import"},

	osms.DecidedFreeze: {"айды бекіту", "фиксация месяца", "freeze"}, osms.DecidedRefreeze: {"айды қайта бекіту", "повторная фиксация", "refreeze"},
	osms.DecidedRates: {"мөлшерлемелер", "ставки", "rates"}, osms.DecidedRules: {"қағидалар", "правила", "rules"},
	osms.DecidedOverlap: {"қиылысу бойынша шешім", "решение о пересечении", "decision on an overlap"}, osms.DecidedWithdraw: {"қиылысу шешімін қайтару", "отзыв решения о пересечении", "decision withdrawn"},
	osms.DecidedDestroy: {"мазмұнды жою", "уничтожение содержания", "destruction"},

	"open": {"ашық", "открыто", "open"}, "settled": {"деректермен шешілген", "разрешено фактами", "settled by facts"}, "decided": {"Қор шешкен", "решено Фондом", "decided by the Fund"},

	osms.PaidUnknown: {"тіркелімде болмаған", "в регистре не было", "never on the register"}, osms.PaidWithdrawn: {"мәлімдемелері қайтарылған", "заявления отозваны", "claims believed no more"},
	osms.PaidByEmployer: {"жұмыс беруші (121)", "работодатель (121)", "employer (121)"}, osms.PaidAsPenalty: {"өсімпұл (123, 124)", "пеня (123, 124)", "penalty (123, 124)"},
	osms.PaidByOther: {"өзге төлеуші", "иной плательщик", "another payer"},
	osms.MoneyLate:   {"кеш", "поздно", "late"}, osms.MoneyAhead: {"ай басталмай", "до начала месяца", "before the month"},
	osms.LacksMonth: {"ай", "месяц", "month"}, osms.LacksRegion: {"өңір", "регион", "region"}, osms.LacksPerson: {"белгілі адам", "известный человек", "known person"},

	"command": {"команда", "команда", "command"}, "schedule": {"кесте", "расписание", "schedule"}, "folder": {"қалта", "папка", "folder"},
}

// auditWord names a value; one without a name is shown as it is.
func auditWord(value string) label {
	if l, ok := auditWords[value]; ok {
		return l
	}
	return label{value, value, value}
}
