// Package mailtest is an SMTP server for tests: a real one, over a real
// connection, that answers as a test wants.
package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Server is a running server. Its fields are set before the first mail.
type Server struct {
	Address string
	// Trust is a configuration that trusts the server's certificate; nil: it has
	// none.
	Trust *tls.Config
	// Answer, when not nil, judges a mail at a stage ("mail", "rcpt", "data"):
	// 0 takes it, another number is the SMTP code of the refusal.
	Answer func(stage, to string, try int) int
	// Cut ends the connection after a mail was read and before it is answered.
	Cut func(to string, try int) bool
	// Hold, when not nil, is waited for before a mail is answered.
	Hold <-chan struct{}
	// User and Password are asked for when User is not empty.
	User, Password string

	mu      sync.Mutex
	reading int
	got     []Got
	offered map[string]int
}

// Got is a mail that the server read whole, whatever it answered then.
type Got struct {
	From, To string
	Answered bool // with a 250
	Message  *mail.Message
	Raw      string
}

// Mode says how the server speaks TLS.
type Mode int

const (
	Plain Mode = iota
	StartTLS
	Implicit
)

// Start starts a server that ends with the test.
func Start(t testing.TB, mode Mode) *Server {
	t.Helper()
	s := &Server{offered: map[string]int{}}
	inner := smtp.NewServer(s)
	inner.Domain, inner.AllowInsecureAuth, inner.MaxLineLength = "localhost", true, 4000
	inner.ErrorLog = log.New(io.Discard, "", 0)
	if mode != Plain {
		certificate, trust := certificate(t)
		inner.TLSConfig, s.Trust = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}, trust
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Address = l.Addr().String()
	if mode == Implicit {
		l = tls.NewListener(l, inner.TLSConfig)
		inner.TLSConfig = nil
	}
	ended := make(chan error, 1)
	go func() { ended <- inner.Serve(l) }()
	t.Cleanup(func() {
		_ = inner.Close()
		<-ended
	})
	return s
}

// Mute starts a server that takes connections and never says anything.
func Mute(t testing.TB) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
		}
	}()
	return l.Addr().String()
}

// Got lists the mails that were read, in order.
func (s *Server) Got() []Got {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Got(nil), s.got...)
}

// Reading counts the mails that were read whole, those held included.
func (s *Server) Reading() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reading
}

// NewSession begins a connection.
func (s *Server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &session{s: s, c: c, trusted: s.User == ""}, nil
}

type session struct {
	s        *Server
	c        *smtp.Conn
	trusted  bool
	from, to string
}

func (x *session) AuthMechanisms() []string {
	if x.s.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != x.s.User || password != x.s.Password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "wrong user or password"}
		}
		x.trusted = true
		return nil
	}), nil
}

func (x *session) Reset()        {}
func (x *session) Logout() error { return nil }

func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	if !x.trusted {
		return smtp.ErrAuthRequired
	}
	x.from = from
	return x.judged("mail", "")
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.to = to
	x.s.mu.Lock()
	x.s.offered[to]++
	x.s.mu.Unlock()
	return x.judged("rcpt", to)
}

func (x *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := mail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		return err
	}
	x.s.mu.Lock()
	x.s.reading++
	x.s.mu.Unlock()
	if x.s.Hold != nil {
		<-x.s.Hold
	}
	judged := x.judged("data", x.to)
	cut := x.s.Cut != nil && x.s.Cut(x.to, x.try(x.to))
	x.s.mu.Lock()
	x.s.got = append(x.s.got, Got{x.from, x.to, judged == nil && !cut, m, string(raw)})
	x.s.mu.Unlock()
	if cut {
		_ = x.c.Conn().Close()
		return errors.New("cut")
	}
	return judged
}

func (x *session) try(to string) int {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	return x.s.offered[to]
}

func (x *session) judged(stage, to string) error {
	if x.s.Answer == nil {
		return nil
	}
	code := x.s.Answer(stage, to, x.try(to))
	if code == 0 {
		return nil
	}
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "not <" + to + ">, 100101600019"}
}

func certificate(t testing.TB) (tls.Certificate, *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
}
