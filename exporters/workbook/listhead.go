package workbook

import (
	"fmt"
	"strings"

	"osmsd/sync/osms"
)

// headLine is a line of what stands before a frozen list: a string, an int, an
// int64 or an amount under its name.
type headLine struct {
	name  label
	value any
}

// listHead says what list it is, what it comes to and how to prove it.
func listHead(l osms.FrozenList) []headLine {
	month := monthLabel(l.Month)
	region := country.line("kk")
	if l.Region != 0 {
		region = l.Region.String() + " " + regionLabel(l.Region).line("kk")
	}
	lines := []headLine{
		{words("Ай", "Месяц"), l.Month.String() + " – " + month.line("kk")},
		{words("Өңір", "Регион"), region},
		{words("Тізім нұсқасы", "Версия списка"), l.Version},
		{words("Есепке алынған соңғы импорт", "Последний учтённый импорт"), l.Sequence},
		{words("Мөлшерлеме", "Ставка"), strings.ReplaceAll(l.Rate.Percent.String(), ".", ",") + " %"},
		{words("Есептеу объектісі, теңге", "Объект исчисления, тенге"), l.Rate.Base},
		{words("Бір адамға айына (мөлшерлеме × объект), теңге", "На человека в месяц (ставка × объект), тенге"), l.Rate.PerPerson()},
	}
	if l.Rate.Unverified {
		lines = append(lines, headLine{words("Мөлшерлеме туралы", "О ставке"),
			words("расталмаған: ресми дереккөзден тексеріңіз", "не подтверждена: проверьте по официальному источнику").line("kk")})
	}
	return append(lines,
		headLine{words("Тізімдегі адам саны", "Человек в списке"), l.Persons},
		headLine{words("Жалпы сома, теңге", "Общая сумма, тенге"), l.Amount},
		headLine{words("Алдыңғы тізімнен кейін қосылғандар", "Поступили после прошлого списка"), l.Joined},
		headLine{words("Алдыңғы тізімнен кейін шыққандар (санға кірмейді)", "Выбыли после прошлого списка (в число не входят)"), l.Left},
		headLine{words("Тізімнің SHA-256 дайджесі", "Дайджест SHA-256 списка"), l.Digest},
		headLine{words("Дайджесті есептеу", "Как считается дайджест"), fmt.Sprintf(digestRule.kk, digestLine)},
		headLine{words("", ""), fmt.Sprintf(digestRule.ru, digestLine)},
	)
}

const digestLine = "IIN|category|region|BIN|tiyn"

var (
	listTitle  = words("Бекітілген тізім", "Зафиксированный список")
	digestRule = words("тізімдегі әр адамға ЖСН ретімен бір жол: %s, соңында LF; шыққандар кірмейді",
		"строка на каждого человека списка в порядке ИИН: %s, в конце LF; выбывшие не входят")

	joinedChange = words("қосылу", "поступление")
	leftChange   = words("шығу", "выбытие")
)

// listColumns are the columns of the list, in CSV and XLSX alike.
func listColumns() []column {
	return []column{
		{label{"№", "№", "No"}, 10, asInt},
		{label{"ЖСН", "ИИН", "IIN"}, 15, asCode},
		{words("Тегі", "Фамилия"), 22, asText},
		{words("Аты", "Имя"), 18, asText},
		{words("Әкесінің аты", "Отчество"), 22, asText},
		{words("Туған күні", "Дата рождения"), 14, asDay},
		{words("Санат", "Категория"), 11, asCode},
		{codeTitle, 7, asCode},
		{regionTitle, 50, asLine},
		{words("Ұйымның БСН-і", "БИН организации"), 17, asCode},
		{words("Сома, теңге", "Сумма, тенге"), 14, asMoney},
		{words("Алдыңғы тізімнен кейін", "После прошлого списка"), 24, asCentre},
	}
}

// listRow gives a person's values in the order of the columns. number is the
// person's place among those on the list; who left has none.
func listRow(number int, p osms.FrozenPerson) []any {
	place, change := any(number), ""
	switch p.Change {
	case "joined":
		change = joinedChange.line("kk")
	case "left":
		place, change = nil, leftChange.line("kk")
	}
	return []any{place, iinText(p.Person), p.Name.Surname, p.Name.Given, p.Name.Patronymic, p.Birth,
		string(p.Category), p.Region.String(), regionLine(p.Region), p.BIN.String(), p.Amount, change}
}

// regionLines are the regions' names in both languages: a list asks for one in
// every row.
var regionLines = func() (lines [256]string) {
	for _, n := range osms.Regions() {
		lines[n.Region] = regionLabel(n.Region).line("kk")
	}
	return lines
}()

func regionLine(r osms.Region) string { return regionLines[r] }
