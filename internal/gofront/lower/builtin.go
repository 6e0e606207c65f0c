package lower

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower/escape"
)

// builtinName is the name under which a builtin is called. A program cannot give it
// another name, only hide it, which go/types has seen to.
func builtinName(fun ast.Expr) string {
	if id := instanceIdent(fun); id != nil {
		return id.Name
	}
	return ""
}

// builtin is a call of a builtin function.
func (f *unit) builtin(e *ast.CallExpr, fun ast.Expr) ir.Expr {
	if s, ok := fun.(*ast.SelectorExpr); ok {
		return ir.At(e.Pos(), f.unsafeCall(e, s.Sel.Name))
	}
	return ir.At(e.Pos(), f.seq(func() ir.Expr { return f.builtinCall(e, builtinName(fun)) }))
}

// spreadBuiltin handles a builtin whose arguments are the results of a call:
// they become variables, and the call one with several arguments.
func (f *unit) spreadBuiltin(e *ast.CallExpr, tup *types.Tuple) *ast.CallExpr {
	c := *e
	c.Args = nil
	var slots []ir.Expr
	for v := range tup.Variables() {
		o := types.NewVar(e.Pos(), f.src.Pkg, "spread", v.Type())
		id := ast.NewIdent("spread")
		id.NamePos = e.Pos()
		f.src.Info.Uses[id] = o
		f.src.Info.Types[id] = types.TypeAndValue{Type: v.Type()}
		c.Args = append(c.Args, id)
		slots = append(slots, f.declareSlot(o))
	}
	f.setAll(slots, f.expr(e.Args[0]))
	return &c
}

// builtinCall is a call of a builtin of the language. Only copy and delete are left to
// the interpreter; the others become operations, which are made for the operands' own
// types and panic as Go does.
func (f *unit) builtinCall(e *ast.CallExpr, name string) ir.Expr {
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
		return f.appendCall(e, t)
	case "copy":
		return native("copy", intType, f.expr(e.Args[0]), f.expr(e.Args[1]))
	case "delete":
		m := f.typeOf(e.Args[0])
		return native("delete", nil, f.expr(e.Args[0]), f.convTo(e.Args[1], m.Underlying().(*types.Map).Key()))
	case "make":
		return f.makeCall(e, t)
	case "new":
		return f.newCall(e, t)
	case "min", "max":
		return f.minMax(e, name, t)
	case "clear":
		at := f.typeOf(e.Args[0])
		return p.typed(ir.OpClear, one(at), nil).call(f.expr(e.Args[0]))
	case "close":
		at := f.typeOf(e.Args[0])
		return p.typed(ir.OpClose, one(at), nil).call(f.expr(e.Args[0]))
	case "panic":
		return p.typed(ir.OpPanic, one(anyType), nil).call(f.convTo(e.Args[0], anyType))
	case "recover":
		return p.typed(ir.OpRecover, nil, one(anyType)).call()
	case "print", "println":
		kind := ir.OpPrint
		if name == "println" {
			kind = ir.OpPrintln
		}
		var args []ir.Expr
		for _, a := range e.Args {
			args = append(args, f.convTo(a, anyType))
		}
		return p.typed(kind, one(types.NewSlice(anyType)), nil).call(args...)
	case "complex":
		part := f.partType(t)
		return p.typed(ir.OpComplex, []types.Type{part, part}, one(t)).call(f.convTo(e.Args[0], part), f.convTo(e.Args[1], part))
	case "real", "imag":
		kind := ir.OpReal
		if name == "imag" {
			kind = ir.OpImag
		}
		at := f.typeOf(e.Args[0])
		return p.typed(kind, one(at), one(t)).call(f.expr(e.Args[0]))
	}
	p.fail(e.Pos(), "builtin %s is not supported", name)
	return nil
}

// native is a call of a function of the language that the interpreter gets right.
func native(name string, t types.Type, args ...ir.Expr) ir.Expr {
	return &ir.Call{Value: ir.Value{Type: t}, Fun: &ir.Builtin{Name: name}, Args: args}
}

// partType is the type of the parts of a complex number.
func (f *unit) partType(t types.Type) types.Type {
	if t.Underlying().(*types.Basic).Kind() == types.Complex64 {
		return types.Typ[types.Float32]
	}
	return types.Typ[types.Float64]
}

// length is len or cap. Of an array it is a constant that the types know, but the
// array's expression may have effects, or go/types would have folded it.
func (f *unit) length(e ast.Expr, name string) ir.Expr {
	t := f.typeOf(e)
	kind := ir.OpLen
	if name == "cap" {
		kind = ir.OpCap
	}
	switch u := t.Underlying().(type) {
	case *types.Array: // evaluated for its effects
		n := f.temp(t)
		f.set(n, f.expr(e))
		return number(int(u.Len()))
	case *types.Pointer: // to an array
		f.discard(f.expr(e), t)
		return number(int(f.typ(u.Elem()).Underlying().(*types.Array).Len()))
	}
	return f.p.typed(kind, one(t), one(intType)).call(f.expr(e))
}

// appendCall is append in its three forms: with nothing, with a list, with a slice or
// a string spread. Long lists become a slice first, because every number of arguments
// is an operation of its own that somebody has to make (maxOpArgs).
func (f *unit) appendCall(e *ast.CallExpr, t types.Type) ir.Expr {
	s := f.convTo(e.Args[0], t)
	if len(e.Args) == 1 {
		return s
	}
	if e.Ellipsis.IsValid() {
		at := f.typeOf(e.Args[1])
		if b, ok := at.(*types.Basic); ok && b.Kind() == types.UntypedString {
			at = types.Typ[types.String]
		}
		if isNilType(at) {
			at = t
		}
		return f.p.typed(ir.OpSpread, []types.Type{t, at}, one(t)).call(s, f.convTo(e.Args[1], at))
	}
	elem := f.typ(t.Underlying().(*types.Slice).Elem())
	array := f.stackArray(e, elem)
	if array == escape.Once {
		f.arrayOnce(s, t, elem, len(e.Args)-1)
	}
	in := one(t)
	parts := []ir.Expr{s}
	for _, a := range e.Args[1:] {
		parts = append(parts, f.convTo(a, elem))
		in = append(in, elem)
	}
	if len(in) > maxOpArgs {
		st := types.NewSlice(elem)
		rest := f.variadic(parts[1:], in[1:], st, false)
		return f.p.typed(ir.OpSpread, []types.Type{t, st}, one(t)).call(s, rest[0])
	}
	switch array {
	case escape.First:
		return f.p.typedAs(ir.OpAppend, ir.AppendFirst, in, one(t), func(o *ir.Op) { o.Token = ir.AppendFirst }).call(parts...)
	case escape.Classes:
		return f.p.typedAs(ir.OpAppend, ir.AppendClasses, in, one(t), func(o *ir.Op) { o.Token = ir.AppendClasses }).call(parts...)
	}
	return f.p.typed(ir.OpAppend, in, one(t)).call(parts...)
}

// stackBytes is how large an array for append the compiler keeps on the stack.
const stackBytes = ir.StackBytes

// stackArray is the array that the compiler has on the stack for an append's elements, if
// these fit into it.
func (f *unit) stackArray(e *ast.CallExpr, elem types.Type) escape.Array {
	size := gcSizes.Sizeof(elem)
	if n := len(e.Args) - 1; size == 0 || int64(n) > stackBytes/size {
		return escape.None
	}
	return f.p.buffers()[e]
}

// arrayOnce gives an empty slice without room all that of the array, once in a call of
// the function.
func (f *unit) arrayOnce(s ir.Expr, t, elem types.Type, n int) {
	used := f.local(fmt.Sprintf("b%d", f.p.tmp()), boolType)
	length, capacity := f.p.typed(ir.OpLen, one(t), one(intType)), f.p.typed(ir.OpCap, one(t), one(intType))
	f.when(not(used), func() {
		f.when(f.compare(length.call(s), token.EQL, number(0)), func() {
			f.when(f.compare(capacity.call(s), token.LSS, number(n)), func() {
				f.set(used, f.p.constant(constant.MakeBool(true), boolType))
				room := number(int(stackBytes / gcSizes.Sizeof(elem)))
				f.set(s, f.p.typed(ir.OpMake, []types.Type{intType, intType}, one(t)).call(number(0), room))
			})
		})
	})
}

// gcSizes are the compiler's, which are the same on all machines that run programs.
var gcSizes = types.SizesFor("gc", "amd64")

// buffers are the calls of append that have an array on the stack, in the program's own
// packages: nobody sees into the library's.
func (p *program) buffers() map[*ast.CallExpr]escape.Array {
	if p.stackArrays == nil {
		var list []escape.Package
		for _, s := range p.packages {
			list = append(list, escape.Package{Info: s.Info, Files: s.Files})
		}
		p.stackArrays = escape.Buffers(list)
	}
	return p.stackArrays
}

// makeCall is make. Sizes go through indexValue, so that one that does not fit in an
// int is out of range instead of truncated.
func (f *unit) makeCall(e *ast.CallExpr, t types.Type) ir.Expr {
	var in []types.Type
	var args []ir.Expr
	for _, a := range e.Args[1:] {
		in = append(in, intType)
		args = append(args, f.indexValue(a))
	}
	kind := ir.OpMake
	if _, ok := t.Underlying().(*types.Chan); ok {
		kind = ir.OpMakeChan
	}
	return f.p.typed(kind, in, one(t)).call(args...)
}

// newCall is new of a type, or, since Go 1.26, of a value.
func (f *unit) newCall(e *ast.CallExpr, t types.Type) ir.Expr {
	if f.src.Info.Types[e.Args[0]].IsType() {
		return f.p.typed(ir.OpNew, nil, one(t)).call()
	}
	elem := f.typ(t.(*types.Pointer).Elem())
	return f.p.typed(ir.OpBox, one(elem), one(t)).call(f.convTo(e.Args[0], elem))
}

// minMax is min or max: a chain of operations on two values, from the left, which is
// how Go defines it for NaN and for strings.
func (f *unit) minMax(e *ast.CallExpr, name string, t types.Type) ir.Expr {
	kind := ir.OpMin
	if name == "max" {
		kind = ir.OpMax
	}
	x := f.convTo(e.Args[0], t)
	for _, a := range e.Args[1:] {
		x = f.p.typed(kind, []types.Type{t, t}, one(t)).call(x, f.convTo(a, t))
	}
	return x
}
