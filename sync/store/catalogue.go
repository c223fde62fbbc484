package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// table is a table of the register as the database's own catalogue knows it:
// what copies the register asks the database what there is, so that a table
// that is added later is copied too.
type table struct {
	name    string
	columns []column
}

type column struct {
	name string
	kind kind
}

// kind is what a column holds, in the words of either database.
type kind int

const (
	number kind = iota + 1
	words
	octets
)

var kinds = map[string]kind{"BIGINT": number, "INTEGER": number, "SMALLINT": number, "TEXT": words, "BLOB": octets, "BYTEA": octets}

// apart are the tables that every registry has for itself: its schema's version,
// and who may write in it.
var apart = []string{"lease", "schema_version"}

// tables lists the tables of the register, in an order in which they can be
// filled: what others refer to comes first.
func (s *Store) tables(ctx context.Context, q queryer) ([]table, error) {
	byName := map[string]*table{}
	err := eachRow(ctx, q, func(rows *sql.Rows) error {
		var name, column_, typed string
		if err := rows.Scan(&name, &column_, &typed); err != nil {
			return err
		}
		if slices.Contains(apart, name) {
			return nil
		}
		if byName[name] == nil {
			byName[name] = &table{name: name}
		}
		byName[name].columns = append(byName[name].columns, column{column_, kinds[strings.ToUpper(typed)]})
		return nil
	}, s.d.columns)
	if err != nil {
		return nil, err
	}
	needs := map[string][]string{}
	err = eachRow(ctx, q, func(rows *sql.Rows) error {
		var name, other string
		err := rows.Scan(&name, &other)
		needs[name] = append(needs[name], other)
		return err
	}, s.d.references)
	if err != nil {
		return nil, err
	}
	return inOrder(byName, needs)
}

// errCircle says that tables refer to each other in a circle.
var errCircle = errors.New("store: tables refer to each other in a circle")

// inOrder sorts tables by name, each behind those that it refers to.
func inOrder(all map[string]*table, needs map[string][]string) (out []table, err error) {
	const open, done = 1, 2
	state := map[string]int{}
	var visit func(name string) error
	visit = func(name string) error {
		switch {
		case all[name] == nil || state[name] == done:
			return nil
		case state[name] == open:
			return fmt.Errorf("%w: %s", errCircle, name)
		}
		state[name] = open
		slices.Sort(needs[name])
		for _, other := range needs[name] {
			if other != name {
				if err := visit(other); err != nil {
					return err
				}
			}
		}
		state[name] = done
		out = append(out, *all[name])
		return nil
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := visit(name); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// common gives the tables that both registries have. Both are of one schema, so
// these are the register's own; what else somebody keeps in the same database is
// left alone. Tables of one name must have the same columns.
func common(from, to []table) (out []table, err error) {
	byName := map[string]table{}
	for _, t := range to {
		byName[t.name] = t
	}
	for _, t := range from {
		other, ok := byName[t.name]
		if !ok {
			continue
		}
		for _, c := range t.columns {
			if c.kind == 0 {
				return nil, fmt.Errorf("store: column %s of %s has a type that cannot be copied", c.name, t.name)
			}
			if !slices.Contains(other.columns, c) {
				return nil, fmt.Errorf("store: column %s of %s is not the same in both registries", c.name, t.name)
			}
		}
		if len(other.columns) != len(t.columns) {
			return nil, fmt.Errorf("store: table %s has %d columns here and %d there", t.name, len(t.columns), len(other.columns))
		}
		out = append(out, t)
	}
	return out, nil
}

func (t table) list() string { return strings.Join(t.names(), ", ") }

func (t table) names() (names []string) {
	for _, c := range t.columns {
		names = append(names, c.name)
	}
	return names
}

// Empty reports whether nothing at all is in the registry but its schema.
func (s *Store) Empty(ctx context.Context) (empty bool, err error) {
	err = s.Look(ctx, func(t *Tx) error {
		all, err := s.tables(ctx, t.tx)
		if err != nil {
			return err
		}
		empty, err = none(ctx, t.tx, s.ours(all))
		return err
	})
	return empty, err
}

// ours leaves out tables of others that stand in the same database: the
// register's are made by its schema.
func (s *Store) ours(all []table) []table {
	made := created()
	return slices.DeleteFunc(slices.Clone(all), func(t table) bool { return !slices.Contains(made, t.name) })
}

// created lists the tables that the schema makes.
func created() (names []string) {
	for v := 1; v <= schemaVersion; v++ {
		text, err := schema.ReadFile(fmt.Sprintf("schema/%03d.sql", v))
		if err != nil {
			continue
		}
		for line := range strings.Lines(withoutComments(string(text))) {
			if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "CREATE TABLE "); ok {
				name, _, _ := strings.Cut(strings.TrimPrefix(rest, "IF NOT EXISTS "), " ")
				names = append(names, strings.TrimSuffix(name, "("))
			}
		}
	}
	return names
}

func none(ctx context.Context, q queryer, tables []table) (bool, error) {
	for _, t := range tables {
		var found int
		err := missing(q.QueryRowContext(ctx, "SELECT 1 FROM "+t.name+" LIMIT 1").Scan(&found))
		if err == nil {
			return false, nil
		}
		if !errors.Is(err, ErrNotFound) {
			return false, err
		}
	}
	return true, nil
}
