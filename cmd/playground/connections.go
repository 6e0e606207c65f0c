package main

import (
	"net"
	"sync"

	"playground/internal/admit"
)

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
	if !admit.Fits(int64(n), int64(l.open), 1, int64(l.most)) {
		return false
	}
	l.open++
	l.clients[client]++
	return true
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
