package hostcall

import (
	"reflect"
	"unsafe"

	"playground/internal/sandbox/worker/interp/engine/memory"
)

// letter names how a value of type t is passed, or is '?' for what is passed in
// another way than all of these: an int32 as much as a struct, since what else is in
// its register is nobody's promise.
func letter(t reflect.Type) byte {
	switch memory.Of(t) {
	case memory.Pointer:
		return 'p'
	case memory.Byte:
		return 'b'
	case memory.String:
		return 's'
	case memory.Slice:
		return 'l'
	case memory.Any:
		return 'a'
	case memory.Word:
		if t.Kind() == reflect.Float64 {
			return 'f'
		}
		return 'w'
	}
	if t.Kind() == reflect.UnsafePointer {
		return 'p'
	}
	return '?'
}

// signature is a function type in letters, results after a '>'. A variadic function
// has none: its last argument may have to be made into a slice first.
func signature(t reflect.Type) string {
	if t.IsVariadic() {
		return "?"
	}
	s := make([]byte, 0, 8)
	for i := range t.NumIn() {
		s = append(s, letter(t.In(i)))
	}
	s = append(s, '>')
	for i := range t.NumOut() {
		s = append(s, letter(t.Out(i)))
	}
	return string(s)
}

type ptr = unsafe.Pointer

// Place finds a value in memory, for the call's frame, of which this package
// knows nothing.
type Place func(fr ptr) ptr

// caller makes the operation that calls the func at p.
type caller func(p ptr, a, r []Place) func(fr ptr)

// callers has what calls functions of a signature. They are the commonest in the
// library: of the strings, math, fmt, sync and time that programs call. The rest
// goes through reflection, which is many times slower, and makes a value of each
// argument on the heap.
var callers = map[string]caller{
	">":     call00,
	">w":    call01[uint64],
	">p":    call01[ptr],
	">f":    call01[float64],
	">s":    call01[string],
	"p>":    call10[ptr],
	"w>":    call10[uint64],
	"s>":    call10[string],
	"a>":    call10[any],
	"p>w":   call11[ptr, uint64],
	"p>b":   call11[ptr, uint8],
	"p>s":   call11[ptr, string],
	"p>a":   call11[ptr, any],
	"p>p":   call11[ptr, ptr],
	"p>l":   call11[ptr, []byte],
	"f>f":   call11[float64, float64],
	"w>w":   call11[uint64, uint64],
	"w>s":   call11[uint64, string],
	"w>p":   call11[uint64, ptr],
	"w>f":   call11[uint64, float64],
	"s>s":   call11[string, string],
	"s>l":   call11[string, []byte],
	"s>w":   call11[string, uint64],
	"s>b":   call11[string, uint8],
	"s>a":   call11[string, any],
	"l>s":   call11[[]byte, string],
	"l>":    call10[[]byte],
	"pw>":   call20[ptr, uint64],
	"pp>":   call20[ptr, ptr],
	"ps>":   call20[ptr, string],
	"pa>":   call20[ptr, any],
	"pb>":   call20[ptr, uint8],
	"pw>w":  call21[ptr, uint64, uint64],
	"pb>a":  call21[ptr, uint8, any],
	"pw>p":  call21[ptr, uint64, ptr],
	"pa>p":  call21[ptr, any, ptr],
	"ff>f":  call21[float64, float64, float64],
	"ww>w":  call21[uint64, uint64, uint64],
	"ww>s":  call21[uint64, uint64, string],
	"ss>b":  call21[string, string, uint8],
	"ss>w":  call21[string, string, uint64],
	"ss>s":  call21[string, string, string],
	"ss>l":  call21[string, string, []byte],
	"sw>s":  call21[string, uint64, string],
	"ls>s":  call21[[]byte, string, string],
	"aa>b":  call21[any, any, uint8],
	"pww>b": call31[ptr, uint64, uint64, uint8],
	"sss>s": call31[string, string, string, string],
	"s>wa":  call12[string, uint64, any],
	"ps>wa": call22[ptr, string, uint64, any],
	"pl>wa": call22[ptr, []byte, uint64, any],
	"pa>ab": call22[ptr, any, any, uint8],
}

// The callers are named for how many arguments and results there are. Each reads
// the function once, when the call is compiled, and its arguments from their places
// in their order, at every call.
//
// call00 is a call without either.
func call00(p ptr, _, _ []Place) func(fr ptr) {
	f := *(*func())(p)
	return func(ptr) { f() }
}

func call01[R any](p ptr, _, r []Place) func(fr ptr) {
	f, d := *(*func() R)(p), r[0]
	return func(fr ptr) { put(fr, d, f()) }
}

func call10[A any](p ptr, a, _ []Place) func(fr ptr) {
	f, x := *(*func(A))(p), a[0]
	return func(fr ptr) { f(*(*A)(x(fr))) }
}

func call11[A, R any](p ptr, a, r []Place) func(fr ptr) {
	f, x, d := *(*func(A) R)(p), a[0], r[0]
	return func(fr ptr) { put(fr, d, f(*(*A)(x(fr)))) }
}

func call12[A, R, S any](p ptr, a, r []Place) func(fr ptr) {
	f, x, d, e := *(*func(A) (R, S))(p), a[0], r[0], r[1]
	return func(fr ptr) {
		v, w := f(*(*A)(x(fr)))
		put(fr, d, v)
		put(fr, e, w)
	}
}

func call20[A, B any](p ptr, a, _ []Place) func(fr ptr) {
	f, x, y := *(*func(A, B))(p), a[0], a[1]
	return func(fr ptr) { f(*(*A)(x(fr)), *(*B)(y(fr))) }
}

func call21[A, B, R any](p ptr, a, r []Place) func(fr ptr) {
	f, x, y, d := *(*func(A, B) R)(p), a[0], a[1], r[0]
	return func(fr ptr) { put(fr, d, f(*(*A)(x(fr)), *(*B)(y(fr)))) }
}

func call22[A, B, R, S any](p ptr, a, r []Place) func(fr ptr) {
	f, x, y, d, e := *(*func(A, B) (R, S))(p), a[0], a[1], r[0], r[1]
	return func(fr ptr) {
		v, w := f(*(*A)(x(fr)), *(*B)(y(fr)))
		put(fr, d, v)
		put(fr, e, w)
	}
}

func call31[A, B, C, R any](p ptr, a, r []Place) func(fr ptr) {
	f, x, y, z, d := *(*func(A, B, C) R)(p), a[0], a[1], a[2], r[0]
	return func(fr ptr) { put(fr, d, f(*(*A)(x(fr)), *(*B)(y(fr)), *(*C)(z(fr)))) }
}

// put leaves a result where it goes, if anybody wants it.
func put[R any](fr ptr, d Place, v R) {
	if d != nil {
		*(*R)(d(fr)) = v
	}
}

// Operation returns what calls the compiled function host in a frame: it takes
// its arguments from args and leaves its results in dests, of which those that
// nobody wants are nil. It is nil for functions of no common signature.
func Operation(host reflect.Value, args, dests []Place) func(fr ptr) {
	if host.IsNil() {
		return nil
	}
	caller := callers[signature(host.Type())]
	if caller == nil {
		return nil
	}
	cell := reflect.New(host.Type())
	cell.Elem().Set(host)
	return caller(cell.UnsafePointer(), args, dests)
}
