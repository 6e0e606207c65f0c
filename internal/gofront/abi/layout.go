package abi

import (
	"reflect"
	"unsafe"
)

// Type is the start of every type descriptor.
type Type struct {
	Size, PtrBytes    uintptr
	Hash              uint32
	TFlag             uint8
	Align, FieldAlign uint8
	Kind              uint8
	Equal             func(unsafe.Pointer, unsafe.Pointer) bool
	GCData            *byte
	Str, PtrToThis    int32
}

// The bits of Type.TFlag.
const (
	TFlagUncommon       = 1 << 0
	TFlagExtraStar      = 1 << 1
	TFlagNamed          = 1 << 2
	TFlagRegularMemory  = 1 << 3
	TFlagGCMaskOnDemand = 1 << 4
	TFlagDirectIface    = 1 << 5
)

// PtrType is the descriptor of a pointer type, and of a slice type.
type PtrType struct {
	Type
	Elem *Type
}

// ArrayType is the descriptor of an array type.
type ArrayType struct {
	Type
	Elem, Slice *Type
	Len         uintptr
}

// ChanType is the descriptor of a channel type.
type ChanType struct {
	Type
	Elem *Type
	Dir  int
}

// StructField is a field in the descriptor of a struct type.
type StructField struct {
	Name   Name
	Type   *Type
	Offset uintptr
}

// StructType is the descriptor of a struct type.
type StructType struct {
	Type
	PkgPath Name
	Fields  []StructField
}

// FuncType is the descriptor of a function type. Its parameters and results
// follow the uncommon part.
type FuncType struct {
	Type
	In, Out uint16 // the top bit of Out means variadic
}

// IMethod is a method in the descriptor of an interface type.
type IMethod struct{ Name, Type int32 }

// InterfaceType is the descriptor of an interface type.
type InterfaceType struct {
	Type
	PkgPath Name
	Methods []IMethod
}

// UncommonType follows the kind's own descriptor of a type that has a name or
// methods. Moff is the distance from here to the method table.
type UncommonType struct {
	PkgPath        int32
	Mcount, Xcount uint16
	Moff, _        uint32
}

// Method is an entry of a method table. Ifn is the code that interfaces call,
// Tfn the code that reflection calls, both as offsets from the module's text.
type Method struct{ Name, Type, Ifn, Tfn int32 }

// Name points at a name as the runtime encodes it: one byte of flags, the
// length as a varint, the bytes, and the same again for a tag.
type Name struct{ Bytes *byte }

// The flags of a Name.
const (
	NameExported = 1 << 0
	NameHasTag   = 1 << 1
	NameEmbedded = 1 << 3
)

// EFace is an empty interface; every reflect.Type is one over a *Type (its
// first word is an itab, which ToType borrows).
type EFace struct{ Type, Data unsafe.Pointer }

// IFace is an interface with methods.
type IFace struct {
	Tab  *ITab
	Data unsafe.Pointer
}

// ITab is the table by which an interface's methods are called. More entries of
// Fun follow, one for each method, in the order of their names.
type ITab struct {
	Inter *InterfaceType
	Type  *Type
	Hash  uint32
	_     [4]byte
	Fun   [1]uintptr
}

// Value is a reflect.Value.
type Value struct {
	Type *Type
	Data unsafe.Pointer
	Flag uintptr
}

// The bits of Value.Flag.
const (
	FlagKindMask = 1<<5 - 1
	FlagStickyRO = 1 << 5
	FlagEmbedRO  = 1 << 6
	FlagIndir    = 1 << 7
	FlagAddr     = 1 << 8
)

// MakeFunc is the start of what a function value of reflect.MakeFunc points to.
type MakeFunc struct {
	Stub    uintptr
	Stack   unsafe.Pointer
	ArgLen  uintptr
	RegPtrs [2]uint8
	Type    *FuncType
	Fn      unsafe.Pointer // the function value that MakeFunc was given
}

// AddReflectOff tells the runtime about a name, a type or a piece of code that
// lies outside the program's image and returns the offset that stands for it
// in descriptors. The runtime keeps it reachable for ever.
//
//go:linkname AddReflectOff reflect.addReflectOff
//go:noescape
func AddReflectOff(p unsafe.Pointer) int32

// TypeOf is the descriptor behind t.
func TypeOf(t reflect.Type) *Type {
	return (*Type)((*EFace)(unsafe.Pointer(&t)).Data)
}

// ToType is the reflect.Type over t.
func ToType(t *Type) reflect.Type {
	r := reflect.TypeFor[int]()
	(*EFace)(unsafe.Pointer(&r)).Data = unsafe.Pointer(t)
	return r
}

// Uncommon is the uncommon part of t, which must have one.
func (t *Type) Uncommon() *UncommonType {
	return (*UncommonType)(unsafe.Add(unsafe.Pointer(t), DescriptorSize(reflect.Kind(t.Kind))))
}

// Method is entry i of u's method table.
func (u *UncommonType) Method(i int) *Method {
	return (*Method)(unsafe.Add(unsafe.Pointer(u), uintptr(u.Moff)+uintptr(i)*unsafe.Sizeof(Method{})))
}

// DescriptorSize is the size of a kind's own descriptor, after which the
// uncommon part lies.
func DescriptorSize(k reflect.Kind) uintptr {
	switch k {
	case reflect.Struct:
		return unsafe.Sizeof(StructType{})
	case reflect.Interface:
		return unsafe.Sizeof(InterfaceType{})
	case reflect.Pointer, reflect.Slice:
		return unsafe.Sizeof(PtrType{})
	case reflect.Array:
		return unsafe.Sizeof(ArrayType{})
	case reflect.Chan:
		return unsafe.Sizeof(ChanType{})
	case reflect.Func:
		return unsafe.Sizeof(FuncType{})
	case reflect.Map:
		return unsafe.Sizeof(MapType{})
	}
	return unsafe.Sizeof(Type{})
}

// Chan is the beginning of what a channel points to.
type Chan struct {
	Len, Cap     uint
	_            unsafe.Pointer // the buffer
	_            uint16         // the size of an element
	_            uint32         // whether it is closed
	_, _         unsafe.Pointer // a timer, the type of an element
	SendX, RecvX uint
	Recv, Send   WaitQueue
}

// WaitQueue is the goroutines that wait to receive, or to send.
type WaitQueue struct{ First, Last unsafe.Pointer }
