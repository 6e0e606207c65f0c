//go:build amd64 || arm64

package forge

import (
	"reflect"
	"sync"
	"unsafe"

	"playground/internal/gofront/abi"
)

// twins maps a type with sealed fields, and the pointer to it, to its view, and
// back.
var twins sync.Map // reflect.Type -> reflect.Type

// makeView makes the type through which the interpreter reaches sealed fields:
// the same struct without name and methods, every field open.
func (n *Named) makeView() {
	mem, _ := alloc(unsafe.Sizeof(abi.StructType{}))
	v, own := (*abi.StructType)(mem), (*abi.StructType)(unsafe.Pointer(n.t))
	*v = *own
	v.TFlag &^= abi.TFlagNamed | abi.TFlagUncommon
	v.PtrToThis = 0
	v.Hash = n.t.Hash*31 + 7
	v.Fields = append([]abi.StructField(nil), own.Fields...)
	for i := range v.Fields {
		v.Fields[i].Name = withFlags(v.Fields[i].Name, abi.NameExported)
	}
	keep(v.Fields)
	n.View = abi.ToType(&v.Type)
	n.PtrView = reflect.PointerTo(n.View)
	for _, pair := range [][2]reflect.Type{{n.T, n.View}, {n.PtrT, n.PtrView}} {
		twins.Store(pair[0], pair[1])
		twins.Store(pair[1], pair[0])
	}
}

// Retype returns v as its type's view, or the view's type, and v itself if it
// has neither. The result is the same variable.
func Retype(v reflect.Value) reflect.Value {
	if twin, ok := twins.Load(v.Type()); ok {
		(*abi.Value)(unsafe.Pointer(&v)).Type = abi.TypeOf(twin.(reflect.Type))
	}
	return v
}
