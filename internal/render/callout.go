package render

import (
	"bytes"
	"fmt"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strings"

	"playground/internal/suggest"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// calloutStyles are the kinds of call-out as GitHub, Obsidian, Docusaurus, MkDocs
// and others name them, and the kind in whose colours each is shown.
func calloutStyles() map[string]string {
	return map[string]string{
		"note": "note", "info": "note", "abstract": "note", "summary": "note", "tldr": "note", "todo": "note",
		"example": "note", "quote": "note", "cite": "note", "question": "note", "help": "note", "faq": "note", "seealso": "note", "definition": "note",
		"tip": "tip", "hint": "tip", "success": "tip", "check": "tip", "done": "tip",
		"important": "important", "attention": "warning",
		"warning": "warning", "caution": "caution", "danger": "caution", "error": "caution", "bug": "caution",
		"failure": "caution", "fail": "caution", "missing": "caution",
		"takeaway": "takeaway",
	}
}

// callout is a block quote that begins with [!KIND].
type callout struct {
	ast.BaseBlock
	kind  string        // as written
	style string        // the kind in whose colours it is shown
	title string        // of its own, as written, or ""
	html  template.HTML // the same, rendered
	pos   int           // offset of the [
}

var kindCallout = ast.NewNodeKind("Callout")

func (c *callout) Kind() ast.NodeKind          { return kindCallout }
func (c *callout) Dump(source []byte, lvl int) { ast.DumpHelper(c, source, lvl, nil, nil) }

var calloutMark = regexp.MustCompile(`^\[!([A-Za-z]+)\][-+]?(?:[ \t]+(.*))?$`)

// calloutAttribute carries a callout from the paragraph in which it was found
// to the end of parsing; a block quote that is still open cannot be replaced.
const calloutAttribute = "callout"

// calloutFinder takes the mark off the first paragraph of a block quote before
// its inline text is parsed.
type calloutFinder struct{}

func (calloutFinder) Transform(node *ast.Paragraph, reader text.Reader, _ parser.Context) {
	quote, ok := node.Parent().(*ast.Blockquote)
	if !ok || node.PreviousSibling() != nil {
		return
	}
	lines := node.Lines()
	first := lines.At(0)
	m := calloutMark.FindSubmatch(bytes.TrimSpace(first.Value(reader.Source())))
	if m == nil {
		return
	}
	quote.SetAttributeString(calloutAttribute, &callout{kind: string(m[1]), title: string(m[2]), pos: first.Start})
	if lines.Len() == 1 {
		quote.RemoveChild(quote, node)
		return
	}
	lines.SetSliced(1, lines.Len())
	node.SetLines(lines)
}

// callout puts a call-out in the place of the block quote it was written as.
func (d *document) callout(quote *ast.Blockquote) {
	v, ok := quote.AttributeString(calloutAttribute)
	if !ok {
		return
	}
	c := v.(*callout)
	line := d.line(c.pos)
	if quote.ChildCount() == 0 && c.title == "" {
		d.warnf(line, "call-out: [!%s] has no text", c.kind)
	}
	c.kind = strings.ToLower(c.kind)
	styles := calloutStyles()
	if c.style = styles[c.kind]; c.style == "" {
		c.style = "note"
		d.warnf(line, "call-out: unknown kind %q is shown as a note%s", c.kind, suggest.Hint(c.kind, slices.Sorted(maps.Keys(styles))))
	}
	if c.title != "" {
		_, c.html = d.inline(c.title, line)
	}
	moveChildren(c, quote)
	replace(quote, c)
}

func moveChildren(to, from ast.Node) {
	for child := from.FirstChild(); child != nil; child = from.FirstChild() {
		to.AppendChild(to, child)
	}
}

func renderCallout(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		_, err := w.WriteString("</div>\n")
		return ast.WalkContinue, err
	}
	c := node.(*callout)
	label, title := strings.ToUpper(c.kind[:1])+c.kind[1:], ""
	if c.html != "" {
		title = " " + string(c.html)
	}
	_, err := fmt.Fprintf(w, "<div class=\"callout callout-%s\" role=\"note\" aria-label=\"%s\">\n<p class=\"callout-title\"><strong>%s</strong>%s</p>\n",
		c.style, label, label, title)
	return ast.WalkContinue, err
}
