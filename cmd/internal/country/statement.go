package country

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"osmsd/sync/osms"
)

// statement is an account's movements over some days, with its balances.
type statement struct {
	number           int
	from, until      osms.Date
	opening, closing osms.Tiyn
	movements        []movement
}

// statementForms are the formats of statements, in turn.
var statementForms = [...]struct {
	dress
	format, ext string
	write       func(*csvWriter, *statement) error
}{
	{dress{name: "camt", encoding: "utf-8", unix: true}, "camt.053", "xml", writeCamt},
	{dress{name: "1c-1251", encoding: "windows-1251"}, "1c", "txt", write1C},
	{dress{name: "mt940", encoding: "utf-8"}, "mt940", "txt", writeMT940},
	{dress{name: "1c-866", encoding: "cp866"}, "1c", "txt", write1C},
}

// statements writes the statement of the first days of the month, and where
// duplicates are planted one of some of these days again.
func (d *payday) statements() error {
	slices.SortStableFunc(d.movements, func(a, b movement) int {
		return cmp.Or(cmp.Compare(a.booked, b.booked), cmp.Compare(a.reference, b.reference))
	})
	draw := newDraw(d.c.opt.Seed, saltReference, uint64(d.m))
	opening := osms.Tiyn(draw.between(1_000_000, 9_000_000_000)) * 100
	whole := d.between(1, 1, 9, opening)
	path, err := d.statement(whole, "")
	if err != nil {
		return err
	}
	for i := range whole.movements {
		v := &whole.movements[i]
		d.truth.Documents = append(d.truth.Documents, Document{path, osms.DocumentMovement, v.reference, v.region, v.month, v.knp, v.dated,
			v.sum.Persons, v.sum.Amount, v.story})
	}
	if slices.Contains(d.truth.Planted, Duplicates) {
		_, err = d.statement(d.between(2, 3, 6, opening), path)
	}
	return err
}

// between is the statement of some days of the month.
func (d *payday) between(number, first, last int, opening osms.Tiyn) *statement {
	begin := d.month.First()
	s := &statement{number: number, from: begin.Add(first - 1), until: begin.Add(last - 1), opening: opening}
	for _, v := range d.movements {
		if v.booked < s.from {
			s.opening += v.sum.Amount
		}
		if v.booked >= s.from && v.booked <= s.until {
			s.movements = append(s.movements, v)
		}
	}
	s.closing = s.opening
	for _, v := range s.movements {
		s.closing += v.sum.Amount
	}
	return s
}

// statement writes one; of is the file that it repeats.
func (d *payday) statement(s *statement, of string) (string, error) {
	f := statementForms[d.m%len(statementForms)]
	t := File{Path: fmt.Sprintf("%s/inbox/ledger/выписка %s %d.%s", d.month, d.month, s.number, f.ext), Kind: osms.KindLedger, Month: d.month,
		Format: f.format, Encoding: f.encoding, Dress: f.name, Rows: len(s.movements), Organisations: []osms.BIN{}, DuplicateOf: of}
	d.c.truth.Files = append(d.c.truth.Files, t)
	return t.Path, d.c.create(t.Path, func(w io.Writer) error {
		out, err := newCSV(w, &f.dress)
		if err != nil {
			return err
		}
		if err := f.write(out, s); err != nil {
			return err
		}
		return out.close()
	})
}

// sides are who pays and who is paid.
func (v *movement) sides() (payer, payee party) {
	if v.sum.Amount < 0 {
		return fund, statePayer
	}
	return v.payer, fund
}

func put(out *csvWriter, lines ...string) error {
	for _, l := range lines {
		if err := out.put(l); err != nil {
			return err
		}
	}
	return nil
}

func yymmdd(d osms.Date) string { return fmt.Sprintf("%06d", int(d)%1000000) }

// write1C writes the exchange format of 1C with the keys of Kazakhstan.
func write1C(out *csvWriter, s *statement) error {
	encoding := "Windows"
	if out.dress.encoding == "cp866" {
		encoding = "DOS"
	}
	var in, gone osms.Tiyn
	for _, v := range s.movements {
		in, gone = in+max(v.sum.Amount, 0), gone+max(-v.sum.Amount, 0)
	}
	err := put(out, "1CClientBankExchange", "ВерсияФормата=2.00", "Кодировка="+encoding, "Отправитель=Банк-клиент", "Получатель=Бухгалтерия",
		"ДатаСоздания="+s.until.Add(1).Dotted(), "ВремяСоздания=09:15:00", "ДатаНачала="+s.from.Dotted(), "ДатаКонца="+s.until.Dotted(),
		"РасчСчет="+fund.account, "СекцияРасчСчет", "ДатаНачала="+s.from.Dotted(), "ДатаКонца="+s.until.Dotted(), "РасчСчет="+fund.account,
		"НачальныйОстаток="+s.opening.String(), "ВсегоПоступило="+in.String(), "ВсегоСписано="+gone.String(),
		"КонечныйОстаток="+s.closing.String(), "КонецРасчСчет")
	for i := range s.movements {
		v := &s.movements[i]
		payer, payee := v.sides()
		amount, key := v.sum.Amount, "СуммаПриход="
		if amount < 0 {
			amount, key = -amount, "СуммаРасход="
		}
		if err == nil {
			err = put(out, "СекцияДокумент=ПлатежноеПоручение", "НомерДокумента="+v.reference, "ДатаДокумента="+v.dated.Dotted(),
				"ДатаОперации="+v.booked.Dotted(), "ПлательщикНаименование="+payer.name, "ПлательщикБИН_ИИН="+payer.bin, "ПлательщикИИК="+payer.account,
				"ПлательщикБанкБИК="+payer.bank, "ПолучательНаименование="+payee.name, "ПолучательБИН_ИИН="+payee.bin,
				"ПолучательИИК="+payee.account, "ПолучательБанкБИК="+payee.bank, key+amount.String(), "Валюта=KZT",
				"КодНазначенияПлатежа="+v.knp, "НазначениеПлатежа="+v.purpose, "КонецДокумента")
		}
	}
	if err != nil {
		return err
	}
	return put(out, "КонецФайла")
}

// writeMT940 writes a SWIFT statement; the text of a movement is folded.
func writeMT940(out *csvWriter, s *statement) error {
	balance := func(tag string, day osms.Date, a osms.Tiyn) string {
		mark := "C"
		if a < 0 {
			mark, a = "D", -a
		}
		return tag + mark + yymmdd(day) + "KZT" + comma(a)
	}
	err := put(out, "{1:F01NBRKKZKXAXXX0000000000}{2:I940NBRKKZKXXXXXN}{4:", fmt.Sprintf(":20:ST%s%02d", yymmdd(s.until), s.number),
		":25:"+fund.account, fmt.Sprintf(":28C:%d/1", s.number), balance(":60F:", s.from, s.opening))
	for i := range s.movements {
		v := &s.movements[i]
		payer, payee := v.sides()
		mark, amount, other := "C", v.sum.Amount, payer
		if amount < 0 {
			mark, amount, other = "D", -amount, payee
		}
		if err == nil {
			err = put(out, fmt.Sprintf(":61:%s%s%s%sNTRF%s", yymmdd(v.booked), yymmdd(v.booked)[2:], mark, comma(amount), v.reference))
		}
		text := folded(fmt.Sprintf("/KNP/%s/NAME/%s/IDN/%s/ASSIGN/%s", v.knp, other.name, other.bin, v.purpose), 64)
		text[0] = ":86:" + text[0]
		if err == nil {
			err = put(out, text...)
		}
	}
	if err != nil {
		return err
	}
	return put(out, balance(":62F:", s.until, s.closing), "-}")
}
