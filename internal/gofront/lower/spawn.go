package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"playground/internal/gofront/ir"
)

// spawn is a call for go or defer: everything is evaluated now, and the
// result is a function value that does the rest.
func (f *unit) spawn(e *ast.CallExpr) (fn string, direct bool) {
	fun := ast.Unparen(e.Fun)
	if lit, ok := fun.(*ast.FuncLit); ok && len(e.Args) == 0 && lit.Type.Results.NumFields() == 0 {
		return f.literal(lit), true
	}
	tv := f.src.Info.Types[fun]
	if tv.IsBuiltin() {
		return f.spawnBuiltin(e, fun), false
	}
	if tv.IsType() {
		f.discard(f.conversion(e), f.typeOf(e))
		return f.literalNop(), false
	}
	c := f.callee(fun)
	in := []types.Type{}
	if len(c.recv) == 1 {
		f.nonNil(&c, f.recvTypeOf(fun, c, 0))
	}
	for i := range c.recv {
		in = append(in, f.recvTypeOf(fun, c, i))
	}
	args := append(append([]string{}, c.recv...), f.packed(e, c)...)
	for v := range c.sig.Params().Variables() {
		in = append(in, f.typ(v.Type()))
	}
	body := "%s"
	if c.host && c.sig.Variadic() {
		body = "..."
	}
	return f.suspended(c.text, args, in, c.sig, body == "..."), false
}

// packed are the arguments with variadic ones in one slice.
func (f *unit) packed(e *ast.CallExpr, c callee) []string {
	return f.args(e, c.sig, false)
}

func (f *unit) recvTypeOf(fun ast.Expr, c callee, i int) types.Type {
	if c.recvType != nil {
		return c.recvType
	}
	if x, ok := fun.(*ast.FuncLit); ok {
		return f.captureTypes(x)[i]
	}
	if x, sel := f.methodOf(fun); sel != nil && sel.Kind() == types.MethodVal {
		if !c.host && !strings.HasPrefix(c.text, "x.") {
			m, _ := f.resolve(sel, f.typeOf(x.X))
			return f.receiverType(m, x, sel)
		}
		return f.boundType(x, sel)
	}
	return f.typeOf(fun)
}

// suspended is a func() that calls text with the given arguments.
func (f *unit) suspended(text string, args []string, in []types.Type, sig *types.Signature, ellipsis bool) string {
	name := fmt.Sprintf("d%d_call", f.p.tmp())
	g := f.child(nil)
	g.sig = funcType
	g.pos = f.pos
	var params, pass []string
	for i, t := range in {
		params = append(params, fmt.Sprintf("a%d_p %s", i, f.text(t)))
		pass = append(pass, fmt.Sprintf("a%d_p", i))
	}
	if ellipsis {
		pass[len(pass)-1] += "..."
	}
	callText := text + "(" + strings.Join(pass, ", ") + ")"
	if n := sig.Results().Len(); n > 0 {
		var ts []string
		for v := range sig.Results().Variables() {
			ts = append(ts, g.temp(v.Type()))
		}
		callText = strings.Join(ts, ", ") + " = " + callText
	}
	g.line("%s", callText)
	g.finish(name, "("+strings.Join(params, ", ")+")", "", true)
	return f.closure(name, args, in, funcType)
}

func (f *unit) literalNop() string {
	return f.suspended("x.Nop", nil, nil, funcType, false)
}

// spawnBuiltin suspends a call of a builtin function.
func (f *unit) spawnBuiltin(e *ast.CallExpr, fun ast.Expr) string {
	name := builtinName(fun)
	var args []string
	var in []types.Type
	for _, a := range e.Args {
		t := f.typeOf(a)
		switch {
		case name == "panic", name == "print", name == "println":
			t = anyType
		case name == "delete" && len(args) == 1:
			t = f.typ(in[0].Underlying().(*types.Map).Key())
		}
		args = append(args, f.convTo(a, t))
		in = append(in, t)
	}
	switch name {
	case "recover":
		return f.literalNop() // not called by a deferred function: it recovers nothing
	case "panic":
		return f.suspended(f.p.typed(ir.OpPanic, in, nil), args, in, funcType, false)
	case "print", "println":
		kind := map[string]ir.OpKind{"print": ir.OpPrint, "println": ir.OpPrintln}[name]
		return f.suspended(f.p.typed(kind, one(types.NewSlice(anyType)), nil), args, in, funcType, false)
	case "close":
		return f.suspended(f.p.typed(ir.OpClose, in, nil), args, in, funcType, false)
	case "clear":
		return f.suspended(f.p.typed(ir.OpClear, in, nil), args, in, funcType, false)
	case "delete":
		return f.suspended("delete", args, in, funcType, false)
	case "copy":
		return f.suspended("copy", args, in, types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewVar(token.NoPos, nil, "", intType)), false), false)
	}
	f.p.fail(e.Pos(), "%s in go or defer is not supported", name)
	return ""
}
