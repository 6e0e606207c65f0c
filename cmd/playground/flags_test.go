package main

import (
	"net"
	"net/http"
	"net/netip"
	"testing"

	"playground/internal/option"
)

func ranges(t *testing.T, texts ...string) proxyFlags {
	t.Helper()
	var f proxyFlags
	for _, text := range texts {
		var r option.ProxyRange
		if err := r.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		f.TrustProxy = append(f.TrustProxy, r)
	}
	return f
}

func TestClientIsWhoATrustedProxyNames(t *testing.T) {
	none, proxy, both, file := ranges(t), ranges(t, "10.0.0.0/8"), ranges(t, "10.0.0.1", "2001:db8::/32"), ranges(t, "unix")
	tests := map[string]struct {
		flags      proxyFlags
		from, xff  string
		wantClient string
	}{
		"nobody is trusted":                      {none, "10.0.0.1:5", "192.0.2.7", "10.0.0.1"},
		"a stranger is not":                      {proxy, "203.0.113.9:5", "192.0.2.7", "203.0.113.9"},
		"loopback is not, unless named":          {proxy, "127.0.0.1:5", "192.0.2.7", "127.0.0.1"},
		"the proxy is":                           {proxy, "10.0.0.1:5", "192.0.2.7", "192.0.2.7"},
		"what the client claims does not":        {proxy, "10.0.0.1:5", "198.51.100.1, 192.0.2.7", "192.0.2.7"},
		"a chain of proxies":                     {proxy, "10.0.0.1:5", "192.0.2.7, 10.0.0.2", "192.0.2.7"},
		"an address of version 6 by its network": {both, "[2001:db8::1]:5", "2001:470:1:2:3::4", "2001:470:1:2::/64"},
		"version 4 in version 6":                 {none, "[::ffff:192.0.2.7]:5", "", "192.0.2.7"},
		"a socket file":                          {file, "@", "198.51.100.1, 192.0.2.7", "192.0.2.7"},
		"a socket file that is not trusted":      {none, "@", "192.0.2.7", ""},
		"TCP where only the file is trusted":     {file, "192.0.2.1:5", "192.0.2.7", "192.0.2.1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := &http.Request{RemoteAddr: test.from, Header: http.Header{}}
			if test.xff != "" {
				r.Header.Set("X-Forwarded-For", test.xff)
			}
			if got := test.flags.client()(r); got != test.wantClient {
				t.Errorf("client %q, want %q", got, test.wantClient)
			}
		})
	}
}

func TestTrustProxyRefusesWhatIsNoRange(t *testing.T) {
	for _, text := range []string{"", "proxy.example.org", "10.0.0.0/33", "*"} {
		var r option.ProxyRange
		if err := r.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was taken as %v", text, r)
		}
	}
}

func TestConnectionsOfTrustedProxiesAreManyClients(t *testing.T) {
	f := ranges(t, "10.0.0.0/8")
	for from, want := range map[string]bool{"10.1.2.3:4": true, "192.0.2.7:4": false, "[::ffff:10.0.0.1]:4": true} {
		if got := f.trusts(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(from))); got != want {
			t.Errorf("%s: %v, want %v", from, got, want)
		}
	}
	if file := (&net.UnixAddr{Net: "unix"}); f.trusts(file) || !ranges(t, "unix").trusts(file) {
		t.Error("a socket file is trusted exactly when it is named")
	}
}
