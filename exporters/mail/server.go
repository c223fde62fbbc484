package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// TLS says how the way to a server is kept secret.
type TLS string

const (
	StartTLS    TLS = "starttls" // asked for, and insisted on
	ImplicitTLS TLS = "tls"      // from the first byte
	NoTLS       TLS = "none"     // only to this machine
)

// Options are how a server is reached.
type Options struct {
	Address  string // host:port
	TLS      TLS
	User     string // "": the server is not logged in to
	Password string
	// Timeout is how long one mail may take, the connection included.
	Timeout time.Duration
	// Certificates says whom to trust; nil: whom this machine trusts.
	Certificates *tls.Config
}

// Server sends mails to one SMTP server, one after another over one connection,
// which is made when it is needed. It is for one goroutine.
type Server struct {
	o      Options
	client *gomail.Client
	conn   net.Conn
}

// NewServer makes a server that is not yet connected to.
func NewServer(o Options) *Server { return &Server{o: o} }

// Send sends a mail and gives the server's answer. The error is a *Fault. When
// the context ends, or the time for one mail is over, the connection is cut.
func (s *Server) Send(ctx context.Context, m Message) (answer string, err error) {
	msg, err := m.build()
	if err != nil {
		return "", &Fault{Verdict: GiveUp, Text: cleaned(err.Error())}
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	reused := s.client != nil
	if err = s.offer(ctx, msg); reused && ctx.Err() == nil && errors.Is(err, &gomail.SendError{Reason: gomail.ErrConnCheck}) {
		err = s.offer(ctx, msg) // the server closed the connection meanwhile
	}
	var fault *Fault
	if errors.As(err, &fault) {
		return "", fault
	}
	if msg.IsDelivered() { // what went wrong after the server's 250 is no matter
		return msg.ServerResponse(), nil
	}
	return "", sending(ctx, err)
}

// offer sends a mail once; an error of connecting is a *Fault.
func (s *Server) offer(ctx context.Context, msg *gomail.Msg) error {
	if s.client == nil {
		if err := s.dial(ctx); err != nil {
			return dialling(ctx, err)
		}
	}
	// The library reads without a context: a cut connection ends its reading. Its
	// own deadline, which begins anew with each step, is later.
	conn := s.conn
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	err := s.client.Send(msg)
	if !stop() || err != nil {
		s.drop()
	}
	return err
}

// Close ends the connection.
func (s *Server) Close() {
	if s.client != nil {
		_ = s.conn.SetDeadline(time.Now().Add(time.Second))
		_ = s.client.Close()
	}
	s.drop()
}

func (s *Server) drop() {
	if s.conn != nil {
		_ = s.conn.Close()
	}
	s.client, s.conn = nil, nil
}

func (s *Server) dial(ctx context.Context) error {
	host, port, err := net.SplitHostPort(s.o.Address)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return fmt.Errorf("port %q", port)
	}
	certificates := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.o.Certificates != nil {
		certificates = s.o.Certificates.Clone()
	}
	certificates.ServerName = host
	released := func() bool { return true }
	defer func() { released() }()
	options := []gomail.Option{gomail.WithPort(number), gomail.WithTimeout(2 * s.o.Timeout), gomail.WithTLSConfig(certificates),
		gomail.WithDialContextFunc(func(dialling context.Context, network, address string) (conn net.Conn, err error) {
			if s.o.TLS == ImplicitTLS {
				conn, err = (&tls.Dialer{Config: certificates}).DialContext(dialling, network, address)
			} else {
				conn, err = (&net.Dialer{}).DialContext(dialling, network, address)
			}
			if err == nil {
				s.conn = conn
				released = context.AfterFunc(ctx, func() { _ = conn.Close() })
			}
			return conn, err
		})}
	switch s.o.TLS {
	case ImplicitTLS:
		options = append(options, gomail.WithSSL())
	case NoTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.o.User != "" {
		options = append(options, gomail.WithUsername(s.o.User), gomail.WithPassword(s.o.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthCramMD5))
	}
	client, err := gomail.NewClient(host, options...)
	if err != nil {
		return err
	}
	if err := client.DialWithContext(ctx); err != nil {
		s.drop()
		return err
	}
	s.client = client
	return nil
}
