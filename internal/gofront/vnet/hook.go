package vnet

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

// Symbols returns the functions of the package at path that a program must
// call instead of the package's own, or nil.
func (n *Network) Symbols(path string) map[string]any {
	switch path {
	case "net":
		return n.netSymbols()
	case "net/http":
		return map[string]any{"ListenAndServe": n.httpListenAndServe, "ListenAndServeTLS": n.httpListenAndServeTLS}
	case "net/http/httptest":
		return map[string]any{"NewServer": n.newServer, "NewTLSServer": n.newTLSServer, "NewUnstartedServer": n.newUnstartedServer}
	case "crypto/tls":
		return map[string]any{"Dial": n.tlsDial, "DialWithDialer": n.tlsDialWith, "Listen": n.tlsListen}
	case "net/rpc":
		return map[string]any{"Dial": n.rpcDial, "DialHTTP": n.rpcDialHTTP, "DialHTTPPath": n.rpcDialHTTPPath}
	case "net/rpc/jsonrpc":
		return map[string]any{"Dial": n.jsonrpcDial}
	case "net/smtp":
		return map[string]any{"Dial": n.smtpDial, "SendMail": n.smtpSendMail}
	case "net/textproto":
		return map[string]any{"Dial": n.textprotoDial}
	}
	return nil
}

func (n *Network) netSymbols() map[string]any {
	return map[string]any{
		"Dial": n.Dial, "DialTimeout": n.DialTimeout, "Listen": n.Listen, "ListenPacket": n.ListenPacket,
		"DialTCP": n.dialTCP, "ListenTCP": n.listenTCP, "DialUDP": n.dialUDP, "ListenUDP": n.listenUDP,
		"DialUnix": n.dialUnixAddr, "ListenUnix": n.listenUnixAddr,
		"LookupHost": n.lookupHost, "LookupIP": n.lookupIP, "LookupAddr": n.lookupAddr, "LookupCNAME": n.lookupCNAME,
		"LookupMX": n.lookupMX, "LookupNS": n.lookupNS, "LookupTXT": n.lookupTXT, "LookupSRV": n.lookupSRV,
		"ResolveTCPAddr": n.resolveTCPAddr, "ResolveUDPAddr": n.resolveUDPAddr, "ResolveIPAddr": n.resolveIPAddr,
		"Interfaces": n.interfaces, "InterfaceAddrs": n.interfaceAddrs,
		"InterfaceByName": n.interfaceByName, "InterfaceByIndex": n.interfaceByIndex,
	}
}

// Paths lists the packages that a Network replaces something of.
func Paths() []string {
	return []string{"crypto/tls", "net", "net/http", "net/http/httptest", "net/rpc", "net/rpc/jsonrpc", "net/smtp", "net/textproto"}
}

// Methods returns the functions that calls of methods of T or *T, for each
// struct T of the package at path, must be instead, receiver first, by T's
// name and the method's.
func (n *Network) Methods(path string) map[string]map[string]any {
	switch path {
	case "crypto/tls":
		return map[string]map[string]any{"Dialer": n.tlsDialerMethods()}
	case "net":
		all := map[string]map[string]any{"Dialer": n.dialerMethods(), "ListenConfig": n.listenConfigMethods(), "Resolver": n.resolverMethods()}
		for _, t := range handleTypes() {
			all[t.Elem().Name()] = n.handleMethods(t)
		}
		return all
	case "net/http":
		return map[string]map[string]any{
			"Client":    n.clientMethods(),
			"Transport": {"RoundTrip": func(t *http.Transport, r *http.Request) (*http.Response, error) { return n.Prepare(t).RoundTrip(r) }},
			"Server":    {"ListenAndServe": n.listenAndServe, "ListenAndServeTLS": n.listenAndServeTLS},
		}
	case "net/http/httptest":
		return map[string]map[string]any{"Server": {"Start": n.start, "StartTLS": n.startTLS}}
	}
	return nil
}

func (n *Network) tlsDialerMethods() map[string]any {
	return map[string]any{
		"Dial": func(d *tls.Dialer, network, addr string) (net.Conn, error) {
			return n.tlsDialerDial(d, context.Background(), network, addr)
		},
		"DialContext": n.tlsDialerDial,
	}
}

func (n *Network) dialerMethods() map[string]any {
	return map[string]any{
		"Dial": func(d *net.Dialer, network, addr string) (net.Conn, error) {
			return n.dialWith(d, context.Background(), network, addr)
		},
		"DialContext": n.dialWith,
		"DialTCP": func(_ *net.Dialer, ctx context.Context, network string, local, remote netip.AddrPort) (*net.TCPConn, error) {
			return n.dialTCP(network, tcpAddr(local), tcpAddr(remote))
		},
		"DialUDP": func(_ *net.Dialer, ctx context.Context, network string, local, remote netip.AddrPort) (*net.UDPConn, error) {
			return n.dialUDP(network, udpAddr(local), udpAddr(remote))
		},
		"DialUnix": func(_ *net.Dialer, ctx context.Context, network string, local, remote *net.UnixAddr) (*net.UnixConn, error) {
			return n.dialUnixAddr(network, local, remote)
		},
	}
}

func tcpAddr(ap netip.AddrPort) *net.TCPAddr {
	if !ap.IsValid() {
		return nil
	}
	return net.TCPAddrFromAddrPort(ap)
}

func udpAddr(ap netip.AddrPort) *net.UDPAddr {
	if !ap.IsValid() {
		return nil
	}
	return net.UDPAddrFromAddrPort(ap)
}

func (n *Network) listenConfigMethods() map[string]any {
	return map[string]any{
		"Listen": func(_ *net.ListenConfig, ctx context.Context, network, addr string) (net.Listener, error) {
			l, err := n.listen(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return l, nil
		},
		"ListenPacket": func(_ *net.ListenConfig, ctx context.Context, network, addr string) (net.PacketConn, error) {
			p, err := n.listenPacket(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return p, nil
		},
	}
}

func (n *Network) resolverMethods() map[string]any {
	return map[string]any{
		"LookupHost":  func(_ *net.Resolver, _ context.Context, host string) ([]string, error) { return n.lookupHost(host) },
		"LookupAddr":  func(_ *net.Resolver, _ context.Context, addr string) ([]string, error) { return n.lookupAddr(addr) },
		"LookupCNAME": func(_ *net.Resolver, _ context.Context, host string) (string, error) { return n.lookupCNAME(host) },
		"LookupIPAddr": func(_ *net.Resolver, _ context.Context, host string) ([]net.IPAddr, error) {
			return n.lookupIPAddr(host)
		},
		"LookupIP": func(_ *net.Resolver, _ context.Context, _, host string) ([]net.IP, error) { return n.lookupIP(host) },
		"LookupNetIP": func(_ *net.Resolver, ctx context.Context, network, host string) ([]netip.Addr, error) {
			return n.lookupNetIP(ctx, network, host)
		},
		"LookupMX":  func(_ *net.Resolver, _ context.Context, name string) ([]*net.MX, error) { return n.lookupMX(name) },
		"LookupNS":  func(_ *net.Resolver, _ context.Context, name string) ([]*net.NS, error) { return n.lookupNS(name) },
		"LookupTXT": func(_ *net.Resolver, _ context.Context, name string) ([]string, error) { return n.lookupTXT(name) },
		"LookupSRV": func(_ *net.Resolver, _ context.Context, service, proto, name string) (string, []*net.SRV, error) {
			return n.lookupSRV(service, proto, name)
		},
	}
}

func (n *Network) clientMethods() map[string]any {
	return map[string]any{
		"Do":   func(c *http.Client, r *http.Request) (*http.Response, error) { return n.client(c).Do(r) },
		"Get":  func(c *http.Client, url string) (*http.Response, error) { return n.client(c).Get(url) },
		"Head": func(c *http.Client, url string) (*http.Response, error) { return n.client(c).Head(url) },
		"Post": func(c *http.Client, url, contentType string, body io.Reader) (*http.Response, error) {
			return n.client(c).Post(url, contentType, body)
		},
		"PostForm": func(c *http.Client, url string, data url.Values) (*http.Response, error) {
			return n.client(c).PostForm(url, data)
		},
	}
}

// compile-time proof that what stands behind a handle is what net promises.
var (
	_ net.Conn                                  = (*Conn)(nil)
	_ net.Listener                              = (*Listener)(nil)
	_ net.Conn                                  = (*PacketConn)(nil)
	_ net.PacketConn                            = (*PacketConn)(nil)
	_ interface{ SetDeadline(time.Time) error } = (*Listener)(nil)
)
