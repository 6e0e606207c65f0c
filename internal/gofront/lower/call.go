package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strings"
)

// call is the text of a call of any kind.
func (f *unit) call(e *ast.CallExpr) string {
	fun := ast.Unparen(e.Fun)
	tv := f.src.Info.Types[fun]
	switch {
	case tv.IsType():
		return f.conversion(e)
	case tv.IsBuiltin():
		return f.builtin(e, fun)
	}
	c := f.callee(fun)
	var args []string
	pre := f.aside(func() { args = f.args(e, c.sig, c.host) })
	if pre != "" {
		for i, r := range c.recv {
			if !plain(r) {
				c.recv[i] = f.hold(r, f.recvTypeOf(fun, c, i))
			}
		}
		f.b.WriteString(pre)
	}
	args = append(c.recv, args...)
	return mark(e.Pos(), c.text+"("+strings.Join(args, ", ")+")")
}

// callee is what a call calls: a lowered function, a host function or an
// operation, and the arguments that come before the written ones.
type callee struct {
	text string
	recv []string
	sig  *types.Signature // as the caller sees it
	host bool             // variadic arguments are passed one by one
	// recvType is the type of the receiver where it is not the method's own.
	recvType types.Type
}

func (f *unit) callee(fun ast.Expr) callee {
	sig := f.signature(f.typeOf(fun))
	switch x := fun.(type) {
	case *ast.FuncLit:
		name, captured := f.lift(x)
		return callee{text: name, recv: captured, sig: sig}
	case *ast.SelectorExpr:
		if sel := f.src.Info.Selections[x]; sel != nil {
			switch sel.Kind() {
			case types.MethodVal:
				return f.method(x, sel, sig)
			case types.MethodExpr:
				return f.methodFunc(sel, sig)
			}
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
	return callee{text: f.dynamic(t, sig), recv: []string{f.expr(fun)}, sig: sig}
}

// dynamic is the operation that calls a function value of type t.
func (f *unit) dynamic(t types.Type, sig *types.Signature) string {
	in, out := tupleTypes(sig)
	return f.p.typed(OpCall, append(one(t), in...), out)
}

func tupleTypes(sig *types.Signature) (in, out []types.Type) {
	for v := range sig.Params().Variables() {
		in = append(in, v.Type())
	}
	for v := range sig.Results().Variables() {
		out = append(out, v.Type())
	}
	return in, out
}

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
	text, host := f.funcText(o, f.targs(id))
	return callee{text: text, sig: sig, host: host}, true
}

func (f *unit) targs(id *ast.Ident) []types.Type {
	in, ok := f.src.Info.Instances[id]
	if !ok {
		return nil
	}
	var list []types.Type
	for t := range in.TypeArgs.Types() {
		list = append(list, f.typ(t))
	}
	return list
}

// funcText names a declared function; host says whether it is compiled.
func (f *unit) funcText(o *types.Func, targs []types.Type) (text string, host bool) {
	o = o.Origin()
	if src := f.p.sources[o.Pkg()]; src != nil {
		if fd := src.decls[o]; fd != nil && fd.Body == nil && src.Source != f.p.main {
			return f.p.hostSymbol(src.Path, o.Name()), true
		}
		return f.p.function(src, o, targs), false
	}
	path := o.Pkg().Path()
	if len(targs) == 0 {
		return f.p.hostSymbol(path, o.Name()), true
	}
	if v, ok := f.p.instance(path, o, targs); ok {
		key := path + "." + o.Name()
		for _, t := range targs {
			key += "," + f.p.types.text(t)
		}
		sym, ok := f.p.hosts[key]
		if !ok {
			sym = fmt.Sprintf("G%d_%s", len(f.p.hosts)+1, o.Name())
			f.p.hosts[key] = sym
			f.p.res.Exports["s/s"][sym] = v
		}
		return "s." + sym, true
	}
	tw := f.p.twin(path)
	if tw == nil {
		f.p.fail(0, "generic function %s.%s is not available here", path, o.Name())
	}
	to, ok := tw.Pkg.Scope().Lookup(o.Name()).(*types.Func)
	if !ok {
		f.p.fail(0, "generic function %s.%s is not available here", path, o.Name())
	}
	return f.p.function(tw, to, targs), false
}

// args are the lowered arguments of a call.
func (f *unit) args(e *ast.CallExpr, sig *types.Signature, host bool) []string {
	n := sig.Params().Len()
	if len(e.Args) == 1 {
		if tup, ok := f.typeOf(e.Args[0]).(*types.Tuple); ok && tup.Len() != 1 {
			return f.spread(e.Args[0], tup, sig, host)
		}
	}
	var args []string
	fixed := n
	if sig.Variadic() && !e.Ellipsis.IsValid() {
		fixed--
	}
	var list []operand
	for i := range fixed {
		t := f.typ(sig.Params().At(i).Type())
		list = append(list, operand{t, func() string { return f.convTo(e.Args[i], t) }})
	}
	if fixed == n {
		args = f.sequence(list)
		if host && sig.Variadic() {
			args[n-1] += "..."
		}
		return args
	}
	last := f.typ(sig.Params().At(n - 1).Type())
	elem := f.typ(variadicElem(last))
	var elems []types.Type
	for _, a := range e.Args[fixed:] {
		list = append(list, operand{elem, func() string { return f.convTo(a, elem) }})
		elems = append(elems, elem)
	}
	args = f.sequence(list)
	return append(args[:fixed:fixed], f.variadic(args[fixed:], elems, last, host)...)
}

func variadicElem(t types.Type) types.Type {
	if s, ok := t.Underlying().(*types.Slice); ok {
		return s.Elem()
	}
	return types.Typ[types.Byte] // append([]byte, string...)
}

// variadic packs the last arguments of a call.
func (f *unit) variadic(rest []string, elems []types.Type, last types.Type, host bool) []string {
	switch {
	case host:
		return rest
	case len(rest) == 0:
		return []string{f.p.zero(last)}
	case len(rest) > maxOpArgs:
		n := f.hold(fmt.Sprintf("%s(%d, %d)", f.p.typed(OpMake, []types.Type{intType, intType}, one(last)), len(rest), len(rest)), last)
		for i, r := range rest {
			f.line("%s[%d] = %s", n, i, r)
		}
		return []string{n}
	}
	return []string{f.p.typedAs(OpLitSlice, "", elems, one(last), nil) + "(" + strings.Join(rest, ", ") + ")"}
}

// spread passes the results of one call as the arguments of another.
func (f *unit) spread(e ast.Expr, tup *types.Tuple, sig *types.Signature, host bool) []string {
	var vals []string
	for i := range tup.Len() {
		vals = append(vals, f.temp(tup.At(i).Type()))
	}
	f.line("%s = %s", strings.Join(vals, ", "), f.expr(e))
	n := sig.Params().Len()
	var args, rest []string
	var elems []types.Type
	for i, v := range vals {
		have := tup.At(i).Type()
		if sig.Variadic() && i >= n-1 {
			elem := variadicElem(sig.Params().At(n - 1).Type())
			rest = append(rest, f.convText(v, have, elem))
			elems = append(elems, elem)
		} else {
			args = append(args, f.convText(v, have, sig.Params().At(i).Type()))
		}
	}
	if sig.Variadic() {
		args = append(args, f.variadic(rest, elems, f.typ(sig.Params().At(n-1).Type()), host)...)
	}
	return args
}

// --- methods ---

// method is the callee of x.m, with the receiver evaluated.
func (f *unit) method(e *ast.SelectorExpr, sel *types.Selection, sig *types.Signature) callee {
	recv := f.typeOf(e.X)
	m, index := f.resolve(sel, recv)
	addressable := f.addressable(e.X)
	if f.needsBox(recv, index, m) {
		// The receiver's address is taken along the way.
		return f.methodOn(f.expr(e.X), recv, index, m, sig, addressable)
	}
	return f.methodOn(f.expr(e.X), recv, index, m, sig, addressable)
}

func (f *unit) needsBox(types.Type, []int, *types.Func) bool { return false }

func (f *unit) addressable(e ast.Expr) bool {
	tv := f.src.Info.Types[e]
	return tv.Addressable()
}

// resolve finds the method that sel means for this instance's receiver.
func (f *unit) resolve(sel *types.Selection, recv types.Type) (*types.Func, []int) {
	m := sel.Obj().(*types.Func)
	obj, index, _ := types.LookupFieldOrMethod(recv, true, m.Pkg(), m.Name())
	if mm, ok := obj.(*types.Func); ok {
		return mm, index
	}
	if tw := f.p.sources[m.Pkg()]; tw == nil {
		// A method of a twin's type, whose package is another.
		if n := namedOf(recv); n != nil {
			obj, index, _ = types.LookupFieldOrMethod(recv, true, n.Obj().Pkg(), m.Name())
			if mm, ok := obj.(*types.Func); ok {
				return mm, index
			}
		}
	}
	return m, sel.Index()
}

func namedOf(t types.Type) *types.Named {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, _ := t.(*types.Named)
	return n
}

// methodOn is the callee for method m, found along index from x.
func (f *unit) methodOn(x string, t types.Type, index []int, m *types.Func, sig *types.Signature, addressable bool) callee {
	for k := range index[:len(index)-1] {
		if n := namedOf(t); n != nil && f.p.sources[n.Obj().Pkg()] == nil && !isInterface(n) {
			return f.promotedHost(x, t, n, m, sig)
		}
		x, t = f.path(x, t, index[k:k+1])
	}
	base, isPtr := t, false
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		base, isPtr = f.typ(p.Elem()), true
	}
	if isInterface(base) {
		if isPtr {
			x = "(*" + x + ")"
		}
		return callee{text: f.ifaceMethod(base, m, sig), recv: []string{x}, sig: sig}
	}
	n, ok := types.Unalias(base).(*types.Named)
	if !ok {
		f.p.fail(0, "method %s of %s", m.Name(), base)
	}
	src := f.p.sources[n.Obj().Pkg()]
	if src == nil {
		return f.hostMethodOn(x, n, isPtr, m, sig)
	}
	o := m.Origin()
	_, wantPtr := types.Unalias(o.Signature().Recv().Type()).(*types.Pointer)
	switch {
	case wantPtr && !isPtr:
		x = addressText(x)
	case !wantPtr && isPtr:
		x = "(*" + x + ")"
	}
	var targs []types.Type
	for a := range n.TypeArgs().Types() {
		targs = append(targs, a)
	}
	return callee{text: f.p.function(src, o, targs), recv: []string{x}, sig: sig}
}

func addressText(x string) string {
	if s := bare(x); strings.HasPrefix(s, "(*") && strings.HasSuffix(s, ")") && isName(s[2:len(s)-1]) {
		return s[2 : len(s)-1]
	}
	return "&" + x
}

// promotedHost calls a method that a host type promotes.
func (f *unit) promotedHost(x string, t types.Type, n *types.Named, m *types.Func, sig *types.Signature) callee {
	_, isPtr := types.Unalias(t).(*types.Pointer)
	var recv types.Type = n
	if _, ok := f.p.types.rtype(n).MethodByName(m.Name()); ok {
		if isPtr {
			x = "(*" + x + ")"
		}
	} else {
		recv = types.NewPointer(n)
		if !isPtr {
			x = addressText(x)
		}
	}
	return callee{text: f.p.hostMethod(recv, m.Name()), recv: []string{x}, sig: sig, host: true, recvType: recv}
}

// hostMethodOn calls a compiled method through its function.
func (f *unit) hostMethodOn(x string, n *types.Named, isPtr bool, m *types.Func, sig *types.Signature) callee {
	r := types.Unalias(m.Signature().Recv().Type())
	_, wantPtr := r.(*types.Pointer)
	var recv types.Type = n
	switch {
	case wantPtr && !isPtr:
		x, recv = addressText(x), types.NewPointer(n)
	case wantPtr:
		recv = types.NewPointer(n)
	case isPtr:
		x = "(*" + x + ")"
	}
	return callee{text: f.p.hostMethod(recv, m.Name()), recv: []string{x}, sig: sig, host: true}
}

// ifaceMethod is the operation that calls a method of an interface's value.
func (f *unit) ifaceMethod(iface types.Type, m *types.Func, sig *types.Signature) string {
	in, out := tupleTypes(sig)
	name := methodName(m)
	return f.p.typedAs(OpMethod, name, append(one(iface), in...), out, func(o *Op) { o.Method = name })
}

// methodBody emits the function behind a method of a forged type.
func (p *program) methodBody(name string, t types.Type, sel *types.Selection, ptr bool, sig *types.Signature) {
	f := p.unit(p.sources[p.main.Pkg], nil)
	f.esc = &escapes{boxed: map[*types.Var]bool{}}
	f.sig = sig
	m := sel.Obj().(*types.Func)
	f.pos = m.Pos()
	recv := t
	if ptr {
		recv = types.NewPointer(t)
	}
	params := []string{"r_0 " + p.types.text(recv)}
	var args []string
	for i := range sig.Params().Len() {
		params = append(params, fmt.Sprintf("a%d_p %s", i, f.text(sig.Params().At(i).Type())))
		args = append(args, fmt.Sprintf("a%d_p", i))
	}
	c := f.methodOn(f.boxReceiver(recv, sel.Index(), m), recv, sel.Index(), m, sig, true)
	if c.host && sig.Variadic() {
		args[len(args)-1] += "..."
	}
	text := c.text + "(" + strings.Join(append(c.recv, args...), ", ") + ")"
	f.returnCall(text, sig)
	f.finish(name, "("+strings.Join(params, ", ")+")", f.resultTypes(), true)
}

// boxReceiver is the receiver of a method body, boxed when a promoted method
// needs the address of a part of it.
func (f *unit) boxReceiver(recv types.Type, index []int, m *types.Func) string {
	if _, ok := types.Unalias(recv).(*types.Pointer); ok || len(index) == 1 {
		return "r_0"
	}
	return "r_0"
}

// returnCall returns the results of a call.
func (f *unit) returnCall(text string, sig *types.Signature) {
	n := sig.Results().Len()
	if n == 0 {
		f.line("%s", text)
		return
	}
	var ts []string
	for v := range sig.Results().Variables() {
		ts = append(ts, f.temp(v.Type()))
	}
	f.line("%s = %s", strings.Join(ts, ", "), text)
	f.line("return %s", strings.Join(ts, ", "))
}

// --- function values ---

// literal is a function literal's value.
func (f *unit) literal(e *ast.FuncLit) string {
	name, captured := f.lift(e)
	return f.closure(name, captured, f.captureTypes(e), f.typeOf(e))
}

// closure binds the first arguments of a lowered function.
func (f *unit) closure(name string, captured []string, in []types.Type, t types.Type) string {
	slot := f.p.slot(name)
	op := f.p.typedAs(OpClosure, name, in, one(t), func(o *Op) { o.Slot = slot })
	return op + "(" + strings.Join(captured, ", ") + ")"
}

func (p *program) slot(name string) *Slot {
	s := p.slots[name]
	if s == nil {
		s = &Slot{Name: name}
		p.slots[name] = s
		p.res.Slots = append(p.res.Slots, s)
	}
	return s
}

func (f *unit) captureTypes(n ast.Node) []types.Type {
	var list []types.Type
	for _, v := range f.esc.captures[n] {
		t := f.typ(v.Type())
		if f.esc.boxed[v] {
			t = types.NewPointer(t)
		}
		list = append(list, t)
	}
	return list
}

func (f *unit) captureTexts(n ast.Node) []string {
	var list []string
	for _, v := range f.esc.captures[n] {
		list = append(list, f.slot(v))
	}
	return list
}

// lift emits a literal as a function of its own.
func (f *unit) lift(e *ast.FuncLit) (name string, captured []string) {
	*f.nlit++
	name = fmt.Sprintf("l%d_func", f.p.tmp())
	g := f.child(e)
	g.reader = fmt.Sprintf("%s.func%d", f.reader, *f.nlit)
	g.nlit = new(int)
	pos := f.p.pos
	g.at(e.Pos())
	g.function(name, f.esc.captures[e], nil, f.src.Info.TypeOf(e).(*types.Signature), e.Body)
	f.p.pos = pos
	return name, f.captureTexts(e)
}

// child is a unit for a body inside f's.
func (f *unit) child(node ast.Node) *unit {
	return &unit{
		p: f.p, src: f.src, sc: f.sc, esc: f.esc, node: node, inst: f.inst, reader: f.reader, nlit: f.nlit,
		b: &strings.Builder{}, labels: map[string]string{},
	}
}

// funcValue is a declared function as a value.
func (f *unit) funcValue(id *ast.Ident) string {
	o, ok := f.src.Info.Uses[id].(*types.Func)
	if !ok {
		f.p.fail(id.Pos(), "%s is not a function", id.Name)
	}
	text, host := f.funcText(o, f.targs(id))
	if host {
		return text
	}
	t := f.src.Info.TypeOf(id)
	if in, ok := f.src.Info.Instances[id]; ok {
		t = in.Type
	}
	return f.closure(text, nil, nil, f.typ(t))
}

// methodValue binds a receiver now.
func (f *unit) methodValue(e *ast.SelectorExpr, sel *types.Selection) string {
	sig := f.signature(f.typeOf(e))
	c := f.method(e, sel, sig)
	if !c.host && !strings.HasPrefix(c.text, "x.") {
		// The receiver is the first parameter.
		m, _ := f.resolve(sel, f.typeOf(e.X))
		return f.closure(c.text, c.recv, one(f.receiverType(m, e, sel)), sig)
	}
	f.nonNil(&c, f.boundType(e, sel))
	bound := c.recvType
	if bound == nil {
		bound = f.boundType(e, sel)
	}
	name := f.thunk(c, sig, bound)
	return f.closure(name, c.recv, one(bound), sig)
}

// nonNil makes a bound method of a nil interface panic now, not when called.
func (f *unit) nonNil(c *callee, t types.Type) {
	if len(c.recv) == 1 && isInterface(t) && strings.HasPrefix(c.text, "x.Method") {
		c.recv[0] = mark(f.pos, f.p.typed(OpNonNil, one(t), one(t))+"("+c.recv[0]+")")
	}
}

// receiverType is the type of a source method's receiver for this call.
func (f *unit) receiverType(m *types.Func, e *ast.SelectorExpr, sel *types.Selection) types.Type {
	_, t := f.path("", f.typeOf(e.X), f.indexOf(sel, e)[:len(f.indexOf(sel, e))-1])
	base := t
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		base = f.typ(p.Elem())
	}
	if _, ok := types.Unalias(m.Origin().Signature().Recv().Type()).(*types.Pointer); ok {
		return types.NewPointer(base)
	}
	return base
}

func (f *unit) indexOf(sel *types.Selection, e *ast.SelectorExpr) []int {
	_, index := f.resolve(sel, f.typeOf(e.X))
	return index
}

// boundType is the type of what a bound host or interface method starts from.
func (f *unit) boundType(e *ast.SelectorExpr, sel *types.Selection) types.Type {
	m, index := f.resolve(sel, f.typeOf(e.X))
	_, t := f.path("", f.typeOf(e.X), index[:len(index)-1])
	base := t
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		base = f.typ(p.Elem())
	}
	if isInterface(base) {
		return base
	}
	if r := m.Signature().Recv(); r != nil {
		if _, ok := types.Unalias(r.Type()).(*types.Pointer); ok {
			return types.NewPointer(base)
		}
	}
	return base
}

// thunk emits a function that calls c with its first parameter as receiver.
func (f *unit) thunk(c callee, sig *types.Signature, recv types.Type) string {
	key := "thunk:" + c.text + ":" + f.p.types.text(recv) + ":" + f.p.types.text(sig)
	if name, ok := f.p.funcs[key]; ok {
		return name
	}
	name := fmt.Sprintf("b%d_bound", len(f.p.funcs))
	f.p.funcs[key] = name
	g := f.child(nil)
	g.sig = sig
	params := []string{"r_0 " + f.p.types.text(recv)}
	args := []string{"r_0"}
	for i := range sig.Params().Len() {
		params = append(params, fmt.Sprintf("a%d_p %s", i, f.text(sig.Params().At(i).Type())))
		args = append(args, fmt.Sprintf("a%d_p", i))
	}
	if c.host && sig.Variadic() {
		args[len(args)-1] += "..."
	}
	g.returnCall(c.text+"("+strings.Join(args, ", ")+")", sig)
	g.finish(name, "("+strings.Join(params, ", ")+")", g.resultTypes(), true)
	return name
}

// methodFunc is the callee of a method expression T.m: a function that takes
// the receiver first.
func (f *unit) methodFunc(sel *types.Selection, sig *types.Signature) callee {
	recv := f.typ(sel.Recv())
	m, index := f.resolve(sel, recv)
	if isInterface(recv) && len(index) == 1 {
		ms := f.withoutFirst(sig)
		return callee{text: f.ifaceMethod(recv, m, ms), sig: sig}
	}
	key := "expr:" + f.p.types.text(recv) + "." + m.Name()
	name, ok := f.p.funcs[key]
	if !ok {
		name = fmt.Sprintf("e%d_%s", len(f.p.funcs), m.Name())
		f.p.funcs[key] = name
		g := f.child(nil)
		ms := f.withoutFirst(sig)
		g.sig = ms
		params := []string{"r_0 " + f.p.types.text(recv)}
		var args []string
		for i := range ms.Params().Len() {
			params = append(params, fmt.Sprintf("a%d_p %s", i, f.text(ms.Params().At(i).Type())))
			args = append(args, fmt.Sprintf("a%d_p", i))
		}
		c := g.methodOn("r_0", recv, index, m, ms, true)
		if c.host && ms.Variadic() {
			args[len(args)-1] += "..."
		}
		g.returnCall(c.text+"("+strings.Join(append(c.recv, args...), ", ")+")", ms)
		g.finish(name, "("+strings.Join(params, ", ")+")", g.resultTypes(), true)
	}
	return callee{text: name, sig: sig}
}

func (f *unit) withoutFirst(sig *types.Signature) *types.Signature {
	var vars []*types.Var
	for i := 1; i < sig.Params().Len(); i++ {
		vars = append(vars, sig.Params().At(i))
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(vars...), sig.Results(), sig.Variadic())
}

func (f *unit) methodExpr(e *ast.SelectorExpr, sel *types.Selection) string {
	sig := f.signature(f.typeOf(e))
	c := f.methodFunc(sel, sig)
	if strings.HasPrefix(c.text, "x.") {
		recv := f.typ(sel.Recv())
		c.text = f.thunk(c, f.withoutFirst(sig), recv)
	}
	return f.closure(c.text, nil, nil, sig)
}

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
	switch x := fun.(type) {
	case *ast.FuncLit:
		return f.captureTypes(x)[i]
	case *ast.SelectorExpr:
		if sel := f.src.Info.Selections[x]; sel != nil && sel.Kind() == types.MethodVal {
			if !c.host && !strings.HasPrefix(c.text, "x.") {
				m, _ := f.resolve(sel, f.typeOf(x.X))
				return f.receiverType(m, x, sel)
			}
			return f.boundType(x, sel)
		}
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
		return f.suspended(f.p.typed(OpRecover, nil, one(anyType)), nil, nil, types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewVar(token.NoPos, nil, "", anyType)), false), false)
	case "panic":
		return f.suspended(f.p.typed(OpPanic, in, nil), args, in, funcType, false)
	case "print", "println":
		kind := map[string]OpKind{"print": OpPrint, "println": OpPrintln}[name]
		return f.suspended(f.p.typed(kind, one(types.NewSlice(anyType)), nil), args, in, funcType, false)
	case "close":
		return f.suspended(f.p.typed(OpClose, in, nil), args, in, funcType, false)
	case "clear":
		return f.suspended(f.p.typed(OpClear, in, nil), args, in, funcType, false)
	case "delete":
		return f.suspended("delete", args, in, funcType, false)
	case "copy":
		return f.suspended("copy", args, in, types.NewSignatureType(nil, nil, nil, nil, types.NewTuple(types.NewVar(token.NoPos, nil, "", intType)), false), false)
	}
	f.p.fail(e.Pos(), "%s in go or defer is not supported", name)
	return ""
}

// instance is compiled code for a generic function, if the host has it.
func (p *program) instance(path string, o *types.Func, targs []types.Type) (reflect.Value, bool) {
	sig, err := types.Instantiate(p.ctx, o.Signature(), targs, false)
	if err != nil {
		return reflect.Value{}, false
	}
	var rts []reflect.Type
	for _, t := range targs {
		rts = append(rts, p.types.rtype(t))
	}
	typ := p.types.rtype(p.types.plain.typ(sig))
	return p.host.Instance(path, o.Name(), typ, rts...)
}
