package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// screens are a phone and a small laptop.
var screens = [][2]int64{{360, 740}, {1280, 800}}

// Whatever line the reader is on, in every program of the article: after
// Ctrl+Enter the state, the newest output and that line are in the window.
func TestRunIsInView(t *testing.T) {
	for _, screen := range screens {
		t.Run(fmt.Sprintf("%dx%d", screen[0], screen[1]), func(t *testing.T) {
			p := newTab(t)
			p.size(screen[0], screen[1])
			p.open(shared.post)
			p.script(scripted)
			p.script(`window.answer = (socket, m) => {
				if (m.type !== 'run') return;
				socket.say(start(m.id));
				for (let i = 0; i < 60; i++) socket.say(out(m.id, i + 2, 'line ' + i + '\n'));
			}`)
			for _, id := range eval[[]string](p, "[...document.querySelectorAll('code-runner:not([readonly])')].map((w) => w.id)") {
				w := p.widget(id)
				w.enter()
				lines := eval[int](p, w.view()+".state.doc.lines")
				for _, line := range []int{0, lines / 2, lines - 1} {
					w.checkRunInView(line)
				}
			}
		})
	}
}

// checkRunInView puts the cursor on a line, in the middle of the window and at
// either end of it, and runs.
func (w widget) checkRunInView(line int) {
	w.Helper()
	for _, block := range []string{"start", "center", "end"} {
		w.script(fmt.Sprintf(`(() => {
			const view = %s, at = view.state.doc.line(%d).from;
			view.focus();
			view.dispatch({selection: {anchor: at}});
			const middle = view.documentTop + view.lineBlockAt(at).top - {start: 0, center: innerHeight / 2, end: innerHeight - 30}[%s];
			scrollBy({top: middle, behavior: 'instant'});
		})()`, w.view(), line+1, quote(block)))
		w.press(enter, chromedp.ModifierCtrl)
		w.until("it has printed", w.js()+".querySelector('.log').textContent.includes('line 59')")
		out := eval[string](w.tab, fmt.Sprintf(`(() => {
			const widget = %s;
			const bar = widget.querySelector('.bar').getBoundingClientRect();
			const inside = (name, node, low = innerHeight) => {
				const {top, bottom} = node.top === undefined ? node.getBoundingClientRect() : node;
				return top >= -1 && bottom <= low + 1 ? '' : name + ' at ' + top + ' to ' + bottom + '; ';
			};
			const view = %s, block = view.lineBlockAt(view.state.doc.line(%d).from);
			const code = {top: view.documentTop + block.top, bottom: view.documentTop + block.bottom};
			return inside('state', widget.querySelector('.reason')) +
				inside('output', widget.querySelector('.out:last-child')) +
				inside('the line', code, bar.top);
		})()`, w.js(), w.view(), line+1))
		if out != "" {
			w.Errorf("%s, line %d at the window's %s: outside of it is %s", w.id, line, block, out)
		}
	}
}

// While a program prints, nothing that the reader looks at moves.
func TestOutputShiftsNothing(t *testing.T) {
	for _, screen := range screens {
		t.Run(fmt.Sprintf("%dx%d", screen[0], screen[1]), func(t *testing.T) {
			w := openScripted(t, "quick", `if (m.type === 'run') { window.socket = socket; window.id = m.id; }`)
			w.size(screen[0], screen[1])
			w.script(`window.shift = 0; window.moves = [];
				new PerformanceObserver((list) => {
					for (const e of list.getEntries()) {
						shift += e.value;
						for (const {node, previousRect: a, currentRect: b} of e.sources) {
							moves.push((node?.className || node?.parentElement?.className) + ' ' + [a.x, a.y, a.width, a.height] + ' to ' + [b.x, b.y, b.width, b.height]);
						}
					}
				}).observe({type: 'layout-shift'});`)
			w.cursor("hello")
			w.press(enter, chromedp.ModifierCtrl)
			w.until("it is asked for", "window.id !== undefined")
			// What comes within half a second of a key counts as the key's doing, by
			// the definition of a shift; so the run is begun after that.
			w.script("window.shiftBefore = null; setTimeout(() => { shiftBefore = shift; moves = []; }, 700)")
			w.until("the key's time is over", "shiftBefore !== null")
			w.script(`socket.say(start(id)); window.seq = 1;
				window.more = setInterval(() => {
					socket.say(out(id, ++seq, 'line ' + seq + ' of some length, so that it fills the line of a phone\n'));
					socket.say({type: 'meter', id, t: seq * 90000, cpu: seq * 1000, memory: seq << 20, output: seq});
					if (seq < 40) return;
					clearInterval(more);
					socket.say(end(id, ++seq, 'exit', 'exited with status 3 after 4.2 s'));
				}, 20)`)
			w.waitEnd()
			w.until("the last frame is drawn", w.js()+".querySelector('.log').textContent.includes('line 40')")
			if moved := eval[float64](w.tab, "shift - shiftBefore"); moved > 0 {
				t.Errorf("the page moved by %v: %s", moved, eval[[]string](w.tab, "moves"))
			}
		})
	}
}

// The bar is in the window while the block has the focus or runs, and goes back
// to its place when the reader turns to something else.
func TestDockFollowsTheReader(t *testing.T) {
	w := openScripted(t, "slow", `if (m.type === 'run') { socket.say(start(m.id)); window.socket = socket; window.id = m.id; }`)
	w.size(360, 740)
	docked := func() bool { return eval[bool](w.tab, w.js()+".hasAttribute('data-docked')") }
	w.cursor("main")
	if !docked() {
		t.Error("not docked with the focus in it")
	}
	w.script("document.querySelector('#quick button.run').focus()")
	if docked() {
		t.Error("docked with the focus elsewhere")
	}
	w.run()
	w.waitState("running")
	w.script("document.querySelector('#quick button.run').focus()")
	if !docked() {
		t.Error("not docked while it runs")
	}
	w.script("socket.say(end(id, 2))")
	w.waitEnd()
	if !docked() {
		t.Error("it moved by itself when the program ended")
	}
	w.script("document.querySelector('#broken button.run').focus()")
	if docked() {
		t.Error("docked after its end, with the focus elsewhere")
	}
}

// What is copied and saved is what was printed, all of it.
func TestExactOutput(t *testing.T) {
	w := openScripted(t, "quick", `if (m.type === 'run') {
		socket.say(start(m.id));
		let seq = 1;
		for (const [type, body] of printed) socket.say({type, id: m.id, seq: ++seq, t: seq * 1000, body});
		socket.say(end(m.id, ++seq));
	}`)
	w.script(`window.printed = [['stdout', 'a\tb\r\nc\x1b[31m'], ['stderr', 'oh\n'], ['stdout', '\x00\u202e ü😀 no newline']];
		for (let i = 0; i < 3000; i++) printed.push(['stdout', '\n' + 'x'.repeat(i % 7)]);
		navigator.clipboard.writeText = async (text) => { window.copied = text; };
		URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = text; }); return '#'; };
		window.wanted = (...types) => printed.filter(([type]) => types.includes(type)).map(([, body]) => body).join('');`)
	w.run()
	w.waitEnd()
	for label, streams := range map[string]string{
		"Copy output": "'stdout', 'stderr'", "Copy stdout": "'stdout'", "Copy stderr": "'stderr'", "Save": "'stdout', 'stderr'",
	} {
		w.script("window.copied = window.saved = null")
		w.script(fmt.Sprintf("[...%s.querySelectorAll('.tools button')].find((b) => b.textContent === %s).click()", w.js(), quote(label)))
		w.until(label+" gives all of it", fmt.Sprintf("(copied ?? saved) === wanted(%s)", streams))
	}
}
