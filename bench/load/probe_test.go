//go:build linux

package main

import (
	"net"
	"testing"
	"time"
)

// What counts is when an answer came, not when it was read; and what the server
// takes counts in full.
func TestAnAnswerIsTimedByTheKernel(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	const pause = 60 * time.Millisecond
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			time.Sleep(pause)
			c.Write([]byte("HTTP/1.1 200 OK\r\n\r\n"))
			c.Close()
		}
	}()
	for range 3 {
		a, err := ask(t.Context(), l.Addr().String(), "/healthz", 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if a.status != "HTTP/1.1 200 OK" {
			t.Errorf("answered %q", a.status)
		}
		if a.took < pause/2 || a.unread < 0 {
			t.Errorf("answered after %v and read %v later; the server waits for %v", a.took, a.unread, pause)
		}
	}
}

// An answer that nobody reads has come all the same. The kernel begins to note
// times in the background, some moments after it was asked first.
func TestAnAnswerThatLiesThereHasCome(t *testing.T) {
	here, there := stampedPair(t)
	raw, err := here.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	const pause = 20 * time.Millisecond
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		if _, err := there.Write([]byte("first")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(pause)
		text, came, err := receive(raw)
		if err != nil || text != "first" {
			t.Fatalf("%q came, %v", text, err)
		}
		if time.Since(came) >= pause {
			return
		}
	}
	t.Error("answers come when they are read, it seems")
}

// stampedPair is a connection whose first end has its packets' times noted.
func stampedPair(t *testing.T) (*net.TCPConn, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d := net.Dialer{Control: stamped}
	here, err := d.DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	there, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { here.Close(); there.Close() })
	return here.(*net.TCPConn), there
}
