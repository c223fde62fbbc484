package jobs

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"osmsd/exporters/mail"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Mail is how mails are sent, and to whom. A nil *Mail sends none.
//
// A mail goes into the outbox in the transaction of its cause, one line an
// address, and is sent by Deliver afterwards: no mail speaks of what was rolled
// back, and none is lost that was not. The line refers to what it is about; the
// text and the attachments are made when it is sent.
type Mail struct {
	From    string
	Console string // "": none is named
	// Folder is where mails are written as .eml files; "": they go to Server.
	Folder string
	Server mail.Options
	// Limit is what the attachments of one mail may weigh together, in bytes.
	Limit int64
	// RunTime is how long a run may go on; what is left is for the next.
	RunTime time.Duration
	// DigestHour is the hour of the day from which its digest is sent.
	DigestHour int
	Attach     Attach
	Recipients []Recipient
}

// Attach says which files may leave by mail.
type Attach struct{ Receipt, Returned, Summary, Report, Reminder bool }

// Recipient is one address that gets mails of some kinds.
type Recipient struct {
	Address  string
	Language string // "": Kazakh and Russian together
	Party    osms.MailParty
	Region   osms.Region // of PartyRegion
	Kinds    []osms.MailKind
}

// hears reports whether a recipient gets mails of a kind as one of a party, in a
// region (0 for the parties that have none).
func (r Recipient) hears(kind osms.MailKind, party osms.MailParty, region osms.Region) bool {
	return r.Party == party && (party != osms.PartyRegion || r.Region == region) && slices.Contains(r.Kinds, kind)
}

// put puts a mail to every recipient of a party into the outbox.
func (m *Mail) put(t *store.Tx, kind osms.MailKind, cause string, about any, at time.Time, region osms.Region, parties ...osms.MailParty) error {
	if m == nil {
		return nil
	}
	text, err := json.Marshal(about)
	if err != nil {
		return err
	}
	for _, r := range m.Recipients {
		if !slices.ContainsFunc(parties, func(p osms.MailParty) bool { return r.hears(kind, p, region) }) {
			continue
		}
		if err := t.PutMail(store.Mail{Kind: kind, Cause: cause, Party: r.Party, Region: region, Address: r.Address, Language: r.Language,
			About: text, Created: at}); err != nil {
			return err
		}
	}
	return nil
}

// still reports whether a mail's address is to get it as things are configured
// now: who is no longer a recipient gets nothing that waited.
func (m *Mail) still(x store.Mail) bool {
	return slices.ContainsFunc(m.Recipients, func(r Recipient) bool {
		return r.Address == x.Address && r.hears(x.Kind, x.Party, x.Region)
	})
}

type aboutArrival struct {
	Arrival int64 `json:"arrival"`
}

// receipt mails what became of a file: to the region whose channel it came by; of
// a file without a region to the administrators, and of one about money to the
// Fund too. Of an archive one mail goes, not one for each file in it; nobody
// awaits a receipt for what a case writes.
func (m *Mail) receipt(t *store.Tx, channel string, r osms.FileReport) error {
	if channel == channelCase || strings.Contains(r.File, "/") {
		return nil
	}
	parties := []osms.MailParty{osms.PartyRegion}
	if r.Region == 0 {
		parties = []osms.MailParty{osms.PartyAdministrators}
		if r.OfMoney() {
			parties = append(parties, osms.PartyFund)
		}
	}
	return m.put(t, osms.MailReceipts, strconv.FormatInt(r.Arrival, 10), aboutArrival{r.Arrival}, r.Received, r.Region, parties...)
}
