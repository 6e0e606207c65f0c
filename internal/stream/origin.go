package stream

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// originPolicy decides which pages may open a session. A websocket handshake
// is exempt from the browser's same-origin policy, so any page on the web
// could otherwise run programs here in its reader's name.
type originPolicy struct {
	allowed   map[string]bool // "https://example.org", in lower case
	allowHost func(host string) bool
}

func newOriginPolicy(c Config) (originPolicy, error) {
	p := originPolicy{allowed: map[string]bool{}, allowHost: c.AllowHost}
	for _, o := range c.AllowedOrigins {
		if _, err := originHost(o); err != nil {
			return p, fmt.Errorf("allowed origin %w", err)
		}
		p.allowed[strings.ToLower(o)] = true
	}
	return p, nil
}

// check returns why r may not open a session, for its sender to read.
func (p originPolicy) check(r *http.Request) error {
	if p.allowHost != nil && !p.allowHost(r.Host) {
		return fmt.Errorf("host %q is not served here", r.Host)
	}
	origins := r.Header.Values("Origin")
	if len(origins) != 1 {
		return fmt.Errorf("request has %d Origin headers; want exactly one, as browsers send it", len(origins))
	}
	host, err := originHost(origins[0])
	if err != nil {
		return fmt.Errorf("origin %w", err)
	}
	// The scheme is not compared: a proxy may have taken TLS off.
	if strings.EqualFold(host, r.Host) || p.allowed[strings.ToLower(origins[0])] {
		return nil
	}
	return fmt.Errorf("origin %q is not this server's (%q), and its operator has not allowed it", origins[0], r.Host)
}

// originHost returns the host and port of a serialised origin: scheme, host
// and port, nothing else (RFC 6454 section 6.2).
func originHost(origin string) (string, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return "", fmt.Errorf("%q is not an origin such as https://example.org", origin)
	}
	if !strings.EqualFold(u.Scheme+"://"+u.Host, origin) {
		return "", fmt.Errorf("%q is more than scheme, host and port", origin)
	}
	return u.Host, nil
}
