package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"osmsd/config"
	"osmsd/sync/store/storetest"
)

// A test that kills starts its own binary again: the child is the daemon, and
// it is killed, as by the kernel, at the operation that killAt names.
const (
	childHome     = "OSMSD_TEST_HOME"
	childDatabase = "OSMSD_TEST_DATABASE"
	childNow      = "OSMSD_TEST_NOW"
	childKill     = "OSMSD_TEST_KILL"
	childPlant    = "OSMSD_TEST_PLANT"
)

// killAt says where the child is killed:
//
//	op:N         before the N-th operation, on files or on the database
//	tx:N         before the N-th operation between a BEGIN and the return of its
//	             COMMIT, that moment included
//	soon:N       in the middle of the operation tx:N, or shortly after it
//	after:N      before the N-th operation after the first file, or decision,
//	             was committed
//	rename:N     before the N-th renaming of a file; so for other operations
//	import:N     before the COMMIT of the N-th file, and before what follows it
//	imported:N   right after the COMMIT of the N-th file, or decision, returned
type killAt struct {
	how string
	n   int
}

func parseKill(s string) killAt {
	how, n, _ := strings.Cut(s, ":")
	at, _ := strconv.Atoi(n)
	return killAt{how, at}
}

func (k killAt) String() string { return fmt.Sprintf("%s:%d", k.how, k.n) }

// counter counts the child's operations and kills it.
type counter struct {
	mu       sync.Mutex
	kill     killAt
	counts   map[string]int
	inside   bool // a transaction is open
	arrival  bool // it holds what becomes of a file, or a decision
	postpone func() error
	plant    string
	home     string
}

// at counts an operation under a name and ends the process where it is due.
func (c *counter) at(op string, names ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, name := range names {
		c.counts[name]++
		if name != c.kill.how || c.counts[name] != c.kill.n {
			if name == "tx" && c.kill.how == "soon" && c.counts[name] == c.kill.n {
				fmt.Fprintf(os.Stderr, "killed soon after %s inside=%v\n", op, c.inside)
				go func() {
					time.Sleep(time.Duration(c.kill.n%40) * 25 * time.Microsecond)
					die()
				}()
			}
			continue
		}
		fmt.Fprintf(os.Stderr, "killed at %s inside=%v\n", op, c.inside)
		die()
	}
}

func die() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

func (c *counter) file(op string) { c.at(op, append(c.names(), op)...) }

// names are those under which an operation counts.
func (c *counter) names() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	names := []string{"op"}
	if c.inside {
		names = append(names, "tx")
	}
	if c.counts["imported"] > 0 {
		names = append(names, "after")
	}
	return names
}

func (c *counter) tap(op *storetest.Op, next func() error) error {
	names := c.names()
	if c.mu.Lock(); op.Name == "commit" && c.arrival {
		names = append(names, "import")
	}
	c.mu.Unlock()
	c.at(op.Name+" "+strings.Join(strings.Fields(op.Query), " "), names...)
	err := c.planted(op, next)
	switch {
	case err != nil:
	case op.Name == "begin":
		c.open(true)
	case op.Name == "exec" && (strings.HasPrefix(op.Query, "INSERT INTO arrival") || strings.HasPrefix(op.Query, "INSERT INTO decision (")):
		c.mu.Lock()
		c.arrival = true
		c.mu.Unlock()
	case op.Name == "commit":
		names := []string{"op", "tx"}
		if c.arrival {
			names = append(names, "imported")
		}
		c.open(false)
		c.at("the return of COMMIT", names...)
	case op.Name == "rollback":
		c.open(false)
	}
	return err
}

func (c *counter) open(inside bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inside, c.arrival = inside, false
}

// planted are the bugs that the kill test must find.
func (c *counter) planted(op *storetest.Op, next func() error) error {
	insert := op.Name == "exec" && strings.HasPrefix(op.Query, "INSERT INTO arrival")
	switch {
	case c.plant == "move before commit" && insert:
		// The file leaves the drop folder when its fate is known, not when it is
		// committed.
		if oldest := oldestIn(filepath.Join(c.home, "inbox")); oldest != "" {
			_ = os.Remove(oldest)
		}
	case c.plant == "arrival outside" && insert:
		query, args := op.Query, op.Args
		c.postpone = func() error {
			_, err := op.Exec(context.Background(), query, args)
			return err
		}
		return nil
	case c.plant == "arrival outside" && op.Name == "commit" && c.postpone != nil:
		later := c.postpone
		c.postpone = nil
		if err := next(); err != nil {
			return err
		}
		c.at("the arrival after COMMIT", "imported")
		return later()
	case c.plant == "decision apart" && op.Name == "exec" && strings.HasPrefix(op.Query, "INSERT INTO decision ("):
		if _, err := op.Exec(context.Background(), "COMMIT", nil); err != nil {
			return err
		}
		c.at("between two transactions", "between")
		if _, err := op.Exec(context.Background(), "BEGIN", nil); err != nil {
			return err
		}
	case c.plant == "two transactions" && op.Name == "exec" && strings.HasPrefix(op.Query, "INSERT INTO import ("):
		if _, err := op.Exec(context.Background(), "COMMIT", nil); err != nil {
			return err
		}
		c.at("between two transactions", "imported")
		if _, err := op.Exec(context.Background(), "BEGIN", nil); err != nil {
			return err
		}
	}
	return next()
}

func oldestIn(inbox string) (oldest string) {
	var first time.Time
	paths, _ := filepath.Glob(filepath.Join(inbox, "*", "*"))
	for _, p := range paths {
		if i, err := os.Stat(p); err == nil && (oldest == "" || i.ModTime().Before(first)) {
			oldest, first = p, i.ModTime()
		}
	}
	return oldest
}

// serveChild is the daemon as `osmsd serve` runs it, until nothing is left in
// the drop folders.
func serveChild(home string) int {
	now, err := time.Parse(time.RFC3339, os.Getenv(childNow))
	if err != nil {
		fmt.Println(err)
		return exitUsage
	}
	c := &counter{kill: parseKill(os.Getenv(childKill)), counts: map[string]int{}, plant: os.Getenv(childPlant), home: home}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	empty := 0
	a, err := quickApp(home, os.Getenv(childDatabase), func() time.Time { return now })
	if err != nil {
		fmt.Println(err)
		return exitUsage
	}
	a.Step, a.Through = c.file, storetest.Tap(c.tap).Through
	a.Looked = func() {
		if empty++; oldestIn(filepath.Join(home, "inbox")) != "" {
			empty = 0
		}
		if empty == 2 {
			cancel()
		}
	}
	a.log = slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if err := a.serve(ctx); err != nil {
		fmt.Println(err)
		return exitFailed
	}
	if ctx.Err() == context.DeadlineExceeded {
		fmt.Println("the drop folders did not become empty")
		return exitFailed
	}
	fmt.Fprintf(os.Stderr, "ended op=%d tx=%d import=%d\n", c.counts["op"], c.counts["tx"], c.counts["import"])
	return exitDone
}

// quickApp is the program with drop folders that are looked at every few
// milliseconds.
func quickApp(home, address string, clock func() time.Time) (*app, error) {
	a := &app{home: home, lang: "ru", log: slog.New(slog.DiscardHandler), cfg: config.Default(),
		Surroundings: Surroundings{Stdout: os.Stdout, Stderr: os.Stderr, Clock: clock, Env: func(name string) (string, bool) {
			return address, name == "OSMSD_DATABASE"
		}}}
	if strings.HasPrefix(address, "postgres") {
		var err error
		if a.cfg, err = config.Load("", a.Env); err != nil {
			return nil, err
		}
	}
	a.cfg.Intake.Poll, a.cfg.Intake.Rest = 3*time.Millisecond, time.Millisecond
	a.cfg.Console.Listen = ""
	return a, nil
}
