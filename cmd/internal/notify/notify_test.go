package notify

import (
	"bytes"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// listen is a service manager's socket; next gives what it is told, "" when it is
// told nothing within a moment.
func listen(t *testing.T) (next func() string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "sd") // the name of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	t.Setenv("NOTIFY_SOCKET", path)
	return func() string {
		buffer := make([]byte, 4096)
		if err := conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		n, err := conn.Read(buffer)
		if err != nil {
			return ""
		}
		return string(buffer[:n])
	}
}

func TestStates(t *testing.T) {
	next := listen(t)
	t.Setenv("WATCHDOG_USEC", "")
	n := Open(time.Now, slog.New(slog.DiscardHandler))
	said := func(want string) {
		t.Helper()
		if got := next(); !regexp.MustCompile(`^(?:` + want + `)$`).MatchString(got) {
			t.Errorf("said %q, want %s", got, want)
		}
	}
	n.Ready()
	said("READY=1")
	if !n.Listening() {
		t.Error("nobody listens")
	}
	n.Status("waiting")
	said("STATUS=waiting")
	n.Status("waiting")
	said("")
	n.Status("running\nletters")
	said("STATUS=running letters")
	n.Reloading()
	said(`RELOADING=1\nMONOTONIC_USEC=[1-9]\d+`)
	n.Alive() // nobody watches
	said("")
	n.Stopping()
	said("STOPPING=1")
}

// TestWatchdog: however often Alive is called, the watchdog hears of it in good
// time and not more than needed.
func TestWatchdog(t *testing.T) {
	next := listen(t)
	t.Setenv("WATCHDOG_USEC", "60000000")
	t.Setenv("WATCHDOG_PID", "")
	at := time.Unix(1_790_000_000, 0)
	n := Open(func() time.Time { return at }, slog.New(slog.DiscardHandler))
	if n.Watchdog() != time.Minute {
		t.Fatalf("%s", n.Watchdog())
	}
	fed := 0
	for range 61 {
		n.Alive()
		n.Alive()
		for said := next(); said != ""; said = next() {
			if said != "WATCHDOG=1" {
				t.Errorf("said %q", said)
			}
			fed++
		}
		at = at.Add(time.Second)
	}
	if fed != 5 {
		t.Errorf("fed %d times in a minute, want 5", fed)
	}
}

// TestAnothersWatchdog: the variables of a parent's watchdog are not ours.
func TestAnothersWatchdog(t *testing.T) {
	listen(t)
	t.Setenv("WATCHDOG_USEC", "1000000")
	t.Setenv("WATCHDOG_PID", "1")
	if n := Open(time.Now, slog.New(slog.DiscardHandler)); n.Watchdog() != 0 {
		t.Errorf("%s", n.Watchdog())
	}
}

func TestNobodyListens(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	var none *Notifier
	none.Ready()
	none.Status("x")
	none.Alive()
	none.Reloading()
	var b bytes.Buffer
	log := slog.New(slog.NewTextHandler(&b, nil))
	Open(time.Now, log).Ready()
	if b.Len() > 0 || none.Listening() || Open(time.Now, log).Listening() {
		t.Errorf("%s", b.String())
	}
	t.Setenv("NOTIFY_SOCKET", filepath.Join(t.TempDir(), "gone"))
	n := Open(time.Now, log)
	n.Ready()
	n.Stopping()
	if strings.Count(b.String(), "cannot be told") != 1 {
		t.Errorf("%s", b.String())
	}
}
