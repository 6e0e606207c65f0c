package random

import (
	"fmt"
	"strings"
)

// statements writes some.
func (g *generator) statements(n int) {
	from := len(g.scope)
	for range n {
		g.statement()
	}
	g.scope = g.scope[:from:from]
}

// block writes the statements between braces.
func (g *generator) block(n int) {
	g.nested++
	g.statements(n)
	g.nested--
}

func (g *generator) statement() {
	g.cost += g.weight
	if g.nested > 2 || g.inside > 1 || g.lines > 60 && g.nested > 0 {
		g.simple()
		return
	}
	switch g.n(20) {
	case 0, 1, 2:
		g.declare()
	case 3, 4:
		g.conditional()
	case 5, 6, 7:
		g.loop()
	case 8:
		g.choice()
	case 9:
		g.typeSwitch()
	case 10, 18:
		g.guarded()
	case 11, 17:
		g.several()
	case 12:
		g.jump()
	case 13:
		g.deferred(false)
	default:
		g.simple()
	}
}

// simple is a statement without blocks.
func (g *generator) simple() {
	switch g.n(12) {
	case 0:
		g.declare()
	case 1:
		if g.nested < 3 && g.inside == 0 && g.weight < 20 {
			g.show(4)
			return
		}
	case 2:
		g.swap()
		return
	case 3, 4:
		t := one(g, g.ints)
		if s, ok := g.find(t, true); ok {
			g.linef("%s %s %s", s, one(g, []string{"+=", "-=", "*=", "|=", "^=", "&^=", "&="}), g.expr(t, 2))
			return
		}
	case 5:
		if s, ok := g.find(one(g, g.ints), true); ok {
			g.linef("%s%s", s, one(g, []string{"++", "--"}))
			return
		}
	case 6:
		if g.inside == 0 && g.weight < 50 {
			g.callVariable()
			return
		}
	case 7:
		if s, ok := g.find(stringType, true); ok {
			g.linef("%s += %s", s, g.literal(stringType))
			return
		}
	}
	g.assign()
}

func (g *generator) assign() {
	if len(g.scope) == 0 {
		g.declare()
		return
	}
	t := one(g, g.scope).t
	if g.chance(50) {
		t = g.scalar()
	}
	if s, ok := g.find(t, true); ok && t.kind != function {
		g.linef("%s = %s", s, g.expr(t, 3))
		return
	}
	g.declare()
}

// swap assigns several values at once, of which the places may depend on each other.
func (g *generator) swap() {
	t, u := g.scalar(), g.scalar()
	if g.chance(50) {
		u = t
	}
	a, ok := g.find(t, true)
	b, ok2 := g.find(u, true)
	if !ok || !ok2 {
		g.assign()
		return
	}
	if t == u && g.chance(60) {
		g.linef("%s, %s = %s, %s", a, b, b, a)
		return
	}
	g.linef("%s, %s = %s, %s", a, b, g.expr(t, 2), g.expr(u, 2))
}

func (g *generator) declare() {
	v := variable{name: g.fresh("v"), t: g.typ(2)}
	switch g.n(12) {
	case 0:
		v.t = g.iface
	case 1:
		v.t = anyType
	case 2:
		if g.inside == 0 {
			v.t = g.signature()
		}
	}
	if g.chance(15) && v.t.kind != function && v.t.kind != method && v.t.kind != pointer {
		g.linef("var %s %s", v.name, v.t.name)
	} else {
		g.linef("var %s %s = %s", v.name, v.t.name, g.expr(v.t, 3))
	}
	g.linef("_ = %s", v.name)
	g.scope = append(g.scope, v)
}

// show prints the last variables.
func (g *generator) show(most int) {
	for i := len(g.scope) - 1; i >= 0 && most > 0; i-- {
		if v := g.scope[i]; v.t.printable() {
			g.linef("fmt.Printf(\"%d %s %%v\\n\", %s)", g.number, v.name, v.name)
			most--
		}
	}
}

// callVariable calls a function value, or a method of an interface.
func (g *generator) callVariable() {
	for range 8 {
		if len(g.scope) == 0 {
			break
		}
		v := one(g, g.scope)
		if v.t.kind != function && v.t.kind != method {
			continue
		}
		if v.t.kind == method && len(g.funcs) == 0 { // a method would call itself without end
			continue
		}
		var args []string
		for _, p := range v.t.params {
			args = append(args, g.expr(p, 2))
		}
		f := v.name
		if v.t.kind == method {
			if f += ".M"; g.chance(30) {
				m := g.fresh("m")
				g.linef("%s := %s", m, f)
				f = m
			}
		}
		call := f + "(" + strings.Join(args, ", ") + ")"
		if s, ok := g.find(v.t.result, true); ok && g.chance(70) {
			g.linef("%s = %s", s, call)
		} else {
			g.linef("%s", call)
		}
		return
	}
	g.assign()
}

// several takes the results of a call, or an element and whether there is one.
func (g *generator) several() {
	for range 6 {
		if len(g.funcs) == 0 {
			break
		}
		f := one(g, g.funcs)
		if len(f.results) < 2 {
			continue
		}
		call, ok := g.callOf(f, 2)
		if !ok {
			continue
		}
		var names []string
		for _, t := range f.results {
			s, ok := g.find(t, true)
			if !ok || g.chance(20) {
				s = "_"
			}
			names = append(names, s)
		}
		g.linef("%s = %s", strings.Join(names, ", "), call)
		return
	}
	for _, v := range g.scope {
		if v.t.kind == mapping && g.chance(50) {
			x, ok := g.fresh("x"), g.fresh("ok")
			g.linef("%s, %s := %s[%s]", x, ok, v.name, g.expr(v.t.key, 2))
			g.linef("_, _ = %s, %s", x, ok)
			g.scope = append(g.scope, variable{name: x, t: v.t.elem}, variable{name: ok, t: boolType})
			if g.chance(40) {
				g.linef("delete(%s, %s)", v.name, g.expr(v.t.key, 1))
			}
			return
		}
	}
	g.assign()
}

func (g *generator) conditional() {
	if g.chance(25) {
		v := variable{name: g.fresh("v"), t: g.scalar()}
		from := len(g.scope)
		text := g.expr(v.t, 2)
		g.scope = append(g.scope, v)
		g.linef("if %s := %s; %s == %s {", v.name, text, v.name, g.expr(v.t, 1))
		g.block(1 + g.n(3))
		g.linef("}")
		g.scope = g.scope[:from]
		return
	}
	g.linef("if %s {", g.expr(boolType, 3))
	g.block(1 + g.n(3))
	for range g.n(2) {
		g.linef("} else if %s {", g.expr(boolType, 2))
		g.block(1 + g.n(2))
	}
	if g.chance(50) {
		g.linef("} else {")
		g.block(1 + g.n(2))
	}
	g.linef("}")
}

// loop is one of all kinds. It turns a few times, and fewer inside of others.
func (g *generator) loop() {
	turns := 1 + g.n(max(2, 6-2*g.loops))
	if g.weight*turns > 200 {
		g.simple()
		return
	}
	from, weight, labels := len(g.scope), g.weight, g.labels
	label := ""
	if g.chance(40) {
		label = g.fresh("L")
	}
	head, vars := g.head(turns)
	if label != "" {
		g.linef("%s:", label)
	}
	g.linef("%s {", head)
	if label != "" {
		g.linef("if %s == %d { continue %s }", vars[0].name, g.n(turns+1), label)
		g.labels = append(g.labels[:len(g.labels):len(g.labels)], label)
	}
	g.scope = append(g.scope, vars...)
	for _, v := range vars {
		g.linef("_ = %s", v.name)
	}
	g.weight, g.loops = g.weight*turns, g.loops+1
	g.block(1 + g.n(4))
	g.weight, g.loops, g.labels = weight, g.loops-1, labels
	g.linef("}")
	g.scope = g.scope[:from]
}

// head begins a loop of so many turns, or less, and says which variables its body has.
func (g *generator) head(turns int) (string, []variable) {
	i := variable{name: g.fresh("i"), t: one(g, g.ints), counter: true}
	switch g.n(10) {
	case 0:
		return fmt.Sprintf("for %s := %s(%d); %s > 0; %s--", i.name, i.t.name, turns, i.name, i.name), []variable{i}
	case 1:
		i.t = intType
		return fmt.Sprintf("for %s := range %d", i.name, turns), []variable{i}
	case 2:
		i.t = intType
		return fmt.Sprintf("for %s := range count(%d)", i.name, turns), []variable{i}
	case 3, 4:
		for range 6 {
			if len(g.scope) == 0 {
				break
			}
			v := one(g, g.scope)
			x := variable{name: g.fresh("x"), t: v.t.elem}
			i.t = intType
			switch v.t.kind {
			case array:
				return fmt.Sprintf("for %s, %s := range %s", i.name, x.name, v.name), []variable{i, x}
			case slice:
				return fmt.Sprintf("for %s, %s := range %s[:min(len(%s), %d)]", i.name, x.name, v.name, v.name, turns), []variable{i, x}
			case text:
				x.t = integers[4]
				return fmt.Sprintf("for %s, %s := range cut(%s)", i.name, x.name, v.name), []variable{i, x}
			}
		}
	case 5:
		j := variable{name: g.fresh("j"), t: i.t, counter: true}
		return fmt.Sprintf("for %s, %s := %s(0), %s(%d); %s < %s; %s, %s = %s+1, %s-1", i.name, j.name, i.t.name, i.t.name, 2*turns, i.name, j.name, i.name, j.name, i.name, j.name), []variable{i, j}
	case 6:
		if s, ok := g.find(stringType, false); ok && !strings.Contains(s, "(") {
			i.t = intType
			return fmt.Sprintf("for %s := 0; %s < %d && %s <= len(%s); %s++", i.name, i.name, turns, i.name, s, i.name), []variable{i}
		}
	case 7:
		return fmt.Sprintf("for %s := %s(0); %s <= %s(%d); %s += 2", i.name, i.t.name, i.name, i.t.name, turns, i.name), []variable{i}
	}
	return fmt.Sprintf("for %s := %s(0); %s < %s(%d); %s++", i.name, i.t.name, i.name, i.t.name, turns, i.name), []variable{i}
}

// jump leaves a loop or goes back by a label.
func (g *generator) jump() {
	switch {
	case g.loops > 0 && g.chance(60):
		to := ""
		if len(g.labels) > 0 && g.chance(50) {
			to = " " + one(g, g.labels)
		}
		g.linef("if %s { %s%s }", g.expr(boolType, 2), one(g, []string{"break", "continue"}), to)
	case g.result != nil && g.chance(50):
		g.linef("if %s { return %s }", g.expr(boolType, 2), g.expr(g.result, 2))
	case g.weight < 50:
		n, label := g.fresh("n"), g.fresh("G")
		g.linef("%s := 0", n)
		g.linef("%s:", label)
		g.linef("%s++", n)
		weight := g.weight
		g.weight *= 3
		g.linef("{")
		g.block(1 + g.n(2))
		g.linef("}")
		g.weight = weight
		g.linef("if %s < 3 { goto %s }", n, label)
	default:
		g.simple()
	}
}

// choice is a switch on values.
func (g *generator) choice() {
	t := one(g, append(g.ints, stringType))
	if g.chance(25) {
		g.linef("switch {")
		for range 1 + g.n(3) {
			g.linef("case %s:", g.expr(boolType, 2))
			g.block(1 + g.n(2))
		}
		g.linef("}")
		return
	}
	g.linef("switch %s {", g.expr(t, 2))
	n := 1 + g.n(4)
	for i := range n {
		if t == stringType {
			g.linef("case %q:", []string{"", "a", "go", "xyzzy"}[i])
		} else {
			g.linef("case %d, %d:", 2*i, 2*i+1)
		}
		g.block(1 + g.n(2))
		if i < n-1 && g.chance(25) {
			g.linef("fallthrough")
		}
	}
	if g.chance(60) {
		g.linef("default:")
		g.block(1 + g.n(2))
	}
	g.linef("}")
}

// typeSwitch asks what an interface holds.
func (g *generator) typeSwitch() {
	if g.chance(50) {
		x := g.fresh("x")
		g.linef("switch %s := %s.(type) {", x, g.operand(g.iface, 1))
		for _, t := range g.iface.impls {
			if g.chance(70) {
				g.linef("case %s:", t.name)
				g.linef("_ = %s", x)
				g.scope = append(g.scope, variable{name: x, t: t})
				g.block(1 + g.n(2))
				g.scope = g.scope[:len(g.scope)-1]
			}
		}
		g.linef("default: _ = %s", x)
		g.linef("}")
		return
	}
	t := g.scalar()
	x, ok := g.fresh("x"), g.fresh("ok")
	g.linef("%s, %s := %s.(%s)", x, ok, g.operand(anyType, 1), t.name)
	g.linef("_, _ = %s, %s", x, ok)
	g.scope = append(g.scope, variable{name: x, t: t}, variable{name: ok, t: boolType})
}

// guarded is a function literal that recovers, so that what panics does not end the case.
func (g *generator) guarded() {
	if g.inside > 0 {
		g.simple()
		return
	}
	g.linef("func() {")
	g.linef("defer func() { if r := recover(); r != nil { fmt.Println(%d, \"recovered\", r) } }()", g.number)
	g.inside++
	g.body(nil, nil, 2+g.n(4))
	g.inside--
	g.linef("}()")
}

// deferred defers a function literal, which may recover and change results.
func (g *generator) deferred(recovers bool) {
	if g.loops > 1 || g.inside > 0 {
		g.simple()
		return
	}
	g.linef("defer func() {")
	if recovers {
		g.linef("if r := recover(); r != nil { trace = trace*31 + 5 }")
	}
	g.inside++
	g.body(nil, nil, 1+g.n(3))
	g.inside--
	g.linef("}()")
}
