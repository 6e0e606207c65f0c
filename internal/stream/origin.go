package stream

import (
	"cmp"
	"fmt"
	"net"
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
	ownHost   func(host string) bool
}

func newOriginPolicy(c Config) (originPolicy, error) {
	p := originPolicy{allowed: map[string]bool{}, allowHost: c.AllowHost, ownHost: c.OwnHost}
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
	if err := p.checkHost(r); err != nil {
		return err
	}
	origins := r.Header.Values("Origin")
	if len(origins) != 1 {
		return fmt.Errorf("request has %d Origin headers; want exactly one, as browsers send it", len(origins))
	}
	host, err := originHost(origins[0])
	if err != nil {
		return fmt.Errorf("origin %w", err)
	}
	if p.sameSite(origins[0], host, r.Host) || p.allowed[strings.ToLower(origins[0])] {
		return nil
	}
	return fmt.Errorf("origin %q is not this server's (%q); its operator may allow it with --origins, or name the server's address with --url", origins[0], r.Host)
}

// sameSite reports whether a page at origin, whose host and port are host, is
// the server's own that a request to served reached. The scheme is not
// compared: a proxy may have taken TLS off.
func (p originPolicy) sameSite(origin, host, served string) bool {
	port := "80"
	if strings.HasPrefix(strings.ToLower(origin), "https:") {
		port = "443"
	}
	name, at := splitHost(host, port)
	servedName, servedAt := splitHost(served, port)
	if !strings.EqualFold(name, servedName) {
		return false
	}
	return at == servedAt || p.ownHost != nil && p.ownHost(served)
}

// splitHost is the name and the port in host, or port when it has none.
func splitHost(host, port string) (name, at string) {
	u := url.URL{Host: host}
	return u.Hostname(), cmp.Or(u.Port(), port)
}

// checkHost returns why r's Host is none of this server's.
func (p originPolicy) checkHost(r *http.Request) error {
	if p.allowHost != nil && !p.allowHost(r.Host) {
		return fmt.Errorf("host %q is not served here", r.Host)
	}
	return nil
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

// remoteHost is the address that a request came from, without its port.
func remoteHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// share lets a page of an allowed origin read the answer, and any page that it is
// refused, and why: otherwise its browser would only say that nothing answers.
func (p originPolicy) share(w http.ResponseWriter, r *http.Request, refused bool) {
	origin := r.Header.Get("Origin")
	if origin == "" || !refused && !p.allowed[strings.ToLower(origin)] {
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	w.Header().Add("Vary", "Origin")
}

// answerPreflight answers a browser that asks whether it may send what a form
// could not. It may: whatever it then sends is checked by itself, so this allows
// nothing, and a page that is refused can say why.
func answerPreflight(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodOptions || r.Header.Get("Origin") == "" || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	h.Add("Vary", "Origin")
	h.Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
	h.Set("Access-Control-Allow-Headers", "Content-Type, "+SessionHeader)
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true
}
