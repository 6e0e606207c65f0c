package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/fault"
	"playground/internal/sandbox/worker/interp/engine/memory"
	"playground/internal/sandbox/worker/interp/engine/yaegi"
)

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

func intNode[T memory.Integer](f *fn, n *node, op yaegi.Generator, t reflect.Type) bool {
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

// directSum is an addition, subtraction or multiplication.
func directSum[T memory.Number](n *node, op yaegi.Generator, a, b, d src) bool {
	if n.Fnext != nil || !a.in || !d.in || !b.in && b.p == nil {
		return false
	}
	next := stepOf(n.Tnext)
	x, y, z := a.off, b.off, d.off
	if b.p != nil {
		k := *(*T)(b.p)
		switch op {
		case yaegi.Add:
			setStep(n, func(fr *frame) step {
				*inBlock[T](fr, z) = *inBlock[T](fr, x) + k
				return next
			})
		case yaegi.Sub:
			setStep(n, func(fr *frame) step {
				*inBlock[T](fr, z) = *inBlock[T](fr, x) - k
				return next
			})
		default:
			return false
		}
		return true
	}
	switch op {
	case yaegi.Add:
		setStep(n, func(fr *frame) step {
			*inBlock[T](fr, z) = *inBlock[T](fr, x) + *inBlock[T](fr, y)
			return next
		})
	case yaegi.Sub:
		setStep(n, func(fr *frame) step {
			*inBlock[T](fr, z) = *inBlock[T](fr, x) - *inBlock[T](fr, y)
			return next
		})
	case yaegi.Mul:
		setStep(n, func(fr *frame) step {
			*inBlock[T](fr, z) = *inBlock[T](fr, x) * *inBlock[T](fr, y)
			return next
		})
	default:
		return false
	}
	return true
}

// shiftCount reads a shift count; it panics if it is negative.
func shiftCount(t reflect.Type) func(p unsafe.Pointer) uint64 {
	if t.Kind() == reflect.Uint || t.Kind() == reflect.Uint64 {
		return func(p unsafe.Pointer) uint64 { return *(*uint64)(p) }
	}
	wide := reflect.Uint64
	signed := reflect.New(t).Elem().CanInt()
	if signed {
		wide = reflect.Int64
	}
	widen := memory.Numeric(t.Kind(), wide)
	return func(p unsafe.Pointer) uint64 {
		var n uint64
		widen(unsafe.Pointer(&n), p)
		if signed && int64(n) < 0 {
			panic(fault.Error("negative shift amount"))
		}
		return n
	}
}

// shift is x << n or x >> n, of all operators that are operations.
func (o *opNode) shift() func(fr *frame) {
	if o.op.Token != "<<" && o.op.Token != ">>" || o.unwanted() {
		return nil
	}
	left := o.op.Token == "<<"
	switch o.in[0].Kind() {
	case reflect.Int:
		return shiftOf[int](o, left)
	case reflect.Int8:
		return shiftOf[int8](o, left)
	case reflect.Int16:
		return shiftOf[int16](o, left)
	case reflect.Int32:
		return shiftOf[int32](o, left)
	case reflect.Int64:
		return shiftOf[int64](o, left)
	case reflect.Uint:
		return shiftOf[uint](o, left)
	case reflect.Uint8:
		return shiftOf[uint8](o, left)
	case reflect.Uint16:
		return shiftOf[uint16](o, left)
	case reflect.Uint32:
		return shiftOf[uint32](o, left)
	case reflect.Uint64:
		return shiftOf[uint64](o, left)
	case reflect.Uintptr:
		return shiftOf[uintptr](o, left)
	}
	return nil
}

func shiftOf[T memory.Integer](o *opNode, left bool) func(fr *frame) {
	a, b, d, pos := o.args[0], o.args[1], o.dests[0], o.pos
	count := shiftCount(o.in[1])
	if left {
		return func(fr *frame) {
			fr.pos = pos
			*(*T)(d(fr)) = *(*T)(a(fr)) << count(b(fr))
		}
	}
	return func(fr *frame) {
		fr.pos = pos
		*(*T)(d(fr)) = *(*T)(a(fr)) >> count(b(fr))
	}
}

func (o *opNode) unary() func(fr *frame) {
	if o.unwanted() {
		return nil
	}
	switch o.in[0].Kind() {
	case reflect.Int, reflect.Int64:
		return unaryOf[int64](o)
	case reflect.Uint, reflect.Uint64, reflect.Uintptr:
		return unaryOf[uint64](o)
	case reflect.Int32, reflect.Uint32:
		return unaryOf[uint32](o)
	case reflect.Int16, reflect.Uint16:
		return unaryOf[uint16](o)
	case reflect.Int8, reflect.Uint8:
		return unaryOf[uint8](o)
	case reflect.Float64:
		if a, d := o.args[0], o.dests[0]; o.op.Token == "-" {
			return func(fr *frame) { *(*float64)(d(fr)) = -*(*float64)(a(fr)) }
		}
	}
	return nil
}

func unaryOf[T memory.Integer](o *opNode) func(fr *frame) {
	a, d := o.args[0], o.dests[0]
	switch o.op.Token {
	case "-":
		return func(fr *frame) { *(*T)(d(fr)) = -*(*T)(a(fr)) }
	case "^":
		return func(fr *frame) { *(*T)(d(fr)) = ^*(*T)(a(fr)) }
	}
	return nil
}
