package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"playground/internal/gofront/ir"
	"playground/internal/gofront/lower/escape"
	"playground/internal/gofront/lower/order"
	"playground/internal/gofront/lower/typetable"
)

// debugPanics lets panics of this package through, with their traces, for whoever
// looks for one. It must be off: a program that cannot be lowered is refused.
const debugPanics = false

// unit is the emission of one lowered function.
type unit struct {
	p      *program
	src    *source
	sc     *typetable.Scope
	esc    *escape.Info
	node   ast.Node  // the declaration, literal or range body being lowered
	inst   string    // key of the instance, for names
	reader string    // name in traces
	start  token.Pos // where it begins
	takes  bool      // it has parameters or a receiver, says a trace

	body   []ir.Stmt // what was emitted so far
	locals []*ir.Var
	slots  map[string]bool // the local variables among locals
	pos    token.Pos       // where the next statement comes from

	sig     *types.Signature
	results []*ir.Var // the results' boxes or variables, or nil
	boxed   bool      // results are boxes: the function has a defer
	named   bool

	ctl    []*target
	loops  int        // depth, for variables that must be zeroed again
	loop   *rangeBody // set while in a range-over-func body
	labels map[string]string
	defers *ir.Var // the defer stack of an enclosing function
}

// unit begins a function; the scope binds the type parameters around it.
func (p *program) unit(src *source, sc *typetable.Scope) *unit {
	return &unit{p: p, src: src, sc: sc, slots: map[string]bool{}, labels: map[string]string{}}
}

// analyse finds the escapes under root, once for each declaration.
func (f *unit) analyse(root, node ast.Node) {
	esc := f.src.escape[root]
	if esc == nil {
		esc = escape.Find(f.src.Info, root, f.src.oneVariable)
		f.src.escape[root] = esc
	}
	f.esc, f.node = esc, node
}

// declare emits a function declaration.
func (f *unit) declare(name string, recv *types.Var, sig *types.Signature, body *ast.BlockStmt, root ast.Node) {
	if f.src.escape[root] == nil {
		f.src.nameLiterals(body, &literals{name: f.reader})
	}
	f.analyse(root, root)
	f.start = root.Pos()
	f.function(name, nil, recv, sig, body)
}

// function emits a function whose first parameters are captured variables.
func (f *unit) function(name string, captures []*types.Var, recv *types.Var, sig *types.Signature, body *ast.BlockStmt) {
	f.sig = sig
	f.takes = recv != nil || sig.Params().Len() > 0
	params := f.params(captures, recv, sig)
	f.openResults()
	f.block(body.List)
	if f.esc.Defers[f.node] { // deferred calls are made from the end
		f.at(body.Rbrace)
		f.returns()
	}
	if f.boxed {
		f.split(name, params)
		return
	}
	if f.named {
		f.pos = body.Rbrace
		f.ret(&ast.ReturnStmt{})
	}
	f.finish(name, params, f.resultTypes(), false)
}

// params returns the lowered parameters.
func (f *unit) params(captures []*types.Var, recv *types.Var, sig *types.Signature) []*ir.Var {
	var params []*ir.Var
	for _, v := range captures {
		params = append(params, f.param(f.slot(v).Name, f.slot(v).Type))
	}
	add := func(v *types.Var) {
		t := f.typ(v.Type())
		p := f.param(fmt.Sprintf("a%d_p", len(params)), t)
		switch {
		case v.Name() == "" || v.Name() == "_": // nobody can mention it
		case f.esc.Boxed[v]:
			f.set(f.declareSlot(v), f.p.boxOf(p, t))
		default:
			p.Name = f.slot(v).Name
		}
		params = append(params, p)
	}
	if recv != nil {
		add(recv)
	}
	for v := range sig.Params().Variables() {
		add(v)
	}
	return params
}

// param is a parameter of the lowered function.
func (f *unit) param(name string, t types.Type) *ir.Var {
	f.p.types.Text(t) // the program needs the type from here on
	return &ir.Var{Value: ir.Value{Type: t}, Name: name}
}

// passed are parameters as the arguments of another call.
func passed(params []*ir.Var) []ir.Expr {
	var list []ir.Expr
	for _, p := range params {
		list = append(list, p)
	}
	return list
}

// resultTypes are the types of what the lowered function returns.
func (f *unit) resultTypes() []types.Type {
	var list []types.Type
	for v := range f.sig.Results().Variables() {
		t := f.typ(v.Type())
		f.p.types.Text(t) // the program needs the type from here on
		list = append(list, t)
	}
	return list
}

// openResults declares what return statements assign to. A function with a
// defer keeps its results in boxes, because deferred functions may run after
// them and change them.
func (f *unit) openResults() {
	res := f.sig.Results()
	f.named = res.Len() > 0 && res.At(0).Name() != ""
	f.boxed = (f.esc.Defers[f.node] || f.rangesOverFunc()) && res.Len() > 0
	if !f.named && !f.boxed {
		return
	}
	for i := range res.Len() {
		f.results = append(f.results, f.openResult(i, res.At(i)))
	}
}

// openResult declares the variable or the box of result i. A box that the function
// around makes (split) is declared there.
func (f *unit) openResult(i int, v *types.Var) *ir.Var {
	t := f.typ(v.Type())
	isVar := v.Name() != "" && v.Name() != "_"
	name := fmt.Sprintf("r%d_res", i)
	switch {
	case f.boxed && isVar:
		f.esc.Boxed[v] = true
		return f.slot(v)
	case f.boxed:
		return &ir.Var{Value: ir.Value{Type: types.NewPointer(t)}, Name: name}
	case isVar && f.esc.Boxed[v]:
		r := f.declareSlot(v)
		f.set(r, f.p.newBox(t))
		return r
	case isVar:
		return f.declareSlot(v)
	}
	return f.local(name, t)
}

// result is the place of result i.
func (f *unit) result(i int) ir.Expr {
	v := f.sig.Results().At(i)
	if f.boxed || v.Name() != "" && v.Name() != "_" && f.esc.Boxed[v] {
		return unbox(f.results[i])
	}
	return f.results[i]
}

// unbox is the variable in a box.
func unbox(box *ir.Var) ir.Expr {
	return &ir.Deref{Value: ir.Value{Type: box.Type.(*types.Pointer).Elem()}, X: box, Box: true}
}

// rangesOverFunc says whether a return statement may stand in a
// range-over-func body of this function.
func (f *unit) rangesOverFunc() bool {
	found := false
	ast.Inspect(f.node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return n == f.node
		case *ast.RangeStmt:
			found = found || escape.IsFunc(f.src.Info.TypeOf(n.X))
		}
		return !found
	})
	return found
}

// split ends a function with a defer and results: what was emitted becomes a
// function of its own that takes the results' boxes, so that its deferred
// calls have run when the results are read.
func (f *unit) split(name string, params []*ir.Var) {
	outer := &ir.Func{Name: name, Params: params}
	inner := slices.Clone(params)
	var outs []ir.Expr
	for i := range f.results {
		t := f.typ(f.sig.Results().At(i).Type())
		r := f.param(f.results[i].Name, types.NewPointer(t))
		outer.Locals = append(outer.Locals, r)
		outer.Body = append(outer.Body, &ir.Assign{Lhs: []ir.Expr{r}, Rhs: []ir.Expr{f.p.newBox(t)}})
		inner = append(inner, r)
		outs = append(outs, unbox(r))
	}
	f.finish(name+"_body", inner, nil, false)
	outer.Results = f.resultTypes()
	call := &ir.Call{Fun: &ir.FuncName{Name: name + "_body"}, Args: passed(inner)}
	outer.Body = append(outer.Body, &ir.Do{X: call}, &ir.Return{Results: outs})
	f.p.addFunc(outer, f, true)
}

// finish ends the emitted function.
func (f *unit) finish(name string, params []*ir.Var, results []types.Type, hidden bool) {
	if len(results) > 0 && !f.ends() {
		// The end cannot be reached, but the interpreter cannot tell.
		var zs []ir.Expr
		for _, t := range results {
			zs = append(zs, f.p.zero(t))
		}
		f.body = append(f.body, &ir.Return{Results: zs})
	}
	f.p.addFunc(&ir.Func{Name: name, Params: params, Results: results, Locals: f.locals, Body: f.body}, f, hidden)
}

// ends says whether the last statement is a return.
func (f *unit) ends() bool {
	if len(f.body) == 0 {
		return false
	}
	_, ok := f.body[len(f.body)-1].(*ir.Return)
	return ok
}

// addFunc puts a function of f's into the program, in order.
func (p *program) addFunc(fn *ir.Func, f *unit, hidden bool) {
	if p.built != nil { // the pass leaves the old nodes as they are
		before := *fn
		p.built.Funcs = append(p.built.Funcs, &before)
	}
	order.Func(fn, p)
	p.tree.Funcs = append(p.tree.Funcs, fn)
	p.res.Funcs[fn.Name] = &Func{Name: fn.Name, Reader: f.reader, Hidden: hidden, Args: f.takes, Pos: f.start}
}

// here is the place of the statement being lowered.
func (f *unit) here() ir.Place { return ir.Place{Pos: f.pos} }

// emit adds a statement.
func (f *unit) emit(list ...ir.Stmt) { f.body = append(f.body, list...) }

// set emits l = r.
func (f *unit) set(l, r ir.Expr) { f.setAll([]ir.Expr{l}, r) }

// setAll emits an assignment of all values that a call returns.
func (f *unit) setAll(l []ir.Expr, call ir.Expr) {
	f.emit(&ir.Assign{Place: f.here(), Lhs: l, Rhs: []ir.Expr{call}})
}

// do emits a call for its effects.
func (f *unit) do(x ir.Expr) { f.emit(&ir.Do{Place: f.here(), X: x}) }

// when emits an if statement with what then emits in it.
func (f *unit) when(cond ir.Expr, then func()) {
	s := &ir.If{Place: f.here(), Cond: cond}
	s.Then = f.aside(then)
	f.emit(s)
}

// at says where the statements that follow come from.
func (f *unit) at(pos token.Pos) {
	if pos.IsValid() {
		f.pos = pos
		f.p.pos = pos
	}
}

// local declares a variable of the lowered function.
func (f *unit) local(name string, t types.Type) *ir.Var {
	v := f.param(name, t)
	f.locals = append(f.locals, v)
	return v
}

// temp declares a temporary of type t.
func (f *unit) temp(t types.Type) *ir.Var {
	v := f.local(fmt.Sprintf("t%d", f.p.tmp()), t)
	v.Temp = true
	return v
}

// hold puts a value into a temporary.
func (f *unit) hold(x ir.Expr, t types.Type) *ir.Var {
	v := f.temp(t)
	f.set(v, x)
	return v
}

// aside collects what emit adds, instead of adding it.
func (f *unit) aside(emit func()) []ir.Stmt {
	old := f.body
	f.body = []ir.Stmt{}
	emit()
	list := f.body
	f.body = old
	return list
}

// seq is what build makes, after the statements that it emits.
func (f *unit) seq(build func() ir.Expr) ir.Expr {
	var x ir.Expr
	list := f.aside(func() { x = build() })
	if len(list) == 0 {
		return x
	}
	return &ir.Seq{Value: ir.Value{Type: x.Info().Type}, Body: list, X: x}
}

// typ is a type as it is in the instance being lowered. Every type that comes from
// go/types goes through here before anything is made of it.
func (f *unit) typ(t types.Type) types.Type { return f.sc.Type(t) }

// typeOf is the type of e. That of a generic function's name is what it was
// instantiated to, by type arguments or by inference.
func (f *unit) typeOf(e ast.Expr) types.Type {
	id := instanceIdent(e)
	if id == nil {
		return f.typ(f.src.Info.TypeOf(e))
	}
	sig, ok := f.src.Info.Instances[id].Type.(*types.Signature)
	if !ok {
		return f.typ(f.src.Info.TypeOf(e))
	}
	sig = f.typ(sig).(*types.Signature)
	if _, sel := f.methodOf(e); sel != nil && sel.Kind() == types.MethodExpr {
		recv := types.NewParam(token.NoPos, nil, "", f.typ(sel.Recv())) // go/types leaves it out
		params := append([]*types.Var{recv}, slices.Collect(sig.Params().Variables())...)
		sig = types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic())
	}
	return sig
}

// slot is the slot of a local variable: the variable, or the pointer to its box.
func (f *unit) slot(v *types.Var) *ir.Var {
	t := f.typ(v.Type())
	if f.esc.Boxed[v] {
		t = types.NewPointer(t)
	}
	name := fmt.Sprintf("%s_%d", strings.ReplaceAll(v.Name(), "_", "ˍ"), f.p.id(v))
	return &ir.Var{Value: ir.Value{Type: t}, Name: name}
}

// declareSlot declares a local variable's slot, once.
func (f *unit) declareSlot(v *types.Var) *ir.Var {
	s := f.slot(v)
	if !f.slots[s.Name] {
		f.slots[s.Name] = true
		f.local(s.Name, s.Type)
	}
	return s
}

// variable is a local variable, to be read or assigned to.
func (f *unit) variable(v *types.Var) ir.Expr {
	if f.esc.Boxed[v] {
		return unbox(f.slot(v))
	}
	return f.slot(v)
}

// define makes a new local variable with the given value; nil is the zero value.
func (f *unit) define(v *types.Var, value ir.Expr) {
	s := f.declareSlot(v)
	switch {
	case value != nil:
		f.set(s, f.initial(v, value))
	case f.esc.Boxed[v]:
		f.set(s, f.p.newBox(f.typ(v.Type())))
	case f.loops > 0 || len(f.esc.Labels) > 0:
		// A jump may have led back here; otherwise the slot is still zero.
		f.set(s, f.p.zero(f.typ(v.Type())))
	}
}

// initial is what a new variable's slot gets with its value.
func (f *unit) initial(v *types.Var, value ir.Expr) ir.Expr {
	if f.esc.Boxed[v] {
		return f.p.boxOf(value, f.typ(v.Type()))
	}
	return value
}

// discard evaluates x for its effects.
func (f *unit) discard(x ir.Expr, t types.Type) { f.set(f.temp(t), x) }
