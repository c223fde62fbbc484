// Package notify tells systemd how the daemon is: ready, reloading, stopping,
// what it is at, and, for WatchdogSec, that it is alive. Where the daemon was
// not started by systemd (no NOTIFY_SOCKET) nothing is told and nothing costs.
//
// Alive may be called as often as the caller likes: a datagram goes out once in a
// quarter of the watchdog's time. The package has no goroutine of its own, on
// purpose: a watchdog that is fed by a timer would only prove that the timer
// runs. Whoever calls Alive is what is watched.
package notify

import (
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// Notifier speaks to the service manager. The methods of a nil Notifier do
// nothing. It is safe for concurrent use.
type Notifier struct {
	log      *slog.Logger
	clock    func() time.Time
	watchdog time.Duration // 0: nobody watches

	mu     sync.Mutex
	fed    time.Time
	status string
	failed bool
}

// Open reads from the process's environment whom to tell and how long the
// watchdog waits. The clock is a running one; a failure to tell is logged once.
func Open(clock func() time.Time, log *slog.Logger) *Notifier {
	n := &Notifier{log: log, clock: clock}
	var err error
	if n.watchdog, err = daemon.SdWatchdogEnabled(false); err != nil {
		log.Warn("the watchdog's time cannot be read: it will not be fed", "err", err)
		n.watchdog = 0
	}
	return n
}

// Watchdog is how long the service manager waits for Alive before it ends the
// process; 0 when it does not wait.
func (n *Notifier) Watchdog() time.Duration {
	if n == nil {
		return 0
	}
	return n.watchdog
}

// Listening reports whether there is a service manager to tell anything.
func (n *Notifier) Listening() bool { return n != nil && os.Getenv("NOTIFY_SOCKET") != "" }

// Ready says that the daemon works, or works again after Reloading.
func (n *Notifier) Ready() { n.tell(daemon.SdNotifyReady) }

// Stopping says that the daemon is ending.
func (n *Notifier) Stopping() { n.tell(daemon.SdNotifyStopping) }

// Reloading says that the configuration is being read; Ready must follow.
func (n *Notifier) Reloading() {
	n.tell(daemon.SdNotifyReloading + "\n" + strings.TrimSpace(daemon.SdNotifyMonotonicUsec()))
}

// Status says in one line what the daemon is at, for `systemctl status`. The
// same line is told once.
func (n *Notifier) Status(line string) {
	if n == nil {
		return
	}
	line = strings.ReplaceAll(line, "\n", " ")
	n.mu.Lock()
	same := n.status == line
	n.status = line
	n.mu.Unlock()
	if !same {
		n.tell("STATUS=" + line)
	}
}

// Alive feeds the watchdog.
func (n *Notifier) Alive() {
	if n == nil || n.watchdog == 0 {
		return
	}
	now := n.clock()
	n.mu.Lock()
	early := !n.fed.IsZero() && now.Sub(n.fed) < n.watchdog/4
	if !early {
		n.fed = now
	}
	n.mu.Unlock()
	if !early {
		n.tell(daemon.SdNotifyWatchdog)
	}
}

func (n *Notifier) tell(state string) {
	if n == nil {
		return
	}
	_, err := daemon.SdNotify(false, state)
	n.mu.Lock()
	defer n.mu.Unlock()
	if err != nil && !n.failed {
		n.log.Warn("the service manager cannot be told", "err", err)
	}
	n.failed = err != nil
}
