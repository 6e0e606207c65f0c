package syntax

// token is a kind of token, named by its text where it has one.
type token string

// Tokens whose text varies.
const (
	eof      token = "EOF"
	name     token = "name"
	literal  token = "literal"
	operator token = "op"  // binary or unary, but for those below
	assignOp token = "op=" // += and the like
	incOp    token = "opop"
	semi     token = ";"
)

// precedences of the binary operators.
const (
	precNone = iota
	precOrOr
	precAndAnd
	precCompare
	precAdd
	precMul
)

func keyword(s string) bool {
	switch s {
	case "break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for", "func", "go", "goto",
		"if", "import", "interface", "map", "package", "range", "return", "select", "struct", "switch", "type", "var":
		return true
	}
	return false
}

// describe names a token as an error message does.
func describe(t token) string {
	switch {
	case t == ",":
		return "comma"
	case t == semi:
		return "semicolon or newline"
	case keyword(string(t)):
		return "keyword " + string(t)
	}
	return string(t)
}

// startsStatement reports whether t is a keyword at which recovery within a
// function stops.
func startsStatement(t token) bool {
	switch t {
	case "break", "const", "continue", "defer", "fallthrough", "for", "go", "goto", "if", "return", "select", "switch", "type", "var":
		return true
	}
	return false
}

// punctuation lists operators and delimiters, longest first, with the kind of
// token that they are and their precedence.
func punctuation() []struct {
	text string
	tok  token
	prec int
} {
	return []struct {
		text string
		tok  token
		prec int
	}{
		{"<<=", assignOp, 0}, {">>=", assignOp, 0}, {"&^=", assignOp, 0}, {"...", "...", 0},
		{"&&", operator, precAndAnd}, {"||", operator, precOrOr},
		{"==", operator, precCompare}, {"!=", operator, precCompare}, {"<=", operator, precCompare}, {">=", operator, precCompare},
		{"<-", "<-", 0}, {":=", ":=", 0}, {"++", incOp, 0}, {"--", incOp, 0},
		{"+=", assignOp, 0}, {"-=", assignOp, 0}, {"*=", assignOp, 0}, {"/=", assignOp, 0}, {"%=", assignOp, 0},
		{"&=", assignOp, 0}, {"|=", assignOp, 0}, {"^=", assignOp, 0},
		{"<<", operator, precMul}, {">>", operator, precMul}, {"&^", operator, precMul},
		{"+", operator, precAdd}, {"-", operator, precAdd}, {"|", operator, precAdd}, {"^", operator, precAdd},
		{"*", "*", precMul}, {"/", operator, precMul}, {"%", operator, precMul}, {"&", operator, precMul},
		{"<", operator, precCompare}, {">", operator, precCompare}, {"!", operator, 0}, {"~", operator, 0},
		{"=", "=", 0}, {"(", "(", 0}, {")", ")", 0}, {"[", "[", 0}, {"]", "]", 0}, {"{", "{", 0}, {"}", "}", 0},
		{",", ",", 0}, {":", ":", 0}, {".", ".", 0},
	}
}
