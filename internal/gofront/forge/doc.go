// Package forge makes named reflect types with methods at run time, so that the
// standard library sees the types of an interpreted program as Go's own: fmt
// finds their String methods, errors.As their identity, encoding/json their
// fields.
//
// # Use
//
// A type is declared, which gives it its identity and the pointer to it, then
// outlined if another type needs its size before it is known, then defined.
// When all types of a program are defined, Link completes their methods. The
// functions behind the methods may be given when a method is defined, or bound
// later, as soon as the interpreter has compiled them.
//
//	n := forge.Declare("main", "main", "Celsius")
//	n.Define(reflect.TypeFor[float64](), nil, []forge.Method{{Name: "String", Type: reflect.TypeFor[func() string](), Fn: f}})
//	forge.Link()
//
// # How it works
//
// A reflect.Type is a pointer to the runtime's type descriptor (internal/abi
// Type). A forged type is a copy of the descriptor of its underlying type, made
// by reflect itself (StructOf, MapOf, …), so size, alignment, pointer bitmap,
// equality and hash are the runtime's own. Changed are the name, the hash, the
// flags, the field names, and what a named type has besides: the uncommon part
// with the package path and the table of methods. Descriptors refer to names,
// types and code by 32-bit offsets into the program's image; for what lies
// elsewhere the runtime keeps a registry (abi.AddReflectOff).
//
// A method table names code, not function values, but the functions here are
// closures. So each method gets a trampoline, three instructions that load its
// closure into the context register and jump into its code, which is a
// reflect.MakeFunc stub or whatever was bound. A trampoline has no frame, so
// tracebacks, stack growth and the collector see only the stub.
//
// # Fields without a capital
//
// Reflection takes one bit of a field's name for two things: whether the outside
// may know the field (encoding/json skips it, fmt calls no method on it) and
// whether a reflect.Value may be set, which is how the interpreter works. A
// sealed field is unexported in both ways. To reach it, the interpreter converts
// to the type's View, a struct of the same layout with every field open, or
// converts a pointer to a pointer to it; Retype makes that conversion cost a
// store. The view has no name and must not be converted to an interface.
//
// # What it leans on
//
// The layouts of descriptors, names and reflect.Value, which package abi writes
// down by Go release and checks, and the registers of the calling convention
// (amd64, arm64), for which the files have build constraints. SelfTest checks
// all of it in the running process. On other machines of 64 bits the package
// compiles, and with it the whole product, and SelfTest returns an error: the
// caller must refuse to run programs. Machines of 32 bits are not supported.
//
// # Limits
//
// Types live as long as the process. There are 8192 trampolines; a method of *T
// takes one, a method of T two. Define says so when they are used up. A named
// function type has at most 48 parameters and results.
//
// The package starts no goroutines. Its tables are safe for concurrent use; a
// type must be defined by one goroutine before others use it.
package forge
