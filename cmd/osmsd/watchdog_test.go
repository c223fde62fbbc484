package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// manager is a service manager's socket.
type manager struct {
	t    *testing.T
	said chan string
}

func newManager(t *testing.T, watchdog string) *manager {
	t.Helper()
	dir, err := os.MkdirTemp("", "sd") // the name of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	m := &manager{t, make(chan string, 10_000)}
	t.Cleanup(func() { _ = conn.Close(); _ = os.RemoveAll(dir) })
	t.Setenv("NOTIFY_SOCKET", path)
	t.Setenv("WATCHDOG_USEC", watchdog)
	t.Setenv("WATCHDOG_PID", "")
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := conn.Read(buffer)
			if err != nil {
				return
			}
			m.said <- string(buffer[:n])
		}
	}()
	return m
}

// hears waits until it is told something that begins so.
func (m *manager) hears(start string) string {
	m.t.Helper()
	timeout := time.After(20 * time.Second)
	for {
		select {
		case s := <-m.said:
			if strings.HasPrefix(s, start) {
				return s
			}
		case <-timeout:
			m.t.Fatalf("nobody said %s", start)
		}
	}
}

// feeds counts how often the watchdog is fed in a while.
func (m *manager) feeds(while time.Duration) (n int) {
	over := time.After(while)
	for {
		select {
		case s := <-m.said:
			if s == "WATCHDOG=1" {
				n++
			}
		case <-over:
			return n
		}
	}
}

// TestWatchdog runs the whole daemon under a watchdog: it says that it is ready
// when everything is planned, feeds the watchdog while it waits, does not feed it
// while its loop hangs in the middle of an operation on a folder, goes on feeding
// when the operation goes on, and says that it stops.
func TestWatchdog(t *testing.T) {
	m := newManager(t, "400000") // 0.4 s
	var hang atomic.Bool
	hung, release := make(chan struct{}, 1), make(chan struct{})
	step := func(string) {
		if hang.CompareAndSwap(true, false) {
			hung <- struct{}{}
			<-release
		}
	}
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "osmsd.yaml"), []byte("intake: {poll: 1s, rest: 1s}\nschedule: {letters: 0 8 * * *}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan int, 1)
	var log lines
	env := map[string]string{"OSMSD_NOW": "2026-10-01T12:00:00+05:00"}
	go func() {
		ended <- Main(ctx, []string{"--home", home, "serve"}, Surroundings{Stdout: &log, Stderr: &log, Clock: time.Now, Step: step,
			Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }})
	}()
	m.hears("READY=1")
	if s := m.hears("STATUS="); !strings.Contains(s, "waiting for files; next job: ") {
		t.Errorf("%s", s)
	}
	if n := m.feeds(300 * time.Millisecond); n == 0 {
		t.Error("the watchdog starves while the daemon waits")
	}
	hang.Store(true)
	<-hung
	m.feeds(150 * time.Millisecond) // what was on its way
	if n := m.feeds(time.Second); n != 0 {
		t.Errorf("fed %d times while the loop hangs", n)
	}
	close(release)
	m.hears("WATCHDOG=1")
	cancel()
	m.hears("STOPPING=1")
	select {
	case code := <-ended:
		if code != 0 {
			t.Errorf("exit code %d: %s", code, log.String())
		}
	case <-time.After(10 * time.Second):
		t.Errorf("it does not end: %s", log.String())
	}
}
