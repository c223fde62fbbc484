package osms

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strconv"
)

// ErrDoesNotAddUp says that the figures of a report or list contradict each
// other. Nothing is written from such figures.
var ErrDoesNotAddUp = errors.New("the figures do not add up")

// FrozenTally counts a frozen list while it is written and compares it with its
// head.
type FrozenTally struct {
	l            FrozenList
	Persons      int // on the list so far
	Amount       Tiyn
	joined, left int
	last         IIN
	digest       hash.Hash
	line         []byte
}

// NewFrozenTally begins to count a list with this head.
func NewFrozenTally(l FrozenList) *FrozenTally { return &FrozenTally{l: l, digest: sha256.New()} }

// Add takes one person; a person who left is not on the list and only counts as
// left. What cannot be right is an error at once.
func (t *FrozenTally) Add(p FrozenPerson) error {
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
	if t.Persons++; t.Persons > t.l.Persons {
		return fmt.Errorf("%w: more than %d persons are on the list", ErrDoesNotAddUp, t.l.Persons)
	}
	t.Amount += p.Amount
	b := append(t.line[:0], p.Person.Digits()...)
	b = append(append(b, '|'), p.Category...)
	b = append(append(b, '|'), p.Region.String()...)
	b = append(append(b, '|'), p.BIN.String()...)
	b = strconv.AppendInt(append(b, '|'), int64(p.Amount), 10)
	t.line = append(b, '\n')
	_, err := t.digest.Write(t.line)
	return err
}

// End compares the whole list with its head.
func (t *FrozenTally) End() error {
	for _, c := range []struct {
		what       string
		have, want any
	}{
		{"persons", t.Persons, t.l.Persons}, {"joined", t.joined, t.l.Joined}, {"left", t.left, t.l.Left},
		{"amount", t.Amount, t.l.Amount}, {"digest", t.Digest(), t.l.Digest},
	} {
		if c.have != c.want {
			return fmt.Errorf("%w: %s of the list is %v, its head says %v", ErrDoesNotAddUp, c.what, c.have, c.want)
		}
	}
	return nil
}

// Digest is the SHA-256 of the persons so far, hexadecimal.
func (t *FrozenTally) Digest() string { return hex.EncodeToString(t.digest.Sum(nil)) }
