package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// number reads a number literal and reports the first thing that is wrong
// with it.
func (l *lexer) number() {
	n := numberScan{l: l, base: 10, invalid: -1, ok: true}
	n.integer()
	n.fraction()
	n.exponent()
	if c, _ := l.peek(); c == 'i' {
		l.off++
		n.isInt = false
	}
	l.literal()
	if n.ok && n.isInt && n.invalid >= 0 {
		n.failAt(n.invalid, fmt.Sprintf("invalid digit %q in %s literal", l.src[n.invalid], baseName(n.base)))
	}
	if i := misplacedSeparator(l.lit); n.ok && i >= 0 {
		n.failAt(l.start+i, "'_' must separate successive digits")
	}
}

type numberScan struct {
	l       *lexer
	base    int
	prefix  byte // 'x', 'o', 'b', '0' for a leading zero, or 0
	digits  bool // any yet
	isInt   bool
	invalid int // offset of the first digit that the base does not have
	ok      bool
}

func (n *numberScan) fail(msg string) { n.failAt(n.l.off, msg) }

func (n *numberScan) failAt(off int, msg string) {
	if n.ok {
		n.l.report(off, msg)
	}
	n.ok = false
}

// run reads digits and separators and reports whether there was a digit.
func (n *numberScan) run(base int, invalid *int) (any bool) {
	for {
		c, _ := n.l.peek()
		switch {
		case c == '_':
		case decimal(c), base == 16 && hex(c):
			any = true
			if base < 10 && int(c-'0') >= base && *invalid < 0 {
				*invalid = n.l.off
			}
		default:
			return any
		}
		n.l.off++
	}
}

func (n *numberScan) integer() {
	n.isInt = true
	if n.l.src[n.l.off] == '.' {
		return
	}
	if n.l.src[n.l.off] == '0' {
		n.l.off++
		c, _ := n.l.peek()
		switch c | 0x20 {
		case 'x':
			n.base, n.prefix = 16, 'x'
		case 'o':
			n.base, n.prefix = 8, 'o'
		case 'b':
			n.base, n.prefix = 2, 'b'
		default:
			n.base, n.prefix, n.digits = 8, '0', true
		}
		if n.prefix != '0' {
			n.l.off++
		}
	}
	n.digits = n.run(n.base, &n.invalid) || n.digits
}

func (n *numberScan) fraction() {
	if c, _ := n.l.peek(); c == '.' {
		if n.prefix == 'o' || n.prefix == 'b' {
			n.fail(fmt.Sprintf("invalid radix point in %s literal", baseName(n.base)))
		}
		n.l.off++
		n.isInt = false
		n.digits = n.run(n.base, &n.invalid) || n.digits
	}
	if !n.digits {
		n.fail(baseName(n.base) + " literal has no digits")
	}
}

func (n *numberScan) exponent() {
	c, _ := n.l.peek()
	e := c | 0x20
	if c < 0 || e != 'e' && e != 'p' {
		if n.prefix == 'x' && !n.isInt {
			n.fail("hexadecimal mantissa requires a 'p' exponent")
		}
		return
	}
	switch {
	case e == 'e' && n.prefix != 0 && n.prefix != '0':
		n.fail(fmt.Sprintf("%q exponent requires decimal mantissa", c))
	case e == 'p' && n.prefix != 'x':
		n.fail(fmt.Sprintf("%q exponent requires hexadecimal mantissa", c))
	}
	n.l.off++
	n.isInt = false
	if c, _ := n.l.peek(); c == '+' || c == '-' {
		n.l.off++
	}
	if none := -1; !n.run(10, &none) {
		n.fail("exponent has no digits")
	}
}

func baseName(base int) string {
	return map[int]string{2: "binary", 8: "octal", 10: "decimal", 16: "hexadecimal"}[base]
}

// misplacedSeparator returns the index of the first '_' in a number that does
// not stand between digits (a base prefix counts as one), or -1.
func misplacedSeparator(lit string) int {
	based := len(lit) > 1 && lit[0] == '0' && strings.IndexByte("xob", lit[1]|0x20) >= 0
	isDigit := func(i int) bool {
		return decimal(rune(lit[i])) || based && (i == 1 || lit[1]|0x20 == 'x' && i > 1 && hex(rune(lit[i])))
	}
	for i := range len(lit) {
		switch {
		case lit[i] == '_' && (i == 0 || !isDigit(i-1)):
			return i
		case lit[i] != '_' && i > 0 && lit[i-1] == '_' && !isDigit(i):
			return i - 1
		}
	}
	if strings.HasSuffix(lit, "_") {
		return len(lit) - 1
	}
	return -1
}

// quoted reads an interpreted string.
func (l *lexer) quoted() {
	l.off++
	for {
		c, _ := l.peek()
		switch c {
		case '"':
			l.off++
			l.literal()
			return
		case '\\':
			l.off++
			l.escape('"')
		case '\n':
			l.report(l.off, "newline in string")
			l.literal()
			return
		case eot:
			l.report(l.start, "string not terminated")
			l.literal()
			return
		default:
			l.skip()
		}
	}
}

func (l *lexer) raw() {
	if i := strings.IndexByte(l.src[l.off+1:], '`'); i >= 0 {
		l.off += i + 2
	} else {
		l.off = len(l.src)
		l.report(l.start, "string not terminated")
	}
	l.literal()
}

// rune reads a rune literal.
func (l *lexer) rune() {
	l.off++
	ok := true
	fail := func(off int, msg string) {
		if ok {
			l.report(off, msg)
		}
		ok = false
	}
	for n := 0; ; n++ {
		c, _ := l.peek()
		switch c {
		case '\'':
			switch {
			case n == 0:
				fail(l.off, "empty rune literal or unescaped '")
			case n != 1:
				fail(l.start, "more than one character in rune literal")
			}
			l.off++
			l.literal()
			return
		case '\\':
			l.off++
			ok = l.escape('\'') && ok
		case '\n':
			fail(l.off, "newline in rune literal")
			l.literal()
			return
		case eot:
			fail(l.start, "rune literal not terminated")
			l.literal()
			return
		default:
			l.skip()
		}
	}
}

// escape reads what follows a backslash.
func (l *lexer) escape(quote rune) bool {
	c, _ := l.peek()
	n, base, most := 0, 16, uint64(unicode.MaxRune)
	switch {
	case c == quote || c < utf8.RuneSelf && c > 0 && strings.ContainsRune(`abfnrtv\`, c):
		l.off++
		return true
	case '0' <= c && c <= '7':
		n, base, most = 3, 8, 255
	case c == 'x':
		n, most = 2, 255
	case c == 'u':
		n = 4
	case c == 'U':
		n = 8
	case c == eot:
		return true
	default:
		l.report(l.off, "unknown escape")
		return false
	}
	if base == 16 {
		l.off++
	}
	return l.code(n, base, most)
}

// code reads an escape's n digits.
func (l *lexer) code(n, base int, most uint64) bool {
	var x uint64
	for range n {
		c, _ := l.peek()
		if c == eot {
			return true
		}
		if !hex(c) || base == 8 && !('0' <= c && c <= '7') {
			l.report(l.off, fmt.Sprintf("invalid character %q in %s escape", c, baseName(base)))
			return false
		}
		d := uint64(c - '0')
		if !decimal(c) {
			d = uint64(c|0x20-'a') + 10
		}
		x = x*uint64(base) + d
		l.off++
	}
	switch {
	case x > most && base == 8:
		l.report(l.off, fmt.Sprintf("octal escape value %d > 255", x))
	case x > most, n > 2 && 0xD800 <= x && x < 0xE000:
		l.report(l.off, fmt.Sprintf("escape is invalid Unicode code point %#U", rune(x)))
	default:
		return true
	}
	return false
}
