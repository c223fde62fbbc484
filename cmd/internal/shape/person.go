package shape

import (
	"osmsd/importers/intake"
	"osmsd/sync/jobs"
	"osmsd/sync/osms"
)

// Source says where a fact stands in a file.
type Source struct {
	Import int64  `json:"import"`
	File   string `json:"file"`
	Sheet  string `json:"sheet"`
	Row    int    `json:"row"`
	Cell   string `json:"cell"`
}

// Enrolment is a span of study as it was believed from one decision to another.
type Enrolment struct {
	Region     osms.Region    `json:"region"`
	BIN        osms.BIN       `json:"bin"`
	Since      osms.Date      `json:"since"`
	From       osms.Date      `json:"from"`
	Until      *osms.Date     `json:"until"`
	Ending     osms.Ending    `json:"ending"`
	Form       osms.StudyForm `json:"form"`
	Level      osms.Level     `json:"level"`
	Status     osms.Status    `json:"status"`
	Grade      string         `json:"grade"`
	Group      string         `json:"group"`
	Speciality string         `json:"speciality"`
	Name       string         `json:"name"`
	KnownFrom  int64          `json:"known_from"`
	KnownTo    *int64         `json:"known_to"`
	Source     Source         `json:"source"`
}

// Entitlement is a category for which the state pays, by months.
type Entitlement struct {
	Category  osms.Category `json:"category"`
	From      osms.Month    `json:"from"`
	To        *osms.Month   `json:"to"`
	Region    osms.Region   `json:"region"`
	BIN       osms.BIN      `json:"bin"`
	KnownFrom int64         `json:"known_from"`
	KnownTo   *int64        `json:"known_to"`
}

// PersonMonth is a person on the frozen list of a month; the amount is in tiyn.
type PersonMonth struct {
	Month    osms.Month    `json:"month"`
	Version  int           `json:"version"`
	Category osms.Category `json:"category"`
	Region   osms.Region   `json:"region"`
	BIN      osms.BIN      `json:"bin"`
	Amount   osms.Tiyn     `json:"amount_tiyn"`
}

// PersonLetter is a letter about a person.
type PersonLetter struct {
	Number string            `json:"number"`
	Date   osms.Date         `json:"date"`
	Action osms.LetterAction `json:"action"`
	BIN    osms.BIN          `json:"bin"`
	// Annulled: the import it rested on was taken back.
	Annulled bool `json:"annulled"`
}

// Payment is money that arrived for a person, in tiyn.
type Payment struct {
	Month    osms.Month  `json:"month"`
	Amount   osms.Tiyn   `json:"amount_tiyn"`
	KNP      string      `json:"knp"`
	PaidOn   osms.Date   `json:"paid_on"`
	Name     string      `json:"listed_name"`
	Region   osms.Region `json:"region"`
	State    bool        `json:"state"`
	Document Document    `json:"document"`
	Source   Source      `json:"source"`
}

// Event is what no roster says: a death, study abroad, a court decision …
type Event struct {
	Kind      osms.EventKind `json:"kind"`
	On        osms.Date      `json:"on"`
	Until     *osms.Date     `json:"until"`
	Document  string         `json:"document"`
	KnownFrom int64          `json:"known_from"`
	KnownTo   *int64         `json:"known_to"`
	Source    Source         `json:"source"`
}

// Person is what the register holds of one person.
type Person struct {
	IIN          string         `json:"iin"`
	Name         string         `json:"name"`
	Born         osms.Date      `json:"born"`
	Enrolments   []Enrolment    `json:"enrolments"`
	Entitlements []Entitlement  `json:"entitlements"`
	Months       []PersonMonth  `json:"months"`
	Payments     []Payment      `json:"payments"`
	Letters      []PersonLetter `json:"letters"`
	Events       []Event        `json:"events"`
	// Lines are those of the reconciliation on which the person stands; [] unless
	// they were asked for.
	Lines []PersonLine `json:"lines"`
}

// PersonLine is a line of a reconciliation on which a person stands; the amount is in
// tiyn.
type PersonLine struct {
	Month  osms.Month      `json:"month"`
	Region osms.Region     `json:"region"`
	Kind   osms.BridgeKind `json:"kind"`
	Amount osms.Tiyn       `json:"amount_tiyn"`
	Other  osms.Month      `json:"other_month"`
}

func orNil(sequence int64) *int64 {
	if sequence == 0 {
		return nil
	}
	return &sequence
}

// PersonOf shows a person, without lines of reconciliations.
func PersonOf(p jobs.Person) Person {
	out := Person{IIN: p.Person.Digits(), Name: p.Name.String(), Born: p.Born, Enrolments: []Enrolment{},
		Entitlements: []Entitlement{}, Months: []PersonMonth{}, Payments: []Payment{}, Letters: []PersonLetter{}, Events: []Event{}, Lines: []PersonLine{}}
	for _, f := range p.Facts {
		e := Enrolment{Region: f.Region, BIN: f.BIN, Since: f.First, From: f.From, Ending: f.Ending, Form: f.Facts.Form,
			Level: f.Facts.Level, Status: f.Facts.Status, Grade: f.Facts.Grade, Group: f.Facts.Group, Speciality: f.Facts.Speciality,
			Name: f.Name.String(), KnownFrom: f.KnownFrom, KnownTo: orNil(f.KnownUntil),
			Source: Source{f.Source.Import, intake.Shown(f.Source.File), intake.Shown(f.Source.Sheet), f.Source.Row, f.Source.Cell}}
		if f.Until != osms.Forever {
			e.Until = &f.Until
		}
		out.Enrolments = append(out.Enrolments, e)
	}
	for _, t := range p.Entitlements {
		e := Entitlement{Category: t.Category, From: t.From, Region: t.Region, BIN: t.BIN, KnownFrom: t.KnownFrom, KnownTo: orNil(t.KnownUntil)}
		if t.To != osms.EndlessMonth {
			e.To = &t.To
		}
		out.Entitlements = append(out.Entitlements, e)
	}
	for _, m := range p.Months {
		out.Months = append(out.Months, PersonMonth{m.Month, m.Version, m.Category, m.Region, m.BIN, m.Amount})
	}
	for _, x := range p.Payments {
		d := x.Document
		out.Payments = append(out.Payments, Payment{x.Month, x.Amount, x.KNP, x.PaidOn, intake.Shown(x.Listed), x.Region, x.State,
			Document{d.Format, intake.Shown(d.Reference), intake.Shown(d.Number), d.Dated, intake.Shown(d.Payer), d.PayerID},
			Source{Import: x.Source.Import, File: intake.Shown(x.Source.File), Sheet: intake.Shown(x.Source.Sheet), Row: x.Source.Row}})
	}
	for _, l := range p.Letters {
		out.Letters = append(out.Letters, PersonLetter{l.Outgoing(), l.Dated, l.Action, l.BIN, l.Annulled != 0})
	}
	for _, x := range p.Events {
		e := Event{Kind: x.Kind, On: x.On, Document: intake.Shown(x.Document), KnownFrom: x.KnownFrom, KnownTo: orNil(x.KnownUntil),
			Source: Source{x.Source.Import, intake.Shown(x.Source.File), intake.Shown(x.Source.Sheet), x.Source.Row, x.Source.Cell}}
		if x.Until != osms.Forever {
			e.Until = &x.Until
		}
		out.Events = append(out.Events, e)
	}
	return out
}

// PersonLineOf shows a line of a reconciliation on which a person stands.
func PersonLineOf(l jobs.PersonLine) PersonLine {
	return PersonLine{l.Month, l.Region, l.Kind, l.Amount, l.Other}
}
