// Package plain is the library side of a lowering without stand-ins, whose names
// are the same: for tests, and for looking at what the lowering makes.
package plain

import (
	"reflect"

	"playground/internal/gofront/check"
	"playground/internal/gofront/lower"
	"playground/internal/gofront/stdlib"
)

// Host is a lower.Host of the standard library as it was compiled.
type Host struct{ Checker *check.Checker }

// Symbols implements lower.Host.
func (h Host) Symbols(path string) map[string]reflect.Value { return stdlib.Symbols(path) }

// Method implements lower.Host: no method has a stand-in.
func (h Host) Method(reflect.Type, string) (reflect.Value, bool) { return reflect.Value{}, false }

// Twin implements lower.Host.
func (h Host) Twin(path string) *lower.Source {
	u, ok, err := h.Checker.Twin(path)
	if err != nil || !ok {
		return nil
	}
	return &lower.Source{Pkg: u.Types, Info: u.Info, Files: u.Files, Name: u.Types.Name(), Path: path}
}

// Instance implements lower.Host.
func (h Host) Instance(path, name string, typ reflect.Type, targs ...reflect.Type) (reflect.Value, bool) {
	return stdlib.Instance(path, name, typ, targs...)
}
