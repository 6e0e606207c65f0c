package random_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"testing"

	"playground/internal/conformance/random"
)

// printing is package fmt as far as programs use it.
type printing struct{}

func (printing) Import(path string) (*types.Package, error) {
	p := types.NewPackage(path, path)
	list := types.NewVar(token.NoPos, p, "a", types.NewSlice(types.NewInterfaceType(nil, nil)))
	format := types.NewVar(token.NoPos, p, "format", types.Typ[types.String])
	for name, params := range map[string]*types.Tuple{"Println": types.NewTuple(list), "Printf": types.NewTuple(format, list)} {
		p.Scope().Insert(types.NewFunc(token.NoPos, p, name, types.NewSignatureType(nil, nil, nil, params, nil, true)))
	}
	p.MarkComplete()
	return p, nil
}

// A seed has to give the same program everywhere, or nobody finds what somebody else has
// found; and what does not compile tests nothing.
func TestProgramsCompile(t *testing.T) {
	cases := make([]int, 25)
	for i := range cases {
		cases[i] = i
	}
	source, err := random.Source(7, cases)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := random.Source(7, cases); again != source {
		t.Error("the same seed gave another program")
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "prog.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	faults := 0
	config := types.Config{Importer: printing{}, Error: func(err error) {
		if faults++; faults < 10 {
			t.Error(err)
		}
	}}
	_, _ = config.Check("main", fset, []*ast.File{f}, nil)
}

func TestDifferences(t *testing.T) {
	const want = "1 trace 5\n2 v 3\n2 trace 7\n3 trace 9\n"
	const got = "1 trace 5\n2 v 4\n2 trace 7\n"
	if list := random.Differences(want, got); !slices.Equal(list, []int{2, 3}) {
		t.Errorf("cases %v differ, want 2 and 3", list)
	}
	if list := random.Differences(want, want); len(list) > 0 {
		t.Errorf("cases %v differ of the same output", list)
	}
}
