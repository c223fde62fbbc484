package reconcile

import (
	"cmp"
	"slices"
	"strconv"

	"osmsd/sync/osms"
)

// Bounds of suggestions: persons and documents behind one, how many a line has,
// and how many of one kind.
const (
	mostSuggested   = 1000
	mostSuggestions = 8
	mostOpposite    = 2
	mostHeadCounts  = 3
	mostRates       = 2
)

// suggest makes guesses about what is unexplained on a line, in a defined order.
// None is counted: each says what it would explain if it were true. Raw is nil
// for a region that no matched money concerns.
func suggest(in Input, lines []osms.ReconciliationLine, i int, raw *material) []osms.Suggestion {
	l := &lines[i]
	rest := l.Unexplained
	if rest == 0 {
		return nil
	}
	rate := in.paid()
	each := rate.PerPerson()
	if raw == nil {
		raw = &material{}
	}
	all := slices.Concat(
		opposite(in.Others, lines, i),
		wholePersons(rest, each),
		headCounts(rest, each, raw.heads),
		otherRates(l, each, rate.Year, in.Rates, raw.diffs),
		digits(l),
		rounded(l, each),
		notListed(raw),
		withoutMoney(raw),
		withoutList(raw),
		otherSumOf(raw),
	)
	return all[:min(len(all), mostSuggestions)]
}

// opposite finds the same sum with the other sign: in the regions of the month,
// then in other months.
func opposite(others []Remainder, lines []osms.ReconciliationLine, i int) []osms.Suggestion {
	rest := lines[i].Unexplained
	var all []osms.Suggestion
	for k := range lines {
		if k != i && lines[k].Unexplained == -rest {
			all = append(all, osms.Suggestion{Kind: osms.SuggestOpposite, Amount: rest, Region: lines[k].Region})
		}
	}
	there := slices.Clone(others)
	slices.SortFunc(there, func(a, b Remainder) int {
		return cmp.Or(cmp.Compare(last(a.Region), last(b.Region)), cmp.Compare(a.Month, b.Month), cmp.Compare(a.Region, b.Region))
	})
	for _, o := range there {
		if o.Unexplained == -rest {
			all = append(all, osms.Suggestion{Kind: osms.SuggestOpposite, Amount: rest, Region: o.Region, Month: o.Month})
		}
	}
	return all[:min(len(all), mostOpposite)]
}

func wholePersons(rest, each osms.Tiyn) []osms.Suggestion {
	if each == 0 || rest%each != 0 {
		return nil
	}
	return []osms.Suggestion{{Kind: osms.SuggestPersons, Amount: rest, Persons: int(size(rest / each))}}
}

// headCounts finds organisations whose whole list, once, twice or three times,
// is the remainder. One person is not a head-count.
func headCounts(rest, each osms.Tiyn, heads []headCount) []osms.Suggestion {
	var all []osms.Suggestion
	for k := osms.Tiyn(1); k <= 3; k++ {
		for _, h := range heads {
			if h.persons > 1 && k*osms.Tiyn(h.persons)*each == size(rest) {
				all = append(all, osms.Suggestion{Kind: osms.SuggestHeadCount, Amount: rest, Persons: h.persons, BIN: h.bin, Text: strconv.Itoa(int(k))})
			}
		}
	}
	return all[:min(len(all), mostHeadCounts)]
}

// otherRates finds the years whose contribution makes the difference: for those
// who were paid just that sum, or, where nobody was paid another sum than this
// year's, for so many persons as the region can have.
func otherRates(l *osms.ReconciliationLine, each osms.Tiyn, year int, rates []osms.StateRate, paid []otherSums) []osms.Suggestion {
	rates = slices.Clone(rates)
	slices.SortFunc(rates, func(a, b osms.StateRate) int {
		return cmp.Or(cmp.Compare(size(osms.Tiyn(a.Year-year)), size(osms.Tiyn(b.Year-year))), cmp.Compare(a.Year, b.Year))
	})
	var all []osms.Suggestion
	var seen []osms.Tiyn
	for _, r := range rates {
		d := r.PerPerson() - each
		if r.Base == 0 || near(d) || slices.Contains(seen, d) {
			continue
		}
		seen = append(seen, d)
		s := osms.Suggestion{Kind: osms.SuggestOtherRate, Year: r.Year}
		for _, p := range paid {
			if near(p.diff - d) {
				s.Persons += p.persons
				s.Amount += osms.Tiyn(p.persons) * p.diff
			}
		}
		if n := l.Unexplained / d; len(paid) == 0 && l.Unexplained%d == 0 && n > 0 && n <= osms.Tiyn(max(l.FrozenPersons, l.LedgerPersons)) {
			s.Persons, s.Amount = int(n), l.Unexplained
		}
		if s.Persons > 0 {
			all = append(all, s)
		}
	}
	return all[:min(len(all), mostRates)]
}

// digits compares the ledger with what it would be without the remainder: two
// neighbouring digits that changed places, or one digit that is another.
func digits(l *osms.ReconciliationLine) []osms.Suggestion {
	is, want := l.Ledger, l.Ledger-l.Unexplained
	if is <= 0 || want <= 0 {
		return nil
	}
	a, b := is.String(), want.String()
	if len(a) != len(b) {
		return nil
	}
	var at []int
	for i := range len(a) {
		if a[i] != b[i] {
			at = append(at, i)
		}
	}
	next := func(i int) int { // over the point
		if a[i+1] == '.' {
			return i + 2
		}
		return i + 1
	}
	one := len(at) == 1
	two := len(at) == 2 && at[1] == next(at[0]) && a[at[0]] == b[at[1]] && a[at[1]] == b[at[0]]
	if !one && !two {
		return nil
	}
	return []osms.Suggestion{{Kind: osms.SuggestDigits, Amount: l.Unexplained, Text: a + " / " + b}}
}

// rounded finds so many persons, each rounded down or up to whole tenge.
func rounded(l *osms.ReconciliationLine, each osms.Tiyn) []osms.Suggestion {
	part := each % tenge
	if part == 0 {
		return nil
	}
	d := -part
	if l.Unexplained > 0 {
		d = tenge - part
	}
	n := l.Unexplained / d
	if l.Unexplained%d != 0 || n > osms.Tiyn(max(l.FrozenPersons, l.LedgerPersons)) {
		return nil
	}
	return []osms.Suggestion{{Kind: osms.SuggestRounding, Amount: l.Unexplained, Persons: int(n)}}
}

// notListed names those of the frozen list whom no list of the payer names. Where
// the region has the money for all of them beside its lists, they are not what is
// missing.
func notListed(raw *material) []osms.Suggestion {
	if raw.absent.persons == 0 || !raw.lists || raw.beyond.amount >= -raw.absent.amount {
		return nil
	}
	return []osms.Suggestion{{Kind: osms.SuggestNotListed, Amount: raw.absent.amount, Persons: raw.absent.persons, Behind: atMost(raw.absent.behind())}}
}

// withoutMoney names the payer's lists that no line of the ledger names.
func withoutMoney(raw *material) []osms.Suggestion {
	if raw.late.persons == 0 && raw.late.amount == 0 {
		return nil
	}
	return []osms.Suggestion{raw.late.suggestion(osms.SuggestUnledgered)}
}

// withoutList names the money that no list names, where there are lists.
func withoutList(raw *material) []osms.Suggestion {
	if !raw.lists || raw.beyond.amount <= 0 {
		return nil
	}
	s := raw.loose.suggestion(osms.SuggestUnlisted)
	s.Amount, s.Persons = raw.beyond.amount, max(raw.beyond.persons, 0)
	return []osms.Suggestion{s}
}

// otherSumOf names those who were paid another sum than the list's.
func otherSumOf(raw *material) []osms.Suggestion {
	if raw.partial == nil || raw.partial.persons == 0 {
		return nil
	}
	return []osms.Suggestion{raw.partial.suggestion(osms.SuggestPartial)}
}

// suggestion makes a heap a suggestion; a reference is its text when one document
// alone is behind it.
func (h *heap) suggestion(kind osms.SuggestionKind) osms.Suggestion {
	s := osms.Suggestion{Kind: kind, Amount: h.amount, Persons: h.persons, Behind: atMost(h.behind())}
	if len(h.byPaper) == 1 {
		for p := range h.byPaper {
			s.Text = p.Reference
		}
	}
	return s
}

// size is a sum without its sign.
func size(t osms.Tiyn) osms.Tiyn { return max(t, -t) }

func atMost(behind []osms.BridgePerson) []osms.BridgePerson {
	return behind[:min(len(behind), mostSuggested)]
}
