package stream

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// Pages of allowed origins may read what the API answers, and others only that
// they are refused. Nobody's cookies are asked for.
func TestShare(t *testing.T) {
	p, err := newOriginPolicy(Config{AllowedOrigins: []string{"https://Blog.example.org"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		origin           string
		refused, allowed bool
	}{
		{"https://blog.example.org", false, true},
		{"https://blog.example.org", true, true},
		{"https://evil.example", true, true},
		{"https://evil.example", false, false},
		{"null", false, false},
		{"", true, false},
		{"", false, false},
	} {
		r, w := httptest.NewRequest(http.MethodPost, "/api/run", nil), httptest.NewRecorder()
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		p.share(w, r, c.refused)
		if got := w.Header().Get("Access-Control-Allow-Origin"); (got == c.origin && got != "") != c.allowed {
			t.Errorf("%+v: allowed origin %q", c, got)
		}
		if w.Header().Get("Access-Control-Allow-Credentials") != "" {
			t.Error("credentials are allowed")
		}
	}
}

// A browser may ask first, from anywhere; what it sends then is checked all the
// same.
func TestPreflightAllowsNothing(t *testing.T) {
	p, err := newOriginPolicy(Config{})
	if err != nil {
		t.Fatal(err)
	}
	r, w := httptest.NewRequest(http.MethodOptions, "/api/run", nil), httptest.NewRecorder()
	r.Header.Set("Origin", "https://evil.example")
	if answerPreflight(w, r) {
		t.Error("OPTIONS that asks for nothing was answered")
	}
	r.Header.Set("Access-Control-Request-Method", "POST")
	if !answerPreflight(w, r) || w.Code != http.StatusNoContent || w.Body.Len() > 0 {
		t.Errorf("status %d", w.Code)
	}
	r.Method = http.MethodPost
	if answerPreflight(w, r) || p.checkAPI(r) == nil {
		t.Error("what comes after it is not checked")
	}
}
