package application_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"osmsd/importers/application"
	"osmsd/sync/osms"
)

func TestReadEvents(t *testing.T) {
	const head = "ИИН;ФИО;Событие;Дата события;Действует до;Документ;Примечание"
	p, q := iin(t, 61211, 6, 1), iin(t, 990717, 3, 7)
	wrong := q[:11] + string('0'+(q[11]-'0'+1)%10)
	for _, x := range []struct{ name, file, want string }{
		{"everything", head + "\n" + p + ";Ахметова Әсел;смерть;20.11.2026;;Справка  о смерти № 5;от  родных\n" + q + ";?;обучение за рубежом;01.09.2026;30.06.2028;Приказ;\n", lines(
			"2 "+p+" death 2026-11-20..9999-12-31 Справка о смерти № 5|от родных", "3 "+q+" study_abroad 2026-09-01..2028-06-30 Приказ|")},
		{"Kazakh", "ЖСН;ТАӘ;Оқиға;Оқиға күні;Дейін жарамды;Құжат;Ескертпе\n" + p + ";Ә;Сот шешімі (тыйым);2026 ж. 1 қараша;01.11.2027;;\n", lines(
			"2 " + p + " court_ban 2026-11-01..2027-11-01 |")},
		{"English", "IIN,Event,Event date,Until\n" + p + ",residence_lost,2026-11-01,\n", lines("2 " + p + " residence_lost 2026-11-01..9999-12-31 |")},
		{"refused", head + "\n" + wrong + ";;смерть;20.11.2026;;;\n;;смерть;20.11.2026;;;\n" + p + ";;свадьба;20.11.2026;;;\n" + p + ";;;20.11.2026;;;\n" +
			p + ";;смерть;;;;\n" + p + ";;смерть;31.02.2026;;;\n" + p + ";;смерть;01.01.2006;;;\n" + p + ";;решение суда;01.11.2026;;;\n", lines(
			fmt.Sprintf("refused A2 iin iin_check_digit %q", wrong), `refused A3 iin iin_missing ""`, `refused C4 event event_unknown "свадьба"`, `refused C5 event event_unknown ""`,
			`refused D6 on date_unreadable ""`, `refused D7 on date_unreadable "31.02.2026"`, `refused D8 on date_order "01.01.2006" 2006-12-11`, `refused C9 event event_unknown "решение суда"`)},
		{"future", head + "\n" + p + ";;смерть;23.11.2026;;;\n" + p + ";;блокирование;23.11.2026;;;\n" + p + ";;снятие блокирования;23.11.2026;;;\n" + p + ";;обучение за рубежом;01.09.2027;;;\n" +
			q + ";;смерть;22.11.2026;01.01.2027;;\n", lines(
			"4 "+p+" unblocked 2026-11-23..9999-12-31 |", "5 "+p+" study_abroad 2027-09-01..9999-12-31 |", "6 "+q+" death 2026-11-22..9999-12-31 |",
			`refused D2 on future_date "23.11.2026" 2026-11-22`, `refused D3 on future_date "23.11.2026" 2026-11-22`)},
		{"spans", head + "\n" + p + ";;временный статус;31.01.2026;28.02.2026;;\n" + p + ";;временный статус;31.01.2026;01.03.2026;;\n" + q + ";;временный статус;21.11.2026;21.12.2026;;\n" +
			q + ";;временный статус;21.11.2026;22.12.2026;;\n" + q + ";;временный статус;21.11.2026;;;\n" + q + ";;решение суда (лишение права);21.11.2026;20.11.2026;;\n" +
			q + ";;решение суда (лишение права);21.11.2026;потом;;\n", lines(
			"2 "+p+" temporary_status 2026-01-31..2026-02-28 |", "4 "+q+" temporary_status 2026-11-21..2026-12-21 |",
			`refused E3 until period_too_long "01.03.2026" 2026-02-28`, `refused E5 until period_too_long "22.12.2026" 2026-12-21`, `refused E6 until period_too_long "" 2026-12-21`,
			`refused E7 until date_order "20.11.2026" 2026-11-21`, `refused E8 until date_unreadable "потом"`)},
		{"twice", head + "\n" + p + ";;смерть;20.11.2026;;Справка;\n" + p + ";;қайтыс болу;2026-11-20;;Акт;\n" + q + ";;смерть;20.11.2026;;;\n", lines(
			"2 "+p+" death 2026-11-20..9999-12-31 Справка|", "4 "+q+" death 2026-11-20..9999-12-31 |", fmt.Sprintf("warning A3 iin duplicate_row %q row 2", p))},
		{"no day column", "ИИН;Событие;Документ\n" + p + ";смерть;\n", lines("missing_column")},
	} {
		t.Run(x.name, func(t *testing.T) {
			if got := tell(t, []byte(x.file), application.ReadEvents, tellEvent); got != x.want {
				t.Errorf("got\n%swant\n%s", got, x.want)
			}
		})
	}
}

// TestEventWords: every kind is known by its words in three languages and by its
// own name.
func TestEventWords(t *testing.T) {
	words := map[osms.EventKind][]string{
		osms.EventDeath:           {"смерть", "қайтыс болу", "қайтыс болу / смерть"},
		osms.EventResidenceLost:   {"Выезд на постоянное жительство", "утрата права на постоянное проживание", "тұрақты тұру құқығынан айырылу"},
		osms.EventCourtBan:        {"решение суда (запрет)", "сот шешімі (тыйым)", "court ban"},
		osms.EventCourtDeprived:   {"решение суда (лишение права)", "сот шешімі (құқықтан айыру)"},
		osms.EventTemporaryStatus: {"временный статус", "уақытша мәртебе", "temporary status"},
		osms.EventStudyAbroad:     {"обучение за рубежом", "шетелде оқу", "study abroad"},
		osms.EventLeaveKept:       {"академический отпуск: сохранить", "академиялық демалыс: сақтау"},
		osms.EventLeaveEnded:      {"академический отпуск: прекратить", "академиялық демалыс: тоқтату"},
		osms.EventBlocked:         {"блокирование", "бұғаттау", "blocking"},
		osms.EventUnblocked:       {"снятие блокирования", "бұғаттаудан шығару", "unblocking"},
	}
	p := iin(t, 61211, 6, 1)
	for _, kind := range osms.EventKinds {
		if len(words[kind]) == 0 {
			t.Errorf("%s: no words", kind)
		}
		for _, word := range append(words[kind], string(kind)) {
			got := tell(t, []byte("ИИН;Событие;Дата события;Действует до\n"+p+";"+word+";01.11.2026;01.12.2026\n"), application.ReadEvents, tellEvent)
			if !strings.HasPrefix(got, "2 "+p+" "+string(kind)+" 2026-11-01..") {
				t.Errorf("%s: %s", word, got)
			}
		}
	}
}

func TestEventsWorkbook(t *testing.T) {
	p := iin(t, 990717, 3, 7)
	f := excelize.NewFile()
	defer f.Close()
	for i, r := range [][]any{{"Оқиғалар / События"}, {"ЖСН / ИИН", "Оқиға / Событие", "Дата события", "Документ"},
		{p, "смерть", 46346, 17}, {p, "смерть", 46346.25, "x"}, {p, "блокирование", 2026, nil}, {nil, "Орындаушы", nil, nil}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	want := lines("3 "+p+" death 2026-11-20..9999-12-31 17|", fmt.Sprintf("warning Sheet1A4 iin duplicate_row %q row 3", p), `refused Sheet1C5 on date_unreadable "2026"`)
	if got := tell(t, b.Bytes(), application.ReadEvents, tellEvent); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
