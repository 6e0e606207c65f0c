package engine

import (
	"reflect"
	"runtime"
	"strings"

	"playground/internal/gofront/ir"
)

// genName is the name of the operation that a node was given by yaegi.
func (e *Engine) genName(n *node) string {
	if n.gen == nil {
		return ""
	}
	pc := reflect.ValueOf(n.gen).Pointer()
	name, ok := e.genNames[pc]
	if !ok {
		name = runtime.FuncForPC(pc).Name()
		name = name[strings.LastIndexByte(name, '.')+1:]
		e.genNames[pc] = name
	}
	return name
}

// arm replaces the operations of a function's nodes.
func (f *fn) arm() {
	f.modes = map[*node]mode{}
	f.findAliases(f.def.child[3])
	f.walk(f.def.child[3])
}

// findAliases notes the slots that will refer to memory outside the frame.
func (f *fn) findAliases(n *node) {
	for _, c := range n.child {
		f.findAliases(c)
	}
	switch f.e.genName(n) {
	case "getIndexArray", "deref", "getIndexSeq", "getPtrIndexSeq", "getIndexSeqField":
		m := f.placeMode(n)
		f.modes[n] = m
		if m == modeAlias && n.findex >= 0 && n.level == 0 && n.findex < len(f.aliased) {
			f.aliased[n.findex] = true
		}
	}
}

func (f *fn) walk(n *node) {
	for _, c := range n.child {
		f.walk(c)
	}
	if n.kind == kCallExpr {
		f.armCall(n)
		return
	}
	name := f.e.genName(n)
	switch name {
	case "reset":
		n.gen = func(n *node) { f.then(n, func(*frame) {}) }
	case "getIndexSeq", "getPtrIndexSeq", "getIndexSeqField", "getIndexArray", "deref":
		n.gen = f.genPlace
	case "compositeBinStruct", "compositeBinStructNotype":
		n.gen = f.genStruct
	case "add", "sub", "mul", "quo", "rem", "and", "or", "xor", "equal", "notEqual", "lower", "lowerEqual", "greater", "greaterEqual":
		f.try(n, func() bool { return f.genBinary(n, name) })
	case "not", "land", "lor":
		n.gen = func(n *node) { f.genLogic(n, name) }
	case "getIndexMap":
		n.gen = f.genMapIndex
	case "addr":
		n.gen = f.genAddr
	case "assign":
		f.try(n, func() bool { return f.genAssign(n) })
	case "_return":
		n.gen = f.genReturn
	default:
		f.locate(n)
	}
}

// try uses yaegi's operation where ours does not apply.
func (f *fn) try(n *node, ours func() bool) {
	f.locate(n)
	theirs := n.gen
	n.gen = func(n *node) {
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
	p, child := n.anc, n
	for p.kind == kParenExpr {
		p, child = p.anc, p
	}
	switch {
	case p.kind == kAssignStmt && p.child[0] == child:
		if f.e.genName(p) == "assign" && p.nleft == 1 && p.nright == 1 {
			return modeFused
		}
		return modeAlias
	case p.kind == kAssignXStmt, p.kind == kAddressExpr:
		return modeAlias
	}
	if n.typ == nil {
		return modeAlias // a type
	}
	switch n.typ.rtypeOf().Kind() {
	case reflect.Struct, reflect.Array:
		return modeAlias
	}
	return modeCopy
}

// locate makes yaegi's own operations note where they are, if they can panic.
func (f *fn) locate(n *node) {
	switch n.kind {
	case kStarExpr, kIndexExpr, kBinaryExpr, kAssignStmt, kAddressExpr:
	default:
		return
	}
	gen := n.gen
	if gen == nil {
		return
	}
	pos := f.e.offset(n)
	n.gen = func(n *node) {
		gen(n)
		exec := n.exec
		if exec == nil {
			return
		}
		n.exec = func(fr *frame) bltn {
			fr.pos = pos
			return exec(fr)
		}
	}
}

// offset is the position of a node in the lowered source.
func (e *Engine) offset(n *node) int32 {
	file := e.in.FileSet().File(n.pos)
	if file == nil {
		return 0
	}
	return int32(file.Offset(n.pos))
}

// armCall finds out what a call calls.
func (f *fn) armCall(n *node) {
	c0 := unparen(n.child[0])
	switch {
	case c0.kind == kSelectorExpr && c0.child[0].ident == "x":
		if op := f.e.prog.Ops[c0.child[1].ident]; op != nil {
			if op.Kind == ir.OpDefer || op.Kind == ir.OpDeferCall || op.Kind == ir.OpDeferStack {
				f.hasDefer = true
			}
			n.gen = func(n *node) { f.genOp(n, op) }
		}
	case c0.kind == kSelectorExpr && c0.child[0].ident == "s":
		host := c0.rval
		if host.IsValid() && host.Kind() == reflect.Func {
			n.gen = func(n *node) { f.genHost(n, host) }
		}
	case c0.kind == kIdentExpr:
		if callee := f.e.funcs[c0.ident]; callee != nil {
			n.gen = func(n *node) { f.genStatic(n, callee) }
		}
	}
}
