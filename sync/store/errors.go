package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/lib/pq"
	"modernc.org/sqlite"
)

var (
	// ErrNotFound says that there is no such row.
	ErrNotFound = errors.New("not found")
	// ErrNewerSchema says that a newer program has brought the schema forward.
	ErrNewerSchema = errors.New("the registry was written by a newer osmsd")
	// ErrFenced says that the lease was lost while the holder was away.
	ErrFenced = errors.New("the lease was taken over by another process")
	// ErrUnreachable says that the database does not answer.
	ErrUnreachable = errors.New("the database cannot be reached")
	// ErrOnce says that this file with this declaration was committed already.
	ErrOnce = errors.New("this import was committed already")
)

// BusyError says who holds the lease.
type BusyError struct {
	Holder string
	Until  time.Time
}

func (e *BusyError) Error() string {
	return fmt.Sprintf("the registry is busy: held by %s until %s", e.Holder, e.Until.Format(time.RFC3339))
}

// Retryable reports an error after which the whole transaction may be tried
// again: a serialisation failure, a deadlock, a busy SQLite.
func Retryable(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		return p.Code == "40001" || p.Code == "40P01"
	}
	var s *sqlite.Error
	if errors.As(err, &s) {
		return s.Code()&0xff == 5 // SQLITE_BUSY
	}
	return false
}

// Lost reports that the connection broke: the outcome of a commit in flight is
// unknown and must be looked up.
func Lost(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return false // we gave up, not the database
	}
	var p *pq.Error
	if errors.As(err, &p) && (p.Code.Class() == "08" || p.Code.Class() == "57" && p.Code != "57014") {
		return true // the server ended the connection and could still say so
	}
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, ErrUnreachable) {
		return true
	}
	// The error of a file is made of the same number as that of a connection, and
	// that number alone would pass for one.
	var n net.Error
	if !errors.As(err, &n) {
		return false
	}
	_, number := n.(syscall.Errno)
	return !number
}

// plain strips what a database says about values: pq's Detail, and the messages
// of data exceptions (class 22) and broken constraints (class 23), can hold a
// personal number, and it must reach no log.
func plain(err error) error {
	var p *pq.Error
	if errors.As(err, &p) {
		clean := *p
		clean.Detail, clean.Hint, clean.Where, clean.InternalQuery = "", "", "", ""
		if class := clean.Code.Class(); class == "22" || class == "23" {
			clean.Message = strings.Join(strings.Fields(strings.Join([]string{clean.Code.Name(), clean.Table, clean.Column, clean.Constraint}, " ")), " ")
		}
		return &clean
	}
	return err
}

// missing turns "no rows" into ErrNotFound.
func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	if err != nil {
		return unreachable(err)
	}
	return nil
}

// errMoved says that fewer rows were there to close than were believed: the
// registry is not what was read, and the transaction must not stand.
func errMoved(what string, want int, got int64) error {
	return fmt.Errorf("store: %d %s to close, %d found", want, what, got)
}

// broken reports that a unique key was broken.
func broken(err error) bool {
	var p *pq.Error
	if errors.As(err, &p) {
		return p.Code == "23505"
	}
	var s *sqlite.Error
	return errors.As(err, &s) && (s.Code() == 2067 || s.Code() == 1555) // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY
}
