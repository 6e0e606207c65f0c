package lower

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"playground/internal/gofront/ir"
)

// expr is the text of e's value, in e's own type.
func (f *unit) expr(e ast.Expr) string {
	tv := f.src.Info.Types[e]
	if tv.Value != nil {
		return f.p.constant(tv.Value, f.typ(tv.Type))
	}
	if tv.IsType() {
		return f.text(tv.Type)
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
		return mark(e.Pos(), "(*"+f.expr(e.X)+")")
	case *ast.UnaryExpr:
		return f.unary(e)
	case *ast.BinaryExpr:
		return f.binary(e)
	case *ast.TypeAssertExpr:
		return mark(e.Pos(), f.p.typed(ir.OpAssert, one(f.typeOf(e.X)), one(f.typeOf(e)))+"("+f.expr(e.X)+")")
	case *ast.CallExpr:
		return f.call(e)
	}
	f.p.fail(e.Pos(), "this kind of expression is not supported")
	return ""
}

func instanceIdent(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return e.Sel
	}
	return nil
}

func (f *unit) ident(e *ast.Ident) string {
	o := f.src.Info.Uses[e]
	if o == nil {
		o = f.src.Info.Defs[e]
	}
	switch o := o.(type) {
	case *types.Var:
		if o.Pkg() == nil || o.Parent() == o.Pkg().Scope() {
			return f.packageVar(o)
		}
		return f.local(o)
	case *types.Func:
		return f.funcValue(e)
	}
	f.p.fail(e.Pos(), "identifier %s cannot be used here", e.Name)
	return ""
}

func (f *unit) packageVar(o *types.Var) string {
	if f.p.sources[o.Pkg()] == nil {
		return f.p.hostVar(o.Pkg().Path(), o.Name())
	}
	return f.p.global(o)
}

// hostSymbol is the text of a symbol of the standard library.
func (p *program) hostSymbol(path, name string) string {
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
	}
	return "s." + sym
}

// hostVar is the text of a variable of the standard library, reached through
// its address: the interpreter takes a symbol itself for a constant.
func (p *program) hostVar(path, name string) string {
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
	return "(*s." + sym + ")"
}

// hostMethod is the text of a method of a host type as a function.
func (p *program) hostMethod(recv types.Type, name string) string {
	rt := p.types.rtype(recv)
	key := p.types.text(recv) + "." + name
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
	}
	return "s." + sym
}

func (f *unit) index(e *ast.IndexExpr) string {
	if tv := f.src.Info.Types[e.Index]; tv.IsType() {
		return f.instanceValue(e.X)
	}
	if _, ok := f.src.Info.TypeOf(e.X).(*types.Signature); ok {
		return f.instanceValue(e.X)
	}
	x := f.expr(e.X)
	switch u := f.typeOf(e.X).Underlying().(type) {
	case *types.Map:
		return mark(e.Pos(), x+"["+f.convTo(e.Index, u.Key())+"]")
	case *types.Pointer:
		x = "(*" + x + ")"
	}
	return mark(e.Pos(), x+"["+f.indexValue(e.Index)+"]")
}

// instanceValue is a generic function or method, which has type arguments, as a
// value.
func (f *unit) instanceValue(e ast.Expr) string {
	if x, sel := f.methodOf(e); sel != nil {
		return f.selector(x)
	}
	return f.funcValue(instanceIdent(e))
}

// indexValue is an index as an int, or as what yields the right panic.
func (f *unit) indexValue(e ast.Expr) string {
	tv := f.src.Info.Types[e]
	if tv.Value != nil {
		return f.p.constant(constant.ToInt(tv.Value), intType)
	}
	t := f.typeOf(e)
	x := f.expr(e)
	if f.p.types.text(t) == "int" {
		return x
	}
	return f.p.typed(ir.OpBounds, one(t), one(intType)) + "(" + x + ")"
}

func (f *unit) slice(e *ast.SliceExpr) string {
	xt := f.typeOf(e.X)
	x := f.expr(e.X)
	if _, ok := xt.Underlying().(*types.Array); ok {
		// The array is addressable: slice it through its address.
		x, xt = f.address(e.X), types.NewPointer(xt)
	}
	bound := func(b ast.Expr) string {
		if b == nil {
			return f.p.constant(constant.MakeInt64(-1<<62), intType)
		}
		return f.indexValue(b)
	}
	in := []types.Type{xt, intType, intType, intType}
	flags := ""
	for _, b := range []ast.Expr{e.Low, e.High, e.Max} {
		if b == nil {
			flags += "-"
		} else {
			flags += "+"
		}
	}
	op := f.p.typedAs(ir.OpSlice, flags, in, one(f.typeOf(e)), func(o *ir.Op) { o.Token = flags })
	return mark(e.Pos(), fmt.Sprintf("%s(%s, %s, %s, %s)", op, x, bound(e.Low), bound(e.High), bound(e.Max)))
}

// address is the text of &e.
func (f *unit) address(e ast.Expr) string {
	e = ast.Unparen(e)
	if c, ok := e.(*ast.CompositeLit); ok {
		t := f.typeOf(c)
		return f.p.typed(ir.OpBox, one(t), one(types.NewPointer(t))) + "(" + f.composite(c, t) + ")"
	}
	x := f.expr(e)
	// The box of a local variable is its address.
	if s := bare(x); strings.HasPrefix(s, "(*") && strings.HasSuffix(s, ")") && isName(s[2:len(s)-1]) {
		if _, ok := e.(*ast.StarExpr); !ok {
			return s[2 : len(s)-1]
		}
		// &*p is p, but panics when p is nil.
	}
	return "&" + x
}

func isName(s string) bool {
	return !strings.ContainsAny(s, "()[]{}.,* &")
}

func (f *unit) unary(e *ast.UnaryExpr) string {
	switch e.Op {
	case token.AND:
		return mark(e.Pos(), f.address(e.X))
	case token.ARROW:
		ct := f.typeOf(e.X)
		t := f.typeOf(e)
		if tup, ok := t.(*types.Tuple); ok {
			t = tup.At(0).Type()
		}
		return mark(e.Pos(), f.p.typed(ir.OpRecv, one(ct), one(t))+"("+f.expr(e.X)+")")
	}
	t := f.typeOf(e)
	x := f.expr(e.X)
	switch e.Op {
	case token.ADD:
		return x
	case token.NOT:
		if f.p.types.text(t) == "bool" {
			return "!" + x
		}
	}
	op := f.p.typedAs(ir.OpUnary, e.Op.String(), one(t), one(t), func(o *ir.Op) { o.Token = e.Op.String() })
	return op + "(" + x + ")"
}

func (f *unit) binary(e *ast.BinaryExpr) string {
	switch e.Op {
	case token.LAND, token.LOR:
		return f.logical(e)
	case token.EQL, token.NEQ:
		return f.equality(e)
	case token.SHL, token.SHR:
		return f.shift(f.expr(e.X), f.typeOf(e), e.Op, e.Y, e.Pos())
	}
	xt, yt := f.typeOf(e.X), f.typeOf(e.Y)
	t := operandType(xt, yt)
	x, y := f.operands(e.X, e.Y, t)
	return f.arith(x, y, e.Op, t, e.OpPos)
}

// operandType is the type that both operands take.
func operandType(x, y types.Type) types.Type {
	if b, ok := x.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		return y
	}
	return x
}

// operands are x and y in type t, x evaluated first.
func (f *unit) operands(x, y ast.Expr, t types.Type) (string, string) {
	r := f.sequence([]operand{{t, x, func() string { return f.convTo(x, t) }}, {t, y, func() string { return f.convTo(y, t) }}})
	return r[0], r[1]
}

// arith is x op y in type t, by the interpreter where it is right.
func (f *unit) arith(x, y string, op token.Token, t types.Type, pos token.Pos) string {
	u, ok := t.Underlying().(*types.Basic)
	native := ok
	if ok {
		switch {
		case u.Info()&types.IsComplex != 0:
			native = false
		case u.Info()&types.IsInteger != 0:
			native = op != token.AND_NOT
		}
	}
	if native {
		return mark(pos, "("+x+" "+op.String()+" "+y+")")
	}
	out := t
	switch op {
	case token.LSS, token.GTR, token.LEQ, token.GEQ:
		out = boolType
	}
	o := f.p.typedAs(ir.OpBinary, op.String(), []types.Type{t, t}, one(out), func(o *ir.Op) { o.Token = op.String() })
	return mark(pos, o+"("+x+", "+y+")")
}

func (f *unit) shift(x string, t types.Type, op token.Token, count ast.Expr, pos token.Pos) string {
	tv := f.src.Info.Types[count]
	ct := f.typeOf(count)
	var c string
	if tv.Value != nil {
		ct = types.Typ[types.Uint]
		c = f.p.constant(constant.ToInt(tv.Value), ct)
	} else {
		if b, ok := ct.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
			ct = types.Default(b)
		}
		c = f.expr(count)
	}
	if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		t = types.Default(b)
	}
	o := f.p.typedAs(ir.OpBinary, op.String(), []types.Type{t, ct}, one(t), func(o *ir.Op) { o.Token = op.String() })
	return mark(pos, o+"("+x+", "+c+")")
}

// logical keeps what the right operand emits behind the left one's outcome.
func (f *unit) logical(e *ast.BinaryExpr) string {
	t := f.typeOf(e)
	x := f.convTo(e.X, boolLike(t))
	var y string
	pre := f.aside(func() { y = f.convTo(e.Y, boolLike(t)) })
	if pre == "" && f.p.types.text(t) == "bool" {
		return "(" + x + " " + e.Op.String() + " " + y + ")"
	}
	n := f.hold(x, t)
	cond := n
	if f.p.types.text(t) != "bool" {
		cond = f.p.typed(ir.OpConvert, one(t), one(boolType)) + "(" + n + ")"
	}
	if e.Op == token.LOR {
		cond = "!" + cond
	}
	f.line("if %s {", cond)
	f.b.WriteString(pre)
	f.line("%s = %s", n, y)
	f.line("}")
	return n
}

func boolLike(t types.Type) types.Type {
	if b, ok := t.(*types.Basic); ok && b.Kind() == types.UntypedBool {
		return boolType
	}
	return t
}

// cond is a boolean expression in type bool.
func (f *unit) cond(e ast.Expr) string {
	x := f.expr(e)
	if t := f.typeOf(e); f.p.types.text(t) != "bool" {
		return f.p.typed(ir.OpConvert, one(t), one(boolType)) + "(" + x + ")"
	}
	return x
}

func (f *unit) equality(e *ast.BinaryExpr) string {
	xn, yn := f.src.Info.Types[e.X].IsNil(), f.src.Info.Types[e.Y].IsNil()
	var r string
	switch {
	case xn && yn:
		r = "true"
	case yn:
		r = f.isNil(f.expr(e.X), f.typeOf(e.X))
	case xn:
		r = f.isNil(f.expr(e.Y), f.typeOf(e.Y))
	default:
		t := eqType(f.typeOf(e.X), f.typeOf(e.Y))
		x, y := f.operands(e.X, e.Y, t)
		return mark(e.OpPos, f.equal(x, y, t, e.Op))
	}
	if e.Op == token.NEQ {
		return "!" + r
	}
	return mark(e.OpPos, r)
}

func (f *unit) isNil(x string, t types.Type) string {
	return f.p.typed(ir.OpIsNil, one(t), one(boolType)) + "(" + x + ")"
}

// eqType is the type in which two operands are compared.
func eqType(x, y types.Type) types.Type {
	if isInterface(x) && !isInterface(y) {
		return x
	}
	if isInterface(y) && !isInterface(x) {
		return y
	}
	if isInterface(x) && isInterface(y) {
		return anyType
	}
	if b, ok := x.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		if b, ok := y.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
			return types.Default(x)
		}
		return y
	}
	// A bidirectional channel may be compared with a directed one.
	if c, ok := x.Underlying().(*types.Chan); ok && c.Dir() == types.SendRecv {
		return y
	}
	return x
}

func (f *unit) equal(x, y string, t types.Type, op token.Token) string {
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsComplex == 0 {
		return "(" + x + " " + op.String() + " " + y + ")"
	}
	r := f.p.typed(ir.OpEq, []types.Type{t, t}, one(boolType)) + "(" + x + ", " + y + ")"
	if op == token.NEQ {
		return "!" + r
	}
	return r
}

// path follows struct fields and returns the text and the type reached.
func (f *unit) path(x string, t types.Type, index []int) (string, types.Type) {
	for _, i := range index {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = f.typ(p.Elem())
		}
		st := t.Underlying().(*types.Struct)
		x += "." + st.Field(i).Name()
		t = f.typ(st.Field(i).Type())
	}
	return x, t
}

func (f *unit) selector(e *ast.SelectorExpr) string {
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
		return mark(e.Sel.Pos(), x)
	case types.MethodVal:
		return f.methodValue(e, sel)
	}
	return f.methodExpr(e, sel)
}
