package render

import (
	"fmt"
	"slices"
	"strings"

	"playground/internal/diag"
)

// Origin says where some lines of a program were written.
type Origin struct {
	Span        // of the program
	File string `json:",omitempty"` // beside the article; "" is the article itself
	Line int    // of the first of them
}

// line is a line of a program on its way together.
type line struct {
	text   string // with its newline
	file   string // where it was written: "" is the article
	number int    // its line there; 0 for what a template added, and for headers of files
	folded bool   // it is shown elsewhere, or nobody's concern
}

// linesOf are the lines of a text that begins at that line of a file.
func linesOf(text, file string, first int) (all []line) {
	for l := range strings.Lines(text) {
		all = append(all, line{text: l, file: file, number: first + len(all)})
	}
	return all
}

// added are lines that nobody wrote.
func added(text string) (all []line) {
	for l := range strings.Lines(text) {
		all = append(all, line{text: l, folded: true})
	}
	return all
}

// folded are the same lines, folded away.
func folded(lines []line) []line {
	lines = slices.Clone(lines)
	for i := range lines {
		lines[i].folded = true
	}
	return lines
}

func textOfLines(lines []line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.text)
	}
	return b.String()
}

// is makes the lines the block's program.
func (b *Block) is(lines []line) {
	b.Source = textOfLines(lines)
	for i, l := range lines {
		n := i + 1
		if o := len(b.Origins) - 1; l.number > 0 && o >= 0 && b.Origins[o].File == l.file && b.Origins[o].To == i && l.number-b.Origins[o].Line == n-b.Origins[o].From {
			b.Origins[o].To = n
		} else if l.number > 0 {
			b.Origins = append(b.Origins, Origin{Span{n, n}, l.file, l.number})
		}
		if h := len(b.Hidden) - 1; l.folded && h >= 0 && b.Hidden[h].To == i {
			b.Hidden[h].To = n
		} else if l.folded {
			b.Hidden = append(b.Hidden, Span{n, n})
		}
	}
	if len(b.Origins) == 1 && b.Origins[0] == (Origin{Span{1, len(lines)}, "", b.Line + 1}) {
		b.Origins = nil
	}
}

// InArticle is the line of the article that a line of the program stands on; that
// of the fence for a line that stands elsewhere, with the place there.
func (b *Block) InArticle(line int) (inArticle int, elsewhere string) {
	if b.Origins == nil {
		return b.Line + line, ""
	}
	for _, o := range b.Origins {
		if at := o.Line + line - o.From; o.From <= line && line <= o.To && o.File == "" {
			return at, ""
		} else if o.From <= line && line <= o.To {
			return b.Line, fmt.Sprintf("%s:%d", o.File, at)
		}
	}
	return b.Line, ""
}

// Locate is where in the article a finding about the program is, and its message
// there.
func (b *Block) Locate(d diag.Diagnostic) (line, column int, message string) {
	at := d.Line
	if header := slices.Index(strings.Split(b.Source, "\n"), "-- "+d.File+" --"); header >= 0 {
		at += header + 1 // lines are counted in each file of an archive
	}
	line, elsewhere := b.InArticle(at)
	switch {
	case elsewhere != "":
		return line, 0, fmt.Sprintf("%s:%d: %s", elsewhere, d.Column, d.Message)
	case line == b.Line: // of what a template added there is no column
		return line, 0, d.Message
	}
	return line, d.Column, d.Message
}

// Problem says in the article's file what is wrong with the program's text.
func (b *Block) Problem(file string, d diag.Diagnostic) *Error {
	line, column, message := b.Locate(d)
	return &Error{File: file, Line: line, Column: column, Message: fmt.Sprintf("runner block %s: %s", b.ID, message)}
}
