package stdlib

import (
	"reflect"

	"playground/internal/gofront/stdlib/table"
)

// Symbols returns the run-time symbols of the package at path by name: the
// value of a function, the addressable value of a variable, a nil *T for a
// type T. The map is new and the caller's. It is nil when path is no package
// that a program, or a twin, may import. There are no constants (the front end
// folds them) and no generics (they have twins), but package iter has those
// instances of its types, such as Seq[string], that the compiled library has.
//
// They are the library's own: package shim replaces some for a program.
func Symbols(path string) map[string]reflect.Value {
	symbols := table.Of(path)
	if path == "iter" {
		for _, t := range iterators {
			symbols[t.Name()] = reflect.Zero(reflect.PointerTo(t))
		}
	}
	return symbols
}
