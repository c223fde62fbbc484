package remote

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

// line is how a server is reached: its connections have deadlines, and what
// broke them is remembered, for the libraries above tell it no more.
type line struct {
	silence time.Duration
	// control sees every address before it is dialed.
	control func(network, address string, c syscall.RawConn) error

	mu      sync.Mutex
	allowed int64 // bytes that may still come; below 0: any
	broken  error
}

func newLine(o Options) *line {
	return &line{silence: o.Silence, control: notLinkLocal, allowed: -1}
}

// dial opens a connection. It breaks when ctx ends.
func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: l.silence, Control: l.control}
	c, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnreached, err)
	}
	return &conn{c, l}, nil
}

// allow bounds the bytes that the server may send from now on; below 0 any.
func (l *line) allow(n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.allowed = n
}

func (l *line) spend(n int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.allowed < 0 {
		return nil
	}
	if l.allowed -= int64(n); l.allowed < 0 {
		l.allowed, l.broken = 0, errListing
		return errListing
	}
	return nil
}

// broke is what broke a connection first, or nil.
func (l *line) broke() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.broken
}

func (l *line) breaks(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken == nil {
		l.broken = err
	}
}

// mend forgets what broke a connection: another one is used.
func (l *line) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = nil
}

// conn is a connection on which nobody waits longer than the line's silence.
type conn struct {
	net.Conn
	l *line
}

func (c *conn) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.l.silence)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(b)
	if n > 0 {
		if spent := c.l.spend(n); spent != nil {
			_ = c.Close()
			return 0, spent
		}
	}
	if err != nil {
		c.l.breaks(fmt.Errorf("read: %w", err))
	}
	return n, err
}

func (c *conn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.l.silence)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Write(b)
	if err != nil {
		c.l.breaks(fmt.Errorf("write: %w", err))
	}
	return n, err
}

// metadata is where some clouds keep the credentials of a machine besides the
// link-local addresses.
var metadata = netip.MustParseAddr("fd00:ec2::254")

// notLinkLocal refuses addresses that no server of files has: link-local ones,
// behind which a machine's own credentials are found, and those that stand for
// many or for none. It sees the address after the name was looked up, so that
// no name leads there.
func notLinkLocal(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	ip := at.Addr().Unmap().WithZone("")
	if ip.IsLinkLocalUnicast() || ip.IsLinkLocalMulticast() || ip.IsMulticast() || ip.IsUnspecified() || ip == metadata {
		return errLinkLocal
	}
	return nil
}

// watch closes what ctx ends; stop it before closing by oneself.
func watch(ctx context.Context, c io.Closer) (stop func() bool) {
	return context.AfterFunc(ctx, func() { _ = c.Close() })
}
