package site

import (
	"bufio"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"playground/content"
	"playground/internal/admit"
	"playground/internal/articles"
	"playground/internal/pages"
	"playground/internal/render"
)

// testSite is a site without sockets and programs.
func testSite(t *testing.T, c Config) *httptest.Server {
	t.Helper()
	h, err := New(bareSite(c))
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// bareSite is c with something in every field that must be set.
func bareSite(c Config) Config {
	c.Sockets = http.NotFoundHandler()
	if c.API == nil {
		c.API = http.NotFoundHandler()
	}
	c.Client = func(r *http.Request) string { return admit.ClientOf(r.RemoteAddr) }
	c.Logger = slog.New(slog.DiscardHandler)
	if c.Articles == nil {
		c.Articles = alone(&render.Article{Title: "T"}, nil)
	}
	if c.Pages == nil {
		var err error
		if c.Pages, err = pages.New(pages.Config{}); err != nil {
			panic(err) // it is the binary's own
		}
	}
	if c.Ready == nil {
		c.Ready = func() bool { return true }
	}
	return c
}

// alone is a collection of one article.
func alone(a *render.Article, beside fs.FS) *articles.Collection {
	return &articles.Collection{Posts: []*articles.Post{{Article: a, Slug: "post", Beside: beside}}, Alone: true}
}

// builder makes pages in a way of its own.
func builder(t *testing.T, c pages.Config) *pages.Builder {
	t.Helper()
	b, err := pages.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// request sends a request without a body and returns the answer and its body,
// which is compressed only if header, name and value in turns, asks for it.
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
	if req.Header.Get("Accept-Encoding") == "" {
		req.Header.Set("Accept-Encoding", "identity") // or Go would decide
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
	s := testSite(t, Config{})
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
	s := testSite(t, Config{})
	for path, want := range map[string][]string{
		"/healthz": {"GET", "HEAD"}, "/readyz": {"GET", "HEAD"}, "/ws": {"GET"},
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
	s := testSite(t, Config{Ready: func() bool { return accepting }})
	if resp, _ := request(t, http.MethodGet, s.URL+"/readyz"); resp.StatusCode != http.StatusOK {
		t.Errorf("accepting: %s", resp.Status)
	}
	accepting = false
	if resp, body := request(t, http.MethodGet, s.URL+"/readyz"); resp.StatusCode != http.StatusServiceUnavailable || body != "not ready\n" {
		t.Errorf("draining: %s %q", resp.Status, body)
	}
	if resp, _ := request(t, http.MethodGet, s.URL+"/healthz"); resp.StatusCode != http.StatusOK {
		t.Errorf("draining is not alive: %s", resp.Status)
	}
}

// The pictures that an article shows are served, and nothing else of its folder.
func TestPictures(t *testing.T) {
	folder := fstest.MapFS{
		"a b.svg": {Data: []byte("<svg/>")}, "sub/c.png": {Data: []byte("\x89PNG")},
		"post.md": {Data: []byte("the source")}, "later.png": {Data: []byte("x")},
	}
	article := &render.Article{Title: "T", Files: []render.File{{Path: "a b.svg"}, {Path: "sub/c.png"}, {Path: "sub"}, {Path: "missing.png"}}}
	s := testSite(t, Config{Articles: alone(article, folder)})
	for path, want := range map[string]int{
		"/a%20b.svg": 200, "/sub/c.png": 200,
		"/post.md": 404, "/later.png": 404, "/sub": 404, "/sub/": 404, "/missing.png": 404, "/../post.md": 404, "/%2e%2e/post.md": 404,
	} {
		resp, _ := request(t, http.MethodGet, s.URL+path)
		if resp.StatusCode != want {
			t.Errorf("%s: %s, want %d", path, resp.Status, want)
		}
		if want == 200 && !strings.HasPrefix(resp.Header.Get("Content-Type"), "image/") {
			t.Errorf("%s is %s", path, resp.Header.Get("Content-Type"))
		}
	}
}

// A compressing proxy hands out weak tags and asks again with them.
func TestPageIsNotSentAgain(t *testing.T) {
	s := testSite(t, Config{})
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
	s := testSite(t, Config{
		Pages: builder(t, pages.Config{Go: "Go 1.99"}), Articles: alone(&render.Article{Title: "T", Blocks: []render.Block{{ID: "one"}}}, nil),
	})
	const want = "1 program to run in Go 1.99"
	if _, page := request(t, http.MethodGet, s.URL+"/"); !strings.Contains(page, want) {
		t.Errorf("the page lacks %q:\n%s", want, page)
	}
}

// The article and the static files are compressed for whom that helps; what a
// run says never is, and arrives while it runs.
func TestWhatIsCompressed(t *testing.T) {
	markdown, err := content.FS.ReadFile(content.Post)
	if err != nil {
		t.Fatal(err)
	}
	post, err := render.Render(content.Post, markdown, render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	release := make(chan struct{})
	streams := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-ndjson")
		io.WriteString(w, strings.Repeat("{}\n", 1000))
		w.(http.Flusher).Flush()
		<-release
	})
	s := testSite(t, Config{Articles: alone(post, nil), API: streams})
	_, page := request(t, http.MethodGet, s.URL+"/")
	paths := []string{"/"}
	for _, m := range regexp.MustCompile(`"(/static/[^"]+\.(?:js|css))"`).FindAllStringSubmatch(page, -1) {
		paths = append(paths, m[1])
	}
	if len(paths) != 4 {
		t.Errorf("the page needs %v, want one style sheet, one script, and a small one before", paths)
	}
	// In bytes, as readers get them.
	most := map[string]int{"/": 26 << 10, ".js": 16 << 10, ".css": 9 << 10}
	for _, path := range paths {
		if strings.HasSuffix(path, "/early.js") {
			continue // too small to be compressed
		}
		for _, coding := range []string{"br", "gzip"} {
			resp, body := request(t, http.MethodGet, s.URL+path, "Accept-Encoding", coding)
			if got := resp.Header.Get("Content-Encoding"); got != coding || resp.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s: coding %q, want %q; varies by %q", path, got, coding, resp.Header.Get("Vary"))
			}
			t.Logf("%s: %d bytes by %s", path, len(body), coding)
			if kind := path[strings.LastIndexAny(path, "./"):]; coding == "br" && len(body) > most[kind] {
				t.Errorf("%s: %d bytes are more than %d", path, len(body), most[kind])
			}
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/api/run", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "br, gzip")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	defer close(release)
	line, err := bufio.NewReader(resp.Body).ReadString('\n')
	if resp.Header.Get("Content-Encoding") != "" || line != "{}\n" || err != nil {
		t.Errorf("a stream begins with %q, coded %q: %v", line, resp.Header.Get("Content-Encoding"), err)
	}
}

// twoNotes are two articles and their list.
func twoNotes(t *testing.T) *articles.Collection {
	t.Helper()
	program := "\n```go runner id=hello\npackage main\n\nfunc main() {}\n```\n"
	c, err := articles.Folder(fstest.MapFS{
		"one.md":          {Data: []byte("---\ntitle: One\n---\n\n![](pic.png)\n" + program)},
		"two/index.md":    {Data: []byte("---\ntitle: Two\ntags: [Größe]\n---\n\n![](sub/pic.png)\n")},
		"pic.png":         {Data: []byte("\x89PNG one")},
		"two/pic.png":     {Data: []byte("\x89PNG none")},
		"two/sub/pic.png": {Data: []byte("\x89PNG two")},
		"secret.md":       {Data: []byte("---\ntitle: Secret\ndraft: true\n---\n\n![](secret.png)\n")},
		"secret.png":      {Data: []byte("\x89PNG")},
	}, "content", articles.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Every article is at its address, with its own pictures and no others; a draft
// is nowhere. A base path is taken whether the proxy has stripped it or not.
func TestManyArticles(t *testing.T) {
	for _, base := range []string{"", "/notes"} {
		s := testSite(t, Config{Articles: twoNotes(t), Pages: builder(t, pages.Config{URL: "https://example.org" + base + "/"})})
		for path, want := range map[string]string{
			"/": "text/html", "/one/": "text/html", "/two/": "text/html", "/tags/gr%C3%B6%C3%9Fe/": "text/html", "/feed.xml": "application/atom+xml",
			"/sitemap.xml": "application/xml", "/search.json": "application/json", "/one/card.png": "image/png",
			"/one/pic.png": "image/png", "/two/sub/pic.png": "image/png",
			"/two/pic.png": "", "/secret/": "", "/secret/secret.png": "", "/secret.png": "", "/one/secret.png": "", "/one/one.md": "", "/two/../secret.png": "",
			"/one/%2e%2e/secret.png": "", "/tags/": "", "/card.png": "",
		} {
			for _, at := range []string{path, base + path} {
				resp, body := request(t, http.MethodGet, s.URL+at, "Accept-Encoding", "br")
				if kind := resp.Header.Get("Content-Type"); want == "" && resp.StatusCode != http.StatusNotFound || want != "" && (resp.StatusCode != 200 || !strings.HasPrefix(kind, want)) {
					t.Errorf("%s: %s, %s", at, resp.Status, kind)
				}
				if want == "" {
					continue
				}
				if policy := resp.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") {
					t.Errorf("%s: policy %q", at, policy)
				}
				if tag := resp.Header.Get("ETag"); tag == "" && !strings.Contains(path, "/pic.png") {
					t.Errorf("%s has no ETag", at)
				} else if again, _ := request(t, http.MethodGet, s.URL+at, "Accept-Encoding", "br", "If-None-Match", tag); tag != "" && again.StatusCode != http.StatusNotModified {
					t.Errorf("%s asked again: %s", at, again.Status)
				}
				if len(body) > 1500 && strings.Contains(want, "text/html") && resp.Header.Get("Content-Encoding") != "br" {
					t.Errorf("%s is not compressed", at)
				}
			}
		}
		if _, got := request(t, http.MethodGet, s.URL+base+"/two/sub/pic.png"); got != "\x89PNG two" {
			t.Errorf("another picture: %q", got)
		}
	}
}

// An address without its slash leads to the one with it, below the base path.
func TestSlashes(t *testing.T) {
	s := testSite(t, Config{Articles: twoNotes(t), Pages: builder(t, pages.Config{URL: "https://example.org/notes/"})})
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for path, want := range map[string]string{"/notes": "/notes/", "/notes/one": "/notes/one/", "/one": "/notes/one/", "//evil.example/one": ""} {
		resp, err := client.Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("Location"); got != want {
			t.Errorf("%s leads to %q (%s), want %q", path, got, resp.Status, want)
		}
	}
}

// What is published anew is answered with at once, and nothing of before.
func TestPublish(t *testing.T) {
	site, err := New(bareSite(Config{Articles: twoNotes(t)}))
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(site)
	defer s.Close()
	if err := site.Publish(builder(t, pages.Config{}), alone(&render.Article{Title: "Anew"}, nil)); err != nil {
		t.Fatal(err)
	}
	if _, body := request(t, http.MethodGet, s.URL+"/"); !strings.Contains(body, "<title>Anew</title>") {
		t.Errorf("the page is\n%s", body)
	}
	if resp, _ := request(t, http.MethodGet, s.URL+"/one/"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("what is gone: %s", resp.Status)
	}
}
