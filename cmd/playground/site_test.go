package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"playground/internal/render"
)

// testSite is a site without sockets and programs.
func testSite(t *testing.T, c siteConfig) *httptest.Server {
	t.Helper()
	c.Sockets, c.API = http.NotFoundHandler(), http.NotFoundHandler()
	c.Logger = slog.New(slog.DiscardHandler)
	if c.Article == nil {
		c.Article = &render.Article{Title: "T"}
	}
	if c.Ready == nil {
		c.Ready = func() bool { return true }
	}
	h, err := newSite(c)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// request sends a request without a body and returns the answer and its body.
func request(t *testing.T, method, url string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
		req.Header.Add(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func TestHeadWhereverGet(t *testing.T) {
	s := testSite(t, siteConfig{})
	_, page := request(t, http.MethodGet, s.URL+"/")
	script := page[strings.Index(page, "/static/"):]
	script = script[:strings.IndexByte(script, '"')]
	for _, path := range []string{"/", "/healthz", "/readyz", "/favicon.ico", script} {
		got, body := request(t, http.MethodGet, s.URL+path)
		head, none := request(t, http.MethodHead, s.URL+path)
		if got.StatusCode != http.StatusOK || head.StatusCode != got.StatusCode || none != "" {
			t.Errorf("%s: GET %s, HEAD %s with %d bytes", path, got.Status, head.Status, len(none))
		}
		if head.Header.Get("Content-Type") != got.Header.Get("Content-Type") || head.Header.Get("ETag") != got.Header.Get("ETag") {
			t.Errorf("%s: HEAD has other headers than GET: %v and %v", path, head.Header, got.Header)
		}
		if body == "" {
			t.Errorf("%s: GET has no body", path)
		}
	}
}

func TestOtherMethodsAreToldTheAllowed(t *testing.T) {
	s := testSite(t, siteConfig{})
	for path, want := range map[string][]string{
		"/": {"GET", "HEAD"}, "/healthz": {"GET", "HEAD"}, "/readyz": {"GET", "HEAD"}, "/ws": {"GET"},
	} {
		resp, _ := request(t, http.MethodPost, s.URL+path)
		if resp.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: %s", path, resp.Status)
		}
		for _, method := range want {
			if allow := resp.Header.Get("Allow"); !strings.Contains(allow, method) {
				t.Errorf("POST %s: Allow is %q, lacks %s", path, allow, method)
			}
		}
	}
}

func TestReadiness(t *testing.T) {
	accepting := true
	s := testSite(t, siteConfig{Ready: func() bool { return accepting }})
	if resp, _ := request(t, http.MethodGet, s.URL+"/readyz"); resp.StatusCode != http.StatusOK {
		t.Errorf("accepting: %s", resp.Status)
	}
	accepting = false
	if resp, body := request(t, http.MethodGet, s.URL+"/readyz"); resp.StatusCode != http.StatusServiceUnavailable || body != "draining\n" {
		t.Errorf("draining: %s %q", resp.Status, body)
	}
	if resp, _ := request(t, http.MethodGet, s.URL+"/healthz"); resp.StatusCode != http.StatusOK {
		t.Errorf("draining is not alive: %s", resp.Status)
	}
}

// A compressing proxy hands out weak tags and asks again with them.
func TestPageIsNotSentAgain(t *testing.T) {
	s := testSite(t, siteConfig{})
	first, _ := request(t, http.MethodGet, s.URL+"/")
	etag := first.Header.Get("ETag")
	for _, fields := range [][]string{
		{etag}, {"W/" + etag}, {`"other", W/` + etag}, {"*"}, {`"other"`, etag},
	} {
		var header []string
		for _, f := range fields {
			header = append(header, "If-None-Match", f)
		}
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			if resp, body := request(t, method, s.URL+"/", header...); resp.StatusCode != http.StatusNotModified || body != "" || resp.Header.Get("ETag") != etag {
				t.Errorf("%s with %q: %s", method, fields, resp.Status)
			}
		}
	}
	if resp, _ := request(t, http.MethodGet, s.URL+"/", "If-None-Match", `"other"`); resp.StatusCode != http.StatusOK {
		t.Errorf("another tag: %s", resp.Status)
	}
}

// Readers see which Go their programs run with.
func TestPageNamesGo(t *testing.T) {
	s := testSite(t, siteConfig{Article: &render.Article{Title: "T", Blocks: []render.Block{{ID: "one"}}}})
	want := "1 program to run in Go " + strings.TrimPrefix(runtime.Version(), "go")
	if _, page := request(t, http.MethodGet, s.URL+"/"); !strings.Contains(page, want) {
		t.Errorf("the page lacks %q:\n%s", want, page)
	}
}
