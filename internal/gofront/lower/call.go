package lower

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"playground/internal/gofront/ir"
)

// A call of a known function is a call in the lowered source as well. Two conventions
// differ from Go's: the receiver of a method is its first argument, and variadic
// arguments are passed in a slice that the caller makes; to compiled functions the text
// passes them as the program does. f(g()) with several results goes through temporaries,
// since each result may have to be converted on its own.

// call is a call of any kind.
func (f *unit) call(e *ast.CallExpr) ir.Expr {
	fun := ast.Unparen(e.Fun)
	tv := f.src.Info.Types[fun]
	switch {
	case tv.IsType():
		return f.conversion(e)
	case tv.IsBuiltin():
		return f.builtin(e, fun)
	}
	c := f.callee(fun)
	call := c.call(f.args(e, c.sig, c.host))
	call.Pos = e.Lparen // where the compiler places it: the last line of a literal that is called
	call.Spread = c.host && c.sig.Variadic() && e.Ellipsis.IsValid()
	return call
}

// callee is what a call calls: a lowered function, a host function or an
// operation, and the arguments that come before the written ones.
type callee struct {
	fun  ir.Expr
	recv []ir.Expr
	sig  *types.Signature // as the caller sees it
	host bool             // variadic arguments are passed one by one
	// recvType is the type of the receiver where it is not the method's own.
	recvType types.Type
}

// call is the call with these arguments after the receiver.
func (c callee) call(args []ir.Expr) *ir.Call {
	_, out := tupleTypes(c.sig)
	return &ir.Call{Value: ir.Value{Type: resultType(out)}, Fun: c.fun, Args: append(c.recv[:len(c.recv):len(c.recv)], args...)}
}

// lowered says whether the callee is a function of the lowered program.
func (c callee) lowered() bool {
	_, ok := c.fun.(*ir.FuncName)
	return ok
}

// operation says whether the callee is an operation of that kind.
func (c callee) operation(kind ir.OpKind) bool {
	o, ok := c.fun.(*ir.Operation)
	return ok && o.Op.Kind == kind
}

// callee finds what a call calls. Wherever the function is known, it is called
// directly: methods of known types, declared functions and their instances, and
// function literals that are called where they stand. Only what is a value at run time
// goes through an operation, which costs a look at what the value holds.
func (f *unit) callee(fun ast.Expr) callee {
	sig := f.signature(f.typeOf(fun))
	if x, sel := f.methodOf(fun); sel != nil {
		if sel.Kind() == types.MethodExpr {
			return f.methodFunc(sel, sig, f.targs(x.Sel))
		}
		return f.method(x, sel, sig)
	}
	switch x := fun.(type) {
	case *ast.FuncLit:
		name, captured := f.lift(x)
		return callee{fun: &ir.FuncName{Name: name}, recv: captured, sig: sig}
	case *ast.SelectorExpr:
		if f.src.Info.Selections[x] != nil {
			break
		}
		if c, ok := f.staticCallee(x.Sel, sig); ok {
			return c
		}
	case *ast.Ident:
		if c, ok := f.staticCallee(x, sig); ok {
			return c
		}
	case *ast.IndexExpr:
		if id := instanceIdent(x.X); id != nil {
			if c, ok := f.staticCallee(id, sig); ok {
				return c
			}
		}
	case *ast.IndexListExpr:
		if c, ok := f.staticCallee(instanceIdent(x.X), sig); ok {
			return c
		}
	}
	// A function value.
	t := f.typeOf(fun)
	return callee{fun: f.dynamic(t, sig).callee(), recv: []ir.Expr{f.expr(fun)}, sig: sig}
}

// dynamic is the operation that calls a function value of type t.
func (f *unit) dynamic(t types.Type, sig *types.Signature) operation {
	in, out := tupleTypes(sig)
	return f.p.typed(ir.OpCall, append(one(t), in...), out)
}

// tupleTypes are a signature's parameters and results.
func tupleTypes(sig *types.Signature) (in, out []types.Type) {
	for v := range sig.Params().Variables() {
		in = append(in, v.Type())
	}
	for v := range sig.Results().Variables() {
		out = append(out, v.Type())
	}
	return in, out
}

// signature is the signature of what a call calls, which may be of a named type or, in
// an instance, have been a type parameter.
func (f *unit) signature(t types.Type) *types.Signature {
	sig, ok := t.Underlying().(*types.Signature)
	if !ok {
		f.p.fail(0, "call of %s", t)
	}
	return f.typ(sig).(*types.Signature)
}

// staticCallee is a declared function, instantiated if need be.
func (f *unit) staticCallee(id *ast.Ident, sig *types.Signature) (callee, bool) {
	o, ok := f.src.Info.Uses[id].(*types.Func)
	if !ok {
		return callee{}, false
	}
	fun, host := f.declared(o, f.targs(id))
	return callee{fun: fun, sig: sig, host: host}, true
}

// declared is a declared function; host says whether it is compiled.
func (f *unit) declared(o *types.Func, targs []types.Type) (fun ir.Expr, host bool) {
	o = o.Origin()
	if src := f.p.sources[o.Pkg()]; src != nil {
		if fd := src.decls[o]; fd != nil && fd.Body == nil && src.twin {
			return f.p.hostSymbol(src.Path, o.Name()), true
		}
		return &ir.FuncName{Name: f.p.function(src, o, targs)}, false
	}
	path := o.Pkg().Path()
	if len(targs) == 0 {
		return f.p.hostSymbol(path, o.Name()), true
	}
	if v, ok := f.p.instance(path, o, targs); ok {
		key := path + "." + o.Name()
		for _, t := range targs {
			key += "," + f.p.types.Text(t)
		}
		sym, ok := f.p.hosts[key]
		if !ok {
			sym = fmt.Sprintf("G%d_%s", len(f.p.hosts)+1, o.Name())
			f.p.hosts[key] = sym
			f.p.res.Exports["s/s"][sym] = v
			f.p.res.Hosts[sym] = HostFunc{Path: path, Name: o.Name()}
		}
		return &ir.Symbol{Name: sym}, true
	}
	tw := f.p.twin(path)
	if tw == nil {
		f.p.fail(0, "generic function %s.%s is not available here", path, o.Name())
	}
	to, ok := tw.Pkg.Scope().Lookup(o.Name()).(*types.Func)
	if !ok {
		f.p.fail(0, "generic function %s.%s is not available here", path, o.Name())
	}
	return &ir.FuncName{Name: f.p.function(tw, to, targs)}, false
}

// args are the lowered arguments of a call.
func (f *unit) args(e *ast.CallExpr, sig *types.Signature, host bool) []ir.Expr {
	n := sig.Params().Len()
	if len(e.Args) == 1 {
		if tup, ok := f.typeOf(e.Args[0]).(*types.Tuple); ok && tup.Len() != 1 {
			return f.spread(e.Args[0], tup, sig, host)
		}
	}
	fixed := n
	if sig.Variadic() && !e.Ellipsis.IsValid() {
		fixed--
	}
	var args []ir.Expr
	for i := range fixed {
		args = append(args, f.convTo(e.Args[i], sig.Params().At(i).Type()))
	}
	if fixed == n {
		return args
	}
	last := f.typ(sig.Params().At(n - 1).Type())
	elem := f.typ(variadicElem(last))
	var rest []ir.Expr
	var elems []types.Type
	for _, a := range e.Args[fixed:] {
		rest = append(rest, f.convTo(a, elem))
		elems = append(elems, elem)
	}
	return append(args, f.variadic(rest, elems, last, host)...)
}

// variadicElem is the type of each variadic argument.
func variadicElem(t types.Type) types.Type {
	if s, ok := t.Underlying().(*types.Slice); ok {
		return s.Elem()
	}
	return types.Typ[types.Byte] // append([]byte, string...)
}

// variadic packs the last arguments of a call.
func (f *unit) variadic(rest []ir.Expr, elems []types.Type, last types.Type, host bool) []ir.Expr {
	switch {
	case host:
		return rest
	case len(rest) == 0:
		return []ir.Expr{f.p.zero(last)}
	case len(rest) > maxOpArgs:
		return []ir.Expr{f.seq(func() ir.Expr {
			n := f.hold(f.makeSlice(last, len(rest)), last)
			for i, r := range rest {
				f.set(f.element(n, number(i), elems[i]), r)
			}
			return n
		})}
	}
	return []ir.Expr{f.p.typedAs(ir.OpLitSlice, "", elems, one(last), nil).call(rest...)}
}

// spread passes the results of one call as the arguments of another.
func (f *unit) spread(e ast.Expr, tup *types.Tuple, sig *types.Signature, host bool) []ir.Expr {
	var vals []ir.Expr
	for i := range tup.Len() {
		vals = append(vals, f.temp(tup.At(i).Type()))
	}
	// The call comes before the first value; the others are there by then.
	set := &ir.Assign{Place: f.here(), Lhs: slices.Clone(vals), Rhs: []ir.Expr{f.expr(e)}}
	vals[0] = &ir.Seq{Value: *vals[0].Info(), Body: []ir.Stmt{set}, X: vals[0]}
	n := sig.Params().Len()
	var args, rest []ir.Expr
	var elems []types.Type
	for i, v := range vals {
		have := tup.At(i).Type()
		if sig.Variadic() && i >= n-1 {
			elem := variadicElem(sig.Params().At(n - 1).Type())
			rest = append(rest, f.convert(v, have, elem))
			elems = append(elems, elem)
		} else {
			args = append(args, f.convert(v, have, sig.Params().At(i).Type()))
		}
	}
	if sig.Variadic() {
		args = append(args, f.variadic(rest, elems, f.typ(sig.Params().At(n-1).Type()), host)...)
	}
	return args
}
