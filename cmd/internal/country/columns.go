package country

import (
	"osmsd/sync/osms"
)

// field is a column of a roster, by the vocabulary's name.
type field string

// header gives a column's heading in Kazakh, Russian and English; where forms
// differ between organisations there are two.
var headers = map[field][3][2]string{
	"row_no":       {{"Р/с №", "р/с"}, {"№ п/п", "№"}, {"№", "№"}},
	"iin":          {{"ЖСН", "ЖСН"}, {"ИИН", "ИИН обучающегося"}, {"IIN", "IIN"}},
	"bin":          {{"БСН", "БСН"}, {"БИН организации образования", "БИН"}, {"BIN", "BIN"}},
	"full_name":    {{"Т.А.Ә. (бар болса)", "Аты-жөні"}, {"Ф.И.О. (при его наличии)", "ФИО обучающегося"}, {"Full name", "Full name"}},
	"surname":      {{"Тегі", "Тегі"}, {"Фамилия", "Фамилия"}, {"Surname", "Surname"}},
	"given_name":   {{"Аты", "Аты"}, {"Имя", "Имя"}, {"Given name", "Given name"}},
	"patronymic":   {{"Әкесінің аты (бар болса)", "Әкесінің аты"}, {"Отчество (при его наличии)", "Отчество"}, {"Отчество", "Отчество"}},
	"birth_date":   {{"Туған күні", "Туған күні"}, {"Дата рождения", "Д.р."}, {"Birth date", "Birth date"}},
	"sex":          {{"Жынысы", "Жынысы"}, {"Пол", "Пол"}, {"Sex", "Sex"}},
	"organisation": {{"Білім беру ұйымы", "Оқу орны"}, {"Организация образования", "Учебное заведение"}, {"Organisation", "Organisation"}},
	"level":        {{"Білім деңгейі", "Білім деңгейі"}, {"Уровень образования", "Уровень образования"}, {"Level", "Level"}},
	"speciality":   {{"Мамандығы", "Мамандық"}, {"Специальность", "Специальность"}, {"Специальность", "Специальность"}},
	"grade":        {{"Сынып", "Курс"}, {"Класс", "Курс"}, {"Grade", "Grade"}},
	"group":        {{"Топ", "Топ"}, {"Группа", "Группа"}, {"Группа", "Группа"}},
	"study_form":   {{"Оқу нысаны", "Оқыту нысаны"}, {"Форма обучения", "Форма обучения"}, {"Study form", "Study form"}},
	"language":     {{"Оқу тілі", "Оқу тілі"}, {"Язык обучения", "Язык обучения"}, {"Язык обучения", "Язык обучения"}},
	"funding":      {{"Оқу негізі", "Оқу негізі"}, {"Основа обучения", "Основа обучения"}, {"Основа обучения", "Основа обучения"}},
	"enrolled_on":  {{"Қабылданған күні", "Түскен күні"}, {"Дата зачисления", "Дата поступления"}, {"Enrolled on", "Enrolled on"}},
	"left_on":      {{"Аяқталу күні", "Шыққан күні"}, {"Дата окончания", "Дата выбытия"}, {"Left on", "Left on"}},
	"order":        {{"Бұйрық №", "Бұйрық №"}, {"№ приказа", "Приказ"}, {"№ приказа", "Приказ"}},
	"order_date":   {{"Бұйрық күні", "Бұйрық күні"}, {"Дата приказа", "Дата приказа"}, {"Дата приказа", "Дата приказа"}},
	"status":       {{"Мәртебесі", "Қозғалысы"}, {"Статус", "Движение"}, {"Status", "Status"}},
	"note":         {{"Ескертпе", "Ескертпе"}, {"Примечание", "Примечание"}, {"Note", "Note"}},
	// Columns that nobody asked for.
	"telephone": {{"Байланыс телефоны", "Байланыс телефоны"}, {"Контактный телефон", "Контактный телефон"}, {"Phone", "Phone"}},
	"hostel":    {{"Жатақхана", "Жатақхана"}, {"Общежитие", "Общежитие"}, {"Hostel", "Hostel"}},
}

// widths of columns in a workbook, in characters; others are 14 wide.
var widths = map[field]int{"row_no": 6, "iin": 16, "bin": 16, "full_name": 38, "surname": 20, "given_name": 16, "patronymic": 20,
	"birth_date": 24, "sex": 11, "organisation": 50, "level": 30, "speciality": 50, "funding": 26, "telephone": 20, "order": 12, "grade": 8, "group": 10, "study_form": 16,
	"enrolled_on": 24, "left_on": 24, "order_date": 24, "status": 24, "note": 24}

const (
	inKK = iota
	inRU
	inEN
)

func tongue(language string) int {
	switch language {
	case "kk":
		return inKK
	case "en":
		return inEN
	}
	return inRU
}

// say chooses between Kazakh, Russian and English.
func say(language, kk, ru, en string) string {
	return [3]string{kk, ru, en}[tongue(language)]
}

func formWord(f osms.StudyForm, language string) string {
	switch f {
	case osms.FullTime:
		return say(language, "күндізгі", "очная", "full-time")
	case osms.PartTime:
		return say(language, "сырттай", "заочная", "part-time")
	case osms.Evening:
		return say(language, "кешкі", "вечерняя", "evening")
	case osms.Distance:
		return say(language, "қашықтықтан", "дистанционная", "distance")
	}
	return say(language, "экстернат", "экстернат", "экстернат")
}

func levelWord(l osms.Level, language string) string {
	switch l {
	case osms.Secondary:
		return say(language, "жалпы орта", "общее среднее", "общее среднее")
	case osms.TVET:
		return say(language, "ТжКБ", "техническое и профессиональное", "ТиПО")
	}
	return say(language, "жоғары", "высшее", "бакалавриат")
}

func sexWord(male bool, language string, long bool) string {
	switch {
	case male && long:
		return say(language, "ер", "муж", "male")
	case male:
		return say(language, "е", "м", "m")
	case long:
		return say(language, "әйел", "жен", "female")
	}
	return say(language, "ә", "ж", "f")
}

// statusWord says a status; the Russian forms follow the person's sex.
func statusWord(s osms.Status, language string, male, transferred bool) string {
	gender := func(m, f string) string {
		if male {
			return m
		}
		return f
	}
	switch s {
	case osms.AcademicLeave:
		return say(language, "академиялық демалыс", "академический отпуск", "academic leave")
	case osms.Expelled:
		return say(language, "оқудан шығарылған", gender("отчислен", "отчислена"), "expelled")
	case osms.Graduated:
		return say(language, "түлек", "выпускник", "graduated")
	case osms.TransferredOut:
		return say(language, "ауысты", gender("отчислен в связи с переводом", "выбыл"), "transferred out")
	}
	if transferred {
		return say(language, "қабылданды", gender("зачислен в порядке перевода", "зачислена"), "studying")
	}
	return say(language, "оқиды", "обучается", "studying")
}
