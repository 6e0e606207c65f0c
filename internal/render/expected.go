package render

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"playground/internal/expect"
	"playground/internal/suggest"
)

// outputLanguage makes a fence behind a runner block its documented output.
const outputLanguage = "output"

// Expected is what an author says that a block does.
type Expected struct {
	expect.Output
	// Line is that of the opening fence, and Last that of the closing one: what is
	// between them is the text. Both are 0 where only an end is documented.
	Line, Last int
}

// expected makes a fence the documented output of the runner block before it. It
// reports false for a fence that is something else: output without a program is a
// listing.
func (d *document) expected(n *ast.FencedCodeBlock, s infoString, problems []infoProblem, source string, line int) bool {
	before := n.PreviousSibling()
	for before != nil && before.Kind() == kindPart {
		before = before.PreviousSibling() // the program's files may stand between
	}
	f, ok := before.(*figure)
	if !ok || s.language != outputLanguage {
		return false
	}
	n.Parent().RemoveChild(n.Parent(), n)
	at := -1
	fail := func(format string, args ...any) { d.failAt(n, at, "output: "+format, args...) }
	for _, p := range problems {
		at = p.at
		fail("%s", p.what)
	}
	at = -1
	e := Expected{Output: expect.Output{Mode: expect.Exact, Text: source}, Line: line, Last: line + n.Lines().Len() + 1}
	if f.block.Expected != nil {
		e.Ends = f.block.Expected.Ends
		if f.block.Expected.Line > 0 {
			fail("the program has a documented output already, at line %d", f.block.Expected.Line)
		}
	}
	for _, it := range s.items {
		at = it.at
		switch {
		case it.name == "ends" && it.hasValue:
			if e.Ends != "" {
				fail("the program's end is documented already, by its ends=%s", e.Ends)
			}
			e.Ends = parseEnd(it.value, fail)
		case !it.hasValue && slices.Contains(expect.Modes(), expect.Mode(it.name)):
			e.Mode = expect.Mode(it.name)
		default:
			fail("unknown word %q%s", it.name, suggest.Hint(it.name, outputWords()))
		}
	}
	if at, err := e.Check(); err != nil {
		d.failf(line+at, "output: %v", err)
	}
	f.block.Expected = &e
	return true
}

func outputWords() []string {
	words := []string{"ends"}
	for _, m := range expect.Modes() {
		words = append(words, string(m))
	}
	return words
}

func parseEnd(value string, fail func(string, ...any)) expect.End {
	end, err := expect.ParseEnd(value)
	if err != nil {
		fail("ends=%v", err)
	}
	return end
}

// checkPrediction says why readers cannot be asked what the block prints.
func (b *Block) checkPrediction(fail func(format string, args ...any)) {
	if e := b.Expected; b.Predict && (e == nil || e.Line == 0 || e.Mode == expect.Any) {
		fail("predict asks readers for what is documented: add a fence ```%s behind the program, with another mode than any", outputLanguage)
	}
}

// expectedHTML is the documented output, in the figure: for those who do not run
// the program, and for the widget to compare with. Who is to predict it sees it
// when they ask for it.
func (b *Block) expectedHTML() string {
	e := b.Expected
	if e == nil || e.Line == 0 {
		return ""
	}
	before, after := "", ""
	if b.Predict {
		before, after = "\n<details class=\"predict\"><summary>What does it print? Think first, then look</summary>", "\n</details>"
	}
	ends := ""
	if e.Ends != "" {
		ends = fmt.Sprintf(" data-ends=\"%s\"", html.EscapeString(string(e.Ends)))
	}
	return before + fmt.Sprintf("\n<div class=\"documented\" data-mode=\"%s\"%s><p>%s</p>\n<pre tabindex=\"0\"><samp>%s</samp></pre></div>",
		e.Mode, ends, e.label(), html.EscapeString(strings.Join(expect.Lines(e.Text), "\n")+"\n")) + after
}

// label says to a reader what the documented output is.
func (e *Expected) label() string {
	switch e.Mode {
	case expect.Unordered:
		return "Output, in any order"
	case expect.Contains:
		return "Output, among other lines"
	case expect.Regexp:
		return "Output, in form"
	case expect.Any:
		return "Output of one run"
	}
	return "Output"
}
