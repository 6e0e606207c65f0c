package render

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"html"
	"html/template"
	"io/fs"
	"net/url"
	"path"
	"sort"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	markup "github.com/yuin/goldmark/renderer/html"
)

// walk checks the tree and rewrites what this package renders its own way, in
// the order of the text: who comes first keeps an anchor.
func (d *document) walk(tree ast.Node) {
	var nodes []ast.Node
	_ = ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			nodes = append(nodes, n)
		}
		return ast.WalkContinue, nil
	})
	d.article.Words = wordsOf(d.prose(nodes))
	d.claimHeadings(nodes)
	d.checkFences(nodes)
	for _, n := range nodes {
		d.node(n)
	}
	d.assemble()
	d.article.places = d.placesOf(nodes)
	for _, n := range nodes {
		if link, ok := n.(*ast.Link); ok {
			d.link(link)
		}
	}
}

func (d *document) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		d.heading(n)
	case *ast.FencedCodeBlock:
		d.fence(n)
	case *ast.CodeBlock:
		replace(n, &listing{source: sourceOf(n, d.src)})
	case *ast.Blockquote:
		d.callout(n)
	case *extast.Table:
		box := &scroller{}
		replace(n, box)
		box.AppendChild(box, n)
	case *ast.Link:
		markExternal(n, n.Destination)
	case *ast.AutoLink:
		markExternal(n, n.URL(d.src))
	case *ast.Image:
		d.image(n)
	case *ast.HTMLBlock:
		d.rawHTML(n.Lines())
	case *ast.RawHTML:
		d.rawHTML(n.Segments)
	}
}

func replace(old, with ast.Node) {
	old.Parent().ReplaceChild(old.Parent(), old, with)
}

func (d *document) heading(h *ast.Heading) {
	lines := h.Lines()
	if lines.Len() == 0 {
		d.warnf(d.line(h.Pos()), "heading: it has no text, so it is left out")
		h.Parent().RemoveChild(h.Parent(), h)
		return
	}
	label := attribute(h, labelAttribute)
	if h.Level == 1 {
		d.warnf(d.line(lines.At(0).Start), "heading: # is the title's level, which the page sets from the front matter: use ## for %q", label)
	}
	d.contents(h.Level, Heading{ID: attribute(h, idAttribute), Text: label})
}

// contents adds a heading to the table of contents.
func (d *document) contents(level int, h Heading) {
	toc := &d.article.TOC
	switch {
	case level == 2, level == 3 && len(*toc) == 0:
		*toc = append(*toc, h)
	case level == 3:
		last := &(*toc)[len(*toc)-1]
		last.Children = append(last.Children, h)
	}
}

// fence makes a runner block or a listing of a fenced code block.
func (d *document) fence(n *ast.FencedCodeBlock) {
	source := sourceOf(n, d.src)
	info, line := "", 0
	if n.Info != nil { // without, there is nothing to complain about
		info = string(n.Info.Segment.Value(d.src))
		line = d.line(n.Info.Segment.Start)
	}
	s, problems := parseInfo(info)
	s.unescape()
	lang := canonicalLanguage(s.language)
	almost := s.almostRunner()
	switch {
	case almost != "" && canRun(s.firstLanguage()):
		d.failf(line, "code block: %s", almost)
	case d.expected(n, s, problems, source, line):
		return
	case s.has(runnerWord) && (canRun(lang) || s.language == runnerWord || s.items[0].name == runnerWord):
		replace(n, d.runner(n, s, problems, source, line))
		return
	case s.value("with") != nil:
		p := d.part(n, s, problems, linesOf(source, "", line+1))
		d.parts = append(d.parts, p)
		replace(n, p)
		return
	case s.value("include") != nil:
		include := s.value("include")
		source = textOfLines(d.included(n, include.at, include.value, linesOf(source, "", line+1)))
	case s.has(runnerWord):
		d.warnf(line, "code block: it has the word %s and cannot be run: programs in %s cannot", runnerWord, lang)
	}
	replace(n, &listing{lang: lang, source: source})
}

func (d *document) runner(n *ast.FencedCodeBlock, s infoString, problems []infoProblem, source string, line int) *figure {
	p := blockParser{block: &Block{Line: line, writing: writing{fence: n, at: map[string]int{}, own: linesOf(source, "", line+1)}}, options: d.options}
	p.fail = func(format string, args ...any) { d.failAt(n, p.at, "runner block: "+format, args...) }
	p.warn = func(format string, args ...any) {
		d.warnings = append(d.warnings, d.problemAt(n, p.at, "runner block: "+format, args...))
	}
	for _, problem := range problems {
		p.at = problem.at
		p.fail("%s", problem.what)
	}
	p.parse(s)
	if p.block.Title != "" {
		p.block.Title, p.block.titleHTML = d.inline(p.block.Title, line)
	}
	b := p.block
	d.nameBlock(b)
	if b.include != "" {
		b.own = d.included(n, b.at["include"], b.include, b.own)
	}
	d.blocks = append(d.blocks, b)
	if canRun(b.Lang) {
		return &figure{block: b}
	}
	if b.Lang != runnerWord { // which was an error
		p.warn("programs in %s cannot be run here: the page shows it as a listing that says so", b.Lang)
	}
	return &figure{block: b, static: "This program cannot be run here: only programs in Go, TypeScript and JavaScript can."}
}

// nameBlock gives a block the title and the anchor that its author left out.
func (d *document) nameBlock(b *Block) {
	d.programs++
	if b.Title == "" {
		b.Title = fmt.Sprintf("Program %d", d.programs)
	}
	if b.titleHTML == "" {
		b.titleHTML = template.HTML(html.EscapeString(b.Title))
	}
	o := owner{what: "runner block", line: b.Line}
	if b.ID == "" {
		b.ID = d.anchors.claimNext(cmp.Or(slug(b.Title), fmt.Sprintf("program-%d", d.programs)), o)
		return
	}
	if err := d.anchors.claim(b.ID, o); err != nil {
		d.failf(b.Line, "runner block: %v (choose another)", err)
	}
}

func (d *document) checkSource(b Block, fail func(string, ...any)) {
	if strings.TrimSpace(b.Source) == "" {
		fail("it is empty: write a program between the fences")
	}
	if len(b.Source) > d.options.MaxSource {
		fail("the program has %d bytes, more than a run may have: %d", len(b.Source), d.options.MaxSource)
	}
}

func (d *document) image(n *ast.Image) {
	n.SetAttributeString("loading", "lazy")
	n.SetAttributeString("decoding", "async")
	line := d.line(n.Pos())
	if isExternal(n.Destination) {
		d.warnf(line, "image: %s is on another host, from which the page may not load: serve it with the article", n.Destination)
		return
	}
	d.file("image", string(n.Destination), line)
}

// file notes a file beside the article.
func (d *document) file(kind, destination string, line int) {
	u, err := url.Parse(destination)
	if err != nil || u.Scheme != "" {
		return // data:, and what no browser takes for a file either
	}
	name := strings.TrimPrefix(path.Clean("/"+u.Path), "/")
	switch {
	case strings.HasPrefix(u.Path, "/") || !fs.ValidPath(name) || path.Clean(u.Path) != name:
		d.warnf(line, "%s: %s is not in the folder of the article, so it is not served: write a path from the article's file", kind, destination)
	case strings.HasPrefix(name, ".") || strings.Contains(name, "/."):
		d.warnf(line, "%s: %s is hidden, so it is not served", kind, destination)
	default:
		d.article.Files = append(d.article.Files, File{Path: name, Kind: kind, Line: line})
	}
}

// markExternal lets the style sheet and the browser tell links that leave.
func markExternal(n ast.Node, destination []byte) {
	if isExternal(destination) {
		n.SetAttributeString("class", "external")
		n.SetAttributeString("rel", "external noopener")
	}
}

func isExternal(destination []byte) bool {
	u := strings.ToLower(string(destination))
	return strings.HasPrefix(u, "http://") || strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "//")
}

// plain is the text of a node without its markup.
func (d *document) plain(n ast.Node) string {
	var nodes []ast.Node
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			nodes = append(nodes, n)
		}
		return ast.WalkContinue, nil
	})
	return d.prose(nodes)
}

// prose is the text of nodes, given in the order of the text.
func (d *document) prose(nodes []ast.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		switch n := n.(type) {
		case *ast.Text:
			b.WriteString(textOf(n, d.src))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(d.src))
		default:
			if n.Type() == ast.TypeBlock {
				b.WriteByte(' ')
			}
		}
	}
	return b.String()
}

// textOf resolves escapes and entities, except in code.
func textOf(n *ast.Text, src []byte) string {
	text := n.Segment.Value(src)
	if n.IsRaw() {
		return string(text)
	}
	return unescape(string(text))
}

// unescape resolves a text's escapes and entities as Markdown has them, which
// knows no entity without its semicolon: what is written for them is valid HTML,
// and that has one meaning.
func unescape(text string) string {
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	markup.DefaultWriter.Write(w, []byte(text))
	_ = w.Flush() // into memory
	return html.UnescapeString(b.String())
}

// sourceOf is the text of a code block.
func sourceOf(n ast.Node, src []byte) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		b.Write(segment.Value(src))
	}
	return b.String()
}

func lineStarts(src []byte) []int {
	starts := []int{0}
	for i, c := range src {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// line is the number of the line that an offset is on. What ends with the file
// is on its last line.
func (d *document) line(offset int) int {
	offset = max(0, min(offset, len(d.src)-1))
	return sort.Search(len(d.starts), func(i int) bool { return d.starts[i] > offset })
}
