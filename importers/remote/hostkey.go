package remote

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// dialSSH reaches a server, has it prove its pinned key, and proves who we are.
// It gives the fingerprint of the key.
func dialSSH(ctx context.Context, l *line, o SFTP) (*ssh.Client, string, error) {
	pinned, algorithms, err := pin(o)
	if err != nil {
		return nil, "", &Fault{WrongKey, err}
	}
	auth, err := credentials(o)
	if err != nil {
		return nil, "", &Fault{NoAccess, err}
	}
	shown := ""
	config := &ssh.ClientConfig{User: o.User, Auth: auth, HostKeyAlgorithms: algorithms,
		HostKeyCallback: func(address string, at net.Addr, key ssh.PublicKey) error {
			if shown = ssh.FingerprintSHA256(key); pinned(address, at, key) == nil {
				return nil
			}
			return &Fault{WrongKey, fmt.Errorf("the server shows the key %s (%s), which is not the pinned one", shown, key.Type())}
		}}
	client, err := handshake(ctx, l, o.Address, config)
	return client, shown, err
}

func handshake(ctx context.Context, l *line, address string, config *ssh.ClientConfig) (*ssh.Client, error) {
	c, err := l.dial(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	stop := watch(ctx, c)
	defer stop()
	conn, channels, requests, err := ssh.NewClientConn(c, address, config)
	if err != nil {
		_ = c.Close()
		none := (*ssh.AlgorithmNegotiationError)(nil)
		switch {
		case ReasonOf(err) != "":
			return nil, err
		case errors.As(err, &none) && none.What == "host key":
			return nil, &Fault{WrongKey, errors.New("the server has no key of the pinned kind")}
		case strings.Contains(err.Error(), "unable to authenticate"):
			return nil, &Fault{NoAccess, errors.New("the server does not accept the user with this key or password")}
		}
		return nil, err
	}
	return ssh.NewClient(conn, channels, requests), nil
}

// pin gives the check of host keys and the algorithms of the keys that are
// pinned: a server that has several shows one of these.
func pin(o SFTP) (ssh.HostKeyCallback, []string, error) {
	if o.HostKey != "" {
		key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(o.HostKey))
		if err != nil {
			return nil, nil, errors.New("the pinned host key cannot be read")
		}
		return ssh.FixedHostKey(key), algorithmsOf(key), nil
	}
	if o.KnownHosts == "" {
		return nil, nil, errors.New("no host key is pinned")
	}
	check, err := knownhosts.New(o.KnownHosts)
	if err != nil {
		return nil, nil, fmt.Errorf("read known hosts: %w", err)
	}
	// A key that nobody has makes the file say which ones it wants.
	none, err := ssh.NewPublicKey(ed25519.PublicKey(make([]byte, ed25519.PublicKeySize)))
	if err != nil {
		return nil, nil, err
	}
	wanted := (*knownhosts.KeyError)(nil)
	if !errors.As(check(o.Address, &net.TCPAddr{IP: net.IPv4zero}, none), &wanted) || len(wanted.Want) == 0 {
		return nil, nil, errors.New("the file of known hosts has no key of this server")
	}
	var algorithms []string
	for _, k := range wanted.Want {
		algorithms = append(algorithms, algorithmsOf(k.Key)...)
	}
	return check, algorithms, nil
}

func algorithmsOf(key ssh.PublicKey) []string {
	if key.Type() == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	}
	return []string{key.Type()}
}

func credentials(o SFTP) ([]ssh.AuthMethod, error) {
	var out []ssh.AuthMethod
	if o.Key != nil {
		text, err := o.Key()
		if err != nil {
			return nil, err
		}
		key, err := ssh.ParsePrivateKey(text)
		if missing := (*ssh.PassphraseMissingError)(nil); errors.As(err, &missing) {
			return nil, errors.New("the private key has a passphrase: give one without")
		}
		if err != nil {
			return nil, errors.New("the private key cannot be read: it must be as OpenSSH writes it")
		}
		out = append(out, ssh.PublicKeys(key))
	}
	if o.Password != nil {
		password, err := o.Password()
		if err != nil {
			return nil, err
		}
		out = append(out, ssh.Password(password))
	}
	if len(out) == 0 {
		return nil, errors.New("neither a key nor a password is given")
	}
	return out, nil
}

// HostKey asks a server for its host key and leaves: the line to pin and its
// fingerprint. A person must compare the fingerprint with what the server's
// owner says; the network alone proves nothing.
func HostKey(ctx context.Context, address string) (key, fingerprint string, err error) {
	l := newLine(Options{}.withDefaults())
	enough := errors.New("seen")
	config := &ssh.ClientConfig{User: "osmsd", HostKeyCallback: func(_ string, _ net.Addr, shown ssh.PublicKey) error {
		key, fingerprint = strings.TrimSpace(string(ssh.MarshalAuthorizedKey(shown))), ssh.FingerprintSHA256(shown)
		return enough
	}}
	// The strongest and shortest first.
	config.HostKeyAlgorithms = []string{ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521,
		ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256}
	client, err := handshake(ctx, l, address, config)
	if err == nil {
		_ = client.Close()
	}
	if key != "" {
		return key, fingerprint, nil
	}
	return "", "", l.fault(err, Unreachable)
}
