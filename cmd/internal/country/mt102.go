package country

import (
	"fmt"
	"strings"

	"osmsd/sync/osms"
)

// messages writes lists as MT102, one message a list.
type messages struct {
	out  *csvWriter
	form *listForm
	warn func(Refusal) error
	n    int
	line int // lines written
}

func (w *messages) close() error { return w.out.close() }

func (w *messages) paper(p *paper) error {
	w.n++
	lines := []string{
		fmt.Sprintf("{1:F01K059140000000%010d}", w.n),
		fmt.Sprintf("{2:I102SCLEAR000000U3%03d}", w.n%1000),
		"{4:",
		":20:" + p.reference,
	}
	lines = append(lines, w.party(":50:/D/", p.payer)...)
	lines = append(lines, ":52B:"+p.payer.bank, ":57B:"+fund.bank)
	lines = append(lines, w.party(":59:", w.payee(p))...)
	lines = append(lines, w.tags(
		"/NUM/"+fmt.Sprint(p.number), "/DATE/"+p.dated.String()[2:4]+p.dated.String()[5:7]+p.dated.String()[8:], "/SEND/07", "/VO/01",
		"/KNP/"+p.knp, "/PSO/01", "/PRT/50", "/PERIOD/"+period(p.month))...)
	lines = append(lines, w.fold(w.tag("/ASSIGN/")+p.purpose())...)
	var sum osms.Tiyn
	for i := range p.items {
		t := &p.items[i]
		sum += t.amount
		at := w.line + len(lines) + 1
		lines = append(lines, fmt.Sprintf(":21:%d", i+1), ":32B:KZT"+comma(t.amount))
		father := t.name.Patronymic
		if father == "" && i%2 == 0 {
			father = "-"
		}
		born := strings.ReplaceAll(t.birth.String(), "-", "")
		if uint64(t.birth+osms.Date(i))%211 == 0 {
			born = "00000000" // such do occur
			if err := w.warn(Refusal{Row: at, Field: "birth_date", Code: osms.DateUnreadable, Value: born}); err != nil {
				return err
			}
		}
		if t.fault != "" {
			if err := w.warn(Refusal{Row: at, Field: "iin", Code: t.fault, Value: t.given}); err != nil {
				return err
			}
		}
		lines = append(lines, w.tags("/FM/"+t.name.Surname, "/NM/"+t.name.Given, "/FT/"+father, "/DT/"+born, "/IDN/"+t.digits(), "/PERIOD/"+period(t.month))...)
	}
	day := p.dated.String()
	lines = append(lines, ":32A:"+day[2:4]+day[5:7]+day[8:]+"KZT"+comma(sum), "-}")
	w.line += len(lines)
	return put(w.out, lines...)
}

func (w *messages) payee(p *paper) party {
	if p.returned() {
		return statePayer
	}
	return fund
}

func (w *messages) party(head string, x party) []string {
	return []string{head + x.account, w.tag("/NAME/") + x.name, w.tag("/IDN/") + x.bin, w.tag("/IRS/") + x.resides, w.tag("/SECO/") + x.sector}
}

func (w *messages) tag(s string) string {
	if w.form.double {
		return "/" + s
	}
	return s
}

// tags is a :70: with a tag a line.
func (w *messages) tags(tags ...string) []string {
	for i := range tags {
		tags[i] = w.tag(tags[i])
	}
	tags[0] = ":70:" + tags[0]
	return tags
}

// fold parts a long text at spaces, which stay at the ends of the lines.
func (w *messages) fold(s string) []string {
	if !w.form.folded {
		return []string{s}
	}
	return folded(s, 60)
}

func folded(s string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.SplitAfterSeq(s, " ") {
		if len([]rune(line+word)) > width && line != "" {
			lines = append(lines, line)
			line = ""
		}
		line += word
	}
	return append(lines, line)
}

func period(m osms.Month) string { return fmt.Sprintf("%02d%04d", m.MonthNum(), m.Year()) }

func comma(a osms.Tiyn) string { return strings.Replace(a.String(), ".", ",", 1) }
