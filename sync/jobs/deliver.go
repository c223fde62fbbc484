package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"osmsd/exporters/mail"
	"osmsd/importers/intake"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// Delivered counts what a run did with the outbox.
type Delivered struct {
	Off     bool // mail is not configured
	Sent    int
	Later   int // tried, and to be tried again
	GivenUp int
	// Down is what the server said when nothing could be sent through it any more.
	Down string
}

const (
	// A mail that was not taken is tried again after mailPause, then after twice as
	// long each time, but not longer than mailPauseMost: mailTries times in about
	// two days.
	mailPause     = 5 * time.Minute
	mailPauseMost = 4 * time.Hour
	mailTries     = 17

	mailsAtOnce = 20
)

// pauseAfter is how long a mail waits after so many tries.
func pauseAfter(tries int) time.Duration {
	return min(mailPause<<min(tries-1, 10), mailPauseMost)
}

// Deliver sends the mails that are due, those that wait longest first, until none
// is or the run's time is over. Each is claimed first, with its next try put off;
// nothing is locked while the server is spoken to, and it is noted as sent as soon
// as the server says 250. When the process ends in between it is sent again, under
// the same Message-ID. One that cannot be sent does not hinder the others; when
// the server cannot be reached the others wait for the next run.
func (d *Desk) Deliver(ctx context.Context, t Turn) (done Delivered, err error) {
	if d.Mail == nil {
		return Delivered{Off: true}, nil
	}
	if err := d.mailDigest(ctx, t); err != nil {
		return done, err
	}
	out := d.outlet()
	defer out.close()
	sending, cancel := context.WithTimeout(ctx, d.Mail.RunTime)
	defer cancel()
	for {
		due, err := d.Store.DueMail(ctx, t.Now, mailsAtOnce)
		if err != nil || len(due) == 0 {
			return done, err
		}
		for _, x := range due {
			if sending.Err() != nil || done.Down != "" {
				return done, ctx.Err()
			}
			if err := d.deliverOne(sending, t, out, x, &done); err != nil {
				return done, err
			}
		}
	}
}

func (d *Desk) deliverOne(ctx context.Context, t Turn, out outlet, x store.Mail, done *Delivered) error {
	mine, err := d.Store.ClaimMail(ctx, x, t.moment(t.Now).Add(pauseAfter(x.Tries+1)))
	if err != nil || !mine {
		return err
	}
	fault := d.sendMail(ctx, out, x)
	noting := context.WithoutCancel(ctx) // what was sent is noted even when the run has ended
	if fault == nil {
		done.Sent++
		t.Log.Info("mail sent", "mail", x.ID, "kind", x.Kind)
		return d.Store.MailSent(noting, x.ID, t.moment(t.Now))
	}
	if errors.Is(fault.err, store.ErrUnreachable) {
		return fault.err
	}
	givenUp := time.Time{}
	switch {
	case fault.Verdict == mail.GiveUp || x.Tries+1 >= mailTries:
		givenUp = t.moment(t.Now)
		done.GivenUp++
	default:
		done.Later++
	}
	if fault.Verdict == mail.ServerDown {
		done.Down = fault.Text
	}
	t.Log.Warn("mail not sent", "mail", x.ID, "kind", x.Kind, "given_up", !givenUp.IsZero(), "err", fault.Text)
	return d.Store.MailFailed(noting, x.ID, fault.Text, givenUp)
}

// unsent is why a mail was not sent; err is why it could not be made.
type unsent struct {
	mail.Fault
	err error
}

// sendMail makes and sends one mail; nil: the server took it.
func (d *Desk) sendMail(ctx context.Context, out outlet, x store.Mail) *unsent {
	if !d.Mail.still(x) {
		return &unsent{Fault: mail.Fault{Verdict: mail.GiveUp, Text: "the address is no longer a recipient of such mails"}}
	}
	m, err := d.mailOf(ctx, x)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return &unsent{Fault: mail.Fault{Verdict: mail.GiveUp, Text: "what the mail is about is not kept any more"}}
	case err != nil:
		return &unsent{mail.Fault{Verdict: mail.Later, Text: "the mail cannot be made: " + osms.Shown(err.Error())}, err}
	}
	_, err = out.send(ctx, x.ID, m)
	var fault *mail.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &fault):
		return &unsent{Fault: *fault}
	}
	return &unsent{Fault: mail.Fault{Verdict: mail.ServerDown, Text: osms.Shown(err.Error())}} // the folder
}

// TestMail sends a mail to an address now, past the outbox, and gives the server's
// answer, or the path of the file.
func (d *Desk) TestMail(ctx context.Context, now time.Time, to, language string) (answer string, err error) {
	out := d.outlet()
	defer out.close()
	m := mail.Message{ID: mail.MessageID(now.UnixNano(), "test", "", to, d.Mail.From), From: d.Mail.From, To: to, Date: now.In(d.Zone),
		Letter: mail.ForTest(mail.Wording{Language: language, Console: d.Mail.Console, Zone: d.Zone})}
	return out.send(ctx, 0, m)
}

// outlet is where mails go.
type outlet struct {
	send  func(ctx context.Context, id int64, m mail.Message) (answer string, err error)
	close func()
}

func (d *Desk) outlet() outlet {
	if d.Mail.Folder != "" {
		return outlet{d.fileMail, func() {}}
	}
	server := mail.NewServer(d.Mail.Server)
	return outlet{func(ctx context.Context, _ int64, m mail.Message) (string, error) { return server.Send(ctx, m) }, server.Close}
}

// fileMail writes a mail into the folder, whole or not at all: one that is
// written again replaces itself.
func (d *Desk) fileMail(_ context.Context, id int64, m mail.Message) (string, error) {
	var b bytes.Buffer
	if err := mail.WriteEML(&b, m); err != nil {
		return "", err
	}
	name := fmt.Sprintf("mail-%06d.eml", id)
	if id == 0 {
		name = "mail-test.eml"
	}
	return name, intake.HandOut(d.Mail.Folder, name, b.Bytes(), d.Drops.Step)
}

// message is Delivered as the journal tells it.
func (done Delivered) message() string {
	if done.Off {
		return "mail is not configured"
	}
	message := fmt.Sprintf("%d mails sent", done.Sent)
	if done.Later > 0 {
		message += fmt.Sprintf(", %d to be tried again", done.Later)
	}
	if done.GivenUp > 0 {
		message += fmt.Sprintf(", %d given up", done.GivenUp)
	}
	if done.Down != "" {
		message += "; the mail server: " + done.Down
	}
	return message
}
