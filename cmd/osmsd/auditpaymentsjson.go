package main

import (
	"osmsd/importers/intake"
	"osmsd/sync/osms"
)

type auditPaymentJSON struct {
	Amount    osms.Tiyn `json:"amount_tiyn"`
	Returned  bool      `json:"returned"`
	KNP       string    `json:"knp"`
	Payer     string    `json:"payer"`
	PayerID   string    `json:"payer_id"`
	Format    string    `json:"format"`
	Reference string    `json:"reference"`
	Number    string    `json:"number"`
	Dated     osms.Date `json:"dated"`
	Booked    osms.Date `json:"booked"`
	auditSourceJSON
	Sheet string `json:"sheet"`
	Row   int    `json:"row"`
}

type auditPaidDepartedJSON struct {
	auditPersonJSON
	Given  string    `json:"given"`
	Listed string    `json:"listed"`
	Why    string    `json:"why"`
	Until  osms.Date `json:"until"`
	Frozen bool      `json:"on_frozen_list"`
	auditPaymentJSON
}

type auditPaidNameJSON struct {
	auditPersonJSON
	Listed string `json:"listed"`
	auditPaymentJSON
}

type auditPaidByOtherJSON struct {
	auditPersonJSON
	Listed   string        `json:"listed"`
	Category osms.Category `json:"category"`
	Who      string        `json:"who"`
	auditPaymentJSON
}

type auditDocumentJSON struct {
	Finding int         `json:"finding"`
	Kind    string      `json:"kind"`
	Days    int         `json:"days"`
	Region  osms.Region `json:"region"`
	Persons int         `json:"persons"`
	auditPaymentJSON
}

// shownPayment is what a row says of a payment document.
func shownPayment(r osms.AuditRow, source auditSourceJSON) auditPaymentJSON {
	p := r.Payment
	if p == nil {
		p = &osms.AuditPayment{}
	}
	return auditPaymentJSON{r.Amount, p.Returned, p.KNP, intake.Shown(p.Payer), p.PayerID, p.Format, intake.Shown(p.Reference), intake.Shown(p.Number),
		p.Dated, p.Booked, source, intake.Shown(p.SheetName), int(p.Row)}
}

// shownListed is the name, and what is written for an IIN, as a document has them.
func shownListed(r osms.AuditRow) (listed, given string) {
	if r.Payment == nil {
		return "", ""
	}
	return intake.Shown(r.Payment.Listed), intake.Shown(r.Payment.Given)
}
