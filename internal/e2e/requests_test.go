package e2e

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// noWebsockets makes the page's websockets fail, and its requests be answered
// by a script: answer gets the request, a send that takes bytes of the answer
// and a finish that ends it. Requests has all that were made.
const noWebsockets = scripted + `
	Math.random = () => 0;
	window.WebSocket = class extends EventTarget {
		constructor() {
			super();
			queueMicrotask(() => this.dispatchEvent(new CloseEvent('close', {code: 1006})));
		}
		close() {}
	};
	window.requests = [];
	window.lines = (...messages) => new TextEncoder().encode(messages.map((m) => JSON.stringify(m) + '\n').join(''));
	window.fetch = async (url, {method, headers, body, signal}) => {
		const path = new URL(url, location).pathname + new URL(url, location).search;
		const request = {path, method, headers, body: path.startsWith('/api/run?') ? JSON.parse(body) : body ?? null};
		if (['check', 'assist'].includes(request.body?.task)) return new Response(lines(end(request.body.id, 1)));
		requests.push(request);
		let stream;
		const answered = new ReadableStream({start(controller) { stream = controller; }});
		signal?.addEventListener('abort', () => { try { stream.error(signal.reason); } catch {} });
		return answer(request, (bytes) => stream.enqueue(bytes), () => stream.close()) ?? new Response(answered);
	};
`

func openWithoutWebsockets(t *testing.T, id, answer string) widget {
	t.Helper()
	w := openFixture(t, id)
	w.script(noWebsockets)
	w.script("window.answer = (request, send, finish) => {" + answer + "}")
	return w
}

// Messages are taken apart at newlines, wherever the network cut the bytes, and
// an answer that breaks off is asked for from where it did.
func TestRequestsResume(t *testing.T) {
	w := openWithoutWebsockets(t, "quick", `
		const id = request.body?.id ?? decodeURIComponent(request.path.split('/')[3].split('?')[0]);
		const bytes = request.method === 'POST' ?
			lines({type: 'session', session: 'x'}, start(id), out(id, 2, 'größe 😀\n'), out(id, 3, 'two\n')) :
			lines(out(id, 3, 'two\n'), out(id, 4, 'three\n'), end(id, 5));
		for (const byte of request.method === 'POST' ? bytes.slice(0, -9) : bytes) send(Uint8Array.of(byte));
		finish();`)
	w.run()
	if status := w.waitEnd(); status != "ok" {
		t.Fatalf("status is %q: %s", status, w.text(".status"))
	}
	if diff := cmp.Diff([]string{"größe 😀", "two", "three"}, w.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	id := eval[string](w.tab, "requests[0].body.id")
	got := eval[[]string](w.tab, "requests.map((r) => r.method + ' ' + r.path)")
	want := []string{"POST /api/run?resume=1", "GET /api/runs/" + id + "?after=2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if !eval[bool](w.tab, "requests.every((r) => r.headers['Playground-Session'] === sessionStorage.getItem('playground:session'))") {
		t.Error("a request is not of the tab's session")
	}
}

// Input and Stop have requests of their own, one after the other.
func TestRequestsCommand(t *testing.T) {
	w := openWithoutWebsockets(t, "asking", `
		if (request.path.startsWith('/api/run?')) {
			window.id = request.body.id;
			window.send = (...messages) => send(lines(...messages));
			window.finish = finish;
			window.send(start(id), {type: 'reading', id, seq: 2, t: 1});
		}
		if (request.method === 'DELETE') { window.send(end(id, 3, 'killed', 'stopped by you')); window.finish(); }
		if (request.path.startsWith('/api/runs/')) return new Response(null, {status: 204});`)
	w.run()
	w.until("there is a line to type on", w.js()+".querySelector('.input').checkVisibility()")
	w.insert("Ada")
	w.press(enter)
	w.script(w.js() + ".querySelector('.input button').click()")
	w.stop()
	if status := w.waitEnd(); status != "killed" {
		t.Fatalf("status is %q: %s", status, w.text(".status"))
	}
	run := "/api/runs/" + eval[string](w.tab, "id")
	got := eval[[]string](w.tab, "requests.slice(1).map((r) => r.method + ' ' + r.path.replace(/writer=[\\w-]+/, 'writer=W') + ' ' + JSON.stringify(r.body)).sort()")
	want := []string{
		"DELETE " + run + " null",
		"POST " + run + "/stdin?close=1&writer=W&part=2 null",
		"POST " + run + `/stdin?writer=W&part=1 "Ada\n"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// What the server refuses is said in its words; what a proxy says is an outage,
// and passes.
func TestRequestsRefused(t *testing.T) {
	for name, test := range map[string]struct{ first, status, reason string }{
		"by the server": {
			"Response.json({type: 'error', code: 'bad_request', message: 'no such task'}, {status: 400})",
			"refused", "no such task",
		},
		"by a proxy": {"new Response('<h1>Bad Gateway</h1>', {status: 502})", "ok", "finished in 0.1 s"},
	} {
		t.Run(name, func(t *testing.T) {
			w := openWithoutWebsockets(t, "quick", fmt.Sprintf(`
				if (requests.length === 1) return %s;
				send(lines(start(request.body.id), end(request.body.id, 2)));
				finish();`, test.first))
			w.run()
			if status := w.waitEnd(); status != test.status {
				t.Errorf("status is %q, want %q", status, test.status)
			}
			if reason := w.text(".reason"); reason != test.reason {
				t.Errorf("reason is %q, want %q", reason, test.reason)
			}
		})
	}
}
