package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// scripted replaces the page's websocket by one that answers as a test says:
// for states that a real server gets into by chance only. A test assigns
// answer, which gets the socket and each message of the page; the socket's say
// sends one back, and its cut breaks the connection. Sent has all messages.
const scripted = `
	window.sent = [];
	window.sockets = [];
	window.answer = () => {};
	window.WebSocket = class extends EventTarget {
		static OPEN = 1;
		readyState = 0;
		constructor() {
			super();
			sockets.push(this);
			queueMicrotask(() => {
				this.readyState = 1;
				this.dispatchEvent(new Event('open'));
			});
		}
		send(text) {
			const message = JSON.parse(text);
			if (['check', 'assist'].includes(message.task)) { // while the reader types; no script is about it
				queueMicrotask(() => this.say(end(message.id, 1)));
				return;
			}
			sent.push(message);
			queueMicrotask(() => {
				if (message.type === 'hello') this.say({type: 'session', session: message.session, go: 'go1.26'});
				else answer(this, message);
			});
		}
		say(message) {
			if (this.readyState === 1) this.dispatchEvent(new MessageEvent('message', {data: JSON.stringify(message)}));
		}
		cut(code = 1006) {
			if (this.readyState === 3) return;
			this.readyState = 3;
			this.dispatchEvent(new CloseEvent('close', {code}));
		}
		close() {
			this.cut(1000);
		}
	};
	window.limits = {wallMs: 10000, cpuMs: 5000, memory: 1 << 27, output: 1 << 18, source: 1 << 16};
	window.start = (id, seq = 1) => ({type: 'start', id, seq, trace: '4bf92f3577b34da6a3ce929d0e0e4736', limits});
	window.out = (id, seq, body) => ({type: 'stdout', id, seq, t: seq * 1000, body});
	window.end = (id, seq, status = 'ok', reason = 'finished in 0.1 s') => ({type: 'end', id, seq, t: seq * 1000, status, reason,
		trace: '4bf92f3577b34da6a3ce929d0e0e4736', exit: 0, cpu: 1000, wall: 100000, memory: 1 << 20, output: 1});
`

// openScripted opens the fixture with a server that a script plays.
func openScripted(t *testing.T, id, answer string) widget {
	t.Helper()
	w := openFixture(t, id)
	w.script(scripted)
	w.script("window.answer = (socket, m) => {" + answer + "}")
	return w
}

// begin runs a program on a server that a script plays, and that keeps its socket
// and the run's id; it says messages.
func (w widget) begin(messages ...string) {
	w.Helper()
	w.script("window.id = null")
	press(w)
	w.until("the run is asked for", "window.id !== null")
	for _, m := range messages {
		w.script("socket.say(" + m + ")")
	}
}

// Wherever the connection is cut, what the program printed is shown once and in
// order. The server sends a line from each run's journal, cuts, and goes on
// where the page asks it to; sometimes it repeats what the page has.
func TestResumeAnywhere(t *testing.T) {
	const lines = 60
	for name, when := range map[string]string{
		"behind every message": "true",
		"now and then":         "random() < 0.3",
	} {
		t.Run(name, func(t *testing.T) {
			w := openScripted(t, "quick", `
				const after = m.type === 'resume' ? m.after : 0;
				if (m.type !== 'run' && m.type !== 'resume') return;
				for (let seq = Math.max(1, after - 2); seq <= `+fmt.Sprint(lines+2)+`; seq++) {
					socket.say(seq === 1 ? start(m.id) : seq === `+fmt.Sprint(lines+2)+` ? end(m.id, seq) : out(m.id, seq, 'line ' + (seq - 1) + '\n'));
					if (seq > after && `+when+`) return socket.cut();
				}`)
			w.script(`let x = 42; const random = window.random = () => (x = x * 16807 % 2147483647) / 2147483647;
				Math.random = () => 0;`)
			w.run()
			if status := w.waitEnd(); status != "ok" {
				t.Errorf("status is %q: %s", status, w.text(".status"))
			}
			var want []string
			for i := range lines {
				want = append(want, fmt.Sprintf("line %d", i+1))
			}
			if diff := cmp.Diff(want, w.output()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			if n := eval[int](w.tab, "sockets.length"); n < 10 {
				t.Errorf("%d connections were made, want many", n)
			}
		})
	}
}

// A page that is told that a run is gone says so, and keeps what was printed.
func TestGone(t *testing.T) {
	for _, code := range []string{"gone", "unknown_run"} {
		t.Run(code, func(t *testing.T) {
			w := openScripted(t, "quick", `
				if (m.type === 'resume') socket.say({type: 'error', id: m.id, code: '`+code+`', message: 'not here'});
				if (m.type !== 'run') return;
				socket.say(start(m.id));
				socket.say(out(m.id, 2, 'before\n'));
				socket.cut();`)
			w.run()
			if status := w.waitEnd(); status != "lost" {
				t.Errorf("status is %q", status)
			}
			if reason := w.text(".reason"); !strings.Contains(reason, "no longer has this run") {
				t.Errorf("reason is %q", reason)
			}
			if diff := cmp.Diff([]string{"before"}, w.output()); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	}
}

// While the connection is away the status says so, and its return is noticed;
// a server that asks to be left alone for a moment is.
func TestReconnecting(t *testing.T) {
	for code, least := range map[int]float64{1006: 0, 1012: 1000, 1013: 1000} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			w := openScripted(t, "quick", `
				if (m.type === 'run') { socket.say(start(m.id)); socket.say(out(m.id, 2, 'before\n')); }
				if (m.type === 'resume') {
					window.resumed = performance.now();
					window.current = [socket, m];
					socket.say({type: 'meter', id: m.id, t: 9000, cpu: 1, memory: 1, output: 7});
				}`)
			w.run()
			w.waitOutput("before")
			w.script(fmt.Sprintf("window.cutAt = performance.now(); sockets[0].cut(%d); window.said = %s.querySelector('.reason').textContent",
				code, w.js()))
			if reason := eval[string](w.tab, "said"); reason != "connection lost; reconnecting…" {
				t.Errorf("reason is %q", reason)
			}
			w.until("the connection is back", w.js()+".querySelector('.reason').textContent === 'running'")
			if waited := eval[float64](w.tab, "resumed - cutAt"); waited < least {
				t.Errorf("the server was left alone for %.0f ms only", waited)
			}
			if after := eval[int](w.tab, "current[1].after"); after != 2 {
				t.Errorf("resumed after %d, want 2", after)
			}
			w.script("current[0].say(end(current[1].id, 3))")
			if status := w.waitEnd(); status != "ok" {
				t.Errorf("status is %q", status)
			}
		})
	}
}

// hasten makes the page's timers run twenty times as fast.
const hasten = "const usual = setTimeout; window.setTimeout = (f, ms, ...args) => usual(f, ms / 20, ...args);"

// The network's return, and the reader's, are not waited for: the connection is
// made again at once.
func TestWakes(t *testing.T) {
	for name, event := range map[string]string{
		"online":  "dispatchEvent(new Event('online'))",
		"visible": "document.dispatchEvent(new Event('visibilitychange'))",
	} {
		t.Run(name, func(t *testing.T) {
			w := openScripted(t, "quick", `
				if (m.type === 'run') socket.say(start(m.id));
				if (m.type === 'resume') socket.say(end(m.id, 2));`)
			// Left alone, it would wait for a minute.
			w.script("const usual = setTimeout; window.setTimeout = (f, ms, ...args) => usual(f, ms + 60_000, ...args);")
			w.run()
			w.waitState("running")
			w.script("sockets[0].cut(); " + event)
			if status := w.waitEnd(); status != "ok" {
				t.Errorf("status is %q", status)
			}
		})
	}
}

// The page can be kept in the browser's back-forward cache: it holds no
// connection when it is left.
func TestBackForwardCache(t *testing.T) {
	w := openFixture(t, "quick")
	w.run()
	w.waitEnd() // with a websocket that is open
	w.leaveAndReturn()
}

// A program that runs when its page is left is followed again when the page is
// back.
func TestReturnToRunning(t *testing.T) {
	w := openScripted(t, "quick", `
		if (m.type === 'run') { socket.say(start(m.id)); socket.say(out(m.id, 2, 'before\n')); }
		if (m.type === 'resume') for (const message of [out(m.id, 3, 'after\n'), end(m.id, 4)]) socket.say(message);`)
	w.run()
	w.waitOutput("before")
	w.leaveAndReturn()
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
	if diff := cmp.Diff([]string{"before", "after"}, w.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

// leaveAndReturn goes to another page and back, and fails the test if the
// browser did not keep the page meanwhile.
func (w widget) leaveAndReturn() {
	w.Helper()
	w.script("window.kept = true")
	w.navigate(shared.fixture + "healthz")
	w.script("history.back()")
	w.until("the page is back", "location.pathname === '/'")
	w.ready()
	if !eval[bool](w.tab, "window.kept === true") {
		w.Fatalf("the page was loaded anew: %s",
			eval[string](w.tab, "JSON.stringify(performance.getEntriesByType('navigation')[0].notRestoredReasons)"))
	}
}

// A connection that says nothing for too long is replaced, without a word to
// the reader when that works.
func TestSilentConnection(t *testing.T) {
	w := openScripted(t, "quick", `
		if (m.type === 'run') { socket.say(start(m.id)); socket.say(out(m.id, 2, 'before\n')); }
		if (m.type === 'resume') for (const message of [out(m.id, 3, 'after\n'), end(m.id, 4)]) socket.say(message);`)
	w.script(hasten + `
		window.said = new Set();
		new MutationObserver(() => said.add(` + w.js() + `.querySelector('.reason').textContent))
			.observe(` + w.js() + `, {subtree: true, childList: true, characterData: true});`)
	w.run()
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
	if diff := cmp.Diff([]string{"before", "after"}, w.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	if n := eval[int](w.tab, "sockets.length"); n != 2 {
		t.Errorf("%d connections were made, want 2", n)
	}
	if eval[bool](w.tab, "[...said].some((s) => s.includes('lost'))") {
		t.Error("the reader was told of a lost connection")
	}
}

// A proxy that opens websockets and carries nothing is like one that opens none.
func TestMuteWebsockets(t *testing.T) {
	w := openWithoutWebsockets(t, "quick", `
		send(lines(start(request.body.id), end(request.body.id, 2)));
		finish();`)
	w.script(hasten + `
		window.WebSocket = class extends EventTarget {
			static OPEN = 1;
			readyState = 1;
			constructor() { super(); sockets.push(this); queueMicrotask(() => this.dispatchEvent(new Event('open'))); }
			send() {}
			close() {}
		};`)
	w.run()
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
	if n := eval[int](w.tab, "sockets.length"); n != 2 {
		t.Errorf("%d websockets were tried, want 2", n)
	}
}

// Stop works while the connection is away: it is asked for when it is back.
func TestStopWhileAway(t *testing.T) {
	w := openScripted(t, "quick", `
		if (m.type === 'run') { socket.say(start(m.id)); socket.say(out(m.id, 2, 'before\n')); }
		if (m.type === 'kill') socket.say(end(m.id, 3, 'killed', 'stopped by you after 0.1 s'));`)
	w.run()
	w.waitOutput("before")
	w.script("sockets[0].cut(1012)")
	w.stop()
	if status := w.waitEnd(); status != "killed" {
		t.Errorf("status is %q: %s", status, w.text(".status"))
	}
	got := eval[[]string](w.tab, "sent.map((m) => m.type)")
	if want := []string{"hello", "run", "hello", "resume", "kill"}; !slices.Equal(got, want) {
		t.Errorf("the page sent %v, want %v", got, want)
	}
}

// A busy server is asked again by itself when it said that there would be
// room, once; after that it is the reader's turn.
func TestBusy(t *testing.T) {
	const refuse = `socket.say({type: 'error', id: m.id, code: 'busy', retryAfterMs: 1800,
		message: 'busy: 16 programs are running and 64 are waiting; try again in a moment'})`
	t.Run("once", func(t *testing.T) {
		w := openScripted(t, "quick", `
			if (m.type !== 'run') return;
			if (!window.refused) { window.refused = performance.now(); `+refuse+`; return; }
			window.ran = performance.now();
			for (const message of [start(m.id), out(m.id, 2, 'in\n'), end(m.id, 3)]) socket.say(message);`)
		w.run()
		w.waitState("waiting")
		if reason := w.text(".reason"); reason != "busy: 16 programs are running and 64 are waiting" {
			t.Errorf("reason is %q", reason)
		}
		w.until("seconds are counted", w.js()+".querySelector('.numbers').textContent === 'trying\u00a0again\u00a0in\u00a01\u00a0s'")
		if status := w.waitEnd(); status != "ok" {
			t.Errorf("status is %q", status)
		}
		if waited := eval[float64](w.tab, "ran - refused"); waited < 1790 {
			t.Errorf("the server was left alone for %.0f ms, want 1800", waited)
		}
	})
	t.Run("twice", func(t *testing.T) {
		w := openScripted(t, "quick", "if (m.type === 'run') "+refuse)
		w.run()
		w.waitState("waiting")
		w.waitState("ended")
		w.until("seconds are counted", w.js()+".querySelector('.numbers').textContent.startsWith('try\u00a0again\u00a0in')")
		if eval[bool](w.tab, w.js()+".querySelector('button.run').hidden") {
			t.Error("Run is not offered")
		}
		w.until("the time has come", w.js()+".querySelector('.reason').textContent.endsWith('; try again now')")
		if n := eval[int](w.tab, "sent.filter((m) => m.type === 'run').length"); n != 2 {
			t.Errorf("the server was asked %d times, want 2", n)
		}
	})
	t.Run("stopped", func(t *testing.T) {
		w := openScripted(t, "quick", "if (m.type === 'run') "+refuse)
		w.run()
		w.waitState("waiting")
		w.stop()
		if status := w.waitEnd(); status != "refused" {
			t.Errorf("status is %q", status)
		}
		w.do(chromedp.Sleep(2_200_000_000)) // the moment at which it would have asked again
		if n := eval[int](w.tab, "sent.filter((m) => m.type === 'run').length"); n != 1 {
			t.Errorf("the server was asked %d times, want 1", n)
		}
	})
}

// What is not the program's doing does not look like it.
func TestMarks(t *testing.T) {
	for status, want := range map[string]string{
		"ok": "✓", "panic": "✗", "cpu_limit": "■", "thread_limit": "■", "breach": "■", "killed": "■",
		"starved": "!", "evicted": "!", "server_stopped": "!", "sandbox_failure": "!",
	} {
		t.Run(status, func(t *testing.T) {
			w := openScripted(t, "quick", `
				if (m.type === 'run') for (const message of [start(m.id), end(m.id, 2, '`+status+`', 'so it ended')]) socket.say(message);`)
			w.run()
			w.waitEnd()
			mark := eval[string](w.tab, fmt.Sprintf("getComputedStyle(%s.querySelector('.reason'), '::before').content", w.js()))
			if !strings.Contains(mark, want) {
				t.Errorf("the mark is %s, want %s", mark, want)
			}
		})
	}
}

// Whoever reports a problem finds the run's id, and can copy it.
func TestTrace(t *testing.T) {
	w := openFixture(t, "quick")
	w.run()
	w.waitEnd()
	w.clickOn(".trace summary")
	id := w.text(".trace code")
	if len(id) != 32 || strings.Trim(id, "0123456789abcdef") != "" {
		t.Errorf("the run's id is %q, want 32 hexadecimal digits", id)
	}
	w.clickOn(".trace button")
	w.until("it is copied", w.js()+".querySelector('.trace button').textContent === 'Copied'")
}

// A command that is refused does not end the run that it was for.
func TestNotice(t *testing.T) {
	w := openScripted(t, "quick", `
		if (m.type !== 'run') return;
		socket.say(start(m.id));
		socket.say({type: 'error', id: m.id, code: 'stdin_too_large', message: 'the input is too long'});
		window.finish = () => socket.say(end(m.id, 2));`)
	w.run()
	w.until("the page says so", w.js()+".querySelector('.reason').textContent === 'the input is too long'")
	w.script("finish()")
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q", status)
	}
}

// The connection is there before Run is pressed: whoever is far away waits for
// one round trip, not for three.
func TestConnectsAtFirstTouch(t *testing.T) {
	w := openScripted(t, "quick", `if (m.type === 'run') { socket.say(start(m.id)); socket.say(end(m.id, 2)); }`)
	if n := eval[int](w.tab, "sockets.length"); n != 0 {
		t.Errorf("%d connections of a page that is only read", n)
	}
	w.cursor("main")
	w.until("it is connected", "sent.some((m) => m.type === 'hello')")
	w.press(enter, chromedp.ModifierCtrl)
	w.waitEnd()
	if n := eval[int](w.tab, "sockets.length"); n != 1 {
		t.Errorf("%d connections", n)
	}
}

// A program too many waits for its turn, which comes when another one of the
// page has ended; Stop takes it out.
func TestOneTooManyWaits(t *testing.T) {
	w := openScripted(t, "quick", `
		if (m.type !== 'run') return;
		window.running ??= new Set();
		if (running.size > 0) return socket.say({type: 'error', id: m.id, code: 'too_many_runs', message: '1 program is running in this window already; stop one first'});
		running.add(m.id);
		socket.say(start(m.id));
		window.finish = () => { running.clear(); socket.say(end(m.id, 2)); };`)
	slow, broken := w.widget("slow"), w.widget("broken")
	slow.run()
	slow.waitState("running")
	w.run()
	w.waitState("waiting")
	broken.run()
	broken.waitState("waiting")
	broken.stop()
	broken.waitEnd()
	w.script("finish()")
	slow.waitEnd()
	w.waitState("running")
	w.script("finish()")
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q", status)
	}
	if n := eval[int](w.tab, "sent.filter((m) => m.type === 'run').length"); n != 4 {
		t.Errorf("%d programs were asked for, want 4", n)
	}
}

// Silence of a run is told, and forgotten when it speaks.
func TestSilenceIsTold(t *testing.T) {
	w := openScripted(t, "quick", `if (m.type === 'run') { socket.say(start(m.id)); window.socket = socket; window.id = m.id; }`)
	w.run()
	w.until("it is told", w.js()+".querySelector('.numbers').textContent.startsWith('no\u00a0word\u00a0from\u00a0the\u00a0server')")
	w.script("socket.say({type: 'meter', id, t: 4000000, cpu: 1000, memory: 1 << 20, output: 0})")
	w.until("it is forgotten", w.js()+".querySelector('.numbers').textContent.startsWith('4.0/10')")
}
