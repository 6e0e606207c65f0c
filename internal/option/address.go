// Package option has the values that the command line and the configuration
// are made of: each reads its text, refuses what can only be a mistake, and
// says how it is written right.
package option

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// Address is where a server listens: HOST:PORT, or unix:PATH for a socket
// file.
type Address struct {
	Network string // tcp or unix
	Name    string // as net.Listen takes it
}

// maxSocketPath is what fits into the kernel's sun_path with its final zero.
const maxSocketPath = 107

// UnmarshalText implements encoding.TextUnmarshaler. It refuses what net.Listen
// would take for something that nobody meant: an empty text is every interface
// and any port there.
func (a *Address) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	if path, ok := strings.CutPrefix(s, "unix:"); ok {
		return a.unix(path)
	}
	if s == "" {
		return errors.New("is empty; write HOST:PORT such as localhost:8080, or unix:/path/of/a/socket")
	}
	if form := misspeltAddress(s); form != "" {
		return fmt.Errorf("%q is no address; write %s", s, form)
	}
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return fmt.Errorf("%q is no address; write HOST:PORT such as localhost:8080, or unix:/path/of/a/socket", s)
	}
	if _, err := net.LookupPort("tcp", port); err != nil || port == "" {
		return fmt.Errorf("%q has no port from 0 to 65535", s)
	}
	*a = Address{Network: "tcp", Name: s}
	return nil
}

func (a *Address) unix(path string) error {
	path = strings.TrimPrefix(path, "//")
	switch {
	case path == "":
		return errors.New(`"unix:" has no path; write unix:/path/of/a/socket`)
	case len(path) > maxSocketPath:
		return fmt.Errorf("the socket's path has %d bytes; the system takes at most %d", len(path), maxSocketPath)
	}
	*a = Address{Network: "unix", Name: path}
	return nil
}

// misspeltAddress returns the right form of what is often written instead of
// an address, or "".
func misspeltAddress(s string) string {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		host, _, _ := strings.Cut(rest, "/")
		return host + ", without the scheme"
	}
	if strings.HasPrefix(s, "/") {
		return "unix:" + s + " for a socket file"
	}
	if digits(s) {
		return "localhost:" + s + ", or :" + s + " for every interface"
	}
	if strings.HasPrefix(s, "[") {
		return ""
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 && strings.Count(s, ":") > 1 {
		if _, err := netip.ParseAddr(s[:i]); err == nil && digits(s[i+1:]) {
			return "[" + s[:i] + "]:" + s[i+1:]
		}
		return "[" + s + "]:8080, an IPv6 address in brackets and a port"
	}
	if !strings.Contains(s, ":") {
		return s + ":8080, with a port"
	}
	return ""
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// String is the address as it is written.
func (a Address) String() string {
	if a.Network == "unix" {
		return "unix:" + a.Name
	}
	return a.Name
}

// FileMode is the permission bits of a file, in octal.
type FileMode uint32

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *FileMode) UnmarshalText(text []byte) error {
	var v uint32
	if _, err := fmt.Sscanf(string(text), "%o", &v); err != nil || !digits(string(text)) || v == 0 || v > 0o777 {
		return fmt.Errorf("%q is no file mode; write octal digits from 0001 to 0777, such as 0660", text)
	}
	*m = FileMode(v)
	return nil
}

// String is the mode in octal.
func (m FileMode) String() string { return fmt.Sprintf("%04o", uint32(m)) }
