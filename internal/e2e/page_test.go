package e2e

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"playground/internal/render"
	"playground/web"
)

// The article comes with all its widgets, each with its own program.
func TestAllWidgets(t *testing.T) {
	src, err := os.ReadFile("../../content/post.md")
	if err != nil {
		t.Fatal(err)
	}
	article, err := render.Render("post.md", src, render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := newTab(t)
	p.open(shared.post)
	var want []string
	for _, b := range article.Blocks {
		want = append(want, b.ID)
		w := p.widget(b.ID)
		if got := w.drawn() + "\n"; got != b.Source {
			t.Errorf("%s shows another program (-want +got):\n%s", b.ID, cmp.Diff(b.Source, got))
		}
		if !b.ReadOnly && w.source()+"\n" != b.Source {
			t.Errorf("%s edits another program than it shows", b.ID)
		}
	}
	got := eval[[]string](p, "[...document.querySelectorAll('code-runner')].map((w) => w.id)")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("widgets (-want +got):\n%s", diff)
	}
	if h1 := eval[string](p, "document.querySelector('h1').textContent"); h1 != article.Title {
		t.Errorf("title is %q, want %q", h1, article.Title)
	}
}

// The page is served with the policy that its scripts and styles keep; newTab
// fails a test whose page breaks it.
func TestContentSecurityPolicy(t *testing.T) {
	newTab(t)
	resp, err := http.Get(shared.post)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("Content-Security-Policy"); got != web.ContentSecurityPolicy {
		t.Errorf("policy is %q", got)
	}
}

// Without JavaScript the article is complete: every program can be read and run
// as it is, and a note says that none can be changed.
func TestWithoutJavaScript(t *testing.T) {
	p := newTab(t)
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	p.do(chromedp.Navigate(shared.fixture))

	text := get(p, chromedp.OuterHTML(chromedp.CSS("html"), chromedp.NodeReady))
	for _, want := range []string{
		`<code-runner data-lang="go" id="broken">`,
		"can be run as they are, but not changed",
		"This program cannot be run here: only programs in Go, TypeScript and JavaScript can.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, part := range []chromedp.CSS{"#slow pre", "#fixed pre", "#python pre", ".noscript", ".callout"} {
		// Asked of the layout: nothing can be asked of a script.
		if box := get(p, chromedp.Dimensions(part, chromedp.NodeReady)); box.Width < 100 || box.Height < 10 {
			t.Errorf("%s is not visible", part)
		}
	}
	if strings.Contains(text, "<textarea") || strings.Contains(text, "<select") {
		t.Error("the page has controls that do nothing")
	}
	for _, b := range fixtureBlocks(t) {
		if got := codeOf(t, text, b.ID); got != b.Source {
			t.Errorf("%s shows %q, want %q", b.ID, got, b.Source)
		}
	}
	p.do(chromedp.Click(chromedp.CSS("#streams form button")))
	p.do(chromedp.WaitVisible(chromedp.CSS("#streams .answer")))
	text = get(p, chromedp.OuterHTML(chromedp.CSS("#streams .answer"), chromedp.NodeReady))
	for _, want := range []string{"to stdout &lt;b&gt;&amp;amp;&lt;/b&gt;", "to stderr", "no newline", "exited with status 3"} {
		if !strings.Contains(text, want) {
			t.Errorf("the answer lacks %q: %s", want, text)
		}
	}
}

func fixtureBlocks(t *testing.T) []render.Block {
	t.Helper()
	src, err := os.ReadFile("testdata/post.md")
	if err != nil {
		t.Fatal(err)
	}
	article, err := render.Render("post.md", src, render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return article.Blocks
}

// codeOf returns the program of a widget in a page's HTML.
func codeOf(t *testing.T, page, id string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Data == "code-runner" && slices.Contains(n.Attr, html.Attribute{Key: "id", Val: id}) {
			return textOf(n, "code")
		}
	}
	return ""
}

func textOf(n *html.Node, tag string) string {
	var b strings.Builder
	for d := range n.Descendants() {
		// What is code in the text around it, such as arguments, is no program.
		if d.Data == tag && d.Type == html.ElementNode && d.Parent.Data == "pre" {
			for leaf := range d.Descendants() {
				if leaf.Type == html.TextNode {
					b.WriteString(leaf.Data)
				}
			}
		}
	}
	return b.String()
}

// From a phone to a wide screen, and after programs have printed long lines,
// the page itself never scrolls sideways.
func TestNoSidewaysScroll(t *testing.T) {
	p := newTab(t)
	for _, width := range []int64{320, 360, 768, 1024, 1280, 1920} {
		p.size(width, 800)
		for _, url := range []string{shared.fixture, shared.post} {
			p.open(url)
			if got := eval[int64](p, "document.scrollingElement.scrollWidth"); got > width {
				t.Errorf("%s is %d pixels wide on a screen of %d", url, got, width)
			}
		}
	}
	p.size(360, 800)
	p.open(shared.fixture)
	w := p.widget("quick")
	w.edit("package main\n\nfunc main() {\n\tprintln(\"" + strings.Repeat("wide", 300) + "\")\n}\n")
	w.run()
	w.waitEnd()
	if got := eval[int64](p, "document.scrollingElement.scrollWidth"); got > 360 {
		t.Errorf("after a long line the page is %d pixels wide on a screen of 360", got)
	}
}

// What can be touched is large enough to be hit with a finger.
func TestTouchTargets(t *testing.T) {
	p := newTab(t)
	p.size(360, 800)
	call(p, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
	p.open(shared.fixture)
	small := eval[[]string](p, `[...document.querySelectorAll('button, .contents a')]
		.filter((n) => n.checkVisibility() && n.getBoundingClientRect().height < 44)
		.map((n) => n.className + ' ' + n.textContent + ' ' + n.getBoundingClientRect().height)`)
	if len(small) > 0 {
		t.Errorf("targets lower than 44 pixels: %v", small)
	}
}

// The section that is being read is marked in the contents.
func TestContentsFollow(t *testing.T) {
	p := newTab(t)
	p.size(1280, 800)
	p.open(shared.post)
	p.script("document.querySelectorAll('article h2')[2].scrollIntoView({behavior: 'instant'})")
	p.until("the third section is marked", `document.querySelector('.contents [aria-current]')?.hash ===
		'#' + document.querySelectorAll('article h2')[2].id`)
}

// The reader's theme goes before the system's, from the first frame of the next
// page on, and can be given back.
func TestTheme(t *testing.T) {
	p := newTab(t)
	p.emulate("prefers-color-scheme", "light")
	p.open(shared.fixture)
	ground := func() string { return eval[string](p, "getComputedStyle(document.documentElement).backgroundColor") }
	const light, dark = "rgb(253, 252, 249)", "rgb(18, 21, 24)"
	choose := func(theme string) {
		p.script(`{ const choice = document.querySelector('.theme select'); choice.value = ` + quote(theme) + `; choice.dispatchEvent(new Event('change')); }`)
	}
	for _, step := range []struct{ theme, want string }{{"", light}, {"dark", dark}, {"light", light}, {"dark", dark}} {
		choose(step.theme)
		if got := ground(); got != step.want {
			t.Errorf("theme %q: the page is %s, want %s", step.theme, got, step.want)
		}
	}
	p.reopen(shared.fixture)
	if got := ground(); got != dark {
		t.Errorf("the next page is %s, want %s", got, dark)
	}
	if got := eval[string](p, "document.querySelector('.theme select').value"); got != "dark" {
		t.Errorf("the choice shows %q", got)
	}
	choose("")
	if got := ground(); got != light {
		t.Errorf("given back: the page is %s, want %s", got, light)
	}
}
