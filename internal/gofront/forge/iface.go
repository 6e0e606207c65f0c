//go:build amd64 || arm64

package forge

import (
	"reflect"
	"slices"
	"unsafe"

	"playground/internal/gofront/abi"
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
	n.copyLayout(abi.TypeOf(model))
	methods = slices.Clone(methods)
	slices.SortFunc(methods, func(a, b IMethod) int { return compareNames(a.Name, b.Name) })
	table := make([]abi.IMethod, len(methods))
	for i, m := range methods {
		keep(m.Type)
		table[i] = abi.IMethod{Name: nameOffset(newName(m.Name, "", abi.NameExported)), Type: abi.AddReflectOff(unsafe.Pointer(abi.TypeOf(m.Type)))}
	}
	keep(table)
	it := (*abi.InterfaceType)(unsafe.Pointer(n.t))
	it.PkgPath = newName(n.path, "", 0)
	it.Methods = table
	n.View, n.PtrView = n.T, n.PtrT
	if named {
		n.t.TFlag |= abi.TFlagNamed | abi.TFlagUncommon
		u := (*abi.UncommonType)(unsafe.Add(unsafe.Pointer(n.t), unsafe.Sizeof(*it)))
		*u = abi.UncommonType{PkgPath: nameOffset(newName(n.path, "", 0)), Moff: uint32(unsafe.Sizeof(*u))}
	}
	return nil
}
