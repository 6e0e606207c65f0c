package option

import (
	"fmt"
	"net/netip"
)

// ProxyRange is a range of addresses, or all that come by a socket file.
type ProxyRange struct {
	Prefix netip.Prefix
	Unix   bool
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *ProxyRange) UnmarshalText(text []byte) error {
	s := string(text)
	if s == "unix" {
		*r = ProxyRange{Unix: true}
		return nil
	}
	if a, err := netip.ParseAddr(s); err == nil {
		*r = ProxyRange{Prefix: netip.PrefixFrom(a, a.BitLen())}
		return nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return fmt.Errorf("%q is no range of addresses; write one such as 10.0.0.0/8, 2001:db8::/32 or 192.0.2.7, or unix", s)
	}
	*r = ProxyRange{Prefix: p.Masked()}
	return nil
}

// String is the range as it is written.
func (r ProxyRange) String() string {
	if r.Unix {
		return "unix"
	}
	return r.Prefix.String()
}

// MarshalText implements encoding.TextMarshaler.
func (r ProxyRange) MarshalText() ([]byte, error) { return []byte(r.String()), nil }
