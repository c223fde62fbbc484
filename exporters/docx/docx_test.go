package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// With -keep DIR the sample is left there, to be looked at.
var keepDir = flag.String("keep", "", "folder that keeps what the tests write")

var day = time.Date(2026, 11, 3, 17, 45, 12, 0, time.FixedZone("Almaty", 5*3600))

// sample is a letter with everything that a letter has.
func sample() *Document {
	d := New(Options{Title: "Хабарлама № 63-2026-000123", Date: day, Lang: KK, Footer: "63-2026-000123", PageNumbers: true})
	d.Paragraph(Look{Align: Right, After: 12}, Text(KK, "Кімге: Ахметова Айгүл Ерланқызына\nКому: Ахметовой Айгуль Ерлановне"))
	d.Paragraph(Look{Style: Title}, Text(KK, "ХАБАРЛАМА / "), Text(RU, "УВЕДОМЛЕНИЕ"))
	d.Paragraph(Look{Align: Justified, First: 12.5, After: 6}, Text(KK, "Әлеуметтік медициналық сақтандыруға жарналарын мемлекет төлейтін тұлғалар туралы "),
		Bold(KK, "деректеріңіз өзектендірілді"), Text(KK, ". Өзгеріс келесі айдан бастап ескеріледі, ә ғ қ ң ө ұ ү һ і Ә Ғ Қ Ң Ө Ұ Ү Һ І."))
	d.Paragraph(Look{Align: Justified, First: 12.5, After: 6, Line: 1.15, With: true},
		Text(RU, "Уведомляем, что данные о Вас "), Run{Text: "обновлены", Lang: RU, Italic: true}, Text(RU, " с учётом <сведений> «организации» & университета."))
	rows := []Row{{Label(Bold(KK, "Айы / Месяц")), Label(Bold(KK, "Санаты / Категория")), Label(Bold(KK, "Ескертпе"))}}
	for i := range 45 {
		rows = append(rows, Row{Value(Text(RU, time.Month(1+i%12).String())), {Look: Look{Align: Centre}, Runs: []Run{Text(RU, "13")}}, Value(Text(KK, "оқу нысаны – күндізгі\nвторая строка").Sized(9))})
	}
	rows = append(rows, Row{{Runs: []Run{Bold(KK, "Барлығы / Итого")}, Shaded: true, Span: 2}, Value(Text(RU, "45"))})
	d.Table(Table{Widths: []float64{60, 40, 70}, Borders: true, Heads: 1}, rows...)
	d.Table(Table{Widths: []float64{85, 85}}, Row{Value(Text(KK, "Басшы / Руководитель")), {Look: Look{Align: Right}, Runs: []Run{Text(KK, "Т. Тегі")}}})
	d.PageBreak()
	d.Table(Table{Widths: []float64{170}, Borders: true}, Row{Value(Text(RU, "новая страница"))})
	d.PageBreak()
	d.Paragraph(Look{Indent: 80, First: -10}, Text(RU, "ещё одна\tстраница"))
	return d
}

func written(t *testing.T, d *Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func unzipped(t interface{ Fatal(...any) }, file []byte) (parts map[string]string, order []string) {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	parts = map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(text)
		order = append(order, f.Name)
		if !f.Modified.Equal(time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC)) {
			t.Fatal("a part was written at ", f.Modified)
		}
	}
	return parts, order
}

// paragraphs reads the text of the document back, paragraph by paragraph.
func paragraphs(t interface{ Fatal(...any) }, document string) (all []string) {
	d := xml.NewDecoder(strings.NewReader(document))
	text, inText := "", false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			inText = e.Name.Local == "t"
			switch e.Name.Local {
			case "p":
				text = ""
			case "br":
				text += "\n"
			case "tab":
				text += "\t"
			}
		case xml.CharData:
			if inText {
				text += string(e)
			}
		case xml.EndElement:
			inText = false
			if e.Name.Local == "p" {
				all = append(all, text)
			}
		}
	}
}

// Every part is well formed and named in the types, every relation has its part.
func TestPackage(t *testing.T) {
	parts, order := unzipped(t, written(t, sample()))
	want := []string{"[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/document.xml", "word/_rels/document.xml.rels", "word/styles.xml", "word/settings.xml", "word/footer1.xml"}
	if !slices.Equal(order, want) {
		t.Errorf("parts %q", order)
	}
	for name, text := range parts {
		paragraphs(t, text)
		if strings.HasPrefix(name, "word/") && !strings.HasSuffix(name, ".rels") && !strings.Contains(parts["[Content_Types].xml"], `PartName="/`+name+`"`) {
			t.Errorf("%s has no type", name)
		}
	}
	for _, target := range []string{"styles.xml", "settings.xml", "footer1.xml"} {
		if !strings.Contains(parts["word/_rels/document.xml.rels"], `Target="`+target+`"`) {
			t.Errorf("%s has no relation", target)
		}
	}
	if !strings.Contains(parts["word/document.xml"], `<w:footerReference w:type="default" r:id="rId3"/>`) || !strings.Contains(parts["word/_rels/document.xml.rels"], `Id="rId3" Type="`+relType+`footer"`) {
		t.Error("the foot is not the page's")
	}
	for _, want := range []string{"<dc:title>Хабарлама № 63-2026-000123</dc:title>", "2026-11-03T00:00:00Z", "<dc:language>kk-KZ<"} {
		if !strings.Contains(parts["docProps/core.xml"], want) {
			t.Errorf("the properties do not say %s", want)
		}
	}
	if !strings.Contains(parts["word/styles.xml"], `w:ascii="Times New Roman"`) || !strings.Contains(parts["word/footer1.xml"], `w:instr=" PAGE "`) {
		t.Error("the font or the number of the page is missing")
	}
}

func TestWithoutFoot(t *testing.T) {
	d := New(Options{Date: day})
	d.Paragraph(Look{})
	parts, order := unzipped(t, written(t, d))
	if slices.Contains(order, "word/footer1.xml") || strings.Contains(parts["word/document.xml"], "footerReference") {
		t.Error("there is a foot")
	}
}

func TestTwiceTheSameBytes(t *testing.T) {
	d := sample()
	first := written(t, d)
	if *keepDir != "" {
		if err := os.WriteFile(filepath.Join(*keepDir, "sample.docx"), first, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first, written(t, d)) || !bytes.Equal(first, written(t, sample())) {
		t.Error("two writes differ")
	}
}

// What the calls say stands in the document's XML.
func TestDocument(t *testing.T) {
	parts, _ := unzipped(t, written(t, sample()))
	document := parts["word/document.xml"]
	text := paragraphs(t, document)
	for i, want := range map[int]string{
		0: "Кімге: Ахметова Айгүл Ерланқызына\nКому: Ахметовой Айгуль Ерлановне", 1: "ХАБАРЛАМА / УВЕДОМЛЕНИЕ",
		3: "Уведомляем, что данные о Вас обновлены с учётом <сведений> «организации» & университета.", 4: "Айы / Месяц", 9: "оқу нысаны – күндізгі\nвторая строка",
	} {
		if text[i] != want {
			t.Errorf("paragraph %d is %q", i, text[i])
		}
	}
	if last := text[len(text)-1]; last != "ещё одна\tстраница" {
		t.Errorf("the last paragraph is %q", last)
	}
	for want, n := range map[string]int{
		`<w:pStyle w:val="Title"/>`: 1, `<w:jc w:val="both"/>`: 2, `<w:b/><w:bCs/>`: 5, `<w:i/><w:iCs/>`: 1, `<w:keepNext/>`: 1,
		`<w:tblHeader/>`: 1, `<w:cantSplit/>`: 49, `w:fill="F2F2F2"`: 4, `<w:gridSpan w:val="2"/>`: 1, `<w:pageBreakBefore/>`: 2,
		`<w:gridCol w:w="3402"/>`: 1, `<w:tcW w:w="5669" w:type="dxa"/>`: 1, `<w:pgSz w:w="11906" w:h="16838"/>`: 1, `w:left="1417"`: 1,
		`<w:sz w:val="18"/>`: 45, `w:firstLine="709"`: 2, `w:hanging="567"`: 1, `w:line="276"`: 1, `<w:tblBorders>`: 2,
		"</w:tbl><w:tbl>": 0, "</w:tbl></w:body>": 0, "</w:tbl><w:sectPr>": 0, "<w:tc></w:tc>": 0,
	} {
		if got := strings.Count(document, want); got != n {
			t.Errorf("%s stands %d times, want %d", want, got, n)
		}
	}
	for _, run := range []string{`<w:lang w:val="kk-KZ"/></w:rPr><w:t xml:space="preserve">ХАБАРЛАМА / </w:t>`, `<w:lang w:val="ru-RU"/></w:rPr><w:t xml:space="preserve">УВЕДОМЛЕНИЕ</w:t>`} {
		if !strings.Contains(document, run) {
			t.Errorf("no run %s", run)
		}
	}
}

// A document that ends with a table has a paragraph behind it; a page break
// with nothing behind it, or nothing before it, is none.
func TestEdges(t *testing.T) {
	d := New(Options{Date: day, Lang: RU})
	d.PageBreak()
	d.Table(Table{Widths: []float64{100}}, Row{Value(Text("", "одна"))})
	d.PageBreak()
	parts, _ := unzipped(t, written(t, d))
	document := parts["word/document.xml"]
	if strings.Contains(document, "pageBreakBefore") || !strings.Contains(document, "</w:p><w:sectPr>") || !strings.Contains(document, `<w:lang w:val="ru-RU"/>`) {
		t.Error(document)
	}
}

// Any text that may stand in a document comes back; any other is refused, and
// the error does not repeat it.
func TestTextComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ \t\n<>&"'А-яӘәҚқ_x0041]{0,30}`), rapid.StringMatching("[\x00-\x1f\x7f-\u009f\ufffeа]{1,3}")).Draw(t, "text")
		d := New(Options{Date: day})
		d.Paragraph(Look{}, Text(KK, text))
		d.Table(Table{Widths: []float64{50}}, Row{Value(Bold(RU, text))})
		fine := utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool {
			return unicode.IsControl(r) && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF
		})
		var b bytes.Buffer
		err := d.Write(&b)
		if fine != (err == nil) || err != nil && b.Len() > 0 {
			t.Fatalf("%q: %v, %d bytes", text, err, b.Len())
		}
		if err != nil {
			return
		}
		parts, _ := unzipped(t, b.Bytes())
		if got := paragraphs(t, parts["word/document.xml"]); got[0] != text || got[1] != text {
			t.Fatalf("%q came back as %q", text, got)
		}
	})
}

func TestRefused(t *testing.T) {
	cell := Value(Text(RU, "a"))
	for want, make := range map[string]func() *Document{
		"the year 1":               func() *Document { return New(Options{}) },
		"no room":                  func() *Document { return New(Options{Date: day, Margins: Margins{Left: 100, Right: 100}}) },
		"letters of 300 points":    func() *Document { return New(Options{Date: day, Size: 300}) },
		"title: the text has":      func() *Document { return New(Options{Date: day, Title: "\x01"}) },
		"one line each":            func() *Document { return New(Options{Date: day, Footer: "a\nb"}) },
		"footer: the text is not":  func() *Document { return New(Options{Date: day, Footer: "\xff"}) },
		"table 1 is empty":         func() *Document { return tabled(Table{Widths: []float64{10}}) },
		"without width":            func() *Document { return tabled(Table{Widths: []float64{0}}, Row{cell}) },
		"200.0 mm wide":            func() *Document { return tabled(Table{Widths: []float64{200}}, Row{cell}) },
		"repeats 2 of 1":           func() *Document { return tabled(Table{Widths: []float64{10}, Heads: 2}, Row{cell}) },
		"row 2: its cells":         func() *Document { return tabled(Table{Widths: []float64{10, 10}}, Row{cell, cell}, Row{cell}) },
		"row 1: its cells":         func() *Document { return tabled(Table{Widths: []float64{10}}, Row{cell, cell}) },
		"has letters of 0.2 point": func() *Document { return tabled(Table{Widths: []float64{10}}, Row{Value(Text(RU, "a").Sized(0.2))}) },
		"table 1: the text has":    func() *Document { return tabled(Table{Widths: []float64{10}}, Row{Value(Text(RU, "Тегі\x1f"))}) },
	} {
		d := make()
		d.Paragraph(Look{}, Text(RU, "\x00")) // later refusals do not hide the first
		var b bytes.Buffer
		if err := d.Write(&b); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "Тегі") || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", want, err, b.Len())
		}
	}
}

func tabled(t Table, rows ...Row) *Document {
	d := New(Options{Date: day})
	d.Table(t, rows...)
	return d
}

// A writer that fails is not taken for one that wrote.
func TestFailedWrite(t *testing.T) {
	full := errors.New("full")
	if err := sample().Write(failing{full}); !errors.Is(err, full) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
