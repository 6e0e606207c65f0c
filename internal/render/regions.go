package render

import (
	"fmt"
	"go/scanner"
	"go/token"
	"html"
	"regexp"
	"slices"
	"strings"

	"playground/internal/render/code"
)

// Span is a range of a program's lines, from 1, both ends included.
type Span struct{ From, To int }

// The comments that fold a part of a program away, end that part, and mark a
// line: the one they stand on, or the next where they stand alone.
const (
	hideComment = "//hide"
	showComment = "//show"
	markComment = "//highlight"
)

// regions finds the parts of a block that its author folds away, and the lines
// that are marked. Mistakes are told with their line of the program.
func (b *Block) regions(fail func(line int, format string, args ...any)) {
	open := 0
	lines := strings.Count(strings.TrimSuffix(b.Source, "\n"), "\n") + 1
	for _, c := range b.directives() {
		switch {
		case c.text == markComment && c.alone:
			b.Marked = append(b.Marked, min(c.line+1, lines))
		case c.text == markComment:
			b.Marked = append(b.Marked, c.line)
		case !c.alone:
			fail(c.line, "%s stands on a line of its own", c.text)
		case c.text == hideComment && open > 0:
			at, _ := b.InArticle(open)
			fail(c.line, "%s again, before a %s ended that of line %d", hideComment, showComment, at)
		case c.text == hideComment:
			open = c.line
		case open == 0:
			fail(c.line, "%s without a %s before it", showComment, hideComment)
		default:
			b.Hidden = append(b.Hidden, Span{open, c.line})
			open = 0
		}
	}
	if open > 0 {
		b.Hidden = append(b.Hidden, Span{open, lines})
	}
	slices.Sort(b.Marked)
	b.Marked = slices.Compact(b.Marked)
	// One line is not worth folding, and has no second line to fold.
	b.Hidden = slices.DeleteFunc(b.Hidden, func(s Span) bool { return s.From >= s.To })
	slices.SortFunc(b.Hidden, func(a, b Span) int { return a.From - b.From })
	b.Hidden = joined(b.Hidden)
}

// joined are spans in their order, without overlaps: what is folded away as a whole
// may have folded parts of its own.
func joined(spans []Span) (all []Span) {
	for _, s := range spans {
		if n := len(all) - 1; n >= 0 && s.From <= all[n].To {
			all[n].To = max(all[n].To, s.To)
		} else {
			all = append(all, s)
		}
	}
	return all
}

// directive is a comment that says how its program is shown.
type directive struct {
	text  string
	line  int
	alone bool // nothing else is on the line
}

// directives are those of a program, in its order. In a program in Go they are
// its comments, and in a script the lines that look like them: what looks so in a
// template literal is taken for one.
func (b *Block) directives() (all []directive) {
	lines := strings.Split(b.Source, "\n")
	if b.Lang != "go" {
		for i, l := range lines {
			for _, d := range []string{hideComment, showComment, markComment} {
				if text := strings.TrimSpace(l); text == d || d == markComment && strings.HasSuffix(text, " "+d) {
					all = append(all, directive{d, i + 1, text == d})
				}
			}
		}
		return all
	}
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(b.Source))
	var s scanner.Scanner
	s.Init(file, []byte(b.Source), func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return all
		}
		if text = strings.TrimRight(text, " \t"); tok != token.COMMENT || text != hideComment && text != showComment && text != markComment {
			continue
		}
		at := file.PositionFor(pos, false) // a //line comment changes nothing here
		all = append(all, directive{text, at.Line, strings.TrimSpace(lines[at.Line-1][:at.Column-1]) == ""})
	}
}

// spansHTML are the attributes by which the page knows files and marked lines.
func (b *Block) spansHTML() (s string) {
	var marks []string
	for _, m := range b.Marked {
		marks = append(marks, fmt.Sprint(m))
	}
	if b.rest(strings.SplitAfter(b.Source, "\n")) > 0 {
		s += " data-files"
	}
	if len(marks) > 0 {
		s += fmt.Sprintf(" data-marked=\"%s\"", strings.Join(marks, " "))
	}
	return s
}

// header is a line of an archive that begins a file.
var header = regexp.MustCompile(`^-- .+ --$`)

// rest is the line at which the second file of an archive begins, or 0: until then
// the page shows it, where there are scripts, and gives each file a tab.
func (b *Block) rest(lines []string) int {
	if b.Lang != "go" {
		return 0
	}
	text := false
	for i, l := range lines {
		if text && header.MatchString(strings.TrimSuffix(l, "\n")) {
			if slices.ContainsFunc(b.Hidden, func(h Span) bool { return h.From <= i && i < h.To }) {
				return 0 // a part that is folded away begins before it
			}
			return i + 1
		}
		text = text || strings.TrimSpace(l) != ""
	}
	return 0
}

// programHTML is the program, highlighted, with its hidden parts folded and its
// marked lines marked. Its text content is exactly the program. What the page shows
// in tabs is in spans of a class.
func (b *Block) programHTML() string {
	lines := strings.SplitAfter(b.Source, "\n")
	var w strings.Builder
	rest, first := b.rest(lines), 1
	if rest == 0 {
		b.writeFolded(&w, lines, Span{1, len(lines)})
		return w.String()
	}
	if header.MatchString(strings.TrimSuffix(lines[0], "\n")) {
		fmt.Fprintf(&w, "<span class=\"rest\">%s</span>", html.EscapeString(lines[0]))
		first = 2
	}
	b.writeFolded(&w, lines, Span{first, rest - 1})
	w.WriteString("<span class=\"rest\">")
	b.writeFolded(&w, lines, Span{rest, len(lines)})
	w.WriteString("</span>")
	return w.String()
}

// writeFolded writes a part of the program with what is hidden in it.
func (b *Block) writeFolded(w *strings.Builder, lines []string, part Span) {
	at := part.From
	for _, h := range b.Hidden {
		if h.From < part.From || h.To > part.To {
			continue
		}
		b.writeLines(w, lines, Span{at, h.From - 1})
		first, _ := strings.CutSuffix(lines[h.From-1], "\n")
		name := ""
		if strings.TrimSpace(first) == "" {
			name = " aria-label=\"folded lines\""
		}
		fmt.Fprintf(w, "<details class=\"folded\"><summary%s><span>", name)
		b.writeText(w, first, h.From)
		w.WriteString("</span>\n</summary>")
		b.writeLines(w, lines, Span{h.From + 1, h.To})
		w.WriteString("</details>")
		at = h.To + 1
	}
	b.writeLines(w, lines, Span{at, part.To})
}

// writeLines writes a part of the program, each marked line by itself and what is
// between them in one piece: a token may have several lines.
func (b *Block) writeLines(w *strings.Builder, lines []string, part Span) {
	plain := func(from, to int) {
		w.WriteString(code.Highlight(b.Lang, strings.Join(lines[from-1:to], "")))
	}
	at := part.From
	for _, m := range b.Marked {
		if m < at || m > part.To {
			continue
		}
		plain(at, m-1)
		text, newline := strings.CutSuffix(lines[m-1], "\n")
		b.writeText(w, text, m)
		if newline {
			w.WriteByte('\n')
		}
		at = m + 1
	}
	if at <= part.To {
		plain(at, part.To)
	}
}

// writeText writes a line without its newline, marked if it is.
func (b *Block) writeText(w *strings.Builder, text string, line int) {
	text = code.Highlight(b.Lang, text)
	if slices.Contains(b.Marked, line) {
		text = "<mark>" + text + "</mark>"
	}
	w.WriteString(text)
}
