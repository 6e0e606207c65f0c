package engine

import (
	"reflect"

	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// Of a switch over small integers the lowering makes a question for each case: is it
// this, then go there. They become one table. A type switch is such a switch as well,
// over the number of the case that the type falls under.

const (
	minJumps = 3   // fewer questions are as fast
	maxTable = 256 // constants beyond are asked for one by one
)

// jumps compiles the questions that some statements begin with, and returns how many
// statements those were, 0 if they are not worth a table.
func (c *compiler) jumps(list []*node) int {
	if c.cur == nil {
		return 0
	}
	var of *node
	n, last := 0, 0
	targets := map[int]*node{}
	for ; n < len(list); n++ {
		x, k, to := c.question(list[n])
		if x == nil || n > 0 && x.Sym != of.Sym {
			break
		}
		of, last = x, max(last, k)
		if targets[k] == nil { // the first question counts
			targets[k] = to
		}
	}
	if n < minJumps {
		return 0
	}
	table := make([]*block, last+1)
	rest := c.block()
	for k := range table {
		table[k] = rest
		if to := targets[k]; to != nil {
			table[k] = c.label(to.Child[0].Ident)
		}
	}
	off, _ := c.slotOf(of)
	c.cur.end = arithmeticOf(c.typeOf(of).Kind()).jump(off, table, rest)
	c.cur = rest
	return n
}

// question takes if x == k { goto to } apart, of a local variable and a constant that a
// table may have an entry for; x is nil if it is none such.
func (c *compiler) question(n *node) (x *node, k int, to *node) {
	if n.Kind != yaegi.IfStmt0 || n.Child[1].Kind != yaegi.BlockStmt || len(n.Child[1].Child) != 1 || n.Child[1].Child[0].Kind != yaegi.GotoStmt {
		return nil, 0, nil
	}
	cond := unparen(n.Child[0])
	if cond.Kind != yaegi.BinaryExpr || cond.Rval.IsValid() || cond.Generator() != yaegi.Equal {
		return nil, 0, nil
	}
	x, y := unparen(cond.Child[0]), unparen(cond.Child[1])
	if _, ok := local(x); !ok || !isConstant(y) {
		return nil, 0, nil
	}
	t := c.typeOf(x)
	if !isInteger(t.Kind()) {
		return nil, 0, nil
	}
	v := reflect.NewAt(t, constantCell(y.Rval, t)).Elem()
	switch {
	case v.CanInt() && v.Int() >= 0 && v.Int() < maxTable:
		k = int(v.Int())
	case v.CanUint() && v.Uint() < maxTable:
		k = int(v.Uint())
	default:
		return nil, 0, nil
	}
	return x, k, n.Child[1].Child[0]
}

// jump goes where the value of a slot has an entry, or else to the rest.
func jump[T memory.Integer](off uintptr, table []*block, rest *block) ending {
	return func(fr *frame) (*block, *frame) {
		// A negative number is a large one.
		if i := uint64(*slot[T](fr, off)); i < uint64(len(table)) {
			return table[i], fr
		}
		return rest, fr
	}
}
