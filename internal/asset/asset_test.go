package asset

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
)

var text = []byte(strings.Repeat("an article repeats itself; ", 100))

// answer asks an asset with these headers, in pairs.
func answer(a *Asset, method string, header ...string) *http.Response {
	r := httptest.NewRequest(method, "/", nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w.Result()
}

func decoded(t *testing.T, resp *http.Response) []byte {
	t.Helper()
	body := io.Reader(resp.Body)
	switch coding := resp.Header.Get("Content-Encoding"); coding {
	case "br":
		body = brotli.NewReader(body)
	case "gzip":
		z, err := gzip.NewReader(body)
		if err != nil {
			t.Fatal(err)
		}
		body = z
	case "":
	default:
		t.Fatalf("coding %q", coding)
	}
	b, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Whatever a client accepts, it gets the same document, in the smallest form
// that it likes best.
func TestForms(t *testing.T) {
	a := New(text, "text/html; charset=utf-8", "no-cache")
	for accept, want := range map[string]string{
		"":                                "",
		"gzip, deflate, br, zstd":         "br",
		"gzip":                            "gzip",
		"GZIP":                            "gzip",
		"br;q=0.5, gzip;q=0.8":            "gzip",
		"br;q=0, gzip":                    "gzip",
		"br;q=0, gzip;q=0.0":              "",
		"*":                               "br",
		"*, br;q=0":                       "gzip",
		"*;q=0":                           "",
		"identity":                        "",
		"identity;q=0.5, gzip;q=0.2":      "",
		"identity;q=0.5, gzip;q=0.5":      "gzip",
		"identity;q=0":                    "",
		"deflate":                         "",
		"br;q=nonsense, gzip ; Q = 0.3":   "gzip",
		"br;q=2":                          "",
		", ,;q=1,gzip":                    "gzip",
		strings.Repeat("a,", 2000) + "br": "br",
	} {
		resp := answer(a, http.MethodGet, "Accept-Encoding", accept)
		if got := resp.Header.Get("Content-Encoding"); got != want {
			t.Errorf("%.60q gets %q, want %q", accept, got, want)
		}
		if resp.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%.60q: Vary is %q", accept, resp.Header.Get("Vary"))
		}
		if got := decoded(t, resp); !bytes.Equal(got, text) {
			t.Errorf("%.60q: another document of %d bytes", accept, len(got))
		}
	}
	resp := answer(a, http.MethodGet, "Accept-Encoding", "gzip", "Accept-Encoding", "br")
	if got := resp.Header.Get("Content-Encoding"); got != "br" {
		t.Errorf("two headers get %q", got)
	}
}

// Each form has a tag of its own, and only the one that would be sent saves
// sending it.
func TestTags(t *testing.T) {
	a := New(text, "text/plain", "no-cache")
	tags := make(map[string]string)
	for _, coding := range []string{"", "gzip", "br"} {
		tag := answer(a, http.MethodGet, "Accept-Encoding", coding).Header.Get("ETag")
		for other, seen := range tags {
			if seen == tag {
				t.Errorf("%q and %q have the tag %s", coding, other, tag)
			}
		}
		tags[coding] = tag
	}
	for coding := range tags {
		for other, tag := range tags {
			for _, sent := range []string{tag, "W/" + tag} {
				resp := answer(a, http.MethodGet, "Accept-Encoding", coding, "If-None-Match", sent)
				if same := resp.StatusCode == http.StatusNotModified; same != (coding == other) {
					t.Errorf("%q asked with the tag of %q: %s", coding, other, resp.Status)
				}
				if resp.Header.Get("Vary") == "" || resp.Header.Get("ETag") == "" || resp.Header.Get("Cache-Control") == "" {
					t.Errorf("%q, tag of %q: headers %v", coding, other, resp.Header)
				}
			}
		}
	}
	if other := New(append([]byte("x"), text...), "text/plain", ""); answer(other, http.MethodGet).Header.Get("ETag") == tags[""] {
		t.Error("two documents have one tag")
	}
}

func TestHead(t *testing.T) {
	a := New(text, "text/plain", "no-cache")
	get := answer(a, http.MethodGet, "Accept-Encoding", "br")
	head := answer(a, http.MethodHead, "Accept-Encoding", "br")
	if body := decoded(t, &http.Response{Header: http.Header{}, Body: head.Body}); len(body) > 0 {
		t.Errorf("HEAD has %d bytes", len(body))
	}
	for _, name := range []string{"Content-Length", "Content-Encoding", "Content-Type", "ETag", "Vary"} {
		if get.Header.Get(name) != head.Header.Get(name) || get.Header.Get(name) == "" {
			t.Errorf("%s is %q for GET, %q for HEAD", name, get.Header.Get(name), head.Header.Get(name))
		}
	}
}

// What gains nothing is sent as it is, to everybody.
func TestNotCompressed(t *testing.T) {
	for _, a := range []*Asset{New(text[:100], "text/plain", ""), New(text, "image/png", "")} {
		resp := answer(a, http.MethodGet, "Accept-Encoding", "br, gzip")
		if resp.Header.Get("Content-Encoding") != "" || resp.Header.Get("Vary") != "" {
			t.Errorf("headers are %v", resp.Header)
		}
	}
}

// The first who ask at once get what the others get.
func TestFirstOfMany(t *testing.T) {
	a := New(text, "text/css", "")
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			if got := decoded(t, answer(a, http.MethodGet, "Accept-Encoding", "br")); !bytes.Equal(got, text) {
				t.Error("another document")
			}
		})
	}
	readers.Wait()
}
