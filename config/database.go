package config

import (
	"net"
	"net/url"
	"slices"
	"strings"
)

// DSN is the address that the database driver takes, password included; "" for
// the embedded registry.
func (c Config) DSN() Secret {
	u, err := url.Parse(c.Database)
	if c.Database == "" || err != nil {
		return ""
	}
	if c.DatabasePassword != "" {
		u.User = url.UserPassword(u.User.Username(), c.DatabasePassword.Reveal())
	}
	return Secret(u.String())
}

// takePassword moves a password out of the database's address, so that the
// address can be printed.
func (c *Config) takePassword(key string) {
	u, err := url.Parse(c.Database)
	var query url.Values
	if err == nil {
		query, err = url.ParseQuery(u.RawQuery)
	}
	if c.Database != "" && (err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || u.Opaque != "" || u.Fragment != "") {
		c.Database = "" // not to be repeated: it may hold a password
		c.source.add(key, "leave it empty for the embedded registry or write postgres://user@host:5432/name?sslmode=verify-full, with odd letters as %%XX")
		return
	}
	password, has := u.User.Password()
	if query.Has("password") {
		password, has = query.Get("password"), true
		query.Del("password")
		u.RawQuery = query.Encode()
	}
	if !has {
		if c.source.taken {
			c.DatabasePassword, c.source.taken = "", false
		}
		return
	}
	if c.DatabasePassword != "" && !c.source.taken {
		c.source.add(key, "the password is given twice, in the address and as database_password: keep one")
	}
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	c.Database, c.DatabasePassword, c.source.taken = u.String(), Secret(password), true
}

func (c Config) holdsSecret() bool { return c.DatabasePassword != "" }

// TLS modes of PostgreSQL's drivers: the first do not insist on TLS.
var (
	weakTLS   = []string{"disable", "allow", "prefer"}
	strictTLS = []string{"require", "verify-ca", "verify-full"}
)

// checkDatabase refuses an address that would send the register in the clear:
// without TLS only this machine is reached.
func (s *source) checkDatabase(c Config) {
	const key = "database"
	if c.Database == "" {
		if c.DatabasePassword != "" && !s.faulty(key) {
			s.add("database_password", "the embedded registry has no password: give database a postgres:// address or leave this out")
		}
		return
	}
	u, err := url.Parse(c.Database)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		s.add(key, "leave it empty for the embedded registry or write a postgres:// address")
		return
	}
	query := u.Query()
	for _, name := range []string{"service", "servicefile", "passfile"} {
		if query.Has(name) {
			s.add(key, "%s is not read: write the address itself", name)
		}
	}
	if len(strings.Trim(u.Path, "/")) == 0 && !query.Has("dbname") {
		s.add(key, "the name of the database is missing: postgres://user@host:5432/name?sslmode=verify-full")
	}
	remote := ""
	hosts := append([]string{u.Hostname()}, append(query["host"], query["hostaddr"]...)...)
	for _, list := range hosts {
		for host := range strings.SplitSeq(list, ",") {
			if !loopback(host) {
				remote = host
			}
		}
	}
	mode := query.Get("sslmode")
	switch {
	case len(query["sslmode"]) > 1:
		s.add(key, "sslmode is given twice")
	case mode == "":
		s.add(key, "sslmode is missing: write sslmode=verify-full, or sslmode=disable for a server on this machine")
	case slices.Contains(strictTLS, mode):
	case !slices.Contains(weakTLS, mode):
		s.add(key, "sslmode=%s is not known: write %s or disable", mode, strings.Join(strictTLS, ", "))
	case remote != "":
		s.add(key, "sslmode=%s would send personal data to %s in the clear: write sslmode=verify-full", mode, remote)
	}
}

// loopback reports whether a host is this machine: empty, a socket's folder,
// localhost or a loopback address.
func loopback(host string) bool {
	host, _, _ = strings.Cut(host, "%") // an IPv6 zone
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return host == "" || strings.HasPrefix(host, "/") || strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
