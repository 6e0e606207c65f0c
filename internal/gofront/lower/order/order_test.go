package order

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"playground/internal/gofront/ir"
)

var (
	intType  = types.Typ[types.Int]
	boolType = types.Typ[types.Bool]
	list     = types.NewSlice(intType)
	array    = types.NewArray(intType, 4)
)

// names counts for one function.
type names struct{ n int }

func (n *names) Number() int { n.n++; return n.n }

func (n *names) Needs(types.Type) {}

func of(t types.Type) ir.Value { return ir.Value{Type: t} }

// The operands that the cases are made of: a is a variable of the frame, b one
// in a box, g the package's, f(…) a call.
var (
	a = &ir.Var{Value: of(intType), Name: "a"}
	b = &ir.Deref{Value: of(intType), X: &ir.Var{Value: of(types.NewPointer(intType)), Name: "b"}, Box: true}
	g = &ir.Var{Value: of(intType), Name: "g", Global: true}
	l = &ir.Deref{Value: of(list), X: &ir.Var{Value: of(types.NewPointer(list)), Name: "l"}, Box: true}
	p = &ir.Var{Value: of(types.NewPointer(array)), Name: "p"}
	k = &ir.Const{Value: of(intType), Val: constant.MakeInt64(7)}
)

func f(args ...ir.Expr) ir.Expr {
	return &ir.Call{Value: of(intType), Fun: &ir.FuncName{Name: "f"}, Args: args}
}

func op(kind ir.OpKind, token string, args ...ir.Expr) ir.Expr {
	return &ir.Call{Value: of(intType), Fun: &ir.Operation{Op: &ir.Op{Name: kind.String(), Kind: kind, Token: token}}, Args: args}
}

func add(x, y ir.Expr) ir.Expr {
	return &ir.Binary{Value: of(intType), Op: token.ADD, X: x, Y: y}
}

func logical(t token.Token, x, y ir.Expr) ir.Expr {
	return &ir.Binary{Value: of(boolType), Op: t, X: x, Y: y}
}

func index(x, i ir.Expr) ir.Expr { return &ir.Index{Value: of(intType), X: x, Index: i} }

func seq(x ir.Expr) ir.Expr {
	v := &ir.Var{Value: of(intType), Name: "s", Temp: true}
	return &ir.Seq{Value: of(intType), Body: []ir.Stmt{set(v, x)}, X: v}
}

func set(l, r ir.Expr) ir.Stmt { return &ir.Assign{Lhs: []ir.Expr{l}, Rhs: []ir.Expr{r}} }

func setAll(list ...ir.Expr) ir.Stmt {
	n := len(list) / 2
	return &ir.Assign{Lhs: list[:n], Rhs: list[n:]}
}

func update(x, y ir.Expr) ir.Stmt {
	return &ir.Update{X: x, Value: add(&ir.Old{Value: of(intType)}, y)}
}

// ordered is the text of statements in order, each on a line of its own.
func ordered(list ...ir.Stmt) string {
	fn := &ir.Func{Name: "fn", Body: list}
	Func(fn, &names{})
	text, _, _ := ir.Print(&ir.Program{Funcs: []*ir.Func{fn}}, func(t types.Type) string { return t.String() })
	_, text, _ = strings.Cut(text, "func fn()  {\n")
	var lines []string
	for _, l := range strings.Split(text, "\n") {
		if l != "" && !strings.HasPrefix(l, "\tvar ") {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines[:len(lines)-1], "; ")
}

// Each rule of the package's doc, case by case.
func TestOrder(t *testing.T) {
	for _, c := range []struct {
		rule string
		s    ir.Stmt
		want string
	}{
		{"1: what has no statements stays", set(a, f(b, k, add(a, g))), "a = f((*b), 7, (a + g))"},
		{"1: calls stay where they are", set(a, add(f(a), f(k))), "a = (f(a) + f(7))"},
		{"1: loads after a call stay", set(a, f(f(k), b)), "a = f(f(7), (*b))"},
		{"2: statements come before", set(a, add(k, seq(b))), "s = (*b); a = (7 + s)"},
		{"2: what was before them is held", set(a, add(b, seq(k))), "t1 = (*b); s = 7; a = (t1 + s)"},
		{"3: a call comes before a load", set(a, add(b, f(k))), "t1 = f(7); a = ((*b) + t1)"},
		{"3: so it does before a variable of the package", set(a, add(g, f(k))), "t1 = f(7); a = (g + t1)"},
		{"3: but not before a variable of the frame", set(a, add(a, f(k))), "a = (a + f(7))"},
		{"3: nor before arithmetic on them", set(a, f(add(a, k), f(k))), "a = f((a + 7), f(7))"},
		{"3: a division may panic", set(a, f(&ir.Binary{Value: of(intType), Op: token.QUO, X: k, Y: a}, f(k))), "t1 = f(7); a = f((7 / a), t1)"},
		{"3: calls in order, each held", set(a, f(b, f(k), f(a))), "t1 = f(7); t2 = f(a); a = f((*b), t1, t2)"},
		{"3: len is evaluated in its turn", set(a, f(op(ir.OpLen, "", l), b, f(k))), "t1 = x.Len((*l)); t2 = f(7); a = f(t1, (*b), t2)"},
		{"3: an index is an operand", set(a, index(l, f(k))), "t1 = f(7); a = (*l)[t1]"},
		{"3: a nil receiver is found after the arguments", &ir.Do{X: f(&ir.Deref{Value: of(array), X: p}, f(k))}, "t1 = f(7); f((*p), t1)"},
		{"3: also where a call is put off", &ir.Do{X: op(ir.OpClosure, "", op(ir.OpNonNil, "", a), f(k))}, "t1 = f(7); x.Fn(x.NonNil(a), t1)"},
		{"3: a receive is a call", set(a, add(b, op(ir.OpRecv, "", a))), "t1 = x.Recv(a); a = ((*b) + t1)"},
		{"3: what is left of an operand comes after later calls", set(a, f(add(b, f(k)), f(a))), "t1 = f(7); t2 = f(a); a = f(((*b) + t1), t2)"},
		{"3: append is no load, and may be what changes one", set(a, f(index(p, k), op(ir.OpAppend, "", l, k))), "t1 = x.Append((*l), 7); a = f(p[7], t1)"},
		{"3: copy as well", set(a, add(b, &ir.Call{Value: of(intType), Fun: &ir.Builtin{Name: "copy"}, Args: []ir.Expr{l, l}})), "t1 = copy((*l), (*l)); a = ((*b) + t1)"},
		{"3: what is evaluated in its turn is so within an operand", set(a, f(add(b, op(ir.OpLen, "", l)), f(k))), "t1 = x.Len((*l)); t2 = f(7); a = f(((*b) + t1), t2)"},
		{"3: entries of a map one after the other", set(a, op(ir.OpLitMap, "", b, f(k), g, f(a))), "t1 = f(7); t2 = (*b); t3 = f(a); t4 = g; a = x.LitMap(t2, t1, t4, t3)"},
		{"4: no statements, no branch", set(a, logical(token.LAND, a, f(b))), "a = (a && f((*b)))"},
		{"4: && asks on true", set(a, logical(token.LAND, a, seq(b))), "t1 = a; if t1 {; s = (*b); t1 = s; }; a = t1"},
		{"4: || asks on false", set(a, logical(token.LOR, a, seq(b))), "t1 = a; if !t1 {; s = (*b); t1 = s; }; a = t1"},
		{"5: the place is reached last", set(index(p, k), f(k)), "t1 = f(7); p[7] = t1"},
		{"5: and its operands after the calls", set(index(l, f(a)), f(k)), "t1 = f(a); t2 = f(7); (*l)[t1] = t2"},
		{"5: a variable always exists", set(b, f(k)), "(*b) = f(7)"},
		{"5: values before assignments", setAll(a, g, g, a), "t1 = g; t2 = a; a = t1; g = t2"},
		{"5: constants need no holding", setAll(a, g, k, k), "a = 7; g = 7"},
		{"5: operands on the left first", setAll(a, index(p, a), k, a), "t1 = p; t2 = a; t3 = a; a = 7; t1[t2] = t3"},
		{"5: calls on the right first", setAll(a, g, b, f(k)), "t1 = f(7); t2 = (*b); a = t2; g = t1"},
		{"5: calls on both sides come before all operands", setAll(index(l, b), index(l, f(k)), f(a), b), "t1 = f(7); t2 = f(a); t3 = (*l); t4 = (*b); t5 = (*l); t6 = (*b); t3[t4] = t2; t5[t1] = t6"},
		{"5: a dropped value is evaluated", setAll(nil, a, f(k), k), "t1 = f(7); a = 7"},
		{"6: x is evaluated once", update(index(l, f(k)), k), "t1 = f(7); t2 = (*l); t2[t1] = (t2[t1] + 7)"},
		{"6: and read after a call", update(b, f(k)), "t1 = f(7); (*b) = ((*b) + t1)"},
		{"6: which cannot change a variable of the frame", update(a, f(k)), "a = (a + f(7))"},
		{"6: what is simple is evaluated twice", update(index(p, a), k), "p[a] = (p[a] + 7)"},
	} {
		if got := ordered(c.s); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.rule, got, c.want)
		}
	}
}

// A loop keeps its own condition and post statement where they stay one
// expression and one assignment; otherwise continue becomes a jump.
func TestLoops(t *testing.T) {
	again := []ir.Stmt{&ir.If{Cond: a, Then: []ir.Stmt{&ir.Branch{Tok: token.CONTINUE}}}}
	for _, c := range []struct {
		s    ir.Stmt
		want string
	}{
		{&ir.For{Cond: a, Post: []ir.Stmt{update(a, k)}, Body: again}, "for ; a; a = (a + 7) {; if a {; continue; }; }"},
		{&ir.For{Cond: seq(b), Body: again}, "for {; s = (*b); if !s {; break; }; if a {; continue; }; }"},
		{&ir.For{Cond: a, Post: []ir.Stmt{set(a, k), set(g, k)}, Body: again}, "for {; if !a {; break; }; if a {; goto C1; }; C1:; _ = 0; a = 7; g = 7; }"},
		{&ir.For{Post: []ir.Stmt{set(b, seq(k))}, Body: []ir.Stmt{&ir.For{Body: again}}}, "for {; for {; if a {; continue; }; }; s = 7; (*b) = s; }"},
	} {
		if got := ordered(c.s); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}
