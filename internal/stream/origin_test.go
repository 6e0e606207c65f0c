package stream

import (
	"net/http/httptest"
	"strings"
	"testing"

	"playground/internal/runs"
)

func TestOriginPolicy(t *testing.T) {
	p, err := newOriginPolicy(Config{
		AllowedOrigins: []string{"https://Blog.example.org", "http://localhost:3000"},
		AllowHost:      func(h string) bool { return !strings.HasPrefix(h, "evil.") },
		OwnHost:        func(h string) bool { return strings.HasPrefix(h, "named.") },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		host    string
		origins []string
		refused string // part of the reason, empty when allowed
	}{
		{"play.example.org", []string{"https://play.example.org"}, ""},
		{"play.example.org", []string{"http://play.example.org"}, ""},
		{"localhost:8080", []string{"http://LOCALHOST:8080"}, ""},
		{"[::1]:8080", []string{"http://[::1]:8080"}, ""},
		{"play.example.org", []string{"https://blog.example.org"}, ""},
		{"play.example.org", []string{"http://localhost:3000"}, ""},

		// A port that the scheme implies may be written or not.
		{"play.example.org:443", []string{"https://play.example.org"}, ""},
		{"play.example.org:80", []string{"http://play.example.org"}, ""},
		{"[::1]:80", []string{"http://[::1]"}, ""},
		{"play.example.org:80", []string{"https://play.example.org"}, "--origins"},
		{"play.example.org", []string{"https://play.example.org:8443"}, "--origins"},
		// nginx's $host drops the port; a name that the operator gave is enough.
		{"named.example", []string{"https://named.example:8443"}, ""},
		{"named.example:9000", []string{"https://named.example:8443"}, ""},
		{"named.example", []string{"https://named.example.attacker.net"}, "--origins"},
		{"play.example.org", []string{"https://named.example"}, "--origins"},

		{"play.example.org", nil, "0 Origin headers"},
		{"play.example.org", []string{"https://play.example.org", "https://play.example.org"}, "2 Origin headers"},
		{"play.example.org", []string{""}, "not an origin"},
		{"play.example.org", []string{"null"}, "not an origin"},
		{"play.example.org", []string{"file://play.example.org"}, "not an origin"},
		{"play.example.org", []string{"https://play.example.org/"}, "more than scheme"},
		{"play.example.org", []string{"https://me@play.example.org"}, "more than scheme"},
		{"play.example.org", []string{"http://blog.example.org"}, "--origins"},
		{"play.example.org", []string{"https://play.example.org:444"}, "--origins"},
		{"play.example.org", []string{"https://play.example.org.attacker.net"}, "--origins"},
		{"localhost:8080", []string{"http://localhost:8081"}, "--origins"},
		{"evil.example:8080", []string{"http://evil.example:8080"}, "not served here"},
	} {
		r := httptest.NewRequest("GET", "/ws", nil)
		r.Host = tt.host
		r.Header["Origin"] = tt.origins
		err := p.check(r)
		switch {
		case tt.refused == "" && err != nil:
			t.Errorf("%s from %q: %v", tt.host, tt.origins, err)
		case tt.refused != "" && (err == nil || !strings.Contains(err.Error(), tt.refused)):
			t.Errorf("%s from %q: %v, want %q", tt.host, tt.origins, err, tt.refused)
		}
	}
}

func TestNewRefusesBadConfig(t *testing.T) {
	ok, err := runs.New(runs.Config{Runner: runnerFunc(scripted)})
	if err != nil {
		t.Fatal(err)
	}
	defer ok.Close()
	for _, tt := range []struct {
		c    Config
		want string
	}{
		{Config{}, "Book is not set"},
		{Config{Book: Local(ok), MaxSessions: -1}, "negative: -1"},
		{Config{Book: Local(ok), AllowedOrigins: []string{"example.org"}}, `allowed origin "example.org" is not an origin`},
		{Config{Book: Local(ok), AllowedOrigins: []string{"*"}}, `"*"`},
		{Config{Book: Local(ok), AllowedOrigins: []string{"https://example.org/x"}}, "more than scheme"},
	} {
		if _, err := New(tt.c); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("New(%+v): %v, want %q", tt.c, err, tt.want)
		}
	}
}
