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

// inBoth does a test in the editor proper, and in the plain one that stands in
// for it.
func inBoth(t *testing.T, test func(t *testing.T, w widget)) {
	t.Run("proper", func(t *testing.T) { test(t, openFixture(t, "quick")) })
	t.Run("plain", func(t *testing.T) {
		p := newTab(t)
		p.keepEditorAway()
		p.open(shared.fixture)
		test(t, p.widget("quick"))
	})
}

// Tab indents, Shift-Tab takes it back, and Tab after Escape goes on to the next
// control: no trap.
func TestTabAndEscape(t *testing.T) {
	inBoth(t, func(t *testing.T, w widget) {
		w.cursor("\tfmt")
		w.press(tabKey)
		w.wantSource(strings.Replace(quickSource, "\tfmt.", "\tfmt\t.", 1))
		w.press(tabKey, chromedp.ModifierShift)
		w.wantSource(strings.Replace(quickSource, "\tfmt.", "fmt\t.", 1))
		w.press(escape)
		w.press(tabKey)
		if f := w.focused(); f != "run" {
			t.Errorf("after Escape and Tab the focus is on %q, want Run", f)
		}
		w.press(tabKey)
		if f := w.focused(); f != "reset" {
			t.Errorf("after Tab the focus is on %q, want Reset", f)
		}
	})
}

func TestTabIndentsSelection(t *testing.T) {
	inBoth(t, func(t *testing.T, w widget) {
		w.choosePart("0", "text.length")
		w.press(tabKey)
		w.wantSource("\tpackage main\n\n\timport \"fmt\"\n\n\tfunc main() {\n\t\tfmt.Println(\"hello\")\n\t}")
		w.press(tabKey, chromedp.ModifierShift)
		w.wantSource(quickSource)
	})
}

// Ctrl and slash makes the selected lines comments, and code again.
func TestToggleComments(t *testing.T) {
	slash := key{"/", "Slash", "", 191}
	inBoth(t, func(t *testing.T, w widget) {
		w.choosePart("text.indexOf('func')", "text.length")
		w.press(slash, chromedp.ModifierCtrl)
		if got := w.source(); !strings.Contains(got, "// func main() {\n") || !strings.HasSuffix(got, "// }") {
			t.Errorf("the program is\n%s", got)
		}
		w.press(slash, chromedp.ModifierCtrl)
		w.wantSource(quickSource)
	})
}

// Enter keeps the indentation and a closing brace ends it.
func TestEnterIndents(t *testing.T) {
	inBoth(t, func(t *testing.T, w widget) {
		w.cursor("\"hello\")")
		w.press(enter)
		w.insert("if true {")
		w.press(enter)
		w.insert("return")
		w.press(enter)
		w.press(brace)
		w.wantSource(strings.Replace(quickSource, "\"hello\")", "\"hello\")\n\tif true {\n\t\treturn\n\t}", 1))
	})
}

// What the page does to the text is undone like what the reader does.
func TestUndo(t *testing.T) {
	inBoth(t, func(t *testing.T, w widget) {
		w.cursor("\tfmt")
		w.press(tabKey)
		w.press(keyZ, chromedp.ModifierCtrl)
		w.wantSource(quickSource)
	})
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
	w.clickOn("button.reset")
	w.wantSource(quickSource)
	w.reopen(shared.fixture)
	w.wantSource(quickSource)
}

// The text that is drawn lies under the text that is edited: their lines are
// equally high, and their longest equally wide.
func TestEditorAlignment(t *testing.T) {
	p := newTab(t)
	p.keepEditorAway()
	p.open(shared.fixture)
	w := p.widget("quick")
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
	inBoth(t, func(t *testing.T, w widget) {
		w.size(360, 700)
		w.cursor("\"hello\")")
		for range 60 {
			w.press(keyX)
		}
		scroller := ".editor"
		if !w.plain() {
			scroller = ".cm-scroller"
		}
		w.until("the editor scrolled", w.js()+".querySelector('"+scroller+"').scrollLeft > 100")
		if w.plain() && eval[float64](w.tab, w.js()+".querySelector('textarea').scrollLeft") != 0 {
			t.Error("the textarea scrolled away from what is drawn")
		}
	})
}

// Every control has a name that says which program it is for, and the editor
// says how to leave it.
func TestNames(t *testing.T) {
	w := openFixture(t, "quick")
	w.enter()
	for part, want := range map[string]string{
		"button.run":    "Run: Quick",
		"button.stop":   "Stop: Quick",
		"button.reset":  "Reset: Quick",
		"button.copy":   "Copy: Quick",
		".input button": "End input: Quick",
		".trace button": "Copy the id of this run: Quick",
		".cm-content":   "Program: Quick",
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
		"document.getElementById(%s.querySelector('.cm-content').getAttribute('aria-describedby')).textContent", w.js()))
	if !strings.Contains(hint, "Esc, then Tab leaves the editor") {
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
	w.format("formatted")
	want := "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(1) }"
	if diff := cmp.Diff(want, w.source()); diff != "" {
		t.Errorf("formatted (-want +got):\n%s", diff)
	}
	w.format("already formatted")
	const broken = "package main\n\nfunc main() {\n\tif {\n}"
	w.edit(broken)
	w.format("cannot be formatted")
	if got := w.source(); got != broken {
		t.Errorf("a program that cannot be formatted became %q", got)
	}
	if len(w.marked("error")) == 0 {
		t.Error("no line is marked")
	}
}

// format presses Format and waits until the widget says what became of it.
func (w widget) format(say string) {
	w.Helper()
	w.script(w.js() + ".querySelector('button.format').click()")
	w.until("Format says "+say, fmt.Sprintf("!%s.hasAttribute('data-formatting') && %[1]s.querySelector('.reason').textContent.startsWith(%s)", w.js(), quote(say)))
}

// Format leaves the cursor at its place in the program.
func TestFormatKeepsCursor(t *testing.T) {
	w := openFixture(t, "quick")
	w.edit("package main\n\nfunc  main( ) {\n      x:=1\n  if x>0 { fmt.Println( x,    \"here\" ) }\n}\n")
	for before, behind := range map[string]string{"x,    ": "\"here\")", "    x:": "= 1", "  if": " x > 0", "here\" ) }": "\n}"} {
		w.edit("package main\n\nfunc  main( ) {\n      x:=1\n  if x>0 { fmt.Println( x,    \"here\" ) }\n}\n")
		w.cursor(before)
		w.format("formatted")
		got := w.behind()
		if !strings.HasPrefix(got, behind) {
			t.Errorf("the cursor was behind %q and is before %.20q, want %q", before, got, behind)
		}
	}
	w.press(keyZ, chromedp.ModifierCtrl)
	if got := w.source(); !strings.Contains(got, "func  main( )") {
		t.Errorf("undo brings back\n%s", got)
	}
}

// A program that runs goes on while another version of it is formatted.
func TestFormatBesideRun(t *testing.T) {
	w := openFixture(t, "slow")
	w.run()
	w.waitOutput("first line")
	w.cursor("main() {")
	w.insert("  ")
	w.script(w.js() + ".querySelector('button.format').click()")
	w.until("the button says so", w.js()+".querySelector('button.format').textContent === 'Done'")
	if strings.Contains(w.source(), "{  ") {
		t.Error("it was not formatted")
	}
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q", status)
	}
	if diff := cmp.Diff([]string{"first line", "last line"}, w.output()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

// An edit that began from another version of the author's program does not hide
// that: the reader sees both and chooses.
func TestDraftOfAnotherVersion(t *testing.T) {
	for _, keep := range []string{"Keep mine", "Keep the author’s"} {
		w := openFixture(t, "quick")
		edited := strings.Replace(quickSource, "hello", "mine", 1)
		w.edit(edited)
		// As if the author had published this version since.
		w.script("for (const [k, v] of Object.entries(localStorage)) localStorage.setItem(k, v.replace(/\"base\":\"/, '$&9'))")
		w.reopen(shared.fixture)
		w.wantSource(edited)
		w.choose("Show the author’s")
		w.wantSource(quickSource)
		w.choose("Show mine")
		w.wantSource(edited)
		w.choose("Show the author’s")
		w.choose(keep)
		want := quickSource
		if keep == "Keep mine" {
			want = edited
		}
		w.wantSource(want)
		w.reopen(shared.fixture)
		w.wantSource(want)
		if eval[bool](w.tab, w.js()+".querySelector('.choice')?.checkVisibility() === true") {
			t.Error("it asks again")
		}
	}
}

// choose presses a button of the question that is asked.
func (w widget) choose(label string) {
	w.Helper()
	found := fmt.Sprintf("[...%s.querySelectorAll('.choice button')].find((b) => b.textContent === %s)", w.js(), quote(label))
	w.until("it asks", found+" !== undefined")
	w.script(found + ".click()")
}

// Two tabs tell each other what becomes of a program.
func TestDraftInTwoTabs(t *testing.T) {
	w := openFixture(t, "quick")
	other := newTab(t)
	other.reopen(shared.fixture)
	o := other.widget("quick")
	edited := strings.Replace(quickSource, "hello", "mine", 1)
	w.edit(edited)
	other.until("the other tab is told", o.js()+".querySelector('.choice')?.textContent.includes('another tab') === true")
	o.wantSource(quickSource)
	o.choose("Keep the other tab’s")
	o.wantSource(edited)
}
