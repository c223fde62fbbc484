package letter

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"text/template"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// Annulment tells an organisation which of the notifications that it holds on
// paper are annulled, because the import on which they rested was taken back.
type Annulment struct {
	Sequence     int64 // of the decision; the notice's number
	Date         osms.Date
	Organisation osms.Organisation
	Import       int64
	Received     osms.Date
	File         string // as it may be shown to people; "": not said
	Letters      []osms.Letter
}

// Outgoing is the notice's number as it is printed: the decision's.
func (a Annulment) Outgoing() string { return fmt.Sprintf("%06d", a.Sequence) }

//go:embed annulment
var annulmentTexts embed.FS

var annulmentTemplates = sync.OnceValue(func() (t [2]*template.Template) {
	for lang, name := range []string{"annulment/kk.txt", "annulment/ru.txt"} {
		t[lang] = template.Must(template.New(name).Option("missingkey=error").ParseFS(annulmentTexts, name))
	}
	return t
})

var annulmentWords = sync.OnceValue(func() map[string][2]string {
	words := map[string][2]string{}
	text, err := annulmentTexts.ReadFile("annulment/words.csv")
	if err != nil {
		panic("letter: " + err.Error())
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		panic("letter: embedded annulment/words.csv: " + err.Error())
	}
	for _, row := range rows {
		words[row[0]] = [2]string{row[1], row[2]}
	}
	return words
})

type annulmentWording struct{ title, subject, body, made string }

// longestFile is how many letters of a file's name are shown.
const longestFile = 160

func (a Annulment) wording(lang language) (w annulmentWording, err error) {
	day := paper.DateKK
	if lang == ru {
		day = paper.DateRU
	}
	fields := map[string]string{"Import": strconv.FormatInt(a.Import, 10), "Received": day(a.Received), "File": shownFile(a.File)}
	for part, to := range map[string]*string{"title": &w.title, "subject": &w.subject, "body": &w.body, "made": &w.made} {
		var b strings.Builder
		if err := annulmentTemplates()[lang].ExecuteTemplate(&b, part, fields); err != nil {
			return w, fmt.Errorf("annulment texts: %w", err)
		}
		*to = b.String()
	}
	return w, nil
}

// shownFile gives a file's name in letters that the font has: what the sender
// wrote need not be printable, and the number of the import tells it apart.
func shownFile(name string) string {
	letters := []rune(paper.Clean(name))
	for i, r := range letters {
		if !paper.Regular().Has(r) {
			letters[i] = '?'
		}
	}
	if len(letters) > longestFile {
		letters = append(letters[:longestFile], '…')
	}
	return string(letters)
}

// WriteAnnulment prints the notice: the text in Kazakh above the Russian, and
// the table of the letters on as many pages as it takes. Equal notices give
// equal bytes. A name that no font or cell can hold is left out: the number of
// the letter says whose it is.
func WriteAnnulment(w io.Writer, a Annulment) error {
	for _, f := range []struct {
		lacks bool
		name  string
	}{{a.Sequence == 0, "number"}, {a.Date.IsZero(), "date"}, {a.Organisation.BIN == 0, "BIN"}, {a.Import == 0, "import"},
		{a.Received.IsZero(), "day of the import"}} {
		if f.lacks {
			return fmt.Errorf("the %s is missing", f.name)
		}
	}
	if len(a.Letters) == 0 {
		return ErrEmpty
	}
	p := annulmentPrinter{Annulment: a, sheet: sheet{texts: Default()}}
	for lang := range p.words {
		var err error
		if p.words[lang], err = a.wording(language(lang)); err != nil {
			return err
		}
	}
	p.doc = paper.New(paper.Options{Title: fmt.Sprintf("%s / %s № %s", p.words[kk].title, p.words[ru].title, a.Outgoing()), Date: a.Date})
	if err := p.print(); err != nil {
		return err
	}
	return p.doc.Write(w)
}

// annulmentPrinter is such a notice on its way to paper.
type annulmentPrinter struct {
	Annulment
	sheet
	words [2]annulmentWording
}

// print prints everything; the number of pages is found before the first foot.
func (p *annulmentPrinter) print() error {
	const first, next = top + 3.0, top
	list, err := p.list()
	if err != nil {
		return err
	}
	page := p.doc.NewPage()
	y := p.front(first)
	l := p.listing(list)
	if y+l.headHeight()+2*totalHeight > listLast {
		return errors.Join(p.doc.Err(), fmt.Errorf("%w: the text of the notice", paper.ErrFit))
	}
	p.total = l.flow(y, next)
	p.listed(l, y, func() float64 {
		p.foot(page)
		page = p.doc.NewPage()
		return next
	})
	p.foot(page)
	return p.doc.Err()
}

// front prints what stands above the table and returns where it ends.
func (p *annulmentPrinter) front(y float64) float64 {
	const size = 10.5
	regular, bold := paper.Regular(), paper.Bold()
	number := paper.Set(regular, 10, 70, paper.Left, "№ "+p.Outgoing())
	date := paper.Set(regular, 10, width-72, paper.Right, paper.DateKK(p.Date)+" / "+paper.DateRU(p.Date))
	y += max(p.doc.Print(number, left, y), p.doc.Print(date, left+72, y)) + 1
	p.doc.Rule(left, y, right, y, 0.4, 0)
	y += 4
	for lang := range p.words {
		w := p.words[lang]
		y += p.doc.Print(paper.Set(bold, size+2, width, paper.Centre, w.title), left, y)
		y += p.doc.Print(paper.Set(bold, size, width, paper.Centre, w.subject), left, y) + 2
		for _, pair := range [][2]string{{"label.recipient", p.name(language(lang))}, {"label.bin", p.Organisation.BIN.Digits()}} {
			label := paper.Set(regular, size, labelWidth, paper.Left, p.texts.word(language(lang), pair[0])+":")
			value, _ := paper.SetWithin(bold, size, width-labelWidth, nameLines, paper.Left, pair[1])
			y += max(p.doc.Print(label, left, y), p.doc.Print(value, left+labelWidth, y))
		}
		y += 2
		y += p.doc.Print(paper.Set(regular, size, width, paper.Justified, w.body), left, y) + 3
		if language(lang) == kk {
			p.doc.Rule(left, y, right, y, 0.2, 110)
			y += 3
		}
	}
	count := fmt.Sprintf("%s: %d", bothOf(annulmentWords()["count"]), len(p.Letters))
	return y + p.doc.Print(paper.Set(bold, size, width, paper.Left, count), left, y+1) + 2
}

// name is the organisation's name; by its number where it cannot be printed.
func (p *annulmentPrinter) name(lang language) string {
	name := p.texts.provider(p.Organisation)[lang]
	if _, ok := paper.SetWithin(paper.Bold(), 10.5, width-labelWidth, nameLines, paper.Left, name); !ok || paper.Bold().Check(paper.Clean(name)) != nil {
		return p.texts.provider(osms.Organisation{BIN: p.Organisation.BIN})[lang]
	}
	return name
}

func (p *annulmentPrinter) foot(page int) {
	p.doc.Rule(left, bottom-4, right, bottom-4, 0.1, 150)
	p.doc.Print(paper.Set(paper.Regular(), 7.5, 120, paper.Left, "№ "+p.Outgoing()+". "+p.words[kk].made+" / "+p.words[ru].made), left, bottom-3.4)
	p.doc.Print(paper.Set(paper.Regular(), 7.5, 50, paper.Right,
		fmt.Sprintf("%s %d / %d", p.texts.both("label.page"), page, p.total)), right-50, bottom-3.4)
}
