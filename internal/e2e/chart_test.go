package e2e

import (
	"strings"
	"testing"
)

// Values that a program prints are drawn while it runs, said in words, and in a
// table; the SVG has no text that is markup.
func TestChart(t *testing.T) {
	w := openFixture(t, "turned")
	w.run()
	w.waitEnd()
	w.until("the chart is drawn", w.js()+".querySelectorAll('.chart-picture path').length === 2 && "+w.js()+".querySelector('.chart-said').textContent.includes('last 2')")
	said := w.text(".chart-said")
	for _, want := range []string{"queue from 0 to 2, last 2", "state ends as open", "took from 0\u00a0ms to 4\u00a0ms"} {
		if !strings.Contains(said, want) {
			t.Errorf("it says %q, not %q", said, want)
		}
	}
	if names := w.text(".chart-picture svg"); !strings.Contains(names, "open, closed") {
		t.Errorf("the picture says %q", names)
	}
	w.script(w.js() + ".querySelector('.chart button').click()")
	w.until("the table is there", w.js()+".querySelectorAll('.chart tbody tr').length === 9")

	w.edit("package main\n\nfunc main() {\n\tprintln(\"a=1 b=<img/src=x>\\na=2 b=x\\nwait=no wait=1\")\n}")
	w.run()
	w.waitEnd()
	w.until("the chart is of the other run", w.js()+".querySelector('.chart-said').textContent.startsWith('a from 1 to 2')")
	if found := eval[int](w.tab, w.js()+".querySelectorAll('.chart img').length"); found != 0 {
		t.Error("output became markup")
	}
}

// Who presses Chart after a run sees all of that run.
func TestChartAfterwards(t *testing.T) {
	w := openFixture(t, "quick")
	w.edit("package main\n\nfunc main() {\n\tfor i := range 5 {\n\t\tprintln(\"n=\", i)\n\t\tprint(\"depth=\", i, \"\\n\")\n\t}\n}")
	if eval[bool](w.tab, w.js()+".querySelector('.tools [aria-label^=Chart]')?.hidden === false") {
		t.Error("a chart is offered before there is anything to draw")
	}
	w.run()
	w.waitEnd()
	w.until("a chart is offered", w.js()+".querySelector('.tools [aria-label^=Chart]')?.hidden === false")
	w.script(w.js() + ".querySelector('.tools [aria-label^=Chart]').click()")
	w.until("the chart is drawn", w.js()+".querySelector('.chart-said')?.textContent.startsWith('depth from 0 to 4, last 4') === true")
}

// A slider at the program and one in a sentence are the same number of the program,
// which is run when it was turned; who types the number turns the sliders.
func TestKnobs(t *testing.T) {
	w := openFixture(t, "turned")
	w.until("there are sliders", w.js()+".querySelector('.knob input') !== null && document.querySelector('p .knob input') !== null")
	w.script("const s = document.querySelector('p .knob input'); s.value = '5'; s.dispatchEvent(new Event('input', {bubbles: true}))")
	w.waitEnd()
	w.waitOutput("queue=4")
	if !strings.Contains(w.source(), "queue := 5 // knob: 1..16") {
		t.Errorf("the program is %q", w.source())
	}
	if at := eval[string](w.tab, w.js()+".querySelector('.knob input').value"); at != "5" {
		t.Errorf("the other slider is at %s", at)
	}
	w.edit(strings.Replace(w.source(), "queue := 5", "queue := 7", 1))
	w.until("the sliders follow", "document.querySelector('p .knob output').textContent === '7'")
}
