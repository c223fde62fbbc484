// Package tlsfiles serves TLS with a certificate and a key from two files, and
// takes new ones when the files change, without a restart: certificates live for
// weeks, and whoever renews them only writes files.
//
// The files are looked at when somebody connects, at most once in five seconds,
// and at Reload. A pair that cannot be used (half written, the key of another
// certificate, not a certificate at all) is logged once and the one in use stays.
package tlsfiles

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"
)

// pause is the time between two looks at the files.
const pause = 5 * time.Second

// Certificate is the pair in use. It is safe for concurrent use.
type Certificate struct {
	cert, key string
	log       *slog.Logger
	clock     func() time.Time

	mu     sync.Mutex
	inUse  *tls.Certificate
	seen   [2]stamp // of the files as they were read last, well or badly
	looked time.Time
}

// stamp tells two states of a file apart.
type stamp struct {
	size int64
	time time.Time
}

// Open reads the pair: cert is the file of the certificate and those that sign
// it, the server's own first, key that of its private key, both PEM. The error
// says which file cannot be used; there is no old pair to stay with yet.
func Open(cert, key string, log *slog.Logger) (*Certificate, error) {
	return open(cert, key, log, time.Now)
}

func open(cert, key string, log *slog.Logger, clock func() time.Time) (*Certificate, error) {
	c := &Certificate{cert: cert, key: key, log: log, clock: clock}
	if err := c.read(); err != nil {
		return nil, err
	}
	c.looked = clock()
	return c, nil
}

// Config serves the pair in use, by TLS 1.2 or newer.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			c.mu.Lock()
			defer c.mu.Unlock()
			if now := c.clock(); now.Sub(c.looked) >= pause || now.Before(c.looked) {
				c.look(now)
			}
			return c.inUse, nil
		},
	}
}

// Reload looks at the files now, whether they look changed or not. The error,
// which is logged too, says why the pair in use stays.
func (c *Certificate) Reload() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looked, c.seen = c.clock(), [2]stamp{}
	return c.renew()
}

// NotAfter is the end of the validity of the certificate in use.
func (c *Certificate) NotAfter() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.inUse.Leaf.NotAfter
}

// DaysLeft is how many whole days the certificate in use is still valid for;
// negative when it no longer is.
func (c *Certificate) DaysLeft(now time.Time) int {
	left := c.NotAfter().Sub(now)
	if left < 0 {
		return int(left/(24*time.Hour)) - 1
	}
	return int(left / (24 * time.Hour))
}

// look takes changed files.
func (c *Certificate) look(now time.Time) {
	c.looked = now
	if c.stamps() != c.seen {
		_ = c.renew() // it is logged
	}
}

// stamps are the states of the two files; a file that is not there has none.
func (c *Certificate) stamps() (s [2]stamp) {
	for i, path := range []string{c.cert, c.key} {
		if info, err := os.Stat(path); err == nil {
			s[i] = stamp{info.Size(), info.ModTime()}
		}
	}
	return s
}

func (c *Certificate) renew() error {
	if err := c.read(); err != nil {
		c.log.Error("the certificate's files cannot be used: the one in use stays", "path", c.cert, "err", err, "until", c.inUse.Leaf.NotAfter.UTC().Format(time.RFC3339))
		return err
	}
	c.log.Info("certificate", "path", c.cert, "until", c.inUse.Leaf.NotAfter.UTC().Format(time.RFC3339))
	return nil
}

// read puts the files' pair in use when it is good.
func (c *Certificate) read() error {
	// Taken before the files are read: what is written meanwhile is seen next time.
	c.seen = c.stamps()
	cert, err := os.ReadFile(c.cert)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	key, err := os.ReadFile(c.key)
	if err != nil {
		return fmt.Errorf("key of the certificate: %w", err)
	}
	if info, err := os.Stat(c.key); err == nil && open4all(info) {
		return fmt.Errorf("key of the certificate: others can read %s: set its mode to 600 or 640", c.key)
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return fmt.Errorf("%s with %s: %w", c.cert, c.key, err)
	}
	if pair.Leaf == nil {
		if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return fmt.Errorf("%s: %w", c.cert, err)
		}
	}
	if now := c.clock(); now.After(pair.Leaf.NotAfter) && (c.inUse == nil || c.inUse.Leaf.NotAfter.After(pair.Leaf.NotAfter)) {
		return fmt.Errorf("%s: its validity ended %s", c.cert, pair.Leaf.NotAfter.UTC().Format(time.DateOnly))
	}
	c.inUse = &pair
	return nil
}

// open4all reports a file that everybody on the machine may read.
func open4all(info fs.FileInfo) bool { return os.PathSeparator == '/' && info.Mode().Perm()&0o004 != 0 }
