package stdlib

import "playground/internal/gofront/stdlib/policy"

//go:generate go run ./gen

// Host is the import path of the helpers that twins call.
const Host = policy.Host

// Packages lists the import paths that programs may use, sorted.
func Packages() []string { return policy.Packages() }

// Member reports whether programs may use what an allowed package calls name.
// It speaks of functions, variables and types; constants may always be used.
func Member(path, name string) bool { return policy.Member(path, name) }

// Allowed reports whether a program may import path.
func Allowed(path string) bool { return policy.Allowed(path) }

// Refusal says why a program may not import path, and what to do instead,
// where there is something. Both are empty for a package that is allowed.
func Refusal(path string) (reason, instead string) { return policy.Refusal(path) }
