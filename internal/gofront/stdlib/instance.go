package stdlib

import (
	"reflect"

	"playground/internal/gofront/stdlib/instance"
)

// Instance returns compiled code for the generic function name of the package
// at path at the type arguments targs, as a value of the function type typ,
// or false when only its twin can serve. A method of a generic type is named
// "Pointer.Load", and its receiver, a pointer to the twin's type, is typ's
// first parameter.
//
// An instance does what its twin does, faster. SortFunc and its like leave
// equal elements in the order in which compiled Go leaves them.
func Instance(path, name string, typ reflect.Type, targs ...reflect.Type) (reflect.Value, bool) {
	return instance.Of(path, name, typ, targs...)
}
