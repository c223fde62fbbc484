package main

import (
	"fmt"
	"slices"
	"strings"
)

// Rows and cells: 52 to 81.
func hostileRows() []hostile {
	// the first of three pupils has these cells
	with := func(over cells) func(source) []byte { return func(s source) []byte { return s.with(over) } }
	iin := func(f func(digits string) string) func(source) []byte {
		return func(s source) []byte { return s.with(cells{"A": f(s.pupil(0).Digits())}) }
	}
	iinText := func(f func(digits string) string) func(source) []byte {
		return iin(func(d string) string { return str(f(d)) })
	}
	fixed := func(inside string) func(source) []byte { return with(cells{"A": inside}) }
	raw := func(f func(s source) string) func(source) []byte {
		return func(s source) []byte { return s.sheet(worksheet(header() + f(s))) }
	}
	ref := func(rows ...string) []string { return rows }
	refused := func(column, field, code string) []string {
		return ref("Лист1!" + column + "2 " + field + " " + code + " refused")
	}
	// a refused row, and two that are applied
	bad := func(h hostile, column, field, code string) hostile {
		h.want, h.rows, h.known = "applied_with_refusals", refused(column, field, code), 2
		return h
	}
	warned := func(h hostile, column, field, code string) hostile {
		h.want, h.rows, h.known = "applied", ref("Лист1!"+column+"2 "+field+" "+code+" warning"), 3
		return h
	}
	good := func(h hostile) hostile {
		h.want, h.known = "applied", 3
		return h
	}
	birth := func(inside string) func(source) []byte { return with(cells{"C": inside}) }
	enrolled := func(inside string) func(source) []byte { return with(cells{"F": inside}) }
	titled := func(mode, day string, n int) func(s source) []byte {
		return func(s source) []byte {
			return table(append([]string{"Вид списка: " + mode, "По состоянию на: " + day, "БИН: " + s.bin.Digits(), csvHeader}, s.lines(n)...)...)
		}
	}
	earlier := func(day string, n int) []func(source) delivery {
		return []func(source) delivery{func(s source) delivery {
			return delivery{fmt.Sprintf("before-%d.csv", s.nth), titled("полный", day, n)(s)}
		}}
	}
	return []hostile{
		{no: 52, name: "cells out of order", data: raw(func(s source) string {
			return `<row r="2"><c r="C2"><v>3</v></c><c r="B2"><v>2</v></c></row>`
		}), want: "refused damaged"},
		{no: 53, name: "a cell twice", data: raw(func(s source) string { return `<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>` }), want: "refused damaged"},
		{no: 54, name: "a row twice", data: raw(func(s source) string { return row(2, s.person(0, nil)) + row(2, s.person(1, nil)) }), want: "refused damaged"},
		{no: 54, name: "rows going back", data: raw(func(s source) string { return row(3, s.person(0, nil)) + row(2, s.person(1, nil)) }), want: "refused damaged"},
		{no: 55, name: "row -5", data: raw(func(source) string { return `<row r="-5"/>` }), want: "refused damaged"},
		{no: 55, name: "row 0", data: raw(func(source) string { return `<row r="0"/>` }), want: "refused damaged"},
		{no: 55, name: "row abc", data: raw(func(source) string { return `<row r="abc"/>` }), want: "refused damaged"},
		{no: 55, name: "row 10^20", data: raw(func(source) string { return `<row r="100000000000000000000"/>` }), want: "refused damaged"},
		{no: 55, name: "row 1048577", data: raw(func(source) string { return `<row r="1048577"/>` }), want: "refused damaged"},
		{no: 56, name: "cell A99 in row 12", data: raw(func(source) string { return `<row r="12"><c r="A99"><v>1</v></c></row>` }), want: "refused damaged"},
		good(hostile{no: 57, name: "no addresses", data: func(s source) []byte {
			x := s.rows(3)
			for _, c := range append(columns, "H") {
				for r := 1; r <= 4; r++ {
					x = strings.ReplaceAll(x, fmt.Sprintf(` r="%s%d"`, c, r), "")
				}
			}
			for r := 1; r <= 4; r++ {
				x = strings.ReplaceAll(x, fmt.Sprintf(`<row r="%d">`, r), "<row>")
			}
			// without addresses an empty cell must stand there
			x = strings.ReplaceAll(x, str("01.09.2025")+"</c><c", str("01.09.2025")+"</c><c/><c/><c")
			return s.sheet(worksheet(x))
		}}),
		{no: 58, name: "shared string -1", data: raw(func(source) string { return `<row r="2"><c r="A2" t="s"><v>-1</v></c></row>` }), want: "refused damaged"},
		{no: 58, name: "shared string 99999", data: raw(func(source) string { return `<row r="2"><c r="A2" t="s"><v>99999</v></c></row>` }), want: "refused damaged"},
		{no: 58, name: "shared string abc", data: raw(func(source) string { return `<row r="2"><c r="A2" t="s"><v>abc</v></c></row>` }), want: "refused damaged"},
		good(hostile{no: 58, name: "an empty value", data: func(s source) []byte {
			return s.sheet(worksheet(header()+row(2, s.person(0, cells{"G": ` t="s"><v/>`}))+row(3, s.person(1, nil))+row(4, s.person(2, nil))), sst("<si><t>x</t></si>"))
		}}),
		good(hostile{no: 59, name: "a style that is none", data: iin(func(d string) string { return ` s="x" t="str"><v>` + d + `</v>` })}),
		good(hostile{no: 59, name: "an empty style", data: iin(func(d string) string { return ` s="" t="str"><v>` + d + `</v>` })}),
		bad(hostile{no: 60, name: "a formula without a value", data: fixed(`><f>B2&amp;C2</f>`), says: "формул"}, "A", "iin", "formula_without_value"),
		bad(hostile{no: 61, name: "#N/A", data: fixed(fault("#N/A"))}, "A", "iin", "error_cell"),
		bad(hostile{no: 61, name: "#REF! as a form", data: with(cells{"E": fault("#REF!")})}, "E", "study_form", "error_cell"),
		good(hostile{no: 62, name: "an IIN of a number", data: iin(num)}),
		good(hostile{no: 62, name: "an IIN with an exponent", data: iin(func(d string) string { return num(d[:1] + "." + d[1:] + "E11") })}),
		warned(hostile{no: 62, name: "an IIN that lost its zero", data: func(s source) []byte {
			young := numbered("0503145", s.nth*97)
			return s.with(cells{"A": num(strings.TrimLeft(young.Digits(), "0")), "C": str("14.03.2005")})
		}}, "A", "iin", "iin_repaired"),
		bad(hostile{no: 62, name: "an IIN that lost its zero, without a birth date", data: func(s source) []byte {
			return s.with(cells{"A": num(strings.TrimLeft(numbered("0503145", s.nth*97).Digits(), "0")), "C": ""})
		}}, "A", "iin", "iin_length"),
		bad(hostile{no: 62, name: "an IIN with a fraction", data: iin(func(d string) string { return num(d + ".00006") })}, "A", "iin", "iin_digits_lost"),
		bad(hostile{no: 62, name: "1.23456789012346E+17", data: fixed(num("1.23456789012346E+17"))}, "A", "iin", "iin_digits_lost"),
		warned(hostile{no: 63, name: "spaces, NBSP, apostrophe", data: iinText(func(d string) string { return " '" + d[:6] + "\u00a0" + d[6:] + " " })}, "A", "iin", "iin_cleaned"),
		warned(hostile{no: 63, name: "the word ИИН and hyphens", data: iinText(func(d string) string { return "ИИН " + d[:6] + "-" + d[6:] })}, "A", "iin", "iin_cleaned"),
		warned(hostile{no: 63, name: "full-width digits", data: iinText(func(d string) string {
			return strings.Map(func(r rune) rune { return r - '0' + '０' }, d)
		})}, "A", "iin", "iin_cleaned"),
		warned(hostile{no: 63, name: "zero-width and right-to-left marks", data: iinText(func(d string) string { return "\u200f" + d[:3] + "\u200b" + d[3:] + "\u202c" })}, "A", "iin", "iin_cleaned"),
		bad(hostile{no: 63, name: "a Cyrillic О for 0", data: iinText(func(d string) string { return strings.Replace(d, "0", "О", 1) }), says: "О"}, "A", "iin", "iin_characters"),
		bad(hostile{no: 64, name: "11 digits", data: iinText(func(d string) string { return d[:11] })}, "A", "iin", "iin_length"),
		bad(hostile{no: 64, name: "13 digits", data: iinText(func(d string) string { return d + "1" })}, "A", "iin", "iin_length"),
		bad(hostile{no: 64, name: "a wrong check digit", data: iinText(func(d string) string { return d[:11] + string('0'+(d[11]-'0'+1)%10) })}, "A", "iin", "iin_check_digit"),
		bad(hostile{no: 64, name: "31 February", data: fixed(str("150231501234"))}, "A", "iin", "iin_birth_date"),
		bad(hostile{no: 64, name: "century digit 9", data: fixed(str("150314901234"))}, "A", "iin", "iin_birth_date"),
		bad(hostile{no: 64, name: "all zeros", data: fixed(str("000000000000"))}, "A", "iin", "iin_birth_date"),
		bad(hostile{no: 64, name: "a BIN instead", data: func(s source) []byte { return s.with(cells{"A": str(s.bin.Digits())}) }}, "A", "iin", "iin_birth_date"),
		warned(hostile{no: 64, name: "century digit 0", data: func(s source) []byte {
			return s.with(cells{"A": str(numbered("1503140", s.nth*97).Digits()), "D": ""})
		}}, "A", "iin", "iin_foreigner"),
		bad(hostile{no: 65, name: "another birth date", data: birth(str("15.03.2015"))}, "C", "birth_date", "birth_date_mismatch"),
		bad(hostile{no: 65, name: "another sex", data: with(cells{"D": str("ж")})}, "D", "sex", "sex_mismatch"),
		bad(hostile{no: 66, name: "NaN", data: fixed(num("NaN"))}, "A", "iin", "error_cell"),
		bad(hostile{no: 66, name: "1e400", data: fixed(num("1e400"))}, "A", "iin", "error_cell"),
		bad(hostile{no: 66, name: "0x1p10", data: fixed(num("0x1p10"))}, "A", "iin", "error_cell"),
		bad(hostile{no: 66, name: "1_000", data: fixed(num("1_000"))}, "A", "iin", "error_cell"),
		good(hostile{no: 67, name: "a birth date of a number", data: birth(num("42077"))}), // 14.03.2015
		good(hostile{no: 67, name: "a birth date of a number in a workbook of 1904", data: func(s source) []byte {
			b := strings.Replace(workbookOf(`<sheet name="Лист1" sheetId="1" r:id="rId1"/>`), "<sheets>", `<workbookPr date1904="1"/><sheets>`, 1)
			return s.sheet(worksheet(header()+row(2, s.person(0, cells{"C": num("40615")}))+row(3, s.person(1, nil))+row(4, s.person(2, nil))), part{bookPart, b})
		}}),
		bad(hostile{no: 67, name: "day -1", data: enrolled(num("-1"))}, "F", "enrolled_on", "date_unreadable"),
		bad(hostile{no: 67, name: "day 0", data: enrolled(num("0"))}, "F", "enrolled_on", "date_unreadable"),
		bad(hostile{no: 67, name: "day 60", data: enrolled(num("60"))}, "F", "enrolled_on", "date_unreadable"),
		bad(hostile{no: 67, name: "day 2958466", data: enrolled(num("2958466"))}, "F", "enrolled_on", "date_unreadable"),
		bad(hostile{no: 67, name: "day 1e308", data: enrolled(num("1e308"))}, "F", "enrolled_on", "date_unreadable"),
		good(hostile{no: 67, name: "day 45900.99", data: enrolled(num("45900.99"))}),
		good(hostile{no: 68, name: "2015-03-14T00:00:00Z", data: birth(str("2015-03-14T00:00:00Z"))}),
		good(hostile{no: 68, name: "14 наурыз 2015", data: birth(str("14 наурыз 2015"))}),
		good(hostile{no: 68, name: "3/14/15 beside an IIN", data: birth(str("03/14/15"))}), // settled by the IIN's own date
		bad(hostile{no: 68, name: "02/01/26 of enrolment", data: enrolled(str("02/01/26"))}, "F", "enrolled_on", "date_unreadable"),
		bad(hostile{no: 68, name: "the year 2109", data: enrolled(str("01.09.2109"))}, "F", "enrolled_on", "future_date"),
		bad(hostile{no: 69, name: "a NUL by its escape", data: with(cells{"B": str("Сынақ_x0000_ Али")})}, "B", "full_name", "control_character"),
		bad(hostile{no: 69, name: "half a surrogate pair", data: with(cells{"B": str("Сынақ_xD800_ Али")})}, "B", "full_name", "control_character"),
		good(hostile{no: 69, name: "_x000D_ and U+FEFF", data: with(cells{"B": str("Сынақ_x000D_ _xFEFF_Али")})}),
		good(hostile{no: 70, name: "a name in NFD", data: with(cells{"B": str("Сыи\u0306нақ Али")})}),
		warned(hostile{no: 70, name: "Latin look-alikes", data: with(cells{"B": str("Сынaқ Али")})}, "B", "full_name", "mixed_script"),
		good(hostile{no: 70, name: "initials, capitals, two spaces", data: with(cells{"B": str("СЫНАҚОВ  Ә. Б.")})}),
		good(hostile{no: 70, name: "300 letters and a face", data: with(cells{"B": str(strings.Repeat("Ә", 300) + " 😀")})}),
		good(hostile{no: 71, name: "a formula for a name", data: with(cells{"B": str(`=HYPERLINK("http://x") <script>alert(1)</script>`)})}),
		good(hostile{no: 71, name: "SQL and a path", data: with(cells{"B": str(`'; DROP TABLE fact; -- ../../x %s%n`)})}),
		good(hostile{no: 71, name: "+cmd and @x", data: with(cells{"B": str("+cmd|' /C calc'!A0 @x")})}),
		{no: 72, name: "hidden rows", data: raw(func(s source) string {
			return strings.Replace(row(2, s.person(0, nil)), "<row ", `<row hidden="1" `, 1) + row(3, s.person(1, nil))
		}), want: "applied", rows: ref("Лист1!A2 iin hidden_row_read warning"), known: 2},
		{no: 72, name: "a hidden column", data: func(s source) []byte {
			return s.sheet(strings.Replace(worksheet(s.rows(3)), "<sheetData>", `<cols><col min="1" max="1" width="9" hidden="1"/></cols><sheetData>`, 1))
		}, want: "applied", known: 3},
		{no: 72, name: "a hidden sheet", data: func(s source) []byte {
			return s.sheet(worksheet(s.rows(1)), part{bookPart, workbookOf(`<sheet name="Лист1" sheetId="1" state="hidden" r:id="rId1"/>`)})
		}, want: "applied", rows: ref("Лист1!A2 iin hidden_row_read warning"), known: 1},
		{no: 72, name: "a very hidden sheet", data: func(s source) []byte {
			return s.sheet(worksheet(s.rows(3)), part{bookPart, workbookOf(`<sheet name="Лист1" sheetId="1" state="veryHidden" r:id="rId1"/>`)})
		}, want: "held very_hidden_sheet"},
		{no: 73, name: "titles, a header in row 7, numbering, blanks, a total, signatures", data: func(s source) []byte {
			x := row(1, cells{"A": str("КГУ «Школа № 1»")}) + row(3, cells{"A": str("Список учащихся")}) + strings.ReplaceAll(strings.Replace(header(), `r="1"`, `r="7"`, 1), `1" t=`, `7" t=`) +
				row(8, cells{"A": num("1"), "B": num("2"), "C": num("3"), "D": num("4"), "E": num("5")}) +
				row(9, s.person(0, nil)) + row(11, s.person(1, nil)) + row(12, cells{"A": str("Барлығы/Итого"), "E": num("2")}) + row(14, cells{"B": str("Директор ____________")})
			return s.sheet(worksheet(x))
		}, want: "applied", known: 2},
		{no: 73, name: "a total that is not true", data: func(s source) []byte {
			return s.sheet(worksheet(s.rows(3) + row(5, cells{"A": str("Итого"), "E": num("4")})))
		}, want: "refused control_total"},
		{no: 73, name: "a second table", data: func(s source) []byte {
			return s.sheet(worksheet(s.rows(3) + row(7, cells{"A": str("ИИН"), "B": str("ФИО"), "E": str("Группа")}) + row(8, s.person(4, nil))))
		}, want: "held second_table"},
		{no: 74, name: "no known header", data: func(s source) []byte { return s.sheet(worksheet(row(1, cells{"A": str("a"), "B": str("b")}))) }, want: "refused no_header"},
		{no: 74, name: "ФИО twice", data: func(s source) []byte {
			return s.sheet(worksheet(strings.Replace(header(), "</row>", `<c r="J1"`+str("Ф.И.О.")+`</c></row>`, 1) + row(2, s.person(0, nil))))
		}, want: "refused duplicate_header"},
		{no: 74, name: "no form of study", data: func(s source) []byte {
			return s.sheet(worksheet(strings.Replace(s.rows(3), "Форма обучения", "Примечание", 1)))
		}, want: "refused missing_column"},
		{no: 74, name: "columns swapped and a new one", data: func(s source) []byte {
			swap := func(n int, c cells) string {
				c["A"], c["E"], c["J"] = c["E"], c["A"], str("Кружок")
				return row(n, c)
			}
			h := cells{}
			for i, w := range strings.Split(csvHeader, ";") {
				h[columns[i]] = str(w)
			}
			return s.sheet(worksheet(swap(1, h) + swap(2, s.person(0, nil)) + swap(3, s.person(1, nil))))
		}, want: "applied", known: 2},
		{no: 75, name: "a pupil twice, the same", data: raw(func(s source) string { return row(2, s.person(0, nil)) + row(3, s.person(0, nil)) }),
			want: "applied", rows: ref("Лист1!A3 iin duplicate_row warning"), known: 1},
		{no: 75, name: "a pupil twice, one against the other", data: raw(func(s source) string {
			return row(2, s.person(0, nil)) + row(3, s.person(0, cells{"F": str("01.10.2025")})) + row(4, s.person(1, nil))
		}), want: "applied_with_refusals", rows: ref("Лист1!A2 iin conflicting_rows refused", "Лист1!A3 iin conflicting_rows refused"), known: 1},
		{no: 76, name: "a pupil in two regions", elsewhere: "sync/jobs TestRostersOneByOne"},
		// Only an organisation that a file speaks for can be held: a header alone,
		// with a BIN in its title, is; without one the file is held as a whole.
		{no: 77, name: "0 rows for a declared organisation", data: titled("полный", "01.10.2026", 0), want: "held no_rows"},
		{no: 77, name: "a header alone", data: func(s source) []byte { return s.xlsx(0) }, want: "held no_rows"},
		{no: 77, name: "1 row", data: func(s source) []byte { return s.xlsx(1) }, want: "applied", known: 1},
		// The limit is a sheet's own, 1,048,576 rows. A workbook of that many pupils is
		// not hostile, only large: it is applied, and costs more than these bounds.
		{no: 77, name: "more rows than the limit", file: "h077-rows.csv", data: func(s source) []byte { return crowded(s, 1_048_580) },
			want: "refused too_many_rows", says: "1048576", heavy: true},
		{no: 78, name: "30 % fewer pupils", before: earlier("01.09.2026", 40), data: titled("полный", "01.10.2026", 25), want: "held breaker", known: 40},
		{no: 78, name: "ten times more pupils", before: earlier("01.09.2026", 12), data: titled("полный", "01.10.2026", 135), want: "held growth", known: 12},
		{no: 78, name: "all pupils expelled", before: earlier("01.09.2026", 20), data: func(s source) []byte {
			lines := []string{csvHeader}
			for i := range 20 {
				lines = append(lines, strings.Replace(s.line(i), ";;;", ";отчислен;02.10.2026;", 1))
			}
			return table(lines...)
		}, want: "held breaker", known: 20},
		{no: 79, name: "far in the future", data: titled("полный", "01.03.2027", 3), want: "held far_future"},
		{no: 79, name: "a month of last year", data: titled("полный", "01.11.2025", 3), want: "applied", known: 3},
		{no: 79, name: "no day at all", data: func(s source) []byte { return s.csv(3) }, want: "applied", known: 3},
		{no: 80, name: "an organisation of another region", data: func(s source) []byte { return s.with(cells{"I": str(s.other.Digits())}) },
			want: "applied_with_refusals", rows: refused("A", "iin", "other_region"), known: 2},
		{no: 80, name: "an organisation that nobody knows", data: func(s source) []byte { return s.with(cells{"I": str(organisationNo(4900).Digits())}) }, want: "applied", known: 2},
		{no: 80, name: "a closed organisation", elsewhere: "sync/jobs TestClosedOrganisation"},
		{no: 81, name: "1,000 faults", data: func(s source) []byte {
			lines := []string{csvHeader}
			for i := range 1000 {
				lines = append(lines, strings.Replace(s.line(i%9), "очная", "?"+fmt.Sprint(i), 1))
			}
			return table(lines...)
		}, want: "applied_with_refusals", rows: thousand()},
	}
}

// crowded is a CSV of so many rows, about fifty pupils.
func crowded(s source, rows int) []byte {
	return table(append([]string{csvHeader}, slices.Repeat(s.lines(50), rows/50+1)...)...)
}

func thousand() (out []string) {
	for i := range 1000 {
		out = append(out, fmt.Sprintf("E%d study_form study_form_unknown refused", i+2))
	}
	return out
}
