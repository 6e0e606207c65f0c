package e2e

import (
	"fmt"
	"path/filepath"
	"testing"
)

// looks are how a page is looked at: each scheme and each screen once.
var looks = []struct {
	scheme        string
	width, height int64
	rules         []string // of pages that have been looked at already
}{{"light", 1280, 800, nil}, {"dark", 360, 740, ofLooks}}

// axe finds nothing in what a run can be seen as beside its output, nor in what is
// done with it.
func TestAxeOfViews(t *testing.T) {
	script := readAxe(t)
	for _, look := range looks {
		t.Run(fmt.Sprintf("%s-%d", look.scheme, look.width), func(t *testing.T) {
			w := openFixture(t, "turned")
			w.emulate("prefers-color-scheme", look.scheme)
			w.size(look.width, look.height)
			w.script(script)
			w.alone("lanes", "quick")
			w.axeOfChart()
			w = w.widget("lanes")
			w.openTimeline()
			w.waitEnd()
			w.axe("timeline")
			w.script(w.js() + `.querySelector('.controls button[aria-label^="As a table"]').click()`)
			w.until("there is a table", w.js()+".querySelectorAll('.facts tbody tr').length > 30")
			w.axe("timeline as a table")
			w = w.widget("quick")
			w.axeOfLinks()
			w.axeOfChanges()
			w.script(w.js() + ".querySelector('button.run').dispatchEvent(new KeyboardEvent('keydown', {key: '?', bubbles: true, composed: true}))")
			w.until("the keys are listed", w.js()+".querySelector('dialog.keylist[open]') !== null")
			w.axe("list of keys")
		})
	}
}

// axeOfChart looks at a chart, at its table, and at sliders.
func (w widget) axeOfChart() {
	w.Helper()
	w.run()
	w.waitEnd()
	w.until("the chart is drawn", w.js()+".querySelectorAll('.chart-picture path').length === 2 && "+w.js()+".querySelector('.knob input') !== null")
	w.axe("chart, sliders")
	w.script(w.js() + ".querySelector('.chart button').click()")
	w.until("the table is there", w.js()+".querySelectorAll('.chart tbody tr').length === 9")
	w.axe("chart as a table")
}

// axeOfLinks looks at the links to a run, before and after they are made.
func (w widget) axeOfLinks() {
	w.Helper()
	w.run()
	w.waitEnd()
	w.script(w.js() + ".querySelector('button.share').click()")
	w.until("the links are there", w.js()+".querySelector('.links button') !== null")
	w.axe("links")
	w.link("Run, with its output")
	w.axe("a link that is made")
}

func (w widget) axeOfChanges() {
	w.Helper()
	w.edit("package main\n\nfunc main() {\n\tprintln(1)\n}\n")
	w.showChanges()
	w.axe("changes")
}

// Nor in runs that are played again, compared and repeated, in a prediction, and in
// a picture that a program printed.
func TestAxeOfRuns(t *testing.T) {
	script := readAxe(t)
	for _, look := range looks {
		t.Run(fmt.Sprintf("%s-%d", look.scheme, look.width), func(t *testing.T) {
			w := openScripted(t, "quick", `if (m.type === 'run' && window.picture) {
				for (const said of [start(m.id), out(m.id, 2, picture + '\n'), end(m.id, 3)]) socket.say(said);
				return;
			}`+twoRuns)
			w.emulate("prefers-color-scheme", look.scheme)
			w.emulate("prefers-reduced-motion", "reduce")
			w.size(look.width, look.height)
			w.script(script)
			w.alone("guessed")
			w.run()
			w.waitEnd()
			w.openView("Replay")
			w.until("it can be played again", w.js()+".querySelectorAll('.replay .out').length === 3")
			w.axe("replay")
			w.run()
			w.waitEnd()
			w.openView("Compare")
			w.until("they are compared", w.js()+".querySelectorAll('.compare tbody tr').length === 6")
			w.axe("two runs")
			w.openView("Output")
			w.script("window.picture = " + quote(pictureLine(t, 60, 40)))
			w.run()
			w.until("there is a picture", w.js()+".querySelector('.output img')?.complete === true")
			w.axe("a picture")
			w = w.widget("guessed")
			w.script(w.js() + ".scrollIntoView()")
			w.until("there is a place for a prediction", w.js()+".querySelector('.prediction textarea') !== null")
			w.axe("a prediction")
		})
	}
}

// Nor in the other pages: those of what was shared, of programs in frames, of what
// there is not, of other sites, and of an author's mistakes.
func TestAxeOfPages(t *testing.T) {
	script := readAxe(t)
	w := openFixture(t, "quick")
	w.run()
	w.waitEnd()
	w.script(w.js() + ".querySelector('button.share').click()")
	pages := map[string]string{
		"a shared run":     w.link("Run, with its output"),
		"a shared program": w.link("Program"),
		"nothing":          shared.fixture + "none",
	}
	post := filepath.Join(t.TempDir(), "post.md")
	save(t, post, "---\ntitle: T\n---\n\n```go runner titel=x\npackage main\n```\n")
	pages["mistakes"] = started(t, "--dev", "--post", post)
	site, runner := otherSite(t)
	pages["a frame"] = runner + "embed/post/answer"
	for _, look := range looks {
		for name, page := range pages {
			p := newTab(t)
			p.tolerate("404")
			p.emulate("prefers-color-scheme", look.scheme)
			p.size(look.width, look.height)
			p.navigate(page)
			p.until("the page is ready", `document.readyState === 'complete' && document.querySelectorAll('code-runner:not([data-state])').length === 0`)
			if name == "mistakes" {
				p.until("the mistakes are shown", "document.querySelector('.mistakes')?.textContent.includes('post.md:5') === true")
			}
			p.script(script)
			p.axeOf("document", fmt.Sprintf("%s, %s, %d px", name, look.scheme, look.width), look.rules...)
		}
		p := newTab(t)
		p.tolerate("favicon.ico")
		p.emulate("prefers-color-scheme", look.scheme)
		p.size(look.width, look.height)
		p.navigate(site + "/plain/")
		p.until("there is a Run button", hosts+`.length > 0`)
		p.script(`window.root = ` + hosts + `[0].shadowRoot; root.querySelector('button').click()`)
		p.until("the program has run", `root.querySelector('code-runner')?.dataset.state === 'ended'`)
		p.script(script)
		p.axeOf(hosts+"[0]", fmt.Sprintf("on another site, %s, %d px", look.scheme, look.width), look.rules...)
	}
}
