package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"testing"
	"time"

	kflate "github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
)

// bigWorkbook writes a workbook of rows × 12 columns as rosters have them: a
// number, an IIN, three names, a birth date, words that repeat, a group and
// an order. Texts are shared or inline.
func bigWorkbook(t testing.TB, rows int, shared bool) []byte {
	t.Helper()
	var out bytes.Buffer
	writeBig(t, &out, rows, rows, shared)
	return out.Bytes()
}

// writeBig writes it to a file; the texts of a row come again after distinct
// rows.
func writeBig(t testing.TB, out io.Writer, rows, distinct int, shared bool) {
	t.Helper()
	z := zip.NewWriter(out)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return kflate.NewWriter(w, 6) })
	index, texts := map[string]int{}, []string(nil)
	put := func(name string, write func(w *bufio.Writer)) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		b := bufio.NewWriterSize(w, 1<<20)
		write(b)
		if err := b.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range parts("-") {
		if f.name != "xl/worksheets/sheet1.xml" {
			put(f.name, func(w *bufio.Writer) { w.WriteString(f.body) })
		}
	}
	put("xl/styles.xml", func(w *bufio.Writer) { w.WriteString(stylesXML) })
	put("xl/worksheets/sheet1.xml", func(w *bufio.Writer) {
		w.WriteString(xmlHead + `<worksheet ` + mainNS + `><dimension ref="A1:L` + strconv.Itoa(rows) + `"/><sheetData>`)
		for r := 1; r <= rows; r++ {
			n := strconv.Itoa(r)
			w.WriteString(`<row r="` + n + `" spans="1:12">`)
			for c, v := range bigRow(1 + (r-1)%distinct) {
				ref := string(rune('A'+c)) + n
				switch {
				case c == 0:
					w.WriteString(`<c r="` + ref + `"><v>` + v + `</v></c>`)
				case c == 5:
					w.WriteString(`<c r="` + ref + `" s="1"><v>` + v + `</v></c>`)
				case shared:
					i, ok := index[v]
					if !ok {
						i = len(texts)
						index[v] = i
						texts = append(texts, v)
					}
					w.WriteString(`<c r="` + ref + `" t="s"><v>` + strconv.Itoa(i) + `</v></c>`)
				default:
					w.WriteString(`<c r="` + ref + `" t="inlineStr"><is><t>` + v + `</t></is></c>`)
				}
			}
			w.WriteString(`</row>`)
		}
		w.WriteString(`</sheetData></worksheet>`)
	})
	if shared {
		put("xl/sharedStrings.xml", func(w *bufio.Writer) {
			fmt.Fprintf(w, "%s<sst %s count=\"%d\" uniqueCount=\"%d\">", xmlHead, mainNS, rows*10, len(texts))
			for _, v := range texts {
				w.WriteString("<si><t>" + v + "</t></si>")
			}
			w.WriteString("</sst>")
		})
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}

// stylesXML has the formats 0 General, 1 a date, 2 twelve digits, 3 minutes.
const stylesXML = xmlHead + `<styleSheet ` + mainNS + `><numFmts count="2"><numFmt numFmtId="164" formatCode="000000000000"/><numFmt numFmtId="165" formatCode="[h]:mm"/></numFmts>` +
	`<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`

var (
	surnames = []string{"Әбдіқадыров", "Қасымова", "Жұмабаев", "Сейітқызы", "Ысқақов", "Иванова", "Нұрғалиев", "Өмірбекова", "Ким", "Тілеуберді"}
	givens   = []string{"Айгүл", "Нұрсұлтан", "Әлия", "Ерасыл", "Мәдина", "Дмитрий", "Аружан", "Санжар", "Қымбат", "Гүлнәр", "Ислам"}
	fathers  = []string{"Серікқызы", "Болатұлы", "Ахметович", "", "Маратқызы", "Ғалымжанұлы", "Сергеевна"}
)

func bigRow(r int) [12]string {
	x := uint64(r) * 0x9E3779B97F4A7C15
	x ^= x >> 29
	father := fathers[x>>16%7]
	if father == "" {
		father = "–"
	}
	return [12]string{strconv.Itoa(r), fmt.Sprintf("%012d", 50101000000+x%599999999999), surnames[x>>4%10], givens[x>>8%11], father,
		strconv.Itoa(36000 + int(x>>20%4000)), "күндізгі", "оқуда", strconv.Itoa(int(1 + x>>24%11)), "ЖТ-" + strconv.Itoa(int(x>>28%40)),
		"мемлекеттік тапсырыс", "№ " + strconv.Itoa(int(x>>32%500)) + "-Ө"}
}

// inflate unpacks one part to nowhere: the floor under any reader.
func inflate(t testing.TB, data []byte, name string) {
	a, err := openArchive(bytes.NewReader(data), int64(len(data)), Limits{}.complete())
	if err != nil {
		t.Fatal(err)
	}
	e := a.part(name)
	r := kflate.NewReader(bufio.NewReaderSize(io.NewSectionReader(bytes.NewReader(data), e.body, e.packed), 64<<10))
	if n, err := io.Copy(io.Discard, struct{ io.Reader }{r}); err != nil || n != e.size {
		t.Fatal(n, err)
	}
}

// readRows reads the first sheet and counts rows and bytes of text.
func readRows(t testing.TB, data []byte) (rows, text int) {
	b, err := Open(bytes.NewReader(data), int64(len(data)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	_, err = b.Read(0, func(r *Row) error {
		rows++
		for i := range r.Cells {
			text += len(r.Cells[i].Text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows, text
}

func excelizeRows(t testing.TB, data []byte, raw bool) (rows, text int) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: raw})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	it, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	for it.Next() {
		columns, err := it.Columns()
		if err != nil {
			t.Fatal(err)
		}
		rows++
		for _, c := range columns {
			text += len(c)
		}
	}
	return rows, text
}

// BenchmarkAgainst measures in one run this reader, excelize's Rows over the
// same bytes, and inflating the sheet's part alone. x-excelize says how many
// times faster than excelize the reader is, x-excelize-raw the same when
// excelize is spared formatting the numbers, x-inflate how many times slower
// than inflating.
func BenchmarkAgainst(b *testing.B) {
	const rows = 100_000
	for _, c := range []struct {
		name   string
		shared bool
	}{{"shared", true}, {"inline", false}} {
		data := bigWorkbook(b, rows, c.shared)
		b.Run(c.name, func(b *testing.B) {
			var own, theirs, raw, floor time.Duration
			timed := func(f func()) time.Duration {
				runtime.GC()
				start := time.Now()
				f()
				return time.Since(start)
			}
			rare := 0
			for i := range b.N {
				var n, m, text, text2 int
				own += timed(func() { n, text = readRows(b, data) })
				floor += timed(func() { inflate(b, data, "xl/worksheets/sheet1.xml") })
				if i%4 == 0 { // excelize takes seconds
					rare++
					theirs += timed(func() { excelizeRows(b, data, false) })
					raw += timed(func() { m, text2 = excelizeRows(b, data, true) })
					if n != rows || m != rows || text != text2 {
						b.Fatalf("%d and %d rows, %d and %d bytes of text", n, m, text, text2)
					}
				}
			}
			per := own / time.Duration(b.N)
			b.ReportMetric(float64(theirs)/float64(rare)/float64(per), "x-excelize")
			b.ReportMetric(float64(raw)/float64(rare)/float64(per), "x-excelize-raw")
			b.ReportMetric(float64(own)/float64(floor), "x-inflate")
			b.ReportMetric(float64(per.Milliseconds()), "own-ms")
			b.ReportMetric(float64(rows)/per.Seconds(), "rows/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkRead is for the profiler.
func BenchmarkRead(b *testing.B) {
	for _, c := range []struct {
		name   string
		shared bool
	}{{"shared", true}, {"inline", false}} {
		data := bigWorkbook(b, 100_000, c.shared)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				readRows(b, data)
			}
		})
	}
}

// BenchmarkSmall opens and reads the workbook of one small organisation.
func BenchmarkSmall(b *testing.B) {
	data := bigWorkbook(b, 30, true)
	b.ReportAllocs()
	for b.Loop() {
		readRows(b, data)
	}
}
