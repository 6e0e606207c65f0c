package site

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"playground/internal/render"
)

const formPost = "# T\n\n```go runner title=\"A & b\" id=one wall=2s procs=2 args=\"-n 'two words'\" stdin=\"3\\n\"\npackage main\n\nfunc main() {}\n```\n\n```go runner title=Two id=two\npackage main\n```\n"

// submit sends a form as a browser does.
func submit(t *testing.T, to, run string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader(url.Values{"run": {run}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
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

// A form runs the author's program in the client's name, and its page has what
// that printed at the block, as text.
func TestForm(t *testing.T) {
	post, err := render.Render("post.md", []byte(formPost), render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var asked struct {
		Source string
		Limits struct{ WallMs int }
		Args   []string
		Stdin  string
		Procs  int
	}
	var from, host string
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, host = r.Header.Get("X-Forwarded-For"), r.Host
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			t.Error(err)
		}
		io.WriteString(w, `{"type":"session","session":"x"}
{"type":"start","limits":{"wallMs":2000}}
{"type":"diagnostic","severity":"warning","message":"vet <b>","file":"prog.go","line":3,"column":6}
{"type":"stdout","body":"a <script>alert(1)<"}
{"type":"stdout","body":"/script>\nb\u202e\u0007"}
{"type":"stderr","body":"oh\n"}
{"type":"end","status":"ok","reason":"finished in 3 ms"}
`)
	})
	s := testSite(t, Config{Articles: alone(post, nil), API: api})
	resp, page := submit(t, s.URL+"/", "one", "Sec-Fetch-Site", "same-origin", "Origin", "null", "X-Forwarded-For", "192.0.2.7")
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Cache-Control") != "no-store" || resp.Header.Get("ETag") != "" {
		t.Errorf("answered %s with %v", resp.Status, resp.Header)
	}
	if asked.Source != post.Blocks[0].Source || asked.Limits.WallMs != 2000 || from != "192.0.2.7" || host != strings.TrimPrefix(s.URL, "http://") {
		t.Errorf("asked for %+v, from %q, of %q", asked, from, host)
	}
	if strings.Join(asked.Args, "|") != "-n|two words" || asked.Stdin != "3\n" || asked.Procs != 2 {
		t.Errorf("the author's arguments, input and processors are %+v", asked)
	}
	for _, want := range []string{
		`<div class="out stdout"><span class="text">a &lt;script&gt;alert(1)&lt;/script&gt;` + "\n</span></div>",
		`<span class="text">b⟨U&#43;202E⟩⟨U&#43;0007⟩</span>`,
		`<span class="unseen">stderr: </span><span class="text">oh`,
		`<span class="place">prog.go:3:6</span> <span class="severity">warning</span><span class="message">vet &lt;b&gt;</span>`,
		`<p class="log-note">finished in 3 ms</p>`,
	} {
		at := strings.Index(page, want)
		if at < 0 {
			t.Errorf("the page lacks %s", want)
		} else if at < strings.Index(page, `id="one"`) || at > strings.Index(page, `id="two"`) {
			t.Errorf("%s is not at its block", want)
		}
	}
	if _, plain := request(t, http.MethodGet, s.URL+"/"); strings.Contains(plain, "finished in") {
		t.Error("others are sent the answer too")
	}
}

// What the API refuses is said at the block; what no page of ours sends is
// refused.
func TestFormRefused(t *testing.T) {
	post, err := render.Render("post.md", []byte(formPost), render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, `{"type":"error","code":"busy","message":"busy: try again in 4 s"}`)
	})
	s := testSite(t, Config{Articles: alone(post, nil), API: api})
	if _, page := submit(t, s.URL+"/", "two"); !strings.Contains(page, `<p class="log-note">busy: try again in 4 s</p>`) {
		t.Error("the page does not say why")
	}
	for _, test := range []struct {
		run    string
		header []string
		status int
	}{
		{"three", nil, http.StatusBadRequest},
		{"", nil, http.StatusBadRequest},
		{"one" + strings.Repeat("x", 5000), nil, http.StatusBadRequest},
		{"one", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://example.com"}, http.StatusForbidden},
		{"one", []string{"Origin", "https://example.com"}, http.StatusForbidden},
	} {
		if resp, _ := submit(t, s.URL+"/", test.run, test.header...); resp.StatusCode != test.status {
			t.Errorf("%.10q with %v: %s, want %d", test.run, test.header, resp.Status, test.status)
		}
	}
	if asked != 1 {
		t.Errorf("%d programs were run", asked)
	}
}
