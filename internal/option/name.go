package option

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// HostName is a name that the server is to answer to, as browsers send it in
// Host but without a port. What could never equal one is refused.
type HostName string

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *HostName) UnmarshalText(text []byte) error {
	s := strings.ToLower(strings.TrimSpace(string(text)))
	name := hostOf(s)
	switch {
	case s == "":
		return errors.New("a host name is empty; separate names by single commas")
	case strings.Contains(s, "*"):
		return fmt.Errorf("%q is a pattern, and every name must be written out, such as %s", s, strings.TrimLeft(strings.ReplaceAll(s, "*", ""), "."))
	case name == "" || strings.ContainsAny(name, "/ @?#"):
		return fmt.Errorf("%q is no host name; write one such as example.org", s)
	case name != strings.Trim(s, "[]"):
		return fmt.Errorf("%q is more than a host name; write %s", s, name)
	}
	*h = HostName(name)
	return nil
}

// hostOf is the host name in what may also be a URL, or carry a port.
func hostOf(s string) string {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	s, _, _ = strings.Cut(s, "/")
	if addr, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return addr.String()
	}
	u, err := url.Parse("//" + s)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(u.Hostname(), ".")
}

// URL is the article's public address.
type URL string

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *URL) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	if s == "" {
		*p = ""
		return nil
	}
	if !strings.Contains(s, "://") {
		return fmt.Errorf("%q has no scheme; write https://%s/", s, strings.Trim(s, "/"))
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%q is no address of a page; write one such as https://example.org/", s)
	}
	if strings.Contains(u.Host, "*") || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("%q has more than scheme, host, port and path; write one such as https://example.org/", s)
	}
	*p = URL(s)
	return nil
}

// Host is the name in the address, or "".
func (p URL) Host() string {
	u, err := url.Parse(string(p))
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
}

// Origin is a further origin whose pages may run programs here.
type Origin string

// UnmarshalText implements encoding.TextUnmarshaler.
func (o *Origin) UnmarshalText(text []byte) error {
	s := strings.ToLower(strings.TrimSpace(string(text)))
	u, err := url.Parse(s)
	switch {
	case s == "" || strings.Contains(s, "*") || err != nil && strings.Contains(s, "://"):
		return fmt.Errorf("%q is no origin, and patterns are not: write each out, such as https://example.org", s)
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%q has no scheme; write https://%s", s, strings.Trim(s, "/"))
	case u.Scheme+"://"+u.Host != s:
		return fmt.Errorf("%q is more than scheme, host and port; write %s://%s", s, u.Scheme, u.Host)
	}
	*o = Origin(s)
	return nil
}
