package engine

import (
	"reflect"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

// arm replaces the operations of a function's nodes.
func (f *fn) arm() {
	f.modes = map[*node]mode{}
	f.findAliases(f.def.Child[3])
	f.walk(f.def.Child[3])
}

// findAliases notes the slots that will refer to memory outside the frame.
func (f *fn) findAliases(n *node) {
	for _, c := range n.Child {
		f.findAliases(c)
	}
	switch n.Generator() {
	case yaegi.IndexArray, yaegi.Deref, yaegi.FieldOfOwn, yaegi.FieldOfPointer, yaegi.Field:
		m := f.placeMode(n)
		f.modes[n] = m
		if m == modeAlias && n.Findex >= 0 && n.Level == 0 && n.Findex < len(f.aliased) {
			f.aliased[n.Findex] = true
		}
	}
}

func (f *fn) walk(n *node) {
	for _, c := range n.Child {
		f.walk(c)
	}
	if n.Kind == yaegi.CallExpr {
		f.armCall(n)
		return
	}
	op := n.Generator()
	switch op {
	case yaegi.Reset:
		n.Gen = func(n *node) { f.then(n, func(*frame) {}) }
	case yaegi.FieldOfOwn, yaegi.FieldOfPointer, yaegi.Field, yaegi.IndexArray, yaegi.Deref:
		n.Gen = f.genPlace
	case yaegi.Struct, yaegi.StructNoType:
		n.Gen = f.genStruct
	case yaegi.Add, yaegi.Sub, yaegi.Mul, yaegi.Quo, yaegi.Rem, yaegi.And, yaegi.Or, yaegi.Xor, yaegi.Equal, yaegi.NotEqual, yaegi.Lower, yaegi.LowerEqual, yaegi.Greater, yaegi.GreaterEqual:
		f.try(n, func() bool { return f.genBinary(n, op) })
	case yaegi.Not, yaegi.Land, yaegi.Lor:
		n.Gen = func(n *node) { f.genLogic(n, op) }
	case yaegi.IndexMap:
		n.Gen = f.genMapIndex
	case yaegi.Addr:
		n.Gen = f.genAddr
	case yaegi.Assign:
		f.try(n, func() bool { return f.genAssign(n) })
	case yaegi.Return:
		n.Gen = f.genReturn
	default:
		f.locate(n)
	}
}

// try uses yaegi's operation where ours does not apply.
func (f *fn) try(n *node, ours func() bool) {
	f.locate(n)
	theirs := n.Gen
	n.Gen = func(n *node) {
		if !ours() {
			theirs(n)
		}
	}
}

// mode says what becomes of a node that reaches a place: an element, a field
// or what a pointer points to.
type mode int

const (
	// modeAlias makes the node's slot refer to the place.
	modeAlias mode = iota
	// modeCopy copies the place's value to the node's slot.
	modeCopy
	// modeFused leaves it to the assignment to reach the place.
	modeFused
)

func (f *fn) placeMode(n *node) mode {
	p, child := n.Anc, n
	for p.Kind == yaegi.ParenExpr {
		p, child = p.Anc, p
	}
	switch {
	case p.Kind == yaegi.AssignStmt && p.Child[0] == child:
		if p.Generator() == yaegi.Assign && p.Nleft == 1 && p.Nright == 1 {
			return modeFused
		}
		return modeAlias
	case p.Kind == yaegi.AssignXStmt, p.Kind == yaegi.AddressExpr:
		return modeAlias
	}
	if n.Typ == nil {
		return modeAlias // a type
	}
	switch n.Typ.Runtime().Kind() {
	case reflect.Struct, reflect.Array:
		return modeAlias
	}
	return modeCopy
}

// locate makes yaegi's own operations note where they are, if they can panic.
func (f *fn) locate(n *node) {
	switch n.Kind {
	case yaegi.StarExpr, yaegi.IndexExpr, yaegi.BinaryExpr, yaegi.AssignStmt, yaegi.AddressExpr:
	default:
		return
	}
	gen := n.Gen
	if gen == nil {
		return
	}
	pos := f.e.offset(n)
	n.Gen = func(n *node) {
		gen(n)
		theirs := toStep(n.Exec)
		if theirs == nil {
			return
		}
		setStep(n, func(fr *frame) step {
			fr.pos = pos
			return theirs(fr)
		})
	}
}

// offset is the position of a node in the lowered source.
func (e *Engine) offset(n *node) int32 {
	file := e.in.FileSet().File(n.Pos)
	if file == nil {
		return 0
	}
	return int32(file.Offset(n.Pos))
}

// armCall finds out what a call calls.
func (f *fn) armCall(n *node) {
	c0 := unparen(n.Child[0])
	switch {
	case c0.Kind == yaegi.SelectorExpr && c0.Child[0].Ident == "x":
		if op := f.e.prog.Ops[c0.Child[1].Ident]; op != nil {
			if op.Kind == ir.OpDefer || op.Kind == ir.OpDeferCall || op.Kind == ir.OpDeferStack {
				f.hasDefer = true
			}
			n.Gen = func(n *node) { f.genOp(n, op) }
		}
	case c0.Kind == yaegi.SelectorExpr && c0.Child[0].Ident == "s":
		host := c0.Rval
		if host.IsValid() && host.Kind() == reflect.Func {
			n.Gen = func(n *node) { f.genHost(n, host) }
		}
	case c0.Kind == yaegi.IdentExpr:
		if callee := f.e.funcs[c0.Ident]; callee != nil {
			n.Gen = func(n *node) { f.genStatic(n, callee) }
		}
	}
}
