package engine

import (
	"reflect"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/fault"
	"playground/internal/sandbox/worker/interp/engine/memory"
)

// Values of most types are one of few things in memory, whatever their types are
// called. A value that is computed is a func(*frame) T for the T that represents
// its type; it is an any where the T is found out at run time, that is, when the
// program is compiled.

// So the closures of an expression are typed, and call each other without converting
// anything; which T it is, is decided once, by representationOf. A function that has to
// handle all of them, such as place.load, does so through a representation, and the type
// assertions in it cannot fail: sameRepresentation has said so.

// get computes a value.
type get[T any] = func(fr *frame) T

// iface represents interfaces: a type or a method table, and the data. The closure that
// computes one need not know which methods it has.
type iface struct{ tab, data unsafe.Pointer }

// move computes a value and puts it somewhere else.
type move = func(fr *frame, to unsafe.Pointer)

// representation has what can be done with values of one T. What is made of slots has
// closures of its own beside those that ask others for their operands: a closure less
// for each operand is what makes them fast.
type representation struct {
	slot     func(off uintptr) any
	fixed    func(p unsafe.Pointer) any // what lies at p now
	constant func(p unsafe.Pointer) any // what lay at p when this was called
	load     func(at operand) any
	field    func(base get[unsafe.Pointer], off uintptr, nilAt failure) any
	element  func(base operand, index get[int], out failure) any
	// Both in slots.
	elementOfSlots func(base, index uintptr, out failure) any

	fieldOfSlot func(base, off uintptr, nilAt failure) any

	set func(off uintptr, v any) op
	// The same for a value that is an element or a field, found by way of slots.
	setToElement func(off, base, index uintptr, out failure) op
	setToField   func(off, base, field uintptr, nilAt failure) op
	setSlot      func(off, from uintptr) op
	setConst     func(off uintptr, p unsafe.Pointer) op
	// These compute the value first, and then fail if there is no place for it.
	store      func(at operand, v any) op
	setField   func(base get[unsafe.Pointer], off uintptr, v any, nilAt failure) op
	setElement func(base operand, index get[int], v any, out failure) op
	// In slots.
	setFieldOfSlot    func(base, off uintptr, v any, nilAt failure) op
	setElementOfSlots func(base, index uintptr, v any, out failure) op

	// These put a value where a callee finds its argument.
	pass      func(v any) move
	passSlot  func(from uintptr) move
	passConst func(p unsafe.Pointer) move

	// back takes a call's only result, at an offset of the callee's frame, to
	// an offset of the caller's.
	back func(off, result uintptr, next *block) func(callee *frame) (*block, *frame)
	// box gives reflection a copy of a value.
	box func(t reflect.Type, v any) func(fr *frame) reflect.Value
	// discard computes a value that nobody wants, because that may fail.
	discard func(v any) op

	setElementField func(base operand, index get[int], size, off uintptr, v any, out failure) op
	setArray        func(base operand, index get[int], n int, size, off uintptr, v any, out failure) op
}

// represent makes the representation of a T. All that differs between types in the
// engine's closures is here and in arithmetic, written once and compiled for each T.
func represent[T any]() *representation {
	return &representation{
		slot:     func(off uintptr) any { return func(fr *frame) T { return *slot[T](fr, off) } },
		fixed:    func(p unsafe.Pointer) any { return func(*frame) T { return *(*T)(p) } },
		constant: func(p unsafe.Pointer) any { k := *(*T)(p); return func(*frame) T { return k } },
		load:     func(at operand) any { return func(fr *frame) T { return *(*T)(at(fr)) } },
		field: func(base get[unsafe.Pointer], off uintptr, nilAt failure) any {
			return func(fr *frame) T {
				p := base(fr)
				if p == nil {
					nilAt.dereference(fr)
				}
				return *(*T)(unsafe.Add(p, off))
			}
		},
		fieldOfSlot: func(base, off uintptr, nilAt failure) any {
			return func(fr *frame) T {
				p := *slot[unsafe.Pointer](fr, base)
				if p == nil {
					nilAt.dereference(fr)
				}
				return *(*T)(unsafe.Add(p, off))
			}
		},
		setToElement: func(off, base, index uintptr, out failure) op {
			return func(fr *frame) {
				s, i := *slot[[]T](fr, base), *slot[int](fr, index)
				if uint(i) >= uint(len(s)) {
					out.index(fr, i, len(s))
				}
				*slot[T](fr, off) = s[i]
			}
		},
		setToField: func(off, base, field uintptr, nilAt failure) op {
			return func(fr *frame) {
				p := *slot[unsafe.Pointer](fr, base)
				if p == nil {
					nilAt.dereference(fr)
				}
				*slot[T](fr, off) = *(*T)(unsafe.Add(p, field))
			}
		},
		element: func(base operand, index get[int], out failure) any {
			return func(fr *frame) T {
				s, i := *(*[]T)(base(fr)), index(fr)
				if uint(i) >= uint(len(s)) {
					out.index(fr, i, len(s))
				}
				return s[i]
			}
		},
		elementOfSlots: func(base, index uintptr, out failure) any {
			return func(fr *frame) T {
				s, i := *slot[[]T](fr, base), *slot[int](fr, index)
				if uint(i) >= uint(len(s)) {
					out.index(fr, i, len(s))
				}
				return s[i]
			}
		},
		set:     func(off uintptr, v any) op { f := v.(get[T]); return func(fr *frame) { *slot[T](fr, off) = f(fr) } },
		setSlot: func(off, from uintptr) op { return func(fr *frame) { *slot[T](fr, off) = *slot[T](fr, from) } },
		setConst: func(off uintptr, p unsafe.Pointer) op {
			k := *(*T)(p)
			return func(fr *frame) { *slot[T](fr, off) = k }
		},
		store: func(at operand, v any) op {
			f := v.(get[T])
			return func(fr *frame) {
				x := f(fr)
				*(*T)(at(fr)) = x
			}
		},
		setField: func(base get[unsafe.Pointer], off uintptr, v any, nilAt failure) op {
			f := v.(get[T])
			return func(fr *frame) {
				x := f(fr)
				p := base(fr)
				if p == nil {
					nilAt.dereference(fr)
				}
				*(*T)(unsafe.Add(p, off)) = x
			}
		},
		setFieldOfSlot: func(base, off uintptr, v any, nilAt failure) op {
			f := v.(get[T])
			return func(fr *frame) {
				x, p := f(fr), *slot[unsafe.Pointer](fr, base)
				if p == nil {
					nilAt.dereference(fr)
				}
				*(*T)(unsafe.Add(p, off)) = x
			}
		},
		setElementOfSlots: func(base, index uintptr, v any, out failure) op {
			f := v.(get[T])
			return func(fr *frame) {
				x := f(fr)
				s, i := *slot[[]T](fr, base), *slot[int](fr, index)
				if uint(i) >= uint(len(s)) {
					out.index(fr, i, len(s))
				}
				s[i] = x
			}
		},
		setElement: func(base operand, index get[int], v any, out failure) op {
			f := v.(get[T])
			return func(fr *frame) {
				x := f(fr)
				s, i := *(*[]T)(base(fr)), index(fr)
				if uint(i) >= uint(len(s)) {
					out.index(fr, i, len(s))
				}
				s[i] = x
			}
		},
		pass: func(v any) move {
			f := v.(get[T])
			return func(fr *frame, to unsafe.Pointer) { *(*T)(to) = f(fr) }
		},
		passSlot: func(from uintptr) move {
			return func(fr *frame, to unsafe.Pointer) { *(*T)(to) = *slot[T](fr, from) }
		},
		passConst: func(p unsafe.Pointer) move {
			k := *(*T)(p)
			return func(_ *frame, to unsafe.Pointer) { *(*T)(to) = k }
		},
		back: func(off, result uintptr, next *block) func(callee *frame) (*block, *frame) {
			return func(callee *frame) (*block, *frame) {
				fr := callee.caller
				*slot[T](fr, off) = *slot[T](callee, result)
				callee.fn.leave(callee)
				fr.g.top = fr
				return next, fr
			}
		},
		box: func(t reflect.Type, v any) func(fr *frame) reflect.Value {
			f := v.(get[T])
			return func(fr *frame) reflect.Value {
				x := new(T)
				*x = f(fr)
				return reflect.NewAt(t, unsafe.Pointer(x)).Elem()
			}
		},
		discard: func(v any) op { f := v.(get[T]); return func(fr *frame) { f(fr) } },
		setElementField: func(base operand, index get[int], size, off uintptr, v any, out failure) op {
			f := v.(get[T])
			return func(fr *frame) {
				x := f(fr)
				s, i := *(*memory.Header)(base(fr)), index(fr)
				if uint(i) >= uint(s.Len) {
					out.index(fr, i, s.Len)
				}
				*(*T)(unsafe.Add(s.Data, uintptr(i)*size+off)) = x
			}
		},
		setArray: func(base operand, index get[int], n int, size, off uintptr, v any, out failure) op {
			f := v.(get[T])
			return func(fr *frame) {
				x := f(fr)
				p, i := base(fr), index(fr)
				if uint(i) >= uint(n) {
					out.index(fr, i, n)
				}
				*(*T)(unsafe.Add(p, uintptr(i)*size+off)) = x
			}
		},
	}
}

var representations = [reflect.UnsafePointer + 1]*representation{
	reflect.Bool:       represent[bool](),
	reflect.Int:        represent[int](),
	reflect.Int8:       represent[int8](),
	reflect.Int16:      represent[int16](),
	reflect.Int32:      represent[int32](),
	reflect.Int64:      represent[int64](),
	reflect.Uint:       represent[uint](),
	reflect.Uint8:      represent[uint8](),
	reflect.Uint16:     represent[uint16](),
	reflect.Uint32:     represent[uint32](),
	reflect.Uint64:     represent[uint64](),
	reflect.Uintptr:    represent[uintptr](),
	reflect.Float32:    represent[float32](),
	reflect.Float64:    represent[float64](),
	reflect.Complex64:  represent[complex64](),
	reflect.Complex128: represent[complex128](),
	reflect.String:     represent[string](),
	reflect.Slice:      represent[[]byte](),
	reflect.Interface:  represent[iface](),
	// The data pointer of all of these.
	reflect.Pointer:       represent[unsafe.Pointer](),
	reflect.Map:           represent[unsafe.Pointer](),
	reflect.Chan:          represent[unsafe.Pointer](),
	reflect.Func:          represent[unsafe.Pointer](),
	reflect.UnsafePointer: represent[unsafe.Pointer](),
}

// representationOf is nil for structs and arrays: those stay in memory, and are copied
// from place to place.
func representationOf(t reflect.Type) *representation { return representations[t.Kind()] }

// failure is the position at which something fails. What fails is found out before
// the runtime would, so that the position need not be noted by what does not.
type failure struct {
	pos int32
	in  *inlined // nil outside of inlined calls
}

// note makes the position that of the innermost call.
func (at failure) note(fr *frame) {
	if at.in != nil {
		fr = at.in.enter(fr)
	}
	fr.pos = at.pos
}

// dereference fails for a nil pointer. It is not inlined, and nor is index: inlined
// they would only make every closure larger.
//
//go:noinline
func (at failure) dereference(fr *frame) {
	at.note(fr)
	panic(fault.NilDereference())
}

// index fails for an index that is out of range.
//
//go:noinline
func (at failure) index(fr *frame, i, n int) {
	at.note(fr)
	fault.OutOfRange(i, n)
}
