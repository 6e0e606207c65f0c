package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// period is the key that, with Ctrl, mends what is wrong at the cursor.
var period = key{".", "Period", "", 190}

// squiggles are the descriptions of what is underlined, with the text.
func (w widget) squiggles(want string) {
	w.Helper()
	w.until("underlined is "+want, fmt.Sprintf(
		"[...%s.querySelectorAll('.squiggle')].map((n) => n.textContent + ': ' + n.getAttribute('aria-description')).join('|') === %s",
		w.js(), quote(want)))
}

// While the reader types the program is checked: what is wrong is underlined,
// said where the cursor is, and mended on demand. The program is not run.
func TestFindingsWhileTyping(t *testing.T) {
	w := openFixture(t, "quick")
	for _, test := range []struct{ source, squiggle, at, want string }{
		{
			"package main\n\nimport \"fmt\"\n\nfunc main() {\n\tx := 1\n\tfmt.Println()\n}", "x: error: declared and not used: x",
			"\tx", "package main\n\nimport \"fmt\"\n\nfunc main() {\n\t_ = 1\n\tfmt.Println()\n}",
		},
		{
			"package main\n\nimport (\n\t\"os\"\n)\n\nfunc main() {\n}", `"os": error: "os" imported and not used`,
			"\"o", "package main\n\nfunc main() {\n}",
		},
		{
			"package main\n\nfunc main() {\n\tfmt.Println()\n}", "fmt: error: undefined: fmt",
			"\tf", "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println()\n}",
		},
	} {
		w.edit(test.source)
		w.squiggles(test.squiggle)
		w.cursor(test.at)
		message := test.squiggle[strings.Index(test.squiggle, "error: "):]
		if hint := w.text(".hint"); !strings.HasPrefix(hint, message) {
			t.Errorf("the hint is %q, want %q", hint, message)
		}
		if len(w.marked("error")) != 1 {
			t.Errorf("marked lines: %v", w.marked("error"))
		}
		w.press(period, chromedp.ModifierCtrl)
		w.until("it is mended", fmt.Sprintf("%s.state.doc.toString() === %s", w.view(), quote(test.want)))
		w.squiggles("")
	}
	if state := eval[string](w.tab, w.js()+".dataset.state"); state != "idle" {
		t.Errorf("the widget is %s", state)
	}
}

// What is underlined goes with its text, and is told on hover.
func TestFindingsGoWithText(t *testing.T) {
	w := openFixture(t, "broken")
	w.run()
	w.waitEnd()
	w.enter()
	const both = "x: error: declared and not used: x|undefined: error: undefined: undefined"
	w.squiggles(both)
	w.cursor("package main")
	w.insert("\n\n// new\n")
	w.squiggles(both)
	w.script(w.js() + ".querySelector('.squiggle').scrollIntoView({block: 'center', behavior: 'instant'})")
	at := eval[[]float64](w.tab, fmt.Sprintf("(({left, top}) => [left + 3, top + 3])(%s.querySelector('.squiggle').getBoundingClientRect())", w.js()))
	w.do(chromedp.MouseEvent("mouseMoved", at[0], at[1]))
	w.until("it is told", w.js()+".querySelector('.finding p')?.textContent === 'declared and not used: x'")
}
