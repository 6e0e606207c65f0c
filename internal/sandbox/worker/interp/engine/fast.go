package engine

import (
	"reflect"
	"sync"
	"unicode/utf8"
	"unsafe"

	"playground/internal/gofront/abi"
	"playground/internal/gofront/ir"
)

// fast returns the operations that have a form without reflection for the
// types at hand, or nil.
func (o *opNode) fast() func(fr *frame) {
	if len(o.dests) > 0 && o.dests[0] == nil {
		return nil
	}
	switch o.op.Kind {
	case ir.OpBinary:
		if o.op.Token == "<<" || o.op.Token == ">>" {
			return o.shift()
		}
	case ir.OpUnary:
		return o.unary()
	case ir.OpEq:
		return o.equal()
	case ir.OpAssert, ir.OpAssert2:
		return o.assert()
	case ir.OpTypeCase:
		return o.typeCase()
	case ir.OpRune:
		return o.rune()
	case ir.OpNext:
		return o.next()
	case ir.OpNew:
		t, d := o.out[0].Elem(), o.dests[0]
		return func(fr *frame) { *(*unsafe.Pointer)(d(fr)) = reflect.New(t).UnsafePointer() }
	}
	return nil
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
	widen := numeric(t.Kind(), wide)
	return func(p unsafe.Pointer) uint64 {
		var n uint64
		widen(unsafe.Pointer(&n), p)
		if signed && int64(n) < 0 {
			panic(plainError("negative shift amount"))
		}
		return n
	}
}

func (o *opNode) shift() func(fr *frame) {
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

func shiftOf[T integer](o *opNode, left bool) func(fr *frame) {
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

func unaryOf[T integer](o *opNode) func(fr *frame) {
	a, d := o.args[0], o.dests[0]
	switch o.op.Token {
	case "-":
		return func(fr *frame) { *(*T)(d(fr)) = -*(*T)(a(fr)) }
	case "^":
		return func(fr *frame) { *(*T)(d(fr)) = ^*(*T)(a(fr)) }
	}
	return nil
}

func (o *opNode) equal() func(fr *frame) {
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

// typeWord is the address of a type's descriptor.
func typeWord(t reflect.Type) unsafe.Pointer { return (*[2]unsafe.Pointer)(unsafe.Pointer(&t))[1] }

// dynamicType is the descriptor of what the interface at p holds, or nil.
func dynamicType(iface reflect.Type) func(p unsafe.Pointer) unsafe.Pointer {
	if iface.NumMethod() == 0 {
		return func(p unsafe.Pointer) unsafe.Pointer { return *(*unsafe.Pointer)(p) }
	}
	return func(p unsafe.Pointer) unsafe.Pointer {
		tab := *(*unsafe.Pointer)(p)
		if tab == nil {
			return nil
		}
		return (*[2]unsafe.Pointer)(tab)[1]
	}
}

// assert is x.(T) for a type T that is not an interface.
func (o *opNode) assert() func(fr *frame) {
	t := o.out[0]
	if t.Kind() == reflect.Interface {
		return nil
	}
	if _, hooked := o.f.e.FromInterface(t); hooked {
		return nil
	}
	want, dyn, cp := typeWord(t), dynamicType(o.in[0]), copier(t)
	zero := reflect.Zero(t)
	direct := (*abi.Value)(unsafe.Pointer(&zero)).Flag&abi.FlagIndir == 0
	a, d := o.args[0], o.dests[0]
	take := func(fr *frame, p unsafe.Pointer) {
		data := unsafe.Add(p, unsafe.Sizeof(p))
		if !direct {
			data = *(*unsafe.Pointer)(data)
		}
		cp(d(fr), data)
	}
	if o.op.Kind == ir.OpAssert {
		slow := o.generic(reference(o.f.e, o.op))
		return func(fr *frame) {
			p := a(fr)
			if dyn(p) != want {
				slow(fr) // panics
				return
			}
			take(fr, p)
		}
	}
	ok := o.dests[1]
	return func(fr *frame) {
		p := a(fr)
		is := dyn(p) == want
		if is {
			take(fr, p)
		} else {
			reflect.NewAt(t, d(fr)).Elem().SetZero()
		}
		if ok != nil {
			*(*bool)(ok(fr)) = is
		}
	}
}

// typeCase remembers the outcome for each type that it has seen.
func (o *opNode) typeCase() func(fr *frame) {
	for _, t := range o.op.Types {
		if t == nil {
			continue
		}
		if _, hooked := o.f.e.FromInterface(t); hooked {
			return nil
		}
	}
	var seen sync.Map // descriptor -> index
	ref, dyn := reference(o.f.e, o.op), dynamicType(o.in[0])
	a, d, t := o.args[0], o.dests[0], o.in[0]
	return func(fr *frame) {
		p := a(fr)
		w := dyn(p)
		i, ok := seen.Load(w)
		if !ok {
			i = int(ref([]reflect.Value{load(t, p)})[0].Int())
			seen.Store(w, i)
		}
		*(*int)(d(fr)) = i.(int)
	}
}

func (o *opNode) rune() func(fr *frame) {
	s, i, r, w := o.args[0], o.args[1], o.dests[0], o.dests[1]
	if w == nil {
		return nil
	}
	return func(fr *frame) {
		str, at := *(*string)(s(fr)), *(*int)(i(fr))
		if c := str[at]; c < utf8.RuneSelf {
			*(*rune)(r(fr)), *(*int)(w(fr)) = rune(c), 1
			return
		}
		c, n := utf8.DecodeRuneInString(str[at:])
		*(*rune)(r(fr)), *(*int)(w(fr)) = c, n
	}
}

// next is one step of a loop over a map.
func (o *opNode) next() func(fr *frame) {
	a, k, v, ok := o.args[0], o.dests[0], o.dests[1], o.dests[2]
	if v == nil || ok == nil {
		return nil
	}
	kt, vt := o.out[0], o.out[1]
	return func(fr *frame) {
		it := (*(*any)(a(fr))).(*reflect.MapIter)
		more := it.Next()
		*(*bool)(ok(fr)) = more
		if more {
			reflect.NewAt(kt, k(fr)).Elem().SetIterKey(it)
			reflect.NewAt(vt, v(fr)).Elem().SetIterValue(it)
		}
	}
}
