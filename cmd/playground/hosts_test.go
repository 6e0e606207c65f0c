package main

import (
	"net"
	"slices"
	"strings"
	"testing"

	"playground/internal/option"
)

var (
	onLoopback = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}
	onAll      = &net.TCPAddr{IP: net.IPv4zero, Port: 8080}
	onFile     = &net.UnixAddr{Name: "/run/p.sock", Net: "unix"}
)

func TestHosts(t *testing.T) {
	named := hostFlags{URL: "https://Blog.example.org:8443/x/", Hosts: []option.HostName{"play.example.org"}}
	for _, tt := range []struct {
		name   string
		flags  hostFlags
		listen net.Addr
		host   string
		want   bool
	}{
		{"loopback by name", hostFlags{}, onLoopback, "localhost:8080", true},
		{"loopback by address", hostFlags{}, onLoopback, "127.0.0.1:8080", true},
		{"loopback by IPv6", hostFlags{}, onLoopback, "[::1]", true},
		{"a rebound name", hostFlags{}, onLoopback, "rebound.example:8080", false},
		{"a name within", hostFlags{}, onLoopback, "x@localhost", false},
		{"a path within", hostFlags{}, onLoopback, "localhost/x", false},
		{"any on all interfaces", hostFlags{}, onAll, "whatever.example", true},
		{"any behind a socket file", hostFlags{}, onFile, "whatever.example", true},
		{"the URL's", named, onLoopback, "blog.example.org:8443", true},
		{"without its port", named, onLoopback, "blog.example.org", true},
		{"with another port", named, onLoopback, "BLOG.example.org:9", true},
		{"with a final dot", named, onLoopback, "blog.example.org.", true},
		{"a further one", named, onLoopback, "play.example.org:443", true},
		{"not named, on all interfaces", named, onAll, "whatever.example", false},
		{"not named, behind a socket file", named, onFile, "whatever.example", false},
	} {
		if got := tt.flags.hosts(tt.listen).allow(tt.host); got != tt.want {
			t.Errorf("%s: allow(%q) = %v", tt.name, tt.host, got)
		}
	}
	h := named.hosts(onLoopback)
	if !h.own("blog.example.org:1") || h.own("localhost") {
		t.Errorf("own: %v", h)
	}
}

// What could never match is refused, with the right form.
func TestHostMistakes(t *testing.T) {
	for _, tt := range []struct{ flag, value, want string }{
		{"--url", "example.org", "write https://example.org/"},
		{"--url", "ftp://example.org/", "such as https://example.org/"},
		{"--url", "https://*.example.org/", "more than scheme"},
		{"--url", "https:///x", "no address of a page"},
		{"--url", "https://example.org/?x=1", "more than scheme"},
		{"--hosts", "https://example.org/", "write example.org"},
		{"--hosts", "*.example.org", "must be written out, such as example.org"},
		{"--hosts", "*", "must be written out"},
		{"--hosts", "example.org:8080", "write example.org"},
		{"--hosts", "a.example,,b.example", "is empty"},
		{"--hosts", "example.org.", "write example.org"},
		{"--hosts", "not a name", "no host name"},
		{"--origins", "example.org", "write https://example.org"},
		{"--origins", "https://example.org/", "write https://example.org"},
		{"--origins", "https://*.example.org", "patterns are not"},
	} {
		status, _, stderr := invoke(t, t.Context(), "", "serve", tt.flag+"="+tt.value)
		if status != statusFailure || !strings.Contains(stderr, tt.flag) || !strings.Contains(stderr, tt.want) {
			t.Errorf("%s=%s: %d, %s; want %q", tt.flag, tt.value, status, stderr, tt.want)
		}
	}
}

func TestHostForms(t *testing.T) {
	for text, want := range map[string]string{
		"Example.ORG": "example.org", "10.0.0.1": "10.0.0.1", "[::1]": "::1", "::1": "::1",
	} {
		var h option.HostName
		if err := h.UnmarshalText([]byte(text)); err != nil || string(h) != want {
			t.Errorf("%q: %q, %v; want %q", text, h, err, want)
		}
	}
	got := hostFlags{Origins: []option.Origin{"https://a.example", "http://b.example:81"}}.origins()
	if !slices.Equal(got, []string{"https://a.example", "http://b.example:81"}) {
		t.Errorf("origins: %q", got)
	}
}
