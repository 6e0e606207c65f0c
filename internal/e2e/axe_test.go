package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// axeScript is the accessibility checker, as package-lock.json beside it pins it.
const axeScript = "axe/node_modules/axe-core/axe.min.js"

// finding is a rule of axe that an element breaks, or that it cannot decide.
type finding struct {
	Rule, Target, Why string
}

// decidedElsewhere is what axe cannot decide and others do: code under the
// transparent text that is edited (TestPaletteContrast), single characters, which
// it does not take for text, the words of a chart, which are on its own ground in
// the page's colours, what is scrolled out of sight, what is gone already, and what
// the dock at the window's edge or a widened widget lies over: where it can be seen
// it is looked at in other states.
const decidedElsewhere = `window.decidedElsewhere = ({target, any}) => {
	// In a shadow tree the way leads through its host.
	const node = [target.at(-1)].flat().reduce((at, selector) => (at.shadowRoot ?? at).querySelector(selector), document);
	return !node || node.closest('.sheet, svg') || ['shortTextContent', 'nonBmp', 'bgOverlap', 'elmPartiallyObscured', 'elmPartiallyObscuring'].includes(any[0]?.data?.messageKey);
};
// Lines of text say how high a target in them is: WCAG excepts it. The dock takes none
// away, as what it lies over can be scrolled from under it.
window.excepted = ({target, any}) =>
	document.querySelector([target.at(-1)].flat()[0])?.closest('.out, .advice') || any.some(({data}) => data?.messageKey === 'partiallyObscured');`

// ofLooks are the rules that a page may break in one scheme or on one screen only:
// what they ask for is a matter of style. By the others it is looked at once.
var ofLooks = []string{"color-contrast", "target-size", "link-in-text-block"}

// axe lets the checker look at the widget; the page around it is looked at elsewhere.
func (w widget) axe(state string) {
	w.Helper()
	w.axeOf(w.js(), state)
}

// axeOf lets the checker look at a part of the page, by some of its rules or by all
// that it has for level AA: by default it leaves out the one of WCAG 2.2.
func (p *tab) axeOf(part, state string, rules ...string) {
	p.Helper()
	options := "{resultTypes: ['violations', 'incomplete'], rules: {'target-size': {enabled: true}}}"
	if len(rules) > 0 {
		options = "{runOnly: ['" + strings.Join(rules, "', '") + "']}"
	}
	p.script("axe.run(" + part + ", " + options + ").then((r) => { window.result = r; }, (e) => { window.result = {failed: String(e)}; })")
	p.until("axe is done", "window.result !== undefined")
	found := eval[[]finding](p, `(result.failed ? [{Rule: 'axe itself', Target: '', Why: result.failed}] :
		[...result.violations, ...result.incomplete.filter((r) => r.id === 'color-contrast')]
			.flatMap((rule) => rule.nodes.filter((n) => !(rule.id === 'color-contrast' && decidedElsewhere(n) || rule.id === 'target-size' && excepted(n)))
				.map((n) => ({Rule: rule.id, Target: n.target.join(' '), Why: n.failureSummary ?? n.any[0]?.message ?? ''}))))`)
	p.script("delete window.result")
	// One of a kind is enough to see what is wrong.
	count := make(map[string]int)
	for _, f := range found {
		kind := f.Rule + " " + f.Why
		if count[kind]++; count[kind] == 1 {
			p.Errorf("%s: %s: %s: %s", state, f.Rule, f.Target, strings.Join(strings.Fields(f.Why), " "))
		}
	}
	if len(found) > len(count) {
		p.Errorf("%s: %d findings in all", state, len(found))
	}
}

// axe finds nothing in any state of a widget, on a phone and on a laptop, light
// and dark, and can decide whether every text can be read.
func TestAxe(t *testing.T) {
	script := readAxe(t)
	for _, scheme := range []string{"light", "dark"} {
		for _, screen := range screens {
			t.Run(fmt.Sprintf("%s-%d", scheme, screen[0]), func(t *testing.T) {
				if inFirefox(t) && (scheme == "light") != (screen[0] > 500) {
					t.Skip("each scheme and each screen once")
				}
				rules := ofLooks
				if scheme == "light" {
					rules = nil
				}
				w := openPrinting(t)
				w.emulate("prefers-color-scheme", scheme)
				w.size(screen[0], screen[1])
				w.script(script)
				w.axeOf("document", "idle", rules...)
				w.alone()
				w.printed("a\x1b[31mred\x1b[32mgreen\x1b[33;1myellow\x1b[34mblue\x1b[35mmagenta\x1b[36mcyan\x1b[90mgrey\x1b[0;7minverse\x1b[m\n",
					"\x1b[41mred\x1b[42mgreen\x1b[43myellow\x1b[44mblue\x1b[45mmagenta\x1b[46mcyan\x1b[100mgrey\x1b[m\n",
					"stderr:panic: no\n\n\tprog.go:6\n", "\x1b]8;;https://example.com/\x07link\x1b]8;;\x07\n")
				w.axe("ended")
				w.script("window.answer = (socket, m) => { window.socket = socket; window.id = m.id; }")
				w.states()
			})
		}
	}
}

// Nor does it in the tabs of a program of several files.
func TestAxeOfFiles(t *testing.T) {
	script := readAxe(t)
	for _, scheme := range []string{"light", "dark"} {
		w := openSeveral(t)
		w.emulate("prefers-color-scheme", scheme)
		w.size(360, 740)
		w.script(script)
		w.alone()
		w.strip("Add a file")
		w.name("double.go")
		w.until("it says what is wrong with the name", w.js()+".querySelector('.naming p').textContent !== ''")
		w.axe(scheme)
	}
}

// Nor in the built-in article, before anything is done to it. All that a scheme can
// spoil is contrast.
func TestAxeOfTheArticle(t *testing.T) {
	script := readAxe(t)
	for scheme, rules := range map[string][]string{"light": nil, "dark": ofLooks} {
		p := newTab(t)
		p.emulate("prefers-color-scheme", scheme)
		p.size(1280, 800)
		p.open(shared.post)
		p.script(script)
		p.axeOf("document", scheme, rules...)
	}
}

func readAxe(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile(axeScript)
	if os.IsNotExist(err) && os.Getenv("CI") == "" {
		t.Skip("no axe: npm ci --prefix internal/e2e/axe")
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(script) + "\n" + decidedElsewhere
}

// alone leaves nothing of the article but some of its programs. The checker looks at
// all of a page before it looks at a part of it, which takes most of its time.
func (w widget) alone(others ...string) {
	w.Helper()
	keep := "#" + strings.Join(append(others, w.id), ", #")
	w.script("for (const part of document.querySelectorAll(" + quote("article > :not("+keep+", details:has("+keep+"))") + ")) part.remove()")
}

// states goes through those that a scripted server puts a widget into.
func (w widget) states() {
	w.Helper()
	w.begin("{type: 'queued', id, position: 3}")
	w.axe("queued")
	w.begin("start(id)", "out(id, 2, 'Who are you? ')", "{type: 'reading', id, seq: 3, t: 9000}",
		"{type: 'meter', id, t: 412345, cpu: 3000, memory: 5 << 20, output: 13}")
	w.waitState("running")
	w.axe("reading")
	w.script("socket.say(end(id, 4, 'deadlock', 'deadlock: all goroutines are asleep'))")
	w.waitEnd()
	w.script(w.js() + ".querySelector('.trace').open = true")
	w.axe("deadlock")
	w.begin("start(id)", "{type: 'diagnostic', id, seq: 2, severity: 'error', message: 'undefined: x', file: 'prog.go', line: 6, column: 2}",
		"{type: 'diagnostic', id, seq: 3, severity: 'warning', message: 'vet', file: 'prog.go', line: 3, column: 1}",
		"end(id, 4, 'compile_error', 'did not compile: 1 error')")
	w.waitEnd()
	w.axe("compile error")
	w.edit("package main\n\nfunc main() {}\n")
	w.script("dispatchEvent(new StorageEvent('storage', {key: Object.keys(localStorage).find((k) => k.endsWith('#quick')), newValue: 'package other'}))")
	w.until("it asks", w.js()+".querySelector('.choice')?.checkVisibility() === true")
	w.axe("choice")
	w.choose("Keep mine")
	w.afterwards()
}

// afterwards goes through what can be done with an edited program and two of its
// runs that have ended.
func (w widget) afterwards() {
	w.Helper()
	for _, body := range []string{"'a\\nb\\n'", "'b\\na\\nc\\n'"} {
		w.begin("start(id)", "out(id, 2, "+body+")", "end(id, 3)")
		w.waitEnd()
	}
	w.showChanges()
	w.openView("Replay")
	w.until("it was printed again", w.js()+".querySelectorAll('.replay .out').length === 3")
	w.axe("changes and replay")
	w.script(w.js() + ".querySelector('.show-changes').click()")
	w.script(w.js() + ".querySelector('button.more').click()")
	w.openView("Compare")
	w.until("two runs are compared", w.js()+".querySelectorAll('.compare tbody tr').length > 0 && "+w.js()+".querySelector('.ways').checkVisibility()")
	w.axe("more and comparing")
}
