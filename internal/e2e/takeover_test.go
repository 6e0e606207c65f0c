package e2e

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// whereThingsAre measures what a reader would see move: the first and the last
// line's text, their numbers and the bar.
const whereThingsAre = `(() => {
	const widget = %s;
	const rich = widget.querySelector('.cm-content') !== null;
	const lines = [...widget.querySelectorAll(rich ? '.cm-line' : '.line')];
	const box = (node) => {
		const range = document.createRange();
		range.selectNodeContents(node);
		const r = range.getBoundingClientRect();
		return [r.left, r.top, r.height].map((v) => Math.round(v * 4) / 4);
	};
	const bar = widget.querySelector('.bar').getBoundingClientRect();
	const style = getComputedStyle(lines[0].querySelector('.k'));
	return JSON.stringify({
		first: box(lines[0].firstChild), last: box(lines.at(-1).firstChild), count: lines.length, bar: Math.round(bar.top * 4) / 4,
		font: style.font, colour: style.color, ligatures: style.fontVariantLigatures,
		classes: [...widget.querySelectorAll('.editor :is(.c,.k,.t,.b,.f,.s,.m)')].map((n) => n.className + n.textContent),
	});
})()`

// When the editor proper takes over, nothing moves and no colour changes.
func TestTakeoverIsUnseen(t *testing.T) {
	for _, scheme := range []string{"light", "dark"} {
		for _, screen := range screens {
			t.Run(fmt.Sprintf("%s-%d", scheme, screen[0]), func(t *testing.T) {
				w := openFixture(t, "quick")
				w.emulate("prefers-color-scheme", scheme)
				w.size(screen[0], screen[1])
				w.script(w.js() + ".scrollIntoView({block: 'center', behavior: 'instant'})")
				w.script(w.js() + ".querySelector('button.run').focus({preventScroll: true})")
				// What was asked for above is drawn by then, and not counted.
				w.script("requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => { window.from = performance.now(); })))")
				w.until("the page is at rest", "window.from > 0")
				w.script(`window.shift = 0;
					new PerformanceObserver((list) => {
						for (const e of list.getEntries()) if (e.startTime > from) shift += e.value;
					}).observe({type: 'layout-shift'});`)
				before := eval[string](w.tab, fmt.Sprintf(whereThingsAre, w.js()))
				w.enter()
				if diff := cmp.Diff(before, eval[string](w.tab, fmt.Sprintf(whereThingsAre, w.js()))); diff != "" {
					t.Errorf("(-before +after):\n%s", diff)
				}
				if shift := eval[float64](w.tab, "shift"); shift > 0 {
					t.Errorf("the page moved by %v", shift)
				}
			})
		}
	}
}

// Who types while the editor is on its way loses nothing, and undo leads back to
// where it began.
func TestTakeoverKeepsWhatIsTyped(t *testing.T) {
	w := openFixture(t, "quick")
	w.script(`(() => {
		const t = ` + w.js() + `.querySelector('textarea');
		t.focus();
		t.setSelectionRange(12, 12);
		document.execCommand('insertText', false, '// typed');
		t.setSelectionRange(3, 7);
	})()`)
	w.enter()
	const typed = "package main// typed"
	if got := w.source()[:len(typed)]; got != typed {
		t.Errorf("the program begins with %q", got)
	}
	if got := eval[[]int](w.tab, "(({main}) => [main.from, main.to])("+w.view()+".state.selection)"); !cmp.Equal(got, []int{3, 7}) {
		t.Errorf("selected is %v", got)
	}
	w.press(keyZ, 2)
	w.wantSource(quickSource)
}

// A script is coloured by its own grammar, and proposals are Go's alone.
func TestScriptsInTheEditor(t *testing.T) {
	p := newTab(t)
	p.open(shared.scripts)
	w := p.widget("order")
	w.enter()
	w.until("keywords are coloured", "["+`...`+w.js()+".querySelectorAll('.cm-line .k')].some((n) => n.textContent === 'const')")
	if wrong := eval[int](p, "[..."+w.js()+".querySelectorAll('.cm-line .k')].filter((n) => n.textContent === 'func').length"); wrong > 0 {
		t.Errorf("%d of Go's keywords", wrong)
	}
	p.shot("script-editor")
}
