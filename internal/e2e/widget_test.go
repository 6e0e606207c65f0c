package e2e

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// widget is one <code-runner> of a page.
type widget struct {
	*tab
	id string
}

func (p *tab) widget(id string) widget { return widget{p, id} }

// js is the widget as a JavaScript expression.
func (w widget) js() string { return fmt.Sprintf("document.getElementById(%s)", quote(w.id)) }

func (w widget) sel(part string) chromedp.CSS { return chromedp.CSS("#" + w.id + " " + part) }

// run presses Run.
func (w widget) run() {
	w.Helper()
	w.do(chromedp.Click(w.sel("button.run")))
}

// stop presses Stop.
func (w widget) stop() {
	w.Helper()
	w.do(chromedp.Click(w.sel("button.stop"), chromedp.NodeVisible))
}

func (w widget) waitState(state string) {
	w.Helper()
	w.until(w.id+" is "+state, fmt.Sprintf("%s.dataset.state === %s", w.js(), quote(state)))
}

// waitEnd waits for the end of a run and returns its status.
func (w widget) waitEnd() string {
	w.Helper()
	w.waitState("ended")
	return eval[string](w.tab, w.js()+".dataset.status")
}

// waitOutput waits until the output contains text.
func (w widget) waitOutput(text string) {
	w.Helper()
	w.until(fmt.Sprintf("%s prints %q", w.id, text),
		fmt.Sprintf("%s.querySelector('.log').textContent.includes(%s)", w.js(), quote(text)))
}

// output returns the lines that are shown.
func (w widget) output() []string {
	w.Helper()
	return eval[[]string](w.tab, fmt.Sprintf("[...%s.querySelectorAll('.out .text')].map((n) => n.textContent)", w.js()))
}

func (w widget) text(part string) string {
	w.Helper()
	return eval[string](w.tab, fmt.Sprintf("%s.querySelector(%s).textContent", w.js(), quote(part)))
}

// source returns what is in the editor.
func (w widget) source() string {
	w.Helper()
	return eval[string](w.tab, w.js()+".querySelector('textarea').value")
}

// drawn returns what the reader sees of the program under the textarea.
func (w widget) drawn() string {
	w.Helper()
	return w.text("pre > code")
}

// edit replaces the program as a reader does: select all, type over it.
func (w widget) edit(source string) {
	w.Helper()
	w.do(chromedp.Focus(w.sel("textarea")))
	w.script(w.js() + ".querySelector('textarea').select()")
	w.insert(strings.TrimSuffix(source, "\n"))
}

// insert types text without keys, as input methods do.
func (w widget) insert(text string) {
	w.Helper()
	call(w.tab, input.InsertText, input.InsertTextParams{Text: text})
}

// key is one that the tests press.
type key struct {
	name, code, text string
	windows          int64
}

var (
	enter  = key{"Enter", "Enter", "\r", 13}
	tabKey = key{"Tab", "Tab", "", 9}
	escape = key{"Escape", "Escape", "", 27}
	keyX   = key{"x", "KeyX", "x", 88}
	keyZ   = key{"z", "KeyZ", "z", 90}
	brace  = key{"}", "BracketRight", "}", 221}
)

// press presses a key wherever the focus is. Its text comes with the key going
// down, as from a keyboard: a page that refuses the key does not get the text.
func (w widget) press(k key, modifiers ...chromedp.Modifier) {
	w.Helper()
	down := input.DispatchKeyEventParams{
		Type: input.DispatchKeyEventTypeKeyDown, Key: k.name, Code: k.code, Text: k.text, WindowsVirtualKeyCode: k.windows,
	}
	for _, m := range modifiers {
		down.Modifiers |= int64(m)
	}
	if k == keyZ && down.Modifiers != 0 { // headless browsers know no shortcuts
		down.Text, down.Commands = "", []string{"undo"}
	}
	call(w.tab, input.DispatchKeyEvent, down)
	up := down
	up.Type, up.Text, up.Commands = input.DispatchKeyEventTypeKeyUp, "", nil
	call(w.tab, input.DispatchKeyEvent, up)
}

// cursor puts the cursor behind the first occurrence of text.
func (w widget) cursor(text string) {
	w.Helper()
	w.do(chromedp.Focus(w.sel("textarea")))
	w.script(fmt.Sprintf(`(() => {
		const t = %s.querySelector('textarea');
		const at = t.value.indexOf(%s) + %d;
		t.setSelectionRange(at, at);
	})()`, w.js(), quote(text), len(text)))
}

// quote returns s as a JavaScript string.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings always can be
	}
	return string(b)
}
