package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// screens are a phone and a small laptop.
var screens = [][2]int64{{360, 740}, {1280, 800}}

// framesInView is how many frames of a screen may pass, as the reader sees it, until
// a run that was begun is in sight: a tenth of a second.
const framesInView = 6

// Whatever line the reader is on, in every program of the article: within a tenth of
// a second after Ctrl+Enter the state, the newest output and that line are in the
// window.
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
			p.script(runsEverywhere)
			slowest := 0
			ids := eval[[]string](p, "[...document.querySelectorAll('code-runner:not([readonly])')].map((w) => w.id)")
			if inFirefox(t) {
				ids = ids[:3]
			}
			for _, id := range ids {
				slowest = max(slowest, p.widget(id).checkRunInView())
			}
			t.Logf("the slowest was in sight after %d ms", slowest)
		})
	}
}

// runsEverywhere makes runEverywhere(widget), which puts the cursor on the first and
// the last line, each at the window's start and end, and on the middle one, runs by the
// keyboard, and notes in seen how many frames and milliseconds it took until all was
// in sight, or what was not.
const runsEverywhere = `
	window.outOfSight = (widget, view, line) => {
		const newest = widget.querySelector('.out:last-child');
		if (!newest?.textContent.includes('line 59')) return 'nothing is printed';
		const bar = widget.querySelector('.bar').getBoundingClientRect();
		const block = view.lineBlockAt(view.state.doc.line(line).from);
		const inside = (name, {top, bottom}, low = innerHeight) => top >= -1 && bottom <= low + 1 ? '' : name + ' at ' + top + ' to ' + bottom + '; ';
		return inside('state', widget.querySelector('.reason').getBoundingClientRect()) +
			inside('output', newest.getBoundingClientRect()) +
			inside('the line', {top: view.documentTop + block.top, bottom: view.documentTop + block.bottom}, bar.top);
	};
	window.runEverywhere = async (widget) => {
		window.seen = null;
		const all = [];
		const frame = () => new Promise(requestAnimationFrame);
		const view = widget.querySelector('.cm-content').cmTile.root.view;
		const {doc} = view.state;
		const tops = {start: 0, center: innerHeight / 2, end: innerHeight - 30};
		const middle = (doc.lines >> 1) + 1;
		for (const [line, place] of [[1, 'start'], [1, 'end'], [middle, 'center'], [doc.lines, 'start'], [doc.lines, 'end']]) {
			view.focus();
			view.dispatch({selection: {anchor: doc.line(line).from}});
			scrollBy({top: view.documentTop + view.lineBlockAt(doc.line(line).from).top - tops[place], behavior: 'instant'});
			await frame();
			const begin = performance.now();
			view.contentDOM.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', code: 'Enter', keyCode: 13, ctrlKey: true, bubbles: true, cancelable: true}));
			let frames = 0, outside = '';
			do {
				await frame();
				frames++;
				outside = outOfSight(widget, view, line);
			} while (outside && frames < 60);
			all.push({line, place, frames, outside, ms: Math.round(performance.now() - begin)});
		}
		window.seen = all;
	};`

// checkRunInView runs the program with the cursor on several lines, and returns how
// many milliseconds the slowest took to be in sight.
func (w widget) checkRunInView() (slowest int) {
	w.Helper()
	w.enter()
	w.script("runEverywhere(" + w.js() + ")")
	w.until("it has run everywhere", "window.seen !== null")
	for _, s := range eval[[]struct {
		Line, Frames, MS int
		Place, Outside   string
	}](w.tab, "seen") {
		if s.Outside != "" || s.Frames > framesInView {
			w.Errorf("%s, line %d at the window's %s: after %d frames outside of it is %q", w.id, s.Line, s.Place, s.Frames, s.Outside)
		}
		slowest = max(slowest, s.MS)
	}
	return slowest
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
