package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

const quickSource = "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"hello\")\n}"

func (w widget) wantSource(want string) {
	w.Helper()
	if got := w.source(); got != want {
		w.Errorf("the program is\n%s\nwant\n%s", got, want)
	}
	if got := w.drawn(); got != want {
		w.Errorf("what is drawn is\n%s\nwant\n%s", got, want)
	}
}

func (w widget) focused() string {
	w.Helper()
	return eval[string](w.tab, "document.activeElement.className || document.activeElement.localName")
}

// Tab indents, Shift-Tab takes it back, and Escape gives the keyboard back to
// the page: no trap.
func TestTabAndEscape(t *testing.T) {
	w := openFixture(t, "quick")
	w.cursor("\tfmt")
	w.press(tabKey)
	w.wantSource(strings.Replace(quickSource, "\tfmt.", "\tfmt\t.", 1))
	w.press(tabKey, chromedp.ModifierShift)
	w.wantSource(strings.Replace(quickSource, "\tfmt.", "fmt\t.", 1))
	w.press(escape)
	if f := w.focused(); f != "run" {
		t.Errorf("after Escape the focus is on %q, want Run", f)
	}
	w.press(tabKey)
	if f := w.focused(); f != "reset" {
		t.Errorf("after Tab the focus is on %q, want Reset", f)
	}
}

func TestTabIndentsSelection(t *testing.T) {
	w := openFixture(t, "quick")
	w.do(chromedp.Focus(w.sel("textarea")))
	w.script(w.js() + ".querySelector('textarea').select()")
	w.press(tabKey)
	w.wantSource("\tpackage main\n\n\timport \"fmt\"\n\n\tfunc main() {\n\t\tfmt.Println(\"hello\")\n\t}")
	w.press(tabKey, chromedp.ModifierShift)
	w.wantSource(quickSource)
}

// Enter keeps the indentation and a closing brace ends it.
func TestEnterIndents(t *testing.T) {
	w := openFixture(t, "quick")
	w.cursor("\"hello\")")
	w.press(enter)
	w.insert("if true {")
	w.press(enter)
	w.insert("return")
	w.press(enter)
	w.press(brace)
	w.wantSource(strings.Replace(quickSource, "\"hello\")", "\"hello\")\n\tif true {\n\t\treturn\n\t}", 1))
}

// What the page does to the text is undone like what the reader does.
func TestUndo(t *testing.T) {
	w := openFixture(t, "quick")
	w.cursor("\tfmt")
	w.press(tabKey)
	w.press(keyZ, chromedp.ModifierCtrl)
	w.wantSource(quickSource)
}

func TestKeysRun(t *testing.T) {
	for name, modifier := range map[string]chromedp.Modifier{
		"Ctrl": chromedp.ModifierCtrl, "Command": chromedp.ModifierMeta, "Shift": chromedp.ModifierShift,
	} {
		t.Run(name, func(t *testing.T) {
			w := openFixture(t, "quick")
			w.cursor("main")
			w.press(enter, modifier)
			if status := w.waitEnd(); status != "ok" {
				t.Errorf("status is %q", status)
			}
			w.wantSource(quickSource)
		})
	}
}

// Edits outlive the page until Reset, which brings back the author's program.
func TestDrafts(t *testing.T) {
	w := openFixture(t, "quick")
	edited := strings.Replace(quickSource, "hello", "mine", 1)
	w.edit(edited)
	w.reopen(shared.fixture)
	w.wantSource(edited)
	if !eval[bool](w.tab, w.js()+".hasAttribute('data-edited')") {
		t.Error("the page does not say that the program was edited")
	}
	w.do(chromedp.Click(w.sel("button.reset")))
	w.wantSource(quickSource)
	w.reopen(shared.fixture)
	w.wantSource(quickSource)
}

// The text that is drawn lies under the text that is edited: their lines are
// equally high, and their longest equally wide.
func TestEditorAlignment(t *testing.T) {
	w := openFixture(t, "quick")
	w.edit("package main\n\nfunc main() { // " + strings.Repeat("x", 300) + "\n" + strings.Repeat("\tif 1 {\n\n", 30) + "}")
	w.script(w.js() + ".querySelectorAll('.line')[4].dataset.mark = 'error'")
	type size struct{ Width, Height float64 }
	edited := eval[size](w.tab, fmt.Sprintf(`(() => {
		const t = %s.querySelector('textarea');
		const style = getComputedStyle(t);
		t.style.width = t.style.height = '0'; // so that scroll sizes are the text's
		const size = {
			Width: t.scrollWidth - parseFloat(style.paddingLeft),
			Height: t.scrollHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom),
		};
		t.style.width = t.style.height = '';
		return size;
	})()`, w.js()))
	drawn := eval[size](w.tab, fmt.Sprintf(`(() => {
		const lines = [...%s.querySelectorAll('.line')];
		const range = document.createRange();
		range.selectNodeContents(lines[2]);
		return {
			Width: range.getBoundingClientRect().width,
			Height: lines.at(-1).getBoundingClientRect().bottom - lines[0].getBoundingClientRect().top,
		};
	})()`, w.js()))
	if d := edited.Height - drawn.Height; d > 1.5 || d < -1.5 {
		t.Errorf("64 lines are %.1f pixels high where they are edited, %.1f where they are drawn", edited.Height, drawn.Height)
	}
	if d := edited.Width - drawn.Width; d > 4 || d < -4 {
		t.Errorf("the longest line is %.1f pixels wide where it is edited, %.1f where it is drawn", edited.Width, drawn.Width)
	}
}

// Typing at the end of a long line keeps the cursor in sight.
func TestLongLineScrolls(t *testing.T) {
	w := openFixture(t, "quick")
	w.size(360, 700)
	w.cursor("\"hello\")")
	for range 60 {
		w.press(keyX)
	}
	if left := eval[float64](w.tab, w.js()+".querySelector('.editor').scrollLeft"); left < 100 {
		t.Errorf("the editor scrolled by %.0f pixels", left)
	}
	if left := eval[float64](w.tab, w.js()+".querySelector('textarea').scrollLeft"); left != 0 {
		t.Errorf("the textarea scrolled by %.0f pixels away from what is drawn", left)
	}
}

// Every control has a name that says which program it is for, and the editor
// says how to leave it.
func TestNames(t *testing.T) {
	w := openFixture(t, "quick")
	for part, want := range map[string]string{
		"button.run":    "Run: Quick",
		"button.stop":   "Stop: Quick",
		"button.reset":  "Reset: Quick",
		"button.copy":   "Copy: Quick",
		".input button": "End input: Quick",
		".trace button": "Copy the id of this run: Quick",
		"textarea":      "Program: Quick",
		".log":          "Output of Quick",
	} {
		got := eval[string](w.tab, fmt.Sprintf("%s.querySelector(%s).getAttribute('aria-label')", w.js(), quote(part)))
		if got != want {
			t.Errorf("%s is called %q, want %q", part, got, want)
		}
	}
	const label = ".querySelector('.input input').labels[0].textContent"
	if got, want := eval[string](w.tab, w.js()+label), "Input for Quick; Enter sends a line"; got != want {
		t.Errorf("the input is called %q, want %q", got, want)
	}
	hint := eval[string](w.tab, fmt.Sprintf(
		"document.getElementById(%s.querySelector('textarea').getAttribute('aria-describedby')).textContent", w.js()))
	if !strings.Contains(hint, "Esc leaves the editor") {
		t.Errorf("hint is %q", hint)
	}
	if role := eval[string](w.tab, w.js()+".querySelector('.log').getAttribute('role')"); role != "log" {
		t.Errorf("the output's role is %q", role)
	}
}

// Format lays the program out as gofmt does and mends its imports; what cannot
// be formatted stays as it is, with the reason at its line.
func TestFormat(t *testing.T) {
	w := openFixture(t, "quick")
	w.edit("package main\nimport \"os\"\nfunc main(){fmt.Println( 1 )}")
	w.do(chromedp.Click(w.sel("button.format")))
	if status := w.waitEnd(); status != "ok" {
		t.Fatalf("status is %q: %s", status, w.text(".status"))
	}
	want := "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(1) }"
	if diff := cmp.Diff(want, w.source()); diff != "" {
		t.Errorf("formatted (-want +got):\n%s", diff)
	}
	const broken = "package main\n\nfunc main() {\n\tif {\n}"
	w.edit(broken)
	w.do(chromedp.Click(w.sel("button.format")))
	if status := w.waitEnd(); status != "compile_error" {
		t.Errorf("status is %q, want compile_error", status)
	}
	if got := w.source(); got != broken {
		t.Errorf("a program that cannot be formatted became %q", got)
	}
}
