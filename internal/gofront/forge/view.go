//go:build go1.26 && !go1.27 && (amd64 || arm64)

package forge

import (
	"reflect"
	"sync"
	"unsafe"
)

// twins maps a type with sealed fields, and the pointer to it, to its view, and
// back.
var twins sync.Map // reflect.Type -> reflect.Type

// makeView makes the type through which the interpreter reaches sealed fields:
// the same struct without name and methods, every field open.
func (n *Named) makeView() {
	mem, _ := alloc(unsafe.Sizeof(structType{}))
	v, own := (*structType)(mem), (*structType)(unsafe.Pointer(n.t))
	*v = *own
	v.TFlag &^= tflagNamed | tflagUncommon
	v.PtrToThis = 0
	v.Hash = n.t.Hash*31 + 7
	v.Fields = append([]structField(nil), own.Fields...)
	for i := range v.Fields {
		v.Fields[i].Name = v.Fields[i].Name.with(nameExported)
	}
	keep(v.Fields)
	n.View = toType(&v.rtype)
	n.PtrView = reflect.PointerTo(n.View)
	for _, pair := range [][2]reflect.Type{{n.T, n.View}, {n.PtrT, n.PtrView}} {
		twins.Store(pair[0], pair[1])
		twins.Store(pair[1], pair[0])
	}
}

// Convert is a conversion hook for the interpreter (its "convert" symbol): it
// converts between a type and its view, or between pointers to them, by naming
// the value's type anew. It returns nil for other conversions.
func Convert(from, to reflect.Type) func(src, dest reflect.Value) {
	if twin, ok := twins.Load(from); !ok || twin != to {
		return nil
	}
	r := toRtype(to)
	return func(src, dest reflect.Value) {
		(*value)(unsafe.Pointer(&src)).typ = r
		dest.Set(src)
	}
}

// Retype returns v as its type's view, or the view's type, and v itself if it
// has neither. The result is the same variable.
func Retype(v reflect.Value) reflect.Value {
	if twin, ok := twins.Load(v.Type()); ok {
		(*value)(unsafe.Pointer(&v)).typ = toRtype(twin.(reflect.Type))
	}
	return v
}
