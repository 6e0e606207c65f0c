package render

import (
	"fmt"
	"html"
	"html/template"
	"strings"

	"playground/internal/render/code"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// figure is a runner block in the tree; static is why it cannot run, if so.
type figure struct {
	ast.BaseBlock
	block  *Block
	static string
}

// listing is any other code block.
type listing struct {
	ast.BaseBlock
	lang, source string
}

// scroller holds what may be wider than the page: a table.
type scroller struct{ ast.BaseBlock }

var (
	kindFigure   = ast.NewNodeKind("RunnerFigure")
	kindListing  = ast.NewNodeKind("Listing")
	kindScroller = ast.NewNodeKind("Scroller")
)

func (f *figure) Kind() ast.NodeKind            { return kindFigure }
func (f *figure) Dump(source []byte, lvl int)   { ast.DumpHelper(f, source, lvl, nil, nil) }
func (l *listing) Kind() ast.NodeKind           { return kindListing }
func (l *listing) Dump(source []byte, lvl int)  { ast.DumpHelper(l, source, lvl, nil, nil) }
func (s *scroller) Kind() ast.NodeKind          { return kindScroller }
func (s *scroller) Dump(source []byte, lvl int) { ast.DumpHelper(s, source, lvl, nil, nil) }

// nodeRenderer writes the nodes that goldmark does not know or that this
// package writes otherwise.
type nodeRenderer struct{}

func (nodeRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindCallout, renderCallout)
	r.Register(kindFigure, leaf(func(n ast.Node) string {
		f := n.(*figure)
		return figureHTML(*f.block, f.static)
	}))
	r.Register(kindPart, leaf(func(n ast.Node) string { return partHTML(n.(*part)) }))
	r.Register(kindListing, leaf(func(n ast.Node) string {
		l := n.(*listing)
		return preHTML(l.lang, l.source) + "\n"
	}))
	r.Register(kindScroller, renderScroller)
	r.Register(ast.KindHeading, renderHeading)
}

// leaf adapts a function that writes a node without children.
func leaf(write func(ast.Node) string) renderer.NodeRendererFunc {
	return func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		_, err := w.WriteString(write(n))
		return ast.WalkSkipChildren, err
	}
}

// figureHTML is a runner block: the widget around a figure, or, with a reason
// why it cannot run, the figure and a note.
func figureHTML(b Block, static string) string {
	var w strings.Builder
	id, title := html.EscapeString(b.ID), string(b.titleHTML)
	if b.Collapsed {
		fmt.Fprintf(&w, "<details class=\"collapsed\"><summary>%s</summary>\n", title)
	}
	if static == "" {
		fmt.Fprintf(&w, "<code-runner data-lang=\"%s\" id=\"%s\"%s>\n<figure class=\"runner\">", html.EscapeString(b.Lang), id, limitsHTML(b))
	} else {
		fmt.Fprintf(&w, "<figure class=\"runner runner-static\" id=\"%s\">", id)
	}
	fmt.Fprintf(&w, "<figcaption><a href=\"#%s\">%s</a></figcaption>\n%s", id, title, codeHTML(b.Lang, b.programHTML()))
	w.WriteString(givenHTML(&b) + b.expectedHTML())
	if static == "" {
		w.WriteString(formHTML(b) + "</figure>\n</code-runner>\n")
	} else {
		fmt.Fprintf(&w, "\n<p class=\"runner-note\">%s</p></figure>\n", html.EscapeString(static))
	}
	if b.Collapsed {
		w.WriteString("</details>\n")
	}
	return w.String()
}

// formHTML is what a browser without JavaScript runs a block with. The page that
// it gets begins at the block.
func formHTML(b Block) string {
	if b.Script != nil {
		return "" // it runs in browsers that have JavaScript, and nowhere else
	}
	id := html.EscapeString(b.ID)
	return fmt.Sprintf("<noscript><form method=\"post\" action=\"#%s\"><button name=\"run\" value=\"%s\" aria-label=\"Run: %s\">Run</button></form></noscript>",
		id, id, html.EscapeString(b.Title))
}

// Block is the program of that anchor, or nil.
func (a *Article) Block(id string) *Block {
	for i := range a.Blocks {
		if a.Blocks[i].ID == id {
			return &a.Blocks[i]
		}
	}
	return nil
}

// Figure is a block alone, as it stands in the article.
func (a *Article) Figure(b *Block) template.HTML {
	const end = "</code-runner>\n"
	text := string(a.HTML)
	at := strings.Index(text, fmt.Sprintf(" id=\"%s\"", html.EscapeString(b.ID)))
	if at < 0 {
		return ""
	}
	start := strings.LastIndex(text[:at], "<code-runner ")
	length := strings.Index(text[at:], end)
	if start < 0 || length < 0 {
		return ""
	}
	return template.HTML(text[start : at+length+len(end)])
}

// Answered is a with what one of its programs printed, at the program.
func (a *Article) Answered(b *Block, answer template.HTML) *Article {
	shown := *a
	form := formHTML(*b) // which is not empty: who answered ran it
	shown.HTML = template.HTML(strings.Replace(string(a.HTML), form, form+string(answer), 1))
	return &shown
}

func limitsHTML(b Block) string {
	s := b.scriptHTML + b.spansHTML() + b.knobsHTML()
	if asked := b.Asked(); b.Script == nil && !asked.isZero() {
		s += fmt.Sprintf(" data-run=\"%s\"", html.EscapeString(asked.json()))
	}
	if b.Leaks {
		s += " data-leaks"
	}
	if b.Plot {
		s += " data-plot"
	}
	if b.Observe {
		s += " data-observe"
	}
	if b.ReadOnly {
		s += " readonly"
	}
	return s
}

// preHTML is highlighted code. It takes the focus so that those who read with
// the keyboard can scroll it.
func preHTML(lang, source string) string { return codeHTML(lang, code.Highlight(lang, source)) }

// codeHTML is code that is highlighted already.
func codeHTML(lang, highlighted string) string {
	class := ""
	if lang != "" {
		class = fmt.Sprintf(" class=\"language-%s\"", html.EscapeString(lang))
	}
	return fmt.Sprintf("<pre class=\"chroma\" tabindex=\"0\"><code%s>%s</code></pre>", class, highlighted)
}

func renderScroller(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	s := "</div>\n"
	if entering {
		s = "<div class=\"scroller\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">\n"
	}
	_, err := w.WriteString(s)
	return ast.WalkContinue, err
}

// idAttribute and labelAttribute are a heading's anchor and its plain text.
const (
	idAttribute    = "id"
	labelAttribute = "label"
)

// renderHeading ends a heading with a link to itself. The link has no text of
// its own, so that feeds and outlines see the heading alone.
func renderHeading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	h := n.(*ast.Heading)
	id, label := attribute(h, idAttribute), attribute(h, labelAttribute)
	if entering {
		_, err := fmt.Fprintf(w, "<h%d%s>", h.Level, headingID(id))
		return ast.WalkContinue, err
	}
	if id != "" {
		fmt.Fprintf(w, " <a class=\"anchor\" href=\"#%s\" aria-label=\"Link to “%s”\"></a>", html.EscapeString(id), html.EscapeString(label))
	}
	_, err := fmt.Fprintf(w, "</h%d>\n", h.Level)
	return ast.WalkContinue, err
}

func headingID(id string) string {
	if id == "" {
		return ""
	}
	return fmt.Sprintf(" id=\"%s\"", html.EscapeString(id))
}

// attribute returns a node's attribute as text, "" when it has none.
func attribute(n ast.Node, name string) string {
	v, _ := n.AttributeString(name)
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}
