package ledger

import (
	"maps"
	"slices"

	"osmsd/sync/osms"
)

// A movement with neither reference nor number is told from its equals by the
// balance with which its day opened: that of the statement and the movements of
// the earlier days in it. It is the same in whatever statement shows the day from
// its beginning; two statements of two parts of one day open with two balances.

// dayOpening is that balance, where the statement states its own. It is no more
// than a mark, and may wrap around.
type dayOpening struct {
	stated  bool
	balance osms.Tiyn
}

// openDays is what is known of the days of a statement while it is read.
type openDays struct {
	opening dayOpening // of the first page that ended
	ended   bool       // a page
	net     map[osms.Date]osms.Tiyn
	waiting []waiting
}

// waiting is a movement that is not identified before the statement's end.
type waiting struct {
	m *making
	d osms.Document
}

func (s *statements) daysOf(account string) *openDays {
	days := s.days[account]
	if days == nil {
		days = &openDays{net: map[osms.Date]osms.Tiyn{}}
		s.days[account] = days
	}
	return days
}

// identify ends a movement, or lets it wait.
func (s *statements) identify(m *making, d osms.Document) {
	days := s.daysOf(d.Account)
	days.net[d.Booked] += d.Amount
	if d.Number == "" && d.Reference == "" {
		days.waiting = append(days.waiting, waiting{m, d})
		return
	}
	m.end(d, s.ordinal(&d, dayOpening{}))
}

// settle ends the movements that waited for the end of an account's statement.
func (s *statements) settle(account string) {
	days := s.days[account]
	if days == nil {
		return
	}
	delete(s.days, account)
	openings, opening := map[osms.Date]dayOpening{}, days.opening
	for _, day := range slices.Sorted(maps.Keys(days.net)) {
		openings[day] = opening
		if opening.stated {
			opening.balance += days.net[day]
		}
	}
	for _, w := range days.waiting {
		w.m.opening = openings[w.d.Booked]
		w.m.end(w.d, s.ordinal(&w.d, w.m.opening))
	}
}

func (s *statements) settleAll() {
	for account := range s.days {
		s.settle(account)
	}
}

// reference gives a reference or number, "" for the words that stand for none.
func reference(text string) string {
	if text = oneLine(text); text == "NONREF" || text == "NOTPROVIDED" {
		return ""
	}
	return text
}
