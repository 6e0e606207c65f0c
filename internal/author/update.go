package author

import (
	"bytes"
	"strings"

	"playground/internal/expect"
)

// Update returns text with the documented outputs of its blocks replaced by what
// the programs printed, where that differs and can be written down: outputs that
// are documented line by line, of programs that end as documented and print the
// same in every run. All other bytes stay as they are.
func Update(text []byte, blocks []*Block) []byte {
	lines := bytes.SplitAfter(text, []byte("\n"))
	var out []byte
	next := 0 // the first line that is not written yet, from 0
	for _, b := range blocks {
		e := b.Expected
		if !b.updates() || e.Last > len(lines) {
			continue
		}
		opening := lines[e.Line-1]
		for _, l := range lines[next : e.Line-1] {
			out = append(out, l...)
		}
		out = append(out, fencedOutput(opening, lines[e.Last-1], b.Runs[0].Printed)...)
		next = e.Last
	}
	for _, l := range lines[min(next, len(lines)):] {
		out = append(out, l...)
	}
	return out
}

// updates reports whether a block's documented output is wrong and can be made
// right.
func (b *Block) updates() bool {
	e := b.Expected
	if e == nil || e.Line == 0 || len(b.Runs) == 0 || e.Mode != expect.Exact && e.Mode != expect.Unordered {
		return false
	}
	now := e.Output
	now.Text = b.Runs[0].Printed
	for _, ran := range b.Runs {
		if now.Compare(ran) != nil {
			return false
		}
	}
	return e.Compare(b.Runs[0]) != nil
}

// fencedOutput is a documented output between its fences, which are as they were
// unless the output has a line that would close them.
func fencedOutput(opening, closing []byte, printed string) []byte {
	at := bytes.IndexAny(opening, "`~")
	indent := strings.Map(func(r rune) rune { // a list's mark stands in its first line only
		if r == '>' || r == '\t' {
			return r
		}
		return ' '
	}, string(opening[:at]))
	end := "\n"
	if bytes.HasSuffix(opening, []byte("\r\n")) {
		end = "\r\n"
	}
	info := bytes.TrimLeft(opening[at:], string(opening[at:at+1]))
	fence := opening[at : len(opening)-len(info)]
	for hides(printed, fence) {
		fence = append(bytes.Clone(fence), fence[0])
	}
	out := append(bytes.Clone(opening[:at]), fence...)
	out = append(out, info...)
	for _, l := range expect.Lines(printed) {
		if l != "" || strings.Contains(indent, ">") {
			out = append(out, strings.TrimRight(indent+l, " ")...)
		}
		out = append(out, end...)
	}
	if len(fence) > len(opening)-at-len(info) {
		closing = append([]byte(indent+string(fence)), bytes.TrimLeft(bytes.TrimLeft(closing, " \t>"), "`~")...)
	}
	return append(out, closing...)
}

// hides reports whether a line of the text would close a fence.
func hides(text string, fence []byte) bool {
	for _, l := range expect.Lines(text) {
		l = strings.TrimSpace(l)
		if len(l) >= len(fence) && strings.Trim(l, string(fence[:1])) == "" {
			return true
		}
	}
	return false
}
