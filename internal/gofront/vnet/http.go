package vnet

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
)

// Install makes http.DefaultTransport dial on n and gives the program a
// default mux without what packages expvar and pprof, linked in here but not
// imported by the program, have registered. It changes package net/http, once,
// and is meant for a process that runs a single program.
func (n *Network) Install() {
	n.install.Do(func() {
		if t, ok := http.DefaultTransport.(*http.Transport); ok {
			t.DialContext = n.DialContext
		}
		http.DefaultServeMux = http.NewServeMux()
	})
}

// Prepare makes t dial on n unless it dials by a function of the program's. It
// returns t.
func (n *Network) Prepare(t *http.Transport) *http.Transport {
	if t == nil {
		return nil
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	//lint:ignore SA1019 a program may still set Dial
	if t.DialContext != nil || t.Dial != nil {
		return t
	}
	// With a dialler of its own a transport no longer tries HTTP/2 by itself.
	//lint:ignore SA1019 a program may still set DialTLS
	if t.TLSClientConfig == nil && t.DialTLS == nil && t.DialTLSContext == nil {
		t.ForceAttemptHTTP2 = true
	}
	t.DialContext = n.DialContext
	return t
}

// client prepares the transport of c.
func (n *Network) client(c *http.Client) *http.Client {
	if t, ok := c.Transport.(*http.Transport); ok {
		n.Prepare(t)
	}
	return c
}

// listenAndServe is (*http.Server).ListenAndServe.
func (n *Network) listenAndServe(s *http.Server) error {
	l, err := n.serverListener(s, ":http")
	if err != nil {
		return err
	}
	return s.Serve(l)
}

// listenAndServeTLS is (*http.Server).ListenAndServeTLS.
func (n *Network) listenAndServeTLS(s *http.Server, certFile, keyFile string) error {
	l, err := n.serverListener(s, ":https")
	if err != nil {
		return err
	}
	defer l.Close()
	return s.ServeTLS(l, certFile, keyFile)
}

// serverListener listens on the server's address. A server that was shut down
// listens too, for a moment: Serve closes the listener and says so.
func (n *Network) serverListener(s *http.Server, addr string) (net.Listener, error) {
	if s.Addr != "" {
		addr = s.Addr
	}
	return n.Listen("tcp", addr)
}

func (n *Network) httpListenAndServe(addr string, h http.Handler) error {
	return n.listenAndServe(&http.Server{Addr: addr, Handler: h})
}

func (n *Network) httpListenAndServeTLS(addr, certFile, keyFile string, h http.Handler) error {
	return n.listenAndServeTLS(&http.Server{Addr: addr, Handler: h}, certFile, keyFile)
}

// newUnstartedServer is httptest.NewUnstartedServer.
func (n *Network) newUnstartedServer(h http.Handler) *httptest.Server {
	l, err := n.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic("httptest: failed to listen on a port: " + err.Error())
	}
	return &httptest.Server{Listener: l, Config: &http.Server{Handler: h}}
}

func (n *Network) newServer(h http.Handler) *httptest.Server {
	s := n.newUnstartedServer(h)
	n.start(s)
	return s
}

func (n *Network) newTLSServer(h http.Handler) *httptest.Server {
	s := n.newUnstartedServer(h)
	n.startTLS(s)
	return s
}

// start is (*httptest.Server).Start.
func (n *Network) start(s *httptest.Server) {
	s.Start()
	n.testClient(s, ".example.com:80")
}

// startTLS is (*httptest.Server).StartTLS.
func (n *Network) startTLS(s *httptest.Server) {
	s.StartTLS()
	n.testClient(s, ".example.com:443")
}

// testClient makes the test server's own client dial here. Names under
// example.com are the server, as httptest has it.
func (n *Network) testClient(s *httptest.Server, example string) {
	t, ok := s.Client().Transport.(*http.Transport)
	if !ok {
		return
	}
	server := s.Listener.Addr().String()
	t.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		//lint:ignore SA1019 a program may still set Dial
		if dial := t.Dial; dial != nil {
			return dial(network, addr)
		}
		if strings.HasSuffix("."+addr, example) {
			addr = server
		}
		return n.DialContext(ctx, network, addr)
	}
}
