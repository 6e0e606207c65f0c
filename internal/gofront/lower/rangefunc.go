package lower

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"playground/internal/gofront/ir"
)

// The states of a loop over a function. Codes above zero are the exits that
// the loop's body takes to somewhere outside the loop.
const (
	stateReady  = 0
	stateReturn = -1
	stateDone   = -2
)

// rangeBody is the body of a loop over a function, a function of its own. It
// shares with the function around it a state, the boxes of its results, and
// its stack of deferred calls.
type rangeBody struct {
	outer  *unit
	target *target
	state  string // the box of the state
	extra  []extra
	exits  []exit
	ret    bool
}

type extra struct {
	name string
	typ  types.Type
}

type exit struct {
	key  string
	then func(outer *unit)
}

// exit leaves the body with a code that makes the function around it go on
// with then.
func (f *unit) exit(key string, then func(outer *unit)) {
	code := 0
	for i, e := range f.body.exits {
		if e.key == key {
			code = i + 1
		}
	}
	if code == 0 {
		f.body.exits = append(f.body.exits, exit{key, then})
		code = len(f.body.exits)
	}
	f.line("(*%s) = %d", f.body.state, code)
	f.line("return false")
}

// leave returns from the function around the body.
func (f *unit) leave() {
	f.body.ret = true
	f.line("(*%s) = s.Return", f.body.state)
	f.line("return false")
}

func (f *unit) rangeFunc(s *ast.RangeStmt, label string, t types.Type, u *types.Signature) {
	yield := f.typ(u.Params().At(0).Type())
	ysig := yield.Underlying().(*types.Signature)
	statePtr := types.NewPointer(intType)
	f.p.res.Exports["s/s"]["Return"] = hostInt(stateReturn)
	f.p.res.Exports["s/s"]["Done"] = hostInt(stateDone)

	fn := f.hold(f.expr(s.X), t)
	state := f.temp(statePtr)
	f.line("%s = %s(0)", state, f.p.typed(ir.OpBox, one(intType), one(statePtr)))

	g := f.child(s)
	g.body = &rangeBody{outer: f, state: state}
	g.body.extra = f.extras(state, statePtr, s)
	*f.nlit++
	g.reader = fmt.Sprintf("%s-range%d", f.reader, *f.nlit)
	g.takes = ysig.Params().Len() > 0
	g.nlit = f.nlit
	g.ctl = append(g.ctl, f.ctl...)
	g.body.target = g.push(target{label: label, loop: true, rangeFn: true})
	name := g.bodyFunc(s, ysig)

	captured := append(f.captureTexts(s), names(g.body.extra)...)
	in := append(f.captureTypes(s), extraTypes(g.body.extra)...)
	f.at(s.Pos())
	f.line("%s(%s, %s)", f.dynamic(t, f.signature(t)), fn, f.closure(name, captured, in, yield))
	f.afterRange(g.body)
}

// extras are the boxes that the body gets besides what it captures.
func (f *unit) extras(state string, statePtr types.Type, s *ast.RangeStmt) []extra {
	list := []extra{{state, statePtr}}
	have := map[string]bool{}
	for _, v := range f.esc.captures[s] {
		have[f.slot(v)] = true
	}
	if f.body != nil {
		for _, e := range f.body.extra {
			list = append(list, e)
			have[e.name] = true
		}
	}
	root := f.root()
	for i, r := range root.results {
		if !have[r] {
			list = append(list, extra{r, types.NewPointer(f.typ(root.sig.Results().At(i).Type()))})
		}
	}
	if f.esc.defers[s] {
		if f.body == nil {
			if f.defers == "" {
				f.defers = f.temp(anyType)
			}
			f.line("%s = %s()", f.defers, f.p.typed(ir.OpDeferStack, nil, one(anyType)))
		}
		if f.body == nil {
			list = append(list, extra{f.defers, anyType})
		}
	}
	return list
}

func names(list []extra) []string {
	var out []string
	for _, e := range list {
		out = append(out, e.name)
	}
	return out
}

func extraTypes(list []extra) []types.Type {
	var out []types.Type
	for _, e := range list {
		out = append(out, e.typ)
	}
	return out
}

// bodyFunc emits the body as a function that returns whether to go on.
func (g *unit) bodyFunc(s *ast.RangeStmt, ysig *types.Signature) string {
	name := fmt.Sprintf("y%d_body", g.p.tmp())
	g.sig = ysig
	g.defers = g.body.outer.defers
	var params []string
	for i, v := range g.esc.captures[s] {
		params = append(params, g.slot(v)+" "+g.p.types.text(g.captureTypes(s)[i]))
	}
	for _, e := range g.body.extra {
		params = append(params, e.name+" "+g.p.types.text(e.typ))
	}
	for i := range ysig.Params().Len() {
		params = append(params, fmt.Sprintf("a%d_y %s", i, g.text(ysig.Params().At(i).Type())))
	}
	g.at(s.Pos())
	g.line("if (*%s) != 0 {", g.body.state)
	g.line("%s(*%s)", g.p.typed(ir.OpRangePanic, one(intType), nil), g.body.state)
	g.line("}")
	for i, e := range []ast.Expr{s.Key, s.Value} {
		if e != nil && i < ysig.Params().Len() {
			g.bindIter(s, e, fmt.Sprintf("a%d_y", i), ysig.Params().At(i).Type())
		}
	}
	g.loops++
	g.block(s.Body.List)
	g.at(s.Body.Rbrace)
	g.line("return true")
	g.finish(name, "("+strings.Join(params, ", ")+")", "(bool)", false)
	return name
}

// afterRange goes on where the body wanted to go.
func (f *unit) afterRange(b *rangeBody) {
	code := f.temp(intType)
	f.line("%s = *%s", code, b.state)
	f.line("*%s = s.Done", b.state)
	if b.ret {
		f.line("if %s == s.Return {", code)
		if f.body != nil {
			f.leave()
		} else {
			f.line("return")
		}
		f.line("}")
	}
	for i, e := range b.exits {
		f.line("if %s == %d {", code, i+1)
		e.then(f)
		f.line("}")
	}
}
