package engine

import (
	"playground/internal/gofront/abi"
	"playground/internal/gofront/ir"
	"reflect"
	"sync"
	"unsafe"
)

// convert changes a value's type.
func (o *opNode) convert() func(fr *frame) {
	from, to, a0, d := o.in[0], o.out[0], o.args[0], o.dests[0]
	if d == nil {
		return func(*frame) {}
	}
	if to.Kind() == reflect.Interface && from.Kind() == reflect.Pointer {
		if hook, ok := o.f.e.ToInterface(from); ok {
			return func(fr *frame) {
				reflect.NewAt(to, d(fr)).Elem().Set(reflect.ValueOf(hook(load(from, a0(fr)).Interface())))
			}
		}
	}
	if cv := direct(from, to); cv != nil {
		pos := o.pos
		return func(fr *frame) {
			fr.pos = pos
			cv(d(fr), a0(fr))
		}
	}
	switch {
	case to.Kind() == reflect.Interface && to.NumMethod() == 0 && from.Kind() != reflect.Interface:
		return func(fr *frame) { *(*any)(d(fr)) = load(from, a0(fr)).Interface() }
	case from.Kind() != reflect.Interface && to.Kind() == reflect.Interface:
		return func(fr *frame) { reflect.NewAt(to, d(fr)).Elem().Set(load(from, a0(fr))) }
	case from.Kind() == to.Kind() && from.Kind() != reflect.Interface && sameMemory(from, to):
		cp := copier(to)
		return func(fr *frame) { cp(d(fr), a0(fr)) }
	}
	pos := o.pos
	return func(fr *frame) {
		fr.pos = pos
		v := load(from, a0(fr))
		dst := reflect.NewAt(to, d(fr)).Elem()
		if from.Kind() == reflect.Interface {
			if v.IsNil() {
				dst.SetZero()
				return
			}
			dst.Set(v.Elem())
			return
		}
		dst.Set(v.Convert(to))
	}
}

// direct returns a conversion that works on memory, or nil.
func direct(from, to reflect.Type) func(d, s unsafe.Pointer) {
	if from.Kind() == reflect.Slice {
		switch {
		case to.Kind() == reflect.Array:
			return toArray(to.Len(), to.Size(), false, to)
		case to.Kind() == reflect.Pointer && to.Elem().Kind() == reflect.Array:
			return toArray(to.Elem().Len(), to.Elem().Size(), true, to)
		}
	}
	if cv := textual(from, to); cv != nil {
		return cv
	}
	switch {
	case from.Kind() == reflect.Complex128 && to.Kind() == reflect.Complex64:
		return func(d, s unsafe.Pointer) { *(*complex64)(d) = complex64(*(*complex128)(s)) }
	case from.Kind() == reflect.Complex64 && to.Kind() == reflect.Complex128:
		return func(d, s unsafe.Pointer) { *(*complex128)(d) = complex128(*(*complex64)(s)) }
	}
	return numeric(from.Kind(), to.Kind())
}

// sameMemory says whether a value of one type is a value of the other as it
// lies in memory: the types have the same underlying type.
func sameMemory(from, to reflect.Type) bool {
	switch from.Kind() {
	case reflect.Struct:
		return from.Size() == to.Size()
	case reflect.Slice, reflect.Array:
		return from.Elem().Kind() == to.Elem().Kind() && (from.Kind() != reflect.Array || from.Len() == to.Len()) && from.Size() == to.Size()
	}
	return true
}

// numeric returns the conversion of one basic numeric kind to another, as
// compiled code does it, or nil.
func numeric(from, to reflect.Kind) func(d, s unsafe.Pointer) {
	switch from {
	case reflect.Int:
		return numberTo[int](to)
	case reflect.Int8:
		return numberTo[int8](to)
	case reflect.Int16:
		return numberTo[int16](to)
	case reflect.Int32:
		return numberTo[int32](to)
	case reflect.Int64:
		return numberTo[int64](to)
	case reflect.Uint:
		return numberTo[uint](to)
	case reflect.Uint8:
		return numberTo[uint8](to)
	case reflect.Uint16:
		return numberTo[uint16](to)
	case reflect.Uint32:
		return numberTo[uint32](to)
	case reflect.Uint64:
		return numberTo[uint64](to)
	case reflect.Uintptr:
		return numberTo[uintptr](to)
	case reflect.Float32:
		return numberTo[float32](to)
	case reflect.Float64:
		return numberTo[float64](to)
	}
	return nil
}

func numberTo[F number](to reflect.Kind) func(d, s unsafe.Pointer) {
	switch to {
	case reflect.Int:
		return number2[F, int]
	case reflect.Int8:
		return number2[F, int8]
	case reflect.Int16:
		return number2[F, int16]
	case reflect.Int32:
		return number2[F, int32]
	case reflect.Int64:
		return number2[F, int64]
	case reflect.Uint:
		return number2[F, uint]
	case reflect.Uint8:
		return number2[F, uint8]
	case reflect.Uint16:
		return number2[F, uint16]
	case reflect.Uint32:
		return number2[F, uint32]
	case reflect.Uint64:
		return number2[F, uint64]
	case reflect.Uintptr:
		return number2[F, uintptr]
	case reflect.Float32:
		return number2[F, float32]
	case reflect.Float64:
		return number2[F, float64]
	}
	return nil
}

func number2[F, T number](d, s unsafe.Pointer) { *(*T)(d) = T(*(*F)(s)) }

// textual returns the conversion between strings and slices of bytes or runes
// of whatever name, or nil.
func textual(from, to reflect.Type) func(d, s unsafe.Pointer) {
	switch {
	case from.Kind() == reflect.String && to.Kind() == reflect.Slice && to.Elem().Kind() == reflect.Uint8:
		return func(d, s unsafe.Pointer) { *(*[]byte)(d) = []byte(*(*string)(s)) }
	case from.Kind() == reflect.String && to.Kind() == reflect.Slice && to.Elem().Kind() == reflect.Int32:
		return func(d, s unsafe.Pointer) { *(*[]rune)(d) = []rune(*(*string)(s)) }
	case to.Kind() == reflect.String && from.Kind() == reflect.Slice && from.Elem().Kind() == reflect.Uint8:
		return func(d, s unsafe.Pointer) { *(*string)(d) = string(*(*[]byte)(s)) }
	case to.Kind() == reflect.String && from.Kind() == reflect.Slice && from.Elem().Kind() == reflect.Int32:
		return func(d, s unsafe.Pointer) { *(*string)(d) = string(*(*[]rune)(s)) }
	}
	return nil
}

// toArray converts a slice to an array or to a pointer to one.
func toArray(n int, size uintptr, pointer bool, to reflect.Type) func(d, s unsafe.Pointer) {
	cp := copier(to)
	return func(d, s unsafe.Pointer) {
		h := (*sliceHeader)(s)
		if h.len < n {
			panic(shortSlice(h.len, n))
		}
		switch {
		case pointer:
			*(*unsafe.Pointer)(d) = h.data
		case n > 0 && size > 0:
			cp(d, h.data)
		}
	}
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
