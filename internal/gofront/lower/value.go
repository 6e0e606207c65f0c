package lower

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"playground/internal/gofront/ir"
)

// literal is a function literal's value.
func (f *unit) literal(e *ast.FuncLit) string {
	name, captured := f.lift(e)
	return f.closure(name, captured, f.captureTypes(e), f.typeOf(e))
}

// closure binds the first arguments of a lowered function.
func (f *unit) closure(name string, captured []string, in []types.Type, t types.Type) string {
	slot := f.p.slot(name)
	op := f.p.typedAs(ir.OpClosure, name, in, one(t), func(o *ir.Op) { o.Slot = slot })
	return op + "(" + strings.Join(captured, ", ") + ")"
}

func (p *program) slot(name string) *ir.Slot {
	s := p.slots[name]
	if s == nil {
		s = &ir.Slot{Name: name}
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
	return f.closure(text, nil, nil, f.typeOf(id))
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
		c.recv[0] = mark(f.pos, f.p.typed(ir.OpNonNil, one(t), one(t))+"("+c.recv[0]+")")
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
// the receiver first. targs are the method's own type arguments.
func (f *unit) methodFunc(sel *types.Selection, sig *types.Signature, targs []types.Type) callee {
	recv := f.typ(sel.Recv())
	m, index := f.resolve(sel, recv)
	if isInterface(recv) && len(index) == 1 {
		ms := f.withoutFirst(sig)
		return callee{text: f.ifaceMethod(recv, m, ms), sig: sig}
	}
	key := "expr:" + f.p.types.text(recv) + "." + m.Name()
	for _, t := range targs {
		key += "," + f.p.types.text(t)
	}
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
		c := g.methodOn("r_0", recv, index, m, ms, targs)
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
	c := f.methodFunc(sel, sig, f.targs(e.Sel))
	if strings.HasPrefix(c.text, "x.") {
		recv := f.typ(sel.Recv())
		c.text = f.thunk(c, f.withoutFirst(sig), recv)
	}
	return f.closure(c.text, nil, nil, sig)
}
