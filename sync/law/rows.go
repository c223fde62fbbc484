package law

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"osmsd/sync/osms"
)

// columns are the files, and the columns of each between since, until, official
// and source, note.
var columns = map[string][]string{
	"acts.csv":      {"id", "number", "dated", "registered", "kk", "ru", "what"},
	"services.csv":  {"code", "kk", "ru", "aliases", "term_kk", "term_ru"},
	"steps.csv":     {"code", "number", "who", "minutes", "kk", "ru", "produces_kk", "produces_ru"},
	"terms.csv":     {"code", "amount", "unit", "counted", "nearly_percent"},
	"grounds.csv":   {"number", "kk", "ru"},
	"forms.csv":     {"code", "annex", "kk", "ru"},
	"documents.csv": {"code", "kk", "ru", "valid_days"},
	"basis.csv":     {"category", "kk", "ru"},
}

var (
	stepCodes  = []string{string(osms.StepAccept), string(osms.StepResolve), string(osms.StepCheck), string(osms.StepSign), string(osms.StepIssue)}
	termCodes  = []string{"usual", "elsewhere", "automatic"}
	lackCodes  = []string{string(osms.LacksForm), string(osms.LacksIdentity), string(osms.LacksStudy)}
	categories = []osms.Category{osms.Child, osms.Learner} // the grounds that letters are written on
)

func formCodes() []string {
	codes := []string{FormStatement, FormStatementRefusal}
	for _, k := range osms.LetterKinds {
		codes = append(codes, string(k))
	}
	return codes
}

// cells are a row by the names of its columns, and what is wrong with it.
type cells struct {
	names, row []string
	faults     []error
}

func (c *cells) cell(name string) string {
	return strings.TrimSpace(c.row[slices.Index(c.names, name)])
}

func (c *cells) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf(format, args...))
}

// text is a cell that must not be empty.
func (c *cells) text(name string) string {
	s := c.cell(name)
	if s == "" {
		c.fault("%s is empty", name)
	}
	return s
}

// one is a cell with one of the known words.
func (c *cells) one(name string, known ...string) string {
	s := c.cell(name)
	if !slices.Contains(known, s) {
		c.fault("%s is %q: it must be one of %s", name, s, strings.Join(known, ", "))
	}
	return s
}

// number is a cell with a whole number of a range.
func (c *cells) number(name string, least, most int) int {
	n, err := strconv.Atoi(c.cell(name))
	if err != nil || n < least || n > most {
		c.fault("%s is %q: it must be a number from %d to %d", name, c.cell(name), least, most)
	}
	return n
}

func (c *cells) date(name string) osms.Date {
	d, err := osms.ParseDate(c.cell(name))
	if err != nil {
		c.fault("%s: %w", name, err)
	}
	return d
}

func (c *cells) standing() Standing {
	s := Standing{Until: osms.Forever, Source: c.cell("source"), Note: c.cell("note"),
		Official: Official(c.one("official", string(OfficialBoth), string(OfficialKK), string(OfficialRU), string(Ours)))}
	if c.cell("since") != "" {
		s.Since = c.date("since")
	} else if s.Note == "" {
		c.fault("a row without a first day says in its note why")
	}
	if c.cell("until") != "" {
		s.Until = c.date("until")
	}
	if s.Until < s.Since {
		c.fault("until %s lies before since %s", s.Until, s.Since)
	}
	return s
}

func act(s Standing, c *cells) ([]string, Act) {
	a := Act{Standing: s, ID: c.text("id"), Number: c.text("number"), Dated: c.date("dated"), Registered: c.cell("registered"),
		KK: c.text("kk"), RU: c.text("ru"), What: c.cell("what")}
	return []string{a.ID}, a
}

func service(s Standing, c *cells) ([]string, Service) {
	v := Service{Standing: s, Code: c.one("code", "A", "B"), KK: c.text("kk"), RU: c.text("ru"), TermKK: c.text("term_kk"), TermRU: c.text("term_ru")}
	for alias := range strings.SplitSeq(c.cell("aliases"), "|") {
		if alias = strings.TrimSpace(alias); alias != "" {
			v.Aliases = append(v.Aliases, alias)
		}
	}
	return []string{v.Code}, v
}

func step(s Standing, c *cells) ([]string, Step) {
	code := c.one("code", stepCodes...)
	number := c.number("number", 1, len(stepCodes))
	if slices.Index(stepCodes, code)+1 != number {
		c.fault("step %s is not number %d", code, number)
	}
	return []string{code}, Step{Standing: s, Step: osms.CaseStep(code), Number: number,
		By: Role(c.one("who", string(Office), string(Head), string(Executor))), Minutes: c.number("minutes", 1, 100_000),
		KK: c.text("kk"), RU: c.text("ru"), ProducesKK: c.text("produces_kk"), ProducesRU: c.text("produces_ru")}
}

func term(s Standing, c *cells) ([]string, Term) {
	code := c.one("code", termCodes...)
	t := Term{Standing: s, Amount: c.number("amount", 1, 1000), Unit: Unit(c.one("unit", string(WorkingDays), string(Minutes))),
		Counted: Counted(c.one("counted", string(AfterDay), string(FromMoment))), NearlyPercent: c.number("nearly_percent", 0, 100)}
	if want := code != "automatic"; want != (t.Unit == WorkingDays) {
		c.fault("the term %s cannot be in %s", code, t.Unit)
	}
	if t.Unit == Minutes && t.Counted != FromMoment {
		c.fault("minutes are counted %s", FromMoment)
	}
	return []string{code}, t
}

func ground(s Standing, c *cells) ([]string, Ground) {
	n := c.number("number", int(osms.GroundUnreliable), int(osms.GroundNoConsent))
	return []string{strconv.Itoa(n)}, Ground{Standing: s, Ground: osms.Ground(n), KK: c.text("kk"), RU: c.text("ru")}
}

func form(s Standing, c *cells) ([]string, Form) {
	f := Form{Standing: s, Code: c.one("code", formCodes()...), Annex: c.cell("annex"), KK: c.text("kk"), RU: c.text("ru")}
	return []string{f.Code}, f
}

func document(s Standing, c *cells) ([]string, Document) {
	d := Document{Standing: s, Lack: osms.Lack(c.one("code", lackCodes...)), KK: c.text("kk"), RU: c.text("ru")}
	if c.cell("valid_days") != "" {
		d.ValidDays = c.number("valid_days", 1, 36_600)
	}
	return []string{string(d.Lack)}, d
}

func legalBasis(s Standing, c *cells) ([]string, basis) {
	b := basis{Standing: s, category: osms.Category(c.one("category", "", string(osms.Child), string(osms.Learner))),
		text: osms.LegalBasis{KK: c.text("kk"), RU: c.text("ru"), Ours: s.Official == Ours}}
	if b.category != "" {
		return []string{string(b.category)}, b
	}
	return []string{string(osms.Child), string(osms.Learner)}, b
}
