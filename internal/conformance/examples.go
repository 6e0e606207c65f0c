package conformance

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// ExampleCases makes a program of each file of examples in the standard
// library's source: the file with package main and a main that calls, in order,
// the examples that have an output comment. Left out are files of commands,
// internal packages and vendored code, files that are part of the package that
// they show, and in the others the examples that need what no program here can
// have; see forbidden.
func ExampleCases(src fs.FS) ([]*Case, error) {
	var cases []*Case
	err := fs.WalkDir(src, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if d.IsDir() {
			if base == "internal" || base == "cmd" || base == "vendor" || base == "testdata" {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.Contains(base, "example") || !strings.HasSuffix(base, "_test.go") {
			return nil
		}
		data, err := fs.ReadFile(src, name)
		if err != nil {
			return err
		}
		if program := exampleProgram(name, data); program != nil {
			cases = append(cases, &Case{Name: name, Files: []txtar.File{{Name: "prog.go", Data: program}}})
		}
		return nil
	})
	return cases, err
}

// exampleProgram is the program of a file of examples, or nil.
func exampleProgram(name string, data []byte) []byte {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, data, parser.ParseComments)
	if err != nil || !strings.HasSuffix(f.Name.Name, "_test") || !buildable(string(data)) {
		return nil
	}
	cut, ok := cutForbidden(f)
	if !ok || f.Scope != nil && f.Scope.Lookup("main") != nil {
		return nil
	}
	var calls bytes.Buffer
	for _, e := range doc.Examples(f) {
		if e.Output != "" || e.EmptyOutput {
			fmt.Fprintf(&calls, "\tExample%s()\n", strings.TrimPrefix(e.Name, "Example"))
		}
	}
	if calls.Len() == 0 {
		return nil
	}
	program := []byte("package main")
	last := fset.Position(f.Name.End()).Offset
	for _, n := range cut {
		program = append(program, data[last:fset.Position(n.Pos()).Offset]...)
		last = fset.Position(n.End()).Offset
	}
	program = append(program, data[last:]...)
	return fmt.Appendf(program, "\nfunc main() {\n%s}\n", calls.Bytes())
}

// forbidden reports whether no program here can import path, because it reaches
// around the language or out of the process.
func forbidden(path string) bool {
	return slices.Contains([]string{"unsafe", "C", "os/exec", "plugin", "syscall"}, path) || strings.Contains(path, "internal/")
}

// cutForbidden takes out of the file the functions that use a forbidden import,
// and the imports that nothing uses then. It returns what is to be cut out of
// the text, in its order; ok is false if more than functions would have to go.
func cutForbidden(f *ast.File) (cut []ast.Node, ok bool) {
	names := map[string]bool{}
	for _, imp := range f.Imports {
		if forbidden(importPath(imp)) {
			names[importName(imp)] = true
		}
	}
	used := map[string]bool{}
	var kept []ast.Decl
	for _, d := range f.Decls {
		uses := map[string]bool{}
		ast.Inspect(d, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if id, ok := s.X.(*ast.Ident); ok && id.Obj == nil {
					uses[id.Name] = true
				}
			}
			return true
		})
		if !intersect(uses, names) {
			kept = append(kept, d)
			maps.Copy(used, uses)
			continue
		}
		if _, isFunc := d.(*ast.FuncDecl); !isFunc {
			return nil, false
		}
		cut = append(cut, d)
	}
	if len(cut) == 0 && len(names) > 0 {
		return nil, false // a forbidden import for its effect
	}
	f.Decls = kept
	var specs []ast.Node
	for _, imp := range f.Imports {
		if name := importName(imp); len(cut) > 0 && name != "_" && name != "." && !used[name] {
			specs = append(specs, imp)
		}
	}
	return append(specs, cut...), true
}

func intersect(a, b map[string]bool) bool {
	for k := range a {
		if b[k] {
			return true
		}
	}
	return false
}

func importPath(imp *ast.ImportSpec) string { return strings.Trim(imp.Path.Value, `"`) }

// importName is the name under which the file knows an import, as the standard
// library names its packages.
func importName(imp *ast.ImportSpec) string {
	p := importPath(imp)
	switch {
	case imp.Name != nil:
		return imp.Name.Name
	case path.Base(p) == "v2":
		return path.Base(path.Dir(p))
	}
	return path.Base(p)
}
