// Package typetable has the types of a program being lowered: the text that stands
// for each in the lowered source, and the real type that it is at run time.
//
// # Text
//
// Basic types, pointers, slices, arrays and maps are spelled out. Every other type
// is a symbol of the package t, made for the program. A text is canonical: types
// are identical where their texts are the same (table.go).
//
// For example, in a program with type P struct{ next *P; f func() },
//
//	[]*P               is   []*t.T1
//	map[string]func()  is   map[string]t.T2
//	struct{ p P }      is   t.T3
//	error              is   error
//
// and the lowered program's package t has T1, T2 and T3 as real reflect.Types: P with
// its methods, func() as reflect has it, and the struct under the name that %T gives.
//
// A new symbol is numbered, and its type declared, the first time that somebody asks
// for its text; so a text must be asked for while functions can still be queued, for
// a type's methods are functions (Program.Method).
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
