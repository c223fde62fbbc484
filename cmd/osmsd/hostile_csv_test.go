package main

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// CSV: 82 to 93.
func hostileCSV() []hostile {
	lines := func(f func(s source) []string) func(source) []byte {
		return func(s source) []byte { return table(append([]string{csvHeader}, f(s)...)...) }
	}
	as := func(f func(text string) string) func(source) []byte {
		return func(s source) []byte { return []byte(f(string(s.csv(3)))) }
	}
	plain := func(s source, n int) string { return strings.TrimPrefix(string(s.csv(n)), "\ufeff") }
	full := func(day string, n int, total string) func(s source) []byte {
		return func(s source) []byte {
			all := append([]string{"Вид списка: полный", "По состоянию на: " + day, csvHeader}, s.lines(n)...)
			if total != "" {
				all = append(all, "Итого;"+total+";;;;;;;")
			}
			return table(all...)
		}
	}
	before := func(n int) []func(source) delivery {
		return []func(source) delivery{func(s source) delivery {
			return delivery{fmt.Sprintf("before-%d.csv", s.nth), full("01.09.2026", n, "")(s)}
		}}
	}
	applied := func(no int, name string, data func(source) []byte) hostile {
		return hostile{no: no, name: name, data: data, want: "applied", known: 3}
	}
	refused := func(no int, name, code string, data func(source) []byte) hostile {
		return hostile{no: no, name: name, data: data, want: "refused " + code}
	}
	iin := func(f func(digits string) string) func(source) []byte {
		return lines(func(s source) []string {
			all := s.lines(3)
			all[0] = strings.Replace(all[0], s.pupil(0).Digits(), f(s.pupil(0).Digits()), 1)
			return all
		})
	}
	return []hostile{
		{no: 82, name: "a delta cut in the middle of a row", data: func(s source) []byte { b := s.csv(3); return b[:len(b)-20] },
			want: "applied_with_refusals", rows: []string{"A4 iin field_count refused"}, known: 2},
		{no: 82, name: "a delta cut in the middle of a letter", data: func(s source) []byte {
			b := s.csv(3)
			return b[:bytes.LastIndex(b, []byte("очная"))+1]
		}, want: "refused truncated"},
		{no: 82, name: "a full list cut at the end of a row, nothing proves it whole", before: before(40), data: full("01.10.2026", 37, ""), want: "held cut_tail", known: 40},
		{no: 82, name: "a full list that lost rows, with its total", before: before(40), data: full("01.10.2026", 37, "40"), want: "refused control_total", known: 40},
		{no: 82, name: "a full list that lost two rows, with a true total", before: before(40), data: full("01.10.2026", 38, "38"), want: "applied", known: 40},
		{no: 83, name: "a quote that never closes", data: lines(func(s source) []string {
			all := s.lines(3)
			all[0] = strings.Replace(all[0], "Сынақ", `"Сынақ`, 1)
			return all
		}), want: "refused damaged", says: "2"},
		applied(84, "a bare quote", lines(func(s source) []string {
			all := s.lines(3)
			all[0] = strings.Replace(all[0], nameOf(0), `ТОО "Ромашка" Али`, 1)
			return all
		})),
		{no: 85, name: "a column too many and one too few", data: lines(func(s source) []string {
			all := s.lines(4)
			all[1] += ";x"
			all[2] = strings.TrimSuffix(all[2], ";"+s.bin.Digits())
			return all
		}), want: "applied_with_refusals", rows: []string{"A3 iin field_count refused", "A4 iin field_count refused"}, known: 2},
		applied(86, "CR alone", as(func(x string) string { return strings.ReplaceAll(x, "\r\n", "\r") })),
		applied(86, "CRLF and LF mixed, blank lines", as(func(x string) string {
			return strings.Replace(strings.Replace(x, "\r\n", "\n\r\n\n", 1), "\r\n", "\n", 1)
		})),
		applied(86, "sep=;", as(func(x string) string { return strings.Replace(x, "\ufeff", "\ufeffsep=;\r\n", 1) })),
		applied(86, "a delimiter at each end", as(func(x string) string { return strings.ReplaceAll(x, "\r\n", ";\r\n") })),
		applied(86, "Ctrl-Z at the end", as(func(x string) string { return x + "\x1a" })),
		applied(86, "a mark glued to the first header, twice", as(func(x string) string { return "\ufeff" + x })),
		applied(86, "tabs", as(func(x string) string { return strings.ReplaceAll(x, ";", "\t") })),
		applied(86, "commas", as(func(x string) string { return strings.ReplaceAll(x, ";", ",") })),
		applied(87, "windows-1251", func(s source) []byte {
			return coded(charmap.Windows1251, strings.NewReplacer("Ә", "А", "қ", "к").Replace(plain(s, 3)))
		}),
		applied(87, "cp866", func(s source) []byte {
			return coded(charmap.CodePage866, strings.NewReplacer("Ә", "А", "қ", "к").Replace(plain(s, 3)))
		}),
		applied(87, "KZ-1048", func(s source) []byte { return kz1048(plain(s, 3)) }),
		applied(87, "UTF-16", func(s source) []byte { return []byte(wide(plain(s, 3))) }),
		applied(87, "UTF-8 without a mark", func(s source) []byte { return []byte(plain(s, 3)) }),
		refused(87, "two encodings in one file", "bad_encoding", func(s source) []byte {
			half := strings.NewReplacer("Ә", "А", "қ", "к").Replace(plain(s, 3))
			return append([]byte(plain(s, 3)), coded(charmap.Windows1251, half[strings.Index(half, "\n")+1:])...)
		}),
		{no: 87, name: "? for Kazakh letters", data: as(func(x string) string { return strings.Replace(x, "Сынақ", "Сына?", 1) }), want: "applied_with_refusals",
			rows: []string{"B2 full_name name_letters_lost refused"}, known: 2},
		refused(88, "NUL bytes", "damaged", as(func(x string) string { return strings.Replace(x, "Сынақ", "Сын\x00ақ", 1) })),
		refused(88, "an overlong NUL", "bad_encoding", as(func(x string) string { return strings.Replace(x, "Сынақ", "Сын\xc0\x80ақ", 1) })),
		refused(88, "0x1A in the middle", "damaged", as(func(x string) string { return strings.Replace(x, "Сынақ", "Сын\x1aақ", 1) })),
		refused(89, "a line of 2 MB", "too_large", lines(func(s source) []string { return append(s.lines(3), strings.Repeat("x", 2<<20)) })),
		refused(89, "300 fields", "too_large", lines(func(s source) []string { return append(s.lines(3), strings.Repeat(";", 300)) })),
		{no: 89, name: "a line of 64 MB", data: lines(func(s source) []string { return append(s.lines(3), strings.Repeat("x", 64<<20)) }), want: "refused too_large", heavy: true},
		{no: 89, name: "64 million separators", data: lines(func(s source) []string { return append(s.lines(3), strings.Repeat(";", 64<<20)) }), want: "refused too_large", heavy: true},
		{no: 90, name: "line ends inside quotes", data: lines(func(s source) []string {
			all := s.lines(3)
			all[0] = strings.Replace(all[0], nameOf(0), "\"Сынақов\r\nӘли\"", 1)
			all[2] = strings.Replace(all[2], "очная", "ночная", 1)
			return all
		}), want: "applied_with_refusals", rows: []string{"E4 study_form study_form_unknown refused"}, known: 2},
		{no: 91, name: "9,90101E+11", data: iin(func(d string) string { return d[:1] + "," + d[1:6] + "E+11" }), want: "applied_with_refusals",
			rows: []string{"A2 iin iin_digits_lost refused"}, known: 2},
		{no: 91, name: "an IIN without its zero", data: lines(func(s source) []string {
			young := numbered("0503145", s.nth*97).Digits()
			all := s.lines(3)
			all[0] = strings.NewReplacer(s.pupil(0).Digits(), strings.TrimLeft(young, "0"), "14.03.2015", "14.03.2005").Replace(all[0])
			return all
		}), want: "applied", rows: []string{"A2 iin iin_repaired warning"}, known: 3},
		{no: 92, name: "amounts in every dress", elsewhere: "importers/ledger TestExactTiyn"},
		applied(93, "an .xlsx named .csv", func(s source) []byte { return s.xlsx(3) }),
		{no: 93, name: "a gzip named .csv", file: "h093-gz.csv", data: func(source) []byte { return []byte("\x1F\x8B\x08\x00......") }, want: "refused unsupported_format", says: "gzip"},
	}
}

func coded(page *charmap.Charmap, s string) []byte {
	b, err := page.NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err)
	}
	return b
}

// kz1048 writes Kazakh in its code page: windows-1251 with the letters that it
// lacks in the place of others.
func kz1048(s string) []byte {
	letters := map[rune]byte{'Ә': 0xA3, 'ә': 0xBC, 'Ғ': 0xAA, 'ғ': 0xBA, 'Қ': 0x8D, 'қ': 0x9D, 'Ң': 0xBD, 'ң': 0xBE, 'Ө': 0xA5, 'ө': 0xB4,
		'Ұ': 0xA1, 'ұ': 0xA2, 'Ү': 0xAF, 'ү': 0xBF, 'Һ': 0x8E, 'һ': 0x9E}
	var out []byte
	for _, r := range s {
		if b, ok := letters[r]; ok {
			out = append(out, b)
		} else {
			out = append(out, coded(charmap.Windows1251, string(r))...)
		}
	}
	return out
}
