package store

import (
	"context"
	"database/sql"

	"osmsd/sync/osms"
)

// Rules reads the rules of entitlement that were in force at a sequence, in the
// canonical form in which they were put; ErrNotFound where none were yet.
func (s *Store) Rules(ctx context.Context, sequence int64) (rules string, err error) {
	err = s.db.GetContext(ctx, &rules, "SELECT rules FROM state_rules WHERE known_from <= $1 ORDER BY known_from DESC LIMIT 1", sequence)
	return rules, missing(err)
}

// RuleDecisions lists the sequences, up to one, that put rules in force.
func (s *Store) RuleDecisions(ctx context.Context, sequence int64) ([]int64, error) {
	var out []int64
	err := s.db.SelectContext(ctx, &out, "SELECT known_from FROM state_rules WHERE known_from <= $1 ORDER BY known_from", sequence)
	return out, unreachable(err)
}

// RuleVersions gives the decisions that brought the rules and the rates which
// were in force at a sequence; 0: none did.
func (s *Store) RuleVersions(ctx context.Context, sequence int64) (rules, rates int64, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT (SELECT coalesce(max(known_from), 0) FROM state_rules WHERE known_from <= $1),
		(SELECT coalesce(max(known_from), 0) FROM state_rate WHERE known_from <= $1)`, sequence).Scan(&rules, &rates)
	return rules, rates, unreachable(err)
}

// Payer is the BIN of who pays for the state, as known at a sequence; "" is
// whoever does.
func (s *Store) Payer(ctx context.Context, sequence int64) (payer string, err error) {
	err = s.db.GetContext(ctx, &payer, `SELECT coalesce((SELECT payer FROM state_payer WHERE known_from <= $1 ORDER BY known_from DESC LIMIT 1), '')`, sequence)
	return payer, unreachable(err)
}

// PutPayer believes who pays for the state from this decision on.
func (t *Tx) PutPayer(payer string) error {
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	t.moves = true
	_, err = t.exec("INSERT INTO state_payer (known_from, payer) VALUES ($1, $2)", sequence, payer)
	return err
}

// PayersByDecision reads who was ever known to pay, by the decision.
func (t *Tx) PayersByDecision() (map[int64]string, error) {
	out := map[int64]string{}
	err := t.each(func(rows *sql.Rows) error {
		var from int64
		var payer string
		err := rows.Scan(&from, &payer)
		out[from] = payer
		return err
	}, "SELECT known_from, payer FROM state_payer ORDER BY known_from")
	return out, err
}

// Rules reads the rules that are in force; ErrNotFound where none are yet.
func (t *Tx) Rules() (rules string, err error) {
	err = t.tx.GetContext(t.ctx, &rules, "SELECT rules FROM state_rules ORDER BY known_from DESC LIMIT 1")
	return rules, missing(err)
}

// PutRules puts rules in force from this decision on.
func (t *Tx) PutRules(rules string) error {
	sequence, err := t.Sequence()
	if err != nil {
		return err
	}
	_, err = t.exec("INSERT INTO state_rules (known_from, rules) VALUES ($1, $2)", sequence, rules)
	return err
}

// NextPersons reads, in their order, up to n persons after one (0: from the
// first) of whom facts are believed; onLeave keeps to those whom a fact puts on
// academic leave.
func (t *Tx) NextPersons(after osms.IIN, n int, onLeave bool) (persons []osms.IIN, err error) {
	query, args := "SELECT DISTINCT person FROM enrolment WHERE person > $1 AND known_until = $2 ORDER BY person LIMIT $3", []any{int64(after), int64(now), n}
	if onLeave {
		query = "SELECT DISTINCT person FROM enrolment WHERE person > $1 AND known_until = $2 AND status = $4 ORDER BY person LIMIT $3"
		args = append(args, string(osms.AcademicLeave))
	}
	err = t.each(func(rows *sql.Rows) error {
		var person int64
		if err := rows.Scan(&person); err != nil {
			return err
		}
		persons = append(persons, osms.IIN(person))
		return nil
	}, query, args...)
	return persons, err
}
