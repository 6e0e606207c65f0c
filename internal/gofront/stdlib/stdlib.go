package stdlib

import (
	"reflect"

	"playground/internal/gofront/stdlib/policy"
	"playground/internal/gofront/stdlib/table"
)

//go:generate go run ./gen

// Host is the import path of the helpers that twins call.
const Host = policy.Host

// Packages lists the import paths that programs may use, sorted.
func Packages() []string { return policy.Packages() }

// Allowed reports whether a program may import path.
func Allowed(path string) bool { return policy.Allowed(path) }

// Refusal says why a program may not import path, and what to do instead,
// where there is something. Both are empty for a package that is allowed.
func Refusal(path string) (reason, instead string) { return policy.Refusal(path) }

// Symbols returns the run-time symbols of the package at path by name: the
// value of a function, the addressable value of a variable, a nil *T for a
// type T. The map is new and the caller's. It is nil when path is no package
// that a program, or a twin, may import. There are no constants (the front end
// folds them) and no generics (they have twins).
func Symbols(path string) map[string]reflect.Value { return table.Of(path) }
