package code

import (
	"go/scanner"
	"go/token"
	"go/types"
	"strings"

	"github.com/alecthomas/chroma/v2"
)

// goTokens takes Go apart with Go's own scanner, which knows today's Go and
// takes fragments and mistakes as they come. The tokens' texts are source.
func goTokens(source string) []chroma.Token {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(source))
	s.Init(file, []byte(source), func(token.Position, string) {}, scanner.ScanComments)
	var tokens []chroma.Token
	done := 0
	add := func(t chroma.TokenType, end int) {
		if end > done {
			tokens = append(tokens, chroma.Token{Type: t, Value: source[done:end]})
			done = end
		}
	}
	for {
		pos, tok, lit := s.Scan()
		at := file.Offset(pos)
		if tok == token.EOF || at < done {
			break
		}
		if tok == token.SEMICOLON && lit != ";" {
			continue // the scanner's own, at the end of a line
		}
		add(chroma.Text, at)
		end := goTokenEnd(source, at, tok, lit)
		add(goTokenType(tok, lit, source[end:]), end)
	}
	add(chroma.Text, len(source))
	return tokens
}

// goTokenEnd is where the token at offset at ends. The scanner leaves carriage
// returns out of comments and raw strings, so their texts say nothing of it.
func goTokenEnd(source string, at int, tok token.Token, lit string) int {
	rest := source[at:]
	n := len(lit)
	switch {
	case lit == "":
		n = len(tok.String())
	case tok == token.STRING && strings.HasPrefix(rest, "`"):
		n = until(rest, 1, "`")
	case tok == token.COMMENT && strings.HasPrefix(rest, "/*"):
		n = until(rest, 2, "*/")
	case tok == token.COMMENT:
		n = until(rest, 2, "\n")
		if strings.HasSuffix(rest[:n], "\n") {
			n--
		}
	}
	return at + min(n, len(rest))
}

// until is the offset after the first end in s[from:], or the length of s.
func until(s string, from int, end string) int {
	if i := strings.Index(s[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(s)
}

// goTokenType classes a token; after is the source behind it.
func goTokenType(tok token.Token, lit, after string) chroma.TokenType {
	switch {
	case tok == token.COMMENT:
		return chroma.Comment
	case tok == token.STRING, tok == token.CHAR:
		return chroma.LiteralString
	case tok.IsLiteral() && tok != token.IDENT:
		return chroma.LiteralNumber
	case tok.IsKeyword():
		return chroma.Keyword
	case tok != token.IDENT:
		return chroma.Text
	}
	switch types.Universe.Lookup(lit).(type) {
	case *types.TypeName:
		return chroma.KeywordType
	case *types.Const, *types.Nil:
		return chroma.KeywordConstant
	case *types.Builtin:
		return chroma.NameBuiltin
	}
	if strings.HasPrefix(after, "(") {
		return chroma.NameFunction
	}
	return chroma.Text
}
