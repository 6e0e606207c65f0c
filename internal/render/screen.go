package render

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// screen is how many lines of a program a small laptop shows beside its buttons.
const screen = 30

// leastHelper is the least number of lines of a function that is worth folding.
const leastHelper = 4

// fitScreen folds away what a long program is not about, until the rest fits a
// screen: its imports, then its helpers, the longest first. What its author folds,
// or has in a file of its own, is the author's choice.
func (b *Block) fitScreen(article []byte) {
	lines := strings.SplitAfter(b.Source, "\n")
	over := strings.Count(b.Source, "\n") - screen
	if b.Lang != "go" || b.Unfolded || over <= 0 || len(b.Hidden) > 0 || b.rest(lines) > 0 {
		return
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", b.Source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return // its author is told
	}
	for _, decl := range append(imported(file), helpers(fset, file, article)...) {
		part := Span{fset.PositionFor(decl.Pos(), false).Line, fset.PositionFor(decl.End(), false).Line}
		marked := slices.ContainsFunc(b.Marked, func(line int) bool { return part.From <= line && line <= part.To })
		if over <= 0 || marked || part.From == part.To {
			continue
		}
		b.Hidden = append(b.Hidden, part)
		over -= part.To - part.From
	}
	slices.SortFunc(b.Hidden, func(a, b Span) int { return a.From - b.From })
}

// imported are the declarations that import something.
func imported(file *ast.File) (found []ast.Decl) {
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.IMPORT {
			found = append(found, d)
		}
	}
	return found
}

// helpers are the functions that an article does not explain, the longest first:
// they are called from several places, have to do with no goroutine, channel or lock,
// and have no comment and no mention in the text.
func helpers(fset *token.FileSet, file *ast.File, article []byte) (found []ast.Decl) {
	length := func(d ast.Decl) int {
		return fset.PositionFor(d.End(), false).Line - fset.PositionFor(d.Pos(), false).Line + 1
	}
	called := callsIn(file)
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Recv != nil || f.Doc != nil || f.Name.IsExported() || called[f.Name.Name] < 2 || length(f) < leastHelper {
			continue
		}
		named := regexp.MustCompile("`" + regexp.QuoteMeta(f.Name.Name) + `\b`)
		if !synchronizes(f) && !named.Match(article) {
			found = append(found, f)
		}
	}
	slices.SortStableFunc(found, func(a, b ast.Decl) int { return length(b) - length(a) })
	return found
}

// callsIn counts the calls of functions by their names, without those that are
// goroutines somewhere: such a one is no helper, however often it is called.
func callsIn(file *ast.File) map[string]int {
	calls := make(map[string]int)
	var started []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			if id, ok := n.Call.Fun.(*ast.Ident); ok {
				started = append(started, id.Name)
			}
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok {
				calls[id.Name]++
			}
		}
		return true
	})
	for _, name := range started {
		delete(calls, name)
	}
	return calls
}

// synchronizes reports whether a function has to do with goroutines, channels,
// locks or what cancels them.
func synchronizes(f *ast.FuncDecl) (does bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt, *ast.SendStmt, *ast.SelectStmt, *ast.ChanType:
			does = true
		case *ast.UnaryExpr:
			does = does || n.Op == token.ARROW
		case *ast.SelectorExpr:
			id, ok := n.X.(*ast.Ident)
			does = does || ok && slices.Contains([]string{"sync", "atomic", "context", "errgroup", "semaphore", "singleflight"}, id.Name)
		}
		return !does
	})
	return does
}
