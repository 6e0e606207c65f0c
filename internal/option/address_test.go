package option

import (
	"strings"
	"testing"
)

func TestAddress(t *testing.T) {
	for text, want := range map[string]Address{
		"localhost:8080":     {"tcp", "localhost:8080"},
		":8080":              {"tcp", ":8080"},
		"[::1]:8080":         {"tcp", "[::1]:8080"},
		" 0.0.0.0:0 ":        {"tcp", "0.0.0.0:0"},
		"unix:/run/p.sock":   {"unix", "/run/p.sock"},
		"unix:///run/p.sock": {"unix", "/run/p.sock"},
		"unix:p.sock":        {"unix", "p.sock"},
	} {
		var a Address
		if err := a.UnmarshalText([]byte(text)); err != nil || a != want {
			t.Errorf("%q: %v, %v; want %v", text, a, err, want)
		}
	}
}

// A mistake is answered with the right form.
func TestAddressMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "is empty",
		"  ":                               "is empty",
		"8080":                             "write localhost:8080, or :8080 for every interface",
		"::1:8080":                         "write [::1]:8080",
		"2001:db8::2":                      "[2001:db8::2]:8080",
		"localhost":                        "write localhost:8080",
		"http://localhost:8080":            "write localhost:8080, without the scheme",
		"/run/p.sock":                      "write unix:/run/p.sock",
		"localhost:":                       "has no port",
		":":                                "has no port",
		"localhost:99999":                  "has no port",
		"localhost:-1":                     "has no port",
		"[::1]":                            "write HOST:PORT",
		"unix:":                            "has no path",
		"unix:" + strings.Repeat("x", 108): "108 bytes",
	} {
		var a Address
		if err := a.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestFileMode(t *testing.T) {
	var m FileMode
	if err := m.UnmarshalText([]byte("0660")); err != nil || m != 0o660 || m.String() != "0660" {
		t.Errorf("0660: %v, %v", m, err)
	}
	for _, text := range []string{"", "rw", "0", "1777", "08", "-1", "6 6"} {
		if err := m.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was taken for a mode, %v", text, m)
		}
	}
}
