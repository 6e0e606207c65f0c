package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/gofront/abi"
	"playground/internal/gofront/ir"
)

// shape sorts types by what they look like in memory. Maps and channels of
// one shape can be used as each other: the runtime only sees sizes, pointers,
// and, for keys, how to hash and compare.
type shape int

const (
	shapeOther shape = iota
	shapeEmpty
	shapeByte
	shapeWord
	shapePointer
	shapeString
	shapeSlice
	shapeAny
)

func shapeOf(t reflect.Type) shape {
	switch t.Kind() {
	case reflect.Bool, reflect.Int8, reflect.Uint8:
		return shapeByte
	case reflect.Int, reflect.Uint, reflect.Int64, reflect.Uint64, reflect.Uintptr, reflect.Float64:
		return shapeWord
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func:
		return shapePointer
	case reflect.String:
		return shapeString
	case reflect.Slice:
		return shapeSlice
	case reflect.Interface:
		return shapeAny
	case reflect.Struct:
		if t.NumField() == 0 {
			return shapeEmpty
		}
	}
	return shapeOther
}

type (
	mapGet func(m, k unsafe.Pointer) unsafe.Pointer
	mapSet func(m, k, v unsafe.Pointer)
)

// mapGetter returns what finds the value of a key: its address, or nil.
func mapGetter(t reflect.Type) mapGet {
	switch t.Key().Kind() {
	case reflect.String:
		if get := getterBy[string](t.Elem()); get != nil {
			return get
		}
	case reflect.Int, reflect.Uint, reflect.Int64, reflect.Uint64, reflect.Uintptr:
		if get := getterBy[uint64](t.Elem()); get != nil {
			return get
		}
	}
	return anyGetter(t)
}

func getterBy[K comparable](elem reflect.Type) mapGet {
	switch shapeOf(elem) {
	case shapeByte:
		return getter[K, uint8]
	case shapeWord:
		return getter[K, uint64]
	case shapePointer:
		return getter[K, unsafe.Pointer]
	case shapeString:
		return getter[K, string]
	case shapeSlice:
		return getter[K, []byte]
	case shapeAny:
		return getter[K, any]
	}
	return nil
}

func getter[K comparable, V any](m, k unsafe.Pointer) unsafe.Pointer {
	if v, ok := (*(*map[K]V)(m))[*(*K)(k)]; ok {
		return unsafe.Pointer(&v)
	}
	return nil
}

func anyGetter(t reflect.Type) mapGet {
	key := t.Key()
	return func(m, k unsafe.Pointer) unsafe.Pointer {
		v := reflect.NewAt(t, m).Elem().MapIndex(reflect.NewAt(key, k).Elem())
		if !v.IsValid() {
			return nil
		}
		w := (*abi.Value)(unsafe.Pointer(&v))
		if w.Flag&abi.FlagIndir != 0 {
			return w.Data
		}
		p := new(unsafe.Pointer)
		*p = w.Data
		return unsafe.Pointer(p)
	}
}

// mapSetter returns what stores a value.
func mapSetter(t reflect.Type) mapSet {
	switch t.Key().Kind() {
	case reflect.String:
		if set := setterBy[string](t.Elem()); set != nil {
			return set
		}
	case reflect.Int, reflect.Uint, reflect.Int64, reflect.Uint64, reflect.Uintptr:
		if set := setterBy[uint64](t.Elem()); set != nil {
			return set
		}
	}
	key, elem := t.Key(), t.Elem()
	return func(m, k, v unsafe.Pointer) {
		reflect.NewAt(t, m).Elem().SetMapIndex(reflect.NewAt(key, k).Elem(), reflect.NewAt(elem, v).Elem())
	}
}

func setterBy[K comparable](elem reflect.Type) mapSet {
	switch shapeOf(elem) {
	case shapeByte:
		return setter[K, uint8]
	case shapeWord:
		return setter[K, uint64]
	case shapePointer:
		return setter[K, unsafe.Pointer]
	case shapeString:
		return setter[K, string]
	case shapeSlice:
		return setter[K, []byte]
	case shapeAny:
		return setter[K, any]
	}
	return nil
}

func setter[K comparable, V any](m, k, v unsafe.Pointer) {
	(*(*map[K]V)(m))[*(*K)(k)] = *(*V)(v)
}

// mapGet is v, ok = m[k].
func (o *opNode) mapGet() func(fr *frame) {
	get, m, k := mapGetter(o.in[0]), o.args[0], o.args[1]
	elem := o.out[0]
	cp := copier(elem)
	return func(fr *frame) {
		fr.pos = o.pos
		p := get(m(fr), k(fr))
		if d := o.dests[0]; d != nil {
			if p != nil {
				cp(d(fr), p)
			} else {
				reflect.NewAt(elem, d(fr)).Elem().SetZero()
			}
		}
		if d := o.dests[1]; d != nil {
			*(*bool)(d(fr)) = p != nil
		}
	}
}

// send is ch <- v.
func (o *opNode) send() func(fr *frame) {
	var put func(ch, v unsafe.Pointer)
	switch shapeOf(o.in[0].Elem()) {
	case shapeEmpty:
		put = sender[struct{}]
	case shapeByte:
		put = sender[uint8]
	case shapeWord:
		put = sender[uint64]
	case shapePointer:
		put = sender[unsafe.Pointer]
	case shapeString:
		put = sender[string]
	case shapeSlice:
		put = sender[[]byte]
	case shapeAny:
		put = sender[any]
	default:
		return nil
	}
	ch, v := o.args[0], o.args[1]
	return func(fr *frame) {
		fr.pos = o.pos
		put(ch(fr), v(fr))
	}
}

func sender[E any](ch, v unsafe.Pointer) { *(*chan E)(ch) <- *(*E)(v) }

// recv is v = <-ch, or v, ok = <-ch.
func (o *opNode) recv() func(fr *frame) {
	var get func(ch, v unsafe.Pointer) bool
	switch shapeOf(o.in[0].Elem()) {
	case shapeEmpty:
		get = receiver[struct{}]
	case shapeByte:
		get = receiver[uint8]
	case shapeWord:
		get = receiver[uint64]
	case shapePointer:
		get = receiver[unsafe.Pointer]
	case shapeString:
		get = receiver[string]
	case shapeSlice:
		get = receiver[[]byte]
	case shapeAny:
		get = receiver[any]
	default:
		return nil
	}
	ch, v := o.args[0], o.dests[0]
	if v == nil {
		t := o.out[0]
		v = func(*frame) unsafe.Pointer { return reflect.New(t).UnsafePointer() }
	}
	var okTo operand
	if o.op.Kind == ir.OpRecv2 {
		okTo = o.dests[1]
	}
	return func(fr *frame) {
		fr.pos = o.pos
		ok := get(ch(fr), v(fr))
		if okTo != nil {
			*(*bool)(okTo(fr)) = ok
		}
	}
}

func receiver[E any](ch, v unsafe.Pointer) bool {
	x, ok := <-*(*chan E)(ch)
	*(*E)(v) = x
	return ok
}

// append adds elements to a slice, in place where there is room.
func (o *opNode) append() func(fr *frame) {
	elem := o.in[0].Elem()
	size := elem.Size()
	cp := copier(elem)
	st := o.in[0]
	n := len(o.args) - 1
	s, d := o.args[0], o.dests[0]
	if d == nil {
		return nil
	}
	vals := o.args[1:]
	row := reflect.ArrayOf(n, elem)
	return func(fr *frame) {
		h := *(*sliceHeader)(s(fr))
		if h.len+n > h.cap {
			fr.pos = o.pos
			h = grow(st, h, n)
		}
		if n == 1 {
			cp(unsafe.Add(h.data, uintptr(h.len)*size), vals[0](fr))
		} else {
			// The values may lie where they are about to be written.
			tmp := reflect.New(row)
			p := tmp.UnsafePointer()
			for i, v := range vals {
				cp(unsafe.Add(p, uintptr(i)*size), v(fr))
			}
			for i := range vals {
				cp(unsafe.Add(h.data, uintptr(h.len+i)*size), unsafe.Add(p, uintptr(i)*size))
			}
		}
		h.len += n
		*(*sliceHeader)(d(fr)) = h
	}
}

// grow makes room for n more elements.
func grow(st reflect.Type, h sliceHeader, n int) sliceHeader {
	v := reflect.New(st)
	*(*sliceHeader)(v.UnsafePointer()) = h
	if h.len+n < 0 {
		panic(plainError("growslice: len out of range"))
	}
	v.Elem().Grow(n)
	return *(*sliceHeader)(v.UnsafePointer())
}

func (o *opNode) isNil() func(fr *frame) {
	a, d := o.args[0], o.dests[0]
	if d == nil {
		return nil
	}
	// The first word of every type that can be nil says whether it is.
	return func(fr *frame) { *(*bool)(d(fr)) = *(*unsafe.Pointer)(a(fr)) == nil }
}
