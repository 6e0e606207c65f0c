package engine

import (
	"reflect"
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
