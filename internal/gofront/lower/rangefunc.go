package lower

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"playground/internal/gofront/ir"
)

// The body of a loop over a function is a function of the lowered program, called by
// compiled or lowered code that may do with it what it likes: call it after it said
// stop, from another goroutine, after its panic. The state that it shares with the
// function around it is what tells those apart, as in the compiler's own rewriting
// (cmd/compile/internal/rangefunc), whose panics programs see.

// rangeBody is the body of a loop over a function, a function of its own. It
// shares with the function around it a state (ir.RangeReady and its neighbours),
// the boxes of its results, and its stack of deferred calls.
type rangeBody struct {
	outer  *unit
	target *target
	state  *ir.Var   // the box of the state
	extra  []*ir.Var // what the body gets besides what it captures
	exits  []exit
	ret    bool
}

// exit is a place outside the loop that the body goes to: where that is, by a key that
// is the same for the same place, and how the function around the loop goes there.
type exit struct {
	key  string
	then func(outer *unit)
}

// exit leaves the body with a code that makes the function around it go on
// with then.
func (f *unit) exit(key string, then func(outer *unit)) {
	i := slices.IndexFunc(f.loop.exits, func(e exit) bool { return e.key == key })
	if i < 0 {
		i = len(f.loop.exits)
		f.loop.exits = append(f.loop.exits, exit{key, then})
	}
	f.stop(ir.RangeExit + i)
}

// stop ends the loop, with what the state is to say.
func (f *unit) stop(state int) {
	f.set(unbox(f.loop.state), number(state))
	f.returns(f.p.constant(constant.MakeBool(false), boolType))
}

// goOn asks for the loop's next round.
func (f *unit) goOn() {
	f.set(unbox(f.loop.state), number(ir.RangeReady))
	f.returns(f.p.constant(constant.MakeBool(true), boolType))
}

// leave returns from the function around the body.
func (f *unit) leave() {
	f.loop.ret = true
	f.stop(ir.RangeReturn)
}

// rangeFunc is a loop over a function:
//
//	state = Box(0)
//	fn(func(v) bool { if *state != 0 { RangePanic } *state = 1; body; *state = 0; return true })
//	code = *state
//	if code == 1 { RangePanic }        // somebody recovered from the body's panic
//	*state = 3
//	if code == 5 { return }            // the body returned; results are in their boxes
//	if code == 6 { goto ... }          // the body left for somewhere else
//
// A body in a body that leaves both hands the way on: what follows its own call in
// the body around it does the same there.
func (f *unit) rangeFunc(s *ast.RangeStmt, label string, t types.Type, u *types.Signature) {
	yield := f.typ(u.Params().At(0).Type())
	ysig := yield.Underlying().(*types.Signature)
	statePtr := types.NewPointer(intType)

	fn := f.hold(f.expr(s.X), t)
	state := f.temp(statePtr)
	f.set(state, f.p.boxOf(number(ir.RangeReady), intType))

	g := f.child(s)
	g.loop = &rangeBody{outer: f, state: state}
	g.loop.extra = f.extras(state, s)
	g.reader = f.src.literals[s]
	g.takes = ysig.Params().Len() > 0
	g.ctl = append(g.ctl, f.ctl...)
	g.loop.target = g.push(target{label: label, loop: true, rangeFn: true})
	name := g.bodyFunc(s, ysig)

	captured := append(f.captured(s), passed(g.loop.extra)...)
	in := f.captureTypes(s)
	for _, v := range g.loop.extra {
		in = append(in, v.Type)
	}
	f.at(s.Pos())
	call := f.dynamic(t, f.signature(t))
	f.do(call.call(fn, f.closure(name, captured, in, yield)))
	f.afterRange(g.loop)
}

// extras are the boxes that the body gets besides what it captures.
func (f *unit) extras(state *ir.Var, s *ast.RangeStmt) []*ir.Var {
	list := []*ir.Var{state}
	have := map[string]bool{}
	for _, v := range f.esc.Captures[s] {
		have[f.slot(v).Name] = true
	}
	if f.loop != nil {
		for _, v := range f.loop.extra {
			list = append(list, v)
			have[v.Name] = true
		}
	}
	root := f.root()
	for i, r := range root.results {
		if !have[r.Name] {
			t := types.NewPointer(f.typ(root.sig.Results().At(i).Type()))
			list = append(list, &ir.Var{Value: ir.Value{Type: t}, Name: r.Name})
		}
	}
	if f.esc.Defers[s] && f.loop == nil {
		if f.defers == nil {
			f.defers = f.temp(anyType)
		}
		f.set(f.defers, f.p.typed(ir.OpDeferStack, nil, one(anyType)).call())
		list = append(list, f.defers)
	}
	return list
}

// bodyFunc emits the body as a function that returns whether to go on.
func (g *unit) bodyFunc(s *ast.RangeStmt, ysig *types.Signature) string {
	name := fmt.Sprintf("y%d_body", g.p.tmp())
	g.sig = ysig
	g.defers = g.loop.outer.defers
	var params []*ir.Var
	for _, v := range g.esc.Captures[s] {
		params = append(params, g.param(g.slot(v).Name, g.slot(v).Type))
	}
	for _, v := range g.loop.extra {
		params = append(params, g.param(v.Name, v.Type))
	}
	given := len(params)
	for i := range ysig.Params().Len() {
		params = append(params, g.param(fmt.Sprintf("a%d_y", i), g.typ(ysig.Params().At(i).Type())))
	}
	g.at(s.Pos())
	g.when(g.compare(unbox(g.loop.state), token.NEQ, number(ir.RangeReady)), func() {
		g.do(g.rangePanic(unbox(g.loop.state)))
	})
	g.set(unbox(g.loop.state), number(ir.RangeBody)) // and it stays that if the body panics
	for i, e := range []ast.Expr{s.Key, s.Value} {
		if e != nil && i < ysig.Params().Len() {
			g.bindIter(s, e, params[given+i], ysig.Params().At(i).Type())
		}
	}
	g.loops++
	g.block(s.Body.List)
	g.at(s.Body.Rbrace)
	g.goOn()
	g.finish(name, params, one(boolType), false)
	return name
}

// compare is x op y for ints, as a condition.
func (f *unit) compare(x ir.Expr, op token.Token, y ir.Expr) ir.Expr {
	return &ir.Binary{Value: ir.Value{Type: boolType}, Op: op, X: x, Y: y}
}

// rangePanic ends a loop in a state in which it must not go on.
func (f *unit) rangePanic(state ir.Expr) ir.Expr {
	return f.p.typed(ir.OpRangePanic, one(intType), nil).call(state)
}

// afterRange goes on where the body wanted to go.
func (f *unit) afterRange(b *rangeBody) {
	code := f.temp(intType)
	f.set(code, unbox(b.state))
	f.when(f.compare(code, token.EQL, number(ir.RangeBody)), func() { f.do(f.rangePanic(number(ir.RangeLost))) })
	f.set(unbox(b.state), number(ir.RangeExhausted))
	if b.ret {
		f.when(f.compare(code, token.EQL, number(ir.RangeReturn)), func() {
			if f.loop != nil {
				f.leave()
			} else {
				f.returns()
			}
		})
	}
	for i, e := range b.exits {
		f.when(f.compare(code, token.EQL, number(ir.RangeExit+i)), func() { e.then(f) })
	}
}
