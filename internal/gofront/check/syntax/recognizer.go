package syntax

import (
	"slices"
	"strings"
)

// Error is something that the compiler says of a text.
type Error struct {
	Line, Column int // from 1, in bytes
	Message      string
	// Late errors are found by the compiler's type checker: they are not
	// reported when there is a fatal one.
	Late bool
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
	if slices.ContainsFunc(r.errors, Error.Fatal) {
		return slices.DeleteFunc(r.errors, func(e Error) bool { return e.Late })
	}
	return r.errors
}

// recognizer follows the grammar. Its methods are named for productions.
type recognizer struct {
	lexer
	prevEnd int // end of the token before the current one
	errors  []Error
	funcs   int      // how many function bodies we are in
	bodies  [][2]int // offsets between the braces of literals
	nesting int      // expression nesting; -1 in the header of a control clause
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

func (r *recognizer) errorAt(off int, msg string) { r.add(off, Error{Message: msg}) }

// lateError reports what is wrong with the types, not with the syntax.
func (r *recognizer) lateError(off int, msg string) { r.add(off, Error{Message: msg, Late: true}) }

func (r *recognizer) add(off int, e Error) {
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

// text returns the source from one offset to another on one line, without what
// stands between the braces of literals.
func (r *recognizer) text(from, to int) string {
	var b strings.Builder
	for _, body := range r.bodies {
		if body[0] >= from && body[1] <= to && strings.TrimSpace(r.src[body[0]:body[1]]) != "" {
			b.WriteString(r.src[from:body[0]] + "…")
			from = body[1]
		}
	}
	b.WriteString(r.src[from:max(from, to)])
	return strings.Join(strings.Fields(b.String()), " ")
}

// elide notes that a literal's braces stand around the offsets.
func (r *recognizer) elide(from, to int) {
	for len(r.bodies) > 0 && r.bodies[len(r.bodies)-1][0] >= from {
		r.bodies = r.bodies[:len(r.bodies)-1] // within this one
	}
	r.bodies = append(r.bodies, [2]int{from, to})
}
