package config

import (
	"fmt"
	"net"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"osmsd/sync/osms"
)

// Mail is how mails are sent, and to whom. Without a server and without a folder
// none are.
type Mail struct {
	SMTP SMTP `yaml:"smtp"`
	// Folder is where mails are written as .eml files instead.
	Folder string `yaml:"folder"`
	From   string `yaml:"from"`
	// Limit is what the attachments of one mail may weigh together.
	Limit Bytes `yaml:"limit"`
	// Timeout is how long one mail may take, RunTimeout a run over all that are due.
	Timeout    time.Duration `yaml:"timeout"`
	RunTimeout time.Duration `yaml:"run_timeout"`
	// DigestHour is the hour of the day from which its digest is sent.
	DigestHour int             `yaml:"digest_hour"`
	Attach     MailAttachments `yaml:"attach"`
	Recipients []MailRecipient `yaml:"recipients"`
}

// SMTP is a mail server.
type SMTP struct {
	Address  string `yaml:"address"` // host:port
	TLS      string `yaml:"tls"`     // starttls, tls, none
	User     string `yaml:"user"`
	Password Secret `yaml:"password"`
}

// MailAttachments says which files may leave by mail. What may not is said to lie
// in its folder.
type MailAttachments struct {
	Receipt  bool `yaml:"receipt"`  // PDF, IINs masked
	Returned bool `yaml:"returned"` // the sender's own workbook: whole IINs
	Summary  bool `yaml:"summary"`  // one page, no persons
	Report   bool `yaml:"report"`   // the workbook of a reconciliation: whole IINs
	Reminder bool `yaml:"reminder"` // organisations only
}

// MailRecipient is who gets which mails: for regions, for the Fund or for the
// administrators.
type MailRecipient struct {
	To             []string        `yaml:"to"`
	Regions        []osms.Region   `yaml:"regions"`
	Fund           bool            `yaml:"fund"`
	Administrators bool            `yaml:"administrators"`
	Language       string          `yaml:"language"` // "": Kazakh and Russian together
	Kinds          []osms.MailKind `yaml:"kinds"`    // none: all that their party gets
}

// Party is for whom a recipient's mails are.
func (r MailRecipient) Party() osms.MailParty {
	switch {
	case r.Fund:
		return osms.PartyFund
	case r.Administrators:
		return osms.PartyAdministrators
	}
	return osms.PartyRegion
}

// On reports whether mails are sent at all.
func (m Mail) On() bool { return m.SMTP.Address != "" || m.Folder != "" }

func defaultMail() Mail {
	return Mail{SMTP: SMTP{TLS: "starttls"}, Limit: 10 << 20, Timeout: 30 * time.Second, RunTimeout: time.Minute, DigestHour: 8,
		Attach: MailAttachments{Receipt: true, Returned: true, Summary: true, Reminder: true}}
}

func (s *source) checkMail(m Mail, folders Folders) {
	if m.SMTP.Address != "" && m.Folder != "" {
		s.add("mail.folder", "mails go to the server of mail.smtp or into a folder: keep one of them")
	}
	if in := folders.Inbox; m.Folder != "" && in != "" && (within(m.Folder, in) || within(in, m.Folder)) {
		s.add("mail.folder", "%s and folders.inbox (%s) must be apart: what goes out would come in", m.Folder, in)
	}
	s.checkSMTP(m.SMTP)
	if m.From == "" && m.On() {
		s.add("mail.from", "who sends is missing, as osmsd@example.kz")
	}
	if m.From != "" {
		if _, ok := mailbox(m.From); !ok {
			s.add("mail.from", "%q is not an address: write one as osmsd@example.kz or OSMS <osmsd@example.kz>", m.From)
		}
	}
	if m.Limit < 1<<10 || m.Limit > 1<<30 {
		s.add("mail.limit", "%s: write from %s to %s", m.Limit, Bytes(1<<10), Bytes(1<<30))
	}
	s.between("mail.timeout", m.Timeout, time.Second, 10*time.Minute)
	s.between("mail.run_timeout", m.RunTimeout, m.Timeout, time.Hour)
	if m.DigestHour < 0 || m.DigestHour > 23 {
		s.add("mail.digest_hour", "%d: write an hour of the day, from 0 to 23", m.DigestHour)
	}
	for i, r := range m.Recipients {
		s.checkRecipient(fmt.Sprintf("mail.recipients[%d]", i), r)
	}
}

func (s *source) checkSMTP(o SMTP) {
	host, port, err := net.SplitHostPort(o.Address)
	if n, perr := strconv.Atoi(port); o.Address != "" && (err != nil || perr != nil || host == "" || n < 1 || n > 65535) {
		s.add("mail.smtp.address", "%q: write the server with its port, as mail.example.kz:587", o.Address)
	}
	switch o.TLS {
	case "starttls", "tls":
	case "none":
		if o.Address != "" && err == nil && (!loopback(host) || strings.HasPrefix(host, "/")) {
			s.add("mail.smtp.tls", "none would send personal data to %s in the clear: write starttls or tls", host)
		}
	default:
		s.add("mail.smtp.tls", "%q: write starttls, tls, or none for a server on this machine", o.TLS)
	}
	switch {
	case o.User == "" && o.Password != "":
		s.add("mail.smtp.user", "there is a password and no user")
	case o.User != "" && o.Password == "":
		s.add("mail.smtp.password", "there is a user and no password: give it by OSMSD_MAIL_PASSWORD_FILE")
	}
}

func (s *source) checkRecipient(key string, r MailRecipient) {
	if len(r.To) == 0 {
		s.add(key+".to", "at least one address is expected")
	}
	for i, to := range r.To {
		if _, ok := mailbox(to); !ok {
			s.add(fmt.Sprintf("%s.to[%d]", key, i), "%q is not an address: write one as akimat@example.kz", to)
		}
	}
	parties := 0
	for _, chosen := range []bool{len(r.Regions) > 0, r.Fund, r.Administrators} {
		if chosen {
			parties++
		}
	}
	if parties != 1 {
		s.add(key, "for whom is it: write one of regions, fund: true and administrators: true")
	}
	if l := r.Language; l != "" && l != "kk" && l != "ru" && l != "en" {
		s.add(key+".language", "%q: write kk, ru or en, or leave it out for Kazakh and Russian together", l)
	}
	for i, k := range r.Kinds {
		at := fmt.Sprintf("%s.kinds[%d]", key, i)
		switch {
		case !slices.Contains(osms.MailKinds(), k):
			s.add(at, "no such mails: there are receipts, reports, reminders and digests")
		case parties == 1 && !slices.Contains(r.Party().Mails(), k):
			s.add(at, "%s are not for them", k)
		}
	}
}

// mailbox reads an address of plain ASCII, bare or with a name.
func mailbox(text string) (address string, ok bool) {
	a, err := mail.ParseAddress(text)
	if err != nil || strings.ContainsFunc(a.Address, func(r rune) bool { return r > '~' || r <= ' ' }) {
		return "", false
	}
	return a.Address, true
}
