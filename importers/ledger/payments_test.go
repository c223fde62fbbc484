package ledger_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"osmsd/sync/osms"
)

// short is a number as a workbook leaves it: without its leading zeros.
func short(i osms.IIN) string { return strings.TrimLeft(i.Digits(), "0") }

// born makes a number of one born on 14 March of a year of two digits.
func born(year, century uint64) osms.IIN {
	for n := year*10_000_000_000 + 3_14_000_000 + century*100_000; ; n += 10 {
		if k, ok := osms.CheckDigit(n / 10); ok {
			return osms.IIN(n + uint64(k))
		}
	}
}

func TestPaymentsCSV(t *testing.T) {
	a, b := fakeIIN(1).Digits(), fakeIIN(20).Digits()
	lost := b[:11] + string('0'+(b[11]-'0'+1)%10)
	for _, c := range []struct{ name, file, want string }{
		{"one document", "ИИН;ФИО;Период;Сумма\n" + a + ";Әбдіқадырова Айгүл;2026-10;600,00\n" + b + ";Ли  Вера;2026-10;5 252\n",
			lines(`csv 2 ref no of on from to knp for 2026-10 : 2, 5852.00 ""`,
				"0.1 2 "+a+" Әбдіқадырова Айгүл 2026-10 600.00", "0.2 3 "+b+" Ли Вера 2026-10 5252.00")},
		{"grouped", "Референс,БИН плательщика,Плательщик,Дата платежа,КНП,ИИН,Фамилия,Имя,Отчество,Дата рождения,Период,Регион,Сумма\n" +
			"R1,971240666596,Қайнар,05.10.2026,122," + a + ",Әбдіқадырова,Айгүл,Нұрланқызы,14.03.2007,2026-09,63,600\n" +
			"R2,971240666596,Қайнар,05.10.2026,122," + b + ",Ли,Вера,-,14.03.2007,2026-10,75,700\n" +
			"R1,971240666596,Қайнар,05.10.2026,122," + b + ",Ли,Вера,,,2026-10,63,800\n",
			lines(`csv 2 ref R1 no of 2026-10-05 on 2026-10-05 from 971240666596 Қайнар to knp 122 for 63: 2, 1400.00 ""`,
				`csv 3 ref R2 no of 2026-10-05 on 2026-10-05 from 971240666596 Қайнар to knp 122 for 2026-10 75: 1, 700.00 ""`,
				"0.1 2 "+a+" Әбдіқадырова Айгүл Нұрланқызы 2007-03-14 2026-09 63 600.00",
				"1.1 3 "+b+" Ли Вера 2007-03-14 2026-10 75 700.00", "0.2 4 "+b+" Ли Вера 2026-10 63 800.00")},
		{"english", "IIN;Full name;Month;Amount;KNP;Payer;Payer BIN;Paid on;Reference;Region\n" + a + ";A B;October 2026;1;010;P;971240666596;2026-10-05;7;63\n",
			lines(`csv 2 ref 7 no of 2026-10-05 on 2026-10-05 from 971240666596 P to knp 010 for 2026-10 63: 1, 1.00 ""`,
				"0.1 2 "+a+" A B 2026-10 63 1.00", `warning E2 2 knp knp_unknown "010"`)},
		{"kazakh", "ЖСН;Тегі;Аты;Әкесінің аты;Ай;Сомасы, теңге;ТМК;Төлеуші;Төлеушінің БСН-і;Төлем күні;Сілтеме;Өңір\n" +
			a + ";Әбдіқадырова;Айгүл;;қазан 2026;1,50;122;Қайнар;971240666596;05.10.2026;R;Абай облысы\n",
			lines(`csv 2 ref R no of 2026-10-05 on 2026-10-05 from 971240666596 Қайнар to knp 122 for 2026-10 10: 1, 1.50 ""`,
				"0.1 2 "+a+" Әбдіқадырова Айгүл 2026-10 10 1.50")},
		{"whoever it is, the money is kept", "ИИН;Дата рождения;Период;Сумма\n" + lost + ";;2026-10;1\n;;2026-10;2\n" + short(fakeIIN(1)) + ";;2026-10;3\n" +
			short(fakeIIN(1)) + ";15.03.2007;2026-10;4\n" + short(fakeIIN(1))[1:] + ";;2026-10;5\n6,12116E+10;;2026-10;6\nИИН " + b + ";когда-то;;7\n",
			lines(`csv 2 ref no of on from to knp for : 7, 28.00 ""`,
				"0.1 2 "+lost+" 2026-10 1.00", "0.2 3 2026-10 2.00", "0.3 4 "+a+" 2026-10 3.00", "0.4 5 "+short(fakeIIN(1))+" 2007-03-15 2026-10 4.00",
				"0.5 6 "+short(fakeIIN(1))[1:]+" 2026-10 5.00", "0.6 7 6,12116E+10 2026-10 6.00", "0.7 8 "+b+" 7.00",
				fmt.Sprintf("warning A2 2 iin iin_check_digit %q", lost), `warning A3 3 iin iin_missing ""`,
				fmt.Sprintf("warning A4 4 iin iin_repaired %q", short(fakeIIN(1))),
				fmt.Sprintf("warning A5 5 iin iin_length %q 11", short(fakeIIN(1))), fmt.Sprintf("warning A6 6 iin iin_length %q 10", short(fakeIIN(1))[1:]),
				`warning A7 7 iin iin_digits_lost "6,12116E+10"`, `warning B8 8 birth_date date_unreadable "когда-то"`,
				fmt.Sprintf("warning A8 8 iin iin_cleaned %q U+0020, «ИИН»", "ИИН "+b))},
		{"refused rows", "ИИН;Период;Регион;Сумма;Дата платежа\n" + a + ";13.2026;63;1;\n" + a + ";2026-10;Марс;2;\n" + a + ";2026-10;63;?;\n" +
			a + ";2026-10;63;4;31.02.2026\n" + a + ";2026-10;63;99 999 999 999;\n" + b + ";2026-10;63;5;\n",
			lines(`csv 2 ref no of on from to knp for : 4, 12.00 ""`, "0.1 2 "+a+" 63 1.00", "0.2 3 "+a+" 2026-10 2.00", "0.3 5 "+a+" 2026-10 63 4.00", "0.4 7 "+b+" 2026-10 63 5.00",
				`warning B2 2 month month_unreadable "13.2026"`, `warning C3 3 region region_unknown "Марс"`, `refused D4 4 amount amount_unreadable "?"`,
				`warning E5 5 paid_on date_unreadable "31.02.2026"`, `refused D6 6 amount amount_unreadable "99 999 999 999"`)},
		{"given back", "ИИН;Период;Сумма;КНП\n" + a + ";2026-10;600;21\n" + b + ";2026-10;-700;021\n" + b + ";2026-10;-5;122\n" + a + ";2026-10;9;122\n",
			lines(`csv 2 ref no of on from to knp 021 for 2026-10 : 2, -1300.00 returned ""`, `csv 4 ref no of on from to knp 122 for 2026-10 : 2, 4.00 ""`,
				"0.1 2 "+a+" 2026-10 -600.00 returned", "0.2 3 "+b+" 2026-10 -700.00 returned", "1.1 4 "+b+" 2026-10 -5.00 returned",
				"1.2 5 "+a+" 2026-10 9.00")},
		{"payers of one name less", "ИИН;Период;Сумма;Плательщик\n" + a + ";2026-10;1;Қайнар\n" + a + ";2026-10;1;Бұлақ\n",
			lines(`csv 2 ref no of on from Қайнар to knp for 2026-10 : 1, 1.00 ""`, `csv 3 ref no of on from Бұлақ to knp for 2026-10 : 1, 1.00 ""`,
				"0.1 2 "+a+" 2026-10 1.00", "1.1 3 "+a+" 2026-10 1.00")},
		{"total", "ИИН;Период;Сумма\n" + a + ";2026-10;10,10\n" + b + ";2026-10;20,20\nИтого: 2;;30,30\n",
			lines(`csv 2 ref no of on from to knp for 2026-10 : 2, 30.30 ""`, "0.1 2 "+a+" 2026-10 10.10", "0.2 3 "+b+" 2026-10 20.20", "controlled")},
		{"total of refused rows too", "ИИН;Период;Сумма\n" + a + ";2026-13;10,10\n" + b + ";2026-10;20,20\nБарлығы 2 адам;;30,30\n",
			lines(`csv 2 ref no of on from to knp for : 2, 30.30 ""`, "0.1 2 "+a+" 10.10", "0.2 3 "+b+" 2026-10 20.20",
				`warning B2 2 month month_unreadable "2026-13"`, "controlled")},
		{"total as written, given back", "ИИН;Период;Сумма;КНП\n" + a + ";2026-10;10;021\nИтого;;10;\n",
			lines(`csv 2 ref no of on from to knp 021 for 2026-10 : 1, -10.00 returned ""`, "0.1 2 "+a+" 2026-10 -10.00 returned", "controlled")},
		{"a tiyn off", "ИИН;Период;Сумма\n" + a + ";2026-10;10,10\nИтого;;10,11\n", lines("control_total at row 3, cell C3: stated 10,11 tenge ≠ counted 10,10 tenge")},
		{"a person off", "ИИН;Период;Сумма\n" + a + ";2026-10;10,10\nИтого 2 чел.;;10,10\n", lines("control_total at row 3, cell A3: stated 2 ≠ counted 1")},
		{"total unreadable", "ИИН;Период;Сумма\n" + a + ";2026-10;10,10\nИтого;;1.234.5\n", lines("control_total at row 3, cell C3: stated 1.234.5 tenge ≠ counted 10,10 tenge")},
		{"words that are no count", "ИИН;Период;Сумма\n" + a + ";2026-10;10,10\nИтого за 10 месяц;;10,10\nДиректор;;\n",
			lines(`csv 2 ref no of on from to knp for 2026-10 : 1, 10.10 ""`, "0.1 2 "+a+" 2026-10 10.10", "controlled")},
		{"a title that counts", "Всего: 9;;\nИИН;Период;Сумма\n" + a + ";2026-10;10\n",
			lines(`csv 3 ref no of on from to knp for 2026-10 : 1, 10.00 ""`, "0.1 3 "+a+" 2026-10 10.00")},
		{"zeros of one born long ago", "ИИН;Период;Сумма\n" + short(born(5, 3)) + ";2026-10;1\n" + short(born(9, 5)) + ";2018-10;2\n" + short(born(9, 5)) + ";;3\n",
			lines(`csv 2 ref no of on from to knp for : 3, 6.00 ""`, "0.1 2 "+short(born(5, 3))+" 2026-10 1.00",
				"0.2 3 "+born(9, 5).Digits()+" 2018-10 2.00", "0.3 4 "+born(9, 5).Digits()+" 3.00",
				fmt.Sprintf("warning A2 2 iin iin_length %q 11", short(born(5, 3))),
				fmt.Sprintf("warning A3 3 iin iin_repaired %q", short(born(9, 5))), fmt.Sprintf("warning A4 4 iin iin_repaired %q", short(born(9, 5))))},
		{"zeros of one born after the payment", "ИИН;Период;Сумма;Дата платежа\n" + short(born(9, 5)) + ";2018-10;2;01.03.2008\n",
			lines(`csv 2 ref no of 2008-03-01 on 2008-03-01 from to knp for 2018-10 : 1, 2.00 ""`, "0.1 2 "+short(born(9, 5))+" 2018-10 2.00",
				fmt.Sprintf("warning A2 2 iin iin_length %q 11", short(born(9, 5))))},
		{"no amount", "ИИН;Период;Регион\n" + a + ";2026-10;63\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := tellDocuments(t, []byte(c.file))
			if c.want == "" && strings.HasPrefix(got, "missing_column") {
				return
			}
			if got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

func TestPaymentsWorkbook(t *testing.T) {
	a, b := fakeIIN(1), fakeIIN(20)
	head := []any{"ИИН", "ФИО", "Период", "Сумма", "КНП", "БИН плательщика"}
	for _, c := range []struct {
		name string
		rows [][]any
		edit func(*excelize.File)
		want string
	}{
		{"numbers", [][]any{{"Платежи"}, head, {uint64(a), "A", 46296, 600.5, 122, 971240666596}, {b.Digits(), "B", "2026-10", "7", "021", "971240666596"}, {"Итого", nil, nil, 607.5}}, nil,
			lines(`xlsx 3 ref no of on from 971240666596 to knp 122 for 2026-10 : 1, 600.50 ""`, `xlsx 4 ref no of on from 971240666596 to knp 021 for 2026-10 : 1, -7.00 returned ""`,
				"0.1 3 "+a.Digits()+" A 2026-10 600.50", "1.1 4 "+b.Digits()+" B 2026-10 -7.00 returned",
				fmt.Sprintf("warning Sheet1A3 3 iin iin_repaired %q", short(a)), "controlled")},
		{"merged", [][]any{head, {a.Digits(), "A", "2026-10", 1, 122}, {nil, "B", "2026-10", 2, 122}, {b.Digits(), "C", "2026-10", 4, 122}}, func(f *excelize.File) {
			if err := f.MergeCell("Sheet1", "A2", "A3"); err != nil {
				panic(err)
			}
		}, lines(`xlsx 4 ref no of on from to knp 122 for 2026-10 : 1, 4.00 ""`, "0.1 4 "+b.Digits()+" C 2026-10 4.00",
			`refused Sheet1A2 2 iin merged_cell "" A2:A3`, `refused Sheet1A3 3 iin merged_cell "" A2:A3`)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tellDocuments(t, workbook(t, c.rows, c.edit)); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

// TestPaymentsReordered: the rows of a list in another order and form are the
// same document.
func TestPaymentsReordered(t *testing.T) {
	a, b := fakeIIN(1), fakeIIN(20)
	head := "ИИН;ФИО;Период;Сумма;Референс\n"
	one, two := a.Digits()+";Әбдіқадырова;2026-10;600;R\n", b.Digits()+";Ли;2026-10;700,5;R\n"
	want := ""
	for i, file := range [][]byte{[]byte(head + one + two), utf16le(head + two + one), kz1048(head + two + one),
		workbook(t, [][]any{{"ЖСН", "Сумма", "Месяц", "Референс"}, {b.Digits(), 700.5, "2026-10", "R"}, {a.Digits(), 600, "2026-10", "R"}}, nil)} {
		docs, err := documents(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(docs.Documents) != 1 || i > 0 && docs.Documents[0].Identity != want {
			t.Errorf("%d is another document: %+v", i, docs.Documents)
		}
		want = docs.Documents[0].Identity
	}
	docs, err := documents([]byte(head + one + strings.Replace(two, "700,5", "700,51", 1)))
	if err != nil || docs.Documents[0].Identity == want {
		t.Error("another amount is the same document", err)
	}
}
