package storetest

import (
	"context"
	"database/sql/driver"
	"strings"
)

// Op is one operation on its way to a database: begin, exec, query, prepare,
// commit, rollback or connect.
type Op struct {
	Name  string
	Query string
	Args  []driver.NamedValue
	// Result is what an exec gave; an exec that was not let through gives one
	// row unless another Result is set.
	Result driver.Result

	conn driver.Conn
}

// Exec runs a statement of the test's own on the same connection.
func (o *Op) Exec(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return o.conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

// Tap stands between a store and its database and sees every operation. It may
// change the statement, let it through with next, or answer in its place. The
// rows of a COPY are part of its prepare and are not shown.
type Tap func(op *Op, next func() error) error

// Through taps a connector; it is made for store.OpenThrough.
func (t Tap) Through(c driver.Connector) driver.Connector { return tappedConnector{c, t} }

type tappedConnector struct {
	driver.Connector
	tap Tap
}

func (c tappedConnector) Connect(ctx context.Context) (conn driver.Conn, err error) {
	err = c.tap(&Op{Name: "connect"}, func() (err error) {
		conn, err = c.Connector.Connect(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &tappedConn{conn, c.tap}, nil
}

type tappedConn struct {
	driver.Conn
	tap Tap
}

func (c *tappedConn) BeginTx(ctx context.Context, o driver.TxOptions) (tx driver.Tx, err error) {
	err = c.tap(&Op{Name: "begin", conn: c.Conn}, func() (err error) {
		tx, err = c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	return tappedTx{tx, c}, nil
}

func (c *tappedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	op := Op{Name: "exec", Query: query, Args: args, Result: driver.RowsAffected(1), conn: c.Conn}
	err := c.tap(&op, func() (err error) {
		op.Result, err = c.Conn.(driver.ExecerContext).ExecContext(ctx, op.Query, op.Args)
		return err
	})
	return op.Result, err
}

func (c *tappedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (rows driver.Rows, err error) {
	op := Op{Name: "query", Query: query, Args: args, conn: c.Conn}
	err = c.tap(&op, func() (err error) {
		rows, err = c.Conn.(driver.QueryerContext).QueryContext(ctx, op.Query, op.Args)
		return err
	})
	return rows, err
}

func (c *tappedConn) PrepareContext(ctx context.Context, query string) (stmt driver.Stmt, err error) {
	op := Op{Name: "prepare", Query: query, conn: c.Conn}
	err = c.tap(&op, func() (err error) {
		stmt, err = c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, op.Query)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &tappedStmt{stmt, c, query}, nil
}

func (c *tappedConn) Ping(ctx context.Context) error {
	if p, ok := c.Conn.(driver.Pinger); ok {
		return p.Ping(ctx)
	}
	return nil
}

func (c *tappedConn) ResetSession(ctx context.Context) error {
	if r, ok := c.Conn.(driver.SessionResetter); ok {
		return r.ResetSession(ctx)
	}
	return nil
}

func (c *tappedConn) IsValid() bool {
	v, ok := c.Conn.(driver.Validator)
	return !ok || v.IsValid()
}

func (c *tappedConn) CheckNamedValue(v *driver.NamedValue) error {
	if n, ok := c.Conn.(driver.NamedValueChecker); ok {
		return n.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

type tappedTx struct {
	driver.Tx
	conn *tappedConn
}

func (t tappedTx) Commit() error {
	return t.conn.tap(&Op{Name: "commit", conn: t.conn.Conn}, t.Tx.Commit)
}

func (t tappedTx) Rollback() error {
	return t.conn.tap(&Op{Name: "rollback", conn: t.conn.Conn}, t.Tx.Rollback)
}

type tappedStmt struct {
	driver.Stmt
	conn  *tappedConn
	query string
}

func (s *tappedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if len(args) > 0 && strings.HasPrefix(s.query, "COPY ") {
		return s.exec(ctx, args)
	}
	op := Op{Name: "exec", Query: s.query, Args: args, Result: driver.RowsAffected(1), conn: s.conn.Conn}
	err := s.conn.tap(&op, func() (err error) {
		op.Result, err = s.exec(ctx, op.Args)
		return err
	})
	return op.Result, err
}

func (s *tappedStmt) exec(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if e, ok := s.Stmt.(driver.StmtExecContext); ok {
		return e.ExecContext(ctx, args)
	}
	values := make([]driver.Value, len(args))
	for i, a := range args {
		values[i] = a.Value
	}
	//lint:ignore SA1019 COPY statements of lib/pq know no other way
	return s.Stmt.Exec(values)
}

func (s *tappedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}
