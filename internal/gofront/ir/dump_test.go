package ir

import (
	"go/token"
	"strconv"
	"strings"
	"testing"
)

// A tree out of order can be looked at, with types and positions.
func TestDump(t *testing.T) {
	seq := &Seq{of, []Stmt{&Assign{Lhs: []Expr{x}, Rhs: []Expr{two}}}, x}
	p := &Program{Vars: []*Var{y}, Funcs: []*Func{{Name: "f", Params: []*Var{x}, Body: []Stmt{
		&If{Place: Place{3}, Cond: box, Then: []Stmt{&Update{X: y, Value: &Binary{of, token.SUB, &Old{of}, seq}}}},
		&Assign{Lhs: []Expr{nil, y}, Rhs: []Expr{&Call{Value{Pos: 9, Type: intType}, equal, nil, false}, two}},
	}}}}
	const want = `var y_2 : int

func f
  param x_1 : int
  if @3
    unbox : int
      x_1 : int
  then
    update
      y_2 : int
      - : int
        old : int
        after : int
          assign
            x_1 : int
          of
            2 : int
          x_1 : int
  assign
    nothing
    y_2 : int
  of
    call x.Eq1 : int @9
    2 : int
`
	var b strings.Builder
	if err := Dump(&b, p, func(pos token.Pos) string { return strconv.Itoa(int(pos)) }); err != nil {
		t.Fatal(err)
	}
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}
