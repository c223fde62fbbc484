package workbook

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"

	"osmsd/sync/osms"
)

// eachFrozen reads a frozen list person by person, in order of IIN.
type eachFrozen = func(yield func(osms.FrozenPerson) error) error

// tally counts a frozen list while it is written and compares it with its head.
type tally struct {
	l                     osms.FrozenList
	persons, joined, left int
	amount                osms.Tiyn
	last                  osms.IIN
	digest                hash.Hash
	line                  []byte
}

func newTally(l osms.FrozenList) *tally { return &tally{l: l, digest: sha256.New()} }

// add takes one person; a person who left is not on the list and only counts as
// left. What cannot be right is an error at once.
func (t *tally) add(p osms.FrozenPerson) error {
	switch {
	case p.Person <= t.last:
		return fmt.Errorf("%w: the persons are not in order of IIN, each once", ErrDoesNotAddUp)
	case t.l.Region != 0 && p.Region != t.l.Region:
		return fmt.Errorf("%w: a person of region %q is on the list of region %q", ErrDoesNotAddUp, p.Region.String(), t.l.Region.String())
	}
	t.last = p.Person
	switch p.Change {
	case "left":
		if p.Amount != 0 {
			return fmt.Errorf("%w: a person who left has an amount", ErrDoesNotAddUp)
		}
		if t.left++; t.left > t.l.Left {
			return fmt.Errorf("%w: more than %d persons left", ErrDoesNotAddUp, t.l.Left)
		}
		return nil
	case "joined":
		t.joined++
	case "":
	default:
		return fmt.Errorf("%w: a person's change is %q", ErrDoesNotAddUp, p.Change)
	}
	if t.persons++; t.persons > t.l.Persons {
		return fmt.Errorf("%w: more than %d persons are on the list", ErrDoesNotAddUp, t.l.Persons)
	}
	t.amount += p.Amount
	b := append(t.line[:0], p.Person.Digits()...)
	b = append(append(b, '|'), p.Category...)
	b = append(append(b, '|'), p.Region.String()...)
	b = append(append(b, '|'), p.BIN.String()...)
	b = strconv.AppendInt(append(b, '|'), int64(p.Amount), 10)
	t.line = append(b, '\n')
	_, err := t.digest.Write(t.line)
	return err
}

// end compares the whole list with its head.
func (t *tally) end() error {
	for _, c := range []struct {
		what       string
		have, want any
	}{
		{"persons", t.persons, t.l.Persons}, {"joined", t.joined, t.l.Joined}, {"left", t.left, t.l.Left},
		{"amount", t.amount, t.l.Amount}, {"digest", hex.EncodeToString(t.digest.Sum(nil)), t.l.Digest},
	} {
		if c.have != c.want {
			return fmt.Errorf("%w: %s of the list is %v, its head says %v", ErrDoesNotAddUp, c.what, c.have, c.want)
		}
	}
	return nil
}
