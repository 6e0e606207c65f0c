package escape

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
)

// What makes a variable live in a box, and what does not.
func TestBoxes(t *testing.T) {
	for _, c := range []struct {
		rule, body string
		boxed      []string
	}{
		{"a variable that only its function knows", "x := 1; x++; _ = x", nil},
		{"its address is taken", "x := 1; p := &x; _ = p", []string{"x"}},
		{"that of a field", "x := T{}; p := &x.n; _ = p", []string{"x"}},
		{"what a pointer leads to is elsewhere", "x := &T{}; p := &x.n; _ = p", nil},
		{"an array is sliced", "a := [2]int{}; _ = a[:]", []string{"a"}},
		{"a slice is sliced", "a := []int{}; _ = a[:]", nil},
		{"a method with a pointer receiver", "x := T{}; x.ptr()", []string{"x"}},
		{"a method with a value receiver", "x := T{}; x.val()", nil},
		{"captured and never changed", "x := 1; f := func() int { return x }; _ = f", nil},
		{"captured and changed", "x := 1; f := func() { x++ }; f()", []string{"x"}},
		{"captured and changed outside", "x := 1; f := func() int { return x }; x = 2; _ = f", []string{"x"}},
		{"a loop's variable is another in each iteration", "for i := 0; i < 3; i++ { _ = func() int { return i } }", nil},
		{"changed within the loop", "for i := 0; i < 3; i++ { _ = func() int { return i }; i++ }", []string{"i"}},
		{"changed in the body of a loop over a function", "x := 1; for i := range seq { x += i }", []string{"x"}},
	} {
		info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
		src := "package p\ntype T struct{ n int }\nfunc (t *T) ptr() {}\nfunc (t T) val() {}\nfunc seq(yield func(int) bool) {}\nfunc f() {\n" + c.body + "\n}\n"
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "p.go", src, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := new(types.Config).Check("p", fset, []*ast.File{file}, info); err != nil {
			t.Fatalf("%s: %v", c.rule, err)
		}
		root := file.Decls[len(file.Decls)-1]
		var boxed []string
		for v, is := range Find(info, root, func(token.Pos) bool { return false }).Boxed {
			if is {
				boxed = append(boxed, v.Name())
			}
		}
		slices.Sort(boxed)
		if !slices.Equal(boxed, c.boxed) {
			t.Errorf("%s: %s: boxed %s, want %s", c.rule, c.body, strings.Join(boxed, " "), strings.Join(c.boxed, " "))
		}
	}
}

// Loops of old files have one variable for all their iterations.
func TestOldLoops(t *testing.T) {
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", "package p\nfunc f() { for i := 0; i < 3; i++ { _ = func() int { return i } } }\n", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := new(types.Config).Check("p", fset, []*ast.File{file}, info); err != nil {
		t.Fatal(err)
	}
	if got := Find(info, file.Decls[0], func(token.Pos) bool { return true }).Boxed; len(got) != 1 {
		t.Errorf("%d variables boxed, want the loop's", len(got))
	}
}
