// Package stdlib is the standard library as a reader's program sees it: which
// packages it may import, their types for the checker, their compiled symbols
// for the interpreter, and source or compiled instances for their generics.
//
// # Where things come from
//
// go generate reads the toolchain's export data (gen) and writes two things.
// An archive of the directory export holds the types of every allowed package
// as one Go release has them, one compressed entry each; the one of the release
// that this is built with is embedded, and decoded when first imported. The
// table package holds one function per package that builds its map of
// reflect.Values when called, for the oldest release that the module builds
// with, and what each newer one adds.
// Nothing is built at start: a worker that runs hello world pays for fmt. A
// test compares both with the toolchain in use, so that a new Go release
// cannot pass unnoticed.
//
// The types are those of linux/amd64 on every platform, because that is the Go
// that a reader is promised. Floating-point constants are kept to 512 bits.
//
// # Generics
//
// A generic function has no value at run time until it is instantiated. There
// are two ways to one. Its twin (directory twin) is Go source of our own for
// the same function, which the front end checks and lowers with the program:
// it serves every type. The twin of a compiled type's generic method is a
// function named Type_Method, and a file that needs a newer release has that
// release's build constraint. An instance is compiled code that is made to fit
// the program's types (package instance): it serves most types of the
// functions that loop or sort, at the host's speed. Twins call package host
// for what source cannot do: coroutines, weak pointers, std's exact order of
// equal elements.
//
// # Trust
//
// Which package is allowed is a courtesy to readers: a clear refusal instead
// of a system call that fails. It is no wall. A program with fmt and reflect
// alone can do what it likes with its process, and the kernel's layers hold
// without this package's help.
//
// # Non-goals
//
// There is nothing here about a reader's own types, nothing about how a
// program is run, and no file or environment policy.
package stdlib
