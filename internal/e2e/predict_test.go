package e2e

import (
	"strings"
	"testing"
)

// Readers are asked what a program prints, do not see it before they want to, and
// are told how much of it they knew.
func TestPrediction(t *testing.T) {
	w := openFixture(t, "guessed")
	w.until("there is a place for it", w.js()+".querySelector('.prediction textarea') !== null")
	if eval[bool](w.tab, w.js()+".querySelector('.documented').checkVisibility()") {
		t.Error("the answer is shown")
	}
	w.predict("cup 0\ncup two")
	w.run()
	w.waitEnd()
	w.until("it is judged", w.js()+".querySelector('.prediction p').textContent === 'You predicted 1 of 2 lines.'")
	w.predict("cup 0\ncup 1\n")
	w.run()
	w.until("it is right", w.js()+".querySelector('.prediction p').textContent === 'Just as you predicted.'")
	w.predict("")
	w.run()
	w.until("nothing was predicted", w.js()+".querySelector('.prediction p').textContent === ''")
}

func (w widget) predict(text string) {
	w.script(w.js() + ".querySelector('.prediction textarea').value = " + quote(text))
}

// A number that an attribute names is a slider, without a comment in the program.
func TestKnobAttribute(t *testing.T) {
	w := openFixture(t, "guessed")
	w.until("there is a slider", w.js()+".querySelector('.knob input') !== null")
	w.script("(() => { const s = " + w.js() + ".querySelector('.knob input'); s.value = '4'; s.dispatchEvent(new Event('input', {bubbles: true})); })()")
	w.waitEnd()
	w.waitOutput("cup 3")
	if !strings.Contains(w.source(), "tea := 4\n") {
		t.Errorf("the program is %q", w.source())
	}
}
