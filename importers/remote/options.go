package remote

import (
	"cmp"
	"time"
)

// Options name one place: either SFTP or S3 is set. A zero bound takes its
// default.
type Options struct {
	SFTP *SFTP
	S3   *S3
	// Limit is the greatest size of a file in bytes: 256 MiB.
	Limit int64
	// Listed is how many names a folder may hold: 200,000. ListedBytes bounds what
	// the server may send for a listing: 64 MiB.
	Listed      int
	ListedBytes int64
	// Silence is how long the server may say nothing: 30 s.
	Silence time.Duration
	// Pause is the longest pause before a bucket is asked again that wants to be
	// asked less: 5 s.
	Pause time.Duration
}

// SFTP is a folder on a server. Key and Password give the secrets when they are
// needed; nil where there is none, but not both.
type SFTP struct {
	Address  string // host:port
	User     string
	Key      func() ([]byte, error) // a private key as OpenSSH writes it, without a passphrase
	Password func() (string, error)
	// HostKey is the one key of the server, as "ssh-ed25519 AAAA…"; or KnownHosts
	// is a file of them, as OpenSSH writes it. One of them is needed.
	HostKey    string
	KnownHosts string
	Folder     string
}

// S3 is what lies in a bucket under a prefix.
type S3 struct {
	Endpoint  string // https://…
	Region    string
	Bucket    string
	Prefix    string // "" or ending in /
	AccessKey string
	SecretKey func() (string, error)
}

func (o Options) withDefaults() Options {
	o.Limit = cmp.Or(o.Limit, 256<<20)
	o.Listed = cmp.Or(o.Listed, 200_000)
	o.ListedBytes = cmp.Or(o.ListedBytes, 64<<20)
	o.Silence = cmp.Or(o.Silence, 30*time.Second)
	o.Pause = cmp.Or(o.Pause, 5*time.Second)
	return o
}
