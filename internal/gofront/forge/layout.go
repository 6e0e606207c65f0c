//go:build go1.26 && !go1.27 && (amd64 || arm64)

package forge

import (
	"reflect"
	"unsafe"
)

// The runtime's own type descriptors, as Go 1.26 lays them out (internal/abi).
// SelfTest reads descriptors that the compiler wrote through these structs, so
// that a layout that has moved is found before a program runs.

type rtype struct {
	Size, PtrBytes    uintptr
	Hash              uint32
	TFlag             uint8
	Align, FieldAlign uint8
	Kind              uint8
	Equal             func(unsafe.Pointer, unsafe.Pointer) bool
	GCData            *byte
	Str, PtrToThis    int32
}

const (
	tflagUncommon       = 1 << 0
	tflagExtraStar      = 1 << 1
	tflagNamed          = 1 << 2
	tflagRegularMemory  = 1 << 3
	tflagGCMaskOnDemand = 1 << 4
	tflagDirectIface    = 1 << 5
)

type ptrType struct {
	rtype
	Elem *rtype
}

type structField struct {
	Name   name
	Type   *rtype
	Offset uintptr
}

type structType struct {
	rtype
	PkgPath name
	Fields  []structField
}

type funcType struct {
	rtype
	In, Out uint16 // the top bit of Out means variadic
}

type imethod struct{ Name, Type int32 }

type interfaceType struct {
	rtype
	PkgPath name
	Methods []imethod
}

type mapType struct {
	rtype
	Key, Elem, Group             *rtype
	Hasher                       func(unsafe.Pointer, uintptr) uintptr
	GroupSize, SlotSize, ElemOff uintptr
	Flags                        uint32
}

// uncommonType follows the kind's own descriptor of a type that has a name or
// methods. Moff is the distance from here to the method table.
type uncommonType struct {
	PkgPath        int32
	Mcount, Xcount uint16
	Moff, _        uint32
}

type method struct{ Name, Type, Ifn, Tfn int32 }

// eface is an empty interface; every reflect.Type is one over a *rtype (its
// first word is an itab, which toType borrows).
type eface struct{ typ, data unsafe.Pointer }

// value is a reflect.Value.
type value struct {
	typ  *rtype
	data unsafe.Pointer
	flag uintptr
}

// addReflectOff tells the runtime about a name, a type or a piece of code that
// lies outside the program's image and returns the offset that stands for it
// in descriptors. The runtime keeps it reachable for ever.
//
//go:linkname addReflectOff reflect.addReflectOff
//go:noescape
func addReflectOff(p unsafe.Pointer) int32

func toRtype(t reflect.Type) *rtype {
	return (*rtype)((*eface)(unsafe.Pointer(&t)).data)
}

func toType(r *rtype) reflect.Type {
	t := reflect.TypeFor[int]()
	(*eface)(unsafe.Pointer(&t)).data = unsafe.Pointer(r)
	return t
}

// descriptorSize is the size of a kind's own descriptor, after which the
// uncommon part lies.
func descriptorSize(k reflect.Kind) uintptr {
	const word = unsafe.Sizeof(uintptr(0))
	switch k {
	case reflect.Struct:
		return unsafe.Sizeof(structType{})
	case reflect.Interface:
		return unsafe.Sizeof(interfaceType{})
	case reflect.Pointer, reflect.Slice:
		return unsafe.Sizeof(ptrType{})
	case reflect.Array:
		return unsafe.Sizeof(rtype{}) + 3*word
	case reflect.Chan:
		return unsafe.Sizeof(rtype{}) + 2*word
	case reflect.Func:
		return unsafe.Sizeof(rtype{}) + word
	case reflect.Map:
		return unsafe.Sizeof(mapType{})
	}
	return unsafe.Sizeof(rtype{})
}
