package escape

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

// Which arrays of append are on the stack, as the compiler's -m says and cap shows.
func TestBuffers(t *testing.T) {
	const helpers = `package p
import ("fmt"; "sort")
type T struct{ xs []int }
type I interface{ M([]int) }
func (t *T) keep(s []int) { t.xs = s }
func (t *T) size(s []int) int { return len(s) + len(t.xs) }
var global []int
var text string
var runes []rune
func length(s []int) int { return len(s) }
func same(s []int) []int { return s }
func deep(s []int, n int) int { if n == 0 { return len(s) }; return deep(s, n-1) }
func leak(s []int) { global = s }
func even(s []int, n int) int { if n == 0 { return len(s) }; return odd(s, n-1) }
func odd(s []int, n int) int { if n == 0 { return cap(s) }; return even(s, n-1) }
func here(s []int, n int) { if n > 0 { there(s, n-1) } }
func there(s []int, n int) { global = s; here(s, n) }
func seq(yield func(int) bool) {}
var _, _ = fmt.Println, sort.Ints
`
	for _, c := range []struct {
		rule, body string
		want       Array
	}{
		{"nobody else sees it", "var s []int; s = append(s, 1); _ = cap(s)", First},
		{"its length is printed", "var s []int; s = append(s, 1); fmt.Println(len(s), cap(s))", First},
		{"it is printed", "var s []int; s = append(s, 1); fmt.Println(s)", None},
		{"an element is printed", "var s []int; s = append(s, 1); fmt.Println(s[0])", First},
		{"passed to who only looks", "var s []int; s = append(s, 1); length(s)", First},
		{"passed on by who only looks", "var s []int; s = append(s, 1); deep(s, 3)", First},
		{"passed on by two in turns", "var s []int; s = append(s, 1); even(s, 3)", First},
		{"passed on to who keeps it", "var s []int; s = append(s, 1); here(s, 3)", None},
		{"passed to who keeps it", "var s []int; s = append(s, 1); leak(s)", None},
		{"passed to who returns it", "var s []int; s = append(s, 1); _ = cap(same(s))", First},
		{"returned, and then kept", "var s []int; s = append(s, 1); global = same(s)", None},
		{"kept by a method", "t := &T{}; var s []int; s = append(s, 1); t.keep(s); global = t.xs", None},
		{"a method that only looks", "t := &T{}; var s []int; s = append(s, 1); t.size(s)", First},
		{"an interface's method", "var i I; var s []int; s = append(s, 1); i.M(s)", None},
		{"the library sorts it", "var s []int; s = append(s, 1); sort.Ints(s)", First},
		{"sent", "c := make(chan []int, 1); var s []int; s = append(s, 1); c <- s", None},
		{"put into a map", "m := map[int][]int{}; var s []int; s = append(s, 1); m[1] = s", None},
		{"an element of a slice of slices that stays", "var s []int; s = append(s, 1); ss := [][]int{s}; _ = cap(ss[0])", First},
		{"a field of a struct that stays", "var t T; t.xs = append(t.xs, 1); _ = cap(t.xs)", First},
		{"a goroutine has it", "var s []int; s = append(s, 1); go func() { _ = s[0] }()", None},
		{"a literal assigns to it", "var s []int; func() { s = append(s, 1) }()", None},
		{"a deferred literal looks at it", "var s []int; s = append(s, 1); defer func() { _ = len(s) }()", First},
		{"its address is taken", "var s []int; p := &s; s = append(s, 1); _ = p", None},
		{"a nil slice of no name", "_ = cap(append([]int(nil), 1))", First},
		{"a package's variable", "global = append(global, 1)", None},
		{"in a loop, from empty each time", "for i := range 3 { var s []int; s = append(s, i); _ = cap(s) }", Once},
		{"in a loop over a function", "for i := range seq { var s []int; s = append(s, i) }", None},
		{"moved when it is assigned", "var s []int; for i := range 3 { s = append(s, i) }; global = s", Classes},
		{"moved, but only one append", "var s []int; s = append(s, 1); global = s", None},
		{"moved in a loop", "var s []int; for i := range 3 { s = append(s, i); global = s }", None},
		{"copied by a type switch", "var s []int; s = append(s, 1); switch x := any(s).(type) { case []int: global = x }", None},
		{"runes that nobody else sees", `a := []rune(text); _ = cap(a)`, First},
		{"runes that are kept", `runes = []rune(text)`, None},
		{"runes of a constant", `a := []rune("text"); _ = cap(a)`, None},
		{"runes of each turn", `for range 3 { a := []rune(text); _ = cap(a) }`, First},
		{"runes that outlive a turn", `var a []rune; for range 3 { a = []rune(text) }; _ = cap(a)`, None},
		{"bytes that are written", `a := []byte(text); a[0] = 1; _ = cap(a)`, First},
		{"range only reads", "var s []int; s = append(s, 1); for range s {}", First},
		{"many elements", "var s []string; s = append(s, \"a\"); _ = s[:1]", First},
	} {
		got := arrayIn(t, helpers, c.body)
		if got != c.want {
			t.Errorf("%s: %s: array %d, not %d", c.rule, c.body, got, c.want)
		}
	}
}

// Which arrays the slices of a string's bytes and runes have.
func TestBuffersOfStrings(t *testing.T) {
	const helpers = `package p
import ("fmt"; "sort")
type T struct{ b []byte }
func (t *T) set(i int) { t.b[i] = 0 }
var global []byte
func room(b []byte) int { return cap(b) }
func zero(b []byte) { b[0] = 0 }
func first(b []byte) byte { return b[0] }
func part(b []byte) []byte { return b[1:] }
func leak(b []byte) { global = b }
var _, _ = fmt.Println, sort.Ints
`
	for _, c := range []struct {
		rule, body string
		want       Array
	}{
		{"nobody asks", "b := []byte(s); b[0] = 1", None},
		{"only asked", "_ = cap([]byte(s))", Shared},
		{"read", "b := []byte(s); first(b); _ = string(b); _ = cap(b)", Shared},
		{"a parameter is asked", "room([]byte(s))", Shared},
		{"a part is asked", "_ = cap(part([]byte(s)))", Shared},
		{"written", "b := []byte(s); b[0]++; _ = cap(b)", First},
		{"written through a part", "b := []byte(s); c := part(b); c[0] = 1; _ = cap(b)", First},
		{"written through a pointer", "b := []byte(s); p := &b[0]; *p = 1; _ = cap(b)", First},
		{"written by who gets it", "b := []byte(s); zero(b); _ = cap(b)", First},
		{"written by a method", "t := T{[]byte(s)}; t.set(0); _ = cap(t.b)", First},
		{"written in a literal", "b := []byte(s); func() { b[0] = 1 }(); _ = cap(b)", First},
		{"copied to", "b := []byte(s); copy(b, s); _ = cap(b)", First},
		{"cleared", "b := []byte(s); clear(b); _ = cap(b)", First},
		{"appended to", "b := []byte(s); _ = append(b[:1], s...)", First},
		{"printed", "b := []byte(s); fmt.Println(b, cap(b))", None},
		{"kept", "b := []byte(s); leak(b); _ = cap(b)", None},
		{"runes have a copy", "_ = cap([]rune(s))", First},
		{"no slice", "b := []byte(s); _ = string(b); global = nil", None},
	} {
		if got := arrayIn(t, helpers, "var s string; "+c.body); got != c.want {
			t.Errorf("%s: %s: array %d, not %d", c.rule, c.body, got, c.want)
		}
	}
}

// arrayIn is the array that is found in a function of that body, beside helpers.
func arrayIn(t *testing.T, helpers, body string) Array {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", helpers+"func f() {\n"+body+"\n}\n", 0)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Implicits: map[ast.Node]types.Object{},
	}
	conf := types.Config{Importer: library{"fmt": "func Println(...any) {}", "sort": "func Ints([]int) {}"}}
	if _, err := conf.Check("p", fset, []*ast.File{file}, info); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	got := None
	for call, kind := range Buffers([]Package{{info, []*ast.File{file}}}) {
		// Of an append to a conversion, the conversion's.
		if got == None || conversion(info, call) {
			got = kind
		}
	}
	return got
}

// library has packages by their source, without imports.
type library map[string]string

func (l library) Import(path string) (*types.Package, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path+".go", "package "+path+"\n"+l[path], 0)
	if err != nil {
		return nil, err
	}
	return new(types.Config).Check(path, fset, []*ast.File{file}, nil)
}
