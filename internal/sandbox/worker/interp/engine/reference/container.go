package reference

import (
	"math"
	"reflect"
	"unicode/utf8"

	"playground/internal/gofront/ir"
	"playground/internal/sandbox/worker/interp/engine/fault"
)

// Len is len(a), of anything that has a length.
func Len(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value { return values(a[0].Len()) }

// Cap is cap(a).
func Cap(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value { return values(a[0].Cap()) }

// Clear is clear(a). Of a map it also removes what no key finds, such as NaN.
func Clear(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	a[0].Clear()
	return nil
}

// Bounds is an index of any integer type as an int. One that does not fit into an
// int is out of any range, and what fails because of it will still say which it was.
func Bounds(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	if a[0].CanInt() {
		return values(int(a[0].Int()))
	}
	n := a[0].Uint()
	if n > math.MaxInt {
		return values(fault.HugeIndex(n))
	}
	return values(int(n))
}

// Make is make(T, sizes...) of a slice or a map. Package reflect has panics of its
// own for sizes that are none, so they are found here, in the order in which the
// runtime looks at them.
func Make(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	t := out(op)
	n, c := 0, 0
	if len(a) > 0 {
		n = int(a[0].Int())
		c = n
	}
	if len(a) > 1 {
		c = int(a[1].Int())
	}
	if t.Kind() == reflect.Map { // the size is a hint
		return one(reflect.MakeMapWithSize(t, max(n, 0)))
	}
	most := math.MaxInt
	if size := int(t.Elem().Size()); size > 0 {
		most = maxAlloc / size
	}
	if n < 0 || n > most {
		panic(fault.Error("makeslice: len out of range"))
	}
	if c < n || c > most {
		panic(fault.Error("makeslice: cap out of range"))
	}
	return one(reflect.MakeSlice(t, n, c))
}

// maxAlloc is the runtime's limit of a piece of memory, on 64 bits.
const maxAlloc = 1 << 47

// Append is append(a, elements...). By how much a slice grows is for programs to see;
// package reflect asks the runtime.
func Append(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	s, n := a[0], len(a)-1
	if room := ir.AppendRoom(op.Token, s.Len(), n, s.Type().Elem().Size()); room > 0 && s.Len()+n > s.Cap() {
		moved := reflect.MakeSlice(s.Type(), s.Len(), room)
		reflect.Copy(moved, s)
		a[0] = moved
	}
	return one(reflect.Append(a[0], a[1:]...))
}

// Spread is append(a, b...), where b may be a string.
func Spread(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	if a[1].Kind() == reflect.String {
		// A conversion first, since reflection appends only what has the same element type.
		bytes := reflect.ValueOf([]byte(a[1].String()))
		return one(reflect.AppendSlice(a[0], convertTo(bytes, a[0].Type())))
	}
	return one(reflect.AppendSlice(a[0], convertTo(a[1], a[0].Type())))
}

// Slice is a[i:j:k] of a slice, a string, or a pointer to an array. The
// operation's Token has a + for each index that is given, a - for each that is
// not.
func Slice(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	x := a[0]
	if x.Kind() == reflect.Pointer {
		if x.IsNil() {
			panic(fault.NilDereference())
		}
		x = x.Elem()
	}
	lo, hi := 0, x.Len()
	most := hi
	if x.Kind() != reflect.String {
		most = x.Cap()
	}
	has := func(i int) bool { return op.Token[i] == '+' }
	if has(0) {
		lo = int(a[1].Int())
	}
	if has(1) {
		hi = int(a[2].Int())
	}
	if has(2) {
		k := int(a[3].Int())
		fault.CheckSlice3(lo, hi, k, most, x.Kind() == reflect.Array)
		return one(convertTo(x.Slice3(lo, hi, k), out(op)))
	}
	fault.CheckSlice(lo, hi, most, x.Kind())
	return one(convertTo(x.Slice(lo, hi), out(op)))
}

// LitSlice is a slice or an array of its operands, the i-th at the key Index[i]
// if there are keys.
func LitSlice(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	t, n := out(op), len(a)
	for _, i := range op.Index {
		n = max(n, i+1)
	}
	var s reflect.Value
	if t.Kind() == reflect.Slice {
		s = reflect.MakeSlice(t, n, n)
	} else {
		s = reflect.New(t).Elem()
	}
	for i, v := range a {
		if op.Index != nil {
			i = op.Index[i]
		}
		s.Index(i).Set(v)
	}
	return one(s)
}

// LitMap is a map of its operands, a key and a value in turn. It fails where a key
// is an interface that holds what cannot be one.
func LitMap(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	m := reflect.MakeMapWithSize(out(op), len(a)/2)
	for i := 0; i < len(a); i += 2 {
		m.SetMapIndex(a[i], a[i+1])
	}
	return one(m)
}

// MapGet is v, ok = m[k]. A nil map is an empty one.
func MapGet(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	v := a[0].MapIndex(a[1])
	if !v.IsValid() {
		return []reflect.Value{reflect.Zero(out(op)), reflect.ValueOf(false)}
	}
	return []reflect.Value{v, reflect.ValueOf(true)}
}

// Iter begins a loop over a map: the one that its operand is now, whatever becomes
// of the variable before the first step.
func Iter(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	return values(reflect.ValueOf(a[0].Interface()).MapRange())
}

// Next is the next entry of such a loop, and whether there was one. What is removed
// from the map meanwhile does not come, what is added may: the runtime decides.
func Next(_ *Context, op *ir.Op, a []reflect.Value) []reflect.Value {
	it := a[0].Interface().(*reflect.MapIter)
	if !it.Next() {
		return []reflect.Value{reflect.Zero(op.Type.Out(0)), reflect.Zero(op.Type.Out(1)), reflect.ValueOf(false)}
	}
	return []reflect.Value{it.Key(), it.Value(), reflect.ValueOf(true)}
}

// Rune is the rune at an index of a string, and its width: a step of a loop over it.
// A byte that begins no rune is U+FFFD, one byte wide.
func Rune(_ *Context, _ *ir.Op, a []reflect.Value) []reflect.Value {
	r, w := utf8.DecodeRuneInString(a[0].String()[a[1].Int():])
	return values(r, w)
}
