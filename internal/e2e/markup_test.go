package e2e

import (
	"testing"
)

// vile is text that wants to be markup, wherever it is shown: in a page, in an
// attribute, in a script, and in what a terminal obeys.
const vile = `</span></code></pre><img src=x onerror="window.done=1"><script>window.done=2</script>" onfocus="window.done=3" autofocus x="` +
	"\x1b]8;;javascript:window.done=4\x07\x1b]0;<img src=x onerror=window.done=5>\x07\x1b[31m{{window.done=6}}${window.done=7}\u202e\n"

// Whatever a server, a program, a draft or a link says, it is text: in output and
// errors, in findings and their files, in how a run ended and why, in notices
// and in the reader's program.
func TestNothingBecomesMarkup(t *testing.T) {
	w := openScripted(t, "quick", `if (m.type !== 'run') return;
		window.socket = socket;
		for (const said of [
			start(m.id), out(m.id, 2, vile), {type: 'stderr', id: m.id, seq: 3, t: 1, body: vile},
			{type: 'diagnostic', id: m.id, seq: 4, severity: 'warning', message: vile, file: vile, line: 1, column: 1},
			{type: 'diagnostic', id: m.id, seq: 5, severity: 'error', message: vile, file: 'prog.go', line: 3, column: 1},
			{type: 'notice', id: m.id, message: vile},
			{...end(m.id, 6, window.ending, vile), trace: vile, advice: vile, leaks: [{count: 2, state: vile, file: vile, line: 3}]},
		]) socket.say(said);`)
	w.script("window.vile = " + quote(vile))
	clean := func(where string) {
		t.Helper()
		if found := eval[[]string](w.tab, `[...document.querySelectorAll('img[src=x], [onerror], [onfocus], a[href^="javascript" i]')].map((n) => n.outerHTML)`); len(found) > 0 {
			t.Errorf("%s: became markup: %q", where, found)
		}
		if done := eval[int](w.tab, "window.done ?? 0"); done != 0 {
			t.Errorf("%s: script %d ran", where, done)
		}
	}
	for _, status := range []string{"ok", "panic", "deadlock", "compile_error", vile} {
		w.script("window.ending = " + quote(status))
		w.run()
		w.waitEnd()
		w.until("the error is shown", w.js()+".querySelector('.diagnostics').textContent.includes('onerror')")
		clean("a run that ended with " + status)
	}
	w.edit("package main // " + vile)
	clean("the editor")
	w.reload()
	w.ready()
	if got := w.source(); got != "package main // "+vile[:len(vile)-1] {
		t.Errorf("the draft is %q", got)
	}
	clean("a draft")
	w.navigate(shared.fixture + "?shared=" + "%3Cimg%20src%3Dx%20onerror%3Dwindow.done%3D8%3E#code=%3Cimg%20src=x%20onerror=window.done=9%3E")
	w.ready()
	clean("an address")
}
