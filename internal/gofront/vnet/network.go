package vnet

import (
	"net"
	"net/netip"
	"sync"
	"syscall"
)

// Network is a loopback network. Its zero value is not ready; call New.
type Network struct {
	// Used, if not nil, is called whenever somebody is about to dial or to listen. It is to
	// be set before.
	Used func()

	install sync.Once

	mu      sync.Mutex
	sockets map[port][]socket
	paths   map[string]*Listener // unix listeners by name
	next    uint16               // the next ephemeral port to try
	handles handles
}

// port is a number of one protocol, tcp or udp.
type port struct {
	proto  string
	number uint16
}

// socket is what is bound to a port.
type socket interface{ bound() netip.Addr }

func (l *Listener) bound() netip.Addr   { return addrOf(l.addr) }
func (p *PacketConn) bound() netip.Addr { return addrOf(p.local) }

// Linux's ephemeral ports.
const (
	firstPort = 32768
	lastPort  = 60999
)

// New returns a network on which nothing listens.
func New() *Network {
	return &Network{sockets: map[port][]socket{}, paths: map[string]*Listener{}, next: firstPort}
}

// Reset forgets all that listens: it cannot be reached any more, and its ports are free.
func (n *Network) Reset() {
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(n.sockets)
	clear(n.paths)
	n.next = firstPort
}

func (n *Network) use() {
	if n.Used != nil {
		n.Used()
	}
}

// bind gives s its address: ap, with a free port when ap has none. assign is
// told the address before anybody can find the socket.
func (n *Network) bind(proto string, ap netip.AddrPort, s socket, assign func(netip.AddrPort)) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if ap.Port() == 0 {
		ap = netip.AddrPortFrom(ap.Addr(), n.freePort(proto))
	}
	if ap.Port() == 0 || n.conflict(port{proto, ap.Port()}, ap.Addr()) {
		return sysError("bind", syscall.EADDRINUSE)
	}
	assign(ap)
	p := port{proto, ap.Port()}
	n.sockets[p] = append(n.sockets[p], s)
	return nil
}

// conflict reports whether something is bound to p at addr already. A wildcard
// takes the port of every address.
func (n *Network) conflict(p port, addr netip.Addr) bool {
	for _, s := range n.sockets[p] {
		if b := s.bound(); b == addr || b.IsUnspecified() || addr.IsUnspecified() {
			return true
		}
	}
	return false
}

// freePort returns an ephemeral port on which nothing is bound, or 0.
func (n *Network) freePort(proto string) uint16 {
	for range lastPort - firstPort + 1 {
		p := n.next
		if n.next++; n.next > lastPort {
			n.next = firstPort
		}
		if len(n.sockets[port{proto, p}]) == 0 {
			return p
		}
	}
	return 0
}

// sourcePort returns a port for the near end of a connection.
func (n *Network) sourcePort(proto string) uint16 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.freePort(proto)
}

// find returns what a packet or connection to ap arrives at, or nil.
func (n *Network) find(proto string, ap netip.AddrPort) socket {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range n.sockets[port{proto, ap.Port()}] {
		if b := s.bound(); b == ap.Addr() || b.IsUnspecified() && (b.Is6() || ap.Addr().Is4()) {
			return s
		}
	}
	return nil
}

func (n *Network) unbind(s socket) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if l, ok := s.(*Listener); ok && l.network == "unix" {
		if n.paths[l.addr.String()] == l {
			delete(n.paths, l.addr.String())
		}
		return
	}
	for p, bound := range n.sockets {
		for i, b := range bound {
			if b == s {
				n.sockets[p] = append(bound[:i:i], bound[i+1:]...)
				if len(n.sockets[p]) == 0 {
					delete(n.sockets, p)
				}
				return
			}
		}
	}
}

func addrOf(a net.Addr) netip.Addr {
	switch a := a.(type) {
	case *net.TCPAddr:
		return plain(a.AddrPort().Addr())
	case *net.UDPAddr:
		return plain(a.AddrPort().Addr())
	}
	return netip.Addr{}
}

// plain undoes the IPv4-in-IPv6 form of net.IP.
func plain(a netip.Addr) netip.Addr { return a.Unmap() }
