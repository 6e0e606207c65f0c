package render

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// containerParser takes call-outs as other systems write them: between two lines of
// colons (Docusaurus, VitePress, Starlight, Quarto), or indented below a line that
// begins with !!! or ??? (MkDocs). Those that are no call-outs, such as tabs and
// columns, stay the text that they are to GitHub.
type containerParser struct{}

// container is where an open call-out ends.
type container struct {
	colons int // of its first line; its last has as many or more
	indent int // of its text, where it has no colons
}

const containerAttribute = "container"

var (
	colonLine  = regexp.MustCompile(`^(:{3,})[ \t]*(?:\{[ \t]*\.)?(?:callout-)?([A-Za-z]+)(\[.*\].*|[ \t{}].*)?$`)
	markedLine = regexp.MustCompile(`^(?:!!!|\?\?\?\+?)[ \t]+([A-Za-z]+)(?:[ \t]+[a-z]+)*(?:[ \t]+"(.*)")?$`)
	titleWord  = regexp.MustCompile(`title=(?:"([^"]*)"|'([^']*)')`)
)

func (containerParser) Trigger() []byte             { return []byte(":!?") }
func (containerParser) CanInterruptParagraph() bool { return true }
func (containerParser) CanAcceptIndentedLine() bool { return false }

// Open implements parser.BlockParser.
func (containerParser) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	first := bytes.TrimSpace(line)
	var c container
	var found *callout
	if m := colonLine.FindSubmatch(first); m != nil {
		c.colons = len(m[1])
		found = &callout{kind: string(m[2]), title: containerTitle(string(m[3]))}
	} else if m := markedLine.FindSubmatch(first); m != nil {
		c.indent = 4
		found = &callout{kind: string(m[1]), title: string(m[2])}
	}
	if found == nil || calloutStyles()[strings.ToLower(found.kind)] == "" || !c.ends(reader.Source()[segment.Stop:]) {
		return nil, parser.NoChildren
	}
	found.pos = segment.Start + pc.BlockOffset()
	quote := ast.NewBlockquote()
	quote.SetAttributeString(calloutAttribute, found)
	quote.SetAttributeString(containerAttribute, c)
	toEnd(reader, line, segment)
	return quote, parser.HasChildren
}

// containerTitle is the title that stands behind a kind: [so], title="so" or so.
func containerTitle(rest string) string {
	rest = strings.TrimSpace(rest)
	if title, found := strings.CutPrefix(rest, "["); found {
		return title[:strings.LastIndexByte(title, ']')]
	}
	if m := titleWord.FindStringSubmatch(rest); m != nil {
		return m[1] + m[2]
	}
	if strings.ContainsAny(rest, "{}") {
		return ""
	}
	return rest
}

// ends reports whether the text below a first line has what makes it a call-out: the
// line that ends it, or a line that is indented.
func (c container) ends(below []byte) bool {
	for line := range bytes.Lines(below) {
		switch {
		case c.colons > 0 && c.closes(line):
			return true
		case c.colons == 0 && !util.IsBlank(line):
			width, _ := util.IndentWidth(line, 0)
			return width >= c.indent
		}
	}
	return false
}

func (c container) closes(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) >= c.colons && len(bytes.Trim(line, ":")) == 0
}

// Continue implements parser.BlockParser.
func (containerParser) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	v, _ := node.AttributeString(containerAttribute)
	c := v.(container)
	line, segment := reader.PeekLine()
	switch {
	case c.colons > 0 && c.closes(line):
		toEnd(reader, line, segment)
		return parser.Close
	case c.colons > 0 || util.IsBlank(line):
		return parser.Continue | parser.HasChildren
	}
	if width, _ := util.IndentWidth(line, reader.LineOffset()); width < c.indent {
		return parser.Close
	}
	pos, padding := util.IndentPosition(line, reader.LineOffset(), c.indent)
	reader.AdvanceAndSetPadding(pos, padding)
	return parser.Continue | parser.HasChildren
}

// Close implements parser.BlockParser.
func (containerParser) Close(ast.Node, text.Reader, parser.Context) {}

// toEnd leaves the line's end only.
func toEnd(reader text.Reader, line []byte, segment text.Segment) {
	reader.Advance(segment.Stop - segment.Start - (len(line) - len(bytes.TrimRight(line, "\n"))) + segment.Padding)
}
