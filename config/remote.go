package config

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"osmsd/sync/osms"
)

// Remote is a server of somebody else: a folder over SFTP or a bucket of an
// S3-compatible store.
type Remote struct {
	Name    string  `yaml:"name"`
	SFTP    SFTP    `yaml:"sftp"`
	S3      S3      `yaml:"s3"`
	Pull    Pull    `yaml:"pull"`
	Deliver Deliver `yaml:"deliver"`
}

// SFTP is a folder on a server; its zero value is none.
type SFTP struct {
	Address      string `yaml:"address"` // host:port
	User         string `yaml:"user"`
	KeyFile      string `yaml:"key_file"`
	PasswordFile string `yaml:"password_file"`
	// HostKey is the server's key ("ssh-ed25519 AAAA…") or a file of known hosts.
	HostKey string `yaml:"host_key"`
	Folder  string `yaml:"folder"`
}

// PinsKey reports that HostKey is a key and no file.
func (s SFTP) PinsKey() bool { return strings.Contains(strings.TrimSpace(s.HostKey), " ") }

// S3 is a prefix in a bucket; its zero value is none.
type S3 struct {
	Endpoint      string `yaml:"endpoint"`
	Region        string `yaml:"region"`
	Bucket        string `yaml:"bucket"`
	Prefix        string `yaml:"prefix"`
	AccessKey     string `yaml:"access_key"`
	SecretKeyFile string `yaml:"secret_key_file"`
}

// Pull is what is fetched; its zero value is nothing.
type Pull struct {
	Region osms.Region   `yaml:"region"`
	Kind   string        `yaml:"kind"`  // a drop folder of no region
	After  string        `yaml:"after"` // move, delete, leave; "" means leave
	Poll   time.Duration `yaml:"poll"`  // 0: at every run
}

// Folder is the drop folder that files go into.
func (p Pull) Folder() string {
	if p.Region != 0 {
		return p.Region.String()
	}
	return p.Kind
}

// Deliver is what is put there; its zero value is nothing.
type Deliver struct {
	What   []string    `yaml:"what"`
	Region osms.Region `yaml:"region"`
	Folder string      `yaml:"folder"` // below that of the server
}

// What may be pulled into and delivered: folders of the home.
var (
	pulled    = []string{"ledger", "applications", "requests", "events", "organisations"}
	delivered = []string{"returned", "letters", "reports", "statements"}
	national  = []string{"reports", "statements"}
	afters    = []string{"", "move", "delete", "leave"}
)

var remoteName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// defaultRemotes gives the job a schedule where there are servers and nobody
// said another.
func (c *Config) defaultRemotes() {
	for key := range c.source.places {
		if key == "schedule.remote" || strings.HasPrefix(key, "schedule.remote.") {
			return
		}
	}
	if len(c.Remotes) > 0 && c.Schedule != nil {
		c.Schedule[osms.JobRemote] = Task{Cron: "*/10 * * * *"}
	}
}

func (s *source) checkRemotes(all []Remote) {
	seen := map[string]bool{}
	for i, r := range all {
		key := fmt.Sprintf("remotes[%d]", i)
		switch {
		case !remoteName.MatchString(r.Name):
			s.add(key+".name", "%q: write a short name of a-z, 0-9 and -", r.Name)
		case seen[r.Name]:
			s.add(key+".name", "%s stands twice", r.Name)
		}
		seen[r.Name] = true
		switch {
		case r.SFTP == SFTP{} && r.S3 == S3{}:
			s.add(key, "write where it is: sftp or s3")
		case r.SFTP != SFTP{} && r.S3 != S3{}:
			s.add(key, "it is either sftp or s3: write two remotes")
		case r.SFTP != SFTP{}:
			s.checkSFTP(key+".sftp", r.SFTP)
		default:
			s.checkS3(key+".s3", r.S3)
		}
		if (r.Pull == Pull{}) && len(r.Deliver.What) == 0 {
			s.add(key, "nothing is done with it: write pull or deliver")
		}
		if (r.Pull != Pull{}) {
			s.checkPull(key+".pull", r.Pull)
		}
		s.checkDeliver(key+".deliver", r.Deliver)
	}
}

func (s *source) checkSFTP(key string, o SFTP) {
	if host, port, err := net.SplitHostPort(o.Address); err != nil || host == "" || !portNumber(port) {
		s.add(key+".address", "%q: write host and port, as sftp.example.kz:22", o.Address)
	} else if linkLocal(host) {
		s.add(key+".address", "%q is a link-local address: no server of files is there", host)
	}
	if o.User == "" {
		s.add(key+".user", "a user is expected")
	}
	if o.KeyFile == "" && o.PasswordFile == "" {
		s.add(key, "how do we prove who we are: write key_file or password_file")
	}
	switch {
	case strings.TrimSpace(o.HostKey) == "":
		s.add(key+".host_key", "the key of the server is missing: `osmsd remote hostkey %s` prints it, its owner confirms it", o.Address)
	case o.PinsKey() && publicKey(o.HostKey) != nil:
		s.add(key+".host_key", "%v", publicKey(o.HostKey))
	}
	s.checkRemoteFolder(key+".folder", o.Folder)
}

func portNumber(port string) bool {
	n, err := strconv.Atoi(port)
	return err == nil && n > 0 && n < 1<<16
}

// publicKey judges a key as OpenSSH writes it: its kind, and in base64 the same
// kind again with the key.
func publicKey(text string) error {
	fields := strings.Fields(text)
	raw, err := base64.StdEncoding.DecodeString(fields[1])
	kinds := []string{"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"}
	if !slices.Contains(kinds, fields[0]) {
		return fmt.Errorf("%q is no kind of key: write one of %s and the key", fields[0], strings.Join(kinds, ", "))
	}
	if err != nil || len(raw) < 4 || int(binary.BigEndian.Uint32(raw)) != len(fields[0]) || !strings.HasPrefix(string(raw[4:]), fields[0]) {
		return errors.New("the key is not whole: copy the line that `osmsd remote hostkey` prints")
	}
	return nil
}

func (s *source) checkS3(key string, o S3) {
	u, err := url.Parse(o.Endpoint)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		s.add(key+".endpoint", "write the address of the store, as https://s3.example.kz")
	case linkLocal(u.Hostname()):
		s.add(key+".endpoint", "%q is a link-local address: no server of files is there", u.Hostname())
	case u.Scheme == "http" && !loopback(u.Hostname()):
		s.add(key+".endpoint", "http would send personal data in the clear: write https")
	}
	for _, field := range []struct{ name, value string }{{"region", o.Region}, {"bucket", o.Bucket}, {"access_key", o.AccessKey}, {"secret_key_file", o.SecretKeyFile}} {
		if field.value == "" {
			s.add(key+"."+field.name, "it is missing")
		}
	}
	if strings.ContainsAny(o.Bucket, "/\\ ") {
		s.add(key+".bucket", "%q: write the name of the bucket alone; what is below it is the prefix", o.Bucket)
	}
	if o.Prefix != "" && (strings.HasPrefix(o.Prefix, "/") || !strings.HasSuffix(o.Prefix, "/")) {
		s.add(key+".prefix", "%q: write it without / at the beginning and with / at the end, as in/", o.Prefix)
	}
	s.checkRemoteFolder(key+".prefix", strings.TrimSuffix(o.Prefix, "/"))
}

func linkLocal(host string) bool {
	host, _, _ = strings.Cut(host, "%")
	ip := net.ParseIP(host)
	return ip != nil && (ip.IsLinkLocalUnicast() || ip.IsLinkLocalMulticast() || ip.IsMulticast() || ip.IsUnspecified())
}

func (s *source) checkRemoteFolder(key, folder string) {
	for part := range strings.SplitSeq(folder, "/") {
		if part == ".." || strings.ContainsFunc(part, func(r rune) bool { return r < ' ' || r == '\\' }) {
			s.add(key, "%q: write a folder with / between its parts and without ..", folder)
			return
		}
	}
}

func (s *source) checkPull(key string, p Pull) {
	switch {
	case p.Region != 0 && p.Kind != "":
		s.add(key, "it is either a region's or of a kind: write one of region and kind")
	case p.Region == 0 && p.Kind == "":
		s.add(key, "whose files are they: write region, or kind for what belongs to none")
	case p.Kind != "" && !slices.Contains(pulled, p.Kind):
		s.add(key+".kind", "%q: write %s", p.Kind, strings.Join(pulled, ", "))
	}
	if !slices.Contains(afters, p.After) {
		s.add(key+".after", "%q: write move, delete or leave", p.After)
	}
	if p.Poll != 0 {
		s.between(key+".poll", p.Poll, time.Second, 24*time.Hour)
	}
}

func (s *source) checkDeliver(key string, d Deliver) {
	for i, what := range d.What {
		at := fmt.Sprintf("%s.what[%d]", key, i)
		switch {
		case !slices.Contains(delivered, what):
			s.add(at, "%q: write %s", what, strings.Join(delivered, ", "))
		case slices.Contains(d.What[:i], what):
			s.add(at, "%s stands twice", what)
		case d.Region != 0 && slices.Contains(national, what):
			s.add(at, "%s are of the whole country and not for one region: leave out one of them", what)
		}
	}
	if len(d.What) == 0 && (d.Region != 0 || d.Folder != "") {
		s.add(key+".what", "what is delivered: write %s", strings.Join(delivered, ", "))
	}
	if strings.HasPrefix(d.Folder, "/") {
		s.add(key+".folder", "%q: write a folder below that of the server", d.Folder)
	}
	s.checkRemoteFolder(key+".folder", d.Folder)
}

// ReadSecret reads a secret from a file of its own, which only its owner (and
// group) may read. The line break at its end is not part of it.
func ReadSecret(path string) (Secret, error) {
	data, shared, err := readFile(path)
	if err != nil {
		return "", err
	}
	if shared {
		return "", fmt.Errorf("others can read %s: set its mode to 600", path)
	}
	text := strings.TrimRight(string(data), "\r\n")
	if text == "" {
		return "", fmt.Errorf("%s is empty", path)
	}
	return Secret(text), nil
}
