package syntax

import (
	"strings"
	"unicode/utf8"
)

// Error is something that the compiler says of a text.
type Error struct {
	Line, Column int // from 1, in bytes
	Message      string
}

// Fatal reports whether the compiler stops before type checking. Errors of the
// scanner and some of the parser do not stop it.
func (e Error) Fatal() bool { return strings.HasPrefix(e.Message, "syntax error: ") }

// maxErrors bounds the list; a compiler would have given up long before.
const maxErrors = 100

// Check returns what the compiler's scanner and parser say of a file, in the
// order in which they find it. The file must be valid UTF-8.
func Check(src string) []Error {
	src = strings.TrimPrefix(src, "\uFEFF")
	r := &recognizer{}
	r.lexer = lexer{src: src, report: r.errorAt}
	r.file()
	return r.errors
}

// recognizer follows the grammar. Its methods are named for productions.
type recognizer struct {
	lexer
	prevEnd int // end of the token before the current one
	errors  []Error
	funcs   int // how many function bodies we are in
	nesting int // expression nesting; -1 in the header of a control clause
	found   map[Error]bool
}

// gaveUp ends the recognition when the list is full.
type gaveUp struct{}

func (r *recognizer) file() {
	defer func() {
		if v := recover(); v != nil {
			if _, ok := v.(gaveUp); !ok {
				panic(v)
			}
		}
	}()
	r.next()
	if !r.got("package") {
		r.syntaxError("package statement must be first")
		return
	}
	r.name()
	r.want(semi)
	if len(r.errors) > 0 {
		return
	}
	r.declarations()
}

func (r *recognizer) next() {
	r.prevEnd = r.end
	r.lexer.next()
}

func (r *recognizer) got(t token) bool {
	if r.tok == t {
		r.next()
		return true
	}
	return false
}

func (r *recognizer) want(t token) {
	if !r.got(t) {
		r.syntaxError("expected " + describe(t))
		r.advance()
	}
}

// gotAssign takes "=", and ":=" with a complaint.
func (r *recognizer) gotAssign() bool {
	if r.tok == ":=" {
		r.syntaxError("expected =")
		r.next()
		return true
	}
	return r.got("=")
}

// advance skips to one of the given tokens, or in a function to a keyword that
// starts a statement; given none it skips one token.
func (r *recognizer) advance(follow ...token) {
	if len(follow) == 0 {
		if r.tok != eof {
			r.next()
		}
		return
	}
	for r.tok != eof && !(r.funcs > 0 && startsStatement(r.tok)) {
		for _, t := range follow {
			if r.tok == t {
				return
			}
		}
		r.next()
	}
}

func (r *recognizer) errorAt(off int, msg string) {
	e := Error{Message: msg}
	e.Line = 1 + strings.Count(r.src[:off], "\n")
	e.Column = off - strings.LastIndexByte(r.src[:off], '\n')
	if r.found == nil {
		r.found = map[Error]bool{}
	}
	if r.found[e] {
		return
	}
	r.found[e] = true
	if r.errors = append(r.errors, e); len(r.errors) >= maxErrors {
		panic(gaveUp{})
	}
}

func (r *recognizer) error(msg string) { r.errorAt(r.start, msg) }

func (r *recognizer) syntaxError(msg string) { r.syntaxErrorAt(r.start, msg) }

// syntaxErrorAt reports msg, headed by the current token where msg says only
// where it stands or what was expected in its place.
func (r *recognizer) syntaxErrorAt(off int, msg string) {
	if r.tok == eof && len(r.errors) > 0 {
		return // nothing new can come of the end
	}
	switch {
	case strings.HasPrefix(msg, "in "), strings.HasPrefix(msg, "at "), strings.HasPrefix(msg, "after "):
		msg = "unexpected " + r.current() + " " + msg
	case strings.HasPrefix(msg, "expected "):
		msg = "unexpected " + r.current() + ", " + msg
	}
	r.errorAt(off, "syntax error: "+msg)
}

// current describes the current token.
func (r *recognizer) current() string {
	switch r.tok {
	case name:
		return "name " + r.lit
	case literal:
		return "literal " + r.lit
	case semi, operator:
		return r.lit
	case assignOp:
		return r.lit + "="
	case incOp:
		return r.lit + r.lit
	}
	return describe(r.tok)
}

// list reads elements separated by sep up to end. element reports whether it
// was the last that may come. It returns where end stands.
func (r *recognizer) list(context string, sep, end token, element func() (last bool)) int {
	for last := false; r.tok != eof && r.tok != end && !last; {
		last = element()
		if !r.got(sep) && r.tok != end {
			r.syntaxError("in " + context + "; possibly missing " + describe(sep) + " or " + describe(end))
			r.advance(")", "]", "}")
			if r.tok != end {
				return r.start
			}
		}
	}
	at := r.start
	r.want(end)
	return at
}

// name reads an identifier.
func (r *recognizer) name() *node {
	n := r.node(kName)
	if r.tok == name {
		r.next()
		return n
	}
	r.syntaxError("expected name")
	r.advance()
	return n
}

func (r *recognizer) names() {
	for r.got(",") {
		r.name()
	}
}

// text returns the source from one offset to another on one line.
func (r *recognizer) text(from, to int) string {
	s := strings.Join(strings.Fields(r.src[from:max(from, to)]), " ")
	if most := 80; len(s) > most {
		for most > 0 && !utf8.RuneStart(s[most]) {
			most--
		}
		s = s[:most] + "…"
	}
	return s
}
