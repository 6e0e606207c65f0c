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

// clickOn clicks on a part of the widget.
func (w widget) clickOn(part string) {
	w.Helper()
	w.click("#" + w.id + " " + part)
}

// focus turns to a part of the widget, as with the Tab key.
func (w widget) focus(part string) {
	w.Helper()
	w.script(w.js() + ".querySelector(" + quote(part) + ").focus()")
}

// run presses Run.
func (w widget) run() {
	w.Helper()
	w.clickOn("button.run")
}

// stop presses Stop.
func (w widget) stop() {
	w.Helper()
	w.clickOn("button.stop")
}

func (w widget) waitState(state string) {
	w.Helper()
	w.until(w.id+" is "+state, fmt.Sprintf("%s?.dataset.state === %s", w.js(), quote(state)))
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

// view is the editor proper, as CodeMirror hangs it onto what it draws.
func (w widget) view() string { return w.js() + ".querySelector('.cm-content').cmTile.root.view" }

// plain reports whether the editor is the plain one.
func (w widget) plain() bool {
	w.Helper()
	return eval[bool](w.tab, w.js()+".querySelector('.sheet') !== null")
}

// enter turns to the editor, as with the Tab key, and waits for the editor
// proper unless the test keeps it away.
func (w widget) enter() {
	w.Helper()
	if w.plain() {
		// Where something is folded away there is no textarea yet.
		w.focus(".editor :is(textarea:not([hidden]), pre[tabindex=\"0\"])")
		if w.withoutEditor {
			return
		}
		w.until("the editor proper is there", w.js()+".querySelector('.cm-content') !== null")
	}
	w.script(w.view() + ".focus()")
}

// either is one expression where the editor is the plain one and another where
// it is the editor proper. The editor may change between two questions.
func (w widget) either(plain, proper string) string {
	return fmt.Sprintf("(%s.querySelector('.sheet') ? (%s) : (%s))", w.js(), plain, proper)
}

// source returns what is in the editor.
func (w widget) source() string {
	w.Helper()
	return eval[string](w.tab, w.either(w.js()+".querySelector('textarea').value", w.view()+".state.doc.toString()"))
}

// drawn returns what the reader sees of the program.
func (w widget) drawn() string {
	w.Helper()
	return eval[string](w.tab, w.either(w.js()+".querySelector('pre > code').textContent",
		"[..."+w.js()+".querySelectorAll('.cm-line')].map((l) => l.textContent).join('\\n')"))
}

// marked returns the numbers of the lines that have a mark of a kind.
func (w widget) marked(kind string) []int {
	w.Helper()
	return eval[[]int](w.tab, w.either(
		fmt.Sprintf("[...%s.querySelectorAll('.line')].flatMap((l, i) => l.dataset.mark === %s ? [i + 1] : [])", w.js(), quote(kind)),
		fmt.Sprintf("[...%s.querySelectorAll('.cm-line[data-mark=%s]')].map((l) => { const view = %s; return view.state.doc.lineAt(view.posAtDOM(l)).number; })",
			w.js(), kind, w.view())))
}

// choosePart selects the program from one offset to another, in UTF-16 units.
func (w widget) choosePart(from, to string) {
	w.Helper()
	w.enter()
	if w.plain() {
		w.script(fmt.Sprintf("(() => { const t = %s.querySelector('textarea'), text = t.value; t.setSelectionRange(%s, %s); })()", w.js(), from, to))
		return
	}
	w.script(fmt.Sprintf("(() => { const view = %s, text = view.state.doc.toString(); view.dispatch({selection: {anchor: %s, head: %s}}); })()",
		w.view(), from, to))
}

// edit replaces the program as a reader does: select all, paste over it.
func (w widget) edit(source string) {
	w.Helper()
	w.choosePart("0", "text.length")
	source = strings.TrimSuffix(source, "\n")
	if w.plain() {
		w.insert(source)
		return
	}
	w.script(fmt.Sprintf("(() => { const view = %s; view.dispatch(view.state.replaceSelection(%s), {userEvent: 'input.paste'}); })()",
		w.view(), quote(source)))
}

// insert types text without keys, as input methods do.
func (w widget) insert(text string) {
	w.Helper()
	if w.fox != nil {
		w.script("document.execCommand('insertText', false, " + quote(text) + ")")
		return
	}
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
	if w.fox != nil {
		w.foxPress(k.name, heldKeys(modifiers)...)
		return
	}
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

// heldKeys are the names of modifiers.
func heldKeys(modifiers []chromedp.Modifier) []string {
	var names []string
	for _, m := range modifiers {
		switch m {
		case chromedp.ModifierAlt:
			names = append(names, "Alt")
		case chromedp.ModifierCtrl:
			names = append(names, "Control")
		case chromedp.ModifierMeta:
			names = append(names, "Meta")
		case chromedp.ModifierShift:
			names = append(names, "Shift")
		}
	}
	return names
}

// cursor puts the cursor behind the first occurrence of text.
func (w widget) cursor(text string) {
	w.Helper()
	at := fmt.Sprintf("text.indexOf(%s) + %d", quote(text), len(text))
	w.choosePart(at, at)
}

// behind returns what follows the cursor.
func (w widget) behind() string {
	w.Helper()
	return eval[string](w.tab, w.either(
		"document.activeElement.value?.slice(document.activeElement.selectionStart)",
		"(({state}) => state.doc.sliceString(state.selection.main.from))("+w.view()+")"))
}

// quote returns s as a JavaScript string.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings always can be
	}
	return string(b)
}
