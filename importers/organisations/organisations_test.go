package organisations_test

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"osmsd/importers/organisations"
	"osmsd/importers/sheet"
	"osmsd/sync/osms"
)

// bin makes a valid BIN of a serial number, registered in the month yymm.
func bin(t testing.TB, yymm, serial int) string {
	t.Helper()
	for ; ; serial++ {
		eleven := uint64(yymm)*10_000_000 + 40*100_000 + uint64(serial)
		if k, ok := osms.CheckDigit(eleven); ok {
			return fmt.Sprintf("%011d%d", eleven, k)
		}
	}
}

func tell(t testing.TB, file []byte, o organisations.Options) string {
	t.Helper()
	book, err := sheet.Open(bytes.NewReader(file), int64(len(file)), sheet.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	list, err := organisations.Read(book, o)
	if err != nil {
		var refusal *osms.FileError
		if !errors.As(err, &refusal) {
			t.Fatal(err)
		}
		return string(refusal.Code) + "\n"
	}
	var b strings.Builder
	for _, o := range list.Organisations {
		if r := list.Fault(o.BIN, osms.OtherRegion); r.Row != int(o.Row) || !strings.HasSuffix(r.Cell, fmt.Sprint(o.Row)) || r.Value == "" {
			t.Errorf("%+v", r)
		}
		fmt.Fprintf(&b, "%d %s %s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s\n", o.Row, o.BIN, o.NameKK, o.NameRU, o.Region, o.District,
			o.Level, o.AddressKK, o.AddressRU, o.Head, o.Executor, o.Phone, o.ClosedOn)
	}
	for _, r := range list.Refusals {
		fmt.Fprintln(&b, strings.TrimSpace(fmt.Sprintf("%s %s%s %s %s %q %s", r.Severity, r.Sheet, r.Cell, r.Field, r.Code, r.Value, r.Detail)))
	}
	if list.Rows != len(list.Organisations)+list.Refused+list.Ignored {
		t.Errorf("%d rows, %d organisations, %d refused, %d ignored", list.Rows, len(list.Organisations), list.Refused, list.Ignored)
	}
	return b.String()
}

func lines(s ...string) string { return strings.Join(s, "\n") + "\n" }

func TestRead(t *testing.T) {
	a, b, c := bin(t, 9912, 1), bin(t, 402, 7), bin(t, 1501, 99)
	short := strings.TrimLeft(b, "0")
	east := organisations.Options{Region: 63}
	for _, x := range []struct {
		name, file string
		o          organisations.Options
		want       string
	}{
		{"everything", "Список организаций;;;;;;;;;;;\nБИН;Наименование на русском;Қазақша атауы;Регион;Район;Уровень образования;Адрес;Мекенжайы;Руководитель;Исполнитель;Телефон;Дата закрытия\n" +
			"1;2;3;4;5;6;7;8;9;10;11;12\n" +
			a + ";КГУ \"Школа № 5\";№ 5 мектеп КММ;Восточно-Казахстанская область;Глубоковский;общее среднее;ул. Абая, 1;Абай к., 1;Ахметов А.;Серікова Б.;8 723 12;01.09.2026\n",
			organisations.Options{}, lines("4 " + a + ` № 5 мектеп КММ|КГУ "Школа № 5"|63|Глубоковский|secondary|Абай к., 1|ул. Абая, 1|Ахметов А.|Серікова Б.|8 723 12|2026-09-01`)},
		{"region of the channel", "БСН;Қазақша атауы\n" + a + ";Мектеп\n", east, lines("2 " + a + " Мектеп||63||||||||")},
		{"another region", "БИН;Наименование на русском;Регион\n" + a + ";Школа;71\n" + b + ";Школа;63\n" + c + ";Школа;\n", east,
			lines("3 "+b+" |Школа|63||||||||", "4 "+c+" |Школа|63||||||||", `refused C2 region other_region "71" 71`)},
		{"no region at all", "БИН;Наименование на русском;Регион\n" + a + ";Школа;\n", organisations.Options{}, lines(`refused C2 region region_unknown ""`)},
		{"BINs as they come", "БИН;Наименование на русском\n БИН " + a + ";A\n'" + b + ";B\n" + short + ";C\n" + c[:6] + " " + c[6:] + ";D\n", east,
			lines("2 "+a+" |A|63||||||||", "5 "+c+" |D|63||||||||",
				fmt.Sprintf("refused A3 bin conflicting_rows %q row 4", "'"+b), fmt.Sprintf("refused A4 bin conflicting_rows %q row 3", short))},
		{"bad BINs", "БИН;Наименование на русском\n;A\n" + a[:11] + string('0'+(a[11]-'0'+1)%10) + ";B\n12345;C\nabc;D\n061211601593;E\n" + a + "1;F\n", east,
			lines(`refused A3 bin bin_check_digit `+fmt.Sprintf("%q", a[:11]+string('0'+(a[11]-'0'+1)%10)),
				`refused A4 bin bin_structure "12345" 5`, `refused A5 bin bin_structure "abc" «a» U+0061, «b» U+0062, «c» U+0063`, `refused A6 bin bin_structure "061211601593"`,
				fmt.Sprintf("refused A7 bin bin_structure %q 13", a+"1"))},
		{"faults", "БИН;Наименование на русском;Уровень образования;Дата закрытия;Қазақша атауы\n" + a + ";;среднее;;\n" + b + ";Шк?ла;;;\n" +
			";Школа;;;\n" + c + ";Школа;дошкольное;32.01.2026;М\n", east,
			lines(`refused B2 name_ru organisation_name_missing ""`, `refused B3 name_ru name_letters_lost "Шк?ла"`,
				`warning C5 level level_unknown "дошкольное"`, `refused D5 closed_on date_unreadable "32.01.2026"`)},
		{"no BIN", "БИН;Наименование на русском;Район\n;Школа;Абайский\n" + a + ";Школа;Абайский\nРуководитель;;Ахметов\n", east,
			lines("3 "+a+" |Школа|63|Абайский|||||||", `refused A2 bin bin_missing ""`)},
		{"twice", "БИН;Наименование на русском\n" + a + ";A\n" + a + ";A\n" + b + ";B\n" + b + ";C\n" + b + ";B\n", east,
			lines("2 "+a+" |A|63||||||||", fmt.Sprintf("warning A3 bin duplicate_row %q row 2", a), fmt.Sprintf("refused A4 bin conflicting_rows %q row 5", b),
				fmt.Sprintf("refused A5 bin conflicting_rows %q row 4", b), fmt.Sprintf("refused A6 bin conflicting_rows %q row 4", b))},
		{"no name column", "БИН;Регион\n" + a + ";63\n", east, lines("missing_column")},
	} {
		t.Run(x.name, func(t *testing.T) {
			if got := tell(t, []byte(x.file), x.o); got != x.want {
				t.Errorf("got\n%swant\n%s", got, x.want)
			}
		})
	}
}

func TestReadWorkbook(t *testing.T) {
	a, b := bin(t, 9912, 1), bin(t, 402, 7)
	f := excelize.NewFile()
	defer f.Close()
	number, err := strconv.ParseInt(b, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range [][]any{{"Ұйымдар тізімі"}, {"BIN", "Қазақша атауы", "Дата закрытия", "Телефон"},
		{a, "А", 46296, 87231234}, {number, "Б", nil, nil}, {nil, "В", nil, "1"}, {"x", "Г", nil, nil}, {nil, "Д", nil, 1}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.MergeCell("Sheet1", "A6", "A7"); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	want := lines("3 "+a+" А||63|||||||87231234|2026-10-01", "4 "+b+" Б||63||||||||", `refused Sheet1A5 bin bin_missing ""`,
		`refused Sheet1A6 bin bin_structure "x" «x» U+0078`, `refused Sheet1A6 bin merged_cell "" A6:A7`,
		`refused Sheet1A7 bin bin_missing ""`, `refused Sheet1A7 bin merged_cell "" A6:A7`)
	if got := tell(t, buf.Bytes(), organisations.Options{Region: 63}); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// FuzzRead: no file panics, and every refusal has an address and a code.
func FuzzRead(f *testing.F) {
	f.Add([]byte("БИН;Наименование на русском;Регион\n" + bin(f, 9912, 1) + ";Школа;63\n"))
	f.Add([]byte("БСН,Қазақша атауы\n1,2\nБарлығы,1\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		book, err := sheet.Open(bytes.NewReader(file), int64(len(file)), sheet.Limits{Rows: 500})
		if err != nil {
			return
		}
		defer book.Close()
		list, err := organisations.Read(book, organisations.Options{Region: 63})
		if err != nil {
			return
		}
		if list.Rows != len(list.Organisations)+list.Refused+list.Ignored {
			t.Fatalf("%+v", list)
		}
		for _, r := range list.Refusals {
			if r.Cell == "" || r.Code == "" || r.Row == 0 {
				t.Fatalf("%+v", r)
			}
		}
	})
}
