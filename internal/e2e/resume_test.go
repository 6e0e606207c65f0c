package e2e

import (
	"slices"
	"testing"
)

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
