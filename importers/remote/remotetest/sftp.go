// Package remotetest is for tests: servers of files in the process, on loopback,
// that keep to the protocols until a test tells them otherwise.
package remotetest

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// The user of the SFTP servers here and its password.
const (
	User     = "osmsd"
	Password = "hush"
)

// SFTP is a server of the files in a folder. The functions may be set while it
// serves.
type SFTP struct {
	Dir     string
	Address string
	HostKey string // as it is pinned
	Key     []byte // a private key of User

	mu       sync.Mutex
	signer   ssh.Signer
	refuse   func(method, path string) error
	listed   func(path string) []fs.FileInfo
	client   ssh.PublicKey
	closing  bool
	conns    map[net.Conn]bool
	sent     atomic.Int64
	dropAt   atomic.Int64 // close the connection after that many bytes sent; 0: never
	hangAt   atomic.Int64 // say nothing more after that many bytes
	took     atomic.Int64
	serves   atomic.Int64 // of a file only so many bytes; 0: all
	dropTook atomic.Int64 // close it after that many bytes taken
}

// StartSFTP starts a server that ends with the test.
func StartSFTP(t testing.TB) *SFTP {
	t.Helper()
	s := &SFTP{Dir: t.TempDir(), conns: map[net.Conn]bool{}}
	s.NewHostKey(t)
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	s.Key = pem.EncodeToMemory(block)
	if s.client, err = ssh.NewPublicKey(private.Public()); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Address = l.Addr().String()
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { s.serve(c) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		s.mu.Lock()
		s.closing = true
		for c := range s.conns {
			_ = c.Close()
		}
		s.mu.Unlock()
		serving.Wait()
	})
	return s
}

// NewHostKey gives the server another host key.
func (s *SFTP) NewHostKey(t testing.TB) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signer, s.HostKey = signer, strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
}

// Refuse makes the server refuse what f gives an error for: "Rename", "Mkdir",
// "Remove", "Get", "Put", "List", "Stat".
func (s *SFTP) Refuse(f func(method, path string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = f
}

// List makes the server list what f gives, where that is not nil.
func (s *SFTP) List(f func(path string) []fs.FileInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listed = f
}

// DropAt breaks connections after so many bytes were sent from now on, once; 0
// never. HangAt makes the server say no more instead. DropPutAt counts the bytes
// that it takes.
func (s *SFTP) DropAt(n int64)    { s.sent.Store(0); s.dropAt.Store(n) }
func (s *SFTP) HangAt(n int64)    { s.sent.Store(0); s.hangAt.Store(n) }
func (s *SFTP) DropPutAt(n int64) { s.took.Store(0); s.dropTook.Store(n) }

// Serve makes the server give only so many bytes of a file, whatever it says of
// its size; 0 all.
func (s *SFTP) Serve(n int64) { s.serves.Store(n) }

// Sent is how many bytes were sent since the last DropAt or HangAt.
func (s *SFTP) Sent() int64 { return s.sent.Load() }

// counted is a connection that breaks when it is told.
type counted struct {
	net.Conn
	s    *SFTP
	gone chan struct{}
	once sync.Once
}

func (c *counted) Close() error {
	c.once.Do(func() { close(c.gone) })
	return c.Conn.Close()
}

func (c *counted) Write(b []byte) (int, error) {
	sent := c.s.sent.Add(int64(len(b)))
	if at := c.s.dropAt.Load(); at > 0 && sent > at {
		c.s.dropAt.Store(0)
		_, _ = c.Conn.Write(b[:len(b)/2])
		_ = c.Close()
		return 0, net.ErrClosed
	}
	if at := c.s.hangAt.Load(); at > 0 && sent > at {
		<-c.gone
		return 0, net.ErrClosed
	}
	return c.Conn.Write(b)
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if took, at := c.s.took.Add(int64(n)), c.s.dropTook.Load(); at > 0 && took > at {
		c.s.dropTook.Store(0)
		_ = c.Close()
		return 0, net.ErrClosed
	}
	return n, err
}

func (s *SFTP) serve(raw net.Conn) {
	c := &counted{Conn: raw, s: s, gone: make(chan struct{})}
	defer c.Close()
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		return
	}
	s.conns[c] = true
	signer := s.signer
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
	}()
	config := &ssh.ServerConfig{
		PasswordCallback: func(m ssh.ConnMetadata, p []byte) (*ssh.Permissions, error) {
			if m.User() == User && string(p) == Password {
				return nil, nil
			}
			return nil, errors.New("no")
		},
		PublicKeyCallback: func(m ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if m.User() == User && string(key.Marshal()) == string(s.client.Marshal()) {
				return nil, nil
			}
			return nil, errors.New("no")
		},
	}
	config.AddHostKey(signer)
	conn, channels, requests, err := ssh.NewServerConn(c, config)
	if err != nil {
		return
	}
	defer conn.Close()
	go ssh.DiscardRequests(requests)
	for n := range channels {
		if n.ChannelType() != "session" {
			_ = n.Reject(ssh.UnknownChannelType, "session only")
			continue
		}
		channel, requests, err := n.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range requests {
				_ = r.Reply(r.Type == "subsystem" && string(r.Payload[4:]) == "sftp", nil)
			}
		}()
		server := sftp.NewRequestServer(channel, sftp.Handlers{FileGet: s, FilePut: s, FileCmd: s, FileList: s})
		_ = server.Serve()
		_ = server.Close()
	}
}

// at is the place of a path on this machine: the server's root is Dir.
func (s *SFTP) at(p string) string {
	return filepath.Join(s.Dir, filepath.FromSlash(path.Clean("/"+p)))
}

func (s *SFTP) may(method, path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse == nil {
		return nil
	}
	return s.refuse(method, path)
}

func plain(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return sftp.ErrSSHFxNoSuchFile
	case errors.Is(err, fs.ErrPermission):
		return sftp.ErrSSHFxPermissionDenied
	}
	return err
}

// Fileread serves a file.
func (s *SFTP) Fileread(r *sftp.Request) (io.ReaderAt, error) {
	if err := s.may("Get", r.Filepath); err != nil {
		return nil, err
	}
	f, err := os.Open(s.at(r.Filepath))
	if n := s.serves.Load(); n > 0 && err == nil {
		return io.NewSectionReader(f, 0, n), nil
	}
	return f, plain(err)
}

// Filewrite takes a file.
func (s *SFTP) Filewrite(r *sftp.Request) (io.WriterAt, error) {
	if err := s.may("Put", r.Filepath); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(s.at(r.Filepath), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	return f, plain(err)
}

// Filecmd renames, makes folders and removes.
func (s *SFTP) Filecmd(r *sftp.Request) error {
	if err := s.may(r.Method, r.Filepath); err != nil {
		return err
	}
	switch r.Method {
	case "Rename":
		if _, err := os.Lstat(s.at(r.Target)); err == nil {
			return sftp.ErrSSHFxFailure
		}
		return plain(os.Rename(s.at(r.Filepath), s.at(r.Target)))
	case "Mkdir":
		return plain(os.Mkdir(s.at(r.Filepath), 0o700))
	case "Remove":
		return plain(os.Remove(s.at(r.Filepath)))
	case "Setstat":
		return nil
	}
	return sftp.ErrSSHFxOpUnsupported
}

// PosixRename renames over what is there.
func (s *SFTP) PosixRename(r *sftp.Request) error {
	if err := s.may("Rename", r.Filepath); err != nil {
		return err
	}
	return plain(os.Rename(s.at(r.Filepath), s.at(r.Target)))
}

type infos []fs.FileInfo

func (l infos) ListAt(out []fs.FileInfo, from int64) (int, error) {
	if from >= int64(len(l)) {
		return 0, io.EOF
	}
	n := copy(out, l[from:])
	if int(from)+n == len(l) {
		return n, io.EOF
	}
	return n, nil
}

// Lstat looks at a file.
func (s *SFTP) Lstat(r *sftp.Request) (sftp.ListerAt, error) {
	r.Method = "Stat"
	return s.Filelist(r)
}

// Filelist lists a folder or looks at a file.
func (s *SFTP) Filelist(r *sftp.Request) (sftp.ListerAt, error) {
	if err := s.may(r.Method, r.Filepath); err != nil {
		return nil, err
	}
	if r.Method != "List" {
		i, err := os.Lstat(s.at(r.Filepath))
		return infos{i}, plain(err)
	}
	s.mu.Lock()
	listed := s.listed
	s.mu.Unlock()
	if listed != nil {
		if all := listed(r.Filepath); all != nil {
			return infos(all), nil
		}
	}
	entries, err := os.ReadDir(s.at(r.Filepath))
	if err != nil {
		return nil, plain(err)
	}
	var out infos
	for _, e := range entries {
		if i, err := e.Info(); err == nil {
			out = append(out, i)
		}
	}
	return out, nil
}
