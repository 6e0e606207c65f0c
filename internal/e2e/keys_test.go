package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// ? lists the keys where nothing is typed, and is a character where something is.
func TestKeyList(t *testing.T) {
	question := key{"?", "Slash", "?", 191}
	const open = ".querySelector('dialog.keylist[open]') !== null"
	w := openFixture(t, "quick")
	w.cursor("hello")
	w.press(question)
	w.wantSource(strings.Replace(quickSource, "hello", "hello?", 1))
	// Sent to the button itself: whether the window has the focus is not asked.
	w.script(w.js() + ".querySelector('button.run').dispatchEvent(new KeyboardEvent('keydown', {key: '?', bubbles: true, composed: true}))")
	w.until("the list is open", w.js()+open)
	if text := w.text("dialog"); !strings.Contains(text, "Esc, then Tableave the editor") {
		t.Errorf("the list is %q", text)
	}
	w.script(w.js() + ".querySelector('dialog button').click()")
	w.until("it is closed", "!("+w.js()+open+")")
}

// A phone has a row of the keys that its keyboard hides, and keeps its keyboard.
func TestKeyRow(t *testing.T) {
	p := newTab(t)
	p.size(360, 740)
	call(p, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
	p.open(shared.fixture)
	w := p.widget("quick")
	w.cursor("\tfmt")
	w.script(w.js() + ".querySelector('.keyrow').scrollIntoView({block: 'nearest', behavior: 'instant'})")
	w.clickOn(".keyrow button[aria-label=Define]")
	w.wantSource(strings.Replace(quickSource, "\tfmt", "\tfmt:=", 1))
	if f := w.focused(); !strings.Contains(f, "cm-content") {
		t.Errorf("the focus is on %q", f)
	}
	w.clickOn(".keyrow button[aria-label=Undo]")
	w.wantSource(quickSource)
}

// A line that goes on beyond the edge has a sign there, numbers stay in sight,
// and Alt+Z wraps.
func TestLongLines(t *testing.T) {
	w := openFixture(t, "quick")
	w.size(360, 740)
	w.edit(strings.Replace(quickSource, "hello", strings.Repeat("wide ", 40), 1))
	cuts := func(n string) { w.until(n+" lines are cut", w.js()+".querySelectorAll('.cuts span').length === "+n) }
	cuts("1")
	w.script(w.js() + ".querySelector('.cm-scroller').scrollLeft = 200")
	if !eval[bool](w.tab, "((w) => Math.abs(w.querySelector('.cm-lineNumbers').getBoundingClientRect().left - w.querySelector('.cm-scroller').getBoundingClientRect().left) < 2)("+w.js()+")") {
		t.Error("the numbers are scrolled away")
	}
	w.script(w.js() + ".querySelector('.cm-scroller').scrollLeft = 1e6")
	cuts("0")
	w.press(key{"z", "KeyZ", "", 90}, chromedp.ModifierAlt)
	w.until("it is wrapped", w.js()+".querySelector('.cm-lineWrapping') !== null")
	cuts("0")
	w.press(key{"z", "KeyZ", "", 90}, chromedp.ModifierAlt)
	w.until("it is not any more", w.js()+".querySelector('.cm-lineWrapping') === null")
}

// What is typed is indented as gofmt has it: between braces that were just
// opened, in cases, after what closes several brackets at once.
func TestIndentsAsGofmt(t *testing.T) {
	w := openFixture(t, "quick")
	for _, test := range []struct{ typed, want string }{
		{"if true {⏎x()", "\tif true {\n\t\tx()\n\t}"},
		{"switch x {⏎case 1:⏎x()⏎case 2:⏎y()", "\tswitch x {\n\tcase 1:\n\t\tx()\n\tcase 2:\n\t\ty()\n\t}"},
		{"select {⏎default:⏎x()", "\tselect {\n\tdefault:\n\t\tx()\n\t}"},
		{"go f(func() {⏎x()", "\tgo f(func() {\n\t\tx()\n\t})"},
		{"s := []string{⏎\"a{\",⏎\"b\",", "\ts := []string{\n\t\t\"a{\",\n\t\t\"b\",\n\t}"},
		{"f(`{⏎a⏎b`)", "\tf(`{\n\ta\n\tb`)"},
	} {
		w.edit("package main\n\nfunc main() {\n\t\n}")
		w.cursor("{\n\t")
		for _, c := range test.typed {
			if c == '⏎' {
				w.press(escape) // no proposal is taken
				w.press(enter)
			} else {
				w.insert(string(c))
			}
		}
		w.wantSource("package main\n\nfunc main() {\n" + test.want + "\n}")
	}
}
