package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"playground/internal/gofront/ir"
)

func builtinName(fun ast.Expr) string {
	if id := instanceIdent(fun); id != nil {
		return id.Name
	}
	return ""
}

// builtin is a call of a builtin function.
func (f *unit) builtin(e *ast.CallExpr, fun ast.Expr) string {
	if s, ok := fun.(*ast.SelectorExpr); ok {
		f.p.fail(s.Pos(), "package unsafe cannot be used here")
	}
	return mark(e.Pos(), f.builtinText(e, builtinName(fun)))
}

// spreadBuiltin handles a builtin whose arguments are the results of a call:
// they become variables, and the call one with several arguments.
func (f *unit) spreadBuiltin(e *ast.CallExpr, tup *types.Tuple) *ast.CallExpr {
	c := *e
	c.Args = nil
	var names []string
	for v := range tup.Variables() {
		o := types.NewVar(e.Pos(), f.src.Pkg, "spread", v.Type())
		id := ast.NewIdent("spread")
		id.NamePos = e.Pos()
		f.src.Info.Uses[id] = o
		f.src.Info.Types[id] = types.TypeAndValue{Type: v.Type()}
		c.Args = append(c.Args, id)
		f.declareSlot(o)
		names = append(names, f.slot(o))
	}
	f.line("%s = %s", strings.Join(names, ", "), f.expr(e.Args[0]))
	return &c
}

func (f *unit) builtinText(e *ast.CallExpr, name string) string {
	p := f.p
	t := f.typeOf(e)
	if len(e.Args) == 1 {
		if tup, ok := f.typeOf(e.Args[0]).(*types.Tuple); ok && tup.Len() > 1 {
			e = f.spreadBuiltin(e, tup)
		}
	}
	switch name {
	case "len", "cap":
		return f.length(e.Args[0], name)
	case "append":
		return f.appendText(e, t)
	case "copy":
		return "copy(" + f.expr(e.Args[0]) + ", " + f.expr(e.Args[1]) + ")"
	case "delete":
		m := f.typeOf(e.Args[0])
		return "delete(" + f.expr(e.Args[0]) + ", " + f.convTo(e.Args[1], m.Underlying().(*types.Map).Key()) + ")"
	case "make":
		return f.makeText(e, t)
	case "new":
		return f.newText(e, t)
	case "min", "max":
		return f.minMax(e, name, t)
	case "clear":
		at := f.typeOf(e.Args[0])
		return p.typed(ir.OpClear, one(at), nil) + "(" + f.expr(e.Args[0]) + ")"
	case "close":
		at := f.typeOf(e.Args[0])
		return p.typed(ir.OpClose, one(at), nil) + "(" + f.expr(e.Args[0]) + ")"
	case "panic":
		return p.typed(ir.OpPanic, one(anyType), nil) + "(" + f.convTo(e.Args[0], anyType) + ")"
	case "recover":
		return p.typed(ir.OpRecover, nil, one(anyType)) + "()"
	case "print", "println":
		kind := ir.OpPrint
		if name == "println" {
			kind = ir.OpPrintln
		}
		var args []string
		for _, a := range e.Args {
			args = append(args, f.convTo(a, anyType))
		}
		return p.typed(kind, one(types.NewSlice(anyType)), nil) + "(" + strings.Join(args, ", ") + ")"
	case "complex":
		part := f.partType(t)
		return p.typed(ir.OpComplex, []types.Type{part, part}, one(t)) + "(" + f.convTo(e.Args[0], part) + ", " + f.convTo(e.Args[1], part) + ")"
	case "real", "imag":
		kind := ir.OpReal
		if name == "imag" {
			kind = ir.OpImag
		}
		at := f.typeOf(e.Args[0])
		return p.typed(kind, one(at), one(t)) + "(" + f.expr(e.Args[0]) + ")"
	}
	p.fail(e.Pos(), "builtin %s is not supported", name)
	return ""
}

func (f *unit) partType(t types.Type) types.Type {
	if t.Underlying().(*types.Basic).Kind() == types.Complex64 {
		return types.Typ[types.Float32]
	}
	return types.Typ[types.Float64]
}

func (f *unit) length(e ast.Expr, name string) string {
	t := f.typeOf(e)
	kind := ir.OpLen
	if name == "cap" {
		kind = ir.OpCap
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		n := f.temp(t)
		f.line("%s = %s", n, f.expr(e))
		return fmt.Sprint(u.Len())
	case *types.Pointer: // to an array, evaluated for its effects
		f.discard(f.expr(e), t)
		return fmt.Sprint(f.typ(u.Elem()).Underlying().(*types.Array).Len())
	}
	return f.p.typed(kind, one(t), one(intType)) + "(" + f.expr(e) + ")"
}

func (f *unit) appendText(e *ast.CallExpr, t types.Type) string {
	s := f.convTo(e.Args[0], t)
	if len(e.Args) == 1 {
		return s
	}
	if e.Ellipsis.IsValid() {
		at := f.typeOf(e.Args[1])
		if b, ok := at.(*types.Basic); ok && b.Kind() == types.UntypedString {
			at = types.Typ[types.String]
		}
		if b, ok := at.(*types.Basic); ok && b.Kind() == types.UntypedNil {
			at = t
		}
		return f.p.typed(ir.OpSpread, []types.Type{t, at}, one(t)) + "(" + s + ", " + f.convTo(e.Args[1], at) + ")"
	}
	elem := t.Underlying().(*types.Slice).Elem()
	in := one(t)
	parts := []string{s}
	for _, a := range e.Args[1:] {
		parts = append(parts, f.convTo(a, elem))
		in = append(in, f.typ(elem))
	}
	if len(in) > maxOpArgs {
		st := types.NewSlice(f.typ(elem))
		rest := f.variadic(parts[1:], in[1:], st, false)
		return f.p.typed(ir.OpSpread, []types.Type{t, st}, one(t)) + "(" + s + ", " + rest[0] + ")"
	}
	return f.p.typed(ir.OpAppend, in, one(t)) + "(" + strings.Join(parts, ", ") + ")"
}

func (f *unit) makeText(e *ast.CallExpr, t types.Type) string {
	var in []types.Type
	var args []string
	for _, a := range e.Args[1:] {
		in = append(in, intType)
		args = append(args, f.indexValue(a))
	}
	kind := ir.OpMake
	if _, ok := t.Underlying().(*types.Chan); ok {
		kind = ir.OpMakeChan
	}
	return f.p.typed(kind, in, one(t)) + "(" + strings.Join(args, ", ") + ")"
}

func (f *unit) newText(e *ast.CallExpr, t types.Type) string {
	if f.src.Info.Types[e.Args[0]].IsType() {
		return f.p.typed(ir.OpNew, nil, one(t)) + "()"
	}
	elem := f.typ(t.(*types.Pointer).Elem())
	return f.p.typed(ir.OpBox, one(elem), one(t)) + "(" + f.convTo(e.Args[0], elem) + ")"
}

func (f *unit) minMax(e *ast.CallExpr, name string, t types.Type) string {
	kind := ir.OpMin
	if name == "max" {
		kind = ir.OpMax
	}
	x := f.convTo(e.Args[0], t)
	for _, a := range e.Args[1:] {
		x = f.p.typed(kind, []types.Type{t, t}, one(t)) + "(" + x + ", " + f.convTo(a, t) + ")"
	}
	return x
}

// assignOp is x op= y.
func (f *unit) assignOp(s *ast.AssignStmt) {
	op := s.Tok + (token.ADD - token.ADD_ASSIGN)
	l := f.place(s.Lhs[0], true)
	t := f.typeOf(s.Lhs[0])
	var v string
	if op == token.SHL || op == token.SHR {
		v = f.shift(l.read(), t, op, s.Rhs[0], s.TokPos)
	} else {
		y := f.convTo(s.Rhs[0], t)
		if f.hasCall(s.Rhs[0]) {
			y = f.hold(y, t) // the call may change what is assigned to
		}
		v = f.arith(l.read(), y, op, t, s.TokPos)
	}
	f.line("%s = %s", l.text, v)
}
