package e2e

//lint:file-ignore SA1019 the library's name in this module, as in internal/stream

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"nhooyr.io/websocket"
	"nhooyr.io/websocket/wsjson"
)

// firefox is a running Firefox, spoken to in WebDriver BiDi. Its commands may be
// given by several goroutines; one goroutine reads what it says, and ends with the
// connection.
type firefox struct {
	command *exec.Cmd
	conn    *websocket.Conn
	read    chan struct{} // closed when nothing is read any more

	mu      sync.Mutex
	last    int
	waiting map[int]chan foxMessage
	tabs    map[string]func(foxLog) // by browsing context
}

// foxMessage is an answer to a command, or an event.
type foxMessage struct {
	Type    string          `json:"type"`
	ID      int             `json:"id"`
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
}

// foxLog is what a page complained of.
type foxLog struct {
	Level, Type, Text string
	Source            struct{ Context string }
}

// The one Firefox of this test binary, started by the first test that needs it and
// ended by runAll.
var sharedFirefox = sync.OnceValues(startFirefox)

// firefoxStarted says whether runAll has one to end.
var firefoxStarted bool

// needFirefox skips a test where there is none; in CI it is promised.
func needFirefox(t *testing.T) *firefox {
	t.Helper()
	if _, err := exec.LookPath("firefox-esr"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no Firefox on the PATH, and CI is set: install the package firefox-esr")
		}
		t.Skip("no Firefox on the PATH: install the package firefox-esr")
	}
	f, err := sharedFirefox()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// foxPreferences keep a new profile from the network and from greeting anybody.
var foxPreferences = map[string]any{
	"app.normandy.enabled":                       false,
	"app.update.disabledForTesting":              true,
	"browser.aboutwelcome.enabled":               false,
	"browser.safebrowsing.blockedURIs.enabled":   false,
	"browser.safebrowsing.downloads.enabled":     false,
	"browser.safebrowsing.malware.enabled":       false,
	"browser.safebrowsing.phishing.enabled":      false,
	"browser.shell.checkDefaultBrowser":          false,
	"browser.startup.page":                       0,
	"datareporting.policy.dataSubmissionEnabled": false,
	"extensions.getAddons.cache.enabled":         false,
	"extensions.update.enabled":                  false,
	"network.captive-portal-service.enabled":     false,
	"network.connectivity-service.enabled":       false,
	"services.settings.server":                   "data:,#remote-settings-dummy/v1",
	"toolkit.telemetry.enabled":                  false,
	// Tabs behind the one in front are tested too.
	"dom.min_background_timeout_value":           4,
	"dom.timeout.enable_budget_timer_throttling": false,
}

func startFirefox() (*firefox, error) {
	firefoxStarted = true
	dir, err := os.MkdirTemp("", "playground-firefox-")
	if err != nil {
		return nil, err
	}
	var preferences strings.Builder
	for name, value := range foxPreferences {
		v, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&preferences, "user_pref(%q, %s);\n", name, v)
	}
	if err := os.WriteFile(filepath.Join(dir, "user.js"), []byte(preferences.String()), 0o600); err != nil {
		return nil, err
	}
	f := &firefox{read: make(chan struct{}), waiting: make(map[int]chan foxMessage), tabs: make(map[string]func(foxLog))}
	f.command = exec.Command("firefox-esr", "--headless", "--no-remote", "--profile", dir, "--remote-debugging-port", "0", "about:blank")
	f.command.Env = append(os.Environ(), "HOME="+dir, "MOZ_CRASHREPORTER_DISABLE=1")
	f.command.WaitDelay = 5 * time.Second // its children have our pipe
	stderr, err := f.command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := f.command.Start(); err != nil {
		close(f.read)
		return nil, err
	}
	address, err := foxAddress(stderr)
	if err == nil {
		err = f.connect(address)
	}
	if err != nil {
		f.close()
		return nil, fmt.Errorf("start Firefox: %w", err)
	}
	return f, nil
}

// foxAddress waits until Firefox says where it listens, and then lets it say what
// it likes.
func foxAddress(stderr io.Reader) (string, error) {
	const says = "WebDriver BiDi listening on "
	var said strings.Builder
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		if address, ok := strings.CutPrefix(lines.Text(), says); ok {
			go io.Copy(io.Discard, stderr) // it ends with Firefox
			return address + "/session", nil
		}
		fmt.Fprintln(&said, lines.Text())
	}
	return "", fmt.Errorf("it did not say where it listens, but: %s", said.String())
}

func (f *firefox) connect(address string) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if f.conn, _, err = websocket.Dial(ctx, address, nil); err != nil {
		close(f.read)
		return err
	}
	f.conn.SetReadLimit(64 << 20)
	go f.listen()
	if err := f.call(ctx, "session.new", map[string]any{"capabilities": map[string]any{}}, nil); err != nil {
		return err
	}
	return f.call(ctx, "session.subscribe", map[string]any{"events": []string{"log.entryAdded"}}, nil)
}

// listen hands out answers and complaints until the connection ends.
func (f *firefox) listen() {
	defer close(f.read)
	for {
		var m foxMessage
		if err := wsjson.Read(context.Background(), f.conn, &m); err != nil {
			return
		}
		f.mu.Lock()
		if m.Type == "event" {
			f.complain(m)
		} else if answer := f.waiting[m.ID]; answer != nil {
			answer <- m // it has room for one
			delete(f.waiting, m.ID)
		}
		f.mu.Unlock()
	}
}

func (f *firefox) complain(m foxMessage) {
	var said foxLog
	if err := json.Unmarshal(m.Params, &said); err == nil && f.tabs[said.Source.Context] != nil {
		f.tabs[said.Source.Context](said)
	}
}

// call gives a command and waits for its result.
func (f *firefox) call(ctx context.Context, method string, params any, result any) error {
	answer := make(chan foxMessage, 1)
	f.mu.Lock()
	f.last++
	id := f.last
	f.waiting[id] = answer
	f.mu.Unlock()
	if err := wsjson.Write(ctx, f.conn, map[string]any{"id": id, "method": method, "params": params}); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case m := <-answer:
		if m.Error != "" {
			return fmt.Errorf("%s: %s: %s", method, m.Error, m.Message)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(m.Result, result)
	case <-f.read:
		return fmt.Errorf("%s: Firefox is gone", method)
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
}

// close ends Firefox and waits for it, and takes its profile away.
func (f *firefox) close() {
	if f.conn != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := f.call(ctx, "browser.close", map[string]any{}, nil); err != nil && !errors.Is(err, net.ErrClosed) {
			fmt.Fprintln(os.Stderr, "e2e: close Firefox:", err)
		}
		defer f.conn.CloseNow()
	}
	force := time.AfterFunc(10*time.Second, func() { f.command.Process.Kill() })
	defer force.Stop()
	f.command.Wait()
	os.RemoveAll(f.command.Args[4])
}

// foxTab is a tab of Firefox, with a storage of its own.
type foxTab struct {
	*firefox
	context string
}

// newFoxTab opens a tab as newTab does in Chromium.
func newFoxTab(t *testing.T) *tab {
	t.Helper()
	f := needFirefox(t)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	p := &tab{T: t, ctx: ctx, fox: &foxTab{firefox: f}}
	var user struct {
		UserContext string `json:"userContext"`
	}
	p.foxCall("browser.createUserContext", map[string]any{}, &user)
	p.foxCall("browsingContext.create", map[string]any{"type": "tab", "userContext": user.UserContext}, p.fox)
	f.mu.Lock()
	f.tabs[p.fox.context] = p.foxComplains
	f.mu.Unlock()
	p.size(1280, 800)
	t.Cleanup(func() {
		f.mu.Lock()
		delete(f.tabs, p.fox.context)
		f.mu.Unlock()
		if err := f.call(ctx, "browser.removeUserContext", user, nil); err != nil { // its tabs end with it
			t.Error(err)
		}
		p.failOfTroubles()
	})
	return p
}

// UnmarshalJSON reads what the command for a new tab results in.
func (b *foxTab) UnmarshalJSON(data []byte) error {
	var created struct{ Context string }
	err := json.Unmarshal(data, &created)
	b.context = created.Context
	return err
}

// foxLeaving is what Firefox says of what a page was still loading when it was left.
// Where something cannot be loaded at all, what needs it fails.
var foxLeaving = regexp.MustCompile("error loading dynamically imported module|NetworkError when attempting to fetch|AbortError")

func (p *tab) foxComplains(said foxLog) {
	if said.Level == "error" && said.Type == "javascript" && !foxLeaving.MatchString(said.Text) {
		fmt.Fprintln(&p.troubles, said.Text)
	}
}

func (p *tab) foxCall(method string, params any, result any) {
	p.Helper()
	if err := p.fox.call(p.ctx, method, params, result); err != nil {
		p.Fatal(err)
	}
}

// foxEval evaluates an expression, or runs statements. What an expression yields comes
// as JSON: BiDi's own way of writing values takes long for many.
func (p *tab) foxEval(code string, result any) {
	p.Helper()
	var said struct {
		Type             string
		Result           struct{ Value any }
		ExceptionDetails struct{ Text string }
	}
	if result != nil {
		code = "JSON.stringify((" + code + ") ?? null)"
	}
	p.foxCall("script.evaluate", map[string]any{
		"expression": code, "target": map[string]string{"context": p.fox.context}, "awaitPromise": false,
		"serializationOptions": map[string]any{"maxDomDepth": 0, "maxObjectDepth": 0}, "userActivation": true,
	}, &said)
	if said.Type == "exception" {
		p.Fatalf("%s\n%s", said.ExceptionDetails.Text, code)
	}
	if result == nil {
		return
	}
	text, _ := said.Result.Value.(string) // as JSON.stringify made it
	if err := json.Unmarshal([]byte(text), result); err != nil {
		p.Fatalf("%v\n%s", err, code)
	}
}

// foxClick moves the pointer to an element and clicks.
func (p *tab) foxClick(selector string) {
	p.Helper()
	p.until("there is "+selector, "document.querySelector("+quote(selector)+")?.checkVisibility() === true")
	p.foxEval("document.querySelector("+quote(selector)+").scrollIntoView({block: 'center', behavior: 'instant'})", nil)
	var found struct{ Nodes []struct{ SharedID string } }
	p.foxCall("browsingContext.locateNodes", map[string]any{
		"context": p.fox.context, "locator": map[string]string{"type": "css", "value": selector}, "maxNodeCount": 1,
	}, &found)
	origin := map[string]any{"type": "element", "element": map[string]string{"sharedId": found.Nodes[0].SharedID}}
	p.foxActions("pointer", []map[string]any{
		{"type": "pointerMove", "x": 0, "y": 0, "origin": origin}, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0},
	})
}

func (p *tab) foxActions(kind string, actions []map[string]any) {
	p.Helper()
	p.foxCall("input.performActions", map[string]any{
		"context": p.fox.context, "actions": []any{map[string]any{"type": kind, "id": kind, "actions": actions}},
	}, nil)
}

// foxKeys are the names of keys that WebDriver has numbers for.
var foxKeys = map[string]string{
	"Enter": "\ue007", "F1": "\ue031", "End": "\ue010", "ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015",
	"Tab": "\ue004", "Escape": "\ue00c", "Shift": "\ue008", "Control": "\ue009", "Alt": "\ue00a", "Meta": "\ue03d",
}

// foxPress presses a key, by its name or its character, while others are held.
func (p *tab) foxPress(name string, held ...string) {
	p.Helper()
	var actions []map[string]any
	key := func(kind, name string) {
		if number, ok := foxKeys[name]; ok {
			name = number
		}
		actions = append(actions, map[string]any{"type": kind, "value": name})
	}
	for _, h := range held {
		key("keyDown", h)
	}
	key("keyDown", name)
	key("keyUp", name)
	for _, h := range held {
		key("keyUp", h)
	}
	p.foxActions("key", actions)
}

// foxTheme has pages that are opened from now on find a theme that their reader
// has chosen: what the system prefers cannot be set from here.
func (p *tab) foxTheme(feature, value string) {
	p.Helper()
	if feature != "prefers-color-scheme" {
		p.Fatalf("Firefox cannot be asked to pretend %s", feature)
	}
	p.foxCall("script.addPreloadScript", map[string]any{
		"functionDeclaration": "() => { try { localStorage.setItem('playground:theme', " + quote(value) + ") } catch {} }",
		"contexts":            []string{p.fox.context},
	}, nil)
}
