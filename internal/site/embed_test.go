package site

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"playground/internal/pages"
)

// Other sites may load what is public, and those that the operator allows may
// frame single programs; nothing else.
func TestEmbedding(t *testing.T) {
	s := testSite(t, Config{
		Articles: twoNotes(t), Pages: builder(t, pages.Config{URL: "https://example.org/notes/"}), Embedders: []string{"https://blog.example"},
	})
	_, script := request(t, http.MethodGet, s.URL+"/embed.js")
	at := strings.Index(script, "static/")
	if at < 0 || strings.Contains(script, "STATIC") {
		t.Fatalf("the script does not say where the rest is:\n%s", script)
	}
	later := script[at : at+strings.Index(script[at:], ".js")+3]
	for path, public := range map[string]bool{
		"/embed.js": true, "/" + later: true, "/" + strings.Replace(later, "embed-widget.js", "embed.css", 1): true,
		"/one/": false, "/": false, "/feed.xml": false,
	} {
		resp, _ := request(t, http.MethodGet, s.URL+path)
		shared := resp.Header.Get("Access-Control-Allow-Origin") == "*" && resp.Header.Get("Cross-Origin-Resource-Policy") == "cross-origin"
		if resp.StatusCode != 200 || shared != public {
			t.Errorf("%s: %s, shared %v", path, resp.Status, shared)
		}
	}
	for path, want := range map[string]string{
		"/embed/one/hello": "frame-ancestors 'self' https://blog.example", "/one/": "frame-ancestors 'self'", "/notes/embed/one/hello": "frame-ancestors 'self' https://blog.example",
	} {
		resp, _ := request(t, http.MethodGet, s.URL+path)
		policy := resp.Header.Get("Content-Security-Policy")
		if resp.StatusCode != 200 || policy[strings.Index(policy, "frame-ancestors"):] != want || !strings.Contains(policy, "script-src 'self';") {
			t.Errorf("%s: %s, policy %q", path, resp.Status, policy)
		}
	}
	for path, want := range map[string]int{
		"/embed/one/none": 404, "/embed/secret/x": 404, "/embed/one/": 404, "/embed/": 404,
		"/oembed?url=" + url.QueryEscape("https://example.org/notes/one/#hello"):      200,
		"/oembed?format=xml&url=" + url.QueryEscape("https://example.org/notes/one/"): 501,
		"/oembed?url=" + url.QueryEscape("https://evil.example/one/"):                 404, "/oembed": 404,
	} {
		resp, body := request(t, http.MethodGet, s.URL+path)
		if resp.StatusCode != want {
			t.Errorf("%s: %s, want %d\n%s", path, resp.Status, want, body)
		}
	}
}

// mostBeforeTouch bounds in bytes, as gzip sends it, what another site's readers
// load before they touch a program.
const mostBeforeTouch = 8 << 10

func TestEmbedScriptIsSmall(t *testing.T) {
	s := testSite(t, Config{})
	_, body := request(t, http.MethodGet, s.URL+"/embed.js", "Accept-Encoding", "gzip")
	t.Logf("embed.js: %d bytes", len(body))
	if len(body) > mostBeforeTouch || len(body) == 0 {
		t.Errorf("embed.js has %d bytes, at most %d", len(body), mostBeforeTouch)
	}
}
