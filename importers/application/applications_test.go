package application_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"osmsd/importers/application"
)

func TestReadApplications(t *testing.T) {
	const head = "№ заявления;Дата и время подачи;ИИН;ФИО;БИН организации"
	p, q, org, other := iin(t, 61211, 6, 1), iin(t, 990717, 3, 7), bin(t, 9912, 1), bin(t, 402, 7)
	short := strings.TrimLeft(p, "0")
	wrong := q[:11] + string('0'+(q[11]-'0'+1)%10)
	unborn := iin(t, 270101, 5, 3)
	for _, x := range []struct{ name, file, want string }{
		{"everything, Russian", "Заявления за неделю;;;;;;;;;;;;;;\n" + head + ";БИН прежней организации;Заявление;Удостоверение личности;Удостоверение действительно до;" +
			"Документ об обучении;Дата документа об обучении;Согласие;Форма обучения;Уровень образования;Дата зачисления\n" +
			"12/А;21.11.2026 17:40;" + p + ";Ахметова Әсел Ерланқызы;" + org + ";" + other + ";да;№ 045123456;бессрочно;Справка;01.11.2026;да;очная;ТиПО;01.09.2024\n" +
			"13;2026-11-20T10:05:00+06:00;" + q + ";Иванов Пётр -;" + org + ";" + org + ";+;нет, утеряно;31.12.2025;0;;нет;заочная;higher;\n" +
			";;;Директор;;;;;;;;;;;\n", lines(
			"3 12/А 11-21 17:40 "+p+" Ахметова Әсел Ерланқызы "+org+"<"+other+" FISC 9999-12-31 2026-11-01 full_time tvet 2024-09-01",
			"4 13 11-20 09:05 "+q+" Иванов Пётр "+org+"< F 2025-12-31  part_time higher")},
		{"Kazakh", "Өтініш №;Берілген күні мен уақыты;ЖСН;Тегі;Аты;Әкесінің аты;Ұйымның БСН-і;Өтініш;Жеке куәлік;Оқу туралы құжат;Келісім\n" +
			"7;20.11.2026 09:00;" + p + ";Ахметова;Әсел;-;" + org + ";иә;бар;жоқ;иә\n", lines("2 7 11-20 09:00 " + p + " Ахметова Әсел " + org + "< FIC")},
		{"English", "Application No;Received at;IIN;Full name;BIN;Application form;Identity document;Study document;Consent\n" +
			"7;2026-11-20 09:00;" + p + ";Ahmetova Asel;" + org + ";yes;No. 045123456;no;true\n", lines("2 7 11-20 09:00 " + p + " Ahmetova Asel " + org + "< FIC")},
		{"times", head + "\n1;20.11.2026;" + p + ";А Б;" + org + "\n2;22.11.2026;" + p + ";А Б;" + org + "\n3;22.11.2026 12:04;" + p + ";А Б;" + org +
			"\n4;22.11.2026 12:06;" + p + ";А Б;" + org + "\n5;23.11.2026;" + p + ";А Б;" + org + "\n6;20.11.2026 24:70;" + p + ";А Б;" + org + "\n7;;" + p + ";А Б;" + org +
			"\n8;20.11.1926 10:00;" + p + ";А Б;" + org + "\n", lines(
			"2 1 11-20 09:00 "+p+" А Б "+org+"<", "3 2 11-22 09:00 "+p+" А Б "+org+"<", "4 3 11-22 12:04 "+p+" А Б "+org+"<",
			`warning B2 received_at time_missing "20.11.2026"`, `warning B3 received_at time_missing "22.11.2026"`,
			`refused B5 received_at future_date "22.11.2026 12:06" 22.11.2026 12:00`, `refused B6 received_at future_date "23.11.2026" 22.11.2026 12:00`,
			`refused B7 received_at date_unreadable "20.11.2026 24:70"`, `refused B8 received_at date_unreadable ""`,
			`refused B9 received_at date_unreadable "20.11.1926 10:00"`)},
		{"IINs", head + ";Дата рождения\n1;20.11.2026 10:00;" + short + ";А Б;" + org + ";11.12.2006\n2;20.11.2026 10:00;" + short + ";А Б;" + org + ";12.12.2006\n3;20.11.2026 10:00;" + wrong +
			";А Б;" + org + ";\n4;20.11.2026 10:00;;А Б;" + org + ";\n5;20.11.2026 10:00;" + unborn + ";А Б;" + org + ";\n6;20.11.2026 10:00;" + q + ";А Б;" + org + ";18.07.1999\n7;20.11.2026 10:00;" +
			"ИИН " + q + ";А Б;" + org + ";вчера\n", lines(
			"2 1 11-20 10:00 "+p+" А Б "+org+"<", fmt.Sprintf("warning C2 iin iin_repaired %q", short), fmt.Sprintf("refused C3 iin iin_length %q %d", short, len(short)),
			fmt.Sprintf("refused C4 iin iin_check_digit %q", wrong), `refused C5 iin iin_missing ""`, fmt.Sprintf("refused C6 iin iin_birth_date %q", unborn),
			`refused F7 birth_date birth_date_mismatch "18.07.1999" 1999-07-17`, `refused F8 birth_date date_unreadable "вчера"`, fmt.Sprintf("warning C8 iin iin_cleaned %q U+0020, «ИИН»", "ИИН "+q))},
		{"BINs and names", head + "\n1;20.11.2026 10:00;" + p + ";А Б;\n2;20.11.2026 10:00;" + p + ";А Б;12345\n3;20.11.2026 10:00;" + p + ";;" + org + "\n4;20.11.2026 10:00;" + p + ";Ахмет?ва А;" + org +
			"\n5;20.11.2026 10:00;" + p + ";Axметова А;" + org + "\n6;20.11.2026 10:00;" + p + ";А Б;-\n", lines(
			"4 3 11-20 10:00 "+p+"  "+org+"<", "6 5 11-20 10:00 "+p+" Axметова А "+org+"<",
			`refused E2 bin bin_missing ""`, `refused E3 bin bin_structure "12345" 5`, `warning D4 full_name name_missing ""`, `refused D5 full_name name_letters_lost "Ахмет?ва А"`,
			`warning D6 full_name mixed_script "Axметова А" «A» U+0041, «x» U+0078`, `refused E7 bin bin_missing "-"`)},
		{"faults of the rest", head + ";Удостоверение действительно до;Согласие;Форма обучения;Уровень образования;БИН прежней организации\n" +
			"1;20.11.2026 10:00;" + p + ";А Б;" + org + ";32.01.2026;;;;\n2;20.11.2026 10:00;" + p + ";А Б;" + org + ";;наверное;лёгкая;детсад;нет\n" +
			"3;20.11.2026 10:00;" + p + ";А Б;" + org + ";;;;;123\n", lines("3 2 11-20 10:00 "+p+" А Б "+org+"<",
			`refused F2 identity_valid_until date_unreadable "32.01.2026"`, `warning G3 consent yes_no_unknown "наверное"`,
			`warning H3 study_form study_form_unknown "лёгкая"`, `warning I3 level level_unknown "детсад"`, `refused J4 previous_bin bin_structure "123" 3`)},
		{"twice", head + "\n1;20.11.2026 10:00;" + p + ";А Б;" + org + "\n1;20.11.2026 10:00;" + p + ";А Б;" + org + "\n2;20.11.2026 10:00;" + p + ";А Б;" + org + "\n", lines(
			"2 1 11-20 10:00 "+p+" А Б "+org+"<", "4 2 11-20 10:00 "+p+" А Б "+org+"<", fmt.Sprintf("warning C3 iin duplicate_row %q row 2", p))},
		{"no number column", "Дата и время подачи;ИИН;БИН организации\n20.11.2026;" + p + ";" + org + "\n", lines("missing_column")},
	} {
		t.Run(x.name, func(t *testing.T) {
			if got := tell(t, []byte(x.file), application.ReadApplications, tellApplication); got != x.want {
				t.Errorf("got\n%swant\n%s", got, x.want)
			}
		})
	}
}

// TestApplicationsWorkbook reads what Excel makes of moments, numbers and merged
// cells.
func TestApplicationsWorkbook(t *testing.T) {
	p, q, org := iin(t, 61211, 6, 1), iin(t, 990717, 3, 7), bin(t, 9912, 1)
	var short int64
	if _, err := fmt.Sscan(strings.TrimLeft(p, "0"), &short); err != nil {
		t.Fatal(err)
	}
	f := excelize.NewFile()
	defer f.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, r := range [][]any{{"Өтініштер тізімі"}, {"Өтініш №", "Дата и время подачи", "ЖСН / ИИН", "БИН", "Заявление", "Удостоверение действительно до", "Согласие"},
		{1, 46347.7361111111, short, org, true, 46400, 1}, {2, 46346, q, org, 45123456, nil, "жоқ"}, {3, 46348.75, q, org, "x", nil, 0},
		{4, nil, q, org, 0, nil, nil}, {5, 46346.5, q, org, nil, nil, nil}, {6, 46346.5, q, org, nil, nil, nil}} {
		must(f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r))
	}
	must(f.MergeCell("Sheet1", "D7", "D8"))
	must(f.SetCellFormula("Sheet1", "B6", "=NOW()"))
	style, err := f.NewStyle(&excelize.Style{NumFmt: 22})
	must(err)
	must(f.SetCellStyle("Sheet1", "B3", "B8", style))
	b, err := f.WriteToBuffer()
	must(err)
	want := lines("3 1 11-21 17:40 "+p+"  "+org+"< FC 2027-01-13", "4 2 11-20 09:00 "+q+"  "+org+"< F",
		fmt.Sprintf(`warning Sheet1C3 iin iin_repaired "%d"`, short), `warning Sheet1B4 received_at time_missing "20.11.2026"`,
		`refused Sheet1B5 received_at future_date "22.11.2026 18:00:00" 22.11.2026 12:00`,
		`refused Sheet1B6 received_at formula_without_value ""`, `refused Sheet1D7 bin merged_cell "" D7:D8`, `refused Sheet1D8 bin bin_missing ""`, `refused Sheet1D8 bin merged_cell "" D7:D8`)
	if got := tell(t, b.Bytes(), application.ReadApplications, tellApplication); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
