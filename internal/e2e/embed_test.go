package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// otherSite serves pages of another origin whose embed.js is a real server's, with
// an article of its own for frames.
func otherSite(t *testing.T) (site, runner string) {
	t.Helper()
	needBrowser(t)
	post := filepath.Join(t.TempDir(), "post.md")
	save(t, post, "---\ntitle: Framed\n---\n\n```go runner id=answer\npackage main\n\nfunc main() { println(6 * 7) }\n```\n")
	var pages = map[string]string{
		"/plain/": "../../examples/embed/plain/index.html", "/hugo/": "testdata/embed/hugo.html", "/docusaurus/": "testdata/embed/docusaurus.html",
	}
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/frame/" {
			fmt.Fprintf(w, `<!doctype html><title>A frame</title><iframe src="%sembed/post/answer" width="720" height="400"></iframe>`, runner)
			return
		}
		text, err := os.ReadFile(pages[r.URL.Path])
		if err != nil {
			http.NotFound(w, r)
			return
		}
		// What the page's own site would have to allow.
		w.Header().Set("Content-Security-Policy", fmt.Sprintf("default-src 'self'; script-src %s; style-src 'self' 'unsafe-inline' %[1]s; connect-src %[1]s ws:; img-src data:", runner))
		fmt.Fprint(w, strings.ReplaceAll(string(text), "https://run.example.org/", runner))
	}))
	t.Cleanup(func() {
		files.CloseClientConnections() // browsers keep some that they never use
		files.Close()
	})
	runner = started(t, "--post", post, "--origins", files.URL)
	return files.URL, runner
}

// hosts are what shows programs on such a page.
const hosts = `[...document.querySelectorAll('div')].filter((d) => d.shadowRoot)`

// Listings of other sites become programs: nothing but a small script is loaded
// before a reader touches one, nothing global is left, and what it prints is there.
func TestEmbed(t *testing.T) {
	site, runner := otherSite(t)
	for _, page := range []string{"plain", "hugo", "docusaurus"} {
		t.Run(page, func(t *testing.T) {
			p := newTab(t)
			p.tolerate("favicon.ico")
			p.navigate(site + "/" + page + "/")
			p.until("there is a Run button", hosts+`.length > 0`)
			if n, want := eval[int](p, hosts+`.length`), map[string]int{"hugo": 2}[page]; n != max(1, want) {
				t.Errorf("%d programs", n)
			}
			const loaded = `performance.getEntriesByType('resource').map((e) => e.name).filter((n) => n.startsWith(%s))`
			if got := eval[[]string](p, fmt.Sprintf(loaded, quote(runner))); len(got) != 1 || !strings.HasSuffix(got[0], "/embed.js") {
				t.Errorf("before anything is touched it has loaded %q", got)
			}
			p.script(`window.before = Object.keys(window).join()`)
			p.shot("embed-" + page + "-before")
			p.script(`window.root = ` + hosts + `[0].shadowRoot; root.querySelector('button').click()`)
			p.until("the program has run", `root.querySelector('code-runner')?.dataset.state === 'ended'`)
			if said := eval[string](p, `[...root.querySelectorAll('.out .text')].map((n) => n.textContent).join('|')`); said != "from the other side" {
				t.Errorf("it printed %q", said)
			}
			if lines := eval[int](p, `root.querySelector('code-runner textarea, code-runner pre code').value?.split('\n').length ?? root.querySelector('code-runner pre code').textContent.split('\n').length`); lines < 9 {
				t.Errorf("the program has %d lines", lines)
			}
			if own := eval[string](p, `document.querySelector('[data-runner]').checkVisibility() ? 'both' : ''`); own != "" {
				t.Error("the site's own listing is still shown")
			}
			if more := eval[[]string](p, `Object.keys(window).filter((k) => !window.before.split(',').includes(k) && !['before', 'root'].includes(k))`); len(more) > 0 {
				t.Errorf("globals: %q", more)
			}
			p.shot("embed-" + page)
			// It is edited where the focus is in a shadow tree.
			p.script(`root.querySelector('textarea').focus(); root.querySelector('textarea').select(); document.execCommand('insertText', false, 'package main\n\nfunc main() { println("changed") }\n'); root.querySelector('button.run').click()`)
			p.until("the change has run", `[...root.querySelectorAll('.out .text')].some((n) => n.textContent === 'changed')`)
			p.shot("embed-" + page + "-changed")
		})
	}
}

// A site that the operator has not allowed is told so by the widget.
func TestEmbedOfAnotherSite(t *testing.T) {
	site, _ := otherSite(t)
	p := newTab(t)
	p.tolerate("favicon.ico")
	p.tolerate("403")
	p.tolerate("WebSocket")
	// The same server by another name is another origin.
	p.navigate(strings.Replace(site, "127.0.0.1", "localhost", 1) + "/plain/")
	p.until("there is a Run button", hosts+`.length === 1`)
	p.script(`window.root = ` + hosts + `[0].shadowRoot; root.querySelector('button').click()`)
	p.until("it says why not", `root.querySelector('.status')?.textContent.includes('--origins') === true`)
}

// What a site adds to its page later is found as well; what it takes away is gone.
func TestEmbedFollowsThePage(t *testing.T) {
	site, _ := otherSite(t)
	p := newTab(t)
	p.tolerate("favicon.ico")
	p.navigate(site + "/plain/")
	p.until("the first is there", hosts+`.length === 1`)
	p.script(`const box = document.createElement('section');
		const code = document.createElement('code'); code.dataset.runner = ''; code.className = 'language-go'; code.textContent = 'package main';
		const pre = document.createElement('pre'); pre.append(code); box.append(pre); document.body.append(box); window.box = box;`)
	p.until("the second is there", hosts+`.length === 2`)
	p.script(`window.box.remove()`)
	p.until("it is gone", hosts+`.length === 1`)
}

// The timeline knows of the focus in a shadow tree: what is chosen with the keyboard
// stays when the mouse goes by.
func TestEmbedTimelineHasTheFocus(t *testing.T) {
	site, _ := otherSite(t)
	p := newTab(t)
	p.tolerate("favicon.ico")
	p.navigate(site + "/plain/")
	p.until("there is a Run button", hosts+`.length === 1`)
	p.script(`window.root = ` + hosts + `[0].shadowRoot; root.querySelector('button').click()`)
	p.until("the program has run", `root.querySelector('code-runner')?.dataset.state === 'ended'`)
	p.script(`root.querySelectorAll('.views button')[1].click()`)
	p.until("it has run again, with its events", `root.querySelector('.timeline .said')?.textContent.includes('goroutine') === true &&
		root.querySelector('code-runner').dataset.state === 'ended'`)
	p.script(`root.querySelector('.lanes').focus()`)
	p.until("something is chosen", `root.querySelector('.timeline .info').textContent !== ''`)
	if chosen := eval[string](p, `root.querySelector('.lanes').dispatchEvent(new PointerEvent('pointerleave')) && root.querySelector('.timeline .info').textContent`); chosen == "" {
		t.Error("nothing is chosen any more")
	}
}

// Copying where there is no clipboard API takes the focus away, and gives it back to
// the button in the shadow tree.
func TestEmbedCopyKeepsTheFocus(t *testing.T) {
	site, _ := otherSite(t)
	p := newTab(t)
	p.tolerate("favicon.ico")
	p.navigate(site + "/plain/")
	p.until("there is a Run button", hosts+`.length === 1`)
	p.script(`window.root = ` + hosts + `[0].shadowRoot; root.querySelector('button').click()`)
	p.until("the program has run", `root.querySelector('code-runner')?.dataset.state === 'ended'`)
	p.script(`Object.defineProperty(navigator, 'clipboard', {value: undefined}); root.querySelector('button.copy').focus(); root.querySelector('button.copy').click()`)
	p.until("it says what became of it", `['Copied', 'Not allowed'].includes(root.querySelector('button.copy').textContent)`)
	if !eval[bool](p, `root.activeElement === root.querySelector('button.copy')`) {
		t.Error("the focus is elsewhere")
	}
}

// A program in a frame runs there, on sites that may frame it and on no others.
func TestEmbedFrame(t *testing.T) {
	site, runner := otherSite(t)
	p := newTab(t)
	p.tolerate("favicon.ico")
	p.navigate(site + "/frame/")
	p.until("the frame is there", `document.querySelector('iframe') !== null`)
	// The frame's own page, as a reader of it: the frame is of another origin.
	p.open(runner + "embed/post/answer")
	w := p.widget("answer")
	w.run()
	w.waitOutput("42")
	w.waitEnd()
	p.shot("embed-frame")
}
