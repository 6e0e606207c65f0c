package render

import (
	"bytes"
	"html/template"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// inline renders a title or another text of one line: it has inline Markdown and
// no blocks. The plain text is for where markup cannot be: the page's title, names
// for those who do not see it.
func (d *document) inline(source string, line int) (plain string, markup template.HTML) {
	src := []byte(source)
	md := goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(util.Prioritized(parser.NewParagraphParser(), 1000)),
			// No raw HTML: what looks like a tag in a title is text.
			parser.WithInlineParsers(
				util.Prioritized(parser.NewCodeSpanParser(), 100),
				util.Prioritized(parser.NewLinkParser(), 200),
				util.Prioritized(parser.NewEmphasisParser(), 500),
			),
		)),
		goldmark.WithExtensions(extension.Strikethrough, extension.NewTypographer(extension.WithTypographicSubstitutions(punctuation()))),
	)
	tree := md.Parser().Parse(text.NewReader(src))
	var out bytes.Buffer
	if err := md.Renderer().Render(&out, src, tree); err != nil {
		d.failf(line, "cannot be rendered: %v", err)
		return source, ""
	}
	of := document{src: src}
	s := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(out.String()), "<p>"), "</p>")
	return strings.Join(strings.Fields(of.plain(tree)), " "), template.HTML(s)
}
