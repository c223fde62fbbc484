package tlsfiles

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// pair makes a certificate of a name that is valid for some days.
func pair(t *testing.T, name string, days int) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(0, 0, days)}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
}

type place struct {
	t         *testing.T
	cert, key string
	at        time.Time
	log       bytes.Buffer
	c         *Certificate
}

func newPlace(t *testing.T, cert, key []byte) *place {
	t.Helper()
	dir := t.TempDir()
	p := &place{t: t, cert: filepath.Join(dir, "tls.crt"), key: filepath.Join(dir, "tls.key"), at: now}
	p.write(cert, key)
	var err error
	if p.c, err = open(p.cert, p.key, slog.New(slog.NewTextHandler(&p.log, nil)), func() time.Time { return p.at }); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *place) write(cert, key []byte) {
	p.t.Helper()
	for path, data := range map[string][]byte{p.cert: cert, p.key: key} {
		if data == nil {
			continue
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			p.t.Fatal(err)
		}
	}
}

// served is the name in the certificate that a client gets.
func (p *place) served(versions ...uint16) string {
	p.t.Helper()
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	go func() { _ = tls.Server(a, p.c.Config()).Handshake() }()
	client := &tls.Config{InsecureSkipVerify: true}
	if len(versions) > 0 {
		client.MinVersion, client.MaxVersion = versions[0], versions[0]
	}
	conn := tls.Client(b, client)
	if err := conn.Handshake(); err != nil {
		return err.Error()
	}
	return conn.ConnectionState().PeerCertificates[0].Subject.CommonName
}

// TestRenewed: changed files are served to whoever connects after the pause, and
// at once after Reload.
func TestRenewed(t *testing.T) {
	cert, key := pair(t, "first", 30)
	p := newPlace(t, cert, key)
	if got := p.served(); got != "first" {
		t.Fatalf("served %s", got)
	}
	cert, key = pair(t, "second.example", 90)
	p.write(cert, key)
	if got := p.served(); got != "first" {
		t.Errorf("served %s within the pause", got)
	}
	p.at = p.at.Add(pause)
	if got := p.served(); got != "second.example" || p.c.DaysLeft(p.at) != 89 {
		t.Errorf("served %s, %d days", got, p.c.DaysLeft(p.at))
	}
	cert, key = pair(t, "third", 60)
	p.write(cert, key)
	if err := p.c.Reload(); err != nil {
		t.Error(err)
	}
	if got := p.served(); got != "third" {
		t.Errorf("served %s after a reload", got)
	}
}

// TestBadPairs: what cannot be used is said once, and the pair in use stays until
// a good one comes.
func TestBadPairs(t *testing.T) {
	cert, key := pair(t, "first", 30)
	otherCert, otherKey := pair(t, "other", 30)
	expired, expiredKey := pair(t, "expired", -1)
	for name, bad := range map[string]func(p *place){
		"another's key":     func(p *place) { p.write(nil, otherKey) },
		"half a file":       func(p *place) { p.write(otherCert[:len(otherCert)/2], otherKey) },
		"empty":             func(p *place) { p.write([]byte{}, []byte{}) },
		"gone":              func(p *place) { _ = os.Remove(p.cert) },
		"expired":           func(p *place) { p.write(expired, expiredKey) },
		"a key open to all": func(p *place) { p.write(otherCert, otherKey); _ = os.Chmod(p.key, 0o644) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, cert, key)
			bad(p)
			for range 3 {
				p.at = p.at.Add(pause)
				if got := p.served(); got != "first" {
					t.Errorf("served %s", got)
				}
			}
			if n := strings.Count(p.log.String(), "level=ERROR"); n != 1 {
				t.Errorf("said %d times: %s", n, p.log.String())
			}
			if err := p.c.Reload(); err == nil {
				t.Error("a reload finds nothing wrong")
			}
			_ = os.Remove(p.key) // of another mode
			good, goodKey := pair(t, "a good one at last", 30)
			p.write(good, goodKey)
			p.at = p.at.Add(pause)
			if got := p.served(); got != "a good one at last" {
				t.Errorf("served %s", got)
			}
			if strings.Contains(p.log.String(), "PRIVATE") {
				t.Error("the key is in the log")
			}
		})
	}
}

func TestOpenFaults(t *testing.T) {
	dir := t.TempDir()
	cert, _ := pair(t, "a", 1)
	path := filepath.Join(dir, "tls.crt")
	if err := os.WriteFile(path, cert, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, filepath.Join(dir, "none"), slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("%v", err)
	}
	if _, err := Open(filepath.Join(dir, "none"), path, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("%v", err)
	}
}

func TestVersions(t *testing.T) {
	cert, key := pair(t, "first", 30)
	p := newPlace(t, cert, key)
	for version, want := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		if got := p.served(version); (got == "first") != want {
			t.Errorf("%s: %s", tls.VersionName(version), got)
		}
	}
}

func TestDaysLeft(t *testing.T) {
	cert, key := pair(t, "first", 2)
	p := newPlace(t, cert, key)
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{0, 2}, {time.Minute, 1}, {47 * time.Hour, 0}, {49 * time.Hour, -1}, {73 * time.Hour, -2}} {
		if got := p.c.DaysLeft(now.Add(c.after)); got != c.want {
			t.Errorf("after %s: %d, want %d", c.after, got, c.want)
		}
	}
}
