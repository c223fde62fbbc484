package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// knownHost reports whether the console may be asked under this name: a page of
// somebody else that resolves to this machine may not.
func (s *Server) knownHost(host string) bool {
	if len(s.Hosts) == 0 {
		return true
	}
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	return slices.Contains(s.Hosts, name)
}

// remote is the address of whoever asks. A proxy that is trusted says whom it
// asks for; the last word before it counts, for the ones before that may be
// anybody's.
func (s *Server) remote(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	at := ap.Addr().Unmap()
	if !s.trusted(at) {
		return at
	}
	said := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, word := range slices.Backward(said) {
		a, err := netip.ParseAddr(strings.TrimSpace(word))
		if err != nil {
			return at
		}
		if at = a.Unmap(); !s.trusted(at) {
			return at
		}
	}
	return at
}

func (s *Server) trusted(a netip.Addr) bool {
	return slices.ContainsFunc(s.Proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// source names an address for limits: one network of IPv6 is one source.
func source(a netip.Addr) string {
	if a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
