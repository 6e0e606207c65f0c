package engine

import (
	"reflect"

	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

type integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

type number interface {
	integer | ~float32 | ~float64
}

type ordered interface {
	number | ~string
}

// genBinary is an arithmetic operator or a comparison of basic values; it
// reports whether it knows the types.
func (f *fn) genBinary(n *node, op yaegi.Generator) bool {
	t := f.nodeType(n.Child[0])
	if n.Child[0].Rval.IsValid() {
		t = f.nodeType(n.Child[1])
	}
	switch t.Kind() {
	case reflect.Int:
		return intNode[int](f, n, op, t)
	case reflect.Int8:
		return intNode[int8](f, n, op, t)
	case reflect.Int16:
		return intNode[int16](f, n, op, t)
	case reflect.Int32:
		return intNode[int32](f, n, op, t)
	case reflect.Int64:
		return intNode[int64](f, n, op, t)
	case reflect.Uint:
		return intNode[uint](f, n, op, t)
	case reflect.Uint8:
		return intNode[uint8](f, n, op, t)
	case reflect.Uint16:
		return intNode[uint16](f, n, op, t)
	case reflect.Uint32:
		return intNode[uint32](f, n, op, t)
	case reflect.Uint64:
		return intNode[uint64](f, n, op, t)
	case reflect.Uintptr:
		return intNode[uintptr](f, n, op, t)
	case reflect.Float32:
		return floatNode[float32](f, n, op, t)
	case reflect.Float64:
		return floatNode[float64](f, n, op, t)
	case reflect.String:
		return stringNode(f, n, op, t)
	case reflect.Bool:
		return boolNode(f, n, op, t)
	}
	return false
}

func intNode[T integer](f *fn, n *node, op yaegi.Generator, t reflect.Type) bool {
	a, b := f.src(n.Child[0], t), f.src(n.Child[1], t)
	if directCompare[T](n, op, a, b) {
		return true
	}
	if body := compare[T](f, n, op, a, b); body != nil {
		flow(n, body)
		return true
	}
	d := f.dest(n, t)
	if directSum[T](n, op, a, b, d) {
		return true
	}
	pos := f.e.offset(n)
	var body func(fr *frame)
	switch op {
	case yaegi.Add:
		if b.p != nil {
			k := *(*T)(b.p)
			body = func(fr *frame) { *(*T)(d.at(fr)) = *(*T)(a.at(fr)) + k }
		} else {
			body = func(fr *frame) { *(*T)(d.at(fr)) = *(*T)(a.at(fr)) + *(*T)(b.at(fr)) }
		}
	case yaegi.Sub:
		if b.p != nil {
			k := *(*T)(b.p)
			body = func(fr *frame) { *(*T)(d.at(fr)) = *(*T)(a.at(fr)) - k }
		} else {
			body = func(fr *frame) { *(*T)(d.at(fr)) = *(*T)(a.at(fr)) - *(*T)(b.at(fr)) }
		}
	case yaegi.Mul:
		body = func(fr *frame) { *(*T)(d.at(fr)) = *(*T)(a.at(fr)) * *(*T)(b.at(fr)) }
	case yaegi.Quo:
		body = func(fr *frame) { fr.pos = pos; *(*T)(d.at(fr)) = *(*T)(a.at(fr)) / *(*T)(b.at(fr)) }
	case yaegi.Rem:
		body = func(fr *frame) { fr.pos = pos; *(*T)(d.at(fr)) = *(*T)(a.at(fr)) % *(*T)(b.at(fr)) }
	case yaegi.And:
		body = func(fr *frame) { *(*T)(d.at(fr)) = *(*T)(a.at(fr)) & *(*T)(b.at(fr)) }
	case yaegi.Or:
		body = func(fr *frame) { *(*T)(d.at(fr)) = *(*T)(a.at(fr)) | *(*T)(b.at(fr)) }
	case yaegi.Xor:
		body = func(fr *frame) { *(*T)(d.at(fr)) = *(*T)(a.at(fr)) ^ *(*T)(b.at(fr)) }
	default:
		return false
	}
	f.then(n, body)
	return true
}

func floatNode[T ~float32 | ~float64](f *fn, n *node, op yaegi.Generator, t reflect.Type) bool {
	a, b := f.src(n.Child[0], t), f.src(n.Child[1], t)
	if directCompare[T](n, op, a, b) {
		return true
	}
	if body := compare[T](f, n, op, a, b); body != nil {
		flow(n, body)
		return true
	}
	d := f.dest(n, t)
	if directSum[T](n, op, a, b, d) {
		return true
	}
	var body func(fr *frame)
	switch op {
	case yaegi.Add:
		body = func(fr *frame) { *(*T)(d.at(fr)) = *(*T)(a.at(fr)) + *(*T)(b.at(fr)) }
	case yaegi.Sub:
		body = func(fr *frame) { *(*T)(d.at(fr)) = *(*T)(a.at(fr)) - *(*T)(b.at(fr)) }
	case yaegi.Mul:
		body = func(fr *frame) { *(*T)(d.at(fr)) = *(*T)(a.at(fr)) * *(*T)(b.at(fr)) }
	case yaegi.Quo:
		body = func(fr *frame) { *(*T)(d.at(fr)) = *(*T)(a.at(fr)) / *(*T)(b.at(fr)) }
	default:
		return false
	}
	f.then(n, body)
	return true
}

func stringNode(f *fn, n *node, op yaegi.Generator, t reflect.Type) bool {
	a, b := f.src(n.Child[0], t), f.src(n.Child[1], t)
	if body := compare[string](f, n, op, a, b); body != nil {
		flow(n, body)
		return true
	}
	if op != yaegi.Add {
		return false
	}
	d := f.dest(n, t)
	f.then(n, func(fr *frame) { *(*string)(d.at(fr)) = *(*string)(a.at(fr)) + *(*string)(b.at(fr)) })
	return true
}

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
func compare[T ordered](f *fn, n *node, op yaegi.Generator, a, b src) func(fr *frame) bool {
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
