//go:build !(amd64 || arm64)

package forge

import (
	"reflect"
	"runtime"

	"playground/internal/gofront/abi"
)

// Named is a forged type; there are none in this build.
type Named struct{ T, PtrT, View, PtrView reflect.Type }

func errUnsupported() error { return abi.Supported(runtime.Version(), runtime.GOARCH) }

// SelfTest returns an error that wraps abi.ErrUnsupported.
func SelfTest() error { return errUnsupported() }

// Declare panics. So does everything else that makes types in this build;
// SelfTest, which a worker calls first, says so beforehand.
func Declare(path, pkg, name string) *Named { panic(errUnsupported()) }

func (n *Named) Rename(string)                                { panic(errUnsupported()) }
func (n *Named) Unname(string)                                { panic(errUnsupported()) }
func (n *Named) Outline(reflect.Type)                         { panic(errUnsupported()) }
func (n *Named) Define(reflect.Type, []Field, []Method) error { return errUnsupported() }
func (n *Named) DefineIface(bool, []IMethod) error            { return errUnsupported() }
func (n *Named) Bind(string, reflect.Value) error             { return errUnsupported() }

// Link does nothing: there is nothing to complete.
func Link() {}

// MethodAt finds none.
func MethodAt(uintptr) (reflect.Type, string, bool) { return nil, "", false }

// Retype returns v.
func Retype(v reflect.Value) reflect.Value { return v }
