package main

import (
	"net"
	"net/netip"
	"sync"

	"playground/internal/admit"
)

// receiveBuffer is how many bytes the kernel keeps of what a client sends before
// the server reads it. It would keep megabytes of each of thousands of
// connections, and in a container that memory is the server's.
const receiveBuffer = 64 << 10

// forProbes is how many connections beyond the most this machine itself may have:
// whoever asks for the server's health from here, as a container's check does, is
// answered when strangers have all the others.
const forProbes = 4

// boundedListener takes at most a number of connections at once, and of no
// client so many that there is none left for the next. Those beyond are closed
// before anything is read: they must not cost the descriptors that workers need.
type boundedListener struct {
	net.Listener
	most  int
	proxy func(net.Addr) bool // whose connections are many clients'

	mu      sync.Mutex
	open    int
	clients map[string]int
}

func boundConnections(l net.Listener, most int, proxy func(net.Addr) bool) *boundedListener {
	return &boundedListener{Listener: l, most: most, proxy: proxy, clients: map[string]int{}}
}

// Accept implements net.Listener.
func (l *boundedListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		client := ""
		if !l.proxy(c.RemoteAddr()) {
			client = admit.ClientOf(c.RemoteAddr().String())
		}
		if l.take(client) {
			if tcp, ok := c.(*net.TCPConn); ok {
				_ = tcp.SetReadBuffer(receiveBuffer) // or it is as the system has it
			}
			return &boundedConn{Conn: c, left: sync.OnceFunc(func() { l.give(client) })}, nil
		}
		c.Close()
	}
}

func (l *boundedListener) take(client string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	if client != "" {
		n = l.clients[client]
	}
	if !admit.Fits(int64(n), int64(l.open), 1, int64(l.most)) && !l.probe(client) {
		return false
	}
	l.open++
	l.clients[client]++
	return true
}

// probe reports whether a client has what is kept for probes. The caller holds mu.
func (l *boundedListener) probe(client string) bool {
	at, err := netip.ParseAddr(client)
	return err == nil && at.IsLoopback() && l.open >= l.most && l.open < l.most+forProbes
}

func (l *boundedListener) give(client string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if l.clients[client]--; l.clients[client] == 0 {
		delete(l.clients, client)
	}
}

// boundedConn gives its place back when it is closed.
type boundedConn struct {
	net.Conn
	left func()
}

// Close implements net.Conn.
func (c *boundedConn) Close() error {
	defer c.left()
	return c.Conn.Close()
}
