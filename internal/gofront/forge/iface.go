//go:build go1.26 && !go1.27 && (amd64 || arm64)

package forge

import (
	"reflect"
	"slices"
	"unsafe"
)

// DefineIface makes n an interface type with the given methods, those of
// embedded interfaces included. Without a name it is an interface literal; give
// its text to Rename. Call it before values or arrays of the type are made;
// Outline(reflect.TypeFor[error]()) helps when a method mentions such a type.
func (n *Named) DefineIface(named bool, methods []IMethod) error {
	model := reflect.TypeFor[error]()
	if len(methods) == 0 {
		model = reflect.TypeFor[any]()
	}
	n.copyLayout(toRtype(model))
	methods = slices.Clone(methods)
	slices.SortFunc(methods, func(a, b IMethod) int { return compareNames(a.Name, b.Name) })
	table := make([]imethod, len(methods))
	for i, m := range methods {
		keep(m.Type)
		table[i] = imethod{newName(m.Name, "", nameExported).offset(), addReflectOff(unsafe.Pointer(toRtype(m.Type)))}
	}
	keep(table)
	it := (*interfaceType)(unsafe.Pointer(n.t))
	it.PkgPath = newName(n.pkg, "", 0)
	it.Methods = table
	n.View, n.PtrView = n.T, n.PtrT
	if named {
		n.t.TFlag |= tflagNamed | tflagUncommon
		u := (*uncommonType)(unsafe.Add(unsafe.Pointer(n.t), unsafe.Sizeof(*it)))
		*u = uncommonType{PkgPath: newName(n.pkg, "", 0).offset(), Moff: uint32(unsafe.Sizeof(*u))}
	}
	return nil
}
