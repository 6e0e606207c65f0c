package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// typed types text key by key as far as the page can tell.
func (w widget) typed(text string) {
	w.Helper()
	for _, c := range text {
		w.insert(string(c))
	}
}

// Names are completed as they are typed, with what they are, and taken with
// Enter or Tab.
func TestCompletion(t *testing.T) {
	w := openFixture(t, "quick")
	w.cursor("\"hello\")")
	w.press(enter)
	w.typed("fmt.Pri")
	const proposed = ".querySelector('.cm-tooltip-autocomplete')?.textContent.includes(%s)"
	w.until("Printf is proposed", fmt.Sprintf(w.js()+proposed+" === true", quote("Printf(format string, a ...any)")))
	w.until("what it does is told", w.js()+".querySelector('.cm-completionInfo')?.textContent.startsWith('Print formats using') === true")
	time.Sleep(120 * time.Millisecond) // keys that come at once with a list are not meant for it
	w.press(tabKey)
	w.wantSource(strings.Replace(quickSource, "\"hello\")", "\"hello\")\n\tfmt.Print", 1))
}

// From its bracket on the call's signature is shown, with the parameter that the
// cursor is at.
func TestSignatureHelp(t *testing.T) {
	w := openFixture(t, "quick")
	w.edit(strings.Replace(quickSource, "fmt.Println(\"hello\")", "fmt.Println(add)\n}\n\n// add adds.\nfunc add(first, second int) int {\n\treturn first + second", 1))
	w.cursor("Println(add")
	const shown = ".querySelector('.about')?.textContent"
	w.insert("(")
	w.until("the signature is shown", w.js()+shown+" === 'add(first int, second int) intadd adds.'")
	w.until("the first parameter is marked", w.js()+".querySelector('.about strong')?.textContent === 'first int'")
	w.typed("1, ")
	w.until("the second parameter is marked", w.js()+".querySelector('.about strong')?.textContent === 'second int'")
	w.press(escape)
	w.until("it is gone", w.js()+shown+" === undefined")
}

// F1 tells what the name at the cursor means, and so does resting the mouse on it.
func TestMeaning(t *testing.T) {
	w := openFixture(t, "quick")
	w.cursor("fmt.Prin")
	w.press(key{"F1", "F1", "", 112})
	const shown = ".querySelector('.about code')?.textContent === 'func fmt.Println(a ...any) (n int, err error)'"
	w.until("it is told", w.js()+shown)
	w.press(escape)
	w.until("it is gone", w.js()+".querySelector('.about') === null")
	w.script(w.js() + ".querySelector('.cm-line .f').scrollIntoView({block: 'center', behavior: 'instant'})")
	at := eval[[]float64](w.tab, fmt.Sprintf("(({left, top}) => [left + 3, top + 3])([...%s.querySelectorAll('.cm-line .f')].find((n) => n.textContent === 'Println').getBoundingClientRect())", w.js()))
	w.do(chromedp.MouseEvent("mouseMoved", at[0], at[1]))
	w.until("it is told on hover", w.js()+shown)
}
