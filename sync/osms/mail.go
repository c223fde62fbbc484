package osms

// MailKind is what mails are about; an operator chooses by it who gets them.
type MailKind string

const (
	MailReceipts  MailKind = "receipts"  // what became of a file
	MailReports   MailKind = "reports"   // reconciliations of a month
	MailReminders MailKind = "reminders" // who has not submitted
	MailDigests   MailKind = "digests"   // what of a day needs an administrator
)

// MailKinds are all kinds of mail.
func MailKinds() []MailKind { return []MailKind{MailReceipts, MailReports, MailReminders, MailDigests} }

// MailParty is for whom a mail is.
type MailParty string

const (
	PartyRegion         MailParty = "region" // the akimats of a region
	PartyFund           MailParty = "fund"
	PartyAdministrators MailParty = "administrators"
)

// Mails lists the kinds that may be sent to a party: a region gets nothing about
// another.
func (p MailParty) Mails() []MailKind {
	switch p {
	case PartyRegion:
		return []MailKind{MailReceipts, MailReminders}
	case PartyFund:
		return []MailKind{MailReports, MailReceipts}
	}
	return []MailKind{MailDigests, MailReceipts, MailReports}
}
