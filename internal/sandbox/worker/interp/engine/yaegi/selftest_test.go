package yaegi

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/traefik/yaegi/interp"
)

func TestSelfTest(t *testing.T) {
	if err := SelfTest(); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkSelfTest(b *testing.B) {
	for b.Loop() {
		if err := SelfTest(); err != nil {
			b.Fatal(err)
		}
	}
}

// TestEveryKindIsHeld: no number of a kind or an action can be another one, and
// no name.
func TestEveryKindIsHeld(t *testing.T) {
	theirs, err := layouts()
	if err != nil {
		t.Fatal(err)
	}
	held(t, theirs, "kind", kinds)
	held(t, theirs, "action", actions)
}

func held[N ~uint](t *testing.T, node reflect.Type, field string, facts []fact[N]) {
	for i, f := range facts {
		changed := slices.Clone(facts)
		changed[i].number++
		if names(node, field, changed) == nil {
			t.Errorf("%s %s may have another number, and nobody notices", field, f.name)
		}
		changed[i] = f
		changed[i].name += "x"
		if names(node, field, changed) == nil {
			t.Errorf("%s %s may be called otherwise, and nobody notices", field, f.name)
		}
	}
}

// kindLines has a line of Go for every kind, which yaegi compiles to a node of
// that kind.
var kindLines = map[Kind]string{
	AddressExpr:      `p = &v.A`,
	AssignStmt:       `i = j`,
	AssignXStmt:      `i, j = two()`,
	BinaryExpr:       `i = i + j`,
	CallExpr:         `two()`,
	CompositeLitExpr: `v = h.T{A: i}`,
	ForStmt2:         `for i < j { i = j }`,
	ForStmt5:         `for ; i < j; i = i + 1 { j = i }`,
	BlockStmt:        `if i < j { i = j }`,
	BreakStmt:        `for { break }`,
	ContinueStmt:     `for i < j { continue }`,
	DeclStmt:         `var x int; _ = x`,
	ExprStmt:         `two()`,
	ForStmt0:         `for { break }`,
	ForStmt4:         `for ; ; i = i + 1 { break }`,
	GotoStmt:         `goto end; end: i = j`,
	LabeledStmt:      `goto end; end: i = j`,
	FuncDecl:         ``,
	IdentExpr:        `i = j`,
	IfStmt0:          `if i < j { i = j }`,
	IfStmt1:          `if i < j { i = j } else { j = i }`,
	IndexExpr:        `i = l[j]`,
	KeyValueExpr:     `v = h.T{A: i}`,
	LandExpr:         `b = b && c`,
	LorExpr:          `b = b || c`,
	ParenExpr:        `i = (i + j)`,
	ReturnStmt:       `return`,
	SelectorExpr:     `i = v.A`,
	StarExpr:         `i = *p`,
	UnaryExpr:        `b = !b`,
}

func TestKindsMeanWhatTheySay(t *testing.T) {
	for _, k := range kinds {
		line, ok := kindLines[k.number]
		if !ok {
			t.Errorf("kind %s has no line", k.name)
			continue
		}
		f := compile(t, line)[0]
		if !contains(f, func(n *Node) bool { return n.Kind == k.number }) {
			t.Errorf("%q does not compile to a node of kind %s", line, k.name)
		}
	}
	if f := compile(t, "many(l...)")[0]; !contains(f, func(n *Node) bool { return n.Action == CallSlice }) {
		t.Error("f(l...) does not compile to a call of a slice")
	}
}

// generatorLines has a line of Go for every generator, and the kind of the node
// that has it then.
var generatorLines = map[Generator]struct {
	kind Kind
	line string
}{
	Add:          {BinaryExpr, `i = i + j`},
	Sub:          {BinaryExpr, `i = i - j`},
	Mul:          {BinaryExpr, `i = i * j`},
	Quo:          {BinaryExpr, `i = i / j`},
	Rem:          {BinaryExpr, `i = i % j`},
	And:          {BinaryExpr, `i = i & j`},
	Or:           {BinaryExpr, `i = i | j`},
	Xor:          {BinaryExpr, `i = i ^ j`},
	Equal:        {BinaryExpr, `b = i == j`},
	NotEqual:     {BinaryExpr, `b = i != j`},
	Lower:        {BinaryExpr, `b = i < j`},
	LowerEqual:   {BinaryExpr, `b = i <= j`},
	Greater:      {BinaryExpr, `b = i > j`},
	GreaterEqual: {BinaryExpr, `b = i >= j`},
}

// TestEveryGeneratorIsHeld: each is the one that its line needs, and whichever
// of yaegi's other ones were in its row, it would be noticed.
func TestEveryGeneratorIsHeld(t *testing.T) {
	for _, g := range generators {
		c, ok := generatorLines[g.is]
		if !ok {
			t.Errorf("generator %s has no line", g.name)
			continue
		}
		f := compile(t, c.line)[0]
		for _, other := range generators {
			code := reflect.ValueOf(other.gen).Pointer()
			made := contains(f, func(n *Node) bool {
				return n.Kind == c.kind && n.Gen != nil && reflect.ValueOf(n.Gen).Pointer() == code
			})
			if made != (other.is == g.is) {
				t.Errorf("%q compiles to %s: %v", c.line, other.name, made)
			}
		}
		if name := runtime.FuncForPC(reflect.ValueOf(g.gen).Pointer()).Name(); name != "github.com/traefik/yaegi/interp."+g.name {
			t.Errorf("%s is yaegi's %s", g.name, name)
		}
	}
}

// TestEveryGeneratorIsKnown: a node's generator is found by its code, and each
// has a row.
func TestEveryGeneratorIsKnown(t *testing.T) {
	if len(byCode) != len(generators) {
		t.Errorf("%d generators have %d codes", len(generators), len(byCode))
	}
	for i, g := range generators {
		if int(g.is) != i+1 {
			t.Errorf("%s is in the wrong row", g.name)
		}
		if (&Node{Gen: g.gen}).Generator() != g.is {
			t.Errorf("%s is not known by its code", g.name)
		}
	}
	if (&Node{}).Generator() != Other || (&Node{Gen: func(*Node) {}}).Generator() != Other {
		t.Error("what yaegi did not make is taken for a generator")
	}
}

// TestSameLayout: layouts that differ are noticed, whatever differs.
func TestSameLayout(t *testing.T) {
	type base = struct {
		a int
		b string
	}
	_ = base{a: 1, b: ""}
	for name, c := range map[string]struct {
		theirs, ours reflect.Type
		ok           bool
	}{
		"same": {reflect.TypeFor[base](), reflect.TypeFor[base](), true},
		"capital": {reflect.TypeFor[base](), reflect.TypeFor[struct {
			A int
			b string
		}](), true},
		"longer": {reflect.TypeFor[base](), reflect.TypeFor[struct {
			a int
			b string
			c int
		}](), false},
		"shorter": {reflect.TypeFor[base](), reflect.TypeFor[struct{ a int }](), false},
		"name": {reflect.TypeFor[base](), reflect.TypeFor[struct {
			a int
			x string
		}](), false},
		"size": {reflect.TypeFor[base](), reflect.TypeFor[struct {
			a int
			b int
		}](), false},
		"kind": {reflect.TypeFor[base](), reflect.TypeFor[struct {
			a uint
			b string
		}](), false},
	} {
		if err := sameLayout(c.theirs, c.ours); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// body is the child of a function's declaration that is its block.
const body = 3

// sample is what the lines of the tables see of compiled Go, as h.T.
type sample struct{ A int }

// compile has yaegi compile each line in a function of its own and returns their
// declarations.
func compile(t testing.TB, lines ...string) (funcs []*Node) {
	t.Helper()
	in := interp.New(interp.Options{})
	if err := in.Use(interp.Exports{"h/h": {"T": reflect.ValueOf((*sample)(nil))}}); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("package main\nimport \"h\"\nfunc two() (int, int) { return 1, 2 }\nfunc many(l ...int) {}\ntype own struct{ A int }\n")
	for i, line := range lines {
		fmt.Fprintf(&b, "func f%d(v h.T, w *h.T, i, j int, l []int, p *int, m map[string]int, b, c bool, s string) { %s }\n", i, line)
	}
	p, err := in.Compile(b.String())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range Root(p).Child {
		if len(c.Child) > body && strings.HasPrefix(c.Child[1].Ident, "f") {
			funcs = append(funcs, c)
		}
	}
	if len(funcs) != len(lines) {
		t.Fatalf("%d declarations of %d functions", len(funcs), len(lines))
	}
	return funcs
}

// contains says whether n or a node below it is one that is looked for.
func contains(n *Node, is func(*Node) bool) bool {
	if is(n) {
		return true
	}
	for _, c := range n.Child {
		if contains(c, is) {
			return true
		}
	}
	return false
}
