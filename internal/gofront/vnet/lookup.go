package vnet

import (
	"context"
	"net"
	"net/netip"
)

// The lookups know localhost and address literals.

func (n *Network) lookupHost(host string) ([]string, error) {
	if host == "" {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	addr, err := lookup(host, "")
	if err != nil {
		return nil, err
	}
	return []string{addr.String()}, nil
}

func (n *Network) lookupIPAddr(host string) ([]net.IPAddr, error) {
	hosts, err := n.lookupHost(host)
	if err != nil {
		return nil, err
	}
	addr := netip.MustParseAddr(hosts[0])
	return []net.IPAddr{{IP: net.IP(addr.AsSlice()), Zone: addr.Zone()}}, nil
}

func (n *Network) lookupIP(host string) ([]net.IP, error) {
	addrs, err := n.lookupIPAddr(host)
	if err != nil {
		return nil, err
	}
	return []net.IP{addrs[0].IP}, nil
}

func (n *Network) lookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	hosts, err := n.lookupHost(host)
	if err != nil {
		return nil, err
	}
	return []netip.Addr{netip.MustParseAddr(hosts[0])}, nil
}

func (n *Network) lookupAddr(addr string) ([]string, error) {
	ip, err := netip.ParseAddr(addr)
	if err != nil {
		return nil, &net.DNSError{Err: "unrecognized address", Name: addr}
	}
	if !ip.IsLoopback() {
		return nil, noSuchHost(addr)
	}
	return []string{"localhost"}, nil
}

func (n *Network) lookupCNAME(host string) (string, error) {
	if isLocalhost(host) {
		return "localhost.", nil
	}
	return "", noSuchHost(host)
}

func (n *Network) lookupMX(name string) ([]*net.MX, error) { return nil, noSuchHost(name) }

func (n *Network) lookupNS(name string) ([]*net.NS, error) { return nil, noSuchHost(name) }

func (n *Network) lookupTXT(name string) ([]string, error) { return nil, noSuchHost(name) }

func (n *Network) lookupSRV(_, _, name string) (string, []*net.SRV, error) {
	return "", nil, noSuchHost(name)
}

func (n *Network) resolveTCPAddr(network, address string) (*net.TCPAddr, error) {
	e, err := n.resolveAddr("tcp", network, address)
	if err != nil {
		return nil, err
	}
	return e.(*net.TCPAddr), nil
}

func (n *Network) resolveUDPAddr(network, address string) (*net.UDPAddr, error) {
	e, err := n.resolveAddr("udp", network, address)
	if err != nil {
		return nil, err
	}
	return e.(*net.UDPAddr), nil
}

func (n *Network) resolveAddr(proto, network, address string) (net.Addr, error) {
	if network == "" {
		network = proto
	}
	if p, _ := family(network); p != proto {
		return nil, net.UnknownNetworkError(network)
	}
	e, err := resolve(context.Background(), network, address)
	if err != nil {
		return nil, err
	}
	return e.shown, nil
}

func (n *Network) resolveIPAddr(network, address string) (*net.IPAddr, error) {
	addrs, err := n.lookupIPAddr(address)
	if err != nil {
		return nil, err
	}
	return &addrs[0], nil
}

// lo is the one interface of this host.
func lo() net.Interface {
	return net.Interface{Index: 1, MTU: 65536, Name: "lo", Flags: net.FlagUp | net.FlagLoopback | net.FlagRunning}
}

func (n *Network) interfaces() ([]net.Interface, error) { return []net.Interface{lo()}, nil }

func (n *Network) interfaceAddrs() ([]net.Addr, error) {
	return []net.Addr{
		&net.IPNet{IP: net.IPv4(127, 0, 0, 1).To4(), Mask: net.CIDRMask(8, 32)},
		&net.IPNet{IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
	}, nil
}

func (n *Network) interfaceByName(name string) (*net.Interface, error) {
	if i := lo(); i.Name == name {
		return &i, nil
	}
	return nil, opError("route", "ip+net", nil, nil, noInterface{})
}

func (n *Network) interfaceByIndex(index int) (*net.Interface, error) {
	if i := lo(); i.Index == index {
		return &i, nil
	}
	return nil, opError("route", "ip+net", nil, nil, noInterface{})
}

type noInterface struct{}

func (noInterface) Error() string { return "no such network interface" }
