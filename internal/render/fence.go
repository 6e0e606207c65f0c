package render

import (
	"bytes"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// Fence is a fenced code block as it stands in an article's file, for those who
// rewrite a part of it.
type Fence struct {
	Line   int    // of the opening fence, from 1
	Lang   string // the language, spelt in one way
	Runner bool   // it is a program that readers run
	Info   string // the text behind the opening fence, as it was written
	// Canonical is Info with its attributes in the order of the documentation, and
	// otherwise as it was.
	Canonical string
	// Text has the lines of the block, each without what a list or a quote puts
	// before it and without its end; Columns say at which byte of its line of the
	// file each begins.
	Text    []string
	Columns []int
}

// Fences are the fenced code blocks of a file, in its order. What Markdown
// indents in a way that cannot be told in columns is left out.
func Fences(src []byte) (all []Fence) {
	d := &document{article: &Article{}}
	if !d.load(src) {
		return nil
	}
	d.frontMatter()
	d.starts = lineStarts(d.src)
	tree := newMarkdown().Parser().Parse(text.NewReader(d.src))
	_ = ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if f, ok := n.(*ast.FencedCodeBlock); ok && entering && f.Info != nil {
			if fence, ok := d.fenceOf(f); ok {
				all = append(all, fence)
			}
		}
		return ast.WalkContinue, nil
	})
	return all
}

func (d *document) fenceOf(n *ast.FencedCodeBlock) (Fence, bool) {
	f := Fence{Line: d.line(n.Info.Segment.Start), Info: string(n.Info.Segment.Value(d.src))}
	s, problems := parseInfo(f.Info)
	f.Lang = s.firstLanguage()
	f.Runner = s.has(runnerWord) && canRun(f.Lang)
	f.Canonical = f.Info
	if len(problems) == 0 && (f.Runner || f.Lang == outputLanguage || s.value("with") != nil) {
		f.Canonical = canonicalInfo(f.Info)
	}
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		line := f.Line + 1 + i
		if segment.Padding > 0 || d.line(segment.Start) != line {
			return f, false
		}
		f.Columns = append(f.Columns, segment.Start-d.starts[line-1])
		f.Text = append(f.Text, string(bytes.TrimSuffix(segment.Value(d.src), []byte("\n"))))
	}
	return f, true
}

// canonicalInfo puts the items of an info string into the order of the
// documentation. What that does not know follows, as it was.
func canonicalInfo(info string) string {
	sc := infoScanner{rest: info}
	parts := []string{sc.word()}
	order := slices.Concat([]string{runnerWord, "file", "with"}, attributeNames())
	type piece struct {
		text string
		rank int
	}
	var pieces []piece
	for sc.more() {
		before := sc.rest
		it := sc.item()
		rank := slices.Index(order, it.name)
		if rank < 0 {
			rank = len(order)
			if !it.hasValue && canonicalLanguage(parts[0]) == outputLanguage {
				rank = 0 // how it is compared
			}
		}
		pieces = append(pieces, piece{before[:len(before)-len(sc.rest)], rank})
	}
	slices.SortStableFunc(pieces, func(a, b piece) int { return a.rank - b.rank })
	for _, p := range pieces {
		parts = append(parts, p.text)
	}
	return strings.Join(parts, " ")
}
