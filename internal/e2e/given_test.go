package e2e

import (
	"strings"
	"testing"
)

// A run has the arguments, the input and the processors that its author gives it,
// and nobody is asked to type.
func TestGiven(t *testing.T) {
	w := openFixture(t, "given")
	w.run()
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q", status)
	}
	if got, want := strings.TrimSpace(strings.Join(w.output(), "")), `["-n" "two words"] "one\ntwo\n" 1`; got != want {
		t.Errorf("it printed %q, want %q", got, want)
	}
}

// A collapsed program is shown to whoever asks for it, by its link too; and one
// that is to be observed shows its timeline at the first run.
func TestObservedAndCollapsed(t *testing.T) {
	w := openFixture(t, "observed")
	if eval[bool](w.tab, w.js()+".checkVisibility()") {
		t.Error("it is shown before anybody asked")
	}
	w.script("location.hash = 'observed'")
	w.until("a link opens it", w.js()+".checkVisibility()")
	w.run()
	w.until("its timeline is there", w.js()+".querySelector('.timeline canvas')?.checkVisibility() === true")
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q", status)
	}
	w.script(w.js() + ".querySelector('.views button').click()")
	w.until("the output is there as well", w.js()+".querySelector('.output').checkVisibility()")
}
