// Package typetable has the types of a program being lowered: the text that stands
// for each in the lowered source, and the real type that it is at run time.
//
// # Text
//
// Basic types, pointers, slices, arrays and maps are spelled out. Every other type
// is a symbol of the package t, made for the program. A text is canonical: types
// are identical where their texts are the same (table.go).
//
// # Run-time types
//
// The reader's named types, structs and interfaces are made by package forge in two
// steps, because types may be recursive: first a type has an identity and a size,
// made from an outline without forged types; later, when the lowering is between two
// functions, it gets its fields and methods (forged.go). The library's types are
// those of the compiled side (host.go).
//
// # Scopes
//
// A Scope is what is known about types in one instance of a generic function. Each
// instance has its own, because the types that are declared in a generic function
// differ from instance to instance (scope.go).
//
// The package asks for all else by the interface Program. It starts no goroutines
// and keeps no state but the table.
package typetable
