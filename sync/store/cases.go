package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"osmsd/sync/osms"
)

// CaseStep is a step of a case as it was done, with what it decided. Steps are
// only ever added.
type CaseStep struct {
	Case   osms.CaseNumber
	Number int // its place among the case's steps, from 1
	osms.StepDone
	Lacks    []osms.Lack      // of the package: accept
	Outcome  osms.CaseOutcome // check, or accept of what is not accepted
	Ground   osms.Ground
	Reason   osms.CaseReason
	Answer   osms.Answer // answer
	LeftOn   osms.Date
	Letter   string // the outgoing number of what was issued
	Updated  int64  // the import that updated the registry: check
	Sequence int64  // of the decision
}

// CaseFile is a case as it is stored: what came in and what follows from the
// rule of its day, and its steps in order.
type CaseFile struct {
	Number   osms.CaseNumber
	Person   osms.IIN
	BIN      osms.BIN
	Incoming string
	Received time.Time
	Counted  osms.Date
	Deadline time.Time
	Days     int
	Origin   osms.CaseOrigin
	Import   int64  // the list that brought it; 0: none
	Rules    string // version of the legal texts
	Content  []byte // the application
	Closed   time.Time
	Steps    []CaseStep
}

// OpenCases registers cases with their first steps and numbers them by region
// and year without gaps, in this order. They come back with their numbers.
func (t *Tx) OpenCases(cases []CaseFile) ([]CaseFile, error) {
	for i := range cases {
		c := &cases[i]
		serial, err := t.count(fmt.Sprintf("case-%s-%d", c.Number.Region, c.Number.Year), 1)
		if err != nil {
			return nil, err
		}
		c.Number.Serial = serial
		closed := int64(0)
		if !c.Closed.IsZero() {
			closed = c.Closed.Unix()
		}
		if _, err := t.exec(`INSERT INTO case_file (region, year, serial, person, bin, incoming, received, counted, deadline, days, origin, sequence, rules, application, closed)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
			c.Number.Region, c.Number.Year, serial, c.Person, c.BIN, c.Incoming, c.Received.Unix(), c.Counted, c.Deadline.Unix(), c.Days,
			string(c.Origin), c.Import, c.Rules, c.Content, closed); err != nil {
			return nil, err
		}
		for k := range c.Steps {
			if c.Steps[k], err = t.putStep(c.Number, k+1, c.Steps[k]); err != nil {
				return nil, err
			}
		}
	}
	return cases, nil
}

// AddStep adds a step to a case after those that are there; closed is the moment
// at which the case ends by it, zero while it stays open. ErrOnce when somebody
// else did a step meanwhile, or the case is closed.
func (t *Tx) AddStep(of osms.CaseNumber, done int, step CaseStep, closed time.Time) (CaseStep, error) {
	at := int64(0)
	if !closed.IsZero() {
		at = closed.Unix()
	}
	n, err := t.exec(`UPDATE case_file SET closed = $1 WHERE region = $2 AND year = $3 AND serial = $4 AND closed = 0
		AND (SELECT count(*) FROM case_step s WHERE s.region = $2 AND s.year = $3 AND s.serial = $4) = $5`,
		at, of.Region, of.Year, of.Serial, done)
	if err != nil {
		return step, err
	}
	if n != 1 {
		return step, ErrOnce
	}
	step, err = t.putStep(of, done+1, step)
	if broken(err) {
		err = ErrOnce
	}
	return step, err
}

func (t *Tx) putStep(of osms.CaseNumber, number int, s CaseStep) (CaseStep, error) {
	sequence, err := t.Sequence()
	if err != nil {
		return s, err
	}
	s.Case, s.Number, s.Sequence = of, number, sequence
	lacks := make([]string, len(s.Lacks))
	for i, l := range s.Lacks {
		lacks[i] = string(l)
	}
	_, err = t.exec(`INSERT INTO case_step (region, year, serial, number, step, who, at, note, lacks, outcome, ground, reason, answer, left_on, letter, updated, sequence)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		of.Region, of.Year, of.Serial, number, string(s.Step), s.By, s.At.Unix(), s.Note, strings.Join(lacks, " "), string(s.Outcome), int(s.Ground),
		string(s.Reason), string(s.Answer), s.LeftOn, s.Letter, s.Updated, sequence)
	return s, err
}

// CaseFilter says which cases are meant; zero values restrict nothing.
type CaseFilter struct {
	Number   osms.CaseNumber
	Open     bool
	Region   osms.Region
	Person   osms.IIN
	BIN      osms.BIN
	Import   int64
	Incoming string
	From, To time.Time // received from, and before
	// Most is how many are read, the newest first, after those that are Passed
	// over; 0: all, in order of number.
	Most, Passed int
}

func (f CaseFilter) where() (string, []any) {
	var parts []string
	var args []any
	add := func(condition string, value any) {
		args = append(args, value)
		parts = append(parts, fmt.Sprintf(condition, len(args)))
	}
	if f.Number.Serial != 0 {
		add("c.region = $%d", f.Number.Region)
		add("c.year = $%d", f.Number.Year)
		add("c.serial = $%d", f.Number.Serial)
	}
	if f.Open {
		parts = append(parts, "c.closed = 0")
	}
	if f.Region != 0 {
		add("c.region = $%d", f.Region)
	}
	if f.Person != 0 {
		add("c.person = $%d", f.Person)
	}
	if f.BIN != 0 {
		add("c.bin = $%d", f.BIN)
	}
	if f.Import != 0 {
		add("c.sequence = $%d", f.Import)
	}
	if f.Incoming != "" {
		add("c.incoming = $%d", f.Incoming)
	}
	if !f.From.IsZero() {
		add("c.received >= $%d", f.From.Unix())
	}
	if !f.To.IsZero() {
		add("c.received < $%d", f.To.Unix())
	}
	if len(parts) == 0 {
		return "", nil
	}
	return "WHERE " + strings.Join(parts, " AND "), args
}

// Cases reads cases with their steps, in order of number.
func (s *Store) Cases(ctx context.Context, f CaseFilter) ([]CaseFile, error) {
	return caseFiles(ctx, s.db, f)
}

// Cases reads cases with their steps, in order of number.
func (t *Tx) Cases(f CaseFilter) ([]CaseFile, error) { return caseFiles(t.ctx, t.tx, f) }

func caseFiles(ctx context.Context, q queryer, f CaseFilter) (out []CaseFile, err error) {
	where, args := f.where()
	at := map[osms.CaseNumber]int{}
	err = eachRow(ctx, q, func(rows *sql.Rows) error {
		var c CaseFile
		var received, deadline, closed int64
		if err := rows.Scan(&c.Number.Region, &c.Number.Year, &c.Number.Serial, &c.Person, &c.BIN, &c.Incoming, &received, &c.Counted, &deadline,
			&c.Days, &c.Origin, &c.Import, &c.Rules, &c.Content, &closed); err != nil {
			return err
		}
		c.Received, c.Deadline = time.Unix(received, 0).UTC(), time.Unix(deadline, 0).UTC()
		if closed != 0 {
			c.Closed = time.Unix(closed, 0).UTC()
		}
		at[c.Number] = len(out)
		out = append(out, c)
		return nil
	}, `SELECT c.region, c.year, c.serial, c.person, c.bin, c.incoming, c.received, c.counted, c.deadline, c.days, c.origin, c.sequence, c.rules, c.application, c.closed
		FROM case_file c `+where+f.order(), args...)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	if f.Most > 0 {
		where = "WHERE (c.region, c.year, c.serial) IN (SELECT c.region, c.year, c.serial FROM case_file c " + where + f.order() + ")"
	}
	err = eachRow(ctx, q, func(rows *sql.Rows) error {
		s, err := scanStep(rows)
		if i, ok := at[s.Case]; ok {
			out[i].Steps = append(out[i].Steps, s)
		}
		return err
	}, "SELECT "+stepColumns+" FROM case_step s JOIN case_file c ON c.region = s.region AND c.year = s.year AND c.serial = s.serial "+where+
		" ORDER BY s.region, s.year, s.serial, s.number", args...)
	return out, err
}

func (f CaseFilter) order() string {
	if f.Most == 0 {
		return " ORDER BY c.region, c.year, c.serial"
	}
	return fmt.Sprintf(" ORDER BY c.received DESC, c.region, c.year, c.serial DESC LIMIT %d OFFSET %d", f.Most, f.Passed)
}

// CountCases counts cases.
func (s *Store) CountCases(ctx context.Context, f CaseFilter) (n int, err error) {
	where, args := f.where()
	err = s.db.GetContext(ctx, &n, "SELECT count(*) FROM case_file c "+where, args...)
	return n, unreachable(err)
}

const stepColumns = "s.region, s.year, s.serial, s.number, s.step, s.who, s.at, s.note, s.lacks, s.outcome, s.ground, s.reason, s.answer, s.left_on, s.letter, s.updated, s.sequence"

func scanStep(rows *sql.Rows) (s CaseStep, err error) {
	var at int64
	var lacks string
	err = rows.Scan(&s.Case.Region, &s.Case.Year, &s.Case.Serial, &s.Number, &s.Step, &s.By, &at, &s.Note, &lacks, &s.Outcome, &s.Ground,
		&s.Reason, &s.Answer, &s.LeftOn, &s.Letter, &s.Updated, &s.Sequence)
	s.At = time.Unix(at, 0).UTC()
	for _, l := range strings.Fields(lacks) {
		s.Lacks = append(s.Lacks, osms.Lack(l))
	}
	return s, err
}

// Casework is what one decision did: the cases it opened, the steps it added and
// the letters it registered.
type Casework struct {
	Opened  []CaseFile
	Steps   []CaseStep
	Letters []OfficeLetter
}

// InOrder puts it in the order in which it is read back.
func (w Casework) InOrder() {
	number := func(a, b osms.CaseNumber) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Year, b.Year), cmp.Compare(a.Serial, b.Serial))
	}
	slices.SortFunc(w.Opened, func(a, b CaseFile) int { return number(a.Number, b.Number) })
	slices.SortFunc(w.Steps, func(a, b CaseStep) int {
		return cmp.Or(number(a.Case, b.Case), cmp.Compare(a.Number, b.Number))
	})
	slices.SortFunc(w.Letters, func(a, b OfficeLetter) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Year, b.Year), cmp.Compare(a.RegisteredLetter.Number, b.RegisteredLetter.Number))
	})
}

// Digest is what the audit chain keeps of it, in order of number.
func (w Casework) Digest() string {
	h := sha256.New()
	for _, c := range w.Opened {
		fmt.Fprintf(h, "case|%s|%s|%s|%q|%d|%s|%d|%d|%s|%d|%s|%s\n", c.Number, c.Person.Digits(), c.BIN.Digits(), c.Incoming, c.Received.Unix(), c.Counted,
			c.Deadline.Unix(), c.Days, c.Origin, c.Import, c.Rules, Digest(c.Content))
	}
	for _, s := range w.Steps {
		fmt.Fprintf(h, "step|%s|%d|%s|%q|%d|%q|%v|%s|%d|%s|%s|%s|%s|%d\n", s.Case, s.Number, s.Step, s.By, s.At.Unix(), s.Note, s.Lacks, s.Outcome, s.Ground,
			s.Reason, s.Answer, s.LeftOn, s.Letter, s.Updated)
	}
	for _, l := range w.Letters {
		fmt.Fprintf(h, "letter|%s|%s|%s|%s|%s|%q|%s|%s|%s|%s|%s|%s|%s|%d\n", l.Outgoing(), l.Kind, l.BIN.Digits(), l.Person.Digits(), l.Dated, l.Matter, l.Texts,
			Digest(l.Content), l.Action, l.First, l.Last, l.Effective, l.Replaces, l.Known)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// AuditCasework is what the chain calls a decision about cases and letters.
const AuditCasework = "casework"

// CaseworkOf reads back what a decision did.
func (t *Tx) CaseworkOf(sequence int64) (w Casework, err error) {
	steps := map[osms.CaseNumber]bool{}
	err = t.each(func(rows *sql.Rows) error {
		s, err := scanStep(rows)
		w.Steps = append(w.Steps, s)
		if s.Number == 1 {
			steps[s.Case] = true
		}
		return err
	}, "SELECT "+stepColumns+" FROM case_step s WHERE s.sequence = $1 ORDER BY s.region, s.year, s.serial, s.number", sequence)
	if err != nil {
		return w, err
	}
	for _, s := range w.Steps {
		if !steps[s.Case] || s.Number != 1 {
			continue
		}
		found, err := caseFiles(t.ctx, t.tx, CaseFilter{Number: s.Case})
		if err != nil {
			return w, err
		}
		w.Opened = append(w.Opened, found...)
	}
	w.Letters, err = officeLetters(t.ctx, t.tx, "WHERE o.sequence = $1", sequence)
	return w, err
}

// CaseworkSequences lists the decisions that did something to cases or
// registered office letters, in order.
func (t *Tx) CaseworkSequences() (out []int64, err error) {
	err = t.each(func(rows *sql.Rows) error {
		var n int64
		err := rows.Scan(&n)
		out = append(out, n)
		return err
	}, "SELECT sequence FROM case_step UNION SELECT sequence FROM office_letter ORDER BY 1")
	return out, err
}

// ListsWithoutCases lists the imports of applications that stand and were not
// worked, in order.
func (s *Store) ListsWithoutCases(ctx context.Context) (out []int64, err error) {
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var n int64
		err := rows.Scan(&n)
		out = append(out, n)
		return err
	}, `SELECT o.sequence FROM import_organisation o WHERE o.kind = 'applications' AND o.state = 'applied'
		AND NOT EXISTS (SELECT 1 FROM list_worked w WHERE w.sequence = o.sequence) ORDER BY o.sequence`)
	return out, err
}

// MarkListWorked notes that the cases of a list were opened.
func (t *Tx) MarkListWorked(sequence int64) error {
	_, err := t.exec("INSERT INTO list_worked (sequence) VALUES ($1)", sequence)
	return err
}

// Last is the last decision that is committed, as this transaction sees it.
func (t *Tx) Last() (n int64, err error) {
	err = t.tx.GetContext(t.ctx, &n, "SELECT coalesce(max(number), 0) FROM audit")
	return n, missing(err)
}
