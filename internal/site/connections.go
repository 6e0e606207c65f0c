package site

import (
	"container/list"
	"net"
	"net/http"
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

// looked is how many connections without a request are looked at for the one that
// makes way.
const looked = 64

// Listener takes at most a number of connections at once, and of no
// client so many that there is none left for the next. Those beyond are closed
// before anything is read: they must not cost the descriptors that workers need.
// When all are taken, a client that has none takes the place of one without a
// request: such a connection is worth little to whoever has it, and a balancer
// that cannot ask for the server's health takes the server out.
type Listener struct {
	net.Listener
	most  int
	proxy func(net.Addr) bool // whose connections are many clients'

	mu      sync.Mutex
	open    int
	clients map[string]int
	quiet   list.List // of *boundedConn: without a request, the longest first
}

// Bound bounds the connections of l to most at once. Those for which proxy holds are
// of many clients.
func Bound(l net.Listener, most int, proxy func(net.Addr) bool) *Listener {
	return &Listener{Listener: l, most: most, proxy: proxy, clients: map[string]int{}}
}

// Accept implements net.Listener.
func (l *Listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		b := &boundedConn{Conn: c, listener: l}
		if !l.proxy(c.RemoteAddr()) {
			b.client = admit.ClientOf(c.RemoteAddr().String())
		}
		if !l.take(b.client) && !l.takeFrom(b.client) {
			c.Close()
			continue
		}
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetReadBuffer(receiveBuffer) // or it is as the system has it
		}
		l.watch(b, http.StateNew)
		return b, nil
	}
}

// Open is how many connections there are.
func (l *Listener) Open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open
}

func (l *Listener) take(client string) bool {
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

// takeFrom takes a place for a client that has none from another.
func (l *Listener) takeFrom(client string) bool {
	victim := l.victim(client)
	if victim == nil {
		return false
	}
	_ = victim.Close() // it was of no use
	return l.take(client)
}

// victim is the connection that makes way for a client: of those that have been
// without a request for longest, one of the client that has the most.
func (l *Listener) victim(client string) *boundedConn {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.clients[client] > 0 {
		return nil
	}
	var victim *boundedConn
	e := l.quiet.Front()
	for range looked {
		if e == nil {
			break
		}
		if c := e.Value.(*boundedConn); victim == nil || l.clients[c.client] > l.clients[victim.client] {
			victim = c
		}
		e = e.Next()
	}
	return victim
}

// Changed is an http.Server's ConnState.
func (l *Listener) Changed(c net.Conn, now http.ConnState) {
	if b, ok := c.(*boundedConn); ok {
		l.watch(b, now)
	}
}

// watch notes whether a connection has a request. A proxy's are many clients',
// and never make way.
func (l *Listener) watch(c *boundedConn, now http.ConnState) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forget(c)
	if (now == http.StateNew || now == http.StateIdle) && c.client != "" && !c.closed {
		c.quiet = l.quiet.PushBack(c)
	}
}

// probe reports whether a client has what is kept for probes. The caller holds mu.
func (l *Listener) probe(client string) bool {
	at, err := netip.ParseAddr(client)
	return err == nil && at.IsLoopback() && l.open >= l.most && l.open < l.most+forProbes
}

// forget takes c out of the quiet. The caller holds mu.
func (l *Listener) forget(c *boundedConn) {
	if c.quiet != nil {
		l.quiet.Remove(c.quiet)
		c.quiet = nil
	}
}

// give gives the place of c back.
func (l *Listener) give(c *boundedConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.closed {
		return
	}
	c.closed = true
	l.forget(c)
	l.open--
	if l.clients[c.client]--; l.clients[c.client] == 0 {
		delete(l.clients, c.client)
	}
}

// boundedConn gives its place back when it is closed. Its last two fields are the
// listener's.
type boundedConn struct {
	net.Conn
	listener *Listener
	client   string // "" for a proxy's

	quiet  *list.Element
	closed bool
}

// Close implements net.Conn.
func (c *boundedConn) Close() error {
	defer c.listener.give(c)
	return c.Conn.Close()
}
