//go:build go1.27

package abi

import "unsafe"

// Language is the version of the language that programs are written in.
const Language = "go1.27"

// GenericMethods says whether methods may have type parameters.
const GenericMethods = true

// GoidOffset is where a goroutine's number lies in the runtime's structure of
// it, for whoever has checked it against what runtime.Stack says.
const GoidOffset = 152

// MapType is the descriptor of a map type.
type MapType struct {
	Type
	Key, Elem, Group              *Type
	Hasher                        func(unsafe.Pointer, uintptr) uintptr
	GroupSize                     uintptr
	KeysOff, KeyStride            uintptr
	ElemsOff, ElemStride, ElemOff uintptr
	Flags                         uint32
}
