package store

import (
	"database/sql/driver"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

func TestLostByWhatTheServerSays(t *testing.T) {
	for code, want := range map[pqerror.Code]bool{
		"57P01": true, "57P02": true, "57P03": true, "08006": true,
		"57014": false, // a statement was cancelled, the connection stands
		"23505": false, "40001": false, "53100": false,
	} {
		if got := Lost(fmt.Errorf("load enrolment: %w", &pq.Error{Code: code})); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
	if !Lost(fmt.Errorf("commit: %w", driver.ErrBadConn)) {
		t.Error("a bad connection")
	}
	if !Lost(fmt.Errorf("look: %w", &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)})) {
		t.Error("a connection that was reset")
	}
	// A file is no database: a missing folder or a full disk is not waited out.
	_, err := os.Open("testdata/nothing")
	if err == nil || Lost(fmt.Errorf("write the report: %w", err)) || Lost(&os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}) {
		t.Errorf("a file passes for a database: %v", err)
	}
}
