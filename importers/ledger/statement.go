package ledger

import (
	"fmt"
	"math"
	"strings"

	"osmsd/importers/sheet"
	"osmsd/importers/table"
	"osmsd/sync/osms"
)

// statements is what the readers of statements have in common. It hands the
// movements to the recorder, says what their purposes say and tells equal ones
// apart.
type statements struct {
	r      *recorder
	format string
	most   int // movements that a file may have
	rows   int
	turnover
	equal map[string]map[likeness]int // movements alike so far, by account
	seen  map[statementPart]bool
	last  map[string]statementPart // by account
	days  map[string]*openDays     // by account
	// blind: a statement stood there without balances or totals.
	controlled, blind bool
}

// statementPart is a statement, or one page of it.
type statementPart struct {
	account, number  string
	page             int
	later            bool // it must continue the page before (60M)
	opened           bool // the opening balance is stated
	opening, closing osms.Tiyn
}

func newStatements(r *recorder, format string, limits sheet.Limits) *statements {
	most := limits.Rows
	if most <= 0 || most > mostDocuments {
		most = mostDocuments
	}
	return &statements{r: r, format: format, most: most, equal: map[string]map[likeness]int{},
		seen: map[statementPart]bool{}, last: map[string]statementPart{}, days: map[string]*openDays{}}
}

// begin starts a statement of an account. Two equal movements within it are two;
// the same movements in a second copy of it are the same ones. A statement that
// continues the one before, its opening balance being the other's closing, goes
// on counting: equal movements of one day on two pages are two.
func (s *statements) begin(p statementPart) {
	before, ok := s.last[p.account]
	if !p.later || !ok || before.closing != p.opening {
		s.settle(p.account)
	}
	p.closing = 0
	if s.seen[p] || !ok || before.closing != p.opening {
		delete(s.equal, p.account)
	}
	s.seen[p] = true
}

// ended keeps what the next statement of the account must continue, and whether
// anything was checked.
func (s *statements) ended(p statementPart, checked bool) {
	s.last[p.account] = p
	if days := s.daysOf(p.account); !days.ended {
		days.ended, days.opening = true, dayOpening{p.opened, p.opening}
	}
	s.controlled = s.controlled || checked
	s.blind = s.blind || !checked
}

// forget lets all counts begin anew.
func (s *statements) forget() {
	s.settleAll()
	clear(s.equal)
}

// finish says what was found out about the file as a whole.
func (s *statements) finish() {
	s.settleAll()
	s.r.out.Controlled = s.controlled && !s.blind
}

// row counts one movement of the file against the limit.
func (s *statements) row() error {
	if s.rows++; s.rows > s.most {
		return s.tooMany()
	}
	return nil
}

func (s *statements) tooMany() error {
	return &osms.FileError{Code: osms.FileTooManyRows, Detail: fmt.Sprintf("more than %d movements", s.most)}
}

// movement hands over one movement. remark is the text in which month, region
// and the like may be named, the purpose or more; reversed says that the
// statement itself marks the movement as a reversal.
func (s *statements) movement(d osms.Document, remark string, reversed bool) error {
	if err := s.row(); err != nil {
		return err
	}
	if !s.turnover.add(d.Amount) {
		return statementError(osms.FileDamaged, int(d.Row), beyondMoney)
	}
	p := readRemark(remark, reversed || d.KNP == returnKNP)
	d.Kind, d.Format = osms.DocumentMovement, s.format
	d.Month, d.Region, d.Persons = p.Month, p.Region, max(p.Persons, 0)
	d.Returned, d.Reverses = p.Returned, p.Reverses
	if d.KNP == "" {
		d.KNP = p.KNP
	}
	m := s.r.begin()
	if d.Returned && len(p.IINs) == 1 && d.Amount != 0 {
		if err := m.post(&osms.Posting{Place: d.Place, Person: p.IINs[0], Month: d.Month, Region: d.Region, Amount: d.Amount,
			Returned: true, Reverses: d.Reverses}); err != nil {
			return err
		}
	}
	s.identify(m, d)
	return nil
}

// likeness is what makes the identity of a movement on an account.
type likeness struct {
	booked          osms.Date
	number, payerID string
	amount          osms.Tiyn
	opening         dayOpening
}

// ordinal is 1 for a movement that no other of the statement is like, 2 for the
// second of two that are alike.
func (s *statements) ordinal(d *osms.Document, opening dayOpening) int {
	alike := likeness{d.Booked, d.Number, d.PayerID, d.Amount, opening}
	if alike.number == "" {
		alike.number = d.Reference
	}
	if s.equal[d.Account] == nil {
		s.equal[d.Account] = map[likeness]int{}
	}
	s.equal[d.Account][alike]++
	return s.equal[d.Account][alike]
}

// statementError refuses the file for something in a line of it.
func statementError(code osms.FileCode, line int, format string, args ...any) error {
	return &osms.FileError{Code: code, Where: fmt.Sprintf("line %d", line), Detail: fmt.Sprintf(format, args...)}
}

// disagrees refuses the file because a stated sum is not the one counted.
func (p statementPart) disagrees(line int, stated, counted osms.Tiyn) error {
	return disagreement(p.where(line), tenge(stated), tenge(counted))
}

// disagreement refuses a file with the figure that it states and the one that
// was counted; people read them in these words.
func disagreement(where, stated, counted string) error {
	return &osms.FileError{Code: osms.FileControlTotal, Where: where, Detail: fmt.Sprintf("stated %s ≠ counted %s", stated, counted)}
}

// tenge gives an amount for a disagreement: in groups, so that no long sum looks
// like the number of a person.
func tenge(amount osms.Tiyn) string { return amount.Grouped() + " tenge" }

func (p statementPart) where(line int) string {
	where := "account " + p.account
	if p.number != "" {
		where += ", statement " + p.number
	}
	if p.page > 0 {
		where += fmt.Sprintf("/%d", p.page)
	}
	return fmt.Sprintf("%s, line %d", where, line)
}

// foreign refuses a document in another currency than the tenge.
func foreign(line int, currency string) error {
	return statementError(osms.FileUnsupportedFormat, line, "%s", foreignDetail(currency))
}

func foreignDetail(currency string) string {
	return fmt.Sprintf("the currency is %q: only tenge (KZT) are read", currency)
}

// isTenge reports whether a currency is the tenge, or not given.
func isTenge(currency string) bool {
	switch strings.ToUpper(strings.Trim(currency, " \u00a0.")) {
	case "", "KZT", "398", "ТЕНГЕ", "ТЕҢГЕ", "ТГ", "₸":
		return true
	}
	return false
}

// addTiyn adds, and refuses what no account holds.
func addTiyn(sum *osms.Tiyn, amount osms.Tiyn, line int) error {
	if amount > 0 && *sum > math.MaxInt64-amount || amount < 0 && *sum < math.MinInt64-amount {
		return statementError(osms.FileDamaged, line, beyondMoney)
	}
	*sum += amount
	return nil
}

// oneLine trims a text, with runs of white space as one space.
func oneLine(s string) string { return table.Trim(strings.Join(strings.Fields(s), " ")) }

// accountNumber gives an account as one word of capital letters.
func accountNumber(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }

// identification gives a BIN or IIN, "" for what has not twelve digits.
func identification(s string) string {
	s = strings.Join(strings.Fields(s), "")
	if len(s) != 12 || strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return s
}

// purposeCode gives a KNP, "" for what has not three digits.
func purposeCode(s string) string {
	s = strings.TrimSpace(s)
	if len(s) != 3 || strings.Trim(s, "0123456789") != "" {
		return ""
	}
	return s
}

// joinWrapped puts the lines of a text of fixed width together again: a full
// line goes on in the next one, a shorter one ended with a word.
func joinWrapped(lines []string, width int) string {
	var b strings.Builder
	for i, line := range lines {
		if i > 0 && len([]rune(lines[i-1])) < width {
			b.WriteByte(' ')
		}
		b.WriteString(line)
	}
	return b.String()
}
