package e2e

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const sharedSource = `package main

import "fmt"

func main() {
	fmt.Println("<b>shared</b>", 6*7)
}`

// link presses a button of Share's and returns the link that it makes.
func (w widget) link(name string) string {
	w.Helper()
	find := w.js() + ".querySelector('.links input[aria-label=" + quote(name) + "]')"
	w.until("there is a link to the "+name, find+" !== null")
	w.script(find + ".parentElement.querySelector('button').click()")
	w.until("the link to the "+name+" is made", find+".value !== ''")
	return eval[string](w.tab, find+".value")
}

// A run that is shared is shown on a page of its own and in the article, with what
// the program printed and how it ended, in a browser that never ran it.
func TestShareARun(t *testing.T) {
	w := openFixture(t, "quick")
	w.size(360, 740)
	w.edit(sharedSource)
	w.run()
	w.waitOutput("shared")
	w.waitEnd()
	w.clickOn("button.share")
	run := w.link("Run, with its output")
	program := w.link("Program")
	if run == program || !strings.Contains(run, "/p/") {
		t.Errorf("links are %q and %q", run, program)
	}
	w.focus(".links button")
	w.press(escape)
	w.until("the links are gone and Share has the focus",
		"!"+w.js()+".querySelector('.links') && document.activeElement.matches('button.share')")

	w.script("localStorage.clear()")
	w.navigate(run)
	page := w.widget("program")
	page.waitState("ended")
	page.showsTheRun(t)
	w.click("main > p a")
	w.ready()
	w.waitState("ended")
	w.showsTheRun(t)
	if source := w.source(); source != sharedSource {
		t.Errorf("the article shows %q", source)
	}

	w.script("localStorage.clear()")
	w.navigate(program)
	page.waitState("idle")
	if source := page.source(); source != sharedSource {
		t.Errorf("the shared program is %q", source)
	}
	for _, form := range []string{".go", ".txt", ".cast", ".png", ".json"} {
		if status := statusOf(t, run+form); status != http.StatusOK {
			t.Errorf("%s: status %d", form, status)
		}
	}
}

func (w widget) showsTheRun(t *testing.T) {
	t.Helper()
	if !eval[bool](w.tab, w.js()+".querySelector('.log').offsetHeight > 0") {
		t.Errorf("the output of %s is not seen", w.id)
	}
	if lines := strings.Join(w.output(), "\n"); lines != "<b>shared</b> 42" {
		t.Errorf("%s shows %q", w.id, lines)
	}
	if said := w.text(".status"); !strings.Contains(said, "a shared run") {
		t.Errorf("%s says %q", w.id, said)
	}
}

func statusOf(t *testing.T, address string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// A program in the link itself is shown where it belongs. Of who has an edit of
// their own, nothing is lost: both are there to choose from.
func TestProgramInALink(t *testing.T) {
	w := openFixture(t, "quick")
	w.edit(sharedSource)
	w.clickOn("button.share")
	link := w.link("Program inside the link, never kept anywhere")
	w.edit(quickSource + "\n// mine")
	u, err := url.Parse(link)
	if err != nil || !strings.HasPrefix(u.Fragment, "code=") {
		t.Fatalf("the link is %q", link)
	}
	w.navigate("about:blank")
	w.navigate(link)
	w.ready()
	w.until("the reader is asked", w.js()+".querySelector('.choice button') !== null")
	if source := w.source(); source != quickSource+"\n// mine" {
		t.Errorf("shown is %q", source)
	}
	w.clickOn(".choice button:last-of-type")
	w.until("the reader has chosen", w.js()+".querySelector('.choice').hidden")
	if source := w.source(); source != sharedSource {
		t.Errorf("taken is %q", source)
	}
}

// Beside a long program the output goes along with the window, and not over what
// stands below: the links can be pressed.
func TestLinksAreNotCovered(t *testing.T) {
	p := newTab(t)
	p.size(1280, 800)
	p.open(shared.post)
	w := p.widget("leak")
	w.run()
	w.waitEnd()
	w.script(w.js() + ".querySelector('button.share').click()")
	w.until("the links are there", w.js()+".querySelector('.links button') !== null")
	w.script(w.js() + ".querySelector('.links').scrollIntoView({block: 'center', behavior: 'instant'})")
	if covered := eval[[]string](w.tab, `[...`+w.js()+`.querySelectorAll('.links button')].filter((b) => {
		const {left, top, width, height} = b.getBoundingClientRect();
		return !b.contains(document.elementFromPoint(left + width / 2, top + height / 2));
	}).map((b) => b.textContent)`); len(covered) > 0 {
		t.Errorf("something lies over %q", covered)
	}
}
