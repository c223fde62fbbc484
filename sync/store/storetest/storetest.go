// Package storetest runs a test against every kind of database that the store
// knows: SQLite in a folder of the test's own, and PostgreSQL on a private
// server that is started from the system's binaries for the test process and
// ends with it. Nothing is mocked.
//
// OSMSD_TEST_POSTGRES may name a server to use instead, as a postgres:// address
// whose user may create databases. Without a server a test is skipped on a
// developer's machine and fails in CI (environment variable CI).
package storetest

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver of the databases made here
)

// EachDB runs a test once on each database, with an address for store.Open.
func EachDB(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "registry.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// EachRegistry is EachDB for tests that leave alone what is around their
// registry: on PostgreSQL it is a schema in a shared database, made in no time.
func EachRegistry(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "registry.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, Schema(t)) })
}

// Schema makes a schema of the test's own and gives its address.
func Schema(t testing.TB) string {
	t.Helper()
	server.shared.Do(func() { server.database = Postgres(t) })
	if server.database == "" {
		t.Skip("no PostgreSQL")
	}
	db, err := sql.Open("postgres", server.database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	server.mu.Lock()
	server.made++
	name := fmt.Sprintf("registry_%d", server.made)
	server.mu.Unlock()
	if _, err := db.Exec("CREATE SCHEMA " + name); err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(server.database)
	if err != nil {
		t.Fatal(err)
	}
	q := address.Query()
	q.Set("search_path", name)
	address.RawQuery = q.Encode()
	return address.String()
}

// Main runs a package's tests and stops the server that they started.
func Main(m *testing.M) int {
	code := m.Run()
	if server.stop != nil {
		server.stop()
	}
	return code
}

var server struct {
	once  sync.Once
	admin string
	err   error
	stop  func()
	mu    sync.Mutex
	made  int
	// shared makes the database in which each test has a schema.
	shared   sync.Once
	database string
}

// ErrNoPostgres says that this machine has no PostgreSQL server to start.
var ErrNoPostgres = errors.New("no PostgreSQL server on this machine")

// Postgres makes a database of the test's own and gives its address.
func Postgres(t testing.TB) string {
	t.Helper()
	server.once.Do(func() {
		if server.admin = os.Getenv("OSMSD_TEST_POSTGRES"); server.admin == "" {
			server.admin, server.stop, server.err = Start()
		}
	})
	if errors.Is(server.err, ErrNoPostgres) && os.Getenv("CI") == "" {
		t.Skip(server.err)
	}
	if server.err != nil {
		t.Fatal(server.err)
	}
	server.mu.Lock()
	server.made++
	name := fmt.Sprintf("osmsd_%d_%d", os.Getpid(), server.made)
	server.mu.Unlock()
	db, err := sql.Open("postgres", server.admin)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(server.admin)
	if err != nil {
		t.Fatal(err)
	}
	address.Path = "/" + name
	return address.String()
}

// Start starts a private server and gives the address of its administrator
// and how to stop it.
func Start() (address string, stop func(), err error) {
	bin, err := binaries()
	if err != nil {
		return "", nil, err
	}
	dir, err := os.MkdirTemp("", "osmsd-pg-")
	if err != nil {
		return "", nil, err
	}
	remove := func() { _ = os.RemoveAll(dir) }
	attr := &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 { // PostgreSQL refuses to run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			remove()
			return "", nil, fmt.Errorf("%w: no user postgres", ErrNoPostgres)
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			remove()
			return "", nil, err
		}
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	run := func(name string, args ...string) error {
		c := exec.Command(filepath.Join(bin, name), args...)
		c.Dir, c.SysProcAttr = dir, attr
		out, err := c.CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%s: %w\n%s", name, err, bytes.TrimSpace(out))
		}
		return err
	}
	data := filepath.Join(dir, "data")
	if err := run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"); err != nil {
		remove()
		return "", nil, err
	}
	c := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "max_connections=50", "-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB", "-c", "work_mem=32MB")
	var log bytes.Buffer
	c.Dir, c.SysProcAttr, c.Stderr, c.Stdout = dir, attr, &log, &log
	if err := c.Start(); err != nil {
		remove()
		return "", nil, err
	}
	stop = func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
		remove()
	}
	address = "postgres://postgres@/postgres?host=" + url.QueryEscape(dir) + "&sslmode=disable"
	db, err := sql.Open("postgres", address)
	if err != nil {
		stop()
		return "", nil, err
	}
	defer db.Close()
	for range 300 {
		if err = db.Ping(); err == nil {
			return address, stop, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	stop()
	return "", nil, fmt.Errorf("the server did not start: %w\n%s", err, log.String())
}

// binaries finds the folder of the newest server that is installed.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		slices.Sort(found)
		return filepath.Dir(found[len(found)-1]), nil
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", ErrNoPostgres
}
