package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"osmsd/sync/osms"
)

// Mail is a line of the outbox: one mail to one address.
type Mail struct {
	ID   int64
	Kind osms.MailKind
	// Cause names what it is about within its kind. One cause mails an address
	// once, however often it is put.
	Cause    string
	Party    osms.MailParty
	Region   osms.Region // of the cause; 0: none
	Address  string
	Language string // kk, ru or en; "": Kazakh and Russian together
	// About refers to what the text and the attachments are made of. It holds no
	// personal data.
	About   json.RawMessage
	Created time.Time
	NextTry time.Time // not before it
	Tries   int
	Sent    time.Time // zero: not yet
	GivenUp time.Time // zero: not
	Fault   string    // of the last try
}

// Waiting reports a mail that is still to be sent.
func (m Mail) Waiting() bool { return m.Sent.IsZero() && m.GivenUp.IsZero() }

const mailColumns = "id, kind, cause, party, region, address, language, about, created, next_try, tries, sent, given_up, fault"

// PutMail puts a mail into the outbox, due at once, with the rest of this
// transaction. One that is there for the same cause and address stays as it is.
func (t *Tx) PutMail(m Mail) error {
	var there int
	err := t.tx.GetContext(t.ctx, &there, "SELECT count(*) FROM outbox WHERE kind = $1 AND cause = $2 AND address = $3", m.Kind, m.Cause, m.Address)
	if err != nil || there > 0 {
		return plain(err)
	}
	if m.ID, err = t.count("outbox", 1); err != nil {
		return err
	}
	_, err = t.exec("INSERT INTO outbox ("+mailColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 0, 0, 0, '')",
		m.ID, m.Kind, m.Cause, m.Party, m.Region, m.Address, m.Language, string(m.About), m.Created.Unix())
	return err
}

// DueMail lists up to n mails that are to be sent at a moment, those that wait
// longest first.
func (s *Store) DueMail(ctx context.Context, at time.Time, n int) ([]Mail, error) {
	return s.mails(ctx, "WHERE sent = 0 AND given_up = 0 AND next_try <= $1 ORDER BY next_try, id LIMIT $2", at.Unix(), n)
}

// Outbox lists the outbox, oldest first, the last limit of it (0: all).
func (s *Store) Outbox(ctx context.Context, limit int) ([]Mail, error) {
	if limit <= 0 {
		limit = 1 << 30
	}
	return s.mails(ctx, "WHERE id IN (SELECT id FROM outbox ORDER BY id DESC LIMIT $1) ORDER BY id", limit)
}

// MailNumbered reads one mail; ErrNotFound when there is none.
func (s *Store) MailNumbered(ctx context.Context, id int64) (Mail, error) {
	found, err := s.mails(ctx, "WHERE id = $1", id)
	if err != nil || len(found) == 0 {
		return Mail{}, orNotFound(err)
	}
	return found[0], nil
}

// MailGivenUp lists the mails that were given up between two moments, the first
// included.
func (s *Store) MailGivenUp(ctx context.Context, from, to time.Time) ([]Mail, error) {
	return s.mails(ctx, "WHERE given_up >= $1 AND given_up < $2 ORDER BY id", from.Unix(), to.Unix())
}

// ClaimMail takes a mail that is due to try it: the try is counted and the next
// put off to a moment before anything is sent, so that a mail that ends the
// process is not tried again at once, and no other process tries it too. ok is
// false when somebody else was first.
func (s *Store) ClaimMail(ctx context.Context, m Mail, next time.Time) (ok bool, err error) {
	return s.changeMail(ctx, "tries = tries + 1, next_try = $1 WHERE id = $2 AND tries = $3 AND next_try = $4 AND sent = 0 AND given_up = 0",
		next.Unix(), m.ID, m.Tries, m.NextTry.Unix())
}

// MailSent notes that the server took a mail.
func (s *Store) MailSent(ctx context.Context, id int64, at time.Time) error {
	_, err := s.changeMail(ctx, "sent = $1, fault = '' WHERE id = $2", at.Unix(), id)
	return err
}

// MailFailed notes why a mail was not sent; with a moment it is given up.
func (s *Store) MailFailed(ctx context.Context, id int64, fault string, givenUp time.Time) error {
	at := int64(0)
	if !givenUp.IsZero() {
		at = givenUp.Unix()
	}
	_, err := s.changeMail(ctx, "fault = $1, given_up = $2 WHERE id = $3 AND sent = 0", fault, at, id)
	return err
}

// RetryMail makes a mail that was not sent due at a moment, with all its tries
// before it; ErrNotFound when there is none, ErrOnce when it was sent.
func (s *Store) RetryMail(ctx context.Context, id int64, at time.Time) error {
	ok, err := s.changeMail(ctx, "tries = 0, next_try = $1, given_up = 0 WHERE id = $2 AND sent = 0", at.Unix(), id)
	if err != nil || ok {
		return err
	}
	if _, err := s.MailNumbered(ctx, id); err != nil {
		return err
	}
	return ErrOnce
}

func (s *Store) changeMail(ctx context.Context, set string, args ...any) (ok bool, err error) {
	r, err := s.db.ExecContext(ctx, "UPDATE outbox SET "+set, args...)
	if err != nil {
		return false, fmt.Errorf("outbox: %w", unreachable(err))
	}
	n, err := r.RowsAffected()
	return n == 1, err
}

func (s *Store) mails(ctx context.Context, where string, args ...any) (out []Mail, err error) {
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var m Mail
		var about string
		var created, next, sent, givenUp int64
		if err := rows.Scan(&m.ID, &m.Kind, &m.Cause, &m.Party, &m.Region, &m.Address, &m.Language, &about, &created, &next, &m.Tries,
			&sent, &givenUp, &m.Fault); err != nil {
			return err
		}
		m.About, m.Created, m.NextTry = json.RawMessage(about), time.Unix(created, 0).UTC(), time.Unix(next, 0).UTC()
		m.Sent, m.GivenUp = atOrNever(sent), atOrNever(givenUp)
		out = append(out, m)
		return nil
	}, "SELECT "+mailColumns+" FROM outbox "+where, args...)
	return out, err
}

// atOrNever reads a moment of which 0 stands for none.
func atOrNever(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
