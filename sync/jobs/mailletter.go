package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"osmsd/exporters/mail"
	"osmsd/exporters/receipt"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// mailOf makes the mail of a line of the outbox from what the line refers to:
// the same line gives the same Message-ID and, as long as nothing was destroyed,
// the same mail.
func (d *Desk) mailOf(ctx context.Context, x store.Mail) (mail.Message, error) {
	m := mail.Message{ID: mail.MessageID(x.ID, string(x.Kind), x.Cause, x.Address, d.Mail.From), From: d.Mail.From, To: x.Address, Date: x.Created.In(d.Zone)}
	w := mail.Wording{Language: x.Language, Console: d.Mail.Console, Zone: d.Zone}
	p := parcel{room: d.Mail.Limit}
	var err error
	switch x.Kind {
	case osms.MailReceipts:
		m.Letter, err = d.receiptMail(ctx, x, w, &p)
	case osms.MailReports:
		var about aboutReport
		if err = json.Unmarshal(x.About, &about); err == nil {
			p.file(d.Mail.Attach.Summary, d.Home.Reports, SummaryOf(about.File))
			p.file(d.Mail.Attach.Report, d.Home.Reports, about.File)
			m.Letter = mail.ForReport(w, mail.Report{Month: osms.Month(about.Month), Difference: about.Difference, Unexplained: about.Unexplained},
				p.files(d.Home.Shown(filepath.Join(d.Home.Reports, filepath.Dir(about.File)))))
		}
	case osms.MailReminders:
		var about aboutReminder
		if err = json.Unmarshal(x.About, &about); err == nil {
			p.file(d.Mail.Attach.Reminder, d.Home.Letters, about.File)
			m.Letter = mail.ForReminder(w, mail.Reminder{Region: x.Region, Month: osms.Month(about.Month), Due: osms.Date(about.Due), Organisations: about.Organisations},
				p.files(d.Home.Shown(filepath.Join(d.Home.Letters, filepath.Dir(about.File)))))
		}
	case osms.MailDigests:
		var about aboutDigest
		if err = json.Unmarshal(x.About, &about); err == nil {
			m.Letter = mail.ForDigest(w, about.digest())
		}
	default:
		err = fmt.Errorf("no mails of kind %q", x.Kind)
	}
	return m, err
}

// receiptMail is the letter about a file, with its receipt and, for the region
// that sent it, its workbook with the faults marked.
func (d *Desk) receiptMail(ctx context.Context, x store.Mail, w mail.Wording, p *parcel) (mail.Letter, error) {
	var about aboutArrival
	if err := json.Unmarshal(x.About, &about); err != nil {
		return mail.Letter{}, err
	}
	r, err := d.Store.ReportOf(ctx, about.Arrival)
	if err != nil {
		return mail.Letter{}, err
	}
	err = p.made(d.Mail.Attach.Receipt, fmt.Sprintf("receipt-%d.pdf", r.Arrival), func(w io.Writer) error { return receipt.WritePDF(w, r, d.Zone) })
	if err != nil {
		return mail.Letter{}, err
	}
	if r.Returnable() && !r.Released {
		may := d.Mail.Attach.Returned && x.Party == osms.PartyRegion
		err := d.mark(r, func(ext string, write func(io.Writer) error) error {
			return p.made(may, fmt.Sprintf("returned-%d%s", r.Arrival, ext), write)
		})
		if err != nil { // the receipt says all the same
			p.left = true
		}
	}
	return mail.ForReceipt(w, r, p.files(d.Home.Shown(filepath.Join(d.Home.Returned, returned(r.Region))))), nil
}

// parcel gathers the attachments of one mail.
type parcel struct {
	room     int64 // in bytes, that is left
	brought  []mail.Attachment
	left     bool // something stays in its folder
	tooLarge bool
}

// files is what the letter says of the attachments; folder is where the rest is.
func (p *parcel) files(folder string) mail.Files {
	f := mail.Files{Brought: p.brought, TooLarge: p.tooLarge}
	if p.left {
		f.Kept = folder
	}
	return f
}

var errNoRoom = errors.New("larger than a mail may be")

// made attaches what a function writes, if it may leave by mail and there is
// room for it.
func (p *parcel) made(may bool, name string, write func(io.Writer) error) error {
	if !may {
		p.left = true
		return nil
	}
	b := bounded{room: p.room}
	err := write(&b)
	switch {
	case errors.Is(err, errNoRoom):
		p.left, p.tooLarge = true, true
		return nil
	case err != nil:
		return err
	}
	p.room -= int64(len(b.data))
	p.brought = append(p.brought, mail.Attachment{Name: name, Data: b.data})
	return nil
}

// file attaches a file that lies below a folder. One that is gone was destroyed
// or moved by people: the letter says where it was.
func (p *parcel) file(may bool, root, rel string) {
	err := p.made(may, path.Base(rel), func(w io.Writer) error {
		top, err := os.OpenRoot(root)
		if err != nil {
			return err
		}
		defer top.Close()
		f, err := top.Open(filepath.FromSlash(rel))
		if err != nil {
			return err
		}
		defer f.Close()
		if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
			return errors.Join(err, fs.ErrInvalid)
		}
		_, err = io.Copy(w, f)
		return err
	})
	if err != nil {
		p.left = true
	}
}

// bounded keeps what is written, and no more than there is room for.
type bounded struct {
	data []byte
	room int64
}

func (b *bounded) Write(data []byte) (int, error) {
	if int64(len(b.data)+len(data)) > b.room {
		return 0, errNoRoom
	}
	b.data = append(b.data, data...)
	return len(data), nil
}
