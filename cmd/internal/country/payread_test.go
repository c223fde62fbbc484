package country

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"osmsd/sync/osms"
)

// paid is one item of a list, one movement or one line of totals, as the tests
// read it back from the files: with other means than it was written.
type paid struct {
	file      *File
	reference string
	number    int // within the document
	knp       string
	month     osms.Month
	region    osms.Region // 0: not stated
	text      string      // in the place of an IIN, or the purpose of a movement
	persons   int
	amount    osms.Tiyn // signed
	dated     osms.Date
}

// state reports whether the money is the state's, by its code.
func (p *paid) state() bool { return p.knp != "121" && p.knp != "123" && p.knp != "124" }

func readPaid(t *testing.T, dir string, f *File) []paid {
	t.Helper()
	name := filepath.Join(dir, filepath.FromSlash(f.Path))
	switch f.Format {
	case "csv", "xlsx":
		return readRows(t, f, readAgain(t, name, *f)[0].rows)
	case "mt102":
		return readMessages(t, f, decoded(t, name, f.Encoding))
	case "mt940":
		return readSWIFT(t, f, decoded(t, name, f.Encoding))
	case "camt.053":
		return readXML(t, f, name)
	case "1c":
		return read1C(t, f, name)
	}
	t.Fatalf("%s: format %q", f.Path, f.Format)
	return nil
}

func tiyn(t *testing.T, s string) osms.Tiyn {
	t.Helper()
	a, err := osms.ParseTiyn(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return a
}

func monthOf(t *testing.T, s string) osms.Month {
	t.Helper()
	if m, err := osms.ParseMonth(s); err == nil {
		return m
	}
	if d := readDate(s, false); d != 0 {
		return d.Month()
	}
	s = strings.ReplaceAll(s, " ж.", "")
	if p := strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == ' ' }); len(p) == 2 {
		if len(p[0]) == 4 {
			p[0], p[1] = p[1], p[0]
		}
		year, _ := strconv.Atoi(p[1])
		n, err := strconv.Atoi(p[0])
		if err != nil {
			n = max(slices.Index(monthsRU[:], p[0]), slices.Index(monthsKK[:], p[0]))
		}
		if m, ok := osms.NewMonth(year, n); ok {
			return m
		}
	}
	t.Fatalf("%q is no month", s)
	return 0
}

// readRows reads a table of totals or of persons.
func readRows(t *testing.T, f *File, rows [][]string) (found []paid) {
	t.Helper()
	names := map[string]string{"ИИН": "iin", "ЖСН": "iin", "Период": "month", "Кезең": "month", "Month": "month", "Сумма": "amount", "Сомасы": "amount", "Сумма, тенге": "amount",
		"Amount": "amount", "КНП": "knp", "ТТК": "knp", "Референс": "reference", "Регион": "region", "Өңір": "region", "Region": "region",
		"Количество": "persons", "Кол-во потребителей": "persons", "Саны": "persons", "Persons": "persons", "Дата платежа": "on"}
	at := map[string]int{}
	numbers := map[string]int{}
	var sum osms.Tiyn
	for _, row := range rows {
		if len(at) < 4 {
			for i, text := range row {
				if n, ok := names[text]; ok {
					at[n] = i
				}
			}
			continue
		}
		cell := func(n string) string {
			if i, ok := at[n]; ok && i < len(row) {
				return row[i]
			}
			return ""
		}
		if slices.ContainsFunc(row, func(s string) bool { return s == "Итого" || s == "Барлығы" || s == "Total" }) {
			if tiyn(t, cell("amount")) != sum {
				t.Errorf("%s: total %s, rows %s", f.Path, cell("amount"), sum)
			}
			continue
		}
		p := paid{file: f, reference: cell("reference"), knp: cell("knp"), month: monthOf(t, cell("month")), text: cell("iin"), persons: 1, amount: tiyn(t, cell("amount")), dated: readDate(cell("on"), false)}
		if f.Kind == osms.KindLedger {
			p.persons, _ = strconv.Atoi(cell("persons"))
		} else if p.amount < 0 {
			p.persons = -1
		}
		if s := cell("region"); s != "" {
			r, err := osms.ParseRegion(s)
			if err != nil {
				t.Fatalf("%s: %v", f.Path, err)
			}
			p.region = r
		}
		numbers[p.reference]++
		p.number = numbers[p.reference]
		sum += p.amount
		found = append(found, p)
	}
	return found
}

// readMessages reads MT102 and holds every message to its own sums.
func readMessages(t *testing.T, f *File, text string) (found []paid) {
	t.Helper()
	text = strings.TrimPrefix(text, "\ufeff")
	if crlf := strings.Contains(text, "\r\n"); crlf == (f.Dress == "mt102-utf8") && f.DuplicateOf == "" {
		t.Errorf("%s: CRLF %v", f.Path, crlf)
	}
	for _, message := range strings.SplitAfter(strings.ReplaceAll(text, "\r\n", "\n"), "-}\n") {
		if message == "" {
			continue
		}
		head := paid{file: f}
		var items []paid
		var at *paid
		assign, inAssign := "", false
		var closing osms.Tiyn
		for _, l := range strings.Split(message, "\n") {
			l = strings.TrimPrefix(l, ":70:")
			l = strings.Replace(l, "//", "/", 1)
			tag, value, _ := strings.Cut(strings.TrimPrefix(l, "/"), "/")
			if !strings.HasPrefix(l, "/") {
				tag = ""
			}
			if inAssign && tag == "" && !strings.HasPrefix(l, ":") {
				assign += l
			}
			inAssign = inAssign && tag == "" && !strings.HasPrefix(l, ":")
			switch {
			case strings.HasPrefix(l, ":20:"):
				head.reference = l[4:]
			case strings.HasPrefix(l, ":21:"):
				items = append(items, head)
				at = &items[len(items)-1]
				at.number, _ = strconv.Atoi(l[4:])
				if at.number != len(items) {
					t.Errorf("%s %s: item %s after %d", f.Path, head.reference, l, len(items)-1)
				}
			case strings.HasPrefix(l, ":32B:KZT"):
				at.amount, at.persons = tiyn(t, l[8:]), 1
			case strings.HasPrefix(l, ":32A:"):
				closing = tiyn(t, l[14:])
			case tag == "KNP":
				head.knp = value
			case tag == "DATE":
				n, _ := strconv.Atoi("20" + value)
				head.dated = osms.Date(n)
			case tag == "ASSIGN":
				assign, inAssign = value, true
			case tag == "IDN" && at != nil:
				at.text = value
			case tag == "PERIOD" && at != nil:
				n, _ := strconv.Atoi(value)
				at.month = osms.Month(n%10000*100 + n/10000)
			}
		}
		var sum osms.Tiyn
		region := regionIn(assign)
		for i := range items {
			sum += items[i].amount
			items[i].region = region
			if head.knp == "021" {
				items[i].amount, items[i].persons = -items[i].amount, -1
			}
		}
		if n := countIn(assign); sum != closing || n != len(items) || len(items) == 0 || len(items) > 5000 {
			t.Errorf("%s %s: %d items of %s; stated %d of %s", f.Path, head.reference, len(items), sum, n, closing)
		}
		if (head.knp == "021") != strings.HasPrefix(assign, "Возврат ошибочных элементов платежа OS") {
			t.Errorf("%s %s: KNP %s, %q", f.Path, head.reference, head.knp, assign)
		}
		found = append(found, items...)
	}
	return found
}

func regionIn(s string) osms.Region {
	for _, n := range osms.Regions() {
		if strings.Contains(s, " "+n.RU+".") {
			return n.Region
		}
	}
	return 0
}

var counted = regexp.MustCompile(`Кол-во потребителей =(\d+)`)

func countIn(s string) int {
	if m := counted.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

var monthIn = regexp.MustCompile(` за (\S+) (\d{4}) г\.`)

// movementRead is a movement with what its purpose says.
func movementRead(t *testing.T, f *File, p paid) paid {
	t.Helper()
	p.file, p.region, p.persons = f, regionIn(p.text), countIn(p.text)
	m := monthIn.FindStringSubmatch(p.text)
	if m == nil {
		t.Fatalf("%s: %q", f.Path, p.text)
	}
	p.month = monthOf(t, m[1]+" "+m[2])
	if strings.Contains(p.text, "[") {
		p.persons = 1
	}
	if p.amount < 0 {
		p.persons = -p.persons
	}
	return p
}

func balanced(t *testing.T, f *File, opening, closing osms.Tiyn, found []paid) {
	t.Helper()
	for _, p := range found {
		opening += p.amount
	}
	if opening != closing {
		t.Errorf("%s: opening and movements are %s, closing %s", f.Path, opening, closing)
	}
}

func read1C(t *testing.T, f *File, name string) (found []paid) {
	t.Helper()
	var text string
	if f.Encoding == "cp866" {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var s strings.Builder
		for _, c := range b {
			switch {
			case c < 0x80:
				s.WriteByte(c)
			case c < 0xb0:
				s.WriteRune('А' + rune(c) - 0x80)
			case c >= 0xe0 && c < 0xf0:
				s.WriteRune('р' + rune(c) - 0xe0)
			default:
				t.Fatalf("%s: byte %#x", f.Path, c)
			}
		}
		text = s.String()
	} else {
		text = decoded(t, name, f.Encoding)
	}
	if want := map[string]string{"cp866": "Кодировка=DOS\r\n", "windows-1251": "Кодировка=Windows\r\n"}[f.Encoding]; !strings.Contains(text, want) || !strings.HasSuffix(text, "КонецФайла\r\n") {
		t.Errorf("%s: no %q, or no end", f.Path, want)
	}
	var opening, closing osms.Tiyn
	p := paid{}
	for _, l := range strings.Split(text, "\r\n") {
		key, value, _ := strings.Cut(l, "=")
		switch key {
		case "НачальныйОстаток":
			opening = tiyn(t, value)
		case "КонечныйОстаток":
			closing = tiyn(t, value)
		case "НомерДокумента":
			p.reference = value
		case "СуммаПриход":
			p.amount = tiyn(t, value)
		case "СуммаРасход":
			p.amount = -tiyn(t, value)
		case "КодНазначенияПлатежа":
			p.knp = value
		case "НазначениеПлатежа":
			p.text = value
		case "КонецДокумента":
			found = append(found, movementRead(t, f, p))
			p = paid{}
		}
	}
	balanced(t, f, opening, closing, found)
	return found
}

var entry61 = regexp.MustCompile(`^:61:\d{10}([CD])([\d,]+)NTRF(\S+)$`)

func readSWIFT(t *testing.T, f *File, text string) (found []paid) {
	t.Helper()
	var opening, closing osms.Tiyn
	p := paid{}
	end := func() {
		if p.reference != "" {
			knp, _, _ := strings.Cut(strings.TrimPrefix(p.text, "/KNP/"), "/")
			p.knp = knp
			_, p.text, _ = strings.Cut(p.text, "/ASSIGN/")
			found = append(found, movementRead(t, f, p))
		}
		p = paid{}
	}
	for _, l := range strings.Split(text, "\r\n") {
		switch m := entry61.FindStringSubmatch(l); {
		case strings.HasPrefix(l, ":60F:C"):
			opening = tiyn(t, l[15:])
		case strings.HasPrefix(l, ":62F:C"):
			end()
			closing = tiyn(t, l[15:])
		case m != nil:
			end()
			p.amount, p.reference = tiyn(t, m[2]), m[3]
			if m[1] == "D" {
				p.amount = -p.amount
			}
		case strings.HasPrefix(l, ":86:"):
			p.text = l[4:]
		case p.text != "":
			p.text += l
		}
	}
	balanced(t, f, opening, closing, found)
	return found
}

func readXML(t *testing.T, f *File, name string) (found []paid) {
	t.Helper()
	type sided struct {
		Code   string `xml:"Tp>CdOrPrtry>Cd"`
		Amount string `xml:"Amt"`
		Side   string `xml:"CdtDbtInd"`
	}
	var doc struct {
		Balances []sided `xml:"BkToCstmrStmt>Stmt>Bal"`
		Entries  []struct {
			sided
			Reference string `xml:"NtryDtls>TxDtls>Refs>EndToEndId"`
			KNP       string `xml:"NtryDtls>TxDtls>Purp>Prtry"`
			Text      string `xml:"NtryDtls>TxDtls>RmtInf>Ustrd"`
			Amount    string `xml:"Amt"`
			Side      string `xml:"CdtDbtInd"`
		} `xml:"BkToCstmrStmt>Stmt>Ntry"`
	}
	b, err := os.ReadFile(name)
	if err == nil {
		err = xml.Unmarshal(b, &doc)
	}
	if err != nil || len(doc.Balances) != 2 || doc.Balances[0].Code != "OPBD" {
		t.Fatalf("%s: %v, balances %v", f.Path, err, doc.Balances)
	}
	for _, e := range doc.Entries {
		p := paid{reference: e.Reference, knp: e.KNP, text: e.Text, amount: tiyn(t, e.Amount)}
		if e.Side == "DBIT" {
			p.amount = -p.amount
		}
		found = append(found, movementRead(t, f, p))
	}
	balanced(t, f, tiyn(t, doc.Balances[0].Amount), tiyn(t, doc.Balances[1].Amount), found)
	return found
}
