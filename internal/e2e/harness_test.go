package e2e

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"

	"playground/internal/sandbox/sandboxtest"
)

// patience is how long a test waits for anything at all. Machines that run
// tests are slow and shared.
const patience = 90 * time.Second

// world is what all tests share.
type world struct {
	browser context.Context
	// post, fixture and scripts are the addresses of the built-in article, of
	// testdata/post.md and of testdata/scripts.md.
	post, fixture, scripts string
}

// The one world of this test binary; made by TestMain, read by tests.
var shared *world

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(runAll(m))
}

func runAll(m *testing.M) int {
	path := findBrowser()
	if path == "" {
		if os.Getenv("CI") != "" {
			fmt.Fprintln(os.Stderr, "e2e: no Chromium on the PATH, and CI is set: install the package chromium")
			return 1
		}
		return m.Run() // every test skips
	}
	dir, err := os.MkdirTemp("", "playground-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	w, stop, err := startWorld(path, dir)
	defer stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	shared = w
	code := m.Run()
	if firefoxStarted {
		if f, err := sharedFirefox(); err == nil {
			f.close()
		}
	}
	return code
}

func findBrowser() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// startWorld starts everything. stop is never nil and waits for what it ends.
func startWorld(browser, dir string) (w *world, stop func(), err error) {
	var stops []func()
	stop = func() {
		for i := len(stops) - 1; i >= 0; i-- {
			stops[i]()
		}
	}
	w = &world{}
	binary, err := sandboxtest.Build()
	if err != nil {
		return nil, stop, err
	}
	for _, s := range []struct {
		address *string
		args    []string
	}{
		{&w.post, nil},
		{&w.fixture, []string{"--post", filepath.Join("testdata", "post.md")}},
		{&w.scripts, []string{"--post", filepath.Join("testdata", "scripts.md")}},
	} {
		url, end, err := serve(binary, s.args...)
		if err != nil {
			return nil, stop, err
		}
		stops = append(stops, end)
		*s.address = url
	}
	ctx, end, err := launch(browser, filepath.Join(dir, "profile"))
	stops = append(stops, end)
	w.browser = ctx
	return w, stop, err
}

var servedAt = regexp.MustCompile(`http://[^/ ]+/`)

// serve starts the server and returns the address that it prints.
func serve(binary string, args ...string) (url string, stop func(), err error) {
	cmd := exec.Command(binary, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	var errors safeBuffer
	cmd.Stderr = &errors
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() { terminate(cmd) }
	line, _ := bufio.NewReader(stdout).ReadString('\n')
	if url = servedAt.FindString(line); url == "" {
		stop()
		return "", nil, fmt.Errorf("the server printed no address but %q\n%s", line, errors.String())
	}
	go io.Copy(io.Discard, stdout)
	return url, stop, nil
}

// terminate ends a server as an operator does, and as a last resort by force.
func terminate(cmd *exec.Cmd) {
	force := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	defer force.Stop()
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait()
}

// launch starts the browser.
func launch(path, profile string) (context.Context, func(), error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.NoSandbox, // as root there is no other way; the pages are ours
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.WSURLReadTimeout(patience),
	)
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocator)
	stop := func() {
		closing, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		if err := chromedp.Cancel(closing); err != nil && !errors.Is(err, context.Canceled) {
			fmt.Fprintln(os.Stderr, "e2e: close the browser:", err)
		}
		stopAllocator()
	}
	if err := chromedp.Do(ctx); err != nil {
		return ctx, stop, fmt.Errorf("start %s: %w", path, err)
	}
	return ctx, stop, nil
}

// safeBuffer is a strings.Builder that may be read while it is written.
type safeBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// tab is one page of the browser.
type tab struct {
	*testing.T
	ctx       context.Context
	troubles  safeBuffer
	tolerated []string
	// withoutEditor: the editor proper is kept away.
	withoutEditor bool
	// fox is the tab in Firefox, if it is none of Chromium's.
	fox *foxTab
}

// needBrowser skips a test where there is none.
func needBrowser(t *testing.T) {
	t.Helper()
	if shared == nil {
		t.Skip("no Chromium on the PATH: install the package chromium")
	}
}

// binary is the program, built, for tests that start it themselves.
func binary(t *testing.T) string {
	t.Helper()
	needBrowser(t)
	path, err := sandboxtest.Build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// newTab opens an empty tab. A page that throws, or breaks its own content
// security policy, fails the test.
func newTab(t *testing.T) *tab {
	t.Helper()
	needBrowser(t)
	if inFirefox(t) {
		return newFoxTab(t)
	}
	ctx, closeTab := chromedp.NewContext(shared.browser)
	t.Cleanup(closeTab)
	p := &tab{T: t, ctx: ctx}
	if err := chromedp.Listen(ctx, p.listen); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	t.Cleanup(cancel)
	p.ctx = ctx
	t.Cleanup(p.failOfTroubles)
	return p
}

func (p *tab) failOfTroubles() {
	for trouble := range strings.Lines(p.troubles.String()) {
		if !slices.ContainsFunc(p.tolerated, func(s string) bool { return strings.Contains(trouble, s) }) {
			p.Errorf("the page complained: %s", trouble)
		}
	}
}

// keepEditorAway lets only the plain editor be loaded, on pages that are opened
// from now on.
func (p *tab) keepEditorAway() {
	p.Helper()
	p.withoutEditor = true
	p.tolerate("ERR_BLOCKED_BY_CLIENT")
	call(p, network.SetBlockedURLs, network.SetBlockedURLsParams{
		URLPatterns: []*network.BlockPattern{{URLPattern: "*://*:*/*/editor/rich.js", Block: true}},
	})
}

// tolerate lets the browser complain of what a test does to its connections.
func (p *tab) tolerate(text string) { p.tolerated = append(p.tolerated, text) }

func (p *tab) listen(event any) {
	switch e := event.(type) {
	case *cdpruntime.EventExceptionThrown:
		fmt.Fprintln(&p.troubles, e.ExceptionDetails.Text, e.ExceptionDetails.URL)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			fmt.Fprintln(&p.troubles, e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	}
}

// do runs Chromium's actions and ends the test if one fails.
func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if p.fox != nil {
		p.Fatal("this is for Chromium only: have it done by a method that knows both")
	}
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.Fatal(err)
	}
}

// call runs a command of the browser's protocol.
func call[P, R any](p *tab, cmd cdp.Command[P, R], params P) R {
	p.Helper()
	r, err := chromedp.Call(p.ctx, cmd, params)
	if err != nil {
		p.Fatal(err)
	}
	return r
}

// get returns what an action yields.
func get[T any](p *tab, action chromedp.Action[T]) T {
	p.Helper()
	v, err := chromedp.Run(p.ctx, action)
	if err != nil {
		p.Fatal(err)
	}
	return v
}

// open loads a page, without edits that an earlier test left in the browser,
// and waits for its widgets.
func (p *tab) open(url string) {
	p.Helper()
	if p.fox != nil { // it has a storage of its own
		p.reopen(url)
		return
	}
	call(p, storage.ClearDataForOrigin, storage.ClearDataForOriginParams{
		Origin: strings.TrimSuffix(url, "/"), StorageTypes: "local_storage",
	})
	p.reopen(url)
}

// reopen loads a page with the edits that were made before.
func (p *tab) reopen(url string) {
	p.Helper()
	p.navigate(url)
	p.ready()
}

func (p *tab) navigate(url string) {
	p.Helper()
	if p.fox != nil {
		p.foxCall("browsingContext.navigate", map[string]any{"context": p.fox.context, "url": url, "wait": "complete"}, nil)
		return
	}
	p.do(chromedp.Navigate(url))
}

// reload loads the page again, as the reader's key does.
func (p *tab) reload() {
	p.Helper()
	if p.fox != nil {
		p.foxCall("browsingContext.reload", map[string]any{"context": p.fox.context, "wait": "complete"}, nil)
		return
	}
	p.do(chromedp.Reload())
}

// ready waits for the page's widgets.
func (p *tab) ready() {
	p.Helper()
	p.until("every widget is ready", `document.readyState === 'complete' && customElements.get('code-runner') !== undefined &&
		document.querySelectorAll('code-runner:not([data-state])').length === 0`)
}

// script runs JavaScript for its effect.
func (p *tab) script(code string) {
	p.Helper()
	if p.fox != nil {
		p.foxEval(code, nil)
		return
	}
	p.do(chromedp.Evaluate[chromedp.Void](code))
}

// eval returns what a JavaScript expression yields.
func eval[T any](p *tab, expression string) T {
	p.Helper()
	if p.fox != nil {
		var v T
		p.foxEval(expression, &v)
		return v
	}
	return get(p, chromedp.Evaluate[T](expression))
}

// until polls a JavaScript condition. One that throws does not hold: what it asks of
// is not there yet.
func (p *tab) until(what, condition string) {
	p.Helper()
	tried := "(() => { try { return (" + condition + ") ? '' : 'it does not hold'; } catch (e) { return String(e); } })()"
	for deadline := time.Now().Add(patience / 2); ; {
		why := eval[string](p, tried)
		if why == "" {
			return
		}
		if time.Now().After(deadline) {
			p.Fatalf("waited in vain until %s: %s:\n%s\n%s", what, why, condition, eval[string](p, whatWidgetsSay))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// whatWidgetsSay is what the failing of a wait is explained with.
const whatWidgetsSay = `[...document.querySelectorAll('code-runner:not([data-state="idle"])')]
	.map((w) => w.id + ' ' + w.dataset.state + ' ' + w.dataset.status + ': ' + w.querySelector('.status')?.textContent)
	.join('\n')`

// click clicks on what a selector finds first.
func (p *tab) click(selector string) {
	p.Helper()
	if p.fox != nil {
		p.foxClick(selector)
		return
	}
	p.do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// emulate sets a media feature, such as prefers-color-scheme.
func (p *tab) emulate(feature, value string) {
	p.Helper()
	if p.fox != nil {
		p.foxTheme(feature, value)
		return
	}
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: feature, Value: value}},
	})
}

// size sets the viewport in CSS pixels; a narrow one is a phone's.
func (p *tab) size(width, height int64) {
	p.Helper()
	if p.fox != nil {
		p.foxCall("browsingContext.setViewport", map[string]any{
			"context": p.fox.context, "viewport": map[string]int64{"width": width, "height": height},
		}, nil)
		return
	}
	call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: height, DeviceScaleFactor: 2, Mobile: width < 500,
	})
}
