package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"playground/internal/gofront/ir"
)

const debugPanics = false

// unit is the emission of one lowered function.
type unit struct {
	p      *program
	src    *source
	sc     *scope
	esc    *escapes
	node   ast.Node // the declaration, literal or range body being lowered
	inst   string   // key of the instance, for names
	reader string   // name in traces
	takes  bool     // it has parameters or a receiver, says a trace
	nlit   *int     // literals numbered so far, over the whole declaration

	b     *strings.Builder
	decls []string
	pos   token.Pos // where the next line comes from

	sig     *types.Signature
	results []string // names of the results' boxes or variables, or nil
	boxed   bool     // results are boxes: the function has a defer
	named   bool

	ctl    []*target
	loops  int        // depth, for variables that must be zeroed again
	body   *rangeBody // set while in a range-over-func body
	labels map[string]string
	defers string // text of the defer stack of an enclosing function
}

func (p *program) unit(src *source, e env) *unit {
	sc := p.types.plain
	if len(e) > 0 {
		sc = &scope{p: p, env: e, memo: map[types.Type]types.Type{}}
	}
	return &unit{p: p, src: src, sc: sc, b: &strings.Builder{}, nlit: new(int), labels: map[string]string{}}
}

// analyse finds the escapes under root, once for each declaration.
func (f *unit) analyse(root, node ast.Node) {
	esc := f.src.escape[root]
	if esc == nil {
		esc = findEscapes(f.src.Info, root, func(e ast.Expr) bool { return isFuncType(f.src.Info.TypeOf(e)) })
		f.src.escape[root] = esc
	}
	f.esc, f.node = esc, node
}

// isFuncType also holds for type parameters whose types are functions.
func isFuncType(t types.Type) bool {
	if t == nil {
		return false
	}
	switch t.Underlying().(type) {
	case *types.Signature:
		return true
	case *types.Interface:
		tp, ok := types.Unalias(t).(*types.TypeParam)
		if !ok {
			return false
		}
		fn := false
		for e := range tp.Underlying().(*types.Interface).EmbeddedTypes() {
			if un, ok := e.(*types.Union); ok && un.Len() > 0 {
				e = un.Term(0).Type()
			}
			_, fn = e.Underlying().(*types.Signature)
		}
		return fn
	}
	return false
}

// declare emits a function declaration.
func (f *unit) declare(name string, recv *types.Var, sig *types.Signature, body *ast.BlockStmt, root ast.Node) {
	f.analyse(root, root)
	f.function(name, nil, recv, sig, body)
}

// function emits a function whose first parameters are captured variables.
func (f *unit) function(name string, captures []*types.Var, recv *types.Var, sig *types.Signature, body *ast.BlockStmt) {
	f.sig = sig
	f.takes = recv != nil || sig.Params().Len() > 0
	params, passed := f.params(captures, recv, sig)
	f.openResults()
	f.block(body.List)
	if f.esc.defers[f.node] { // deferred calls are made from the end
		f.at(body.Rbrace)
		f.line("return")
	}
	if f.boxed {
		f.split(name, params, passed)
		return
	}
	if f.named {
		f.pos = body.Rbrace
		f.ret(&ast.ReturnStmt{})
	}
	f.finish(name, "("+strings.Join(params, ", ")+")", f.resultTypes(), false)
}

// params returns the lowered parameters and their names.
func (f *unit) params(captures []*types.Var, recv *types.Var, sig *types.Signature) (params, names []string) {
	for _, v := range captures {
		t := f.text(v.Type())
		if f.esc.boxed[v] {
			t = "*" + t
		}
		params = append(params, f.slot(v)+" "+t)
		names = append(names, f.slot(v))
	}
	add := func(v *types.Var) {
		t := f.typ(v.Type())
		n := fmt.Sprintf("a%d_%s", len(params), "p")
		switch {
		case v.Name() == "" || v.Name() == "_":
		case f.esc.boxed[v]:
			f.declareSlot(v)
			f.line("%s = %s(%s)", f.slot(v), f.p.typed(ir.OpBox, one(t), one(types.NewPointer(t))), n)
		default:
			n = f.slot(v)
		}
		params = append(params, n+" "+f.p.types.text(t))
		names = append(names, n)
	}
	if recv != nil {
		add(recv)
	}
	for v := range sig.Params().Variables() {
		add(v)
	}
	return params, names
}

func (f *unit) resultTypes() string {
	var list []string
	for v := range f.sig.Results().Variables() {
		list = append(list, f.text(v.Type()))
	}
	if len(list) == 0 {
		return ""
	}
	return "(" + strings.Join(list, ", ") + ")"
}

// openResults declares what return statements assign to. A function with a
// defer keeps its results in boxes, because deferred functions may run after
// them and change them.
func (f *unit) openResults() {
	res := f.sig.Results()
	f.named = res.Len() > 0 && res.At(0).Name() != ""
	f.boxed = (f.esc.defers[f.node] || f.rangesOverFunc()) && res.Len() > 0
	needs := f.named || f.boxed
	if !needs {
		return
	}
	for i := range res.Len() {
		v := res.At(i)
		t := f.typ(v.Type())
		isVar := v.Name() != "" && v.Name() != "_"
		switch {
		case f.boxed && isVar:
			f.esc.boxed[v] = true
			f.results = append(f.results, f.slot(v))
		case f.boxed:
			f.results = append(f.results, fmt.Sprintf("r%d_res", i))
		case isVar && f.esc.boxed[v]:
			f.declareSlot(v)
			f.line("%s = %s()", f.slot(v), f.p.typed(ir.OpNew, nil, one(types.NewPointer(t))))
			f.results = append(f.results, f.slot(v))
		case isVar:
			f.declareSlot(v)
			f.results = append(f.results, f.slot(v))
		default:
			n := fmt.Sprintf("r%d_res", i)
			f.decl(n, t)
			f.results = append(f.results, n)
		}
	}
}

// result is the assignable text of result i.
func (f *unit) result(i int) string {
	v := f.sig.Results().At(i)
	if f.boxed || v.Name() != "" && v.Name() != "_" && f.esc.boxed[v] {
		return "(*" + f.results[i] + ")"
	}
	return f.results[i]
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
			found = found || isFuncType(f.src.Info.TypeOf(n.X))
		}
		return !found
	})
	return found
}

// split ends a function with a defer and results: what was emitted becomes a
// function of its own that takes the results' boxes, so that its deferred
// calls have run when the results are read.
func (f *unit) split(name string, params, passed []string) {
	inner := append([]string(nil), params...)
	var o strings.Builder
	var outs []string
	for i, r := range f.results {
		t := f.typ(f.sig.Results().At(i).Type())
		pt := types.NewPointer(t)
		fmt.Fprintf(&o, "\tvar %s %s\n\t%s = %s()\n", r, f.p.types.text(pt), r, f.p.typed(ir.OpNew, nil, one(pt)))
		inner = append(inner, r+" "+f.p.types.text(pt))
		outs = append(outs, "(*"+r+")")
	}
	f.finish(name+"_body", "("+strings.Join(inner, ", ")+")", "", false)
	fmt.Fprintf(&f.p.out, "func %s(%s) %s {\n%s\t%s_body(%s)\n\treturn %s\n}\n\n", name, strings.Join(params, ", "), f.resultTypes(),
		o.String(), name, strings.Join(append(passed, f.results...), ", "), strings.Join(outs, ", "))
	f.p.res.Funcs[name] = &Func{Name: name, Reader: f.reader, Hidden: true, Args: f.takes}
}

// finish writes the emitted function out.
func (f *unit) finish(name, params, results string, hidden bool) {
	o := &f.p.out
	fmt.Fprintf(o, "func %s%s %s {\n", name, params, results)
	for _, d := range f.decls {
		o.WriteString("\t" + d + "\n")
	}
	o.WriteString(f.b.String())
	if results != "" && !f.ends() {
		// The end cannot be reached, but the interpreter cannot tell.
		f.p.unreachable(o, f.sig, f)
	}
	o.WriteString("}\n\n")
	f.p.res.Funcs[name] = &Func{Name: name, Reader: f.reader, Hidden: hidden, Args: f.takes}
}

// ends says whether the last line is a return.
func (f *unit) ends() bool {
	s := bare(strings.TrimSpace(f.b.String()))
	i := strings.LastIndexByte(s, '\n')
	last := strings.TrimSpace(s[i+1:])
	return strings.HasPrefix(last, "return")
}

func (p *program) unreachable(o *strings.Builder, sig *types.Signature, f *unit) {
	var zs []string
	for v := range sig.Results().Variables() {
		zs = append(zs, p.zero(f.typ(v.Type())))
	}
	fmt.Fprintf(o, "\treturn %s\n", strings.Join(zs, ", "))
}

// line emits one statement.
func (f *unit) line(format string, args ...any) {
	f.b.WriteString(mark(f.pos, fmt.Sprintf(format, args...)))
	f.b.WriteByte('\n')
}

// at says where the lines that follow come from.
func (f *unit) at(pos token.Pos) {
	if pos.IsValid() {
		f.pos = pos
		f.p.pos = pos
	}
}

func (f *unit) decl(name string, t types.Type) {
	f.decls = append(f.decls, "var "+name+" "+f.p.types.text(t))
}

// temp declares a temporary of type t and returns its name.
func (f *unit) temp(t types.Type) string {
	n := fmt.Sprintf("t%d", f.p.tmp())
	f.decl(n, t)
	return n
}

// hold puts the value of text into a temporary.
func (f *unit) hold(text string, t types.Type) string {
	n := f.temp(t)
	f.line("%s = %s", n, text)
	return n
}

// aside collects what emit writes, instead of writing it.
func (f *unit) aside(emit func()) string {
	old := f.b
	f.b = &strings.Builder{}
	emit()
	s := f.b.String()
	f.b = old
	return s
}

func (f *unit) typ(t types.Type) types.Type { return f.sc.typ(t) }
func (f *unit) text(t types.Type) string    { return f.p.types.text(f.typ(t)) }

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

// slot is the name of a local variable's slot.
func (f *unit) slot(v *types.Var) string {
	return fmt.Sprintf("%s_%d", strings.ReplaceAll(v.Name(), "_", "ˍ"), f.p.id(v))
}

func (f *unit) declareSlot(v *types.Var) {
	t := f.typ(v.Type())
	if f.esc.boxed[v] {
		t = types.NewPointer(t)
	}
	d := "var " + f.slot(v) + " " + f.p.types.text(t)
	for _, have := range f.decls {
		if have == d {
			return
		}
	}
	f.decls = append(f.decls, d)
}

// local is the text that reads or assigns a local variable.
func (f *unit) local(v *types.Var) string {
	if f.esc.boxed[v] {
		return "(*" + f.slot(v) + ")"
	}
	return f.slot(v)
}

// define makes a new local variable with the given value; an empty value is
// the zero value.
func (f *unit) define(v *types.Var, value string) {
	t := f.typ(v.Type())
	fresh := true
	if n := len(f.decls); n >= 0 {
		fresh = f.loops == 0 && len(f.esc.labels) == 0
	}
	f.declareSlot(v)
	switch {
	case f.esc.boxed[v] && value == "":
		f.line("%s = %s()", f.slot(v), f.p.typed(ir.OpNew, nil, one(types.NewPointer(t))))
	case f.esc.boxed[v]:
		f.line("%s = %s(%s)", f.slot(v), f.p.typed(ir.OpBox, one(t), one(types.NewPointer(t))), value)
	case value != "":
		f.line("%s = %s", f.slot(v), value)
	case !fresh:
		f.line("%s = %s", f.slot(v), f.p.zero(t))
	}
}

// discard evaluates text for its effects.
func (f *unit) discard(text string, t types.Type) {
	f.line("%s = %s", f.temp(t), text)
}
