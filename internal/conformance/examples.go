package conformance

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/tools/txtar"
)

// ExampleCases makes a program of each file of examples in the standard
// library's source: the file with package main and a main that calls, in order,
// the examples that have an output comment. Left out are files of commands,
// internal packages and vendored code, and files that import something that
// Eligible leaves out, except net/http/httptest and what is like it: net/url,
// net/netip, net/mail and net/textproto.
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
		if !strings.HasPrefix(base, "example") || !strings.HasSuffix(base, "_test.go") {
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
	if err != nil || !ownPackage(name, f) || !buildable(string(data)) {
		return nil
	}
	var calls bytes.Buffer
	for _, e := range doc.Examples(f) {
		if e.Output != "" || e.EmptyOutput {
			fmt.Fprintf(&calls, "\tExample%s()\n", strings.TrimPrefix(e.Name, "Example"))
		}
	}
	if calls.Len() == 0 || f.Scope != nil && f.Scope.Lookup("main") != nil {
		return nil
	}
	start, end := fset.Position(f.Name.Pos()).Offset, fset.Position(f.Name.End()).Offset
	return fmt.Appendf(nil, "%smain%s\nfunc main() {\n%s}\n", data[:start], data[end:], calls.Bytes())
}

// ownPackage reports whether the file can be taken out of its package: it is of
// the external test package and imports nothing that programs cannot.
func ownPackage(name string, f *ast.File) bool {
	if !strings.HasSuffix(f.Name.Name, "_test") {
		return false
	}
	for _, imp := range f.Imports {
		p := strings.Trim(imp.Path.Value, `"`)
		switch p {
		case "net/url", "net/netip", "net/mail", "net/textproto", "net/http/httptest":
			continue
		}
		if !importable(p) {
			return false
		}
	}
	return true
}
