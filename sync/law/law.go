// Package law has the legal texts as dated data: the acts, the terms and steps
// of service A, the grounds for refusing a service, the titles of services and
// forms, in Kazakh and Russian, each from a day to a day. What is official and
// what is this program's own wording is marked. A case takes the rule of its
// date; a new act is a new row, not a new program.
//
// Service A is «Міндетті әлеуметтік медициналық сақтандыруға жарналарын мемлекет
// төлейтін жеке тұлғалар туралы деректерді өзектендіру» (regulation of East
// Kazakhstan's akimat No 181 of 18 June 2018, repealed by resolution No 69 of 10
// March 2020). Service B is the information on participation and transferred
// sums (order of the Minister of Health No ҚР ДСМ-26/2020 of 2 April 2020 as
// amended by No ҚР ДСМ-124 of 1 November 2022).
//
// The data are the files of data/. Every row holds from its day since to its day
// until, both included; an empty until has no end, and an empty since means that
// the first day is not known, which the note must then say. Where an act came
// into force on a day that was not found, its own date stands for it, and the
// note says that too.
package law

import (
	"slices"

	"osmsd/sync/osms"
)

// Official says in which languages the wording of a row is the act's own, and
// the act in force; the rest is this program's.
type Official string

const (
	OfficialBoth Official = "yes"
	OfficialKK   Official = "kk" // the Russian is our translation
	OfficialRU   Official = "ru" // the Kazakh is our translation
	Ours         Official = "no"
)

// Standing is how far a row can be relied on: its days, whose wording it is,
// where it stands in the act, and what is not known of it.
type Standing struct {
	Since, Until osms.Date // Since zero: not known; Until Forever: no end
	Official     Official
	Source, Note string
}

// Role is who does a step: one of the three units of clause 7 of the regulation.
type Role string

const (
	Office   Role = "office"   // кеңсе, канцелярия
	Head     Role = "head"     // басшы, руководитель
	Executor Role = "executor" // орындаушы, исполнитель
)

// Act is an act that the rules rest on.
type Act struct {
	Standing
	ID, Number string
	Dated      osms.Date
	Registered string // number in the register of normative acts; "" if unknown
	KK, RU     string
	What       string // what it is for, in English, for the settings page
}

// Service is a public service by its code, A or B.
type Service struct {
	Standing
	Code           string
	KK, RU         string
	Aliases        []string // other names that the act itself uses
	TermKK, TermRU string   // the term in words
}

// Step is one of the five steps of clause 5 of the regulation.
type Step struct {
	Standing
	Step                   osms.CaseStep
	Number                 int
	By                     Role
	Minutes                int // of working time
	KK, RU                 string
	ProducesKK, ProducesRU string // clause 6
}

// Unit is what a term is measured in.
type Unit string

const (
	WorkingDays Unit = "working_days"
	Minutes     Unit = "minutes" // by the clock
)

// Counted says where a term ends.
type Counted string

const (
	// AfterDay: with the working hours of the n-th working day after the day on
	// which it counts as received (a decision).
	AfterDay Counted = "after_day"
	// FromMoment: when so many working days' worth of working time, or so many
	// minutes by the clock, have gone by since the moment of receipt.
	FromMoment Counted = "from_moment"
)

// Term is how long a service may take.
type Term struct {
	Standing
	Amount  int
	Unit    Unit
	Counted Counted
	// NearlyPercent: with at most this share of the term left a case is nearly late.
	NearlyPercent int
}

// Ground is one of the grounds for refusing a service, in the act's words.
type Ground struct {
	Standing
	Ground osms.Ground
	KK, RU string
}

// Form is the title of a document: a letter of one of the kinds of osms, a
// statement, a refusal to give one.
type Form struct {
	Standing
	Code   string
	Annex  string // of the Standard; "" for none
	KK, RU string
}

// FormStatement and FormStatementRefusal are the documents of service B; those of
// service A have the codes of osms.LetterKinds.
const (
	FormStatement        = "statement"
	FormStatementRefusal = "statement_refusal"
)

// Document is one of the package that a person hands in; Lack is the lack of it.
type Document struct {
	Standing
	Lack      osms.Lack
	KK, RU    string
	ValidDays int // for so many days from its date; 0: no such limit
}

// Rule is what holds on a day. A service without an act on that day is zero.
type Rule struct {
	Date    osms.Date
	Version string
	Acts    []Act
	A, B    Service
	Steps   []Step // in order
	// Usual is the term of service A, Elsewhere the term when the person applies to
	// an organisation where they did not study or did not finish, Automatic the
	// term of service B.
	Usual, Elsewhere, Automatic Term
	Grounds                     []Ground // in order
	Forms                       []Form
	Documents                   []Document
	bases                       []basis
}

// basis is the act that a letter names for a category; "" for every category.
type basis struct {
	Standing
	category osms.Category
	text     osms.LegalBasis
}

// At gives the rule of a day.
func (t *Texts) At(date osms.Date) Rule {
	r := Rule{Date: date, Version: t.version, Acts: on(t.acts, date), Steps: on(t.steps, date), Grounds: on(t.grounds, date),
		Forms: on(t.forms, date), Documents: on(t.documents, date), bases: on(t.bases, date)}
	for _, s := range on(t.services, date) {
		if s.Code == "A" {
			r.A = s
		} else {
			r.B = s
		}
	}
	for _, d := range t.terms {
		if !d.holds(date) {
			continue
		}
		switch d.keys[0] {
		case "usual":
			r.Usual = d.value
		case "elsewhere":
			r.Elsewhere = d.value
		case "automatic":
			r.Automatic = d.value
		}
	}
	slices.SortFunc(r.Steps, func(a, b Step) int { return a.Number - b.Number })
	slices.SortFunc(r.Grounds, func(a, b Ground) int { return int(a.Ground - b.Ground) })
	return r
}

// Step is the step as the rule has it; false for what is none of the five.
func (r Rule) Step(s osms.CaseStep) (Step, bool) {
	i := slices.IndexFunc(r.Steps, func(x Step) bool { return x.Step == s })
	if i < 0 {
		return Step{}, false
	}
	return r.Steps[i], true
}

// Ground is a ground as it is worded; false for one that the act of the day does
// not have.
func (r Rule) Ground(g osms.Ground) (Ground, bool) {
	i := slices.IndexFunc(r.Grounds, func(x Ground) bool { return x.Ground == g })
	if i < 0 {
		return Ground{}, false
	}
	return r.Grounds[i], true
}

// Form is the title of a document by its code; zero for an unknown one.
func (r Rule) Form(code string) Form {
	i := slices.IndexFunc(r.Forms, func(x Form) bool { return x.Code == code })
	if i < 0 {
		return Form{}
	}
	return r.Forms[i]
}

// Document is a document of the package; false for one that is not asked for.
func (r Rule) Document(l osms.Lack) (Document, bool) {
	i := slices.IndexFunc(r.Documents, func(x Document) bool { return x.Lack == l })
	if i < 0 {
		return Document{}, false
	}
	return r.Documents[i], true
}

// Basis is the act that a letter names for a category of Art. 26 of law No 405-V;
// zero for a category that has none.
func (r Rule) Basis(category osms.Category) osms.LegalBasis {
	return basisOf(r.bases, category)
}

func basisOf(list []basis, category osms.Category) osms.LegalBasis {
	for _, b := range list {
		if slices.Contains(categories, category) && (b.category == "" || b.category == category) {
			return b.text
		}
	}
	return osms.LegalBasis{}
}

// Basis is the act that a letter of a day names for a category of Art. 26, as
// Rule.Basis.
func (t *Texts) Basis(date osms.Date, category osms.Category) osms.LegalBasis {
	return basisOf(on(t.bases, date), category)
}

// Basis is Texts.Basis by the program's own texts. Until 10 March 2020 that is
// regulation No 181 on Standard No 6; after that it is law No 405-V, in our
// wording: Art. 26(1)(1) for a child, Art. 26(1)(13) for a learner.
func Basis(date osms.Date, category osms.Category) osms.LegalBasis {
	return Default().Basis(date, category)
}
