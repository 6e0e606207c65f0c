package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// twoRuns are answers of a server: the second run prints two lines the other way
// round, one that the first does not, and another time.
const twoRuns = `
	if (m.type !== 'run') return;
	window.runs = (window.runs ?? 0) + 1;
	const lines = runs % 2 === 1 ? [[100, 'a 1ms'], [200, 'b'], [300, 'c']] : [[100, 'b'], [250, 'a 2ms'], [400, 'c'], [500, '<i>d</i>']];
	socket.say(start(m.id));
	for (const [i, [ms, text]] of lines.entries()) socket.say({...out(m.id, i + 2, text + '\n'), t: ms * 1000});
	socket.say({...end(m.id, 9), t: 600000});`

// openView shows one of the views of a widget's runs.
func (w widget) openView(name string) {
	w.Helper()
	button := w.js() + ".querySelector('.views [aria-label^=\"" + name + "\"]')"
	w.until(name+" is offered", button+" !== null")
	w.script(button + ".click()")
}

// more presses More, and what it then offers.
func (w widget) more(label string) {
	w.Helper()
	w.script(w.js() + ".querySelector('button.more').click()")
	offered := fmt.Sprintf("%s.querySelector('.ways [aria-label^=\"%s\"]')", w.js(), label)
	w.until(label+" is offered", offered+"?.checkVisibility() === true")
	w.script(offered + ".click()")
}

// scrub moves the clock of a view to a part of its time, from 0 to 1.
func (w widget) scrub(view string, to float64) {
	w.Helper()
	w.script(fmt.Sprintf("(() => { const s = %s.querySelector('%s input'); s.value = s.max * %v; s.dispatchEvent(new Event('input')); })()", w.js(), view, to))
}

// A run that has ended is printed again in its own time: all of it at the end, what
// was there until then at any point, and its program is not run.
func TestReplay(t *testing.T) {
	w := openScripted(t, "quick", twoRuns)
	w.emulate("prefers-reduced-motion", "reduce")
	w.run()
	w.waitEnd()
	w.openView("Replay")
	printed := func(want string) {
		t.Helper()
		w.until("it has printed "+want, fmt.Sprintf("[...%s.querySelectorAll('.replay .out .text')].map((n) => n.textContent).join() === %s", w.js(), quote(want)))
	}
	printed("a 1ms,b,c") // who wants nothing to move sees all
	for _, step := range []struct {
		to      float64
		printed string
	}{{0.2, "a 1ms"}, {0.4, "a 1ms,b"}, {0.1, ""}, {1, "a 1ms,b,c"}} {
		w.scrub(".replay", step.to)
		printed(step.printed)
	}
	w.scrub(".replay", 0.4)
	if said := eval[string](w.tab, w.js()+".querySelector('.replay input').getAttribute('aria-valuetext')"); said != "0.24 s of 0.60 s" {
		t.Errorf("the slider says %q", said)
	}
	speeds := eval[[]string](w.tab, "[..."+w.js()+".querySelectorAll('.replay select option')].map((o) => o.value)")
	if !slices.Equal(speeds, []string{"0.25", "0.5", "1", "2", "4", "8"}) {
		t.Errorf("its speeds are %v", speeds)
	}
	w.script(w.js() + ".querySelector('.replay button').click()")
	w.until("it plays", w.js()+".querySelector('.replay button').textContent === 'Pause' || "+w.js()+".querySelector('.replay output').textContent.startsWith('0.60')")
	printed("a 1ms,b,c")
	w.until("it has ended", w.js()+".querySelector('.replay button').textContent === 'Play'")
	if n := eval[int](w.tab, "runs"); n != 1 {
		t.Errorf("the program was run %d times", n)
	}
	if got := strings.Join(w.outputOf(".output:not(.replay .output)"), ","); got != "a 1ms,b,c" {
		t.Errorf("the output itself is %q", got)
	}
}

// outputOf returns the lines of one of the outputs of a widget.
func (w widget) outputOf(part string) []string {
	w.Helper()
	return eval[[]string](w.tab, fmt.Sprintf("[...%s.querySelectorAll(%s + ' .out .text')].map((n) => n.textContent)", w.js(), quote(part)))
}

// Two runs stand beside each other by their times, with what moved and what only one
// of them printed.
func TestCompareRuns(t *testing.T) {
	w := openScripted(t, "quick", twoRuns)
	w.run()
	w.waitEnd()
	if eval[bool](w.tab, w.js()+".querySelector('.views [aria-label^=Compare]') !== null") {
		t.Error("one run is offered to be compared")
	}
	w.run()
	w.size(360, 800) // not all views' buttons fit side by side
	w.openView("Compare")
	w.until("its button is seen", w.js()+".querySelector('.views [aria-label^=Compare]').getBoundingClientRect().right <= innerWidth")
	const rows = ".querySelectorAll('.compare tbody tr')"
	w.until("they are compared", w.js()+rows+".length === 6")
	got := eval[[]string](w.tab, `[...`+w.js()+rows+`].map((r) => [...r.children].map((c) => c.textContent).join(' | '))`)
	want := []string{
		"0.10 s | moved: a 1ms | b", "0.20 s | b | ", "0.25 s |  | moved: a 2ms",
		"0.30 s | c | ", "0.40 s |  | c", "0.50 s |  | only here: <i>d</i>",
	}
	if !slices.Equal(got, want) && !slices.Equal(got, []string{
		"0.10 s | a 1ms | moved: b", "0.20 s | moved: b | ", "0.25 s |  | a 2ms", want[3], want[4], want[5]}) {
		t.Errorf("it shows\n%s", strings.Join(got, "\n"))
	}
	if said := w.text(".compare [role=status]"); said != "1 line moved, 1 line only in run 2. How long something took does not count." {
		t.Errorf("it says %q", said)
	}
	w.scrub(".compare", 0.4)
	if later := eval[int](w.tab, w.js()+".querySelectorAll('.compare tr[data-later]').length"); later != 4 {
		t.Errorf("at 0.24 s %d rows are still to come, want 4", later)
	}
	if found := eval[int](w.tab, w.js()+".querySelectorAll('.compare i').length"); found != 0 {
		t.Error("output became markup")
	}
}

// Ten runs in a row are told as what came out how often, and the lines that moved.
func TestRepeat(t *testing.T) {
	w := openScripted(t, "quick", twoRuns)
	w.more("Run 10 times")
	w.until("all runs have ended", w.js()+".querySelectorAll('.repeat tbody tr').length > 0")
	if said, want := w.text(".repeat [role=status]"), "10 runs, and 2 different outputs; 1 line moved; 1 line only in some. How long something took does not count."; said != want {
		t.Errorf("it says %q, want %q", said, want)
	}
	if n := eval[int](w.tab, "runs"); n != 10 {
		t.Errorf("the program was run %d times", n)
	}
	// Which of two outputs that came equally often is the first does not matter.
	got := eval[[]string](w.tab, `[...`+w.js()+`.querySelectorAll('.repeat tbody tr')].map((r) => [...r.children].map((c) => c.textContent).join('|'))`)
	want := []string{"5×|ok|a 1ms|", "5×|ok|b|Compare", "a 1ms|in 5||", "<i>d</i>|||in 5"}
	if !slices.Equal(got, want) {
		t.Errorf("it shows\n%s", strings.Join(got, "\n"))
	}
	w.script(w.js() + ".querySelector('.repeat [aria-label^=Compare]').click()")
	w.until("two of them are compared", w.js()+".querySelectorAll('.compare tbody tr').length === 6")
}

// Stop ends the repetition and the run that is under way.
func TestRepeatStops(t *testing.T) {
	w := openScripted(t, "quick", "if (m.type === 'run') { socket.say(start(m.id)); window.id = m.id; } else if (m.type === 'kill') socket.say(end(m.id, 3, 'killed', 'stopped'));")
	w.more("Run 10 times")
	w.until("a run is under way", "window.id !== undefined && "+w.js()+".querySelector('.repeat .said button').checkVisibility()")
	w.script(w.js() + ".querySelector('.repeat .said button').click()")
	w.until("it was stopped", "sent.some((m) => m.type === 'kill' && m.id === id) && "+w.js()+".querySelector('.repeat [role=status]').textContent === 'Stopped.'")
	if n := eval[int](w.tab, "sent.filter((m) => m.type === 'run').length"); n != 1 {
		t.Errorf("%d runs were asked for", n)
	}
}
