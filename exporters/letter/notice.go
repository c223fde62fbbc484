package letter

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"text/template"

	"osmsd/exporters/paper"
	"osmsd/sync/osms"
)

// Notice tells one side of an overlap that another organisation claims the same
// person. Everything in it is the side's own, but for the number and From: the
// first day on which both claim, without which the side could not answer. The
// other side's name, region, form and last day are no part of it, so that they
// cannot be printed by mistake. The two notices of an overlap are one text.
type Notice struct {
	Number       int64
	Date, Answer osms.Date // Answer: the last day to answer
	Organisation osms.Organisation
	Person       osms.IIN
	Name         osms.Name // as the organisation's roster writes it
	Birth        osms.Date
	First        osms.Date // first day of the enrolment there
	From         osms.Date
}

// Outgoing is the notice's number as it is printed: the overlap's.
func (n Notice) Outgoing() string { return fmt.Sprintf("%06d", n.Number) }

//go:embed notice
var noticeTexts embed.FS

var noticeTemplates = sync.OnceValue(func() (t [2]*template.Template) {
	for lang, name := range []string{"notice/kk.txt", "notice/ru.txt"} {
		t[lang] = template.Must(template.New(name).Option("missingkey=error").ParseFS(noticeTexts, name))
	}
	return t
})

// noticeWording are the paragraphs of one language.
type noticeWording struct {
	title, subject, claim, until, confirm, leave, transfer, otherwise, made string
}

func (n Notice) wording(lang language) (w noticeWording, err error) {
	day := paper.DateKK
	if lang == ru {
		day = paper.DateRU
	}
	fields := map[string]string{"Number": n.Outgoing(), "From": day(n.From), "Answer": day(n.Answer)}
	for part, to := range map[string]*string{"title": &w.title, "subject": &w.subject, "claim": &w.claim, "until": &w.until, "confirm": &w.confirm,
		"leave": &w.leave, "transfer": &w.transfer, "otherwise": &w.otherwise, "made": &w.made} {
		var b strings.Builder
		if err := noticeTemplates()[lang].ExecuteTemplate(&b, part, fields); err != nil {
			return w, fmt.Errorf("notice texts: %w", err)
		}
		*to = b.String()
	}
	return w, nil
}

// WriteNotice prints a notice on one page in Kazakh and Russian. Equal notices
// give equal bytes. It fails as letters do: ErrFit, a *paper.GlyphError, or a
// field that is missing; the reason names neither the person nor the number.
func WriteNotice(w io.Writer, n Notice) error {
	doc, err := n.layOut()
	if err != nil {
		return err
	}
	return doc.Write(w)
}

// CheckNotice reports why a notice could not be printed.
func CheckNotice(n Notice) error {
	_, err := n.layOut()
	return err
}

func (n Notice) layOut() (*paper.Document, error) {
	for _, f := range []struct {
		lacks bool
		name  string
	}{{n.Number == 0, "number"}, {n.Date.IsZero(), "date"}, {n.Answer.IsZero(), "last day to answer"}, {n.Organisation.BIN == 0, "BIN"},
		{n.Person == 0, "IIN"}, {n.Name.String() == "", "name"}, {n.Birth.IsZero(), "birth date"}, {n.First.IsZero(), "first day"}, {n.From.IsZero(), "first day in common"}} {
		if f.lacks {
			return nil, fmt.Errorf("the %s is missing", f.name)
		}
	}
	var words [2]noticeWording
	for lang := range words {
		var err error
		if words[lang], err = n.wording(language(lang)); err != nil {
			return nil, err
		}
	}
	t := Default()
	doc := paper.New(paper.Options{Title: fmt.Sprintf("%s / %s № %s", words[kk].title, words[ru].title, n.Outgoing()), Date: n.Date})
	doc.NewPage()
	number := paper.Set(paper.Regular(), 10, 70, paper.Left, "№ "+n.Outgoing())
	date := paper.Set(paper.Regular(), 10, width-72, paper.Right, paper.DateKK(n.Date)+" / "+paper.DateRU(n.Date))
	y := top + 3 + max(doc.Print(number, left, top+3), doc.Print(date, left+72, top+3)) + 1
	doc.Rule(left, y, right, y, 0.4, 0)
	y += 2
	const end = bottom - 8
	for size := largest; size >= smallest; size -= 0.5 {
		var halves [2]noticeHalf
		for lang := range halves {
			halves[lang] = n.set(t, language(lang), words[lang], size)
		}
		spare := end - y - halves[kk].height() - halves[ru].height() - 5
		if spare < 0 {
			continue
		}
		gap := min(spare/3, 8.0)
		y += gap / 2
		y = halves[kk].print(doc, y) + 2.5 + gap/2
		doc.Rule(left, y, right, y, 0.2, 110)
		halves[ru].print(doc, y+2.5+gap/2)
		doc.Rule(left, bottom-4, right, bottom-4, 0.1, 150)
		doc.Print(paper.Set(paper.Regular(), 7.5, width, paper.Left, words[kk].made+" / "+words[ru].made), left, bottom-3.4)
		return doc, doc.Err()
	}
	return nil, errors.Join(doc.Err(), fmt.Errorf("%w: the body of the notice", paper.ErrFit))
}

// noticeLine is a block with its place in the column and the space above it.
type noticeLine struct {
	paper.Block
	x, above float64
	beside   bool // stands beside the one before
}

// noticeHalf is one language of a notice, set in type.
type noticeHalf []noticeLine

func (n Notice) set(t *Texts, lang language, w noticeWording, size float64) (h noticeHalf) {
	regular, bold := paper.Regular(), paper.Bold()
	day := paper.DateKK
	if lang == ru {
		day = paper.DateRU
	}
	gap := size * 0.16
	put := func(x, above float64, b paper.Block) { h = append(h, noticeLine{Block: b, x: x, above: above}) }
	pair := func(label, value string) {
		put(0, 0, paper.Set(regular, size, labelWidth+8, paper.Left, label+":"))
		h = append(h, noticeLine{Block: paper.Set(bold, size, width-labelWidth-10, paper.Left, value), x: labelWidth + 10, beside: true})
	}
	put(0, 0, paper.Set(bold, size+2, width, paper.Centre, w.title))
	put(0, 0, paper.Set(bold, size, width, paper.Centre, w.subject))
	put(0, gap, paper.Block{})
	pair(t.word(lang, "label.recipient"), t.provider(n.Organisation)[lang])
	pair(t.word(lang, "label.bin"), n.Organisation.BIN.Digits())
	put(0, gap, paper.Block{})
	pair(t.word(lang, "label.name"), n.Name.String())
	pair(t.word(lang, "label.iin"), n.Person.Digits())
	pair(t.word(lang, "label.birth"), day(n.Birth))
	pair(t.word(lang, "label.first"), day(n.First))
	put(0, 2*gap, paper.Set(regular, size, width, paper.Justified, w.claim))
	put(0, 2*gap, paper.Set(bold, size, width, paper.Left, w.until+":"))
	for i, step := range []string{w.confirm, w.leave, w.transfer} {
		put(0, gap, paper.Set(regular, size, 6, paper.Left, fmt.Sprintf("%d.", i+1)))
		h = append(h, noticeLine{Block: paper.Set(regular, size, width-6, paper.Justified, step), x: 6, beside: true})
	}
	put(0, 2*gap, paper.Set(regular, size, width, paper.Justified, w.otherwise))
	return h
}

func (h noticeHalf) height() float64 { return h.walk(0, func(noticeLine, float64) {}) }

func (h noticeHalf) print(doc *paper.Document, y float64) float64 {
	return h.walk(y, func(l noticeLine, at float64) { doc.Print(l.Block, left+l.x, at) })
}

// walk passes over the lines with the height at which each stands, and gives
// where they end.
func (h noticeHalf) walk(y float64, each func(noticeLine, float64)) float64 {
	row, end := y, y
	for _, l := range h {
		if !l.beside {
			row = end + l.above
		}
		each(l, row)
		end = max(end, row+l.Height())
	}
	return end
}
