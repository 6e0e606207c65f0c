package e2e

import (
	"strings"
	"testing"
)

// lines are those of a block that can be seen, in the server's page, in the plain
// editor or in the editor proper.
func (w widget) lines() string {
	w.Helper()
	return eval[string](w.tab, `[...`+w.js()+`.querySelectorAll('.cm-line, .line:not([data-folded])')].map((l) => l.textContent.trim()).join('|')`)
}

// What the author folds away is not in the reader's way, runs, and opens.
func TestFolded(t *testing.T) {
	w := openFixture(t, "folded")
	before := eval[float64](w.tab, w.js()+".offsetHeight")
	if seen := w.lines(); strings.Contains(seen, "secret") || strings.Contains(seen, "import") || !strings.Contains(seen, "fmt.Println(first)") {
		t.Errorf("before anything is touched %q can be seen", seen)
	}
	w.run()
	if status := w.waitEnd(); status != "ok" || !strings.Contains(strings.Join(w.output(), "\n"), "a secret") {
		t.Errorf("it ended %s and printed %q", status, w.output())
	}
	w.script(w.js() + ".querySelector('.editor pre')?.focus()") // there is no textarea yet
	w.until("the editor proper is there", w.js()+".querySelector('.cm-content') !== null")
	if seen := w.lines(); strings.Contains(seen, "secret") || strings.Contains(seen, "import") {
		t.Errorf("in the editor %q can be seen", seen)
	}
	if after := eval[float64](w.tab, w.js()+".querySelector('.editor').offsetHeight"); after > before {
		t.Errorf("the editor is %v px high, more than the block was: %v", after, before)
	}
	if n := eval[int](w.tab, w.js()+".querySelectorAll('.cm-line[data-marked]').length"); n != 1 {
		t.Errorf("%d lines are marked", n)
	}
	if source := w.source(); !strings.HasPrefix(source, "package main") || !strings.Contains(source, "a secret") {
		t.Errorf("the program is %q", source)
	}
}

// Where the editor proper cannot be had, the plain one shows everything as soon
// as the reader wants to write.
func TestFoldedPlain(t *testing.T) {
	p := newTab(t)
	p.keepEditorAway()
	p.open(shared.fixture)
	w := p.widget("folded")
	if seen := w.lines(); strings.Contains(seen, "secret") {
		t.Errorf("at first %q can be seen", seen)
	}
	w.script(w.js() + ".querySelector('.editor pre')?.focus()")
	w.until("the text to open", w.js()+".querySelector('textarea').hidden === false")
	if seen := w.lines(); !strings.Contains(seen, "secret") {
		t.Errorf("then %q can be seen", seen)
	}
}

// Of a program that is longer than a screen the imports are folded, though nobody said
// so, until the reader asks for them.
func TestLongProgramIsFolded(t *testing.T) {
	p := newTab(t)
	p.open(shared.post)
	w := p.widget("handoff")
	before := eval[float64](w.tab, w.js()+".querySelector('.editor').offsetHeight")
	if seen := w.lines(); strings.Contains(seen, `"fmt"`) || !strings.Contains(seen, "import (") || strings.Contains(seen, "fmt.Printf") {
		t.Errorf("at first %q can be seen", seen)
	}
	w.enter()
	if seen := w.lines(); strings.Contains(seen, `"fmt"`) || !strings.Contains(seen, "import (") {
		t.Errorf("in the editor %q can be seen", seen)
	}
	if after := eval[float64](w.tab, w.js()+".querySelector('.editor').offsetHeight"); after-before > 1 || before-after > 1 {
		t.Errorf("the editor is %v px high, and the block was %v", after, before)
	}
	if source := w.source(); !strings.Contains(source, `"fmt"`) {
		t.Errorf("the program is %q", source)
	}
	w.script(w.js() + ".querySelector('.cm-foldPlaceholder').click()")
	w.until("the imports are there", `[...`+w.js()+`.querySelectorAll('.cm-line')].some((l) => l.textContent.includes('"fmt"'))`)
}
