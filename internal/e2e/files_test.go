package e2e

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

var (
	arrowRight = key{"ArrowRight", "ArrowRight", "", 39}
	arrowDown  = key{"ArrowDown", "ArrowDown", "", 40}
	backspace  = key{"Backspace", "Backspace", "", 8}
)

const severalSource = "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(double(21))\n}\n" +
	"-- double.go --\npackage main\n\nfunc double(n int) int {\n\treturn 2 * n\n}\n-- go.mod --\nmodule several"

// openSeveral opens the program of several files, with the editor proper.
func openSeveral(t *testing.T) widget {
	t.Helper()
	w := openFixture(t, "several")
	w.tabs("[prog.go] double.go go.mod")
	w.script(w.js() + ".querySelector('.editor pre').focus()")
	w.until("the editor proper is there", w.js()+".querySelector('.cm-content') !== null")
	return w
}

// tabs waits until the files of a program are these, the one that is shown in
// brackets.
func (w widget) tabs(want string) {
	w.Helper()
	w.until("the tabs are "+want, fmt.Sprintf(`[...%s.querySelectorAll('[role=tab]')].map((t) => t.getAttribute('aria-selected') === 'true' ? '[' + t.firstChild.data + ']' : t.firstChild.data).join(' ') === %s`,
		w.js(), quote(want)))
}

// chooseFile presses the tab of a file.
func (w widget) chooseFile(name string) {
	w.Helper()
	w.script(fmt.Sprintf("[...%s.querySelectorAll('[role=tab]')].find((t) => t.firstChild.data === %s).click()", w.js(), quote(name)))
}

// name answers with the name that the page asks for.
func (w widget) name(name string) {
	w.Helper()
	w.until("a name is asked for", w.js()+".querySelector('.naming')?.checkVisibility() === true")
	w.script(fmt.Sprintf("(() => { const i = %s.querySelector('.naming input'); i.value = %s; i.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true})); })()", w.js(), quote(name)))
}

// strip presses a button beside the tabs.
func (w widget) strip(label string) {
	w.Helper()
	button := fmt.Sprintf("%s.querySelector('.files [aria-label^=\"%s\"]')", w.js(), label)
	w.until(label+" is there", button+" !== null")
	w.script(button + ".click()")
}

// Each file of a program has a tab, and its own line numbers; the program is all of
// them.
func TestFiles(t *testing.T) {
	w := openFixture(t, "several")
	w.tabs("[prog.go] double.go go.mod")
	if seen := w.visible(); seen != "package main||import \"fmt\"||func main() {|fmt.Println(double(21))|}" {
		t.Errorf("at first %q can be seen", seen)
	}
	w.chooseFile("double.go")
	w.tabs("prog.go [double.go] go.mod")
	if seen := w.visible(); seen != "package main||func double(n int) int {|return 2 * n|}" {
		t.Errorf("of the second file %q can be seen", seen)
	}
	w.script(w.js() + ".querySelector('.editor pre').focus()")
	w.until("the editor proper is there", w.js()+".querySelector('.cm-content') !== null")
	if seen := w.visible(); seen != "package main||func double(n int) int {|return 2 * n|}" {
		t.Errorf("in the editor %q can be seen", seen)
	}
	numbers := eval[string](w.tab, "[..."+w.js()+".querySelectorAll('.cm-lineNumbers .cm-gutterElement')].filter((e) => e.style.visibility !== 'hidden').map((e) => e.textContent).join()")
	if numbers != "1,2,3,4,5" {
		t.Errorf("its lines are numbered %s", numbers)
	}
	w.script(w.js() + ".querySelector('[aria-selected=true]').focus()")
	w.press(arrowRight)
	w.tabs("prog.go double.go [go.mod]")
	w.press(arrowRight)
	w.tabs("[prog.go] double.go go.mod")
	w.run()
	if status := w.waitEnd(); status != "ok" || !slices.Equal(w.output(), []string{"42"}) {
		t.Errorf("it ended %s and printed %q", status, w.output())
	}
	if got := w.source(); got != severalSource {
		t.Errorf("the program is\n%s", got)
	}
}

// visible are the lines that can be seen.
func (w widget) visible() string {
	w.Helper()
	return eval[string](w.tab, `[...`+w.js()+`.querySelectorAll('.cm-line, .line')].filter((l) => l.checkVisibility()).map((l) => l.textContent.trim()).join('|')`)
}

// Keys stay in the file that is shown; what is selected and deleted is of
// it alone.
func TestKeysStayInFile(t *testing.T) {
	w := openSeveral(t)
	w.chooseFile("double.go")
	w.tabs("prog.go [double.go] go.mod")
	w.script(w.view() + ".focus()")
	w.press(backspace) // at its very beginning
	for range 9 {
		w.press(arrowDown)
	}
	w.insert("// end")
	w.tabs("prog.go [double.go] go.mod")
	want := strings.Replace(severalSource, "\n}\n-- go.mod", "\n}// end\n-- go.mod", 1)
	if got := w.source(); got != want {
		t.Errorf("the program is\n%s", got)
	}
	w.press(key{"a", "KeyA", "", 65}, chromedp.ModifierCtrl)
	w.press(backspace)
	w.insert("package main")
	w.tabs("prog.go [double.go] go.mod")
	if got := w.source(); !strings.HasSuffix(got, "}\n-- double.go --\npackage main\n-- go.mod --\nmodule several") {
		t.Errorf("the program is\n%s", got)
	}
	w.chooseFile("prog.go")
	w.tabs("[prog.go] double.go go.mod")
	w.script(w.view() + ".focus()")
	w.press(keyZ, chromedp.ModifierCtrl)
	w.tabs("prog.go [double.go] go.mod") // which is where something was undone
}

// A finding is at the tab of its file, and leads there.
func TestFindingsOfFiles(t *testing.T) {
	w := openSeveral(t)
	w.chooseFile("double.go")
	w.tabs("prog.go [double.go] go.mod")
	w.cursor("return 2")
	w.insert("x")
	const found = ".querySelector('[role=tab][data-found=error]')?.textContent"
	w.until("the file is marked while the reader types", w.js()+found+" === 'double.go, 1 error'")
	w.chooseFile("prog.go")
	w.run()
	w.waitEnd()
	w.until("it is marked after the run", w.js()+found+" === 'double.go, 1 error'")
	w.script(w.js() + ".querySelector('.diagnostics button').click()")
	w.tabs("prog.go [double.go] go.mod")
	if marked := w.marked("error"); !slices.Equal(marked, []int{12}) {
		t.Errorf("lines %v of the text are marked", marked)
	}
}

// Files are added, renamed and deleted; a name that is none is refused with what
// would be one. All of it can be undone.
func TestChangeFiles(t *testing.T) {
	w := openSeveral(t)
	w.strip("Add a file")
	for name, problem := range map[string]string{
		"../x.go": "A file’s name is a path within the program, such as sub/x.go.", "double.go": "There is a file double.go already.",
		"": "Write the name of the file, such as stack.go.", "sub/go.mod": "A program is one module: its go.mod is at the top.",
	} {
		w.name(name)
		w.until("it says what is wrong with "+name, fmt.Sprintf("%s.querySelector('.naming p').textContent === %s", w.js(), quote(problem)))
	}
	w.name("sub/x.go")
	w.tabs("prog.go double.go go.mod [sub/x.go]")
	if got := w.source(); got != severalSource+"\n-- sub/x.go --\npackage sub\n" {
		t.Errorf("with another file the program is\n%s", got)
	}
	w.strip("Rename")
	w.name("sub/y.go")
	w.tabs("prog.go double.go go.mod [sub/y.go]")
	w.strip("Delete")
	w.tabs("prog.go double.go [go.mod]")
	if got := w.source(); got != severalSource {
		t.Errorf("without it the program is\n%s", got)
	}
	w.chooseFile("prog.go")
	w.strip("Rename")
	w.name("main.go")
	w.tabs("[main.go] double.go go.mod")
	if got := w.source(); got != "-- main.go --\n"+severalSource {
		t.Errorf("with its first file named the program is\n%s", got)
	}
	w.script(w.view() + ".focus()")
	w.press(keyZ, chromedp.ModifierCtrl)
	w.tabs("[prog.go] double.go go.mod")
}

// A program of one file becomes one of two, which is kept and runs.
func TestFirstFileAdded(t *testing.T) {
	w := openFixture(t, "quick")
	w.more("Add a file")
	w.name("more.go")
	w.tabs("prog.go [more.go]")
	w.reopen(shared.fixture)
	w.tabs("[prog.go] more.go")
	w.run()
	if status := w.waitEnd(); status != "ok" || !slices.Equal(w.output(), []string{"hello"}) {
		t.Errorf("it ended %s and printed %q", status, w.output())
	}
}

// Nothing moves when the scripts come: the page has room for bars, and shows the first of
// several files only, with room for tabs.
func TestTabsMoveNothing(t *testing.T) {
	p := newTab(t)
	p.tolerate("ERR_BLOCKED_BY_CLIENT")
	block := func(pattern ...*network.BlockPattern) {
		call(p, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: pattern})
	}
	w := p.widget("several")
	heights := func() []float64 {
		return eval[[]float64](p, "['several', 'quick'].map((id) => document.getElementById(id).offsetHeight)")
	}
	block(&network.BlockPattern{URLPattern: "*://*:*/*/bundle.js", Block: true})
	p.do(chromedp.Navigate(shared.fixture))
	p.until("the page is there without its scripts", "document.readyState === 'complete'")
	before := heights()
	block()
	p.open(shared.fixture)
	w.tabs("[prog.go] double.go go.mod")
	w.until("the tabs are shown", w.js()+".querySelector('.files').checkVisibility()")
	after := heights()

	if before[0] < 150 || math.Abs(after[0]-before[0]) > 1 || math.Abs(after[1]-before[1]) > 1 {
		t.Errorf("before the scripts are there they are %v pixels high, and %v afterwards", before, after)
	}
}
