package application_test

import (
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"osmsd/importers/application"
)

func TestReadRequests(t *testing.T) {
	const head = "№ запроса;Дата и время запроса;ИИН;Период с;Период по;Подтверждение;Согласие"
	p, q := iin(t, 61211, 6, 1), iin(t, 990717, 3, 7)
	for _, x := range []struct{ name, file, want string }{
		{"Russian", head + "\nЗ-1;21.11.2026 17:40;" + p + ";01.2025;октябрь 2026;ЭЦП;да\n2;2026-11-21T03:00:00Z;" + q + ";01.01.2025;31.10.2026;ответ на СМС;+\n", lines(
			"2 З-1 11-21 17:40 "+p+" 2025-01..2026-10 eds true", "3 2 11-21 08:00 "+q+" 2025-01..2026-10 sms true")},
		{"Kazakh", "Сұрау салу №;Сұрау салынған күні мен уақыты;ЖСН;Кезең басы;Кезең соңы;Растау тәсілі;Келісім\n1;21.11.2026 17:40;" + p +
			";2025 ж. қаңтар;2026-10;бір реттік құпиясөз;иә\n", lines("2 1 11-21 17:40 " + p + " 2025-01..2026-10 otp true")},
		{"English", "Request No,Received at,IIN,From,To,Confirmed by,Consent\n1,2026-11-21 17:40," + p + ",2025-01,2026-10,digital_document,yes\n", lines(
			"2 1 11-21 17:40 " + p + " 2025-01..2026-10 digital_document true")},
		{"what is not known", head + "\n1;21.11.2026 17:40;" + p + ";;;;\n2;21.11.2026 17:40;" + p + ";давно;13.2026;устно;не знаю\n3;21.11.2026;" + p + ";2026-10;2025-01;нет;нет\n", lines(
			"2 1 11-21 17:40 "+p+" ..  false", "3 2 11-21 17:40 "+p+" ..  false", "4 3 11-21 09:00 "+p+" 2026-10..2025-01  false",
			`warning D3 from month_unreadable "давно"`, `warning E3 to month_unreadable "13.2026"`, `warning G3 consent yes_no_unknown "не знаю"`,
			`warning F3 confirmed_by confirmation_unknown "устно"`, `warning B4 received_at time_missing "21.11.2026"`)},
		{"IINs", head + "\n1;21.11.2026 17:40;;;;;\n1;21.11.2026 17:40;12345;;;;\n1;21.11.2026 17:40;Ахметова;;;;\n1;21.11.2026 17:40;#Н/Д;;;;\n" +
			"1;21.11.2026 17:40;6,12116E+10;;;;\n1;21.11.2026 17:40;" + p + ";;;;\n1;21.11.2026 17:40;" + p + ";;;;\n", lines(
			"2 1 11-21 17:40 000000000000 ..  false", "3 1 11-21 17:40 000000000000 ..  false", "4 1 11-21 17:40 000000000000 ..  false",
			"5 1 11-21 17:40 000000000000 ..  false", "6 1 11-21 17:40 000000000000 ..  false", "7 1 11-21 17:40 "+p+" ..  false",
			`warning C2 iin iin_missing ""`, `warning C3 iin iin_length "12345" 5`, `warning C4 iin iin_characters "Ахметова" «А» U+0410, «х» U+0445, «м» U+043C, «е» U+0435, «т» U+0442`,
			`warning C5 iin error_cell "#Н/Д"`, `warning C6 iin iin_digits_lost "6,12116E+10"`, fmt.Sprintf("warning C8 iin duplicate_row %q row 7", p))},
		{"refused", head + "\n1;когда-то;" + p + ";;;;\n2;21.11.2026 17:40;" + p + ";;;;\n3;21.11.2026 17:40\n4;21.11.2027 17:40;" + p + ";;;;\n", lines(
			"3 2 11-21 17:40 "+p+" ..  false", `refused B2 received_at date_unreadable "когда-то"`, `refused C4 iin field_count "" 2 ≠ 7`,
			`refused B5 received_at future_date "21.11.2027 17:40" 22.11.2026 12:00`)},
	} {
		t.Run(x.name, func(t *testing.T) {
			if got := tell(t, []byte(x.file), application.ReadRequests, tellRequest); got != x.want {
				t.Errorf("got\n%swant\n%s", got, x.want)
			}
		})
	}
}

func TestRequestsWorkbook(t *testing.T) {
	p := iin(t, 990717, 3, 7)
	f := excelize.NewFile()
	defer f.Close()
	for i, r := range [][]any{{"№ запроса", "Дата и время запроса", "ИИН", "Период с", "Период по", "Подтверждение", "Согласие"},
		{1, 46347.5, p, 45658, "10.2026", "ЭЦП", true}, {2, 46347.5, 12345, 45658, nil, "ЭЦП", false}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	want := lines("2 1 11-21 12:00 "+p+" 2025-01..2026-10 eds true", "3 2 11-21 12:00 000000000000 2025-01.. eds false", `warning Sheet1C3 iin iin_length "12345" 5`)
	if got := tell(t, b.Bytes(), application.ReadRequests, tellRequest); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
