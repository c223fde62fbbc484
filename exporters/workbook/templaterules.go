package workbook

import (
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

// advice is what the sheet of instructions tells, before the columns. The
// importer reads the sheet too, so no line here may begin or end with the words
// of a zero return, be a label of a declaration, or head a column.
func (f *form) advice() []struct{ name, text label } {
	kk := f.list.Region.String()
	zero := noChanges.line("kk")
	return []struct{ name, text label }{
		{words("Нені толтыру керек", "Что заполнять"), words(
			"«"+listTab+"» парағында кестенің басындағы мәліметті тексеріңіз, содан кейін әр адамды бір жолға жазыңыз. * белгісі бар бағандар міндетті, қалғандарын білсеңіз толтырыңыз. Бағандардың ретін өзгертуге, керексізін өшіруге болады. Басқа файлдан көшіргенде тек мәндерді қойыңыз: сонда таңдау тізімдері сақталады.",
			"На листе «"+listTab+"» проверьте сведения над таблицей, затем впишите каждого человека в свою строку. Столбцы со знаком * обязательны, остальные заполните, если знаете. Порядок столбцов можно менять, лишние можно удалить. Копируя из другого файла, вставляйте только значения: тогда сохранятся списки выбора.")},
		{words("Тізімнің түрі", "Какой бывает список"), words(
			"«толық» – көрсетілген күні оқитындардың бәрі. Бұрын тізімде болып, бұл тізімде жоқ адам сол күннің қарсаңында шыққан болып есептеледі. «өзгерістер» – тек келгендер, кеткендер және дерегі өзгергендер, қалғандары сол күйінде қалады.",
			"«полный» – все, кто учится на указанную дату. Кто был в списке раньше, а в этом отсутствует, считается выбывшим накануне этой даты. «изменения» – только прибывшие, выбывшие и те, чьи данные изменились, остальные остаются как были.")},
		{words("Ештеңе өзгермесе", "Если ничего не изменилось"), words(
			"Кестені бос қалдырып, "+zeroCell+" ұяшығында «"+zero+"» дегенді таңдап, файлды жіберіңіз. Бұл – тапсырылған есеп, ешкім шықты деп есептелмейді. Жолдары да, бұл белгісі де жоқ файл есеп болып саналмайды. Тізім алдын ала толтырылған болса және бәрі дұрыс болса, оны сол күйінде жіберіңіз, ұяшықты бос қалдырыңыз.",
			"Оставьте таблицу пустой, в ячейке "+zeroCell+" выберите «"+zero+"» и отправьте файл. Это сданный отчёт, никто не будет считаться выбывшим. Файл без строк и без этой отметки отчётом не считается. Если список уже заполнен и всё верно, отправьте его как есть, а ячейку оставьте пустой.")},
		{words("Қалай жіберу керек", "Как отправить"), words(
			"Файлды .xlsx түрінде сақтап, әкімдік арқылы өз өңіріңіздің қабылдау қалтасына салыңыз (inbox/"+kk+"). Файлды қайта атауға болады, бірақ атына басқа БСН мен күнді жазбаңыз: файлдың ішінде бір нәрсе, атында басқа нәрсе жазылса, ол тексеруге қалдырылады.",
			"Сохраните файл как .xlsx и через акимат положите его в папку приёма своего региона (inbox/"+kk+"). Файл можно переименовать, но не пишите в имени другой БИН или дату: если имя и файл говорят разное, файл будет задержан.")},
		{words("Жауапта не келеді", "Что придёт в ответ"), words(
			"Бірнеше минутта returned/"+kk+" қалтасында түбіртек пайда болады: неше жол оқылды, кім қосылды, кім шықты, неше жол қабылданбады және неге. Қабылданбаған жол болса, өз кітабыңыз қатесі белгіленген ұяшықтармен қайтады. Сол ұяшықтарды түзетіп, файлды қайта жіберіңіз. Қабылданбаған жолдағы адам шықты деп есептелмейді.",
			"Через несколько минут в папке returned/"+kk+" появится квитанция: сколько строк прочитано, кто прибыл, кто выбыл, сколько строк отклонено и почему. Если есть отклонённые строки, вернётся ваша же книга с отмеченными ячейками. Исправьте их и отправьте файл снова. Человек из отклонённой строки выбывшим не считается.")},
	}
}

// instructions writes the sheet of instructions.
func (f *form) instructions() error {
	if _, err := f.NewSheet(rulesTab); err != nil {
		return err
	}
	for i, width := range []float64{30, 58, 58, 40} {
		name := osms.ColumnName(i)
		if err := f.SetColWidth(rulesTab, name, name, width); err != nil {
			return err
		}
	}
	if err := f.put(rulesTab, "A1", words("Нұсқаулық", "Инструкция").line("kk"), rulesTitle); err != nil {
		return err
	}
	if err := f.SetRowHeight(rulesTab, 1, 26); err != nil {
		return err
	}
	row := 2
	for _, a := range f.advice() {
		row++
		if err := f.ruleRow(row, false, a.name.lines("kk"), a.text.kk, a.text.ru, ""); err != nil {
			return err
		}
	}
	row += 2
	for i, head := range []string{"Баған · Столбец", "Ереже", "Правило", "Мысал · Пример"} {
		if err := f.put(rulesTab, osms.CellName(i, row), head, rulesHead); err != nil {
			return err
		}
	}
	if err := f.SetRowHeight(rulesTab, row, 20); err != nil {
		return err
	}
	for i, c := range f.list.Columns {
		kk, ru, example := c.RuleKK, c.RuleRU, c.Example
		if c.Required {
			kk, ru = "Міндетті. "+kk, "Обязательно. "+ru
		}
		if c.Kind == osms.ChoiceColumn {
			var words []string
			for _, choice := range c.Choices {
				words = append(words, choice.Words())
			}
			example = strings.Join(words, "\n")
		}
		row++
		// One word after another: a header's words alone in a line would head a column.
		name := osms.ColumnName(i) + " · " + strings.ReplaceAll(c.Header(), "\n", " · ")
		if err := f.ruleRow(row, true, name, kk, ru, example); err != nil {
			return err
		}
	}
	if err := f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", Scope: rulesTab,
		RefersTo: "'" + rulesTab + "'!$A$1:$D$" + strconv.Itoa(row)}); err != nil {
		return err
	}
	return printing(f.File, sheet{name: rulesTab, colour: "7F9DB9"}, "")
}

// ruleRow writes one row of the instructions, as high as its longest text;
// ruled ones have a cell for an example.
func (f *form) ruleRow(row int, ruled bool, name, kk, ru, example string) error {
	lines := 1
	for i, text := range []string{name, kk, ru, example} {
		l, width := rulesText, []int{28, 56, 56, 37}[i]
		if i == 0 {
			l = rulesName
		}
		if i == 3 && text == "" && !ruled {
			continue
		}
		if err := f.put(rulesTab, osms.CellName(i, row), text, l); err != nil {
			return err
		}
		lines = max(lines, linesOf(text, width))
	}
	return f.SetRowHeight(rulesTab, row, float64(13*lines+5))
}
