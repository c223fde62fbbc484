package config

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Console is the web console and the API.
type Console struct {
	// Listen is the address and port; empty: there is no console.
	Listen string `yaml:"listen"`
	// Hosts are names under which it may be asked, besides those of Listen and URL.
	Hosts []string `yaml:"hosts"`
	// URL is how people reach it, for links in mails.
	URL string `yaml:"url"`
	TLS TLS    `yaml:"tls"`
	// Plain allows to listen for other machines without TLS: where something else
	// brings it, or nobody else is on the network.
	Plain bool `yaml:"plain"`
	// Proxies are addresses or networks of reverse proxies that are believed when
	// they say who asks.
	Proxies []string `yaml:"proxies"`
	// Scrapers are addresses or networks that may collect metrics, besides this
	// machine.
	Scrapers []string `yaml:"scrapers"`
	// Idle ends a session that is not used, Longest any session.
	Idle    time.Duration `yaml:"idle"`
	Longest time.Duration `yaml:"longest"`
}

// TLS names the files of a certificate with its chain and of its key.
type TLS struct {
	Certificate string `yaml:"certificate"`
	Key         string `yaml:"key"`
}

// Local reports whether the console is reached from this machine only.
func (c Console) Local() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	return err == nil && here(host)
}

// Names are those under which the console may be asked; empty: any, because it
// listens on every address of the machine and no name was given.
func (c Console) Names() []string {
	names := slices.Clone(c.Hosts)
	if u, err := url.Parse(c.URL); err == nil && u.Hostname() != "" {
		names = append(names, u.Hostname())
	}
	host, _, err := net.SplitHostPort(c.Listen)
	switch {
	case err == nil && here(host):
		names = append(names, "localhost", "127.0.0.1", "::1")
	case err == nil && !anywhere(host):
		names = append(names, host, "localhost", "127.0.0.1", "::1")
	case len(names) == 0:
		return nil
	default:
		names = append(names, "localhost", "127.0.0.1", "::1")
	}
	for i, n := range names {
		names[i] = strings.ToLower(n)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func anywhere(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "" || err == nil && a.IsUnspecified()
}

// Trusted are the networks of the proxies.
func (c Console) Trusted() []netip.Prefix { return networks(c.Proxies) }

// Collectors are the networks of the scrapers.
func (c Console) Collectors() []netip.Prefix { return networks(c.Scrapers) }

func networks(texts []string) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range texts {
		if p, ok := network(text); ok {
			out = append(out, p)
		}
	}
	return out
}

func network(text string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p, true
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, a.BitLen()), true
}

// Secure reports whether browsers reach the console by TLS.
func (c Console) Secure() bool {
	return c.TLS.Certificate != "" || strings.HasPrefix(c.URL, "https://")
}

func (s *source) checkConsole(c Console) {
	if c.Listen == "" {
		return
	}
	host, port, err := net.SplitHostPort(c.Listen)
	switch n, perr := net.LookupPort("tcp", port); {
	case err != nil || perr != nil || n < 0:
		s.add("console.listen", "%q: write an address and a port, as 127.0.0.1:8080, or leave it empty for no console", c.Listen)
	case !here(host) && c.TLS.Certificate == "" && len(c.Proxies) == 0 && !c.Plain:
		s.add("console.listen", "%q is reached from other machines: give tls a certificate, or name the reverse proxy in proxies, or say plain: true where something else brings TLS", c.Listen)
	}
	if (c.TLS.Certificate == "") != (c.TLS.Key == "") {
		s.add("console.tls", "certificate and key belong together")
	}
	if c.URL != "" {
		if u, err := url.Parse(c.URL); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
			s.add("console.url", "%q: write it as https://osms.example.kz", c.URL)
		}
	}
	for _, text := range c.Proxies {
		if _, ok := network(text); !ok {
			s.add("console.proxies", "%q is not an address or a network", text)
		}
	}
	for _, text := range c.Scrapers {
		if _, ok := network(text); !ok {
			s.add("console.scrapers", "%q is not an address or a network", text)
		}
	}
	for _, name := range c.Hosts {
		if name == "" || strings.ContainsAny(name, "/: ") {
			s.add("console.hosts", "%q: write a name without scheme and port", name)
		}
	}
	s.between("console.idle", c.Idle, time.Minute, 24*time.Hour)
	s.between("console.longest", c.Longest, 10*time.Minute, 30*24*time.Hour)
}

// here reports a host to listen on that only this machine reaches. No host is
// every address.
func here(host string) bool { return host != "" && loopback(host) }
