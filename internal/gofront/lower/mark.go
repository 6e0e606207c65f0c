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

// unwrap takes off parentheses around the whole of text: the interpreter tests
// a condition in parentheses twice.
func unwrap(text string) string {
	start := 0
	for start < len(text) && text[start] == markOpen {
		start += strings.IndexByte(text[start:], markClose) + 1
	}
	if start >= len(text) || text[start] != '(' || matching(text[start:]) != len(text)-start-1 {
		return text
	}
	return unwrap(text[:start] + text[start+1:len(text)-1])
}

// matching is the index of the parenthesis that closes text's first.
func matching(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		}
	}
	return -1
}
