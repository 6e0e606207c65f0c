package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"strings"

	"golang.org/x/tools/go/ast/astutil"

	"playground/internal/diag"
)

// inCompilersWords changes d where the compiler's type checker, a sibling of
// go/types, says the same thing in other words or at another place.
func (p *Package) inCompilersWords(d *diag.Diagnostic, pos, end token.Pos) {
	for _, f := range p.Sources {
		d.Message = strings.ReplaceAll(d.Message, " "+f.Name+":", " ./"+f.Name+":")
	}
	file := p.fileAt(pos)
	if file == nil {
		return
	}
	path, _ := astutil.PathEnclosingInterval(file, pos, pos+1)
	if to := compilersPlace(d, path, pos, end); to.IsValid() && to != pos {
		d.Range = p.span(to, end)
	}
	if newerLanguage.MatchString(d.Message) {
		d.Message += p.whoSetTheLanguage(file)
	}
	if strings.HasPrefix(d.Message, "use of .(type) outside type switch") {
		d.Message = "invalid syntax tree: " + d.Message
	}
	if strings.Contains(d.Message, " literal)") {
		d.Message = writtenOut(d.Message, file, pos)
	}
}

// newerLanguage finds errors that are none in a later language.
var newerLanguage = regexp.MustCompile(`requires go[0-9]+\.[0-9]+ or later`)

func (p *Package) whoSetTheLanguage(f *ast.File) string {
	if v := p.Info.FileVersions[f]; f.GoVersion != "" && f.GoVersion == v {
		return fmt.Sprintf(" (file declares //go:build %s)", v)
	}
	return fmt.Sprintf(" (-lang was set to %s; check go.mod)", p.language)
}

// relatedPlace is where the compiler puts the place that a sub-error points at.
func (p *Package) relatedPlace(msg string, pos, end token.Pos) token.Pos {
	file := p.fileAt(pos)
	if file == nil || msg != "previous case" {
		return pos
	}
	path, _ := astutil.PathEnclosingInterval(file, pos, pos+1)
	return compilersPlaceOf(path, pos, end)
}

func (p *Package) fileAt(pos token.Pos) *ast.File {
	for _, f := range p.Files {
		if f.FileStart <= pos && pos <= f.FileEnd {
			return f
		}
	}
	return nil
}

// compilersPlace returns where the compiler puts d, or NoPos. The two checkers
// agree on most places; what is here is what they do not agree on.
func compilersPlace(d *diag.Diagnostic, path []ast.Node, pos, end token.Pos) token.Pos {
	has := func(part string) bool { return strings.Contains(d.Message, part) }
	switch {
	case has("not enough arguments in call to"):
		if call := enclosing[*ast.CallExpr](path); call != nil {
			if n := len(call.Args); n > 0 {
				return call.Args[n-1].Pos()
			}
			return leftmost(call)
		}
	case has("invalid operation: not enough arguments for"), has("invalid operation: too many arguments for"),
		has("missing argument in conversion to"), has("in call to non-variadic"):
		if call := enclosing[*ast.CallExpr](path); call != nil {
			return leftmost(call)
		}
	case has("no new variables on left side of :="):
		if loop := enclosing[*ast.RangeStmt](path); loop != nil && loop.TokPos == pos {
			return loop.For
		}
	case has("cannot send to"):
		if send := enclosing[*ast.SendStmt](path); send != nil {
			return send.Pos()
		}
	case has("cannot index "):
		for _, n := range path {
			if x, ok := n.(*ast.IndexExpr); ok && x.X.Pos() == pos && x.X.End() == end {
				return x.Lbrack
			}
		}
	case has("cannot infer"), d.Code == "types.InvalidTypeArg":
		if call := starting[*ast.CallExpr](path, pos); call != nil {
			return call.Lparen
		}
	case has("in selector expression"):
		if x := enclosing[*ast.SelectorExpr](path); x != nil {
			return x.X.End()
		}
	case has("type arguments for type"):
		if x := starting[*ast.SelectorExpr](path, pos); x != nil {
			return x.X.End()
		}
	case has("invalid use of [...] array"):
		if array := enclosing[*ast.ArrayType](path); array != nil {
			return array.Lbrack
		}
	case has("select case must be"), has("previous case"):
		return compilersPlaceOf(path, pos, end)
	}
	return compilersStart(path, pos, end)
}

// compilersPlaceOf returns the place of the node that stands from pos to end
// as the compiler's syntax tree has it: where what makes it that node stands.
func compilersPlaceOf(path []ast.Node, pos, end token.Pos) token.Pos {
	for _, n := range path {
		if n.Pos() != pos || n.End() != end {
			continue
		}
		switch n := n.(type) {
		case *ast.CallExpr:
			return n.Lparen
		case *ast.BinaryExpr:
			return n.OpPos
		case *ast.SelectorExpr:
			return n.X.End()
		case *ast.IndexExpr:
			return n.Lbrack
		case *ast.FuncType:
			return n.Params.Opening
		}
	}
	return pos
}

// compilersStart returns where the compiler says that the node starts which
// stands from pos to end. It is the node's leftmost part, but that a slice
// expression starts at its bracket and a function type at its parenthesis.
func compilersStart(path []ast.Node, pos, end token.Pos) token.Pos {
	for i, n := range path {
		_, fn := n.(*ast.FuncType)
		if n.Pos() != pos || n.End() != end && !(fn && end <= pos) {
			continue
		}
		if i+1 < len(path) {
			if _, ok := path[i+1].(*ast.FuncLit); ok {
				return pos
			}
		}
		if x, ok := n.(ast.Expr); ok {
			return leftmost(x)
		}
	}
	return token.NoPos
}

func leftmost(x ast.Expr) token.Pos {
	for {
		switch n := x.(type) {
		case *ast.CompositeLit:
			if n.Type == nil {
				return n.Lbrace
			}
			x = n.Type
		case *ast.KeyValueExpr:
			x = n.Key
		case *ast.SelectorExpr:
			x = n.X
		case *ast.IndexExpr:
			x = n.X
		case *ast.IndexListExpr:
			x = n.X
		case *ast.TypeAssertExpr:
			x = n.X
		case *ast.BinaryExpr:
			x = n.X
		case *ast.CallExpr:
			x = n.Fun
		case *ast.SliceExpr:
			return n.Lbrack
		case *ast.FuncType:
			return n.Params.Opening
		default:
			return x.Pos()
		}
	}
}

// enclosing returns the innermost node of type N around the place of path.
func enclosing[N ast.Node](path []ast.Node) (none N) {
	for _, n := range path {
		if n, ok := n.(N); ok {
			return n
		}
	}
	return none
}

// starting returns the innermost node of type N that starts at pos.
func starting[N ast.Node](path []ast.Node, pos token.Pos) (none N) {
	for _, n := range path {
		if n, ok := n.(N); ok && n.Pos() == pos {
			return n
		}
	}
	return none
}

// writtenOut replaces go/types' "(func() literal)" by the compiler's
// "func() {…}", or "func() {}" for a literal with an empty body. Of literals
// that read alike it is the one closest to the error.
func writtenOut(msg string, file *ast.File, pos token.Pos) string {
	var found *ast.FuncLit
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok && strings.Contains(msg, types.ExprString(lit)) {
			if found == nil || distance(lit.Pos(), pos) < distance(found.Pos(), pos) {
				found = lit
			}
		}
		return true
	})
	if found == nil {
		return msg
	}
	body := " {…}"
	if len(found.Body.List) == 0 {
		body = " {}"
	}
	return strings.ReplaceAll(msg, types.ExprString(found), types.ExprString(found.Type)+body)
}

func distance(a, b token.Pos) token.Pos { return max(a-b, b-a) }
