package ir

import (
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"strings"
	"testing"
)

var (
	intType = types.Typ[types.Int]
	of      = Value{Type: intType}
	x       = &Var{Value: of, Name: "x_1"}
	y       = &Var{Value: of, Name: "y_2"}
	two     = &Const{of, constant.MakeInt64(2)}
	sum     = &Binary{of, token.ADD, x, two}
	box     = &Deref{of, x, true}
	lit     = &Struct{of, []string{"a"}, []Expr{two}}
	equal   = &Operation{Op: &Op{Name: "Eq1", Kind: OpEq}}
)

func spell(t types.Type) string { return t.String() }

// Each kind of expression, and what the interpreter gets.
func TestExpressions(t *testing.T) {
	for _, c := range []struct {
		e    Expr
		want string
	}{
		{x, "x_1"},
		{two, "2"},
		{&Const{of, constant.MakeString("a\"\n")}, `"a\"\n"`},
		{&Const{of, constant.MakeBool(true)}, "true"},
		{&Symbol{of, "K1"}, "s.K1"},
		{&FuncName{of, "f1_main"}, "f1_main"},
		{equal, "x.Eq1"},
		{&Builtin{of, "copy"}, "copy"},
		{box, "(*x_1)"},
		{&Addr{of, x}, "&x_1"},
		{&Field{of, box, "a"}, "(*x_1).a"},
		{&Index{of, x, sum}, "x_1[(x_1 + 2)]"},
		{&Not{of, box}, "!(*x_1)"},
		{sum, "(x_1 + 2)"},
		{&Binary{of, token.LAND, x, &Not{of, y}}, "(x_1 && !y_2)"},
		{&Struct{of, []string{"a", "b"}, []Expr{x, sum}}, "int{a: x_1, b: (x_1 + 2)}"},
		{&Call{of, equal, []Expr{x, y}, false}, "x.Eq1(x_1, y_2)"},
		{&Call{of, &Symbol{of, "S1_Print"}, []Expr{x}, true}, "s.S1_Print(x_1...)"},
	} {
		got := Text(c.e, spell)
		if got != c.want {
			t.Errorf("%T is printed as %s, want %s", c.e, got, c.want)
		}
		if _, err := parser.ParseExpr(got); err != nil {
			t.Errorf("%s: %v", got, err)
		}
	}
}

// Each kind of statement.
func TestStatements(t *testing.T) {
	one := []Stmt{&Goto{Name: "L1"}}
	for _, c := range []struct {
		s    Stmt
		want string
	}{
		{&Assign{Lhs: []Expr{x}, Rhs: []Expr{sum}}, "x_1 = (x_1 + 2)"},
		{&Assign{Lhs: []Expr{x, y}, Rhs: []Expr{&Call{of, equal, nil, false}}}, "x_1, y_2 = x.Eq1()"},
		{&Do{X: &Call{of, equal, nil, false}}, "x.Eq1()"},
		{&If{Cond: sum, Then: one}, "if x_1 + 2 {\ngoto L1\n}"},
		{&If{Cond: box, Then: one, Else: one}, "if *x_1 {\ngoto L1\n} else {\ngoto L1\n}"},
		{&For{Body: one}, "for {\ngoto L1\n}"},
		{&For{Cond: sum, Body: one}, "for x_1 + 2 {\ngoto L1\n}"},
		{&For{Cond: sum, Post: []Stmt{&Assign{Lhs: []Expr{x}, Rhs: []Expr{two}}}}, "for ; x_1 + 2; x_1 = 2 {\n}"},
		{&For{Post: []Stmt{&Assign{Lhs: []Expr{x}, Rhs: []Expr{two}}}}, "for ; ; x_1 = 2 {\n}"},
		{&If{Cond: &Field{of, lit, "a"}, Then: one}, "if (int{a: 2}).a {\ngoto L1\n}"},
		{&If{Cond: &Call{of, equal, []Expr{lit}, false}, Then: one}, "if x.Eq1(int{a: 2}) {\ngoto L1\n}"},
		{&For{Cond: &Not{of, &Field{of, lit, "a"}}, Body: []Stmt{&Do{X: lit}}}, "for !(int{a: 2}).a {\nint{a: 2}\n}"},
		{&Label{Name: "L1"}, "L1:\n_ = 0"},
		{&Branch{Tok: token.BREAK}, "break"},
		{&Return{}, "return"},
		{&Return{Results: []Expr{x, y}}, "return x_1, y_2"},
	} {
		w := &printer{spell: spell}
		w.stmt(c.s)
		if got := w.b.String(); got != c.want {
			t.Errorf("%T is printed as\n%s\nwant\n%s", c.s, got, c.want)
		}
	}
}

// The innermost position counts, and each mark is where its text begins.
func TestMarks(t *testing.T) {
	call := &Call{Value{Pos: 7}, &FuncName{Name: "f"}, []Expr{At(9, x)}, false}
	text, marks, extents := Print(&Program{Funcs: []*Func{{Name: "g", Body: []Stmt{&Do{Place{5}, call}}}}}, spell)
	var got []string
	for _, m := range marks {
		rest, _, _ := strings.Cut(text[m.Offset:], "\n")
		got = append(got, rest)
	}
	if want := []string{"f(x_1)", "x_1)"}; !reflect.DeepEqual(got, want) {
		t.Errorf("marks stand before %q, want %q", got, want)
	}
	if marks[0].Pos != 7 || marks[1].Pos != 9 {
		t.Errorf("marks %v", marks)
	}
	if x := extents[0]; x.Name != "g" || text[x.Start:x.Body] != "func g()  {\n" || text[x.Body:x.End] != "f(x_1)\n}\n" {
		t.Errorf("g is %q and %q", text[x.Start:x.Body], text[x.Body:x.End])
	}
}

// A position that an expression has is not taken from it, and a node that is
// shared keeps none.
func TestAt(t *testing.T) {
	e := At(3, x)
	if e.Info().Pos != 3 || x.Pos.IsValid() {
		t.Errorf("a copy at %d of a node at %d", e.Info().Pos, x.Pos)
	}
	if At(4, e) != e {
		t.Error("a position was replaced")
	}
}

// What callers know of a function before its body is compiled.
func TestExtents(t *testing.T) {
	op := func(k OpKind) *Call { return &Call{of, &Operation{Op: &Op{Name: "Op1", Kind: k}}, nil, false} }
	for _, c := range []struct {
		name             string
		body             Stmt
		defers, straight bool
	}{
		{"an operation", &Do{Place{}, op(OpEq)}, false, true},
		{"a deferred call", &If{Cond: x, Then: []Stmt{&Do{Place{}, op(OpDefer)}}}, true, true},
		{"a call", &Do{Place{}, &Call{of, &FuncName{Name: "f"}, nil, false}}, false, false},
		{"a call of the library", &Do{Place{}, &Call{of, &Symbol{of, "S1"}, nil, false}}, false, false},
		{"a loop", &For{Body: nil}, false, false},
		{"a jump", &Goto{Name: "l1"}, false, false},
	} {
		_, _, extents := Print(&Program{Funcs: []*Func{{Name: "g", Body: []Stmt{c.body}}}}, spell)
		if x := extents[0]; x.Defers != c.defers || x.Straight != c.straight {
			t.Errorf("%s: defers %t, straight %t", c.name, x.Defers, x.Straight)
		}
	}
}
