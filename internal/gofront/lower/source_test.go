package lower

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The lowering makes a tree and prints it once. Nothing in it may look into
// text to find out what it holds: the nodes say that.
func TestNoTextIsReadBack(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	looks := []string{"HasPrefix", "HasSuffix", "Contains", "Index", "LastIndex", "Cut", "Trim", "Split", "Fields"}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, im := range f.Imports {
			if path, _ := strconv.Unquote(im.Path.Value); slices.Contains([]string{"go/parser", "go/scanner", "regexp"}, path) {
				t.Errorf("%s imports %s", name, path)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "strings" && slices.ContainsFunc(looks, func(l string) bool { return strings.HasPrefix(sel.Sel.Name, l) }) {
				t.Errorf("%s: strings.%s looks into text: let the tree say it", fset.Position(sel.Pos()), sel.Sel.Name)
			}
			return true
		})
	}
}
