package lower

import (
	"go/token"
	"strconv"
	"strings"
)

// Positions travel inside the text while it is built, as a NUL, the position
// in decimal and a SOH, in front of whatever was written at that position:
// text is cut, pasted and moved until the last moment, and the marks move with
// it. A program's own strings cannot contain either byte, because they are
// quoted.
const (
	markOpen  = '\x00'
	markClose = '\x01'
)

// mark puts text at pos.
func mark(pos token.Pos, text string) string {
	if !pos.IsValid() {
		return text
	}
	return string(markOpen) + strconv.Itoa(int(pos)) + string(markClose) + text
}

// bare is text without marks.
func bare(text string) string {
	if strings.IndexByte(text, markOpen) < 0 {
		return text
	}
	s, _ := splitMarks(text)
	return s
}

// splitMarks takes the marks out of text.
func splitMarks(text string) (string, []Mark) {
	var b strings.Builder
	var marks []Mark
	for {
		i := strings.IndexByte(text, markOpen)
		if i < 0 {
			b.WriteString(text)
			return b.String(), marks
		}
		b.WriteString(text[:i])
		j := i + strings.IndexByte(text[i:], markClose)
		n, _ := strconv.Atoi(text[i+1 : j])
		marks = append(marks, Mark{Offset: b.Len(), Pos: token.Pos(n)})
		text = text[j+1:]
	}
}
