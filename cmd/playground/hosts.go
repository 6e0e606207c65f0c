package main

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"playground/internal/option"
)

// hostFlags say under which names the server is to be reached.
type hostFlags struct {
	URL     option.URL        `name:"url" placeholder:"URL" env:"PLAYGROUND_URL" help:"The article's public address, such as https://example.org/; its host is then served too (${env})."`
	Hosts   []option.HostName `name:"hosts" placeholder:"NAME,..." env:"PLAYGROUND_HOSTS" help:"Further host names that this server answers to, for use behind a proxy (${env})."`
	Origins []option.Origin   `name:"origins" placeholder:"ORIGIN,..." env:"PLAYGROUND_ORIGINS" help:"Origins of other sites, such as https://example.org, whose pages may run programs here (${env})."`
}

// hosts decides which Host headers are this server's. A page elsewhere can
// point a name of its own at a loopback address and then speak to the server
// there as if it were its own; a server that listens on loopback therefore
// answers to loopback's names only, and to those that it was told.
type hosts struct {
	any   bool
	named []string // by the operator
}

func (f hostFlags) hosts(listening net.Addr) hosts {
	var h hosts
	for _, name := range f.Hosts {
		h.named = append(h.named, string(name))
	}
	if name := f.URL.Host(); name != "" {
		h.named = append(h.named, name)
	}
	h.any = !loopback(listening) && len(h.named) == 0
	return h
}

// origins are the further origins, as the sockets take them.
func (f hostFlags) origins() []string {
	var list []string
	for _, o := range f.Origins {
		list = append(list, string(o))
	}
	return list
}

// allow reports whether host, as a request names it, is one of h.
func (h hosts) allow(host string) bool {
	name := requestHost(host)
	if addr, err := netip.ParseAddr(name); err == nil && addr.IsLoopback() {
		return true
	}
	return h.any || name == "localhost" || slices.Contains(h.named, name)
}

// own reports whether the operator has named host.
func (h hosts) own(host string) bool { return slices.Contains(h.named, requestHost(host)) }

// requestHost is the name in a Host header, without its port.
func requestHost(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.TrimSuffix(strings.ToLower(strings.Trim(host, "[]")), ".")
}

// loopback reports whether only this machine can reach the address. A socket
// file is not taken for it: there is a proxy behind it.
func loopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// shownAddress is the address to print: one that a browser on this machine can
// open, or the path of the socket file.
func shownAddress(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return a.Network() + ":" + a.String()
	}
	host := tcp.IP.String()
	if tcp.IP.IsUnspecified() || tcp.IP.IsLoopback() {
		host = "localhost"
	}
	_, port, _ := net.SplitHostPort(a.String())
	return "http://" + net.JoinHostPort(host, port) + "/"
}
