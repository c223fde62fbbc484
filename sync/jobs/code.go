package jobs

import (
	"context"
	"crypto/subtle"
	"errors"
	"strings"
	"time"

	"osmsd/exporters/statement"
	"osmsd/sync/osms"
	"osmsd/sync/store"
)

// CodeConfirmed tells whether a statement was given under a number and prints a
// verification code: what somebody who holds the paper asks the Fund by telephone.
// The statement is made again and signed; it is returned only when the code is its
// own. A number under which no statement was given confirms nothing. The log says
// that the person's statement was asked about, whatever came of it.
func (d *Desk) CodeConfirmed(ctx context.Context, number, code string, at time.Time) (s osms.Statement, confirmed bool, err error) {
	return d.CodeConfirmedTo(ctx, d.Who, number, code, at)
}

// CodeConfirmedTo is CodeConfirmed to somebody.
func (d *Desk) CodeConfirmedTo(ctx context.Context, who, number, code string, at time.Time) (s osms.Statement, confirmed bool, err error) {
	looked := func(person osms.IIN, what string) error {
		return d.Note(ctx, osms.Access{At: at, Who: who, What: what, Person: person, Ground: GroundArticle9})
	}
	r, err := d.Store.RequestNumbered(ctx, number)
	if errors.Is(err, store.ErrNotFound) || err == nil && r.Ground != 0 {
		return s, false, nil
	}
	if err != nil {
		return s, false, err
	}
	a, err := d.Remade(ctx, number)
	if errors.Is(err, ErrBlocked) {
		return s, false, errors.Join(err, looked(r.Person, AccessRefusal))
	}
	if err != nil {
		return s, false, err
	}
	signed, err := d.SignStatement(*a.Statement)
	if err != nil {
		return s, false, err
	}
	if err := looked(r.Person, AccessCode); err != nil {
		return s, false, err
	}
	if subtle.ConstantTimeCompare([]byte(heard(statement.Code(signed))), []byte(heard(code))) != 1 {
		return s, false, nil
	}
	return signed, true, nil
}

// heard is a code as it is compared: however it was grouped, in either case, and
// with the letters that it never has read as the figures they look like.
func heard(code string) string {
	return strings.NewReplacer("-", "", " ", "", "I", "1", "L", "1", "O", "0").Replace(strings.ToUpper(code))
}

// HeardNumber is the number of a document as it was written down: its series in
// Latin letters too, which look the same.
func HeardNumber(text string) string {
	text = strings.ToUpper(strings.TrimSpace(text))
	for latin, series := range map[string]string{"C-": seriesStatement, "O-": seriesRefusal} {
		if rest, ok := strings.CutPrefix(text, latin); ok {
			return series + "-" + rest
		}
	}
	return text
}
