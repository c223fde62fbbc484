package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	_ "modernc.org/sqlite" // the embedded registry
)

// dialect is everything in which the two databases differ.
type dialect struct {
	name  string
	bytes string // type of a column of bytes
	// empty empties a temporary table; %s is its name.
	empty string
	// writing is said at the beginning of a transaction that writes.
	writing string
	// ignorant asks whether the planner has never seen the facts; study shows
	// them to it. Both are empty where the planner does well without.
	ignorant, study string
	// snapshot is the isolation in which all reads of a transaction see the same
	// moment; SQLite knows no other.
	snapshot sql.IsolationLevel
	// walking is said to a connection that reads much once and in order, so that
	// it keeps little of it; walked makes it as it was.
	walking, walked string
	// erasing is said in a transaction before content is destroyed, purge after
	// it is committed: so the database keeps no bytes of it.
	erasing string
	purge   []string
	// columns lists the tables of the database with their columns and types,
	// references which table refers to which.
	columns, references string
	// snapshotInto writes a copy of the whole database to the file named by its
	// argument; empty: the database cannot. copied is said once a whole register
	// was loaded.
	snapshotInto, copied string
	// health are the questions that Inspect asks.
	health []healthQuestion
	// bulk begins loading rows into a table; the table is complete when the
	// returned loader is closed.
	bulk func(ctx context.Context, tx *sqlx.Tx, table string, columns []string) (bulk, error)
}

// bulk loads rows. The values passed to add may be reused after it returns.
type bulk interface {
	add(values []any) error
	close() error
}

var sqliteDialect = dialect{name: "sqlite", bytes: "BLOB", empty: "DELETE FROM %s", bulk: newMultiRow,
	walking: "PRAGMA cache_size = -16384", walked: "PRAGMA cache_size = -98304",
	erasing: "PRAGMA secure_delete = ON", purge: []string{"PRAGMA wal_checkpoint(TRUNCATE)"},
	columns: `SELECT m.name, c.name, c.type FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, c.cid`,
	references: `SELECT m.name, r."table" FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS r
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'`,
	snapshotInto: "VACUUM INTO $1",
	health: []healthQuestion{{"version", "SELECT sqlite_version()"}, {"encoding", "PRAGMA encoding"}, {"journal", "PRAGMA journal_mode"},
		{"damage", "PRAGMA quick_check(1)"}}}

// PostgreSQL takes a column that it has never analysed to hold 200 different
// values, and then reads the whole table for the persons of one roster. Autovacuum
// comes too late for the first files of a new registry, so each of them, up to
// a thousand facts, is followed by an ANALYZE; it finds that a person has about
// one row, and that stays true however the table grows.
//
// A writing transaction joins temporary tables of keys, of which there are never
// statistics, with large tables that have an index on the key: the nested loop is
// always right, and the planner is left no other. Compiling such a statement
// takes longer than running it.
var postgresDialect = dialect{name: "postgres", bytes: "BYTEA", snapshot: sql.LevelRepeatableRead, bulk: newCopy, empty: "TRUNCATE %s",
	writing:  "SET LOCAL jit = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_material = off; SET LOCAL enable_bitmapscan = off",
	ignorant: "SELECT reltuples < 1000 FROM pg_class WHERE oid = 'enrolment'::regclass",
	study:    "ANALYZE enrolment; ANALYZE entitlement; ANALYZE import_organisation; ANALYZE organisation",
	purge:    []string{"VACUUM import_organisation", "VACUUM arrival"},
	columns: `SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns AS c
		JOIN information_schema.tables AS t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
		WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position`,
	references: `SELECT c.relname, r.relname FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
		JOIN pg_class AS r ON r.oid = k.confrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE k.contype = 'f' AND n.nspname = current_schema()`,
	copied: "ANALYZE",
	health: []healthQuestion{{"version", "SHOW server_version"}, {"major", "SHOW server_version_num"}, {"encoding", "SHOW server_encoding"}, {"zone", "SHOW TimeZone"},
		{"clock", "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"}, {"connections", "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"},
		{"most", "SHOW max_connections"}, {"standby", "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on'"}}}

func openSQLite(path string, through func(driver.Connector) driver.Connector) (*sqlx.DB, error) {
	q := url.Values{"_txlock": {"immediate"}, "_time_format": {"sqlite"}, "_timezone": {"UTC"}, "_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "foreign_keys(1)", "synchronous(FULL)", "temp_store(MEMORY)", "cache_size(-98304)", "wal_autocheckpoint(16384)"}}
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
	unopened, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	defer unopened.Close()
	return sqlx.NewDb(sql.OpenDB(through(embedded{dsn, unopened.Driver()})), "sqlite"), nil
}

// embedded opens connections to a SQLite file.
type embedded struct {
	dsn    string
	driver driver.Driver
}

func (e embedded) Connect(context.Context) (driver.Conn, error) { return e.driver.Open(e.dsn) }
func (e embedded) Driver() driver.Driver                        { return e.driver }

// silence bounds how long the network may say nothing: lib/pq does not end a
// silent read when its context ends, so the connection itself must.
const silence = 5 * time.Minute

type deadlineDialer struct{ net.Dialer }

func (d deadlineDialer) Dial(network, address string) (net.Conn, error) {
	return d.DialTimeout(network, address, 10*time.Second)
}

func (d deadlineDialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	d.Timeout = timeout
	c, err := d.Dialer.Dial(network, address)
	if err != nil {
		return nil, err
	}
	return deadlineConn{c}, nil
}

type deadlineConn struct{ net.Conn }

func (c deadlineConn) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

func (c deadlineConn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

func openPostgres(dsn string, through func(driver.Connector) driver.Connector) (*sqlx.DB, error) {
	connector, err := pq.NewConnector(dsn)
	if u := new(url.Error); errors.As(err, &u) {
		// url.Error shows the address whole, password and all; what it wraps may
		// quote a part of it.
		return nil, errors.New("the address of the database cannot be read: write postgres://user@host:port/database")
	}
	if err != nil {
		return nil, err
	}
	connector.Dialer(deadlineDialer{})
	return sqlx.NewDb(sql.OpenDB(through(connector)), "postgres"), nil
}

// copyLoader streams rows with COPY.
type copyLoader struct {
	ctx  context.Context
	stmt *sql.Stmt
}

func newCopy(ctx context.Context, tx *sqlx.Tx, table string, columns []string) (bulk, error) {
	stmt, err := tx.PrepareContext(ctx, fmt.Sprintf("COPY %s (%s) FROM STDIN", table, strings.Join(columns, ", ")))
	if err != nil {
		return nil, err
	}
	return &copyLoader{ctx, stmt}, nil
}

func (c *copyLoader) add(values []any) error {
	_, err := c.stmt.ExecContext(c.ctx, values...)
	return err
}

func (c *copyLoader) close() error {
	_, err := c.stmt.ExecContext(c.ctx)
	if cerr := c.stmt.Close(); err == nil {
		err = cerr
	}
	return err
}

// multiRow gathers rows into INSERT statements of many rows.
type multiRow struct {
	ctx     context.Context
	tx      *sqlx.Tx
	head    string
	columns int
	full    *sql.Stmt
	rows    int // rows of a full statement
	held    []any
}

// variablesPerStatement stays below SQLite's limit of 32,766.
const variablesPerStatement = 12_000

func newMultiRow(ctx context.Context, tx *sqlx.Tx, table string, columns []string) (bulk, error) {
	m := &multiRow{ctx: ctx, tx: tx, columns: len(columns), rows: max(1, min(500, variablesPerStatement/len(columns)))}
	m.head = fmt.Sprintf("INSERT INTO %s (%s) VALUES ", table, strings.Join(columns, ", "))
	return m, nil
}

func (m *multiRow) statement(rows int) string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", m.columns), ",") + ")"
	return m.head + strings.TrimSuffix(strings.Repeat(one+",", rows), ",")
}

func (m *multiRow) add(values []any) error {
	m.held = append(m.held, values...)
	if len(m.held) < m.rows*m.columns {
		return nil
	}
	if m.full == nil {
		stmt, err := m.tx.PrepareContext(m.ctx, m.statement(m.rows))
		if err != nil {
			return err
		}
		m.full = stmt
	}
	_, err := m.full.ExecContext(m.ctx, m.held...)
	m.held = m.held[:0]
	return err
}

func (m *multiRow) close() error {
	if m.full != nil {
		defer m.full.Close()
	}
	if len(m.held) == 0 {
		return nil
	}
	_, err := m.tx.ExecContext(m.ctx, m.statement(len(m.held)/m.columns), m.held...)
	return err
}
