package render

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// A fence that is none to Markdown, or that ends elsewhere than its author
// thinks, is published without a word: a program becomes prose, or prose and the
// next program become the end of a program. So the text is read a second time,
// line by line, for what looks like a runner block's fence, and compared with
// what the parser found.

// fenceLine is a line that opens or closes a fence, behind any marks of lists and
// quotes: the marks, the fence, and what stands behind it.
var fenceLine = regexp.MustCompile("^((?:[ \t]|>|(?:[-*+]|[0-9]{1,9}[.)])[ \t])*)(`{3,}|~{3,})[ \t]*(.*)$")

// codeLines are the lines of one code block: from the opening fence, if it has
// one, to the last line of its text.
type codeLines struct {
	first, last int
	node        ast.Node
}

func (b codeLines) fenced() bool {
	_, ok := b.node.(*ast.FencedCodeBlock)
	return ok
}

// bare reports whether nothing stands behind the opening fence.
func (b codeLines) bare() bool {
	n, ok := b.node.(*ast.FencedCodeBlock)
	return ok && n.Info == nil
}

// checkFences finds fences that vanish.
func (d *document) checkFences(nodes []ast.Node) {
	blocks, lost := d.codeBlocks(nodes), false
	for n := range d.starts {
		line := n + 1
		m := fenceLine.FindSubmatch(d.text(line))
		if m == nil || !looksLikeRunner(string(m[3])) {
			continue
		}
		i := slices.IndexFunc(blocks, func(b codeLines) bool { return b.first <= line && line <= b.last })
		switch {
		case i < 0:
			lost = true
			d.failf(line, "runner block: Markdown sees no code block here: %s", whyNone(string(m[1]), string(m[2]), string(m[3])))
		case blocks[i].first == line && blocks[i].fenced():
			// it is one
		case lost && blocks[i].bare():
			// That block began with the closing fence of one that was lost.
		default:
			d.inside(blocks[i], line, string(m[2]))
		}
	}
	for _, b := range blocks {
		if n, ok := b.node.(*ast.FencedCodeBlock); ok {
			d.checkEnd(b, n)
		}
	}
}

// looksLikeRunner reports whether an info string may be meant for a runner block
// in a language that runs here.
func looksLikeRunner(info string) bool {
	s, _ := parseInfo(info)
	return canRun(s.firstLanguage()) && (s.has(runnerWord) || s.almostRunner() != "")
}

// whyNone says why Markdown does not take a line for a fence.
func whyNone(indent, fence, info string) string {
	if fence[0] == '`' && strings.ContainsRune(info, '`') {
		return "there is a backtick behind its fence; leave it out, or make the fence of ~~~"
	}
	if len(indent)-len(strings.TrimRight(indent, " \t")) >= 4 || strings.Contains(indent, "\t") {
		return "it is indented by four or more; indent it by at most three, or as the text of its list"
	}
	return "put an empty line before it, and as much space as the text around it has"
}

// inside judges what looks like a runner block's fence within another code block.
// There it may be an example, if the outer fence is one that the inner cannot
// end.
func (d *document) inside(outer codeLines, line int, fence string) {
	if !outer.fenced() {
		d.failf(line, "runner block: Markdown sees an indented listing here: indent the fence by at most three, or as the text of its list")
		return
	}
	m := fenceLine.FindSubmatch(d.text(outer.first))
	if m == nil || m[2][0] != fence[0] || len(m[2]) > len(fence) {
		return
	}
	d.failf(line, "runner block: it is part of the code block of line %d, which is not closed before it%s", outer.first, d.almostClosed(outer, line))
}

// almostClosed names the line that was likely meant to close a code block.
func (d *document) almostClosed(b codeLines, before int) string {
	for line := b.first + 1; line < min(before, b.last+1); line++ {
		m := fenceLine.FindSubmatch(d.text(line))
		switch {
		case m == nil:
		case len(bytes.TrimSpace(m[3])) > 0:
			return fmt.Sprintf(": line %d has text behind its fence, so it closes nothing", line)
		default:
			return fmt.Sprintf(": line %d is indented too far to close it", line)
		}
	}
	return ""
}

// checkEnd fails a runner block that has no closing fence: it ends with the file,
// or with the list or the quote that it stands in.
func (d *document) checkEnd(b codeLines, n *ast.FencedCodeBlock) {
	if n.Info == nil || !looksLikeRunner(string(n.Info.Segment.Value(d.src))) {
		return
	}
	m := fenceLine.FindSubmatch(d.text(b.first))
	next := fenceLine.FindSubmatch(d.text(b.last + 1))
	if m != nil && next != nil && next[2][0] == m[2][0] && len(next[2]) >= len(m[2]) && len(bytes.TrimSpace(next[3])) == 0 {
		return
	}
	if hint := d.almostClosed(b, b.last+1); hint != "" || b.last >= len(d.starts)-1 {
		d.failf(b.first, "runner block: the fence is never closed%s", hint)
		return
	}
	d.failf(b.first, "runner block: the fence is never closed: its list or quote ends before line %d, which is not indented as the program is", b.last+1)
}

// codeBlocks are the article's code blocks, in its order.
func (d *document) codeBlocks(nodes []ast.Node) (all []codeLines) {
	for _, n := range nodes {
		lines := n.Lines
		switch n := n.(type) {
		case *ast.FencedCodeBlock:
			b := codeLines{node: n}
			switch {
			case n.Info != nil:
				b.first = d.line(n.Info.Segment.Start)
			case lines().Len() > 0:
				b.first = d.line(lines().At(0).Start) - 1
			default:
				continue // empty, and without anything to complain about
			}
			b.last = b.first + lines().Len()
			all = append(all, b)
		case *ast.CodeBlock:
			if lines().Len() > 0 {
				all = append(all, codeLines{first: d.line(lines().At(0).Start), last: d.line(lines().At(lines().Len() - 1).Start), node: n})
			}
		}
	}
	return all
}

// text is a line of the article, without its end; nil behind the last.
func (d *document) text(line int) []byte {
	if line < 1 || line > len(d.starts) {
		return nil
	}
	rest := d.src[d.starts[line-1]:]
	text, _, _ := bytes.Cut(rest, []byte("\n"))
	return text
}
