package vnet

import (
	"context"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// Dial is net.Dial.
func (n *Network) Dial(network, address string) (net.Conn, error) {
	return n.DialContext(context.Background(), network, address)
}

// DialTimeout is net.DialTimeout.
func (n *Network) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	return n.dialWith(&net.Dialer{Timeout: timeout}, context.Background(), network, address)
}

// DialContext is the method of that name of a zero net.Dialer.
func (n *Network) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return n.dialWith(&net.Dialer{}, ctx, network, address)
}

// dialWith honours what a Dialer says of time and of the local address.
func (n *Network) dialWith(d *net.Dialer, ctx context.Context, network, address string) (net.Conn, error) {
	if ctx == nil {
		panic("nil context")
	}
	ctx, cancel := limit(ctx, d)
	defer cancel()
	c, err := n.dial(ctx, network, address, d.LocalAddr)
	if err != nil {
		return nil, err
	}
	return c, nil
}

func limit(ctx context.Context, d *net.Dialer) (context.Context, context.CancelFunc) {
	until := d.Deadline
	if d.Timeout != 0 {
		if t := time.Now().Add(d.Timeout); until.IsZero() || t.Before(until) {
			until = t
		}
	}
	if until.IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, until)
}

func (n *Network) dial(ctx context.Context, network, address string, local net.Addr) (net.Conn, error) {
	n.use()
	if network == "unix" {
		return n.dialUnix(ctx, address)
	}
	e, err := resolve(ctx, network, address)
	if err != nil {
		return nil, opError("dial", network, nil, nil, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, opError("dial", network, nil, e.shown, contextError(err))
	}
	_, version := family(network)
	to, err := e.dialTo(version)
	if err != nil {
		return nil, opError("dial", network, nil, e.shown, err)
	}
	if e.proto == "udp" {
		return n.dialPacket(network, to, local)
	}
	return n.connect(ctx, network, e, to, local)
}

// connect makes a connection and hands its far end to the listener.
func (n *Network) connect(ctx context.Context, network string, e endpoint, to netip.AddrPort, local net.Addr) (net.Conn, error) {
	l, ok := n.find("tcp", to).(*Listener)
	if !ok {
		return nil, opError("dial", network, local, e.shown, sysError("connect", syscall.ECONNREFUSED))
	}
	near := netAddr("tcp", n.source("tcp", to.Addr(), local), false)
	a, b := pipe("tcp", near, netAddr("tcp", to, false))
	if err := l.offer(ctx, b); err != nil {
		return nil, opError("dial", network, local, e.shown, err)
	}
	return a, nil
}

// source is the address of the near end: what the dialler asked for, or the
// far end's own address with a port of its own.
func (n *Network) source(proto string, to netip.Addr, local net.Addr) netip.AddrPort {
	ap := netip.AddrPortFrom(to, 0)
	switch a := local.(type) {
	case *net.TCPAddr:
		ap = a.AddrPort()
	case *net.UDPAddr:
		ap = a.AddrPort()
	}
	addr, number := plain(ap.Addr()), ap.Port()
	if !addr.IsValid() || addr.IsUnspecified() {
		addr = to
	}
	if number == 0 {
		number = n.sourcePort(proto)
	}
	return netip.AddrPortFrom(addr, number)
}

func (n *Network) dialUnix(ctx context.Context, path string) (net.Conn, error) {
	addr := &net.UnixAddr{Name: path, Net: "unix"}
	n.mu.Lock()
	l := n.paths[path]
	n.mu.Unlock()
	if l == nil {
		return nil, opError("dial", "unix", nil, addr, sysError("connect", syscall.ENOENT))
	}
	a, b := pipe("unix", &net.UnixAddr{Net: "unix"}, addr)
	if err := l.offer(ctx, b); err != nil {
		return nil, opError("dial", "unix", nil, addr, err)
	}
	return a, nil
}

// Listen is net.Listen.
func (n *Network) Listen(network, address string) (net.Listener, error) {
	l, err := n.listen(context.Background(), network, address)
	if err != nil {
		return nil, err
	}
	return l, nil
}

func (n *Network) listen(ctx context.Context, network, address string) (*Listener, error) {
	n.use()
	if network == "unix" {
		return n.listenUnix(address)
	}
	proto, version := family(network)
	if proto != "tcp" {
		return nil, opError("listen", network, nil, nil, net.UnknownNetworkError(network))
	}
	e, err := resolve(ctx, network, address)
	if err != nil {
		return nil, opError("listen", network, nil, nil, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, opError("listen", network, nil, e.shown, contextError(err))
	}
	ap, err := e.listenOn(version)
	if err == nil {
		l := &Listener{net: n, network: "tcp"}
		err = n.bind("tcp", ap, l, func(ap netip.AddrPort) { l.addr = netAddr("tcp", ap, false) })
		if err == nil {
			return l, nil
		}
	}
	return nil, opError("listen", network, nil, e.shown, err)
}

func (n *Network) listenUnix(path string) (*Listener, error) {
	addr := &net.UnixAddr{Name: path, Net: "unix"}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.paths[path] != nil {
		return nil, opError("listen", "unix", nil, addr, sysError("bind", syscall.EADDRINUSE))
	}
	l := &Listener{net: n, network: "unix", addr: addr}
	n.paths[path] = l
	return l, nil
}
