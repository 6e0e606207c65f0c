package vnet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// connected returns the two ends of a connection to a new listener.
func connected(t *testing.T, n *Network) (client, server net.Conn) {
	t.Helper()
	l, err := n.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err = n.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); server.Close() })
	return client, server
}

// What listeners are called, and what Linux says when they cannot be had.
func TestListen(t *testing.T) {
	cases := []struct{ network, address, want string }{
		{"tcp", ":8080", "[::]:8080"},
		{"tcp", "0.0.0.0:8081", "[::]:8081"},
		{"tcp4", ":8082", "0.0.0.0:8082"},
		{"tcp", "localhost:8083", "127.0.0.1:8083"},
		{"tcp", "[::1]:8083", "[::1]:8083"},
		{"tcp", "127.0.0.2:8083", "127.0.0.2:8083"},
		{"tcp", "127.0.0.1:0", "127.0.0.1:32768"},
		{"tcp", "127.0.0.1:8080", "listen tcp 127.0.0.1:8080: bind: address already in use"},
		{"tcp", ":8080", "listen tcp :8080: bind: address already in use"},
		{"tcp4", "0.0.0.0:8080", "listen tcp4 0.0.0.0:8080: bind: address already in use"},
		{"tcp", "8.8.8.8:1", "listen tcp 8.8.8.8:1: bind: cannot assign requested address"},
		{"tcp", "example.com:1", "listen tcp: lookup example.com: no such host (" + offNetwork + ")"},
		{"tcp", "nope", "listen tcp: address nope: missing port in address"},
		{"tcp", ":99999", "listen tcp: address 99999: invalid port"},
		{"foo", ":1", "listen foo: unknown network foo"},
		{"unix", "/tmp/x.sock", "/tmp/x.sock"},
		{"unix", "/tmp/x.sock", "listen unix /tmp/x.sock: bind: address already in use"},
	}
	n := New()
	for _, c := range cases {
		got := ""
		if l, err := n.Listen(c.network, c.address); err != nil {
			got = err.Error()
		} else {
			got = l.Addr().String()
		}
		if got != c.want {
			t.Errorf("Listen(%q, %q): got %s, want %s", c.network, c.address, got, c.want)
		}
	}
}

func TestDial(t *testing.T) {
	cases := []struct{ network, address, want string }{
		{"tcp", ":8080", "127.0.0.1:8080"},
		{"tcp", "localhost:8080", "127.0.0.1:8080"},
		{"tcp", "[::1]:8080", "[::1]:8080"},
		{"tcp6", "localhost:8080", "[::1]:8080"},
		{"tcp", "127.9.9.9:8080", "127.9.9.9:8080"},
		{"tcp", "localhost:1", "dial tcp 127.0.0.1:1: connect: connection refused"},
		{"tcp", ":1", "dial tcp :1: connect: connection refused"},
		{"tcp", "127.0.0.1:http", "dial tcp 127.0.0.1:80: connect: connection refused"},
		{"tcp", "127.0.0.1:99999", "dial tcp: address 99999: invalid port"},
		{"tcp", "127.0.0.1", "dial tcp: address 127.0.0.1: missing port in address"},
		{"tcp", "8.8.8.8:53", "dial tcp 8.8.8.8:53: connect: network is unreachable (" + offNetwork + ")"},
		{"udp", "8.8.8.8:53", "dial udp 8.8.8.8:53: connect: network is unreachable (" + offNetwork + ")"},
		{"tcp", "example.com:80", "dial tcp: lookup example.com: no such host (" + offNetwork + ")"},
		{"unix", "/tmp/no.sock", "dial unix /tmp/no.sock: connect: no such file or directory"},
		{"foo", ":1", "dial foo: unknown network foo"},
	}
	n := New()
	if _, err := n.Listen("tcp", ":8080"); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		got := ""
		if conn, err := n.Dial(c.network, c.address); err != nil {
			got = err.Error()
		} else {
			got = conn.RemoteAddr().String()
		}
		if got != c.want {
			t.Errorf("Dial(%q, %q): got %s, want %s", c.network, c.address, got, c.want)
		}
	}
	_, err := n.Dial("tcp", "10.0.0.1:1")
	if !errors.Is(err, syscall.ENETUNREACH) {
		t.Errorf("%v is not ENETUNREACH", err)
	}
}

func TestDialContext(t *testing.T) {
	n := New()
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := n.DialContext(canceled, "tcp", "127.0.0.1:1")
	if got := fmt.Sprint(err); got != "dial tcp 127.0.0.1:1: operation was canceled" || !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %s", got)
	}
	_, err = n.dialWith(&net.Dialer{Deadline: time.Now().Add(-time.Second)}, context.Background(), "tcp", "127.0.0.1:1")
	var timeout net.Error
	if got := fmt.Sprint(err); got != "dial tcp 127.0.0.1:1: i/o timeout" || !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("past deadline: %s", got)
	}
}

// A dial returns before Accept is called, and a full backlog stalls it.
func TestBacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := New()
		l, err := n.Listen("tcp", "127.0.0.1:80")
		if err != nil {
			t.Fatal(err)
		}
		for range backlog {
			if _, err := n.Dial("tcp", "127.0.0.1:80"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := n.DialTimeout("tcp", "127.0.0.1:80", time.Second); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("full backlog: %v", err)
		}
		done := make(chan error)
		go func() {
			_, err := n.Dial("tcp", "127.0.0.1:80")
			done <- err
		}()
		synctest.Wait()
		l.Accept()
		if err := <-done; err != nil {
			t.Errorf("after Accept: %v", err)
		}
		go func() {
			_, err := n.Dial("tcp", "127.0.0.1:80")
			done <- err
		}()
		synctest.Wait()
		l.Close()
		if err := <-done; !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("after Close: %v", err)
		}
	})
}

func TestEcho(t *testing.T) {
	n := New()
	l, _ := n.Listen("tcp", ":0")
	defer l.Close()
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				io.Copy(c, c)
				c.Close()
			})
		}
	})
	big := bytes.Repeat([]byte("0123456789"), 200_000) // more than two buffers
	for range 4 {
		c, err := n.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			c.Write(big)
			c.(*Conn).CloseWrite()
		})
		got, err := io.ReadAll(c)
		if err != nil || !bytes.Equal(got, big) {
			t.Errorf("echoed %d bytes of %d, %v", len(got), len(big), err)
		}
		c.Close()
	}
	l.Close()
	wg.Wait()
}

func TestConnErrors(t *testing.T) {
	n := New()
	c, s := connected(t, n)
	pair := fmt.Sprintf("tcp %s->%s: ", c.LocalAddr(), c.RemoteAddr())
	check := func(what string, err error, want string) {
		t.Helper()
		if got := fmt.Sprint(err); got != want {
			t.Errorf("%s: got %s, want %s", what, got, want)
		}
	}
	b := make([]byte, 10)
	c.SetReadDeadline(time.Now().Add(-time.Second))
	_, err := c.Read(b)
	check("deadline", err, "read "+pair+"i/o timeout")
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%v is not ErrDeadlineExceeded", err)
	}
	c.SetReadDeadline(time.Time{})
	s.Close()
	_, err = c.Read(b)
	check("peer closed", err, "EOF")
	_, err = c.Write(b)
	check("first write after", err, "<nil>")
	_, err = c.Write(b)
	check("second write after", err, "write "+pair+"write: broken pipe")
	c.Close()
	_, err = c.Read(b)
	check("read closed", err, "read "+pair+"use of closed network connection")
	_, err = c.Write(b)
	check("write closed", err, "write "+pair+"use of closed network connection")
	check("close closed", c.Close(), "close "+pair+"use of closed network connection")
	if !errors.Is(err, net.ErrClosed) {
		t.Errorf("%v is not ErrClosed", err)
	}
}

// Closing with data unread resets; what was sent before still arrives.
func TestReset(t *testing.T) {
	c, s := connected(t, New())
	c.Write([]byte("hello"))
	s.Write([]byte("data"))
	s.Close()
	b := make([]byte, 10)
	if n, err := c.Read(b); n != 4 || err != nil {
		t.Errorf("read %d, %v", n, err)
	}
	if _, err := c.Read(b); !errors.Is(err, syscall.ECONNRESET) || !strings.HasSuffix(err.Error(), ": read: connection reset by peer") {
		t.Errorf("then %v", err)
	}
	if _, err := c.Write(b); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("write: %v", err)
	}
}

func TestHalfClose(t *testing.T) {
	c, s := connected(t, New())
	c.Write([]byte("question"))
	if err := c.(*Conn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	q, err := io.ReadAll(s)
	if string(q) != "question" || err != nil {
		t.Errorf("server read %q, %v", q, err)
	}
	s.Write([]byte("answer"))
	s.Close()
	a, err := io.ReadAll(c)
	if string(a) != "answer" || err != nil {
		t.Errorf("client read %q, %v", a, err)
	}
	if _, err := c.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("write after CloseWrite: %v", err)
	}
}

// Deadlines wake whoever waits, whenever they are set, and moving one on lets
// it wait again.
func TestDeadlineWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := connected(t, New())
		errs := make(chan error)
		read := func() {
			_, err := c.Read(make([]byte, 1))
			errs <- err
		}
		go read()
		synctest.Wait()
		start := time.Now()
		c.SetReadDeadline(start.Add(time.Second))
		synctest.Wait()
		c.SetReadDeadline(start.Add(3 * time.Second))
		if err := <-errs; !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) != 3*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		go read()
		if err := <-errs; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("a passed deadline stays passed: %v", err)
		}
		c.SetReadDeadline(time.Now().Add(time.Minute))
		go read()
		synctest.Wait()
		s.Write([]byte("x"))
		if err := <-errs; err != nil {
			t.Errorf("data before the deadline: %v", err)
		}
		c.SetWriteDeadline(time.Now().Add(time.Second))
		n, err := c.Write(make([]byte, maxBuffer+1))
		if n != maxBuffer || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("write of more than the buffer: %d, %v", n, err)
		}
	})
}

// Close wakes whoever waits, on either side.
func TestCloseWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := connected(t, New())
		errs := make(chan error)
		go func() { _, err := c.Read(make([]byte, 1)); errs <- err }()
		synctest.Wait()
		c.Close()
		if err := <-errs; !errors.Is(err, net.ErrClosed) {
			t.Errorf("read of the closed end: %v", err)
		}
		if _, err := s.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("read of the other end: %v", err)
		}
		l, _ := New().Listen("tcp", ":0")
		l.(*Listener).SetDeadline(time.Now().Add(time.Second))
		if _, err := l.Accept(); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Accept with a deadline: %v", err)
		}
		l.(*Listener).SetDeadline(time.Time{})
		go func() { _, err := l.Accept(); errs <- err }()
		synctest.Wait()
		l.Close()
		if err := <-errs; !errors.Is(err, net.ErrClosed) || err.Error() != "accept tcp [::]:32768: use of closed network connection" {
			t.Errorf("Accept: %v", err)
		}
	})
}

// A port is free again once its listener is closed.
func TestRebind(t *testing.T) {
	n := New()
	for range 3 {
		l, err := n.Listen("tcp", ":80")
		if err != nil {
			t.Fatal(err)
		}
		c, err := n.Dial("tcp", ":80")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("connection that nobody accepted: %v", err)
		}
		if err := l.Close(); err == nil {
			t.Error("closed twice")
		}
	}
}

func TestUnix(t *testing.T) {
	n := New()
	l, _ := n.Listen("unix", "/tmp/a.sock")
	c, err := n.Dial("unix", "/tmp/a.sock")
	if err != nil {
		t.Fatal(err)
	}
	s, _ := l.Accept()
	if c.RemoteAddr().String() != "/tmp/a.sock" || s.LocalAddr().Network() != "unix" {
		t.Errorf("addresses: %v %v", c.RemoteAddr(), s.LocalAddr())
	}
	l.Close()
	if _, err := n.Listen("unix", "/tmp/a.sock"); err != nil {
		t.Error(err)
	}
}

func TestPackets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := New()
		server, err := n.ListenPacket("udp", ":9000")
		if err != nil {
			t.Fatal(err)
		}
		client, err := n.Dial("udp", "localhost:9000")
		if err != nil {
			t.Fatal(err)
		}
		client.Write([]byte("ping"))
		client.Write([]byte("a second, longer one"))
		b := make([]byte, 6)
		k, from, err := server.ReadFrom(b)
		if string(b[:k]) != "ping" || from.String() != client.LocalAddr().String() || err != nil {
			t.Errorf("%q from %v, %v", b[:k], from, err)
		}
		if k, _, _ := server.ReadFrom(b); k != 6 {
			t.Errorf("a long datagram is cut: %d", k)
		}
		server.WriteTo([]byte("pong"), from)
		if k, err := client.Read(b); string(b[:k]) != "pong" || err != nil {
			t.Errorf("%q, %v", b[:k], err)
		}
		server.SetReadDeadline(time.Now().Add(time.Second))
		if _, _, err := server.ReadFrom(b); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("deadline: %v", err)
		}
		server.Close()
		client.Write([]byte("x"))
		if _, err := client.Read(b); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("nobody there: %v", err)
		}
		if _, err := n.Dial("tcp", ":9000"); err == nil {
			t.Error("UDP's port answers TCP")
		}
	})
}
