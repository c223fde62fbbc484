package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"osmsd/importers/intake"
)

// Money: 105 to 107. What does not agree with its own total is refused whole,
// with both figures, where the list of hostile inputs says "held": money that a
// file itself contradicts is no question that an administrator can answer.
func hostileMoney() []hostile {
	return append(append(hostileStatements(), hostilePayments()...), hostileBankFiles()...)
}

// money is a case that is dropped into the folder of the treasury.
func money(no int, name, ext string, data func(s source) string, want string) hostile {
	h := hostile{no: no, name: name, folder: "ledger", want: want, data: func(s source) []byte { return []byte(data(s)) }}
	h.file = fmt.Sprintf("h%d %s.%s", no, strings.NewReplacer("/", "-", "<", "", ">", "").Replace(name), ext)
	return h
}

func (h hostile) counted(counts string) hostile { h.counts = counts; return h }

func (h hostile) saying(text string) hostile { h.says = text; return h }

// warned are rows about which something is said; nothing of them is refused.
func (h hostile) warned(rows ...string) hostile { h.rows = rows; return h }

// after is the case when another file was there before it.
func (h hostile) after(ext string, data func(s source) string) hostile {
	h.before = append(h.before, func(s source) delivery { return delivery{fmt.Sprintf("before-%d.%s", s.nth, ext), []byte(data(s))} })
	return h
}

// swapped changes what a maker makes in one place.
func swapped(data func(s source) string, from, to string) func(s source) string {
	return func(s source) string {
		text := data(s)
		if strings.Count(text, from) == 0 {
			panic(fmt.Sprintf("there is no %q", from))
		}
		return strings.Replace(text, from, to, 1)
	}
}

// 105: statements, and lists whose figures do not agree.
func hostileStatements() []hostile {
	mt940 := func(day, n int) func(s source) string {
		return func(s source) string { return s.mt940(moves(day, n)...) }
	}
	bank := func(day, n int) func(s source) string {
		return func(s source) string { return s.clientBank(moves(day, n)...) }
	}
	camt := func(day, n int) func(s source) string {
		return func(s source) string { return s.camt(moves(day, n)...) }
	}
	list := func(s source) string { return s.mt102(s.paidFor3()...) }
	amounts := func(f func(s source, all ...move) string, all ...move) func(s source) string {
		return func(s source) string { return f(s, all...) }
	}
	all := []hostile{
		money(105, "a statement twice", "sta", mt940(15, 3), "already_applied").after("sta", mt940(15, 3)),
		money(105, "a statement twice, with other line ends", "sta", func(s source) string { return strings.ReplaceAll(mt940(15, 3)(s), "\n", "\r\n") }, "applied").
			after("sta", mt940(15, 3)).counted("3 3 0 0 0"),
		money(105, "a statement twice in one file", "sta", func(s source) string { return mt940(15, 3)(s) + mt940(15, 3)(s) }, "applied").counted("6 3 0 3 3"),
		money(105, "overlapping days", "txt", bank(16, 3), "applied").after("txt", func(s source) string {
			return s.clientBank(move{15, 100, "15", paidFor}, moves(16, 3)[0], moves(16, 3)[1])
		}).counted("3 3 0 0 1"),
		money(105, "a storno", "sta", swapped(amounts(source.mt940, moves(15, 1)[0], move{16, -585_200, "15", "Исправление"}), ":61:261016D", ":61:261016RC"), "applied").counted("2 2 0 0 2"),
		money(105, "a storno as a negative amount", "txt", func(s source) string {
			text := s.clientBank(moves(15, 1)[0], move{16, 585_200, "16", "Исправление"})
			return strings.NewReplacer("ВсегоПоступило=11704.00", "ВсегоПоступило=0.00", "КонечныйОстаток=1011704.00", "КонечныйОстаток=1000000.00",
				"СуммаПриход=5852.00\nКодНазначенияПлатежа=122\nНазначениеПлатежа=Исправление", "СуммаПриход=-5852.00\nНазначениеПлатежа=Исправление").Replace(text)
		}, "applied").counted("2 2 0 0 2"),
		money(105, "a split payment, two equal halves", "sta", amounts(source.mt940, move{15, 292_600, "15", paidFor}, move{15, 292_600, "15", paidFor}), "applied").counted("2 2 0 0 2"),
		money(105, "merged payments", "xml", swapped(swapped(camt(15, 1), "<NtryDtls>", `<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch><TxDtls><AmtDtls><TxAmt><Amt Ccy="KZT">5000.00</Amt></TxAmt></AmtDtls></TxDtls>`),
			"</EndToEndId></Refs>", `</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="KZT">852.00</Amt></TxAmt></AmtDtls>`), "applied").counted("2 2 0 0 2"),
		money(105, "merged payments, one tiyn off", "xml", swapped(swapped(camt(15, 1), "<NtryDtls>", `<NtryDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy="KZT">5000.00</Amt></TxAmt></AmtDtls></TxDtls>`),
			"</EndToEndId></Refs>", `</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="KZT">851.99</Amt></TxAmt></AmtDtls>`), "refused control_total").saying("в документе указано 5\u00a0852,00 тенге, насчитано 5\u00a0851,99 тенге"),

		money(105, "the total of a 1C file one tiyn off", "txt", swapped(bank(15, 2), "ВсегоПоступило=17556.00\nВсегоСписано=0.00\nКонечныйОстаток=1017556.00", "ВсегоПоступило=17556.01\nВсегоСписано=0.00\nКонечныйОстаток=1017556.01"),
			"refused control_total").saying("в документе указано 17\u00a0556,01 тенге, насчитано 17\u00a0556,00 тенге").counted("0 0 0 0 0"),
		money(105, "the balance of a camt.053 one tiyn off", "xml", swapped(camt(15, 2), ">1017556.00<", ">1017555.99<"), "refused control_total").saying("в документе указано 1\u00a0017\u00a0555,99 тенге, насчитано 1\u00a0017\u00a0556,00 тенге"),
		money(105, "the total of an MT102 one tiyn off", "txt", swapped(list, "KZT17556,00", "KZT17556,01"), "refused control_total").saying("в документе указано 17\u00a0556,01 тенге, насчитано 17\u00a0556,00 тенге"),
		money(105, "one item of an MT102 changed by a tiyn", "txt", swapped(list, ":32B:KZT5852,00", ":32B:KZT5852,01"), "refused control_total").saying("в документе указано 17\u00a0556,00 тенге, насчитано 17\u00a0556,01 тенге"),
		money(105, "the total of a table one tiyn off", "csv", func(s source) string {
			return "ИИН;Период;Сумма\n" + s.pupil(0).Digits() + ";2026-10;600\n" + s.pupil(1).Digits() + ";2026-10;600\nИтого;;1200,01\n"
		}, "refused control_total").saying("в документе указано 1\u00a0200,01 тенге, насчитано 1\u00a0200,00 тенге"),
		money(105, "the total of a list of totals one tiyn off", "csv", func(s source) string {
			return fmt.Sprintf("Месяц;Регион;Количество;Сумма;Референс\n2026-10;63;2;600;%s\n2026-10;75;1;600;\nИтого;;3;1200,01;\n", s.reference())
		}, "refused control_total").saying("в документе указано 1\u00a0200,01 тенге, насчитано 1\u00a0200,00 тенге"),
		money(105, "items 1, 2, 4", "txt", swapped(list, ":21:3", ":21:4"), "refused control_total").saying("стоит номер 4, а должен быть 3"),
		money(105, "a wrong count of persons", "txt", swapped(list, "потребителей =3", "потребителей =4"), "refused control_total").saying("в документе указано 4, насчитано 3"),
		money(105, "an MT102 without :32A:", "txt", swapped(list, ":32A:261006KZT17556,00\n", ""), "refused truncated"),
		money(105, "an MT102 twice in one file", "txt", func(s source) string { return list(s) + list(s) }, "applied").counted("6 3 0 3 3"),
		money(105, "an MT102 again, with an envelope", "txt", func(s source) string {
			return "{1:F01K054700000000010003725}{2:I102SCLEAR000000U3003}{4:\n" + list(s) + "-}\n"
		}, "applied").
			after("txt", list).counted("3 3 0 0 0"),
		money(105, "the same reference, something else", "txt", swapped(swapped(list, ":32B:KZT5852,00", ":32B:KZT5852,01"), "KZT17556,00", "KZT17556,01"), "refused document_conflict").
			after("txt", list).saying("3 × 17\u00a0556,00 ≠ 3 × 17\u00a0556,01"),

		money(105, "dollars in a 1C file", "txt", swapped(bank(15, 1), "СуммаПриход", "Валюта=USD\nСуммаПриход"), "refused unsupported_format").saying("USD"),
		money(105, "dollars in an MT940", "sta", swapped(mt940(15, 1), ":60F:C261001KZT", ":60F:C261001USD"), "refused unsupported_format").saying("USD"),
		money(105, "dollars in a camt.053", "xml", swapped(camt(15, 1), `<Ntry><Amt Ccy="KZT">`, `<Ntry><Amt Ccy="USD">`), "refused unsupported_format").saying("USD"),
		money(105, "dollars in an MT102", "txt", swapped(list, ":32B:KZT", ":32B:USD"), "refused unsupported_format"),
		money(105, "an amount of 10^18 tiyn in an MT940", "sta", amounts(source.mt940, move{15, 1e18, "15", paidFor}), "refused damaged"),
		money(105, "an amount of 10^18 tiyn in a 1C file", "txt", amounts(source.clientBank, move{15, 1e18, "15", paidFor}), "refused damaged"),
		money(105, "an amount of 10^18 tenge in a camt.053", "xml", swapped(camt(15, 1), ">5852.00<", ">1000000000000000000.00<"), "refused damaged"),
		money(105, "an amount of 10^18 tenge in an MT102", "txt", swapped(list, ":32B:KZT5852,00", ":32B:KZT1000000000000000000,00"), "refused damaged"),
		money(105, "an amount of 10^18 tenge in a table", "csv", func(s source) string {
			return "ИИН;Период;Сумма\n" + s.pupil(0).Digits() + ";2026-10;1000000000000000000\n" + s.pupil(1).Digits() + ";2026-10;600\n"
		}, "applied_with_refusals").counted("2 1 1 0 1").warned("C2 amount amount_unreadable refused"),
		money(105, "an amount of 10^18 tiyn in a list of totals", "csv", func(s source) string {
			return "Месяц;Регион;Количество;Сумма;Референс\n2026-10;63;1;10000000000000000;" + s.reference() + "\n"
		}, "refused damaged"),
		money(105, "a negative amount in an MT102", "txt", swapped(list, ":32B:KZT5852,00", ":32B:KZT-5852,00"), "refused damaged"),
		money(105, "a negative amount in a camt.053", "xml", swapped(camt(15, 1), `<Ntry><Amt Ccy="KZT">`, `<Ntry><Amt Ccy="KZT">-`), "refused damaged"),
		money(105, "a negative amount in an MT940", "sta", swapped(mt940(15, 1), ":61:261015C", ":61:261015C-"), "refused damaged"),
		money(105, "a negative amount in a table gives back", "csv", func(s source) string {
			return "ИИН;Период;Сумма;Референс\n" + s.pupil(0).Digits() + ";2026-10;-600;" + s.reference() + "\n"
		}, "applied").counted("1 1 0 0 1"),
		money(105, "a purpose cut inside a tag", "sta", swapped(mt940(15, 1), "/KNP/122/ASSIGN/"+paidFor, "/KN"), "applied").counted("1 1 0 0 1"),
		money(105, "a purpose cut inside a letter", "sta", swapped(mt940(15, 1), "области", "област\xd0"), "refused bad_encoding"),
		money(105, "a purpose cut inside a letter, in windows-1251", "txt", func(s source) string {
			return string(coded(charmap.Windows1251, strings.Replace(s.clientBank(moves(15, 1)...), "-Казахстанской области", "-Казахст", 1)))
		}, "applied").counted("1 1 0 0 1"),
	}
	// An akimat cannot bring what the treasury says.
	for _, c := range []struct {
		name, ext string
		data      func(s source) string
	}{{"an MT940", "sta", mt940(15, 1)}, {"a 1C file", "txt", bank(15, 1)}, {"a camt.053", "xml", camt(15, 1)}, {"an MT102", "txt", list},
		{"a list of totals", "csv", func(s source) string {
			return "Месяц;Регион;Количество;Сумма\n2026-10;63;2;600\n"
		}}} {
		h := money(105, c.name+" in a region's folder", c.ext, c.data, "refused unknown_kind").counted("0 0 0 0 0")
		h.folder = "63"
		all = append(all, h)
	}
	return all
}

// 106: for whom it is paid. Money is kept whoever it is for.
func hostilePayments() []hostile {
	with := func(f func(s source, all []paid) []paid) func(s source) string {
		return func(s source) string { return s.mt102(f(s, s.paidFor3())...) }
	}
	first := func(p func(s source) paid) func(s source) string {
		return with(func(s source, all []paid) []paid { all[0] = p(s); return all })
	}
	whole := func(name string, data func(s source) string) hostile {
		return money(106, name, "txt", data, "applied").counted("3 3 0 0 3")
	}
	return []hostile{
		whole("for one whom nobody knows", with(func(_ source, all []paid) []paid { return all })),
		whole("for an IIN whose check digit is wrong", first(func(s source) paid {
			d := s.pupil(0).Digits()
			return paid{d[:11] + string('0'+(d[11]-'0'+1)%10), 585_200, "102026"}
		})).warned(" iin iin_check_digit warning"),
		whole("for an IIN of letters", first(func(source) paid { return paid{"15031450001O", 585_200, "102026"} })).warned(" iin iin_characters warning"),
		whole("for an IIN of eleven digits", first(func(source) paid { return paid{"15031450001", 585_200, "102026"} })).warned(" iin iin_length warning"),
		whole("without an IIN", first(func(source) paid { return paid{"", 585_200, "102026"} })).warned(" iin iin_missing warning"),
		whole("for a BIN", first(func(source) paid { return paid{"160440007161", 585_200, "102026"} })).warned(" iin iin_birth_date warning"),
		whole("twice for a month", first(func(s source) paid { return paid{s.pupil(1).Digits(), 585_200, "102026"} })),
		whole("for a future month", first(func(s source) paid { return paid{s.pupil(0).Digits(), 585_200, "122029"} })),
		whole("for a month before the law", first(func(s source) paid { return paid{s.pupil(0).Digits(), 585_200, "011999"} })).warned(" month month_unreadable warning"),
		whole("for a thirteenth month", first(func(s source) paid { return paid{s.pupil(0).Digits(), 585_200, "132026"} })).warned(" month month_unreadable warning"),
		whole("without month and region", with(func(_ source, all []paid) []paid {
			for i := range all {
				all[i].month = ""
			}
			return all
		})),
		whole("of nothing", first(func(s source) paid { return paid{s.pupil(0).Digits(), 0, "102026"} })),
		money(106, "a table without month and region", "csv", func(s source) string {
			return "ИИН;Период;Регион;Сумма;Референс\n" + s.pupil(0).Digits() + ";;;600;" + s.reference() + "\n;;;600;" + s.reference() + "\n"
		}, "applied").counted("2 2 0 0 2").warned("A3 iin iin_missing warning"),
		money(106, "a table without a column for the month", "csv", func(s source) string {
			return "ИИН;Сумма;Референс\n" + s.pupil(0).Digits() + ";600;" + s.reference() + "\n"
		}, "refused missing_column").counted("0 0 0 0 0"),
		money(106, "a statement without month and region", "sta", func(s source) string { return s.mt940(move{15, 100, "15", "Взносы"}) }, "applied").counted("1 1 0 0 1"),
		money(106, "totals without month and region", "csv", func(s source) string {
			return "Месяц;Регион;Количество;Сумма;Референс\n;;2;600;" + s.reference() + "\n"
		}, "applied").counted("1 1 0 0 1"),
		{no: 106, name: "a dead one", notBuilt: "nothing that is read tells who died: whoever left is a person without an enrolment, and paid for all the same"},
	}
}

// 107: the files of banks.
func hostileBankFiles() []hostile {
	mt940 := func(s source) string { return s.mt940(moves(15, 2)...) }
	bank := func(s source) string { return s.clientBank(moves(15, 2)...) }
	camt := func(s source) string { return s.camt(moves(15, 2)...) }
	kept := func(name, ext string, data func(s source) string) hostile {
		return money(107, name, ext, data, "applied").counted("2 2 0 0 2")
	}
	refused := func(name, ext, code string, data func(s source) string) hostile {
		return money(107, name, ext, data, "refused "+code).counted("0 0 0 0 0")
	}
	const bomb = `<!DOCTYPE Document [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>`
	tooLarge := hostile{no: 107, name: "a statement of 5 GB", file: "h107-5g.sta", folder: "ledger", odd: intake.TooLarge, place: func(t *testing.T, path string) {
		if err := errors.Join(os.WriteFile(path, []byte(":20:A\n:25:B\n"), 0o600), os.Truncate(path, 5<<30)); err != nil {
			t.Fatal(err)
		}
	}}
	rows := refused("a statement over the limit of rows", "sta", "too_many_rows", func(s source) string {
		var b strings.Builder
		fmt.Fprintf(&b, ":20:A\n:25:%s\n:28C:1/1\n:60F:C261001KZT0,\n", s.account())
		for i := range 50_001 {
			fmt.Fprintf(&b, ":61:261015C0,01NTRF%d\n", i)
		}
		return b.String() + ":62F:C261015KZT500,01\n"
	})
	rows.heavy = true
	full := kept("a statement at the limit of rows", "sta", func(s source) string {
		var b strings.Builder
		fmt.Fprintf(&b, ":20:A\n:25:%s\n:28C:1/1\n:60F:C261001KZT0,\n", s.account())
		for i := range 50_000 {
			fmt.Fprintf(&b, ":61:261015C0,01NTRF%d\n", i)
		}
		return b.String() + ":62F:C261015KZT500,00\n"
	}).counted("50000 50000 0 0 50000")
	full.heavy = true
	empty := refused("an empty file", "sta", "empty", func(source) string { return "" })
	empty.waits = true
	folders := kept("statements in an archive", "zip", func(s source) string {
		other := s
		other.nth += 5000
		return string(zipped(part{"a.sta", mt940(s)}, part{"b/b.txt", bank(other)}, part{"c.xml", swapped(camt, "<Document", bomb+"<Document")(other)}))
	}).counted("")
	folders.want, folders.members = "applied_with_refusals", []string{"a.sta: applied", "b/b.txt: applied", "c.xml: refused unsafe"}
	return []hostile{
		kept("1C in windows-1251", "txt", func(s source) string { return string(coded(charmap.Windows1251, bank(s))) }),
		kept("1C in cp866", "txt", func(s source) string { return string(coded(charmap.CodePage866, bank(s))) }),
		kept("1C in KZ-1048", "txt", func(s source) string {
			return string(kz1048(swapped(bank, paidFor, "Қазан айы үшін жарна")(s)))
		}),
		kept("1C in UTF-8", "txt", bank),
		kept("1C in UTF-16", "txt", func(s source) string { return wide(bank(s)) }),
		refused("1C in two encodings", "txt", "bad_encoding", func(s source) string {
			at := strings.LastIndex(bank(s), "НазначениеПлатежа=") + len("НазначениеПлатежа=")
			return bank(s)[:at] + string(coded(charmap.Windows1251, bank(s)[at:]))
		}),
		refused("1C cut short", "txt", "truncated", func(s source) string { return bank(s)[:len(bank(s))-len("Документа\nКонецФайла\n")] }),
		refused("1C without its last line", "txt", "truncated", swapped(bank, "КонецФайла\n", "")),
		refused("MT940 with a wrong closing balance", "sta", "control_total", swapped(mt940, "KZT1017556,00", "KZT1017556,01")).saying("в документе указано 1\u00a0017\u00a0556,01 тенге, насчитано 1\u00a0017\u00a0556,00 тенге"),
		refused("MT940 without its closing balance", "sta", "truncated", swapped(mt940, ":62F:C261031KZT1017556,00\n", "")),
		refused("MT940, the next page is missing", "sta", "truncated", swapped(mt940, ":62F:", ":62M:")),
		refused("MT940, the page before is missing", "sta", "truncated", swapped(mt940, ":60F:", ":60M:")),
		refused("camt.053 with a DTD", "xml", "unsafe", swapped(camt, "<Document", `<!DOCTYPE Document SYSTEM "file:///etc/passwd"><Document`)),
		refused("camt.053 with a billion laughs", "xml", "unsafe", swapped(swapped(camt, "<Document", bomb+"<Document"), paidFor, "&d;")),
		refused("camt.053 nested deep", "xml", "unsafe", swapped(camt, "<Ntry>", strings.Repeat("<Ntry>", 100_000))),
		refused("camt.053 cut short", "xml", "truncated", func(s source) string { return camt(s)[:len(camt(s))-60] }),
		refused("camt.053 of another namespace", "xml", "unsupported_format", swapped(camt, "camt.053.001.02", "camt.052.001.02")),
		refused("camt.053 that is none inside", "xml", "unsupported_format", func(source) string {
			return `<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><x/></Document>`
		}),
		refused("a picture renamed .sta", "sta", "unsupported_format", func(source) string {
			return "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + string(bytes.Repeat([]byte{0, 1, 2, 0xff}, 100))
		}),
		refused("a program renamed .sta", "sta", "damaged", func(source) string {
			return "\x7fELF\x02\x01\x01\x00" + string(bytes.Repeat([]byte{0, 1, 2, 0xff}, 100))
		}),
		empty,
		tooLarge,
		rows,
		full,
		folders,
	}
}
