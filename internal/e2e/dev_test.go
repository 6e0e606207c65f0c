package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// started is a server with flags of its own, which ends with the test.
func started(t *testing.T, args ...string) (url string) {
	t.Helper()
	url, stop, err := serve(binary(t), append([]string{"--admin=off", "--drain=100ms"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return url
}

// developing is the page of an author who writes post. Its server outlives it: a page
// that cannot follow any more complains.
func developing(t *testing.T, post string) *tab {
	t.Helper()
	url := started(t, "--dev", "--post", post)
	p := newTab(t)
	p.open(url)
	return p
}

// save writes a file as the simplest of editors does.
func save(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// draft is an article with much text, two programs, and a sentence in between.
func draft(title, sentence string) string {
	program := func(id string) string {
		return fmt.Sprintf("\n```go runner id=%s title=%s\npackage main\n\nfunc main() { println(%q) }\n```\n\n", id, id, id+" ran")
	}
	return "---\ntitle: " + title + "\ndraft: true\n---\n\n" + strings.Repeat("Long before.\n\n", 60) + program("first") +
		sentence + "\n" + program("second") + strings.Repeat("Long after.\n\n", 60)
}

// What an author saves is on the page, and everything else stays: the place, an
// edit, a program's output.
func TestDevFollowsWhatIsSaved(t *testing.T) {
	post := filepath.Join(t.TempDir(), "post.md")
	save(t, post, draft("A draft", "One sentence."))
	p := developing(t, post)
	p.until("the page listens", `document.querySelector('.mistakes') !== null`)
	w := p.widget("second")
	w.run()
	w.waitOutput("second ran")
	p.widget("first").edit("package main // mine")
	p.script(`document.activeElement.blur(); document.getElementById('second').scrollIntoView({block: 'center', behavior: 'instant'});
		window.here = document.getElementById('second').getBoundingClientRect().top; window.same = document.getElementById('second');`)

	begin := time.Now()
	save(t, post, draft("A draft", "Another sentence,\n\nand one more paragraph."))
	p.until("the page shows it", `document.querySelector('article').textContent.includes('Another sentence') && !document.querySelector('article').textContent.includes('One sentence')`)
	t.Logf("on the page after %v", time.Since(begin).Round(time.Millisecond))
	if moved := eval[float64](p, `Math.abs(document.getElementById('second').getBoundingClientRect().top - window.here)`); moved > 2 {
		t.Errorf("what was in the window moved by %v px", moved)
	}
	if !eval[bool](p, `document.getElementById('second') === window.same`) || strings.Join(w.output(), "") != "second ran" {
		t.Errorf("the other program is not as it was: %q", w.output())
	}
	if got := p.widget("first").source(); got != "package main // mine" {
		t.Errorf("the edit became %q", got)
	}

	// The frame of the page has changed: it is loaded anew, and keeps the edit.
	save(t, post, draft("Another title", "Another sentence."))
	p.until("the title is new", `document.title === 'Another title'`)
	p.ready()
	if got := p.widget("first").source(); got != "package main // mine" {
		t.Errorf("the edit became %q", got)
	}
}

// Mistakes are shown with their lines, and go when they are mended. An author may
// begin with one.
func TestDevShowsMistakes(t *testing.T) {
	post := filepath.Join(t.TempDir(), "post.md")
	save(t, post, "---\ntitle: T\n---\n\n```go runner titel=x\npackage main\n```\n")
	p := developing(t, post)
	overlay := func(text string) string {
		return fmt.Sprintf(`(() => { const o = document.querySelector('.mistakes'); return o !== null && !o.hidden && o.textContent.includes(%s); })()`, quote(text))
	}
	p.until("the first mistake is shown", overlay(`post.md:5`))
	save(t, post, "---\ntitle: T\n---\n\nText.\n")
	p.until("it is mended", `document.title === 'T' && document.querySelector('.mistakes')?.hidden === true`)
	save(t, post, "---\ntitle: T\n---\n\nText.\n\n```go runner wall=x\npackage <b>\n```\n\n```go runner cpu=y\n```\n")
	p.until("both mistakes are shown", overlay(`post.md:7`)+" && "+overlay(`post.md:11`))
	p.until("the page is still there", `document.querySelector('article').textContent.includes('Text.')`)
	save(t, post, "---\ntitle: T\n---\n\nText and more.\n")
	p.until("it is mended", `document.querySelector('article').textContent.includes('and more') && document.querySelector('.mistakes').hidden`)
}

// A collapsed program that the author has opened stays open while it is written.
func TestDevLeavesOpenWhatIsOpened(t *testing.T) {
	post := filepath.Join(t.TempDir(), "post.md")
	collapsed := "---\ntitle: T\n---\n\n```go runner collapsed id=shut\npackage main\n\nfunc main() {%s}\n```\n"
	save(t, post, fmt.Sprintf(collapsed, ""))
	p := developing(t, post)
	p.until("the page listens", `document.querySelector('.mistakes') !== null`)
	p.script(`document.querySelector('details.collapsed').open = true`)
	save(t, post, fmt.Sprintf(collapsed, " println() "))
	p.until("it has changed and is open", `document.querySelector('details.collapsed[open]')?.textContent.includes('println')`)
}
