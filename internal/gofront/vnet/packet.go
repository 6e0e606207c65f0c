package vnet

import (
	"context"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Limits of datagrams: the largest, in bytes, and how many a socket holds
// before it drops what arrives, as UDP does.
const (
	maxDatagram = 65507
	maxQueued   = 256
)

// PacketConn is a UDP socket. One that was dialled has a remote address.
type PacketConn struct {
	net           *Network
	local         *net.UDPAddr
	remote        *net.UDPAddr // nil unless connected
	readDeadline  deadline
	writeDeadline deadline
	closed        atomic.Bool

	mu      sync.Mutex
	queue   []datagram
	refused bool // the last datagram found nobody
	change  notice
}

type datagram struct {
	data []byte
	from *net.UDPAddr
}

// ListenPacket is net.ListenPacket, for UDP.
func (n *Network) ListenPacket(network, address string) (net.PacketConn, error) {
	p, err := n.listenPacket(context.Background(), network, address)
	if err != nil {
		return nil, err
	}
	return p, nil
}

func (n *Network) listenPacket(ctx context.Context, network, address string) (*PacketConn, error) {
	n.use()
	proto, version := family(network)
	if proto != "udp" {
		return nil, opError("listen", network, nil, nil, net.UnknownNetworkError(network))
	}
	e, err := resolve(ctx, network, address)
	if err != nil {
		return nil, opError("listen", network, nil, nil, err)
	}
	ap, err := e.listenOn(version)
	if err == nil {
		p := &PacketConn{net: n}
		if err = n.bind("udp", ap, p, p.assign); err == nil {
			return p, nil
		}
	}
	return nil, opError("listen", network, nil, e.shown, err)
}

func (p *PacketConn) assign(ap netip.AddrPort) { p.local = netAddr("udp", ap, false).(*net.UDPAddr) }

// dialPacket makes a connected socket. Nothing need listen at its far end.
func (n *Network) dialPacket(network string, to netip.AddrPort, local net.Addr) (net.Conn, error) {
	p := &PacketConn{net: n, remote: netAddr("udp", to, false).(*net.UDPAddr)}
	if err := n.bind("udp", n.source("udp", to.Addr(), local), p, p.assign); err != nil {
		return nil, opError("dial", network, local, p.remote, err)
	}
	return p, nil
}

// ReadFrom implements net.PacketConn. What does not fit into b is lost.
func (p *PacketConn) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := p.ReadFromUDP(b)
	if from == nil {
		return n, nil, err
	}
	return n, from, err
}

// ReadFromUDP is ReadFrom.
func (p *PacketConn) ReadFromUDP(b []byte) (int, *net.UDPAddr, error) {
	for {
		past, moved := p.readDeadline.state()
		d, changed, err := p.tryRead(past)
		switch {
		case err != nil:
			return 0, nil, opError("read", "udp", p.local, p.far(), err)
		case changed == nil:
			return copy(b, d.data), d.from, nil
		}
		await(changed, moved)
	}
}

// ReadFromUDPAddrPort is ReadFrom.
func (p *PacketConn) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	n, from, err := p.ReadFromUDP(b)
	if from == nil {
		return n, netip.AddrPort{}, err
	}
	return n, from.AddrPort(), err
}

func (p *PacketConn) tryRead(past bool) (datagram, <-chan struct{}, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed.Load():
		return datagram{}, nil, net.ErrClosed
	case past:
		return datagram{}, nil, os.ErrDeadlineExceeded
	case p.refused:
		p.refused = false
		return datagram{}, nil, sysError("read", syscall.ECONNREFUSED)
	case len(p.queue) > 0:
		d := p.queue[0]
		p.queue = p.queue[1:]
		return d, nil, nil
	}
	return datagram{}, p.change.wait(), nil
}

// Read implements net.Conn.
func (p *PacketConn) Read(b []byte) (int, error) {
	n, _, err := p.ReadFromUDP(b)
	return n, err
}

// Write implements net.Conn: it sends one datagram.
func (p *PacketConn) Write(b []byte) (int, error) {
	if p.remote == nil {
		return 0, opError("write", "udp", p.local, nil, sysError("write", syscall.EDESTADDRREQ))
	}
	return p.send(b, p.remote)
}

// WriteTo implements net.PacketConn.
func (p *PacketConn) WriteTo(b []byte, addr net.Addr) (int, error) {
	to, ok := addr.(*net.UDPAddr)
	if !ok {
		return 0, opError("write", "udp", p.local, addr, syscall.EINVAL)
	}
	return p.WriteToUDP(b, to)
}

// WriteToUDP is WriteTo.
func (p *PacketConn) WriteToUDP(b []byte, to *net.UDPAddr) (int, error) {
	if p.remote != nil {
		return 0, opError("write", "udp", p.local, to, net.ErrWriteToConnected)
	}
	return p.send(b, to)
}

// WriteToUDPAddrPort is WriteTo.
func (p *PacketConn) WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error) {
	return p.WriteToUDP(b, net.UDPAddrFromAddrPort(to))
}

func (p *PacketConn) send(b []byte, to *net.UDPAddr) (int, error) {
	past, _ := p.writeDeadline.state()
	ap := to.AddrPort()
	e := endpoint{"udp", to, netip.AddrPortFrom(plain(ap.Addr()), ap.Port())}
	target, err := e.dialTo("")
	switch {
	case p.closed.Load():
		err = net.ErrClosed
	case past:
		err = os.ErrDeadlineExceeded
	case len(b) > maxDatagram:
		err = sysError("write", syscall.EMSGSIZE)
	}
	if err != nil {
		return 0, opError("write", "udp", p.local, to, err)
	}
	if peer, ok := p.net.find("udp", target).(*PacketConn); ok {
		peer.deliver(datagram{append([]byte(nil), b...), p.seenAs(target.Addr())})
	} else if p.remote != nil {
		p.refuse()
	}
	return len(b), nil
}

// seenAs is the address that a datagram to the given one comes from.
func (p *PacketConn) seenAs(to netip.Addr) *net.UDPAddr {
	if p.local.IP.IsUnspecified() {
		return netAddr("udp", netip.AddrPortFrom(to, uint16(p.local.Port)), false).(*net.UDPAddr)
	}
	return p.local
}

// deliver queues d unless the queue is full or the socket is connected to
// somebody else.
func (p *PacketConn) deliver(d datagram) {
	if p.remote != nil && p.remote.AddrPort() != d.from.AddrPort() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) < maxQueued {
		p.queue = append(p.queue, d)
		p.change.changed()
	}
}

func (p *PacketConn) refuse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = true
	p.change.changed()
}

// Close implements net.Conn and net.PacketConn.
func (p *PacketConn) Close() error {
	if p.closed.Swap(true) {
		return opError("close", "udp", p.local, p.far(), net.ErrClosed)
	}
	p.net.unbind(p)
	p.readDeadline.stop()
	p.writeDeadline.stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.change.changed()
	return nil
}

// LocalAddr implements net.Conn and net.PacketConn.
func (p *PacketConn) LocalAddr() net.Addr { return p.local }

// RemoteAddr implements net.Conn: nil unless the socket was dialled.
func (p *PacketConn) RemoteAddr() net.Addr { return p.far() }

// far is remote without the trap of a typed nil.
func (p *PacketConn) far() net.Addr {
	if p.remote == nil {
		return nil
	}
	return p.remote
}

// SetDeadline implements net.Conn and net.PacketConn.
func (p *PacketConn) SetDeadline(t time.Time) error {
	if err := p.SetReadDeadline(t); err != nil {
		return err
	}
	return p.SetWriteDeadline(t)
}

// SetReadDeadline implements net.Conn and net.PacketConn.
func (p *PacketConn) SetReadDeadline(t time.Time) error { return p.setDeadline(&p.readDeadline, t) }

// SetWriteDeadline implements net.Conn and net.PacketConn.
func (p *PacketConn) SetWriteDeadline(t time.Time) error { return p.setDeadline(&p.writeDeadline, t) }

func (p *PacketConn) setDeadline(d *deadline, t time.Time) error {
	if p.closed.Load() {
		return opError("set", "udp", nil, p.local, net.ErrClosed)
	}
	d.set(t)
	return nil
}

// SetReadBuffer does nothing.
func (p *PacketConn) SetReadBuffer(int) error { return nil }

// SetWriteBuffer does nothing.
func (p *PacketConn) SetWriteBuffer(int) error { return nil }
