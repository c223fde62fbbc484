package mail

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	netmail "net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Message is one mail to one address.
type Message struct {
	ID   string // the Message-ID, without angle brackets: see MessageID
	From string // an address, or a name with an address in angle brackets
	To   string
	Date time.Time
	Letter
}

// Letter is what a mail says and brings.
type Letter struct {
	Subject     string
	Text        string
	HTML        string
	Attachments []Attachment
}

// Attachment is a file that a mail brings.
type Attachment struct {
	Name string // ASCII
	Data []byte
}

// MessageID is the Message-ID of a line of the outbox: always the same for the
// same line, and of another line another.
func MessageID(id int64, kind, cause, to, from string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d|%s|%s|%s", id, kind, cause, to))
	host := "localhost"
	if a, err := netmail.ParseAddress(from); err == nil {
		host = a.Address[strings.LastIndexByte(a.Address, '@')+1:]
	}
	return fmt.Sprintf("osmsd.%d.%.12x@%s", id, sum, host)
}

// WriteEML writes a mail as it would be sent.
func WriteEML(w io.Writer, m Message) error {
	msg, err := m.build()
	if err != nil {
		return err
	}
	_, err = msg.WriteTo(w)
	return err
}

func (m Message) build() (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.From(m.From); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := msg.To(m.To); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	msg.SetMessageIDWithValue(m.ID)
	msg.SetDateWithValue(m.Date)
	msg.Subject(m.Subject)
	// Nobody's absence note is to answer it (RFC 3834).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	for _, a := range m.Attachments {
		if err := msg.AttachReader(a.Name, bytes.NewReader(a.Data), gomail.WithFileContentType(contentType(a.Name))); err != nil {
			return nil, fmt.Errorf("attachment %s: %w", a.Name, err)
		}
	}
	return msg, nil
}

func contentType(name string) gomail.ContentType {
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "pdf":
		return "application/pdf"
	case "xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case "xlsm":
		return "application/vnd.ms-excel.sheet.macroEnabled.12"
	}
	return gomail.TypeAppOctetStream
}
