package e2e

import (
	"path/filepath"
	"strings"
	"testing"
)

// A site below a path: links, search, programs and scripts stay below it, and a
// folder's theme is the page's.
func TestSiteBelowAPath(t *testing.T) {
	dir := t.TempDir()
	save(t, filepath.Join(dir, "one.md"), "---\ntitle: One\ndate: 2026-01-01\ntags: [Go]\n---\n\nZeno runs.\n\n```go runner id=hi\npackage main\n\nfunc main() { println(6 * 7) }\n```\n")
	save(t, filepath.Join(dir, "two.md"), "---\ntitle: Two\ndate: 2026-01-02\n---\n\nAchilles waits at the café.\n")
	p := newTab(t)
	url := started(t, "--content", dir, "--url", "http://127.0.0.1/notes/", "--theme", "../../examples/theme") + "notes/"
	p.open(url)
	p.shot("many-list")
	search := func(words, found string) {
		t.Helper()
		p.script(`{const f = document.querySelector('.search input'); f.value = ` + quote(words) + `; f.dispatchEvent(new Event('input'));}`)
		p.until("the search finds "+found, `document.querySelector('.found').textContent !== '' &&
			[...document.querySelectorAll('.articles > li:not([hidden]) h2')].map((h) => h.textContent).join() === `+quote(found))
	}
	p.until("there is a search", `document.querySelector('.search input') !== null`)
	search("achilles CAFE", "Two")
	search("zeno", "One")
	p.script(`[...document.querySelectorAll('.articles a')].find((a) => a.textContent === 'One').click()`)
	p.until("the article is there", `location.pathname === '/notes/one/'`)
	p.ready()
	p.shot("many-article")
	w := p.widget("hi")
	w.run()
	w.waitOutput("42")
	if status := w.waitEnd(); status != "ok" {
		t.Errorf("status %s", status)
	}
	if foot := eval[string](p, `document.querySelector('.colophon').textContent`); !strings.Contains(foot, "before they believe it") {
		t.Errorf("the theme's foot is %q", foot)
	}
	if left := eval[[]string](p, `performance.getEntriesByType('resource').map((e) => new URL(e.name).pathname).filter((p) => !p.startsWith('/notes/'))`); len(left) > 0 {
		t.Errorf("the page asked outside of its path for %q", left)
	}
	for _, next := range []struct{ link, path string }{{`a[rel=next]`, "/notes/two/"}, {`a[rel=prev]`, "/notes/one/"}, {`a[rel=tag]`, "/notes/tags/go/"}} {
		p.script(`document.querySelector(` + quote(next.link) + `).click()`)
		p.until("it leads to "+next.path, `location.pathname === `+quote(next.path)+` && document.readyState === 'complete'`)
	}
}

// shot keeps a picture of the page where -shots asks for pictures.
func (p *tab) shot(name string) {
	p.Helper()
	if *shots != "" {
		p.save(name, true)
	}
}

// Nor does the checker find anything in a list, an article of many and a page
// with mistakes over it, light and dark.
func TestAxeOfManyArticles(t *testing.T) {
	script := readAxe(t)
	dir := t.TempDir()
	save(t, filepath.Join(dir, "one.md"), "---\ntitle: One\nsummary: In short.\ndate: 2026-01-01\ntags: [Go, Time]\n---\n\nText.\n")
	save(t, filepath.Join(dir, "two.md"), "---\ntitle: Two\ndate: 2026-01-02\ndraft: true\n---\n\nText.\n")
	url := started(t, "--dev", "--content", dir, "--theme", "../../examples/theme")
	for scheme, rules := range map[string][]string{"light": nil, "dark": ofLooks} {
		p := newTab(t)
		p.emulate("prefers-color-scheme", scheme)
		p.open(url)
		p.until("there is a search", `document.querySelector('.search input') !== null`)
		p.script(script)
		p.axeOf("document", scheme+", list", rules...)
		p.open(url + "one/")
		p.script(script)
		p.axeOf("document", scheme+", article", rules...)
		save(t, filepath.Join(dir, "two.md"), "---\ntitle: Two\n---\n\n```go runner wall=x\n```\n")
		p.until("the mistakes are shown", `document.querySelector('.mistakes')?.hidden === false`)
		p.axeOf("document", scheme+", mistakes", rules...)
		p.shot("mistakes-" + scheme)
		save(t, filepath.Join(dir, "two.md"), "---\ntitle: Two\ndate: 2026-01-02\ndraft: true\n---\n\nText.\n")
		p.until("they are mended", `document.querySelector('.mistakes').hidden`)
	}
}
