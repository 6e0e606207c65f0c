package e2e

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"playground/internal/render"
	"playground/internal/script"
)

// openScripts opens the article whose programs run in the browser.
func openScripts(t *testing.T, id string) widget {
	t.Helper()
	p := newTab(t)
	p.open(shared.scripts)
	return widget{p, id}
}

// scriptOf is a program of that article.
func scriptOf(t *testing.T, id string) *render.Block {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "scripts.md"))
	if err != nil {
		t.Fatal(err)
	}
	article, err := render.Render("scripts.md", text, render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return article.Block(id)
}

// inNode are the lines that Node prints for a program.
func inNode(t *testing.T, b *render.Block) []string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no node on the PATH, and CI is set: install the package nodejs")
		}
		t.Skip("no node on the PATH to compare with: install the package nodejs")
	}
	compiled, found := script.Compile(script.Language(b.Lang), b.Source)
	if len(found) > 0 {
		t.Fatal(found)
	}
	file := filepath.Join(t.TempDir(), "program.mjs")
	if err := os.WriteFile(file, []byte(compiled.Code), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, node, file)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("node: %v\n%s", err, out.String())
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

// What programs print, and in which order, is what Node prints.
func TestScriptsPrintWhatNodePrints(t *testing.T) {
	for _, id := range []string{"order", "bounded", "cancelled", "shapes", "fields"} {
		t.Run(id, func(t *testing.T) {
			w := openScripts(t, id)
			w.run()
			if status := w.waitEnd(); status != "ok" {
				t.Errorf("status is %q: %s", status, w.text(".status"))
			}
			if diff := cmp.Diff(inNode(t, scriptOf(t, id)), w.output()); diff != "" {
				t.Errorf("output (-node +browser):\n%s", diff)
			}
		})
	}
}

// How a program ends is told with the reader's line, in the words of the status.
func TestScriptsEnd(t *testing.T) {
	w := openScripts(t, "")
	for _, c := range []struct{ id, status, reason, output string }{
		{"throws", "panic", "uncaught TypeError at line 5 after ", "before\nUncaught TypeError: no good\n    at Object.run (program.ts:5:11)\n    at program.ts:9:22"},
		{"rejects", "panic", "uncaught Error at line 5 after ", "Uncaught (in promise) Error: nobody hears\n    at fail (program.ts:5:9)"},
		{"unsettled", "exit", "exited with status 13 after ", "waiting"},
		{"long", "wall_limit", "stopped: 0.5 s of wall time used", "begun"},
		{"broken", "compile_error", "did not compile: 1 error", ""},
		{"busy", "ok", "finished in ", "true"},
		{"node", "panic", "uncaught ReferenceError at line 1 after ", "Uncaught ReferenceError: require is not defined\n    at program.js:1:9"},
	} {
		b := w.widget(c.id)
		b.run()
		if status := b.waitEnd(); status != c.status {
			t.Errorf("%s: status is %q, want %q", c.id, status, c.status)
		}
		if said := b.text(".reason"); !strings.HasPrefix(said, c.reason) {
			t.Errorf("%s: it says %q, want %q…", c.id, said, c.reason)
		}
		if got := strings.Join(b.output(), "\n"); got != c.output {
			t.Errorf("%s: it printed\n%s\nwant\n%s", c.id, got, c.output)
		}
	}
	if hint := w.widget("node").text(".reason"); !strings.Contains(hint, "Node\u2019s") {
		t.Errorf("of what only Node has it says %q", hint)
	}
	if place := w.widget("broken").text(".diagnostics .place"); place != "program.ts:2:11" {
		t.Errorf("the syntax error is at %q", place)
	}
}

// A program that never yields has printed what it printed, and is stopped.
func TestScriptsStop(t *testing.T) {
	w := openScripts(t, "turns")
	w.run()
	w.waitOutput("and turning")
	w.script(`{
		const runner = ` + w.js() + `;
		const from = performance.now();
		new MutationObserver(() => {
			if (runner.dataset.state === 'ended') window.took ??= performance.now() - from;
		}).observe(runner, {attributes: true});
		runner.querySelector('button.stop').click();
	}`)
	if status := w.waitEnd(); status != "killed" {
		t.Errorf("status is %q", status)
	}
	// What is promised is 50 ms, which a busy machine need not keep.
	t.Logf("stopped after %.1f ms", eval[float64](w.tab, "window.took"))
	if frames := eval[int](w.tab, "document.querySelectorAll('iframe').length"); frames != 0 {
		t.Errorf("%d frames are left", frames)
	}
}

// A flood ends at the limit, and leaves the page able to answer.
func TestScriptsFlood(t *testing.T) {
	w := openScripts(t, "floods")
	w.run()
	if status := w.waitEnd(); status != "output_limit" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
	if printed := eval[int](w.tab, w.js()+".querySelectorAll('.out').length"); printed == 0 {
		t.Error("no line is shown")
	}
}

// Nothing is reachable from where a program runs: not the network, no storage, not
// the page, and not the channel by which its own end is told.
func TestScriptsAreWalledIn(t *testing.T) {
	w := openScripts(t, "walls")
	w.tolerate("security")
	w.tolerate("Content Security Policy")
	w.run()
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
	lines := w.output()
	if len(lines) != 16 || lines[15] != "null" {
		t.Errorf("it printed %q", lines)
	}
	for _, line := range lines {
		if strings.HasSuffix(line, "let through") {
			t.Error(line)
		}
	}
}

// What a reader changed is compiled by the server's worker, and runs in the
// browser. What is loaded is loaded by pages that have such programs only.
func TestScriptsEdited(t *testing.T) {
	w := openScripts(t, "fields")
	w.edit("const x: number = 41;\nconsole.log(x + 1);\nconsole.error(new Error('mine'));\n")
	w.run()
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
	if diff := cmp.Diff([]string{"42", "Error: mine", "    at program.ts:3:15"}, w.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	w.edit("const x: = 1;\n")
	w.run()
	if status := w.waitEnd(); status != "compile_error" || w.text(".diagnostics .place") != "program.ts:1:10" {
		t.Errorf("status is %q, place %q", status, w.text(".diagnostics .place"))
	}
	w.edit("import fs from 'node:fs';\nfs.rm('/');\n")
	w.run()
	if status := w.waitEnd(); status != "compile_error" || !strings.Contains(w.text(".diagnostics .message"), "Node's module fs") {
		t.Errorf("status is %q, message %q", status, w.text(".diagnostics .message"))
	}
	plain := openFixture(t, "quick")
	plain.run()
	plain.waitEnd()
	if loaded := eval[int](plain.tab, "performance.getEntriesByType('resource').filter((r) => r.name.includes('frame')).length"); loaded != 0 {
		t.Errorf("a page without scripts loaded %d files for them", loaded)
	}
}

// Where the browser has no workers in such frames, as WebKit, the program runs in
// the frame itself.
func TestScriptsWithoutWorkers(t *testing.T) {
	p := newTab(t)
	p.tolerate("Content Security Policy")
	p.open(withoutWorkers(t, shared.scripts))
	w := widget{p, "bounded"}
	w.run()
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
	if diff := cmp.Diff(inNode(t, scriptOf(t, "bounded")), w.output()); diff != "" {
		t.Errorf("output (-node +browser):\n%s", diff)
	}
}

// withoutWorkers is a proxy before a server that takes the right to workers from
// the frame's page.
func withoutWorkers(t *testing.T, address string) string {
	t.Helper()
	server, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(server)
			r.Out.Header.Del("Accept-Encoding")
		},
		ModifyResponse: func(r *http.Response) error {
			if !strings.HasSuffix(r.Request.URL.Path, "/frame.html") {
				return nil
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			body = bytes.Replace(body, []byte("worker-src blob:"), []byte("worker-src 'none'"), 1)
			r.Body = io.NopCloser(bytes.NewReader(body))
			r.ContentLength = int64(len(body))
			r.Header.Set("Content-Length", strconv.Itoa(len(body)))
			return nil
		},
	}
	s := httptest.NewServer(proxy)
	t.Cleanup(s.Close)
	return s.URL + "/"
}

// What a program says behind the back of its console changes nothing, and the
// frame's page is harmless when it is opened by itself.
func TestScriptsCannotSpeakForTheFrame(t *testing.T) {
	w := openScripts(t, "fields")
	w.edit(`const said = { end: { status: "ok" }, printed: ["stdout", 0, "forged"], begun: true };
for (const target of [self, globalThis, (self as any).parent, (self as any).opener]) {
  try { target?.postMessage(said, "*"); } catch {}
  try { target?.onmessage?.({ data: said, ports: [] }); } catch {}
}
MessagePort.prototype.postMessage = () => { throw new Error("caught"); };
Array.prototype.push = () => { throw new Error("caught"); };
String.prototype.replaceAll = () => "forged";
self.dispatchEvent(new MessageEvent("message", { data: said }));
try { console.log("mine"); } catch { }
`)
	w.run()
	if status := w.waitEnd(); status != "ok" && status != "panic" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
	if lines := w.output(); len(lines) > 1 {
		t.Errorf("it printed %q", lines)
	}
	frame := eval[string](w.tab, "performance.getEntriesByType('resource').find((r) => r.name.endsWith('frame.html')).name")
	p := newTab(t)
	p.do(chromedp.Navigate(frame))
	if origin := eval[string](p, "self.origin"); origin != "null" {
		t.Errorf("by itself the frame's page has the origin %s", origin)
	}
}
