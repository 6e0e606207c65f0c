package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// countingSource prints a number every 20 ms.
const countingSource = `package main

import (
	"fmt"
	"time"
)

func main() {
	for i := range 200 {
		fmt.Println(i)
		time.Sleep(20 * time.Millisecond)
	}
}
`

func counted() []string {
	var lines []string
	for i := range 200 {
		lines = append(lines, fmt.Sprint(i))
	}
	return lines
}

// A connection that breaks while a program runs, even more than once, costs the
// reader nothing.
func TestResumeAfterCuts(t *testing.T) {
	network := newWire(t, shared.fixture)
	p := newTab(t)
	p.tolerate("net::ERR_")
	p.open(network.url)
	w := p.widget("quick")
	w.edit(countingSource)
	w.run()
	for _, line := range []string{"10", "60", "110"} {
		w.waitOutput(line)
		network.cut(false)
	}
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
	if diff := cmp.Diff(counted(), w.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

// A server of several that stands still, with its connections open, is left for another
// within its own time, not the one that a page gives a server that is alone.
func TestLeavesAServerThatStandsStill(t *testing.T) {
	p := newTab(t)
	p.open(shared.fixture)
	p.script(`
		const Original = WebSocket;
		window.sockets = [];
		window.WebSocket = class extends Original {
			constructor(url) {
				super(url);
				sockets.push(this);
				this.made = performance.now();
				this.addEventListener('message', (e) => { if (this.still) e.stopImmediatePropagation(); });
				this.addEventListener('open', () => this.dispatchEvent(new MessageEvent('message', {data: '{"type":"beat","silenceMs":600}'})));
			}
		}`)
	w := p.widget("quick")
	w.edit(strings.Replace(countingSource, "200", "60", 1))
	w.run()
	w.waitOutput("10")
	p.script("sockets[0].still = true; window.still = performance.now()")
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
	if diff := cmp.Diff(counted()[:60], w.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	if ms := eval[float64](p, "sockets.length > 1 ? sockets[1].made - still : 1e9"); ms > 15_000 {
		t.Errorf("the page made another connection after %v ms", ms)
	}
}

// While the network is down the page says so; when it is back the run goes on.
func TestOutage(t *testing.T) {
	network := newWire(t, shared.fixture)
	p := newTab(t)
	p.tolerate("net::ERR_")
	p.open(network.url)
	w := p.widget("quick")
	w.edit(countingSource)
	w.run()
	w.waitOutput("10")
	network.cut(true)
	w.until("the page says so", w.js()+".querySelector('.reason').textContent === 'connection lost; reconnecting…'")
	network.mend()
	p.script("dispatchEvent(new Event('online'))")
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
	if diff := cmp.Diff(counted(), w.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

// A page that is loaded again picks up the program that it left running, with
// all that it has printed.
func TestReloadPicksUp(t *testing.T) {
	w := openFixture(t, "quick")
	w.edit(countingSource)
	w.run()
	w.waitOutput("10")
	w.reload()
	w.ready()
	w.waitState("running")
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
	if diff := cmp.Diff(counted(), w.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	w.reload()
	w.ready()
	if state := eval[string](w.tab, w.js()+".dataset.state"); state != "idle" {
		t.Errorf("when the run has ended a reload leaves it %s", state)
	}
}

// A page that was left finds nothing when it comes back too late, and says
// nothing: it is as new.
func TestReloadFindsNothing(t *testing.T) {
	w := openFixture(t, "quick")
	w.script("sessionStorage.setItem('playground:run:/#quick', 'of-another-time')")
	w.reopen(shared.fixture)
	w.waitState("idle")
	if reason := w.text(".reason"); reason != "" {
		t.Errorf("it says %q", reason)
	}
	w.run()
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q", status)
	}
}

// Behind a proxy that refuses websockets programs run all the same: they
// stream, stop, and are picked up.
func TestWithoutWebsockets(t *testing.T) {
	address := strictProxy(t, shared.fixture)
	open := func(t *testing.T, id string) widget {
		p := newTab(t)
		p.tolerate("WebSocket connection")
		p.tolerate("establish a connection") // as Firefox says it
		p.open(address)
		return p.widget(id)
	}
	t.Run("stream", func(t *testing.T) {
		w := open(t, "slow")
		w.run()
		w.waitOutput("first line")
		if state := eval[string](w.tab, w.js()+".dataset.state"); state != "running" {
			t.Errorf("first line is shown when the program is %s", state)
		}
		if status := w.waitEnd(); status != "ok" {
			t.Errorf("status is %q: %s", status, w.text(".status"))
		}
		if diff := cmp.Diff([]string{"first line", "last line"}, w.output()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	})
	t.Run("stop", func(t *testing.T) {
		w := open(t, "slow")
		w.run()
		w.waitOutput("first line")
		w.stop()
		if status := w.waitEnd(); status != "killed" {
			t.Errorf("status is %q: %s", status, w.text(".status"))
		}
	})
	t.Run("reload", func(t *testing.T) {
		w := open(t, "quick")
		w.edit(countingSource)
		w.run()
		w.waitOutput("10")
		w.reload()
		w.ready()
		if status := w.waitEnd(); status != "ok" {
			t.Errorf("status is %q: %s", status, w.text(".status"))
		}
		if diff := cmp.Diff(counted(), w.output()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	})
}

// The choice of plain requests is remembered, so that the next run does not
// wait for websockets to fail again, but not for ever.
func TestRequestsAreRemembered(t *testing.T) {
	address := strictProxy(t, shared.fixture) // first, so that the tab closes before it
	p := newTab(t)
	p.tolerate("WebSocket connection")
	p.open(address)
	p.script("window.tries = 0; const Original = WebSocket; window.WebSocket = class extends Original { constructor(url) { super(url); tries++; } }")
	w := p.widget("quick")
	tries := func() int { return eval[int](p, "tries") }
	for i, want := range []int{2, 2} {
		w.run()
		if status := w.waitEnd(); status != "ok" {
			t.Errorf("run %d: %s", i, w.text(".status"))
		}
		if got := tries(); got != want {
			t.Errorf("after run %d %d websockets were tried, want %d", i, got, want)
		}
	}
	p.script("sessionStorage.setItem('playground:requests-until', String(Date.now() - 1))")
	w.run()
	w.waitEnd()
	if got := tries(); got <= 2 {
		t.Error("websockets are not tried again")
	}
}

// Two tabs of which one is a copy of the other follow the same run, and neither
// harms the other.
func TestDuplicatedTab(t *testing.T) {
	w := openFixture(t, "quick")
	w.edit(countingSource)
	w.run()
	w.waitOutput("10")
	kept := eval[string](w.tab, "JSON.stringify({...sessionStorage})")
	p := newTab(t)
	p.reopen(shared.fixture)
	p.script("Object.assign(sessionStorage, " + kept + ")")
	p.reload()
	p.ready()
	copied := p.widget("quick")
	copied.waitOutput("10")
	for _, w := range []widget{w, copied} {
		if status := w.waitEnd(); status != "ok" {
			t.Errorf("status is %q: %s", status, w.text(".status"))
		}
		if diff := cmp.Diff(counted(), w.output()); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
	}
}

// When nothing gets through the page gives up, and says the right thing.
func TestUnreachable(t *testing.T) {
	for name, test := range map[string]struct{ fetch, want string }{
		"down":          {"Promise.reject(new TypeError('Failed to fetch'))", "the server cannot be reached; Run tries again"},
		"a proxy's 502": {"Promise.resolve(new Response('<h1>Bad Gateway</h1>', {status: 502}))", "the server cannot be reached; Run tries again"},
		"refused": {"Promise.resolve(Response.json({type: 'error', code: 'forbidden', message: 'it is not of this site'}, {status: 403}))",
			"the server does not let this page run programs: it is not of this site"},
	} {
		t.Run(name, func(t *testing.T) {
			w := openFixture(t, "quick")
			w.script(`
				const now = Date.now;
				window.tries = [];
				Date.now = () => now() + tries.length * 5000; // 5 s each
				Math.random = () => 0;
				window.WebSocket = class extends EventTarget {
					constructor() { super(); tries.push('socket'); setTimeout(() => this.dispatchEvent(new CloseEvent('close', {code: 1006}))); }
					close() {}
				};
				window.fetch = () => { tries.push('fetch'); return ` + test.fetch + `; };`)
			w.run()
			if status := w.waitEnd(); status != "lost" {
				t.Errorf("status is %q", status)
			}
			if reason := w.text(".reason"); reason != test.want {
				t.Errorf("reason is %q, want %q", reason, test.want)
			}
			tries := eval[[]string](w.tab, "tries")
			if len(tries) < 3 || !slices.Equal(tries[:3], []string{"socket", "socket", "fetch"}) {
				t.Errorf("tried %v, want two sockets and then a request", tries)
			}
		})
	}
}
