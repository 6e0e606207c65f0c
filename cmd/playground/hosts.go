package main

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// hosts decides which Host headers are this server's. A page elsewhere can
// point a name of its own at a loopback address and then speak to the server
// there as if it were its own; a server that listens on loopback therefore
// answers to loopback's names only, and to those that it was told.
type hosts struct {
	any   bool
	names []string
}

func (c *serveCommand) hosts(listening net.Addr) hosts {
	h := hosts{names: []string{"localhost"}}
	for _, name := range c.Hosts {
		h.names = append(h.names, strings.ToLower(strings.TrimSpace(name)))
	}
	if u, err := url.Parse(c.URL); err == nil && u.Hostname() != "" {
		h.names = append(h.names, strings.ToLower(u.Hostname()))
	}
	h.any = !loopback(listening) && len(h.names) == 1
	return h
}

// allow reports whether host, as a request names it, is one of h.
func (h hosts) allow(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if addr, err := netip.ParseAddr(host); err == nil && addr.IsLoopback() {
		return true
	}
	return h.any || slices.Contains(h.names, host)
}

// loopback reports whether only this machine can reach the address.
func loopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// urlHost is the address to print: one that a browser on this machine can open.
func urlHost(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return a.String()
	}
	host := tcp.IP.String()
	if tcp.IP.IsUnspecified() || tcp.IP.IsLoopback() {
		host = "localhost"
	}
	_, port, _ := net.SplitHostPort(a.String())
	return net.JoinHostPort(host, port)
}
