package races

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Program is one to look at.
type Program struct {
	Name   string
	Source string
	Args   []string
	Stdin  string
	Racy   bool
	// Left says by which rule it is left out, if it is.
	Left string
}

// pause is how long a test's goroutines may go on when it is over. In the distribution
// they have the time of the tests that follow.
const pause = "100 * time.Millisecond"

// suite is the package that the distribution's tests are.
type suite struct {
	fset  *token.FileSet
	texts map[string][]byte // of its files, by their names
	decls map[types.Object]ast.Decl
	more  map[types.Object][]ast.Decl // the methods of a type
	order []ast.Decl
	info  *types.Info
	pkg   *types.Package
}

// Goroot are the tests in a directory of the Go distribution, in the order in which they
// stand there.
func Goroot(dir string) ([]Program, error) {
	s, err := read(dir)
	if err != nil {
		return nil, err
	}
	var list []Program
	for _, d := range s.order {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv != nil {
			continue
		}
		name := f.Name.Name
		racy := strings.HasPrefix(name, "TestRace")
		if racy || strings.HasPrefix(name, "TestNoRace") {
			source, left := s.program(f)
			list = append(list, Program{Name: name, Source: source, Racy: racy, Left: left})
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no tests of the race detector in %s", dir)
	}
	return list, nil
}

// read reads the package in a directory.
func read(dir string) (*suite, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return nil, err
	}
	s := &suite{
		fset: token.NewFileSet(), texts: map[string][]byte{}, decls: map[types.Object]ast.Decl{}, more: map[types.Object][]ast.Decl{},
		info: &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}},
	}
	var files []*ast.File
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(s.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		if constrained(f) {
			continue
		}
		s.texts[name] = text
		files = append(files, f)
	}
	// Only what the names in the package mean is asked for: without what it imports much
	// is wrong with it.
	conf := types.Config{Importer: nothing{}, Error: func(error) {}, FakeImportC: true}
	s.pkg, _ = conf.Check("race_test", s.fset, files, s.info)
	for _, f := range files {
		for _, d := range f.Decls {
			s.declare(d)
		}
	}
	return s, nil
}

// constrained says whether a file is for some builds only.
func constrained(f *ast.File) bool {
	for _, c := range f.Comments {
		if c.Pos() < f.Package && slices.ContainsFunc(c.List, func(c *ast.Comment) bool { return constraint.IsGoBuild(c.Text) }) {
			return true
		}
	}
	return false
}

// nothing imports nothing.
type nothing struct{}

func (nothing) Import(string) (*types.Package, error) { return nil, errors.New("not read") }

// declare notes what a declaration declares.
func (s *suite) declare(d ast.Decl) {
	s.order = append(s.order, d)
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			s.decls[s.info.Defs[d.Name]] = d
			return
		}
		ast.Inspect(d.Recv, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && s.owns(s.info.Uses[id]) {
				s.more[s.info.Uses[id]] = append(s.more[s.info.Uses[id]], d)
			}
			return true
		})
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				s.decls[s.info.Defs[spec.Name]] = d
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					s.decls[s.info.Defs[name]] = d
				}
			}
		}
	}
}

// owns says whether something is declared by the package itself.
func (s *suite) owns(o types.Object) bool { return o != nil && o.Parent() == s.pkg.Scope() }

// program makes a program of a test, or says by which rule it is left out.
func (s *suite) program(test *ast.FuncDecl) (source, left string) {
	used, imports := s.closure(test)
	for path := range imports {
		if why := leftOut(path); why != "" && (left == "" || why < left) {
			left = why
		}
	}
	if left != "" {
		return "", left
	}
	var body strings.Builder
	for _, d := range s.order {
		f, isFunc := d.(*ast.FuncDecl)
		switch {
		case !used[d]:
			continue
		case isFunc && f.Body == nil:
			return "", "assembly"
		}
		fmt.Fprintf(&body, "\n%s\n", s.text(d))
	}
	body.WriteString(s.start(test, imports))
	var b strings.Builder
	b.WriteString("package main\n\n")
	for _, path := range slices.Sorted(maps.Keys(imports)) {
		fmt.Fprintf(&b, "import %q\n", path)
	}
	return b.String() + body.String(), ""
}

// start is what begins the test. One that makes use of package testing is run by it.
func (s *suite) start(test *ast.FuncDecl, imports map[string]bool) string {
	imports["time"] = true
	if !s.asks(test) {
		return fmt.Sprintf("\nfunc main() {\n\t%s(nil)\n\ttime.Sleep(%s)\n}\n", test.Name.Name, pause)
	}
	imports["os"] = true
	return fmt.Sprintf("\nfunc TestMain(m *testing.M) {\n\tcode := m.Run()\n\ttime.Sleep(%s)\n\tos.Exit(code)\n}\n", pause)
}

// asks says whether a test uses its parameter.
func (s *suite) asks(test *ast.FuncDecl) bool {
	t := s.info.Defs[test.Type.Params.List[0].Names[0]]
	found := false
	ast.Inspect(test.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && s.info.Uses[id] == t {
			found = true
		}
		return true
	})
	return found
}

// closure is all that a declaration leads to, and what those import.
func (s *suite) closure(d ast.Decl) (used map[ast.Decl]bool, imports map[string]bool) {
	used, imports = map[ast.Decl]bool{}, map[string]bool{}
	todo := []ast.Decl{d}
	for len(todo) > 0 {
		d, todo = todo[len(todo)-1], todo[:len(todo)-1]
		if d == nil || used[d] {
			continue
		}
		used[d] = true
		ast.Inspect(d, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			o := s.info.Uses[id]
			if o == nil {
				o = s.info.Defs[id]
			}
			if p, ok := o.(*types.PkgName); ok {
				imports[p.Imported().Path()] = true
			}
			if s.owns(o) {
				todo = append(append(todo, s.decls[o]), s.more[o]...)
			}
			return true
		})
	}
	return used, imports
}

// leftOut says why a test that needs a package is left out, if it is.
func leftOut(imported string) string {
	first, _, _ := strings.Cut(imported, "/")
	switch {
	case imported == "C":
		return "cgo"
	case imported == "unsafe":
		return "unsafe"
	case imported == "os", imported == "os/exec", imported == "path/filepath":
		return "files"
	case first == "internal" || path.Base(imported) == "internal":
		return "imports " + strconv.Quote(imported)
	}
	return ""
}

// text is a declaration as it stands in its file, with its comment.
func (s *suite) text(d ast.Decl) []byte {
	from := d.Pos()
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc != nil {
			from = d.Doc.Pos()
		}
	case *ast.GenDecl:
		if d.Doc != nil {
			from = d.Doc.Pos()
		}
	}
	begin, end := s.fset.Position(from), s.fset.Position(d.End())
	return s.texts[begin.Filename][begin.Offset:end.Offset]
}
