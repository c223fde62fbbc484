package receipt

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"osmsd/sync/osms"
)

const (
	receiptWidth = 80
	// mostListed bounds the faults that a receipt lists; the JSON beside it has
	// them all.
	mostListed = 500
	mostHolds  = 100
)

// Text is the receipt of a file for the people who dropped it: its number, what
// came and what became of it, how it was read, where its rows went, every fault
// with its cell and cure, what is wrong again, and what to do next. Times are
// shown in the zone. It says all of it twice, in Kazakh and
// then in Russian, as UTF-8 with a byte order mark and CRLF, which every editor
// of Windows shows right.
//
// IINs and names in values and in the file's name are masked. At most 500
// faults are listed, refusals before warnings.
func Text(r osms.FileReport, zone *time.Location) string {
	var b strings.Builder
	for i, lang := range []string{"kk", "ru"} {
		if i > 0 {
			b.WriteString("\n\n")
		}
		(&receipt{&b, r, zone, lang}).write()
	}
	return "\uFEFF" + strings.ReplaceAll(b.String(), "\n", "\r\n")
}

// receipt writes one language.
type receipt struct {
	b    *strings.Builder
	r    osms.FileReport
	zone *time.Location
	lang string
}

func (t *receipt) write() {
	t.head(receiptTitle, '=')
	t.about()
	if t.r.Error != nil {
		t.head(errorTitle, '-')
		t.say("", t.r.Error.Message(t.lang))
	}
	if len(t.r.Holds) > 0 {
		t.head(holdsTitle, '-')
		for _, h := range t.r.Holds[:min(len(t.r.Holds), mostHolds)] {
			t.say("– ", h.Message(t.lang))
		}
		if more := len(t.r.Holds) - mostHolds; more > 0 {
			t.say("", fmt.Sprintf(moreHolds.in(t.lang), more))
		}
	}
	switch {
	case t.r.Format == "zip":
		t.members()
	case t.r.Error == nil && t.r.Outcome != osms.Waiting:
		t.rows()
	}
	t.faults()
	if len(t.r.Repeated) > 0 {
		t.head(repeatedTitle, '-')
		for _, x := range t.r.Repeated {
			t.say("– ", again(x, t.zone).in(t.lang))
		}
	}
	t.head(nextTitle, '-')
	for _, s := range advice(t.r) {
		t.say("", s.in(t.lang))
	}
}

// head begins a block.
func (t *receipt) head(title label, rule rune) {
	if rule == '-' {
		t.b.WriteByte('\n')
	}
	s := title.in(t.lang)
	t.b.WriteString(s + "\n" + strings.Repeat(string(rule), utf8.RuneCountInString(s)) + "\n")
}

// say writes a paragraph behind a bullet.
func (t *receipt) say(bullet, s string) {
	for i, line := range wrapped(osms.Escaped(s, unicode.IsGraphic), receiptWidth-utf8.RuneCountInString(bullet)) {
		if i > 0 {
			bullet = strings.Repeat(" ", utf8.RuneCountInString(bullet))
		}
		t.b.WriteString(bullet + line + "\n")
	}
}

const labelWidth = 16

// field writes a label and what stands behind it; nothing without a value.
func (t *receipt) field(l label, value string) {
	if value != "" {
		name := l.in(t.lang) + ":"
		t.say(name+strings.Repeat(" ", max(1, labelWidth-utf8.RuneCountInString(name))), value)
	}
}

// about says what came, what became of it and how it was read.
func (t *receipt) about() {
	for _, f := range facts(t.r, t.zone) {
		t.field(f.label, f.value.in(t.lang))
	}
}

// rows shows that every row that was read is accounted for.
func (t *receipt) rows() {
	t.head(rowsTitle, '-')
	count := func(sign string, l label, n int) {
		name := sign + l.in(t.lang)
		fmt.Fprintf(t.b, "%s %s %9d\n", name, strings.Repeat(".", max(3, 54-utf8.RuneCountInString(name))), n)
	}
	sum, beside := sums(t.r)
	for i, c := range sum {
		count([]string{"", "  = ", "  + "}[min(i, 2)], c.label, c.n)
	}
	if !conserved(t.r) {
		t.say("", notConserved.in(t.lang))
	}
	t.b.WriteByte('\n')
	for _, c := range beside {
		count("", c.label, c.n)
	}
	if t.r.Outcome == osms.Held && !t.r.OfMoney() {
		t.say("", heldRows.in(t.lang))
	}
}

// faults lists refusals and then warnings, so that a file with many warnings
// does not hide what was refused.
func (t *receipt) faults() {
	refused, warnings := bySeverity(t.r.Refusals)
	left := mostListed
	list := func(title label, faults []osms.Refusal, write func([]osms.Refusal)) {
		if len(faults) == 0 {
			return
		}
		t.head(title, '-')
		write(faults[:min(left, len(faults))])
		if more := len(faults) - left; more > 0 {
			t.say("", fmt.Sprintf(moreFaults.in(t.lang), more))
		}
		left = max(0, left-len(faults))
	}
	list(refusalsTitle.with(t.r.Refused, len(refused)), refused, t.refusals)
	list(warningsTitle.with(len(warnings)), warnings, t.warnings)
	if t.r.Unlisted > 0 {
		t.b.WriteByte('\n')
		t.say("", fmt.Sprintf(unlisted.in(t.lang), t.r.Unlisted))
	}
}

// refusals writes each refusal with its own cure.
func (t *receipt) refusals(faults []osms.Refusal) {
	for i, x := range faults {
		bullet := strconv.Itoa(i+1) + ") "
		t.say(bullet, t.where(x)+"  ["+string(x.Code)+"]")
		t.say(strings.Repeat(" ", len(bullet)), x.Message(t.lang))
	}
}

// warnings writes each sentence once with all its cells: a file that lost the
// zeros of a thousand IINs has one thing to be said of it.
func (t *receipt) warnings(faults []osms.Refusal) {
	type group struct {
		code  osms.Code
		cells []string
	}
	groups, order := map[string]*group{}, []string{}
	for _, x := range faults {
		said := x.Message(t.lang)
		if groups[said] == nil {
			groups[said], order = &group{code: x.Code}, append(order, said)
		}
		groups[said].cells = append(groups[said].cells, t.where(x))
	}
	for i, said := range order {
		bullet := strconv.Itoa(i+1) + ") "
		t.say(bullet, said+" ["+string(groups[said].code)+"]")
		t.say(strings.Repeat(" ", len(bullet)), strings.Join(groups[said].cells, "; "))
	}
}

// where is a fault's cell and what stood in it, masked.
func (t *receipt) where(x osms.Refusal) string {
	value := emptyValue.in(t.lang)
	if v := x.Masked(); v != "" {
		value = "«" + shown(v) + "»"
	}
	return osms.Shown(address(x)) + " " + value
}

// address is the cell as a spreadsheet names it, "Лист1!D17"; a CSV has no
// sheet.
func address(x osms.Refusal) string {
	if x.Sheet == "" {
		return x.Cell
	}
	return x.Sheet + "!" + x.Cell
}

// wrapped breaks a text between words into lines of at most width characters; a
// longer word stands on a line of its own.
func wrapped(s string, width int) []string {
	var lines []string
	line, n := "", 0
	for word := range strings.SplitSeq(s, " ") {
		w := utf8.RuneCountInString(word)
		switch {
		case line == "":
			line, n = word, w
		case n+1+w > width:
			lines, line, n = append(lines, line), word, w
		default:
			line, n = line+" "+word, n+1+w
		}
	}
	return append(lines, line)
}
