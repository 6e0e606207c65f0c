package admit

import "net/netip"

// ClientOf names the client at an address. A network gives each of its IPv6
// hosts a range of addresses to choose from, so those are told apart by the
// first 64 bits; an IPv4 address in IPv6 form is the IPv4 address. What is no
// address names itself.
func ClientOf(addr string) string {
	if ap, err := netip.ParseAddrPort(addr); err == nil {
		addr = ap.Addr().String()
	}
	a, err := netip.ParseAddr(addr)
	if err != nil {
		return addr
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return addr
	}
	return p.String()
}
