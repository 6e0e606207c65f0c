package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// changes shows what the reader changed, as far as the page has it: a line for each
// that is shown, with its sign.
func (w widget) changes() []string {
	w.Helper()
	return eval[[]string](w.tab, `[...`+w.js()+`.querySelectorAll('.changes .row')].map((r) =>
		r.querySelector('.sign').dataset.sign.trim() + r.querySelector('.number').dataset.n + ' ' + r.querySelector('.text').textContent)`)
}

// showChanges presses the button in the caption that an edited program has.
func (w widget) showChanges() {
	w.Helper()
	const offered = ".querySelector('.show-changes')?.checkVisibility() === true"
	w.until("changes are offered", w.js()+offered)
	w.script(w.js() + ".querySelector('.show-changes').click()")
	w.until("they are shown", w.js()+".querySelector('.changes')?.checkVisibility() === true")
}

// What the reader changed is shown line by line, follows the editor, and is put
// back piece by piece.
func TestChanges(t *testing.T) {
	w := openFixture(t, "quick")
	if eval[bool](w.tab, w.js()+".querySelector('.show-changes') !== null") {
		t.Error("changes are offered of a program that nobody changed")
	}
	w.edit(strings.Replace(quickSource, "\"hello\")", "\"<b>mine</b>\")\n\tprintln(2)", 1))
	w.showChanges()
	want := "3 import \"fmt\"|4 |5 func main() {|−6 \tfmt.Println(\"hello\")|+6 \tfmt.Println(\"<b>mine</b>\")|+7 \tprintln(2)|8 }|9 "
	if got := strings.Join(w.changes(), "|"); got != want {
		t.Errorf("it shows\n%s\nwant\n%s", got, want)
	}
	if said := w.text(".changes [role=status]"); said != "Other than the author’s: 2 lines put in, 1 line taken out." {
		t.Errorf("it says %q", said)
	}
	w.cursor("println(")
	w.insert("1")
	w.until("it follows the editor", fmt.Sprintf("%s.querySelector('.changes').textContent.includes('println(12)')", w.js()))
	w.script(w.js() + ".querySelector('.changes [aria-label^=\"Put back\"]').click()")
	w.wantSource(quickSource)
	w.until("there is nothing to show any more", "!"+w.js()+".querySelector('.changes').checkVisibility() && !"+w.js()+".querySelector('.show-changes').checkVisibility()")
	w.enter()
	w.press(keyZ, chromedp.ModifierCtrl)
	if got := w.source(); !strings.Contains(got, "<b>mine</b>") {
		t.Errorf("undo brings back\n%s", got)
	}
}

// An edit that was kept is not taken for the author's program: the page says what it
// is about to run, and how it differs from what the author has made since.
func TestChangesOfKeptEdit(t *testing.T) {
	w := openFixture(t, "quick")
	w.edit(strings.Replace(quickSource, "hello", "mine", 1))
	w.reopen(shared.fixture)
	w.showChanges()
	if got := strings.Join(w.changes(), "|"); !strings.Contains(got, "−6 \tfmt.Println(\"hello\")|+6 \tfmt.Println(\"mine\")") {
		t.Errorf("of a kept edit it shows\n%s", got)
	}
	// As if the author had published this version since.
	w.script("for (const [k, v] of Object.entries(localStorage)) localStorage.setItem(k, v.replace(/\"base\":\"/, '$&9'))")
	w.reopen(shared.fixture)
	w.choose("What differs")
	w.until("it is shown", w.js()+".querySelector('.changes')?.checkVisibility() === true")
	if got := strings.Join(w.changes(), "|"); !strings.Contains(got, "−6 \tfmt.Println(\"hello\")|+6 \tfmt.Println(\"mine\")") {
		t.Errorf("of the two versions it shows\n%s", got)
	}
	if eval[int](w.tab, w.js()+".querySelectorAll('.changes [aria-label^=\"Put back\"]').length") != 0 {
		t.Error("it offers to put back before the reader has chosen")
	}
	w.choose("Keep the author’s")
	w.wantSource(quickSource)
	w.until("nothing is compared any more", "!"+w.js()+".querySelector('.changes').checkVisibility()")
}
