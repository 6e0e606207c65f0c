package check

import (
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"

	"playground/internal/diag"
)

// Limits of a program's shape. Programs that people write stay far below; what
// is above would cost parser, type checker and interpreter more stack than a
// worker has.
const (
	maxBrackets = 256  // open parentheses, brackets and braces
	maxRun      = 8192 // tokens without a comma, semicolon or brace
	maxDepth    = 2048 // levels of the syntax tree; a chain of n operators is n
	maxChain    = 256  // types each declared as the next; checking takes their number cubed
)

// defuse finds nesting that a recursive parser could not survive, without
// recursion. What nests does so within brackets, or else within a run of
// tokens that no comma, semicolon or brace ends: types, operators, labels.
func defuse(f File) []diag.Diagnostic {
	fset := token.NewFileSet()
	file := fset.AddFile(f.Name, -1, len(f.Text))
	var s scanner.Scanner
	s.Init(file, []byte(f.Text), func(token.Position, string) {}, 0)
	open, run := 0, 0
	for {
		pos, tok, _ := s.Scan()
		run++
		switch tok {
		case token.EOF:
			return nil
		case token.LPAREN, token.LBRACK:
			open++
		case token.RPAREN, token.RBRACK:
			open--
		case token.LBRACE:
			open, run = open+1, 0
		case token.RBRACE:
			open, run = open-1, 0
		case token.COMMA, token.SEMICOLON, token.CASE, token.DEFAULT:
			run = 0
		}
		if msg := excess(open, run); msg != "" {
			p := fset.PositionFor(pos, false)
			return []diag.Diagnostic{pointAt(f.Name, p.Line, p.Column, "source.nesting", msg)}
		}
	}
}

func excess(open, run int) string {
	switch {
	case open > maxBrackets:
		return fmt.Sprintf("nested too deeply: at most %d open brackets here", maxBrackets)
	case run > maxRun:
		return fmt.Sprintf("expression too long: at most %d tokens here", maxRun)
	}
	return ""
}

// longChain finds a chain of more than maxChain types that are each declared to
// be another: type A B, type B C, and so on.
func longChain(p *Package) []diag.Diagnostic {
	next := map[string]*ast.Ident{}
	for _, f := range p.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if of, ok := spec.Type.(*ast.Ident); ok {
					next[spec.Name.Name] = of
				}
			}
			return true
		})
	}
	if len(next) <= maxChain {
		return nil
	}
	length := map[string]int{} // of the chain from a name on
	for name := range next {
		var trail []string
		for next[name] != nil && length[name] == 0 && len(trail) <= len(next) {
			trail = append(trail, name)
			name = next[name].Name
		}
		n := length[name]
		for i := len(trail) - 1; i >= 0; i-- {
			n++
			length[trail[i]] = n
		}
		if len(trail) > 0 && n > maxChain {
			return []diag.Diagnostic{p.diagnostic(next[trail[0]], "source.nesting", fmt.Sprintf("a chain of more than %d type declarations", maxChain))}
		}
	}
	return nil
}

// tooDeep finds a syntax tree of more than maxDepth levels.
func tooDeep(fset *token.FileSet, f *ast.File) []diag.Diagnostic {
	depth, at := 0, token.NoPos
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			depth--
			return true
		}
		depth++
		if depth > maxDepth && at == token.NoPos {
			at = n.Pos()
		}
		return true
	})
	if at == token.NoPos {
		return nil
	}
	p := fset.PositionFor(at, false)
	return []diag.Diagnostic{pointAt(p.Filename, p.Line, p.Column, "source.nesting", fmt.Sprintf("an expression of more than %d levels; split it", maxDepth))}
}
