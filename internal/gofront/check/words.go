package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ast/astutil"

	"playground/internal/sandbox/wire"
)

// inCompilersWords changes d where the compiler's type checker, a sibling of
// go/types, says the same thing in other words or at another place.
func (p *Program) inCompilersWords(d *wire.Diagnostic, pos token.Pos) {
	for _, f := range p.Sources {
		d.Message = strings.ReplaceAll(d.Message, " "+f.Name+":", " ./"+f.Name+":")
	}
	file := p.fileAt(pos)
	if file == nil {
		return
	}
	path, _ := astutil.PathEnclosingInterval(file, pos, pos+1)
	if to := p.compilersPlace(d, path, pos); to.IsValid() && to != pos {
		end := d.Range
		d.Range = p.span(to, token.NoPos)
		d.EndLine, d.EndColumn = end.EndLine, end.EndColumn
	}
	if strings.Contains(d.Message, " literal)") {
		d.Message = writtenOut(d.Message, file, pos)
	}
}

func (p *Program) fileAt(pos token.Pos) *ast.File {
	for _, f := range p.Files {
		if f.FileStart <= pos && pos <= f.FileEnd {
			return f
		}
	}
	return nil
}

// compilersPlace returns where the compiler puts d, or NoPos. The two checkers
// agree on most places; what is here is what they do not agree on.
func (p *Program) compilersPlace(d *wire.Diagnostic, path []ast.Node, pos token.Pos) token.Pos {
	msg := d.Message
	switch {
	case strings.HasPrefix(msg, "not enough arguments in call to"):
		if call := enclosing[*ast.CallExpr](path); call != nil {
			if n := len(call.Args); n > 0 {
				return call.Args[n-1].Pos()
			}
			return call.Pos()
		}
	case strings.HasPrefix(msg, "invalid operation: not enough arguments for"), strings.HasPrefix(msg, "invalid operation: too many arguments for"):
		if call := enclosing[*ast.CallExpr](path); call != nil {
			return call.Pos()
		}
	case strings.Contains(msg, "cannot send to"):
		if send := enclosing[*ast.SendStmt](path); send != nil {
			return send.Pos()
		}
	case strings.HasPrefix(msg, "cannot index "), strings.HasPrefix(msg, "invalid operation: cannot index "):
		if x := starting[*ast.IndexExpr](path, pos); x != nil {
			return x.Lbrack
		}
	case strings.Contains(msg, "cannot infer"), d.Code == "types.InvalidTypeArg":
		if call := starting[*ast.CallExpr](path, pos); call != nil {
			return call.Lparen
		}
	}
	if fn := starting[*ast.FuncType](path, pos); fn != nil && fn.Func == pos {
		if _, lit := parentOf(path, fn).(*ast.FuncLit); !lit {
			return fn.Params.Opening
		}
	}
	return token.NoPos
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

func parentOf(path []ast.Node, n ast.Node) ast.Node {
	for i, m := range path[:max(0, len(path)-1)] {
		if m == n {
			return path[i+1]
		}
	}
	return nil
}

// writtenOut replaces go/types' "(func() literal)" by the compiler's
// "func() {…}", or "func() {}" for a literal with an empty body.
func writtenOut(msg string, file *ast.File, pos token.Pos) string {
	ast.Inspect(file, func(n ast.Node) bool {
		lit, ok := n.(*ast.FuncLit)
		if !ok {
			return true
		}
		text := types.ExprString(lit)
		if i := strings.Index(msg, text); i >= 0 && lit.End() > pos {
			body := " {…}"
			if len(lit.Body.List) == 0 {
				body = " {}"
			}
			msg = msg[:i] + types.ExprString(lit.Type) + body + msg[i+len(text):]
		}
		return true
	})
	return msg
}
