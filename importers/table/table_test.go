package table_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// tell reads and tells what was found, one line each.
func tell(src table.Source, kind osms.Kind) string {
	var b strings.Builder
	found, err := table.Read(src, table.Spec{Vocabulary: table.For(kind)}, table.Handler{
		Header: func(t *table.Table) error {
			var fields []string
			for f, c := range t.Columns {
				fields = append(fields, osms.ColumnName(c)+"="+f)
			}
			slices.SortFunc(fields, func(a, b string) int {
				if len(a[:strings.Index(a, "=")]) != len(b[:strings.Index(b, "=")]) {
					return len(a) - len(b)
				}
				return strings.Compare(a, b)
			})
			fmt.Fprintf(&b, "header %d-%d %s titles %d notes %d\n", t.First, t.Last, strings.Join(fields, " "), len(t.Titles), len(t.Notes))
			return nil
		},
		Row: func(t *table.Table, row *sheet.Row) error {
			fmt.Fprintf(&b, "row %d\n", row.Number)
			return nil
		},
		Total: func(t *table.Table, total table.Total) error {
			fmt.Fprintf(&b, "total %d %v part=%t\n", total.Row.Number, total.Numbers, total.Part)
			return nil
		},
	})
	for i, f := range found {
		if f.SecondTable > 0 {
			fmt.Fprintf(&b, "second table on sheet %d row %d\n", i, f.SecondTable)
		}
	}
	if err != nil {
		var fe *osms.FileError
		if !errors.As(err, &fe) {
			return err.Error()
		}
		detail := fe.Detail
		if fe.Code == osms.FileNoHeader {
			detail = detail[:20] + "…"
		}
		fmt.Fprintf(&b, "%s at %s: %s\n", fe.Code, fe.Where, detail)
	}
	return b.String()
}

func TestRead(t *testing.T) {
	const one = "061211601593|Ахметова Ә.|очная"
	for _, c := range []struct {
		name  string
		kind  osms.Kind
		texts []string
		want  string
	}{
		{"plain", osms.KindRoster, []string{"ИИН|ФИО|Форма обучения\n" + one}, "header 1-1 A=iin B=full_name C=study_form titles 0 notes 0\nrow 2\n"},
		{"titles, numbering, blank, total", osms.KindRoster, []string{
			"Список обучающихся\n|\nБИН:|160940025485\n№|ИИН*|ФИО|Форма  обучения|Долг\n1|2|3|4|5\n1|" + one + "|\n||\n2|" + one + "|\nВсего: | | 2\nДиректор"},
			"header 4-4 A=row_no B=iin C=full_name D=study_form titles 2 notes 1\nrow 6\nrow 8\ntotal 9 [2] part=false\nrow 10\n"},
		{"two languages in a cell", osms.KindRoster, []string{`ЖСН / ИИН|Тегі\nФамилия|Аты (Имя)|Оқу нысаны Форма обучения` + "\n" + one},
			"header 1-1 A=iin B=surname C=given_name D=study_form titles 0 notes 0\nrow 2\n"},
		{"two rows", osms.KindRoster, []string{"ЖСН|Аты-жөні|Оқу нысаны\nИИН|ФИО|Форма обучения\n" + one},
			"header 1-2 A=iin B=full_name C=study_form titles 0 notes 0\nrow 3\n"},
		{"merged header", osms.KindRoster, []string{"ИИН|ФИО|||Форма обучения|Дата||Приказ\n|Фамилия|Имя|Отчество||рождения|зачисления|№\n" + one},
			"header 1-2 A=iin B=surname C=given_name D=patronymic E=study_form F=birth_date G=enrolled_on H=order titles 0 notes 0\nrow 3\n"},
		{"only the second row completes it", osms.KindRoster, []string{"Список\nОбучающийся|||Форма обучения\nИИН|Фамилия|Имя|\n" + one},
			"header 2-3 A=iin B=surname C=given_name D=study_form titles 1 notes 0\nrow 4\n"},
		{"header repeated on the next page", osms.KindRoster, []string{"ИИН|ФИО|Форма обучения\n" + one + "\nИИН|ФИО|Форма обучения\n1|2|3\n" + one},
			"header 1-1 A=iin B=full_name C=study_form titles 0 notes 0\nrow 2\nrow 5\n"},
		{"second table", osms.KindRoster, []string{"ИИН|ФИО|Форма обучения\n" + one + "\n\nФИО|ИИН|Статус\nА Б|061211601593|выбыл"},
			"header 1-1 A=iin B=full_name C=study_form titles 0 notes 0\nrow 2\nsecond table on sheet 0 row 4\n"},
		{"second table of staff", osms.KindRoster, []string{"ИИН|ФИО|Форма обучения\n" + one + "\n\n№|ФИО|Должность\n1|А Б|директор"},
			"header 1-1 A=iin B=full_name C=study_form titles 0 notes 0\nrow 2\nsecond table on sheet 0 row 4\n"},
		{"letters as typists write them", osms.KindRoster, []string{"ИИН|Аты-жони|Оку нысаны\n" + one}, "header 1-1 A=iin B=full_name C=study_form titles 0 notes 0\nrow 2\n"},
		{"instructions are passed over", osms.KindRoster, []string{"Как заполнять\nИИН: 12 цифр", "ИИН|ФИО|Форма обучения\n" + one},
			"header 1-1 A=iin B=full_name C=study_form titles 0 notes 0\nrow 2\n"},
		{"a sheet of persons without a header", osms.KindRoster, []string{"ИИН|ФИО|Форма обучения\n" + one, one + "\n" + one},
			"header 1-1 A=iin B=full_name C=study_form titles 0 notes 0\nrow 2\nno_header at Лист2: no row is a header; …\n"},
		{"no header", osms.KindRoster, []string{"a|b|c\n" + one}, "no_header at Лист1: no row is a header; …\n"},
		{"empty", osms.KindRoster, []string{""}, "no_header at Лист1: no row is a header; …\n"},
		{"missing", osms.KindRoster, []string{"t\nИИН|Форма обучения|Курс\n" + one}, "missing_column at Лист1, row 2: full_name or surname, given_name (ФИО, Фамилия, Имя)\n"},
		{"duplicate", osms.KindRoster, []string{"ИИН|ФИО|Форма обучения|Ф.И.О.\n" + one}, "duplicate_header at Лист1, row 1: columns B, D all claim full_name\n"},
		{"part total", osms.KindRoster, []string{"ИИН|ФИО|Форма обучения\n" + one + "\nИтого, из них девочек|1\nИтого 1 234 чел."},
			"header 1-1 A=iin B=full_name C=study_form titles 0 notes 0\nrow 2\ntotal 3 [1] part=true\ntotal 4 [1234] part=false\n"},
		{"ledger", osms.KindLedger, []string{"Реестр\nПериод|Регион|Кол-во потребителей|Сумма, тенге\n2026-10|63|5|12,50\nИтого||5|12,50"},
			"header 2-2 A=month B=region C=persons D=amount titles 1 notes 0\nrow 3\ntotal 4 [5 -1] part=false\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tell(sheets(c.texts...), c.kind); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

func TestEveryHeaderIsKnown(t *testing.T) {
	for _, kind := range table.Kinds() {
		v := table.For(kind)
		for _, h := range v.Headers {
			for _, text := range []string{h.Text, " " + strings.ToUpper(h.Text) + "\u00a0", strings.ReplaceAll(h.Text, " ", " \n ")} {
				if got := v.Field(text); got != h.Field {
					t.Errorf("%s: %q is %q, want %q", kind, text, got, h.Field)
				}
			}
		}
		for _, n := range v.Required {
			for _, together := range n {
				for _, field := range together {
					if len(v.Words(field)) == 0 {
						t.Errorf("%s: required %s has no header", kind, field)
					}
				}
			}
		}
	}
}

func TestExtraHeader(t *testing.T) {
	v := table.For(osms.KindRoster).With(table.Header{Field: "iin", Text: "Код обучающегося"})
	if got := v.Field("код  ОБУЧАЮЩЕГОСЯ"); got != "iin" {
		t.Errorf("got %q", got)
	}
	if got := table.For(osms.KindRoster).Field("код обучающегося"); got != "" {
		t.Errorf("the shared vocabulary changed: %q", got)
	}
}

func TestValues(t *testing.T) {
	w := table.Values().With(table.Value{Field: "study_form", Value: "full_time", Text: "стационар"})
	for _, c := range []struct{ field, text, want string }{
		{"study_form", " ОЧНАЯ ", "full_time"}, {"study_form", "күндізгі / очная", "full_time"}, {"study_form", "кундизги", "full_time"},
		{"study_form", "очная/заочная", ""}, {"study_form", "грант", ""}, {"study_form", "Full time", "full_time"}, {"study_form", "Стационар", "full_time"},
		{"status", "отчислен в связи с переводом", "transferred_out"}, {"status", "отчислен", "expelled"}, {"status", "оқып\u00a0жүр", "studying"},
		{"sex", "М.", "male"}, {"sex", "Ә", "female"}, {"sex", "x", ""}, {"level", "ТжКБ", "tvet"},
	} {
		if got := w.Lookup(c.field, c.text); got != c.want {
			t.Errorf("%s %q is %q, want %q", c.field, c.text, got, c.want)
		}
	}
}

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		text string
		want osms.Kind
	}{
		{"ЖСН|ТАӘ|Оқу нысаны", osms.KindRoster},
		{"Месяц|Регион|Количество|Сумма", osms.KindLedger},
		{"ИИН|ФИО|Период|Сумма|КНП", osms.KindPayments},
		{"№ заявления|Дата и время подачи|ИИН|ФИО|БИН организации", osms.KindApplications},
		{"№ запроса|Дата и время запроса|ИИН|Период с|Период по", osms.KindRequests},
		{"БИН|Наименование на русском|Қазақша атауы|Регион", osms.KindOrganisations},
		{"t\n\nИИН|Событие|Дата события", osms.KindEvents},
		{"БИН: 160940025485\nВ октябре 2026 года изменений нет", osms.KindRoster},
		{"ИИН|Форма обучения", osms.KindRoster},
		{"a|b", ""},
		{"Өтініш №|Берілген күні мен уақыты|ЖСН|ТАӘ|Ұйымның БСН-і|Оқу нысаны|Білім деңгейі|Қабылданған күні", osms.KindApplications},
		{"№ п/п|№ заявления|Дата подачи|ИИН|ФИО|БИН|Форма обучения|Класс|Группа|Специальность", osms.KindApplications},
		{"Application No|Received at|IIN|BIN", osms.KindApplications},
		{"Сұрау салу №|Түскен күні мен уақыты|ЖСН|Кезең басы", osms.KindRequests},
		{"Request No|Received at|IIN|Consent", osms.KindRequests},
		{"ЖСН|ТАӘ|Оқиға|Оқиға күні|Құжат", osms.KindEvents},
		{"IIN|Full name|Event|Event date", osms.KindEvents},
		{"Вх. №|Дата и время|ИИН|Согласие|Период с", osms.KindRequests},
		{"Вх. №|Дата и время|ИИН|Согласие", ""}, // applications or requests
	} {
		got, err := table.Detect(sheets(c.text))
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%q is %q (%v), want %q", c.text, got, err, c.want)
		}
	}
}

// TestLongTexts: texts as long as a cell may hold, above and below the header,
// cost no more than reading them.
func TestLongTexts(t *testing.T) {
	long := strings.Repeat("ИИН ФИО / ", 1800)
	wide := strings.Repeat(long+"|", 60)
	text := strings.Repeat(wide+"\n", 30) + "ИИН|ФИО|Форма обучения\n" + strings.Repeat(wide+"\n", 30)
	start := time.Now()
	got := tell(sheets(text), osms.KindRoster)
	if !strings.HasPrefix(got, "header 31-31") {
		t.Errorf("got %.200s", got)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}
