package random

import (
	"fmt"
	"strconv"
	"strings"
)

// expr is an expression of type t, of at most so many levels. What can be said of it
// when it is compiled must not be wrong: a constant must fit, and no divisor be zero.
func (g *generator) expr(t *typ, depth int) string {
	if depth <= 0 {
		return g.leaf(t)
	}
	if g.chance(8) {
		return fmt.Sprintf("step[%s](%d, %s)", t.name, 1+g.n(90), g.expr(t, depth-1))
	}
	if g.chance(12) {
		if s, ok := g.call(t, depth); ok {
			return s
		}
	}
	if g.chance(2) && g.inside == 0 {
		return g.immediate(t)
	}
	if g.chance(25) {
		return g.leaf(t)
	}
	if s, ok := g.computed(t, depth); ok {
		return s
	}
	if t.kind == anything {
		return fmt.Sprintf("any(%s)", g.variable(g.scalar()))
	}
	return g.composed(t, depth)
}

// computed is the outcome of an operator, for types whose values have some.
func (g *generator) computed(t *typ, depth int) (s string, ok bool) {
	switch t.kind {
	case integer:
		return g.integer(t, depth), true
	case float:
		return g.float(t, depth), true
	case boolean:
		return g.condition(depth), true
	case text:
		return g.text(depth), true
	}
	return "", false
}

// leaf is something of type t without operands: a variable, or a part of one, if there is
// one.
func (g *generator) leaf(t *typ) string {
	if g.chance(70) {
		if s, ok := g.find(t, false); ok {
			return s
		}
	}
	return g.literal(t)
}

// variable is an expression of type t that is no constant.
func (g *generator) variable(t *typ) string {
	if s, ok := g.find(t, false); ok {
		return s
	}
	return fmt.Sprintf("step[%s](%d, %s)", t.name, 1+g.n(90), g.literal(t))
}

// operand is variable, or has operands itself.
func (g *generator) operand(t *typ, depth int) string {
	if depth > 0 && g.chance(50) {
		if s, ok := g.computed(t, depth); ok {
			return s
		}
		return fmt.Sprintf("step[%s](%d, %s)", t.name, 1+g.n(90), g.expr(t, depth-1))
	}
	return g.variable(t)
}

// find is a variable that is in scope, or a part of one, of type t.
func (g *generator) find(t *typ, assign bool) (string, bool) {
	for range 6 {
		if len(g.scope) == 0 {
			break
		}
		v := one(g, g.scope)
		if assign && v.counter {
			continue
		}
		if s, ok := g.reach(v.name, v.t, t, 3, assign); ok {
			return s, true
		}
	}
	for _, v := range g.scope {
		if v.t == t && !(assign && v.counter) {
			return v.name, true
		}
	}
	return "", false
}

// reach is a part of s, which is of type have.
func (g *generator) reach(s string, have, want *typ, depth int, assign bool) (string, bool) {
	if have == want {
		return s, true
	}
	if depth == 0 {
		return "", false
	}
	switch have.kind {
	case structure:
		f := one(g, have.fields)
		return g.reach(s+"."+f.name, f.t, want, depth-1, assign)
	case pointer:
		if have.elem.kind == structure && g.chance(70) {
			f := one(g, have.elem.fields)
			return g.reach(s+"."+f.name, f.t, want, depth-1, assign)
		}
		return g.reach("(*"+s+")", have.elem, want, depth-1, assign)
	case array:
		return g.reach(s+"["+g.index(strconv.Itoa(have.len), have.len)+"]", have.elem, want, depth-1, assign)
	case slice:
		return g.reach(s+"["+g.index("len("+s+")", 0)+"]", have.elem, want, depth-1, assign)
	case mapping:
		if have.elem == want {
			return s + "[" + g.plain(have.key) + "]", true
		}
	case text:
		if want == uint8Type && !assign {
			return s + "[" + g.index("len("+s+")", 0) + "]", true
		}
	}
	return "", false
}

// index is one into something with n elements, or as many as the expression length says:
// mostly there is such an element.
func (g *generator) index(length string, n int) string {
	switch {
	case n > 0 && g.chance(30):
		return strconv.Itoa(g.n(n))
	case g.chance(4):
		return g.plain(intType)
	case g.chance(30):
		return fmt.Sprintf("%s%%%d", g.plain(uint8Type), max(n, 3))
	}
	return fmt.Sprintf("int(uint(%s)%%uint(%s|1))", g.plain(intType), length)
}

// plain is a variable, not a part of one, or what is no constant although it could be.
func (g *generator) plain(t *typ) string {
	for range 6 {
		if len(g.scope) == 0 {
			break
		}
		if v := one(g, g.scope); v.t == t {
			return v.name
		}
	}
	return fmt.Sprintf("step[%s](%d, %s)", t.name, 1+g.n(90), g.literal(t))
}

// literal is a value of type t.
func (g *generator) literal(t *typ) string {
	switch t.kind {
	case integer:
		return g.number64(t)
	case float:
		return fmt.Sprintf("%s(%d.%d)", t.name, g.n(9)-4, g.n(100))
	case boolean:
		return one(g, []string{"true", "false"})
	case text:
		return one(g, []string{`""`, `"a"`, `"go"`, `"héllo"`, `"\xff!"`, `"xyzzy"`})
	case array, slice:
		n := t.len
		if t.kind == slice {
			if n = 1 + g.n(4); g.chance(6) {
				return fmt.Sprintf("%s(nil)", t.name)
			}
		}
		var list []string
		for range n {
			list = append(list, g.leaf(t.elem))
		}
		return t.name + "{" + strings.Join(list, ", ") + "}"
	case structure:
		var list []string
		for _, f := range t.fields {
			if g.chance(70) {
				list = append(list, f.name+": "+g.leaf(f.t))
			}
		}
		return t.name + "{" + strings.Join(list, ", ") + "}"
	case pointer:
		if t.elem.kind == structure {
			return "&" + g.literal(t.elem)
		}
		return fmt.Sprintf("new(%s)", t.elem.name)
	case mapping:
		if g.chance(5) {
			return fmt.Sprintf("%s(nil)", t.name)
		}
		return t.name + "{}"
	case function:
		return g.closure(t)
	case method:
		return g.held(one(g, t.impls))
	}
	return fmt.Sprintf("any(%s)", g.literal(g.scalar()))
}

// held is a value that an interface may hold.
func (g *generator) held(t *typ) string {
	return fmt.Sprintf("%s(%s)", g.iface.name, g.leaf(t))
}

// number64 is a number that fits into t, often one at the edge.
func (g *generator) number64(t *typ) string {
	most := uint64(1)<<(t.bits-1) - 1
	if !t.signed {
		most = most*2 + 1
	}
	switch g.n(8) {
	case 0:
		return fmt.Sprintf("%s(%d)", t.name, most-uint64(g.n(2)))
	case 1:
		if t.signed {
			return fmt.Sprintf("%s(%d)", t.name, -int64(most)-int64(g.n(2)))
		}
	case 2:
		return fmt.Sprintf("%s(%d)", t.name, g.r.Uint64()&most)
	case 3:
		if t.signed {
			return fmt.Sprintf("%s(%d)", t.name, -1-g.n(9))
		}
	}
	return fmt.Sprintf("%s(%d)", t.name, g.n(10))
}

// integer is arithmetic.
func (g *generator) integer(t *typ, depth int) string {
	switch g.n(12) {
	case 0, 1, 2, 3:
		return fmt.Sprintf("(%s %s %s)", g.operand(t, depth-1), one(g, []string{"+", "-", "*", "&", "|", "^", "&^", "+", "-"}), g.expr(t, depth-1))
	case 4:
		d := fmt.Sprintf("(%s | 1)", g.operand(t, depth-1))
		if g.chance(40) {
			d = fmt.Sprintf("%s(%d)", t.name, 1+g.n(100))
		} else if g.chance(5) {
			d = g.variable(t)
		}
		return fmt.Sprintf("(%s %s %s)", g.operand(t, depth-1), one(g, []string{"/", "%"}), d)
	case 5:
		by := fmt.Sprintf("(%s & %d)", g.variable(one(g, g.ints)), one(g, []int{7, 31, 63, 127}))
		if g.chance(40) {
			by = strconv.Itoa(g.n(70))
		} else if g.chance(5) {
			by = g.variable(one(g, g.ints))
		}
		return fmt.Sprintf("(%s %s %s)", g.operand(t, depth-1), one(g, []string{"<<", ">>"}), by)
	case 6:
		return fmt.Sprintf("%s(%s)", one(g, []string{"-", "^", "+"}), g.operand(t, depth-1))
	case 7, 8:
		return fmt.Sprintf("%s(%s)", t.name, g.operand(one(g, g.ints), depth-1))
	case 9:
		if s, ok := g.find(stringType, false); ok {
			return fmt.Sprintf("%s(len(%s))", t.name, s)
		}
	case 10:
		return fmt.Sprintf("%s(%s, %s)", one(g, []string{"min", "max"}), g.operand(t, depth-1), g.expr(t, depth-1))
	case 11:
		if g.iface != nil && g.inside == 0 && g.iface.result == t && len(g.funcs) > 0 {
			return g.operand(g.iface, 0) + ".M(" + g.leaf(g.iface.params[0]) + ")"
		}
	}
	return g.variable(t)
}

func (g *generator) float(t *typ, depth int) string {
	switch g.n(4) {
	case 0, 1:
		return fmt.Sprintf("(%s %s %s)", g.operand(t, depth-1), one(g, []string{"+", "-", "*", "/"}), g.operand(t, depth-1))
	case 2:
		return fmt.Sprintf("%s(%s)", t.name, g.operand(one(g, append(g.ints, floats...)), depth-1))
	}
	return fmt.Sprintf("-(%s)", g.operand(t, depth-1))
}

func (g *generator) condition(depth int) string {
	switch g.n(8) {
	case 0:
		return fmt.Sprintf("(%s && %s)", g.operand(boolType, depth-1), g.expr(boolType, depth-1))
	case 1:
		return fmt.Sprintf("(%s || %s)", g.operand(boolType, depth-1), g.expr(boolType, depth-1))
	case 2:
		return fmt.Sprintf("!(%s)", g.operand(boolType, depth-1))
	case 3:
		if t := g.typ(2); t.comparable() {
			return fmt.Sprintf("(%s %s (%s))", g.operand(t, depth-1), one(g, []string{"==", "!="}), g.expr(t, depth-1))
		}
	case 4:
		t := one(g, []*typ{stringType, one(g, floats)})
		return fmt.Sprintf("(%s %s %s)", g.operand(t, depth-1), one(g, []string{"<", "<=", ">", ">="}), g.expr(t, depth-1))
	}
	t := one(g, g.ints)
	return fmt.Sprintf("(%s %s %s)", g.operand(t, depth-1), one(g, []string{"<", "<=", ">", ">=", "==", "!="}), g.expr(t, depth-1))
}

func (g *generator) text(depth int) string {
	switch g.n(4) {
	case 0:
		return fmt.Sprintf("cut(%s + %s)", g.operand(stringType, depth-1), g.expr(stringType, depth-1))
	case 1:
		return fmt.Sprintf("string(rune(%s))", g.operand(uint8Type, depth-1))
	case 2:
		if s, ok := g.find(stringType, false); ok {
			return fmt.Sprintf("%s[:int(%s)%%(len(%s)+1)]", s, g.operand(uint8Type, depth-1), s)
		}
	}
	return fmt.Sprintf("string([]byte(%s))", g.operand(stringType, depth-1))
}

// composed is a value of a type with parts.
func (g *generator) composed(t *typ, depth int) string {
	switch t.kind {
	case slice:
		s, ok := g.find(t, false)
		if !ok || strings.Contains(s, "(") {
			break
		}
		switch g.n(4) {
		case 0:
			return fmt.Sprintf("append(%s[:min(len(%s), 6)], %s)", s, s, g.expr(t.elem, depth-1))
		case 1:
			return fmt.Sprintf("append(%s[:min(len(%s), 3)], %s...)", s, s, g.literal(t))
		case 2:
			return fmt.Sprintf("%s[min(len(%s), %d):]", s, s, g.n(3))
		}
		return fmt.Sprintf("make(%s, %d)", t.name, 1+g.n(5))
	case pointer:
		if s, ok := g.find(t.elem, true); ok && !strings.Contains(s, "[") {
			return "&" + s
		}
	case method:
		return g.held(one(g, t.impls))
	}
	return g.leaf(t)
}

// call calls a function of the case that has one result, of type t, if that takes no too
// long.
func (g *generator) call(t *typ, depth int) (string, bool) {
	if len(g.funcs) == 0 {
		return "", false
	}
	f := one(g, g.funcs)
	if len(f.results) != 1 || f.results[0] != t {
		return "", false
	}
	return g.callOf(f, depth)
}

func (g *generator) callOf(f callee, depth int) (string, bool) {
	const most = 3000
	if g.cost += f.cost * g.weight; g.cost > most {
		g.cost -= f.cost * g.weight
		return "", false
	}
	var args []string
	for _, p := range f.params {
		args = append(args, g.expr(p, min(depth-1, 2)))
	}
	return f.name + "(" + strings.Join(args, ", ") + ")", true
}

// closure is a function literal. It calls no function values: one could be itself.
func (g *generator) closure(t *typ) string {
	var params []variable
	var in []string
	for _, p := range t.params {
		v := variable{name: g.fresh("a"), t: p}
		params, in = append(params, v), append(in, v.name+" "+p.name)
	}
	return g.literalOf(strings.Join(in, ", "), t.result, params)
}

// immediate is a function literal that is called at once.
func (g *generator) immediate(t *typ) string { return g.literalOf("", t, nil) + "()" }

// literalOf writes a function literal aside and returns it.
func (g *generator) literalOf(in string, result *typ, params []variable) string {
	outer := g.b.String()
	g.b.Reset()
	weight := g.weight
	g.inside, g.weight = g.inside+1, g.weight*4
	name := ""
	if result != nil {
		name = result.name
	}
	g.linef("func(%s) %s {", in, name)
	g.body(result, params, g.n(3))
	g.b.WriteString("}")
	text := g.b.String()
	g.inside, g.weight = g.inside-1, weight
	g.b.Reset()
	g.b.WriteString(outer)
	return text
}
