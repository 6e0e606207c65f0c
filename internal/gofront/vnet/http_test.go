package vnet

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/rpc"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

// symbol returns the function that a program calls for path.name.
func symbol[F any](t *testing.T, n *Network, path, name string) F {
	t.Helper()
	f, ok := n.Symbols(path)[name].(F)
	if !ok {
		t.Fatalf("%s.%s is a %T", path, name, n.Symbols(path)[name])
	}
	return f
}

// hook returns the function that a program's call of a method becomes.
func hook[F any](t *testing.T, n *Network, path, typ, method string) F {
	t.Helper()
	v, ok := n.Methods(path)[typ][method]
	if !ok {
		t.Fatalf("no hook for %s.%s.%s", path, typ, method)
	}
	f, ok := v.(F)
	if !ok {
		t.Fatalf("the hook for %s.%s.%s is a %T", path, typ, method, v)
	}
	return f
}

func body(t *testing.T, r *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A server and the clients of one program: default client, own client with a
// zero transport, transport used directly, keep-alive, Shutdown.
func TestServer(t *testing.T) {
	n := New()
	n.Install()
	mux := http.NewServeMux()
	mux.HandleFunc("/addr", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.RemoteAddr) })
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	srv := &http.Server{Addr: "127.0.0.1:8080", Handler: mux}
	ready, stopped := make(chan struct{}), make(chan error, 1)
	srv.BaseContext = func(net.Listener) context.Context { close(ready); return context.Background() }
	listenAndServe := hook[func(*http.Server) error](t, n, "net/http", "Server", "ListenAndServe")
	go func() { stopped <- listenAndServe(srv) }()
	<-ready

	first, second := "", ""
	r, err := http.Get("http://localhost:8080/addr")
	first = body(t, r, err)
	r, err = http.Get("http://localhost:8080/addr")
	second = body(t, r, err)
	if first != second || !strings.HasPrefix(first, "127.0.0.1:") {
		t.Errorf("keep-alive: %s then %s", first, second)
	}

	get := hook[func(*http.Client, string) (*http.Response, error)](t, n, "net/http", "Client", "Get")
	r, err = get(&http.Client{Transport: &http.Transport{}, Timeout: time.Minute}, "http://127.0.0.1:8080/addr")
	if got := body(t, r, err); got == first {
		t.Error("another transport used the same connection")
	}
	roundTrip := hook[func(*http.Transport, *http.Request) (*http.Response, error)](t, n, "net/http", "Transport", "RoundTrip")
	r, err = roundTrip(new(http.Transport), httptestRequest("http://localhost:8080/nope"))
	if body(t, r, err); r.StatusCode != 404 {
		t.Errorf("status %s", r.Status)
	}

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://localhost:8080/slow", nil)
	if _, err := http.DefaultClient.Do(req); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("slow: %v", err)
	}

	again := &http.Server{Addr: ":8080"}
	if err := listenAndServe(again); err == nil || err.Error() != "listen tcp :8080: bind: address already in use" {
		t.Errorf("second server: %v", err)
	}
	if err := srv.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if err := <-stopped; err != http.ErrServerClosed {
		t.Errorf("ListenAndServe: %v", err)
	}
	if err := listenAndServe(srv); err != http.ErrServerClosed {
		t.Errorf("ListenAndServe after Shutdown: %v", err)
	}
	_, err = http.Get("http://localhost:8080/")
	if got := fmt.Sprint(err); got != `Get "http://localhost:8080/": dial tcp 127.0.0.1:8080: connect: connection refused` {
		t.Errorf("after Shutdown: %s", got)
	}
}

func httptestRequest(url string) *http.Request {
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		panic(err)
	}
	return r
}

func TestHTTPTestServers(t *testing.T) {
	n := New()
	n.Install()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Proto, " ", r.Host) })
	type newServer = func(http.Handler) *httptest.Server

	s := symbol[newServer](t, n, "net/http/httptest", "NewServer")(h)
	r, err := s.Client().Get(s.URL)
	if got := body(t, r, err); got != "HTTP/1.1 "+strings.TrimPrefix(s.URL, "http://") {
		t.Errorf("NewServer: %s", got)
	}
	r, err = s.Client().Get("http://www.example.com/")
	if got := body(t, r, err); got != "HTTP/1.1 www.example.com" {
		t.Errorf("example.com: %s", got)
	}
	s.Close()

	s = symbol[newServer](t, n, "net/http/httptest", "NewTLSServer")(h)
	r, err = s.Client().Get(s.URL)
	if got := body(t, r, err); !strings.HasPrefix(got, "HTTP/1.1 127.0.0.1:") || !strings.HasPrefix(s.URL, "https://") {
		t.Errorf("NewTLSServer: %s", got)
	}
	s.Close()

	s = symbol[newServer](t, n, "net/http/httptest", "NewUnstartedServer")(h)
	s.EnableHTTP2 = true
	hook[func(*httptest.Server)](t, n, "net/http/httptest", "Server", "StartTLS")(s)
	r, err = s.Client().Get(s.URL)
	if got := body(t, r, err); !strings.HasPrefix(got, "HTTP/2.0 ") {
		t.Errorf("HTTP/2: %s", got)
	}
	s.Close()
}

func TestPrepare(t *testing.T) {
	n := New()
	own := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("mine") }}
	if _, err := n.Prepare(own).RoundTrip(httptestRequest("http://x/")); err == nil || err.Error() != "mine" {
		t.Errorf("a program's own dialler: %v", err)
	}
	var wg sync.WaitGroup
	zero := new(http.Transport)
	for range 8 {
		wg.Go(func() {
			if _, err := n.Prepare(zero).RoundTrip(httptestRequest("http://127.0.0.1:1/")); err == nil {
				t.Error("no error")
			}
		})
	}
	wg.Wait()
	if n.Prepare(nil) != nil {
		t.Error("nil transport")
	}
}

// The default mux is the program's own, though expvar is linked in.
func TestDefaultMux(t *testing.T) {
	New().Install()
	w := httptest.NewRecorder()
	http.DefaultServeMux.ServeHTTP(w, httptest.NewRequest("GET", "/debug/vars", nil))
	if w.Code != 404 {
		t.Errorf("/debug/vars: %d", w.Code)
	}
}

// Concrete types of package net work through handles.
func TestHandles(t *testing.T) {
	n := New()
	listen := symbol[func(string, *net.TCPAddr) (*net.TCPListener, error)](t, n, "net", "ListenTCP")
	l, err := listen("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 0})
	if err != nil {
		t.Fatal(err)
	}
	addr := hook[func(*net.TCPListener) net.Addr](t, n, "net", "TCPListener", "Addr")(l).(*net.TCPAddr)
	dial := symbol[func(string, *net.TCPAddr, *net.TCPAddr) (*net.TCPConn, error)](t, n, "net", "DialTCP")
	c, err := dial("tcp", nil, addr)
	if err != nil {
		t.Fatal(err)
	}
	s, err := hook[func(*net.TCPListener) (*net.TCPConn, error)](t, n, "net", "TCPListener", "AcceptTCP")(l)
	if err != nil {
		t.Fatal(err)
	}
	if err := hook[func(*net.TCPConn, bool) error](t, n, "net", "TCPConn", "SetNoDelay")(c, true); err != nil {
		t.Error(err)
	}
	write := hook[func(*net.TCPConn, []byte) (int, error)](t, n, "net", "TCPConn", "Write")
	if k, err := write(c, []byte("hello\n")); k != 6 || err != nil {
		t.Errorf("write: %d, %v", k, err)
	}
	// as an interface it is the Conn, and asserted it is the handle again
	conn := n.Concrete(s).(net.Conn)
	if line, err := bufio.NewReader(conn).ReadString('\n'); line != "hello\n" || err != nil {
		t.Errorf("read %q, %v", line, err)
	}
	if back, ok := n.Handle(conn, reflect.TypeFor[*net.TCPConn]()); !ok || back != any(s) {
		t.Errorf("asserted: %v, %v", back, ok)
	}
	if _, ok := n.Handle(conn, reflect.TypeFor[*net.UDPConn]()); ok {
		t.Error("a TCP connection is no UDP connection")
	}
	if n.Concrete("x") != "x" {
		t.Error("other values are themselves")
	}
	if _, err := dial("tcp", nil, &net.TCPAddr{Port: 1}); err == nil || err.Error() != "dial tcp :1: connect: connection refused" {
		t.Errorf("refused: %v", err)
	}
}

type Arith struct{}

func (Arith) Double(in int, out *int) error { *out = 2 * in; return nil }

func TestRPC(t *testing.T) {
	n := New()
	srv := rpc.NewServer()
	if err := srv.Register(Arith{}); err != nil {
		t.Fatal(err)
	}
	l, _ := n.Listen("tcp", ":7000")
	var wg sync.WaitGroup
	defer wg.Wait()
	defer l.Close()
	wg.Go(func() { srv.Accept(l) })
	c, err := symbol[func(string, string) (*rpc.Client, error)](t, n, "net/rpc", "Dial")("tcp", "localhost:7000")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var out int
	if err := c.Call("Arith.Double", 21, &out); err != nil || out != 42 {
		t.Errorf("%d, %v", out, err)
	}
	web, _ := n.Listen("tcp", ":7001")
	hs := &http.Server{Handler: srv}
	wg.Go(func() { hs.Serve(web) })
	defer hs.Close()
	dial := symbol[func(string, string, string) (*rpc.Client, error)](t, n, "net/rpc", "DialHTTPPath")
	h, err := dial("tcp", "localhost:7001", "/")
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if err := h.Call("Arith.Double", 4, &out); err != nil || out != 8 {
		t.Errorf("over HTTP: %d, %v", out, err)
	}
}

func TestTLS(t *testing.T) {
	n := New()
	n.Install()
	ts := n.newTLSServer(http.NotFoundHandler())
	defer ts.Close()
	config := ts.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	config.ServerName = "example.com"
	dial := symbol[func(string, string, *tls.Config) (*tls.Conn, error)](t, n, "crypto/tls", "Dial")
	c, err := dial("tcp", ts.Listener.Addr().String(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "GET / HTTP/1.0\r\n\r\n")
	b, err := io.ReadAll(c)
	if !strings.HasPrefix(string(b), "HTTP/1.0 404") || err != nil {
		t.Errorf("%.20q, %v", b, err)
	}
	if _, err := dial("tcp", ts.Listener.Addr().String(), nil); err == nil {
		t.Error("an unknown certificate was accepted")
	}
}

func TestMethodsWithoutASocketAreTheirOwn(t *testing.T) {
	if _, ok := New().Methods("net")["Dialer"]["MultipathTCP"]; ok {
		t.Error("MultipathTCP is replaced")
	}
}
