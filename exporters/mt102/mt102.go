// Package mt102 writes a frozen list of a month as MT102 messages, the form in
// which the payment system of the country carries a payment with its persons.
//
// Every region has a message of its own, without an envelope (sender, receiver
// and session are the bank program's to fill in): a header with payer,
// beneficiary and purpose, then for each person number, amount and who it is,
// at the end the day and the sum. The purpose carries the count of persons as a
// control total. Lines end with CRLF.
package mt102

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"osmsd/sync/osms"
)

// Party is who pays or is paid. What is empty is left out.
type Party struct {
	Name    string
	ID      string // BIN, twelve digits
	Account string
	BIC     string // of its bank
	Sector  string // of the economy, one digit: /SECO/
}

// Options say what a frozen list does not. Empty ones have a default.
type Options struct {
	Payer Party // the State Corporation
	Payee Party // the Social Health Insurance Fund
	KNP   string
	// Date of the order and of the payment; the month's first day when it is 0:
	// the same list gives the same bytes, whenever it is written.
	Date     osms.Date
	Encoding string // UTF8 or KZ1048
}

// Encodings of the text. A letter that KZ-1048 does not have becomes "?".
const (
	UTF8   = "utf-8"
	KZ1048 = "kz-1048"
)

// Defaults are the parties and codes of the state's contributions: the money
// goes through the State Corporation to the Fund (KNP 122, contributions).
var Defaults = Options{
	Payer: Party{Name: "НАО «Государственная корпорация «Правительство для граждан»", ID: "160440007161", BIC: "GCVPKZ2A"},
	Payee: Party{Name: "НАО «Фонд социального медицинского страхования»", ID: "160940025485",
		Account: "KZ33125KZT1001313313", BIC: "NBRKKZKX"},
	KNP: "122", Encoding: UTF8,
}

// ErrOptions says that an option cannot be written: a number of other than
// twelve digits, a purpose code of other than three, an unknown encoding.
var ErrOptions = errors.New("the options of the MT102 cannot be written")

func (o Options) complete(month osms.Month) (Options, error) {
	if o.Payer == (Party{}) {
		o.Payer = Defaults.Payer
	}
	if o.Payee == (Party{}) {
		o.Payee = Defaults.Payee
	}
	if o.KNP == "" {
		o.KNP = Defaults.KNP
	}
	if o.Encoding == "" {
		o.Encoding = UTF8
	}
	if o.Date == 0 {
		o.Date = month.First()
	}
	for _, number := range []struct {
		text   string
		digits int
	}{{o.Payer.ID, 12}, {o.Payee.ID, 12}, {o.KNP, 3}, {o.Payer.Sector, 1}, {o.Payee.Sector, 1}} {
		if number.text != "" && (len(number.text) != number.digits || strings.Trim(number.text, "0123456789") != "") {
			return o, fmt.Errorf("%w: %q does not have %d digits", ErrOptions, number.text, number.digits)
		}
	}
	if o.Encoding != UTF8 && o.Encoding != KZ1048 {
		return o, fmt.Errorf("%w: encoding %q", ErrOptions, o.Encoding)
	}
	return o, nil
}

// Write writes a frozen list, a message for each region in order of its number,
// who has no region last. A list without persons is one message without items.
//
// each is read several times, once to count and then once for some regions at a
// time, since its order is that of the IINs: at most heldPersons persons are
// held. Every reading is compared with l; osms.ErrDoesNotAddUp says that they
// differ, and what was written is then to be thrown away.
func Write(w io.Writer, l osms.FrozenList, each func(yield func(osms.FrozenPerson) error) error, o Options) error {
	if err := write(w, l, each, o); err != nil {
		return fmt.Errorf("MT102 of %s: %w", l.Month, err)
	}
	return nil
}

// heldPersons bounds what is held, about forty megabytes.
const heldPersons = 200_000

func write(w io.Writer, l osms.FrozenList, each func(yield func(osms.FrozenPerson) error) error, o Options) error {
	o, err := o.complete(l.Month)
	if err != nil {
		return err
	}
	var counts [256]int
	read := func(take func(osms.FrozenPerson) error) error {
		tally := osms.NewFrozenTally(l)
		err := each(func(p osms.FrozenPerson) error {
			if err := tally.Add(p); err != nil {
				return err
			}
			if p.Change == "left" {
				return nil
			}
			return take(p)
		})
		if err != nil {
			return err
		}
		return tally.End()
	}
	if err := read(func(p osms.FrozenPerson) error {
		counts[p.Region]++
		return nil
	}); err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	for _, batch := range batches(counts, l.Region, heldPersons) {
		var messages [256]*message
		for _, r := range batch {
			messages[r] = &message{l: l, o: o, region: r, persons: counts[r]}
			if messages[r].out = io.Writer(out); len(batch) > 1 {
				messages[r].held = &bytes.Buffer{}
				messages[r].out = messages[r].held
			}
			if err := messages[r].head(); err != nil {
				return err
			}
		}
		err := read(func(p osms.FrozenPerson) error {
			if m := messages[p.Region]; m != nil {
				return m.person(p)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, r := range batch {
			if err := messages[r].end(out); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}

// batches parts the regions that have persons into those that are written in
// one reading: several that together have at most so many, or one.
func batches(counts [256]int, none osms.Region, most int) [][]osms.Region {
	var all [][]osms.Region
	held := 0
	for i := range counts {
		r := osms.Region(i + 1) // the last one is 0, no region
		n := counts[r]
		if n == 0 {
			continue
		}
		if last := len(all) - 1; last >= 0 && held+n <= most {
			all[last] = append(all[last], r)
			held += n
			continue
		}
		all, held = append(all, []osms.Region{r}), n
	}
	if len(all) == 0 {
		return [][]osms.Region{{none}}
	}
	return all
}
