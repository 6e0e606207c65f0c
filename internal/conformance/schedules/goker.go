package schedules

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
)

// Program is one to look at.
type Program struct {
	Name   string
	Source string
	Buggy  bool
}

// GoKer are the kernels in a directory of the Go distribution.
func GoKer(dir string) ([]Program, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no kernels in %s", dir)
	}
	var list []Program
	for _, f := range files {
		if filepath.Base(f) == "main.go" {
			continue
		}
		src, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		text, err := kernel(src)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		list = append(list, Program{strings.TrimSuffix(filepath.Base(f), ".go"), text, true})
	}
	return list, nil
}

// manyCopies is from how many turns on a loop counts as one that is there for luck.
const manyCopies = 10

// kernel makes a program of one of GoKer's files.
func kernel(src []byte) (string, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "kernel.go", src, 0)
	if err != nil {
		return "", err
	}
	entry := ""
	astutil.Apply(file, func(c *astutil.Cursor) bool {
		switch n := c.Node().(type) {
		case *ast.FuncDecl:
			if n.Name.Name == "init" && n.Recv == nil {
				if name := registered(n); name != "" {
					entry = name
					c.Delete()
					return false
				}
			}
		case *ast.DeferStmt:
			if mentions(n, "prof") { // it tells of leaks, once the goroutines have had time to get stuck
				c.Delete()
				return false
			}
		case *ast.AssignStmt:
			if mentions(n, "pprof") {
				c.Delete()
				return false
			}
		case *ast.ExprStmt:
			if calls(n.X, "runtime", "Gosched") || mentions(n, "prof") {
				c.Replace(&ast.EmptyStmt{Implicit: true})
				return false
			}
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "uintptr" && len(n.Args) == 1 {
				if p, ok := n.Args[0].(*ast.CallExpr); ok && calls(p, "unsafe", "Pointer") { // the address, as one may have it
					value := &ast.CallExpr{Fun: &ast.SelectorExpr{X: ast.NewIdent("reflect"), Sel: ast.NewIdent("ValueOf")}, Args: p.Args}
					n.Args[0] = &ast.CallExpr{Fun: &ast.SelectorExpr{X: value, Sel: ast.NewIdent("Pointer")}}
					astutil.AddImport(fset, file, "reflect")
				}
			}
		case *ast.ForStmt:
			if f, ok := c.Parent().(*ast.BlockStmt); ok && f == body(file, entry) && copies(n) >= manyCopies {
				n.Cond.(*ast.BinaryExpr).Y = &ast.BasicLit{Kind: token.INT, Value: "1"}
				n.Cond.(*ast.BinaryExpr).Op = token.LSS
			}
		}
		return true
	}, nil)
	if entry == "" {
		return "", fmt.Errorf("no kernel is registered")
	}
	for _, name := range []string{"os", "runtime", "runtime/pprof", "time", "unsafe"} {
		if !astutil.UsesImport(file, name) {
			astutil.DeleteImport(fset, file, name)
		}
	}
	var b bytes.Buffer
	if err := format.Node(&b, fset, file); err != nil {
		return "", err
	}
	fmt.Fprintf(&b, "\nfunc main() { %s() }\n", entry)
	return b.String(), nil
}

// registered is the function that an init function registers.
func registered(f *ast.FuncDecl) string {
	name := ""
	ast.Inspect(f, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && len(c.Args) == 2 {
			if fun, ok := c.Fun.(*ast.Ident); ok && fun.Name == "register" {
				if id, ok := c.Args[1].(*ast.Ident); ok {
					name = id.Name
				}
			}
		}
		return true
	})
	return name
}

// body is that of a function of the file.
func body(file *ast.File, name string) *ast.BlockStmt {
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == name {
			return f.Body
		}
	}
	return nil
}

func mentions(n ast.Node, name string) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == name {
			found = true
		}
		return true
	})
	return found
}

func calls(e ast.Expr, pkg, name string) bool {
	c, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	s, ok := c.Fun.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != name {
		return false
	}
	id, ok := s.X.(*ast.Ident)
	return ok && id.Name == pkg
}

// copies is how often a loop that counts to a constant goes around, 0 for others.
func copies(f *ast.ForStmt) int {
	cond, ok := f.Cond.(*ast.BinaryExpr)
	if !ok {
		return 0
	}
	switch y := cond.Y.(type) {
	case *ast.BasicLit:
		n, _ := strconv.Atoi(y.Value)
		return n
	case *ast.Ident:
		if y.Name == "yieldCount" {
			return manyCopies
		}
	}
	return 0
}
