package render

import (
	"bytes"
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// blockParsers are goldmark's and call-outs of other systems, with headings that keep
// braces which are text: goldmark takes the end of "## interface{}" for an empty list
// of attributes.
func blockParsers() []util.PrioritizedValue {
	list := parser.DefaultBlockParsers()
	for i := range list {
		p := list[i].Value.(parser.BlockParser)
		if bytes.ContainsAny(p.Trigger(), "#=") { // ATX, and underlined
			list[i].Value = headingParser{p}
		}
	}
	return append(list, util.Prioritized(containerParser{}, 750)) // between fences and quotes
}

// headingParser takes a list of attributes off the end of a heading, where there
// is one.
type headingParser struct{ parser.BlockParser }

// attributeList is something like {#id .class name="value"}.
var attributeList = regexp.MustCompile(`[ \t]+\{[ \t]*(?:[#.][^\s{}]+|[\w-]+=[^{}]*)(?:[ \t,]+[^{}]*)?\}[ \t]*$`)

// Close implements parser.BlockParser.
func (p headingParser) Close(node ast.Node, reader text.Reader, pc parser.Context) {
	p.BlockParser.Close(node, reader, pc)
	lines := node.Lines()
	if node.Parent() == nil || lines.Len() == 0 {
		return
	}
	last := lines.At(lines.Len() - 1)
	at := attributeList.FindIndex(bytes.TrimRight(last.Value(reader.Source()), "\n"))
	if at == nil {
		return
	}
	attributes, ok := parser.ParseAttributes(text.NewReader(last.Value(reader.Source())[at[0]:]))
	if !ok {
		return
	}
	for _, a := range attributes {
		node.SetAttribute(a.Name, a.Value)
	}
	last.Stop = last.Start + at[0] - last.Padding
	lines.Set(lines.Len()-1, last)
}
