package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// working is the book whose every name must be true.
const working = "docs/working.md"

var (
	pathLike = regexp.MustCompile(`^[\w.-]+(/[\w.*-]+)+$`)
	linked   = regexp.MustCompile(`\]\(([^):#]+)\)`)
	nameLike = regexp.MustCompile(`^[a-z]\w*(\.[A-Za-z]\w*){1,2}$`)
	testLike = regexp.MustCompile(`^Test[A-Z]\w*$`)
	envLike  = regexp.MustCompile(`^[A-Z]+_[A-Z_]+$`)
	fenced   = regexp.MustCompile("(?s)```\\w*\n(.*?)```")
)

// TestWorkingNamesWhatIsThere: each path, link, identifier, test and variable
// of the book exists, and so do the packages, tests and flags of its commands.
func TestWorkingNamesWhatIsThere(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, working))
	if err != nil {
		t.Fatal(err)
	}
	spans := code(fenced.ReplaceAllString(string(text), ""))
	for _, block := range fenced.FindAllStringSubmatch(string(text), -1) {
		spans = append(spans, strings.Split(strings.TrimSpace(block[1]), "\n")...)
	}
	for _, link := range linked.FindAllStringSubmatch(string(text), -1) {
		spans = append(spans, filepath.ToSlash(filepath.Join("docs", link[1])))
	}
	tree := readTree(t)
	for _, span := range spans {
		if wrong := tree.check(span); wrong != "" {
			t.Errorf("%s: `%s`: %s", working, span, wrong)
		}
	}
}

// TestWorkingChecksWhatIsWrong: the check above finds what is not there.
func TestWorkingChecksWhatIsWrong(t *testing.T) {
	tree := readTree(t)
	for _, span := range []string{
		"internal/nowhere", "internal/runs/nothing.go", "web/static/*.nothing", "runs.Nothing", "runs.Book.Nothing", "nothing.Book", "TestNothing", "GOFRONT_NOTHING",
		"go test ./internal/nowhere", "go test ./internal/runs -run TestNothing", "go test ./internal/runs -nothing", "GOFRONT_NOTHING=1 go test ./internal/runs",
		"bench/nothing",
	} {
		if tree.check(span) == "" {
			t.Errorf("%s passes", span)
		}
	}
}

// source is what the module's Go files say of themselves.
type source struct {
	names map[string]bool     // package.Name and package.Type.Member, by the package's own name
	tests map[string][]string // directory to test functions
	text  map[string]string   // directory to its files
}

// check says what is wrong about a code span of a document, or "".
func (s *source) check(span string) string {
	switch first, _, more := strings.Cut(span, " "); {
	case more && (first == "go" || strings.Contains(span, " go ")):
		return s.command(strings.Fields(span))
	case more:
		return ""
	case testLike.MatchString(span):
		for _, tests := range s.tests {
			if slices.Contains(tests, span) {
				return ""
			}
		}
		return "no such test"
	case envLike.MatchString(span):
		return s.variable(span)
	case pathLike.MatchString(span):
		return exists(span)
	case strings.HasSuffix(span, ".go"): // a file of any package
	case nameLike.MatchString(span) && !s.names[span]:
		return "no such name"
	}
	return ""
}

// command checks a call of the go tool: variables, directories, and the tests
// and flags that it names.
func (s *source) command(words []string) string {
	dir := ""
	for i, w := range words {
		env, _, _ := strings.Cut(w, "=")
		switch {
		case envLike.MatchString(env) && env != "CGO_ENABLED":
			if wrong := s.variable(env); wrong != "" {
				return wrong
			}
		case strings.HasPrefix(w, "./") && w != "./...":
			dir = strings.TrimPrefix(w, "./")
			if wrong := exists(dir); wrong != "" {
				return wrong
			}
		case w == "-run":
			if !slices.Contains(s.tests[dir], words[i+1]) {
				return "no such test in " + dir
			}
		case strings.HasPrefix(w, "-") && dir != "":
			flag, _, _ := strings.Cut(strings.TrimLeft(w, "-"), "=")
			if !strings.Contains(s.text[dir], `"`+flag+`"`) {
				return "no such flag in " + dir
			}
		}
	}
	return ""
}

// variable looks for a variable of the environment in the source.
func (s *source) variable(name string) string {
	for dir, text := range s.text {
		if dir != "internal/arch" && strings.Contains(text, `"`+name+`"`) {
			return ""
		}
	}
	return "nothing reads this variable"
}

func exists(path string) string {
	found, err := filepath.Glob(filepath.Join(root, path))
	if err != nil || len(found) == 0 {
		return "no such path"
	}
	return ""
}

func readTree(t *testing.T) *source {
	t.Helper()
	s := &source{names: map[string]bool{}, tests: map[string][]string{}, text: map[string]string{}}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "table" || strings.HasPrefix(d.Name(), ".") && path != root):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		return s.add(path)
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *source) add(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	dir, err := filepath.Rel(root, filepath.Dir(path))
	if err != nil {
		return err
	}
	dir = filepath.ToSlash(dir)
	s.text[dir] += string(text)
	s.names[file.Name.Name] = true
	for _, decl := range file.Decls {
		for _, name := range declared(decl) {
			s.names[file.Name.Name+"."+name] = true
			if testLike.MatchString(name) && strings.HasSuffix(path, "_test.go") {
				s.tests[dir] = append(s.tests[dir], name)
			}
		}
	}
	return nil
}

// declared returns the names that a declaration makes; methods and fields come
// after their type and a dot.
func declared(decl ast.Decl) (names []string) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if d.Recv != nil {
			name = receiver(d.Recv.List[0].Type) + "." + name
		}
		return []string{name}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
				names = append(names, members(spec)...)
			case *ast.ValueSpec:
				for _, n := range spec.Names {
					names = append(names, n.Name)
				}
			}
		}
	}
	return names
}

func members(spec *ast.TypeSpec) (names []string) {
	var list *ast.FieldList
	switch typ := spec.Type.(type) {
	case *ast.StructType:
		list = typ.Fields
	case *ast.InterfaceType:
		list = typ.Methods
	default:
		return nil
	}
	for _, f := range list.List {
		for _, n := range f.Names {
			names = append(names, spec.Name.Name+"."+n.Name)
		}
	}
	return names
}

// receiver is the name of a method's type.
func receiver(typ ast.Expr) string {
	switch typ := typ.(type) {
	case *ast.StarExpr:
		return receiver(typ.X)
	case *ast.IndexExpr:
		return receiver(typ.X)
	case *ast.IndexListExpr:
		return receiver(typ.X)
	case *ast.Ident:
		return typ.Name
	}
	return ""
}
