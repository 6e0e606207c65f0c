package shim

import (
	"io"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

// A program's server and client meet without a socket.
func TestSymbolsOfNetwork(t *testing.T) {
	s := New(&standStill{})
	listen := s.Symbols("net")["Listen"].Interface().(func(string, string) (net.Listener, error))
	s.Symbols("net/http")
	l, err := listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hi") })}
	done := make(chan error)
	go func() { done <- srv.Serve(l) }()
	convert, ok := s.ToInterface(reflect.TypeFor[*http.Transport]())
	if !ok {
		t.Fatal("no hook for http.Transport")
	}
	for _, c := range []*http.Client{http.DefaultClient, {Transport: convert(new(http.Transport)).(http.RoundTripper)}} {
		r, err := c.Get("http://" + l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(r.Body); string(b) != "hi" || err != nil {
			t.Errorf("%q, %v", b, err)
		}
		r.Body.Close()
	}
	srv.Close()
	<-done
}

func TestHandles(t *testing.T) {
	s := New(&standStill{})
	dialTCP := s.Symbols("net")["DialTCP"].Interface().(func(string, *net.TCPAddr, *net.TCPAddr) (*net.TCPConn, error))
	l, err := s.network().Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := dialTCP("tcp", nil, l.Addr().(*net.TCPAddr))
	if err != nil {
		t.Fatal(err)
	}
	convert, _ := s.ToInterface(reflect.TypeFor[*net.TCPConn]())
	conn := convert(c).(net.Conn)
	if _, err := conn.Write([]byte("x")); err != nil {
		t.Errorf("as an interface: %v", err)
	}
	assert, _ := s.FromInterface(reflect.TypeFor[*net.TCPConn]())
	if back, ok := assert(conn).(*net.TCPConn); !ok || back != c {
		t.Error("asserted, it is another")
	}
	if _, ok := s.FromInterface(reflect.TypeFor[*net.Buffers]()); ok {
		t.Error("net.Buffers is no stand-in")
	}
	if _, ok := s.Method(reflect.TypeFor[*net.TCPConn](), "CloseWrite"); !ok {
		t.Error("CloseWrite is not hooked")
	}
	if _, ok := s.Method(reflect.TypeFor[net.Dialer](), "DialContext"); !ok {
		t.Error("DialContext is not hooked")
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[*strings.Builder](), reflect.TypeFor[[]int](), reflect.TypeFor[error]()} {
		if _, ok := s.Method(typ, "String"); ok {
			t.Errorf("%v has a hook", typ)
		}
	}
}

// The debug handlers are there for programs that import them.
func TestDebugHandlers(t *testing.T) {
	s := New(&standStill{})
	s.Symbols("expvar")
	s.Symbols("expvar")
	s.Symbols("net/http/pprof")
	r, err := http.NewRequest("GET", "/debug/vars", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, pattern := http.DefaultServeMux.Handler(r); pattern != "GET /debug/vars" {
		t.Errorf("pattern %q", pattern)
	}
}
