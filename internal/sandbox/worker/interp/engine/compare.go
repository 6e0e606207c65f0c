package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

func boolNode(f *fn, n *node, op yaegi.Generator, t reflect.Type) bool {
	a, b := f.src(n.Child[0], t), f.src(n.Child[1], t)
	d := f.dest(n, t)
	want := op == yaegi.Equal
	if !want && op != yaegi.NotEqual {
		return false
	}
	flow(n, func(fr *frame) bool {
		r := (*(*bool)(a.at(fr)) == *(*bool)(b.at(fr))) == want
		*(*bool)(d.at(fr)) = r
		return r
	})
	return true
}

// compare is a comparison that leaves its outcome in the node's slot.
func compare[T memory.Ordered](f *fn, n *node, op yaegi.Generator, a, b src) func(fr *frame) bool {
	d := f.dest(n, reflect.TypeFor[bool]())
	set := func(fr *frame, r bool) bool {
		*(*bool)(d.at(fr)) = r
		return r
	}
	if b.p != nil {
		k := *(*T)(b.p)
		switch op {
		case yaegi.Lower:
			return func(fr *frame) bool { return set(fr, *(*T)(a.at(fr)) < k) }
		case yaegi.Equal:
			return func(fr *frame) bool { return set(fr, *(*T)(a.at(fr)) == k) }
		}
	}
	switch op {
	case yaegi.Equal:
		return func(fr *frame) bool { return set(fr, *(*T)(a.at(fr)) == *(*T)(b.at(fr))) }
	case yaegi.NotEqual:
		return func(fr *frame) bool { return set(fr, *(*T)(a.at(fr)) != *(*T)(b.at(fr))) }
	case yaegi.Lower:
		return func(fr *frame) bool { return set(fr, *(*T)(a.at(fr)) < *(*T)(b.at(fr))) }
	case yaegi.LowerEqual:
		return func(fr *frame) bool { return set(fr, *(*T)(a.at(fr)) <= *(*T)(b.at(fr))) }
	case yaegi.Greater:
		return func(fr *frame) bool { return set(fr, *(*T)(a.at(fr)) > *(*T)(b.at(fr))) }
	case yaegi.GreaterEqual:
		return func(fr *frame) bool { return set(fr, *(*T)(a.at(fr)) >= *(*T)(b.at(fr))) }
	}
	return nil
}

// branchOnly says whether nothing but the branch uses a condition's value. In
// parentheses it is used again: they test it once more.
func branchOnly(n *node) bool {
	return n.Fnext != nil && n.Anc.Kind.Branches()
}

// directCompare is a comparison that only decides where to go.
func directCompare[T memory.Ordered](n *node, op yaegi.Generator, a, b src) bool {
	if !branchOnly(n) || !a.in || !b.in && b.p == nil {
		return false
	}
	yes, no := stepOf(n.Tnext), stepOf(n.Fnext)
	x := a.off
	if b.p != nil {
		return compareConst(n, op, x, *(*T)(b.p), yes, no)
	}
	y := b.off
	switch op {
	case yaegi.Lower:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) < *inBlock[T](fr, y) {
				return yes
			}
			return no
		})
	case yaegi.LowerEqual:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) <= *inBlock[T](fr, y) {
				return yes
			}
			return no
		})
	case yaegi.Greater:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) > *inBlock[T](fr, y) {
				return yes
			}
			return no
		})
	case yaegi.Equal:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) == *inBlock[T](fr, y) {
				return yes
			}
			return no
		})
	default:
		return false
	}
	return true
}

func compareConst[T memory.Ordered](n *node, op yaegi.Generator, x uintptr, k T, yes, no step) bool {
	switch op {
	case yaegi.Lower:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) < k {
				return yes
			}
			return no
		})
	case yaegi.LowerEqual:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) <= k {
				return yes
			}
			return no
		})
	case yaegi.Greater:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) > k {
				return yes
			}
			return no
		})
	case yaegi.Equal:
		setStep(n, func(fr *frame) step {
			if *inBlock[T](fr, x) == k {
				return yes
			}
			return no
		})
	default:
		return false
	}
	return true
}

// genLogic is &&, || or !.
func (f *fn) genLogic(n *node, op yaegi.Generator) {
	t := reflect.TypeFor[bool]()
	a, d := f.src(n.Child[0], t), f.dest(n, t)
	var cond func(fr *frame) bool
	switch op {
	case yaegi.Not:
		cond = func(fr *frame) bool { r := !*(*bool)(a.at(fr)); *(*bool)(d.at(fr)) = r; return r }
	case yaegi.Land:
		b := f.src(n.Child[1], t)
		cond = func(fr *frame) bool { r := *(*bool)(a.at(fr)) && *(*bool)(b.at(fr)); *(*bool)(d.at(fr)) = r; return r }
	case yaegi.Lor:
		b := f.src(n.Child[1], t)
		cond = func(fr *frame) bool { r := *(*bool)(a.at(fr)) || *(*bool)(b.at(fr)); *(*bool)(d.at(fr)) = r; return r }
	}
	flow(n, cond)
}

func (o *opNode) equal() func(fr *frame) {
	if o.unwanted() {
		return nil
	}
	a, b, d, pos := o.args[0], o.args[1], o.dests[0], o.pos
	switch t := o.in[0]; {
	case t.Kind() == reflect.Interface && t.NumMethod() == 0:
		return func(fr *frame) {
			fr.pos = pos
			*(*bool)(d(fr)) = *(*any)(a(fr)) == *(*any)(b(fr))
		}
	case t.Kind() == reflect.Interface:
		return func(fr *frame) {
			fr.pos = pos
			*(*bool)(d(fr)) = *(*error)(a(fr)) == *(*error)(b(fr))
		}
	case t.Kind() == reflect.Pointer || t.Kind() == reflect.Chan || t.Kind() == reflect.UnsafePointer:
		return func(fr *frame) { *(*bool)(d(fr)) = *(*unsafe.Pointer)(a(fr)) == *(*unsafe.Pointer)(b(fr)) }
	}
	return nil
}

func (o *opNode) isNil() func(fr *frame) {
	a, d := o.args[0], o.dests[0]
	if d == nil {
		return nil
	}
	// The first word of every type that can be nil says whether it is.
	return func(fr *frame) { *(*bool)(d(fr)) = *(*unsafe.Pointer)(a(fr)) == nil }
}
