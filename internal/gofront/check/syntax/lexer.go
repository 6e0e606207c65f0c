package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lexer splits a text into tokens.
type lexer struct {
	src    string
	off    int // of the next character
	report func(off int, msg string)

	// the current token
	tok        token
	start, end int
	lit        string // a name, a literal, an operator, or why a semicolon is there
	prec       int

	wasOperand bool // a newline after this token is a semicolon
}

// end-of-text is the character -1.
const eot = rune(-1)

// peek returns the next character and its width. What cannot be a character
// of a program was refused before.
func (l *lexer) peek() (rune, int) {
	if l.off >= len(l.src) {
		return eot, 0
	}
	if c := l.src[l.off]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRuneInString(l.src[l.off:])
}

func (l *lexer) skip() {
	_, n := l.peek()
	l.off += n
}

// next reads the next token.
func (l *lexer) next() {
	newline := l.wasOperand
	l.wasOperand = false
	for !l.scan(newline) {
	}
	l.end = l.off
}

// scan reads a token, or skips something that is none and reports false.
func (l *lexer) scan(newline bool) bool {
	for l.off < len(l.src) && (strings.IndexByte(" \t\r", l.src[l.off]) >= 0 || l.src[l.off] == '\n' && !newline) {
		l.off++
	}
	l.start, l.prec = l.off, 0
	c, _ := l.peek()
	switch {
	case c == eot && newline:
		l.tok, l.lit = semi, "EOF"
	case c == eot:
		l.tok, l.lit = eof, ""
	case c == '\n':
		l.off++
		l.tok, l.lit = semi, "newline"
	case c == ';':
		l.off++
		l.tok, l.lit = semi, "semicolon"
	case letter(c) || c >= utf8.RuneSelf && l.identChar(true):
		l.ident()
	case decimal(c) || c == '.' && l.off+1 < len(l.src) && decimal(rune(l.src[l.off+1])):
		l.number()
	case c == '"':
		l.quoted()
	case c == '`':
		l.raw()
	case c == '\'':
		l.rune()
	case strings.HasPrefix(l.src[l.off:], "//"):
		l.lineComment()
		return false
	case strings.HasPrefix(l.src[l.off:], "/*"):
		return l.comment(newline)
	default:
		return l.punctuation()
	}
	return true
}

func (l *lexer) lineComment() {
	if i := strings.IndexByte(l.src[l.off:], '\n'); i >= 0 {
		l.off += i
	} else {
		l.off = len(l.src)
	}
}

// comment skips a general comment. One that spans lines is a newline where a
// newline is a semicolon.
func (l *lexer) comment(newline bool) bool {
	rest := l.src[l.off+2:]
	i := strings.Index(rest, "*/")
	if i < 0 {
		l.report(l.off, "comment not terminated")
		l.off = len(l.src)
	} else {
		l.off += i + 4
		rest = rest[:i]
	}
	if newline && strings.Contains(rest, "\n") {
		l.tok, l.lit = semi, "newline"
		return true
	}
	if newline && l.off >= len(l.src) && i < 0 {
		l.tok, l.lit = semi, "EOF"
		return true
	}
	return false
}

func (l *lexer) punctuation() bool {
	for _, p := range punctuation() {
		if !strings.HasPrefix(l.src[l.off:], p.text) {
			continue
		}
		l.off += len(p.text)
		l.tok, l.lit, l.prec = p.tok, p.text, p.prec
		switch p.tok {
		case assignOp:
			l.lit = strings.TrimSuffix(p.text, "=")
		case incOp:
			l.lit = p.text[:1]
			l.wasOperand = true
		case ")", "]", "}":
			l.wasOperand = true
		}
		return true
	}
	c, _ := l.peek()
	l.report(l.off, fmt.Sprintf("invalid character %#U", c))
	l.skip()
	return false
}

func (l *lexer) ident() {
	for {
		c, _ := l.peek()
		if !letter(c) && !decimal(c) && (c < utf8.RuneSelf || !l.identChar(l.off == l.start)) {
			break
		}
		l.skip()
	}
	text := l.src[l.start:l.off]
	if keyword(text) {
		l.tok, l.lit = token(text), text
		l.wasOperand = text == "break" || text == "continue" || text == "fallthrough" || text == "return"
		return
	}
	l.tok, l.lit, l.wasOperand = name, text, true
}

// identChar reports whether the next character, not ASCII, is taken for part
// of an identifier, and complains if it cannot be.
func (l *lexer) identChar(first bool) bool {
	c, _ := l.peek()
	switch {
	case unicode.IsLetter(c):
	case unicode.IsDigit(c):
		if first && l.off == l.start {
			l.once(fmt.Sprintf("identifier cannot begin with digit %#U", c))
		}
	case c >= utf8.RuneSelf:
		l.once(fmt.Sprintf("invalid character %#U in identifier", c))
	default:
		return false
	}
	return true
}

// once reports at the next character. Its callers look at the first character
// of an identifier twice; reports are told apart by their place.
func (l *lexer) once(msg string) { l.report(l.off, msg) }

func (l *lexer) literal() {
	l.tok, l.lit, l.wasOperand = literal, l.src[l.start:l.off], true
}

func letter(c rune) bool {
	return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' && c < utf8.RuneSelf && c > 0
}
func decimal(c rune) bool { return '0' <= c && c <= '9' }
func hex(c rune) bool {
	return decimal(c) || c > 0 && c < utf8.RuneSelf && 'a' <= c|0x20 && c|0x20 <= 'f'
}
