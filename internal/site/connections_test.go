package site

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// queueListener accepts what is put into it.
type queueListener struct {
	net.Listener
	conns chan net.Conn
}

func (l queueListener) Accept() (net.Conn, error) {
	c, ok := <-l.conns
	if !ok || c == nil {
		return nil, net.ErrClosed
	}
	return c, nil
}

// fromConn is a connection from an address.
type fromConn struct {
	net.Conn
	from   string
	closed bool
}

func (c *fromConn) RemoteAddr() net.Addr {
	return &net.TCPAddr{IP: net.ParseIP(c.from), Port: 1}
}

func (c *fromConn) Close() error {
	c.closed = true
	return nil
}

// connect lets n connections from an address come and returns those that were
// taken.
func connect(l *Listener, q queueListener, from string, n int) (taken []net.Conn, refused int) {
	conns := make([]*fromConn, n)
	for i := range conns {
		conns[i] = &fromConn{from: from}
		q.conns <- conns[i]
	}
	q.conns <- &fromConn{from: "203.0.113.1"} // another client, who is always taken here
	for {
		c, err := l.Accept()
		if err != nil {
			return taken, refused
		}
		if c.RemoteAddr().String() == "203.0.113.1:1" {
			c.Close()
			break
		}
		taken = append(taken, c)
	}
	for _, c := range conns {
		if c.closed {
			refused++
		}
	}
	return taken, refused
}

func TestConnectionsOfOneClientLeaveSomeForTheNext(t *testing.T) {
	q := queueListener{conns: make(chan net.Conn, 1000)}
	l := Bound(q, 100, func(net.Addr) bool { return false })
	first, refused := connect(l, q, "192.0.2.1", 200)
	if len(first) != 80 || refused != 120 {
		t.Errorf("%d connections of 100 were taken and %d closed", len(first), refused)
	}
	second, _ := connect(l, q, "192.0.2.2", 200)
	if len(second) < 10 || len(first)+len(second) > 98 {
		t.Errorf("another client has %d beside %d", len(second), len(first))
	}
	for _, c := range first {
		c.Close()
		c.Close() // gives one place back
	}
	if again, _ := connect(l, q, "192.0.2.1", 200); len(again) < 50 {
		t.Errorf("%d connections were taken after the others were closed", len(again))
	}
}

func TestConnectionsOfAProxyAreBoundedAltogether(t *testing.T) {
	q := queueListener{conns: make(chan net.Conn, 1000)}
	l := Bound(q, 100, func(a net.Addr) bool { return a.(*net.TCPAddr).IP.String() == "10.0.0.1" })
	if taken, refused := connect(l, q, "10.0.0.1", 99); len(taken) != 99 || refused != 0 {
		t.Errorf("%d connections of a proxy were taken", len(taken))
	}
}

// A container's health check gets through when strangers have every connection.
func TestProbesHaveConnectionsOfTheirOwn(t *testing.T) {
	l := Bound(nil, 100, func(net.Addr) bool { return false })
	for i := range 200 {
		l.take(fmt.Sprintf("192.0.2.%d", i))
	}
	if l.open != 100 || l.take("203.0.113.1") {
		t.Fatalf("%d connections of 100 are open", l.open)
	}
	n := 0
	for l.take("127.0.0.1") {
		n++
	}
	if n != forProbes {
		t.Errorf("probes have %d connections, want %d", n, forProbes)
	}
}

// When all connections are taken, one who has none, such as a balancer that asks
// for the server's health, takes the place of one without a request, of whoever
// has the most.
func TestANewClientTakesTheOldestQuietConnection(t *testing.T) {
	q := queueListener{conns: make(chan net.Conn, 1000)}
	l := Bound(q, 10, func(net.Addr) bool { return false })
	accept := func(from string) (net.Conn, *fromConn) {
		inner := &fromConn{from: from}
		q.conns <- inner
		q.conns <- nil // ends Accept when it is not taken
		c, err := l.Accept()
		if err != nil {
			return nil, inner
		}
		<-q.conns
		return c, inner
	}
	var open []net.Conn
	var inner []*fromConn
	for _, from := range []string{"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.2", "192.0.2.2", "192.0.2.4", "192.0.2.5", "192.0.2.6", "192.0.2.7", "192.0.2.8"} {
		c, in := accept(from)
		open, inner = append(open, c), append(inner, in)
	}
	l.Changed(open[1], http.StateActive) // the oldest of the one that has most
	for i, want := range []int{3, 4} {
		if c, _ := accept(fmt.Sprintf("203.0.113.%d", i)); c == nil || !inner[want].closed {
			t.Fatalf("newcomer %d: taken %v, connection %d is closed: %v", i, c != nil, want, inner[want].closed)
		}
	}
	if c, _ := accept("192.0.2.1"); c != nil {
		t.Error("one who has a connection took another's")
	}
	for _, c := range open {
		l.Changed(c, http.StateActive)
	}
	for i := range 2 { // the newcomers' own are quiet
		if c, _ := accept(fmt.Sprintf("198.51.100.%d", i)); c == nil {
			t.Error("a newcomer was refused")
		} else {
			l.Changed(c, http.StateActive)
		}
	}
	if c, _ := accept("198.51.100.9"); c != nil {
		t.Error("a connection with a request made way")
	}
	if l.open != 10 || l.quiet.Len() != 0 {
		t.Errorf("%d are open, %d of them quiet", l.open, l.quiet.Len())
	}
}

// What a client sends and the server does not read does not pile up in the
// kernel, whose buffers are a container's memory too.
func TestUnreadBytesAreBounded(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := Bound(inner, 10, func(net.Addr) bool { return false })
	defer l.Close()
	client, err := net.Dial("tcp", inner.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	read := make(chan bool)
	go func() { // a buffer grows while it is read
		_, _ = io.CopyN(io.Discard, server, 32<<20)
		close(read)
	}()
	_, _ = client.Write(make([]byte, 32<<20))
	<-read
	_ = client.(*net.TCPConn).SetWriteBuffer(16 << 10) // which is not the server's
	sent := 0
	for piece := make([]byte, 16<<10); ; {
		_ = client.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
		n, err := client.Write(piece)
		sent += n
		if err != nil {
			break
		}
	}
	if most := 6 * receiveBuffer; sent > most {
		t.Errorf("the kernel took %d bytes, want at most %d", sent, most)
	}
}
