package osms

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// BridgeKinds lists the kinds of bridge lines in the order of the identity.
func BridgeKinds() []BridgeKind {
	return []BridgeKind{BridgeUndone, BridgeClaimedTwice, BridgeMovedRegion, BridgeCategoryOrRate, BridgeJoinedLate, BridgeLeftLate,
		BridgeReturned, BridgePaidTwice, BridgeOtherMonth, BridgeOtherRegion, BridgeUnknownPerson, BridgeNotSubmitted, BridgeInTransit, BridgeRounding}
}

// First reports a kind of the first part, frozen − due now.
func (k BridgeKind) First() bool {
	i := slices.Index(BridgeKinds(), k)
	return i >= 0 && i <= slices.Index(BridgeKinds(), BridgeLeftLate)
}

// Brief names the kind on tabs and charts. A kind without a text is its own name.
func (k BridgeKind) Brief(lang string) string {
	return fill(sentence("bridge_brief "+string(k), lang), string(k), "", "")
}

// In says in a sentence what the kind means.
func (k BridgeKind) In(lang string) string {
	return fill(sentence("bridge "+string(k), lang), string(k), "", "")
}

// In says why the money stands on no line.
func (p Placeless) In(lang string) string {
	return fill(sentence("unplaced "+string(p), lang), string(p), "", "")
}

// In says what the ledger column rests on; nothing said is as FromNothing.
func (s MoneySource) In(lang string) string {
	s = cmp.Or(s, FromNothing)
	return fill(sentence("source "+string(s), lang), string(s), "", "")
}

// Population says whom a reconciliation counts.
func Population(lang string) string { return sentence("population state", lang) }

// OrNone gives the region's name, and words for no region.
func (r Region) OrNone(lang string) string {
	if r == 0 {
		return sentence("region none", lang)
	}
	return cmp.Or(r.In(lang), r.String())
}

// Message says in one sentence what the guess is and what it rests on. The
// amount stands in it without its sign; numbers of persons are masked.
func (s Suggestion) Message(lang string) string {
	var places []string
	if s.Region != 0 {
		places = append(places, s.Region.OrNone(lang))
	}
	if s.Month != 0 {
		places = append(places, s.Month.String())
	}
	text := sentence("suggestion "+string(s.Kind), lang)
	if text == "" {
		text = string(s.Kind) + ": {amount}"
	}
	bin := ""
	if s.BIN != 0 {
		bin = wordOr("bin", lang) + " " + s.BIN.Digits()
	}
	return filled(text, "amount", s.Amount.size(), "persons", count(s.Persons), "place", strings.Join(places, ", "),
		"bin", bin, "year", count(s.Year), "text", Shown(strings.TrimSpace(s.Text)))
}

// size is the amount without its sign, as people write it.
func (t Tiyn) size() string { return strings.TrimPrefix(t.Grouped(), "-") }

// count is a number, and nothing for none.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
