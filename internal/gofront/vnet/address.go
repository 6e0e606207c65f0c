package vnet

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"syscall"
)

// endpoint is an address as a program wrote it, resolved.
type endpoint struct {
	proto string // tcp or udp
	// shown is the address as errors print it: without an IP when the
	// program gave none.
	shown net.Addr
	ap    netip.AddrPort
}

// family splits a network's name: "tcp4" into "tcp" and "4".
func family(network string) (proto, version string) {
	for _, p := range []string{"tcp", "udp"} {
		if v, ok := strings.CutPrefix(network, p); ok && (v == "" || v == "4" || v == "6") {
			return p, v
		}
	}
	return "", ""
}

// resolve turns host:port into an endpoint. An error is that of package net
// for the same mistake, without the operation.
func resolve(ctx context.Context, network, address string) (endpoint, error) {
	proto, version := family(network)
	if proto == "" {
		return endpoint{}, net.UnknownNetworkError(network)
	}
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return endpoint{}, err
	}
	number, err := net.DefaultResolver.LookupPort(ctx, network, service)
	if err != nil {
		return endpoint{}, err
	}
	addr, err := lookup(host, version)
	if err != nil {
		return endpoint{}, err
	}
	ap := netip.AddrPortFrom(addr, uint16(number))
	return endpoint{proto, netAddr(proto, ap, host == ""), ap}, nil
}

// lookup resolves a host name or literal to one address: the unspecified one
// for no host.
func lookup(host, version string) (netip.Addr, error) {
	switch {
	case host == "":
		return netip.Addr{}, nil
	case isLocalhost(host) && version == "6":
		return netip.IPv6Loopback(), nil
	case isLocalhost(host):
		return netip.AddrFrom4([4]byte{127, 0, 0, 1}), nil
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}, noSuchHost(host)
	}
	addr = addr.Unmap()
	if version == "4" && !addr.Is4() || version == "6" && !addr.Is6() {
		return netip.Addr{}, &net.AddrError{Err: "no suitable address found", Addr: host}
	}
	return addr, nil
}

// isLocalhost reports whether host is a name of this host.
func isLocalhost(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// netAddr makes the *net.TCPAddr or *net.UDPAddr of ap, without an IP if bare.
func netAddr(proto string, ap netip.AddrPort, bare bool) net.Addr {
	var ip net.IP
	zone := ""
	if !bare && ap.Addr().IsValid() {
		ip, zone = net.IP(ap.Addr().AsSlice()), ap.Addr().Zone()
	}
	if proto == "udp" {
		return &net.UDPAddr{IP: ip, Port: int(ap.Port()), Zone: zone}
	}
	return &net.TCPAddr{IP: ip, Port: int(ap.Port()), Zone: zone}
}

// listenOn returns the address to bind: the wildcard, or a loopback one.
func (e endpoint) listenOn(version string) (netip.AddrPort, error) {
	addr := e.ap.Addr()
	switch {
	case !addr.IsValid() || addr.IsUnspecified():
		addr = netip.IPv6Unspecified()
		if version == "4" {
			addr = netip.IPv4Unspecified()
		}
	case !addr.IsLoopback():
		return e.ap, sysError("bind", syscall.EADDRNOTAVAIL)
	}
	return netip.AddrPortFrom(addr, e.ap.Port()), nil
}

// dialTo returns the address to reach: loopback for the wildcard.
func (e endpoint) dialTo(version string) (netip.AddrPort, error) {
	addr := e.ap.Addr()
	switch {
	case version == "6" && (!addr.IsValid() || addr.IsUnspecified()), addr == netip.IPv6Unspecified():
		addr = netip.IPv6Loopback()
	case !addr.IsValid() || addr.IsUnspecified():
		addr = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	case !addr.IsLoopback():
		return e.ap, unreachable{}
	}
	return netip.AddrPortFrom(addr, e.ap.Port()), nil
}
