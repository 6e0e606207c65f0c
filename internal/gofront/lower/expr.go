package lower

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"playground/internal/gofront/ir"
)

// expr is e's value, in e's own type.
func (f *unit) expr(e ast.Expr) ir.Expr {
	tv := f.src.Info.Types[e]
	if tv.Value != nil {
		return f.p.constant(tv.Value, f.typ(tv.Type))
	}
	if tv.IsNil() {
		return f.p.zero(f.typ(tv.Type))
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return f.expr(e.X)
	case *ast.Ident:
		return f.ident(e)
	case *ast.FuncLit:
		return f.literal(e)
	case *ast.CompositeLit:
		return f.composite(e, f.typeOf(e))
	case *ast.SelectorExpr:
		return f.selector(e)
	case *ast.IndexExpr:
		return f.index(e)
	case *ast.IndexListExpr:
		return f.instanceValue(e.X)
	case *ast.SliceExpr:
		return f.slice(e)
	case *ast.StarExpr:
		return ir.At(e.Pos(), deref(f.expr(e.X), f.typeOf(e)))
	case *ast.UnaryExpr:
		return f.unary(e)
	case *ast.BinaryExpr:
		return f.binary(e)
	case *ast.TypeAssertExpr:
		return ir.At(e.Pos(), f.p.typed(ir.OpAssert, one(f.typeOf(e.X)), one(f.typeOf(e))).call(f.expr(e.X)))
	case *ast.CallExpr:
		return f.call(e)
	}
	f.p.fail(e.Pos(), "this kind of expression is not supported")
	return nil
}

// deref is what the pointer x leads to, of type t.
func deref(x ir.Expr, t types.Type) ir.Expr {
	return &ir.Deref{Value: ir.Value{Type: t}, X: x}
}

// instanceIdent is the name under which go/types has recorded type arguments.
func instanceIdent(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return e.Sel
	}
	return nil
}

// ident is a variable or a function by its name. Constants and types do not come here.
func (f *unit) ident(e *ast.Ident) ir.Expr {
	o := f.src.Info.Uses[e]
	if o == nil {
		o = f.src.Info.Defs[e]
	}
	switch o := o.(type) {
	case *types.Var:
		if o.Pkg() == nil || o.Parent() == o.Pkg().Scope() {
			return f.packageVar(o)
		}
		return f.variable(o)
	case *types.Func:
		return f.funcValue(e)
	}
	f.p.fail(e.Pos(), "identifier %s cannot be used here", e.Name)
	return nil
}

// packageVar is a variable of a package: lowered with it, or the compiled library's.
func (f *unit) packageVar(o *types.Var) ir.Expr {
	if f.p.sources[o.Pkg()] == nil {
		return f.p.hostVar(o)
	}
	return f.p.global(o)
}

// hostSymbol is a function of the standard library.
func (p *program) hostSymbol(path, name string) ir.Expr {
	key := path + "." + name
	sym, ok := p.hosts[key]
	if !ok {
		v, ok := p.host.Symbols(path)[name]
		if !ok {
			p.fail(0, "%s.%s is not available here", path, name)
		}
		sym = fmt.Sprintf("S%d_%s", len(p.hosts)+1, name)
		p.hosts[key] = sym
		p.res.Exports["s/s"][sym] = v
		p.res.Hosts[sym] = HostFunc{Path: path, Name: name}
	}
	return &ir.Symbol{Name: sym}
}

// hostVar is a variable of the standard library, reached through its address:
// the interpreter takes a symbol itself for a constant.
func (p *program) hostVar(o *types.Var) ir.Expr {
	path, name := o.Pkg().Path(), o.Name()
	key := "&" + path + "." + name
	sym, ok := p.hosts[key]
	if !ok {
		v, ok := p.host.Symbols(path)[name]
		if !ok || !v.CanAddr() {
			p.fail(0, "%s.%s is not available here", path, name)
		}
		sym = fmt.Sprintf("V%d_%s", len(p.hosts)+1, name)
		p.hosts[key] = sym
		p.res.Exports["s/s"][sym] = v.Addr()
	}
	t := p.types.Plain.Type(o.Type())
	return deref(&ir.Symbol{Value: ir.Value{Type: types.NewPointer(t)}, Name: sym}, t)
}

// hostMethod is a method of a host type as a function.
func (p *program) hostMethod(recv types.Type, name string) ir.Expr {
	rt := p.types.Type(recv)
	key := p.types.Text(recv) + "." + name
	sym, ok := p.hosts[key]
	if !ok {
		fn, ok := p.host.Method(rt, name)
		if !ok {
			m, ok := rt.MethodByName(name)
			if !ok {
				p.fail(0, "method %s of %s is not available here", name, recv)
			}
			fn = m.Func
		}
		sym = fmt.Sprintf("M%d_%s", len(p.hosts)+1, name)
		p.hosts[key] = sym
		p.res.Exports["s/s"][sym] = fn
		p.res.Hosts[sym] = hostFunc(recv, name)
	}
	return &ir.Symbol{Name: sym}
}

// hostFunc names a method of the library's.
func hostFunc(recv types.Type, name string) HostFunc {
	h := HostFunc{Name: name}
	if n := namedOf(recv); n != nil {
		h.Recv = n.Obj().Name()
		if n.Obj().Pkg() != nil {
			h.Path = n.Obj().Pkg().Path()
		}
	}
	return h
}

// index is x[i], or a generic function with a type argument, which looks the same. A
// pointer to an array is followed here: what is indexed is always a place or a value.
func (f *unit) index(e *ast.IndexExpr) ir.Expr {
	if tv := f.src.Info.Types[e.Index]; tv.IsType() {
		return f.instanceValue(e.X)
	}
	if _, ok := f.src.Info.TypeOf(e.X).(*types.Signature); ok {
		return f.instanceValue(e.X)
	}
	x := f.expr(e.X)
	switch u := f.typeOf(e.X).Underlying().(type) {
	case *types.Map:
		return ir.At(e.Pos(), f.element(x, f.convTo(e.Index, u.Key()), f.typ(u.Elem())))
	case *types.Pointer:
		x = deref(x, f.typ(u.Elem()))
	}
	return ir.At(e.Pos(), f.element(x, f.indexValue(e.Index), commaOk(f.typeOf(e))))
}

// element is x[i], of type t.
func (f *unit) element(x, i ir.Expr, t types.Type) ir.Expr {
	return &ir.Index{Value: ir.Value{Type: t}, X: x, Index: i}
}

// instanceValue is a generic function or method, which has type arguments, as a
// value.
func (f *unit) instanceValue(e ast.Expr) ir.Expr {
	if x, sel := f.methodOf(e); sel != nil {
		return f.selector(x)
	}
	return f.funcValue(instanceIdent(e))
}

// indexValue is an index as an int, or as what yields the right panic.
func (f *unit) indexValue(e ast.Expr) ir.Expr {
	tv := f.src.Info.Types[e]
	if tv.Value != nil {
		return f.p.constant(constant.ToInt(tv.Value), intType)
	}
	t := f.typeOf(e)
	x := f.expr(e)
	if f.p.types.Same(t, intType) {
		return x
	}
	return f.p.typed(ir.OpBounds, one(t), one(intType)).call(x)
}

// slice is x[i:j:k]. Which of the bounds are given is part of the operation: that
// decides which of Go's messages a panic has.
func (f *unit) slice(e *ast.SliceExpr) ir.Expr {
	xt := f.typeOf(e.X)
	x := f.expr(e.X)
	if _, ok := xt.Underlying().(*types.Array); ok {
		// The array is addressable: slice it through its address.
		x, xt = f.address(e.X), types.NewPointer(xt)
	}
	given := ""
	for _, b := range []ast.Expr{e.Low, e.High, e.Max} {
		if b == nil {
			given += "-"
		} else {
			given += "+"
		}
	}
	in := []types.Type{xt, intType, intType, intType}
	op := f.p.typedAs(ir.OpSlice, given, in, one(f.typeOf(e)), func(o *ir.Op) { o.Token = given })
	return ir.At(e.Pos(), op.call(x, f.bound(e.Low), f.bound(e.High), f.bound(e.Max)))
}

// bound is a bound of a slice expression, of whatever value if it is not given.
func (f *unit) bound(e ast.Expr) ir.Expr {
	if e == nil {
		return f.p.constant(constant.MakeInt64(-1<<62), intType)
	}
	return f.indexValue(e)
}

// address is &e.
func (f *unit) address(e ast.Expr) ir.Expr {
	e = ast.Unparen(e)
	if c, ok := e.(*ast.CompositeLit); ok {
		t := f.typeOf(c)
		return f.p.typed(ir.OpBox, one(t), one(types.NewPointer(t))).call(f.composite(c, t))
	}
	x := f.expr(e)
	if d, ok := x.(*ir.Deref); ok && d.Box {
		return d.X // the box of a variable is its address
	}
	// &*p is p, but panics when p is nil.
	return addr(x)
}

// addr is the address of a place.
func addr(x ir.Expr) ir.Expr {
	return &ir.Addr{Value: ir.Value{Type: types.NewPointer(x.Info().Type)}, X: x}
}

// unary is an operator on one operand. Only !x of a plain bool is left to the
// interpreter: an operation computes in the operand's own type.
func (f *unit) unary(e *ast.UnaryExpr) ir.Expr {
	switch e.Op {
	case token.AND:
		return ir.At(e.Pos(), f.address(e.X))
	case token.ARROW:
		return ir.At(e.Pos(), f.p.typed(ir.OpRecv, one(f.typeOf(e.X)), one(commaOk(f.typeOf(e)))).call(f.expr(e.X)))
	}
	t := f.typeOf(e)
	x := f.expr(e.X)
	switch e.Op {
	case token.ADD:
		return x
	case token.NOT:
		if f.p.types.Same(t, boolType) {
			return not(x)
		}
	}
	op := f.p.typedAs(ir.OpUnary, e.Op.String(), one(t), one(t), func(o *ir.Op) { o.Token = e.Op.String() })
	return op.call(x)
}

// not is !x, for a bool.
func not(x ir.Expr) ir.Expr { return &ir.Not{Value: ir.Value{Type: boolType}, X: x} }

// binary is an operator on two operands. Both are converted to the type in which Go
// computes, so that a constant beside a float32 is a float32 before it is added.
func (f *unit) binary(e *ast.BinaryExpr) ir.Expr {
	switch e.Op {
	case token.LAND, token.LOR:
		return f.logical(e)
	case token.EQL, token.NEQ:
		return f.compared(e, f.equality(e))
	case token.SHL, token.SHR:
		return f.shift(f.expr(e.X), f.typeOf(e), e.Op, e.Y, e.Pos())
	}
	xt, yt := f.typeOf(e.X), f.typeOf(e.Y)
	t := operandType(xt, yt)
	r := f.arith(f.convTo(e.X, t), f.convTo(e.Y, t), e.Op, t, e.OpPos)
	if isComparison(e.Op) {
		return f.compared(e, r)
	}
	return r
}

// operandType is the type that both operands take.
func operandType(x, y types.Type) types.Type {
	if isUntyped(x) {
		return y
	}
	return x
}

// isUntyped says whether go/types has left the type open: of constants, and of what is
// compared or shifted.
func isUntyped(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Info()&types.IsUntyped != 0
}

// arith is x op y in type t, by the interpreter where it is right.
func (f *unit) arith(x, y ir.Expr, op token.Token, t types.Type, pos token.Pos) ir.Expr {
	out := t
	if isComparison(op) {
		out = boolType
	}
	u, native := t.Underlying().(*types.Basic)
	if native {
		switch {
		case u.Info()&types.IsComplex != 0:
			native = false
		case u.Info()&types.IsInteger != 0:
			native = op != token.AND_NOT
		}
	}
	if native {
		return &ir.Binary{Value: ir.Value{Pos: pos, Type: out}, Op: op, X: x, Y: y}
	}
	o := f.p.typedAs(ir.OpBinary, op.String(), []types.Type{t, t}, one(out), func(o *ir.Op) { o.Token = op.String() })
	return ir.At(pos, o.call(x, y))
}

// shift is x << count or x >> count. It is always an operation, made for both types:
// the count may be of any integer type, and a negative one panics. An untyped constant
// that is shifted has its default type by now.
func (f *unit) shift(x ir.Expr, t types.Type, op token.Token, count ast.Expr, pos token.Pos) ir.Expr {
	tv := f.src.Info.Types[count]
	ct := f.typeOf(count)
	var c ir.Expr
	if tv.Value != nil {
		ct = types.Typ[types.Uint]
		c = f.p.constant(constant.ToInt(tv.Value), ct)
	} else {
		ct = types.Default(ct)
		c = f.expr(count)
	}
	t = types.Default(t)
	o := f.p.typedAs(ir.OpBinary, op.String(), []types.Type{t, ct}, one(t), func(o *ir.Op) { o.Token = op.String() })
	return ir.At(pos, o.call(x, c))
}

// logical is && or ||, in type bool, and of the type that it is wanted in.
func (f *unit) logical(e *ast.BinaryExpr) ir.Expr {
	t := boolLike(f.typeOf(e))
	x := f.asBool(f.convTo(e.X, t), t)
	y := f.asBool(f.convTo(e.Y, t), t)
	return f.convert(&ir.Binary{Value: ir.Value{Type: boolType}, Op: e.Op, X: x, Y: y}, boolType, t)
}

// boolLike is the type that an operand of && has where the outcome has type t.
func boolLike(t types.Type) types.Type {
	if b, ok := t.(*types.Basic); ok && b.Kind() == types.UntypedBool {
		return boolType
	}
	return t
}

// asBool is a boolean of type t in type bool.
func (f *unit) asBool(x ir.Expr, t types.Type) ir.Expr {
	if f.p.types.Same(t, boolType) {
		return x
	}
	return f.p.typed(ir.OpConvert, one(t), one(boolType)).call(x)
}

// cond is a boolean expression in type bool.
func (f *unit) cond(e ast.Expr) ir.Expr {
	x := f.expr(e)
	return f.asBool(x, f.typeOf(e))
}

// path follows struct fields from x, which has type t; x may be nil where only
// the type that is reached is wanted.
func (f *unit) path(x ir.Expr, t types.Type, index []int) (ir.Expr, types.Type) {
	for _, i := range index {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = f.typ(p.Elem())
		}
		field := t.Underlying().(*types.Struct).Field(i)
		t = f.typ(field.Type())
		if x != nil {
			x = &ir.Field{Value: ir.Value{Type: t}, X: x, Name: field.Name()}
		}
	}
	return x, t
}

// selector is x.f: a field, a method as a value, or something of a package.
func (f *unit) selector(e *ast.SelectorExpr) ir.Expr {
	sel := f.src.Info.Selections[e]
	if sel == nil {
		switch o := f.src.Info.Uses[e.Sel].(type) {
		case *types.Func:
			return f.funcValue(e.Sel)
		case *types.Var:
			return f.packageVar(o)
		}
		f.p.fail(e.Pos(), "%s cannot be used here", e.Sel.Name)
	}
	switch sel.Kind() {
	case types.FieldVal:
		x, _ := f.path(f.expr(e.X), f.typeOf(e.X), sel.Index())
		return ir.At(e.Sel.Pos(), x)
	case types.MethodVal:
		return f.methodValue(e, sel)
	}
	return f.methodExpr(e, sel)
}
