package e2e

import (
	"strings"
	"testing"
)

// What the author says that a program prints is there before it is run. After a
// run the reader learns whether it was so, and where it was not.
func TestDocumentedOutput(t *testing.T) {
	w := openFixture(t, "documented")
	if text := w.text(".documented samp"); text != "two\none\n" || w.hidden(".documented") {
		t.Errorf("before the run %q is shown, or not", text)
	}
	w.run()
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status is %q", status)
	}
	if said := w.text(".status"); !strings.Contains(said, "; as documented") || !w.hidden(".documented") {
		t.Errorf("after the run it says %q, or shows the documented output", said)
	}

	stale := w.widget("stale")
	stale.run()
	stale.waitEnd()
	if said := stale.text(".status"); !strings.Contains(said, "; not as documented") || stale.hidden(".documented") {
		t.Errorf("after the run it says %q, or does not show the documented output", said)
	}
	if marked := stale.text(".documented mark"); marked != "three" {
		t.Errorf("the line that differs is %q", marked)
	}
	stale.edit(quickSource)
	stale.run()
	stale.waitEnd()
	if said := stale.text(".status"); strings.Contains(said, "documented") || !stale.hidden(".documented") {
		t.Errorf("of the reader's own program it says %q", said)
	}
}

func (w widget) hidden(part string) bool {
	return eval[bool](w.tab, w.js()+".querySelector("+quote(part)+").hidden")
}
