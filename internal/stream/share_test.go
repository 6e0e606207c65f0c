package stream

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// Only pages of allowed origins may read what the API answers, and may ask first.
func TestShare(t *testing.T) {
	p, err := newOriginPolicy(Config{AllowedOrigins: []string{"https://Blog.example.org"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, origin, asks string
		allowed, done        bool
	}{
		{"OPTIONS", "https://blog.example.org", "DELETE", true, true},
		{"OPTIONS", "https://blog.example.org", "", true, false},
		{"POST", "https://blog.example.org", "", true, false},
		{"OPTIONS", "https://evil.example", "DELETE", false, false},
		{"POST", "null", "", false, false},
		{"POST", "", "", false, false},
	} {
		r, w := httptest.NewRequest(c.method, "/api/run", nil), httptest.NewRecorder()
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if c.asks != "" {
			r.Header.Set("Access-Control-Request-Method", c.asks)
		}
		done := p.share(w, r)
		got := w.Header().Get("Access-Control-Allow-Origin")
		if done != c.done || (got == c.origin && got != "") != c.allowed {
			t.Errorf("%+v: done %v, allowed origin %q", c, done, got)
		}
		if w.Header().Get("Access-Control-Allow-Credentials") != "" {
			t.Error("credentials are allowed")
		}
		if done && w.Code != http.StatusNoContent {
			t.Errorf("status %d", w.Code)
		}
	}
}
