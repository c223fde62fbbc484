package main

import (
	"bytes"
	"encoding/json"
	"io"

	"osmsd/cmd/internal/shape"
	"osmsd/exporters/workbook"
	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

// The rows of the answers, one type for each question.

type auditPersonJSON struct {
	Finding int         `json:"finding"`
	IIN     string      `json:"iin"`
	Name    string      `json:"name"`
	Birth   osms.Date   `json:"birth"`
	Region  osms.Region `json:"region"`
	BIN     osms.BIN    `json:"bin"`
}

type auditSourceJSON struct {
	Known  osms.Date `json:"known"`
	Import int64     `json:"import"`
	File   string    `json:"file"`
}

type auditNameJSON struct {
	auditPersonJSON
	When   string    `json:"when"`
	Ceased osms.Date `json:"ceased"`
	auditSourceJSON
}

type auditRegionJSON struct {
	auditPersonJSON
	From  osms.Date  `json:"from"`
	Until *osms.Date `json:"until"`
	How   string     `json:"how"`
	Due   bool       `json:"due"`
	auditSourceJSON
}

type auditAgeJSON struct {
	auditPersonJSON
	Age      int           `json:"age"`
	Kind     string        `json:"kind"`
	Category osms.Category `json:"category"`
	Level    osms.Level    `json:"level"`
	auditSourceJSON
}

type auditDepartedJSON struct {
	auditPersonJSON
	Category osms.Category `json:"category"`
	Until    osms.Date     `json:"until"`
	Ending   string        `json:"ending"`
	Amount   osms.Tiyn     `json:"amount_tiyn"`
	auditSourceJSON
}

type auditFileJSON struct {
	Decision int64       `json:"decision"`
	Kind     string      `json:"kind"`
	Region   osms.Region `json:"region"`
	Received string      `json:"received"`
	Persons  int         `json:"persons"`
	Joined   int         `json:"joined"`
	Left     int         `json:"left"`
	Amount   osms.Tiyn   `json:"amount_tiyn"`
	auditSourceJSON
}

type auditEnrolmentJSON struct {
	auditPersonJSON
	From osms.Date `json:"from"`
	Days int       `json:"days"`
	auditSourceJSON
}

type auditMissingJSON struct {
	Region      osms.Region `json:"region"`
	BIN         osms.BIN    `json:"bin"`
	NameKK      string      `json:"name_kk"`
	NameRU      string      `json:"name_ru"`
	Provisional bool        `json:"provisional"`
	State       string      `json:"state"`
	Reason      string      `json:"reason"`
	Persons     int         `json:"persons"`
	DaysOverdue int         `json:"days_overdue"`
}

type auditProvisionalJSON struct {
	Region      osms.Region `json:"region"`
	BIN         osms.BIN    `json:"bin"`
	NameKK      string      `json:"name_kk"`
	NameRU      string      `json:"name_ru"`
	Provisional bool        `json:"provisional"`
	Persons     int         `json:"persons"`
	Amount      osms.Tiyn   `json:"amount_tiyn"`
}

type auditDecisionJSON struct {
	Decision int64     `json:"decision"`
	At       string    `json:"at"`
	Kind     string    `json:"kind"`
	Run      int64     `json:"run"`
	Trigger  string    `json:"trigger"`
	Reason   string    `json:"reason"`
	Number   int64     `json:"number"`
	Persons  int       `json:"persons"`
	Amount   osms.Tiyn `json:"amount_tiyn"`
	Import   int64     `json:"import"`
	File     string    `json:"file"`
	IIN      string    `json:"iin"`
	Keep     osms.BIN  `json:"keep"`
}

type auditOverlapJSON struct {
	auditPersonJSON
	Number      int64       `json:"number"`
	OtherRegion osms.Region `json:"other_region"`
	OtherBIN    osms.BIN    `json:"other_bin"`
	From        osms.Date   `json:"from"`
	Until       *osms.Date  `json:"until"`
	State       string      `json:"state"`
	DueTo       osms.BIN    `json:"due_to"`
	Known       osms.Date   `json:"known"`
	Settled     osms.Date   `json:"settled"`
	Reason      string      `json:"reason"`
}

// shownAudit gives a row the shape of its question.
func shownAudit(q osms.AuditQuestion, r osms.AuditRow) any {
	person := auditPersonJSON{r.Finding, "", r.Name.String(), r.Birth, r.Region, r.BIN}
	if r.Person != 0 {
		person.IIN = r.Person.Digits()
	}
	source := auditSourceJSON{r.Learnt.Day, r.Learnt.Source, intake.Shown(r.Learnt.File)}
	until := &r.Until
	if r.Until == osms.Forever {
		until = nil
	}
	payment := shownPayment(r, source)
	listed, given := shownListed(r)
	switch q {
	case osms.AuditPaidDeparted:
		return auditPaidDepartedJSON{person, given, listed, r.Kind, r.Until, r.Due, payment}
	case osms.AuditPaidNames:
		return auditPaidNameJSON{person, listed, payment}
	case osms.AuditPaidByOthers:
		return auditPaidByOtherJSON{person, listed, r.Category, r.Kind, payment}
	case osms.AuditUntimely, osms.AuditIncomplete:
		return auditDocumentJSON{r.Finding, r.Kind, r.Days, r.Region, r.Persons, payment}
	case osms.AuditNames:
		return auditNameJSON{person, r.Kind, r.Unlearnt.Day, source}
	case osms.AuditRegions:
		return auditRegionJSON{person, r.From, until, r.Kind, r.Due, source}
	case osms.AuditAges:
		return auditAgeJSON{person, r.Age, r.Kind, r.Category, r.Level, source}
	case osms.AuditDeparted:
		return auditDepartedJSON{person, r.Category, r.Until, r.Kind, r.Amount, source}
	case osms.AuditLateFiles:
		return auditFileJSON{r.Learnt.Sequence, r.Kind, r.Region, shape.Moment(r.At), r.Persons, r.Joined, r.Left, r.Amount, source}
	case osms.AuditLateEnrolments:
		return auditEnrolmentJSON{person, r.From, r.Days, source}
	case osms.AuditMissing:
		return auditMissingJSON{r.Region, r.BIN, r.NameKK, r.NameRU, r.Provisional, r.Kind, r.Reason, r.Persons, r.Days}
	case osms.AuditProvisional:
		return auditProvisionalJSON{r.Region, r.BIN, r.NameKK, r.NameRU, r.Provisional, r.Persons, r.Amount}
	case osms.AuditDecisions:
		return auditDecisionJSON{r.Learnt.Sequence, shape.Moment(r.At), r.Kind, r.Run, r.Trigger, r.Reason, r.Number, r.Persons, r.Amount,
			r.Learnt.Source, intake.Shown(r.Learnt.File), person.IIN, r.DueTo}
	case osms.AuditOverlaps:
		return auditOverlapJSON{person, r.Number, r.OtherRegion, r.OtherBIN, r.From, until, r.Kind, r.DueTo, r.Learnt.Day, r.Unlearnt.Day, r.Reason}
	}
	return person // two IINs for one name
}

type auditHeadJSON struct {
	Month         osms.Month  `json:"month"`
	Region        osms.Region `json:"region"`
	Sequence      int64       `json:"sequence"`
	FreezeVersion int         `json:"freeze_version"`
	FirstFreeze   int64       `json:"first_freeze_sequence"`
	Freeze        int64       `json:"freeze_sequence"`
	Percent       osms.Rate   `json:"rate_percent"`
	Base          osms.Tiyn   `json:"base_tiyn"`
	PerPerson     osms.Tiyn   `json:"per_person_tiyn"`
	Rates         int64       `json:"rates_decision"`
	Rules         int64       `json:"rules_decision"`
	Due           osms.Date   `json:"due"`
}

type auditQuestionJSON struct {
	Number   int                `json:"number"`
	Question osms.AuditQuestion `json:"question"`
	Title    string             `json:"title"`
	Method   string             `json:"method"`
	Found    int                `json:"found"`
}

// printAudit writes one document, row by row: an object of the head, and the
// questions, each with its rows.
func (a *app) printAudit(w io.Writer, audit osms.Audit, each osms.EachAuditRow) error {
	p := &jsonStream{w: w}
	p.open(auditHeadJSON{audit.Month, audit.Region, audit.Sequence, audit.FreezeVersion, audit.FirstFreeze, audit.FreezeSequence,
		audit.Rate.Percent, audit.Rate.Base, audit.Rate.PerPerson(), audit.Rates, audit.Rules, audit.Due}, "questions")
	for i, answer := range audit.Answers {
		title, method := workbook.AuditQuestion(answer.Question, a.language())
		p.item()
		p.open(auditQuestionJSON{i + 1, answer.Question, title, method, answer.Found}, "rows")
		err := each(answer.Question, func(r osms.AuditRow) error {
			p.item()
			p.value(shownAudit(answer.Question, r))
			return p.err
		})
		if err != nil {
			return err
		}
		p.close()
	}
	p.close()
	p.text("\n")
	return p.err
}

// jsonStream writes objects that end with a list, item by item.
type jsonStream struct {
	w     io.Writer
	first bool // no item of the innermost list was written yet
	err   error
}

func (p *jsonStream) text(s string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, s)
	}
}

func (p *jsonStream) value(v any) {
	if p.err != nil {
		return
	}
	var b []byte
	if b, p.err = marshalled(v); p.err == nil {
		_, p.err = p.w.Write(b)
	}
}

// open begins an object: the fields of head, then a list under a name.
func (p *jsonStream) open(head any, list string) {
	b, err := marshalled(head)
	if err != nil && p.err == nil {
		p.err = err
		return
	}
	p.text(string(b[:len(b)-1]) + `,"` + list + `":[`)
	p.first = true
}

func (p *jsonStream) item() {
	if !p.first {
		p.text(",")
	}
	p.text("\n")
	p.first = false
}

// close ends a list and its object, which is an item of the list around it.
func (p *jsonStream) close() {
	p.text("]}")
	p.first = false
}

// marshalled is a value as print writes it, on one line.
func marshalled(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}
