package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"osmsd/sync/osms"
)

// LetterState says whether a letter of the register still stands.
type LetterState string

const (
	LetterStands   LetterState = "valid"
	LetterAnnulled LetterState = "annulled"
)

// LetterFilter says which letters of the register are meant; zero values
// restrict nothing.
type LetterFilter struct {
	Region   osms.Region
	BIN      osms.BIN
	Kind     osms.LetterKind
	State    LetterState
	From, To osms.Date // dated, both included
}

func (f LetterFilter) where() (string, []any) {
	var parts []string
	var args []any
	add := func(condition string, value any) {
		args = append(args, value)
		parts = append(parts, fmt.Sprintf(condition, len(args)))
	}
	if f.Region != 0 {
		add("l.region = $%d", f.Region)
	}
	if f.BIN != 0 {
		add("l.bin = $%d", f.BIN)
	}
	if f.Kind != "" {
		add("l.kind = $%d", string(f.Kind))
	}
	if f.From != 0 {
		add("l.dated >= $%d", f.From)
	}
	if f.To != 0 {
		add("l.dated <= $%d", f.To)
	}
	switch f.State {
	case LetterStands:
		parts = append(parts, "l.annulled = 0")
	case LetterAnnulled:
		parts = append(parts, "l.annulled <> 0")
	}
	if len(parts) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(parts, " AND "), args
}

// Register reads the register of letters in order of region, year and number;
// content is what a refusal or a letter about an event says, nil for others.
func (s *Store) Register(ctx context.Context, f LetterFilter, each func(l RegisteredLetter, content []byte) error) error {
	return register(ctx, s.db, f, " ORDER BY l.region, l.year, l.number", each)
}

// RegisterPage reads so many letters of the register, the newest first, after
// those that are passed over.
func (s *Store) RegisterPage(ctx context.Context, f LetterFilter, most, passed int, each func(l RegisteredLetter, content []byte) error) error {
	order := " ORDER BY l.dated DESC, l.region, l.number DESC"
	if f.Region != 0 { // numbers of a region grow with the days: its key serves
		order = " ORDER BY l.region, l.year DESC, l.number DESC"
	}
	return register(ctx, s.db, f, fmt.Sprintf("%s LIMIT %d OFFSET %d", order, most, passed), each)
}

func register(ctx context.Context, q queryer, f LetterFilter, order string, each func(l RegisteredLetter, content []byte) error) error {
	where, args := f.where()
	return eachRow(ctx, q, func(rows *sql.Rows) error {
		var l RegisteredLetter
		var matter sql.NullString
		var content []byte
		if err := rows.Scan(&l.Region, &l.Year, &l.Number, &l.BIN, &l.Person, &l.Action, &l.First, &l.Last, &l.Effective, &l.Dated, &l.Annulled, &l.Replaces,
			&l.Bundle, &l.Kind, &matter, &content); err != nil {
			return err
		}
		if l.Matter = matter.String; !strings.Contains(l.Matter, "З") {
			l.Matter = "" // an event or a bundle
		}
		return each(l, content)
	}, "SELECT l."+strings.ReplaceAll(letterColumns, ", ", ", l.")+`, o.matter, CASE WHEN l.kind IN ('refusal', 'event') THEN o.content END FROM letter l
		LEFT JOIN office_letter o ON o.region = l.region AND o.year = l.year AND o.number = l.number`+where+order, args...)
}

// RegisterTotals counts letters of the register, and those of them that are
// annulled.
func (s *Store) RegisterTotals(ctx context.Context, f LetterFilter) (letters, annulled int, err error) {
	where, args := f.where()
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error { return rows.Scan(&letters, &annulled) },
		"SELECT count(*), coalesce(sum(CASE WHEN l.annulled <> 0 THEN 1 ELSE 0 END), 0) FROM letter l"+where, args...)
	return letters, annulled, err
}

// LetterNumbered reads a line of the register, with the number of the case that
// it is about; ErrNotFound when there is none.
func (s *Store) LetterNumbered(ctx context.Context, region osms.Region, year int, number int64) (RegisteredLetter, error) {
	found, err := letters(ctx, s.db, "WHERE region = $1 AND year = $2 AND number = $3", region, year, number)
	if err != nil || len(found) == 0 {
		return RegisteredLetter{}, orNotFound(err)
	}
	l := found[0]
	if l.Bundle != 0 {
		return l, nil
	}
	o, err := s.OfficeLetterNumbered(ctx, region, year, number)
	switch {
	case errors.Is(err, ErrNotFound):
		return l, nil
	case strings.Contains(o.Matter, "З"):
		l.Matter = o.Matter
	}
	return l, err
}

// Annulled says by which decision a letter was annulled.
type Annulled struct {
	What      string // AuditAnnul: by hand; DecisionUndo: with an import; "": by the letter that replaces it
	Reason    string
	Committed time.Time
	Import    int64 // that was undone
}

// AnnulledBy reads the decision that annulled letters.
func (s *Store) AnnulledBy(ctx context.Context, sequence int64) (a Annulled, err error) {
	err = eachRow(ctx, s.db, func(rows *sql.Rows) error {
		var committed int64
		err := rows.Scan(&a.What, &a.Reason, &committed, &a.Import)
		a.Committed = time.Unix(committed, 0).UTC()
		return err
	}, `SELECT '`+AuditAnnul+`', reason, committed, 0 FROM letter_annulment WHERE sequence = $1
		UNION ALL SELECT what, reason, committed, import FROM decision WHERE sequence = $1 AND what = '`+DecisionUndo+`'`, sequence)
	return a, err
}

// ReplacedBy lists the letters that were written in place of one: to the same
// organisation, about the same person.
func (s *Store) ReplacedBy(ctx context.Context, l RegisteredLetter) (out []RegisteredLetter, err error) {
	where, key := "WHERE person = $1 AND replaces <> '' ORDER BY dated, region, number", any(l.Person)
	if l.Person == 0 {
		where, key = "WHERE bin = $1 AND person = 0 AND replaces <> '' ORDER BY dated, region, number", any(l.BIN)
	}
	list, err := letters(ctx, s.db, where, key)
	for _, x := range list {
		for number := range strings.SplitSeq(x.Replaces, ", ") {
			if number == l.Outgoing() {
				out = append(out, x)
			}
		}
	}
	return out, err
}
