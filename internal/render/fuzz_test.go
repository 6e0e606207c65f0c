package render

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/tools/txtar"
)

// FuzzRender feeds whole articles: Render never panics, every error has a line
// of the file, and the source of every block survives the way into the page.
func FuzzRender(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(section(ar, "post.md").Data)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		a, err := Render("post.md", src, Options{})
		if err != nil {
			checkErrors(t, err, src)
			return
		}
		seen := make(map[string]bool)
		for _, b := range a.Blocks {
			if b.ID == "" || b.Title == "" || seen[b.ID] {
				t.Errorf("block on line %d: id %q, title %q", b.Line, b.ID, b.Title)
			}
			seen[b.ID] = true
			checkFigure(t, b)
		}
	})
}

// FuzzFence puts arbitrary text into one fence: what the browser will show is
// what the author wrote.
func FuzzFence(f *testing.F) {
	f.Add("title=x", "package main\n")
	f.Add(`title="a \" b" id=x`, "\n\n\tx := \"</code></pre><script>\"\n")
	f.Add("readonly", "`\x1b[31m` \u202e '\u2028'\n")
	f.Fuzz(func(t *testing.T, info, source string) {
		if strings.ContainsAny(info, "\n\r\x00~`") || strings.ContainsAny(source, "\r\x00~") {
			t.Skip("would be another fence")
		}
		source += "\n"
		src := "---\ntitle: x\n---\n~~~go runner " + info + "\n" + source + "~~~\n"
		a, err := Render("post.md", []byte(src), Options{})
		if err != nil {
			checkErrors(t, err, []byte(src))
			return
		}
		if len(a.Blocks) != 1 || a.Blocks[0].Source != source {
			t.Fatalf("got %d blocks from %q", len(a.Blocks), src)
		}
		checkFigure(t, a.Blocks[0])
	})
}

func checkErrors(t *testing.T, err error, src []byte) {
	t.Helper()
	errs, ok := err.(Errors)
	if !ok || len(errs) == 0 {
		t.Fatalf("error is no Errors: %v", err)
	}
	lines := strings.Count(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(src)), "\n") + 1
	for _, e := range errs {
		if e.Line < 1 || e.Line > lines || e.Message == "" {
			t.Errorf("bad error of a file with %d lines: %v", lines, e)
		}
	}
}

// checkFigure parses a widget as a browser does.
func checkFigure(t *testing.T, b Block) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(figureHTML(b, "")))
	if err != nil {
		t.Fatal(err)
	}
	runner := find(root, "code-runner")
	if runner == nil || attr(runner, "id") != b.ID {
		t.Fatalf("no code-runner with id %q", b.ID)
	}
	if got := textContent(find(find(runner, "pre"), "code")); got != b.Source {
		t.Errorf("code shows %q, want %q", got, b.Source)
	}
	if got := textContent(find(runner, "figcaption")); got != b.Title {
		t.Errorf("caption shows %q, want %q", got, b.Title)
	}
}

func find(n *html.Node, tag string) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == tag {
			return d
		}
	}
	return nil
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func textContent(n *html.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// The article that is served has no author errors. It is read from disk, so
// that this package does not depend on it.
func TestOwnArticle(t *testing.T) {
	src, err := os.ReadFile("../../content/post.md")
	if os.IsNotExist(err) {
		t.Skip("no article yet")
	}
	if err != nil {
		t.Fatal(err)
	}
	a, err := Render("post.md", src, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range a.Blocks {
		checkFigure(t, b)
	}
	for _, w := range a.Warnings {
		t.Error(w)
	}
}
