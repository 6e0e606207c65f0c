//go:build !go1.27

package abi

import "unsafe"

// Language is the version of the language that programs are written in.
const Language = "go1.26"

// GenericMethods says whether methods may have type parameters.
const GenericMethods = false

// MapType is the descriptor of a map type.
type MapType struct {
	Type
	Key, Elem, Group             *Type
	Hasher                       func(unsafe.Pointer, uintptr) uintptr
	GroupSize, SlotSize, ElemOff uintptr
	Flags                        uint32
}
